//! Findings of `check`: as text in the style of a compiler, as JSON, or as SARIF.

use std::ops::Range;
use std::path::{Path, PathBuf};

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet, Title};
use serde_json::{Value, json};
use vmxedit::Document;
use vmxedit::catalog::MASK;
use vmxedit::check::{Finding, Severity, Span};
use vmxedit::document::Line;

use super::escape::escape;
use super::sarif::Sarif;
use super::{Output, Secrets, diff};
use crate::exit::Exit;

/// How findings are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Human,
    Json,
    Sarif,
}

/// A checked file and its findings.
pub(crate) struct CheckedFile {
    pub(crate) file: PathBuf,
    pub(crate) document: Document,
    pub(crate) findings: Vec<Finding>,
}

/// Prints findings file by file and counts them for the summary.
pub(crate) struct Printer {
    format: Format,
    secrets: Secrets,
    files: usize,
    failed: usize,
    errors: usize,
    warnings: usize,
    notes: usize,
    sarif: Sarif,
}

impl Printer {
    pub(crate) fn new(format: Format, secrets: Secrets) -> Self {
        let sarif = Sarif::default();
        Self { format, secrets, files: 0, failed: 0, errors: 0, warnings: 0, notes: 0, sarif }
    }

    /// Prints the findings of one file. SARIF is printed by [`finish`](Self::finish), as one document.
    pub(crate) fn print(&mut self, out: &mut Output, checked: &CheckedFile) {
        self.count(checked);
        match self.format {
            Format::Human => print_snippets(out, checked, self.secrets),
            Format::Json => out.json(&json(checked)),
            Format::Sarif => self.sarif.add_findings(&checked.file, &checked.findings),
        }
    }

    /// Prints why a file could not be checked.
    pub(crate) fn print_error(&mut self, out: &mut Output, file: &Path, error: &anyhow::Error) -> Exit {
        self.files += 1;
        self.failed += 1;
        self.sarif.add_error(file, error);
        out.error(None, error)
    }

    /// Prints what concerns all files: the SARIF document. Returns the summary of several files. `changed` says how
    /// many of them were fixed.
    pub(crate) fn finish(&self, out: &mut Output, changed: Option<&str>) -> String {
        if self.format == Format::Sarif {
            out.json(&self.sarif.document());
        }
        let Self { files, failed, errors, warnings, notes, .. } = self;
        let count =
            |number: usize, one: &str| format!("{number} {one}{}", if number == 1 { "" } else { "s" });
        let (errors, warnings) = (count(*errors, "error"), count(*warnings, "warning"));
        let notes = count(*notes, "note");
        let (files, changed) =
            (count(*files, "file"), changed.map(|changed| format!("{changed}; ")).unwrap_or_default());
        format!("{files}: {changed}{errors}, {warnings}, {notes}; {failed} not checked")
    }

    fn count(&mut self, checked: &CheckedFile) {
        let of = |severity| checked.findings.iter().filter(|finding| finding.severity == severity).count();
        self.files += 1;
        self.errors += of(Severity::Error);
        self.warnings += of(Severity::Warning);
        self.notes += of(Severity::Note);
    }
}

fn print_snippets(out: &mut Output, checked: &CheckedFile, secrets: Secrets) {
    // The findings are sorted by line.
    let mut lines = checked.document.lines().peekable();
    let renderer = if out.uses_color() { Renderer::styled() } else { Renderer::plain() };
    let file = escape(&checked.file.to_string_lossy()).into_owned();
    for finding in &checked.findings {
        let line = finding.span.as_ref().and_then(|place| {
            while lines.next_if(|line| line.number < place.line).is_some() {}
            Some((place, lines.peek()?))
        });
        let text = match line {
            Some((place, line)) => {
                let excerpt = Excerpt::of(line, place, secrets);
                // The renderer counts columns in the excerpt that it is given.
                let at = format!("{file}:{}:{}", place.line, place.column());
                let in_excerpt = format!("{file}:{}:{}", place.line, excerpt.column());
                renderer.render(&[on_line(&file, finding, place, excerpt)]).replacen(&in_excerpt, &at, 1)
            }
            None => renderer.render(&[with_advice(title(finding).element(Origin::path(&*file)), finding)]),
        };
        out.bytes(text.as_bytes(), "\n\n");
    }
}

