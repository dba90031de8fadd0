//! `preset list`: lists presets, also those that apply to a file.

use std::path::Path;

use clap::{Args, ValueHint};
use vmxedit::document::Dialect;

use super::show::applicability;
use crate::args::{OutputArgs, RemoteArgs};
use crate::commands::{Run, preset_args};
use crate::error::path_of;
use crate::exit::Exit;
use crate::input::{self, Input};
use crate::output::presets::{self, PresetStatus};
use crate::output::{Output, Stream};

/// List presets by topic
///
/// Exit with 1 if there is none.
#[derive(Args, Debug)]
pub(super) struct ListArgs {
    /// List only presets with all of these words in their name, title, topic, keywords or keys, or in the names of the
    /// guests that they are for, in any case
    #[arg(value_name = "WORD")]
    words: Vec<String>,
    /// List only presets that apply to this VM, which may be on another host, and whether they are applied
    #[arg(long = "for", value_name = "FILE", value_hint = ValueHint::AnyPath)]
    file: Option<Input>,
    /// With --for: also list the presets that do not apply, with the reason
    #[arg(short, long, conflicts_with = "quiet", requires = "file", help_heading = "Common options")]
    verbose: bool,
    #[command(flatten)]
    remote: RemoteArgs,
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

    fn rsh(&self) -> Option<&str> {
        self.remote.rsh.as_deref()
    }

    fn run(&self, out: &mut Output) -> anyhow::Result<Exit> {
        let read = |file: &Input| input::read_document(file, Dialect::of(file.name()));
        let document = self.file.as_ref().map(read).transpose()?;
        let target = document.as_ref().zip(self.file.as_ref());
        let mut rows = Vec::new();
        for preset in preset_args::library().all() {
            match preset {
                Ok(preset) if !preset.matches_words(&self.words) => {}
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
        if rows.is_empty() {
            self.note_that_there_is_none(out);
        }
        Ok(Exit::negative_if(rows.is_empty()))
    }
}

impl ListArgs {
    fn note_that_there_is_none(&self, out: &mut Output) {
        let words = self.words.join(" ");
        match &self.file {
            Some(file) if self.words.is_empty() => out.note(Some(file.name()), "no preset applies"),
            Some(file) => out.note(Some(file.name()), &format!("no preset for '{words}' applies")),
            None => out.note(None, &format!("no preset for '{words}'")),
        }
        let hint = if self.file.is_some() && !self.verbose {
            "`-v` also lists presets that do not apply, with the reason"
        } else {
            "`vmxedit preset list` lists all presets; fewer words find more"
        };
        out.hint(hint);
    }
}
