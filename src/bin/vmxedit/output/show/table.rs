//! Several VMs as a table, printed a few rows at a time. Columns are aligned by display width.

use std::path::Path;

use unicode_width::UnicodeWidthStr;
use vmxedit::show::{Summary, Unit};

use super::{Extra, guest, memory, size, text, title};

/// The titles of the columns before those of further keys.
const HEAD: [&str; 7] = ["NAME", "GUEST", "HW", "CPUS", "MEMORY", "DISKS", "STATE"];
const LAST: &str = "FILE";
/// Columns of numbers, aligned to the right.
const RIGHT_ALIGNED: [usize; 3] = [2, 3, 4];

/// Returns the cells of a VM.
pub(super) fn row(file: &Path, vm: &Summary, extras: &[Extra]) -> Row {
    let unknown = || "-".to_owned();
    let cells = [
        title(file, vm),
        guest(vm).unwrap_or_else(unknown),
        vm.hardware.as_ref().map_or_else(unknown, text),
        vm.machine.as_ref().map_or_else(unknown, |machine| text(&machine.cpus)),
        vm.machine.as_ref().map_or_else(unknown, |machine| memory(&machine.memory_mb)),
        disks(vm),
        vm.power.as_ref().map_or_else(unknown, |power| power.state.to_string()),
    ];
    let extras = extras.iter().map(|extra| extra.value.clone().unwrap_or_else(unknown));
    cells.into_iter().chain(extras).chain([file.display().to_string()]).collect()
}

/// Returns the number of disks, with their total capacity if it is known for each.
fn disks(vm: &Summary) -> String {
    let count = vm.disks().count();
    if vm.machine.is_none() {
        return "-".to_owned();
    }
    let capacity = |disk: &Unit| disk.image.as_ref().and_then(|image| image.capacity);
    match vm.disks().map(capacity).sum::<Option<u64>>() {
        Some(total) if count > 0 => format!("{count} ({})", size(total)),
        _ => count.to_string(),
    }
}

/// The rows of a table that is printed in parts: memory does not grow with the number of VMs. A column is as wide as its
/// widest cell so far.
pub(crate) struct Table {
    /// The titles, until they are printed.
    head: Option<Row>,
    rows: Vec<Row>,
    widths: Vec<usize>,
}

/// The cells of a VM.
pub(crate) type Row = Vec<String>;

impl Table {
    /// How many rows are aligned with each other at least.
    const PART: usize = 128;

    /// Returns a table with a column for each of these keys as well.
    pub(super) fn new(keys: impl Iterator<Item = String>) -> Self {
        let head: Row = HEAD.map(str::to_owned).into_iter().chain(keys).chain([LAST.to_owned()]).collect();
        Self { widths: vec![0; head.len()], head: Some(head), rows: Vec::new() }
    }

    /// Adds a row. Returns the lines to print now, if there are enough.
    pub(super) fn push(&mut self, row: Row) -> Vec<String> {
        self.rows.push(row);
        if self.rows.len() == Self::PART { self.take_lines() } else { Vec::new() }
    }

    /// Returns the lines that were not returned yet.
    pub(super) fn take_lines(&mut self) -> Vec<String> {
        if self.rows.is_empty() {
            return Vec::new();
        }
        let rows: Vec<Row> = self.head.take().into_iter().chain(self.rows.drain(..)).collect();
        for (column, width) in self.widths.iter_mut().enumerate() {
            *width = rows.iter().map(|row| row[column].width()).max().unwrap_or(0).max(*width);
        }
        rows.iter().map(|row| self.aligned(row)).collect()
    }

    fn aligned(&self, row: &[String]) -> String {
        let cells = row.iter().zip(&self.widths).enumerate().map(|(column, (cell, width))| {
            let gap = " ".repeat(width - cell.width());
            if RIGHT_ALIGNED.contains(&column) { format!("{gap}{cell}") } else { format!("{cell}{gap}") }
        });
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::Table;

    fn row(name: &str) -> super::Row {
        [name, "g", "4", "1", "4 GB", "1", "off", "f"].map(str::to_owned).to_vec()
    }

    #[test]
    fn wide_characters_take_two_columns() {
        let mut table = Table::new(std::iter::empty());
        for name in ["虚拟", "abcd", "e\u{301}"] {
            assert!(table.push(row(name)).is_empty());
        }
        let lines = table.take_lines();
        assert_eq!(lines[1], "虚拟  g       4     1    4 GB  1      off    f");
        assert_eq!(lines[2], "abcd  g       4     1    4 GB  1      off    f");
        assert_eq!(lines[3], "e\u{301}     g       4     1    4 GB  1      off    f");
    }

    #[test]
    fn a_long_table_is_printed_in_parts_with_one_head() {
        let mut table = Table::new(std::iter::empty());
        assert_eq!(table.take_lines(), [""; 0]);
        let mut lines = Vec::new();
        for number in 0..300 {
            lines.extend(table.push(row(&"x".repeat(if number == 200 { 9 } else { 5 }))));
            assert!(table.rows.len() < Table::PART);
        }
        lines.extend(table.take_lines());
        assert_eq!(lines.len(), 301);
        assert_eq!(lines.iter().filter(|line| line.starts_with("NAME")).count(), 1);
        assert!(lines[1].starts_with("xxxxx  g"));
        assert!(lines[300].starts_with("xxxxx      g"), "{}", lines[300]);
    }
}
