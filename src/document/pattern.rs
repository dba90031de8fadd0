//! Patterns of keys: `*`, `?` and `[...]` over whole keys.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;

use super::{Dialect, Entry, Key, KeyError};

/// A key, or a glob over whole keys. Case is ignored as in keys: not in Java properties.
///
/// ```
/// use vmxedit::Pattern;
///
/// let pattern = Pattern::parse("ethernet*.virtualDev")?;
/// assert!(pattern.matches("Ethernet0.virtualdev") && !pattern.matches("ethernet0.present"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern(Kind);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    /// A pattern without wildcards.
    Key(Key),
    Glob(Glob),
}

/// A text with wildcards: `*`, `?` and `[...]`. It matches whole texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Glob {
    pattern: glob::Pattern,
    /// Where the `*` is, if that is the only special character: such a glob is compared faster.
    only_star: Option<usize>,
}

impl Glob {
    /// Whether the text has a character that is special in a glob.
    pub(crate) fn has_wildcards(text: &str) -> bool {
        text.contains(['*', '?', '['])
    }

    /// Parses a glob, or says why the text is not one.
    pub(crate) fn parse(text: &str) -> Result<Self, &'static str> {
        let text = collapse_stars(text);
        // Nothing else can be wrong with a pattern without `**`.
        let pattern = glob::Pattern::new(&text).map_err(|_| "a [ needs characters and a ] after it")?;
        let is_special = |c: char| matches!(c, '*' | '?' | '[' | ']');
        let only_star = text.find('*').filter(|_| text.matches(is_special).count() == 1);
        Ok(Self { pattern, only_star })
    }

    /// Whether the glob matches the text exactly.
    pub(crate) fn matches(&self, text: &str) -> bool {
        match self.around_only_star() {
            Some((start, end)) => {
                text.len() >= start.len() + end.len() && text.starts_with(start) && text.ends_with(end)
            }
            None => self.pattern.matches_with(text, Self::options(true)),
        }
    }

    /// Whether the glob matches the text if the case of ASCII letters is ignored.
    pub(crate) fn matches_ignoring_case(&self, text: &str) -> bool {
        let Some((start, end)) = self.around_only_star() else {
            return self.pattern.matches_with(text, Self::options(false));
        };
        let (start, end, text) = (start.as_bytes(), end.as_bytes(), text.as_bytes());
        let rest = text.len().checked_sub(start.len() + end.len());
        rest.is_some_and(|rest| {
            text[..start.len()].eq_ignore_ascii_case(start)
                && text[start.len() + rest..].eq_ignore_ascii_case(end)
        })
    }

    /// Returns the texts before and after the `*`, if that is the only special character.
    fn around_only_star(&self) -> Option<(&str, &str)> {
        let (text, at) = (self.pattern.as_str(), self.only_star?);
        Some((&text[..at], &text[at + 1..]))
    }

    /// The text is not a path: no character of it is special.
    const fn options(case_sensitive: bool) -> glob::MatchOptions {
        glob::MatchOptions {
            case_sensitive,
            require_literal_separator: false,
            require_literal_leading_dot: false,
        }
    }
}

impl Pattern {
    /// Parses a pattern of keys of a `.vmx`.
    ///
    /// # Errors
    /// As [`parse_as`](Self::parse_as).
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        Self::parse_as(text, Dialect::Vmx)
    }

    /// Returns the pattern that matches `key` alone: `*`, `?` and `[` in brackets.
    pub fn escape(key: &str) -> Cow<'_, str> {
        if Glob::has_wildcards(key) { Cow::Owned(glob::Pattern::escape(key)) } else { Cow::Borrowed(key) }
    }

    /// Parses a pattern of keys of a file in this dialect.
    ///
    /// # Errors
    /// [`KeyError::InvalidKey`] for a text without wildcards that is not a key, [`KeyError::InvalidPattern`] for a
    /// pattern that does not parse or that no key can match.
    pub fn parse_as(text: &str, dialect: Dialect) -> Result<Self, KeyError> {
        if !Glob::has_wildcards(text) {
            return Key::parse_as(text, dialect).map(Self::from);
        }
        let invalid =
            |reason: String| KeyError::InvalidPattern { pattern: text.escape_debug().to_string(), reason };
        if !dialect.syntax().has_escaped_keys && text.contains([' ', '\t', '=', '#']) {
            return Err(invalid("keys contain no space, '=' or '#'".into()));
        }
        let glob = Glob::parse(text).map_err(|reason| invalid(reason.to_owned()))?;
        Ok(Self(Kind::Glob(glob)))
    }

    /// Returns the key if the pattern has no wildcards.
    pub fn as_key(&self) -> Option<&Key> {
        match &self.0 {
            Kind::Key(key) => Some(key),
            Kind::Glob(_) => None,
        }
    }

    /// Returns the glob if the pattern has wildcards.
    pub(super) fn as_glob(&self) -> Option<&str> {
        match &self.0 {
            Kind::Key(_) => None,
            Kind::Glob(glob) => Some(glob.pattern.as_str()),
        }
    }

    /// Whether the pattern matches `key` as keys compare in a `.vmx`: in any case.
    pub fn matches(&self, key: &str) -> bool {
        self.matches_as(key, Dialect::Vmx)
    }

    /// Whether the pattern matches the key of `entry` as keys compare in its file.
    pub fn selects(&self, entry: &Entry<'_>) -> bool {
        match self.as_key().map(Key::as_str) {
            // No encoding reads other bytes as such a key, so it need not be decoded.
            Some(key) if entry.dialect().ignores_case() && key.is_ascii() && !key.contains('|') => {
                entry.raw_key().eq_ignore_ascii_case(key.as_bytes())
            }
            _ => self.matches_as(&entry.key(), entry.dialect()),
        }
    }

    /// Whether the pattern matches `key` as keys compare in this dialect.
    pub fn matches_as(&self, key: &str, dialect: Dialect) -> bool {
        match &self.0 {
            Kind::Key(literal) => literal.matches(key, dialect),
            Kind::Glob(glob) if dialect.ignores_case() => glob.matches_ignoring_case(key),
            Kind::Glob(glob) => glob.matches(key),
        }
    }
}

