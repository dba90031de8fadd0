//! Parses a configuration file, and reports each mistake with its line.

use std::num::NonZeroUsize;
use std::ops::Range;
use std::path::PathBuf;
use std::time::Duration;

use clap::ValueEnum;
use serde::Deserialize;
use toml::Spanned;
use vmxedit::transaction::Wait;

use super::{Backup, Config, DEFAULT_SUFFIX, When, values};
use crate::error::ProgramError;

/// The keys of a file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Table {
    backup: Option<Spanned<Choice>>,
    wait: Option<Spanned<Choice>>,
    jobs: Option<Spanned<Choice>>,
    color: Option<Spanned<String>>,
    #[serde(default)]
    preset_folders: Vec<Spanned<PathBuf>>,
}

/// A value that may be written as more than one type.
#[derive(Deserialize)]
#[serde(untagged, expecting = "a boolean, a number or a string")]
enum Choice {
    Switch(bool),
    Number(i64),
    Text(String),
}

/// What is wrong, and the range of bytes that it concerns.
type Mistake = (String, Range<usize>);

/// Parses the content of a file.
///
/// # Errors
/// [`ProgramError::Config`] with the line.
pub(super) fn parse(bytes: &[u8]) -> Result<Config, ProgramError> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let valid = String::from_utf8_lossy(&bytes[..error.valid_up_to()]);
        at(&valid, ("it is not UTF-8 text".to_owned(), valid.len()..valid.len()))
    })?;
    let table: Table = toml::from_str(text).map_err(|error| {
        let span = error.span().unwrap_or_default();
        at(text, (error.message().trim().replace('\n', ", "), span))
    })?;
    config(table).map_err(|mistake| at(text, mistake))
}

fn at(text: &str, (what, span): Mistake) -> ProgramError {
    let before = text.get(..span.start).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |end| end + 1);
    let line = before.matches('\n').count() + 1;
    ProgramError::Config { what, line, column: before[line_start..].chars().count() + 1 }
}

fn config(table: Table) -> Result<Config, Mistake> {
    Ok(Config {
        backup: checked(table.backup, "backup", backup)?,
        wait: checked(table.wait, "wait", |choice| wait(&choice))?,
        jobs: checked(table.jobs, "jobs", |choice| jobs(&choice))?,
        color: checked(table.color, "color", |text| {
            When::from_str(&text, false).map_err(|_| "it is \"auto\", \"always\" or \"never\"".to_owned())
        })?,
        preset_folders: table
            .preset_folders
            .into_iter()
            .map(|folder| checked(Some(folder), "preset-folders", folder_path))
            .filter_map(Result::transpose)
            .collect::<Result<_, _>>()?,
    })
}

/// Converts a value, and adds its key and its place to an error.
fn checked<V, T>(
    value: Option<Spanned<V>>,
    key: &str,
    convert: impl FnOnce(V) -> Result<T, String>,
) -> Result<Option<T>, Mistake> {
    let Some(value) = value else { return Ok(None) };
    let span = value.span();
    convert(value.into_inner()).map(Some).map_err(|why| (format!("{key}: {why}"), span))
}

fn backup(choice: Choice) -> Result<Backup, String> {
    match choice {
        Choice::Switch(false) => Ok(Backup::No),
        Choice::Switch(true) => Ok(Backup::Yes(DEFAULT_SUFFIX.to_owned())),
        Choice::Text(text) => values::suffix(&text).map(Backup::Yes),
        Choice::Number(_) => Err("it is true, false or a suffix such as \".old\"".to_owned()),
    }
}

fn wait(choice: &Choice) -> Result<Wait, String> {
    let seconds = match choice {
        Choice::Switch(false) => return Ok(Wait::No),
        Choice::Switch(true) => return Ok(Wait::Indefinitely),
        Choice::Number(number) => u64::try_from(*number).ok(),
        Choice::Text(_) => None,
    };
    let seconds = seconds.ok_or("it is true, false or a whole number of seconds")?;
    Ok(Wait::UpTo(Duration::from_secs(seconds)))
}

fn jobs(choice: &Choice) -> Result<NonZeroUsize, String> {
    match choice {
        Choice::Number(number) => values::jobs(&number.to_string()),
        Choice::Switch(_) | Choice::Text(_) => Err("it must be a whole number, 1 or more".to_owned()),
    }
}

fn folder_path(folder: PathBuf) -> Result<PathBuf, String> {
    if folder.is_absolute() {
        Ok(folder)
    } else {
        Err(format!("'{}' must be an absolute path", folder.display()))
    }
}

#[cfg(test)]
mod tests {
    use super::parse;
    use crate::config::{Backup, When};
    use crate::error::ProgramError;

    #[test]
    fn every_key_has_its_types() {
        let config = parse(
            b"backup = \".old\"\nwait = 30\njobs = 2\ncolor = \"never\"\npreset-folders = [\"/srv/presets\"]\n",
        );
        let config = config.expect("the file is valid");
        assert_eq!(config.backup, Some(Backup::Yes(".old".to_owned())));
        assert_eq!((config.jobs.map(usize::from), config.color), (Some(2), Some(When::Never)));
        assert_eq!(config.preset_folders, [std::path::PathBuf::from("/srv/presets")]);
        assert_eq!(parse(b"").expect("an empty file is valid"), super::Config::default());
        assert_eq!(parse(b"backup = false\n").expect("valid").backup, Some(Backup::No));
    }

    #[test]
    fn a_mistake_has_its_line_and_column() {
        for (text, place, part) in [
            ("backup = true\nwait = \"x\"\n", (2, 8), "wait: it is true, false or a whole number"),
            ("jobs = 0\n", (1, 8), "jobs: it must be a whole number, 1 or more"),
            ("jobs = \"2\"\n", (1, 8), "jobs: it must be a whole number"),
            ("backup = \"\"\n", (1, 10), "backup: with an empty suffix"),
            ("backup = 1\n", (1, 10), "backup: it is true, false or a suffix"),
            ("\ncolor = \"pink\"\n", (2, 9), "color: it is \"auto\", \"always\" or \"never\""),
            ("preset-folders = [\n\"/a\",\n\"b\"]\n", (3, 1), "preset-folders: 'b' must be an absolute path"),
            ("wait = -1\n", (1, 8), "wait: "),
            ("backups = true\n", (1, 1), "unknown field `backups`"),
            ("backup = \n", (1, 10), ""),
        ] {
            let Err(ProgramError::Config { what, line, column }) = parse(text.as_bytes()) else {
                panic!("{text}: a mistake should be found");
            };
            assert_eq!((line, column), place, "{text}: {what}");
            assert!(what.contains(part), "{text}: {what}");
        }
    }
}
