//! Links the program so that it starts faster: fewer shared libraries to load, fewer relocations to process.
//!
//! With glibc, the unwinder is linked statically. The standard library links it with `-lgcc_s`, before all link arguments
//! that a build script can add. Only the search path can change what that name means: a linker script called
//! `libgcc_s.so` names the static archives instead.
//!
//! With musl, relative relocations are packed (`DT_RELR`, which musl reads since 1.2.4): most instructions of a short run
//! of a static program process relocations.
//!
//! Only the program is linked this way; packages that depend on the library link as usual.

#![allow(clippy::print_stdout, reason = "Cargo reads instructions from standard output")]

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The static counterpart of Debian's `libgcc_s.so`, which is a linker script as well.
const SCRIPT: &str = "GROUP ( -lgcc_eh -lgcc )\n";

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let is = |name: &str, value: &str| env::var(name).is_ok_and(|found| found == value);
    // Without the feature, the library is built alone, as a dependency of another package.
    if env::var_os("CARGO_FEATURE_CLI").is_none() || !is("CARGO_CFG_TARGET_OS", "linux") {
        return;
    }
    if is("CARGO_CFG_TARGET_ENV", "musl") {
        // A linker takes the option itself, a C compiler passes it on.
        let prefix = if is_linker(env::var_os("RUSTC_LINKER").as_deref()) { "" } else { "-Wl," };
        for option in ["-z", "pack-relative-relocs"] {
            println!("cargo::rustc-link-arg-bins={prefix}{option}");
        }
    }
    let is_native = env::var("HOST").ok() == env::var("TARGET").ok();
    if is_native && is("CARGO_CFG_TARGET_ENV", "gnu") && has_static_unwinder() {
        let folder = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR for build scripts"));
        fs::write(folder.join("libgcc_s.so"), SCRIPT).expect("cargo creates OUT_DIR");
        println!("cargo::rustc-link-arg-bins=-L{}", folder.display());
    }
}

/// Returns whether Cargo runs a linker directly, such as `rust-lld` or `ld`. It runs a C compiler unless it is configured.
fn is_linker(program: Option<&OsStr>) -> bool {
    let stem = program.and_then(|program| Path::new(program).file_stem()).and_then(OsStr::to_str);
    stem.is_some_and(|stem| stem == "ld" || stem.ends_with("-ld") || stem.ends_with("lld"))
}

/// Returns whether the C compiler has the static unwinder. It prints the bare name of a file that it does not find.
fn has_static_unwinder() -> bool {
    let output = Command::new("cc").arg("-print-file-name=libgcc_eh.a").output();
    output.is_ok_and(|output| Path::new(String::from_utf8_lossy(&output.stdout).trim()).is_absolute())
}
