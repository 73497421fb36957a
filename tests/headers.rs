//! The generated headers are what cbindgen makes of `src/abi` and `src/capi`, and a program
//! that includes them compiles without a warning in every dialect we promise.
//!
//! `RELWS_WRITE_HEADERS=1` writes the headers instead of comparing them.
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::indexing_slicing)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

/// The headers: `lws-<name>.h` from `src/abi/<name>.rs`, with `_` for `-`, then parts in the folder
/// `src/capi/<name>`, then `src/capi/<name>.rs`, as far as there are such files. No part has the name
/// of another file in `src/capi`: cbindgen would take that for it.
const HEADERS: &[Header] = &[
    Header::new("adopt")
        .before(
            "typedef union lws_sockaddr46 lws_sockaddr46;\n\
             typedef union lws_sock_file_fd_type lws_sock_file_fd_type;\n",
        )
        .after("typedef enum lws_adoption_type lws_adoption_type;\n"),
    Header::new("async-dns")
        .when("LWS_WITH_SYS_ASYNC_DNS")
        .before("struct addrinfo;\n")
        .after("typedef enum dns_query_type adns_query_type_t;\n"),
    Header::new("button").when("LWS_WITH_BUTTON"),
    Header::new("cache-ttl").when("LWS_WITH_CACHE_NSCOOKIEJAR"),
    Header::new("callbacks").after(
        "/**\n * A protocol's callback.\n */\n\
         typedef int lws_callback_function(struct lws *wsi, enum lws_callback_reasons reason,\n\
         \t\t\t\t  void *user, void *in, size_t len);\n",
    ),
    Header::new("cao").parts(&["rules", "stored"]).when("LWS_WITH_CAO"),
    Header::new("client"),
    Header::new("conmon").before("struct addrinfo;\n").after(
        "typedef enum lws_conmon_pcol lws_conmon_pcol_t;\n\
         typedef enum lws_conmon_dns_disposition lws_conmon_dns_disposition_t;\n",
    ),
    Header::new("context-vhost").parts(&["programs"]).after(
        "/** Where an HTTP vhost serves a URL path from. */\n\
         struct lws_http_mount {\n\
         \t/** The next one, or NULL. */\n\
         \tconst struct lws_http_mount *mount_next;\n\
         \t/** The path that it begins at. The longest one that fits a request is used. */\n\
         \tconst char *mountpoint;\n\
         \t/** A folder, an address, or the name of a protocol. */\n\
         \tconst char *origin;\n\
         \t/** The file for a folder; NULL: index.html. */\n\
         \tconst char *def;\n\
         \t/** The protocol to bind, or NULL. */\n\
         \tconst char *protocol;\n\
         \t/** Options for LWS_CALLBACK_HTTP_PMO. */\n\
         \tconst struct lws_protocol_vhost_options *cgienv;\n\
         \t/** Types of files by their suffix, which begins with a dot. */\n\
         \tconst struct lws_protocol_vhost_options *extra_mimetypes;\n\
         \t/** Protocols that process files, by suffix. Not built. */\n\
         \tconst struct lws_protocol_vhost_options *interpret;\n\
         \t/** For CGI, which is not built. */\n\
         \tint cgi_timeout;\n\
         \t/** Seconds that a client may keep a file; 0 for none. */\n\
         \tint cache_max_age;\n\
         \t/** enum lws_authentication_mode, and bits of the program's own. */\n\
         \tunsigned int auth_mask;\n\
         \t/** A client may keep a file. */\n\
         \tunsigned int cache_reusable:1;\n\
         \t/** It asks whether that has changed. */\n\
         \tunsigned int cache_revalidate:1;\n\
         \t/** Caches on the way may keep it as well. */\n\
         \tunsigned int cache_intermediaries:1;\n\
         \t/** enum lws_mount_protocols. */\n\
         \tunsigned char origin_protocol;\n\
         \t/** Length of mountpoint. */\n\
         \tunsigned char mountpoint_len;\n\
         \t/** File with lines user:password that requests have to have one of, or NULL. */\n\
         \tconst char *basic_auth_login_file;\n\
         };\n\
         /** As _lws_context_info_defaults(). */\n\
         #define lws_context_info_defaults(_x, _y) _lws_context_info_defaults(_x, _y)\n",
    ),
    Header::new("dhcpc").when("LWS_WITH_SYS_DHCP_CLIENT"),
    Header::new("dll2"),
    Header::new("dns")
        .when("LWS_WITH_SYS_ASYNC_DNS")
        .before("struct addrinfo;\n"),
    Header::new("dsh").when("LWS_WITH_LWS_DSH"),
    Header::new("gpio"),
    Header::new("gpio-linux").when("LWS_WITH_BUTTON"),
    Header::new("http").parts(&["builders", "files", "pages", "request", "text"]).when("LWS_ROLE_H1").after(
        "/** Whether a status is not one of success. */\n\
         #define lws_http_client_http_resp_is_error(code) (!(code < 400))\n",
    ),
    Header::new("lejp").when("LWS_WITH_LEJP"),
    Header::new("logs").parts(&["emit", "owner"]),
    Header::new("lwsac").when("LWS_WITH_LWSAC").after(
        "#define lwsac_use_zeroed lwsac_use_zero\n\n\
         /** The struct of type `T` whose member `M` a lws_list_ptr points to. */\n\
         #define lws_list_ptr_container(P, T, M) ((T *)(void *)((char *)(P) - offsetof(T, M)))\n\n\
         /** Goes to the next one of a list; NULL behind the last. */\n\
         #define lws_list_ptr_advance(_lp) _lp = *((void **)_lp)\n",
    ),
    Header::new("map").when("LWS_WITH_MAP").after(
        "/** As lws_map_item_create(), for a key that is a text. */\n\
         #define lws_map_item_create_ks(_map, _str, _v, _vl) \\\n\
         \tlws_map_item_create(_map, (const lws_map_key_t)_str, strlen(_str), \\\n\
         \t\t\t    (const lws_map_value_t)_v, _vl)\n\n\
         /** As lws_map_item_lookup(), for a key that is a text. */\n\
         #define lws_map_item_lookup_ks(_map, _str) \\\n\
         \tlws_map_item_lookup(_map, (const lws_map_key_t)_str, strlen(_str))\n",
    ),
    Header::new("misc")
        .parts(&["connection", "buflist", "text", "bytes", "humanize", "uri", "switches", "dir"])
        .before(
            "/**\n * What lws_dir() calls for each object of a directory. Nonzero ends the walk.\n */\n\
             typedef int lws_dir_callback_function(const char *dirpath, void *user,\n\
             \t\t\t\t      struct lws_dir_entry *lde);\n",
        ),
    Header::new("network-helper"),
    Header::new("protocols-plugins").parts(&["plugins"]).after(
        "typedef struct lws_plugin_header lws_plugin_header_t;\n\
         typedef struct lws_plugin_protocol lws_plugin_protocol_t;\n",
    ),
    Header::new("purify"),
    Header::new("retry"),
    Header::new("route").when("LWS_WITH_NETLINK"),
    Header::new("ring"),
    Header::new("service"),
    Header::new("sha1-base64"),
    Header::new("smd").when("LWS_WITH_SYS_SMD"),
    Header::new("spa").when("LWS_ROLE_H1"),
    Header::new("state").when("LWS_WITH_SYS_STATE"),
    Header::new("struct").when("LWS_WITH_STRUCT_JSON").before(
        "/** Flags of lws_struct_json_serialize_create(). */\n\
         enum {\n\
         \t/** Each member has a line of its own, with blanks in front. */\n\tLSSERJ_FLAG_PRETTY = 1 << 0,\n\
         \t/** Without the member `schema`. */\n\tLSSERJ_FLAG_OMIT_SCHEMA = 1 << 1\n\
         };\n",
    ).after(
        "typedef enum lws_struct_map_type_eum lws_struct_map_type_eum;\n\n\
         /* Each of these makes an entry of a map: `name` is a member of `type`, `qname` its name in JSON. */\n\
         #define LWS_STRUCT_PLAIN_(type, name, qname, kind) \\\n\
         \t{ qname, NULL, NULL, offsetof(type, name), sizeof(((type *)0)->name), 0, 0, kind }\n\n\
         /** A signed integer. */\n\
         #define LSM_SIGNED(type, name, qname) LWS_STRUCT_PLAIN_(type, name, qname, LSMT_SIGNED)\n\
         /** An unsigned integer. */\n\
         #define LSM_UNSIGNED(type, name, qname) LWS_STRUCT_PLAIN_(type, name, qname, LSMT_UNSIGNED)\n\
         /** An integer that is 0 or 1. */\n\
         #define LSM_BOOLEAN(type, name, qname) LWS_STRUCT_PLAIN_(type, name, qname, LSMT_BOOLEAN)\n\
         /** A text in a char array. */\n\
         #define LSM_CARRAY(type, name, qname) \\\n\
         \tLWS_STRUCT_PLAIN_(type, name, qname, LSMT_STRING_CHAR_ARRAY)\n\
         /** A pointer to a text. */\n\
         #define LSM_STRING_PTR(type, name, qname) LWS_STRUCT_PLAIN_(type, name, qname, LSMT_STRING_PTR)\n\
         /** A pointer to bytes, which is not in JSON. */\n\
         #define LSM_BLOB_PTR(type, blobptr_name, qname) \\\n\
         \tLWS_STRUCT_PLAIN_(type, blobptr_name, qname, LSMT_BLOB_PTR)\n\n\
         /**\n * A list: `pname` is a lws_dll2_owner_t of `ptype`, `cname` a lws_dll2_t of `ctype`, whose members are\n \
         * in `cmap`. `lejp_cb` reads them, or NULL.\n */\n\
         #define LSM_LIST(ptype, pname, ctype, cname, lejp_cb, cmap, qname) \\\n\
         \t{ qname, cmap, lejp_cb, offsetof(ptype, pname), sizeof(ctype), offsetof(ctype, cname), \\\n\
         \t  LWS_ARRAY_SIZE(cmap), LSMT_LIST }\n\
         /** A child: `pname` of `ptype` points to a `ctype`, whose members are in `cmap`. */\n\
         #define LSM_CHILD_PTR(ptype, pname, ctype, lejp_cb, cmap, qname) \\\n\
         \t{ qname, cmap, lejp_cb, offsetof(ptype, pname), sizeof(ctype), 0, \\\n\
         \t  LWS_ARRAY_SIZE(cmap), LSMT_CHILD_PTR }\n\
         /** A schema: a `ctype`, whose members are in `map`. */\n\
         #define LSM_SCHEMA(ctype, lejp_cb, map, schema_name) \\\n\
         \t{ schema_name, map, lejp_cb, 0, sizeof(ctype), 0, LWS_ARRAY_SIZE(map), LSMT_SCHEMA }\n\
         /** The same; `cdll2mem` is a lws_dll2_t of `ctype`, which JSON has no use for. */\n\
         #define LSM_SCHEMA_DLL2(ctype, cdll2mem, lejp_cb, map, schema_name) \\\n\
         \t{ schema_name, map, lejp_cb, offsetof(ctype, cdll2mem), sizeof(ctype), 0, \\\n\
         \t  LWS_ARRAY_SIZE(map), LSMT_SCHEMA }\n",
    ),
    Header::new("system").parts(&["dhcp"]).when("LWS_WITH_SYS_STATE"),
    Header::new("timeout-timer"),
    Header::new("tokenize")
        .before(
            "/** What lws_tokenize() finds. Two have the same number. */\n\
             typedef enum lws_tokenize_elem {\n\
             \t/** How many errors there are. */\n\tLWS_TOKZE_ERRS = 5,\n\
             \t/** What is no UTF-8. */\n\tLWS_TOKZE_ERR_BROKEN_UTF8 = -5,\n\
             \t/** A quote without an end. */\n\tLWS_TOKZE_ERR_UNTERM_STRING = -4,\n\
             \t/** A float with two points. */\n\tLWS_TOKZE_ERR_MALFORMED_FLOAT = -3,\n\
             \t/** A number in front of a `=`. */\n\tLWS_TOKZE_ERR_NUM_ON_LHS = -2,\n\
             \t/** A comma is missing in a list, or one too many. */\n\tLWS_TOKZE_ERR_COMMA_LIST = -1,\n\
             \t/** Nothing; the text is at its end. */\n\tLWS_TOKZE_ENDED = 0,\n\
             \t/** One byte that belongs to no token. */\n\tLWS_TOKZE_DELIMITER = 1,\n\
             \t/** A token. */\n\tLWS_TOKZE_TOKEN = 2,\n\
             \t/** Digits. */\n\tLWS_TOKZE_INTEGER = 3,\n\
             \t/** Digits and a point. */\n\tLWS_TOKZE_FLOAT = 4,\n\
             \t/** A token with a `=` behind it. */\n\tLWS_TOKZE_TOKEN_NAME_EQUALS = 5,\n\
             \t/** A token with a `:` behind it. */\n\tLWS_TOKZE_TOKEN_NAME_COLON = 6,\n\
             \t/** What is between quotes. */\n\tLWS_TOKZE_QUOTED_STRING = 7,\n\
             } lws_tokenize_elem;\n\n\
             /** What lws_strexp_expand() returns. */\n\
             enum {\n\
             \t/** All is written. */\n\tLSTRX_DONE = 0,\n\
             \t/** There is no more room. */\n\tLSTRX_FILLED_OUT = 1,\n\
             \t/** A name has more than 31 bytes. */\n\tLSTRX_FATAL_NAME_TOO_LONG = -1,\n\
             \t/** For the callback: it does not know the name. */\n\tLSTRX_FATAL_NAME_UNKNOWN = -2,\n\
             };\n",
        )
        .after(
            "typedef struct lws_tokenize lws_tokenize_t;\n\
             typedef struct lws_strexp lws_strexp_t;\n",
        ),
    Header::new("write").after(
        "/**\n * The kind of a part of a websocket message for lws_write(): `initial`, like LWS_WRITE_TEXT,\n \
         * for the first; LWS_WRITE_CONTINUATION for the others; with LWS_WRITE_NO_FIN for all but the\n \
         * last.\n */\n\
         static LWS_INLINE int\nlws_write_ws_flags(int initial, int is_start, int is_end)\n{\n\
         \tint kind = is_start ? initial : (int)LWS_WRITE_CONTINUATION;\n\n\
         \treturn is_end ? kind : kind | (int)LWS_WRITE_NO_FIN;\n}\n",
    ),
    Header::new("writeable"),
    Header::new("ws-close").when("LWS_ROLE_WS"),
    Header::new("ws-ext").when("LWS_WITH_EXTENSIONS").before(
        "struct lws_extension;\n\n/**\n * What the library calls for an extension.\n */\n\
         typedef int lws_extension_callback_function(struct lws_context *context,\n\
         \t\t\t\t\t    const struct lws_extension *ext, struct lws *wsi,\n\
         \t\t\t\t\t    enum lws_extension_callback_reasons reason,\n\
         \t\t\t\t\t    void *user, void *in, size_t len);\n",
    ),
    Header::new("ws-state").when("LWS_ROLE_WS"),
    Header::new("x509").when("LWS_WITH_TLS"),
];

