//! Gives a VM more memory: `cargo run --example set_memory -- VM.vmx 4096`.
//!
//! The VM must be off. VMware's lock is held from `open` to `save`.

#![expect(clippy::print_stderr, clippy::print_stdout, reason = "examples print")]

use std::process::ExitCode;

use vmxedit::Vm;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, path, megabytes] = &arguments[..] else {
        eprintln!("usage: set_memory VM.vmx MEGABYTES");
        return ExitCode::from(2);
    };
    match set_memory(path, megabytes) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("set_memory: {error}");
            ExitCode::FAILURE
        }
    }
}

fn set_memory(path: &str, megabytes: &str) -> Result<(), vmxedit::Error> {
    let committed = Vm::open(path)?.set("memsize", megabytes)?.save()?;
    for change in &committed.preview.changes {
        println!("{path}: {change:?}");
    }
    Ok(())
}
