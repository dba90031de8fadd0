//! Calls without options, such as `get vm.vmx memsize`, read without building a definition: hooks run thousands of them.
//! What it reads, clap would read alike; a test compares the two.

use std::ffi::OsString;
use std::path::PathBuf;

use super::dialect::Rules;
use super::{Command, Editing, Get, List, Output, Set, Unset};

/// The command that the words are, if they are one of the frequent ones and none of them is an option.
pub(super) fn parse(words: &[OsString]) -> Option<Command> {
    let [_, command, file, rest @ ..] = words else { return None };
    let rest: Vec<String> = rest.iter().map(plain).collect::<Option<_>>()?;
    let file = PathBuf::from(plain(file)?);
    let (some, output, editing) = (!rest.is_empty(), Output::default(), Editing::default);
    match command.to_str()? {
        "get" if some => Some(Command::Get(Get {
            file,
            keys: rest,
            default: None,
            null: false,
            all: false,
            raw: false,
            rules: Rules::default(),
            output,
        })),
        "list" => {
            let rules = Rules::default();
            Some(Command::List(List { file, patterns: rest, keys: false, raw: false, rules, output }))
        }
        "set" if some => Some(Command::Set(Set { file, assignments: rest, editing: editing() })),
        "unset" if some => {
            Some(Command::Unset(Unset { file, patterns: rest, strict: false, editing: editing() }))
        }
        _ => None,
    }
}

/// A word that is no option and not empty.
fn plain(word: &OsString) -> Option<String> {
    word.to_str()
        .filter(|word| !word.is_empty() && (!word.starts_with('-') || *word == "-"))
        .map(str::to_owned)
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
        assert!(!is_plain("vmxedit get vm.vmx --all a") && !is_plain("vmxedit get -h x"));
    }
}