/// Several patterns. Those without wildcards cost one lookup together.
///
/// ```
/// use vmxedit::document::PatternSet;
/// use vmxedit::{Document, Pattern};
///
/// let patterns = PatternSet::new([Pattern::parse("memsize")?, Pattern::parse("scsi0.*")?]);
/// let document = Document::parse("memSize = \"1\"\nscsi0.present = \"TRUE\"\nscsi1.present = \"TRUE\"\n");
/// assert_eq!(document.entries().filter(|entry| patterns.selects(entry)).count(), 2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct PatternSet {
    /// The keys, in lower case.
    keys: HashSet<String>,
    /// Those that compare keys exactly.
    exact: HashSet<String>,
    globs: Vec<Pattern>,
}

impl PatternSet {
    /// Creates a set of these patterns.
    pub fn new(patterns: impl IntoIterator<Item = Pattern>) -> Self {
        let mut set = Self::default();
        for pattern in patterns {
            match pattern.as_key() {
                Some(key) => {
                    set.keys.insert(key.as_str().to_ascii_lowercase());
                    set.exact.insert(key.as_str().to_owned());
                }
                None => set.globs.push(pattern),
            }
        }
        set
    }

    /// Whether one of the patterns matches the key of `entry`, as [`Pattern::selects`].
    pub fn selects(&self, entry: &Entry<'_>) -> bool {
        let is_key = !self.keys.is_empty() && {
            let key = entry.key();
            if entry.dialect().ignores_case() {
                self.keys.contains(&key.to_ascii_lowercase())
            } else {
                self.exact.contains(&*key)
            }
        };
        is_key || self.globs.iter().any(|pattern| pattern.selects(entry))
    }
}

/// The pattern that matches one key.
impl From<Key> for Pattern {
    fn from(key: Key) -> Self {
        Self(Kind::Key(key))
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Key(key) => key.fmt(f),
            Kind::Glob(glob) => glob.pattern.fmt(f),
        }
    }
}

/// Replaces `**`, which has a meaning for paths to the glob crate, by `*`.
fn collapse_stars(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c != '*' || !out.ends_with('*') {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Dialect, Glob, Pattern, PatternSet};
    use crate::document::Document;

    proptest! {
        #[test]
        fn a_glob_with_one_star_matches_as_any_other_does(
            start in "[aAé\\]]{0,2}",
            end in "[aAé]{0,2}",
            text in "[aAbé\n\\]]{0,5}",
        ) {
            let fast = Glob::parse(&format!("{start}*{end}")).expect("a glob");
            let slow = Glob { only_star: None, ..fast.clone() };
            prop_assert_eq!(fast.matches(&text), slow.matches(&text));
            prop_assert_eq!(fast.matches_ignoring_case(&text), slow.matches_ignoring_case(&text));
        }
    }

    #[test]
    fn patterns_match_whole_keys_in_any_case() {
        let matches = |pattern: &str, key: &str| Pattern::parse(pattern).expect("a pattern").matches(key);
        assert!(matches("ethernet*.address", "Ethernet0.Address"));
        assert!(!matches("ethernet*.address", "ethernet0.addressType"));
        assert!(matches("scsi?:[0-3].present", "scsi0:2.present"));
        assert!(matches("a**b", "axyb"));
        assert!(Pattern::parse("[a").is_err());
    }

    #[test]
    fn a_set_selects_what_one_of_its_patterns_selects() {
        let texts = ["memSize", "A.b", "scsi?:*", "x"];
        for dialect in [Dialect::Vmx, Dialect::Properties] {
            let parse = |text: &&str| Pattern::parse_as(text, dialect).expect("a pattern");
            let patterns: Vec<Pattern> = texts.iter().map(parse).collect();
            let set = PatternSet::new(patterns.clone());
            let text = "memsize=1\nmemSize=1\na.b=1\nscsi0\\:1=1\nSCSI0:1=1\nX=1\nxx=1\ny=1\n";
            for entry in &Document::parse_as(text, dialect) {
                let expected = patterns.iter().any(|pattern| pattern.selects(&entry));
                assert_eq!(set.selects(&entry), expected, "{dialect:?} {}", entry.key());
            }
        }
        let empty = PatternSet::new([]);
        assert!(!empty.selects(&Document::parse("a = 1").entries().next().expect("an entry")));
    }
}
