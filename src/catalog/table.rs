//! Reads the compiled-in tables: one row per line, cells separated by tabs, `-` for an empty cell.
//!
//! It does not know what the cells mean.

const SOURCES: &str = include_str!("sources.tsv");

/// Returns the rows of a table with `N` columns, without its comments. Splits every row, so a lookup for each key of a
/// file needs an index.
pub(super) fn rows<const N: usize>(text: &'static str) -> impl Iterator<Item = [&'static str; N]> {
    lines(text).map(cells)
}

/// Returns the first row whose first cell satisfies `is_match`. Splits only that row.
pub(super) fn find<const N: usize>(
    text: &'static str,
    is_match: impl Fn(&'static str) -> bool,
) -> Option<[&'static str; N]> {
    let first_cell = |line: &'static str| line.split_once('\t').map_or(line, |(cell, _)| cell);
    lines(text).find(|line| is_match(first_cell(line))).map(cells)
}

fn lines(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.lines().filter(|line| !line.is_empty() && !line.starts_with("# "))
}

fn cells<const N: usize>(line: &'static str) -> [&'static str; N] {
    let mut cells = line.split('\t');
    let row = std::array::from_fn(|_| cells.next().expect("every row has every column"));
    assert!(cells.next().is_none(), "a row has more cells than its table: {line}");
    row
}

/// Returns the text of a cell, or `None` for `-`.
pub(super) fn some(cell: &'static str) -> Option<&'static str> {
    (cell != "-").then_some(cell)
}

/// Returns the number in a cell, or `None` for `-`.
pub(super) fn number(cell: &'static str) -> Option<u32> {
    some(cell).map(|cell| cell.parse().expect("the cell is a number"))
}

/// Returns the range in a cell (`0..3`, `0..` or `2..2`), both ends inclusive, or `None` for `-`.
pub(super) fn range(cell: &'static str) -> Option<(u32, u32)> {
    let (low, high) = some(cell)?.split_once("..").expect("the cell is a range");
    let number = |text: &str| text.parse().expect("the cell is a number");
    Some((number(low), if high.is_empty() { u32::MAX } else { number(high) }))
}

/// Returns the full references for the short names of sources in a cell.
pub(super) fn sources(cell: &'static str) -> impl Iterator<Item = &'static str> {
    cell.split(' ').map(|name| find::<2>(SOURCES, |known| known == name).map_or(name, |[_, source]| source))
}

#[cfg(test)]
pub(super) mod tests {
    use super::{SOURCES, rows, sources};

    /// Panics unless the rows are sorted ignoring case, are distinct, and name known sources.
    pub(crate) fn check<const N: usize>(text: &'static str, source: usize) {
        let mut last = String::new();
        for row in rows::<N>(text) {
            let name = row[0].to_ascii_lowercase();
            let in_order = match (last.parse::<u32>(), name.parse::<u32>()) {
                (Ok(last), Ok(this)) => last < this,
                _ => last < name,
            };
            assert!(in_order, "{last} comes before {name}");
            last = name;
            for (name, full) in row[source].split(' ').zip(sources(row[source])) {
                assert_ne!(name, full, "{}: no such source", row[0]);
            }
            assert!(
                row.iter().all(|cell| cell.trim() == *cell && !cell.is_empty()),
                "{}: an empty cell or surrounding whitespace",
                row[0]
            );
        }
    }

    #[test]
    fn every_source_is_named_by_a_table() {
        let tables = concat!(
            include_str!("guest_os.tsv"),
            include_str!("hardware.tsv"),
            include_str!("features.tsv"),
            include_str!("devices.tsv"),
            include_str!("keys.tsv"),
        );
        let named: std::collections::HashSet<&str> = tables.split(['\t', ' ', '\n']).collect();
        for [name, _] in rows::<2>(SOURCES) {
            assert!(named.contains(name), "{name}");
        }
    }
}
