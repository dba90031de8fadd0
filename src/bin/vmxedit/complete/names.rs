//! Commands, options, manual pages, rules and products.

use vmxedit::{catalog, check};

use super::List;
use super::line::{Line, may_repeat};
use crate::commands;

/// Adds the names of commands.
pub(super) fn commands(line: &Line, word: &str, list: &mut List) {
    list.add_matching(word, line.commands());
}

/// Adds the long names of options, but for those that were typed and may be typed only once.
pub(super) fn options(line: &Line, word: &str, list: &mut List) {
    for option in line.definition.get_arguments().filter(|option| !option.is_hide_set()) {
        let is_left = may_repeat(option) || !line.has(option.get_id().as_str());
        if let Some(long) = option.get_long().filter(|_| is_left) {
            let help = option.get_help().map(ToString::to_string).unwrap_or_default();
            list.add_matching(word, [(format!("--{long}"), help)]);
        }
    }
    list.add_matching(word, [("--help", "Print help")]);
    if line.path.is_empty() {
        list.add_matching(word, [("--version", "Print version")]);
    }
}

/// Adds the names of manual pages and topics of the help.
pub(super) fn pages(line: &Line, word: &str, list: &mut List) {
    let typed: Vec<&str> = line.values("command").filter_map(|word| word.to_str()).collect();
    match typed[..] {
        [] => {
            let names = commands::names().into_iter();
            list.add_matching(word, names.filter(|(name, _)| name != commands::HELP));
            if line.path[0] != commands::HELP {
                list.add_matching(word, [("presets", "The format of preset files")]);
            }
        }
        [command] => {
            let nested = commands::definition_of(command).map(|it| commands::subcommands(&it));
            let nested = nested.unwrap_or_default().into_iter();
            list.add_matching(word, nested.filter(|(name, _)| name != commands::HELP));
        }
        _ => {}
    }
}

/// Adds the codes of rules, and the names that start with the word.
pub(super) fn rules(word: &str, list: &mut List) {
    for rule in check::rules() {
        let text = rule.text();
        list.add_matching(word, [(rule.code, format!("{}: {}", text.name, text.title))]);
        if !word.is_empty() {
            list.add_matching(word, [(text.name, text.title)]);
        }
    }
}

/// Adds what `--deny` takes.
pub(super) fn denied(word: &str, list: &mut List) {
    list.add_matching(word, [("warnings", "all warnings")]);
    rules(word, list);
}

/// Adds products of VMware with their versions.
pub(super) fn products(word: &str, list: &mut List) {
    list.add_matching(word, catalog::products().map(|product| (product.name, product.label)));
}
