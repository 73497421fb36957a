//! Our headers against the facts of lws 4.3.5 in `tests/data/lws-4.3.5.json`.
//!
//! bindgen reads the headers back and tells what they declare, and how structs
//! are laid out. Whether a declaration has the right types is for the compilers
//! to say: a C and a C++ file that declare everything again as lws does must
//! be accepted. That is exact, where comparing the names of types is not.
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::indexing_slicing)]

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

/// What we declare and lws does not.
const OWN_FUNCTIONS: &[&str] = &[
    // Those of lws-x509.h, which the facts leave out.
    "lws_tls_cert_updated",
    "lws_tls_peer_cert_info",
    "lws_tls_vhost_cert_info",
    // Newer versions of lws have these.
    "_lws_context_info_defaults",
    "lws_cmdline_passfail",
    "lws_context_default_loop_run_destroy",
    "lws_default_loop_exit",
    "lws_switches_print_help",
    "lws_context_get_poll_fd",
    // The build of the facts has no extensions.
    "lws_extension_callback_pm_deflate",
    "lws_set_extension_option",
    "lws_cao_create",
    "lws_cao_destroy",
    "lws_cao_destroy_if_unreferenced",
    "lws_cao_dump_json",
    "lws_cao_foreach",
    "lws_cao_get_info",
    "lws_cao_get_score",
    "lws_cao_get_settings",
    "lws_cao_get_stats",
    "lws_cao_load_file",
    "lws_cao_load_json",
    "lws_cao_next",
    "lws_cao_order",
    "lws_cao_remove_all",
    "lws_cao_save_file",
    "lws_cao_set_partition",
    "lws_cao_set_settings",
    "lws_cao_set_policy",
    "lws_wsi_cao",
    "lws_wsi_conmon",
    "lws_dhcpc_request_settings",
    "lws_dhcpc_settings_default",
    "lws_dhcpc_state",
    "lws_gpio_linux_adopt",
    "lws_gpio_linux_close",
    "lws_gpio_linux_key",
    "lws_gpio_linux_line",
    "lws_gpio_linux_ops",
    "lws_dns_cancel",
    "lws_dns_dump_json",
    "lws_dns_get_settings",
    "lws_dns_get_stats",
    "lws_dns_query",
    "lws_dns_reload",
    "lws_dns_server_add",
    "lws_dns_server_remove",
    "lws_dns_set_settings",
    "lws_route_check",
    "lws_route_cull_reason",
    "lws_route_decide",
    "lws_route_dump_json",
    "lws_route_foreach",
    "lws_route_get_settings",
    "lws_route_get_stats",
    "lws_route_resync",
    "lws_route_set_settings",
    "lws_route_synced",
];
/// The symbols that our headers use for functions which take `lws_context_creation_info`; those of
/// the functions' names read the struct as Debian 13 lays it out.
const LABELLED: &[&str] = &["lws_create_context", "lws_create_vhost"];

/// Structs of our own, one of the system's, and a union that lws has without a name, which C++ and
/// Rust are better off with.
const OWN_STRUCTS: &[&str] = &[
    "lws_tls_cert_info_ns",
    "lws_tls_cert_info_results",
    "lws_cao",
    // The build of the facts has no extensions.
    "lws_extension",
    "lws_cache_creation_u",
    "lws_cache_nscookiejar",
    "lws_cao_info",
    "lws_cao_score",
    "lws_cao_settings",
    "lws_cao_stats",
    "lws_conmon_http",
    "lws_conmon_pcol_specific",
    "lws_dhcpc_settings",
    "lws_dns_answer",
    "lws_dns_part",
    "lws_dns_service",
    "lws_dns_settings",
    "lws_dns_stats",
    "lws_log_cx_u",
    "lws_plugin_u",
    "lws_route_entry",
    "lws_route_decision",
    "lws_route_flow",
    "lws_route_hop",
    "lws_route_settings",
    "lws_route_stats",
    "lws_switches",
    "pollfd",
];

/// Structs of the system's headers, and what they consist of, begin so.
const SYSTEM_STRUCTS: &[&str] = &["addrinfo", "in_addr", "in6_addr", "sockaddr"];

/// Data, which the facts leave out, and how many elements it has: part of the ABI where a program
/// holds a copy.
const DATA: &[(&str, u32)] = &[
    ("humanize_schema_si", 7),
    ("humanize_schema_si_bytes", 7),
    ("humanize_schema_us", 8),
    ("lws_cache_ops_heap", 1),
    ("lws_cache_ops_nscookiejar", 1),
];

