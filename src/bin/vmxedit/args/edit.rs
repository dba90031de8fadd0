//! Options of the commands that edit files.

use std::time::Duration;

use clap::Args;
use vmxedit::transaction::Wait;

use super::{DialectArg, OutputArgs, RemoteArgs, SecretsArg};
use crate::config::{self, Backup};

/// What every editing command takes. Commands reach an option through its group: `edit.preview.dry_run`,
/// `edit.save.force`, `edit.wait.wait()`, `edit.dialect.of(file)`, `edit.secrets`, `edit.output.json`.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct EditArgs {
    #[command(flatten, next_help_heading = "Editing options")]
    pub(crate) preview: PreviewArgs,
    #[command(flatten, next_help_heading = "Editing options")]
    pub(crate) save: SaveArgs,
    #[command(flatten, next_help_heading = "Editing options")]
    pub(crate) wait: WaitArgs,
    #[command(flatten)]
    pub(crate) secrets: SecretsArg,
    #[command(flatten)]
    pub(crate) dialect: DialectArg,
    /// Also report that there is nothing to change
    #[arg(short, long, conflicts_with = "quiet", help_heading = "Common options")]
    pub(crate) verbose: bool,
    #[command(flatten)]
    pub(crate) remote: RemoteArgs,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

impl EditArgs {
    /// Returns whether files are changed and the old ones are kept only if the configuration file says so.
    pub(crate) fn keeps_backup_if_configured(&self) -> bool {
        let SaveArgs { backup, no_backup, .. } = &self.save;
        !self.preview.is_preview() && backup.is_none() && !no_backup
    }
}

/// Whether an edit is made or only shown.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct PreviewArgs {
    /// Report what would change, and change nothing
    #[arg(short = 'n', long)]
    pub(crate) dry_run: bool,
    /// Print a unified diff of the change
    #[arg(long)]
    pub(crate) diff: bool,
    /// Report what would change, change nothing, and exit with 1 if anything would change
    #[arg(long)]
    pub(crate) check: bool,
}

impl PreviewArgs {
    /// Returns whether nothing is to be written.
    pub(crate) fn is_preview(&self) -> bool {
        self.dry_run || self.check
    }
}

/// How an edited file is saved.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct SaveArgs {
    /// Keep the old file as FILE.bak, or with SUFFIX instead of .bak; an existing backup is never overwritten
    #[arg(long, value_name = "SUFFIX", num_args = 0..=1, require_equals = true, value_parser = config::suffix)]
    #[allow(clippy::option_option, reason = "clap's type for an option with an optional value")]
    backup: Option<Option<String>>,
    /// Do not keep the old file, whatever the configuration file says
    #[arg(long, conflicts_with = "backup")]
    no_backup: bool,
    /// Edit even if the VM is not known to be off; locks of other processes are left in place
    #[arg(long)]
    pub(crate) force: bool,
    /// On ESXi: make the host read the file again
    #[arg(long)]
    pub(crate) reload: bool,
    /// Proceed even if the owner, the access control list or extended attributes cannot be kept
    #[arg(long)]
    pub(crate) lossy_metadata: bool,
    /// Proceed even if the file has other hard links: they keep the old content
    #[arg(long)]
    pub(crate) break_links: bool,
    /// Do not sync the file to disk; a power failure may destroy it. For scratch files
    #[arg(long)]
    pub(crate) no_sync: bool,
}

impl SaveArgs {
    /// Returns the options of a save that `--no-sync` alone changes.
    pub(crate) fn with_no_sync(no_sync: bool) -> Self {
        Self { no_sync, ..Self::default() }
    }

    /// Returns the suffix of the backup, if one is requested, here or in the configuration file.
    pub(crate) fn backup_suffix(&self) -> Option<&str> {
        let config = config::current();
        match (&self.backup, &config.backup) {
            (Some(suffix), _) => Some(suffix.as_deref().unwrap_or(config.suffix())),
            (None, Some(Backup::Yes(suffix))) if !self.no_backup => Some(suffix),
            (None, _) => None,
        }
    }

    /// Returns whether no option is given.
    pub(crate) fn is_default(&self) -> bool {
        let Self { backup, no_backup, force, reload, lossy_metadata, break_links, no_sync } = self;
        backup.is_none()
            && ![no_backup, force, reload, lossy_metadata, break_links, no_sync]
                .into_iter()
                .any(|given| *given)
    }
}

/// Whether to wait for a VM that is not off.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct WaitArgs {
    /// Wait until the VM is off and its lock is free, at most SECONDS; without a number, indefinitely. By default, an edit
    /// waits only for other edits by vmxedit, up to 30 seconds
    #[arg(long, value_name = "SECONDS", num_args = 0..=1, require_equals = true, value_parser = seconds)]
    #[allow(clippy::option_option, reason = "clap's type for an option with an optional value")]
    wait: Option<Option<Duration>>,
}

impl WaitArgs {
    /// Returns whether the option is given.
    pub(crate) fn is_given(&self) -> bool {
        self.wait.is_some()
    }

    /// Returns how long to wait: as the option says, else the configuration file.
    pub(crate) fn wait(&self) -> Wait {
        match self.wait {
            None => config::current().wait.unwrap_or(Wait::No),
            Some(None) => Wait::Indefinitely,
            Some(Some(limit)) => Wait::UpTo(limit),
        }
    }
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: u64 = text.parse().map_err(|_| "it must be a whole number of seconds".to_owned())?;
    Ok(Duration::from_secs(seconds))
}
