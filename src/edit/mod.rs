//! Edits that are requested of a document ([`Edit`]), and the changes that they made ([`Change`]).

mod change;
mod compare;
mod error;

use crate::document::{
    Charset, Document, DuplicateKey, Duplicates, EncodeError, Encryption, Entry, Key, LineId, Pattern,
    is_encryption_key,
};

use self::change::ChangeLog;

pub use self::change::Change;
pub use self::compare::{compare, compare_with};
pub use self::error::EditError;

/// A requested edit.
///
/// ```
/// use vmxedit::edit::{self, IfAbsent};
/// use vmxedit::{Document, Edit, Pattern};
///
/// let document = Document::parse("a = \"1\"\nb = \"2\"\n");
/// let unset = Edit::Unset { pattern: Pattern::parse("a")?, absent: IfAbsent::Fail };
/// assert_eq!(edit::apply(&document, &[unset])?.0.to_bytes(), b"b = \"2\"\n");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Edit {
    /// Sets the value of a key. Adds an entry if there is none.
    Set {
        /// The key.
        key: Key,
        /// The value, as text.
        value: String,
    },
    /// Removes the entries of a key except the first.
    DropCopies {
        /// The key.
        key: Key,
    },
    /// Removes the entries that match.
    Unset {
        /// Which entries.
        pattern: Pattern,
        /// What to do if there is none.
        absent: IfAbsent,
    },
    /// Renames one entry.
    Rename {
        /// The old key.
        from: Key,
        /// The new key.
        to: Key,
    },
    /// Renames every entry whose key starts with `from` and a dot: it then starts with `to` and a dot.
    RenamePrefix {
        /// The old prefix, without its dot.
        from: Key,
        /// The new prefix, without its dot.
        to: Key,
    },
}

/// What to do if no entry matches.
///
/// ```
/// use vmxedit::edit::{self, EditError, IfAbsent};
/// use vmxedit::{Document, Edit, Pattern};
///
/// let document = Document::parse("a = \"1\"\n");
/// let unset = |absent| Pattern::parse("b").map(|pattern| [Edit::Unset { pattern, absent }]);
/// assert!(edit::apply(&document, &unset(IfAbsent::Ignore)?).is_ok());
/// let refused = edit::apply(&document, &unset(IfAbsent::Fail)?);
/// assert!(matches!(refused, Err(EditError::NoSuchKey { .. })));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IfAbsent {
    /// Nothing.
    Ignore,
    /// Fail with [`EditError::NoSuchKey`].
    Fail,
}

/// Makes all edits, in order, on a copy of `document`. Returns the copy, and one change for each entry that differs.
///
/// Every value is written in the encoding that the file will name, wherever among the edits that is set. Takes time for
/// the edits and for one pass over the lines, not for their product.
///
/// ```
/// use vmxedit::{Change, Document, Edit, Key};
///
/// let before = Document::parse("memsize = \"1024\"\n");
/// let edit = Edit::Set { key: Key::parse("memSize")?, value: "2048".into() };
/// let (after, changes) = vmxedit::edit::apply(&before, &[edit])?;
/// assert_eq!(after.to_bytes(), b"memsize = \"2048\"\n");
/// assert_eq!((changes[0].key(), changes[0].after(), changes[0].line()), ("memsize", Some("2048"), 1));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// The first edit that cannot be made. Then none is.
pub fn apply(document: &Document, edits: &[Edit]) -> Result<(Document, Vec<Change>), EditError> {
    let mut draft = Draft::new(document);
    draft.edit(edits)?;
    let Editor { document: after, log, .. } = draft.0;
    let (old_numbers, new_numbers) = (document.line_numbers(), after.line_numbers());
    if let Some(id) = after.misplaced_bom() {
        return Err(EditError::MisplacedBom { line: old_numbers.get(id).unwrap_or(1) });
    }
    let changes = log.finish(&old_numbers, &new_numbers);
    Ok((after, changes))
}

/// A copy of a document that is edited step by step. Each step sees the result of the earlier ones; the document is
/// copied once.
pub(crate) struct Draft<'a>(Editor<'a>);

