//! Options of edits in a run over many files, and the summary.

use std::fs;
use std::os::unix::fs::symlink;

use crate::harness::Scratch;

/// Returns two VMs, `1.vmx` and `2.vmx`.
fn two_vms() -> Scratch {
    let vms = Scratch::new();
    for name in ["1.vmx", "2.vmx"] {
        vms.write(name, "a = \"1\"\n");
    }
    vms
}

#[test]
fn the_summary_counts_skipped_files() {
    let vms = Scratch::new();
    vms.write("1.vmx", "guestOS = \"darwin10-64\"\n");
    vms.write("2.vmx", "guestOS = \"windows9-64\"\n");
    let result = vms.run(&["apply", "-p", "macos-serial", "--if-applicable", "1.vmx", "2.vmx"]);
    assert_eq!((result.code, &*result.stdout), (0, "1.vmx: + SMBIOS.use12CharSerialNumber = \"TRUE\"\n"));
    let (_, summary) = result.stderr.trim_end().rsplit_once('\n').unwrap();
    assert_eq!(summary, "vmxedit: 2 files: 1 changed, 0 unchanged, 1 skipped, 0 refused, 0 failed");
    assert_eq!(vms.read("2.vmx"), b"guestOS = \"windows9-64\"\n");
}

#[test]
fn backup_keeps_the_old_content_of_every_file() {
    let vms = two_vms();
    let result = vms.run(&["apply", "--backup", "--set", "a=2", "1.vmx", "2.vmx"]);
    let summary = "vmxedit: 2 files: 2 changed, 0 unchanged, 0 skipped, 0 refused, 0 failed; \
                   the old files are kept with the suffix .bak\n";
    assert_eq!((result.code, &*result.stderr), (0, summary));
    assert_eq!(vms.names(), ["1.vmx", "1.vmx.bak", "2.vmx", "2.vmx.bak"]);
    assert_eq!(
        (vms.read("1.vmx.bak"), vms.read("2.vmx")),
        (b"a = \"1\"\n".to_vec(), b"a = \"2\"\n".to_vec())
    );
}

#[test]
fn force_edits_locked_files_and_reports_each() {
    let vms = two_vms();
    vms.write("2.vmx.lck", "");
    let args = ["apply", "--set", "a=2", "1.vmx", "2.vmx"];
    let result = vms.run(&args);
    assert_eq!((result.code, &*result.stdout), (3, "1.vmx: ~ a = \"1\" -> \"2\"\n"));
    let result = vms.run(&[&args[..], &["--force"]].concat());
    assert_eq!((result.code, &*result.stdout), (0, "2.vmx: ~ a = \"1\" -> \"2\"\n"));
    result.says(&["2.vmx: warning: --force: edited although the VM is locked elsewhere"]);
    assert_eq!(vms.names(), ["1.vmx", "2.vmx", "2.vmx.lck"]);
}

#[test]
fn break_links_edits_files_with_hard_links() {
    let vms = two_vms();
    fs::hard_link(vms.path("2.vmx"), vms.path("other")).unwrap();
    let args = ["apply", "--set", "a=2", "1.vmx", "2.vmx"];
    let result = vms.run(&args);
    assert_eq!((result.code, &*result.stdout), (4, "1.vmx: ~ a = \"1\" -> \"2\"\n"));
    let result = vms.run(&[&args[..], &["--break-links"]].concat());
    assert_eq!((result.code, &*result.stdout), (0, "2.vmx: ~ a = \"1\" -> \"2\"\n"));
    assert_eq!((vms.read("2.vmx"), vms.read("other")), (b"a = \"2\"\n".to_vec(), b"a = \"1\"\n".to_vec()));
}

#[test]
fn reload_is_refused_for_each_file_where_there_is_no_vim_cmd() {
    let vms = two_vms();
    let result = vms.run(&["apply", "--reload", "--set", "a=2", "1.vmx", "2.vmx"]);
    assert_eq!((result.code, &*result.stdout), (5, ""));
    let failed = "--reload: vim-cmd was not found: this is not an ESXi host";
    result.says(&[&format!("1.vmx: {failed}"), &format!("2.vmx: {failed}"), "0 changed", "2 failed"]);
    for file in ["1.vmx", "2.vmx"] {
        assert_eq!(vms.read(file), b"a = \"1\"\n");
    }
}

#[test]
fn verbose_says_that_there_is_nothing_to_change() {
    let vms = two_vms();
    let result = vms.run(&["set", "-v", "1.vmx", "a=1"]);
    assert_eq!(
        (result.code, &*result.stdout, &*result.stderr),
        (0, "", "vmxedit: 1.vmx: nothing to change\n")
    );
    vms.run(&["set", "1.vmx", "a=1"]).prints("");
    let result = vms.run(&["apply", "-v", "--set", "a=1", "1.vmx", "2.vmx"]);
    assert_eq!((result.code, &*result.stdout), (0, ""));
    assert_eq!(
        result.stderr,
        "vmxedit: 1.vmx: nothing to change\nvmxedit: 2.vmx: nothing to change\n\
         vmxedit: 2 files: 0 changed, 2 unchanged, 0 skipped, 0 refused, 0 failed\n"
    );
}

#[test]
fn links_below_a_folder_are_passed_over_without_a_message() {
    let vms = Scratch::new();
    vms.write("tree/vm.vmx", "a = \"1\"\n");
    vms.write("target/target.vmx", "a = \"1\"\n");
    symlink("../target/target.vmx", vms.path("tree/link.vmx")).unwrap();
    symlink("../target", vms.path("tree/folder")).unwrap();
    let result = vms.run(&["apply", "-r", "--set", "a=2", "tree"]);
    assert_eq!((result.code, &*result.stdout), (0, "tree/vm.vmx: ~ a = \"1\" -> \"2\"\n"));
    assert_eq!(result.stderr, "vmxedit: 1 file: 1 changed, 0 unchanged, 0 skipped, 0 refused, 0 failed\n");
    for command in ["check", "show", "status"] {
        let result = vms.run(&[command, "-r", "tree"]);
        assert!(!(result.stdout + &result.stderr).contains("target"), "{command}");
    }
    assert_eq!(vms.read("target/target.vmx"), b"a = \"1\"\n");
}
