//! `src/capi/exports.list` names what the library exports: exactly what the C
//! edge defines, and exactly what a built library shows.
//!
//! `RELWS_SO=<path>` names a built shared library to look at as well.
#![allow(clippy::expect_used, clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};
use syn::ext::IdentExt;

fn capi() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src/capi")
}

/// The symbols of the list, each with the option it needs.
fn list() -> BTreeMap<String, Option<String>> {
    let text = fs::read_to_string(capi().join("exports.list")).unwrap();
    let mut previous = String::new();
    let mut symbols = BTreeMap::new();
    for line in text.lines() {
        let line = line.split('#').next().unwrap();
        let mut words = line.split_whitespace().map(str::to_string);
        let Some(symbol) = words.next() else { continue };
        assert!(
            previous < symbol,
            "exports.list: {symbol} is not sorted or is there twice"
        );
        previous.clone_from(&symbol);
        symbols.insert(symbol, words.next());
        assert_eq!(words.next(), None, "exports.list: too many words: {line}");
    }
    symbols
}

/// The feature of a `#[cfg(feature = "...")]` among attributes.
fn feature(attrs: &[syn::Attribute]) -> Option<String> {
    let cfg = attrs.iter().find(|a| a.path().is_ident("cfg"))?;
    let syn::Meta::List(list) = &cfg.meta else {
        return None;
    };
    let tokens = list.tokens.to_string();
    tokens
        .strip_prefix("feature = \"")?
        .strip_suffix('"')
        .map(str::to_string)
}

fn no_mangle(attrs: &[syn::Attribute]) -> bool {
    attrs.iter().any(|a| match &a.meta {
        syn::Meta::Path(p) => p.is_ident("no_mangle"),
        syn::Meta::List(l) => l.path.is_ident("unsafe") && l.tokens.to_string() == "no_mangle",
        syn::Meta::NameValue(_) => false,
    })
}

/// Our own symbols between Rust and `variadic.c`; those of the list are for programs.
fn internal(name: &str) -> bool {
    name.starts_with("relws_") && !list().contains_key(name)
}

/// The functions and data that the Rust files of the C edge define for C.
fn defined_in_rust() -> BTreeMap<String, Option<String>> {
    let mut found = BTreeMap::new();
    read_module(&capi().join("mod.rs"), &capi(), None, &mut found);
    found
}

/// What a file defines, and the modules it names, whose files are in `folder`.
fn read_module(
    file: &Path,
    folder: &Path,
    option: Option<&String>,
    found: &mut BTreeMap<String, Option<String>>,
) {
    for item in syn::parse_file(&fs::read_to_string(file).unwrap())
        .unwrap()
        .items
    {
        let (name, attrs) = match &item {
            syn::Item::Fn(f) => (f.sig.ident.to_string(), &f.attrs),
            syn::Item::Static(s) => (s.ident.to_string(), &s.attrs),
            syn::Item::Mod(m) if m.content.is_none() => {
                let own = feature(&m.attrs);
                // `r#struct` is in struct.rs
                let within = folder.join(m.ident.unraw().to_string());
                let option = own.as_ref().or(option);
                read_module(&within.with_extension("rs"), &within, option, found);
                continue;
            }
            _ => continue,
        };
        if no_mangle(attrs) && !internal(&name) {
            found.insert(name, feature(attrs).or_else(|| option.cloned()));
        }
    }
}

/// The functions that `variadic.c` defines: their names begin a line, the
/// result's type is on the line before.
fn defined_in_c() -> BTreeMap<String, Option<String>> {
    let mut found = BTreeMap::new();
    let mut option = None;
    for line in fs::read_to_string(capi().join("variadic.c"))
        .unwrap()
        .lines()
    {
        if let Some(name) = line.strip_prefix("#if defined(") {
            option = Some(name.trim_end_matches(')').to_string());
        } else if line.starts_with("#endif") {
            option = None;
        }
        let name: String = line
            .chars()
            .take_while(|c| c.is_ascii_alphanumeric() || *c == '_')
            .collect();
        if !name.is_empty() && line[name.len()..].starts_with('(') && !internal(&name) {
            found.insert(name, option.clone());
        }
    }
    found
}

