//! Errors of the program, and how any error is reported: exit code, kind, message, hint.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use vmxedit::vm::power::{Power, PowerState};
use vmxedit::{Cause, Error};

use crate::exit::Exit;

/// An invalid command line.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct UsageError(pub(crate) String);

impl UsageError {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }
}

/// An error that only the program has.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ProgramError {
    /// The editor cannot be started, or it failed.
    #[error("nothing is changed: the editor, {editor}, {why}")]
    Editor { editor: String, why: String },
    /// An edited text that would make the file worse.
    #[error("the edited text is not saved: {}", problems.join("; "))]
    EditedText { problems: Vec<String> },
    #[error("'{key}': the file {} is not UTF-8 text", path.display())]
    ValueNotText { key: String, path: PathBuf },
    /// With `--recursive`.
    #[error("no .vmx file in it or below it")]
    NoVmxBelow,
    #[error("no backup found ({}.bak)", file.display())]
    NoBackup { file: PathBuf },
}

/// Names the file that an error is about.
#[derive(Debug)]
struct AtFile(PathBuf);

impl fmt::Display for AtFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.display().fmt(f)
    }
}

/// Names the file that an error is about, unless the error names one already.
pub(crate) fn at_path(error: impl Into<anyhow::Error>, path: impl AsRef<Path>) -> anyhow::Error {
    let error = error.into();
    match path_of(&error) {
        Some(_) => error,
        None => error.context(AtFile(path.as_ref().to_owned())),
    }
}

/// Adds the file to the error of a result.
pub(crate) trait ResultExt<T> {
    fn at(self, path: impl AsRef<Path>) -> anyhow::Result<T>;
}

impl<T, E: Into<anyhow::Error>> ResultExt<T> for Result<T, E> {
    fn at(self, path: impl AsRef<Path>) -> anyhow::Result<T> {
        self.map_err(|error| at_path(error, path))
    }
}

/// Returns the file that an error names.
pub(crate) fn path_of(error: &anyhow::Error) -> Option<&Path> {
    if let Some(AtFile(path)) = error.downcast_ref() {
        return Some(path);
    }
    error.downcast_ref::<Error>().and_then(|error| error.path.as_deref())
}

/// Returns whether a signal stopped the operation.
pub(crate) fn is_interruption(error: &anyhow::Error) -> bool {
    matches!(cause_of(error), Some(Cause::Stopped))
}

/// Returns the power state of the VM that blocks the operation.
pub(crate) fn blocking_power(error: &anyhow::Error) -> Option<&Power> {
    match cause_of(error)? {
        Cause::Blocked(power) => Some(power),
        _ => None,
    }
}

fn cause_of(error: &anyhow::Error) -> Option<&Cause> {
    error.downcast_ref().or_else(|| Some(&error.downcast_ref::<Error>()?.cause))
}

/// What is printed about an error.
#[derive(Debug)]
pub(crate) struct Description {
    pub(crate) path: Option<PathBuf>,
    /// Counted from 1.
    pub(crate) line: Option<usize>,
    pub(crate) exit: Exit,
    /// A stable word for programs.
    pub(crate) kind: &'static str,
    pub(crate) message: String,
    /// What the user can do about it.
    pub(crate) hint: Option<String>,
}

/// Describes any error of the program or of the library.
pub(crate) fn describe(error: &anyhow::Error) -> Description {
    let (exit, kind, hint) = classify(error);
    Description {
        path: path_of(error).map(Path::to_owned),
        line: cause_of(error).and_then(Cause::line),
        exit,
        kind,
        message: message(error),
        hint,
    }
}

/// Returns the message without the path that it may start with, and without Rust's numbers of system errors.
fn message(error: &anyhow::Error) -> String {
    if let Some(cause) = cause_of(error) {
        // It contains the messages of its sources.
        return without_os_error(&cause.to_string());
    }
    let has_path = error.downcast_ref::<AtFile>().is_some();
    let causes: Vec<String> = error.chain().skip(usize::from(has_path)).map(ToString::to_string).collect();
    without_os_error(&causes.join(": "))
}

/// Returns the text of a system error, without its number.
pub(crate) fn io_message(error: &io::Error) -> String {
    without_os_error(&error.to_string())
}

/// Removes "(os error 2)" from the end of the text of an `io::Error`.
fn without_os_error(text: &str) -> String {
    let Some((before, rest)) = text.split_once(" (os error ") else { return text.to_owned() };
    let after = rest.split_once(')').map_or("", |(_, after)| after);
    format!("{before}{}", without_os_error(after))
}

