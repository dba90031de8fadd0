//! Finds presets: in folders of files, and among the built-in ones.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::{LoadError, Position, Preset, PresetError, builtin, file};
use crate::host::{Folder, FolderView, is_not_regular};

/// Where a preset was found.
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
#[derive(Clone, Debug, Default)]
pub struct Library {
    folders: Vec<PathBuf>,
}

/// The maximum size of a preset file, in bytes. Real ones have a few KB.
const MAX_FILE_SIZE: usize = 1 << 20;

impl Library {
    /// Creates a library that searches these folders in order. A folder need not exist.
    pub fn new(folders: Vec<PathBuf>) -> Self {
        Self { folders }
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
        let name = name.to_ascii_lowercase();
        if file::is_name(&name) {
            let file_name = OsString::from(format!("{name}.toml"));
            for folder in &self.folders {
                let unreadable = |error| read_error(error).at(folder.join(&file_name));
                let preset = match Folder::open(folder) {
                    Ok(folder) => read_in(&folder, &file_name),
                    Err(error) => Err(unreadable(error)),
                };
                match preset {
                    Err(error) if is_missing_file(&error.error) => {}
                    preset => return preset,
                }
            }
        }
        let built_in = builtin::FILES.iter().find(|(built_in, _)| *built_in == name);
        let (_, text) =
            built_in.ok_or_else(|| PresetError::NotFound { suggestion: self.suggestion(&name), name })?;
        Ok(file::parse(text, Origin::BuiltIn)?)
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
        for folder in &self.folders {
            match files(folder) {
                Ok((folder, names)) => {
                    for name in names {
                        found.entry(stem(&name)).or_insert_with(|| read_in(&folder, &name));
                    }
                }
                Err(source) if is_not_found(&source) => {}
                Err(source) => {
                    let action = "look for presets in it";
                    unreadable.push(Err(PresetError::Io { action, source }.at(folder)));
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
    let bytes = folder.read(Path::new(name), MAX_FILE_SIZE).map_err(|source| match source {
        source if is_not_regular(&source) => invalid("not a regular file"),
        source if source.kind() == io::ErrorKind::FileTooLarge => too_large(),
        source => read_error(source),
    })?;
    let preset = parse(&bytes, Origin::File(folder.path_of(name)))?;
    if Path::new(name).file_stem().is_none_or(|stem| stem != &*preset.name) {
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
