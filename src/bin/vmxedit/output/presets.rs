//! Presets: a list, one in full, and where presets are looked up.

use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};
use vmxedit::catalog::MASK;
use vmxedit::document::Dialect;
use vmxedit::preset::{Origin, Parameter, Preset, Step, Verb};
use vmxedit::{Change, Document, Key};

use super::{Output, Secrets};
use crate::words::{has_secret, quoted};

/// Whether a preset applies to one file.
pub(crate) enum PresetStatus {
    /// The file has what the preset sets.
    Applied,
    /// It would make these changes.
    Applies(Vec<Change>),
    /// It applies, given these required parameters.
    AppliesWith(Vec<String>),
    /// It has nothing to do, for this reason.
    Unneeded(String),
    /// It must not be applied, for this reason.
    Refused(String),
}

/// What a preset means for one file.
pub(crate) struct PresetEffect {
    pub(crate) status: PresetStatus,
    warnings: Vec<String>,
}

impl PresetEffect {
    pub(crate) fn new(status: PresetStatus, preset: &Preset, document: &Document) -> Self {
        let is_applicable = matches!(status, PresetStatus::Applies(_) | PresetStatus::AppliesWith(_));
        let warnings = preset.product_mismatch(document).filter(|_| is_applicable).into_iter().collect();
        Self { status, warnings }
    }

    fn lines(&self) -> impl Iterator<Item = String> {
        let warnings = self.warnings.iter().map(|warning| format!("warning: {warning}"));
        std::iter::once(self.status.sentence()).chain(warnings)
    }
}

/// Prints presets, one per line, below the headings of their topics.
pub(crate) fn print_list(out: &mut Output, rows: &[(Preset, Option<PresetEffect>)]) {
    if out.json {
        for (preset, here) in rows {
            out.json(&json(preset, here.as_ref()));
        }
        return;
    }
    let width = rows.iter().map(|(preset, _)| preset.name.len()).max().unwrap_or(0);
    let mut topics: Vec<Option<&str>> = rows.iter().map(|(preset, _)| preset.topic.as_deref()).collect();
    // Presets without a topic come last.
    topics.sort_by_key(|topic| (topic.is_none(), *topic));
    topics.dedup();
    for topic in topics {
        out.text(&format!("{}:", topic.unwrap_or("Other")), "\n");
        for (preset, here) in rows.iter().filter(|(preset, _)| preset.topic.as_deref() == topic) {
            out.text(&format!("  {}", row(preset, here.as_ref(), width)), "\n");
        }
    }
}

fn row(preset: &Preset, here: Option<&PresetEffect>, width: usize) -> String {
    let mark = here.map(|here| format!("{:7}  ", here.status.label())).unwrap_or_default();
    let warnings = here.iter().flat_map(|here| &here.warnings);
    let warnings: Vec<String> = warnings.map(|warning| format!(" (warning: {warning})")).collect();
    let warnings = warnings.concat();
    let reason = match here.map(|here| &here.status) {
        Some(PresetStatus::Refused(reason) | PresetStatus::Unneeded(reason)) => format!(" ({reason})"),
        Some(PresetStatus::AppliesWith(required)) if !required.is_empty() => {
            format!(" (--param {}=...)", required.join("=..., "))
        }
        _ => String::new(),
    };
    let origin = match &preset.origin {
        Origin::File(path) => format!(" [{}]", path.display()),
        _ => String::new(),
    };
    format!("{mark}{:width$}  {}{reason}{warnings}{origin}", preset.name, preset.title)
}

/// A preset in full.
pub(crate) struct ShownPreset<'a> {
    pub(crate) preset: &'a Preset,
    /// The word by which it was found.
    pub(crate) word: &'a str,
    /// The parameters that were given, as `NAME=VALUE`.
    pub(crate) parameters: &'a [String],
    /// What it would do to this file.
    pub(crate) file: Option<(&'a Path, PresetEffect)>,
}

/// Prints a preset in full, how to apply it, and what it would do to a file.
pub(crate) fn print(out: &mut Output, shown: &ShownPreset<'_>) {
    let preset = shown.preset;
    let here = shown.file.as_ref().map(|(_, effect)| effect);
    if out.json {
        return out.json(&json(preset, here));
    }
    out.text(&format!("{}: {}", preset.name, preset.title), "\n\n");
    if let Origin::File(path) = &preset.origin {
        out.text(&format!("Read from {}", path.display()), "\n\n");
    }
    out.text(&preset.reason, "\n\n");
    let unneeded = preset.unneeded_when.iter().filter_map(|condition| condition.why.clone());
    section(out, "Does:", preset.steps.iter().map(|step| self::step(preset, step)));
    section(out, "Parameters:", preset.parameters.iter().map(|it| parameter(preset, it)));
    section(out, "When:", preset.requires.iter().map(ToString::to_string));
    section(out, "Nothing to do when:", unneeded);
    section(out, "For:", preset.products.iter().cloned());
    section(out, "Not with:", preset.conflicts.iter().cloned());
    section(out, "Notes:", preset.notes.iter().cloned());
    section(out, "Cannot be reverted:", preset.irreversible.iter().cloned());
    section(out, "Sources:", preset.sources.iter().cloned());
    section(out, "Not verified:", preset.unverified.iter().cloned());
    section(out, "To apply it:", std::iter::once(apply_command(shown)));
    section(out, "Here:", here.into_iter().flat_map(PresetEffect::lines));
}

