//! Summaries of VMs: one as a tree, several as a table, or JSON.

mod json;
mod table;
mod tree;

use std::path::Path;

use vmxedit::show::{Setting, Summary};

use super::{Output, Secrets};

pub(crate) use self::table::{Row, Table};

/// A key that is shown on request.
pub(crate) struct Extra {
    key: String,
    /// The value, or the mask of a secret; `None` if the file does not set the key.
    value: Option<String>,
}

impl Extra {
    pub(crate) fn new(key: &str, value: Option<&str>, secrets: Secrets) -> Self {
        let shown = value.map(|value| secrets.mask(key).unwrap_or(value).to_owned());
        Self { key: key.to_owned(), value: shown }
    }
}

/// Prints one VM.
pub(crate) fn print(out: &mut Output, file: &Path, vm: &Summary, extras: &[Extra]) {
    if out.json {
        return out.json(&json::vm(file, vm, extras));
    }
    for line in tree::lines(file, vm, extras) {
        let line = out.escaped_line(&line).into_owned();
        out.bytes(line.as_bytes(), "\n");
    }
}

/// Returns a table of VMs with a column for each of these keys as well.
pub(crate) fn table<'k>(out: &Output, keys: impl Iterator<Item = &'k str>) -> Table {
    Table::new(keys.map(|key| out.escaped_line(key).into_owned()))
}

/// Returns the row of a VM in a table.
pub(crate) fn row(out: &Output, file: &Path, vm: &Summary, extras: &[Extra]) -> Row {
    table::row(file, vm, extras).iter().map(|cell| out.escaped_line(cell).into_owned()).collect()
}

/// Adds a row to a table, and prints the part of it that is complete.
pub(crate) fn add_row(out: &mut Output, table: &mut Table, row: Row) {
    print_lines(out, &table.push(row));
}

/// Prints the rest of a table.
pub(crate) fn finish_table(out: &mut Output, table: &mut Table) {
    print_lines(out, &table.take_lines());
}

fn print_lines(out: &mut Output, lines: &[String]) {
    for line in lines {
        out.bytes(line.as_bytes(), "\n");
    }
}

/// Returns the VM's name, or the name of its file if it has none.
fn title(file: &Path, vm: &Summary) -> String {
    let name = vm.name.clone().filter(|name| !name.is_empty());
    name.unwrap_or_else(|| file.file_stem().unwrap_or_default().to_string_lossy().into_owned())
}

/// Returns the name of the guest, or its id if the catalog does not have it.
fn guest(vm: &Summary) -> Option<String> {
    let guest = vm.guest.as_ref()?;
    Some(guest.known.map_or_else(|| format!("unknown ({})", guest.id), |known| known.label.to_owned()))
}

fn text<T: ToString>(setting: &Setting<T>) -> String {
    match setting {
        Setting::Set(value) | Setting::Default(value) => value.to_string(),
        Setting::Invalid(text) => format!("'{text}'"),
    }
}

/// Formats a size in units of 1024, as VMware does.
fn size(bytes: u64) -> String {
    let units = [(40, "TB"), (30, "GB"), (20, "MB"), (10, "KB")];
    let (shift, unit) = units.into_iter().find(|(shift, _)| bytes >> shift > 0).unwrap_or((0, "bytes"));
    let (whole, rest) = (bytes >> shift, bytes & ((1 << shift) - 1));
    match (rest * 10) >> shift {
        0 => format!("{whole} {unit}"),
        tenth => format!("{whole}.{tenth} {unit}"),
    }
}

/// Formats memory. Whole GB aside it is shown in MB, as it is set.
fn memory(mb: &Setting<u32>) -> String {
    match mb.value() {
        Some(mb) if mb % 1024 == 0 && *mb > 0 => size(u64::from(*mb) << 20),
        Some(mb) => format!("{mb} MB"),
        None => text(mb),
    }
}

#[cfg(test)]
mod tests {
    use super::size;

    #[test]
    fn a_size_has_the_largest_unit_that_fits() {
        assert_eq!(size(0), "0 bytes");
        assert_eq!(size(4 << 30), "4 GB");
        assert_eq!(size(1536 << 20), "1.5 GB");
        assert_eq!(size(62 << 40), "62 TB");
        assert_eq!(size(u64::MAX), "16777215.9 TB");
    }
}
