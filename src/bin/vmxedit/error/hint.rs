//! What the user can do about each error.

use std::io;
use std::path::Path;

use vmxedit::document::{DuplicateKey, EncodeError, KeyError};
use vmxedit::edit::EditError;
use vmxedit::file::{OpenError, SaveError};
use vmxedit::preset::{self, PresetError};
use vmxedit::remote::{Address, RefusedReplacement, RemoteError};
use vmxedit::transaction::Wait;
use vmxedit::vm::lock::LockError;
use vmxedit::vm::power::PowerState;
use vmxedit::{ErrorKind, Pattern};

use super::downcast::Known;
use super::{ProgramError, causes};
use crate::words::{CommandLine, quoted, quoted_path};
use crate::{config, remote};

const AS_OWNER: &str = "run it as the owner of the file, or as root";

/// What the user can do about an error. Commands in it name the file `path`.
pub(super) fn hint(known: Known<'_>, path: Option<&Path>) -> Option<String> {
    let file = &*path.map_or_else(|| "FILE".to_owned(), quoted_path);
    let line = CommandLine::typed();
    let hint = match known {
        Known::Usage(_) => return line.command().map(|command| format!("vmxedit {command} --help")),
        Known::Transaction(ErrorKind::Interrupted | ErrorKind::BelongsToVm { .. }) => return None,
        Known::Program(error) => return program_hint(error, file),
        Known::Open(OpenError::NotFound(_)) => return line.hint_about_missing_file(path?),
        Known::Open(OpenError::SeveralVmx { names }) => {
            let line = path
                .zip(names.first())
                .and_then(|(path, name)| line.with_replaced(path.as_os_str(), path.join(name).as_os_str()));
            return Some(
                line.map_or_else(
                    || "name one of them".to_owned(),
                    |line| format!("name one of them: {line}"),
                ),
            );
        }
        Known::Open(OpenError::NoVmx { .. }) => {
            if let Some(recursive) = path.and_then(|path| line.with_recursion(path)) {
                return Some(format!("to search the directories below it: {recursive}"));
            }
            "name the .vmx file, or the directory that contains it"
        }
        Known::Open(OpenError::LockedByEsxi) => "shut the VM down first",
        Known::Open(OpenError::NotRegular(_) | OpenError::TooLarge) | Known::Format(_) => {
            "name the virtual machine's .vmx file"
        }
        Known::Key(KeyError::InvalidKey { .. }) => {
            "a key is one word without spaces, '=' or '#', such as ethernet0.address"
        }
        Known::Key(KeyError::InvalidPattern { .. }) => {
            "patterns are * ? [abc] [!abc]; [[] matches the character ["
        }
        Known::Duplicate(DuplicateKey { key, .. }) | Known::Edit(EditError::Ambiguous { key, .. }) => {
            // The key may look like an option or a pattern: its file's owner chose it.
            let end = if key.starts_with('-') { "-- " } else { "" };
            let pattern = Pattern::escape(key);
            let (key, pattern) = (quoted(key), quoted(&pattern));
            return Some(format!(
                "list them with `vmxedit get --all {end}{file} {key}`, remove them with `vmxedit unset {end}{file} \
                 {pattern}`, then set the key once"
            ));
        }
        Known::Edit(error) => return edit_hint(error, file),
        Known::Preset(error) => return preset_hint(error, file),
        Known::Save(SaveError::Folder { source, .. }) | Known::Lock(LockError::Folder { source, .. })
            if source.kind() == io::ErrorKind::PermissionDenied =>
        {
            "run it as a user who can write to the directory"
        }
        Known::Save(error) => return save_hint(error, path),
        Known::Transaction(ErrorKind::RefusedByHost(error)) => return refusal_hint(error),
        Known::Transaction(ErrorKind::Remote(error)) => return remote_hint(error, file),
        Known::Transaction(ErrorKind::Blocked(power)) => return Some(remedy(power.state)),
        Known::Transaction(ErrorKind::Link(link)) => {
            return Some(format!(
                "to edit the file that it leads to, name it: {}",
                quoted_path(&link.target)
            ));
        }
        other => match io_hint_of(other.as_error())? {
            AS_OWNER if path.and_then(address_of).is_some() => "log in as the owner of the file, or as root",
            hint => hint,
        },
    };
    Some(hint.to_owned())
}

