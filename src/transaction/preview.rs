//! What an edit would make of a file, computed without a lock.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use super::error::at;
use super::{Error, Options};
use crate::document::{Dialect, Document, FormatError, sniff};
use crate::edit::{self, Change, Edit};
use crate::file::{self, MAX_FILE_SIZE, Original, SaveError, SaveOptions};
use crate::host::{FolderView, Place, UntrustedLink};
use crate::remote::RemoteFile;

/// The number of lines past which a file is refused: the index takes memory for each.
const MAX_LINES: usize = 8 << 20;

/// The content that a file should get, and what the planner has to say about it.
///
/// ```
/// use vmxedit::transaction::Plan;
/// use vmxedit::{Edit, Key};
///
/// let set = Edit::Set { key: Key::parse("memsize")?, value: "4096".into() };
/// let plan: Plan = Plan::of_edits(vec![set]);
/// assert!(plan.depends_only_on_content);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Plan<T = ()> {
    /// The new content.
    pub content: Content,
    /// Whether the plan depends on nothing but the file's content, so that it holds while the content is the same.
    pub depends_only_on_content: bool,
    /// A backup that has the present content already: [`Options::backup`] makes no other one then.
    pub existing_backup: Option<PathBuf>,
    /// The time of the last change that the file gets, that of a backup which is restored; `None` for the present time.
    pub modified: Option<SystemTime>,
    /// Anything else that the planner found out; it is passed on to [`Committed`](super::Committed).
    pub info: T,
}

impl<T: Default> Plan<T> {
    /// Makes a plan that depends on nothing but the file's content.
    pub fn of_edits(edits: Vec<Edit>) -> Self {
        Self {
            content: Content::Edits(edits),
            depends_only_on_content: true,
            existing_backup: None,
            modified: None,
            info: T::default(),
        }
    }

    /// Makes a plan that replaces the whole content. It is computed again under the lock.
    pub fn of_bytes(bytes: Vec<u8>) -> Self {
        Self {
            content: Content::Bytes(bytes),
            depends_only_on_content: false,
            existing_backup: None,
            modified: None,
            info: T::default(),
        }
    }
}

/// New content of a file.
///
/// ```
/// use vmxedit::transaction::{Content, Plan};
///
/// let plan: Plan = Plan::of_bytes(b"memsize = \"4096\"\n".to_vec());
/// assert!(matches!(plan.content, Content::Bytes(_)));
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Content {
    /// The present content with these edits.
    Edits(Vec<Edit>),
    /// These bytes.
    Bytes(Vec<u8>),
}

/// Computes a [`Plan`] for a document. It is called again when the file has changed.
///
/// ```
/// use std::path::Path;
/// use vmxedit::transaction::{Options, Plan, Planner, Preview, Source};
/// use vmxedit::{Document, Edit, Error, Key};
///
/// let set = Edit::Set { key: Key::parse("memsize")?, value: "4096".into() };
/// let plan = move |_: &Document, _: &Source<'_>| Ok::<_, Error>(Plan::<()>::of_edits(vec![set.clone()]));
/// let planner: &Planner<'_, (), Error> = &plan;
/// let source = Source::of_bytes(Path::new("vm.vmx"));
/// let preview = Preview::of_bytes(b"memsize = \"2048\"\n", &source, &Options::default(), planner)?;
/// assert!(preview.is_changed());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub type Planner<'a, T, E> = dyn Fn(&Document, &Source<'_>) -> Result<Plan<T>, E> + Sync + 'a;

/// Where a document was read from.
///
/// ```
/// use std::path::Path;
/// use vmxedit::transaction::Source;
///
/// let source = Source::of_bytes(Path::new("vm.vmx"));
/// assert!(source.place.is_none() && source.folder().is_none());
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// The path, for messages.
    pub path: &'a Path,
    /// The open folder of the file, in which its neighbors are; `None` for a file of another host, and for bytes without a
    /// file.
    pub place: Option<&'a Place>,
    /// The file, if it is on another host.
    pub remote: Option<&'a Arc<RemoteFile>>,
}

impl<'a> Source<'a> {
    /// The source of bytes without a file.
    pub fn of_bytes(path: &'a Path) -> Self {
        Self { path, place: None, remote: None }
    }

    /// The source of a file on another host.
    pub fn of_remote(file: &'a Arc<RemoteFile>) -> Self {
        Self { path: file.shown(), place: None, remote: Some(file) }
    }

    /// Returns the folder of the file and its name there; `None` for bytes without a file.
    pub fn folder(&self) -> Option<(&'a dyn FolderView, &'a OsStr)> {
        match (self.place, self.remote) {
            (Some(place), _) => Some((&**place.folder(), place.name())),
            (None, Some(file)) => Some((file.folder(), file.name())),
            (None, None) => None,
        }
    }
}

impl<'a> From<&'a Place> for Source<'a> {
    fn from(place: &'a Place) -> Self {
        Self { path: place.path(), place: Some(place), remote: None }
    }
}

