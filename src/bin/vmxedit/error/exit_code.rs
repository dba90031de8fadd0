//! The exit code and the kind of each error.

use vmxedit::ErrorKind;
use vmxedit::document::{EncodeError, KeyError};
use vmxedit::edit::EditError;
use vmxedit::file::{OpenError, SaveError};
use vmxedit::preset::PresetError;
use vmxedit::remote::RefusedReplacement;

use super::ProgramError;
use super::downcast::Known;
use crate::exit::Exit;

/// The exit code and the kind of each error.
pub(super) fn exit_and_kind(known: Known<'_>) -> (Exit, &'static str) {
    match known {
        Known::Usage(_) => (Exit::Usage, "usage"),
        Known::Program(error) => match error {
            ProgramError::Config { .. } => (Exit::Usage, "config"),
            ProgramError::ConfigUnreadable { .. } => (Exit::Failed, "io"),
            ProgramError::CommandLine { .. } => (Exit::Usage, "usage"),
            ProgramError::Editor { .. } | ProgramError::NoEditor => (Exit::Failed, "editor"),
            ProgramError::EditedText { .. } => (Exit::Unsuitable, "edited_text"),
            ProgramError::ValueNotText { .. } => (Exit::Unsuitable, "value_not_text"),
            ProgramError::NoValue { .. } => (Exit::Negative, "no_value"),
            ProgramError::MaskedValue { .. } | ProgramError::MaskedArgument { .. } => {
                (Exit::Unsuitable, "masked_value")
            }
            ProgramError::SeveralValues { .. } => (Exit::Unsuitable, "several_values"),
            ProgramError::NoEntry { .. } => (Exit::Negative, "no_entry"),
            ProgramError::NotText { .. } => (Exit::Unsuitable, "not_text"),
            ProgramError::NotEntries { .. } => (Exit::Unsuitable, "not_entries"),
            ProgramError::NotClean { .. } => (Exit::Unsuitable, "not_clean"),
            ProgramError::NoVmxBelow
            | ProgramError::NoRegisteredVms { .. }
            | ProgramError::UnclearRow { .. } => (Exit::Failed, "no_vmx"),
            ProgramError::NotReloaded { .. } | ProgramError::NoReload => (Exit::Failed, "not_reloaded"),
            ProgramError::NoSuchKey { .. } => (Exit::Negative, "no_such_key"),
            ProgramError::Identity { .. } => (Exit::Unsuitable, "identity"),
            ProgramError::NoBackup { .. } | ProgramError::NoSuchBackup { .. } => (Exit::Failed, "no_backup"),
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
            PresetError::NoFreeSlot { .. } => (Exit::Unsuitable, "no_free_slot"),
            PresetError::Io { .. } => (Exit::Failed, "io"),
            _ => (Exit::Unsuitable, "bad_preset"),
        },
        Known::Save(error) => match error {
            SaveError::Changed | SaveError::BeingWritten => (Exit::Refused, "changed"),
            SaveError::Interrupted => (Exit::Refused, "stopped"),
            SaveError::Displaced { .. } => (Exit::Refused, "displaced"),
            SaveError::HardLinks { .. } => (Exit::Unsuitable, "hard_links"),
            SaveError::Metadata { .. } => (Exit::Unsuitable, "metadata"),
            SaveError::ReadOnly { .. } => (Exit::Failed, "read_only"),
            SaveError::Immutable => (Exit::Failed, "immutable"),
            SaveError::NotUndone { .. } => (Exit::Failed, "not_undone"),
            SaveError::OldFileKept { .. } => (Exit::Failed, "old_file_kept"),
            SaveError::NotConfirmed(_) => (Exit::Failed, "not_confirmed"),
            _ => (Exit::Failed, "io"),
        },
        Known::Lock(_) => (Exit::Failed, "io"),
        Known::Transaction(kind) => match kind {
            ErrorKind::Blocked(_) => (Exit::Refused, "not_off"),
            ErrorKind::Link(_) => (Exit::Refused, "untrusted_link"),
            ErrorKind::BelongsToVm { .. } => (Exit::Refused, "belongs_to_vm"),
            ErrorKind::Interrupted => (Exit::Refused, "stopped"),
            ErrorKind::Remote(_) => (Exit::Failed, "connection"),
            ErrorKind::RefusedByHost(error) => match error {
                RefusedReplacement::UntrustedLink { .. } => (Exit::Refused, "untrusted_link"),
                RefusedReplacement::Folder => (Exit::Refused, "untrusted_folder"),
                RefusedReplacement::EsxiLock => (Exit::Refused, "not_off"),
                RefusedReplacement::HardLinks => (Exit::Unsuitable, "hard_links"),
                RefusedReplacement::AccessControlList
                | RefusedReplacement::DefaultAcl
                | RefusedReplacement::Owner => (Exit::Unsuitable, "metadata"),
                _ => (Exit::Failed, "io"),
            },
            _ => (Exit::Failed, "io"),
        },
    }
}