/// Functions whose argument of this number, from 1, is a printf format for
/// those after it.
const FORMATS: &[(&str, u32)] = &[
    ("_lws_log", 2),
    ("_lws_log_cx", 6),
    ("lws_smd_msg_printf", 3),
    ("lws_smd_ss_msg_printf", 5),
    ("lws_snprintf", 3),
];

/// Functions that take a struct of which the distribution's layout differs. The symbol of their
/// name is for programs compiled against that; ours lead to a symbol of our own.
const LABELLED: &[&str] = &["lws_create_context", "lws_create_vhost"];

struct Header {
    name: &'static str,
    parts: &'static [&'static str],
    /// The subsystem's macro: without it no function of the header is seen.
    when: Option<&'static str>,
    /// What Rust's types cannot say, before and after what is generated.
    before: &'static str,
    after: &'static str,
}

impl Header {
    const fn new(name: &'static str) -> Self {
        Self {
            name,
            parts: &[],
            when: None,
            before: "",
            after: "",
        }
    }

    const fn parts(mut self, parts: &'static [&'static str]) -> Self {
        self.parts = parts;
        self
    }

    const fn when(mut self, option: &'static str) -> Self {
        self.when = Some(option);
        self
    }

    const fn before(mut self, text: &'static str) -> Self {
        self.before = text;
        self
    }

    const fn after(mut self, text: &'static str) -> Self {
        self.after = text;
        self
    }

    fn sources(&self) -> Vec<PathBuf> {
        let name = self.name.replace('-', "_");
        let folder = root().join("src/capi").join(&name);
        let parts = self.parts.iter().map(|part| folder.join(part));
        let types = root().join("src/abi").join(&name);
        [types]
            .into_iter()
            .chain(parts)
            .chain([folder.clone()])
            .map(|path| path.with_extension("rs"))
            .filter(|path| path.exists())
            .collect()
    }

    fn committed(&self) -> PathBuf {
        root()
            .join("include/libwebsockets")
            .join(format!("lws-{}.h", self.name))
    }
}

