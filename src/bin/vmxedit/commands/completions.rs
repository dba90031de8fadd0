//! `completions`: the command line's definition, for a shell.

use clap_complete::Shell;

use crate::cli;
use crate::report::Failure;

pub(crate) fn run(shell: Shell) -> Result<u8, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut cli::definition(), "vmxedit", &mut script);
    crate::report::print(&script)
}
