//! `completions`: prints the completions for a shell, from the definition of the command line.

use clap::Args;
use clap_complete::Shell;

use super::{Example, Run, Subcommand, command_line};
use crate::args::OutputArgs;
use crate::exit::Exit;
use crate::output::{Output, Stream};

/// Print the completions for a shell
#[derive(Args, Debug)]
pub(super) struct CompletionsArgs {
    /// The shell
    shell: Shell,
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
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut command_line::definition(), "vmxedit", &mut script);
        out.bytes(&script, "");
        Ok(Exit::Success)
    }
}
