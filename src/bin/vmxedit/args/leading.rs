//! The options that may also precede the command, for the help.

use clap::Args;

use super::{DialectArg, OutputArgs, SecretsArg};

/// Options of most commands. Those in front of the command are moved behind it before the line is parsed.
#[derive(Args, Debug)]
pub(crate) struct LeadingArgs {
    #[command(flatten)]
    output: OutputArgs,
    /// Report more, in the commands that have this option
    #[arg(short, long, help_heading = "Common options")]
    verbose: bool,
    #[command(flatten)]
    secrets: SecretsArg,
    #[command(flatten)]
    dialect: DialectArg,
}
