//! `restore`: a backup is put back, an edit like any other.

use std::path::PathBuf;

use vmxedit::file::{self, VmxFile};
use vmxedit::{Cause, Error};

use super::fail_edit;
use crate::change::{self, Wanted};
use crate::cli::Restore;
use crate::report::Failure;

pub(crate) fn run(args: &Restore) -> Result<u8, Failure> {
    match content(args) {
        Ok((backup, content)) => change::run(&args.file, &args.editing, &|_, _| {
            let notes = vec![format!("restored from {}", backup.display())];
            Ok(Wanted { instead: Some(content.clone()), notes, by_content_alone: true, ..Wanted::default() })
        }),
        Err(error) => fail_edit(&args.editing, &args.file, &error),
    }
}

/// The backup that is meant, and what is in it.
fn content(args: &Restore) -> Result<(PathBuf, Vec<u8>), Error> {
    let file = &args.file;
    let backup = if let Some(backup) = &args.from {
        backup.clone()
    } else {
        let target = file::locate_vmx(file).map_err(|error| error.at(file))?;
        let mut backups = file::backups(&target).map_err(|error| error.at(&target))?;
        backups.pop().ok_or_else(|| Cause::NoBackup.at(file))?
    };
    let content = VmxFile::read(&backup).map_err(|error| error.at(&backup))?.into_bytes();
    change::parse(content.clone(), args.editing.rules.of(file)).map_err(|cause| cause.at(&backup))?;
    Ok((backup, content))
}
