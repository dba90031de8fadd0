//! Patterns of keys: `*`, `?` and `[...]` over whole keys.

use std::collections::HashSet;
use std::fmt;

use super::{Dialect, Entry, Key, KeyError};

/// A key, or a glob over whole keys. Case is ignored as in keys: not in Java properties.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern(Kind);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    /// A pattern without wildcards.
    Key(Key),
    Glob(glob::Pattern),
}

impl Pattern {
    /// Parses a pattern of keys of a `.vmx`.
    ///
    /// # Errors
    /// As [`parse_as`](Self::parse_as).
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        Self::parse_as(text, Dialect::Vmx)
    }

    /// Parses a pattern of keys of a file in this dialect.
    ///
    /// # Errors
    /// [`KeyError::InvalidKey`] for a text without wildcards that is not a key, [`KeyError::InvalidPattern`] for a
    /// pattern that does not parse or that no key can match.
    pub fn parse_as(text: &str, dialect: Dialect) -> Result<Self, KeyError> {
        if !text.contains(['*', '?', '[']) {
            return Key::parse_as(text, dialect).map(Self::from);
        }
        let invalid =
            |reason: String| KeyError::InvalidPattern { pattern: text.escape_debug().to_string(), reason };
        if !dialect.syntax().has_escaped_keys && text.contains([' ', '\t', '=', '#']) {
            return Err(invalid("keys contain no space, '=' or '#'".into()));
        }
        let single_stars = collapse_stars(text);
        // Nothing else can be wrong with a pattern without `**`.
        let glob = glob::Pattern::new(&single_stars)
            .map_err(|_| invalid("a [ needs characters and a ] after it".to_owned()))?;
        Ok(Self(Kind::Glob(glob)))
    }

    /// Returns the key if the pattern has no wildcards.
    pub fn as_key(&self) -> Option<&Key> {
        match &self.0 {
            Kind::Key(key) => Some(key),
            Kind::Glob(_) => None,
        }
    }

    /// Whether the pattern matches `key` as keys compare in a `.vmx`: in any case.
    pub fn matches(&self, key: &str) -> bool {
        self.matches_as(key, Dialect::Vmx)
    }

    /// Whether the pattern matches the key of `entry` as keys compare in its file.
    pub fn selects(&self, entry: &Entry<'_>) -> bool {
        self.matches_as(&entry.key(), entry.dialect())
    }

    /// Whether the pattern matches `key` as keys compare in this dialect.
    pub fn matches_as(&self, key: &str, dialect: Dialect) -> bool {
        let options = glob::MatchOptions {
            case_sensitive: !dialect.ignores_case(),
            require_literal_separator: false,
            require_literal_leading_dot: false,
        };
        match &self.0 {
            Kind::Key(literal) => literal.matches(key, dialect),
            Kind::Glob(glob) => glob.matches_with(key, options),
        }
    }
}

/// Several patterns. Those without wildcards cost one lookup together.
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
            Kind::Glob(glob) => glob.fmt(f),
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
    use super::{Dialect, Pattern, PatternSet};
    use crate::document::Document;

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
