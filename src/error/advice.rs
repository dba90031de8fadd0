//! What an error means to a program (code, kind, line) and what a person can do about it.

use std::io;

use super::{Cause, Error};
use crate::vm::power::PowerState;

impl Error {
    /// The exit code: 1 no, 2 usage, 3 refused, 4 not safely editable, 5 system.
    pub fn code(&self) -> u8 {
        match self.cause {
            Cause::NoSuchKey { .. } => 1,
            Cause::BadKey { .. }
            | Cause::BadPattern { .. }
            | Cause::Usage(_)
            | Cause::SeveralVmx { .. }
            | Cause::Parameter { .. }
            | Cause::Conflict { .. }
            | Cause::NoSuchPreset { .. } => 2,
            Cause::NotOff { .. }
            | Cause::Blocked(_)
            | Cause::BelongsToVm { .. }
            | Cause::Changed
            | Cause::Stopped
            | Cause::Displaced { .. } => 3,
            Cause::Duplicate { .. }
            | Cause::Copies { .. }
            | Cause::Collision { .. }
            | Cause::StrayBom { .. }
            | Cause::Unencodable { .. }
            | Cause::UnknownEncoding { .. }
            | Cause::NulInValue { .. }
            | Cause::ValueNotText { .. }
            | Cause::NotVmx { .. }
            | Cause::EditedText { .. }
            | Cause::Encrypted
            | Cause::EncryptionKey { .. }
            | Cause::HardLinks { .. }
            | Cause::Metadata { .. }
            | Cause::BadPreset { .. }
            | Cause::Irreversible { .. }
            | Cause::WrongFile { .. }
            | Cause::Condition { .. } => 4,
            Cause::NoBackup
            | Cause::NoVmx { .. }
            | Cause::NoVmxBelow
            | Cause::ReadOnly { .. }
            | Cause::Immutable
            | Cause::Editor { .. }
            | Cause::NotConfirmed(_)
            | Cause::Folder { .. }
            | Cause::Io { .. } => 5,
        }
    }

