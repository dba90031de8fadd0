//! Errors in the command line, in plain words and with a line that can be pasted.

use std::ffi::OsString;
use std::path::Path;

use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::{COMMANDS, Command, command_line, preset_args};
use crate::error::ProgramError;
use crate::words::{CommandLine, shown, without_secret};

/// Command words that other programs have, and what they are here. The words that follow stay.
const FOREIGN: &[(&str, &[&str])] = &[
    ("add", &["set"]),
    ("cat", &["list"]),
    ("copy", &["apply", "--from"]),
    ("cp", &["apply", "--from"]),
    ("del", &["unset"]),
    ("delete", &["unset"]),
    ("fix", &["check", "--fix"]),
    ("grep", &["find"]),
    ("import", &["apply", "--from"]),
    ("info", &["show"]),
    ("lint", &["check"]),
    ("ls", &["list"]),
    ("merge", &["apply", "--from"]),
    ("mv", &["rename"]),
    ("remove", &["unset"]),
    ("rm", &["unset"]),
    ("search", &["find"]),
    ("undo", &["restore"]),
    ("validate", &["check"]),
    ("version", &["--version"]),
];

/// Returns the error of a line that clap refuses.
pub(super) fn explain(error: &clap::Error, line: &CommandLine) -> ProgramError {
    let message = message(error, line);
    let hint = special_hint(error, line).or_else(|| suggestion(error, line));
    let hint = hint.unwrap_or_else(|| general_hint(error, line));
    ProgramError::CommandLine { message: without_secrets(message, line), hint: Some(hint) }
}

fn message(error: &clap::Error, line: &CommandLine) -> String {
    match (error.kind(), context(error, ContextKind::InvalidSubcommand)) {
        (ErrorKind::InvalidSubcommand, Some(word)) => {
            let program = if line.command() == Some(&*word) {
                "vmxedit".to_owned()
            } else {
                format!("vmxedit {}", line.command().unwrap_or_default())
            };
            format!("'{word}' is not a command of {program}")
        }
        (ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand | ErrorKind::MissingSubcommand, _) => {
            "the command is missing".to_owned()
        }
        (ErrorKind::InvalidUtf8, _) => "an argument is not UTF-8 text".to_owned(),
        _ => first_paragraph(&error.to_string()),
    }
}

