//! Integration tests of the library and the built program, in one test binary so that it links once.
#![allow(missing_docs, clippy::unwrap_used, clippy::format_collect, reason = "tests")]
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a test prints what it measured or skipped")]

mod architecture;
mod attacks;
mod bad_input;
mod batch;
mod builtin_presets;
mod catalog;
mod check;
mod check_files;
mod check_output;
mod check_real_files;
mod commands;
mod concurrent_edits;
mod corpus;
mod diff;
mod editor;
mod edits;
mod environments;
mod fault_injection;
mod file_systems;
mod generated;
mod host_tools;
mod java_properties;
mod locking;
mod other_file_types;
mod power_check;
mod preset_files;
mod presets;
mod property_tests;
mod read_only_commands;
mod readme;
mod saving;
mod show;
mod standard_streams;
mod strace;
mod support;
mod terminal;
mod transaction;
mod virt_v2v;
mod vmtools;
mod vmware_parser;
