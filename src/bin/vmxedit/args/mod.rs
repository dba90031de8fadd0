//! Options that several commands share, in small groups. Their doc comments are the help, the man pages and the
//! completions.

mod batch;
mod dialect;
mod edit;
pub(crate) mod fast_path;
mod leading;

use clap::Args;

pub(crate) use self::batch::BatchArgs;
pub(crate) use self::dialect::{DialectArg, dialect_named};
pub(crate) use self::edit::{EditArgs, PreviewArgs, SaveArgs, WaitArgs};
pub(crate) use self::leading::LeadingArgs;
use crate::config::When;

/// How results are printed, for all commands.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Common options")]
pub(crate) struct OutputArgs {
    /// Print only results and errors: no warnings, notes, progress or summaries
    #[arg(short, long)]
    pub(crate) quiet: bool,
    /// Color the output; auto: on a terminal, unless the environment variable NO_COLOR is set [default: auto]
    #[arg(long, value_name = "WHEN", value_enum)]
    #[allow(clippy::doc_markdown, reason = "help, not documentation")]
    pub(crate) color: Option<When>,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// How other hosts are reached.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Common options")]
pub(crate) struct RemoteArgs {
    /// Connect to other hosts with COMMAND instead of ssh; it gets [-p PORT] [USER@]HOST SCRIPT
    #[arg(long, value_name = "COMMAND")]
    pub(crate) rsh: Option<String>,
}

/// Whether secrets are printed.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Common options")]
pub(crate) struct SecretsArg {
    /// Show passwords and keys instead of masking them
    #[arg(long)]
    pub(crate) show_secrets: bool,
}
