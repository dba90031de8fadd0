//! Real files that are not part of the project, in the folder that `VMXEDIT_CORPUS` names.

use std::fs;
use std::path::PathBuf;

use crate::suite::skip_optional;

/// Returns the folder that holds `corpus/` and `vectors/`, or skips the test if `VMXEDIT_CORPUS` is not set.
///
/// `VMXEDIT_CORPUS` names this folder or its `corpus/`. The real files are not part of the repository.
pub(crate) fn corpus_root() -> PathBuf {
    let Some(named) = std::env::var_os("VMXEDIT_CORPUS").map(PathBuf::from) else {
        skip_optional("VMXEDIT_CORPUS is not set: it names a folder of real files");
    };
    let root = if named.join("corpus").is_dir() { named.clone() } else { named.join("..") };
    assert!(root.join("corpus").is_dir(), "VMXEDIT_CORPUS: no corpus in {}", named.display());
    root
}

/// Returns every real `.vmx` file of the corpus, sorted.
pub(crate) fn real_files() -> Vec<PathBuf> {
    let root = corpus_root();
    let mut files = Vec::new();
    for folder in fs::read_dir(root.join("corpus")).unwrap() {
        let folder = folder.unwrap().path();
        if folder.is_dir() {
            let entries = fs::read_dir(folder).unwrap();
            files.extend(entries.map(|file| file.unwrap().path()));
        }
    }
    assert!(!files.is_empty(), "{} should contain folders with files", root.join("corpus").display());
    files.sort();
    files
}
