//! Fuzzes preset files: any bytes are parsed or refused, and a preset that is applied is not applied twice.
//!
//! The input is a preset, a NUL byte, and the file to which the preset is applied. A parameter takes the value of the key with
//! its name in that file.
#![no_main]

use std::collections::BTreeMap;

use libfuzzer_sys::fuzz_target;
use vmxedit::preset::{self, Argument, Environment, Origin, Preset};
use vmxedit::{Document, edit};

fuzz_target!(|input: &[u8]| {
    let at = input.iter().position(|byte| *byte == 0).unwrap_or(input.len());
    let Ok(preset) = preset::parse(&input[..at], Origin::BuiltIn) else { return };
    let _ = (preset.when(), preset.is_reversible());
    for parameter in &preset.parameters {
        let _ = (
            parameter.is_required(),
            parameter.kind.description(),
            preset.is_secret_parameter(&parameter.name),
        );
    }
    let before = Document::parse_as(input.get(at + 1..).unwrap_or_default(), preset.target);
    apply(preset, &before);
});

fn apply(preset: Preset, before: &Document) {
    let argument = |name: &String| Some((name.clone(), Argument::Typed(before.value(name)?.into_owned())));
    let arguments: BTreeMap<String, Argument> =
        preset.parameters.iter().filter_map(|parameter| argument(&parameter.name)).collect();
    let Ok(resolved) = preset.resolve(&arguments) else { return };
    let _ = resolved.preset.applicability(before, &Environment::default());
    let _ = (resolved.preset.touches(before), resolved.leftover_keys(before));
    let Ok(edits) = resolved.edits(before) else { return };
    let (after, _) = edit::apply(before, &edits).expect("the edits of a preset were tried by it");
    let _ = (resolved.preset.is_applied(&after), resolved.reverting_edits(&after));
    assert_eq!(Document::parse_as(after.to_bytes(), after.dialect()).to_bytes(), after.to_bytes());
}
