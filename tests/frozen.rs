//! Programs compiled against Debian 13's headers run on our library.
//!
//! The header they are compiled against is made here, from the facts of lws
//! 4.3.5 in `tests/data` and what Debian's build changes of them; ours have no
//! part in it. Where Debian's own headers are, the same programs are compiled
//! against them.
//!
//! `RELWS_LIBDIR=<folder of libwebsockets.so>` links and runs the programs; they
//! are only compiled without.
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::indexing_slicing)]

use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

/// The headers whose functions, enums and macros the program may use.
const HEADERS: &[&str] = &[
    "libwebsockets.h",
    "libwebsockets/lws-adopt.h",
    "libwebsockets/lws-callbacks.h",
    "libwebsockets/lws-client.h",
    "libwebsockets/lws-context-vhost.h",
    "libwebsockets/lws-dll2.h",
    "libwebsockets/lws-logs.h",
    "libwebsockets/lws-misc.h",
    "libwebsockets/lws-protocols-plugins.h",
    "libwebsockets/lws-service.h",
    "libwebsockets/lws-smd.h",
    "libwebsockets/lws-state.h",
    "libwebsockets/lws-system.h",
    "libwebsockets/lws-timeout-timer.h",
    "libwebsockets/lws-write.h",
    "libwebsockets/lws-writeable.h",
];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn string<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap()
}

/// Writes C declarations from the facts, each after what it needs.
struct Writer<'a> {
    facts: &'a Value,
    done: BTreeSet<String>,
    out: String,
}

impl Writer<'_> {
    /// Whether this is the first call with that name.
    fn first(&mut self, what: &str) -> bool {
        self.done.insert(what.to_string())
    }

    /// Declares what a type's spelling names. `whole` is for a type that an
    /// object is of: its struct must be defined, not only known.
    fn need(&mut self, spelling: &str, whole: bool) {
        let pointer = spelling.contains('*') || spelling.contains('(');
        let words: Vec<String> = spelling
            .split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
            .filter(|w| !w.is_empty())
            .map(str::to_string)
            .collect();
        let mut previous = String::new();
        for word in &words {
            match previous.as_str() {
                "struct" | "union" => {
                    if whole && !pointer {
                        self.define(&previous, word);
                    } else if self.first(&format!("known {previous} {word}")) {
                        writeln!(self.out, "{previous} {word};").unwrap();
                    }
                }
                "enum" => self.enumeration(word),
                _ => self.alias(word, whole && !pointer),
            }
            previous.clone_from(word);
        }
    }

    /// Declares a typedef, if the word is one.
    fn alias(&mut self, name: &str, whole: bool) {
        let fact = &self.facts["typedefs"][name];
        if fact.is_null() {
            return;
        }
        let ty = our_type(string(fact, "type"));
        self.need(&ty, whole);
        if self.first(&format!("typedef {name}")) {
            writeln!(self.out, "typedef {};", declare(&ty, name)).unwrap();
        }
    }

    fn define(&mut self, keyword: &str, name: &str) {
        if !self.first(&format!("{keyword} {name}")) {
            return;
        }
        let full = format!("{keyword} {name}");
        let facts = self.facts;
        let fact = &facts["structs"][full.as_str()];
        let fields = fact["fields"].as_array().unwrap();
        // Pointers to itself.
        if self.first(&format!("known {full}")) {
            writeln!(self.out, "{full};").unwrap();
        }
        for field in fields {
            for member in field["members"].as_array().unwrap_or(&vec![field.clone()]) {
                self.need(&our_type(string(member, "type")), true);
            }
        }
        let mut body = String::new();
        let mut asserts = format!(
            "_Static_assert(sizeof({full}) == {}, \"{name}\");\n",
            fact["size"].as_u64().unwrap()
        );
        for field in fields {
            let member = string(field, "name");
            if let Some(members) = field["members"].as_array() {
                body += "\tunion {\n";
                for m in members {
                    let declaration = declare(&our_type(string(m, "type")), string(m, "name"));
                    writeln!(body, "\t\t{declaration};").unwrap();
                }
                writeln!(body, "\t}} {member};").unwrap();
            } else {
                writeln!(
                    body,
                    "\t{};",
                    declare(&our_type(string(field, "type")), member)
                )
                .unwrap();
            }
            writeln!(
                asserts,
                "_Static_assert(offsetof({full}, {member}) * 8 == {}, \"{name}.{member}\");",
                field["offset_bits"].as_u64().unwrap()
            )
            .unwrap();
        }
        writeln!(self.out, "{full} {{\n{body}}};\n{asserts}").unwrap();
    }

    fn enumeration(&mut self, name: &str) {
        if !self.first(&format!("enum {name}")) {
            return;
        }
        let tag = if name.starts_with('(') { "" } else { name };
        writeln!(self.out, "enum {tag} {{").unwrap();
        for (key, value) in self.facts["enums"][name]["values"].as_object().unwrap() {
            writeln!(self.out, "\t{key} = {value},").unwrap();
        }
        self.out += "};\n";
    }

    fn function(&mut self, name: &str) {
        let fact = &self.facts["functions"][name];
        let mut params: Vec<String> = Vec::new();
        for param in fact["params"].as_array().unwrap() {
            let ty = param[1].as_str().unwrap();
            self.need(ty, false);
            params.push(ty.to_string());
        }
        if fact["variadic"].as_bool().unwrap() {
            params.push("...".into());
        } else if params.is_empty() {
            params.push("void".into());
        }
        let returns = string(fact, "returns");
        self.need(returns, false);
        writeln!(self.out, "{returns} {name}({});", params.join(", ")).unwrap();
    }
}

