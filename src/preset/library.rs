//! Where presets are found: folders of files, and those that come with the program.

use std::fmt;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::{Preset, builtin, file};
use crate::error::{Cause, Error};

/// Where a preset was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// It comes with the program.
    BuiltIn,
    /// In this file.
    File(PathBuf),
    /// Where the caller had it from.
    Elsewhere,
}

/// Presets by name: in folders, the first first, then the built-in ones.
#[derive(Clone, Debug, Default)]
pub struct Library {
    folders: Vec<PathBuf>,
}

/// A preset file has some kilobytes; this is what is read of one.
const AT_MOST: u64 = 1 << 20;

impl Library {
    /// A library over these folders, which need not be there.
    pub fn new(folders: Vec<PathBuf>) -> Self {
        Self { folders }
    }

    /// Where it looks, in order.
    pub fn folders(&self) -> &[PathBuf] {
        &self.folders
    }

    /// The preset of that name.
    ///
    /// # Errors
    /// [`Cause::NoSuchPreset`], [`Cause::BadPreset`], [`Cause::Io`].
    pub fn find(&self, name: &str) -> Result<Preset, Error> {
        let name = name.to_ascii_lowercase();
        if file::is_name(&name) {
            for folder in &self.folders {
                let path = folder.join(format!("{name}.toml"));
                match read_named(&path) {
                    Ok(preset) => return Ok(preset),
                    Err(Error { cause: Cause::Io { source, .. }, .. }) if is_absent(&source) => {}
                    Err(error) => return Err(error),
                }
            }
        }
        let built_in = builtin::FILES.iter().find(|(built_in, _)| *built_in == name);
        let (_, text) = built_in.ok_or_else(|| Cause::NoSuchPreset { near: self.near(&name), name })?;
        Ok(file::parse(text, Origin::BuiltIn)?)
    }

    /// The name that is most like `name`, if one is.
    fn near(&self, name: &str) -> Option<String> {
        let built_in = builtin::FILES.iter().map(|(name, _)| (*name).to_owned());
        let files = self.folders.iter().flat_map(|folder| files(folder));
        let stems = files.filter_map(|path| Some(path.file_stem()?.to_string_lossy().into_owned()));
        built_in
            .chain(stems)
            .map(|known| (strsim::jaro_winkler(name, &known), known))
            .filter(|(likeness, _)| *likeness > 0.85)
            .max_by(|(one, _), (other, _)| one.total_cmp(other))
            .map(|(_, known)| known)
    }

    /// Every preset by name, or why its file is none. The first of a name hides the others.
    pub fn all(&self) -> Vec<Result<Preset, Error>> {
        let mut found: Vec<(String, Result<Preset, Error>)> = Vec::new();
        let mut unreadable = Vec::new();
        for folder in &self.folders {
            match std::fs::read_dir(folder) {
                Err(error) if !is_absent(&error) => {
                    unreadable.push(Err(Cause::io("look for presets in it", error).at(folder)));
                }
                _ => {}
            }
        }
        for path in self.folders.iter().flat_map(|folder| files(folder)) {
            let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            if !found.iter().any(|(other, _)| *other == name) {
                found.push((name, read_named(&path)));
            }
        }
        for (name, text) in builtin::FILES {
            if !found.iter().any(|(other, _)| other == name) {
                found.push(((*name).to_owned(), file::parse(text, Origin::BuiltIn).map_err(Error::from)));
            }
        }
        found.sort_by(|(one, _), (other, _)| one.cmp(other));
        found.into_iter().map(|(_, preset)| preset).chain(unreadable).collect()
    }
}

/// Whether a preset of that name comes with the program.
pub fn is_built_in(name: &str) -> bool {
    builtin::FILES.iter().any(|(built_in, _)| *built_in == name)
}

/// The preset in a file.
///
/// # Errors
/// [`Cause::BadPreset`] with its line, [`Cause::Io`].
pub fn read(path: &Path) -> Result<Preset, Error> {
    let failed = |error| Cause::io("read the preset", error).at(path);
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).map_err(failed)?;
    file.take(AT_MOST + 1).read_to_end(&mut bytes).map_err(failed)?;
    parse(&bytes, Origin::File(path.to_owned())).map_err(|cause| cause.at(path))
}

/// The same in a folder of presets, where the file has the preset's name.
fn read_named(path: &Path) -> Result<Preset, Error> {
    // A pipe in a folder has nobody at its other end.
    if std::fs::metadata(path).is_ok_and(|meta| !meta.is_file() && !meta.is_dir()) {
        let what = "it is no regular file".to_owned();
        return Err(Cause::BadPreset { what, line: None }.at(path));
    }
    let preset = read(path)?;
    if path.file_stem().is_none_or(|stem| stem != &*preset.name) {
        let what = format!("it is named \"{0}\", and its file is not {0}.toml", preset.name);
        return Err(Cause::BadPreset { what, line: None }.at(path));
    }
    Ok(preset)
}

/// The preset that `bytes` are.
///
/// # Errors
/// [`Cause::BadPreset`] with its line.
pub fn parse(bytes: &[u8], origin: Origin) -> Result<Preset, Cause> {
    if bytes.len() as u64 > AT_MOST {
        let what = "it is larger than 1 MB: no preset is".to_owned();
        return Err(Cause::BadPreset { what, line: None });
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let line = bytes[..error.valid_up_to()].split(|byte| *byte == b'\n').count();
        Cause::BadPreset { what: "it is not UTF-8 text".to_owned(), line: Some(line) }
    })?;
    file::parse(text, origin)
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files: Vec<PathBuf> = entries
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .collect();
    files.sort();
    files
}

fn is_absent(error: &io::Error) -> bool {
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