fn classify(error: &anyhow::Error) -> (Exit, &'static str, Option<String>) {
    if let Some(cause) = cause_of(error) {
        let (exit, kind) = exit_and_kind(cause);
        return (exit, kind, hint(cause));
    }
    if error.downcast_ref::<UsageError>().is_some() {
        return (Exit::Usage, "usage", None);
    }
    let (exit, kind, hint) = match error.downcast_ref::<ProgramError>() {
        Some(ProgramError::Editor { .. }) => {
            (Exit::Failed, "editor", Some("set VISUAL or EDITOR to an editor that works here"))
        }
        Some(ProgramError::EditedText { .. }) => (
            Exit::Unsuitable,
            "edited_text",
            Some(
                "run it with a terminal as standard input to edit again or to save anyway; --keep keeps the text",
            ),
        ),
        Some(ProgramError::ValueNotText { .. }) => (Exit::Unsuitable, "value_not_text", None),
        Some(ProgramError::NoVmxBelow) => {
            (Exit::Failed, "no_vmx", Some("name a directory above the directories of the VMs"))
        }
        Some(ProgramError::NoBackup { .. }) => (Exit::Failed, "no_backup", Some("name the backup")),
        None => (Exit::Failed, "io", error.downcast_ref().and_then(io_hint)),
    };
    (exit, kind, hint.map(str::to_owned))
}

/// The exit code and the kind of each error of the library.
fn exit_and_kind(cause: &Cause) -> (Exit, &'static str) {
    match cause {
        Cause::NoSuchKey { .. } => (Exit::Negative, "no_such_key"),
        Cause::BadKey { .. } => (Exit::Usage, "bad_key"),
        Cause::BadPattern { .. } => (Exit::Usage, "bad_pattern"),
        Cause::SeveralVmx { .. } => (Exit::Usage, "several_vmx"),
        Cause::NoSuchPreset { .. } => (Exit::Usage, "no_such_preset"),
        Cause::Parameter { .. } => (Exit::Usage, "parameter"),
        Cause::Conflict { .. } => (Exit::Usage, "conflict"),
        Cause::NotOff { .. } | Cause::Blocked(_) => (Exit::Refused, "not_off"),
        Cause::BelongsToVm { .. } => (Exit::Refused, "belongs_to_vm"),
        Cause::Changed => (Exit::Refused, "changed"),
        Cause::Stopped => (Exit::Refused, "stopped"),
        Cause::Displaced { .. } => (Exit::Refused, "displaced"),
        Cause::Duplicate { .. } | Cause::Copies { .. } => (Exit::Unsuitable, "duplicate_key"),
        Cause::Collision { .. } => (Exit::Unsuitable, "collision"),
        Cause::StrayBom { .. } => (Exit::Unsuitable, "stray_bom"),
        Cause::Unencodable { .. } => (Exit::Unsuitable, "unencodable"),
        Cause::UnknownEncoding { .. } => (Exit::Unsuitable, "unknown_encoding"),
        Cause::NulInValue { .. } => (Exit::Unsuitable, "nul_in_value"),
        Cause::NotVmx { .. } => (Exit::Unsuitable, "not_vmx"),
        Cause::Encrypted => (Exit::Unsuitable, "encrypted"),
        Cause::EncryptionKey { .. } => (Exit::Unsuitable, "encryption_key"),
        Cause::HardLinks { .. } => (Exit::Unsuitable, "hard_links"),
        Cause::Metadata { .. } => (Exit::Unsuitable, "metadata"),
        Cause::BadPreset { .. } => (Exit::Unsuitable, "bad_preset"),
        Cause::Irreversible { .. } => (Exit::Unsuitable, "irreversible"),
        Cause::WrongFile { .. } => (Exit::Unsuitable, "wrong_file"),
        Cause::Condition { .. } => (Exit::Unsuitable, "condition"),
        Cause::NoVmx { .. } => (Exit::Failed, "no_vmx"),
        Cause::ReadOnly { .. } => (Exit::Failed, "read_only"),
        Cause::Immutable => (Exit::Failed, "immutable"),
        Cause::NotConfirmed(_) => (Exit::Failed, "not_confirmed"),
        Cause::Folder { .. } | Cause::Io { .. } => (Exit::Failed, "io"),
    }
}

