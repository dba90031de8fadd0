//! Presets of the command line: looking them up, their parameters, and what they mean for one file.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::io;
use std::path::Path;

use anyhow::Context as _;
use vmxedit::document::Dialect;
use vmxedit::host::{self, FolderView};
use vmxedit::preset::{
    self, Applicability, Argument, Environment, Library, LoadError, Origin, Preset, PresetError,
    ResolvedPreset, SnapshotState,
};
use vmxedit::show::Summary;
use vmxedit::vm::{named_file, owner, snapshots};
use vmxedit::{Document, Edit};

use crate::config;
use crate::error::{ProgramError, ResultExt, UsageError};
use crate::input::{self, Input, STDIN};
use crate::output::Output;

/// Returns the presets of the folders in `VMXEDIT_PRESET_PATH`, of those in the configuration files, of the user's folder, and
/// of the host's folder. The caller names the first; in the others, what another user could have written is ignored.
pub(crate) fn library() -> Library {
    let named = std::env::var_os("VMXEDIT_PRESET_PATH").unwrap_or_default();
    let named = std::env::split_paths(&named).filter(|folder| !folder.as_os_str().is_empty());
    let user = config::user_folder().map(|folder| folder.join("presets"));
    Library::new(named.collect())
        .with_protected(config::current().preset_folders.iter().cloned())
        .with_protected(user.into_iter().chain(["/etc/vmxedit/presets".into()]))
}

/// Returns the preset with this name or path, or the one on standard input for `-`. Reports files that are ignored.
pub(super) fn named(word: &str, out: &mut Output) -> anyhow::Result<Preset> {
    let is_path =
        word.contains('/') || Path::new(word).extension().is_some_and(|extension| extension == "toml");
    match word {
        STDIN => preset::parse(&input::read_stdin()?, Origin::Elsewhere).at(STDIN),
        path if is_path => preset::read(Path::new(path)).at(path),
        name => {
            let found = reachable(&library()).look_up(name);
            for ignored in &found.ignored {
                report_ignored(ignored, out);
            }
            Ok(found.preset?)
        }
    }
}

/// Reports a file that is not read. Another preset with the name may be taken instead: `--quiet` does not hide that.
pub(super) fn report_ignored(ignored: &LoadError, out: &mut Output) {
    let path = ignored.path.as_deref().unwrap_or(Path::new(""));
    out.warn_always(path, &ignored.error.to_string());
}

/// Leaves out the folder below `HOME` where that is the home of another user, as after `su` without `-`, and closed to
/// this one: it is not this user's.
fn reachable(library: &Library) -> Library {
    let is_closed = |folder: &Path| {
        config::is_in_home_of_another_user(folder)
            && host::stat(folder).is_err_and(|error| error.kind() == io::ErrorKind::PermissionDenied)
    };
    library.without(is_closed)
}

/// Looks presets up and sets their parameters. A preset that is named twice is taken once.
///
/// # Errors
/// Those of looking up; [`PresetError::Conflict`] if two presets contradict each other.
pub(super) fn resolve_named(
    words: &[String],
    parameters: &[String],
    out: &mut Output,
) -> anyhow::Result<Vec<ResolvedPreset>> {
    let mut presets: Vec<Preset> = Vec::with_capacity(words.len());
    for word in words {
        let preset = named(word, out)?;
        if !presets.iter().any(|other| other.name == preset.name) {
            presets.push(preset);
        } else if preset.takes_free_slot() {
            let name = &preset.name;
            return Err(UsageError(format!("{name} is named twice: run it again for another device")).into());
        }
    }
    resolve(presets, parameters)
}

/// Sets the parameters of presets from `NAME=VALUE` words.
pub(super) fn resolve(presets: Vec<Preset>, parameters: &[String]) -> anyhow::Result<Vec<ResolvedPreset>> {
    let mut arguments: Vec<BTreeMap<String, Argument>> = vec![BTreeMap::new(); presets.len()];
    for word in parameters {
        let (name, argument) = parse_parameter(word)?;
        let (preset, name) = match name.split_once('.') {
            Some((preset, name)) => (Some(preset), name),
            None => (None, name),
        };
        let mut is_known = false;
        for (candidate, arguments) in presets.iter().zip(&mut arguments) {
            let is_addressed = preset.is_none_or(|preset| preset == candidate.name);
            if is_addressed && candidate.parameters.iter().any(|parameter| parameter.name == name) {
                is_known = true;
                if arguments.insert(name.to_owned(), argument.clone()).is_some() {
                    return Err(UsageError(format!("--param {name} is given twice")).into());
                }
            }
        }
        if !is_known {
            return Err(unknown_parameter(name, preset, &presets).into());
        }
    }
    let resolved: Vec<ResolvedPreset> = presets
        .into_iter()
        .zip(arguments)
        .map(|(preset, arguments)| preset.resolve(&arguments))
        .collect::<Result<_, _>>()?;
    preset::ensure_compatible(&resolved)?;
    Ok(resolved)
}

fn unknown_parameter(name: &str, preset: Option<&str>, presets: &[Preset]) -> ProgramError {
    let named = || presets.iter().filter(|candidate| preset.is_none_or(|preset| preset == candidate.name));
    let known: Vec<&str> =
        named().flat_map(|preset| &preset.parameters).map(|parameter| parameter.name.as_str()).collect();
    let message = if known.is_empty() {
        format!("--param {name}: the presets have no parameters")
    } else {
        format!("--param {name}: not a parameter of the presets, which have {}", known.join(", "))
    };
    let similar = known.iter().find(|known| strsim::osa_distance(known, name) <= 2);
    let hint = match (similar, named().next()) {
        (Some(similar), _) => format!("did you mean --param {similar}=...?"),
        (None, Some(preset)) => format!("`vmxedit preset show {}` lists its parameters", preset.name),
        (None, None) => "`vmxedit preset list` lists the presets".to_owned(),
    };
    UsageError::with_hint(message, hint)
}

