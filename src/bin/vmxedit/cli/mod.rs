//! What can be typed: clap and nothing else. Its doc comments are the help, the manual and the completions.

mod args;
mod check;
mod dialect;
mod diff;
mod edit;
mod many;
mod plain;
mod preset;
mod show;

use std::ffi::OsString;

use clap::{ArgMatches, Args, FromArgMatches};

pub(crate) use self::args::*;
pub(crate) use self::check::{Check, Format};
pub(crate) use self::diff::Diff;
pub(crate) use self::edit::Edit;
pub(crate) use self::many::Many;
pub(crate) use self::preset::*;
pub(crate) use self::show::Show;

/// What was typed.
#[derive(Debug)]
pub(crate) enum Command {
    Get(Get),
    List(List),
    Set(Set),
    Unset(Unset),
    Rename(Rename),
    Apply(Apply),
    Diff(Diff),
    Edit(Edit),
    Restore(Restore),
    Preset(Preset),
    Show(Show),
    Status(Status),
    Check(Check),
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
            ("vmxedit set webclient.properties html.console.port=9443", "in Java properties"),
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
            ("vmxedit apply -p vnc-console --param port=5901 vm.vmx", "with a parameter"),
            ("vmxedit apply --set tools.syncTime=TRUE --unset 'floppy0.*' */*.vmx", "edits on many files"),
            ("vmxedit apply -p macos-serial --check --if-applicable */*.vmx", "which files would change"),
        ]
    ),
    spec!(
        "diff",
        Diff,
        [
            ("vmxedit diff template.vmx vm.vmx", "key by key, in whatever order they stand"),
            ("vmxedit diff vm.vmx --backup", "what has changed since the newest backup"),
            ("vmxedit diff a.vmx b.vmx --ignore-volatile --semantic", "what somebody wanted to differ"),
            ("ssh esx1 cat /vmfs/volumes/ds/vm/vm.vmx | vmxedit diff vm.vmx - --unified", "line by line"),
        ]
    ),
    spec!(
        "edit",
        Edit,
        [
            ("vmxedit edit vm.vmx", "in $VISUAL or $EDITOR"),
            ("EDITOR='code --wait' vmxedit edit vm.vmx --backup", "an editor that would not wait by itself"),
            ("vmxedit edit vm.vmx -n --diff", "see what it would make of the file"),
        ]
    ),
    spec!(
        "restore",
        Restore,
        [
            ("vmxedit restore vm.vmx", "the newest backup"),
            ("vmxedit restore vm.vmx vm.vmx.bak.1 -n --diff", "look at what another one would change"),
        ]
    ),
    spec!(
        "preset",
        Preset,
        [
            ("vmxedit preset list", "what there is"),
            ("vmxedit preset list --for vm.vmx", "what suits this VM, and what it has already"),
            ("vmxedit preset show macos-serial vm.vmx", "what it is and what it would do here"),
            ("vmxedit preset revert macos-serial vm.vmx", "take it back"),
            ("vmxedit preset check ./mine.toml", "whether a preset file of yours is right"),
        ]
    ),
    spec!(
        "check",
        Check,
        [
            ("vmxedit check vm.vmx", "what is wrong, and what to do about it"),
            ("vmxedit check --deny warnings --format sarif */*.vmx > findings.sarif", "in a pipeline"),
            ("vmxedit check --fix -n vm.vmx", "what could be mended"),
            ("vmxedit check --explain VMX009", "why, and how that is known"),
        ]
    ),
    spec!(
        "show",
        Show,
        [
            ("vmxedit show vm.vmx", "one VM with its devices, disks and snapshots"),
            ("vmxedit show */*.vmx", "a table of many"),
            ("vmxedit show --json */*.vmx | jq -r 'select(.memory_mb > 4096).file'", "for programs"),
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
    (
        "1",
        "the answer is no: a key is absent, files differ, check found errors, --check would change something, a VM is not \
         off",
    ),
    ("2", "the command line is wrong"),
    ("3", "refused: the VM is not off, its file is locked, or it changed underneath"),
    (
        "4",
        "the file cannot be edited safely: not a VMX, a key that stands there twice, a character that its encoding lacks, \
         encrypted, a preset whose conditions do not hold",
    ),
    ("5", "the system failed: not found, permission, no space, I/O"),
];

/// Reads the command line. A call without options needs no definition at all; else the command's word is looked at first
/// and its definition alone is built; whatever is not plainly a call of it (help, a mistake) is left to the whole
/// definition.
///
/// # Errors
/// clap's own, which are also its help and its version.
pub(crate) fn parse(words: &[OsString]) -> Result<Command, clap::Error> {
    if let Some(command) = plain::parse(words) {
        return Ok(command);
    }
    by_definition(words)
}

fn by_definition(words: &[OsString]) -> Result<Command, clap::Error> {
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
