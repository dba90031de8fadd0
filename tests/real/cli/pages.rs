//! The console blocks of the page that needs jq.

use std::fs;

use crate::harness::pages::{steps, with_present_output};
use crate::harness::{assert_checked_in, isolated, repository_path};
use crate::suite::{Trial, first_tier, skip, test_list};

const PAGE: &str = "docs/cookbook/json-and-jq.md";

/// Returns the tests of this module.
pub(crate) fn tests() -> Vec<Trial> {
    first_tier(test_list![commands_with_jq_print_the_documented_output])
}

fn commands_with_jq_print_the_documented_output() {
    if let Err(error) = isolated("jq").arg("--version").output() {
        skip(format!("jq: {error}"));
    }
    let text = fs::read_to_string(repository_path(PAGE)).unwrap();
    assert!(steps(&text).iter().any(|step| step.command.contains("| jq ")), "{PAGE} does not use jq");
    assert_checked_in(PAGE, &with_present_output(PAGE));
}
