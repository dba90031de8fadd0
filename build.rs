//! Links the unwinder into the program where the C compiler has it as an archive: one library less to load at each start.

#![allow(clippy::print_stdout, reason = "Cargo reads instructions from standard output")]

use std::env;
use std::path::Path;
use std::process::Command;

const ARCHIVE: &str = "libgcc_eh.a";

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let is = |name: &str, value: &str| env::var(name).is_ok_and(|found| found == value);
    let is_native = env::var("HOST").ok() == env::var("TARGET").ok();
    if is_native && is("CARGO_CFG_TARGET_OS", "linux") && is("CARGO_CFG_TARGET_ENV", "gnu") && has_archive() {
        println!("cargo::rustc-link-lib=static:-bundle=gcc_eh");
    }
}

/// The compiler answers with a path where it has the file, and with the bare name where it has not.
fn has_archive() -> bool {
    let asked = Command::new("cc").arg(format!("-print-file-name={ARCHIVE}")).output();
    asked.is_ok_and(|answer| Path::new(String::from_utf8_lossy(&answer.stdout).trim()).is_absolute())
}
