//! Exit codes, levels of rules, files that are refused, and the lists of rules.

use super::{BAD, GOOD};
use crate::harness::Scratch;

#[test]
fn the_exit_code_is_1_if_there_are_errors() {
    let warned = Scratch::with(format!("{GOOD}numvcpus = 2\n"));
    for (args, code) in [
        (&["check", "vm.vmx"][..], 0),
        (&["check", "vm.vmx", "--deny", "warnings"], 1),
        (&["check", "vm.vmx", "--deny", "VMX028"], 1),
        (&["check", "vm.vmx", "--deny", "unquoted-value"], 1),
        (&["check", "vm.vmx", "--deny", "VMX001"], 0),
        (&["check", "vm.vmx", "--deny", "warnings", "--allow", "vmx028"], 0),
    ] {
        let shown = warned.run(args).printed(code);
        assert_eq!(shown.starts_with("error"), code == 1, "{args:?}: {shown}");
    }
}

#[test]
fn a_rule_that_a_comment_allows_is_not_denied() {
    let allowed = Scratch::with(format!("# vmxedit: allow VMX028\n{GOOD}numvcpus = 2\n"));
    allowed.run(&["check", "vm.vmx", "--deny", "warnings"]).prints("");
}

#[test]
fn a_quiet_check_shows_every_finding_and_no_summary() {
    let vm = Scratch::with(BAD);
    vm.write("other.vmx", GOOD);
    let shown = vm.run(&["check", "-q", "vm.vmx", "other.vmx"]).printed(1);
    assert!(shown.contains("VMX062") && shown.contains("VMX028"), "{shown}");
}

#[test]
fn files_of_other_types_are_refused_and_identified() {
    let vm = Scratch::new();
    for (content, what) in [
        ("# Disk DescriptorFile\nversion=1\n", "a virtual disk's descriptor (.vmdk)"),
        (
            "version=1\nCID=fffffffe\nparentCID=ffffffff\nddb.uuid = \"1\"\n",
            "a virtual disk's descriptor (.vmdk)",
        ),
        ("<?xml version=\"1.0\"?>\n<Foundry>\n", "XML (a .vmxf holds"),
        (
            ".encoding = \"UTF-8\"\nsnapshot.lastUID = \"1\"\nsnapshot0.uid = \"1\"\n",
            "a VM's list of snapshots (.vmsd)",
        ),
        (".encoding = \"UTF-8\"\npref.lastUpdateCheckSec = \"1\"\n", "VMware's preferences"),
        ("vmlist1.config = \"/x.vmx\"\nindex.count = \"1\"\n", "VMware's list of VMs"),
        ("just text\n", "no line has the form"),
    ] {
        vm.write("x", content);
        vm.run(&["check", "x"]).refuses(4, &["x: not a VMX file: ", what]);
    }
}

#[test]
fn invalid_combinations_of_options_are_refused() {
    let vm = Scratch::with(GOOD);
    for (args, why) in [
        (&["check"][..], "required arguments were not provided"),
        (&["check", "vm.vmx", "--deny", "VMX999"], "no rule 'VMX999'"),
        (&["check", "vm.vmx", "--allow", "warnings"], "no rule 'warnings'"),
        (&["check", "--explain", "nothing"], "no rule 'nothing'"),
        (&["check", "vm.vmx", "--backup"], "editing options require --fix"),
        (&["check", "vm.vmx", "-n"], "editing options require --fix"),
        (&["check", "vm.vmx", "--host", "esxi-1.0"], "no product 'esxi-1.0'; known are esx-3, esxi-4.0"),
        (&["check", "vm.vmx", "--host", "windows"], "no product 'windows'"),
        (&["check", "-", "vm.vmx"], "cannot be combined with other files"),
    ] {
        vm.run(args).refuses(2, &[why]);
    }
}

#[test]
fn a_host_reports_what_it_does_not_support() {
    let vm = Scratch::with(GOOD.replace("\"19\"", "\"21\""));
    vm.run(&["check", "vm.vmx"]).exits(0, "");
    vm.run(&["check", "--host", "workstation-17.5", "vm.vmx"]).exits(0, "");
    let shown = vm.run(&["check", "--host", "ESXi-6.7", "vm.vmx"]).printed(1);
    assert!(shown.contains("ESXi 6.7 supports hardware versions up to 14, and this VM has 21"), "{shown}");
}

#[test]
fn two_formats_are_refused() {
    let result = Scratch::with(GOOD).run(&["check", "vm.vmx", "--json", "--format", "sarif"]);
    assert_eq!((result.code, &result.json()["error"]["kind"]), (2, &"usage".into()));
    result.says(&["'--json' cannot be used with '--format"]);
}

#[test]
fn rules_are_listed() {
    let list = Scratch::new().run(&["check", "--rules"]).printed(0);
    assert!(list.starts_with("VMX001  error    lost-quote: VMware ignores a line"), "{list}");
    assert_eq!(list.lines().count(), vmxedit::check::rules().count());
}

#[test]
fn rules_are_listed_in_json() {
    let rules = Scratch::new().run(&["check", "--rules", "--json"]).json();
    assert_eq!(rules[0]["name"], "lost-quote");
}

#[test]
fn a_rule_is_explained_with_its_source() {
    let explained = Scratch::new().run(&["check", "--explain", "lost-quote"]).printed(0);
    assert!(explained.starts_with("VMX001 lost-quote (error): "), "{explained}");
    assert!(explained.contains("\nSource: open-vm-tools"), "{explained}");
}

#[test]
fn a_rule_is_explained_in_json() {
    let explained = Scratch::new().run(&["check", "--explain", "vmx001", "--json"]).json();
    assert_eq!(explained["code"], "VMX001");
}
