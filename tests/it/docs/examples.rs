//! The examples in the documentation of the library. `cargo test --doc` runs them.

use std::fs;
use std::path::Path;

use crate::harness::repository_path;

/// Adds the public types of the library without an example.
fn add_without_example(folder: &Path, found: &mut Vec<String>, count: &mut usize) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            if !path.ends_with("bin") {
                add_without_example(&path, found, count);
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let source = fs::read_to_string(&path).unwrap();
            let mut has_example = false;
            for line in source.lines() {
                let declared = ["pub struct ", "pub enum ", "pub trait ", "pub type "];
                if let Some(name) = declared.iter().find_map(|start| line.strip_prefix(start)) {
                    *count += 1;
                    if !has_example {
                        found.push(format!("{}: {name}", path.display()));
                    }
                }
                // The example is in the comment above, with attributes in between.
                has_example = (has_example && !line.is_empty()) || line.starts_with("/// ```");
            }
        }
    }
}

#[test]
fn every_public_type_has_an_example() {
    let (mut found, mut count) = (Vec::new(), 0);
    add_without_example(&repository_path("src"), &mut found, &mut count);
    assert_eq!(found, [""; 0]);
    assert!(count > 150, "{count}");
}
