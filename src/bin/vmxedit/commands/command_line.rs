//! The command line as a whole: its definition, and parsing it.

use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue};

use super::{COMMANDS, Command, Example, Run};
use crate::args::fast_path;
use crate::exit::Exit;
use crate::input;
use crate::output::Stream;

/// Parses the command line. A frequent one is read without clap; otherwise the definition of the command alone is
/// built; help and errors take the whole definition.
///
/// # Errors
/// Those of clap, which include its help and its version.
pub(crate) fn parse(words: &[OsString]) -> Result<Box<dyn Run>, clap::Error> {
    match parse_fast(words) {
        Some(command) => Ok(command),
        None => parse_with_clap(words),
    }
}

fn parse_fast(words: &[OsString]) -> Option<Box<dyn Run>> {
    let (name, line) = fast_path::read(words)?;
    (Command::named(name)?.from_fast_path)(line)
}

fn parse_with_clap(words: &[OsString]) -> Result<Box<dyn Run>, clap::Error> {
    let name = words.get(1).and_then(|word| word.to_str());
    if let Some(command) = name.and_then(Command::named) {
        let definition = (command.augment)(clap::Command::new(command.name));
        let matches = definition.try_get_matches_from(&words[1..]);
        if let Ok(parsed) = matches.and_then(|matches| (command.from_matches)(&matches)) {
            return Ok(parsed);
        }
    }
    let mut whole = definition();
    let matches = whole.try_get_matches_from_mut(words).map_err(|error| suggest_find(error, name))?;
    let (name, matches) = matches.subcommand().expect("clap requires a command");
    let command = Command::named(name).expect("clap knows only the commands of the table");
    (command.from_matches)(matches).map_err(|error| error.format(&mut whole))
}

/// Suggests the command that searches many files in place of an option that a command for one file does not have.
fn suggest_find(mut error: clap::Error, command: Option<&str>) -> clap::Error {
    let option = match error.get(ContextKind::InvalidArg) {
        Some(ContextValue::String(option)) => option.as_str(),
        _ => return error,
    };
    if let Some(command @ ("get" | "list")) = command
        && ["-r", "--recursive"].contains(&option)
    {
        let tip = format!("{command} reads one file; 'vmxedit find PATTERN -r FILES' searches many");
        error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![tip.into()]));
    }
    error
}

/// Returns the definition of the whole command line.
pub(super) fn definition() -> clap::Command {
    clap::Command::new("vmxedit")
        .version(env!("CARGO_PKG_VERSION"))
        .about("Safely edit VMware .vmx files, preserving formatting and honoring VM locks")
        .after_help(format!("Exit status:\n{}", exit_table()))
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommands(COMMANDS.iter().map(|command| {
            (command.augment)(clap::Command::new(command.name))
                .after_help(format!("Examples:\n{}", example_list(command.examples)))
        }))
}

/// Returns the stream for the JSON of an invalid command line, if JSON was requested.
pub(crate) fn json_stream(words: &[OsString]) -> Option<Stream> {
    let has = |word: &str| words.iter().any(|other| other == word);
    let command = words.get(1).and_then(|word| word.to_str()).and_then(Command::named);
    let edits = command.is_some_and(|command| command.edits) || has("--fix");
    let is_filter = edits && has(input::STDIN);
    has("--json").then_some(if is_filter { Stream::Stderr } else { Stream::Stdout })
}

fn exit_table() -> String {
    let row = |exit: &Exit| format!("  {}  {}: {}", exit.code(), exit.name(), exit.meaning());
    Exit::ALL.iter().map(row).collect::<Vec<_>>().join("\n") + "\n"
}

fn example_list(examples: &[Example]) -> String {
    examples.iter().flat_map(|(typed, meaning)| ["  ", *typed, "\n      ", *meaning, "\n"]).collect()
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use proptest::prelude::*;

    use super::{parse_fast, parse_with_clap};

    const WORDS: &[&str] = &[
        "get",
        "list",
        "set",
        "unset",
        "rename",
        "apply",
        "help",
        "vm.vmx",
        "dir/x.vmx",
        "-",
        "",
        "memsize",
        "ethernet0.*",
        "a=1",
        "a=",
        "=1",
        "a=-q",
        "a=--json",
        "a=@-",
        "@",
        "-q",
        "--quiet",
        "--json",
        "--no-sync",
        "-v",
        "--verbose",
        "-n",
        "--dry-run",
        "--diff",
        "--check",
        "--backup",
        "--backup=.old",
        "--wait=1",
        "--all",
        "--raw",
        "-0",
        "--null",
        "--keys",
        "--strict",
        "--default",
        "--default=1",
        "--color",
        "never",
        "--",
        "-h",
        "--help",
        "-V",
        "--version",
        "-x",
        "-qq",
        "--js",
        "--json=1",
        "--dialect=vmx",
        "\u{E9}",
    ];

    fn words(line: &[&str]) -> Vec<OsString> {
        std::iter::once("vmxedit").chain(line.iter().copied()).map(OsString::from).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn the_fast_path_reads_what_clap_reads(
            command in prop::sample::select(&WORDS[..6]),
            rest in prop::collection::vec(prop::sample::select(WORDS), 0..6),
        ) {
            let line = words(&[&[command], &rest[..]].concat());
            if let Some(fast) = parse_fast(&line) {
                let with_clap = parse_with_clap(&line).expect("clap accepts it, too");
                prop_assert_eq!(format!("{fast:?}"), format!("{with_clap:?}"));
            }
        }
    }

    #[test]
    fn frequent_command_lines_take_the_fast_path() {
        for line in [
            "get vm.vmx memsize",
            "get vm.vmx a b c",
            "get - memsize",
            "get -q vm.vmx memsize",
            "get --json vm.vmx a --quiet",
            "list vm.vmx",
            "list vm.vmx ethernet*",
            "list --json -q vm.vmx",
            "set vm.vmx a=1 b=2",
            "set - a=1",
            "set vm.vmx a=-q",
            "set -q --no-sync vm.vmx a=1",
            "set --no-sync --json -q vm.vmx a=1",
            "set vm.vmx a=1 -n",
            "unset --dry-run vm.vmx a",
            "unset vm.vmx a",
            "unset --json vm.vmx a -q",
        ] {
            let line = words(&line.split(' ').collect::<Vec<_>>());
            let fast = parse_fast(&line).unwrap_or_else(|| panic!("{line:?}"));
            let with_clap = parse_with_clap(&line).expect("clap accepts it, too");
            assert_eq!(format!("{fast:?}"), format!("{with_clap:?}"));
        }
    }

    #[test]
    fn everything_else_is_left_to_clap() {
        for line in [
            "get vm.vmx",
            "get -q -q vm.vmx a",
            "get vm.vmx a --no-sync",
            "get vm.vmx a -n",
            "get -h x",
            "set vm.vmx a=1 -n -n",
        ] {
            let line = words(&line.split(' ').collect::<Vec<_>>());
            assert!(parse_fast(&line).is_none(), "{line:?}");
        }
    }

    #[test]
    fn the_definition_is_consistent() {
        super::definition().debug_assert();
    }
}
