//! Tests of the library and the built program that need nothing but the program, in one binary so that it links once.
#![allow(missing_docs, clippy::unwrap_used, clippy::format_collect, reason = "tests")]

mod cli;
mod docs;
mod format;
#[path = "../harness/mod.rs"]
#[allow(dead_code, reason = "each of the two test programs uses a part of it")]
mod harness;
mod library;