/// Returns the command that applies a preset. Where no file or value of a parameter is known, it has a word for it.
fn apply_command(shown: &ShownPreset<'_>) -> String {
    let given =
        shown.parameters.iter().map(|parameter| match (parameter.split_once('='), has_secret(parameter)) {
            (Some((name, _)), true) => format!("{name}=VALUE"),
            _ => parameter.clone(),
        });
    let is_given = |name: &str| {
        let mut names = shown.parameters.iter().filter_map(|parameter| parameter.split_once('='));
        names.any(|(given, _)| given == name)
    };
    let missing = shown.preset.parameters.iter().filter(|it| it.is_required() && !is_given(&it.name));
    let missing = missing.map(|parameter| format!("{}=VALUE", parameter.name));
    let mut words = vec!["vmxedit".to_owned(), "apply".to_owned(), "-p".to_owned(), shown.word.to_owned()];
    words.extend(given.chain(missing).flat_map(|parameter| ["--param".to_owned(), parameter]));
    let file = shown.file.as_ref().map(|(file, _)| file.to_string_lossy().into_owned());
    words.push(file.unwrap_or_else(|| "FILE".to_owned()));
    words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" ")
}

/// Prints that a preset file is valid.
pub(crate) fn print_valid(out: &mut Output, file: &Path, preset: &Preset) {
    if out.json {
        return out.json(&json!({ "file": file.to_string_lossy(), "valid": true, "name": preset.name }));
    }
    out.text(&format!("{}: the preset {} is valid", file.display(), preset.name), "\n");
    if preset.origin != Origin::Elsewhere && file.file_stem().is_some_and(|stem| stem != &*preset.name) {
        out.note(Some(file), &format!("in a preset folder the file must have the name {}.toml", preset.name));
    }
}

/// Prints folders, one per line.
pub(crate) fn print_folders(out: &mut Output, folders: &[PathBuf]) {
    if out.json {
        let folders: Vec<_> = folders.iter().map(|folder| folder.to_string_lossy()).collect();
        return out.json(&folders);
    }
    for folder in folders {
        out.text(&folder.to_string_lossy(), "\n");
    }
}

fn section(out: &mut Output, heading: &str, lines: impl Iterator<Item = String>) {
    let mut lines = lines.peekable();
    if lines.peek().is_some() {
        out.text(heading, "\n");
    }
    for line in lines {
        out.text(&format!("  {}", line.trim_end().replace('\n', "\n  ")), "\n");
    }
}

impl PresetStatus {
    fn label(&self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Applies(_) | Self::AppliesWith(_) => "applies",
            Self::Unneeded(_) => "no need",
            Self::Refused(_) => "refused",
        }
    }

    fn sentence(&self) -> String {
        match self {
            Self::Applied => "nothing to do: the file has everything that it sets".to_owned(),
            Self::Unneeded(why) => format!("nothing to do: {why}"),
            Self::Refused(reason) => format!("does not apply: {reason}"),
            Self::AppliesWith(required) if required.is_empty() => "applies".to_owned(),
            Self::AppliesWith(required) => format!("applies, with --param for {}", required.join(", ")),
            Self::Applies(changes) => {
                let words: Vec<String> = changes.iter().map(change).collect();
                format!("would {}", words.join(", "))
            }
        }
    }
}

fn change(change: &Change) -> String {
    let key = change.key();
    let after = change.after().map(|value| Secrets::Masked.mask(key).unwrap_or(value));
    match (change.before(), after) {
        (None, Some(after)) => format!("add {key} = \"{after}\""),
        (Some(_), Some(after)) => format!("change {key} = \"{after}\""),
        (_, None) => format!("remove {key}"),
    }
}

