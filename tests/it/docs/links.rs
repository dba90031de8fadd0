//! Checks that the relative links and anchors of the Markdown files resolve.

use std::fs;
use std::path::{Path, PathBuf};

use crate::harness::repository_path;

/// Adds the Markdown files of a folder of the repository, without build results and hidden folders.
fn add_documents(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() && name != "target" && !name.starts_with('.') {
            add_documents(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "md") {
            found.push(path);
        }
    }
}

/// Returns the lines of a document outside of code blocks.
fn prose(text: &str) -> impl Iterator<Item = &str> {
    let mut in_code = false;
    text.lines().filter(move |line| {
        let is_fence = line.starts_with("```");
        in_code ^= is_fence;
        !in_code && !is_fence
    })
}

/// Returns a line without its inline code.
fn without_code(line: &str) -> String {
    line.split('`').step_by(2).collect::<Vec<_>>().join("`")
}

/// Returns the targets of the links `[text](target)`.
fn link_targets(text: &str) -> Vec<String> {
    let mut targets = Vec::new();
    for line in prose(text).map(without_code) {
        for (at, _) in line.match_indices("](") {
            let target = line[at + 2..].split(')').next().unwrap_or_default();
            targets.push(target.to_owned());
        }
    }
    targets
}

/// Returns the anchors of the headings, as code hosts derive them.
fn anchors(text: &str) -> Vec<String> {
    let headings = prose(text).filter(|line| line.starts_with('#'));
    let anchor = |heading: &str| {
        let words = heading.trim_start_matches('#').trim().to_lowercase().replace(' ', "-");
        words.chars().filter(|c| c.is_alphanumeric() || matches!(c, '-' | '_')).collect()
    };
    headings.map(anchor).collect()
}

#[test]
fn relative_links_of_the_documents_resolve() {
    let mut documents = Vec::new();
    add_documents(&repository_path(""), &mut documents);
    let mut checked = 0;
    for document in documents {
        let text = fs::read_to_string(&document).unwrap();
        for target in link_targets(&text).into_iter().filter(|target| !target.contains(':')) {
            let (file, anchor) = target.split_once('#').unwrap_or((&target, ""));
            let path = if file.is_empty() { document.clone() } else { document.with_file_name(file) };
            assert!(path.exists(), "{}: {target} does not exist", document.display());
            if !anchor.is_empty() {
                let anchors = anchors(&fs::read_to_string(&path).unwrap());
                assert!(anchors.iter().any(|known| known == anchor), "{}: {target}", document.display());
            }
            checked += 1;
        }
    }
    assert!(checked > 20, "{checked} links");
}

#[test]
fn a_link_in_code_is_not_a_link() {
    assert_eq!(link_targets("[a](b) `[c](d)` [`e`](f#g)\n```\n[h](i)\n```\n"), ["b", "f#g"]);
}

#[test]
fn anchors_are_derived_from_headings() {
    assert_eq!(
        anchors("# The rules of `vmxedit check`\n## VMX001\n"),
        ["the-rules-of-vmxedit-check", "vmx001"]
    );
}
