//! Applies every built-in preset to every file.

use std::fs;
use std::path::PathBuf;

use vmxedit::Document;
use vmxedit::edit::{self, EditError};
use vmxedit::preset::{Applicability, Environment, Preset, PresetError, ResolvedPreset};

use super::builtin;
use super::cases::{Case, cases};
use crate::format::vmware_parser::{vmxedit_lines, without_line_text};
use crate::harness::{Scratch, repository_path};
use crate::parts::vmtools;
use crate::suite::{Trial, on_every_file};

/// Returns the tests of this module.
pub(crate) fn tests() -> Vec<Trial> {
    [
        on_every_file(
            "presets::every_preset_applies_once_or_is_refused",
            every_preset_applies_once_or_is_refused,
        ),
        on_every_file(
            "presets::the_program_exits_with_a_documented_code",
            the_program_exits_with_a_documented_code,
        ),
    ]
    .into_iter()
    .flatten()
    .collect()
}

#[derive(Debug, Default)]
struct Counts {
    applied: usize,
    unneeded: usize,
    refused: usize,
    not_editable: usize,
}

fn every_preset_applies_once_or_is_refused(files: &[PathBuf]) {
    let vmware = vmtools::load();
    let presets: Vec<(Preset, ResolvedPreset)> =
        builtin().into_iter().zip(cases().iter().map(Case::resolved)).collect();
    let mut counts = Counts::default();
    for file in with_preset_fixtures(files) {
        let document = Document::parse(fs::read(&file).unwrap());
        for (preset, resolved) in &presets {
            assert_eq!(preset.name, resolved.preset.name);
            let context = format!("{} on {}", preset.name, file.display());
            let after = match apply_preset(preset, resolved, &document) {
                Ok(Ok(after)) => after,
                Ok(Err(Applicability::Unneeded(_))) => {
                    counts.unneeded += 1;
                    continue;
                }
                Ok(Err(_)) => {
                    counts.refused += 1;
                    continue;
                }
                Err(error) => {
                    let is_caused_by_the_file = matches!(
                        error,
                        PresetError::Edit(
                            EditError::Duplicate(_)
                                | EditError::Encrypted
                                | EditError::EncryptionKey { .. }
                                | EditError::Encode { .. }
                        )
                    );
                    assert!(is_caused_by_the_file, "{context}: {error}");
                    counts.not_editable += 1;
                    continue;
                }
            };
            counts.applied += 1;
            let again =
                resolved.edits(&after).unwrap_or_else(|cause| panic!("{context}, a second time: {cause}"));
            assert!(again.is_empty(), "{context}: a second application makes edits: {again:?}");
            preset.is_applied(&after).unwrap_or_else(|cause| panic!("{context}: {cause}"));
            let bytes = after.to_bytes();
            assert_eq!(vmxedit_lines(&bytes), without_line_text(vmware.read(&bytes).1), "{context}");
        }
    }
    println!("{counts:?}");
    assert!(counts.applied > 0 && counts.refused > 0, "{counts:?}");
}

/// Returns the document with the preset applied, or why the preset does not apply.
fn apply_preset(
    preset: &Preset,
    resolved: &ResolvedPreset,
    document: &Document,
) -> Result<Result<Document, Applicability>, PresetError> {
    preset.is_applied(document)?;
    let edits = resolved.edits(document)?;
    match preset.applicability(document, &Environment::default())? {
        Applicability::Applies => Ok(Ok(edit::apply(document, &edits)?.0)),
        verdict => Ok(Err(verdict)),
    }
}

/// Runs the program with one preset per file, in turn, and lists the presets for every file.
fn the_program_exits_with_a_documented_code(files: &[PathBuf]) {
    let scratch = Scratch::new();
    for (name, content) in
        [("metadata.yaml", "x: 1\n"), ("userdata.yaml", "x"), ("node.ign", "{}"), ("password", "p")]
    {
        scratch.write(name, content);
    }
    let cases = cases();
    for (at, file) in with_preset_fixtures(files).iter().enumerate() {
        let file = file.to_str().unwrap();
        let case = &cases[at % cases.len()];
        let result = scratch
            .run(&[&["apply", "--check", "-p", &case.name, file], &case.parameter_args()[..]].concat());
        assert!(
            matches!(result.code, 0 | 1 | 4),
            "{} on {file}: {} {}",
            case.name,
            result.code,
            result.stderr
        );
        result.says(&[]);
        let result = scratch.run(&["preset", "list", "--for", file]);
        assert!(matches!(result.code, 0 | 4), "{file}: {} {}", result.code, result.stderr);
        result.says(&[]);
    }
}

/// Adds the fixtures of the presets, to some of which each preset applies.
fn with_preset_fixtures(files: &[PathBuf]) -> Vec<PathBuf> {
    let own = repository_path("tests/fixtures/presets");
    let own = ["linux.vmx", "windows.vmx", "macos.vmx", "esxi.vmx"].map(|name| own.join(name));
    own.into_iter().chain(files.iter().cloned()).collect()
}
