//! Presets whose settings the file has, and that do not go together.

use std::sync::OnceLock;

use super::{Findings, Needs, Rule, Severity, Subject};
use crate::preset::{Applicability, Environment, Library, Preset};

pub(super) const RULES: &[Rule] = &[Rule {
    code: "VMX170",
    name: "conflicting-presets",
    severity: Severity::Note,
    title: "settings that serve opposite ends stand together",
    explanation: "The file has all that two built-in presets set, and these do not go with each other: a hardened VM with an \
        open clipboard, nested virtualization under masks that switch it off. One of the two does not do what it was set \
        for. `vmxedit preset show NAME` tells what each is for and why.",
    source: "the conflicts that the presets name: docs/presets.md",
    needs: Needs::Catalog,
    check: conflicting_presets,
}];

fn conflicting_presets(subject: &Subject<'_>, findings: &mut Findings) {
    let here: Vec<&Preset> = built_in().iter().filter(|preset| is_here(preset, subject)).collect();
    for (at, one) in here.iter().enumerate() {
        for other in &here[at + 1..] {
            if one.conflicts.contains(&other.name) || other.conflicts.contains(&one.name) {
                findings
                    .in_file(format!(
                        "it has what {} and {} set, and these do not go together",
                        one.name, other.name
                    ))
                    .help(format!("see `vmxedit preset show {}`", one.name));
            }
        }
    }
}

/// The built-in presets that go badly with another, parsed once for many files.
fn built_in() -> &'static [Preset] {
    static PRESETS: OnceLock<Vec<Preset>> = OnceLock::new();
    PRESETS.get_or_init(|| {
        let all = Library::default().all().into_iter().flatten();
        all.filter(|preset| !preset.conflicts.is_empty()).collect()
    })
}

/// Whether the file is one that the preset is for, and has all of it.
fn is_here(preset: &Preset, subject: &Subject<'_>) -> bool {
    let document = subject.document;
    preset.touches(document)
        && preset.is_applied(document).unwrap_or(false)
        && matches!(preset.applicability(document, Environment::default()), Ok(Applicability::Applies))
}
