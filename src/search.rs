//! Searches files for entries, by key and value.
//!
//! ```
//! use vmxedit::document::{Dialect, Scan};
//! use vmxedit::search::{Query, Verdict, Wildcards};
//!
//! let query = Query::parse(["ethernet*.virtualDev=e1000*", "!vhv.enable"], Wildcards::Recognized, Dialect::Vmx)?;
//! let selection = query.selection(Dialect::Vmx);
//! let file = "guestOS = \"other\"\nEthernet0.virtualDev = \"e1000e\"\n";
//! let scan = Scan::select(file.as_bytes(), file.len(), &selection)?;
//! let Verdict::Match(entries) = query.evaluate(&scan) else { panic!("both expressions hold") };
//! assert_eq!(entries[0].line_number(), 2);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use crate::catalog;
use crate::document::{Dialect, Encryption, Entry, Glob, Key, KeyError, Pattern, Scan, Selection};

/// Expressions about the entries of a file, all of which a match satisfies.
///
/// | expression | holds if the file has |
/// | --- | --- |
/// | `PATTERN` | an entry whose key the pattern matches |
/// | `PATTERN=VALUE` | such an entry with this value |
/// | `PATTERN!=VALUE` | such an entry with another value |
/// | `!PATTERN` | no such entry |
///
/// A value without wildcards is compared by [`catalog::values_equal`]: `TRUE` equals `true`, and `1024` equals `0x400`.
/// One with wildcards is a pattern for the whole decoded value. It matches `TRUE` and `FALSE` in any case where VMware
/// reads a boolean; other text has to have the same case.
///
/// ```
/// use vmxedit::document::{Dialect, Scan};
/// use vmxedit::search::{Query, Verdict, Wildcards};
///
/// let file = b"memsize = \"2048\"\nvhv.enable = \"TRUE\"\n";
/// let query = Query::parse(["mem*=2048", "vhv.enable=true"], Wildcards::Recognized, Dialect::Vmx)?;
/// let scan = Scan::select(&file[..], file.len(), &query.selection(Dialect::Vmx))?;
/// assert!(matches!(query.evaluate(&scan), Verdict::Match(entries) if entries.len() == 2));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Query {
    /// The patterns of the expressions.
    patterns: Vec<Pattern>,
    /// What each expression requires, in the same order.
    conditions: Vec<Condition>,
}

/// Whether `*`, `?` and `[...]` have a meaning in expressions.
///
/// ```
/// use vmxedit::document::Dialect;
/// use vmxedit::search::{Query, Wildcards};
///
/// let query = Query::parse(["memsize=2*"], Wildcards::Literal, Dialect::Vmx)?;
/// assert_eq!(query.keys().count(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wildcards {
    /// Keys and values may be patterns.
    Recognized,
    /// These characters are ordinary.
    Literal,
}

/// Why a text is not an expression. The message contains no value: that could be a secret.
///
/// ```
/// use vmxedit::document::Dialect;
/// use vmxedit::search::{Query, QueryError, Wildcards};
///
/// let refused = Query::parse(["a b=1"], Wildcards::Recognized, Dialect::Vmx);
/// assert!(matches!(refused, Err(QueryError::Key(_))));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum QueryError {
    /// What is before the value is neither a key nor a pattern.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The value has wildcards and is not a pattern.
    #[error("the value for '{key}' is not a pattern: {reason}")]
    Value {
        /// The key or pattern, with control characters escaped.
        key: String,
        /// Why it is not a pattern.
        reason: &'static str,
    },
    /// A `!` at the start, and a value.
    #[error("'!{key}' means that no entry has this key: it takes no value")]
    NegatedValue {
        /// The key or pattern, with control characters escaped.
        key: String,
    },
}

/// Whether a file matches a query.
///
/// ```
/// use vmxedit::document::{Dialect, Scan};
/// use vmxedit::search::{Query, Verdict, Wildcards};
///
/// let query = Query::parse(["memsize=4096"], Wildcards::Recognized, Dialect::Vmx)?;
/// let scan = Scan::select(&b"memsize = \"2048\"\n"[..], 17, &query.selection(Dialect::Vmx))?;
/// assert!(matches!(query.evaluate(&scan), Verdict::NoMatch));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub enum Verdict<'a> {
    /// All expressions hold. With the entries that satisfy one of them, in file order.
    Match(Vec<Entry<'a>>),
    /// An expression does not hold.
    NoMatch,
    /// The answer is in the encrypted part of the configuration.
    Encrypted,
}

#[derive(Clone, Debug)]
enum Condition {
    Exists,
    Absent,
    Equal(Value),
    Different(Value),
}

#[derive(Clone, Debug)]
enum Value {
    Text(String),
    Glob(Glob),
}

