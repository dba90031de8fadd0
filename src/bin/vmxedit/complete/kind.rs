//! What an argument of a command is, from its definition.

use clap::Arg;

use super::line::Line;

/// What the values of an argument are.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A file, a folder or a bundle of a VM, here or on another host.
    Vm,
    Key(Scope),
    /// `KEY=VALUE`.
    Assignment,
    /// An expression of `find`.
    Expression,
    Preset,
    /// `NAME=VALUE` of a preset.
    Parameter,
    /// The code or the name of a rule.
    Rule,
    /// A rule, or a word for many of them.
    Denied,
    Product,
    Backup,
    PresetFile,
    /// The name of a manual page.
    Page,
    /// One of these, with descriptions.
    Choice(Vec<(String, String)>),
    /// Nothing is known about it.
    Free,
}

/// Which keys are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    /// Those of the file; where there is none that can be read, the known ones.
    Present,
    /// Those of the file that `--from` names; where there is none that can be read, the known ones.
    Source,
    /// Those of the file, and the known ones.
    Any,
}

impl Kind {
    pub(super) fn of(line: &Line, argument: &Arg) -> Self {
        let path: Vec<&str> = line.path.iter().map(String::as_str).collect();
        let choices = argument.get_possible_values();
        if !choices.is_empty() && argument.get_action().takes_values() {
            let named = choices.iter().filter(|choice| !choice.is_hide_set());
            let help = |choice: &clap::builder::PossibleValue| {
                choice.get_help().map(ToString::to_string).unwrap_or_default()
            };
            return Self::Choice(named.map(|it| (it.get_name().to_owned(), help(it))).collect());
        }
        match (&path[..], argument.get_id().as_str()) {
            (["preset", "check"], "file") => Self::PresetFile,
            (_, "file" | "files" | "others" | "from") => Self::Vm,
            (["restore"], "source") | (["diff"], "backup") => Self::Backup,
            // With --values, these are names of VMs.
            (["rename"], "old" | "new") if line.has("values") => Self::Free,
            (["get"], "keys") | (["list" | "unset"], "patterns") | (["rename"], "old") | (_, "unset") => {
                Self::Key(Scope::Present)
            }
            (_, "only") => Self::Key(Scope::Source),
            (["rename"], "new") | (["show"], "with") => Self::Key(Scope::Any),
            (["set"], "assignments") | (_, "set") => Self::Assignment,
            (["find"], "first" | "expressions") => Self::Expression,
            (["apply"], "presets") | (["diff"], "preset") | (["preset", "show" | "revert"], "name") => {
                Self::Preset
            }
            (_, "parameters") => Self::Parameter,
            (["check"], "allow" | "explain") => Self::Rule,
            (["check"], "deny") => Self::Denied,
            (["check"], "host") => Self::Product,
            (["man" | "help", ..], "command") => Self::Page,
            _ => Self::Free,
        }
    }
}
