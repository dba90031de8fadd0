//! Every promise of the documentation has a test: `tests/promises.tsv` and the table in `SECURITY.md` name it.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::harness::repository_path;

/// Returns the paths of all tests and test modules, such as `safety::saving::a_file_is_replaced`.
fn all_tests() -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for program in ["tests/it", "tests/real"] {
        collect(&repository_path(program), "", &mut names);
    }
    for module in ["src", "fuzz/fuzz_targets"] {
        collect(&repository_path(module), "", &mut names);
    }
    names
}

fn collect(folder: &Path, prefix: &str, names: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
        let module = if stem == "mod" { prefix.to_owned() } else { format!("{prefix}::{stem}") };
        if path.is_dir() {
            collect(&path, &module, names);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            let functions = text.lines().filter_map(|line| line.trim_start().strip_prefix("fn "));
            let functions = functions.filter_map(|line| line.split_once('('));
            names.extend(functions.map(|(name, _)| format!("{module}::{name}")));
        }
        names.insert(module);
    }
}

/// Returns whether `named` is the end of the path of a test or of a module.
fn is_test(named: &str, names: &BTreeSet<String>) -> bool {
    let end = format!("::{named}");
    names.iter().any(|name| name.ends_with(&end))
}

#[test]
fn every_test_that_the_security_policy_names_exists() {
    let names = all_tests();
    let policy = fs::read_to_string(repository_path("SECURITY.md")).unwrap();
    let rows = policy.lines().filter(|line| line.starts_with("| ") && line.ends_with(" |")).skip(2);
    let mut named = 0;
    for row in rows {
        let tests = row.rsplit(" | ").next().unwrap().trim_end_matches(" |");
        for test in tests.split(", ").map(|test| test.trim_matches('`')) {
            assert!(is_test(test, &names), "{test}: {row}");
            named += 1;
        }
    }
    assert!(named >= 10, "{named} tests are named");
}
