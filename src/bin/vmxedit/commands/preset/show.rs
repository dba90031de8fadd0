//! `preset show`: shows a preset, also what it would change in a file.

use std::path::Path;

use clap::{Args, ValueHint};
use vmxedit::document::Dialect;
use vmxedit::preset::{Applicability, Parameter, Preset};
use vmxedit::{Document, edit};

use crate::args::{OutputArgs, RemoteArgs};
use crate::commands::{Run, preset_args};
use crate::error::{ResultExt, in_file};
use crate::exit::Exit;
use crate::input::{self, Input};
use crate::output::presets::{self, PresetEffect, PresetStatus, ShownPreset};
use crate::output::{Output, Stream};

/// Show what a preset sets, when, why, and from which source
#[derive(Args, Debug)]
pub(super) struct ShowArgs {
    /// The preset: a name, a path, or - for standard input
    name: String,
    /// Also show what it would change in this file, which may be on another host
    #[arg(value_hint = ValueHint::AnyPath)]
    file: Option<Input>,
    /// Set a parameter; NAME=@PATH reads the value from a file
    #[arg(long = "param", value_name = "NAME=VALUE")]
    parameters: Vec<String>,
    #[command(flatten)]
    remote: RemoteArgs,
    #[command(flatten)]
    output: OutputArgs,
}

impl Run for ShowArgs {
    fn output(&self) -> Output {
        Output::new(&self.output, Stream::Stdout)
    }

    fn file(&self) -> Option<&Path> {
        self.file.as_ref().map(Input::name)
    }

    fn rsh(&self) -> Option<&str> {
        self.remote.rsh.as_deref()
    }

    fn run(&self, out: &mut Output) -> anyhow::Result<Exit> {
        let preset = preset_args::named(&self.name, out)?;
        let file = match &self.file {
            Some(file) => Some((file.name(), self.effect(&preset, file)?)),
            None => None,
        };
        let (word, parameters) = (self.name.as_str(), &self.parameters[..]);
        presets::print(out, &ShownPreset { preset: &preset, word, parameters, file });
        Ok(Exit::Success)
    }
}

impl ShowArgs {
    /// Returns what the preset would do to the file.
    fn effect(&self, preset: &Preset, file: &Input) -> anyhow::Result<PresetEffect> {
        let document = input::read_document(file, Dialect::of(file.name()))?;
        Ok(PresetEffect::new(self.status(preset, &document, file)?, preset, &document))
    }

    fn status(&self, preset: &Preset, document: &Document, file: &Input) -> anyhow::Result<PresetStatus> {
        let path = file.name();
        if self.parameters.is_empty() && preset.parameters.iter().any(Parameter::is_required) {
            return status(preset, document, file).at(path);
        }
        let resolved = preset_args::resolve(vec![preset.clone()], &self.parameters)?;
        let (verdict, edits) = preset_args::evaluate(&resolved[0], document, file).at(path)?;
        Ok(match verdict {
            Applicability::Unneeded(why) => PresetStatus::Unneeded(why),
            Applicability::Refused(reason) => PresetStatus::Refused(reason),
            Applicability::Applies if edits.is_empty() => PresetStatus::Applied,
            Applicability::Applies => {
                PresetStatus::Applies(edit::apply(document, &edits).map_err(in_file(path))?.1)
            }
        })
    }
}

/// Returns whether the preset applies to the file, regardless of its parameters.
pub(super) fn applicability(
    preset: &Preset,
    document: &Document,
    file: &Input,
) -> anyhow::Result<PresetEffect> {
    Ok(PresetEffect::new(status(preset, document, file)?, preset, document))
}

fn status(preset: &Preset, document: &Document, file: &Input) -> anyhow::Result<PresetStatus> {
    Ok(match preset_args::applicability(preset, document, file)? {
        Applicability::Applies if preset.is_applied(document)? => PresetStatus::Applied,
        Applicability::Applies => {
            let required = preset.parameters.iter().filter(|parameter| parameter.is_required());
            PresetStatus::AppliesWith(required.map(|parameter| parameter.name.clone()).collect())
        }
        Applicability::Unneeded(why) => PresetStatus::Unneeded(why),
        Applicability::Refused(reason) => PresetStatus::Refused(reason),
    })
}
