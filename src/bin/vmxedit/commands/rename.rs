//! `rename`: a key, or a family of keys, gets another name.

use vmxedit::{Cause, Edit, Error, Key};

use super::fail_edit;
use crate::change::{self, Wanted};
use crate::cli::Rename;
use crate::report::Failure;

pub(crate) fn run(args: &Rename) -> Result<u8, Failure> {
    match edit(&args.old, &args.new) {
        Ok(edit) => change::run(&args.file, &args.editing, &|_, _| {
            Ok(Wanted { edits: vec![edit.clone()], ..Wanted::default() })
        }),
        Err(error) => fail_edit(&args.editing, &args.file, &error),
    }
}

fn edit(old: &str, new: &str) -> Result<Edit, Error> {
    match (old.strip_suffix(".*"), new.strip_suffix(".*")) {
        (Some(from), Some(to)) => Ok(Edit::RenameFamily { from: Key::parse(from)?, to: Key::parse(to)? }),
        (None, None) => Ok(Edit::Rename { from: Key::parse(old)?, to: Key::parse(new)? }),
        _ => Err(Cause::Usage(format!("'{old}' and '{new}': both end in .*, or neither does")).into()),
    }
}