impl<'a> Draft<'a> {
    pub(crate) fn new(document: &'a Document) -> Self {
        Self(Editor::new(document))
    }

    /// Returns the document as it is now.
    pub(crate) fn document(&self) -> &Document {
        &self.0.document
    }

    /// Makes edits, as [`apply`] does. After an error the draft is of no use.
    pub(crate) fn edit(&mut self, edits: &[Edit]) -> Result<(), EditError> {
        if let Some(charset) = charset_after(&self.0.document, edits) {
            self.0.document.read_as(charset);
        }
        edits.iter().try_for_each(|edit| self.0.edit(edit))
    }
}

/// The encoding that the file will declare, if the edits touch what declares it.
///
/// Makes only those edits, on a copy: all others may need the answer to be written.
fn charset_after(document: &Document, edits: &[Edit]) -> Option<Charset> {
    let names = document.dialect().syntax().encoding_keys;
    let declares = |key: &Key| names.iter().any(|name| key.as_str().eq_ignore_ascii_case(name));
    let touches = |edit: &&Edit| match edit {
        Edit::Set { key, .. } | Edit::DropCopies { key } => declares(key),
        Edit::Unset { pattern, .. } => names.iter().any(|name| pattern.matches(name)),
        Edit::Rename { from, to } => declares(from) || declares(to),
        // `.encoding` has no prefix.
        Edit::RenamePrefix { .. } => names.iter().any(|name| name.find('.').is_some_and(|at| at > 0)),
    };
    let mut touching = edits.iter().filter(touches).peekable();
    touching.peek()?;
    let mut editor = Editor::new(document);
    for edit in touching {
        // The error is reported when the edit is made for good.
        editor.edit(edit).ok()?;
    }
    Some(editor.document.declared_charset())
}

/// Makes edits one by one.
struct Editor<'a> {
    before: &'a Document,
    document: Document,
    encryption: Encryption,
    log: ChangeLog,
}

impl<'a> Editor<'a> {
    fn new(document: &'a Document) -> Self {
        let encryption = document.encryption();
        Self { before: document, document: document.clone(), encryption, log: ChangeLog::default() }
    }

    fn edit(&mut self, edit: &Edit) -> Result<(), EditError> {
        match edit {
            Edit::Set { key, value } => self.set(key, value),
            Edit::DropCopies { key } => self.drop_copies(key),
            Edit::Unset { pattern, absent } => self.unset(pattern, *absent),
            Edit::Rename { from, to } => match &self.document.find(from)[..] {
                [] => Err(EditError::NoSuchKey { key: from.to_string() }),
                [entry] => {
                    let id = entry.id();
                    self.rename(id, to, |document| document.set_key(id, to))
                }
                several => Err(self.ambiguous(several)),
            },
            Edit::RenamePrefix { from, to } => self.rename_prefix(from, to),
        }
    }

    fn set(&mut self, key: &Key, value: &str) -> Result<(), EditError> {
        let Some(entry) = self.document.get(key)? else { return self.add(key, value) };
        let (id, name, before) = (entry.id(), entry.key().into_owned(), entry.value().into_owned());
        if before == value {
            return Ok(());
        }
        self.check_encryption(&name)?;
        if self.document.set_value(id, value).map_err(cannot_write(&name))? {
            self.log.record(id, Change::Set { key: name, before, after: value.to_owned(), line: 0 });
        }
        Ok(())
    }

    fn add(&mut self, key: &Key, value: &str) -> Result<(), EditError> {
        self.check_encryption(key.as_str())?;
        let id = self.document.add(key, value).map_err(cannot_write(key.as_str()))?;
        let (key, value) = (key.to_string(), value.to_owned());
        self.log.record(id, Change::Added { key, value, line: 0 });
        Ok(())
    }

    fn drop_copies(&mut self, key: &Key) -> Result<(), EditError> {
        let copies: Vec<_> = self.document.find(key).iter().skip(1).map(owned).collect();
        for (id, key, value) in copies {
            self.check_encryption(&key)?;
            self.document.remove(id);
            self.log.record(id, Change::Removed { key, value, line: 0 });
        }
        Ok(())
    }