fn public(visibility: &syn::Visibility) -> bool {
    matches!(visibility, syn::Visibility::Public(_))
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// What the C edge defines, by name.
#[derive(Default)]
struct Tags {
    /// The C keyword and the file of each struct, union and enum.
    keyword: BTreeMap<String, (&'static str, PathBuf)>,
    /// Typedefs and their files.
    aliases: Vec<(String, PathBuf)>,
    /// Functions between Rust and variadic.c, which are no part of the interface.
    internal: Vec<String>,
    /// The aliases `x_int` and `f_ptr`.
    int_aliases: Vec<String>,
    ptr_aliases: Vec<String>,
}

impl Tags {
    fn read() -> Self {
        let mut tags = Self::default();
        tags.read_folder(&root().join("src/abi"));
        tags.read_folder(&root().join("src/capi"));
        tags
    }

    fn read_folder(&mut self, folder: &Path) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                self.read_folder(&path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                self.add(&syn::parse_file(&text).unwrap().items, &path);
            }
        }
    }

    fn add(&mut self, items: &[syn::Item], path: &Path) {
        for item in items {
            let (name, keyword) = match item {
                syn::Item::Struct(i) if public(&i.vis) => (i.ident.to_string(), "struct"),
                syn::Item::Union(i) if public(&i.vis) => (i.ident.to_string(), "union"),
                syn::Item::Enum(i) if public(&i.vis) => (i.ident.to_string(), "enum"),
                syn::Item::Fn(i) => {
                    let name = i.sig.ident.to_string();
                    let labelled = name
                        .strip_prefix("re")
                        .is_some_and(|n| LABELLED.contains(&n));
                    if name.starts_with("relws_") && !labelled {
                        self.internal.push(name);
                    }
                    continue;
                }
                syn::Item::Type(i) if public(&i.vis) => {
                    let name = i.ident.to_string();
                    if name.ends_with("_int") {
                        self.int_aliases.push(name);
                    } else if name.ends_with("_function_ptr") {
                        self.ptr_aliases.push(name);
                    } else {
                        self.aliases.push((name, path.into()));
                    }
                    continue;
                }
                // The list of opaque types in types.rs.
                syn::Item::Macro(m) if m.mac.path.is_ident("opaque") => {
                    for token in m.mac.tokens.to_string().split_whitespace() {
                        let name = token.trim_end_matches(';');
                        if name.starts_with("lws") || name.ends_with("_st") {
                            self.keyword.insert(name.into(), ("struct", path.into()));
                        }
                    }
                    continue;
                }
                _ => continue,
            };
            self.keyword.insert(name, (keyword, path.into()));
        }
    }
}

