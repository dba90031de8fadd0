//! The literal start and end of a glob, by which most keys are ruled out.

use crate::document::dialect::vmx;

/// What every key that a glob matches starts and ends with, in ASCII.
#[derive(Debug)]
pub(super) struct Affixes<'a> {
    prefix: &'a [u8],
    suffix: &'a [u8],
}

impl<'a> Affixes<'a> {
    pub(super) fn of(glob: &'a str) -> Self {
        let glob = glob.as_bytes();
        let prefix_len = glob.iter().position(|byte| !is_literal(*byte)).unwrap_or(glob.len());
        let suffix_start = glob.iter().rposition(|byte| !is_literal(*byte)).map_or(prefix_len, |at| at + 1);
        Self { prefix: &glob[..prefix_len], suffix: &glob[suffix_start..] }
    }

    /// Whether a line with this first byte may have a matching key.
    pub(super) fn may_start_with(&self, byte: usize) -> bool {
        let is_it = |first: &u8| [first.to_ascii_lowercase(), first.to_ascii_uppercase()];
        let is_space = [b' ', b'\t'].map(usize::from).contains(&byte);
        is_space || self.prefix.first().is_none_or(|first| is_it(first).map(usize::from).contains(&byte))
    }

    /// Whether `line`, if it is an entry, may have a matching key.
    pub(super) fn may_match(&self, line: &[u8]) -> bool {
        let start = line.iter().position(|byte| !matches!(byte, b' ' | b'\t')).unwrap_or(line.len());
        let text = &line[start..];
        // No encoding reads other bytes as ASCII text.
        if !starts_with(text, self.prefix) {
            return false;
        }
        let len = text.iter().position(|byte| vmx::ends_name(*byte));
        len.is_some_and(|len| self.may_match_key(&text[..len]))
    }

    /// Whether the glob may match this raw key.
    pub(super) fn may_match_key(&self, key: &[u8]) -> bool {
        let is_long_enough = key.len() >= self.prefix.len() + self.suffix.len();
        // The glob is matched with the decoded key, in which invalid bytes are `|XX`.
        starts_with(key, self.prefix) && (!key.is_ascii() || (is_long_enough && ends_with(key, self.suffix)))
    }
}

/// Whether a byte of the glob is the same in a raw key, in any encoding. A wildcard is not, nor is `|`, with which a decoded
/// key shows an invalid byte.
fn is_literal(byte: u8) -> bool {
    byte.is_ascii() && !matches!(byte, b'*' | b'?' | b'[' | b']' | b'|')
}

fn starts_with(text: &[u8], prefix: &[u8]) -> bool {
    text.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}

fn ends_with(key: &[u8], suffix: &[u8]) -> bool {
    key.len().checked_sub(suffix.len()).is_some_and(|at| key[at..].eq_ignore_ascii_case(suffix))
}

#[cfg(test)]
mod tests {
    use super::Affixes;

    #[test]
    fn the_literal_start_and_end_of_a_glob_are_found() {
        for (glob, prefix, suffix) in [
            ("ethernet*.present", &b"ethernet"[..], &b".present"[..]),
            ("*", b"", b""),
            ("scsi?:[0-3].present", b"scsi", b".present"),
            ("[*]x[*]", b"", b""),
            ("a*b*", b"a", b""),
            ("a|*|E9", b"a", b"E9"),
            ("\u{E9}*\u{E9}", b"", b""),
        ] {
            let affixes = Affixes::of(glob);
            assert_eq!((affixes.prefix, affixes.suffix), (prefix, suffix), "{glob}");
        }
    }

    #[test]
    fn only_lines_without_a_matching_key_are_ruled_out() {
        let affixes = Affixes::of("ethernet*.present");
        for (line, may_match) in [
            (&b"Ethernet0.PRESENT = \"TRUE\""[..], true),
            (b" \tethernet.present=1", true),
            (b"ethernet\xE9=1", true),
            (b"ethernetpresent=1", false),
            (b"ethernet0.present", false),
            (b"ethernet0.presents=1", false),
            (b"#ethernet0.present=1", false),
            (b"", false),
        ] {
            assert_eq!(affixes.may_match(line), may_match, "{}", line.escape_ascii());
        }
        assert!(Affixes::of("a*a").may_match(b"aa=1") && !Affixes::of("a*a").may_match(b"a=1"));
    }
}