/// Returns what clap prints in front of its suggestions and the usage, on one line.
fn first_paragraph(text: &str) -> String {
    let text = text.strip_prefix("error: ").unwrap_or(text);
    let ends = |line: &str| {
        line.trim_start().starts_with("tip: ") || line.starts_with("Usage:") || line.starts_with("For more")
    };
    let lines = text.lines().take_while(|line| !ends(line));
    lines.map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Masks values of secret keys that the message quotes.
fn without_secrets(message: String, line: &CommandLine) -> String {
    let words = line.words().iter().filter_map(|word| word.to_str()).filter(|word| !word.is_empty());
    words.fold(message, |message, word| message.replace(word, &without_secret(word)))
}

/// Returns the hint for a mistake that people often make.
fn special_hint(error: &clap::Error, line: &CommandLine) -> Option<String> {
    let invalid = context(error, ContextKind::InvalidArg);
    match error.kind() {
        ErrorKind::InvalidSubcommand => foreign_word(line),
        ErrorKind::UnknownArgument => match invalid.as_deref()? {
            "--version" | "-V" => Some("vmxedit --version".to_owned()),
            "--recursive" | "-r" => search_of_files(line).or_else(|| option_before_command(line)),
            word if word.starts_with('-') => option_before_command(line),
            word => line.hint_about_detached_value(word.as_ref()),
        },
        ErrorKind::MissingRequiredArgument => missing_argument(&invalid?, line),
        _ => None,
    }
}

fn foreign_word(line: &CommandLine) -> Option<String> {
    let (command, arguments) = (line.command()?, line.arguments());
    let lead = |line: String| format!("did you mean {line}?");
    if command == "preset" {
        let is_apply = arguments.first().is_some_and(|word| word == "apply");
        let words = [&line.words()[..1], &["apply".into(), "-p".into()], arguments.get(1..)?].concat();
        return shown(words).filter(|_| is_apply).map(lead);
    }
    let (_, ours) = FOREIGN.iter().find(|(word, _)| *word == command)?;
    // A long line helps less than the command alone.
    line.with_command(ours).or_else(|| shown([&["vmxedit"], *ours].concat())).map(lead)
}

/// Returns the command that searches many files in place of one that reads a single one.
fn search_of_files(line: &CommandLine) -> Option<String> {
    let command = line.command().filter(|command| ["get", "list"].contains(command))?;
    let plain = || line.arguments().iter().filter(|word| !word.as_encoded_bytes().starts_with(b"-"));
    let all = OsString::from("*");
    let (file, wanted) = (plain().next()?, plain().nth(1).unwrap_or(&all));
    let search = shown([OsString::new(), "find".into(), wanted.clone(), "-r".into(), file.clone()])?;
    Some(format!("{command} reads one file; to search many: {search}"))
}

/// Returns the line with the options of a command behind it.
fn option_before_command(line: &CommandLine) -> Option<String> {
    let is_command = |word: &OsString| word.to_str().and_then(Command::named).is_some();
    let at = line.words().iter().skip(1).position(is_command)? + 1;
    let words = &line.words()[1..at];
    let command = line.words()[at].to_str()?;
    let has_option = |word: &&OsString| {
        let option = word.to_str().filter(|word| word.starts_with('-'));
        option.is_some_and(|option| commands_with(option).contains(&command))
    };
    words.iter().find(has_option)?;
    let moved = line.with_command_first(at).unwrap_or_else(|| format!("vmxedit {command} ..."));
    Some(format!("options of a command follow it: {moved}"))
}

/// Returns the line with the option that is missing, or another hint about what is missing.
fn missing_argument(missing: &str, line: &CommandLine) -> Option<String> {
    // An option with a value has a space here.
    if missing.starts_with("--") && !missing.contains(' ') {
        return Some(line.with_option(missing).unwrap_or_else(|| missing.to_owned()));
    }
    match line.command()? {
        "apply" => preset_without_option(line),
        "diff" if missing == "<B>..." => diff_of_one_file(line),
        _ => None,
    }
}

/// Returns the line with `-p` in front of the name of a preset.
fn preset_without_option(line: &CommandLine) -> Option<String> {
    let is_preset = |word: &&OsString| {
        let name = word.to_str().filter(|name| !name.starts_with('-') && !Path::new(name).exists());
        name.is_some_and(|name| preset_args::library().find(name).is_ok())
    };
    let preset = line.arguments().iter().find(is_preset)?;
    Some(format!("a preset needs -p: {}", line.with_inserted(preset, "-p")?))
}

fn diff_of_one_file(line: &CommandLine) -> Option<String> {
    let file = line.arguments().iter().rfind(|word| !word.as_encoded_bytes().starts_with(b"-"))?;
    let with_backup = shown([OsString::new(), "diff".into(), file.clone(), "--backup".into()])?;
    Some(format!("name another file, --preset NAME, or compare it with its backup: {with_backup}"))
}

/// Returns the similar option, command or value that clap found.
fn suggestion(error: &clap::Error, line: &CommandLine) -> Option<String> {
    let suggested = |kind| context(error, kind);
    let command = suggested(ContextKind::SuggestedSubcommand).map(|command| {
        // The last one is the most similar.
        let best = command.rsplit(", ").next().unwrap_or_default().to_owned();
        let line = if line.command() == Some("preset") {
            line.arguments().first().and_then(|word| line.with_replaced(word, best.as_ref()))
        } else {
            line.with_command(&[&best])
        };
        line.unwrap_or(best)
    });
    let meant = command
        .or_else(|| suggested(ContextKind::SuggestedArg))
        .or_else(|| suggested(ContextKind::SuggestedValue));
    meant.map(|meant| format!("did you mean {meant}?"))
}

/// Returns which commands have an unknown option, an example of the command, or how to read its help.
fn general_hint(error: &clap::Error, line: &CommandLine) -> String {
    let command = line.command().and_then(Command::named);
    let Some(command) = command else {
        return "`vmxedit --help` lists the commands and options".to_owned();
    };
    let help = format!("vmxedit {} --help", command.name);
    if let (ErrorKind::UnknownArgument, Some(option)) =
        (error.kind(), context(error, ContextKind::InvalidArg))
        && option.starts_with('-')
    {
        // Most commands have some options.
        let others = commands_with(&option);
        return match others[..] {
            [one] => format!("{one} has it; `{help}` lists the options of {}", command.name),
            [_, _, ..] if others.len() < 6 => {
                format!("{} have it; `{help}` lists the options of {}", others.join(", "), command.name)
            }
            _ => format!("`{help}` lists the options"),
        };
    }
    if error.kind() == ErrorKind::MissingRequiredArgument
        && let Some(example) = example(command, line, context(error, ContextKind::InvalidArg))
    {
        return format!("for example: {example}");
    }
    help
}

/// Returns an example of the command, if possible one with the option that is missing.
fn example(command: &Command, line: &CommandLine, missing: Option<String>) -> Option<&'static str> {
    let nested = line.arguments().first().filter(|_| command.name == "preset").and_then(|word| word.to_str());
    let start = match nested {
        Some(nested) => format!("vmxedit {} {nested} ", command.name),
        None => String::new(),
    };
    let option = missing.filter(|missing| missing.starts_with("--")).unwrap_or_default();
    let option = option.split(' ').next().unwrap_or_default();
    let typed = || command.examples.iter().map(|(typed, _)| *typed).filter(|typed| typed.starts_with(&start));
    typed().find(|typed| typed.contains(option)).or_else(|| typed().next())
}

