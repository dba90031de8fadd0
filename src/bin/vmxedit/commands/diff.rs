//! `diff`: what one file has and another has not, key by key or line by line.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use vmxedit::document::Encryption;
use vmxedit::preset::Applicability;
use vmxedit::{Cause, Change, Document, Error, catalog, edit, file};

use super::{document, fail, presets};
use crate::cli::Diff;
use crate::report::{Compared, Failure, Report, Secrets, To};

/// One of the two that are compared.
struct Side {
    name: PathBuf,
    document: Document,
}

pub(crate) fn run(args: &Diff) -> Result<u8, Failure> {
    match sides(args) {
        Ok((a, b)) => print(args, &a, &b),
        Err(error) => fail(&args.output, error.path.clone().as_deref(), &error),
    }
}

/// The older comes first.
fn sides(args: &Diff) -> Result<(Side, Side), Error> {
    if let Some(preset) = &args.preset {
        return with_preset(args, preset);
    }
    match (&args.other, &args.backup) {
        (Some(other), _) if is_stdin(&args.file) && is_stdin(other) => {
            Err(Cause::Usage("standard input can be one of the two, not both".to_owned()).into())
        }
        (Some(other), _) => Ok((read(&args.file)?, read(other)?)),
        (None, Some(backup)) => Ok((read(&backup_of(&args.file, backup)?)?, read(&args.file)?)),
        (None, None) => unreachable!("clap requires one of them"),
    }
}

/// The file, and what a preset would make of it.
fn with_preset(args: &Diff, preset: &str) -> Result<(Side, Side), Error> {
    let bound = presets::bound(&[preset.to_owned()], &args.parameters)?;
    let a = read(&args.file)?;
    let at = |cause: Cause| cause.at(&args.file);
    let (verdict, edits) = presets::meaning(&bound[0], &a.document, &args.file).map_err(at)?;
    let document = match verdict {
        Applicability::Refused(reason) => {
            return Err(at(Cause::Condition { preset: bound[0].preset.name.clone(), reason }));
        }
        Applicability::Unneeded(_) => a.document.clone(),
        Applicability::Applies => edit::apply(&a.document, &edits).map_err(at)?.0,
    };
    Ok((a, Side { name: PathBuf::from(preset), document }))
}

fn read(name: &Path) -> Result<Side, Error> {
    Ok(Side { name: name.to_owned(), document: document(name)? })
}

/// The newest backup unless `named`: by its path, by its name beside the file, or by its suffix.
fn backup_of(given: &Path, named: &OsStr) -> Result<PathBuf, Error> {
    if is_stdin(given) {
        return Err(Cause::Usage("standard input has no backups".to_owned()).into());
    }
    let file = file::resolve(given)?;
    if named.is_empty() {
        return file::backups(&file)?.pop().ok_or_else(|| Cause::NoBackup.at(given));
    }
    let mut suffixed = file.clone().into_os_string();
    suffixed.push(named);
    let places = [named.into(), file.with_file_name(named), suffixed.into()];
    Ok(places.iter().find(|place| place.is_file()).unwrap_or(&places[0]).clone())
}

fn is_stdin(name: &Path) -> bool {
    name.as_os_str() == "-"
}

fn print(args: &Diff, a: &Side, b: &Side) -> Result<u8, Failure> {
    let mut report = Report::new(&args.output, To::Stdout);
    for side in [a, b].iter().filter(|side| side.document.encryption() != Encryption::None) {
        report.warn(&side.name, "its encrypted part was not compared");
    }
    let changes = changes(args, &a.document, &b.document);
    let equal = if args.unified { is_same_text(&a.document, &b.document) } else { changes.is_empty() };
    report.compared(&Compared {
        a: &a.name,
        b: &b.name,
        equal,
        changes: &changes,
        diff: args.unified.then_some((&a.document, &b.document)),
        secrets: if args.show_secrets { Secrets::Shown } else { Secrets::Masked },
    })?;
    report.finish(u8::from(!equal))
}

fn changes(args: &Diff, a: &Document, b: &Document) -> Vec<Change> {
    let mut changes =
        if args.semantic { edit::compare_by(a, b, catalog::values_equal) } else { edit::compare(a, b) };
    changes.retain(|change| !(args.ignore_volatile && catalog::is_volatile(&change.key)));
    changes
}

fn is_same_text(a: &Document, b: &Document) -> bool {
    a.to_bytes() == b.to_bytes()
}