fn generate(header: &Header, tags: &Tags) -> String {
    let sources = header.sources();
    let mut config = cbindgen::Config::from_file(root().join("cbindgen.toml")).unwrap();
    for (name, (keyword, file)) in &tags.keyword {
        if sources.contains(file) {
            // What no function names is wanted all the same.
            config.export.include.push(name.clone());
        } else {
            config
                .export
                .rename
                .insert(name.clone(), format!("{keyword} {name}"));
        }
    }
    config.export.exclude.extend(tags.internal.iter().cloned());
    let own = tags
        .aliases
        .iter()
        .filter(|(_, file)| sources.contains(file));
    config
        .export
        .include
        .extend(own.map(|(name, _)| name.clone()));
    for alias in &tags.int_aliases {
        let name = alias.strip_suffix("_int").unwrap();
        config
            .export
            .rename
            .insert(alias.clone(), format!("enum {name}"));
        config.export.exclude.push(alias.clone());
    }
    for alias in &tags.ptr_aliases {
        let name = alias.strip_suffix("_ptr").unwrap();
        config
            .export
            .rename
            .insert(alias.clone(), format!("{name} *"));
        config.export.exclude.push(alias.clone());
    }

    let mut generated = Vec::new();
    let builder = cbindgen::Builder::new().with_config(config);
    sources
        .iter()
        .fold(builder, cbindgen::Builder::with_src)
        .generate()
        .unwrap_or_else(|e| panic!("{}: {e}", header.name))
        .write(&mut generated);
    let generated = String::from_utf8(generated).unwrap();

    let guard = format!("LWS_{}_H", header.name.to_uppercase().replace('-', "_"));
    let mut out = String::new();
    let (banner, body) = generated.split_once('\n').unwrap();
    out += &format!("{banner}\n\n#if !defined({guard})\n#define {guard}\n\n");
    let mut forward = String::new();
    for (name, (keyword, file)) in &tags.keyword {
        if *keyword != "enum" && sources.contains(file) {
            forward += &format!("{keyword} {name};\n");
        }
    }
    if !forward.is_empty() {
        out += &format!("{forward}\n");
    }
    if !header.before.is_empty() {
        out += &format!("{}\n", header.before);
    }
    // The star of `f *` for `f_ptr` belongs to the name that follows.
    let body = body.replace("_function * ", "_function *");
    let body = with_formats(tidy(&with_labels(&with_prefixes(&body))));
    // Functions come last. Types and constants stay visible without the
    // subsystem: other headers' structs need them.
    let functions = body
        .find("LWS_VISIBLE")
        .map_or(body.len(), |at| body[..at].rfind("\n\n").unwrap_or(0));
    let (types, functions) = body.split_at(functions);
    if !types.trim().is_empty() {
        out += &format!("{}\n\n", types.trim());
    }
    for (name, (keyword, file)) in &tags.keyword {
        // lws declares these enums together with a typedef.
        if *keyword == "enum" && sources.contains(file) && name.ends_with("_t") {
            out += &format!("typedef enum {name} {name};\n\n");
        }
    }
    if !functions.is_empty() {
        let functions = with_options(functions.trim(), header.when);
        match header.when {
            Some(option) => {
                out +=
                    &format!("#if defined({option})\n\n{functions}\n\n#endif /* {option} */\n\n");
            }
            None => out += &format!("{functions}\n\n"),
        }
    }
    if !header.after.is_empty() {
        out += &format!("{}\n", header.after);
    }
    out += "#endif\n";
    out
}