/// Types of other libraries, of the same size.
fn our_type(ty: &str) -> String {
    ty.replace("SSL_CTX", "struct ssl_ctx_st")
        .replace("SSL *", "struct ssl_st *")
        .replace("cap_value_t", "int")
}

/// A declaration of `name` with the type.
fn declare(ty: &str, name: &str) -> String {
    if let Some((left, right)) = ty.split_once("(*)") {
        format!("{left}(*{name}){right}")
    } else if let Some((left, right)) = ty.split_once('(') {
        format!("{left} {name}({right}")
    } else if let Some((left, right)) = ty.split_once('[') {
        format!("{left} {name}[{right}")
    } else {
        format!("{ty} {name}")
    }
}

/// A file of `tests/data`.
fn data(name: &str) -> Value {
    let text = fs::read_to_string(root().join("tests/data").join(name)).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// The facts, as Debian 13 builds lws: some members are not there, and those behind are elsewhere.
fn debian13() -> Value {
    let mut facts = data("lws-4.3.5.json");
    let changes = data("debian13-diff.json");
    for absent in changes["absent"].as_array().unwrap() {
        let (name, member) = (absent[0].as_str().unwrap(), &absent[1]);
        let fact = &mut facts["structs"][name];
        if let (Some(fields), false) = (fact["fields"].as_array_mut(), member.is_null()) {
            // Unions that lws has without a name are named in the facts alone.
            if name.starts_with("struct ") {
                fields.retain(|f| f["name"] != *member);
            }
        }
    }
    for (name, changes) in changes["differs"].as_object().unwrap() {
        for change in changes.as_array().unwrap() {
            let (what, value) = (string(change, "what"), change["debian"].as_u64().unwrap());
            let fact = &mut facts["structs"][name.as_str()];
            if what == "sizeof" {
                fact["size"] = value.into();
            } else {
                let fields = fact["fields"].as_array_mut().unwrap();
                let field = fields.iter_mut().find(|f| f["name"] == what).unwrap();
                field["offset_bits"] = (value * 8).into();
            }
        }
    }
    facts
}

/// Debian's build as one header.
fn header(facts: &Value) -> String {
    let mut w = Writer {
        facts,
        done: BTreeSet::new(),
        out: String::new(),
    };
    // A macro with arguments, of which the facts tell the name alone.
    w.out += "#define _LWS_PAD(n) (((n) + 15) & ~15)\n";
    w.out += "#include <poll.h>\n#include <stdarg.h>\n#include <stddef.h>\n#include <stdint.h>\n\
              #include <stdlib.h>\n#include <string.h>\n#include <sys/types.h>\n";
    // OpenSSL's: the facts tell the name alone.
    w.out += "typedef struct ssl_st SSL;\ntypedef struct ssl_ctx_st SSL_CTX;\n";
    let covered = |fact: &Value| HEADERS.contains(&string(fact, "header"));
    for (name, fact) in facts["macros"].as_object().unwrap() {
        let value = fact["value"].as_str().unwrap_or("");
        if covered(fact) && !value.is_empty() {
            writeln!(w.out, "#define {name} {value}").unwrap();
        }
    }
    for (name, fact) in facts["enums"].as_object().unwrap() {
        if covered(fact) && name.starts_with("(unnamed)") {
            w.enumeration(name);
        }
    }
    w.need("struct lws_context_creation_info", true);
    w.need("struct lws_protocols", true);
    w.need("struct lws_client_connect_info", true);
    w.need("lws_log_cx_t", true);
    w.need("struct lws_system_ops", true);
    w.need("struct lws_state_manager", true);
    w.need("struct lws_state_notify_link", true);
    w.need("struct lws_sorted_usec_list", true);
    let list = fs::read_to_string(root().join("src/capi/exports.list")).unwrap();
    for line in list.lines() {
        let name = line
            .split('#')
            .next()
            .unwrap()
            .split_whitespace()
            .next()
            .unwrap_or("");
        if facts["functions"].get(name).is_some_and(covered) {
            w.function(name);
        }
    }
    w.out
}

fn run(command: &mut Command) {
    let out = command.output().unwrap();
    assert!(
        out.status.success(),
        "{command:?}: {}\n{}{}",
        out.status,
        String::from_utf8_lossy(&out.stdout),
        String::from_utf8_lossy(&out.stderr)
    );
}

/// Compiles against `include`; links and runs when there is a library.
fn build_and_run(include: &Path, source: &Path, program: &Path) {
    let mut cc = Command::new("cc");
    cc.args(["-std=gnu11", "-Wall", "-Wextra", "-Werror", "-I"])
        .arg(include)
        .arg(source);
    let Some(libdir) = env::var_os("RELWS_LIBDIR") else {
        return run(cc.arg("-fsyntax-only"));
    };
    // The system's own library would be taken in its place.
    let library = Path::new(&libdir).join("libwebsockets.so");
    assert!(library.exists(), "there is no {}", library.display());
    run(cc
        .arg("-o")
        .arg(program)
        .arg("-L")
        .arg(&libdir)
        .args(["-lwebsockets", "-lpthread"]));
    run(Command::new(program).env("LD_LIBRARY_PATH", &libdir));
}

#[test]
fn programs_compiled_for_debian_13_run_on_ours() {
    let include = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("debian13");
    fs::create_dir_all(&include).unwrap();
    fs::write(include.join("libwebsockets.h"), header(&debian13())).unwrap();
    let mut programs = 0;
    for entry in fs::read_dir(root().join("c-tests/debian13")).unwrap() {
        let source = entry.unwrap().path();
        if source.extension().is_some_and(|e| e == "c") {
            let program = include.join(source.file_stem().unwrap());
            build_and_run(&include, &source, &program);
            programs += 1;
        }
    }
    assert!(programs >= 7, "only {programs} programs found");
}
