//! `preset`: what there is, what it sets, when and why; whether a preset file is right; taking one back.

use std::path::Path;

use vmxedit::preset::{self, Applicability, Parameter, Preset};
use vmxedit::{Cause, Document, Error, edit};

use super::{document, fail, fail_edit, presets};
use crate::change::{self, Wanted};
use crate::cli::{Output, PresetCommand, PresetList, PresetRevert, PresetShow};
use crate::report::{Failure, Here, Report, To};

pub(crate) fn run(command: PresetCommand) -> Result<u8, Failure> {
    match command {
        PresetCommand::List(args) => list(&args),
        PresetCommand::Show(args) => show(&args),
        PresetCommand::Check { file, output } => check(&file, &output),
        PresetCommand::Revert(args) => revert(&args),
        PresetCommand::Path { output } => path(&output),
    }
}

fn list(args: &PresetList) -> Result<u8, Failure> {
    let file = match args.file.as_deref().map(|file| Ok((document(file)?, file))).transpose() {
        Ok(file) => file,
        Err(error) => return fail(&args.output, args.file.as_deref(), &error),
    };
    let mut report = Report::new(&args.output, To::Stdout);
    let mut rows = Vec::new();
    for preset in presets::library().all() {
        match preset {
            Ok(preset) if !has_words(&preset, &args.words) => {}
            Ok(preset) => {
                let here =
                    match file.as_ref().map(|(document, path)| suits(&preset, document, path)).transpose() {
                        Ok(here) => here,
                        Err(cause) => return fail(&args.output, args.file.as_deref(), &cause.into()),
                    };
                let is_ruled_out = matches!(here, Some(Here::Refused(_) | Here::Unneeded(_)));
                if !is_ruled_out || args.output.verbose {
                    rows.push((preset, here));
                }
            }
            // The others are there all the same.
            Err(error) => {
                let error = Error::from(error);
                report.warn(error.path.as_deref().unwrap_or(Path::new("")), &error.cause.to_string());
            }
        }
    }
    report.presets(&rows)?;
    report.finish(0)
}

fn has_words(preset: &Preset, words: &[String]) -> bool {
    let keys = preset.steps.iter().map(|step| step.key.to_string());
    let text: Vec<String> = [preset.name.clone(), preset.title.clone()].into_iter().chain(keys).collect();
    let text = text.join("\n").to_lowercase();
    words.iter().all(|word| text.contains(&word.to_lowercase()))
}

/// What the preset means for a VM, whatever its parameters will be.
fn suits(preset: &Preset, document: &Document, path: &Path) -> Result<Here, Cause> {
    Ok(match presets::verdict(preset, document, path)? {
        Applicability::Applies if preset.is_applied(document)? => Here::Applied,
        Applicability::Applies => {
            let required = preset.parameters.iter().filter(|parameter| parameter.is_required());
            Here::Suits(required.map(|parameter| parameter.name.clone()).collect())
        }
        Applicability::Unneeded(why) => Here::Unneeded(why),
        Applicability::Refused(reason) => Here::Refused(reason),
    })
}

fn show(args: &PresetShow) -> Result<u8, Failure> {
    let found = presets::named(&args.name).and_then(|preset| {
        let here = args.file.as_deref().map(|file| here(&preset, &args.parameters, file)).transpose()?;
        Ok((preset, here))
    });
    match found {
        Ok((preset, here)) => {
            let mut report = Report::new(&args.output, To::Stdout);
            report.preset(&preset, here.as_ref())?;
            report.finish(0)
        }
        Err(error) => fail(&args.output, args.file.as_deref(), &error),
    }
}

/// What it would do to one file.
fn here(preset: &Preset, parameters: &[String], file: &Path) -> Result<Here, Error> {
    let document = document(file)?;
    let at = |cause: Cause| cause.at(file);
    if parameters.is_empty() && preset.parameters.iter().any(Parameter::is_required) {
        return suits(preset, &document, file).map_err(at);
    }
    let bound = presets::bind(vec![preset.clone()], parameters)?;
    let (verdict, edits) = presets::meaning(&bound[0], &document, file).map_err(at)?;
    Ok(match verdict {
        Applicability::Unneeded(why) => Here::Unneeded(why),
        Applicability::Refused(reason) => Here::Refused(reason),
        Applicability::Applies if edits.is_empty() => Here::Applied,
        Applicability::Applies => Here::Applies(edit::apply(&document, &edits).map_err(at)?.1),
    })
}

fn check(file: &Path, output: &Output) -> Result<u8, Failure> {
    let preset = match file.as_os_str() {
        stdin if stdin == "-" => presets::named("-"),
        _ => preset::read(file).map_err(|error| Cause::from(error).at(file)),
    };
    match preset {
        Ok(preset) => {
            let mut report = Report::new(output, To::Stdout);
            report.preset_is_right(file, &preset)?;
            report.finish(0)
        }
        Err(error) => fail(output, Some(file), &error),
    }
}

fn revert(args: &PresetRevert) -> Result<u8, Failure> {
    let bound = match presets::bound(std::slice::from_ref(&args.name), &args.parameters) {
        Ok(bound) => bound,
        Err(error) => return fail_edit(&args.editing, &args.file, &error),
    };
    let preset = &bound[0];
    change::run(&args.file, &args.editing, &|document, _| {
        let edits = preset.reverting_edits(document)?;
        let mut notes = Vec::new();
        if !edits.is_empty() && !preset.preset.is_reversible() {
            notes.push(format!(
                "{}: entries that it changed where they were, or removed, stay as they are: it does not know what was \
                 there before",
                preset.preset.name
            ));
        }
        let left = preset.leftover_keys(document);
        if !left.is_empty() {
            notes.push(format!(
                "{}: left as they are: {}: their values are not the preset's, or it was applied with other parameters \
                 (--param)",
                preset.preset.name,
                left.join(", ")
            ));
        }
        Ok(Wanted { edits, notes, ..Wanted::default() })
    })
}

fn path(output: &Output) -> Result<u8, Failure> {
    let mut report = Report::new(output, To::Stdout);
    report.folders(presets::library().folders())?;
    report.finish(0)
}