/// The headers we cover, whose macros must all be there...
const COVERED: &[&str] = &[
    "libwebsockets.h",
    "libwebsockets/lws-adopt.h",
    "libwebsockets/lws-async-dns.h",
    "libwebsockets/lws-button.h",
    "libwebsockets/lws-cache-ttl.h",
    "libwebsockets/lws-callbacks.h",
    "libwebsockets/lws-client.h",
    "libwebsockets/lws-conmon.h",
    "libwebsockets/lws-context-vhost.h",
    "libwebsockets/lws-dll2.h",
    "libwebsockets/lws-fault-injection.h",
    "libwebsockets/lws-dsh.h",
    "libwebsockets/lws-gpio.h",
    "libwebsockets/lws-http.h",
    "libwebsockets/lws-lejp.h",
    "libwebsockets/lws-logs.h",
    "libwebsockets/lws-lwsac.h",
    "libwebsockets/lws-map.h",
    "libwebsockets/lws-misc.h",
    "libwebsockets/lws-network-helper.h",
    "libwebsockets/lws-protocols-plugins.h",
    "libwebsockets/lws-purify.h",
    "libwebsockets/lws-retry.h",
    "libwebsockets/lws-ring.h",
    "libwebsockets/lws-service.h",
    "libwebsockets/lws-sha1-base64.h",
    "libwebsockets/lws-smd.h",
    "libwebsockets/lws-spa.h",
    "libwebsockets/lws-state.h",
    "libwebsockets/lws-struct.h",
    "libwebsockets/lws-system.h",
    "libwebsockets/lws-timeout-timer.h",
    "libwebsockets/lws-tokenize.h",
    "libwebsockets/lws-write.h",
    "libwebsockets/lws-writeable.h",
];

/// ... but for those of subsystems that are not there yet.
const MACROS_NOT_YET: &[&str] = &[
    "AUTH_MODE_MASK",            // HTTP mounts
    "LWSSYSGAUTH_HEX",           // Secure Streams
    "LWS_H2_STREAM_SID",         // HTTP/2
    "LWS_CB_REASON_AUX_BF__CGI", // HTTP
    "LWS_CB_REASON_AUX_BF__CGI_CHUNK_END",
    "LWS_CB_REASON_AUX_BF__CGI_HEADERS",
    "LWS_CB_REASON_AUX_BF__PROXY",
    "LWS_CB_REASON_AUX_BF__PROXY_HEADERS",
    "LWS_CB_REASON_AUX_BF__PROXY_TRANS_END",
];

/// Macros that stand for something else than a number or a string.
const NOT_VALUES: &[&str] = &[
    "LWS_INLINE",
    "LWS_PROTOCOL_LIST_TERM",
    "LWS_WARN_DEPRECATED",
    "LWS_WARN_UNUSED_RESULT",
    "lws_intptr_t",
    "lws_plat_service_tsi",
    "lws_pollfd",
    "lws_time_in_microseconds",
    "lwsac_use_zeroed",
];

