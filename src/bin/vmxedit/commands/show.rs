//! `show`: VMs at a glance.

use std::path::{Path, PathBuf};

use vmxedit::show::Summary;
use vmxedit::vm::host::Host;
use vmxedit::{Error, file};

use super::document;
use crate::bulk::{self, Found, Pool};
use crate::cli::Show;
use crate::report::{Failure, Report, To};

pub(crate) fn run(args: &Show) -> Result<u8, Failure> {
    let mut report = Report::new(&args.output, To::Stdout);
    let is_whole = bulk::is_one(&args.files, &args.many) || report.json;
    let shape = if is_whole { Shape::Whole } else { Shape::Table };
    let (mut code, mut table) = (0, Vec::new());
    let mut work = |batch: Vec<Found>, pool: &Pool, report: &Report| {
        let host = Host::default();
        let batch = batch.into_iter().map(|found| (report.kept(), found)).collect();
        pool.map(batch, |(kept, found)| one(found, &host, shape, kept)).into_iter().collect()
    };
    bulk::batches(&args.files, &args.many, &mut report, &mut work, &mut |shown| match shown {
        Shown::Told(told) => code = code.max(told),
        Shown::Row(row) => table.push(*row),
    })?;
    if !table.is_empty() {
        report.vms(table)?;
    }
    report.finish(code)
}

/// How VMs are shown.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// Each by itself.
    Whole,
    /// All in one table, sorted.
    Table,
}

/// What became of one file.
enum Shown {
    /// It was told, with this exit code.
    Told(u8),
    /// A row of the table.
    Row(Box<(PathBuf, Summary)>),
}

fn one(found: Found, host: &Host, shape: Shape, mut report: Report) -> Result<(Report, Shown), Failure> {
    let shown = match found.and_then(|file| summary(&file, host)) {
        Ok(row) if shape == Shape::Table => Shown::Row(Box::new(row)),
        Ok((path, summary)) => {
            report.vm(&path, &summary)?;
            Shown::Told(0)
        }
        Err(error) => Shown::Told(report.error(None, &error)?),
    };
    Ok((report, shown))
}

fn summary(file: &Path, host: &Host) -> Result<(PathBuf, Summary), Error> {
    if file.as_os_str() == "-" {
        return Ok((file.to_owned(), Summary::of(&document(file)?)));
    }
    let path = file::resolve(file)?;
    let summary = Summary::with_neighbors(&document(&path)?, &path, host);
    Ok((path, summary))
}
