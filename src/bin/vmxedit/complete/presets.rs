//! Presets and their parameters.

use std::path::Path;

use vmxedit::host;
use vmxedit::preset::{self, Library, Origin, Parameter, ParameterType, Preset};

use super::line::Line;
use super::{List, document, files, starts_with};
use crate::{commands, config};

/// Adds the names of presets; after a slash, preset files.
pub(super) fn names(word: &str, list: &mut List) {
    if word.contains('/') || word.starts_with('.') {
        return files::presets(word, list);
    }
    let presets = library().all().into_iter().filter_map(Result::ok);
    list.add_matching(word, presets.map(|preset| (preset.name, preset.title)));
}

/// Adds the parameters of the presets of the line, and after `=` their values.
pub(super) fn parameters(line: &Line, word: &str, list: &mut List) {
    let library = library();
    let typed = ["presets", "preset", "name"].into_iter().flat_map(|id| line.values(id));
    let presets: Vec<Preset> = typed.filter_map(|name| find(&library, name.to_str()?)).collect();
    let Some((name, value)) = word.split_once('=') else {
        let mut seen = Vec::new();
        for (preset, parameter) in presets.iter().flat_map(|it| it.parameters.iter().map(move |p| (it, p))) {
            // `PRESET.NAME` sets it for one of them.
            let qualified = format!("{}.{}=", preset.name, parameter.name);
            let plain = format!("{}=", parameter.name);
            if word.contains('.') {
                list.add_matching(word, [(qualified, described(preset, parameter))]);
            } else if !seen.contains(&plain) {
                list.add_matching(word, [(plain.clone(), described(preset, parameter))]);
                seen.push(plain);
            }
        }
        return;
    };
    let (only, name) = name.split_once('.').map_or((None, name), |(preset, name)| (Some(preset), name));
    let preset = presets.iter().filter(|preset| only.is_none_or(|only| only == preset.name));
    let mut found = preset.flat_map(|preset| &preset.parameters).filter(|it| it.name == name);
    let Some(parameter) = found.next() else { return };
    let start = &word[..word.len() - value.len()];
    list.with_prefix(start, |list| add_values(parameter, value, list));
}

fn add_values(parameter: &Parameter, word: &str, list: &mut List) {
    if let Some(path) = word.strip_prefix('@').filter(|path| !path.starts_with('@')) {
        return list.with_prefix("@", |list| files::any(path, list));
    }
    let default = parameter.default.as_deref().unwrap_or_default();
    let described = |value: &str| {
        let is_default = !default.is_empty() && value == default;
        (value.to_owned(), if is_default { "default" } else { "" })
    };
    match &parameter.kind {
        ParameterType::Boolean => list.add_matching(word, ["TRUE", "FALSE"].map(described)),
        ParameterType::Choice(choices) => list.add_matching(word, choices.iter().map(|it| described(it))),
        ParameterType::List(choices) => {
            // The words before the last comma stay.
            let (before, last) = word.split_at(word.rfind(',').map_or(0, |at| at + 1));
            let is_new = |choice: &&String| !before.split(',').any(|other| other == **choice);
            let matching = choices.iter().filter(is_new).filter(|choice| starts_with(choice, last));
            list.add_matching(word, matching.map(|choice| (format!("{before}{choice}"), "")));
        }
        ParameterType::Password | ParameterType::File(_) if word.is_empty() => {
            list.add("@", "the content of a file");
        }
        // A shell inserts a single candidate at once, and a default alone is not a choice.
        _ => {}
    }
}

fn described(preset: &Preset, parameter: &Parameter) -> String {
    let is_shown = !preset.is_secret_parameter(&parameter.name);
    let default = parameter.default.as_ref().filter(|default| is_shown && !default.is_empty());
    let default = default.map(|default| format!(" [default: {default}]")).unwrap_or_default();
    format!("{}{default}", parameter.help)
}

fn library() -> Library {
    // A configuration file that is not valid names no folders; the command itself reports it.
    let _ = config::load();
    commands::preset_library()
}

fn find(library: &Library, name: &str) -> Option<Preset> {
    if !name.contains('/') && !files::has_extension(name, &["toml"]) {
        return library.find(name).ok();
    }
    let path = Path::new(name);
    if !document::is_readable(path) {
        return None;
    }
    let bytes = host::open_file(path).ok()?.read(document::MAX_LEN).ok()?;
    preset::parse(&bytes, Origin::File(path.to_owned())).ok()
}
