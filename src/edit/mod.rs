//! What is wanted of a document ([`Edit`]) and what was done to it ([`Change`]). It reads and writes no files.

mod compare;

use std::collections::HashMap;

use crate::document::{Charset, Dialect, Document, Encryption, Entry, Key, Pattern};
use crate::error::Cause;

pub use self::compare::{compare, compare_by};

/// One thing that is wanted.
#[derive(Clone, Debug)]
pub enum Edit {
    /// The key has this value.
    Set {
        /// The key.
        key: Key,
        /// The value, as text.
        value: String,
    },
    /// No entry matches.
    Unset {
        /// Which entries.
        pattern: Pattern,
        /// What to do when there is none.
        absent: Absent,
    },
    /// The entry has another name.
    Rename {
        /// The name it has.
        from: Key,
        /// The name it gets.
        to: Key,
    },
    /// Every entry that starts with `from` and a dot starts with `to` and a dot.
    RenameFamily {
        /// The family, without its dot.
        from: Key,
        /// The new family, without its dot.
        to: Key,
    },
}

/// What it means when there is nothing to take away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Absent {
    /// Nothing to do.
    Fine,
    /// [`Cause::NoSuchKey`].
    Error,
}

/// What kind of change was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    /// An entry got another value.
    Set,
    /// An entry is new.
    Add,
    /// An entry is gone.
    Remove,
    /// An entry got another name: `before` and `after` are names.
    Rename,
}

/// One thing that was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What kind.
    pub op: Op,
    /// The key as it is spelled in the file; for a rename, the old one.
    pub key: String,
    /// What was there.
    pub before: Option<String>,
    /// What is there now.
    pub after: Option<String>,
    /// The line, counted from 1: of the new file, or for a removal of the old one.
    pub line: usize,
}

/// Makes every edit on a copy of `document`, or none of them.
///
/// Every value is encoded by the encoding that the file will name, wherever among the edits that is set.
///
/// # Errors
/// [`Cause::Duplicate`], [`Cause::NoSuchKey`], [`Cause::Collision`], [`Cause::Unencodable`],
/// [`Cause::NulInValue`], [`Cause::StrayBom`], [`Cause::Encrypted`] or [`Cause::EncryptionKey`].
pub fn apply(document: &Document, edits: &[Edit]) -> Result<(Document, Vec<Change>), Cause> {
    let mut run = Run::new(document);
    if let Some(charset) = charset_after(document, edits) {
        run.document.read_as(charset);
    }
    // A few lookups are faster without an index than the index is made.
    if edits.len() > 16 {
        run.document.prepare_lookups();
    }
    for edit in edits {
        run.edit(edit)?;
    }
    let Run { document: after, mut changes, .. } = run;
    let (old, new) = (document.numbers(), after.numbers());
    if let Some(id) = after.stray_bom() {
        return Err(Cause::StrayBom { line: old.of(id).max(1) });
    }
    merge(&mut changes);
    // What came and went again in one call was never there.
    changes.retain(|(id, change)| match change.op {
        Op::Remove => old.of(*id) != 0,
        _ => new.of(*id) != 0,
    });
    for (id, change) in &mut changes {
        change.line = if change.op == Op::Remove { old.of(*id) } else { new.of(*id) };
    }
    Ok((after, changes.into_iter().map(|(_, change)| change).collect()))
}

/// One change an entry: what lay between the first and the last of one call was never in a file.
fn merge(changes: &mut Vec<(usize, Change)>) {
    let mut first: HashMap<usize, usize> = HashMap::new();
    let mut merged: Vec<(usize, Change)> = Vec::with_capacity(changes.len());
    for (id, change) in changes.drain(..) {
        let known = first.get(&id).map(|at| &mut merged[*at].1);
        match known.filter(|known| matches!(known.op, Op::Add | Op::Set)) {
            Some(known) if change.op == Op::Set => known.after = change.after,
            Some(known) if change.op == Op::Remove && known.op == Op::Set => {
                *known = Change { before: known.before.take(), ..change };
            }
            _ => {
                first.insert(id, merged.len());
                merged.push((id, change));
            }
        }
    }
    merged.retain(|(_, change)| change.op != Op::Set || change.before != change.after);
    *changes = merged;
}