/// Puts the functions that `exports.list` has an option for, other than the header's own, between
/// lines that ask for it.
fn with_options(functions: &str, own: Option<&str>) -> String {
    let list = fs::read_to_string(root().join("src/capi/exports.list")).unwrap();
    let option_of = |block: &str| {
        let declared = &block[block.find("LWS_VISIBLE")?..];
        let (name, _) = declared.split_once('(')?;
        let name = name.rsplit([' ', '*']).next()?;
        let line = list.lines().find(|l| l.split(' ').next() == Some(name))?;
        let option = line.split(' ').nth(1)?.to_string();
        (Some(option.as_str()) != own).then_some(option)
    };
    let mut out = String::new();
    let mut inside: Option<String> = None;
    for block in functions.split("\n\n") {
        let option = option_of(block);
        if inside != option {
            if let Some(ends) = inside.take() {
                out += &format!("#endif /* {ends} */\n\n");
            }
            if let Some(begins) = &option {
                out += &format!("#if defined({begins})\n\n");
            }
            inside = option;
        }
        out += &format!("{block}\n\n");
    }
    if let Some(ends) = inside {
        out += &format!("#endif /* {ends} */");
    }
    out.trim_end().to_string()
}

/// cbindgen has a prefix for what Rust defines, and writes `extern` for what
/// is in `variadic.c`.
fn with_prefixes(body: &str) -> String {
    let mut out = String::new();
    let mut shifted = false;
    for line in body.lines() {
        let function = line.strip_prefix("extern ").filter(|d| d.contains('('));
        if let Some(declaration) = function {
            // Arguments on lines of their own are aligned with the first.
            shifted = !declaration.ends_with(';');
            out += "LWS_VISIBLE LWS_EXTERN";
            out.push(if shifted { '\n' } else { ' ' });
            out += declaration;
        } else if shifted {
            out += line.strip_prefix("       ").unwrap_or(line);
            shifted = !line.ends_with(';');
        } else {
            out += line;
        }
        out.push('\n');
    }
    out
}

/// Gives the functions whose symbol is `relws_...` their name, and a label that says so.
fn with_labels(body: &str) -> String {
    let mut out = String::new();
    let mut label = None;
    for line in body.lines() {
        let mut line = line.to_string();
        // Arguments on lines of their own are aligned with the first.
        let mut text = line.as_str();
        if label.is_some() {
            text = text.strip_prefix("  ").unwrap();
        }
        let named = LABELLED.iter().find(|n| text.contains(&format!("re{n}(")));
        line = match named {
            Some(name) => text.replace(&format!("re{name}("), &format!("{name}(")),
            None => text.to_string(),
        };
        label = named.or(label);
        if let (Some(name), true) = (label, line.ends_with(");")) {
            let end = line.len() - 1;
            line.insert_str(end, &format!("\n\tRELWS_SYMBOL(\"re{name}\")"));
            label = None;
        }
        out += &line;
        out.push('\n');
    }
    out
}

