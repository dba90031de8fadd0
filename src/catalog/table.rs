//! Reads the compiled-in tables: one row per line, cells separated by tabs, `-` for an empty cell.
//!
//! It does not know what the cells mean.

use std::collections::HashMap;
use std::sync::OnceLock;

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
    first_cells(text).find(|(first, _)| is_match(first)).map(|(_, line)| cells(line))
}

/// Returns the first cell of each row, and the row, which [`cells`] splits.
pub(super) fn first_cells(text: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    lines(text).map(|line| (split(line, b'\t').0, line))
}

fn lines(text: &'static str) -> impl Iterator<Item = &'static str> {
    let mut rest = Some(text);
    let lines = std::iter::from_fn(move || {
        let (line, after) = split(rest?, b'\n');
        rest = after;
        Some(line)
    });
    lines.filter(|line| !line.is_empty() && !line.starts_with("# "))
}

/// Splits a row into its cells.
pub(super) fn cells<const N: usize>(line: &'static str) -> [&'static str; N] {
    let mut rest = Some(line);
    let row = std::array::from_fn(|_| {
        let (cell, after) = split(rest.expect("every row has every column"), b'\t');
        rest = after;
        cell
    });
    assert!(rest.is_none(), "a row has more cells than its table: {line}");
    row
}

/// Splits at the first separator, which is ASCII. Several times faster than `str::split_once`, and a run may read some
/// hundred cells.
fn split(text: &'static str, separator: u8) -> (&'static str, Option<&'static str>) {
    match memchr::memchr(separator, text.as_bytes()) {
        Some(at) => (&text[..at], Some(&text[at + 1..])),
        None => (text, None),
    }
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
    let (low, high) = split(some(cell)?, b'.');
    let high = high.and_then(|high| high.strip_prefix('.')).expect("the cell is a range");
    let number = |text: &str| text.parse().expect("the cell is a number");
    Some((number(low), if high.is_empty() { u32::MAX } else { number(high) }))
}

/// Returns the full references for the short names of sources in a cell.
pub(super) fn sources(cell: &'static str) -> impl Iterator<Item = &'static str> {
    static BY_NAME: OnceLock<HashMap<&'static str, &'static str>> = OnceLock::new();
    let by_name = BY_NAME.get_or_init(|| rows(SOURCES).map(|[name, source]| (name, source)).collect());
    cell.split(' ').map(|name| by_name.get(name).copied().unwrap_or(name))
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
            include_str!("hosts.tsv"),
            include_str!("keys.tsv"),
        );
        let named: std::collections::HashSet<&str> = tables.split(['\t', ' ', '\n']).collect();
        for [name, _] in rows::<2>(SOURCES) {
            assert!(named.contains(name), "{name}");
        }
    }
}