impl Query {
    /// Parses expressions about files in this dialect.
    ///
    /// # Errors
    /// The first text that is not an expression.
    pub fn parse<E: AsRef<str>>(
        expressions: impl IntoIterator<Item = E>,
        wildcards: Wildcards,
        dialect: Dialect,
    ) -> Result<Self, QueryError> {
        let (mut patterns, mut conditions) = (Vec::new(), Vec::new());
        for expression in expressions {
            let (key, condition) = split(expression.as_ref(), wildcards)?;
            patterns.push(match wildcards {
                Wildcards::Recognized => Pattern::parse_as(key, dialect)?,
                Wildcards::Literal => Key::parse_as(key, dialect)?.into(),
            });
            conditions.push(condition);
        }
        Ok(Self { patterns, conditions })
    }

    /// Returns what a [`Scan`] of a file in this dialect has to look for.
    pub fn selection(&self, dialect: Dialect) -> Selection<'_> {
        Selection::of_patterns(&self.patterns, dialect)
    }

    /// Returns the keys that the expressions name without wildcards.
    pub fn keys(&self) -> impl Iterator<Item = &Key> {
        self.patterns.iter().filter_map(Pattern::as_key)
    }

    /// Returns whether all expressions only require that there is no entry, so that a match has none to show.
    pub fn has_only_absences(&self) -> bool {
        self.conditions.iter().all(|condition| matches!(condition, Condition::Absent))
    }

    /// Decides whether a file matches.
    pub fn evaluate<'a>(&self, scan: &'a Scan) -> Verdict<'a> {
        let mut states = vec![State::default(); self.patterns.len()];
        let mut found = Vec::new();
        for entry in scan.entries() {
            let mut is_found = false;
            for ((pattern, condition), state) in self.expressions().zip(&mut states) {
                if pattern.selects(&entry) {
                    state.has_key = true;
                    let is_satisfied = condition.is_satisfied_by(&entry);
                    state.is_satisfied |= is_satisfied;
                    is_found |= is_satisfied;
                }
            }
            if is_found {
                found.push(entry);
            }
        }
        let is_sealed = scan.encryption() == Encryption::Full;
        let answers = self.expressions().zip(states).map(|((pattern, condition), state)| match condition {
            Condition::Absent if state.has_key => Answer::No,
            Condition::Absent if is_sealed => Answer::Sealed,
            Condition::Absent => Answer::Yes,
            _ if state.is_satisfied => Answer::Yes,
            // A key in clear text is not in the encrypted part as well. A pattern may match others there.
            _ if is_sealed && !(state.has_key && pattern.as_key().is_some()) => Answer::Sealed,
            _ => Answer::No,
        });
        match answers.max() {
            Some(Answer::No) => Verdict::NoMatch,
            Some(Answer::Sealed) => Verdict::Encrypted,
            Some(Answer::Yes) | None => Verdict::Match(found),
        }
    }

    fn expressions(&self) -> impl Iterator<Item = (&Pattern, &Condition)> {
        self.patterns.iter().zip(&self.conditions)
    }
}

/// What the entries so far say about an expression.
#[derive(Clone, Copy, Default)]
struct State {
    has_key: bool,
    is_satisfied: bool,
}

/// Whether an expression holds. Of several, the greatest decides.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Answer {
    Yes,
    /// The encrypted part has the answer.
    Sealed,
    No,
}

/// Splits an expression into the text of its pattern and its condition.
fn split(expression: &str, wildcards: Wildcards) -> Result<(&str, Condition), QueryError> {
    let escaped = |key: &str| key.escape_debug().to_string();
    let negated = expression.strip_prefix('!');
    let Some((key, value)) = negated.unwrap_or(expression).split_once('=') else {
        return Ok(match negated {
            Some(key) => (key, Condition::Absent),
            None => (expression, Condition::Exists),
        });
    };
    if negated.is_some() {
        return Err(QueryError::NegatedValue { key: escaped(key.trim_end_matches('!')) });
    }
    let value = |key: &str| match wildcards {
        Wildcards::Recognized if Glob::has_wildcards(value) => Glob::parse(value)
            .map(Value::Glob)
            .map_err(|reason| QueryError::Value { key: escaped(key), reason }),
        _ => Ok(Value::Text(value.to_owned())),
    };
    Ok(match key.strip_suffix('!') {
        Some(key) => (key, Condition::Different(value(key)?)),
        None => (key, Condition::Equal(value(key)?)),
    })
}

impl Condition {
    /// Whether an entry whose key matches is one that the expression looks for.
    fn is_satisfied_by(&self, entry: &Entry<'_>) -> bool {
        match self {
            Self::Exists => true,
            Self::Absent => false,
            Self::Equal(value) => value.is_that_of(entry),
            Self::Different(value) => !value.is_that_of(entry),
        }
    }
}

