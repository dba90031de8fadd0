//! `restore`: puts a backup back, as an edit.

mod list;

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::{Args, ValueHint};
use vmxedit::document::Dialect;
use vmxedit::file::{self, Backup, VmxFile};
use vmxedit::host::Place;
use vmxedit::transaction::{Source, parse};
use vmxedit::{Document, ErrorKind};

use super::{Example, Run, Subcommand, backups};
use crate::args::EditArgs;
use crate::edit::{self, EditPlan, Remarks};
use crate::error::{ProgramError, in_file};
use crate::exit::Exit;
use crate::input::Input;
use crate::output::{Output, Stream};
use crate::words::CommandLine;

/// Restore a backup
///
/// Without BACKUP, the newest backup is restored. If the file is equal to a backup, the one before that is restored:
/// repeated calls step back one backup at a time.
#[derive(Args, Debug)]
pub(super) struct RestoreArgs {
    /// The .vmx file, a directory that contains one, or a Fusion bundle
    #[arg(value_hint = ValueHint::AnyPath)]
    file: Input,
    /// The backup: a path, the name of a file next to FILE, a suffix of FILE, or a number that --list shows
    #[arg(value_name = "BACKUP", value_hint = ValueHint::AnyPath)]
    source: Option<OsString>,
    /// List the backups, the newest first, and restore nothing
    #[arg(long, conflicts_with_all = ["source", "dry_run", "diff", "check", "backup", "no_backup", "force", "reload", "lossy_metadata",
          "break_links", "no_sync", "wait", "show_secrets", "verbose"])]
    list: bool,
    #[command(flatten)]
    edit: EditArgs,
}

impl Subcommand for RestoreArgs {
    const NAME: &'static str = "restore";
    const EXAMPLES: &'static [Example] = &[
        ("vmxedit restore vm.vmx", "Restore the newest backup, or the one before the last that was restored"),
        ("vmxedit restore vm.vmx --list", "List the backups"),
        ("vmxedit restore vm.vmx vm.vmx.bak.1 -n --diff", "Show what another backup would change"),
    ];
    const EDITS: bool = true;
}

impl Run for RestoreArgs {
    fn output(&self) -> Output {
        Output::new(&self.edit.output, Stream::for_edit(&self.file))
    }

    fn file(&self) -> Option<&Path> {
        Some(self.file.name())
    }

    fn rsh(&self) -> Option<&str> {
        self.edit.remote.rsh.as_deref()
    }

    fn run(&self, out: &mut Output) -> anyhow::Result<Exit> {
        let place = self.file.find("restore needs a file: standard input has no backups")?;
        // Before another user's link decides which backup is looked for.
        place.check_links(place.resolved_stat()).map_err(|link| ErrorKind::from(link).at(place.path()))?;
        let dialect = self.edit.dialect.of(&Input::Listed(place.clone()));
        if self.list {
            return list::print(&place, dialect, out);
        }
        let choice = self.choice(&place, dialect)?;
        let planner = |document: &Document, _: &Source<'_>| {
            let before = document.to_bytes();
            let (content, note) = match choice.for_content(&before, &place)? {
                Step::End { oldest, others } => {
                    let advice = if others == 0 { "" } else { "; --list shows the others" };
                    let oldest = oldest.display();
                    (
                        before,
                        format!(
                            "nothing to restore: the file is equal to {oldest}, the oldest backup{advice}"
                        ),
                    )
                }
                Step::To(backup, content) if content == before => {
                    (before, format!("nothing to restore: the file is equal to {}", backup.display()))
                }
                Step::To(backup, content) => {
                    parse(content.clone(), dialect).map_err(in_file(&backup))?;
                    let verb = if self.edit.preview.is_preview() { "would be restored" } else { "restored" };
                    (content, format!("{verb} from {}", backup.display()))
                }
            };
            let info = Remarks::of_notes(vec![note]);
            Ok(EditPlan { info, ..EditPlan::of_bytes(content) })
        };
        edit::run(&Input::Listed(place.clone()), &self.edit, &planner, out)
    }
}

impl RestoreArgs {
    fn choice(&self, place: &Place, dialect: Dialect) -> anyhow::Result<Choice> {
        let Some(name) = &self.source else {
            let backups = backups::numbered(place)?;
            return if backups.is_empty() {
                Err(backups::none(place, dialect))
            } else {
                Ok(Choice::Steps(backups))
            };
        };
        if let Some(option) = CommandLine::typed().option_before(name) {
            // A number may be both.
            let message = format!("'{}' follows {option}: it is its value or BACKUP", name.to_string_lossy());
            let hint = CommandLine::typed().hint_about_detached_value(name);
            return Err(ProgramError::CommandLine { message, hint }.into());
        }
        let found = backups::named(place, name)?;
        let content = match &found {
            Input::Listed(backup) => file::read_backup(backup, place)?,
            _ => VmxFile::read(found.name())?.into_bytes(),
        };
        Ok(Choice::Named(found.name().to_owned(), content))
    }
}

/// What to restore.
enum Choice {
    /// This backup.
    Named(PathBuf, Vec<u8>),
    /// The newest of these that is older than the one that the file is equal to. The newest is the first.
    Steps(Vec<Backup>),
}

/// What to restore into a file with a certain content.
enum Step {
    To(PathBuf, Vec<u8>),
    /// Nothing: the file is equal to the oldest backup.
    End {
        oldest: PathBuf,
        /// The number of the other backups.
        others: usize,
    },
}

impl Choice {
    fn for_content(&self, content: &[u8], file: &Place) -> anyhow::Result<Step> {
        let backups = match self {
            Self::Named(path, content) => return Ok(Step::To(path.clone(), content.clone())),
            Self::Steps(backups) => backups,
        };
        let mut equal = None;
        for (at, backup) in backups.iter().enumerate() {
            if list::is_equal(backup, content, file)? {
                equal = Some(at);
                break;
            }
        }
        let next = equal.map_or(0, |at| at + 1);
        match (backups.get(next), backups.last()) {
            (Some(backup), _) => {
                Ok(Step::To(backup.place.path().to_owned(), file::read_backup(&backup.place, file)?))
            }
            (None, last) => Ok(Step::End {
                oldest: last.map(|last| last.place.path().to_owned()).unwrap_or_default(),
                others: backups.len().saturating_sub(1),
            }),
        }
    }
}
