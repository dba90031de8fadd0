//! `unset`: entries go, whole lines.

use vmxedit::edit::Absent;
use vmxedit::{Edit, Error, Pattern};

use super::fail_edit;
use crate::change::{self, Wanted};
use crate::cli::Unset;
use crate::report::Failure;

pub(crate) fn run(args: &Unset) -> Result<u8, Failure> {
    match edits(&args.patterns, if args.strict { Absent::Error } else { Absent::Fine }) {
        Ok(edits) => change::run(&args.file, &args.editing, &|_, _| {
            Ok(Wanted { edits: edits.clone(), ..Wanted::default() })
        }),
        Err(error) => fail_edit(&args.editing, &args.file, &error),
    }
}

pub(super) fn edits(patterns: &[String], absent: Absent) -> Result<Vec<Edit>, Error> {
    let edit = |pattern: &String| Ok(Edit::Unset { pattern: Pattern::parse(pattern)?, absent });
    patterns.iter().map(edit).collect()
}
