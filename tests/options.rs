//! What is built is said in one place, `options.list`, and all that cannot be made of it agrees.
//!
//! `RELWS_WRITE_HEADERS=1` writes `include/lws_config.h` instead of comparing it.
#![allow(clippy::expect_used, clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn read(file: &str) -> String {
    fs::read_to_string(path(file)).unwrap()
}

fn path(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(file)
}

/// The options of a kind, in the order of the list.
fn options(kind: &str) -> Vec<String> {
    let list = read("options.list");
    let of_kind = list.lines().filter_map(|line| {
        let mut words = line.split(' ');
        (words.next() == Some(kind)).then(|| words.next().unwrap().to_string())
    });
    of_kind.collect()
}

#[test]
fn features_are_the_switches() {
    let manifest = read("Cargo.toml");
    let features = manifest.split("[features]\n").nth(1).unwrap();
    let features = features.split("\n[").next().unwrap();
    let mut names = BTreeSet::new();
    let mut default = BTreeSet::new();
    for (name, value) in features.lines().filter_map(|line| line.split_once(" = ")) {
        if name == "default" {
            let quoted = value.split('"').skip(1).step_by(2);
            default = quoted.map(str::to_string).collect();
        } else if name.starts_with("LWS_") {
            names.insert(name.to_string());
        }
    }
    let switches: BTreeSet<_> = options("switch").into_iter().collect();
    assert_eq!(names, switches, "[features] of Cargo.toml");
    assert_eq!(default, switches, "`default` of Cargo.toml, on one line");
}

#[test]
fn what_needs_another_says_so_to_cargo_as_well() {
    let manifest = read("Cargo.toml");
    for option in options("switch") {
        let line = manifest
            .lines()
            .find(|l| l.starts_with(&format!("{option} = ")));
        let value = line.unwrap().split_once(" = ").unwrap().1;
        let quoted = value.split('"').skip(1).step_by(2);
        let has: BTreeSet<_> = quoted.filter(|v| v.starts_with("LWS_")).collect();
        let list = read("options.list");
        let needs: BTreeSet<_> = list
            .lines()
            .filter_map(|l| l.strip_prefix(&format!("needs {option} ")))
            .collect();
        assert_eq!(has, needs, "{option}");
    }
}

#[test]
fn exports_belong_to_switches() {
    let switches = options("switch");
    for line in read("src/capi/exports.list").lines() {
        let mut words = line.split('#').next().unwrap().split_whitespace();
        if let Some(option) = words.nth(1) {
            assert!(switches.iter().any(|s| s == option), "exports.list: {line}");
        }
    }
}

#[test]
fn every_option_is_one_of_lws() {
    let facts: serde_json::Value =
        serde_json::from_str(&read("tests/data/lws-4.3.5.json")).unwrap();
    for option in options("switch").iter().chain(&options("always")) {
        // Debian's build has the first two, ours of the facts has not; lws builds buttons with other drivers
        // that are not here, and has LWS_WITHOUT_EXTENSIONS instead of its opposite;
        // of attempts to connect it has a branch; maps are in every build of it; structs with JSON are off
        // unless asked for; neither build has queues that share memory
        if ![
            "LWS_WITH_EXTERNAL_POLL",
            "LWS_WITH_PLUGINS_API",
            "LWS_WITH_BUTTON",
            "LWS_WITH_CAO",
            "LWS_WITH_EXTENSIONS",
            "LWS_WITH_LWS_DSH",
            "LWS_WITH_MAP",
            "LWS_WITH_STRUCT_JSON",
        ]
        .contains(&option.as_str())
        {
            assert!(facts["config"].get(option).is_some(), "{option}");
        }
    }
    let always = options("always");
    for line in read("options.list").lines() {
        if let Some((_, other)) = line.strip_prefix("alias ").and_then(|l| l.split_once(' ')) {
            assert!(always.iter().any(|o| o == other), "{line}");
        }
    }
}

/// CMake makes a build's own from the template; the one in `include` is for cargo's tests.
#[test]
fn the_committed_config_has_every_option_on() {
    let macros: String = read("options.list")
        .lines()
        .filter(|line| line.starts_with("switch ") || line.starts_with("always "))
        .map(|line| format!("#define {}\n", line.split(' ').nth(1).unwrap()))
        .collect();
    let template = read("cmake/lws_config.h.in");
    let config = template.replace("@RELWS_CONFIG_MACROS@", &macros);
    if env::var_os("RELWS_WRITE_HEADERS").is_some() {
        fs::write(path("include/lws_config.h"), &config).unwrap();
    }
    assert_eq!(read("include/lws_config.h"), config);
}

/// The smallest Rust knows no let chains, and no lint of a newer one tells.
#[test]
fn nobody_writes_let_chains() {
    let mut folders = vec![path("src"), path("tests"), path("fuzz/targets")];
    let mut files = 0;
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let file = entry.unwrap().path();
            if file.is_dir() {
                folders.push(file);
            } else if file.extension().is_some_and(|e| e == "rs") {
                files += 1;
                for line in fs::read_to_string(&file).unwrap().lines() {
                    let code = line.split("//").next().unwrap();
                    let chain = concat!("&& ", "let ");
                    assert!(!code.contains(chain), "{}: {line}", file.display());
                }
            }
        }
    }
    assert!(files > 100);
}