fn step(preset: &Preset, step: &Step) -> String {
    let unless = match &kept_values(preset, step)[..] {
        [] => String::new(),
        values => format!(", unless it is {}", values.join(" or ")),
    };
    let with = step.with.as_ref().map(|name| format!(", if {name} is given")).unwrap_or_default();
    let when = step.when.as_ref().map(|when| format!(", if {when}")).unwrap_or_default();
    let limits = unless + &with + &when;
    let key = &step.key;
    let value = match &step.value_of {
        Some(source) => format!("the value of {source}"),
        None => format!("\"{}\"", value(preset, step)),
    };
    match step.verb {
        Verb::Set => format!("set {key} = {value}{limits}"),
        Verb::SetIfAbsent => format!("set {key} = {value} if it is absent{limits}"),
        Verb::SetIfPresent => format!("set {key} = {value} if it is present{limits}"),
        Verb::EnsureAbsent => format!("remove {key}{limits}"),
    }
}

/// Returns the value of a step. The built-in presets have no secrets, and neither has a value of parameters alone.
fn value(preset: &Preset, step: &Step) -> String {
    let text = step.value.to_string();
    let parameters: usize = step.value.parameters().map(|name| name.len() + "{}".len()).sum();
    let mask = mask(preset, &step.key.to_string()).filter(|_| parameters < text.len());
    mask.map_or(text, str::to_owned)
}

/// Returns the values that a step keeps.
fn kept_values<'a>(preset: &Preset, step: &'a Step) -> Vec<&'a str> {
    let mask = mask(preset, &step.key.to_string());
    step.unless.iter().map(|value| mask.unwrap_or(value)).collect()
}

fn default<'a>(preset: &Preset, parameter: &'a Parameter) -> Option<&'a str> {
    let is_hidden = preset.origin != Origin::BuiltIn && preset.is_secret_parameter(&parameter.name);
    parameter.default.as_deref().map(|default| if is_hidden { MASK } else { default })
}

fn mask(preset: &Preset, key: &str) -> Option<&'static str> {
    Secrets::Masked.mask(key).filter(|_| preset.origin != Origin::BuiltIn)
}

fn parameter(preset: &Preset, parameter: &Parameter) -> String {
    let otherwise = match default(preset, parameter) {
        Some(default) => format!("; default \"{default}\""),
        None if parameter.is_required() => "; required".to_owned(),
        None if parameter.optional => "; optional".to_owned(),
        None => "; default: the first one".to_owned(),
    };
    format!("{}: {} ({}{otherwise})", parameter.name, parameter.help, parameter.kind.description())
}

/// The JSON shape is stable.
fn json(preset: &Preset, here: Option<&PresetEffect>) -> Value {
    let sets: Map<String, Value> = preset
        .steps
        .iter()
        .map(|step| {
            let value = match &step.value_of {
                Some(source) => Some(format!("the value of {source}")),
                None => (step.verb != Verb::EnsureAbsent).then(|| value(preset, step)),
            };
            (step.key.to_string(), json!(value))
        })
        .collect();
    let steps: Vec<Value> = preset.steps.iter().map(|step| step_json(preset, step)).collect();
    let parameters: Vec<Value> = preset
        .parameters
        .iter()
        .map(|p| {
            json!({
                "name": p.name, "help": p.help, "takes": p.kind.description(), "default": default(preset, p),
                "required": p.is_required(),
            })
        })
        .collect();
    let file = match preset.target {
        Dialect::Properties => "properties",
        _ => "vmx",
    };
    let mut document = json!({
        "name": preset.name, "title": preset.title, "topic": preset.topic, "keywords": preset.keywords, "sets": sets,
        "when": preset.when(), "source": preset.sources,
        "reason": preset.reason, "steps": steps, "parameters": parameters, "products": preset.products,
        "conflicts": preset.conflicts, "notes": preset.notes, "unverified": preset.unverified, "for": file,
        "reversible": preset.is_reversible(), "origin": preset.origin.to_string(),
    });
    if let Some(here) = here {
        document["here"] = json!(here.status.sentence());
        document["warnings"] = json!(here.warnings);
        document["state"] = json!(match here.status {
            PresetStatus::Applied => "applied",
            PresetStatus::Applies(_) | PresetStatus::AppliesWith(_) => "applies",
            PresetStatus::Unneeded(_) => "unneeded",
            PresetStatus::Refused(_) => "refused",
        });
    }
    document
}

fn step_json(preset: &Preset, step: &Step) -> Value {
    let has_value = step.verb != Verb::EnsureAbsent && step.value_of.is_none();
    let value = has_value.then(|| value(preset, step));
    let unless = kept_values(preset, step);
    json!({
        "verb": step.verb.as_str(), "key": step.key.to_string(), "value": value,
        "value_of": step.value_of.as_ref().map(Key::as_str), "unless": unless, "with": step.with,
        "when": step.when.as_ref().map(ToString::to_string),
    })
}
