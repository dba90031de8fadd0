//! The command line as a whole: its definition, and parsing it.

use std::ffi::OsString;

use clap::Args as _;
use clap::error::ErrorKind;

use super::{COMMANDS, Command, Example, ParsedCommand, usage};
use crate::args::{LeadingArgs, fast_path};
use crate::error::ProgramError;
use crate::exit::Exit;
use crate::input;
use crate::output::Stream;
use crate::words::CommandLine;

/// Why no command is run.
#[derive(Debug)]
pub(crate) enum NotRun {
    /// Its help, or the version, is printed instead.
    Help(Box<clap::Error>),
    /// The command line is invalid.
    Invalid(ProgramError),
}

/// Parses the command line. A frequent one is read without clap; otherwise the definition of the command alone is
/// built; help and errors take the whole definition.
pub(crate) fn parse(line: &CommandLine) -> Result<ParsedCommand, NotRun> {
    if let Some(command) = parse_fast(line.words()) {
        return Ok(command);
    }
    parse_with_clap(line.words()).map_err(|error| match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => NotRun::Help(Box::new(error)),
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand if json_stream(line).is_none() => {
            NotRun::Help(Box::new(error))
        }
        _ => NotRun::Invalid(usage::explain(&error, line)),
    })
}

fn parse_fast(words: &[OsString]) -> Option<ParsedCommand> {
    let (name, line) = fast_path::read(words)?;
    (Command::named(name)?.from_fast_path)(line)
}

fn parse_with_clap(words: &[OsString]) -> Result<ParsedCommand, clap::Error> {
    let name = words.get(1).and_then(|word| word.to_str());
    if let Some(command) = name.and_then(Command::named) {
        let definition = (command.augment)(clap::Command::new(command.name));
        let matches = definition.try_get_matches_from(&words[1..]);
        if let Ok(parsed) = matches.and_then(|matches| (command.from_matches)(&matches)) {
            return Ok(parsed);
        }
    }
    let mut whole = definition();
    let matches = whole.try_get_matches_from_mut(words)?;
    let (name, matches) = matches.subcommand().expect("clap requires a command");
    let command = Command::named(name).expect("clap knows only the commands of the table");
    (command.from_matches)(matches).map_err(|error| error.format(&mut whole))
}

const ABOUT_COMMON_OPTIONS: &str =
    "Common options may precede or follow the command. A command refuses those that have no effect on it.";

/// Returns the definition of the whole command line.
pub(super) fn definition() -> clap::Command {
    LeadingArgs::augment_args(clap::Command::new("vmxedit"))
        .version(env!("CARGO_PKG_VERSION"))
        .about("Safely edit VMware .vmx files, preserving formatting and honoring VM locks")
        .after_help(format!("{ABOUT_COMMON_OPTIONS}\n\nExit status:\n{}", exit_table()))
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommands(COMMANDS.iter().map(|command| {
            (command.augment)(clap::Command::new(command.name))
                .after_help(format!("Examples:\n{}", example_list(command.examples)))
        }))
}

/// The command that clap adds to the others.
pub(crate) const HELP: &str = "help";
const ABOUT_HELP: &str = "Print the help of a command";

/// Returns the definition of what may precede the command.
pub(crate) fn leading_definition() -> clap::Command {
    LeadingArgs::augment_args(clap::Command::new("vmxedit"))
}

/// Returns the definition of a command.
pub(crate) fn definition_of(name: &str) -> Option<clap::Command> {
    let command = Command::named(name)?;
    Some((command.augment)(clap::Command::new(command.name)))
}

/// Returns the definition of the command `name`; after the commands of `path`, that of a subcommand of `parent`.
pub(crate) fn definition_in(parent: &clap::Command, path: &[String], name: &str) -> Option<clap::Command> {
    if name == HELP {
        let topic = clap::Arg::new("command").num_args(1..);
        return Some(clap::Command::new(HELP).arg(topic));
    }
    if path.is_empty() { definition_of(name) } else { parent.find_subcommand(name).cloned() }
}

/// Returns the name and the description of every command.
pub(crate) fn names() -> Vec<(String, String)> {
    let all = COMMANDS.iter().map(|command| (command.augment)(clap::Command::new(command.name)));
    all.map(|command| named(&command)).chain([(HELP.to_owned(), ABOUT_HELP.to_owned())]).collect()
}

