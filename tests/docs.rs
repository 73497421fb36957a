//! What the documents say of tests is so.
#![allow(clippy::expect_used, clippy::unwrap_used)]

use std::fs;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The file that a test of the table of differences is in, and its function's name if it has one.
fn file_of(test: &str) -> (PathBuf, Option<&str>) {
    let (file, function) = match test.split_once(": ") {
        Some((file, function)) => (file, Some(function)),
        None => (test, None),
    };
    let file = match file.strip_suffix(".rs") {
        Some(_) => root().join(file),
        None => root().join("c-tests").join(format!("{file}.c")),
    };
    (file, function)
}

#[test]
fn every_difference_names_a_test_that_is_there() {
    let text = fs::read_to_string(root().join("docs/differences.md")).unwrap();
    let mut rows = 0;
    for line in text.lines().filter(|l| l.starts_with('|')) {
        let cells: Vec<_> = line.trim_matches('|').split(" | ").collect();
        if line.contains("---") || cells.last().unwrap().trim() == "test" {
            continue;
        }
        rows += 1;
        let tests: Vec<_> = cells
            .last()
            .unwrap()
            .split('`')
            .skip(1)
            .step_by(2)
            .collect();
        assert!(cells.len() == 4 && !tests.is_empty(), "no test: {line}");
        for test in tests {
            let (file, function) = file_of(test);
            let source = fs::read_to_string(&file);
            let source = source.unwrap_or_else(|e| panic!("{}: {e}: {line}", file.display()));
            if let Some(function) = function {
                let head = format!("fn {function}() {{");
                assert!(source.contains(&head), "no {function}: {line}");
            }
        }
    }
    assert!(rows > 50, "only {rows} rows were found");
}

/// In brackets are names of C programs, of functions, or of a script and its argument.
#[test]
fn every_test_that_the_page_on_dhcp_names_is_there() {
    let text = fs::read_to_string(root().join("docs/dhcp.md")).unwrap();
    let functions = fs::read_to_string(root().join("src/dhcp/client_tests.rs")).unwrap();
    let mut names = 0;
    for part in text.split('[').skip(1) {
        let inside = part.split(']').next().unwrap();
        for name in inside.split('`').skip(1).step_by(2) {
            let script = name.split(' ').next().unwrap();
            let there = root().join(format!("c-tests/unit/{name}.c")).exists()
                || script.ends_with(".sh") && root().join("c-tests").join(script).exists()
                || functions.contains(&format!("fn {name}() {{"));
            assert!(there, "no {name}");
            names += 1;
        }
    }
    assert!(names > 30, "only {names} names were found");
}
