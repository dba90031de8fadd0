//! `preset list`: lists presets, also those that apply to a file.

use std::path::Path;

use clap::{Args, ValueHint};
use vmxedit::document::Dialect;
use vmxedit::preset::Preset;

use super::show::applicability;
use crate::args::OutputArgs;
use crate::commands::{Run, preset_args};
use crate::error::path_of;
use crate::exit::Exit;
use crate::input::{self, Input};
use crate::output::presets::{self, PresetStatus};
use crate::output::{Output, Stream};

/// List presets, one per line
#[derive(Args, Debug)]
pub(super) struct ListArgs {
    /// List only presets with all of these words in their name, title or keys, in any case
    #[arg(value_name = "WORD")]
    words: Vec<String>,
    /// List only presets that apply to this VM, and whether they are applied
    #[arg(long = "for", value_name = "FILE", value_hint = ValueHint::AnyPath)]
    file: Option<Input>,
    /// With --for: also list the presets that do not apply, with the reason
    #[arg(short, long, conflicts_with = "quiet", requires = "file", help_heading = "Common options")]
    verbose: bool,
    #[command(flatten)]
    output: OutputArgs,
}

impl Run for ListArgs {
    fn output(&self) -> Output {
        Output::new(&self.output, Stream::Stdout)
    }

    fn file(&self) -> Option<&Path> {
        self.file.as_ref().map(Input::name)
    }

    fn run(&self, out: &mut Output) -> anyhow::Result<Exit> {
        let read = |file: &Input| input::read_document(file, Dialect::of(file.name()));
        let document = self.file.as_ref().map(read).transpose()?;
        let target = document.as_ref().zip(self.file.as_ref());
        let mut rows = Vec::new();
        for preset in preset_args::library().all() {
            match preset {
                Ok(preset) if !contains_words(&preset, &self.words) => {}
                Ok(preset) => {
                    let here = target.map(|(document, file)| applicability(&preset, document, file));
                    let here = here.transpose()?;
                    let status = here.as_ref().map(|here| &here.status);
                    let is_ruled_out =
                        matches!(status, Some(PresetStatus::Refused(_) | PresetStatus::Unneeded(_)));
                    if !is_ruled_out || self.verbose {
                        rows.push((preset, here));
                    }
                }
                // An invalid preset does not hide the others.
                Err(error) => {
                    let error = anyhow::Error::from(error);
                    let message = crate::error::describe(&error, None).message;
                    out.warn(path_of(&error).unwrap_or(Path::new("")), &message);
                }
            }
        }
        presets::print_list(out, &rows);
        Ok(Exit::Success)
    }
}

fn contains_words(preset: &Preset, words: &[String]) -> bool {
    let keys = preset.steps.iter().map(|step| step.key.to_string());
    let text: Vec<String> = [preset.name.clone(), preset.title.clone()].into_iter().chain(keys).collect();
    let text = text.join("\n").to_lowercase();
    words.iter().all(|word| text.contains(&word.to_lowercase()))
}
