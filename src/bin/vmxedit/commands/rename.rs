//! `rename`: a key, or a family of keys, gets another name.

use vmxedit::document::Dialect;
use vmxedit::{Cause, Edit, Error, Key};

use super::fail_edit;
use crate::change::{self, Wanted};
use crate::cli::Rename;
use crate::report::Failure;

pub(crate) fn run(args: &Rename) -> Result<u8, Failure> {
    match edit(&args.old, &args.new, args.editing.rules.of(&args.file)) {
        Ok(edit) => change::run(&args.file, &args.editing, &|_, _| {
            Ok(Wanted { edits: vec![edit.clone()], by_content_alone: true, ..Wanted::default() })
        }),
        Err(error) => fail_edit(&args.editing, &args.file, &error),
    }
}

fn edit(old: &str, new: &str, dialect: Dialect) -> Result<Edit, Error> {
    let key = |text: &str| Key::parse_as(text, dialect);
    match (old.strip_suffix(".*"), new.strip_suffix(".*")) {
        (Some(from), Some(to)) => Ok(Edit::RenamePrefix { from: key(from)?, to: key(to)? }),
        (None, None) => Ok(Edit::Rename { from: key(old)?, to: key(new)? }),
        _ => Err(Cause::Usage(format!("'{old}' and '{new}': both end in .*, or neither does")).into()),
    }
}
