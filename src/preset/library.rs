//! Finds presets: in folders of files, and among the built-in ones.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::{LoadError, Position, Preset, PresetError, builtin, file};
use crate::host::{self, Folder, FolderView, ProtectedFileError, is_not_regular};

/// Where a preset was found.
///
/// ```
/// use vmxedit::preset::{Library, Origin};
///
/// assert_eq!(Library::default().find("add-nic")?.origin, Origin::BuiltIn);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Origin {
    /// It is compiled in.
    BuiltIn,
    /// In this file.
    File(PathBuf),
    /// The caller read it, for example from standard input.
    Elsewhere,
}

/// The presets in some folders and the built-in ones. A preset in a folder hides the presets of the same name in later
/// folders and the built-in one.
///
/// ```
/// use vmxedit::preset::Library;
///
/// let folder = tempfile::tempdir()?;
/// let library = Library::new(vec![folder.path().to_owned()]);
/// // Only those that are built in.
/// assert!(library.all().iter().all(Result::is_ok));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Library {
    folders: Vec<PathBuf>,
    /// The number of folders, from the first on, that are read even if other users can write to them.
    trusted: usize,
}

/// What [`Library::look_up`] found.
///
/// ```
/// use vmxedit::preset::Library;
///
/// let found = Library::default().look_up("add-nic");
/// assert!(found.preset.is_ok() && found.ignored.is_empty());
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub struct Found {
    /// The preset, or why there is none.
    pub preset: Result<Preset, LoadError>,
    /// Files with its name that were not read, because another user could have written them.
    pub ignored: Vec<LoadError>,
}

/// The maximum size of a preset file, in bytes. Real ones have a few KB.
const MAX_FILE_SIZE: usize = 1 << 20;

impl Library {
    /// Creates a library that searches these folders in order. A folder need not exist. Any user who can write to
    /// them decides what the presets do.
    pub fn new(folders: Vec<PathBuf>) -> Self {
        Self { trusted: folders.len(), folders }
    }

    /// Adds folders that are searched after the others. A file in them is ignored if another user than root and this one
    /// could have written it.
    #[must_use]
    pub fn with_protected(mut self, folders: impl IntoIterator<Item = PathBuf>) -> Self {
        self.folders.extend(folders);
        self
    }

    /// Returns the library without the folders for which `is_left_out` returns true.
    #[must_use]
    pub fn without(&self, is_left_out: impl Fn(&Path) -> bool) -> Self {
        let (trusted, protected) = self.folders.split_at(self.trusted);
        let kept = |folders: &[PathBuf]| -> Vec<PathBuf> {
            folders.iter().filter(|folder| !is_left_out(folder)).cloned().collect()
        };
        Self::new(kept(trusted)).with_protected(kept(protected))
    }

    /// Returns the folders in the order in which they are searched.
    pub fn folders(&self) -> &[PathBuf] {
        &self.folders
    }

    /// Returns the preset with this name, ignoring ASCII case.
    ///
    /// # Errors
    /// [`PresetError::NotFound`], [`PresetError::Invalid`], [`PresetError::Io`].
    pub fn find(&self, name: &str) -> Result<Preset, LoadError> {
        self.look_up(name).preset
    }

    /// Returns the preset with this name, ignoring ASCII case, and the files that were ignored on the way to it.
    pub fn look_up(&self, name: &str) -> Found {
        let mut ignored = Vec::new();
        let preset = self.find_trusted(name, &mut ignored);
        Found { preset, ignored }
    }

    fn find_trusted(&self, name: &str, ignored: &mut Vec<LoadError>) -> Result<Preset, LoadError> {
        let name = name.to_ascii_lowercase();
        if file::is_name(&name) {
            let file_name = OsString::from(format!("{name}.toml"));
            for (at, folder) in self.folders.iter().enumerate() {
                match self.read(at, folder, &file_name) {
                    Err(error) if is_missing_file(&error.error) => {}
                    Err(error) if matches!(error.error, PresetError::Untrusted(_)) => ignored.push(error),
                    preset => return preset,
                }
            }
        }
        let built_in = builtin::FILES.iter().find(|(built_in, _)| *built_in == name);
        let (_, text) =
            built_in.ok_or_else(|| PresetError::NotFound { suggestion: self.suggestion(&name), name })?;
        Ok(file::parse(text, Origin::BuiltIn)?)
    }

    /// Reads a file of the folder with this index.
    fn read(&self, at: usize, folder: &Path, name: &OsStr) -> Result<Preset, LoadError> {
        if at >= self.trusted {
            let path = folder.join(name);
            return read_protected_preset(&path).map_err(|error| error.at(path));
        }
        match Folder::open(folder) {
            Ok(folder) => read_in(&folder, name),
            Err(error) => Err(read_error(error).at(folder.join(name))),
        }
    }

    /// Returns the most similar name of a preset, if one is similar enough.
    fn suggestion(&self, name: &str) -> Option<String> {
        /// Accepts one or two typing errors in a name of usual length.
        const MIN_SIMILARITY: f64 = 0.85;
        let built_in = builtin::FILES.iter().map(|(name, _)| (*name).to_owned());
        let files = self.folders.iter().filter_map(|folder| files(folder).ok()).flat_map(|(_, names)| names);
        let stems = files.map(|name| stem(&name));
        built_in
            .chain(stems)
            .map(|known| (strsim::jaro_winkler(name, &known), known))
            .filter(|(similarity, _)| *similarity > MIN_SIMILARITY)
            .max_by(|(one, _), (other, _)| one.total_cmp(other))
            .map(|(_, known)| known)
    }

