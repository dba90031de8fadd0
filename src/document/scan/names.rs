//! The keys that a scan looks for, prepared so that most lines are ruled out by a few bytes.

use std::collections::HashSet;

use super::affixes::Affixes;
use crate::document::dialect::vmx;

/// The wanted keys, which are ASCII, by their first byte, and the globs over keys.
#[derive(Debug)]
pub(super) struct Names<'a> {
    /// By the first byte of a line: what it needs to have one of the keys.
    probes: [Probe; 256],
    /// In the order of their first bytes, ignoring case.
    sorted: Vec<&'a [u8]>,
    /// By the first byte of a key: the names in `sorted` that may start with it.
    ranges: [(usize, usize); 256],
    /// All names in lower case, if so many start with one byte that each line cannot be compared with all of them.
    set: Option<HashSet<Vec<u8>>>,
    globs: Vec<Affixes<'a>>,
}

impl<'a> Names<'a> {
    /// How many names a line is compared with one by one.
    const MAX_COMPARED: usize = 8;

    pub(super) fn new(names: impl Iterator<Item = &'a str>, globs: impl Iterator<Item = &'a str>) -> Self {
        let globs: Vec<Affixes<'a>> = globs.map(Affixes::of).collect();
        let mut sorted: Vec<&[u8]> = names.map(str::as_bytes).filter(|name| !name.is_empty()).collect();
        sorted.sort_by_key(|name| name[0].to_ascii_lowercase());
        let mut ranges = [(0, 0); 256];
        let mut start = 0;
        for names in sorted.chunk_by(|one, other| one[0].eq_ignore_ascii_case(&other[0])) {
            let range = (start, start + names.len());
            start = range.1;
            ranges[usize::from(names[0][0].to_ascii_lowercase())] = range;
            ranges[usize::from(names[0][0].to_ascii_uppercase())] = range;
        }
        let probes = std::array::from_fn(|byte| {
            let (start, end) = ranges[byte];
            match sorted[start..end] {
                _ if globs.iter().any(|glob| glob.may_start_with(byte)) => Probe::Any,
                // White space may come before a key.
                [] if [b' ', b'\t'].map(usize::from).contains(&byte) => Probe::Any,
                [] => Probe::NoKey,
                [name] => Probe::of(name),
                [..] => Probe::Any,
            }
        });
        let is_long = ranges.iter().any(|(start, end)| end - start > Self::MAX_COMPARED);
        let set = is_long.then(|| sorted.iter().map(|name| name.to_ascii_lowercase()).collect());
        Self { probes, sorted, ranges, set, globs }
    }

    /// What a line with this first byte needs to have one of the keys.
    #[inline]
    pub(super) fn probe(&self, first: u8) -> Probe {
        self.probes[usize::from(first)]
    }

    /// Whether `line`, if it is an entry, may have one of these keys. Reads no more than the key.
    pub(super) fn may_start(&self, line: &[u8]) -> bool {
        self.has_name(line) || self.globs.iter().any(|glob| glob.may_match(line))
    }

    /// Whether patterns are searched as well.
    pub(super) fn has_globs(&self) -> bool {
        !self.globs.is_empty()
    }

    /// Whether this raw key may be one of those that are searched.
    pub(super) fn may_be(&self, key: &[u8]) -> bool {
        self.globs.iter().any(|glob| glob.may_match_key(key)) || self.is_name(key)
    }

    fn is_name(&self, key: &[u8]) -> bool {
        let Some(first) = key.first() else { return false };
        let (start, end) = self.ranges[usize::from(*first)];
        match &self.set {
            Some(set) if end - start > Self::MAX_COMPARED => set.contains(&key.to_ascii_lowercase()),
            _ => self.sorted[start..end].iter().any(|name| name.eq_ignore_ascii_case(key)),
        }
    }

    fn has_name(&self, line: &[u8]) -> bool {
        let text = match line {
            [b' ' | b'\t', ..] => line.trim_ascii_start(),
            _ => line,
        };
        let Some(first) = text.first() else { return false };
        let (start, end) = self.ranges[usize::from(*first)];
        match &self.set {
            Some(set) if end - start > Self::MAX_COMPARED => {
                let key_len = text.iter().position(|byte| vmx::ends_name(*byte));
                key_len.is_some_and(|len| set.contains(&text[..len].to_ascii_lowercase()))
            }
            _ => self.sorted[start..end].iter().any(|name| is_key_at_start(text, name)),
        }
    }
}

/// A quick test of whether a line may start with a name. It compares whole words, so that it rules out most keys that are
/// numbered or that end alike.
#[derive(Clone, Copy, Debug)]
pub(super) enum Probe {
    /// No name starts like the line.
    NoKey,
    /// The line has to be compared.
    Any,
    /// The only name has this length, and starts and ends with these bytes.
    Words { len: usize, first: u64, last: u64 },
}

impl Probe {
    const WORD_LEN: usize = size_of::<u64>();
    /// Ignores the case of letters, and makes a few other characters equal.
    const FOLD: u64 = u64::from_ne_bytes([b'a' ^ b'A'; 8]);

    fn of(name: &[u8]) -> Self {
        let len = name.len();
        let last = len.checked_sub(Self::WORD_LEN).and_then(|at| word_at(name, at));
        match (word_at(name, 0), last) {
            (Some(first), Some(last)) => Self::Words { len, first, last },
            _ => Self::Any,
        }
    }

    #[inline]
    pub(super) fn may_match(self, line: &[u8]) -> bool {
        match self {
            Self::NoKey => false,
            Self::Any => true,
            Self::Words { len, first, last } => {
                word_at(line, len - Self::WORD_LEN) == Some(last) && word_at(line, 0) == Some(first)
            }
        }
    }
}

/// Returns eight bytes, with the case of letters ignored.
#[inline]
fn word_at(bytes: &[u8], at: usize) -> Option<u64> {
    let word = bytes.get(at..)?.first_chunk()?;
    Some(u64::from_ne_bytes(*word) | Probe::FOLD)
}

fn is_key_at_start(text: &[u8], name: &[u8]) -> bool {
    let (Some(end), Some(last)) = (text.get(name.len()), name.last()) else { return false };
    // Keys that are numbered differ in their last byte.
    vmx::ends_name(*end)
        && text[name.len() - 1].eq_ignore_ascii_case(last)
        && text[..name.len()].eq_ignore_ascii_case(name)
}

#[cfg(test)]
mod tests {
    use super::{Names, Probe};

    #[test]
    fn a_probe_rules_out_only_lines_without_the_key() {
        let names =
            Names::new(["scsi0:0.present", "memsize", "memSize2", "a"].into_iter(), std::iter::empty());
        for (line, passes) in [
            (&b"SCSI0:0.Present = \"TRUE\""[..], true),
            (b"scsi0:0.present", true),
            (b"scsi0:1.present = \"TRUE\"", false),
            (b"scsi1:0.present = \"TRUE\"", false),
            (b"scsi0:0.fileName = \"a\"", false),
            (b"s", false),
            (b"", false),
        ] {
            assert_eq!(names.probe(b's').may_match(line), passes, "{line:?}");
        }
        assert!(matches!(names.probe(b'M'), Probe::Any), "two names");
        assert!(matches!(names.probe(b'A'), Probe::Any), "a short name");
        assert!(matches!(names.probe(b' '), Probe::Any));
        assert!(matches!(names.probe(b'x'), Probe::NoKey));
        assert!(
            names.may_start(b"\t MEMSIZE=1") && names.may_start(b"a#") && !names.may_start(b"memsize2x =")
        );
    }
}
