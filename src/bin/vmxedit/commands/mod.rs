//! One short file a command.

mod apply;
mod check;
mod completions;
mod diff;
mod edit;
mod get;
mod list;
mod man;
mod plan;
mod preset;
mod presets;
mod rename;
mod restore;
mod set;
mod show;
mod status;
mod unset;

use std::os::unix::fs::FileTypeExt;
use std::path::Path;

use vmxedit::document::Dialect;
use vmxedit::file::VmxFile;
use vmxedit::{Cause, Document, Error};

use crate::change;
use crate::cli::{Command, Editing, Output};
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
        Command::Diff(args) => diff::run(&args),
        Command::Edit(args) => edit::run(&args),
        Command::Restore(args) => restore::run(&args),
        Command::Preset(args) => preset::run(args.command),
        Command::Check(args) => check::run(&args),
        Command::Show(args) => show::run(&args),
        Command::Status(args) => status::run(&args),
        Command::Completions(args) => completions::run(args.shell),
        Command::Man(args) => man::run(&args.command.join("-")),
    }
}

/// Reads and parses one file, or standard input, for a command that only reads.
fn document(file: &Path) -> Result<Document, Error> {
    document_as(file, Dialect::of(file))
}

/// The same in the dialect that was asked for.
fn document_as(file: &Path, dialect: Dialect) -> Result<Document, Error> {
    if file.as_os_str() == "-" {
        return change::parse(change::read_stdin()?, dialect).map_err(|cause| cause.at(file));
    }
    let (path, bytes) = match VmxFile::find(file) {
        Ok(found) => (found.path().to_owned(), found.into_bytes()),
        Err(_) if is_pipe(file) => {
            let bytes = change::read_file(file).map_err(|error| Cause::io("read", error).at(file))?;
            (file.to_owned(), bytes)
        }
        Err(error) => return Err(error.into()),
    };
    change::parse(bytes, dialect).map_err(|cause| cause.at(&path))
}

fn is_pipe(path: &Path) -> bool {
    path.metadata().is_ok_and(|meta| meta.file_type().is_fifo())
}

/// Reports an error that stands before or instead of everything else.
fn fail(output: &Output, file: Option<&Path>, error: &Error) -> Result<u8, Failure> {
    fail_on(To::Stdout, output, file, error)
}

/// The same for an editing command: with `-` standard output is for the edited file alone.
fn fail_edit(editing: &Editing, file: &Path, error: &Error) -> Result<u8, Failure> {
    let to = if file.as_os_str() == "-" { To::Stderr } else { To::Stdout };
    fail_on(to, &editing.output, Some(file), error)
}

fn fail_on(to: To, output: &Output, file: Option<&Path>, error: &Error) -> Result<u8, Failure> {
    let mut report = Report::new(output, to);
    let code = report.error(file, error)?;
    report.finish(code)
}
