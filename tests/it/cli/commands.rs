//! Output and exit codes of each command.

use std::os::unix::fs::MetadataExt;

use crate::harness::{Scratch, dev_full};

const VM: &str = "#!/usr/bin/vmware\n.encoding = \"UTF-8\"\nmemSize = \"1024\"   # MB\nguestOS = \"darwin12-64\"\n\
                  annotation = \"two|0Alines\"\nethernet0.present = \"TRUE\"\nfloppy0.present = \"FALSE\"\n";

#[test]
fn get_prints_decoded_values() {
    let vm = Scratch::with(VM);
    vm.run(&["get", "vm.vmx", "MEMSIZE"]).prints("1024\n");
    vm.run(&["get", "vm.vmx", "guestos", "annotation"]).prints("darwin12-64\ntwo\nlines\n");
    vm.run(&["get", "-0", "vm.vmx", "guestos", "annotation"]).prints("darwin12-64\0two\nlines\0");
    vm.run(&["get", "--raw", "vm.vmx", "annotation"]).prints("two|0Alines\n");
    vm.run(&["get", "vm.vmx", "nothing", "--default", "x"]).prints("x\n");
    vm.run(&["get", "vm.vmx", "memsize", "nothing", "--json", "-q"])
        .exits(1, "{\"memsize\":\"1024\",\"nothing\":null}\n");
}

#[test]
fn get_of_a_missing_key_exits_1() {
    let vm = Scratch::with(VM);
    vm.run(&["get", "vm.vmx", "nothing"]).refuses(1, &["vm.vmx: no entry 'nothing'"]);
    let result = vm.run(&["get", "vm.vmx", "nothing", "memsize"]);
    assert_eq!((result.code, &*result.stdout), (1, "1024\n"));
}

#[test]
fn get_of_a_duplicate_key_exits_4_and_names_the_lines() {
    let vm = Scratch::with("a = \"1\"\nb = \"2\"\nA = \"3\"\n");
    vm.run(&["get", "vm.vmx", "a"]).refuses(4, &["vm.vmx:1: 'a' is set on lines 1 and 3", "hint: "]);
    vm.run(&["get", "--all", "vm.vmx", "a"]).prints("1\n3\n");
    vm.run(&["get", "vm.vmx", "b"]).prints("2\n");
}

#[test]
fn list_prints_lines_verbatim() {
    let vm = Scratch::with(VM);
    vm.run(&["list", "vm.vmx", "*.PRESENT", "memsize"])
        .prints("memSize = \"1024\"   # MB\nethernet0.present = \"TRUE\"\nfloppy0.present = \"FALSE\"\n");
    vm.run(&["list", "vm.vmx", "--keys", "[ef]*"]).prints("ethernet0.present\nfloppy0.present\n");
    vm.run(&["list", "vm.vmx", "--json", "anno*"])
        .prints("[{\"key\":\"annotation\",\"value\":\"two\\nlines\",\"line\":5}]\n");
    vm.run(&["list", "vm.vmx", "nothing"]).prints("");
}

