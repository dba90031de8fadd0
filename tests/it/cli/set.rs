//! The `set` command: values, what is printed, and edits that change nothing or are refused.

use std::os::unix::fs::MetadataExt;

use super::VM;
use crate::harness::{RunResult, Scratch, dev_full};

const DUPLICATE: &str = "a = \"1\"\nb = \"2\"\nA = \"3\"\n";

#[test]
fn the_mask_of_a_secret_is_not_set_as_its_value() {
    let vm = Scratch::with("RemoteDisplay.vnc.password = \"geheim\"\n");
    let mask = "RemoteDisplay.vnc.password=****";
    for args in [
        &["set", "vm.vmx", mask][..],
        &["set", "vm.vmx", "RemoteDisplay.vnc.p*=****"],
        &["apply", "--set", mask, "vm.vmx"],
    ] {
        vm.run(args).refuses(
            4,
            &[
                "nothing was changed: **** in place of the value of 'RemoteDisplay.vnc.p",
                "hint: type the value itself",
            ],
        );
        let error = vm.run(&[args, &["--json"]].concat()).json();
        assert_eq!(error["error"]["kind"], "masked_value");
    }
    vm.run(&["set", "vm.vmx", "annotation=****", "-q"]).printed(0);
    assert_eq!(vm.read("vm.vmx"), b"RemoteDisplay.vnc.password = \"geheim\"\nannotation = \"****\"\n");
    vm.run(&["set", "vm.vmx", mask, "--literal", "-q"]).printed(0);
    assert!(vm.read("vm.vmx").starts_with(b"RemoteDisplay.vnc.password = \"****\"\n"));
}

#[test]
fn set_prints_one_line_per_change_and_preserves_other_lines() {
    let vm = Scratch::with(VM);
    vm.run(&["set", "vm.vmx", "memsize=2048", "ethernet0.virtualDev=e1000e"])
        .prints("~ memSize = \"1024\" -> \"2048\"\n+ ethernet0.virtualDev = \"e1000e\"\n");
    let expected =
        VM.replace("1024", "2048").replace("floppy0", "ethernet0.virtualDev = \"e1000e\"\nfloppy0");
    assert_eq!(vm.read("vm.vmx"), expected.as_bytes());
}

#[test]
fn set_matches_keys_case_insensitively() {
    let vm = Scratch::with("smbios.use12CharSerialNumber = \"FALSE\"\n");
    vm.run(&["set", "vm.vmx", "SMBIOS.USE12charserialnumber=TRUE"])
        .prints("~ smbios.use12CharSerialNumber = \"FALSE\" -> \"TRUE\"\n");
    assert_eq!(vm.read("vm.vmx"), b"smbios.use12CharSerialNumber = \"TRUE\"\n");
}

#[test]
fn set_values_may_come_from_files_or_contain_special_characters() {
    let vm = Scratch::with("a = \"\"\n");
    vm.write("value", "line one\nline two\n");
    vm.run(&["set", "-q", "vm.vmx", "a=@value", "b=@@home", "c=-", "d=x=y"]).printed(0);
    let expected = "a = \"line one|0Aline two\"\nb = \"@home\"\nc = \"-\"\nd = \"x=y\"\n";
    assert_eq!(vm.read("vm.vmx"), expected.as_bytes());
}

#[test]
fn a_value_with_a_newline_is_escaped() {
    let vm = Scratch::with("a = \"\"\n");
    vm.run(&["set", "vm.vmx", "a=x\ny"]).prints("~ a = \"\" -> \"x|0Ay\"\n");
    assert_eq!(vm.read("vm.vmx"), b"a = \"x|0Ay\"\n");
}

#[test]
fn a_key_set_twice_is_an_error() {
    let vm = Scratch::with(VM);
    vm.run(&["set", "vm.vmx", "memsize=1", "MEMSIZE=2"]).refuses(2, &["'MEMSIZE' is given twice"]);
    assert_eq!(vm.read("vm.vmx"), VM.as_bytes());
}

#[test]
fn a_set_key_is_written_in_the_declared_encoding() {
    let vm = Scratch::with(b".encoding = \"windows-1252\"\ndisplayName = \"caf\xE9\"\n");
    vm.run(&["set", "vm.vmx", "displayName=th\u{E9}"])
        .prints("~ displayName = \"caf\u{E9}\" -> \"th\u{E9}\"\n");
    assert_eq!(vm.read("vm.vmx"), b".encoding = \"windows-1252\"\ndisplayName = \"th\xE9\"\n");
}

