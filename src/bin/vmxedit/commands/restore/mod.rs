//! `restore`: puts a backup back, as an edit.

mod list;
mod steps;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use clap::{Args, ValueHint};
use vmxedit::Document;
use vmxedit::document::Dialect;
use vmxedit::file::Backup;
use vmxedit::transaction::{Source, parse};

use self::steps::Step;
use super::backups::{self, Named, Original};
use super::{Example, Run, Subcommand};
use crate::args::EditArgs;
use crate::edit::{self, EditPlan, Remarks};
use crate::error::{ProgramError, in_file};
use crate::exit::Exit;
use crate::input::{self, Input};
use crate::output::{Output, Stream};
use crate::words::CommandLine;

/// Restore a backup
///
/// Without BACKUP, the newest backup is restored, or the one before the backup that was restored last: repeated calls step
/// back one backup at a time. The file gets the time of the backup.
#[derive(Args, Debug)]
pub(super) struct RestoreArgs {
    /// The .vmx file, a directory that contains one, or a Fusion bundle. On
    /// another host: [USER@]HOST:/PATH or ssh://[USER@]HOST[:PORT]/PATH
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

    fn keeps_backup_if_configured(&self) -> bool {
        !self.list && self.edit.keeps_backup_if_configured()
    }

    fn run(&self, out: &mut Output) -> anyhow::Result<Exit> {
        let file = Original::find(&self.file, "restore needs a file: standard input has no backups")?;
        file.check_links()?;
        let dialect = self.edit.dialect.of(&file.input());
        if self.list {
            return list::print(&file, dialect, out);
        }
        let choice = self.choice(&file, dialect)?;
        let planner = |document: &Document, source: &Source<'_>| {
            let file = file.of_source(source);
            let before = document.to_bytes();
            let (restored, note) = self.restored(&choice, &before, &file, dialect)?;
            let mut notes = vec![note];
            let Some(Restored { content, modified, .. }) = restored else {
                return Ok(EditPlan { info: Remarks::of_notes(notes), ..EditPlan::of_bytes(before) });
            };
            let existing_backup = self.existing_backup(&before, &file)?;
            notes.extend(existing_backup.as_ref().map(|backup| {
                format!("no new backup: {} has the content of the old file", backup.display())
            }));
            let info = Remarks::of_notes(notes);
            Ok(EditPlan { info, existing_backup, modified, ..EditPlan::of_bytes(content) })
        };
        edit::run(&file.input(), &self.edit, &planner, out)
    }
}

impl RestoreArgs {
    /// Returns what to restore, and a note on it; nothing if the file has the content already.
    fn restored(
        &self,
        choice: &Choice,
        before: &[u8],
        file: &Original,
        dialect: Dialect,
    ) -> anyhow::Result<(Option<Restored>, String)> {
        let restored = match choice {
            Choice::Named(restored) => restored.clone(),
            Choice::Steps(backups) => match steps::next(backups, before, &file.stat()?, file)? {
                Step::To(backup, content) => Restored {
                    path: backup.path.clone(),
                    content,
                    modified: Some(backup.stat.modified_time()),
                },
                Step::End { oldest, others } => {
                    let advice = if others == 0 { "" } else { "; --list shows the others" };
                    let oldest = oldest.display();
                    let note = format!(
                        "nothing to restore: the file is equal to {oldest}, the oldest backup{advice}"
                    );
                    return Ok((None, note));
                }
            },
        };
        let path = restored.path.display();
        if restored.content == before {
            return Ok((None, format!("nothing to restore: the file is equal to {path}")));
        }
        parse(restored.content.clone(), dialect).map_err(in_file(&restored.path))?;
        let verb = if self.edit.preview.is_preview() { "would be restored" } else { "restored" };
        let note = format!("{verb} from {path}");
        Ok((Some(restored), note))
    }

    /// Returns the backup that has this content already, if the edit is to keep it. Another one would be the newest: the
    /// next calls would step through the same backups again.
    fn existing_backup(&self, content: &[u8], file: &Original) -> anyhow::Result<Option<PathBuf>> {
        let Some(suffix) = self.edit.save.backup_suffix() else { return Ok(None) };
        // What cannot be read is not known to be equal.
        let is_equal = |backup: &Backup| steps::is_equal(backup, content, file).unwrap_or(false);
        Ok(file.backups(suffix.as_ref())?.into_iter().find(is_equal).map(|backup| backup.path))
    }

    fn choice(&self, file: &Original, dialect: Dialect) -> anyhow::Result<Choice> {
        let Some(name) = &self.source else {
            let backups = backups::numbered(file)?;
            return if backups.is_empty() {
                Err(backups::none(file, dialect))
            } else {
                Ok(Choice::Steps(backups))
            };
        };
        if let Some(option) = CommandLine::typed().option_before(name) {
            // A number may be both.
            let name_text = name.to_string_lossy();
            let message = format!("it is unclear whether '{name_text}' is the value of {option} or BACKUP");
            let hint = CommandLine::typed().hint_about_detached_value(name);
            return Err(ProgramError::CommandLine { message, hint }.into());
        }
        let (path, content, modified) = match backups::named(file, name)? {
            Named::Neighbor(name) => (file.path_of(&name), file.read_backup(&name)?, file.time_of(&name)),
            Named::Other(input) => {
                let (path, content) = input::read_bytes(&input)?;
                (path, content, None)
            }
        };
        Ok(Choice::Named(Restored { path, content, modified }))
    }
}

/// What to restore.
enum Choice {
    /// This backup.
    Named(Restored),
    /// The one before the backup that was restored last, or else the newest. The newest is the first.
    Steps(Vec<Backup>),
}

/// A backup to restore.
#[derive(Clone)]
struct Restored {
    path: PathBuf,
    content: Vec<u8>,
    /// Its time, which the file gets: so the next step knows where to go on.
    modified: Option<SystemTime>,
}

#[cfg(test)]
mod tests {
    use clap::Args;

    use super::RestoreArgs;

    /// Options that concern the list as well.
    const OF_LIST: [&str; 7] = ["file", "list", "dialect", "json", "quiet", "color", "rsh"];

    #[test]
    fn list_conflicts_with_every_option_that_has_no_effect_on_it() {
        let definition = RestoreArgs::augment_args(clap::Command::new("restore"));
        let list =
            definition.get_arguments().find(|option| option.get_id() == "list").expect("the option exists");
        let conflicts = definition.get_arg_conflicts_with(list);
        for option in definition.get_arguments() {
            let conflicts = conflicts.iter().any(|other| other.get_id() == option.get_id());
            let expected = !OF_LIST.contains(&option.get_id().as_str());
            assert_eq!(conflicts, expected, "{}", option.get_id());
        }
    }
}