/// Returns what the user can do about a host that does not answer.
fn remote_hint(error: &RemoteError, file: &str) -> Option<String> {
    match error {
        RemoteError::Connect { host, why } => {
            let command = format!("{} true", remote::shell_command(host));
            Some(if why.contains("IDENTIFICATION HAS CHANGED") {
                "find out why its key changed before you accept the new one".to_owned()
            } else if why.contains("Host key verification failed") {
                format!("connect once to check and accept its key: {command}")
            } else if why.contains("Permission denied (") {
                format!(
                    "use a key that the host accepts, for example with --rsh 'ssh -i KEY'; try it: {command}"
                )
            } else {
                format!("try it: {command}")
            })
        }
        RemoteError::LostInReplacement { .. } => Some(format!("`vmxedit get {file} KEY` shows which")),
        _ => None,
    }
}

fn program_hint(error: &ProgramError, file: &str) -> Option<String> {
    let hint = match error {
        ProgramError::Config { .. } => return Some(without_config("correct it")),
        ProgramError::ConfigUnreadable { source } if source.kind() == io::ErrorKind::NotFound => {
            return Some(without_config("correct VMXEDIT_CONFIG"));
        }
        ProgramError::ConfigUnreadable { source } => match io_hint(source) {
            Some(hint) => hint,
            None => return Some(without_config("put a file there")),
        },
        ProgramError::CommandLine { hint, .. } => return hint.clone(),
        ProgramError::Editor { .. } => "set VISUAL or EDITOR to an editor that works here",
        ProgramError::NoEditor => {
            return Some(format!(
                "set VISUAL or EDITOR, or change single values: vmxedit set {file} memsize=4096"
            ));
        }
        ProgramError::EditedText { .. } => {
            "run vmxedit edit in a terminal to edit again or to save anyway; --keep keeps the text"
        }
        ProgramError::ValueNotText { .. }
        | ProgramError::NoEntry { .. }
        | ProgramError::NotReloaded { .. } => {
            return None;
        }
        ProgramError::NoReload => "leave --reload out: only ESXi keeps the values of a file in memory",
        ProgramError::NoValue { .. } => {
            return Some(format!("`vmxedit get {file} displayName` prints the name of the VM"));
        }
        ProgramError::MaskedValue { .. } => "make the source with `vmxedit list`, which prints secrets",
        ProgramError::MaskedArgument { .. } => {
            return Some("type the value itself; --literal sets the mask as it is".to_owned());
        }
        ProgramError::SeveralValues { .. } => "keep one of them in the source",
        ProgramError::NotText { .. } => "correct the source, or leave the key out with --only",
        ProgramError::NotEntries { .. } => "`vmxedit list --json` prints entries",
        ProgramError::NotClean { .. } => "correct it, or edit without --strict",
        ProgramError::NoVmxBelow => {
            "name a directory above the directories of the VMs, or without -r the file that a link leads to"
        }
        ProgramError::NoRegisteredVms { .. } | ProgramError::UnclearRow { .. } => {
            "name the file or its directory: ssh://HOST/PATH"
        }
        ProgramError::NoSuchKey { suggestion, .. } => {
            return Some(match suggestion {
                Some(meant) => format!("did you mean {meant}?"),
                None => format!("`vmxedit list {file}` prints the entries"),
            });
        }
        ProgramError::Identity { pattern, verb, keys } => {
            let pattern = quoted(pattern);
            let names = if let [key] = &keys[..] { key } else { "a key" };
            return Some(format!(
                "`vmxedit list {file} {pattern}` shows what it matches; to {verb} {names} as well, name the key"
            ));
        }
        ProgramError::NoBackup { suffix: None, .. } => {
            "make edits with --backup: then each keeps the old file"
        }
        // By its suffix: a path is followed wherever another user's link leads.
        ProgramError::NoBackup { suffix: Some(suffix), .. } => {
            let named = CommandLine::typed().with_named_backup(suffix);
            return named.map(|line| format!("name it: {line}"));
        }
        ProgramError::NoSuchBackup { .. } => {
            return Some(format!("`vmxedit restore {file} --list` lists the backups"));
        }
    };
    Some(hint.to_owned())
}

