//! The manual page of a command.

use roff::{bold, roman};
use vmxedit::check;

use super::document::{Page, reference, sentence};
use super::tables::{self, SECTION_OF_COMMANDS, SECTION_OF_FORMATS, short_name};
use super::{arguments, commands_of, page_name, presets_page};
use crate::commands::{COMMANDS, Example};
use crate::exit::Exit;

/// Returns the source of the page.
pub(super) fn render(program: &clap::Command, command: &clap::Command) -> String {
    let about = command.get_about().map(ToString::to_string).unwrap_or_default();
    let mut page = Page::new(page_name(command), SECTION_OF_COMMANDS, &about);
    synopsis(&mut page, command);
    page.section("DESCRIPTION");
    let description = command.get_long_about().map_or(about, ToString::to_string);
    for paragraph in description.split("\n\n") {
        page.paragraph([roman(sentence(paragraph))]);
    }
    arguments::write(&mut page, command);
    commands(&mut page, command);
    if short_name(command) == "check" {
        rules(&mut page);
    }
    if short_name(command).is_empty() {
        page.section("CONFIGURATION");
        page.paragraph([roman(tables::ABOUT_CONFIGURATION)]);
        for (key, meaning) in tables::CONFIGURATION {
            page.item([bold(*key)], [roman(sentence(meaning))]);
        }
        page.section("OTHER HOSTS");
        page.paragraph([roman(tables::ABOUT_OTHER_HOSTS)]);
        for (name, meaning) in tables::OTHER_HOSTS {
            page.item([bold(*name)], [roman(sentence(meaning))]);
        }
    }
    let codes = Exit::ALL.iter();
    page.list(
        "EXIT STATUS",
        codes.map(|exit| (exit.code().to_string(), format!("{}: {}", exit.name(), exit.meaning()))),
    );
    page.list("ENVIRONMENT", tables::of_command(tables::ENVIRONMENT, command));
    page.list("FILES", tables::of_command(tables::FILES, command));
    page.list("EXAMPLES", examples(command));
    page.see_also(&see_also(program, command));
    page.render()
}

fn synopsis(page: &mut Page, command: &clap::Command) {
    let usage = command.clone().render_usage().to_string();
    let typed = command.get_bin_name().unwrap_or_default();
    page.section("SYNOPSIS");
    for form in usage.trim_start_matches("Usage:").lines().map(str::trim) {
        match form.strip_prefix(typed) {
            Some(arguments) => page.paragraph([bold(typed), roman(arguments)]),
            None => page.paragraph([roman(form)]),
        }
    }
}

fn commands(page: &mut Page, command: &clap::Command) {
    let mut commands = commands_of(command).peekable();
    if commands.peek().is_some() {
        page.section("COMMANDS");
    }
    for command in commands {
        let about = command.get_about().map(|about| sentence(&about.to_string())).unwrap_or_default();
        page.item(reference(page_name(command), SECTION_OF_COMMANDS), [roman(about)]);
    }
}

fn rules(page: &mut Page) {
    let term = |rule: &check::Rule| format!("{} {} ({})", rule.code, rule.text().name, rule.severity);
    page.list("RULES", check::rules().map(|rule| (term(rule), rule.text().title)));
}

/// Returns the examples with this command; for the program, the first one of each command.
fn examples(command: &clap::Command) -> Vec<Example> {
    let name = short_name(command);
    if name.is_empty() {
        return COMMANDS.iter().filter_map(|command| command.examples.first().copied()).collect();
    }
    let typed = command.get_bin_name().unwrap_or_default();
    let first = COMMANDS.iter().find(|command| name.split('-').next() == Some(command.name));
    let examples = first.map_or(&[][..], |command| command.examples).iter().copied();
    examples.filter(|(line, _)| line.contains(typed)).collect()
}

/// Returns the pages to read next, with their sections. The program's page names all of them.
fn see_also(program: &clap::Command, command: &clap::Command) -> Vec<(String, &'static str)> {
    let name = short_name(command);
    let mut names = vec![page_name(program).to_owned()];
    if name.is_empty() {
        collect_names(program, &mut names);
        names.push(presets_page::PAGE.to_owned());
    } else {
        let first = name.split('-').next().unwrap_or(name);
        if let Some(family) = commands_of(program).find(|other| other.get_name() == first) {
            collect_names(family, &mut names);
        }
        names.extend(tables::related_to(first).map(|name| format!("vmxedit-{name}")));
    }
    names.retain(|other| other != page_name(command));
    names.sort();
    names.dedup();
    let is_format = |name: &str| name == presets_page::PAGE;
    let section = |name: &str| if is_format(name) { SECTION_OF_FORMATS } else { SECTION_OF_COMMANDS };
    names.into_iter().map(|name| (name.clone(), section(&name))).collect()
}

/// Adds the names of the page of a command and of those of its commands.
fn collect_names(command: &clap::Command, names: &mut Vec<String>) {
    names.push(page_name(command).to_owned());
    for command in commands_of(command) {
        collect_names(command, names);
    }
}