/// Returns the names of the commands with this option.
fn commands_with(option: &str) -> Vec<&'static str> {
    let definition = command_line::definition();
    let option = option.split('=').next().unwrap_or(option);
    let is_it = |argument: &clap::Arg| {
        let long = argument.get_long().map(|long| format!("--{long}"));
        let short = argument.get_short().map(|short| format!("-{short}"));
        [long, short].iter().flatten().any(|name| name == option)
    };
    let has = |name: &str| {
        definition.find_subcommand(name).is_some_and(|command| command.get_arguments().any(is_it))
    };
    COMMANDS.iter().map(|command| command.name).filter(|name| has(name)).collect()
}

/// Returns a part of the error as text.
fn context(error: &clap::Error, kind: ContextKind) -> Option<String> {
    match error.get(kind)? {
        ContextValue::String(text) => Some(text.clone()),
        ContextValue::Strings(texts) if !texts.is_empty() => Some(texts.join(", ")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{CommandLine, FOREIGN, first_paragraph, foreign_word};

    #[test]
    fn the_message_of_clap_is_one_line_without_its_tips() {
        let text =
            "error: unexpected argument '--bogus' found\n\n  tip: use '-- --bogus'\n\nUsage: vmxedit set\n";
        assert_eq!(first_paragraph(text), "unexpected argument '--bogus' found");
        let text = "error: required:\n  <KEY=VALUE>...\n\nUsage: x\n\nFor more\n";
        assert_eq!(first_paragraph(text), "required: <KEY=VALUE>...");
    }

    #[test]
    fn foreign_words_lead_to_commands_that_exist() {
        for (word, _) in FOREIGN {
            let line = CommandLine::new(["x", word, "vm.vmx"].map(Into::into).to_vec());
            let hint = foreign_word(&line).unwrap_or_default();
            let meant = hint.strip_prefix("did you mean vmxedit ").and_then(|line| line.split(' ').next());
            let meant = meant.unwrap_or_else(|| panic!("{word}: {hint}"));
            assert!(meant.starts_with("--") || super::Command::named(meant).is_some(), "{word}: {hint}");
        }
    }

    #[test]
    fn foreign_words_are_sorted_and_no_commands() {
        assert!(FOREIGN.is_sorted_by_key(|(word, _)| *word));
        assert!(FOREIGN.iter().all(|(word, _)| super::Command::named(word).is_none()));
    }
}
