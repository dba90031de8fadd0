//! Findings: for people as a compiler shows them, for programs as JSON or SARIF.

use std::borrow::Cow;
use std::ops::Range;
use std::path::{Path, PathBuf};

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet, Title};
use serde_json::{Value, json};
use vmxedit::check::{Finding, Rule, Severity, Span};
use vmxedit::document::LineView;
use vmxedit::{Document, Error};

use super::sarif::Sarif;
use super::terminal::escape;
use super::{Failure, Report, Secrets, diff};
use crate::cli::Format;

/// One file and what is wrong with it.
pub(crate) struct Checked {
    pub(crate) file: PathBuf,
    pub(crate) document: Document,
    pub(crate) findings: Vec<Finding>,
}

/// How findings are printed, and what there was of them.
pub(crate) struct Findings {
    format: Format,
    secrets: Secrets,
    files: usize,
    failed: usize,
    errors: usize,
    warnings: usize,
    notes: usize,
    sarif: Sarif,
}

impl Findings {
    pub(crate) fn new(format: Format, secrets: Secrets) -> Self {
        let sarif = Sarif::default();
        Self { format, secrets, files: 0, failed: 0, errors: 0, warnings: 0, notes: 0, sarif }
    }

    /// A file that could not be checked.
    pub(crate) fn failed(&mut self, file: &Path, error: &Error) {
        self.files += 1;
        self.failed += 1;
        self.sarif.failed(file, error);
    }

    fn count(&mut self, checked: &Checked) {
        let of = |severity| checked.findings.iter().filter(|finding| finding.severity == severity).count();
        self.files += 1;
        self.errors += of(Severity::Error);
        self.warnings += of(Severity::Warning);
        self.notes += of(Severity::Note);
    }
}

impl Report {
    /// What is wrong with one file.
    pub(crate) fn checked(&mut self, findings: &mut Findings, checked: &Checked) -> Result<(), Failure> {
        findings.count(checked);
        match findings.format {
            Format::Human => self.snippets(checked, findings.secrets),
            Format::Json => self.document(&of_file(checked)),
            Format::Sarif => {
                findings.sarif.checked(checked);
                Ok(())
            }
        }
    }

    /// What is said once every file is checked.
    pub(crate) fn check_summary(&mut self, findings: &Findings) -> Result<(), Failure> {
        if findings.format == Format::Sarif {
            self.document(&findings.sarif.document())?;
        }
        if findings.files > 1 {
            let Findings { files, failed, errors, warnings, notes, .. } = findings;
            let count =
                |number: usize, one: &str| format!("{number} {one}{}", if number == 1 { "" } else { "s" });
            let (errors, warnings) = (count(*errors, "error"), count(*warnings, "warning"));
            let notes = count(*notes, "note");
            let text = format!("{files} files: {errors}, {warnings}, {notes}; {failed} not checked");
            self.note(None, &text);
        }
        Ok(())
    }

    fn snippets(&mut self, checked: &Checked, secrets: Secrets) -> Result<(), Failure> {
        let lines: Vec<LineView<'_>> = checked.document.lines().collect();
        let renderer = if self.colour() { Renderer::styled() } else { Renderer::plain() };
        let file = escape(&checked.file.to_string_lossy()).into_owned();
        for finding in &checked.findings {
            if self.quiet && finding.severity != Severity::Error {
                continue;
            }
            let line = finding.span.as_ref().and_then(|span| Some((span, lines.get(span.line - 1)?)));
            let text = match line {
                Some((span, line)) => {
                    let shown = Shown::of(line, span, secrets);
                    // The renderer counts columns in the window that it is given.
                    let at = format!("{file}:{}:{}", span.line, span.column());
                    let seen = format!("{file}:{}:{}", span.line, shown.column());
                    renderer.render(&[on_line(&file, finding, span, shown)]).replacen(&seen, &at, 1)
                }
                None => renderer.render(&[advice(title(finding).element(Origin::path(&*file)), finding)]),
            };
            self.bytes(text.as_bytes(), "\n\n")?;
        }
        Ok(())
    }

