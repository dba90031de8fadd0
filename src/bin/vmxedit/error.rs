//! Errors of the program, and how any error is reported: exit code, kind, message, hint.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use vmxedit::document::{DuplicateKey, EncodeError, FormatError, KeyError, ScanError};
use vmxedit::edit::EditError;
use vmxedit::file::{FindError, OpenError, SaveError};
use vmxedit::preset::{LoadError, PresetError};
use vmxedit::vm::lock::LockError;
use vmxedit::vm::power::{Power, PowerState};
use vmxedit::{Error, ErrorKind};

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
    if let Some(error) = error.downcast_ref::<Error>() {
        return Some(&error.path);
    }
    if let Some(error) = error.downcast_ref::<FindError>() {
        return Some(&error.path);
    }
    error.downcast_ref::<LoadError>().and_then(|error| error.path.as_deref())
}

/// An error of the library or of the program, without the file.
#[derive(Clone, Copy)]
enum Known<'a> {
    Usage(&'a UsageError),
    Program(&'a ProgramError),
    Open(&'a OpenError),
    Format(&'a FormatError),
    Key(&'a KeyError),
    Duplicate(&'a DuplicateKey),
    Edit(&'a EditError),
    Preset(&'a PresetError),
    Lock(&'a LockError),
    Save(&'a SaveError),
    /// One of the other errors of a transaction.
    Transaction(&'a ErrorKind),
}

impl<'a> Known<'a> {
    fn find(error: &'a anyhow::Error) -> Option<Self> {
        if let Some(error) = error.downcast_ref::<Error>() {
            return Some(Self::of_transaction(&error.kind));
        }
        if let Some(error) = error.downcast_ref::<FindError>() {
            return Some(Self::Open(&error.source));
        }
        if let Some(error) = error.downcast_ref::<LoadError>() {
            return Some(Self::of_preset(&error.error));
        }
        if let Some(ScanError::Format(error)) = error.downcast_ref() {
            return Some(Self::Format(error));
        }
        error
            .downcast_ref()
            .map(Self::Usage)
            .or_else(|| error.downcast_ref().map(Self::Program))
            .or_else(|| error.downcast_ref().map(Self::of_transaction))
            .or_else(|| error.downcast_ref().map(Self::of_preset))
            .or_else(|| error.downcast_ref().map(Self::of_edit))
            .or_else(|| error.downcast_ref().map(Self::Open))
            .or_else(|| error.downcast_ref().map(Self::Format))
            .or_else(|| error.downcast_ref().map(Self::Key))
            .or_else(|| error.downcast_ref().map(Self::Duplicate))
            .or_else(|| error.downcast_ref().map(Self::Save))
    }

    fn of_transaction(kind: &'a ErrorKind) -> Self {
        match kind {
            ErrorKind::Open(error) => Self::Open(error),
            ErrorKind::Format(error) => Self::Format(error),
            ErrorKind::Key(error) => Self::Key(error),
            ErrorKind::Edit(error) => Self::of_edit(error),
            ErrorKind::Lock(error) => Self::Lock(error),
            ErrorKind::Save(error) => Self::Save(error),
            other => Self::Transaction(other),
        }
    }

    fn of_edit(error: &'a EditError) -> Self {
        match error {
            EditError::Duplicate(error) => Self::Duplicate(error),
            EditError::Key(error) => Self::Key(error),
            other => Self::Edit(other),
        }
    }

    fn of_preset(error: &'a PresetError) -> Self {
        match error {
            PresetError::Edit(error) => Self::of_edit(error),
            PresetError::Key(error) => Self::Key(error),
            other => Self::Preset(other),
        }
    }

    fn as_error(self) -> &'a (dyn std::error::Error + 'static) {
        match self {
            Self::Usage(error) => error,
            Self::Program(error) => error,
            Self::Open(error) => error,
            Self::Format(error) => error,
            Self::Key(error) => error,
            Self::Duplicate(error) => error,
            Self::Edit(error) => error,
            Self::Preset(error) => error,
            Self::Lock(error) => error,
            Self::Save(error) => error,
            Self::Transaction(error) => error,
        }
    }

    /// Returns the line that the error is about, counted from 1.
    fn line(self) -> Option<usize> {
        match self {
            Self::Format(error) => error.line,
            Self::Duplicate(error) => error.lines.first().copied(),
            Self::Edit(EditError::Ambiguous { lines, .. }) => lines.first().copied(),
            Self::Edit(EditError::KeyExists { line, .. } | EditError::MisplacedBom { line }) => Some(*line),
            Self::Preset(error) => error.line(),
            _ => None,
        }
    }
}

/// Returns the power state of the VM that blocks the operation.
pub(crate) fn blocking_power(error: &anyhow::Error) -> Option<&Power> {
    match Known::find(error)? {
        Known::Transaction(ErrorKind::Blocked(power)) => Some(power),
        _ => None,
    }
}

/// Returns whether a signal stopped the operation.
pub(crate) fn is_interruption(error: &anyhow::Error) -> bool {
    matches!(Known::find(error), Some(Known::Transaction(ErrorKind::Interrupted)))
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
    let known = Known::find(error);
    let (exit, kind) = known.map_or((Exit::Failed, "io"), exit_and_kind);
    let hint = match known {
        Some(known) => hint(known),
        None => io_cause(error.as_ref()).and_then(io_hint).map(str::to_owned),
    };
    Description {
        path: path_of(error).map(Path::to_owned),
        line: known.and_then(Known::line),
        exit,
        kind,
        message: message(error, known),
        hint,
    }
}

/// Returns the message and those of its causes, without the file and without Rust's numbers of system errors.
fn message(error: &anyhow::Error, known: Option<Known<'_>>) -> String {
    let skipped = usize::from(known.is_none() && error.downcast_ref::<AtFile>().is_some());
    let outermost = known.map_or_else(|| error.as_ref(), Known::as_error);
    let causes = std::iter::successors(Some(outermost), |error| error.source());
    let messages: Vec<String> = causes.skip(skipped).map(ToString::to_string).collect();
    without_os_error(&messages.join(": "))
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

fn io_cause<'a>(error: &'a (dyn std::error::Error + 'static)) -> Option<&'a io::Error> {
    std::iter::successors(Some(error), |error| error.source()).find_map(|error| error.downcast_ref())
}

/// The exit code and the kind of each error.
fn exit_and_kind(known: Known<'_>) -> (Exit, &'static str) {
    match known {
        Known::Usage(_) => (Exit::Usage, "usage"),
        Known::Program(error) => match error {
            ProgramError::Editor { .. } => (Exit::Failed, "editor"),
            ProgramError::EditedText { .. } => (Exit::Unsuitable, "edited_text"),
            ProgramError::ValueNotText { .. } => (Exit::Unsuitable, "value_not_text"),
            ProgramError::NoVmxBelow => (Exit::Failed, "no_vmx"),
            ProgramError::NoBackup { .. } => (Exit::Failed, "no_backup"),
        },
        Known::Open(error) => match error {
            OpenError::NotRegular(_) | OpenError::TooLarge => (Exit::Unsuitable, "not_vmx"),
            OpenError::LockedByEsxi => (Exit::Refused, "not_off"),
            OpenError::NoVmx { .. } => (Exit::Failed, "no_vmx"),
            OpenError::SeveralVmx { .. } => (Exit::Usage, "several_vmx"),
            _ => (Exit::Failed, "io"),
        },
        Known::Format(_) => (Exit::Unsuitable, "not_vmx"),
        Known::Key(KeyError::InvalidPattern { .. }) => (Exit::Usage, "bad_pattern"),
        Known::Key(_) => (Exit::Usage, "bad_key"),
        Known::Duplicate(_) => (Exit::Unsuitable, "duplicate_key"),
        Known::Edit(error) => match error {
            EditError::NoSuchKey { .. } => (Exit::Negative, "no_such_key"),
            EditError::Ambiguous { .. } => (Exit::Unsuitable, "duplicate_key"),
            EditError::KeyExists { .. } => (Exit::Unsuitable, "collision"),
            EditError::MisplacedBom { .. } => (Exit::Unsuitable, "stray_bom"),
            EditError::Encode { source: EncodeError::UnknownEncoding { .. }, .. } => {
                (Exit::Unsuitable, "unknown_encoding")
            }
            EditError::Encode { source: EncodeError::Nul, .. } => (Exit::Unsuitable, "nul_in_value"),
            EditError::Encrypted => (Exit::Unsuitable, "encrypted"),
            EditError::EncryptionKey { .. } => (Exit::Unsuitable, "encryption_key"),
            _ => (Exit::Unsuitable, "unencodable"),
        },
        Known::Preset(error) => match error {
            PresetError::NotFound { .. } => (Exit::Usage, "no_such_preset"),
            PresetError::Parameter { .. } => (Exit::Usage, "parameter"),
            PresetError::Conflict { .. } => (Exit::Usage, "conflict"),
            PresetError::Irreversible { .. } => (Exit::Unsuitable, "irreversible"),
            PresetError::WrongFile { .. } => (Exit::Unsuitable, "wrong_file"),
            PresetError::ConditionNotMet { .. } => (Exit::Unsuitable, "condition"),
            PresetError::Io { .. } => (Exit::Failed, "io"),
            _ => (Exit::Unsuitable, "bad_preset"),
        },
        Known::Save(error) => match error {
            SaveError::Changed => (Exit::Refused, "changed"),
            SaveError::Interrupted => (Exit::Refused, "stopped"),
            SaveError::Displaced { .. } => (Exit::Refused, "displaced"),
            SaveError::HardLinks { .. } => (Exit::Unsuitable, "hard_links"),
            SaveError::Metadata { .. } => (Exit::Unsuitable, "metadata"),
            SaveError::ReadOnly { .. } => (Exit::Failed, "read_only"),
            SaveError::Immutable => (Exit::Failed, "immutable"),
            SaveError::NotConfirmed(_) => (Exit::Failed, "not_confirmed"),
            _ => (Exit::Failed, "io"),
        },
        Known::Lock(_) => (Exit::Failed, "io"),
        Known::Transaction(kind) => match kind {
            ErrorKind::Blocked(_) => (Exit::Refused, "not_off"),
            ErrorKind::BelongsToVm { .. } => (Exit::Refused, "belongs_to_vm"),
            _ => (Exit::Refused, "stopped"),
        },
    }
}

/// What the user can do about an error.
fn hint(known: Known<'_>) -> Option<String> {
    let hint = match known {
        Known::Usage(_) | Known::Transaction(ErrorKind::Interrupted | ErrorKind::BelongsToVm { .. }) => {
            return None;
        }
        Known::Program(error) => program_hint(error)?,
        Known::Open(OpenError::SeveralVmx { .. }) => "name one of them",
        Known::Open(OpenError::NoVmx { .. }) => "name the .vmx file, or the directory that contains it",
        Known::Open(OpenError::LockedByEsxi) => "shut the VM down first",
        Known::Open(OpenError::NotRegular(_) | OpenError::TooLarge) | Known::Format(_) => {
            "name the virtual machine's .vmx file"
        }
        Known::Key(KeyError::InvalidKey { .. }) => {
            "a key is one word without spaces, '=' or '#', such as ethernet0.address"
        }
        Known::Duplicate(DuplicateKey { key, .. }) | Known::Edit(EditError::Ambiguous { key, .. }) => {
            return Some(format!(
                "list them with `vmxedit get --all FILE {key}`, remove them with `vmxedit unset FILE {key}`, then set \
                 the key once"
            ));
        }
        Known::Edit(error) => return edit_hint(error),
        Known::Preset(error) => return preset_hint(error),
        Known::Save(SaveError::Folder { source, .. }) | Known::Lock(LockError::Folder { source, .. })
            if source.kind() == io::ErrorKind::PermissionDenied =>
        {
            "run it as a user who can write to the directory"
        }
        Known::Save(error) => save_hint(error)?,
        Known::Transaction(ErrorKind::Blocked(power)) => remedy(power.state),
        other => io_cause(other.as_error()).and_then(io_hint)?,
    };
    Some(hint.to_owned())
}

fn program_hint(error: &ProgramError) -> Option<&'static str> {
    Some(match error {
        ProgramError::Editor { .. } => "set VISUAL or EDITOR to an editor that works here",
        ProgramError::EditedText { .. } => {
            "run it with a terminal as standard input to edit again or to save anyway; --keep keeps the text"
        }
        ProgramError::ValueNotText { .. } => return None,
        ProgramError::NoVmxBelow => "name a directory above the directories of the VMs",
        ProgramError::NoBackup { .. } => "name the backup",
    })
}

fn edit_hint(error: &EditError) -> Option<String> {
    let hint = match error {
        EditError::KeyExists { to, .. } => {
            return Some(format!("unset '{to}' first, or choose another name"));
        }
        EditError::MisplacedBom { .. } => "remove the three bytes EF BB BF from the start of that line first",
        EditError::Encode { source: EncodeError::Unencodable { .. }, .. } => {
            "use only characters of that encoding; under another one, other text in the file would break"
        }
        EditError::Encrypted => {
            "remove the encryption in VMware (VM settings, Access Control), edit, and encrypt again"
        }
        EditError::EncryptionKey { .. } => {
            "change it in VMware: a wrong value here makes the VM unusable for good"
        }
        _ => return None,
    };
    Some(hint.to_owned())
}

fn preset_hint(error: &PresetError) -> Option<String> {
    let hint = match error {
        PresetError::NotFound { suggestion: Some(suggestion), .. } => {
            return Some(format!("did you mean {suggestion}?"));
        }
        PresetError::Parameter { preset, .. } => {
            return Some(format!("`vmxedit preset show {preset}` lists its parameters"));
        }
        PresetError::NotFound { .. } => "`vmxedit preset list` lists the presets",
        PresetError::Invalid { .. } => "`vmxedit man preset` describes the format of preset files",
        PresetError::Conflict { .. } => "apply one of them",
        PresetError::Irreversible { .. } => "restore a backup with `vmxedit restore FILE`",
        PresetError::ConditionNotMet { .. } => "apply it anyway with --ignore-conditions",
        PresetError::Io { source, .. } => io_hint(source)?,
        _ => return None,
    };
    Some(hint.to_owned())
}

fn save_hint(error: &SaveError) -> Option<&'static str> {
    Some(match error {
        SaveError::Changed => "check the file and try again; nothing was written",
        SaveError::ReadOnly { .. } => "make it writable first: chmod u+w FILE",
        SaveError::Immutable => "remove the attribute first: chattr -i FILE",
        SaveError::HardLinks { .. } => {
            "--break-links edits this file alone and leaves the other names as they are"
        }
        SaveError::Metadata { .. } => {
            "run it as the owner of the file or as root, or proceed without with --lossy-metadata"
        }
        SaveError::Displaced { .. } => "compare the two and keep what you need",
        SaveError::NotConfirmed(_) => "check the file and the disk before you rely on it",
        other => io_cause(other).and_then(io_hint)?,
    })
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
        _ => "find out whether it is off; --force edits the file anyway",
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
    use vmxedit::edit::EditError;

    #[test]
    fn the_innermost_path_is_the_one_that_is_reported() {
        let failed: Result<(), _> = Err(EditError::Encrypted);
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