/// What the user can do about an error of the library.
fn hint(cause: &Cause) -> Option<String> {
    let hint = match cause {
        Cause::Duplicate { key, .. } | Cause::Copies { key, .. } => {
            return Some(format!(
                "list them with `vmxedit get --all FILE {key}`, remove them with `vmxedit unset FILE {key}`, then set \
                 the key once"
            ));
        }
        Cause::Collision { to, .. } => return Some(format!("unset '{to}' first, or choose another name")),
        Cause::NoSuchPreset { near: Some(near), .. } => return Some(format!("did you mean {near}?")),
        Cause::Parameter { preset, .. } => {
            return Some(format!("`vmxedit preset show {preset}` lists its parameters"));
        }
        Cause::NotOff { hint, .. } => return Some(hint.clone()),
        Cause::Blocked(power) => remedy(power.state),
        Cause::Folder { source, .. } if source.kind() == io::ErrorKind::PermissionDenied => {
            "run it as a user who can write to the directory"
        }
        Cause::Folder { source, .. } | Cause::Io { source, .. } => io_hint(source)?,
        Cause::BadKey { .. } => "a key is one word without spaces, '=' or '#', such as ethernet0.address",
        Cause::SeveralVmx { .. } => "name one of them",
        Cause::NoVmx { .. } => "name the .vmx file, or the directory that contains it",
        Cause::StrayBom { .. } => "remove the three bytes EF BB BF from the start of that line first",
        Cause::Unencodable { .. } => {
            "use only characters of that encoding; under another one, other text in the file would break"
        }
        Cause::NotVmx { .. } => "name the virtual machine's .vmx file",
        Cause::Encrypted => {
            "remove the encryption in VMware (VM settings, Access Control), edit, and encrypt again"
        }
        Cause::EncryptionKey { .. } => {
            "change it in VMware: a wrong value here makes the VM unusable for good"
        }
        Cause::NoSuchPreset { near: None, .. } => "`vmxedit preset list` lists the presets",
        Cause::BadPreset { .. } => "`vmxedit man preset` describes the format of preset files",
        Cause::Conflict { .. } => "apply one of them",
        Cause::Irreversible { .. } => "restore a backup with `vmxedit restore FILE`",
        Cause::Condition { .. } => "apply it anyway with --ignore-conditions",
        Cause::Changed => "check the file and try again; nothing was written",
        Cause::ReadOnly { .. } => "make it writable first: chmod u+w FILE",
        Cause::Immutable => "remove the attribute first: chattr -i FILE",
        Cause::HardLinks { .. } => {
            "--break-links edits this file alone and leaves the other names as they are"
        }
        Cause::Metadata { .. } => {
            "run it as the owner of the file or as root, or proceed without with --lossy-metadata"
        }
        Cause::Displaced { .. } => "compare the two and keep what you need",
        Cause::NotConfirmed(_) => "check the file and the disk before you rely on it",
        Cause::BadPattern { .. }
        | Cause::BelongsToVm { .. }
        | Cause::WrongFile { .. }
        | Cause::Stopped
        | Cause::NoSuchKey { .. }
        | Cause::NulInValue { .. }
        | Cause::UnknownEncoding { .. } => return None,
    };
    Some(hint.to_owned())
}

/// What the user can do about a VM in this state.
fn remedy(state: PowerState) -> &'static str {
    match state {
        PowerState::Off => "try again",
        PowerState::Running => "shut it down, or wait for it with --wait",
        PowerState::Suspended => {
            "resume it and shut it down: its saved memory would not match the edited file"
        }
        PowerState::OpenInGui => {
            "close its tab, or wait for that with --wait: VMware would overwrite the edit with what it has in memory"
        }
        PowerState::LockedElsewhere => {
            "close it there, or wait for that with --wait; --force edits the file anyway and leaves the lock"
        }
        PowerState::Settling => "try again in a few seconds: VMware may still write the file",
        PowerState::Unknown => "find out whether it is off; --force edits the file anyway",
    }
}

fn io_hint(source: &io::Error) -> Option<&'static str> {
    match source.kind() {
        io::ErrorKind::NotFound => Some("check the path"),
        io::ErrorKind::PermissionDenied => Some("run it as the owner of the file, or as root"),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            Some("free space on the disk; the old file is unchanged")
        }
        io::ErrorKind::ReadOnlyFilesystem => Some("the file system is mounted read-only"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{ResultExt, UsageError, at_path, describe, without_os_error};
    use crate::exit::Exit;
    use vmxedit::Cause;

    #[test]
    fn the_innermost_path_is_the_one_that_is_reported() {
        let failed: Result<(), _> = Err(Cause::Encrypted);
        let error = failed.at("inner.vmx").at("outer.vmx").unwrap_err();
        let described = describe(&error);
        assert_eq!(described.path.as_deref(), Some(Path::new("inner.vmx")));
        assert_eq!((described.exit, described.kind), (Exit::Unsuitable, "encrypted"));
        assert!(described.message.starts_with("an encrypted configuration"), "{}", described.message);
    }

    #[test]
    fn an_error_of_the_program_keeps_its_message_when_it_gets_a_path() {
        let described = describe(&at_path(UsageError::new("wrong"), "x.vmx"));
        assert_eq!((described.exit, &*described.message), (Exit::Usage, "wrong"));
    }

    #[test]
    fn a_system_error_has_no_number() {
        assert_eq!(
            without_os_error("cannot open: No such file or directory (os error 2): hint"),
            "cannot open: No such file or directory: hint"
        );
    }
}