/// Adds `LWS_FORMAT()` to the functions that take a format.
fn with_formats(mut text: String) -> String {
    for (name, number) in FORMATS {
        for before in [" ", "*"] {
            let Some(at) = text.find(&format!("{before}{name}(")) else {
                continue;
            };
            // Comments speak of functions too, but say `name()`.
            if text[..at].rfind("LWS_VISIBLE") > text[..at].rfind("/**") {
                let end = at + text[at..].find(");").unwrap() + 1;
                text.insert_str(end, &format!(" LWS_FORMAT({number})"));
            }
        }
    }
    text
}

/// Tabs for indents, and comments of one line on one line.
fn tidy(body: &str) -> String {
    let mut out = String::new();
    let mut lines = body.lines().peekable();
    while let Some(line) = lines.next() {
        let text = line.trim_start_matches(' ');
        let spaces = line.len() - text.len();
        // Comment lines begin with a space of their own.
        let indent = format!("{}{}", "\t".repeat(spaces / 8), " ".repeat(spaces % 8));
        out += &indent;
        if text == "/**" {
            let rest: Vec<&str> = lines.clone().take(2).map(str::trim_start).collect();
            if let [comment, "*/"] = rest[..] {
                let comment = comment.trim_start_matches("* ");
                // As deep as the code is, and within the line.
                if indent.len() * 7 + line.trim_start().len() + comment.len() + 4 <= 100 {
                    out += &format!("/** {comment} */\n");
                    lines.nth(1);
                    continue;
                }
            }
        }
        out += text.trim_end();
        out.push('\n');
    }
    out
}

fn writing() -> bool {
    env::var_os("RELWS_WRITE_HEADERS").is_some()
}

#[test]
fn headers_are_what_the_sources_say() {
    let tags = Tags::read();
    let write = writing();
    let mut stale = Vec::new();
    for header in HEADERS {
        let text = generate(header, &tags);
        let path = header.committed();
        if write {
            fs::write(&path, text).unwrap();
        } else if fs::read_to_string(&path).unwrap_or_default() != text {
            stale.push(path);
        }
    }
    assert!(
        stale.is_empty(),
        "not what cbindgen makes now: {stale:?}; run RELWS_WRITE_HEADERS=1 cargo test --test headers"
    );
}

/// A program that includes the umbrella and uses every kind of macro.
const PROGRAM: &str = r#"
#include <libwebsockets.h>

struct item {
	const char *name;
	struct item *next;
	lws_dll2_t list;
};

static int
callback(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t len)
{
	lwsl_wsi_notice(wsi, "reason %d", (int)reason);
	lwsl_hexdump_wsi_debug(wsi, in, len);
	(void)user;
	return reason == LWS_CALLBACK_USER;
}

static lws_callback_function *const callback_type = callback;

static const struct lws_protocols protocols[] = {
	{ "raw", callback, 0, 0, 0, NULL, 0 },
	LWS_PROTOCOL_LIST_TERM
};

static int
walk(struct lws_context *cx, struct lws_vhost *vh, struct item *head, lws_dll2_owner_t *owner)
{
	int count = 0;
	char text[16];
	size_t left = sizeof(text), padded = 5;

	lws_start_foreach_ll(struct item *, i, head) {
		count++;
	} lws_end_foreach_ll(i, next);

	lws_start_foreach_ll_safe(struct item *, i, head, next) {
		if (!i->name)
			continue;
		count++;
	} lws_end_foreach_ll_safe(i);

	lws_start_foreach_llp(struct item **, i, head) {
		if (!(*i)->name) {
			*i = (*i)->next;
			continue;
		}
		count++;
	} lws_end_foreach_llp(i, next);

	lws_start_foreach_llp_safe(struct item **, i, head, next) {
		if (!(*i)->name)
			continue;
		count++;
	} lws_end_foreach_llp_safe(i);

	lws_start_foreach_dll(struct lws_dll2 *, d, lws_dll2_get_head(owner)) {
		struct item *i = lws_container_of(d, struct item, list);

		if (!i->name)
			continue;
		count++;
	} lws_end_foreach_dll(d);

	lws_start_foreach_dll_safe(struct lws_dll2 *, d, d1, lws_dll2_get_head(owner)) {
		lws_dll2_remove(d);
	} lws_end_foreach_dll_safe(d, d1);

	if (head) {
		struct item *added = head->next;

		lws_ll_fwd_remove(struct item, next, added, head);
		if (added)
			lws_ll_fwd_insert(added, next, head);
	}
	if (lws_dll2_search_sz_pl(owner, "x", 1, struct item, list, name))
		count++;

	lwsl_err("count %d\n", count);
	if (count)
		lwsl_cx_warn(cx, "count %d", count);
	else
		lwsl_vhost_info(vh, "nothing");
	lwsl_cx(cx, LLL_USER, "level of one's own");
	lwsl_hexdump_notice(text, sizeof(text));
	lwsl_hexdump_cx_info(cx, text, sizeof(text));
	lwsl_hexdump_vhost_err(vh, text, sizeof(text));

	lws_strnncpy(text, "abcdef", 3, sizeof(text));
	left -= (size_t)lws_snprintf(lws_concat_temp(text, left), left, "%d", count);
	LWS_ALIGN_TO(padded, 8);
	if (lws_check_opt(LWS_SERVER_OPTION_EXPLICIT_VHOSTS, LWS_SERVER_OPTION_UNIX_SOCK))
		count++;
	return count + lws_ptr_diff(text + 3, text) + (int)lws_ptr_diff_size_t(text + 1, text) +
	       (int)(lws_concat_used(text, left) + LWS_ARRAY_SIZE(text) + padded) +
	       (int)LWS_US_TO_MS(LWS_US_PER_SEC);
}