fn not_yet(name: &str) -> bool {
    // Secure Streams have log macros of their own.
    MACROS_NOT_YET.contains(&name)
        || name == "lwsl_ss"
        || name.starts_with("lwsl_ss_")
        || name.starts_with("lwsl_sspc")
        || name.starts_with("lwsl_hexdump_ss")
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn facts() -> Value {
    let read = |name: &str| -> Value {
        let text = fs::read_to_string(root().join("tests/data").join(name)).unwrap();
        serde_json::from_str(&text).unwrap()
    };
    let mut facts = read("lws-4.3.5.json");
    for (kind, more) in read("lws-4.3.5-more.json").as_object_mut().unwrap() {
        if let (Some(all), Some(more)) = (facts[kind].as_object_mut(), more.as_object_mut()) {
            all.append(more);
        }
    }
    facts
}

/// The functions of `exports.list`.
fn exports() -> BTreeSet<String> {
    fs::read_to_string(root().join("src/capi/exports.list"))
        .unwrap()
        .lines()
        .filter_map(|l| l.split('#').next().unwrap().split_whitespace().next())
        .map(str::to_string)
        .collect()
}

/// What bindgen found in the headers.
#[derive(Default)]
struct Declared {
    /// Functions, and whether they are variadic.
    functions: BTreeMap<String, bool>,
    data: BTreeSet<String>,
    /// Structs and unions with members, and the names of those.
    structs: BTreeMap<String, Vec<String>>,
    /// Enumerators and macros that are integers.
    constants: BTreeMap<String, i128>,
    /// `Size of x`, `Alignment of x`, `Offset of field: x::y`, in bytes.
    layout: BTreeMap<String, u64>,
}

impl Declared {
    fn read() -> Self {
        let include = root().join("include");
        let text = bindgen::Builder::default()
            .header(include.join("libwebsockets.h").to_str().unwrap())
            .clang_arg(format!("-I{}", include.display()))
            // OpenSSL's headers, as if they were read already: reading them takes a minute.
            .clang_args(["-DOPENSSL_SSL_H", "-DOPENSSL_ERR_H"])
            .allowlist_file(".*/include/libwebsockets(\\.h|/.*)")
            .default_enum_style(bindgen::EnumVariation::Consts)
            .prepend_enum_name(false)
            .layout_tests(true)
            .clang_macro_fallback()
            .clang_macro_fallback_build_dir(env!("CARGO_TARGET_TMPDIR"))
            .formatter(bindgen::Formatter::None)
            .generate()
            .unwrap()
            .to_string();
        let mut declared = Self::default();
        for item in syn::parse_file(&text).unwrap().items {
            match item {
                syn::Item::ForeignMod(block) => {
                    for item in block.items {
                        match item {
                            syn::ForeignItem::Fn(f) => {
                                let variadic = f.sig.variadic.is_some();
                                declared.functions.insert(f.sig.ident.to_string(), variadic);
                            }
                            syn::ForeignItem::Static(s) => {
                                declared.data.insert(s.ident.to_string());
                            }
                            _ => {}
                        }
                    }
                }
                syn::Item::Struct(s) => declared.add_struct(&s.ident, s.fields.iter()),
                syn::Item::Union(u) => declared.add_struct(&u.ident, u.fields.named.iter()),
                syn::Item::Const(c) if c.ident == "_" => declared.add_layout(&c.expr),
                syn::Item::Const(c) => {
                    if let Some(value) = integer(&c.expr) {
                        declared.constants.insert(c.ident.to_string(), value);
                    }
                }
                _ => {}
            }
        }
        declared
    }

    fn add_struct<'a>(&mut self, name: &syn::Ident, fields: impl Iterator<Item = &'a syn::Field>) {
        let fields: Vec<String> = fields
            .filter_map(|f| f.ident.as_ref().map(ToString::to_string))
            .collect();
        let name = name.to_string();
        let system = name.starts_with("__") || SYSTEM_STRUCTS.iter().any(|s| name.starts_with(s));
        // Opaque types have a made-up member.
        if fields != ["_unused"] && !system {
            self.structs.insert(name, fields);
        }
    }

    /// bindgen's layout tests: `["what"][<what is measured> - <number>usize];`
    fn add_layout(&mut self, block: &syn::Expr) {
        let syn::Expr::Block(block) = block else {
            return;
        };
        for statement in &block.block.stmts {
            let syn::Stmt::Expr(syn::Expr::Index(test), _) = statement else {
                continue;
            };
            let syn::Expr::Array(label) = &*test.expr else {
                continue;
            };
            let Some(syn::Expr::Lit(syn::ExprLit {
                lit: syn::Lit::Str(label),
                ..
            })) = label.elems.first()
            else {
                continue;
            };
            let syn::Expr::Binary(difference) = &*test.index else {
                continue;
            };
            let value = integer(&difference.right).unwrap();
            self.layout
                .insert(label.value(), u64::try_from(value).unwrap());
        }
    }
}

/// A member's name as bindgen writes it.
fn in_rust(name: &str) -> String {
    let keyword = syn::parse_str::<syn::Ident>(name).is_err();
    format!("{name}{}", if keyword { "_" } else { "" })
}

fn integer(expr: &syn::Expr) -> Option<i128> {
    match expr {
        syn::Expr::Lit(syn::ExprLit {
            lit: syn::Lit::Int(n),
            ..
        }) => n.base10_parse().ok(),
        syn::Expr::Unary(u) if matches!(u.op, syn::UnOp::Neg(_)) => Some(-integer(&u.expr)?),
        _ => None,
    }
}

fn string<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap()
}

/// Types of other libraries, as we name them.
fn our_type(ty: &str) -> String {
    ty.replace("SSL_CTX", "struct ssl_ctx_st")
        .replace("SSL *", "struct ssl_st *")
        .replace("cap_value_t", "int")
}

