//! A rule for presets that are applied to the file although they conflict.

use std::sync::OnceLock;

use crate::check::context::LintContext;
use crate::check::reporter::Reporter;
use crate::document::Key;
use crate::preset::{Applicability, Environment, Library, Preset};

pub(super) fn conflicting_presets(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    let applied: Vec<&Preset> = presets().iter().filter(|preset| is_applied(preset, context)).collect();
    for (at, one) in applied.iter().enumerate() {
        for other in &applied[at + 1..] {
            if one.conflicts.contains(&other.name) || other.conflicts.contains(&one.name) {
                let (one, other) = (&one.name, &other.name);
                reporter
                    .in_file(format!("the file has all settings of {one} and {other}, which conflict"))
                    .help(format!("decide which of the two presets applies, {one} or {other}"));
            }
        }
    }
}

/// Returns the built-in presets that declare a conflict. They are parsed once for many files.
fn presets() -> &'static [Preset] {
    static PRESETS: OnceLock<Vec<Preset>> = OnceLock::new();
    PRESETS.get_or_init(|| {
        let all = Library::default().all().into_iter().flatten();
        all.filter(|preset| !preset.conflicts.is_empty()).collect()
    })
}

/// Returns whether the preset is for files like this one and the file has all of its settings.
fn is_applied(preset: &Preset, context: &LintContext<'_>) -> bool {
    let document = context.document;
    let has_key = |key: &Key| context.entry(&key.as_str().to_ascii_lowercase()).is_some();
    preset.touches_any(document, has_key)
        && preset.is_applied(document).unwrap_or(false)
        && matches!(preset.applicability(document, &Environment::default()), Ok(Applicability::Applies))
}
