//! Frequent calls, such as `get vm.vmx memsize` or `set -q vm.vmx memsize=4096`, read without building a definition: hooks
//! run thousands of them. What it reads, clap would read alike; a test compares the two.

use std::ffi::OsString;
use std::path::PathBuf;

use super::dialect::Rules;
use super::{Command, Editing, Get, List, Output, Set, Unset};

/// The command that the words are, if they are one of the frequent ones and its options are among the frequent ones.
pub(super) fn parse(words: &[OsString]) -> Option<Command> {
    let [_, command, rest @ ..] = words else { return None };
    let (mut plain, mut output, mut no_sync) = (Vec::new(), Output::default(), false);
    for word in rest {
        let flag = match word.to_str()? {
            "-q" | "--quiet" => &mut output.quiet,
            "--json" => &mut output.json,
            "--no-sync" => &mut no_sync,
            word => {
                plain.push(self::plain(word)?);
                continue;
            }
        };
        // Said twice, it is a mistake.
        if std::mem::replace(flag, true) {
            return None;
        }
    }
    let mut plain = plain.into_iter();
    let file = PathBuf::from(plain.next()?);
    let rest: Vec<String> = plain.collect();
    let some = !rest.is_empty();
    let rules = Rules::default;
    match command.to_str()? {
        "get" if some && !no_sync => Some(Command::Get(Get {
            file,
            keys: rest,
            default: None,
            null: false,
            all: false,
            raw: false,
            rules: rules(),
            output,
        })),
        "list" if !no_sync => Some(Command::List(List {
            file,
            patterns: rest,
            keys: false,
            raw: false,
            rules: rules(),
            output,
        })),
        "set" if some => {
            let editing = Editing { no_sync, output, ..Editing::default() };
            Some(Command::Set(Set { file, assignments: rest, editing }))
        }
        "unset" if some => {
            let editing = Editing { no_sync, output, ..Editing::default() };
            Some(Command::Unset(Unset { file, patterns: rest, strict: false, editing }))
        }
        _ => None,
    }
}

/// A word that is no option and not empty.
fn plain(word: &str) -> Option<String> {
    let is_plain = !word.is_empty() && (!word.starts_with('-') || word == "-");
    is_plain.then(|| word.to_owned())
}

#[cfg(test)]
mod tests {
    use super::parse;
    use crate::cli;

    #[test]
    fn plain_calls_are_read_as_clap_reads_them() {
        for line in [
            "get vm.vmx memsize",
            "get vm.vmx a b c",
            "get - memsize",
            "get vm.vmx",
            "get",
            "list vm.vmx",
            "list vm.vmx ethernet*",
            "set vm.vmx a=1 b=2",
            "set - a=1",
            "set vm.vmx",
            "unset vm.vmx a",
            "unset vm.vmx",
            "get vm.vmx -q a",
            "get --json vm.vmx a --quiet",
            "get vm.vmx a -q -q",
            "get vm.vmx a --no-sync",
            "get -q vm.vmx",
            "list --json -q vm.vmx",
            "set -q --no-sync vm.vmx a=1",
            "set vm.vmx a=1 --no-sync --no-sync",
            "set vm.vmx a=-q",
            "unset --json vm.vmx a -q",
            "set -q",
            "get vm.vmx -- a",
            "set vm.vmx a=1 --diff",
            "apply vm.vmx",
        ] {
            let words: Vec<_> =
                std::iter::once("vmxedit").chain(line.split(' ')).map(std::ffi::OsString::from).collect();
            if let Some(read) = parse(&words) {
                let by_clap = cli::by_definition(&words).expect("clap takes it too");
                assert_eq!(format!("{read:?}"), format!("{by_clap:?}"), "{line}");
            }
        }
        let is_plain = |line: &str| {
            let words: Vec<_> = line.split(' ').map(std::ffi::OsString::from).collect();
            parse(&words).is_some()
        };
        assert!(is_plain("vmxedit get vm.vmx memsize") && is_plain("vmxedit set vm.vmx a=1"));
        assert!(is_plain("vmxedit set -q --no-sync vm.vmx a=1") && !is_plain("vmxedit get -q -q vm.vmx a"));
        assert!(!is_plain("vmxedit get vm.vmx --all a") && !is_plain("vmxedit get -h x"));
    }
}