#[test]
fn the_headers_declare_what_is_exported() {
    let declared = Declared::read();
    let facts = facts();
    let exports = exports();
    for (name, _) in DATA {
        assert!(declared.data.contains(*name), "{name} is not declared");
        assert!(exports.contains(*name), "{name} is not exported");
    }
    assert_eq!(declared.data.len(), DATA.len(), "{:?}", declared.data);
    for name in exports.iter().filter(|n| !declared.data.contains(*n)) {
        if let Some(name) = name.strip_prefix("re").filter(|n| LABELLED.contains(n)) {
            assert!(exports.contains(name), "{name}: Debian 13's is not there");
            continue;
        }
        let variadic = declared.functions.get(name);
        assert!(variadic.is_some(), "{name} is exported and not declared");
        let fact = &facts["functions"][name.as_str()];
        if fact.is_null() {
            assert!(
                OWN_FUNCTIONS.contains(&name.as_str()),
                "{name} is not a function of lws"
            );
        } else {
            assert_eq!(
                fact["variadic"].as_bool(),
                variadic.copied(),
                "{name}: variadic"
            );
        }
    }
    for name in declared.functions.keys() {
        assert!(
            exports.contains(name),
            "{name} is declared and not exported"
        );
    }
}

#[test]
fn structs_are_laid_out_as_in_lws() {
    let declared = Declared::read();
    let facts = facts();
    let layout = |what: String| {
        *declared
            .layout
            .get(&what)
            .unwrap_or_else(|| panic!("no {what}"))
    };
    let mut compared = 0;
    for (name, fields) in &declared.structs {
        if OWN_STRUCTS.contains(&name.as_str()) {
            continue;
        }
        let structs = &facts["structs"];
        let fact = [
            format!("struct {name}"),
            format!("union {name}"),
            name.clone(),
        ]
        .iter()
        .map(|n| &structs[n.as_str()])
        .find(|f| !f.is_null())
        .unwrap_or_else(|| panic!("{name} is not a struct of lws"));
        assert_eq!(
            Some(layout(format!("Size of {name}"))),
            fact["size"].as_u64(),
            "{name}"
        );
        assert_eq!(
            Some(layout(format!("Alignment of {name}"))),
            fact["align"].as_u64(),
            "{name}"
        );
        let theirs: Vec<&str> = fact["fields"]
            .as_array()
            .unwrap()
            .iter()
            .map(|f| string(f, "name"))
            .collect();
        // Bit-fields have no names and places in Rust; c-tests/unit/h1_mount.c looks for theirs.
        let bits = |n: &str| {
            if fields.contains(&in_rust(n)) {
                return false;
            }
            let all = fact["fields"].as_array().unwrap();
            all.iter()
                .any(|f| string(f, "name") == n && !f["bits"].is_null())
        };
        let theirs = theirs.into_iter().filter(|n| !bits(n));
        let theirs: Vec<String> = theirs.map(in_rust).collect();
        let ours = fields.iter().filter(|n| !n.starts_with("_bitfield"));
        let ours: Vec<String> = ours.cloned().collect();
        assert_eq!(ours, theirs, "members of {name}");
        for field in fact["fields"].as_array().unwrap() {
            if bits(string(field, "name")) {
                continue;
            }
            let path = format!("{name}::{}", in_rust(string(field, "name")));
            let offset = layout(format!("Offset of field: {path}"));
            assert_eq!(Some(offset * 8), field["offset_bits"].as_u64(), "{path}");
        }
        compared += 1;
    }
    assert!(
        compared >= 12,
        "only {compared} structs found: are the headers read at all?"
    );
}

#[test]
fn constants_have_the_values_of_lws() {
    let declared = Declared::read();
    let facts = facts();
    let mut compared = 0;
    for (name, fact) in facts["enums"].as_object().unwrap() {
        let values = fact["values"].as_object().unwrap();
        if !values.keys().any(|k| declared.constants.contains_key(k)) {
            continue;
        }
        // An enum is there as a whole.
        for (key, value) in values {
            let ours = declared.constants.get(key).copied();
            assert_eq!(ours, value.as_i64().map(i128::from), "{name}: {key}");
            compared += 1;
        }
    }
    assert!(
        compared >= 140,
        "only {compared} enumerators found: are the headers read at all?"
    );
}

