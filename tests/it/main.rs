//! Everything that is tested through the library or the built program. One program, so that it links once.
#![allow(missing_docs, clippy::unwrap_used, clippy::format_collect, reason = "tests")]

mod bad_input;
mod commands;
mod corpus;
mod edits;
mod generated;
mod house;
mod laws;
mod power;
mod presets;
mod readme;
mod saving;
mod support;
mod vmtools;
mod vmware_parser;
