//! `show`: VMs at a glance.

use std::path::{Path, PathBuf};

use vmxedit::show::Summary;
use vmxedit::{Error, file};

use super::document;
use crate::cli::Show;
use crate::report::{Failure, Report, To};

pub(crate) fn run(args: &Show) -> Result<u8, Failure> {
    let mut report = Report::new(&args.output, To::Stdout);
    let one = args.files.len() == 1;
    let mut code = 0;
    let mut table = Vec::new();
    for file in &args.files {
        match summary(file) {
            Ok((path, summary)) if one || report.json => report.vm(&path, &summary)?,
            Ok(found) => table.push(found),
            Err(error) => code = code.max(report.error(Some(file), &error)?),
        }
    }
    if !table.is_empty() {
        report.vms(table)?;
    }
    report.finish(code)
}

fn summary(file: &Path) -> Result<(PathBuf, Summary), Error> {
    if file.as_os_str() == "-" {
        return Ok((file.to_owned(), Summary::of(&document(file)?)));
    }
    let path = file::resolve(file)?;
    let summary = Summary::with_neighbours(&document(&path)?, &path);
    Ok((path, summary))
}