/// Parses `NAME=VALUE`. `@PATH` is the content of a file, `@-` that of standard input, `@@` a literal `@`.
fn parse_parameter(word: &str) -> anyhow::Result<(&str, Argument)> {
    let Some((name, value)) = word.split_once('=') else {
        return Err(UsageError::not_an_assignment(word, "NAME=VALUE").into());
    };
    let argument = match value.strip_prefix('@') {
        None => Argument::Typed(value.to_owned()),
        Some(literal) if literal.starts_with('@') => Argument::Typed(literal.to_owned()),
        Some(STDIN) => Argument::Content(input::read_stdin()?),
        Some(path) => {
            let content = input::read_file(Path::new(path));
            Argument::Content(content.context("cannot read the parameter's value").at(path)?)
        }
    };
    Ok((name, argument))
}

/// Returns whether a preset applies to one file, and its edits. Conditions are not evaluated if there is nothing to do.
pub(super) fn evaluate(
    preset: &ResolvedPreset,
    document: &Document,
    file: &Input,
) -> Result<(Applicability, Vec<Edit>), PresetError> {
    match preset.edits(document) {
        Ok(edits) if edits.is_empty() => Ok((Applicability::Applies, edits)),
        Ok(edits) => Ok((resolved_applicability(preset, document, file)?, edits)),
        // If the preset does not apply, it does not matter that its edits are impossible.
        Err(cause) => match resolved_applicability(preset, document, file)? {
            Applicability::Applies => Err(cause),
            refused => Ok((refused, Vec::new())),
        },
    }
}

fn resolved_applicability(
    preset: &ResolvedPreset,
    document: &Document,
    file: &Input,
) -> Result<Applicability, PresetError> {
    if let Some(reason) = target_mismatch(&preset.preset, document, file) {
        return Ok(Applicability::Refused(reason));
    }
    let mut environment = environment(&preset.preset, document, file);
    environment.unusable_files = unusable_files(preset.required_files(), file);
    preset.applicability(document, &environment)
}

/// Returns whether a preset applies to one file, whatever its parameters are.
pub(super) fn applicability(
    preset: &Preset,
    document: &Document,
    file: &Input,
) -> Result<Applicability, PresetError> {
    match target_mismatch(preset, document, file) {
        Some(reason) => Ok(Applicability::Refused(reason)),
        None => preset.applicability(document, &environment(preset, document, file)),
    }
}

/// Returns why a preset is not for files of this type, if it is not.
pub(super) fn target_mismatch(preset: &Preset, document: &Document, file: &Input) -> Option<String> {
    let is_vm = match file {
        Input::Stdin => true,
        _ => owner::is_vm_config_name(file.name()),
    };
    match (preset.target, document.dialect()) {
        (Dialect::Properties, Dialect::Properties) => None,
        (Dialect::Properties, _) => Some("it is for .properties files".to_owned()),
        (_, Dialect::Vmx) if is_vm => None,
        _ => Some("it is for .vmx and .vmtx files".to_owned()),
    }
}

/// Returns the facts outside the file that the conditions of a preset depend on.
fn environment(preset: &Preset, document: &Document, file: &Input) -> Environment {
    if file.is_stdin() || !preset.needs_snapshots() {
        return Environment::default();
    }
    Environment::with_snapshots(snapshot_state(document, file))
}

/// Returns those of the files that VMware cannot open, as seen from the folder of the VM, and why.
fn unusable_files(files: impl Iterator<Item = String>, vm: &Input) -> BTreeMap<String, String> {
    let mut files = files.filter(|_| !vm.is_stdin()).peekable();
    let place = files.peek().and_then(|_| vm.find("standard input is not in a folder").ok());
    let Some(place) = place else { return BTreeMap::new() };
    let reason = |file: &String| named_file::why_unusable(place.folder().as_ref(), file);
    files.filter_map(|file| Some((reason(&file)?, file))).map(|(why, file)| (file, why)).collect()
}

fn snapshot_state(document: &Document, file: &Input) -> SnapshotState {
    if let Ok(Some(file)) = file.fetch() {
        return snapshot_state_in(file.folder(), file.name(), document);
    }
    match file.find("standard input has no snapshots") {
        Ok(place) => snapshot_state_in(place.folder().as_ref(), place.name(), document),
        Err(_) => SnapshotState::Unknown,
    }
}

fn snapshot_state_in(folder: &dyn FolderView, name: &OsStr, document: &Document) -> SnapshotState {
    let other = snapshots::other_folder(folder, name, document);
    match snapshots::count(other.as_deref().unwrap_or(folder), name) {
        Ok(0) => {
            let vm = Summary::of(document);
            let disks = vm.disks().filter_map(|disk| disk.file.as_deref());
            snapshots::delta_beside_base(folder, disks)
                .map_or(SnapshotState::None, |disk| SnapshotState::Delta(disk.to_owned()))
        }
        Ok(_) => SnapshotState::Some,
        Err(_) => SnapshotState::Unknown,
    }
}
