//! The storeys of `src` (ARCHITECTURE.md): an import goes down or stays in its room, and rooms of one
//! storey do not know each other.
//!
//! What is read of each file are its paths: those that begin with `crate`, and chains of `super` that
//! leave the room, in `use` with or without braces and anywhere else, also in macros. Tests' modules do
//! not count.
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::indexing_slicing)]

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The storeys, from the ground. A room is a file or a folder of `src`.
const STOREYS: &[&[&str]] = &[
    &["abi"],
    &["sys"],
    &["log", "util"],
    &["event"],
    &[
        "smd", "state", "route", "dns", "cao", "cache", "roles", "tls",
    ],
    &["conn"],
    &["ss", "dhcp", "button", "cpd"],
    &["context"],
    &["capi"],
    // Opens rooms to fuzzers; nobody stands on it.
    &["fuzzing"],
];

/// Rooms that may have `unsafe`.
const UNSAFE: &[&str] = &["capi", "sys"];

fn storey(room: &str) -> Option<usize> {
    STOREYS.iter().position(|rooms| rooms.contains(&room))
}

/// Whether `from` may import `to`.
fn may(from: &str, to: &str) -> Result<bool, String> {
    let place = |room: &str| {
        storey(room).ok_or_else(|| format!("`{room}` stands in no storey: tests/house.rs"))
    };
    Ok(from == to || place(to)? < place(from)?)
}

/// One arrow: the file it starts in, and the room it leads to.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Arrow {
    file: String,
    to: String,
}

/// What one file says.
#[derive(Default)]
struct Read {
    /// Rooms that its paths lead to.
    to: BTreeSet<String>,
    /// Files of modules that are tests', without `.rs`.
    tests: Vec<Vec<String>>,
}

impl Read {
    fn file(module: &[String], text: &str) -> Self {
        let mut read = Self::default();
        let stream: TokenStream = text.parse().expect("a file of Rust");
        read.stream(module, stream);
        read
    }

    fn stream(&mut self, module: &[String], stream: TokenStream) {
        let tokens: Vec<TokenTree> = stream.into_iter().collect();
        let mut at = 0;
        let mut test = false;
        while at < tokens.len() {
            match &tokens[at] {
                // An attribute: whether what follows is a test's.
                TokenTree::Punct(p) if p.as_char() == '#' => {
                    if let Some(TokenTree::Group(g)) = tokens.get(at + 1) {
                        test |= g.stream().to_string().replace(' ', "") == "cfg(test)";
                        at += 1;
                    }
                }
                TokenTree::Ident(i) if i == "mod" && name(&tokens, at + 1).is_some() => {
                    let inner = [module, &[name(&tokens, at + 1).unwrap()]].concat();
                    match tokens.get(at + 2) {
                        Some(TokenTree::Group(g)) if !test => self.stream(&inner, g.stream()),
                        Some(TokenTree::Punct(_)) if test => self.tests.push(inner),
                        _ => {}
                    }
                    test = false;
                    at += 2;
                }
                // Something else that only tests have: it ends with `;` or braces.
                _ if test && !is_name(&tokens[at], "pub") => {
                    while !ends_item(&tokens[at]) && at + 1 < tokens.len() {
                        at += 1;
                    }
                    test = false;
                }
                TokenTree::Ident(i) if i == "crate" && follows(&tokens, at) => {
                    at += self.path(&[], &tokens, at + 1);
                }
                TokenTree::Ident(i) if i == "super" && follows(&tokens, at) => {
                    let mut up = 1;
                    while follows(&tokens, at)
                        && tokens.get(at + 3).is_some_and(|t| is_name(t, "super"))
                    {
                        up += 1;
                        at += 3;
                    }
                    let base = &module[..module.len().saturating_sub(up)];
                    at += self.path(base, &tokens, at + 1);
                }
                TokenTree::Group(g) => self.stream(module, g.stream()),
                _ => {}
            }
            at += 1;
        }
    }