/// The JSON shape is stable.
fn json(checked: &CheckedFile) -> Value {
    let findings: Vec<Value> = checked
        .findings
        .iter()
        .map(|finding| {
            json!({
                "code": finding.rule.code,
                "severity": finding.severity.as_str(),
                "line": finding.span.as_ref().map(|place| place.line),
                "column": finding.span.as_ref().map(Span::column),
                "key": finding.key,
                "message": finding.message,
                "help": finding.help,
                "fixable": finding.fix.is_some(),
            })
        })
        .collect();
    json!({ "file": checked.file.to_string_lossy(), "findings": findings })
}

fn on_line<'a>(file: &'a str, finding: &'a Finding, place: &Span, excerpt: Excerpt) -> Group<'a> {
    let snippet = Snippet::source(excerpt.text).line_start(place.line).path(file);
    let marked = snippet.annotation(AnnotationKind::Primary.span(excerpt.span));
    with_advice(title(finding).element(marked), finding)
}

fn title(finding: &Finding) -> Title<'_> {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    level.primary_title(escape(&finding.message)).id(finding.rule.code)
}

/// Adds why the finding matters and what to do about it.
fn with_advice<'a>(group: Group<'a>, finding: &'a Finding) -> Group<'a> {
    let group = group.element(Level::NOTE.message(finding.rule.text().title));
    match &finding.help {
        Some(help) => group.element(Level::HELP.message(escape(help))),
        None => group,
    }
}

/// A line, or a part of a long one, escaped for a terminal.
struct Excerpt {
    text: String,
    /// Where the finding is in `text`, in bytes.
    span: Range<usize>,
}

impl Excerpt {
    fn of(line: &Line<'_>, place: &Span, secrets: Secrets) -> Self {
        match diff::masked(line, secrets) {
            None => Self::window(&line.text, &place.columns),
            Some(masked) => {
                // A finding in the hidden value marks the whole mask.
                let columns = match &line.entry {
                    Some(entry) if secrets.mask(&entry.key()).is_some() => {
                        let value = entry.value_columns().start;
                        let is_before = place.columns.end <= value;
                        if is_before { place.columns.clone() } else { value..value + MASK.len() }
                    }
                    Some(_) => place.columns.clone(),
                    None => 0..masked.chars().count(),
                };
                Self::window(&masked, &columns)
            }
        }
    }

    /// The column of the finding in the excerpt, counted from 1.
    fn column(&self) -> usize {
        self.text[..self.span.start].chars().count() + 1
    }

    fn window(text: &str, columns: &Range<usize>) -> Self {
        const MAX_WIDTH: usize = 110;
        const BEFORE: usize = 40;
        const AFTER: usize = 20;
        let chars: Vec<char> = text.chars().collect();
        let start = columns.start.min(chars.len());
        let mut end = columns.end.clamp(start, chars.len());
        let (mut from, mut to) = (0, chars.len());
        if chars.len() > MAX_WIDTH {
            end = end.min(start + MAX_WIDTH - BEFORE - AFTER);
            from = start.saturating_sub(BEFORE);
            to = chars.len().min(end + AFTER);
        }
        let piece = |range: Range<usize>| {
            let text: String = chars[range].iter().collect();
            escape(&text).into_owned()
        };
        let before = format!("{}{}", if from > 0 { "..." } else { "" }, piece(from..start));
        let at = piece(start..end);
        let after = format!("{}{}", piece(end..to), if to < chars.len() { "..." } else { "" });
        let span = before.len()..before.len() + at.len();
        Self { text: before + &at + &after, span }
    }
}
