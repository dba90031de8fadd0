//! What can be typed: clap and nothing else. Its doc comments are the help, the manual and the completions.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{ArgMatches, Args, FromArgMatches, Subcommand, ValueEnum};

/// What was typed.
#[derive(Debug)]
pub(crate) enum Command {
    Get(Get),
    List(List),
    Set(Set),
    Unset(Unset),
    Rename(Rename),
    Apply(Apply),
    Preset(Preset),
    Status(Status),
    Completions(Completions),
    Man(Man),
}

/// A command: its definition is built only when it is asked for.
pub(crate) struct Spec {
    pub(crate) name: &'static str,
    /// What people would type.
    pub(crate) examples: &'static [(&'static str, &'static str)],
    augment: fn(clap::Command) -> clap::Command,
    read: fn(&ArgMatches) -> Result<Command, clap::Error>,
}

macro_rules! spec {
    ($name:literal, $type:ident, $examples:expr) => {
        Spec {
            name: $name,
            examples: &$examples,
            augment: |command| <$type as Args>::augment_args(command),
            read: |matches| $type::from_arg_matches(matches).map(Command::$type),
        }
    };
}

/// Every command, in the order of the help.
pub(crate) const COMMANDS: &[Spec] = &[
    spec!(
        "get",
        Get,
        [
            ("vmxedit get vm.vmx memsize", "the memory in MB"),
            ("vmxedit get vm.vmx displayName guestOS --json", "two values for a program"),
            ("vmxedit get vm.vmx numvcpus --default 1", "with the value that VMware assumes"),
        ]
    ),
    spec!(
        "list",
        List,
        [
            ("vmxedit list vm.vmx", "every entry as it is written"),
            ("vmxedit list vm.vmx 'ethernet0.*'", "one device"),
            ("vmxedit list vm.vmx --keys '*.fileName'", "the keys that name files"),
        ]
    ),
    spec!(
        "set",
        Set,
        [
            ("vmxedit set vm.vmx memsize=4096 numvcpus=2", "both, or neither"),
            ("vmxedit set vm.vmx memsize=4096 -n --diff", "only look at what would change"),
            ("vmxedit set vm.vmx guestinfo.userdata=@user-data.b64", "a value from a file"),
            ("vmxedit set - memsize=4096 < old.vmx > new.vmx", "as a filter"),
        ]
    ),
    spec!(
        "unset",
        Unset,
        [
            ("vmxedit unset vm.vmx 'floppy0.*'", "a whole device"),
            ("vmxedit unset vm.vmx memsize", "every copy of a key that stands there twice"),
        ]
    ),
    spec!(
        "rename",
        Rename,
        [
            ("vmxedit rename vm.vmx 'ethernet1.*' 'ethernet0.*'", "a whole device"),
            ("vmxedit rename vm.vmx memSize memsize", "the spelling"),
        ]
    ),
    spec!(
        "apply",
        Apply,
        [
            ("vmxedit apply -p macos-serial vm.vmx", "a preset"),
            ("vmxedit apply --set tools.syncTime=TRUE --unset 'floppy0.*' */*.vmx", "edits on many files"),
            ("vmxedit apply -p macos-serial --check --if-applicable */*.vmx", "which files would change"),
        ]
    ),
    spec!(
        "preset",
        Preset,
        [
            ("vmxedit preset list", "what there is"),
            ("vmxedit preset show macos-serial vm.vmx", "what it is and what it would do here"),
        ]
    ),
    spec!(
        "status",
        Status,
        [
            ("vmxedit status vm.vmx", "the power state and what it rests on"),
            ("vmxedit status -q vm.vmx && cp -r vm /backup/", "in a script"),
        ]
    ),
    spec!(
        "completions",
        Completions,
        [("vmxedit completions bash > /etc/bash_completion.d/vmxedit", "for every user of this host")]
    ),
    spec!("man", Man, [("vmxedit man set | man -l -", "read a page without installing it")]),
];

/// Exit codes and what they mean, for help and manual.
pub(crate) const EXIT_STATUS: &[(&str, &str)] = &[
    ("0", "done, or there was nothing to do"),
    ("1", "the answer is no: a key is absent, --check would change something, a VM is not off"),
    ("2", "the command line is wrong"),
    ("3", "refused: the VM is not off, its file is locked, or it changed underneath"),
    (
        "4",
        "the file cannot be edited safely: not a VMX, a key that stands there twice, a character that its encoding lacks, \
         encrypted, a preset whose conditions do not hold",
    ),
    ("5", "the system failed: not found, permission, no space, I/O"),
];

