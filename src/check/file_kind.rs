//! The kinds of files that can be checked, and the rules for each.

use std::ffi::OsStr;
use std::path::Path;

use super::Rule;
use crate::document::{Dialect, Document};

/// What a document is to VMware.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FileKind {
    /// A `.vmx` or `.vmtx`.
    Configuration,
    /// A `.vmsd`.
    Snapshots,
    /// The text descriptor of a virtual disk.
    Disk,
}

/// The rules about the files of a VM that apply to a list of snapshots: the list itself.
const OF_SNAPSHOTS: [&str; 1] = ["VMX115"];

/// The rules that apply to a descriptor: duplicate keys, line endings, encoding, and the disk itself. Its values need no
/// quotes, and the lines on its extents are not entries.
const OF_DISKS: [&str; 8] = ["VMX009", "VMX010", "VMX012", "VMX013", "VMX014", "VMX015", "VMX022", "VMX113"];

/// The first code of the rules about single settings of a VM. Those before it are about lines and their encoding.
const FIRST_OF_SETTINGS: &str = "VMX040";

impl FileKind {
    /// Returns the kind of a document by its dialect and the name of its file.
    pub(super) fn of(document: &Document, name: Option<&OsStr>) -> Self {
        let is_list = || {
            Path::new(name.unwrap_or_default())
                .extension()
                .is_some_and(|end| end.eq_ignore_ascii_case("vmsd"))
        };
        match document.dialect() {
            Dialect::Descriptor => Self::Disk,
            _ if is_list() => Self::Snapshots,
            _ => Self::Configuration,
        }
    }

    /// Returns whether `rule` applies to files of this kind.
    pub(super) fn has(self, rule: &Rule) -> bool {
        match self {
            Self::Configuration => true,
            Self::Snapshots => rule.code < FIRST_OF_SETTINGS || OF_SNAPSHOTS.contains(&rule.code),
            Self::Disk => OF_DISKS.contains(&rule.code),
        }
    }
}
