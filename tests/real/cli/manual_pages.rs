//! The manual pages, as `mandoc` reads them.

use std::fs;

use crate::harness::{isolated, repository_path};
use crate::suite::{Trial, first_tier, skip, test_list};

/// Returns the tests of this module.
pub(crate) fn tests() -> Vec<Trial> {
    first_tier(test_list![mandoc_has_no_warning_about_a_manual_page])
}

fn mandoc_has_no_warning_about_a_manual_page() {
    let files = fs::read_dir(repository_path("man")).unwrap().map(|file| file.unwrap().path());
    match isolated("mandoc").args(["-T", "lint", "-W", "warning"]).args(files).output() {
        Ok(result) => {
            let printed = [result.stdout, result.stderr].concat();
            assert_eq!((result.status.code(), &*String::from_utf8_lossy(&printed)), (Some(0), ""));
        }
        Err(error) => skip(format!("mandoc: {error}")),
    }
}
