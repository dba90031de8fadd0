//! Everything that is tested through the library or the built program. One program, so that it links once.
#![allow(missing_docs, clippy::unwrap_used, clippy::format_collect, reason = "tests")]

mod bad_input;
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
mod power;
mod presets;
mod races;
mod readme;
mod saving;
mod startup;
mod support;
mod terminal;
mod tools;
mod tracing;
mod vmtools;
mod vmware_parser;