int
main(void)
{
	struct lws_context_creation_info info;
	struct lws_pollargs args;
	struct lws_pollfd pfd;
	lws_sockaddr46 sa46;

	memset(&sa46, 0, sizeof(sa46));
	sa46.sa4.sin_family = AF_INET;
	sa46_sockport(&sa46, htons(7681));
	if (sa46_address(&sa46)[sa46_address_len(&sa46) - 1] ||
	    sa46_sockaddr(&sa46)->sa_family != AF_INET ||
	    sa46_socklen(&sa46) != sizeof(sa46.sa4))
		return 1;
	memset(&info, 0, sizeof(info));
	memset(&args, 0, sizeof(args));
	memset(&pfd, 0, sizeof(pfd));
	pfd.events = LWS_POLLIN | LWS_POLLOUT;
	info.port = CONTEXT_PORT_NO_LISTEN;
	info.options = LWS_SERVER_OPTION_EXPLICIT_VHOSTS | LWS_SERVER_OPTION_DISABLE_IPV6;
	info.protocols = protocols;
	return walk(NULL, NULL, NULL, NULL) + (protocols[0].callback != callback_type) +
	       args.fd;
}
"#;

const WARNINGS: &[&str] = &[
    "-Wall",
    "-Wextra",
    "-Wconversion",
    "-Wsign-compare",
    "-Wpedantic",
    "-Werror",
];

fn compile(name: &str, compiler: &str, standard: &str, flags: &[&str], program: &str) {
    let language = if compiler == "cc" { "c" } else { "c++" };
    let include = root().join("include");
    let dir = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let source = dir.join(format!("headers-{name}-{standard}.{language}"));
    fs::write(&source, program).unwrap();
    let out = Command::new(compiler)
        .arg(format!("-std={standard}"))
        .args(WARNINGS)
        .args(flags)
        .args(["-fsyntax-only", "-x", language, "-I"])
        .arg(&include)
        .arg(&source)
        .output()
        .unwrap_or_else(|e| panic!("{compiler}: {e}"));
    assert!(
        out.status.success(),
        "{compiler} -std={standard} {flags:?}:\n{}",
        String::from_utf8_lossy(&out.stderr)
    );
}

/// A function that uses every logging macro.
fn logging() -> String {
    const LEVELS: &[&str] = &[
        "err", "warn", "notice", "info", "debug", "parser", "header", "ext", "client", "latency",
        "user", "thread",
    ];
    let mut calls = String::new();
    for level in LEVELS {
        calls += &format!("\tlwsl_{level}(\"%d\", 1);\n");
        for object in ["cx", "vhost", "wsi"] {
            calls += &format!("\tlwsl_{object}_{level}({object}, \"%s\", \"text\");\n");
        }
    }
    for level in &LEVELS[..5] {
        calls += &format!("\tlwsl_hexdump_{level}(\"text\", (size_t)4);\n");
        for object in ["cx", "vhost", "wsi"] {
            calls += &format!("\tlwsl_hexdump_{object}_{level}({object}, \"text\", 4);\n");
        }
    }
    format!(
        "#include <libwebsockets.h>\n\
         void logging(struct lws_context *cx, struct lws_vhost *vhost, struct lws *wsi);\n\
         void\nlogging(struct lws_context *cx, struct lws_vhost *vhost, struct lws *wsi)\n\
         {{\n{calls}}}\n"
    )
}

#[test]
fn a_program_compiles_without_a_warning() {
    if writing() {
        return; // the other test is at it
    }
    // POSIX names in strict C99 and C11 need to be asked for, as in any program.
    for standard in ["c99", "c11"] {
        compile("program", "cc", standard, &["-D_GNU_SOURCE"], PROGRAM);
        compile(
            "program",
            "cc",
            standard,
            &["-D_GNU_SOURCE", "-O2"],
            PROGRAM,
        );
    }
    compile("program", "cc", "gnu11", &[], PROGRAM);
    compile("program", "c++", "c++17", &[], PROGRAM);
    compile(
        "logging",
        "cc",
        "c99",
        &["-D_GNU_SOURCE", "-O1"],
        &logging(),
    );
    compile("logging", "c++", "c++17", &["-O1"], &logging());
}