/// What an edit would make of a file, computed without a lock.
///
/// ```
/// use std::path::Path;
/// use vmxedit::transaction::{Options, Plan, Preview, Source};
/// use vmxedit::{Document, Edit, Error, Key};
///
/// let set = Edit::Set { key: Key::parse("memsize")?, value: "4096".into() };
/// let plan = move |_: &Document, _: &Source<'_>| Ok::<_, Error>(Plan::<()>::of_edits(vec![set.clone()]));
/// let source = Source::of_bytes(Path::new("vm.vmx"));
/// let preview = Preview::of_bytes(b"memsize = \"2048\"\n", &source, &Options::default(), &plan)?;
/// assert_eq!(preview.bytes(), b"memsize = \"4096\"\n");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
#[must_use = "a preview changes nothing"]
pub struct Preview<T = ()> {
    path: PathBuf,
    /// The file that was read; `None` for bytes without a file.
    pub(super) original: Option<Original>,
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
    existing_backup: Option<PathBuf>,
    modified: Option<SystemTime>,
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
        let place = file::find(path).map_err(Error::from)?;
        Self::of_place(&place, options, planner)
    }

    /// Reads the file and computes its edit.
    ///
    /// # Errors
    /// Those of opening, parsing and of the planner.
    pub fn of_place<E: From<Error>>(
        place: &Place,
        options: &Options,
        planner: &Planner<'_, T, E>,
    ) -> Result<Self, E> {
        Self::of_original(read_original(place)?, options, planner)
    }

    /// Computes the edit of `old`, which was read from `source`.
    ///
    /// # Errors
    /// Those of parsing and of the planner.
    pub fn of_bytes<E: From<Error>>(
        old: &[u8],
        source: &Source<'_>,
        options: &Options,
        planner: &Planner<'_, T, E>,
    ) -> Result<Self, E> {
        let path = source.path;
        let dialect = options.dialect_of(path);
        let before = parse(old.to_vec(), dialect).map_err(at(path))?;
        let Plan { content, depends_only_on_content, existing_backup, modified, info } =
            planner(&before, source)?;
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
        Ok(Self {
            path,
            original: None,
            before,
            after,
            changes,
            info,
            bytes,
            is_changed,
            depends_only_on_content,
            existing_backup,
            modified,
        })
    }

    pub(super) fn of_original<E: From<Error>>(
        original: Original,
        options: &Options,
        planner: &Planner<'_, T, E>,
    ) -> Result<Self, E> {
        let preview = Self::of_bytes(original.bytes(), &original.place().into(), options, planner)?;
        Ok(Self { original: Some(original), ..preview })
    }

    /// Whether the plan holds for any file with the content that was read.
    pub(super) fn depends_only_on_content(&self) -> bool {
        self.depends_only_on_content
    }

    /// Returns the backup that has the old content already, if the edit is to keep it.
    pub fn existing_backup(&self, options: &Options) -> Option<&Path> {
        self.existing_backup.as_deref().filter(|_| options.backup.is_some() && self.is_changed)
    }

    /// Returns the options of the save: no backup is made of what has one.
    pub(super) fn save_options(&self, options: &Options) -> SaveOptions {
        let backup = options.backup.clone().filter(|_| self.existing_backup.is_none());
        SaveOptions { backup, modified: self.modified, ..options.save_options() }
    }

    /// Returns the time of the last change that the plan gives to the file; `None` for the present time.
    pub fn modified(&self) -> Option<SystemTime> {
        self.modified
    }

    /// Returns where the file is; `None` for bytes without a file.
    pub fn place(&self) -> Option<&Place> {
        self.original.as_ref().map(Original::place)
    }

    /// Checks that an edit may follow the links that led to the file.
    ///
    /// # Errors
    /// The first link that is not trusted.
    pub fn check_links(&self) -> Result<(), Box<UntrustedLink>> {
        self.original.as_ref().map_or(Ok(()), |original| original.place().check_links(Some(original.stat())))
    }

    /// Checks that the file can be replaced, as far as that is known without writing: its mode and attributes, its hard
    /// links, and the name of the backup.
    ///
    /// # Errors
    /// What a save would fail with.
    pub fn check_file(&self, options: &Options) -> Result<(), SaveError> {
        self.original.as_ref().map_or(Ok(()), |original| original.check(&self.save_options(options)))
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

/// Reads and parses the file that `path` names (see [`locate_vmx`](crate::file::locate_vmx)). Returns where it is and its
/// content.
///
/// # Errors
/// Those of opening and of [`parse`].
pub fn read(path: &Path, options: &Options) -> Result<(Place, Document), Error> {
    let place = file::find(path)?;
    let (_, document) = read_place(&place, options)?;
    Ok((place, document))
}

pub(super) fn read_original(place: &Place) -> Result<Original, Error> {
    Original::read(place).map_err(at(place.path()))
}

pub(super) fn read_place(place: &Place, options: &Options) -> Result<(Original, Document), Error> {
    let original = read_original(place)?;
    let path = place.path();
    let document = parse(original.bytes().to_vec(), options.dialect_of(path)).map_err(at(path))?;
    Ok((original, document))
}
