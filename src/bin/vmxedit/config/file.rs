//! Parses a configuration file, and reports each mistake with its line.

use std::num::NonZeroUsize;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::ValueEnum;
use toml::Spanned;
use toml::de::{DeTable, DeValue};
use vmxedit::transaction::Wait;

use super::{Backup, Config, DEFAULT_SUFFIX, When, values};
use crate::error::ProgramError;

/// The keys of a file.
const KEYS: [&str; 5] = ["backup", "wait", "jobs", "color", "preset-folders"];

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
    let table = DeTable::parse(text).map_err(|error| at(text, syntax(&error, text)))?;
    config(table.get_ref()).map_err(|mistake| at(text, mistake))
}

/// Describes what is not TOML.
fn syntax(error: &toml::de::Error, text: &str) -> Mistake {
    let span = error.span().unwrap_or_default();
    // What the grammar expects follows.
    let message = error.message().lines().next().unwrap_or_default();
    let what = match message.split(", expected").next().unwrap_or_default() {
        "duplicate key" => format!("'{}' occurs twice", text.get(span.clone()).unwrap_or_default()),
        "key with no value" => "a key needs = and a value".to_owned(),
        what => what.replace("basic string", "string"),
    };
    (what, span)
}

fn at(text: &str, (what, span): Mistake) -> ProgramError {
    let before = text.get(..span.start).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |end| end + 1);
    let line = before.matches('\n').count() + 1;
    ProgramError::Config { what, line, column: before[line_start..].chars().count() + 1 }
}

fn config(table: &DeTable<'_>) -> Result<Config, Mistake> {
    let mut config = Config::default();
    for (key, value) in table {
        let checked = match &**key.get_ref() {
            "backup" => backup(value).map(|backup| config.backup = Some(backup)),
            "wait" => wait(value).map(|wait| config.wait = Some(wait)),
            "jobs" => jobs(value).map(|jobs| config.jobs = Some(jobs)),
            "color" => color(value).map(|color| config.color = Some(color)),
            "preset-folders" => preset_folders(value).map(|folders| config.preset_folders = folders),
            unknown => return Err((unknown_key(unknown), key.span())),
        };
        checked.map_err(|(why, span)| (format!("{}: {why}", key.get_ref()), span))?;
    }
    Ok(config)
}

fn unknown_key(key: &str) -> String {
    let similar = KEYS.iter().find(|known| strsim::osa_distance(known, key) <= 2);
    let advice = similar.map_or_else(
        || format!("the keys are {}", KEYS.join(", ")),
        |known| format!("did you mean {known}?"),
    );
    format!("unknown key '{}'; {advice}", key.escape_debug())
}

fn backup(value: &Spanned<DeValue<'_>>) -> Result<Backup, Mistake> {
    let backup = match value.get_ref() {
        DeValue::Boolean(false) => Ok(Backup::No),
        DeValue::Boolean(true) => Ok(Backup::Yes(DEFAULT_SUFFIX.to_owned())),
        DeValue::String(text) => values::suffix(text).map(Backup::Yes),
        _ => Err("it is true, false or a suffix such as \".old\"".to_owned()),
    };
    backup.map_err(|why| (why, value.span()))
}

fn wait(value: &Spanned<DeValue<'_>>) -> Result<Wait, Mistake> {
    let seconds = match value.get_ref() {
        DeValue::Boolean(false) => return Ok(Wait::No),
        DeValue::Boolean(true) => return Ok(Wait::Indefinitely),
        number => integer(number),
    };
    let mistake = || ("it is true, false or a whole number of seconds".to_owned(), value.span());
    seconds.map(|seconds| Wait::UpTo(Duration::from_secs(seconds))).ok_or_else(mistake)
}

fn jobs(value: &Spanned<DeValue<'_>>) -> Result<NonZeroUsize, Mistake> {
    let number = integer(value.get_ref()).map_or_else(String::new, |number| number.to_string());
    values::jobs(&number).map_err(|why| (why, value.span()))
}

fn color(value: &Spanned<DeValue<'_>>) -> Result<When, Mistake> {
    let when = value.get_ref().as_str().and_then(|text| When::from_str(text, false).ok());
    when.ok_or_else(|| ("it is \"auto\", \"always\" or \"never\"".to_owned(), value.span()))
}

fn preset_folders(value: &Spanned<DeValue<'_>>) -> Result<Vec<PathBuf>, Mistake> {
    let mistake = |value: &Spanned<DeValue<'_>>| ("it is a list of paths in quotes".to_owned(), value.span());
    let folders = value.get_ref().as_array().ok_or_else(|| mistake(value))?;
    let folder = |folder: &Spanned<DeValue<'_>>| {
        let path = Path::new(folder.get_ref().as_str().ok_or_else(|| mistake(folder))?);
        folder_path(path.to_owned()).map_err(|why| (why, folder.span()))
    };
    folders.iter().map(folder).collect()
}

/// Returns the number if it is whole and not negative.
fn integer(value: &DeValue<'_>) -> Option<u64> {
    let integer = value.as_integer()?;
    u64::from_str_radix(integer.as_str(), integer.radix()).ok()
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
            ("backups = true\n", (1, 1), "unknown key 'backups'; did you mean backup?"),
            (
                "[presets]\n",
                (1, 2),
                "unknown key 'presets'; the keys are backup, wait, jobs, color, preset-folders",
            ),
            ("a.b = 1\n", (1, 1), "unknown key 'a'; the keys are"),
            ("backup = true\nbackup = false\n", (2, 1), "'backup' occurs twice"),
            ("backup = \n", (1, 10), "string values must be quoted"),
            ("backup = \"x\n", (1, 12), "invalid string"),
            ("a b = 1\n", (1, 3), "a key needs = and a value"),
            ("color = 5\n", (1, 9), "color: it is \"auto\", \"always\" or \"never\""),
            ("wait = 1.5\n", (1, 8), "wait: it is true, false or a whole number of seconds"),
            ("jobs = 99999999999999999999999\n", (1, 8), "jobs: it must be a whole number, 1 or more"),
            ("jobs = true\n", (1, 8), "jobs: it must be a whole number, 1 or more"),
            ("[backup]\nx = 1\n", (1, 1), "backup: it is true, false or a suffix"),
            ("preset-folders = \"/a\"\n", (1, 18), "preset-folders: it is a list of paths in quotes"),
            ("preset-folders = [\"/a\", 5]\n", (1, 25), "preset-folders: it is a list of paths in quotes"),
        ] {
            let Err(ProgramError::Config { what, line, column }) = parse(text.as_bytes()) else {
                panic!("{text}: a mistake should be found");
            };
            assert_eq!((line, column), place, "{text}: {what}");
            assert!(what.contains(part), "{text}: {what}");
            for foreign in ["`", "invalid type", "field", "i128", "expected"] {
                assert!(!what.contains(foreign), "{text}: {what}");
            }
        }
    }
}
