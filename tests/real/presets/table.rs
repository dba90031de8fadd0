//! `docs/presets.md` is generated from the built-in presets. `VMXEDIT_UPDATE=1` updates it.

use std::fmt::Write;

use vmxedit::preset::{Parameter, Preset, Step, Verb};

use super::builtin;
use crate::harness::assert_checked_in;
use crate::suite::{Trial, first_tier, test_list};

/// Returns the tests of this module.
pub(crate) fn tests() -> Vec<Trial> {
    first_tier(test_list![presets_page_is_up_to_date])
}

const HEAD: &str = "# Built-in presets\n\n\
    Generated from the files in `src/preset/builtin/`. `vmxedit preset show NAME` prints the reason, the notes and the\n\
    conflicting presets; `vmxedit preset show NAME FILE` also prints the changes for a VM. `{name}` is a parameter.\n\n\
    | name | sets | applies when | sources |\n| --- | --- | --- | --- |\n";

fn presets_page_is_up_to_date() {
    let mut page = HEAD.to_owned();
    for preset in builtin() {
        let lines = [sets(&preset), when(&preset), sources(&preset)].map(|lines| lines.join("<br>"));
        writeln!(page, "| `{}` | {} |", preset.name, lines.join(" | ")).unwrap();
    }
    assert_checked_in("docs/presets.md", &page);
}

fn sets(preset: &Preset) -> Vec<String> {
    let title = escape_markdown(&preset.title);
    std::iter::once(title)
        .chain(preset.steps.iter().map(|step| format_step(step, &preset.parameters)))
        .collect()
}

fn format_step(step: &Step, parameters: &[Parameter]) -> String {
    let optional = parameters.iter().filter(|parameter| parameter.optional).any(|parameter| {
        let name = format!("{{{}}}", parameter.name);
        let is_named = step.key.to_string().contains(&name) || step.value.to_string().contains(&name);
        is_named || step.with.as_ref() == Some(&parameter.name)
    });
    let unless = match &step.unless[..] {
        [] => String::new(),
        values => format!(", unless {}", values.join(" or ")),
    };
    let text = match step.verb {
        Verb::EnsureAbsent => format!("no `{}`", step.key),
        _ => match &step.value_of {
            Some(source) => format!("`{}` = the value of `{source}`", step.key),
            None => format!("`{} = \"{}\"`", step.key, step.value),
        },
    };
    let when = match step.verb {
        Verb::SetIfAbsent => " if absent",
        Verb::SetIfPresent => " if present",
        Verb::Set | Verb::EnsureAbsent if optional => " if given",
        _ => "",
    };
    let only = step.when.as_ref().map(|when| format!(", if {}", escape_markdown(&when.to_string())));
    format!("{}{when}{unless}{}", text.replace('|', "\\|"), only.unwrap_or_default())
}

fn when(preset: &Preset) -> Vec<String> {
    let products = preset.products.join(", ");
    let mut lines: Vec<String> = Some(products).filter(|text| !text.is_empty()).into_iter().collect();
    lines.extend(preset.requires.iter().map(|condition| escape_markdown(&condition.to_string())));
    let unneeded = preset.unneeded_when.iter().filter_map(|condition| condition.why.as_deref());
    lines.extend(unneeded.map(|why| format!("nothing to do: {}", escape_markdown(why))));
    if lines.is_empty() { vec!["always".to_owned()] } else { lines }
}

fn sources(preset: &Preset) -> Vec<String> {
    let unverified =
        preset.unverified.iter().map(|text| format!("*not verified:* {}", escape_markdown(text)));
    preset.sources.iter().map(|source| escape_markdown(source)).chain(unverified).collect()
}

/// Escapes text for a cell of a Markdown table.
fn escape_markdown(text: &str) -> String {
    let special = |c: char| matches!(c, '*' | '_' | '|' | '<' | '>' | '[' | ']' | '`' | '\\');
    text.chars().flat_map(|c| special(c).then_some('\\').into_iter().chain([c])).collect()
}
