//! `restore`: a backup is put back, an edit like any other.

use std::path::{Path, PathBuf};

use vmxedit::file::{self, VmxFile};
use vmxedit::{Cause, Error};

use super::fail_edit;
use crate::change::{self, Wanted};
use crate::cli::Restore;
use crate::report::Failure;

pub(crate) fn run(args: &Restore) -> Result<u8, Failure> {
    match content(&args.file, args.from.as_deref()) {
        Ok((backup, content)) => change::run(&args.file, &args.editing, &|_, _| {
            let notes = vec![format!("restored from {}", backup.display())];
            Ok(Wanted { instead: Some(content.clone()), notes, ..Wanted::default() })
        }),
        Err(error) => fail_edit(&args.editing, &args.file, &error),
    }
}

/// The backup that is meant, and what is in it.
fn content(file: &Path, backup: Option<&Path>) -> Result<(PathBuf, Vec<u8>), Error> {
    let backup = match backup {
        Some(backup) => backup.to_owned(),
        None => file::backups(&file::resolve(file)?)?.pop().ok_or_else(|| Cause::NoBackup.at(file))?,
    };
    let content = VmxFile::read(&backup)?.into_bytes();
    change::parse(content.clone()).map_err(|cause| cause.at(&backup))?;
    Ok((backup, content))
}
