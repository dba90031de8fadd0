//! `restore`: puts a backup back, as an edit.

use std::path::{Path, PathBuf};

use clap::{Args, ValueHint};
use vmxedit::file::{self, VmxFile};
use vmxedit::host::Place;
use vmxedit::transaction::{Source, parse};
use vmxedit::{Document, ErrorKind};

use super::{Example, Run, Subcommand};
use crate::args::EditArgs;
use crate::edit::{self, EditPlan, Remarks};
use crate::error::{ProgramError, at_path, in_file};
use crate::exit::Exit;
use crate::input::Input;
use crate::output::{Output, Stream};

/// Restore a backup
#[derive(Args, Debug)]
pub(super) struct RestoreArgs {
    /// The .vmx file, a directory that contains one, or a Fusion bundle
    #[arg(value_hint = ValueHint::AnyPath)]
    file: Input,
    /// The backup [default: the newest of FILE.bak, FILE.bak.1, ...]
    #[arg(value_name = "BACKUP")]
    source: Option<PathBuf>,
    #[command(flatten)]
    edit: EditArgs,
}

impl Subcommand for RestoreArgs {
    const NAME: &'static str = "restore";
    const EXAMPLES: &'static [Example] = &[
        ("vmxedit restore vm.vmx", "Restore the newest backup"),
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

    fn run(&self, out: &mut Output) -> anyhow::Result<Exit> {
        let place = self.file.find("restore needs a file: standard input has no backups")?;
        // Before another user's link decides which backup is looked for.
        place.check_links(place.resolved_stat()).map_err(|link| ErrorKind::from(link).at(place.path()))?;
        let (backup, content) = if let Some(backup) = &self.source {
            (backup.clone(), VmxFile::read(backup)?.into_bytes())
        } else {
            let newest = newest_backup(&place)?;
            (newest.path().to_owned(), file::read_backup(&newest, &place)?)
        };
        parse(content.clone(), self.edit.dialect.of(&self.file)).map_err(in_file(&backup))?;
        let planner = |document: &Document, _: &Source<'_>| {
            let outcome = match self.edit.preview.is_preview() {
                _ if document.to_bytes() == content => "nothing to restore: the file is equal to",
                true => "would be restored from",
                false => "restored from",
            };
            let info = Remarks::of_notes(vec![format!("{outcome} {}", backup.display())]);
            Ok(EditPlan { info, ..EditPlan::of_bytes(content.clone()) })
        };
        edit::run(&Input::Listed(place), &self.edit, &planner, out)
    }
}

/// Returns the newest backup of a file.
pub(super) fn newest_backup(file: &Place) -> anyhow::Result<Place> {
    let newest = file::backups(file)?.pop();
    newest.ok_or_else(|| at_path(ProgramError::NoBackup { file: file.path().to_owned() }, file.path()))
}
