//! Checks a `.vmx` against rules and fixes what can be fixed without loss. It prints nothing and writes no file.
//!
//! A rule is a row of the table in `rules/mod.rs` (code, severity, what it reads, function) and a row of
//! `rules/texts.tsv` (name, title, explanation, source). The texts are read only when they are needed.
//!
//! ```
//! use vmxedit::{Document, check};
//!
//! let findings = check::check(&Document::parse("memsize = \"255\"\nguestOS = other\n"), None);
//! let memory = findings.iter().find(|finding| finding.key.as_deref() == Some("memsize")).expect("a finding");
//! assert_eq!(memory.rule.code, "VMX062");
//! assert_eq!(memory.rule.text().name, "memory-not-multiple-of-4");
//! ```

mod allow;
mod context;
mod defect;
mod device;
mod disks;
mod file_kind;
mod file_type;
mod finding;
mod first_entries;
mod fix;
mod folder_disks;
mod neighbors;
mod placeholder;
mod quotes;
mod reporter;
mod review;
mod rule;
mod rules;
mod snapshots;

use std::ffi::OsStr;
use std::path::Path;

use self::context::LintContext;
use self::neighbors::Neighbors;
use self::reporter::Reporter;
use crate::catalog::Product;
use crate::document::{Document, Key};
use crate::host::{self, FolderView, Resolved};

pub use self::file_type::{ensure_configuration, ensure_vmx};
pub use self::finding::{Finding, Fix, Severity, Span};
pub use self::fix::apply_fixes;
pub use self::review::{MAX_REVIEWED_LINES, review};
pub use self::rule::{Needs, Rule, RuleText};

/// Returns every rule, sorted by code.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    rules::TABLE.iter()
}

/// Returns the rule with this code or name, in any case.
pub fn rule(code_or_name: &str) -> Option<&'static Rule> {
    let by_name = || rules().find(|rule| rule.text().name.eq_ignore_ascii_case(code_or_name));
    rule_with_code(code_or_name).or_else(by_name)
}

fn rule_with_code(code: &str) -> Option<&'static Rule> {
    rules().find(|rule| rule.code.eq_ignore_ascii_case(code))
}

/// What a check takes into account besides the file and its folder.
///
/// ```
/// use vmxedit::catalog::product;
/// use vmxedit::{Document, check};
///
/// let options = check::Options::for_host(product("esxi-6.7").expect("a known product"));
/// let document = Document::parse("virtualHW.version = \"19\"\n");
/// assert!(check::check_with(&document, None, options).len() > check::check(&document, None).len());
/// ```
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct Options {
    /// The product that is to run the VM: what it does not support is reported.
    pub host: Option<Product>,
}

impl Options {
    /// Checks for one product.
    pub fn for_host(host: Product) -> Self {
        Self { host: Some(host) }
    }
}

/// Returns the findings in `document`, sorted by line; those about the whole file come first.
///
/// `path` is the path of the file. With it, the files in its folder are checked too, unless it is a pipe of the shell,
/// which has no folder. The document is the configuration of a VM or, by the name of its file, a list of snapshots
/// (`.vmsd`) or a disk's descriptor (`.vmdk`, parsed as such), for which fewer rules apply. Rules that the file turns off
/// with a comment (`# vmxedit: allow VMX012`) do not run.
pub fn check(document: &Document, path: Option<&Path>) -> Vec<Finding> {
    check_with(document, path, Options::default())
}

/// Returns the findings as [`check`] does, with options.
pub fn check_with(document: &Document, path: Option<&Path>, options: Options) -> Vec<Finding> {
    match path.map(host::resolve) {
        Some(Ok(Resolved::File(place))) => {
            check_in_folder_with(document, place.folder().as_ref(), place.name(), options)
        }
        _ => check_all(document, None, options),
    }
}

