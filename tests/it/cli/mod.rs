//! What the commands print, and their exit codes.

mod apply_presets;
mod bad_input;
mod check;
mod commands;
mod diff;
mod preset;
mod secrets;
mod show;
mod standard_streams;