    /// The path whose `::` is at `at`, below `base`. Returns how many tokens were read.
    fn path(&mut self, base: &[String], tokens: &[TokenTree], at: usize) -> usize {
        // What is below a room is of no interest, but for arguments of generics, which are read as
        // what they are: tokens.
        if let Some(room) = base.first() {
            self.to.insert(room.clone());
            return 0;
        }
        match tokens.get(at + 2) {
            Some(TokenTree::Ident(i)) => self.root(&i.to_string()),
            Some(TokenTree::Group(g)) if g.delimiter() == Delimiter::Brace => {
                let inner: Vec<TokenTree> = g.stream().into_iter().collect();
                for part in inner.split(|t| matches!(t, TokenTree::Punct(p) if p.as_char() == ','))
                {
                    match part.first() {
                        Some(TokenTree::Ident(i)) => self.root(&i.to_string()),
                        Some(_) => self.root("*"),
                        None => {}
                    }
                }
                return 2;
            }
            Some(TokenTree::Punct(_)) => self.root("*"),
            _ => {}
        }
        1
    }

    /// Something at the root: a room, or a constant of `lib.rs`.
    fn root(&mut self, name: &str) {
        if name.chars().any(|c| c.is_lowercase()) || name == "*" {
            self.to.insert(name.into());
        }
    }
}

fn is_name(token: &TokenTree, name: &str) -> bool {
    matches!(token, TokenTree::Ident(i) if i == name)
}

fn ends_item(token: &TokenTree) -> bool {
    match token {
        TokenTree::Punct(p) => p.as_char() == ';',
        TokenTree::Group(g) => g.delimiter() == Delimiter::Brace,
        _ => false,
    }
}

fn name(tokens: &[TokenTree], at: usize) -> Option<String> {
    match tokens.get(at) {
        Some(TokenTree::Ident(i)) => Some(i.to_string()),
        _ => None,
    }
}

/// Whether `::` comes after the token at `at`.
fn follows(tokens: &[TokenTree], at: usize) -> bool {
    let colon =
        |t: Option<&TokenTree>| matches!(t, Some(TokenTree::Punct(p)) if p.as_char() == ':');
    colon(tokens.get(at + 1)) && colon(tokens.get(at + 2))
}

/// The module that a file below `src` is.
fn module(file: &str) -> Vec<String> {
    let path = file.strip_suffix(".rs").unwrap();
    let path = path.strip_suffix("/mod").unwrap_or(path);
    path.split('/')
        .filter(|part| *part != "lib")
        .map(str::to_owned)
        .collect()
}

/// All arrows between rooms of the files (path below `src`, text).
fn arrows(files: &[(String, String)]) -> Vec<Arrow> {
    let read: Vec<(&str, Vec<String>, Read)> = files
        .iter()
        .map(|(file, text)| {
            let module = module(file);
            let read = Read::file(&module, text);
            (file.as_str(), module, read)
        })
        .collect();
    let tests: Vec<&Vec<String>> = read.iter().flat_map(|(_, _, r)| &r.tests).collect();
    let mut arrows = Vec::new();
    for (file, module, read) in &read {
        // The root of the crate names its rooms; tests may know everything.
        let Some(room) = module.first() else { continue };
        if tests.iter().any(|test| module.starts_with(test)) {
            continue;
        }
        for to in read.to.iter().filter(|to| *to != room) {
            arrows.push(Arrow {
                file: (*file).to_owned(),
                to: to.clone(),
            });
        }
    }
    arrows
}

/// Those of them that do not go down.
fn wrong(files: &[(String, String)]) -> Vec<Arrow> {
    let mut all = arrows(files);
    all.retain(|a| !may(&module(&a.file)[0], &a.to).unwrap_or(false));
    all
}

fn sources() -> Vec<(String, String)> {
    fn walk(dir: &Path, base: &Path, to: &mut Vec<(String, String)>) {
        for entry in fs::read_dir(dir).unwrap() {
            let path: PathBuf = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, base, to);
            } else if path.extension().is_some_and(|e| e == "rs") {
                let file = path
                    .strip_prefix(base)
                    .unwrap()
                    .to_str()
                    .unwrap()
                    .to_owned();
                to.push((file, fs::read_to_string(&path).unwrap()));
            }
        }
    }
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    walk(&src, &src, &mut files);
    files.sort();
    files
}

#[test]
fn every_import_goes_down_or_stays_in_its_room() {
    let mut by_rooms: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
    for arrow in wrong(&sources()) {
        let from = module(&arrow.file)[0].clone();
        by_rooms
            .entry((from, arrow.to))
            .or_default()
            .push(arrow.file);
    }
    let mut said = Vec::new();
    for ((from, to), files) in by_rooms {
        said.push(format!("{from} imports {to}: {files:?}"));
    }
    assert!(said.is_empty(), "\n{}", said.join("\n"));
}