/// Prints the values of keys
#[derive(Args, Debug)]
pub(crate) struct Get {
    /// The .vmx file, a directory that holds one, a Fusion bundle, or - for standard input
    pub(crate) file: PathBuf,
    /// Keys; upper and lower case are the same
    #[arg(required = true, value_name = "KEY")]
    pub(crate) keys: Vec<String>,
    /// Print this for a key that is not there, and exit with 0
    #[arg(long, value_name = "VALUE")]
    pub(crate) default: Option<String>,
    /// End each value with a NUL byte instead of a newline
    #[arg(short = '0', long)]
    pub(crate) null: bool,
    /// Print every value of a key that stands there several times
    #[arg(long)]
    pub(crate) all: bool,
    /// Print the bytes as they stand in the file: not unescaped, not decoded
    #[arg(long)]
    pub(crate) raw: bool,
    #[command(flatten)]
    pub(crate) output: Output,
}

/// Prints entries as they are written, in file order
#[derive(Args, Debug)]
pub(crate) struct List {
    /// The .vmx file, a directory that holds one, a Fusion bundle, or - for standard input
    pub(crate) file: PathBuf,
    /// Only keys that match one of these (* ? [...])
    #[arg(value_name = "PATTERN")]
    pub(crate) patterns: Vec<String>,
    /// Print the keys alone
    #[arg(long)]
    pub(crate) keys: bool,
    /// Print the bytes as they stand in the file
    #[arg(long)]
    pub(crate) raw: bool,
    #[command(flatten)]
    pub(crate) output: Output,
}

/// Sets keys to values: all of them, or none
///
/// An entry that exists keeps its place, spelling, spacing and comment. A new one goes after the last entry of its
/// family (ethernet0.*), else at the end.
#[derive(Args, Debug)]
pub(crate) struct Set {
    /// The .vmx file, a directory that holds one, a Fusion bundle, or - for standard input
    pub(crate) file: PathBuf,
    /// KEY=@PATH takes the value from a file, without its last newline; KEY=@@TEXT is the value @TEXT
    #[arg(required = true, value_name = "KEY=VALUE")]
    pub(crate) assignments: Vec<String>,
    #[command(flatten)]
    pub(crate) editing: Editing,
}

/// Removes entries, whole lines
#[derive(Args, Debug)]
pub(crate) struct Unset {
    /// The .vmx file, a directory that holds one, a Fusion bundle, or - for standard input
    pub(crate) file: PathBuf,
    /// Keys, or patterns of keys (* ? [...])
    #[arg(required = true, value_name = "PATTERN")]
    pub(crate) patterns: Vec<String>,
    /// A key that is not there is an error (exit 1)
    #[arg(long)]
    pub(crate) strict: bool,
    #[command(flatten)]
    pub(crate) editing: Editing,
}

/// Renames a key, or with .* on both a whole family
#[derive(Args, Debug)]
pub(crate) struct Rename {
    /// The .vmx file, a directory that holds one, a Fusion bundle, or - for standard input
    pub(crate) file: PathBuf,
    /// The key as it is, or FAMILY.*
    pub(crate) old: String,
    /// The key as it shall be, or FAMILY.*
    pub(crate) new: String,
    #[command(flatten)]
    pub(crate) editing: Editing,
}

/// Applies presets and edits to any number of files
///
/// On each file presets come first, then --unset, then --set: all of it, or none. One file that fails stops none of
/// the others.
#[derive(Args, Debug)]
#[group(id = "work", required = true, multiple = true, args = ["presets", "set", "unset"])]
pub(crate) struct Apply {
    /// A preset (see preset list)
    #[arg(short, long = "preset", value_name = "PRESET")]
    pub(crate) presets: Vec<String>,
    /// Set a key, as in the command set
    #[arg(long, value_name = "KEY=VALUE")]
    pub(crate) set: Vec<String>,
    /// Remove entries, as in the command unset
    #[arg(long, value_name = "PATTERN")]
    pub(crate) unset: Vec<String>,
    /// .vmx files, directories that hold one, Fusion bundles
    #[arg(required = true, value_name = "FILES")]
    pub(crate) files: Vec<PathBuf>,
    /// Apply presets although their conditions do not hold
    #[arg(long)]
    pub(crate) ignore_conditions: bool,
    /// Skip files that a preset's conditions rule out, instead of refusing them
    #[arg(long, conflicts_with = "ignore_conditions")]
    pub(crate) if_applicable: bool,
    #[command(flatten)]
    pub(crate) editing: Editing,
}

/// Shows presets: what they set, when and why
#[derive(Args, Debug)]
pub(crate) struct Preset {
    #[command(subcommand)]
    pub(crate) command: PresetCommand,
}

