//! Which rules count, and as what: `--deny` and `--allow`.

use vmxedit::check::{self, Finding, Rule, Severity};

use crate::error::{ProgramError, UsageError};

/// The effect of `--deny` and `--allow`.
pub(super) struct Policy {
    deny_warnings: bool,
    deny: Vec<&'static str>,
    allow: Vec<&'static str>,
}

impl Policy {
    pub(super) fn new(deny: &[String], allow: &[String]) -> Result<Self, ProgramError> {
        let codes = |words: &[String]| {
            words.iter().map(|word| find_rule(word).map(|rule| rule.code)).collect::<Result<Vec<_>, _>>()
        };
        let (all, some): (Vec<String>, Vec<String>) =
            deny.iter().cloned().partition(|word| word == "warnings");
        Ok(Self { deny_warnings: !all.is_empty(), deny: codes(&some)?, allow: codes(allow)? })
    }

    pub(super) fn apply(&self, mut findings: Vec<Finding>) -> Vec<Finding> {
        findings.retain(|finding| !self.allow.contains(&finding.rule.code));
        for finding in &mut findings {
            let denied = self.deny.contains(&finding.rule.code)
                || self.deny_warnings && finding.severity == Severity::Warning;
            if denied {
                finding.severity = Severity::Error;
            }
        }
        findings
    }
}

/// Returns the rule with this code or name.
pub(super) fn find_rule(word: &str) -> Result<&'static Rule, ProgramError> {
    check::rule(word).ok_or_else(|| {
        let message = format!("no rule '{}'", word.escape_debug());
        UsageError::with_hint(message, "`vmxedit check --rules` lists the rules")
    })
}
