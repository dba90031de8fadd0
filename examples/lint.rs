//! Checks a file and the files in its folder: `cargo run --example lint -- VM.vmx`.

#![expect(clippy::print_stderr, clippy::print_stdout, reason = "examples print")]

use std::path::Path;
use std::process::ExitCode;

use vmxedit::Document;
use vmxedit::check::{self, Severity};

fn main() -> ExitCode {
    let Some(path) = std::env::args().nth(1) else {
        eprintln!("usage: lint VM.vmx");
        return ExitCode::from(2);
    };
    let bytes = match std::fs::read(&path) {
        Ok(bytes) => bytes,
        Err(error) => {
            eprintln!("lint: {path}: {error}");
            return ExitCode::FAILURE;
        }
    };
    let findings = check::check(&Document::parse(bytes), Some(Path::new(&path)));
    for finding in &findings {
        let line = finding.span.as_ref().map_or(String::new(), |span| format!("{}: ", span.line));
        println!("{path}:{line}{} {}: {}", finding.severity, finding.rule.code, finding.message);
    }
    let has_errors = findings.iter().any(|finding| finding.severity == Severity::Error);
    if has_errors { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}
