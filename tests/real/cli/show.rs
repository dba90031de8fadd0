//! `show` on real files.

use std::fs;

use crate::harness::{Scratch, repository_path};
use crate::parts::corpus::real_files;
use crate::suite::{Trial, first_tier, test_list};

/// Returns the tests of this module.
pub(crate) fn tests() -> Vec<Trial> {
    first_tier(test_list![json_of_real_files_matches_the_schema])
}

fn json_of_real_files_matches_the_schema() {
    let schema = fs::read_to_string(repository_path("docs/schemas/show.schema.json")).unwrap();
    let schema = jsonschema::validator_for(&serde_json::from_str(&schema).unwrap()).unwrap();
    for file in real_files() {
        let result = Scratch::new().run(&["show", "--json", file.to_str().unwrap()]);
        let json = result.json();
        let errors: Vec<String> = schema.iter_errors(&json).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{}: {errors:?}", file.display());
    }
}