    fn unset(&mut self, pattern: &Pattern, absent: IfAbsent) -> Result<(), EditError> {
        let found: Vec<(LineId, String, String)> =
            self.document.select(pattern).map(|entry| owned(&entry)).collect();
        if found.is_empty() && self.encryption == Encryption::Full {
            // It may be among the encrypted settings.
            return Err(EditError::Encrypted);
        }
        if found.is_empty() && absent == IfAbsent::Fail && !self.was_there(pattern) {
            return Err(EditError::NoSuchKey { key: pattern.to_string() });
        }
        for (id, key, value) in found {
            self.check_encryption(&key)?;
            self.document.remove(id);
            self.log.record(id, Change::Removed { key, value, line: 0 });
        }
        Ok(())
    }

    /// Whether the pattern matched before the first edit: an entry that an earlier edit removed is not missing.
    fn was_there(&self, pattern: &Pattern) -> bool {
        self.before.select(pattern).next().is_some()
    }

    /// The error for several entries where the edit is about one.
    fn ambiguous(&self, several: &[Entry<'_>]) -> EditError {
        let key = several[0].key().into_owned();
        let lines = several.iter().map(Entry::line_number).collect();
        match self.document.dialect().syntax().duplicates {
            Duplicates::Invalid => DuplicateKey { key, lines }.into(),
            Duplicates::LastCounts => EditError::Ambiguous { key, lines },
        }
    }

    fn rename(
        &mut self,
        id: LineId,
        to: &Key,
        set_key: impl FnOnce(&mut Document) -> Result<bool, EncodeError>,
    ) -> Result<(), EditError> {
        let Some(from) = self.document.entry(id).map(|entry| entry.key().into_owned()) else { return Ok(()) };
        if let Some(other) = self.document.find(to).iter().find(|other| other.id() != id) {
            return Err(EditError::KeyExists { from, to: to.to_string(), line: other.line_number() });
        }
        if from == to.as_str() {
            return Ok(());
        }
        self.check_encryption(&from)?;
        self.check_encryption(to.as_str())?;
        if set_key(&mut self.document).map_err(cannot_write(to.as_str()))? {
            self.log.record(id, Change::Renamed { from, to: to.to_string(), line: 0 });
        }
        Ok(())
    }

    fn rename_prefix(&mut self, from: &Key, to: &Key) -> Result<(), EditError> {
        let dialect = self.document.dialect();
        let members: Vec<(LineId, Key)> = self
            .document
            .entries()
            .filter_map(|entry| {
                let key = entry.key();
                let (prefix, rest) = key.split_at_checked(from.as_str().len())?;
                let is_member = dialect.keys_equal(prefix, from.as_str()) && rest.starts_with('.');
                is_member.then_some(entry.id()).zip(Key::parse_as(&key, dialect).ok())
            })
            .collect();
        if members.is_empty() {
            return Err(EditError::NoSuchKey { key: format!("{from}.*") });
        }
        for (id, old) in members {
            self.document.get(&old)?;
            let rest = &old.as_str()[from.as_str().len()..];
            let new = Key::parse_as(&format!("{to}{rest}"), dialect)?;
            self.rename(id, &new, |document| document.set_prefix(id, from, to, &new))?;
        }
        Ok(())
    }

    /// Refuses an edit of what must not change in an encrypted file.
    fn check_encryption(&self, key: &str) -> Result<(), EditError> {
        match self.encryption {
            Encryption::Full => Err(EditError::Encrypted),
            Encryption::Partial if is_encryption_key(key) => {
                Err(EditError::EncryptionKey { key: key.to_owned() })
            }
            Encryption::None | Encryption::Partial => Ok(()),
        }
    }
}

fn owned(entry: &Entry<'_>) -> (LineId, String, String) {
    (entry.id(), entry.key().into_owned(), entry.value().into_owned())
}

fn cannot_write(key: &str) -> impl FnOnce(EncodeError) -> EditError + '_ {
    move |source| EditError::Encode { key: key.to_owned(), source }
}
