//! `unset`: entries go, whole lines.

use vmxedit::document::Dialect;
use vmxedit::edit::IfAbsent;
use vmxedit::{Edit, Error, Pattern};

use super::fail_edit;
use crate::change::{self, Wanted};
use crate::cli::Unset;
use crate::report::Failure;

pub(crate) fn run(args: &Unset) -> Result<u8, Failure> {
    let absent = if args.strict { IfAbsent::Fail } else { IfAbsent::Ignore };
    match edits(&args.patterns, absent, args.editing.rules.of(&args.file)) {
        Ok(edits) => change::run(&args.file, &args.editing, &|_, _| {
            Ok(Wanted { edits: edits.clone(), by_content_alone: true, ..Wanted::default() })
        }),
        Err(error) => fail_edit(&args.editing, &args.file, &error),
    }
}

pub(super) fn edits(patterns: &[String], absent: IfAbsent, dialect: Dialect) -> Result<Vec<Edit>, Error> {
    let edit = |pattern: &String| Ok(Edit::Unset { pattern: Pattern::parse_as(pattern, dialect)?, absent });
    patterns.iter().map(edit).collect()
}
