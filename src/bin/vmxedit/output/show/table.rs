//! Several VMs as a table. Columns are aligned by display width.

use std::path::Path;

use unicode_width::UnicodeWidthStr;
use vmxedit::show::{Summary, Unit};

use super::{guest, memory, size, text, title};

const HEAD: [&str; 8] = ["NAME", "GUEST", "HW", "CPUS", "MEMORY", "DISKS", "STATE", "FILE"];
/// Columns of numbers, aligned to the right.
const RIGHT_ALIGNED: [usize; 3] = [2, 3, 4];

/// Returns the cells of a VM.
pub(super) fn row(file: &Path, vm: &Summary) -> [String; HEAD.len()] {
    let unknown = || "-".to_owned();
    [
        title(file, vm),
        guest(vm).unwrap_or_else(unknown),
        vm.hardware.as_ref().map_or_else(unknown, text),
        vm.machine.as_ref().map_or_else(unknown, |machine| text(&machine.cpus)),
        vm.machine.as_ref().map_or_else(unknown, |machine| memory(&machine.memory_mb)),
        disks(vm),
        vm.power.as_ref().map_or_else(unknown, |power| power.state.to_string()),
        file.display().to_string(),
    ]
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

/// Returns the header and the rows as aligned lines.
pub(super) fn aligned(rows: Vec<[String; HEAD.len()]>) -> Vec<String> {
    let rows: Vec<_> = std::iter::once(HEAD.map(str::to_owned)).chain(rows).collect();
    let width = |column: usize| rows.iter().map(|row| row[column].width()).max().unwrap_or(0);
    let widths: [usize; HEAD.len()] = std::array::from_fn(width);
    let line = |row: &[String; HEAD.len()]| {
        let cells = row.iter().zip(widths).enumerate().map(|(column, (cell, width))| {
            let gap = " ".repeat(width - cell.width());
            if RIGHT_ALIGNED.contains(&column) { format!("{gap}{cell}") } else { format!("{cell}{gap}") }
        });
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    rows.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::aligned;

    #[test]
    fn wide_characters_take_two_columns() {
        let row = |name: &str| [name, "g", "4", "1", "4 GB", "1", "off", "f"].map(str::to_owned);
        let lines = aligned(vec![row("虚拟"), row("abcd"), row("e\u{301}")]);
        assert_eq!(lines[1], "虚拟  g       4     1    4 GB  1      off    f");
        assert_eq!(lines[2], "abcd  g       4     1    4 GB  1      off    f");
        assert_eq!(lines[3], "e\u{301}     g       4     1    4 GB  1      off    f");
    }
}
