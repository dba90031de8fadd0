//! Secrets in everything that is printed: masked in all but `get` and `list`, unless `--show-secrets` is given.

mod changes;
mod presets;
mod text;

use crate::harness::RunResult;

#[track_caller]
fn assert_hidden(result: &RunResult) {
    let shown = format!("{}{}", result.stdout, result.stderr);
    assert!(!shown.contains("hunter"), "{shown}");
    assert!(!shown.contains("panicked"), "{shown}");
}

/// Asserts that the output contains the mask and no secret.
#[track_caller]
fn assert_masked(result: &RunResult) {
    assert_hidden(result);
    assert!(result.stdout.contains("****"), "{}{}", result.stdout, result.stderr);
}
