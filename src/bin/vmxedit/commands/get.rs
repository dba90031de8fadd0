//! `get`: values of keys.

use std::io::Read;
use std::path::Path;

use serde_json::{Map, Value};
use vmxedit::document::{Dialect, Encryption, Scan};
use vmxedit::file::{self, Opened};
use vmxedit::{Cause, Entry, Error, Key};

use super::{fail, is_pipe};
use crate::change;
use crate::cli::Get;
use crate::report::{Failure, Report, To};

pub(crate) fn run(args: &Get) -> Result<u8, Failure> {
    let dialect = args.rules.of(&args.file);
    let found = keys(args, dialect).and_then(|keys| Ok((scanned(&args.file, dialect, &keys)?, keys)));
    match found {
        Ok((scan, keys)) => print(args, &scan, &keys),
        Err(error) => fail(&args.output, Some(&args.file), &error),
    }
}

fn keys(args: &Get, dialect: Dialect) -> Result<Vec<Key>, Error> {
    Ok(args.keys.iter().map(|key| Key::parse_as(key, dialect)).collect::<Result<_, _>>()?)
}

/// What the keys need of the file, or of standard input.
fn scanned(file: &Path, dialect: Dialect, keys: &[Key]) -> Result<Scan, Error> {
    let scan = |reader: &mut dyn Read, expected, path: &Path| {
        Scan::read(reader, expected, dialect, keys).map_err(|error| Cause::from(error).at(path))
    };
    if file.as_os_str() == "-" {
        let bytes = change::read_stdin()?;
        return scan(&mut &bytes[..], bytes.len(), file);
    }
    match Opened::find(file) {
        Ok(Opened { path, file: opened, meta }) => {
            let expected = usize::try_from(meta.len()).unwrap_or(file::AT_MOST);
            scan(&mut opened.take(file::AT_MOST as u64), expected, &path)
        }
        Err(_) if is_pipe(file) => {
            let bytes = change::read_file(file).map_err(|error| Cause::io("read", error).at(file))?;
            scan(&mut &bytes[..], bytes.len(), file)
        }
        Err(error) => Err(error),
    }
}

fn print(args: &Get, scan: &Scan, keys: &[Key]) -> Result<u8, Failure> {
    let mut report = Report::new(&args.output, To::Stdout);
    let found: Result<Vec<Vec<Entry<'_>>>, Cause> = keys.iter().map(|key| entries(args, scan, key)).collect();
    let found = match found {
        Ok(found) => found,
        Err(cause) => {
            let code = report.error(None, &cause.at(&args.file))?;
            return report.finish(code);
        }
    };
    if report.json {
        let object: Map<String, Value> =
            keys.iter().zip(&found).map(|(key, entries)| (key.to_string(), value(args, entries))).collect();
        report.document(&object)?;
    } else {
        for entries in &found {
            text(args, entries, &mut report)?;
        }
    }
    let missing = keys.iter().zip(&found).filter(|(_, entries)| entries.is_empty()).map(|(key, _)| key);
    let mut code = 0;
    if args.default.is_none() {
        for key in missing {
            report.note(Some(&args.file), &format!("no entry '{key}'"));
            code = 1;
        }
    }
    report.finish(code)
}

/// The entries to print: one or none, unless all were asked for.
fn entries<'a>(args: &Get, scan: &'a Scan, key: &Key) -> Result<Vec<Entry<'a>>, Cause> {
    let found = if args.all { scan.find(key) } else { scan.get(key)?.into_iter().collect() };
    if found.is_empty() && scan.encryption() == Encryption::Full {
        return Err(Cause::Encrypted);
    }
    Ok(found)
}

fn text(args: &Get, entries: &[Entry<'_>], report: &mut Report) -> Result<(), Failure> {
    let end = if args.null { "\0" } else { "\n" };
    for entry in entries {
        if args.raw {
            report.bytes(entry.raw_value(), end)?;
        } else {
            report.text(&entry.value(), end)?;
        }
    }
    match &args.default {
        Some(default) if entries.is_empty() => report.text(default, end),
        _ => Ok(()),
    }
}

fn value(args: &Get, entries: &[Entry<'_>]) -> Value {
    if args.all && (!entries.is_empty() || args.default.is_none()) {
        return entries.iter().map(|entry| Value::String(entry.value().into_owned())).collect();
    }
    let found = entries.first().map(|entry| entry.value().into_owned());
    let value = found.or_else(|| args.default.clone()).map_or(Value::Null, Value::String);
    if args.all { Value::Array(vec![value]) } else { value }
}