/// The undefined symbols of a program that creates a context and a vhost.
fn wanted_symbols(compiler: &str, standard: &str) -> Vec<String> {
    let dir = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let name = format!("labels-{compiler}-{standard}");
    let language = if compiler.ends_with("++") { "c++" } else { "c" };
    let source = dir.join(format!("{name}.{language}"));
    let object = dir.join(format!("{name}.o"));
    let program = "#include <libwebsockets.h>\n\
                   int main(void)\n{\n\tstruct lws_context_creation_info info;\n\n\
                   \tmemset(&info, 0, sizeof(info));\n\
                   \treturn !lws_create_vhost(lws_create_context(&info), &info);\n}\n";
    fs::write(&source, program).unwrap();
    let compiled = Command::new(compiler)
        .arg(format!("-std={standard}"))
        .args(WARNINGS)
        .args((language == "c").then_some("-D_GNU_SOURCE"))
        .args(["-c", "-x", language, "-I"])
        .arg(root().join("include"))
        .arg(&source)
        .arg("-o")
        .arg(&object)
        .output()
        .unwrap_or_else(|e| panic!("{compiler}: {e}"));
    let said = String::from_utf8_lossy(&compiled.stderr);
    assert!(
        compiled.status.success(),
        "{compiler} -std={standard}: {said}"
    );
    let nm = Command::new("nm").arg("-u").arg(&object).output().unwrap();
    let symbols = String::from_utf8(nm.stdout).unwrap();
    let symbols = symbols.split_whitespace().map(str::to_string);
    symbols.filter(|s| s.contains("lws_create")).collect()
}

#[test]
fn programs_of_our_headers_reach_our_layout() {
    if writing() {
        return;
    }
    for (compiler, standards) in [
        ("cc", &["c99", "c11"][..]),
        ("clang", &["c99", "c11"]),
        ("c++", &["c++17"]),
        ("clang++", &["c++17"]),
    ] {
        for standard in standards {
            assert_eq!(
                wanted_symbols(compiler, standard),
                LABELLED
                    .iter()
                    .map(|n| format!("re{n}"))
                    .collect::<Vec<_>>(),
                "{compiler} -std={standard}"
            );
        }
    }
}

/// For each standard header that comes with `libwebsockets.h`, an expression that needs it.
const LEANED_ON: &[(&str, &str)] = &[
    ("errno.h", "errno = ENOENT"),
    ("inttypes.h", "(int)sizeof(\"%\" PRIu64)"),
    ("limits.h", "INT_MAX - PATH_MAX"),
    ("stdarg.h", "(int)sizeof(va_list)"),
    ("stddef.h", "(int)offsetof(struct lws_pollargs, events)"),
    ("stdint.h", "(int)UINT8_MAX"),
    ("stdio.h", "printf(\"%d\\n\", 1) + (stdout == NULL)"),
    ("stdlib.h", "atoi(\"1\") + EXIT_FAILURE"),
    ("string.h", "(int)strlen(\"text\")"),
    ("time.h", "(int)time(NULL)"),
    ("arpa/inet.h", "inet_pton(AF_INET, \"1.2.3.4\", NULL)"),
    ("fcntl.h", "open(\"/\", O_RDONLY)"),
    ("netdb.h", "(int)sizeof(struct addrinfo) + EAI_AGAIN"),
    (
        "netinet/in.h",
        "(int)htons(1) + (int)sizeof(struct sockaddr_in6)",
    ),
    ("poll.h", "poll(NULL, 0, POLLIN)"),
    ("pthread.h", "pthread_equal(pthread_self(), pthread_self())"),
    ("signal.h", "signal(SIGINT, SIG_DFL) == SIG_ERR"),
    ("sys/socket.h", "socket(AF_UNIX, SOCK_STREAM, 0)"),
    ("sys/stat.h", "(int)sizeof(struct stat)"),
    ("sys/time.h", "(int)sizeof(struct timeval)"),
    ("sys/types.h", "(int)sizeof(ssize_t)"),
    ("unistd.h", "(int)getpid()"),
];

#[test]
fn programs_may_lean_on_what_lws_includes() {
    if writing() {
        return;
    }
    for (header, expression) in LEANED_ON {
        let program = format!(
            "#include <libwebsockets.h>\n\nint main(void)\n{{\n\treturn {expression};\n}}\n"
        );
        let name = format!("lean-{}", header.replace('/', "-"));
        compile(&name, "cc", "c99", &["-D_GNU_SOURCE"], &program);
        compile(&name, "c++", "c++17", &[], &program);
    }
}

#[test]
fn a_subsystem_that_is_off_is_not_seen() {
    if writing() {
        return;
    }
    // The guards of the headers are tried by taking the macros back.
    let exports = fs::read_to_string(root().join("src/capi/exports.list")).unwrap();
    let mut of_option = BTreeMap::new();
    for line in exports.lines() {
        if let Some((function, option)) = line.split_once(' ') {
            of_option.entry(option).or_insert(function);
        }
    }
    assert!(!of_option.is_empty());
    for (option, function) in of_option {
        let seen = "#include <lws_config.h>\n#undef OPTION\n#include <libwebsockets.h>\n\
                    int FUNCTION;\nint main(void) { return FUNCTION; }\n"
            .replace("OPTION", option)
            .replace("FUNCTION", function);
        compile(option, "cc", "gnu11", &[], &seen);
    }
}
