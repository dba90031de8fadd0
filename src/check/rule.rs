//! A rule: what the check needs of it, and its texts.

use std::sync::OnceLock;

use super::Severity;
use super::context::LintContext;
use super::reporter::Reporter;

/// A defect that a file can have, and the function that finds it.
///
/// ```
/// use vmxedit::check;
///
/// let rule = check::rule("VMX012").expect("a rule");
/// assert_eq!(check::rule(rule.text().name).map(|same| same.code), Some("VMX012"));
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub struct Rule {
    /// The code, such as `VMX001`. It never changes, and no other rule ever gets it.
    pub code: &'static str,
    /// The severity of a finding. A finding may be less severe than its rule.
    pub severity: Severity,
    /// What the rule reads.
    pub needs: Needs,
    pub(super) check: Check,
}

pub(super) type Check = fn(&LintContext<'_>, &mut Reporter<'_>);

/// What a rule reads.
///
/// ```
/// use vmxedit::check::{self, Needs};
///
/// assert!(check::rules().any(|rule| rule.needs == Needs::Neighbors));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Needs {
    /// The document alone: cheap.
    Document,
    /// The document and what the catalog says about the keys of its entries.
    Keys,
    /// The document and the catalog of guests, hardware versions and features, or the built-in presets.
    Catalog,
    /// The document and the files in the folder of the `.vmx`.
    Neighbors,
}

/// The texts of a rule.
///
/// ```
/// use vmxedit::check;
///
/// let text = check::rules().next().expect("a rule").text();
/// assert!(!text.title.is_empty() && !text.source.is_empty());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RuleText {
    /// The name, such as `lost-quote`.
    pub name: &'static str,
    /// What VMware does, in one line without a period.
    pub title: &'static str,
    /// Why VMware does that and what to do, in a paragraph.
    pub explanation: &'static str,
    /// Where the facts come from.
    pub source: &'static str,
}

impl Rule {
    /// Returns the texts of the rule. The first call splits the table of all texts into lines; a check without findings
    /// never does.
    pub fn text(&self) -> RuleText {
        let rows = rows();
        let at = rows.binary_search_by_key(&self.code, |row| code_of(row));
        let row = rows[at.expect("a test makes sure that every rule has a row, sorted by code")];
        let mut cells = row.split('\t').skip(1);
        let mut next = || cells.next().expect("a test makes sure that every row has five cells");
        RuleText { name: next(), title: next(), explanation: next(), source: next() }
    }
}

/// Returns the rows of the table of texts, without its comments.
fn rows() -> &'static [&'static str] {
    static ROWS: OnceLock<Vec<&str>> = OnceLock::new();
    ROWS.get_or_init(|| {
        let lines = include_str!("rules/texts.tsv").lines();
        lines.filter(|line| !line.starts_with('#')).collect()
    })
}

fn code_of(row: &str) -> &str {
    row.split('\t').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{code_of, rows};
    use crate::check::rules;

    #[test]
    fn every_rule_has_one_row_of_texts_and_every_row_has_a_rule() {
        let codes: Vec<&str> = rules().map(|rule| rule.code).collect();
        let rows = rows();
        assert_eq!(rows.iter().map(|row| code_of(row)).collect::<Vec<_>>(), codes, "sorted, without gaps");
        for row in rows {
            let cells: Vec<&str> = row.split('\t').collect();
            assert_eq!(cells.len(), 5, "{row}");
            assert!(cells.iter().all(|cell| !cell.is_empty() && cell.trim() == *cell), "{row}");
        }
    }
}
