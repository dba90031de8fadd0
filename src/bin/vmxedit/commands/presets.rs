//! Presets as they are named on the command line: where they are looked for, what their parameters are, what they mean
//! for one file.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use vmxedit::document::Dialect;
use vmxedit::preset::{
    self, Applicability, Argument, Environment, Library, Origin, Preset, ResolvedPreset, SnapshotState,
};
use vmxedit::vm::{neighbour, snapshots};
use vmxedit::{Cause, Document, Edit, Error};

use crate::change;

/// The folders of presets: `VMXEDIT_PRESET_PATH`, the user's, the host's.
pub(super) fn library() -> Library {
    let named = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    let mut folders: Vec<PathBuf> = Vec::new();
    if let Some(path) = named("VMXEDIT_PRESET_PATH") {
        folders.extend(std::env::split_paths(&path).filter(|folder| !folder.as_os_str().is_empty()));
    }
    let config = named("XDG_CONFIG_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    let config = config.or_else(|| named("HOME").map(|home| Path::new(&home).join(".config")));
    folders.extend(config.map(|config| config.join("vmxedit/presets")));
    folders.push("/etc/vmxedit/presets".into());
    Library::new(folders)
}

/// The preset that `word` means: a name, a path, or `-` for standard input.
pub(super) fn named(word: &str) -> Result<Preset, Error> {
    let is_path =
        word.contains('/') || Path::new(word).extension().is_some_and(|extension| extension == "toml");
    match word {
        "-" => preset::parse(&change::read_stdin()?, Origin::Elsewhere)
            .map_err(|error| Cause::from(error).at("-")),
        path if is_path => preset::read(Path::new(path)).map_err(|error| Cause::from(error).at(path)),
        name => Ok(library().find(name)?),
    }
}

/// The presets with their parameters, each once, unless two contradict each other.
pub(super) fn bound(words: &[String], parameters: &[String]) -> Result<Vec<ResolvedPreset>, Error> {
    let mut presets: Vec<Preset> = Vec::with_capacity(words.len());
    for word in words {
        let preset = named(word)?;
        if !presets.iter().any(|other| other.name == preset.name) {
            presets.push(preset);
        }
    }
    bind(presets, parameters)
}

/// The presets with what was typed for their parameters.
pub(super) fn bind(presets: Vec<Preset>, parameters: &[String]) -> Result<Vec<ResolvedPreset>, Error> {
    let mut arguments: Vec<BTreeMap<String, Argument>> = vec![BTreeMap::new(); presets.len()];
    for word in parameters {
        let (name, argument) = parameter(word)?;
        let (preset, name) = match name.split_once('.') {
            Some((preset, name)) => (Some(preset), name),
            None => (None, name),
        };
        let mut taken = false;
        for (taker, arguments) in presets.iter().zip(&mut arguments) {
            let is_meant = preset.is_none_or(|preset| preset == taker.name);
            if is_meant && taker.parameters.iter().any(|parameter| parameter.name == name) {
                taken = true;
                if arguments.insert(name.to_owned(), argument.clone()).is_some() {
                    return Err(Cause::Usage(format!("--param {name} is given twice")).into());
                }
            }
        }
        if !taken {
            return Err(Cause::Usage(unknown(name, preset, &presets)).into());
        }
    }
    let bound: Vec<ResolvedPreset> = presets
        .into_iter()
        .zip(arguments)
        .map(|(preset, arguments)| preset.resolve(&arguments))
        .collect::<Result<_, _>>()?;
    preset::ensure_compatible(&bound)?;
    Ok(bound)
}

fn unknown(name: &str, preset: Option<&str>, presets: &[Preset]) -> String {
    let presets = presets.iter().filter(|taker| preset.is_none_or(|preset| preset == taker.name));
    let known: Vec<&str> =
        presets.flat_map(|preset| &preset.parameters).map(|parameter| parameter.name.as_str()).collect();
    if known.is_empty() {
        format!("--param {name}: no preset here takes a parameter of that name, or any")
    } else {
        format!("--param {name}: no preset here takes it; they take {}", known.join(", "))
    }
}

/// `NAME=VALUE` as it was typed: `@PATH` is the content of a file, `@@` a literal `@`.
fn parameter(word: &str) -> Result<(&str, Argument), Error> {
    let Some((name, value)) = word.split_once('=') else {
        return Err(Cause::Usage(format!("'{}' is not NAME=VALUE", word.escape_debug())).into());
    };
    let argument = match value.strip_prefix('@') {
        None => Argument::Typed(value.to_owned()),
        Some(literal) if literal.starts_with('@') => Argument::Typed(literal.to_owned()),
        Some("-") => Argument::Content(change::read_stdin()?),
        Some(path) => Argument::Content(
            change::read_file(Path::new(path))
                .map_err(|error| Cause::io("read the parameter's value", error).at(path))?,
        ),
    };
    Ok((name, argument))
}

/// What a preset means for one file, and its edits. One that has nothing to do is not asked for its conditions.
pub(super) fn meaning(
    preset: &ResolvedPreset,
    document: &Document,
    path: &Path,
) -> Result<(Applicability, Vec<Edit>), Cause> {
    match preset.edits(document) {
        Ok(edits) if edits.is_empty() => Ok((Applicability::Applies, edits)),
        Ok(edits) => Ok((verdict(&preset.preset, document, path)?, edits)),
        // What cannot be done may not be wanted either.
        Err(error) => match verdict(&preset.preset, document, path)? {
            Applicability::Applies => Err(error.into()),
            verdict => Ok((verdict, Vec::new())),
        },
    }
}

/// Whether a preset applies to one file.
pub(super) fn verdict(preset: &Preset, document: &Document, path: &Path) -> Result<Applicability, Cause> {
    match not_for(preset, document, path) {
        Some(reason) => Ok(Applicability::Refused(reason)),
        None => Ok(preset.applicability(document, environment(preset, path))?),
    }
}

/// Why a preset is not for such a file.
pub(super) fn not_for(preset: &Preset, document: &Document, path: &Path) -> Option<String> {
    let is_vm = path.as_os_str() == "-" || neighbour::is_configuration(path);
    match (preset.target, document.dialect()) {
        (Dialect::Properties, Dialect::Properties) => None,
        (Dialect::Properties, _) => Some("it is for .properties files".to_owned()),
        (_, Dialect::Vmx) if is_vm => None,
        _ => Some("it is for .vmx and .vmtx files".to_owned()),
    }
}

fn environment(preset: &Preset, path: &Path) -> Environment {
    if !preset.needs_snapshots() || path.as_os_str() == "-" {
        return Environment::default();
    }
    let snapshots = match snapshots::count(path) {
        Ok(0) => SnapshotState::None,
        Ok(_) => SnapshotState::Some,
        Err(_) => SnapshotState::Unknown,
    };
    Environment::with_snapshots(snapshots)
}
