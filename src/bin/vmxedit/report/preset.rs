//! Presets, for people and as JSON.

use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};
use vmxedit::Change;
use vmxedit::document::Dialect;
use vmxedit::preset::{Origin, Parameter, Preset, Step, Verb};

use super::{Report, Secrets};
use crate::report::Failure;

/// What a preset means for one file.
pub(crate) enum Here {
    /// Nothing is left to do.
    Applied,
    /// It would make these changes.
    Applies(Vec<Change>),
    /// It applies, once these parameters are given.
    Suits(Vec<String>),
    /// It has nothing to do, for this reason.
    Unneeded(String),
    /// It must not be applied, for this reason.
    Refused(String),
}

impl Report {
    /// Presets, a line each.
    pub(crate) fn presets(&mut self, rows: &[(Preset, Option<Here>)]) -> Result<(), Failure> {
        let width = rows.iter().map(|(preset, _)| preset.name.len()).max().unwrap_or(0);
        for (preset, here) in rows {
            if self.json {
                self.document(&json(preset, here.as_ref()))?;
                continue;
            }
            let mark = here.as_ref().map(|here| format!("{:7}  ", here.word())).unwrap_or_default();
            let reason = match here {
                Some(Here::Refused(reason) | Here::Unneeded(reason)) => format!(" ({reason})"),
                Some(Here::Suits(required)) if !required.is_empty() => {
                    format!(" (--param {}=...)", required.join("=..., "))
                }
                _ => String::new(),
            };
            let reason = match &preset.origin {
                Origin::File(path) => format!("{reason} [{}]", path.display()),
                _ => reason,
            };
            self.text(&format!("{mark}{:width$}  {}{reason}", preset.name, preset.title), "\n")?;
        }
        Ok(())
    }

    /// A preset, whole, and what it would do to a file.
    pub(crate) fn preset(&mut self, preset: &Preset, here: Option<&Here>) -> Result<(), Failure> {
        if self.json {
            return self.document(&json(preset, here));
        }
        self.text(&format!("{}: {}", preset.name, preset.title), "\n\n")?;
        self.text(&preset.reason, "\n\n")?;
        self.section("Does:", preset.steps.iter().map(step))?;
        self.section("Parameters:", preset.parameters.iter().map(parameter))?;
        self.section("When:", conditions(&preset.requires))?;
        let unneeded = preset.unneeded_when.iter().filter_map(|condition| condition.why.clone());
        self.section("Nothing to do when:", unneeded)?;
        self.section("For:", preset.products.iter().cloned())?;
        self.section("Not with:", preset.conflicts.iter().cloned())?;
        self.section("Notes:", preset.notes.iter().cloned())?;
        self.section("Cannot be taken back:", preset.irreversible.iter().cloned())?;
        self.section("Sources:", preset.sources.iter().cloned())?;
        self.section("Not verified:", preset.unverified.iter().cloned())?;
        self.section("Here:", here.map(Here::sentence).into_iter())
    }

    /// A preset file is valid.
    pub(crate) fn preset_is_right(&mut self, file: &Path, preset: &Preset) -> Result<(), Failure> {
        if self.json {
            return self
                .document(&json!({ "file": file.to_string_lossy(), "valid": true, "name": preset.name }));
        }
        if self.quiet {
            return Ok(());
        }
        self.text(&format!("{}: the preset {} is valid", file.display(), preset.name), "\n")?;
        if file.file_stem().is_some_and(|stem| stem != &*preset.name) && file.as_os_str() != "-" {
            self.note(Some(file), &format!("in a folder of presets it must be called {}.toml", preset.name));
        }
        Ok(())
    }

    /// Folders, a line each.
    pub(crate) fn folders(&mut self, folders: &[PathBuf]) -> Result<(), Failure> {
        if self.json {
            let folders: Vec<_> = folders.iter().map(|folder| folder.to_string_lossy()).collect();
            return self.document(&folders);
        }
        folders.iter().try_for_each(|folder| self.text(&folder.to_string_lossy(), "\n"))
    }

    fn section(&mut self, heading: &str, lines: impl Iterator<Item = String>) -> Result<(), Failure> {
        let mut lines = lines.peekable();
        if lines.peek().is_some() {
            self.text(heading, "\n")?;
        }
        lines.try_for_each(|line| self.text(&format!("  {}", line.trim_end().replace('\n', "\n  ")), "\n"))
    }
}

