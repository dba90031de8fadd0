//! What an edit would make of a file, computed without a lock.

use std::path::{Path, PathBuf};

use super::error::at;
use super::{Error, Options};
use crate::document::{Dialect, Document, FormatError, sniff};
use crate::edit::{self, Change, Edit};
use crate::file::{MAX_FILE_SIZE, VmxFile};

/// The number of lines past which a file is refused: the index takes memory for each.
const MAX_LINES: usize = 8 << 20;

/// The content that a file should get, and what the planner has to say about it.
#[derive(Clone, Debug)]
pub struct Plan<T = ()> {
    /// The new content.
    pub content: Content,
    /// Whether the plan depends on nothing but the file's content, so that it holds while the content is the same.
    pub depends_only_on_content: bool,
    /// Anything else that the planner found out; it is passed on to [`Committed`](super::Committed).
    pub info: T,
}

impl<T: Default> Plan<T> {
    /// Makes a plan that depends on nothing but the file's content.
    pub fn of_edits(edits: Vec<Edit>) -> Self {
        Self { content: Content::Edits(edits), depends_only_on_content: true, info: T::default() }
    }

    /// Makes a plan that replaces the whole content. It is computed again under the lock.
    pub fn of_bytes(bytes: Vec<u8>) -> Self {
        Self { content: Content::Bytes(bytes), depends_only_on_content: false, info: T::default() }
    }
}

/// New content of a file.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Content {
    /// The present content with these edits.
    Edits(Vec<Edit>),
    /// These bytes.
    Bytes(Vec<u8>),
}

/// Computes a [`Plan`] for a document that was read from a path. It is called again when the file has changed.
pub type Planner<'a, T, E> = dyn Fn(&Document, &Path) -> Result<Plan<T>, E> + Sync + 'a;

/// What an edit would make of a file, computed without a lock.
#[derive(Debug)]
#[must_use = "a preview changes nothing"]
pub struct Preview<T = ()> {
    path: PathBuf,
    /// The content that was read.
    pub before: Document,
    /// The content after the edit.
    pub after: Document,
    /// The changes, by entry. A change of comments or spacing alone is not among them.
    pub changes: Vec<Change>,
    /// What the planner found out.
    pub info: T,
    bytes: Vec<u8>,
    is_changed: bool,
    depends_only_on_content: bool,
}

impl<T> Preview<T> {
    /// Reads the file that `path` names (see [`locate_vmx`](crate::file::locate_vmx)) and computes its edit.
    ///
    /// # Errors
    /// Those of opening, parsing and of the planner.
    pub fn of_file<E: From<Error>>(
        path: &Path,
        options: &Options,
        planner: &Planner<'_, T, E>,
    ) -> Result<Self, E> {
        let file = VmxFile::find(path).map_err(Error::from)?;
        Self::of_opened(&file, options, planner)
    }

    /// Computes the edit of `old`, which was read from `path`.
    ///
    /// # Errors
    /// Those of parsing and of the planner.
    pub fn of_bytes<E: From<Error>>(
        old: &[u8],
        path: &Path,
        options: &Options,
        planner: &Planner<'_, T, E>,
    ) -> Result<Self, E> {
        let dialect = options.dialect_of(path);
        let before = parse(old.to_vec(), dialect).map_err(at(path))?;
        let Plan { content, depends_only_on_content, info } = planner(&before, path)?;
        let (after, mut changes) = match content {
            Content::Edits(edits) => edit::apply(&before, &edits).map_err(at(path))?,
            Content::Bytes(bytes) => {
                let after = parse(bytes, dialect).map_err(at(path))?;
                let changes = edit::compare(&before, &after);
                (after, changes)
            }
        };
        let bytes = after.to_bytes();
        let is_changed = bytes != old;
        if !is_changed {
            // Edits that cancel each other out.
            changes.clear();
        }
        let path = path.to_owned();
        Ok(Self { path, before, after, changes, info, bytes, is_changed, depends_only_on_content })
    }

    pub(super) fn of_opened<E: From<Error>>(
        file: &VmxFile,
        options: &Options,
        planner: &Planner<'_, T, E>,
    ) -> Result<Self, E> {
        Self::of_bytes(file.bytes(), file.path(), options, planner)
    }

    /// Whether this is still the edit of `file`.
    pub(super) fn holds_for(&self, file: &VmxFile) -> bool {
        self.depends_only_on_content && self.before.to_bytes() == file.bytes()
    }

    /// The file that the edit is for: `path` itself, or the `.vmx` in the directory that it names.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The file's bytes after the edit.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Whether a byte of the file would change.
    pub fn is_changed(&self) -> bool {
        self.is_changed
    }
}

/// Parses `bytes` as a file of this dialect, unless they are plainly something else or too large.
///
/// # Errors
/// A [`FormatError`] that says what they are.
pub fn parse(bytes: Vec<u8>, dialect: Dialect) -> Result<Document, FormatError> {
    if let Some(file_type) = sniff(&bytes, dialect) {
        return Err(FormatError::new(file_type.to_string()));
    }
    if bytes.len() > MAX_FILE_SIZE {
        return Err(FormatError::new("no VMX file is that large"));
    }
    if bytes.len() > MAX_LINES && memchr::memchr2_iter(b'\n', b'\r', &bytes).count() > MAX_LINES {
        return Err(FormatError::new("no VMX file has that many lines"));
    }
    let document = Document::parse_as(bytes, dialect);
    document.ensure_dictionary()?;
    Ok(document)
}

/// Reads and parses the file that `path` names (see [`locate_vmx`](crate::file::locate_vmx)). Returns its path and its
/// content.
///
/// # Errors
/// Those of opening and of [`parse`].
pub fn read(path: &Path, options: &Options) -> Result<(PathBuf, Document), Error> {
    let (file, document) = read_file(path, options)?;
    Ok((file.path().to_owned(), document))
}

pub(super) fn read_file(path: &Path, options: &Options) -> Result<(VmxFile, Document), Error> {
    let file = VmxFile::find(path)?;
    let path = file.path().to_owned();
    let document = parse(file.bytes().to_vec(), options.dialect_of(&path)).map_err(at(&path))?;
    Ok((file, document))
}
