//! Collects the findings of one rule.

use std::ops::Range;

use super::context::IndexedEntry;
use super::{Finding, Rule, Span};

/// Adds findings of one rule to the list of all findings.
#[derive(Debug)]
pub(super) struct Reporter<'f> {
    rule: &'static Rule,
    findings: &'f mut Vec<Finding>,
}

impl<'f> Reporter<'f> {
    pub(super) fn for_rule(rule: &'static Rule, findings: &'f mut Vec<Finding>) -> Self {
        Self { rule, findings }
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
        let (rule, severity) = (self.rule, self.rule.severity);
        self.findings.push(Finding { rule, severity, span, key, message, help: None, fix: None });
        self.findings.last_mut().expect("a finding was just added")
    }
}
