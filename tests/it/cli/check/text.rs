//! Findings as text.

use std::fs;

use super::{BAD, GOOD};
use crate::harness::{Scratch, fixtures};

#[test]
fn a_finding_is_shown_with_its_line_its_reason_and_help() {
    let vm = Scratch::with(BAD);
    vm.run(&["check", "vm.vmx"]).exits(
        1,
        "error[VMX062]: 255 MB of memory is not a multiple of 4
 --> vm.vmx:4:12
  |
4 | memsize = \"255\"
  |            ^^^
  |
  = note: VMware does not power on a VM whose memory is not a multiple of 4 MB
  = help: set memsize = \"252\" or \"256\"

warning[VMX028]: the value of 'numvcpus' has no quotes
 --> vm.vmx:5:12
  |
5 | numvcpus = 2
  |            ^
  |
  = note: ESXi is reported to refuse a value without quotes
  = help: put it in double quotes

",
    );
    assert_eq!(vm.read("vm.vmx"), BAD.as_bytes());
}

#[test]
fn a_file_without_findings_prints_nothing() {
    Scratch::with(GOOD).run(&["check", "vm.vmx"]).prints("");
}

#[test]
fn a_rule_that_is_allowed_prints_nothing() {
    Scratch::with("guestOS = \"other\"\n").run(&["check", "vm.vmx", "--allow", "no-identity"]).prints("");
}

#[test]
fn a_finding_about_the_whole_file_is_shown_without_a_line() {
    let about_the_file = Scratch::with("virtualHW.version = \"19\"\nguestOS = \"other\"\n");
    about_the_file.run(&["check", "vm.vmx"]).prints(
        "warning[VMX061]: 'config.version' is not set
--> vm.vmx
 = note: VMware needs config.version, virtualHW.version and guestOS to open a VM
 = help: add it, for example config.version = \"8\"

",
    );
}

#[test]
fn a_long_line_is_truncated_around_its_column() {
    let vm = Scratch::with(format!("{GOOD}annotation = \"{}||{}\"\n", "a".repeat(5000), "b".repeat(5000)));
    let shown = vm.run(&["check", "vm.vmx"]).printed(0);
    assert!(shown.contains("--> vm.vmx:5:5015\n"), "{shown}");
    assert!(shown.lines().all(|line| line.len() < 140), "{shown}");
    assert!(shown.contains("...aaaa") && shown.contains("bbb..."), "{shown}");
}

#[test]
fn text_from_the_file_cannot_control_a_terminal() {
    let vm =
        Scratch::with("displayName = \"\u{1B}[31m\u{202E}x\nvi\u{1B}x = 1\nguestOS = \"\u{1B}]0;x\u{7}\"\n");
    for args in [&["check", "vm.vmx"][..], &["check", "vm.vmx", "--color", "never"]] {
        let shown = vm.run(args).printed(1);
        assert!(!shown.contains(['\u{1B}', '\u{7}', '\u{202E}']), "{}", shown.escape_debug());
        assert!(shown.contains("|1B[31m\\u{202E}x"), "{shown}");
    }
}

const SECRETS: &str =
    "RemoteDisplay.vnc.password = hunter2\n# x.password = \"hunter2\"\ny.password = \"hunter2\n";

#[test]
fn secrets_are_masked_in_lines_messages_and_json() {
    let vm = Scratch::with(SECRETS);
    for format in ["human", "json", "sarif"] {
        let shown = vm.run(&["check", "vm.vmx", "--format", format]).printed(1);
        assert!(!shown.contains("hunter2"), "{format}: {shown}");
    }
    let shown = vm.run(&["check", "vm.vmx"]).printed(1);
    assert!(shown.contains("RemoteDisplay.vnc.password = ****\n"), "{shown}");
}

#[test]
fn secrets_are_shown_on_request() {
    let shown = Scratch::with(SECRETS).run(&["check", "vm.vmx", "--show-secrets"]).printed(1);
    assert!(shown.contains("hunter2"), "{shown}");
}

