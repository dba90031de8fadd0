//! The backups of a file, as a list.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use serde_json::{Value, json};
use vmxedit::file::Backup;

use super::Output;
use super::escape::display_path;

/// A backup.
pub(crate) struct Row {
    pub(crate) path: PathBuf,
    /// By which `restore` finds it, for one with the usual suffix.
    pub(crate) number: Option<u32>,
    /// In bytes.
    pub(crate) size: u64,
    pub(crate) modified: SystemTime,
    /// Whether the file has the same content; `None` if the backup cannot be read.
    pub(crate) is_current: Option<bool>,
}

/// Prints backups, one per line.
pub(crate) fn print(out: &mut Output, file: &Path, rows: &[Row]) {
    if out.json {
        return out.json(&rows.iter().map(json).collect::<Vec<_>>());
    }
    if rows.is_empty() {
        out.note(Some(file), "no backup found");
    }
    let width = |text: fn(&Row) -> String| rows.iter().map(|row| text(row).len()).max().unwrap_or(0);
    let (numbers, sizes) = (width(number), width(size));
    for row in rows {
        let time = time(row.modified)
            .map_or_else(|| "-".to_owned(), |time| time.strftime("%Y-%m-%d %H:%M:%S UTC").to_string());
        let (number, size, path) = (number(row), size(row), display_path(&row.path));
        let current = if row.is_current == Some(true) { "  (equal to the file)" } else { "" };
        out.text(&format!("{number:>numbers$}  {time}  {size:>sizes$} bytes  {path}{current}"), "\n");
    }
}

/// Returns the time and the size of a backup.
pub(crate) fn described(backup: &Backup) -> String {
    let time = time(backup.stat.modified_time());
    let time = time.map(|time| time.strftime("%Y-%m-%d %H:%M:%S UTC, ").to_string()).unwrap_or_default();
    format!("{time}{} bytes", backup.stat.len)
}

fn number(row: &Row) -> String {
    row.number.map_or_else(|| "-".to_owned(), |number| number.to_string())
}

fn size(row: &Row) -> String {
    row.size.to_string()
}

fn time(time: SystemTime) -> Option<jiff::Timestamp> {
    // Later years do not fit. The epoch is the time of a file on a host that does not tell times.
    jiff::Timestamp::try_from(time).ok().filter(|time| *time != jiff::Timestamp::UNIX_EPOCH)
}

/// The JSON shape is stable.
fn json(row: &Row) -> Value {
    // To the second, as in the text.
    let modified = time(row.modified).map(|time| time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string());
    json!({
        "path": row.path.to_string_lossy(), "number": row.number, "size": row.size, "modified": modified,
        "current": row.is_current,
    })
}