#[test]
fn output_is_utf8_in_any_file_encoding() {
    let vm = Scratch::with(b".encoding = \"windows-1252\"\nname = \"caf\xE9\"\n");
    vm.run(&["get", "vm.vmx", "name"]).prints("caf\u{E9}\n");
    vm.run(&["list", "vm.vmx", "name"]).prints("name = \"caf\u{E9}\"\n");
    vm.run(&["set", "vm.vmx", "name=th\u{E9}"]).prints("~ name = \"caf\u{E9}\" -> \"th\u{E9}\"\n");
    assert_eq!(vm.read("vm.vmx"), b".encoding = \"windows-1252\"\nname = \"th\xE9\"\n");
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
    vm.run(&["set", "-q", "vm.vmx", "a=@value", "b=@@home", "c=-", "d=x=y"]).prints("");
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
fn an_edit_without_changes_prints_and_writes_nothing() {
    let vm = Scratch::with(VM);
    let before = std::fs::metadata(vm.path("vm.vmx")).unwrap();
    vm.run(&["set", "vm.vmx", "memsize=1024"]).prints("");
    vm.run(&["set", "vm.vmx", "memsize=1024", "--check"]).prints("");
    vm.run(&["unset", "vm.vmx", "nothing"]).prints("");
    let after = std::fs::metadata(vm.path("vm.vmx")).unwrap();
    assert_eq!((before.ino(), before.mtime_nsec()), (after.ino(), after.mtime_nsec()));
    assert_eq!(vm.read("vm.vmx"), VM.as_bytes());
}

#[test]
fn dry_run_and_check_print_changes_without_writing() {
    let vm = Scratch::with(VM);
    vm.run(&["set", "vm.vmx", "memsize=2048", "-n"]).prints("~ memSize = \"1024\" -> \"2048\"\n");
    vm.run(&["set", "vm.vmx", "memsize=2048", "--check"]).exits(1, "~ memSize = \"1024\" -> \"2048\"\n");
    assert_eq!(vm.read("vm.vmx"), VM.as_bytes());
}

#[test]
fn diff_option_prints_a_unified_diff() {
    let vm = Scratch::with("a = \"1\"\r\nb = \"2\"");
    vm.run(&["set", "vm.vmx", "b=3", "c=4", "--diff", "-q", "-n"]).prints(
        "--- vm.vmx\n+++ vm.vmx\n@@ -1,2 +1,3 @@\n a = \"1\"\r\n-b = \"2\"\n\\ No newline at end of file\n+b = \"3\"\r\n+c = \"4\"\r\n",
    );
    assert_eq!(vm.read("vm.vmx"), b"a = \"1\"\r\nb = \"2\"");
    let result = vm.run(&["set", "vm.vmx", "b=3", "--diff"]);
    assert!(result.stdout.contains("\n-b = \"2\"\n"), "{}", result.stdout);
    assert_eq!(vm.read("vm.vmx"), b"a = \"1\"\r\nb = \"3\"");
}

#[test]
fn secrets_are_masked_by_default() {
    let vm = Scratch::with("RemoteDisplay.vnc.password = \"old\"\n");
    let result = vm.run(&["set", "vm.vmx", "remotedisplay.VNC.password=new", "--diff", "-n"]);
    assert!(!result.stdout.contains("old") && !result.stdout.contains("new"), "{}", result.stdout);
    assert!(
        result
            .stdout
            .contains("-RemoteDisplay.vnc.password = \"****\"\n+RemoteDisplay.vnc.password = \"****\"\n")
    );
    let result = vm.run(&["set", "vm.vmx", "remotedisplay.VNC.password=new", "--json", "--diff", "-n"]);
    assert!(!result.stdout.contains("old") && !result.stdout.contains("new"), "{}", result.stdout);
    let result = vm.run(&["set", "vm.vmx", "remotedisplay.VNC.password=new", "-n", "--show-secrets"]);
    assert!(result.stdout.contains("\"old\" -> \"new\""), "{}", result.stdout);
    vm.run(&["get", "vm.vmx", "remotedisplay.vnc.password"]).prints("old\n");
}

#[test]
fn json_edits_match_the_documentation() {
    let vm = Scratch::with(VM);
    vm.run(&["set", "vm.vmx", "memsize=2048", "new=x", "--json", "-n"]).prints(
        "{\"file\":\"vm.vmx\",\"changed\":true,\"dry_run\":true,\"changes\":[{\"op\":\"set\",\"key\":\"memSize\",\
         \"before\":\"1024\",\"after\":\"2048\",\"line\":3},{\"op\":\"add\",\"key\":\"new\",\"before\":null,\"after\":\"x\",\
         \"line\":8}],\"warnings\":[]}\n",
    );
    vm.run(&["unset", "vm.vmx", "floppy0.*", "--json"]).prints(
        "{\"file\":\"vm.vmx\",\"changed\":true,\"dry_run\":false,\"changes\":[{\"op\":\"remove\",\"key\":\"floppy0.present\",\
         \"before\":\"FALSE\",\"after\":null,\"line\":7}],\"warnings\":[]}\n",
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
    assert!(
        result.stderr.contains(error["error"]["message"].as_str().expect("the error should have a message"))
    );
}

#[test]
fn the_last_entry_can_be_removed_and_another_added() {
    let vm = Scratch::with("# a comment\n\na = \"1\"\n");
    vm.run(&["unset", "-q", "vm.vmx", "a"]).prints("");
    assert_eq!(vm.run(&["get", "vm.vmx", "a"]).code, 1);
    vm.run(&["list", "vm.vmx"]).prints("");
    vm.run(&["set", "-q", "vm.vmx", "b=2"]).prints("");
    assert_eq!(vm.read("vm.vmx"), b"# a comment\n\nb = \"2\"\n");
}

#[test]
fn unset_removes_every_copy_of_a_duplicate_key() {
    let vm = Scratch::with("a = \"1\"\nb = \"2\"\nA = \"3\"\n");
    vm.run(&["unset", "vm.vmx", "a"]).prints("- a = \"1\"\n- A = \"3\"\n");
    assert_eq!(vm.read("vm.vmx"), b"b = \"2\"\n");
    vm.run(&["unset", "vm.vmx", "a", "--strict"]).refuses(1, &["vm.vmx: no entry 'a'"]);
}

#[test]
fn editing_another_key_warns_about_duplicates() {
    let vm = Scratch::with("a = \"1\"\nb = \"2\"\nA = \"3\"\n");
    let result = vm.run(&["set", "vm.vmx", "b=3"]);
    assert_eq!((result.code, &*result.stdout), (0, "~ b = \"2\" -> \"3\"\n"));
    result.says(&["vm.vmx: warning: 'a' is set on lines 1, 3"]);
    vm.run(&["set", "vm.vmx", "a=3"]).refuses(4, &["vm.vmx:1: 'a' is set on lines 1 and 3"]);
}

#[test]
fn rename_accepts_keys_and_families() {
    let vm = Scratch::with("ethernet0.present = \"TRUE\"\nmemsize = \"4\"\n");
    vm.run(&["rename", "vm.vmx", "ethernet0.*", "ethernet1.*"])
        .prints("~ ethernet0.present -> ethernet1.present\n");
    vm.run(&["rename", "vm.vmx", "memsize", "memSize"]).prints("~ memsize -> memSize\n");
    vm.run(&["rename", "vm.vmx", "memsize", "ethernet1.Present"])
        .refuses(4, &["vm.vmx:1: cannot rename 'memSize' to 'ethernet1.Present'"]);
    vm.run(&["rename", "vm.vmx", "nothing", "else"]).refuses(1, &["no entry 'nothing'"]);
    vm.run(&["rename", "vm.vmx", "a.*", "b"]).refuses(2, &["both must end in .*, or neither"]);
    assert_eq!(vm.read("vm.vmx"), b"ethernet1.present = \"TRUE\"\nmemSize = \"4\"\n");
}

#[test]
fn standard_input_is_edited_to_standard_output() {
    let vm = Scratch::new();
    let result = vm.pipe(b"a = \"1\"\r\n", &["set", "-", "a=2", "--diff"]);
    assert_eq!((result.code, &*result.stdout), (0, "a = \"2\"\r\n"));
    result.says(&["~ a = \"1\" -> \"2\"", "--- -\n+++ -\n@@ -1 +1 @@\n-a = \"1\""]);
    let result = vm.pipe(b"a = \"1\"\r\n", &["set", "-", "a=1"]);
    assert_eq!((result.code, &*result.stdout, &*result.stderr), (0, "a = \"1\"\r\n", ""));
    vm.pipe(b"a = \"1\"\n", &["get", "-", "A"]).prints("1\n");
    let result = vm.pipe(b"a = \"1\"\n", &["set", "-", "a=2", "--check", "-q"]);
    assert_eq!((result.code, &*result.stdout), (1, ""));
    let result = vm.pipe(b"x = \"1\"\nx = \"2\"\n", &["set", "-", "x=2"]);
    assert_eq!((result.code, &*result.stdout), (4, ""));
}

#[test]
fn a_directory_or_bundle_selects_its_vmx_file() {
    let vm = Scratch::new();
    vm.write("Server.vmwarevm/Server.vmx", VM);
    vm.write("Server.vmwarevm/Server.vmxf", "<?xml?>");
    vm.run(&["get", "Server.vmwarevm", "memsize"]).prints("1024\n");
    vm.run(&["set", "Server.vmwarevm", "memsize=4"]).prints("~ memSize = \"1024\" -> \"4\"\n");
    vm.run(&["get", "Server.vmwarevm/Server.vmx", "memsize"]).prints("4\n");
}

#[test]
fn apply_continues_after_a_failed_file() {
    let vm = Scratch::with(VM);
    vm.write("b.vmx", "memsize = \"1\"\nmemsize = \"2\"\n");
    vm.write("c.vmx", "memsize = \"7\"\n");
    std::os::unix::fs::symlink("c.vmx", vm.path("link.vmx")).unwrap();
    let result =
        vm.run(&["apply", "--set", "memsize=7", "vm.vmx", "b.vmx", "missing.vmx", "c.vmx", "link.vmx"]);
    assert_eq!((result.code, &*result.stdout), (5, "vm.vmx: ~ memSize = \"1024\" -> \"7\"\n"));
    result.says(&[
        "b.vmx:1: 'memsize' is set on lines 1 and 2",
        "missing.vmx: cannot open",
        "4 files: 1 changed, 1 unchanged, 0 skipped, 1 refused, 1 failed",
    ]);
    assert_eq!(vm.read("c.vmx"), b"memsize = \"7\"\n");
}

#[test]
fn apply_prints_json_lines() {
    let vm = Scratch::with("a = \"1\"\n");
    vm.write("b.vmx", "a = \"2\"\n");
    let result =
        vm.run(&["apply", "--set", "a=2", "--unset", "zzz", "vm.vmx", "b.vmx", "nope.vmx", "--json"]);
    let lines = result.json_lines();
    assert_eq!(lines.len(), 3);
    assert_eq!((&lines[0]["changed"], &lines[1]["changed"]), (&true.into(), &false.into()));
    assert_eq!((&lines[2]["file"], &lines[2]["error"]["code"]), (&"nope.vmx".into(), &5.into()));
    assert_eq!(result.code, 5);
}

#[test]
fn apply_unsets_before_it_sets() {
    let vm = Scratch::with("a = \"1\"\nb.x = \"1\"\nb.y = \"1\"\n");
    vm.run(&["apply", "--set", "b.x=2", "--unset", "b.*", "vm.vmx"])
        .prints("- b.x = \"1\"\n- b.y = \"1\"\n+ b.x = \"2\"\n");
    assert_eq!(vm.read("vm.vmx"), b"a = \"1\"\nb.x = \"2\"\n");
    vm.run(&["apply", "vm.vmx"]).refuses(2, &["required"]);
}

#[test]
fn backup_never_overwrites_an_existing_backup() {
    let vm = Scratch::with("a = \"1\"\n");
    for n in 2..5 {
        let result = vm.run(&["set", "vm.vmx", &format!("a={n}"), "--backup", "-q"]);
        assert_eq!(result.code, 0, "{}", result.stderr);
    }
    let result = vm.run(&["set", "vm.vmx", "a=9", "--backup=.old"]);
    result.says(&["the old file is kept as", "vm.vmx.old"]);
    vm.run(&["set", "vm.vmx", "a=9", "--backup"]).prints("");
    assert_eq!(vm.names(), ["vm.vmx", "vm.vmx.bak", "vm.vmx.bak.1", "vm.vmx.bak.2", "vm.vmx.old"]);
    assert_eq!(
        (vm.read("vm.vmx.bak"), vm.read("vm.vmx.bak.2"), vm.read("vm.vmx.old")),
        (b"a = \"1\"\n".to_vec(), b"a = \"3\"\n".to_vec(), b"a = \"4\"\n".to_vec())
    );
}

#[test]
fn color_is_off_without_a_terminal_unless_requested() {
    let vm = Scratch::with("a = \"1\"\n");
    vm.run(&["set", "vm.vmx", "a=2", "-n"]).prints("~ a = \"1\" -> \"2\"\n");
    vm.run(&["set", "vm.vmx", "a=2", "-n", "--color=always"])
        .prints("\u{1b}[33m~ a = \"1\" -> \"2\"\u{1b}[0m\n");
}

#[test]
fn help_version_and_usage_errors_come_from_clap() {
    let vm = Scratch::new();
    let result = vm.run(&["--help"]);
    assert!(result.code == 0 && result.stdout.contains("Exit status:") && !result.stdout.contains("macos"));
    let result = vm.run(&["get", "--help"]);
    assert!(result.code == 0 && result.stdout.contains("Usage: vmxedit get"), "{}", result.stdout);
    vm.run(&["gett"]).refuses(2, &["unrecognized subcommand 'gett'", "'get'"]);
    vm.run(&["get", "--nope"]).refuses(2, &["--nope", "Usage: vmxedit get"]);
    vm.run(&[]).refuses(2, &["Usage: vmxedit"]);
    let result = vm.run(&["--version"]);
    assert_eq!(result.stdout, format!("vmxedit {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn secrets_stay_masked_after_a_rename_and_in_comments() {
    let vm = Scratch::with(
        "#remotedisplay.vnc.key = \"s3k\"\nremotedisplay.vnc.key = \"s3k\" x\nfoo.password=\"s3k\"\na = \"1\"\n",
    );
    for args in [
        &["rename", "vm.vmx", "foo.password", "bar.x", "-n", "--diff"][..],
        &["rename", "vm.vmx", "foo.password", "bar.x", "-n", "--diff", "--json"],
        &["set", "vm.vmx", "a=2", "-n", "--diff"],
        &["unset", "vm.vmx", "foo.*", "-n", "--diff"],
    ] {
        let result = vm.run(args);
        assert!(result.code == 0 && !result.stdout.contains("s3k"), "{args:?}: {}", result.stdout);
    }
}

#[test]
fn changing_the_encoding_warns_only_if_text_becomes_invalid() {
    let file = b".encoding = \"windows-1252\"\ndisplayName = \"B\xFCro\"\n";
    let vm = Scratch::with(file);
    for args in [
        &["set", "vm.vmx", ".encoding=UTF-8", "-n"][..],
        &["unset", "vm.vmx", ".encoding", "-n"],
        &["rename", "vm.vmx", ".encoding", "x.y", "-n"],
    ] {
        let result = vm.run(args);
        assert_eq!(result.code, 0);
        result.says(&["vm.vmx: warning: the bytes on lines "]);
    }
    vm.run(&["set", "vm.vmx", ".encoding=klingon", "-n"]).says(&["\"klingon\" is not a known encoding"]);
    let result = vm.run(&["set", "vm.vmx", ".encoding=UTF-8", "displayName=B\u{FC}ro"]);
    assert_eq!((result.code, &*result.stderr), (0, ""));
    assert_eq!(vm.read("vm.vmx"), ".encoding = \"UTF-8\"\ndisplayName = \"B\u{FC}ro\"\n".as_bytes());
    let vm = Scratch::with(b"displayName = \"B\xFCro\"\n");
    vm.run(&["set", "vm.vmx", "annotation=\u{FC}", "-n"]).says(&["lines 1 are not valid UTF-8"]);
}

#[test]
fn get_all_falls_back_to_the_default() {
    let vm = Scratch::with("a = \"1\"\na = \"2\"\n");
    vm.run(&["get", "--all", "vm.vmx", "a", "--json"]).prints("{\"a\":[\"1\",\"2\"]}\n");
    vm.run(&["get", "--all", "vm.vmx", "b", "--default", "q", "--json"]).prints("{\"b\":[\"q\"]}\n");
}

#[test]
fn with_a_dash_errors_do_not_go_to_standard_output() {
    let vm = Scratch::new();
    for args in [&["set", "-", "a b=c", "--json"][..], &["set", "-", "x=y", "--json"]] {
        let result = vm.pipe(b"no entry here\n", args);
        assert_eq!(&*result.stdout, "", "{args:?}");
        result.says(&["{\"file\":\"-\",\"error\":"]);
    }
    vm.run(&["status", "-"]).refuses(2, &["status needs a file"]);
}

#[test]
fn usage_errors_are_printed_as_json() {
    let vm = Scratch::with("a = \"1\"\n");
    let result = vm.run(&["set", "--json", "vm.vmx"]);
    let error = result.json();
    assert_eq!(
        (result.code, &error["error"]["code"], &error["error"]["kind"]),
        (2, &2.into(), &"usage".into())
    );
}

#[test]
fn force_reports_what_it_overrode_even_when_quiet() {
    let vm = Scratch::with("a = \"1\"\n");
    vm.write("vm.vmx.lck", "");
    let result = vm.run(&["set", "vm.vmx", "a=2", "-q", "--force"]);
    assert_eq!((result.code, &*result.stdout), (0, ""));
    result.says(&["--force: edited although the VM is locked elsewhere"]);
}

#[test]
fn invalid_backup_suffixes_are_refused() {
    let vm = Scratch::with("a = \"1\"\n");
    for suffix in ["", "/x", ".VMX"] {
        vm.run(&["set", "vm.vmx", "a=2", &format!("--backup={suffix}")]).refuses(2, &["--backup"]);
    }
    assert_eq!(vm.names(), ["vm.vmx"]);
}

#[test]
fn an_ignored_line_with_the_new_key_causes_a_warning() {
    let vm = Scratch::with("a = \"1\"\nz = \"unterminated\n");
    vm.run(&["set", "vm.vmx", "z=1"])
        .says(&["line 2 also names 'z', but VMware does not read it as an entry"]);
}

#[test]
fn strict_applies_to_patterns() {
    let vm = Scratch::with("a = \"1\"\n");
    vm.run(&["unset", "vm.vmx", "x*", "--strict"]).refuses(1, &["no entry 'x*'"]);
}

#[test]
fn an_edit_is_reported_as_saved_if_standard_output_fails() {
    let vm = Scratch::with("a = \"1\"\n");
    let output = vm.command().args(["set", "vm.vmx", "a=2"]).stdout(dev_full()).output().unwrap();
    assert_eq!(output.status.code(), Some(5));
    assert!(String::from_utf8_lossy(&output.stderr).contains("the edit is saved"));
    assert_eq!(vm.read("vm.vmx"), b"a = \"2\"\n");
}
