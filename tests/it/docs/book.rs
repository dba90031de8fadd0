//! The book that mdBook makes of `docs`.

use std::collections::BTreeSet;
use std::fs;

use crate::harness::pages::pages;
use crate::harness::repository_path;

fn document(name: &str) -> String {
    fs::read_to_string(repository_path(name)).unwrap()
}

/// Returns the targets of the links in the lists of a document in `docs`, as paths in the repository.
fn listed(name: &str, folder: &str) -> Vec<String> {
    let text = document(name);
    let targets = text.lines().filter(|line| line.trim_start().starts_with(['-', '[']));
    let targets = targets.filter_map(|line| line.split_once("](")?.1.split_once(')'));
    targets.map(|(target, _)| format!("{folder}/{target}")).collect()
}

#[test]
fn the_table_of_contents_has_every_page_once() {
    let listed = listed("docs/SUMMARY.md", "docs");
    let different: BTreeSet<_> = listed.iter().cloned().collect();
    assert_eq!(different.len(), listed.len(), "a page is listed twice");
    let pages: BTreeSet<_> = pages().into_iter().filter(|page| page != "docs/SUMMARY.md").collect();
    assert_eq!(different, pages);
}

/// The titles of the cookbook are the questions that it answers.
#[test]
fn the_cookbook_has_a_page_for_each_question() {
    let listed = listed("docs/cookbook/index.md", "docs/cookbook");
    assert!(listed.len() >= 30, "{} pages", listed.len());
    for page in
        pages().iter().filter(|page| page.starts_with("docs/cookbook/") && !page.ends_with("/index.md"))
    {
        assert!(listed.contains(page), "{page} is not in the list of the cookbook");
        let text = document(page);
        let title = text.lines().next().unwrap();
        assert!(title.starts_with("# ") && title.ends_with('?'), "{page}: {title}");
        assert!(text.contains("\n```console\n"), "{page}: no example");
    }
}

/// Links that leave the folder are dead in the book, and mdBook does not report them.
#[test]
fn no_page_links_out_of_the_book() {
    for page in pages() {
        let depth = page.matches('/').count();
        let climbs = format!("]({}", "../".repeat(depth));
        assert!(!document(&page).contains(&climbs), "{page}: {climbs}");
    }
}

/// Returns the cells of the rows of all tables of a document.
fn rows(text: &str) -> Vec<Vec<String>> {
    let lines = text.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| ---"));
    let cells = |line: &str| {
        line.trim_matches('|').split(" | ").map(|cell| cell.trim().replace("\\|", "|")).collect::<Vec<_>>()
    };
    lines.map(cells).collect()
}

#[test]
fn the_figures_of_the_comparison_are_those_of_the_benchmarks() {
    let comparison = document("docs/comparison.md");
    let figures = comparison.split("\n## Speed\n").nth(1).expect("the page should have a part about speed");
    let figures = figures.split("\n## ").next().unwrap();
    let measured = rows(&document("docs/benchmarks.md"));
    let mut checked = 0;
    for row in rows(figures).iter().skip(1) {
        assert!(measured.contains(row), "docs/benchmarks.md does not have {row:?}");
        checked += 1;
    }
    assert!(checked >= 10, "{checked} figures");
}