    /// Returns every preset that is not hidden by another, ordered by name, or why its file is invalid; then the errors
    /// of folders that cannot be read.
    pub fn all(&self) -> Vec<Result<Preset, LoadError>> {
        let mut found: BTreeMap<String, Result<Preset, LoadError>> = BTreeMap::new();
        let mut unreadable = Vec::new();
        for (at, path) in self.folders.iter().enumerate() {
            match files(path) {
                Ok((folder, names)) => {
                    for name in names {
                        let Entry::Vacant(vacant) = found.entry(stem(&name)) else { continue };
                        let is_trusted = at < self.trusted;
                        match if is_trusted { read_in(&folder, &name) } else { self.read(at, path, &name) } {
                            // It does not hide another one.
                            Err(error) if matches!(error.error, PresetError::Untrusted(_)) => {
                                unreadable.push(Err(error));
                            }
                            preset => drop(vacant.insert(preset)),
                        }
                    }
                }
                Err(source) if is_not_found(&source) => {}
                Err(source) => {
                    let action = "look for presets in it";
                    unreadable.push(Err(PresetError::Io { action, source }.at(path)));
                }
            }
        }
        for (name, text) in builtin::FILES {
            let parse = || file::parse(text, Origin::BuiltIn).map_err(LoadError::from);
            found.entry((*name).to_owned()).or_insert_with(parse);
        }
        found.into_values().chain(unreadable).collect()
    }
}

/// Returns whether a preset with this name is compiled in.
pub fn is_built_in(name: &str) -> bool {
    builtin::FILES.iter().any(|(built_in, _)| *built_in == name)
}

/// Reads a preset file that the user named. It may be a pipe, such as the shell's `<(command)`; no more than 1 MiB is
/// read.
///
/// # Errors
/// [`PresetError::Invalid`] with the line, [`PresetError::Io`].
pub fn read(path: &Path) -> Result<Preset, PresetError> {
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).map_err(read_error)?;
    file.take(MAX_FILE_SIZE as u64 + 1).read_to_end(&mut bytes).map_err(read_error)?;
    parse(&bytes, Origin::File(path.to_owned()))
}

/// Reads a preset file in a folder of presets, where the name of the file must be that of the preset. Users link presets
/// into such folders: a link is followed, to a regular file.
fn read_in(folder: &dyn FolderView, name: &OsStr) -> Result<Preset, LoadError> {
    let path = folder.path_of(name);
    read_regular(folder, name).map_err(|error| error.at(path))
}

fn read_regular(folder: &dyn FolderView, name: &OsStr) -> Result<Preset, PresetError> {
    let bytes = folder.read(Path::new(name), MAX_FILE_SIZE).map_err(read_failure)?;
    parse_named(&bytes, &folder.path_of(name))
}

/// Reads a preset file if no other user can have written it.
fn read_protected_preset(path: &Path) -> Result<Preset, PresetError> {
    let bytes = host::read_protected(path, MAX_FILE_SIZE).map_err(|error| match error {
        ProtectedFileError::Io(source) => read_failure(source),
        error => PresetError::Untrusted(Box::new(error)),
    })?;
    parse_named(&bytes, path)
}

fn read_failure(source: io::Error) -> PresetError {
    match source {
        source if is_not_regular(&source) => invalid("not a regular file"),
        source if source.kind() == io::ErrorKind::FileTooLarge => too_large(),
        source => read_error(source),
    }
}

/// Parses a file that must have the name of its preset.
fn parse_named(bytes: &[u8], path: &Path) -> Result<Preset, PresetError> {
    let preset = parse(bytes, Origin::File(path.to_owned()))?;
    if path.file_stem().is_none_or(|stem| stem != &*preset.name) {
        return Err(invalid(format!("it is named \"{0}\", and its file is not {0}.toml", preset.name)));
    }
    Ok(preset)
}

fn read_error(source: io::Error) -> PresetError {
    PresetError::Io { action: "read the preset", source }
}

fn too_large() -> PresetError {
    invalid("it is larger than 1 MB")
}

fn invalid(what: impl Into<String>) -> PresetError {
    PresetError::Invalid { what: what.into(), position: None }
}

/// Parses the content of a preset file.
///
/// # Errors
/// [`PresetError::Invalid`] with the position.
pub fn parse(bytes: &[u8], origin: Origin) -> Result<Preset, PresetError> {
    if bytes.len() > MAX_FILE_SIZE {
        return Err(too_large());
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let valid = String::from_utf8_lossy(&bytes[..error.valid_up_to()]);
        let position = Some(Position::of(&valid, valid.len()));
        PresetError::Invalid { what: "it is not UTF-8 text".to_owned(), position }
    })?;
    file::parse(text, origin)
}

/// Opens a folder of presets and returns the names of its files, sorted.
fn files(folder: &Path) -> io::Result<(Folder, Vec<OsString>)> {
    let folder = Folder::open(folder)?;
    let mut names = folder.names()?;
    names.retain(|name| Path::new(name).extension().is_some_and(|extension| extension == "toml"));
    names.sort();
    Ok((folder, names))
}

fn stem(name: &OsStr) -> String {
    Path::new(name).file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

fn is_missing_file(error: &PresetError) -> bool {
    matches!(error, PresetError::Io { source, .. } if is_not_found(source))
}

fn is_not_found(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BuiltIn => f.write_str("built-in"),
            Self::File(path) => path.display().fmt(f),
            Self::Elsewhere => f.write_str("standard input"),
        }
    }
}