/// Returns the findings in `document`, which is the content of the file `name` in `folder`, and in the files next to
/// it. Sorted as by [`check`].
pub fn check_in_folder(document: &Document, folder: &dyn FolderView, name: &OsStr) -> Vec<Finding> {
    check_in_folder_with(document, folder, name, Options::default())
}

/// Returns the findings as [`check_in_folder`] does, with options.
pub fn check_in_folder_with(
    document: &Document,
    folder: &dyn FolderView,
    name: &OsStr,
    options: Options,
) -> Vec<Finding> {
    check_all(document, Some(Neighbors { folder, name }), options)
}

fn check_all(document: &Document, neighbors: Option<Neighbors<'_>>, options: Options) -> Vec<Finding> {
    let mut context = LintContext::new(document, neighbors);
    context.host = options.host;
    run(&context, |_| true)
}

fn run(context: &LintContext<'_>, is_selected: impl Fn(&Rule) -> bool) -> Vec<Finding> {
    let allowed = allow::codes(context);
    let mut findings = Vec::new();
    let is_on = |rule: &&Rule| context.kind.has(rule) && !allowed.contains(&rule.code);
    for rule in rules().filter(|rule| is_selected(rule)).filter(is_on) {
        let mut reporter = Reporter::for_rule(rule, &mut findings);
        (rule.check)(context, &mut reporter);
        reporter.finish();
    }
    let position = |finding: &Finding| finding.span.as_ref().map(|span| (span.line, span.columns.start));
    findings.sort_by_key(position);
    findings
}

/// Returns a key in the form in which keys are compared.
fn folded(key: &str) -> String {
    Key::parse(key).map_or_else(|_| key.to_ascii_lowercase(), |key| key.as_str().to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;

    use super::check_in_folder;
    use crate::document::Document;
    use crate::host::{FileKind, MemoryFolder};

    const VM: &str = "nvram = \"vm.nvram\"\nscsi0:0.present = \"TRUE\"\nscsi0:0.fileName = \"now.vmdk\"\n\
                      scsi0:1.present = \"TRUE\"\nscsi0:1.fileName = \"gone.vmdk\"\n\
                      scsi0:2.present = \"TRUE\"\nscsi0:2.fileName = \"/vmfs/volumes/ds/vm/pipe.vmdk\"\n";

    #[test]
    fn the_files_of_a_vm_are_checked_through_the_interface_alone() {
        let disk =
            "# Disk DescriptorFile\nparentFileNameHint=\"base.vmdk\"\nRW 8 VMFSSPARSE \"now-delta.vmdk\"\n";
        let list = b"snapshot0.uid = \"1\"\nsnapshot0.displayName = \"clean\"\nsnapshot0.parent = \"7\"\n";
        let folder = MemoryFolder::with(&[("now.vmdk", disk.as_bytes()), ("vm.vmsd", list)]);
        let folder = folder.and("pipe.vmdk", FileKind::Pipe);
        let findings = check_in_folder(&Document::parse(VM), &folder, OsStr::new("vm.vmx"));
        let found = |code: &str| -> Vec<&str> {
            let of_rule = findings.iter().filter(|finding| finding.rule.code == code);
            of_rule.map(|finding| &*finding.message).collect()
        };
        assert_eq!(found("VMX110"), ["the disk 'gone.vmdk' does not exist"]);
        assert_eq!(found("VMX112"), ["the NVRAM file 'vm.nvram' does not exist"]);
        assert_eq!(
            found("VMX113"),
            [
                "cannot open the disk 'now.vmdk': its part 'now-delta.vmdk' does not exist",
                "cannot open the disk 'now.vmdk': its parent 'base.vmdk' does not exist",
                "cannot open the disk '/vmfs/volumes/ds/vm/pipe.vmdk': not a regular file",
            ]
        );
        assert_eq!(found("VMX115"), ["vm.vmsd: the parent of 'clean', snapshot 7, is not in the list"]);
    }
}
