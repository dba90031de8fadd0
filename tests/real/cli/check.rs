//! `check` on real files.

use crate::harness::Scratch;
use crate::parts::corpus::real_files;
use crate::suite::{Trial, second_tier, test_list};

/// Returns the tests of this module.
pub(crate) fn tests() -> Vec<Trial> {
    second_tier("takes seconds", test_list![real_files_are_checked_without_a_panic])
}

fn real_files_are_checked_without_a_panic() {
    let vm = Scratch::new();
    for file in real_files() {
        let file = file.to_str().unwrap();
        for args in [&["check", file][..], &["check", file, "--fix", "-n", "--json"]] {
            let result = vm.run(args);
            assert!(matches!(result.code, 0 | 1 | 4), "{file}: {}", result.stderr);
            assert!(!result.stderr.contains("panicked"), "{file}: {}", result.stderr);
        }
    }
}
