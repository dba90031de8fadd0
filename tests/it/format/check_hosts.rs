//! The rule of `check` about the product that is to run the VM.

use vmxedit::check::{self, Finding, Options, Severity};
use vmxedit::{Document, catalog};

/// The code of the rule that is tested here.
pub(super) const CODE: &str = "VMX072";

fn findings_for(host: &str, vmx: &str) -> Vec<Finding> {
    let options = Options::for_host(catalog::product(host).unwrap());
    let mut findings = check::check_with(&Document::parse(vmx), None, options);
    findings.retain(|finding| finding.rule.code == CODE);
    findings
}

#[test]
fn a_hardware_version_above_that_of_the_host_is_an_error() {
    let found = findings_for("esxi-6.7", "virtualHW.version = \"21\"\n");
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].severity, Severity::Error);
    assert_eq!(found[0].message, "ESXi 6.7 supports hardware versions up to 14, and this VM has 21");
    assert_eq!(found[0].help.as_deref(), Some("set virtualHW.version = \"14\" if the guest runs with it"));
}

#[test]
fn a_hardware_version_that_only_workstation_and_fusion_create_is_a_warning_on_esxi() {
    let found = findings_for("esxi-7.0", "virtualHW.version = \"16\"\n");
    assert_eq!(found[0].severity, Severity::Warning);
    assert!(found[0].message.contains("which is for Workstation and Fusion"), "{found:?}");
    assert_eq!(found[0].help.as_deref(), Some("set virtualHW.version = \"15\" if the guest runs with it"));
    assert!(findings_for("workstation-17", "virtualHW.version = \"16\"\n").is_empty());
}

#[test]
fn devices_that_came_later_than_the_host_are_warnings() {
    let vmx = "virtualHW.version = \"11\"\nnvme0.present = \"TRUE\"\nethernet0.present = \"FALSE\"\n\
               ethernet0.virtualDev = \"vrdma\"\n";
    let found = findings_for("esxi-6.0", vmx);
    assert_eq!(found.len(), 1, "an absent card has no effect: {found:?}");
    assert_eq!((found[0].severity, found[0].key.as_deref()), (Severity::Warning, Some("nvme0.present")));
}

#[test]
fn guests_that_came_later_than_the_host_are_notes() {
    let found = findings_for("esxi-5.5", "virtualHW.version = \"10\"\nguestOS = \"darwin16-64\"\n");
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].severity, found[0].key.as_deref()), (Severity::Note, Some("guestOS")));
}

#[test]
fn what_the_host_supports_is_not_reported() {
    let vmx = "virtualHW.version = \"14\"\nnvme0.present = \"TRUE\"\nguestOS = \"ubuntu-64\"\n";
    assert!(findings_for("esxi-6.7", vmx).is_empty());
    let findings = check::check(&Document::parse("virtualHW.version = \"22\"\n"), None);
    assert!(findings.iter().all(|finding| finding.rule.code != CODE), "no host is named");
}