#[test]
fn an_edit_without_changes_prints_and_writes_nothing() {
    let vm = Scratch::with(VM);
    let before = std::fs::metadata(vm.path("vm.vmx")).unwrap();
    vm.run(&["set", "vm.vmx", "memsize=1024"]).prints("");
    vm.run(&["set", "vm.vmx", "memsize=1024", "--check"]).prints("");
    vm.run(&["unset", "vm.vmx", "nothing"]).reports(0, "", &["no entry matches 'nothing'"]);
    let after = std::fs::metadata(vm.path("vm.vmx")).unwrap();
    assert_eq!((before.ino(), before.mtime_nsec()), (after.ino(), after.mtime_nsec()));
    assert_eq!(vm.read("vm.vmx"), VM.as_bytes());
}

#[test]
fn dry_run_prints_changes_without_writing() {
    let vm = Scratch::with(VM);
    vm.run(&["set", "vm.vmx", "memsize=2048", "-n"]).prints("~ memSize = \"1024\" -> \"2048\"\n");
    assert_eq!(vm.read("vm.vmx"), VM.as_bytes());
}

#[test]
fn check_prints_changes_without_writing_and_exits_1() {
    let vm = Scratch::with(VM);
    vm.run(&["set", "vm.vmx", "memsize=2048", "--check"]).exits(1, "~ memSize = \"1024\" -> \"2048\"\n");
    assert_eq!(vm.read("vm.vmx"), VM.as_bytes());
}

#[test]
fn a_quiet_dry_run_prints_the_changes_and_the_unified_diff() {
    let vm = Scratch::with("a = \"1\"\r\nb = \"2\"");
    vm.run(&["set", "vm.vmx", "b=3", "c=4", "--diff", "-q", "-n"]).prints(
        "~ b = \"2\" -> \"3\"\n+ c = \"4\"\n--- vm.vmx\n+++ vm.vmx\n@@ -1,2 +1,3 @@\n a = \"1\"\r\n-b = \"2\"\n\\ No newline at end of file\n+b = \"3\"\r\n+c = \"4\"\r\n",
    );
    assert_eq!(vm.read("vm.vmx"), b"a = \"1\"\r\nb = \"2\"");
}

#[test]
fn diff_option_prints_a_unified_diff() {
    let vm = Scratch::with("a = \"1\"\r\nb = \"2\"");
    vm.run(&["set", "vm.vmx", "b=3", "--diff"]).prints(
        "~ b = \"2\" -> \"3\"\n--- vm.vmx\n+++ vm.vmx\n@@ -1,2 +1,2 @@\n a = \"1\"\r\n-b = \"2\"\n\
         \\ No newline at end of file\n+b = \"3\"\n\\ No newline at end of file\n",
    );
    assert_eq!(vm.read("vm.vmx"), b"a = \"1\"\r\nb = \"3\"");
}

#[test]
fn json_edits_match_the_documentation() {
    let vm = Scratch::with(VM);
    vm.run(&["set", "vm.vmx", "memsize=2048", "new=x", "--json", "-n"]).prints(
        "{\"file\":\"vm.vmx\",\"changed\":true,\"dry_run\":true,\"changes\":[{\"op\":\"set\",\"key\":\"memSize\",\
         \"before\":\"1024\",\"after\":\"2048\",\"line\":3},{\"op\":\"add\",\"key\":\"new\",\"before\":null,\"after\":\"x\",\
         \"line\":8}],\"warnings\":[],\"notes\":[],\"skipped\":false,\"backup\":null}\n",
    );
}

#[test]
fn json_errors_match_the_documentation() {
    let vm = Scratch::with("a = \"1\"\na = \"2\"\n");
    let result = vm.run(&["set", "vm.vmx", "a=3", "--json"]);
    assert_eq!(result.code, 4);
    let error = result.json();
    assert_eq!(error["file"], "vm.vmx");
    assert_eq!(error["error"]["code"], 4);
    assert_eq!(error["error"]["kind"], "duplicate_key");
    assert_eq!(error["error"]["line"], 1);
    assert!(error["error"]["column"].is_null() && error["error"]["hint"].is_string());
    result.says(&[error["error"]["message"].as_str().expect("the error should have a message")]);
}

#[test]
fn editing_another_key_warns_about_duplicates() {
    let vm = Scratch::with(DUPLICATE);
    vm.run(&["set", "vm.vmx", "b=3"]).reports(
        0,
        "~ b = \"2\" -> \"3\"\n",
        &["vm.vmx: warning: 'a' is set on lines 1, 3"],
    );
}

