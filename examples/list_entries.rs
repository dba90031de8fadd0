//! Prints the entries of a file with their line numbers: `cargo run --example list_entries -- VM.vmx`.

#![expect(clippy::print_stderr, clippy::print_stdout, reason = "examples print")]

use std::process::ExitCode;

use vmxedit::Document;

fn main() -> ExitCode {
    let Some(path) = std::env::args().nth(1) else {
        eprintln!("usage: list_entries VM.vmx");
        return ExitCode::from(2);
    };
    let bytes = match std::fs::read(&path) {
        Ok(bytes) => bytes,
        Err(error) => {
            eprintln!("list_entries: {path}: {error}");
            return ExitCode::FAILURE;
        }
    };
    for entry in Document::parse(bytes).entries() {
        println!("{}: {} = {:?}", entry.line_number(), entry.key(), entry.value());
    }
    ExitCode::SUCCESS
}
