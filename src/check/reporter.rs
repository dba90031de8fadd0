//! Collects the findings of one rule.

use std::ops::Range;

use super::context::IndexedEntry;
use super::finding::cut;
use super::{Finding, Fix, Rule, Severity, Span};

/// The number of findings of one rule that are kept. A file that VMware or a user wrote never has as many.
const MAX_FINDINGS: usize = 1000;

/// Adds findings of one rule to the list of all findings. Those beyond the first thousand are counted only, so that a
/// file of a million broken lines takes no more memory than its lines; their fixes are kept.
#[derive(Debug)]
pub(super) struct Reporter<'f> {
    rule: &'static Rule,
    findings: &'f mut Vec<Finding>,
    /// The number of findings before those of the rule.
    start: usize,
    surplus: Surplus,
}

/// The findings that are not kept.
#[derive(Debug)]
struct Surplus {
    number: usize,
    severity: Severity,
    fixes: Vec<Fix>,
}

impl<'f> Reporter<'f> {
    pub(super) fn for_rule(rule: &'static Rule, findings: &'f mut Vec<Finding>) -> Self {
        let start = findings.len();
        Self {
            rule,
            findings,
            start,
            surplus: Surplus { number: 0, severity: Severity::Note, fixes: Vec::new() },
        }
    }

    /// Adds a finding for those that were not kept.
    pub(super) fn finish(mut self) {
        self.drop_surplus();
        let Surplus { number, severity, fixes } = self.surplus;
        if number > 0 {
            let message = format!("{number} more findings of this rule are not shown");
            let fix = (!fixes.is_empty()).then_some(Fix::All(fixes));
            let rule = self.rule;
            self.findings.push(Finding { rule, severity, span: None, key: None, message, help: None, fix });
        }
    }

    /// Returns whether a further finding would only be counted. A rule that may find very many then calls
    /// [`count`](Self::count), which costs no message.
    pub(super) fn is_full(&self) -> bool {
        self.findings.len() - self.start >= MAX_FINDINGS
    }

    /// Counts a finding that has the severity of the rule, and keeps its fix.
    pub(super) fn count(&mut self, fix: Option<Fix>) {
        self.surplus.number += 1;
        self.surplus.severity = self.surplus.severity.max(self.rule.severity);
        self.surplus.fixes.extend(fix);
    }

    /// Counts the last finding instead of keeping it, if there are too many.
    fn drop_surplus(&mut self) {
        if self.findings.len() - self.start <= MAX_FINDINGS {
            return;
        }
        let Some(last) = self.findings.pop() else { return };
        self.surplus.number += 1;
        self.surplus.severity = self.surplus.severity.max(last.severity);
        self.surplus.fixes.extend(last.fix);
    }

    /// Reports a key.
    pub(super) fn at_key(&mut self, entry: &IndexedEntry<'_>, message: impl Into<String>) -> &mut Finding {
        self.at(entry, entry.source.key_columns(), message)
    }

    /// Reports a value. An empty value has no columns, so the span is that of the key.
    pub(super) fn at_value(&mut self, entry: &IndexedEntry<'_>, message: impl Into<String>) -> &mut Finding {
        let columns = entry.source.value_columns();
        let columns = if columns.is_empty() { entry.source.key_columns() } else { columns };
        self.at(entry, columns, message)
    }

    /// Reports some characters of an entry's line.
    pub(super) fn at(
        &mut self,
        entry: &IndexedEntry<'_>,
        columns: Range<usize>,
        message: impl Into<String>,
    ) -> &mut Finding {
        let span = Span { line: entry.line(), columns };
        self.push(Some(span), Some(entry.key().into_owned()), message.into())
    }

    /// Reports some characters of a line that need not be an entry.
    pub(super) fn at_line(
        &mut self,
        line: usize,
        columns: Range<usize>,
        message: impl Into<String>,
    ) -> &mut Finding {
        self.push(Some(Span { line, columns }), None, message.into())
    }

    /// Reports the file as a whole.
    pub(super) fn in_file(&mut self, message: impl Into<String>) -> &mut Finding {
        self.push(None, None, message.into())
    }

    fn push(&mut self, span: Option<Span>, key: Option<String>, message: String) -> &mut Finding {
        self.drop_surplus();
        let (rule, severity) = (self.rule, self.rule.severity);
        let message = cut(message);
        self.findings.push(Finding { rule, severity, span, key, message, help: None, fix: None });
        self.findings.last_mut().expect("a finding was just added")
    }
}
