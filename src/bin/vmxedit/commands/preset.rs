//! `preset`: what there is, what it sets, when and why.

use std::path::Path;

use serde_json::{Value, json};
use vmxedit::Error;
use vmxedit::edit;
use vmxedit::preset::{BUILTIN, Preset, Verdict};

use super::{document, fail};
use crate::cli::{Output, PresetCommand};
use crate::report::{Failure, Report, To};

pub(crate) fn run(command: PresetCommand) -> Result<u8, Failure> {
    match command {
        PresetCommand::List { output } => list(&output),
        PresetCommand::Show { name, file, output } => match show(&name, file.as_deref(), &output) {
            Ok(printed) => printed,
            Err(error) => fail(&output, file.as_deref(), &error),
        },
    }
}

fn list(output: &Output) -> Result<u8, Failure> {
    let mut report = Report::new(output, To::Stdout);
    let width = BUILTIN.iter().map(|preset| preset.name.len()).max().unwrap_or(0);
    for preset in BUILTIN {
        if report.json {
            report.document(&json(preset))?;
        } else {
            report.text(&format!("{:width$}  {}", preset.name, preset.title), "\n")?;
        }
    }
    report.finish(0)
}

fn json(preset: &Preset) -> Value {
    let sets: serde_json::Map<String, Value> =
        preset.sets.iter().map(|(key, value)| ((*key).to_owned(), json!(value))).collect();
    json!({
        "name": preset.name, "title": preset.title, "sets": sets, "when": preset.when, "source": preset.sources,
    })
}

fn show(name: &str, file: Option<&Path>, output: &Output) -> Result<Result<u8, Failure>, Error> {
    let preset = Preset::named(name)?;
    let here = file.map(|file| here(preset, file)).transpose()?;
    Ok(print(preset, here, output))
}

fn print(preset: &Preset, here: Option<String>, output: &Output) -> Result<u8, Failure> {
    let mut report = Report::new(output, To::Stdout);
    if report.json {
        let mut document = json(preset);
        document["reason"] = json!(preset.reason);
        document["notes"] = json!(preset.notes);
        if let Some(here) = here {
            document["here"] = json!(here);
        }
        report.document(&document)?;
        return report.finish(0);
    }
    report.text(&format!("{}: {}", preset.name, preset.title), "\n\n")?;
    report.text(preset.reason, "\n\n")?;
    report.text("Sets:", "\n")?;
    for (key, value) in preset.sets {
        report.text(&format!("  {key} = \"{value}\""), "\n")?;
    }
    report.text("When:", "\n")?;
    report.text(&format!("  {}", preset.when), "\n")?;
    report.text("Nothing to do when:", "\n")?;
    for (_, why) in preset.unneeded_when {
        report.text(&format!("  {why}"), "\n")?;
    }
    for (heading, lines) in [("Notes:", preset.notes), ("Sources:", preset.sources)] {
        report.text(heading, "\n")?;
        for line in lines {
            report.text(&format!("  {line}"), "\n")?;
        }
    }
    if let Some(here) = here {
        report.text(&format!("Here:\n  {here}"), "\n")?;
    }
    report.finish(0)
}

/// What it would do to one file, in words.
fn here(preset: &Preset, file: &Path) -> Result<String, Error> {
    let document = document(file)?;
    let at = |cause: vmxedit::Cause| cause.at(file);
    let edits = preset.edits(&document).map_err(at)?;
    if edits.is_empty() {
        return Ok("nothing to do: the file has it already".into());
    }
    Ok(match preset.verdict(&document).map_err(at)? {
        Verdict::Unneeded(why) => format!("nothing to do: {why}"),
        Verdict::Refused(reason) => format!("does not apply: {reason}"),
        Verdict::Applies => {
            let (_, changes) = edit::apply(&document, &edits).map_err(at)?;
            let word = |change: &vmxedit::Change| {
                let verb = if change.before.is_some() { "change" } else { "add" };
                format!("{verb} {} = \"{}\"", change.key, change.after.as_deref().unwrap_or_default())
            };
            format!("would {}", changes.iter().map(word).collect::<Vec<_>>().join(", "))
        }
    })
}
