//! What a rule reports: severity, position, message and fix.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use super::Rule;

/// How serious a finding is. A more serious one compares greater.
///
/// ```
/// use vmxedit::check::Severity;
///
/// assert!(Severity::Error > Severity::Warning);
/// assert_eq!(Severity::Note.to_string(), "note");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Information that may be useful.
    Note,
    /// The setting does not do what it appears to do, or some products refuse it.
    Warning,
    /// VMware refuses the file or the setting, or loses data.
    Error,
}

impl Severity {
    /// Returns `note`, `warning` or `error`.
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

/// The position of a finding. A column is a character of the line as decoded.
///
/// ```
/// use vmxedit::{Document, check};
///
/// let document = Document::parse("memsize = \"abc\"\n");
/// let findings = check::check(&document, None);
/// let span = findings.iter().find_map(|finding| finding.span.as_ref()).expect("a position");
/// assert_eq!((span.line, span.column()), (1, 12));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// The line number, counted from 1.
    pub line: usize,
    /// The characters, counted from 0.
    pub columns: Range<usize>,
}

impl Span {
    /// Returns the first column, counted from 1.
    pub fn column(&self) -> usize {
        self.columns.start + 1
    }
}

/// An automatic fix. Apart from [`Requote`](Self::Requote), VMware reads the same values before and after it.
///
/// ```
/// use vmxedit::{Document, check};
///
/// let document = Document::parse("a = \"1\"\na = \"1\"\n");
/// let has_fix = |finding: &check::Finding| matches!(finding.fix, Some(check::Fix::DropLine(_)));
/// assert!(check::check(&document, None).iter().any(has_fix));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fix {
    /// Remove the byte order mark before the first line.
    DropFileBom,
    /// Remove the byte order marks at the start of this line.
    DropLineBom(usize),
    /// Remove this line, which repeats another one.
    DropLine(usize),
    /// Put the value on this line in quotes.
    Quote(usize),
    /// Put double quotes in place of the other quotes around the value on this line. VMware then reads the value that was
    /// meant.
    Requote(usize),
    /// Several fixes.
    All(Vec<Fix>),
}

/// A defect that a rule found.
///
/// ```
/// use vmxedit::{Document, check};
///
/// let document = Document::parse("memsize = \"abc\"\n");
/// let findings = check::check(&document, None);
/// assert!(findings.iter().any(|finding| finding.key.as_deref() == Some("memsize")));
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Finding {
    /// The rule that found it.
    pub rule: &'static Rule,
    /// The severity: that of the rule, or less.
    pub severity: Severity,
    /// The position; `None` if the finding is about the whole file.
    pub span: Option<Span>,
    /// The key, as spelled in the file, if the finding is about an entry.
    pub key: Option<String>,
    /// What is wrong. Secrets are masked.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// The automatic fix, if there is one.
    pub fix: Option<Fix>,
}

impl Finding {
    pub(super) fn help(&mut self, text: impl Into<String>) -> &mut Self {
        self.help = Some(cut(text.into()));
        self
    }

    pub(super) fn fix(&mut self, fix: Fix) -> &mut Self {
        self.fix = Some(fix);
        self
    }

    /// Lowers the severity to at most `severity`.
    pub(super) fn capped_at(&mut self, severity: Severity) -> &mut Self {
        self.severity = self.severity.min(severity);
        self
    }
}

/// Cuts a text that contains a key or a value of the file. The owner of the file may have made it large, and many findings
/// may repeat it.
pub(super) fn cut(text: String) -> String {
    const MAX_CHARS: usize = 1000;
    match text.char_indices().nth(MAX_CHARS) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text,
    }
}

/// Cuts a name for a message.
pub(super) fn cut_name(name: &str) -> Cow<'_, str> {
    const MAX_CHARS: usize = 60;
    match name.char_indices().nth(MAX_CHARS) {
        Some((end, _)) => Cow::Owned(format!("{}...", &name[..end])),
        None => Cow::Borrowed(name),
    }
}
