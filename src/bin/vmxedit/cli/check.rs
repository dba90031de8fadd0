//! The words that `check` takes.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{Editing, Many};

/// Finds what is wrong: malformed lines, duplicates, misspelt and misused keys, conflicts, limits
///
/// Each finding has the code of its rule, a severity, its line and column, and what to do about it. An error: VMware
/// refuses something or loses it. A warning: it does not do what it looks like, or some products refuse it. A note: worth
/// knowing. Exits with 1 when there is an error. A comment on a line of its own, # vmxedit: allow VMX012, silences a rule
/// for the whole file; several codes are divided by commas.
#[derive(Args, Debug)]
#[allow(clippy::doc_markdown, reason = "help, not documentation")]
pub(crate) struct Check {
    /// .vmx files, directories that hold one, Fusion bundles, or - for standard input
    #[arg(required_unless_present_any = ["explain", "rules"], value_name = "FILES")]
    pub(crate) files: Vec<PathBuf>,
    /// How findings are printed; --json means json
    #[arg(long, value_enum, conflicts_with = "json")]
    pub(crate) format: Option<Format>,
    /// Count a rule's findings as errors: a code, a name, or "warnings" for all warnings
    #[arg(long, value_name = "WHAT")]
    pub(crate) deny: Vec<String>,
    /// Leave a rule out: a code or a name
    #[arg(long, value_name = "CODE")]
    pub(crate) allow: Vec<String>,
    /// Mend what can be mended without loss, and show the diff: copies of an entry that say the same, stray byte order
    /// marks, values without quotes. The options of an edit (-n, --backup, --wait, ...) go with it
    #[arg(long)]
    pub(crate) fix: bool,
    /// Tell what a rule is about and where that is known from
    #[arg(long, value_name = "CODE", conflicts_with_all = ["files", "fix", "rules"])]
    pub(crate) explain: Option<String>,
    /// List the rules
    #[arg(long, conflicts_with_all = ["files", "fix"])]
    pub(crate) rules: bool,
    #[command(flatten)]
    pub(crate) many: Many,
    #[command(flatten)]
    pub(crate) editing: Editing,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people
    Human,
    /// One object a file
    Json,
    /// SARIF 2.1.0, for code scanning and editors
    Sarif,
}