#[derive(Subcommand, Debug)]
pub(crate) enum PresetCommand {
    /// Lists the presets, a line each
    List {
        #[command(flatten)]
        output: Output,
    },
    /// Tells what a preset sets, when, why, and from which source
    Show {
        /// The preset
        name: String,
        /// Tell also what it would do to this file
        file: Option<PathBuf>,
        #[command(flatten)]
        output: Output,
    },
}

/// Tells whether VMs are off, and what that rests on
///
/// Exits with 0 when every VM is off, else with 1. "off" means that nothing conclusive or strong says otherwise.
#[derive(Args, Debug)]
pub(crate) struct Status {
    /// .vmx files, directories that hold one, Fusion bundles
    #[arg(required = true, value_name = "FILES")]
    pub(crate) files: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) output: Output,
}

/// Prints the completions for a shell
#[derive(Args, Debug)]
pub(crate) struct Completions {
    /// The shell
    pub(crate) shell: clap_complete::Shell,
}

/// Prints a manual page
#[derive(Args, Debug)]
pub(crate) struct Man {
    /// The command's page (preset-list for `preset list`) instead of the program's
    pub(crate) command: Option<String>,
}

/// What editing commands share.
#[derive(Args, Debug)]
pub(crate) struct Editing {
    /// Change nothing; say what would change
    #[arg(short = 'n', long)]
    pub(crate) dry_run: bool,
    /// Also print a unified diff
    #[arg(long)]
    pub(crate) diff: bool,
    /// Change nothing; exit with 1 if anything would change
    #[arg(long)]
    pub(crate) check: bool,
    /// Keep the old file beside the new one; an existing backup is never overwritten [default suffix: .bak]
    #[arg(long, value_name = "SUFFIX", num_args = 0..=1, require_equals = true, default_missing_value = ".bak")]
    pub(crate) backup: Option<String>,
    /// Edit although the VM is not known to be off
    #[arg(long)]
    pub(crate) force: bool,
    /// Show passwords and keys in what is printed
    #[arg(long)]
    pub(crate) show_secrets: bool,
    #[command(flatten)]
    pub(crate) output: Output,
}

/// What all commands share.
#[derive(Args, Clone, Debug)]
pub(crate) struct Output {
    /// Print results and errors only
    #[arg(short, long)]
    pub(crate) quiet: bool,
    /// Say more on standard error
    #[arg(short, long, conflicts_with = "quiet")]
    pub(crate) verbose: bool,
    /// Colours; auto: on a terminal, unless `NO_COLOR` is set
    #[arg(long, value_name = "WHEN", value_enum, default_value_t = When::Auto)]
    pub(crate) color: When,
    /// Print JSON for programs
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum When {
    Auto,
    Always,
    Never,
}

/// Reads the command line. The command's word is looked at first and its definition alone is built; whatever is not
/// plainly a call of it (help, a mistake) is left to the whole definition.
///
/// # Errors
/// clap's own, which are also its help and its version.
pub(crate) fn parse(words: &[OsString]) -> Result<Command, clap::Error> {
    let word = words.get(1).and_then(|word| word.to_str());
    if let Some(spec) = word.and_then(|word| COMMANDS.iter().find(|spec| spec.name == word)) {
        let definition = (spec.augment)(clap::Command::new(spec.name));
        if let Ok(command) =
            definition.try_get_matches_from(&words[1..]).and_then(|matches| (spec.read)(&matches))
        {
            return Ok(command);
        }
    }
    let mut whole = definition();
    let matches = whole.try_get_matches_from_mut(words)?;
    let (name, matches) = matches.subcommand().expect("a command is required");
    let spec = COMMANDS.iter().find(|spec| spec.name == name).expect("it was defined from this table");
    (spec.read)(matches).map_err(|error| error.format(&mut whole))
}

/// The whole command line.
pub(crate) fn definition() -> clap::Command {
    clap::Command::new("vmxedit")
        .version(env!("CARGO_PKG_VERSION"))
        .about("Edits VMware .vmx files without losing a byte, a lock or a virtual machine")
        .after_help(format!("Exit status:\n{}", table(EXIT_STATUS)))
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommands(COMMANDS.iter().map(|spec| {
            (spec.augment)(clap::Command::new(spec.name))
                .after_help(format!("Examples:\n{}", lines(spec.examples)))
        }))
}

fn table(rows: &[(&str, &str)]) -> String {
    rows.iter().flat_map(|(code, meaning)| ["  ", *code, "  ", *meaning, "\n"]).collect()
}

fn lines(examples: &[(&str, &str)]) -> String {
    examples.iter().flat_map(|(typed, meaning)| ["  ", *typed, "\n      ", *meaning, "\n"]).collect()
}