fn without_config(remedy: &str) -> String {
    let line = CommandLine::typed().shown().unwrap_or_else(|| "vmxedit".to_owned());
    format!("{remedy}, or run without a configuration file: VMXEDIT_CONFIG= {line}")
}

fn edit_hint(error: &EditError, file: &str) -> Option<String> {
    let hint = match error {
        EditError::KeyExists { to, .. } => {
            return Some(format!(
                "choose another name, or remove it first: vmxedit unset {file} {}",
                quoted(&Pattern::escape(to))
            ));
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

fn preset_hint(error: &PresetError, file: &str) -> Option<String> {
    let hint = match error {
        PresetError::NotFound { name, .. } if name.contains(',') => {
            let names: Vec<String> = name.split(',').map(|name| quoted(name.trim()).to_string()).collect();
            return Some(format!("name one preset; apply takes several: -p {}", names.join(" -p ")));
        }
        PresetError::NotFound { suggestion: Some(suggestion), .. } => {
            return Some(format!("did you mean {suggestion}?"));
        }
        PresetError::Parameter { preset, .. } if !preset::is_built_in(preset) => {
            "the file of the preset describes its parameters"
        }
        PresetError::Parameter { preset, .. } => {
            return Some(format!("`vmxedit preset show {preset}` lists its parameters"));
        }
        PresetError::NotFound { .. } => "`vmxedit preset list` lists the presets",
        PresetError::Invalid { .. } => "`vmxedit man presets` describes the format of preset files",
        PresetError::Conflict { .. } => "apply one of them",
        PresetError::Irreversible { .. } => {
            return Some(format!("restore a backup with `vmxedit restore {file}`"));
        }
        PresetError::ConditionNotMet { .. } if CommandLine::typed().command() == Some("apply") => {
            "--ignore-conditions applies it anyway, --if-applicable skips the file"
        }
        PresetError::ConditionNotMet { preset, .. } => {
            return Some(format!("`vmxedit preset show {preset} {file}` explains it"));
        }
        PresetError::NoFreeSlot { .. } => {
            "remove a device that is not needed with `vmxedit unset`; --if-applicable skips the file"
        }
        PresetError::Io { source, .. } => io_hint(source)?,
        _ => return None,
    };
    Some(hint.to_owned())
}

fn save_hint(error: &SaveError, path: Option<&Path>) -> Option<String> {
    let hint = match error {
        SaveError::Changed => "check the file and try again; nothing was written",
        SaveError::ReadOnly { .. } => {
            return Some(format!("make it writable first: {}", command_on_its_host("chmod u+w", path)));
        }
        SaveError::Immutable => {
            return Some(format!("remove the attribute first: {}", command_on_its_host("chattr -i", path)));
        }
        SaveError::HardLinks { .. } => {
            let hint = "--break-links edits this file alone and leaves the other names as they are";
            return Some(with_option(hint, "--break-links"));
        }
        SaveError::Metadata { .. } => {
            let hint = "run it as the owner of the file or as root, or proceed without with --lossy-metadata";
            return Some(with_option(hint, "--lossy-metadata"));
        }
        SaveError::BeingWritten => {
            return Some(format!(
                "end the process that has it open (`{}` shows it), then try again; nothing was written",
                command_on_its_host("fuser -v", path)
            ));
        }
        SaveError::BackupName { .. } => "choose a shorter suffix, such as --backup=.old",
        SaveError::OldFileKept { .. } => "check the file, then remove the old one",
        SaveError::NotUndone { .. } | SaveError::Displaced { .. } => "compare the two and keep what you need",
        SaveError::NotConfirmed(_) => "check the file and the disk before you rely on it",
        other => io_hint_of(other)?,
    };
    Some(hint.to_owned())
}

fn address_of(path: &Path) -> Option<Address> {
    Address::parse(path.as_os_str()).ok().flatten()
}

/// Returns a shell command with the file as its last argument. For a file on another host, it connects to that host.
fn command_on_its_host(command: &str, path: Option<&Path>) -> String {
    match (path.and_then(address_of), path) {
        // Two shells read the path: that of the user, and the one on the host.
        (Some(address), _) => {
            let command = format!("{command} {}", quoted_path(&address.path));
            format!("{} {}", remote::shell_command(&address.host), quoted(&command))
        }
        (None, Some(path)) => format!("{command} {}", quoted_path(path)),
        (None, None) => format!("{command} FILE"),
    }
}

/// What the user can do about a file that a host refuses to replace.
fn refusal_hint(error: &RefusedReplacement) -> Option<String> {
    match error {
        RefusedReplacement::HardLinks => {
            let hint = "--break-links edits this file alone and leaves the other names as they are";
            Some(with_option(hint, "--break-links"))
        }
        RefusedReplacement::AccessControlList | RefusedReplacement::Owner => {
            let hint = "log in as the owner of the file or as root, or proceed without with --lossy-metadata";
            Some(with_option(hint, "--lossy-metadata"))
        }
        RefusedReplacement::DefaultAcl => {
            Some("run vmxedit on that host, or remove the list: setfacl -k DIRECTORY".to_owned())
        }
        RefusedReplacement::UntrustedLink { target, .. } => {
            Some(format!("to edit the file that it leads to, name it: {}", quoted_path(target)))
        }
        RefusedReplacement::Failed { why, .. } => {
            let hint = match &**why {
                "Permission denied" => "log in as a user who can write to the directory",
                "No space left on device" | "Disk quota exceeded" => {
                    "free space on the disk; the old file is unchanged"
                }
                "Read-only file system" => "the file system is mounted read-only",
                why if why.ends_with("not found") => "the host lacks a tool that every POSIX system has",
                _ => return None,
            };
            Some(hint.to_owned())
        }
        _ => None,
    }
}

/// What the user can do about a VM in this state.
fn remedy(state: PowerState) -> String {
    match state {
        PowerState::Off => "try again".to_owned(),
        PowerState::Running => or_wait("shut the VM down"),
        PowerState::Suspended => {
            "resume it and shut it down: its saved memory would not match the edited file".to_owned()
        }
        PowerState::OpenInGui => {
            or_wait("close its tab: VMware would overwrite the edit with what it has in memory")
        }
        PowerState::LockedElsewhere => {
            or_wait("close the VM there, or edit the file anyway with --force, which leaves the lock")
        }
        PowerState::Settling => "try again in a few seconds: VMware may still write the file".to_owned(),
        _ => with_option("find out whether it is off; --force edits the file anyway", "--force"),
    }
}

/// Returns a hint that also offers to wait.
fn or_wait(hint: &str) -> String {
    let waits = |wait: Wait| !matches!(wait, Wait::No);
    if is_given("--wait") || config::current().wait.is_some_and(waits) {
        format!("{hint}, or give --wait more time")
    } else {
        with_option(&format!("{hint}, or use --wait to wait until it is off"), "--wait")
    }
}

/// Returns a hint that names an option, with the command line that has it, unless it has it already.
fn with_option(hint: &str, option: &str) -> String {
    match CommandLine::typed().with_option(option).filter(|_| !is_given(option)) {
        Some(line) => format!("{hint}: {line}"),
        None => hint.to_owned(),
    }
}

/// Returns whether the command line has an option, with or without a value.
fn is_given(option: &str) -> bool {
    let words = CommandLine::typed().words().iter().take_while(|word| *word != "--");
    words.filter_map(|word| word.to_str()).any(|word| word.split('=').next() == Some(option))
}

/// What the user can do about the error of the system among the causes of `error`.
pub(super) fn io_hint_of(error: &(dyn std::error::Error + 'static)) -> Option<&'static str> {
    causes(error).find_map(|error| error.downcast_ref()).and_then(io_hint)
}

fn io_hint(source: &io::Error) -> Option<&'static str> {
    match source.kind() {
        io::ErrorKind::PermissionDenied => Some(AS_OWNER),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            Some("free space on the disk; the old file is unchanged")
        }
        io::ErrorKind::ReadOnlyFilesystem => Some("the file system is mounted read-only"),
        _ => None,
    }
}