#[test]
fn every_room_stands_somewhere_and_forbids_unsafe_code() {
    for (file, text) in sources() {
        let module = module(&file);
        let Some(room) = module.first() else { continue };
        assert!(
            storey(room).is_some(),
            "{file}: `{room}` stands in no storey"
        );
        let forbids = text.contains("#![forbid(unsafe_code)]");
        if module.len() == 1 && !UNSAFE.contains(&room.as_str()) {
            assert!(forbids, "{file}: #![forbid(unsafe_code)] is missing");
        }
    }
}

// ---- the checker itself

fn found(file: &str, text: &str) -> Vec<String> {
    let files = [(file.to_owned(), text.to_owned())];
    wrong(&files).into_iter().map(|a| a.to).collect()
}

#[test]
fn an_arrow_that_runs_up_is_found_however_it_is_written() {
    for text in [
        "use crate::conn::Wsi;",
        "use crate::conn;",
        "use crate::{sys::clock, conn::{self, Wsi}};",
        "pub(crate) use crate::{conn as c};",
        "fn f() { crate::conn::close::now(); }",
        "fn f(w: &crate::conn::Wsi) {}",
        "type T = Option<Vec<crate::conn::Wsi>>;",
        "mod inner { use super::super::super::conn::Wsi; }",
        "mod inner { fn f() { super::super::super::conn::f() } }",
        "use super::super::conn::Wsi;",
        "use super::super::{log, conn};",
        "macro_rules! m { () => { $crate::conn::f() } }",
        "fn f() { println!(\"{}\", crate::conn::N); }",
        "#[cfg(feature = \"x\")] use crate::conn::Wsi;",
        "#[cfg(test)] mod tests {} use crate::conn::Wsi;",
        "#[cfg(test)] use crate::sys::clock; use crate::conn::Wsi;",
        "#[cfg(test)] fn f() {} fn g() { crate::conn::f() }",
    ] {
        assert_eq!(found("event/timers.rs", text), ["conn"], "{text}");
    }
    assert_eq!(found("sys/mod.rs", "use super::log::Line;"), ["log"]);
    assert_eq!(found("sys/mod.rs", "use super::*;"), ["*"]);
    assert_eq!(found("sys/poll.rs", "use crate::{*};"), ["*"]);
}

#[test]
fn rooms_of_one_storey_do_not_know_each_other() {
    assert_eq!(found("smd/bus.rs", "use crate::state::System;"), ["state"]);
    assert_eq!(found("log/line.rs", "use crate::util::text;"), ["util"]);
    assert!(found("log/line.rs", "use crate::sys::clock;").is_empty());
    assert!(
        found(
            "smd/bus.rs",
            "use super::deliver::Pace; use crate::sys::lock;"
        )
        .is_empty()
    );
    assert!(found("smd/bus.rs", "use crate::smd::deliver::Pace;").is_empty());
}

#[test]
fn tests_and_words_do_not_count() {
    for text in [
        "// use crate::conn::Wsi;",
        "/// See [`crate::conn::Wsi`].\nfn f() {}",
        "fn f() { g(\"crate::conn::Wsi\"); }",
        "#[cfg(test)] mod tests { use crate::conn::Wsi; }",
        "#[cfg(test)] pub(crate) mod tests { use crate::conn::Wsi; }",
        "#[cfg(test)] use crate::conn::Wsi;",
        "#[cfg(test)] fn f() -> u8 { crate::conn::f() }",
        "use crate::VERSION;",
        "pub(super) fn f() {} pub(crate) fn g() {} pub(in crate::event) fn h() {}",
    ] {
        assert!(found("event/timers.rs", text).is_empty(), "{text}");
    }
}

#[test]
fn files_of_tests_do_not_count_and_others_do() {
    let file = |path: &str, text: &str| (path.to_owned(), text.to_owned());
    let files = [
        file("smd/mod.rs", "#[cfg(test)] mod bus_tests; mod bus;"),
        file("smd/bus_tests.rs", "use crate::conn::Wsi;"),
        file("smd/bus_tests/more.rs", "use crate::conn::Wsi;"),
        file("smd/bus.rs", "use crate::route::Monitor;"),
    ];
    let arrow = Arrow {
        file: "smd/bus.rs".into(),
        to: "route".into(),
    };
    assert_eq!(wrong(&files), [arrow]);
}