impl Value {
    fn is_that_of(&self, entry: &Entry<'_>) -> bool {
        let (key, value) = (entry.key(), entry.value());
        match self {
            Self::Text(text) => catalog::values_equal(&key, &value, text),
            Self::Glob(glob) => {
                let is_boolean = || catalog::boolean(&value).is_some() && catalog::may_be_boolean(&key);
                glob.matches(&value) || (glob.matches_ignoring_case(&value) && is_boolean())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Query, QueryError, Verdict, Wildcards};
    use crate::document::{Dialect, Scan};

    fn evaluate(text: &str, expressions: &[&str]) -> Result<Option<Vec<usize>>, &'static str> {
        let query = Query::parse(expressions, Wildcards::Recognized, Dialect::Vmx).expect("expressions");
        let scan = Scan::select(text.as_bytes(), text.len(), &query.selection(Dialect::Vmx)).expect("a file");
        match query.evaluate(&scan) {
            Verdict::Match(entries) => Ok(Some(entries.iter().map(crate::Entry::line_number).collect())),
            Verdict::NoMatch => Ok(None),
            Verdict::Encrypted => Err("encrypted"),
        }
    }

    #[test]
    fn an_expression_holds_by_key_and_value() {
        let text = "# a = \"9\"\na = \"1\"\nA = \"2\"\nb.present = \"true\"\nname = \"Web 01\"\n";
        for (expression, lines) in [
            ("a", Some(vec![2, 3])),
            ("a=1", Some(vec![2])),
            ("a=0x2", Some(vec![3])),
            ("a!=1", Some(vec![3])),
            ("a=9", None),
            ("!a", None),
            ("!c", Some(vec![])),
            ("?", Some(vec![2, 3])),
            ("*.present=TRUE", Some(vec![4])),
            ("b.present=T*", Some(vec![4])),
            ("b.present!=T*", None),
            ("name=Web*", Some(vec![5])),
            ("name=web*", None),
            ("name=*", Some(vec![5])),
            ("name=", None),
            ("c!=1", None),
        ] {
            assert_eq!(evaluate(text, &[expression]), Ok(lines), "{expression}");
        }
    }

    #[test]
    fn a_pattern_matches_free_text_that_looks_like_a_boolean_in_its_case_only() {
        let text = "displayName = \"True\"\nx = \"True\"\n";
        assert_eq!(evaluate(text, &["displayName=TRU?"]), Ok(None));
        assert_eq!(evaluate(text, &["x=TRU?"]), Ok(Some(vec![2])));
    }

    #[test]
    fn all_expressions_hold_and_an_entry_of_several_is_listed_once() {
        let text = "a = \"1\"\nb = \"2\"\n";
        assert_eq!(evaluate(text, &["b", "a=1", "?"]), Ok(Some(vec![1, 2])));
        assert_eq!(evaluate(text, &["a=1", "b=3"]), Ok(None));
        assert_eq!(evaluate(text, &["a=1", "!c"]), Ok(Some(vec![1])));
        assert_eq!(evaluate(text, &["a=1", "!b"]), Ok(None));
    }

    #[test]
    fn what_an_encrypted_part_may_contain_is_not_decided() {
        let text = "displayName = \"x\"\nencryption.data = \"secret\"\n";
        for (expressions, verdict) in [
            (&["memsize"][..], Err("encrypted")),
            (&["!memsize"], Err("encrypted")),
            (&["memsize!=1"], Err("encrypted")),
            (&["*=1"], Err("encrypted")),
            (&["displayName=x"], Ok(Some(vec![1]))),
            (&["displayName=y"], Ok(None)),
            (&["!displayName"], Ok(None)),
            (&["!displayN*"], Ok(None)),
            (&["memsize", "displayName=y"], Ok(None)),
            (&["memsize", "displayName=x"], Err("encrypted")),
        ] {
            assert_eq!(evaluate(text, expressions), verdict, "{expressions:?}");
        }
    }

    #[test]
    fn texts_that_are_not_expressions_are_refused_without_their_values() {
        let parse = |text: &str, wildcards| Query::parse([text], wildcards, Dialect::Vmx).map(|_| ());
        for text in ["", "=1", "!", "!=1", "a b", "a#", "!a=hunter", "!a!=hunter", "a=[hunter", "[a"] {
            let error = parse(text, Wildcards::Recognized).expect_err(text);
            assert!(!error.to_string().contains("hunter"), "{error}");
        }
        assert!(matches!(parse("!a=1", Wildcards::Literal), Err(QueryError::NegatedValue { .. })));
        assert_eq!(parse("a=[x", Wildcards::Literal), Ok(()));
    }

    #[test]
    fn literal_expressions_compare_the_characters_of_patterns() {
        let text = "ethernet*.x = \"[1]*\"\nethernet0.x = \"1*\"\n";
        let query =
            Query::parse(["ethernet*.x=[1]*"], Wildcards::Literal, Dialect::Vmx).expect("an expression");
        let scan = Scan::select(text.as_bytes(), 0, &query.selection(Dialect::Vmx)).expect("a file");
        let Verdict::Match(entries) = query.evaluate(&scan) else { panic!("it matches") };
        assert_eq!(entries.iter().map(crate::Entry::line_number).collect::<Vec<_>>(), [1]);
    }
}