    /// A stable word for programs.
    pub fn kind(&self) -> &'static str {
        match self.cause {
            Cause::BadKey { .. } => "bad_key",
            Cause::BadPattern { .. } => "bad_pattern",
            Cause::Usage(_) => "usage",
            Cause::SeveralVmx { .. } => "several_vmx",
            Cause::NoVmx { .. } | Cause::NoVmxBelow => "no_vmx",
            Cause::NoSuchKey { .. } => "no_such_key",
            Cause::NoBackup => "no_backup",
            Cause::Duplicate { .. } | Cause::Copies { .. } => "duplicate_key",
            Cause::Collision { .. } => "collision",
            Cause::StrayBom { .. } => "stray_bom",
            Cause::Unencodable { .. } => "unencodable",
            Cause::UnknownEncoding { .. } => "unknown_encoding",
            Cause::NulInValue { .. } => "nul_in_value",
            Cause::ValueNotText { .. } => "value_not_text",
            Cause::NotVmx { .. } => "not_vmx",
            Cause::Encrypted => "encrypted",
            Cause::EncryptionKey { .. } => "encryption_key",
            Cause::NoSuchPreset { .. } => "no_such_preset",
            Cause::BadPreset { .. } => "bad_preset",
            Cause::Parameter { .. } => "parameter",
            Cause::Conflict { .. } => "conflict",
            Cause::Irreversible { .. } => "irreversible",
            Cause::WrongFile { .. } => "wrong_file",
            Cause::Condition { .. } => "condition",
            Cause::NotOff { .. } | Cause::Blocked(_) => "not_off",
            Cause::BelongsToVm { .. } => "belongs_to_vm",
            Cause::Changed => "changed",
            Cause::Editor { .. } => "editor",
            Cause::EditedText { .. } => "edited_text",
            Cause::Stopped => "stopped",
            Cause::Displaced { .. } => "displaced",
            Cause::Immutable => "immutable",
            Cause::HardLinks { .. } => "hard_links",
            Cause::Metadata { .. } => "metadata",
            Cause::ReadOnly { .. } => "read_only",
            Cause::NotConfirmed(_) => "not_confirmed",
            Cause::Folder { .. } | Cause::Io { .. } => "io",
        }
    }

    /// What to do about it, where that is not plain from the message.
    pub fn hint(&self) -> Option<String> {
        Some(match &self.cause {
            Cause::BadKey { .. } => {
                "a key is one word without blanks, '=' or '#', such as ethernet0.address".into()
            }
            Cause::SeveralVmx { .. } => "name one of them".into(),
            Cause::NoVmxBelow => "name a directory above the VMs' own".into(),
            Cause::NoVmx { .. } => "name the .vmx file, or the directory that holds it".into(),
            Cause::Duplicate { key, .. } | Cause::Copies { key, .. } => format!(
                "see them with `get --all FILE {key}`, remove every copy with `unset FILE {key}`, then set it once"
            ),
            Cause::Collision { to, .. } => format!("unset '{to}' first, or choose another name"),
            Cause::StrayBom { .. } => "take the three bytes EF BB BF off that line first".into(),
            Cause::Unencodable { .. } => {
                "use characters of that encoding; the file's other text would break under another one".into()
            }
            Cause::NotVmx { .. } => "name the virtual machine's .vmx file".into(),
            Cause::Encrypted => {
                "remove the encryption in VMware (VM settings, Access Control), edit, and encrypt again"
                    .into()
            }
            Cause::EncryptionKey { .. } => {
                "change it in VMware: a wrong value here locks the VM for good".into()
            }
            Cause::NoBackup => "name the file that is meant".into(),
            Cause::NoSuchPreset { near: Some(near), .. } => format!("did you mean {near}?"),
            Cause::NoSuchPreset { .. } => "`vmxedit preset list` shows what there is".into(),
            Cause::BadPreset { .. } => "`vmxedit man preset` describes the form of preset files".into(),
            Cause::Parameter { preset, .. } => {
                format!("`vmxedit preset show {preset}` tells what it takes: --param NAME=VALUE")
            }
            Cause::Conflict { .. } => "apply one of them".into(),
            Cause::Irreversible { .. } => "`vmxedit restore` puts a backup back".into(),
            Cause::Condition { .. } => "--ignore-conditions applies it all the same".into(),
            Cause::NotOff { hint, .. } => hint.clone(),
            Cause::Blocked(power) => remedy(power.state).into(),
            Cause::Changed => "look at the file and try again; nothing was written".into(),
            Cause::Editor { .. } => "set VISUAL or EDITOR to an editor that works here".into(),
            Cause::EditedText { .. } => {
                "with a terminal as standard input it can be edited again, or saved all the same; --keep keeps the text"
                    .into()
            }
            Cause::ReadOnly { .. } => "make it writable first (chmod u+w)".into(),
            Cause::Immutable => "take the attribute off first (chattr -i)".into(),
            Cause::HardLinks { .. } => "--break-links gives this name a file of its own".into(),
            Cause::Metadata { .. } => {
                "run it as the owner of the file or as root, or go on without with --lossy-metadata".into()
            }
            Cause::Displaced { .. } => "compare the two and keep what you need".into(),
            Cause::NotConfirmed(_) => "look at the file and the disk's health before you rely on it".into(),
            Cause::Folder { source, .. } if source.kind() == io::ErrorKind::PermissionDenied => {
                "it takes write permission in the folder: run it as the folder's owner, or as root".into()
            }
            Cause::Folder { source, .. } | Cause::Io { source, .. } => {
                return io_hint(source).map(str::to_owned);
            }
            Cause::BadPattern { .. }
            | Cause::BelongsToVm { .. }
            | Cause::WrongFile { .. }
            | Cause::Stopped
            | Cause::Usage(_)
            | Cause::NoSuchKey { .. }
            | Cause::NulInValue { .. }
            | Cause::UnknownEncoding { .. }
            | Cause::ValueNotText { .. } => return None,
        })
    }

    /// The line the error is about, counted from 1.
    pub fn line(&self) -> Option<usize> {
        match &self.cause {
            Cause::Duplicate { lines, .. } | Cause::Copies { lines, .. } => lines.first().copied(),
            Cause::Collision { line, .. } | Cause::StrayBom { line } => Some(*line),
            Cause::NotVmx { line, .. } | Cause::BadPreset { line, .. } => *line,
            _ => None,
        }
    }
}

fn io_hint(source: &io::Error) -> Option<&'static str> {
    match source.kind() {
        io::ErrorKind::NotFound => Some("check the path"),
        io::ErrorKind::PermissionDenied => Some("run it as the owner of the file, or as root"),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            Some("make room on the disk; the old file is untouched")
        }
        io::ErrorKind::ReadOnlyFilesystem => Some("the file system is mounted read-only"),
        _ => None,
    }
}

/// What to do about a VM in this state.
fn remedy(state: PowerState) -> &'static str {
    match state {
        PowerState::Off => "try again",
        PowerState::Running => "shut it down, or wait for it with --wait",
        PowerState::Suspended => "resume it and shut it down: its saved memory would not fit the edit",
        PowerState::OpenInGui => {
            "close its tab, or wait for that with --wait: VMware would overwrite the edit with what it has in memory"
        }
        PowerState::LockedElsewhere => {
            "close it there, or wait for that with --wait; --force edits all the same and leaves the lock"
        }
        PowerState::Settling => "try again in a few seconds: VMware may still write the file",
        PowerState::Unknown => "find out whether it is off; --force edits all the same",
    }
}
