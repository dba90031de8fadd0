//! Files as the library reads and changes them.

mod check_combinations;
mod check_fixes;
mod check_folders;
mod check_hosts;
mod check_other_files;
mod check_rules;
mod check_snapshots;
mod check_values;
mod descriptors;
mod edits;
mod escaping;
mod other_file_types;
mod text;

use std::fs;

use vmxedit::Document;
use vmxedit::check::{self, Finding};

use crate::harness::Scratch;

/// Returns the findings of one rule in the file vm.vmx.
fn findings_of(vm: &Scratch, code: &str) -> Vec<Finding> {
    let path = vm.path("vm.vmx");
    let document = Document::parse(fs::read(&path).unwrap());
    let mut findings = check::check(&document, Some(&path));
    findings.retain(|finding| finding.rule.code == code);
    findings
}
