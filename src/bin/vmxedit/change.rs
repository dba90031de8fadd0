//! The one path that every change takes, from what is wanted to what is on disk.

use std::io::{Read, Write};
use std::path::Path;

use vmxedit::document::{Encryption, foreign};
use vmxedit::file::{self, Backup, VmxFile};
use vmxedit::vm::power::{Power, PowerState, Weight};
use vmxedit::{Cause, Change, Document, Edit, Error, Key, edit};

use crate::cli::Editing;
use crate::report::{Edited, Failure, Report, Secrets, To};

/// What is wanted of one document.
#[derive(Debug, Default)]
pub(crate) struct Wanted {
    pub(crate) edits: Vec<Edit>,
    /// What to know where something changes or nothing does.
    pub(crate) notes: Vec<String>,
    /// What to worry about.
    pub(crate) warnings: Vec<String>,
    /// The file was ruled out, with `--if-applicable`.
    pub(crate) skipped: bool,
}

/// Works out what is wanted; it depends on the document where presets have conditions.
pub(crate) type Want<'a> = dyn Fn(&Document) -> Result<Wanted, Cause> + 'a;

/// How a file fared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Changed,
    WouldChange,
    AlreadyRight,
    Skipped,
}

/// What a look at a document says: nothing is written yet.
struct Look {
    before: Document,
    after: Document,
    changes: Vec<Change>,
    wanted: Wanted,
}

/// Edits one file, or standard input where it is `-`. An error is reported; the exit code says which.
pub(crate) fn run(file: &Path, editing: &Editing, want: &Want<'_>) -> Result<u8, Failure> {
    let stdin = file.as_os_str() == "-";
    let mut report = Report::new(&editing.output, if stdin { To::Stderr } else { To::Stdout });
    let done =
        if stdin { filter(editing, want, &mut report)? } else { one(file, editing, want, &mut report)? };
    let code = match done {
        Ok(outcome) => code(outcome, editing),
        Err(error) => report.error(Some(file), &error)?,
    };
    report.finish(code)
}

/// The exit code of a file that was not refused.
pub(crate) fn code(outcome: Outcome, editing: &Editing) -> u8 {
    u8::from(outcome == Outcome::WouldChange && editing.check)
}

/// Edits one file.
pub(crate) fn one(
    given: &Path,
    editing: &Editing,
    want: &Want<'_>,
    report: &mut Report,
) -> Result<Result<Outcome, Error>, Failure> {
    match look_at_file(given, want) {
        Ok((path, file, look)) => carry_out(&path, file, &look, editing, report),
        Err(error) => Ok(Err(error)),
    }
}

fn look_at_file(given: &Path, want: &Want<'_>) -> Result<(std::path::PathBuf, VmxFile, Look), Error> {
    let path = file::resolve(given)?;
    let file = VmxFile::read(&path)?;
    let look = look(file.bytes(), want).map_err(|cause| cause.at(&path))?;
    Ok((path, file, look))
}

/// Parses, makes the edits, and compares: an edit that ends where it began is none.
fn look(bytes: &[u8], want: &Want<'_>) -> Result<Look, Cause> {
    let before = parse(bytes)?;
    let wanted = want(&before)?;
    let (after, mut changes) = edit::apply(&before, &wanted.edits)?;
    if !changes.is_empty() && after.to_bytes() == bytes {
        changes.clear();
    }
    Ok(Look { before, after, changes, wanted })
}

/// A document, unless the bytes are plainly something else.
pub(crate) fn parse(bytes: &[u8]) -> Result<Document, Cause> {
    if let Some(what) = foreign(bytes) {
        return Err(Cause::NotVmx { what: what.to_owned(), line: None });
    }
    let document = Document::parse(bytes);
    document.check_dictionary()?;
    Ok(document)
}

fn carry_out(
    path: &Path,
    file: VmxFile,
    look: &Look,
    editing: &Editing,
    report: &mut Report,
) -> Result<Result<Outcome, Error>, Failure> {
    let mut warnings = warnings(look);
    if look.changes.is_empty() {
        tell(path, look, editing, &warnings, report)?;
        return Ok(Ok(if look.wanted.skipped { Outcome::Skipped } else { Outcome::AlreadyRight }));
    }
    let power = Power::of(path, &look.before);
    warnings.extend(
        power.evidence.iter().filter(|found| found.weight == Weight::Hint).map(|found| found.detail.clone()),
    );
    if dry(editing) {
        if power.state != PowerState::Off {
            warnings.push(format!("an edit would be refused now: {}", power.reason()));
        }
        tell(path, look, editing, &warnings, report)?;
        return Ok(Ok(Outcome::WouldChange));
    }
    if power.state != PowerState::Off {
        if !editing.force {
            let cause = Cause::NotOff { reason: power.reason(), hint: power.state.remedy().to_owned() };
            return Ok(Err(cause.at(path)));
        }
        warnings.push(format!("--force: edited although {}", power.reason()));
    }
    let backup = match &editing.backup {
        Some(suffix) => Backup::Suffix(suffix.clone()),
        None => Backup::No,
    };
    match file.replace(&look.after.to_bytes(), &backup) {
        Ok(kept) => {
            tell(path, look, editing, &warnings, report)?;
            if let Some(kept) = kept {
                report.note(Some(path), &format!("the old file is kept as {}", kept.display()));
            }
            Ok(Ok(Outcome::Changed))
        }
        Err(error) => Ok(Err(error)),
    }
}

