//! What is wrong with a `.vmx`: rules as data and small functions, in one table. It prints nothing and changes nothing.

mod allow;
mod beside;
mod disks;
mod finding;
mod mend;
mod rules;
mod subject;

use std::path::Path;

use crate::document::{Document, Key};
use crate::error::Cause;

pub use self::finding::{Finding, Findings, Fix, Place, Severity};
pub use self::mend::mend;
pub use self::subject::{Item, Subject};

/// One thing that can be wrong, and how it is found.
#[derive(Debug)]
pub struct Rule {
    /// `VMX001`; it never changes and is never given to another rule.
    pub code: &'static str,
    /// The same as words: `lost-quote`.
    pub name: &'static str,
    /// How bad it is. An error: VMware refuses something, or loses it. A warning: it does not do what it looks like, or
    /// some products refuse it. A note: worth knowing.
    pub severity: Severity,
    /// What VMware makes of it, in one line.
    pub title: &'static str,
    /// Why that is so and what to do, in a paragraph.
    pub explanation: &'static str,
    /// Where this is known from.
    pub source: &'static str,
    /// What it looks at.
    pub needs: Needs,
    /// Finds it.
    pub check: fn(&Subject<'_>, &mut Findings),
}

/// What a rule looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// The document alone: cheap.
    Document,
    /// Also what is known of keys, guests and hardware versions.
    Catalog,
    /// Also the files beside the `.vmx`.
    Neighbours,
}

/// Every rule, in the order of the codes.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    rules::TABLE.iter().copied().flatten()
}

/// The rule of this code or name, in any case.
pub fn rule(word: &str) -> Option<&'static Rule> {
    rules().find(|rule| [rule.code, rule.name].iter().any(|known| known.eq_ignore_ascii_case(word)))
}

/// What is wrong with `document`, by line. With the path of the `.vmx` the files beside it are looked at too. Rules that
/// the file allows by a comment of its own (`# vmxedit: allow VMX012`) are silent.
pub fn check(document: &Document, path: Option<&Path>) -> Vec<Finding> {
    let subject = Subject::new(document, path);
    run(&subject, |_| true)
}

/// The errors that `after` has and `before` had not, as far as the documents alone show them. Cheap: it is asked with every
/// edit. Files far larger than any VM's are left out.
pub fn regressions(before: &Document, after: &Document) -> Vec<Finding> {
    const LINES_AT_MOST: usize = 10_000;
    if before.line_count().max(after.line_count()) > LINES_AT_MOST {
        return Vec::new();
    }
    let cheap = |rule: &Rule| rule.needs == Needs::Document && rule.severity == Severity::Error;
    let mut new = run(&Subject::new(after, None), cheap);
    if new.is_empty() {
        return new;
    }
    let mut old: Vec<_> = run(&Subject::new(before, None), cheap).iter().map(Finding::identity).collect();
    new.retain(|finding| match old.iter().position(|known| *known == finding.identity()) {
        Some(at) => {
            old.swap_remove(at);
            false
        }
        None => true,
    });
    new
}

fn run(subject: &Subject<'_>, wanted: impl Fn(&Rule) -> bool) -> Vec<Finding> {
    let allowed = allow::codes(subject);
    let mut findings = Findings::default();
    for rule in rules().filter(|rule| wanted(rule) && !allowed.contains(&rule.code)) {
        findings.begin(rule);
        (rule.check)(subject, &mut findings);
    }
    findings.sorted()
}

/// Says which of VMware's other dictionaries this is, where it plainly is no VM's configuration.
///
/// # Errors
/// [`Cause::NotVmx`].
pub fn check_is_vmx(document: &Document) -> Result<(), Cause> {
    const OTHERS: [(&[&str], &str); 4] = [
        (&["snapshot"], "a VM's list of snapshots (.vmsd)"),
        (&["pref.", "prefvmx.", "hint.", "webupdate"], "VMware's preferences"),
        (&["vmlist", "index"], "VMware's list of VMs (inventory.vmls)"),
        (
            &["version", "cid", "parentcid", "createtype", "parentfilenamehint", "encoding", "ddb."],
            "a virtual disk's descriptor (.vmdk)",
        ),
    ];
    let names: Vec<String> = document
        .entries()
        .map(|entry| entry.key().to_ascii_lowercase())
        .filter(|name| name != ".encoding")
        .collect();
    let is = |prefixes: &[&str]| {
        !names.is_empty() && names.iter().all(|name| prefixes.iter().any(|prefix| name.starts_with(prefix)))
    };
    match OTHERS.iter().find(|(prefixes, _)| is(prefixes)) {
        Some((_, what)) => Err(Cause::NotVmx { what: (*what).to_owned(), line: None }),
        None => Ok(()),
    }
}

/// A key as lookups have it.
fn folded(key: &str) -> String {
    Key::parse(key).map_or_else(|_| key.to_ascii_lowercase(), |key| key.as_str().to_ascii_lowercase())
}
