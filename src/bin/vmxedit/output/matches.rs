//! The entries that `find` finds.

use std::path::Path;

use serde_json::json;
use vmxedit::Entry;

use super::color::CYAN;
use super::escape::display_path;
use super::{Output, Secrets};

/// What is printed about a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// Each entry, on a line.
    Entries,
    /// The file's name.
    Files,
    /// The number of entries.
    Counts,
    Nothing,
}

/// Prints the matches of a file.
pub(crate) struct Printer {
    pub(crate) form: Form,
    pub(crate) secrets: Secrets,
}

impl Printer {
    /// Prints the entries of a file that matches.
    pub(crate) fn print(&self, out: &mut Output, file: &Path, entries: &[Entry<'_>]) {
        match self.form {
            Form::Entries if out.json => {
                for entry in entries {
                    self.print_json(out, file, entry);
                }
            }
            Form::Entries => {
                let name = name(out, file);
                for entry in entries {
                    self.print_entry(out, &name, entry);
                }
            }
            Form::Files => print_name(out, file),
            Form::Counts => print_count(out, file, entries.len()),
            Form::Nothing => {}
        }
    }

    /// Prints a file that matches because it lacks entries.
    pub(crate) fn print_absence(&self, out: &mut Output, file: &Path) {
        match self.form {
            Form::Entries if out.json => out.json(&json!({
                "file": file.to_string_lossy(), "key": null, "value": null, "line": null,
            })),
            Form::Entries | Form::Files => print_name(out, file),
            Form::Counts => print_count(out, file, 1),
            Form::Nothing => {}
        }
    }

    /// Prints a file that does not match, where it is counted, too.
    pub(crate) fn print_no_match(&self, out: &mut Output, file: &Path) {
        if self.form == Form::Counts {
            print_count(out, file, 0);
        }
    }

    fn print_entry(&self, out: &mut Output, name: &str, entry: &Entry<'_>) {
        let (key, value) = (entry.key(), entry.value());
        let shown = self.secrets.mask(&key).unwrap_or(&value);
        let (key, shown) = (out.escaped_line(&key), out.escaped_line(shown));
        out.bytes(name.as_bytes(), ": ");
        out.bytes(key.as_bytes(), " = \"");
        out.bytes(shown.as_bytes(), "\"\n");
    }

    fn print_json(&self, out: &mut Output, file: &Path, entry: &Entry<'_>) {
        let (key, value) = (entry.key(), entry.value());
        let shown = self.secrets.mask(&key).unwrap_or(&value);
        out.json(&json!({
            "file": file.to_string_lossy(), "key": key, "value": shown, "line": entry.line_number(),
        }));
    }
}

/// Returns the name of the file as it is printed, colored.
fn name(out: &Output, file: &Path) -> String {
    out.painted(CYAN, &out.escaped_for_people(&display_path(file)))
}

fn print_name(out: &mut Output, file: &Path) {
    out.bytes(name(out, file).as_bytes(), "\n");
}

fn print_count(out: &mut Output, file: &Path, count: usize) {
    let line = format!("{}: {count}", name(out, file));
    out.bytes(line.as_bytes(), "\n");
}
