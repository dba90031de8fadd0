//! Every promise of the documents has a test: `tests/promises.tsv` and the table in `SECURITY.md` name it.
//!
//! A row of `tests/promises.tsv` has a document, a phrase of it that promises something, and the tests of this promise,
//! separated by commas: each one is the end of a test's path. For a manual page, the document is its source, and the
//! phrase is as the page shows it. A `-` and a reason take the place of the tests where there can be none.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use super::manual_pages::{plain, section};
use crate::harness::{assert_checked_in, repository_path};

/// The documents of which every bullet makes a promise.
const BULLETS: [&str; 3] = ["README.md", "CHANGELOG.md", "docs/limitations.md"];

/// The documents of which every row of a table makes a promise.
const TABLES: [&str; 3] = ["README.md", "docs/exit-codes.md", SAFETY];

/// The document that names the tests of its promises: those of `tests/promises.tsv`.
const SAFETY: &str = "docs/safety.md";

/// The sections of manual pages of which every term makes a promise.
const SECTIONS: [&str; 3] = ["EXIT STATUS", "ENVIRONMENT", "FILES"];

/// A row of the table.
struct Promise {
    line: usize,
    document: String,
    phrase: String,
    tests: Tests,
}

enum Tests {
    Named(Vec<String>),
    /// There can be none, for this reason.
    None(String),
}

fn promises() -> Vec<Promise> {
    let table = fs::read_to_string(repository_path("tests/promises.tsv")).unwrap();
    let rows = table.lines().enumerate().skip(1);
    rows.map(|(at, row)| {
        let columns: Vec<&str> = row.split('\t').collect();
        let [document, phrase, tests] = columns[..] else { panic!("line {}: three columns: {row}", at + 1) };
        let tests = match tests.strip_prefix("- ") {
            Some(reason) => Tests::None(reason.to_owned()),
            None => Tests::Named(tests.split(',').map(|test| test.trim().to_owned()).collect()),
        };
        Promise { line: at + 1, document: document.to_owned(), phrase: one_line(phrase), tests }
    })
    .collect()
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn is_manual_page(document: &str) -> bool {
    document.starts_with("man/")
}

/// Returns the text of a document, a manual page without its macros.
fn text_of(document: &str) -> String {
    let text =
        fs::read_to_string(repository_path(document)).unwrap_or_else(|error| panic!("{document}: {error}"));
    if is_manual_page(document) { plain(&text) } else { text }
}

/// Returns the bullets of a Markdown document, each on one line. Code is left out.
fn bullets(text: &str) -> Vec<String> {
    let mut bullets: Vec<String> = Vec::new();
    let mut is_inside = false;
    for line in without_code(text) {
        match (line.strip_prefix("- "), line.strip_prefix("  ")) {
            (Some(bullet), _) => bullets.push(bullet.to_owned()),
            (None, Some(more)) if is_inside => {
                let bullet = bullets.last_mut().expect("a bullet precedes its other lines");
                bullet.push(' ');
                bullet.push_str(more);
            }
            _ => {}
        }
        is_inside = line.starts_with("- ") || (is_inside && line.starts_with("  "));
    }
    bullets.iter().map(|bullet| one_line(bullet)).collect()
}

fn without_code(text: &str) -> impl Iterator<Item = &str> {
    text.split("```").step_by(2).flat_map(str::lines)
}

/// Returns the rows of the tables of a Markdown document, without their heads.
fn table_rows(text: &str) -> Vec<String> {
    let lines: Vec<&str> = text.lines().collect();
    let is_rule = |line: &str| line.starts_with("| ---");
    let is_head = |at: usize| lines.get(at + 1).is_some_and(|next| is_rule(next));
    let rows = lines
        .iter()
        .enumerate()
        .filter(|(at, line)| line.starts_with('|') && !is_rule(line) && !is_head(*at));
    rows.map(|(_, row)| one_line(row)).collect()
}

/// Returns the terms of a section of a manual page, each with its meaning.
fn terms(page: &str, title: &str) -> Vec<String> {
    let section = section(page, title).unwrap_or_default();
    section.split(".TP\n").skip(1).map(one_line).collect()
}

/// Returns the manual pages.
fn manual_pages() -> Vec<String> {
    let files = fs::read_dir(repository_path("man")).unwrap();
    let mut pages: Vec<String> =
        files.map(|file| format!("man/{}", file.unwrap().file_name().to_string_lossy())).collect();
    pages.sort();
    pages
}

/// Returns what promises something, and the documents that have it. Manual pages share many terms.
fn what_promises() -> BTreeMap<String, Vec<String>> {
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut add = |document: &str, items: Vec<String>| {
        for item in items {
            found.entry(item).or_default().push(document.to_owned());
        }
    };
    for document in BULLETS {
        add(document, bullets(&text_of(document)));
    }
    for document in TABLES {
        add(document, table_rows(&text_of(document)));
    }
    for page in manual_pages() {
        for title in SECTIONS {
            add(&page, terms(&text_of(&page), title));
        }
    }
    found
}

/// Returns the paths of all tests, such as `safety::saving::the_owner_is_preserved_when_root_edits`, and of the modules
/// that have tests.
fn all_tests() -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for folder in ["tests/it", "src"] {
        collect(&repository_path(folder), "", &functions_with_an_attribute, &mut names);
    }
    collect(&repository_path("tests/real"), "", &listed_functions, &mut names);
    names
}

