//! Everything that is tested through the library or the built program. One program, so that it links once.
#![allow(missing_docs, clippy::unwrap_used, clippy::format_collect, reason = "tests")]
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a test prints what it measured or skipped")]

mod bad_input;
mod builtin_presets;
mod bulk;
mod catalog;
mod check;
mod check_files;
mod check_output;
mod check_real;
mod commands;
mod corpus;
mod diff;
mod disks;
mod editor;
mod edits;
mod generated;
mod house;
mod interrupted;
mod laws;
mod locking;
mod neighbours;
mod power;
mod preset_files;
mod presets;
mod properties;
mod races;
mod readme;
mod saving;
mod show;
mod startup;
mod streams;
mod support;
mod terminal;
mod tools;
mod tracing;
mod transaction;
mod virt_v2v;
mod vmtools;
mod vmware_parser;
