//! `completions`: prints the script that completes words in a shell.

use clap::{Args, ValueEnum};

use super::{Example, Run, Subcommand};
use crate::args::OutputArgs;
use crate::exit::Exit;
use crate::output::{Output, Stream};

/// Print the completions for a shell
#[derive(Args, Debug)]
pub(super) struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Shell {
    Bash,
    Elvish,
    Fish,
    Nushell,
    Powershell,
    Zsh,
}

impl Shell {
    /// Returns the script, which asks the hidden command `complete` for candidates.
    fn script(self) -> &'static str {
        match self {
            Self::Bash => include_str!("../../../../completions/vmxedit.bash"),
            Self::Elvish => include_str!("../../../../completions/vmxedit.elv"),
            Self::Fish => include_str!("../../../../completions/vmxedit.fish"),
            Self::Nushell => include_str!("../../../../completions/vmxedit.nu"),
            Self::Powershell => include_str!("../../../../completions/_vmxedit.ps1"),
            Self::Zsh => include_str!("../../../../completions/_vmxedit"),
        }
    }
}

impl Subcommand for CompletionsArgs {
    const NAME: &'static str = "completions";
    const EXAMPLES: &'static [Example] = &[(
        "vmxedit completions bash > /etc/bash_completion.d/vmxedit",
        "Install the completions for every user of this host",
    )];
}

impl Run for CompletionsArgs {
    fn output(&self) -> Output {
        Output::new(&OutputArgs::default(), Stream::Stdout)
    }

    fn run(&self, out: &mut Output) -> anyhow::Result<Exit> {
        out.bytes(self.shell.script().as_bytes(), "");
        Ok(Exit::Success)
    }
}