/// Returns the name and the description of every command of a command.
pub(crate) fn subcommands(command: &clap::Command) -> Vec<(String, String)> {
    let help = command.has_subcommands().then(|| (HELP.to_owned(), ABOUT_HELP.to_owned()));
    command.get_subcommands().map(named).chain(help).collect()
}

fn named(command: &clap::Command) -> (String, String) {
    let about = command.get_about().map(ToString::to_string).unwrap_or_default();
    (command.get_name().to_owned(), about)
}

/// Returns the stream for the JSON of an invalid command line, if JSON was requested.
pub(crate) fn json_stream(line: &CommandLine) -> Option<Stream> {
    let command = line.command().and_then(Command::named);
    let edits = command.is_some_and(|command| command.edits) || line.has("--fix");
    let is_filter = edits && line.has(input::STDIN);
    line.has("--json").then_some(if is_filter { Stream::Stderr } else { Stream::Stdout })
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

    use super::{NotRun, ParsedCommand, parse, parse_fast, parse_with_clap};
    use crate::words::CommandLine;

    /// Options that may precede the command.
    const LEADING: &[&str] = &[
        "-q",
        "--quiet",
        "-v",
        "--verbose",
        "-qv",
        "--json",
        "--show-secrets",
        "--color=always",
        "--color never",
        "--dialect=vmx",
        "--dialect properties",
    ];

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

    proptest! {
        #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn an_option_in_front_of_the_command_means_what_it_means_behind_it(
            command in prop::sample::select(&["get", "list", "set", "unset", "apply", "diff", "check"][..]),
            options in prop::collection::vec(prop::sample::select(LEADING), 1..3),
            rest in prop::collection::vec(prop::sample::select(&["vm.vmx", "a", "a=1", "-n", "--set=a=1", "--"][..]), 0..4),
        ) {
            let options: Vec<&str> = options.iter().flat_map(|option| option.split(' ')).collect();
            let in_front = CommandLine::new(words(&[&options[..], &[command], &rest].concat()));
            let behind = words(&[&[command], &options[..], &rest].concat());
            let parsed = |result: Result<ParsedCommand, NotRun>| match result {
                Ok(command) => format!("{command:?}"),
                Err(NotRun::Invalid(error)) => error.to_string(),
                Err(NotRun::Help(help)) => help.to_string(),
            };
            prop_assert_eq!(parsed(parse(&in_front)), parsed(parse(&CommandLine::new(behind))));
        }
    }

    #[test]
    fn frequent_command_lines_take_the_fast_path() {
        for line in [
            "get vm.vmx memsize",
            "-q get vm.vmx memsize",
            "--json set vm.vmx a=1 -n",
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
            let line = CommandLine::new(words(&line.split(' ').collect::<Vec<_>>()));
            let line = line.words();
            let fast = parse_fast(line).unwrap_or_else(|| panic!("{line:?}"));
            let with_clap = parse_with_clap(line).expect("clap accepts it, too");
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
    fn every_option_in_the_help_of_the_program_may_precede_a_command() {
        let definition = super::definition();
        let options: Vec<_> = definition.get_arguments().collect();
        assert!(options.len() > 5);
        for option in options {
            let long = format!("--{}", option.get_long().expect("every option has a long name"));
            let short = option.get_short().map(|letter| format!("-{letter}"));
            for name in std::iter::once(long).chain(short) {
                let value = if option.get_action().takes_values() { &["x"][..] } else { &[] };
                let line = CommandLine::new(words(&[&[&*name], value, &["get"]].concat()));
                assert_eq!(line.command(), Some("get"), "{name}");
            }
        }
    }

    #[test]
    fn hints_know_every_command_with_recursion() {
        let definition = super::definition();
        for command in definition.get_subcommands() {
            let has_option = command.get_arguments().any(|option| option.get_id() == "recursive");
            let line = CommandLine::new(words(&[command.get_name(), "a", "b"]));
            assert_eq!(line.with_recursion("b".as_ref()).is_some(), has_option, "{}", command.get_name());
        }
    }

    #[test]
    fn the_definition_is_consistent() {
        super::definition().debug_assert();
    }
}