    /// A rule, explained.
    pub(crate) fn rule(&mut self, rule: &Rule) -> Result<(), Failure> {
        if self.json {
            return self.document(&of_rule(rule));
        }
        let text = rule.text();
        self.text(&format!("{} {} ({}): {}", rule.code, text.name, rule.severity, text.title), "\n\n")?;
        self.text(&wrapped(text.explanation), "\n")?;
        self.text(&format!("Source: {}", text.source), "\n")
    }

    /// Every rule, a line each.
    pub(crate) fn rules(&mut self, rules: impl Iterator<Item = &'static Rule>) -> Result<(), Failure> {
        if self.json {
            return self.document(&rules.map(of_rule).collect::<Vec<_>>());
        }
        for rule in rules {
            let (severity, text) = (rule.severity.as_str(), rule.text());
            self.text(&format!("{}  {severity:7}  {}: {}", rule.code, text.name, text.title), "\n")?;
        }
        Ok(())
    }
}

fn of_file(checked: &Checked) -> Value {
    let findings: Vec<Value> = checked
        .findings
        .iter()
        .map(|finding| {
            json!({
                "code": finding.rule.code,
                "severity": finding.severity.as_str(),
                "line": finding.span.as_ref().map(|span| span.line),
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

fn of_rule(rule: &Rule) -> Value {
    let text = rule.text();
    json!({
        "code": rule.code, "name": text.name, "severity": rule.severity.as_str(), "title": text.title,
        "explanation": text.explanation, "source": text.source,
    })
}

fn on_line<'a>(file: &'a str, finding: &'a Finding, span: &Span, shown: Shown) -> Group<'a> {
    let snippet = Snippet::source(shown.text).line_start(span.line).path(file);
    let marked = snippet.annotation(AnnotationKind::Primary.span(shown.span));
    advice(title(finding).element(marked), finding)
}

fn title(finding: &Finding) -> Title<'_> {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        _ => Level::NOTE,
    };
    level.primary_title(escape(&finding.message)).id(finding.rule.code)
}

/// Why it matters, and what to do.
fn advice<'a>(group: Group<'a>, finding: &'a Finding) -> Group<'a> {
    let group = group.element(Level::NOTE.message(finding.rule.text().title));
    match &finding.help {
        Some(help) => group.element(Level::HELP.message(escape(help))),
        None => group,
    }
}

/// A line, or a window of a long one, safe for terminals, and where in it the finding is, in bytes.
struct Shown {
    text: String,
    span: Range<usize>,
}

impl Shown {
    fn of(line: &LineView<'_>, span: &Span, secrets: Secrets) -> Self {
        match diff::masked(line, secrets) {
            None => Self::window(&line.text, &span.columns),
            Some(masked) => {
                // What the mask hides is pointed at as a whole.
                let value = line.entry.map(|entry| entry.value_columns());
                let end = masked.chars().count();
                let columns = match value {
                    Some(value) if span.columns.end <= value.start => span.columns.clone(),
                    Some(value) => value.start..value.start + super::MASK.len(),
                    None => 0..end,
                };
                Self::window(&masked, &columns)
            }
        }
    }

    /// The column in the window, counted from 1.
    fn column(&self) -> usize {
        self.text[..self.span.start].chars().count() + 1
    }

    fn window(text: &str, columns: &Range<usize>) -> Self {
        const WIDE: usize = 110;
        const BEFORE: usize = 40;
        const AFTER: usize = 20;
        let chars: Vec<char> = text.chars().collect();
        let start = columns.start.min(chars.len());
        let mut end = columns.end.clamp(start, chars.len());
        let (mut from, mut to) = (0, chars.len());
        if chars.len() > WIDE {
            end = end.min(start + WIDE - BEFORE - AFTER);
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

/// A paragraph in lines that a terminal holds.
fn wrapped(text: &str) -> Cow<'_, str> {
    const WIDTH: usize = 100;
    let mut out = String::with_capacity(text.len() + 8);
    let mut column = 0;
    for word in text.split_whitespace() {
        let width = word.chars().count();
        if column > 0 && column + 1 + width > WIDTH {
            out.push('\n');
            column = 0;
        } else if column > 0 {
            out.push(' ');
            column += 1;
        }
        out.push_str(word);
        column += width;
    }
    out.push('\n');
    Cow::Owned(out)
}