#[test]
fn every_file_is_checked_and_the_summary_counts_them() {
    let vm = Scratch::with(BAD);
    vm.write("good.vmx", GOOD);
    vm.write("disk.vmx", "KDMV\0\0");
    let result = vm.run(&["check", "missing.vmx", "vm.vmx", "disk.vmx", "good.vmx"]);
    assert_eq!(result.code, 5);
    assert!(result.stdout.contains("vm.vmx:4:12"));
    result.says(&[
        "missing.vmx: cannot open",
        "disk.vmx: not a VMX file: a sparse virtual disk (.vmdk)",
        "vmxedit: 4 files: 1 error, 1 warning, 0 notes; 2 not checked",
    ]);
}

#[test]
fn standard_input_is_checked() {
    let shown = Scratch::new().pipe(BAD.as_bytes(), &["check", "-"]).printed(1);
    assert!(shown.contains("--> -:4:12"), "{shown}");
}

#[test]
fn an_edit_that_adds_an_error_prints_a_warning() {
    Scratch::with(GOOD).run(&["set", "vm.vmx", "memsize=255"]).reports(
        0,
        "~ memsize = \"256\" -> \"255\"\n",
        &[
            "vm.vmx: warning: line 4: 255 MB of memory is not a multiple of 4; set memsize = \"252\" or \"256\" (VMX062)",
        ],
    );
}

#[test]
fn an_edit_of_a_file_with_an_error_prints_a_warning_only_about_what_it_sets() {
    let vm = Scratch::with(GOOD.replace("256", "255"));
    vm.run(&["set", "vm.vmx", "my.own=1"]).prints("+ my.own = \"1\"\n");
    vm.run(&["set", "vm.vmx", "memsize=254"]).reports(0, "~ memsize = \"255\" -> \"254\"\n", &["(VMX062)"]);
}

#[test]
fn unusual_files_are_shown_without_a_panic() {
    let vm = Scratch::new();
    let odd: [&[u8]; 9] = [
        b"",
        b"\xEF\xBB\xBF",
        b"\n",
        b"\xEF\xBB\xBF\xEF\xBB\xBFa=1",
        b"a=\t'\xFF\t",
        b"\ta\t=\t\"\xE2\x80\xAE\xF0\x9F\x98\x80\"x\r\r\n",
        b"a=\"1\"\0\0",
        b".encoding=Shift_JIS\na\x83\x7C= \x83|zz\nb=\"\x83",
        b"=\n==\n\"\n|=|\n#\n# vmxedit: allow\n",
    ];
    let mut files: Vec<Vec<u8>> = odd.iter().map(|bytes| bytes.to_vec()).collect();
    files.extend(fixtures().iter().map(|file| fs::read(file).unwrap()));
    for content in files {
        vm.write("vm.vmx", &content);
        for args in [&["check", "vm.vmx"][..], &["check", "vm.vmx", "--fix", "-n", "--json"]] {
            let result = vm.run(args);
            assert!(matches!(result.code, 0 | 1 | 4), "{}: {}", content.escape_ascii(), result.stderr);
            assert!(!result.stderr.contains("panicked"), "{}: {}", content.escape_ascii(), result.stderr);
        }
    }
}

#[test]
fn a_fixed_line_is_not_said_to_be_ignored() {
    let vm = Scratch::with(
        "config.version = \"8\"\nvirtualHW.version = \"19\"\nguestOS = \"other\"\ndisplayName = \u{201C}My VM\u{201D}\n",
    );
    let result = vm.run(&["check", "--fix", "vm.vmx"]);
    assert_eq!((result.code, &*result.stderr), (0, ""), "{}", result.stdout);
    assert!(result.stdout.starts_with("+ displayName = \"My VM\"\n"), "{}", result.stdout);
}