struct Run<'a> {
    before: &'a Document,
    document: Document,
    encryption: Encryption,
    /// Each with the id of its line.
    changes: Vec<(usize, Change)>,
}

impl<'a> Run<'a> {
    fn new(document: &'a Document) -> Self {
        let encryption = document.encryption();
        Self { before: document, document: document.clone(), encryption, changes: Vec::new() }
    }

    fn edit(&mut self, edit: &Edit) -> Result<(), Cause> {
        match edit {
            Edit::Set { key, value } => self.set(key, value),
            Edit::Unset { pattern, absent } => self.unset(pattern, *absent),
            Edit::Rename { from, to } => match &self.document.find(from)[..] {
                [] => Err(Cause::NoSuchKey { key: from.to_string() }),
                [entry] => {
                    let id = entry.id();
                    self.rename(id, to)
                }
                several => Err(self.which(several)),
            },
            Edit::RenameFamily { from, to } => self.rename_family(from, to),
        }
    }

    fn set(&mut self, key: &Key, value: &str) -> Result<(), Cause> {
        let Some(entry) = self.document.get(key)? else {
            self.allow(key.as_str())?;
            let id = self.document.add(key, value)?;
            self.note(id, Op::Add, key.to_string(), None, Some(value.to_owned()));
            return Ok(());
        };
        let (id, name, before) = (entry.id(), entry.key().into_owned(), entry.value().into_owned());
        if before == value {
            return Ok(());
        }
        self.allow(&name)?;
        if self.document.set_value(id, value)? {
            self.note(id, Op::Set, name, Some(before), Some(value.to_owned()));
        }
        Ok(())
    }

    fn unset(&mut self, pattern: &Pattern, absent: Absent) -> Result<(), Cause> {
        let found: Vec<Found> = match pattern {
            Pattern::Literal(key) => self.document.find(key).iter().map(found).collect(),
            Pattern::Glob(_) => self
                .document
                .entries()
                .filter(|entry| pattern.selects(entry))
                .map(|entry| found(&entry))
                .collect(),
        };
        if found.is_empty() && self.encryption == Encryption::Full {
            // It may be sealed.
            return Err(Cause::Encrypted);
        }
        if found.is_empty() && absent == Absent::Error && !self.was_there(pattern) {
            return Err(Cause::NoSuchKey { key: pattern.to_string() });
        }
        for (id, key, value) in found {
            self.allow(&key)?;
            self.document.remove(id);
            self.note(id, Op::Remove, key, Some(value), None);
        }
        Ok(())
    }

    /// Whether anything matched before the first edit: what this very call has taken away was there.
    fn was_there(&self, pattern: &Pattern) -> bool {
        self.before.entries().any(|entry| pattern.selects(&entry))
    }