fn collect(
    folder: &Path,
    prefix: &str,
    tests_of: &dyn Fn(&str) -> Vec<String>,
    names: &mut BTreeSet<String>,
) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
        let module = if stem == "mod" { prefix.to_owned() } else { format!("{prefix}::{stem}") };
        if path.is_dir() {
            collect(&path, &module, tests_of, names);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let tests = tests_of(&fs::read_to_string(&path).unwrap());
            names.extend(tests.iter().map(|test| format!("{module}::{test}")));
            if !tests.is_empty() {
                names.extend(module.match_indices("::").skip(1).map(|(at, _)| module[..at].to_owned()));
                names.insert(module);
            }
        }
    }
}

/// Returns the functions that libtest runs.
fn functions_with_an_attribute(source: &str) -> Vec<String> {
    let marked = source.split("#[test]").skip(1);
    let declared = marked.filter_map(|rest| rest.split_once("fn "));
    declared.filter_map(|(_, name)| name.split_once('(')).map(|(name, _)| name.to_owned()).collect()
}

/// Returns the functions that the lists of `tests/real` name.
fn listed_functions(source: &str) -> Vec<String> {
    let lists = source.split("test_list![").skip(1).filter_map(|rest| rest.split_once(']'));
    let on_every_file = source.split("on_every_file(").skip(1).filter_map(|rest| rest.split_once(')'));
    let words = lists.chain(on_every_file).flat_map(|(list, _)| list.split([',', ' ', '\n']));
    words.filter(|word| !word.is_empty() && !word.contains(['"', '$', ':'])).map(str::to_owned).collect()
}

/// Returns whether `named` is the end of the path of a test or of a module with tests.
fn is_test(named: &str, names: &BTreeSet<String>) -> bool {
    let end = format!("::{named}");
    names.iter().any(|name| name.ends_with(&end))
}

#[test]
fn every_bullet_row_and_term_that_promises_something_is_in_the_table() {
    let promises = promises();
    let mut missing = String::new();
    for (item, documents) in what_promises() {
        let is_in = |promise: &Promise| {
            let is_here = documents.contains(&promise.document)
                || (is_manual_page(&promise.document)
                    && documents.iter().any(|document| is_manual_page(document)));
            is_here && item.contains(&promise.phrase)
        };
        if !promises.iter().any(is_in) {
            let _ = writeln!(missing, "{}: {item}", documents[0]);
        }
    }
    assert!(missing.is_empty(), "these promise something that no row of tests/promises.tsv has:\n{missing}");
}