#[test]
fn setting_a_duplicate_key_is_refused() {
    let vm = Scratch::with(DUPLICATE);
    vm.run(&["set", "vm.vmx", "a=3"]).refuses(4, &["vm.vmx:1: 'a' is set on lines 1 and 3"]);
    assert_eq!(vm.read("vm.vmx"), DUPLICATE.as_bytes());
}

#[test]
fn an_ignored_line_with_the_new_key_causes_a_warning() {
    let vm = Scratch::with("a = \"1\"\nz = \"unterminated\n");
    vm.run(&["set", "vm.vmx", "z=1"]).reports(
        0,
        "+ z = \"1\"\n",
        &["line 2 also names 'z', but VMware does not read it as an entry"],
    );
}

#[test]
fn force_reports_what_it_overrode_even_when_quiet() {
    let vm = Scratch::with("a = \"1\"\n");
    vm.write("vm.vmx.lck", "");
    vm.run(&["set", "vm.vmx", "a=2", "-q", "--force"]).reports(
        0,
        "~ a = \"1\" -> \"2\"\n",
        &["--force: edited although the VM is locked elsewhere"],
    );
}

#[test]
fn an_edit_is_reported_as_saved_if_standard_output_fails() {
    let vm = Scratch::with("a = \"1\"\n");
    let args = ["set", "vm.vmx", "a=2"];
    let output = vm.command().args(args).stdout(dev_full()).output().unwrap();
    RunResult::new(&args, &output).refuses(5, &["the edit is saved"]);
    assert_eq!(vm.read("vm.vmx"), b"a = \"2\"\n");
}

#[test]
fn copies_that_vmware_reads_as_the_value_are_reduced_to_the_first() {
    let content = "msg.autoanswer = \"true\"\nmemsize = \"4\"\nmsg.autoAnswer = \"TRUE\"\n";
    let vm = Scratch::with(content);
    vm.run(&["set", "vm.vmx", "msg.autoAnswer=FALSE"])
        .refuses(4, &["'msg.autoanswer' is set on lines 1 and 3"]);
    assert_eq!(vm.read("vm.vmx"), content.as_bytes());
    vm.run(&["set", "vm.vmx", "msg.autoAnswer=TRUE"]).exits(0, "- msg.autoAnswer = \"TRUE\"\n");
    assert_eq!(vm.read("vm.vmx"), b"msg.autoanswer = \"true\"\nmemsize = \"4\"\n");
    for unset in [&[][..], &["--unset", "memsize"]] {
        let vm = Scratch::with(content);
        let line = [&["apply", "--set", "msg.autoAnswer=TRUE"], unset, &["vm.vmx"]].concat();
        assert_eq!(vm.run(&line).code, 0);
        let rest = if unset.is_empty() { "memsize = \"4\"\n" } else { "" };
        assert_eq!(vm.read("vm.vmx"), format!("msg.autoanswer = \"true\"\n{rest}").as_bytes());
    }
    let named = "displayName = \"true\"\ndisplayName = \"TRUE\"\n";
    let vm = Scratch::with(named);
    vm.run(&["set", "vm.vmx", "displayName=TRUE"]).refuses(4, &["'displayName' is set on lines 1 and 2"]);
}

#[test]
fn the_hint_about_duplicates_removes_only_them() {
    for key in ["ether*", "eth?r", "[e]thernet0.present"] {
        let vm = Scratch::with(format!(
            "ethernet0.present = \"TRUE\"\nether = \"2\"\n{key} = \"1\"\n{key} = \"2\"\n"
        ));
        let result = vm.run(&["set", "--literal", "vm.vmx", &format!("{key}=5")]);
        assert_eq!(result.code, 4, "{}", result.stderr);
        let hint =
            result.stderr.split("remove them with `vmxedit ").nth(1).unwrap().split('`').next().unwrap();
        let words = shell_words::split(hint).unwrap();
        let removed = vm.run(&words.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!(removed.code, 0, "{hint}: {}", removed.stderr);
        assert_eq!(vm.read("vm.vmx"), b"ethernet0.present = \"TRUE\"\nether = \"2\"\n", "{hint}");
    }
    let vm = Scratch::with("-n = \"1\"\n-n = \"2\"\n");
    vm.run(&["set", "vm.vmx", "--", "-n=5"]).refuses(4, &["vmxedit unset -- vm.vmx -n`"]);
}
