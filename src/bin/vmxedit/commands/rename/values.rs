//! `rename --values`: replaces the name of a VM in the values that hold it.

use std::path::Path;

use vmxedit::document::KeyError;
use vmxedit::host::Place;
use vmxedit::transaction::Source;
use vmxedit::{Document, Edit, Entry, Key, catalog};

use crate::edit::{EditPlan, Remarks};
use crate::error::{ProgramError, UsageError};

/// The keys whose values hold the name of the VM, besides those of disks.
///
/// Source: lamw/ghettoVCB, issue 213; files that VMware wrote.
const KEYS: [&str; 6] = [
    "displayName",
    "extendedConfigFile",
    "migrate.hostlog",
    "nvram",
    "sched.swap.derivedName",
    "vmxstats.filename",
];
/// The number of files that a note names.
const MAX_FILES: usize = 20;

/// The old and the new name of a VM.
#[derive(Debug)]
pub(super) struct Renaming<'a> {
    old: &'a str,
    new: &'a str,
}

impl<'a> Renaming<'a> {
    pub(super) fn new(old: &'a str, new: &'a str) -> Result<Self, UsageError> {
        for name in [old, new] {
            if name.trim().is_empty() || name.contains('/') || name.contains(char::is_control) {
                return Err(UsageError(format!("'{}' is not the name of a VM", name.escape_debug())));
            }
        }
        Ok(Self { old, new })
    }

    /// Plans the edits of a file. Files next to it are not renamed; a note names them.
    pub(super) fn plan(&self, document: &Document, source: &Source<'_>) -> anyhow::Result<EditPlan> {
        let is_folder_renamed =
            source.place.is_some_and(|place| folder_name(place).as_deref() == Some(self.new));
        let invalid = document.lines_invalid();
        let mut edits = Vec::new();
        for entry in document.entries().filter(holds_name) {
            let value = entry.value();
            let is_path = !entry.key().eq_ignore_ascii_case("displayName");
            let renamed = if is_path {
                self.replace_in_path(&value, is_folder_renamed)
            } else {
                self.replace_words(&value)
            };
            if renamed != value {
                let line = entry.line_number();
                if invalid.binary_search(&line).is_ok() {
                    return Err(ProgramError::NotText { key: entry.key().into_owned(), line }.into());
                }
                edits.push(Edit::Set { key: key_of(document, &entry)?, value: renamed });
            }
        }
        if edits.is_empty() {
            return Err(ProgramError::NoValue { text: self.old.to_owned() }.into());
        }
        let notes = source.place.and_then(|place| self.note_on_files(place)).into_iter().collect();
        let depends_only_on_content = false;
        Ok(EditPlan { info: Remarks::of_notes(notes), depends_only_on_content, ..EditPlan::of_edits(edits) })
    }

    /// Replaces the name in the last component of a path; also in the directory of the file, if that of the VM has the new
    /// name.
    fn replace_in_path(&self, path: &str, is_folder_renamed: bool) -> String {
        let file = path.rfind(['/', '\\']).map_or(0, |at| at + 1);
        let (directories, name) = path.split_at(file);
        let name = self.replace_words(name);
        let parent = directories.trim_end_matches(['/', '\\']);
        match parent.strip_suffix(self.old).filter(|rest| rest.ends_with(['/', '\\'])) {
            Some(rest) if is_folder_renamed => {
                format!("{rest}{}{}{name}", self.new, &directories[parent.len()..])
            }
            _ => format!("{directories}{name}"),
        }
    }

    /// Replaces the name where it is not a part of a longer word.
    fn replace_words(&self, text: &str) -> String {
        let mut replaced = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(at) = rest.find(self.old) {
            let (before, after) = (&rest[..at], &rest[at + self.old.len()..]);
            let last = before.chars().next_back().or_else(|| replaced.chars().next_back());
            let is_word = ![last, after.chars().next()].into_iter().flatten().any(char::is_alphanumeric);
            replaced.push_str(before);
            replaced.push_str(if is_word { self.new } else { self.old });
            rest = after;
        }
        replaced + rest
    }

    /// Returns a note on the files next to the `.vmx` that have the old name.
    fn note_on_files(&self, place: &Place) -> Option<String> {
        let mut names = place.folder().names().unwrap_or_default();
        // The lock of this edit is there too.
        names.retain(|name| Path::new(name).extension().is_none_or(|extension| extension != "lck"));
        names.retain(|name| name.to_str().is_some_and(|name| self.replace_words(name) != name));
        names.sort();
        let shown: Vec<String> =
            names.iter().take(MAX_FILES).map(|name| name.display().to_string()).collect();
        let others = names.len().saturating_sub(MAX_FILES);
        let others = if others > 0 { format!(" and {others} more") } else { String::new() };
        (!shown.is_empty()).then(|| {
            format!(
                "rename these files yourself before the VM starts, disks with VMware's tools (vmkfstools -E, \
                 vmware-vdiskmanager -n), since their descriptors name other files: {}{others}",
                shown.join(", ")
            )
        })
    }
}

fn folder_name(place: &Place) -> Option<String> {
    let folder = place.folder().path();
    let folder =
        std::fs::canonicalize(if folder.as_os_str().is_empty() { Path::new(".") } else { folder }).ok()?;
    folder.file_name().and_then(|name| name.to_str()).map(str::to_owned)
}

/// Returns whether the value of an entry may hold the name of the VM.
fn holds_name(entry: &Entry<'_>) -> bool {
    let key = entry.key();
    let is_disk = || {
        let field = key.rsplit_once('.').is_some_and(|(_, field)| field.eq_ignore_ascii_case("fileName"));
        field && catalog::slot(&key).is_some_and(|slot| slot.is_storage()) && is_vmdk(&entry.value())
    };
    KEYS.iter().any(|known| key.eq_ignore_ascii_case(known)) || is_disk()
}

fn is_vmdk(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|extension| extension.eq_ignore_ascii_case("vmdk"))
}

fn key_of(document: &Document, entry: &Entry<'_>) -> Result<Key, KeyError> {
    Key::parse_as(&entry.key(), document.dialect())
}

#[cfg(test)]
mod tests {
    use super::Renaming;

    #[test]
    fn a_name_is_replaced_where_it_is_a_word_of_its_own() {
        let renaming = Renaming::new("web", "db 1").expect("two names");
        for (before, after) in [
            ("web", "db 1"),
            ("web.nvram", "db 1.nvram"),
            ("web-000001.vmdk", "db 1-000001.vmdk"),
            ("web_1.vmdk", "db 1_1.vmdk"),
            ("old web (web)", "old db 1 (db 1)"),
            ("webweb.vmdk", "webweb.vmdk"),
            ("web2.vmdk", "web2.vmdk"),
            ("intraweb.vmdk", "intraweb.vmdk"),
            ("/vmfs/volumes/ds/web/web-flat.vmdk", "/vmfs/volumes/ds/web/db 1-flat.vmdk"),
            ("", ""),
        ] {
            assert_eq!(renaming.replace_in_path(before, false), after, "{before}");
        }
        let moved = "/vmfs/volumes/web/db 1/db 1.vmdk";
        assert_eq!(renaming.replace_in_path("/vmfs/volumes/web/web/web.vmdk", true), moved);
        assert_eq!(renaming.replace_in_path("web/x.vmdk", true), "web/x.vmdk");
        assert_eq!(renaming.replace_words("web 24/7"), "db 1 24/7");
        for name in ["", " ", "a/b", "a\nb"] {
            assert!(Renaming::new(name, "x").is_err() && Renaming::new("x", name).is_err(), "{name:?}");
        }
    }
}
