//! Tables of facts as they are compiled in: a row a line, cells between tabs, `-` for nothing. It knows no meanings.

const SOURCES: &str = include_str!("sources.tsv");

/// The rows of a table with `N` columns, without its comments.
pub(super) fn rows<const N: usize>(text: &'static str) -> impl Iterator<Item = [&'static str; N]> {
    let facts = text.lines().filter(|line| !line.is_empty() && !line.starts_with("# "));
    facts.map(|line| {
        let mut cells = line.split('\t');
        let row = std::array::from_fn(|_| cells.next().expect("every row has every column"));
        assert!(cells.next().is_none(), "a row has more cells than its table: {line}");
        row
    })
}

/// A cell's text, if it says anything.
pub(super) fn some(cell: &'static str) -> Option<&'static str> {
    (cell != "-").then_some(cell)
}

/// A cell's number, if it says anything.
pub(super) fn number(cell: &'static str) -> Option<u32> {
    some(cell).map(|cell| cell.parse().expect("a number stands in the table"))
}

/// A cell's range: `0..3`, `0..` or `2..2`, both ends included; `None` where the table says nothing.
pub(super) fn range(cell: &'static str) -> Option<(u32, u32)> {
    let (low, high) = some(cell)?.split_once("..").expect("a range stands in the table");
    let number = |text: &str| text.parse().expect("a number stands in the table");
    Some((number(low), if high.is_empty() { u32::MAX } else { number(high) }))
}

/// What the names of sources in a cell stand for.
pub(super) fn sources(cell: &'static str) -> impl Iterator<Item = &'static str> {
    cell.split(' ')
        .map(|name| rows::<2>(SOURCES).find(|[known, _]| *known == name).map_or(name, |[_, source]| source))
}

#[cfg(test)]
pub(super) mod tests {
    use super::{SOURCES, rows, sources};

    /// Fails unless a table is sorted without case, each row once, and each row names a source that is known.
    pub(crate) fn check<const N: usize>(text: &'static str, source: usize) {
        let mut last = String::new();
        for row in rows::<N>(text) {
            let name = row[0].to_ascii_lowercase();
            let in_order = match (last.parse::<u32>(), name.parse::<u32>()) {
                (Ok(last), Ok(this)) => last < this,
                _ => last < name,
            };
            assert!(in_order, "{last} stands before {name}");
            last = name;
            for (said, full) in row[source].split(' ').zip(sources(row[source])) {
                assert_ne!(said, full, "{}: no such source", row[0]);
            }
            assert!(
                row.iter().all(|cell| cell.trim() == *cell && !cell.is_empty()),
                "{}: a bare cell",
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