/// Edits standard input onto standard output. There is no VM to check and no lock to take.
fn filter(
    editing: &Editing,
    want: &Want<'_>,
    report: &mut Report,
) -> Result<Result<Outcome, Error>, Failure> {
    let path = Path::new("-");
    let look = match read_stdin().and_then(|bytes| look(&bytes, want).map_err(|cause| cause.at(path))) {
        Ok(look) => look,
        Err(error) => return Ok(Err(error)),
    };
    let changed = !look.changes.is_empty();
    if !dry(editing) {
        let mut stdout = std::io::stdout().lock();
        stdout.write_all(&look.after.to_bytes())?;
        stdout.flush()?;
    }
    let warnings = warnings(&look);
    tell(path, &look, editing, &warnings, report)?;
    Ok(Ok(match (changed, dry(editing)) {
        (true, true) => Outcome::WouldChange,
        (true, false) => Outcome::Changed,
        (false, _) => Outcome::AlreadyRight,
    }))
}

/// All of standard input.
pub(crate) fn read_stdin() -> Result<Vec<u8>, Error> {
    let failed = |error| Cause::io("read standard input", error).at("-");
    if stdin_is_closed() {
        return Err(failed(std::io::Error::other("it is closed")));
    }
    let mut bytes = Vec::new();
    std::io::stdin().lock().read_to_end(&mut bytes).map_err(failed)?;
    Ok(bytes)
}

/// The standard library opens `/dev/null` for reading and writing in place of a closed standard input.
fn stdin_is_closed() -> bool {
    use std::os::unix::fs::MetadataExt;
    let stdin = std::io::stdin();
    let Ok(flags) = rustix::fs::fcntl_getfl(&stdin) else { return true };
    let Ok(stat) = rustix::fs::fstat(&stdin) else { return true };
    let null = std::fs::metadata("/dev/null").map(|meta| meta.rdev());
    let is_null = null.is_ok_and(|null| null != 0 && null == stat.st_rdev);
    is_null && flags.contains(rustix::fs::OFlags::RDWR)
}

fn dry(editing: &Editing) -> bool {
    editing.dry_run || editing.check
}

fn tell(
    path: &Path,
    look: &Look,
    editing: &Editing,
    warnings: &[String],
    report: &mut Report,
) -> Result<(), Failure> {
    for note in &look.wanted.notes {
        report.note(Some(path), note);
    }
    if look.changes.is_empty() && report.verbose {
        report.note(Some(path), "nothing to change");
    }
    report.edited(&Edited {
        file: path,
        changes: &look.changes,
        dry_run: dry(editing),
        warnings,
        diff: editing.diff.then_some((&look.before, &look.after)),
        secrets: if editing.show_secrets { Secrets::Shown } else { Secrets::Masked },
    })
}

fn warnings(look: &Look) -> Vec<String> {
    let mut warnings = look.wanted.warnings.clone();
    for (key, lines) in look.after.duplicates() {
        let lines: Vec<String> = lines.iter().map(ToString::to_string).collect();
        warnings.push(format!(
            "'{key}' stands on lines {}: VMware refuses such a file until all but one are gone",
            lines.join(", ")
        ));
    }
    if !look.changes.is_empty() && look.before.encryption() == Encryption::Partial {
        warnings.push("the VM is partly encrypted: only entries in clear text were looked at".into());
    }
    let recoded = |change: &&Change| change.key.eq_ignore_ascii_case(".encoding");
    if look.changes.iter().any(|change| recoded(&change))
        && look.after.lines().any(|line| !line.text.is_ascii())
    {
        warnings.push(
            "the file holds text beyond ASCII, whose bytes stay as they are and now read by the new .encoding".into(),
        );
    }
    warnings
}

/// `KEY=VALUE` as it was typed: `@PATH` is the content of a file, `@@` a literal `@`.
pub(crate) fn assignment(word: &str) -> Result<(Key, String), Error> {
    let Some((key, value)) = word.split_once('=') else {
        return Err(Cause::Usage(format!("'{}' is not KEY=VALUE", word.escape_debug())).into());
    };
    let key = Key::parse(key)?;
    let value = match value.strip_prefix('@') {
        None => value.to_owned(),
        Some(literal) if literal.starts_with('@') => literal.to_owned(),
        Some(path) => value_from(&key, Path::new(path))?,
    };
    Ok((key, value))
}

fn value_from(key: &Key, path: &Path) -> Result<String, Error> {
    let bytes = std::fs::read(path).map_err(|error| Cause::io("read the value", error).at(path))?;
    let not_text = |_| Cause::ValueNotText { key: key.to_string(), path: path.to_owned() };
    let mut text = String::from_utf8(bytes).map_err(not_text)?;
    if text.ends_with('\n') {
        text.pop();
        if text.ends_with('\r') {
            text.pop();
        }
    }
    Ok(text)
}
