//! What a rule says, and where.

use std::fmt;
use std::ops::Range;

use super::{Item, Rule};

/// How bad something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// It does not do what it looks like, or some products refuse it.
    Warning,
    /// VMware refuses something, or loses it.
    Error,
}

impl Severity {
    /// Its word for programs and people.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Where something stands: columns are characters of the line as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The line, counted from 1.
    pub line: usize,
    /// The characters, counted from 0.
    pub columns: Range<usize>,
}

impl Place {
    /// The first column, counted from 1.
    pub fn column(&self) -> usize {
        self.columns.start + 1
    }
}

/// A change that mends what was found and takes nothing away that VMware reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fix {
    /// The byte order mark before the first line goes.
    DropFileBom,
    /// The byte order marks at the start of this line go.
    DropLineBom(usize),
    /// This line, which says again what another says, goes.
    DropLine(usize),
    /// The value on this line gets quotes.
    Quote(usize),
}

/// Something that a rule found.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The rule.
    pub rule: &'static Rule,
    /// How bad it is here: the rule's severity, or less.
    pub severity: Severity,
    /// Where; `None` where it is about the file as a whole.
    pub place: Option<Place>,
    /// The key it is about, as it is spelled.
    pub key: Option<String>,
    /// What is wrong. It holds no secrets.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// What `--fix` would do.
    pub fix: Option<Fix>,
}

impl Finding {
    /// Adds what to do about it.
    pub fn help(&mut self, text: impl Into<String>) -> &mut Self {
        self.help = Some(text.into());
        self
    }

    /// Adds how it is mended without loss.
    pub fn fix(&mut self, fix: Fix) -> &mut Self {
        self.fix = Some(fix);
        self
    }

    /// Says that it is less bad here than the rule says.
    pub fn at_most(&mut self, severity: Severity) -> &mut Self {
        self.severity = self.severity.min(severity);
        self
    }

    /// What it is, wherever it stands.
    pub(super) fn identity(&self) -> (&'static str, Option<String>) {
        (self.rule.code, self.key.as_deref().map(super::folded))
    }
}

/// What was found so far.
#[derive(Debug, Default)]
pub struct Findings {
    rule: Option<&'static Rule>,
    list: Vec<Finding>,
}

impl Findings {
    /// From now on it is `rule` that finds.
    pub(super) fn begin(&mut self, rule: &'static Rule) {
        self.rule = Some(rule);
    }

    /// Something about a key.
    pub fn at_key(&mut self, item: &Item<'_>, message: impl Into<String>) -> &mut Finding {
        self.at(item, item.entry.key_columns(), message.into())
    }

    /// Something about a value; an empty one is pointed at by its key.
    pub fn at_value(&mut self, item: &Item<'_>, message: impl Into<String>) -> &mut Finding {
        let columns = item.entry.value_columns();
        let columns = if columns.is_empty() { item.entry.key_columns() } else { columns };
        self.at(item, columns, message.into())
    }

    /// Something about some characters of an entry's line.
    pub fn at(&mut self, item: &Item<'_>, columns: Range<usize>, message: String) -> &mut Finding {
        let place = Place { line: item.line(), columns };
        self.push(Some(place), Some(item.entry.key().into_owned()), message)
    }

    /// Something about a line that is no entry, or about its bytes.
    pub fn at_line(
        &mut self,
        line: usize,
        columns: Range<usize>,
        message: impl Into<String>,
    ) -> &mut Finding {
        self.push(Some(Place { line, columns }), None, message.into())
    }

    /// Something about the file as a whole.
    pub fn in_file(&mut self, message: impl Into<String>) -> &mut Finding {
        self.push(None, None, message.into())
    }

    fn push(&mut self, place: Option<Place>, key: Option<String>, message: String) -> &mut Finding {
        let rule = self.rule.expect("a rule begins before it finds");
        let severity = rule.severity;
        self.list.push(Finding { rule, severity, place, key, message, help: None, fix: None });
        self.list.last_mut().expect("it was pushed")
    }

    /// By line and column; what is about the whole file comes first.
    pub(super) fn sorted(mut self) -> Vec<Finding> {
        let order = |finding: &Finding| finding.place.as_ref().map(|place| (place.line, place.columns.start));
        self.list.sort_by_key(order);
        self.list
    }
}