#[test]
fn every_phrase_of_the_table_occurs_in_its_document() {
    let mut texts: BTreeMap<String, String> = BTreeMap::new();
    for Promise { line, document, phrase, .. } in promises() {
        let text = texts.entry(document.clone()).or_insert_with(|| {
            let text = text_of(&document);
            let lines = text.lines().filter(|line| !is_manual_page(&document) || !line.starts_with('.'));
            one_line(&lines.collect::<Vec<_>>().join("\n"))
        });
        assert!(text.contains(&phrase), "line {line}: {document} does not have: {phrase}");
    }
}

#[test]
fn every_test_of_the_table_exists() {
    let names = all_tests();
    for promise in promises() {
        match promise.tests {
            Tests::None(reason) => assert!(!reason.trim().is_empty(), "line {}: no reason", promise.line),
            Tests::Named(tests) => {
                for test in tests {
                    assert!(is_test(&test, &names), "line {}: {test}", promise.line);
                }
            }
        }
    }
}

#[test]
fn the_page_about_safety_names_the_tests_of_each_promise() {
    let promises: Vec<Promise> =
        promises().into_iter().filter(|promise| promise.document == SAFETY).collect();
    let row = |line: &str| {
        let promise =
            promises.iter().find(|promise| line.starts_with(&format!("| {} | ", promise.phrase)))?;
        let Tests::Named(tests) = &promise.tests else { panic!("line {}: no test", promise.line) };
        Some(format!("| {} | `{}` |", promise.phrase, tests.join("`, `")))
    };
    let text = text_of(SAFETY);
    let lines = text.lines().map(|line| row(line).unwrap_or_else(|| line.to_owned()) + "\n");
    assert_checked_in(SAFETY, &lines.collect::<String>());
    assert!(promises.len() > 20, "{} promises", promises.len());
}

#[test]
fn a_row_of_the_table_occurs_once_and_in_order() {
    let order: Vec<(String, String)> =
        promises().into_iter().map(|promise| (promise.document, promise.phrase)).collect();
    let different: BTreeSet<_> = order.iter().collect();
    assert_eq!(different.len(), order.len(), "a promise is on two rows");
    assert!(order.is_sorted_by_key(|(document, _)| document), "the rows are sorted by document");
}

#[test]
fn every_test_that_the_security_policy_names_exists() {
    let names = all_tests();
    let policy = fs::read_to_string(repository_path("SECURITY.md")).unwrap();
    let is_row = |line: &&str| line.starts_with("| ") && !line.starts_with("| ---") && line.ends_with(" |");
    let rows = policy.lines().filter(is_row).filter(|line| !line.ends_with("| tested by |"));
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

#[test]
fn a_function_that_is_no_test_does_not_count() {
    assert_eq!(
        functions_with_an_attribute("fn help() {}\n#[test]\nfn a_test() {}\nfn more() {}\n"),
        ["a_test"]
    );
    assert_eq!(listed_functions("test_list![\n    one,\n    two\n]\nfn three() {}\n"), ["one", "two"]);
    assert_eq!(listed_functions("on_every_file(\"cli::name\", check)"), ["check"]);
}

#[test]
fn bullets_rows_and_terms_are_found() {
    let text = "- one\n  more\n- two\n\n  not it\n\n```\n- code\n```\n| a | b |\n| --- | --- |\n| c | d |\n";
    assert_eq!(bullets(text), ["one more", "two"]);
    assert_eq!(table_rows(text), ["| c | d |"]);
    assert_eq!(terms("x\n.SH FILES\n.TP\na\nb\n.TP\nc\nd e\n.SH OTHER\n.TP\nf\n", "FILES"), ["a b", "c d e"]);
}