    /// Several entries where one is meant.
    fn which(&self, several: &[Entry<'_>]) -> Cause {
        let key = several[0].key().into_owned();
        let lines = several.iter().map(Entry::number).collect();
        match self.document.dialect() {
            Dialect::Vmx | Dialect::Descriptor => Cause::Duplicate { key, lines },
            Dialect::Properties => Cause::Copies { key, lines },
        }
    }

    fn rename(&mut self, id: usize, to: &Key) -> Result<(), Cause> {
        self.rename_to(id, to, |document| document.set_key(id, to))
    }

    fn rename_to(
        &mut self,
        id: usize,
        to: &Key,
        splice: impl FnOnce(&mut Document) -> Result<bool, Cause>,
    ) -> Result<(), Cause> {
        let Some(from) = self.document.entry(id).map(|entry| entry.key().into_owned()) else { return Ok(()) };
        if let Some(other) = self.document.find(to).iter().find(|other| other.id() != id) {
            return Err(Cause::Collision { from, to: to.to_string(), line: other.number() });
        }
        if from == to.as_str() {
            return Ok(());
        }
        self.allow(&from)?;
        self.allow(to.as_str())?;
        if splice(&mut self.document)? {
            self.note(id, Op::Rename, from.clone(), Some(from), Some(to.to_string()));
        }
        Ok(())
    }

    fn rename_family(&mut self, from: &Key, to: &Key) -> Result<(), Cause> {
        let dialect = self.document.dialect();
        let members: Vec<(usize, Key)> = self
            .document
            .entries()
            .filter_map(|entry| {
                let key = entry.key();
                let (family, rest) = key.split_at_checked(from.as_str().len())?;
                let is_member = dialect.same_key(family, from.as_str()) && rest.starts_with('.');
                is_member.then_some(entry.id()).zip(Key::parse_as(&key, dialect).ok())
            })
            .collect();
        if members.is_empty() {
            return Err(Cause::NoSuchKey { key: format!("{from}.*") });
        }
        for (id, old) in members {
            self.document.get(&old)?;
            let rest = &old.as_str()[from.as_str().len()..];
            let new = Key::parse_as(&format!("{to}{rest}"), dialect)?;
            match dialect {
                Dialect::Vmx | Dialect::Descriptor => {
                    self.rename_to(id, &new, |document| document.set_family(id, from, to))?;
                }
                // Escapes hide where the family ends.
                Dialect::Properties => self.rename(id, &new)?,
            }
        }
        Ok(())
    }

    /// Refuses what must not be touched in an encrypted file.
    fn allow(&self, key: &str) -> Result<(), Cause> {
        match self.encryption {
            Encryption::Full => Err(Cause::Encrypted),
            Encryption::Partial if belongs_to_encryption(key) => {
                Err(Cause::EncryptionKey { key: key.to_owned() })
            }
            Encryption::None | Encryption::Partial => Ok(()),
        }
    }

    fn note(&mut self, id: usize, op: Op, key: String, before: Option<String>, after: Option<String>) {
        self.changes.push((id, Change { op, key, before, after, line: 0 }));
    }
}

type Found = (usize, String, String);

fn found(entry: &Entry<'_>) -> Found {
    (entry.id(), entry.key().into_owned(), entry.value().into_owned())
}

/// The character set that the file will have, if the edits touch what names it: what those edits alone make of it.
fn charset_after(document: &Document, edits: &[Edit]) -> Option<Charset> {
    let names = document.dialect().encoding_keys();
    let is_it = |key: &Key| names.iter().any(|name| key.as_str().eq_ignore_ascii_case(name));
    let touches = |edit: &&Edit| match edit {
        Edit::Set { key, .. } => is_it(key),
        Edit::Unset { pattern, .. } => names.iter().any(|name| pattern.matches(name)),
        Edit::Rename { from, to } => is_it(from) || is_it(to),
        // No family has `.encoding`; a descriptor's may.
        Edit::RenameFamily { .. } => document.dialect() == Dialect::Descriptor,
    };
    let mut touching = edits.iter().filter(touches).peekable();
    touching.peek()?;
    let mut run = Run::new(document);
    for edit in touching {
        // What is wrong with it is said when it is made.
        run.edit(edit).ok()?;
    }
    Some(Document::parse_as(run.document.to_bytes(), document.dialect()).charset().clone())
}

/// Whether the key is one by which VMware opens an encrypted VM: a wrong value there locks the VM for good.
pub fn belongs_to_encryption(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    ["encryption.", "vtpm.", "managedvm.", "encryptedvm."].iter().any(|family| key.starts_with(family))
        || key == "vmx.encryptiontype"
}