#[test]
fn the_list_is_what_the_edge_defines() {
    let mut defined = defined_in_rust();
    for (name, option) in defined_in_c() {
        assert!(
            defined.insert(name.clone(), option).is_none(),
            "{name} is defined twice"
        );
    }
    assert!(
        defined.len() > 100,
        "only {} functions found: is the edge read at all?",
        defined.len()
    );
    let list = list();
    for (name, option) in &list {
        assert_eq!(
            defined.get(name),
            Some(option),
            "{name}: in exports.list, and in the sources"
        );
    }
    for name in defined.keys() {
        assert!(
            list.contains_key(name),
            "{name} is defined and not in exports.list"
        );
    }
}

/// The names that functions for C say in log lines: `const NAME` of each, and where else a function
/// of the list is named in a text.
#[derive(Default)]
struct Names {
    function: String,
    wrong: Vec<String>,
    said: usize,
}

impl<'a> syn::visit::Visit<'a> for Names {
    fn visit_item_fn(&mut self, f: &'a syn::ItemFn) {
        self.function = f.sig.ident.to_string();
        syn::visit::visit_item_fn(self, f);
        self.function.clear();
    }

    fn visit_item_const(&mut self, c: &'a syn::ItemConst) {
        if c.ident != "NAME" || self.function.is_empty() {
            return syn::visit::visit_item_const(self, c);
        }
        let symbol = self.function.strip_prefix("re").unwrap_or(&self.function);
        match &*c.expr {
            syn::Expr::Lit(syn::ExprLit {
                lit: syn::Lit::Str(text),
                ..
            }) if text.value() == symbol => self.said += 1,
            _ => self.wrong.push(format!("NAME of {}", self.function)),
        }
    }

    fn visit_macro(&mut self, m: &'a syn::Macro) {
        let own = format!("\"{}\"", self.function);
        if !self.function.is_empty() && m.tokens.to_string().contains(&own) {
            self.wrong.push(format!("a text in {}", self.function));
        }
    }

    fn visit_lit_str(&mut self, text: &'a syn::LitStr) {
        if !self.function.is_empty() && text.value() == self.function {
            self.wrong.push(format!("a text in {}", self.function));
        }
    }
}

fn look_at_names(folder: &Path, names: &mut Names) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            look_at_names(&path, names);
        } else if path.extension().is_some_and(|e| e == "rs") {
            let file = syn::parse_file(&fs::read_to_string(&path).unwrap()).unwrap();
            syn::visit::Visit::visit_file(names, &file);
        }
    }
}

#[test]
fn a_function_says_its_name_in_one_place() {
    let mut names = Names::default();
    look_at_names(&capi(), &mut names);
    assert!(names.wrong.is_empty(), "{:?}", names.wrong);
    assert!(names.said > 150, "only {} names found", names.said);
}

#[test]
fn the_library_shows_the_list_and_nothing_else() {
    let Some(library) = env::var_os("RELWS_SO") else {
        return;
    };
    let nm = Command::new("nm")
        .args(["-D", "--defined-only"])
        .arg(&library)
        .output()
        .unwrap();
    assert!(
        nm.status.success(),
        "nm: {}",
        String::from_utf8_lossy(&nm.stderr)
    );
    let shown: BTreeSet<String> = String::from_utf8(nm.stdout)
        .unwrap()
        .lines()
        .filter_map(|l| l.split_whitespace().nth(2))
        .map(|symbol| symbol.split('@').next().unwrap().to_string())
        .collect();
    // Only a library with every option on is compared.
    let listed: BTreeSet<String> = list().into_keys().collect();
    let missing: Vec<_> = listed.difference(&shown).collect();
    let foreign: Vec<_> = shown.difference(&listed).collect();
    assert!(
        missing.is_empty() && foreign.is_empty(),
        "missing: {missing:?}; foreign: {foreign:?}"
    );
}