impl Here {
    fn word(&self) -> &'static str {
        match self {
            Self::Applied => "has it",
            Self::Applies(_) | Self::Suits(_) => "applies",
            Self::Unneeded(_) => "no need",
            Self::Refused(_) => "not for",
        }
    }

    fn sentence(&self) -> String {
        match self {
            Self::Applied => "nothing to do: the file has it already".to_owned(),
            Self::Unneeded(why) => format!("nothing to do: {why}"),
            Self::Refused(reason) => format!("does not apply: {reason}"),
            Self::Suits(required) if required.is_empty() => "applies".to_owned(),
            Self::Suits(required) => format!("applies, with --param for {}", required.join(", ")),
            Self::Applies(changes) => {
                let words: Vec<String> = changes.iter().map(change).collect();
                format!("would {}", words.join(", "))
            }
        }
    }
}

fn change(change: &Change) -> String {
    let value = |text: &Option<String>| {
        Secrets::Masked.mask(&change.key).unwrap_or(text.as_deref().unwrap_or_default()).to_owned()
    };
    match (&change.before, &change.after) {
        (Some(_), None) => format!("remove {}", change.key),
        (Some(_), _) => format!("change {} = \"{}\"", change.key, value(&change.after)),
        (None, _) => format!("add {} = \"{}\"", change.key, value(&change.after)),
    }
}

fn step(step: &Step) -> String {
    let unless = match &step.unless[..] {
        [] => String::new(),
        values => format!(", unless it is {}", values.join(" or ")),
    };
    let with = step.with.as_ref().map(|name| format!(", where {name} is given")).unwrap_or_default();
    let unless = unless + &with;
    let (key, value) = (&step.key, &step.value);
    match step.verb {
        Verb::Set => format!("set {key} = \"{value}\"{unless}"),
        Verb::SetIfAbsent => format!("set {key} = \"{value}\" where it is absent{unless}"),
        Verb::SetIfPresent => format!("set {key} = \"{value}\" where it is present{unless}"),
        Verb::EnsureAbsent => format!("remove {key}"),
        other => format!("{} {key}", other.as_str()),
    }
}

fn parameter(parameter: &Parameter) -> String {
    let otherwise = match &parameter.default {
        Some(default) => format!("; \"{default}\" unless said"),
        None if parameter.optional => "; may be left out".to_owned(),
        None => "; required".to_owned(),
    };
    format!("{}: {} ({}{otherwise})", parameter.name, parameter.help, parameter.kind.description())
}

fn conditions(conditions: &[vmxedit::preset::Condition]) -> impl Iterator<Item = String> {
    conditions.iter().map(ToString::to_string)
}

fn json(preset: &Preset, here: Option<&Here>) -> Value {
    let sets: Map<String, Value> = preset
        .steps
        .iter()
        .map(|step| {
            let value = (step.verb != Verb::EnsureAbsent).then(|| step.value.to_string());
            (step.key.to_string(), json!(value))
        })
        .collect();
    let steps: Vec<Value> = preset.steps.iter().map(step_json).collect();
    let parameters: Vec<Value> = preset
        .parameters
        .iter()
        .map(|p| {
            json!({
                "name": p.name, "help": p.help, "takes": p.kind.description(), "default": p.default,
                "required": p.is_required(),
            })
        })
        .collect();
    let file = match preset.target {
        Dialect::Properties => "properties",
        Dialect::Vmx | Dialect::Descriptor => "vmx",
    };
    let mut document = json!({
        "name": preset.name, "title": preset.title, "sets": sets, "when": preset.when(), "source": preset.sources,
        "reason": preset.reason, "steps": steps, "parameters": parameters, "products": preset.products,
        "conflicts": preset.conflicts, "notes": preset.notes, "unverified": preset.unverified, "for": file,
        "reversible": preset.is_reversible(), "origin": preset.origin.to_string(),
    });
    if let Some(here) = here {
        document["here"] = json!(here.sentence());
        document["state"] = json!(match here {
            Here::Applied => "applied",
            Here::Applies(_) | Here::Suits(_) => "applies",
            Here::Unneeded(_) => "unneeded",
            Here::Refused(_) => "refused",
        });
    }
    document
}

fn step_json(step: &Step) -> Value {
    let value = (step.verb != Verb::EnsureAbsent).then(|| step.value.to_string());
    json!({ "verb": step.verb.as_str(), "key": step.key.to_string(), "value": value, "unless": step.unless, "with": step.with })
}
