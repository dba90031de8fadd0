//! The arguments and options of a command on its manual page.

use clap::Arg;
use clap::builder::PossibleValue;
use roff::{Inline, bold, italic, roman};

use super::document::{Page, sentence};

/// Writes the sections for the arguments and the options, under the headings of the help.
pub(super) fn write(page: &mut Page, command: &clap::Command) {
    let arguments: Vec<&Arg> = command.get_positionals().collect();
    section(page, "ARGUMENTS", &arguments);
    let options: Vec<&Arg> =
        command.get_arguments().filter(|option| !option.is_positional() && !option.is_hide_set()).collect();
    let mut headings: Vec<Option<&str>> = vec![None];
    for option in &options {
        if !headings.contains(&option.get_help_heading()) {
            headings.push(option.get_help_heading());
        }
    }
    for heading in headings {
        let group: Vec<&Arg> =
            options.iter().copied().filter(|option| option.get_help_heading() == heading).collect();
        section(page, &heading.unwrap_or("Options").to_uppercase(), &group);
    }
}

fn section(page: &mut Page, title: &str, arguments: &[&Arg]) {
    if arguments.is_empty() {
        return;
    }
    page.section(title);
    for argument in arguments {
        page.item(term(argument), [roman(meaning(argument))]);
        let explained: Vec<(String, String)> = values(argument)
            .iter()
            .filter_map(|value| Some((value.get_name().to_owned(), value.get_help()?.to_string())))
            .collect();
        if !explained.is_empty() {
            page.indented(|page| {
                for (value, help) in &explained {
                    page.item([bold(value)], [roman(sentence(help))]);
                }
            });
        }
    }
}

/// Returns an argument as the help shows it: `-n, --dry-run`, `--color <WHEN>`, `[PATTERN]...`.
fn term(argument: &Arg) -> Vec<Inline> {
    let shown = argument.to_string();
    if argument.is_positional() {
        return vec![italic(shown)];
    }
    let mut term = Vec::new();
    if let Some(short) = argument.get_short().filter(|_| argument.get_long().is_some()) {
        term.extend([bold(format!("-{short}")), roman(", ")]);
    }
    let (name, value) = shown.split_at(shown.find([' ', '[', '=']).unwrap_or(shown.len()));
    term.push(bold(name));
    if !value.is_empty() {
        term.push(italic(value));
    }
    term
}

/// Returns the help of an argument, its default, and its values if they have no help of their own.
fn meaning(argument: &Arg) -> String {
    let help = argument.get_long_help().or(argument.get_help());
    let help = help.map(|help| sentence(&help.to_string()));
    [help, default(argument), value_names(argument)].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

fn default(argument: &Arg) -> Option<String> {
    let is_shown = argument.get_action().takes_values() && !argument.is_hide_default_value_set();
    let values: Vec<_> = argument.get_default_values().iter().map(|value| value.to_string_lossy()).collect();
    (is_shown && !values.is_empty()).then(|| format!("Default: {}.", values.join(", ")))
}

fn value_names(argument: &Arg) -> Option<String> {
    let values = values(argument);
    let names: Vec<&str> = values.iter().map(PossibleValue::get_name).collect();
    if names.is_empty() {
        None
    } else if values.iter().any(|value| value.get_help().is_some()) {
        // The list of them follows.
        Some("Possible values:".to_owned())
    } else {
        Some(format!("Possible values: {}.", names.join(", ")))
    }
}

fn values(argument: &Arg) -> Vec<PossibleValue> {
    if argument.get_action().takes_values() && !argument.is_hide_possible_values_set() {
        argument.get_possible_values().into_iter().filter(|value| !value.is_hide_set()).collect()
    } else {
        Vec::new()
    }
}