/// Declares again what we declare, in the words of lws.
fn declarations(declared: &Declared, facts: &Value, cplusplus: bool) -> String {
    let mut out = String::from("#include <libwebsockets.h>\n");
    if cplusplus {
        out += "extern \"C\" {\n";
    }
    for name in declared.functions.keys() {
        let fact = &facts["functions"][name.as_str()];
        if fact.is_null() {
            continue;
        }
        let mut params: Vec<String> = fact["params"]
            .as_array()
            .unwrap()
            .iter()
            .map(|p| our_type(p[1].as_str().unwrap()))
            .collect();
        if fact["variadic"].as_bool().unwrap() {
            params.push("...".into());
        } else if params.is_empty() {
            params.push("void".into());
        }
        writeln!(
            out,
            "{} {name}({});",
            our_type(string(fact, "returns")),
            params.join(", ")
        )
        .unwrap();
    }
    if cplusplus {
        out += "}\n";
    } else {
        let same = |left: String, right: String, what: &str| {
            format!(
                "_Static_assert(__builtin_types_compatible_p({left}, __typeof__({right})), \
                 \"{what}\");\n"
            )
        };
        for name in declared.structs.keys() {
            for (word, key) in [
                ("struct", format!("struct {name}")),
                ("union", format!("union {name}")),
            ] {
                let Some(fields) = facts["structs"][key.as_str()]["fields"].as_array() else {
                    continue;
                };
                for field in fields {
                    let (member, ty) = (string(field, "name"), string(field, "type"));
                    if ty.contains("(unnamed)") || !field["bits"].is_null() {
                        continue;
                    }
                    out += &same(
                        format!("__typeof__((({word} {name} *)0)->{member})"),
                        our_type(ty),
                        &format!("{name}.{member}"),
                    );
                }
            }
        }
        let typedefs = typedefs();
        for (name, fact) in facts["typedefs"].as_object().unwrap() {
            // One that we lack belongs to a subsystem that is not there yet.
            if typedefs.contains(name) {
                out += &same(name.clone(), our_type(string(fact, "type")), name);
            }
        }
    }
    for (name, fact) in facts["macros"].as_object().unwrap() {
        if !COVERED.contains(&string(fact, "header")) || not_yet(name) {
            continue;
        }
        writeln!(
            out,
            "#if !defined({name})\n#error {name} is not defined\n#endif"
        )
        .unwrap();
        let value = fact["value"].as_str().unwrap_or("");
        if value.is_empty() || NOT_VALUES.contains(&name.as_str()) {
            continue;
        }
        let assert = if cplusplus {
            "static_assert"
        } else {
            "_Static_assert"
        };
        if value.starts_with('"') {
            writeln!(
                out,
                "{assert}(!__builtin_strcmp({name}, {value}), \"{name}\");"
            )
            .unwrap();
        } else {
            writeln!(out, "{assert}(({name}) == ({value}), \"{name}\");").unwrap();
            writeln!(
                out,
                "{assert}(sizeof({name}) == sizeof({value}), \"{name}: type\");"
            )
            .unwrap();
        }
    }
    out
}

/// The names that our headers define with `typedef`.
fn typedefs() -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let folder = root().join("include/libwebsockets");
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|e| e.unwrap().path())
        .collect();
    files.push(root().join("include/libwebsockets.h"));
    for file in files {
        let text = fs::read_to_string(file).unwrap();
        for part in text.split("\ntypedef ").skip(1) {
            // `typedef int name;`, `typedef int (*name)(...);`, `typedef int name(...);`
            let head = part.split(';').next().unwrap();
            let name = match head.split_once("(*") {
                Some((_, rest)) => rest.split(')').next().unwrap(),
                None => head
                    .split('(')
                    .next()
                    .unwrap()
                    .rsplit([' ', '*'])
                    .next()
                    .unwrap(),
            };
            names.insert(name.trim().to_string());
        }
    }
    names
}

fn accepts(compiler: &str, language: &str, standard: &str, text: &str) {
    let source =
        PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("abi-{standard}.{language}"));
    fs::write(&source, text).unwrap();
    let out = Command::new(compiler)
        .args([
            &format!("-std={standard}"),
            "-Werror",
            "-fsyntax-only",
            "-x",
            language,
            "-I",
        ])
        .arg(root().join("include"))
        .arg(&source)
        .output()
        .unwrap_or_else(|e| panic!("{compiler}: {e}"));
    assert!(
        out.status.success(),
        "{}",
        String::from_utf8_lossy(&out.stderr)
    );
}

#[test]
fn the_compilers_agree_with_lws() {
    let declared = Declared::read();
    let facts = facts();
    assert!(declared.functions.len() > 100 && typedefs().len() > 20);
    accepts("cc", "c", "gnu11", &declarations(&declared, &facts, false));
    // In C an enum is as good as an int; not in C++.
    accepts(
        "c++",
        "c++",
        "gnu++17",
        &declarations(&declared, &facts, true),
    );
}
