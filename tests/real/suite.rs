//! Tests that may lack a part of the machine, and the two tiers.
//!
//! A test that cannot run is reported as ignored, with the reason. With `VMXEDIT_REQUIRE_REAL=1` it fails.

use std::any::Any;
use std::panic::{self, AssertUnwindSafe};
use std::path::PathBuf;

use libtest_mimic::Completion;

use crate::harness::{fixtures, is_enabled, is_root};
use crate::parts::corpus::real_files;

pub(crate) use libtest_mimic::Trial;

/// The name of a test, and the test.
pub(crate) type Case = (&'static str, fn());

/// The payload with which a test ends that cannot run here.
struct Skipped {
    why: String,
}

/// Ends the test, which counts as ignored: the machine lacks a part that it needs.
pub(crate) fn skip(why: impl Into<String>) -> ! {
    let why = why.into();
    assert!(!is_enabled("VMXEDIT_REQUIRE_REAL"), "required here: {why}");
    skip_optional(why)
}

/// Ends the test, which counts as ignored: it needs something that is not required anywhere.
pub(crate) fn skip_optional(why: impl Into<String>) -> ! {
    // Unlike a panic, this prints nothing.
    panic::resume_unwind(Box::new(Skipped { why: why.into() }))
}

/// Skips the test unless it runs as root.
pub(crate) fn require_root() {
    if !is_root() {
        skip("it needs root");
    }
}

/// Lists the named functions of this module.
macro_rules! test_list {
    ($($test:ident),* $(,)?) => {
        vec![$((concat!(module_path!(), "::", stringify!($test)), $test as fn())),*]
    };
}
pub(crate) use test_list;

/// Returns tests that are quick, and safe on any machine and as root.
pub(crate) fn first_tier(cases: Vec<Case>) -> Vec<Trial> {
    cases.into_iter().map(|(name, test)| trial(name, test)).collect()
}

/// Returns tests that run only with `--ignored` or `--include-ignored`; the reason is shown.
pub(crate) fn second_tier(reason: &str, cases: Vec<Case>) -> Vec<Trial> {
    let trials = first_tier(cases).into_iter();
    trials.map(|trial| trial.with_kind(format!("second tier: {reason}")).with_ignored_flag(true)).collect()
}

/// Returns one test of all fixtures, and one of all real files.
pub(crate) fn on_every_file(name: &str, check: fn(&[PathBuf])) -> Vec<Trial> {
    vec![
        trial(&format!("{name}_on_fixtures"), move || check(&fixtures())),
        trial(&format!("{name}_on_real_files"), move || check(&real_files())),
    ]
}

fn trial(name: &str, test: impl FnOnce() + Send + 'static) -> Trial {
    let name = name.strip_prefix("real::").unwrap_or(name);
    Trial::ignorable_test(name, || match panic::catch_unwind(AssertUnwindSafe(test)) {
        Ok(()) => Ok(Completion::Completed),
        Err(payload) => match payload.downcast::<Skipped>() {
            Ok(skipped) => Ok(Completion::ignored_with(skipped.why)),
            Err(payload) => Err(message(&*payload).into()),
        },
    })
}

fn message(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<&str>().map(ToString::to_string);
    text.or_else(|| payload.downcast_ref::<String>().cloned()).unwrap_or_else(|| "panicked".to_owned())
}
