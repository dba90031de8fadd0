//! One short file a command.

mod apply;
mod completions;
mod get;
mod list;
mod man;
mod preset;
mod rename;
mod restore;
mod set;
mod status;
mod unset;

use std::path::Path;

use vmxedit::file::{self, VmxFile};
use vmxedit::{Document, Error};

use crate::change;
use crate::cli::{Command, Output};
use crate::report::{Failure, Report, To};

/// Does what was typed; gives the exit code.
pub(crate) fn run(command: Command) -> Result<u8, Failure> {
    match command {
        Command::Get(args) => get::run(&args),
        Command::List(args) => list::run(&args),
        Command::Set(args) => set::run(&args),
        Command::Unset(args) => unset::run(&args),
        Command::Rename(args) => rename::run(&args),
        Command::Apply(args) => apply::run(&args),
        Command::Restore(args) => restore::run(&args),
        Command::Preset(args) => preset::run(args.command),
        Command::Status(args) => status::run(&args),
        Command::Completions(args) => completions::run(args.shell),
        Command::Man(args) => man::run(args.command.as_deref()),
    }
}

/// Reads and parses one file, or standard input, for a command that only reads.
fn document(file: &Path) -> Result<Document, Error> {
    if file.as_os_str() == "-" {
        return change::parse(&change::read_stdin()?).map_err(|cause| cause.at(file));
    }
    let path = file::resolve(file)?;
    change::parse(VmxFile::read(&path)?.bytes()).map_err(|cause| cause.at(&path))
}

/// Reports an error that stands before or instead of everything else.
fn fail(output: &Output, file: Option<&Path>, error: &Error) -> Result<u8, Failure> {
    let mut report = Report::new(output, To::Stdout);
    let code = report.error(file, error)?;
    report.finish(code)
}
