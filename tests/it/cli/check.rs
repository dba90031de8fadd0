//! Output of `check` as text, JSON and SARIF, and its exit codes.

use std::fs;

use serde_json::Value;

use crate::harness::{Scratch, fixtures, read_fixture};

const BAD: &str = "config.version = \"8\"\nvirtualHW.version = \"19\"\nguestOS = \"other\"\nmemsize = \"255\"\nnumvcpus = 2\n";

const GOOD: &str =
    "config.version = \"8\"\nvirtualHW.version = \"19\"\nguestOS = \"other\"\nmemsize = \"256\"\n";

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

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
    Scratch::with(GOOD).run(&["check", "vm.vmx"]).prints("");
    Scratch::with("guestOS = \"other\"\n").run(&["check", "vm.vmx", "--allow", "no-identity"]).prints("");
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
    let result = vm.run(&["check", "vm.vmx"]);
    assert_eq!(result.code, 0);
    assert!(result.stdout.contains("--> vm.vmx:5:5015\n"), "{}", result.stdout);
    assert!(result.stdout.lines().all(|line| line.len() < 140), "{}", result.stdout);
    assert!(result.stdout.contains("...aaaa") && result.stdout.contains("bbb..."), "{}", result.stdout);
}

#[test]
fn text_from_the_file_cannot_control_a_terminal() {
    let vm =
        Scratch::with("displayName = \"\u{1B}[31m\u{202E}x\nvi\u{1B}x = 1\nguestOS = \"\u{1B}]0;x\u{7}\"\n");
    for args in [&["check", "vm.vmx"][..], &["check", "vm.vmx", "--color", "never"]] {
        let result = vm.run(args);
        assert!(!result.stdout.contains(['\u{1B}', '\u{7}', '\u{202E}']), "{}", result.stdout.escape_debug());
        assert!(result.stdout.contains("|1B[31m\\u{202E}x"), "{}", result.stdout);
    }
}

#[test]
fn secrets_are_masked_in_lines_messages_and_json() {
    let secret = "RemoteDisplay.vnc.password = hunter2\n# x.password = \"hunter2\"\ny.password = \"hunter2\n";
    let vm = Scratch::with(secret);
    for format in ["human", "json", "sarif"] {
        let result = vm.run(&["check", "vm.vmx", "--format", format]);
        assert!(!result.stdout.contains("hunter2"), "{format}: {}", result.stdout);
    }
    assert!(vm.run(&["check", "vm.vmx"]).stdout.contains("RemoteDisplay.vnc.password = ****\n"));
    assert!(vm.run(&["check", "vm.vmx", "--show-secrets"]).stdout.contains("hunter2"));
}

#[test]
fn json_output_matches_the_documentation() {
    let result = Scratch::with(BAD).run(&["check", "vm.vmx", "--json"]);
    assert_eq!((result.code, &*result.stderr), (1, ""));
    assert_eq!(
        result.stdout,
        "{\"file\":\"vm.vmx\",\"findings\":[{\"code\":\"VMX062\",\"severity\":\"error\",\"line\":4,\"column\":12,\"key\":\"memsize\",\
         \"message\":\"255 MB of memory is not a multiple of 4\",\"help\":\"set memsize = \\\"252\\\" or \\\"256\\\"\",\"fixable\":false},\
         {\"code\":\"VMX028\",\"severity\":\"warning\",\"line\":5,\"column\":12,\"key\":\"numvcpus\",\
         \"message\":\"the value of 'numvcpus' has no quotes\",\"help\":\"put it in double quotes\",\"fixable\":true}]}\n"
    );
    let whole = json(&Scratch::with("x = \"1\"\n").run(&["check", "vm.vmx", "--format", "json"]).stdout);
    assert_eq!(whole["findings"][0]["line"], Value::Null, "the finding is about the whole file");
    Scratch::with(GOOD).run(&["check", "vm.vmx", "--json"]).prints("{\"file\":\"vm.vmx\",\"findings\":[]}\n");
}

#[test]
fn sarif_output_matches_its_schema() {
    let vm = Scratch::with(BAD);
    vm.write("a b%\u{E9}.vmx", "\u{FEFF}x = \"1\n\u{FEFF}y = \"1\"\nz");
    vm.write("disk.vmx", "KDMV");
    let schema = String::from_utf8(read_fixture("sarif-schema-2.1.0.json")).unwrap();
    // A pattern in the schema of 2020 has an extra bracket, which errata 01 removed.
    let schema = schema.replace("-[a-zA-Z]{2}]?$", "-[a-zA-Z]{2}$");
    let schema = json(&schema);
    let valid = jsonschema::validator_for(&schema).unwrap();
    let absolute = vm.write("other.vmx", BAD);
    let absolute = absolute.to_str().unwrap();
    for (files, code) in
        [(&["vm.vmx"][..], 1), (&["vm.vmx", "a b%\u{E9}.vmx", "disk.vmx", "missing.vmx", absolute], 5)]
    {
        let args: Vec<&str> = ["check", "--format", "sarif"].iter().chain(files).copied().collect();
        let result = vm.run(&args);
        assert_eq!(result.code, code, "{}", result.stderr);
        let document = json(&result.stdout);
        let errors: Vec<String> = valid.iter_errors(&document).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{errors:?}");
        let run = &document["runs"][0];
        let first = &run["results"][0];
        assert_eq!((&first["ruleId"], &first["level"]), (&"VMX062".into(), &"error".into()));
        let index = usize::try_from(first["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(run["tool"]["driver"]["rules"][index]["id"], "VMX062");
        let region = &first["locations"][0]["physicalLocation"]["region"];
        assert_eq!(
            (&region["startLine"], &region["startColumn"], &region["endColumn"]),
            (&4.into(), &12.into(), &15.into())
        );
        assert_eq!(run["invocations"][0]["executionSuccessful"], code == 1);
        if code == 5 {
            assert!(result.stdout.contains("\"a%20b%25%C3%A9.vmx\""), "{}", result.stdout);
            assert!(result.stdout.contains(&format!("\"file://{absolute}\"")), "{}", result.stdout);
            assert_eq!(run["invocations"][0]["toolExecutionNotifications"][1]["descriptor"]["id"], "io");
        }
    }
    let mut broken = json(&vm.run(&["check", "--format", "sarif", "vm.vmx"]).stdout);
    broken["runs"][0]["results"][0]["level"] = "bad".into();
    assert!(!valid.is_valid(&broken), "the schema should reject an unknown level");
}

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
        let result = warned.run(args);
        assert_eq!(result.code, code, "{args:?}: {}", result.stdout);
        assert_eq!(result.stdout.starts_with("error"), code == 1, "{args:?}: {}", result.stdout);
    }
    let allowed = Scratch::with(format!("# vmxedit: allow VMX028\n{GOOD}numvcpus = 2\n"));
    allowed.run(&["check", "vm.vmx", "--deny", "warnings"]).prints("");
    let bad = Scratch::with(BAD).run(&["check", "-q", "vm.vmx"]);
    assert!(
        bad.code == 1 && bad.stdout.contains("VMX062") && !bad.stdout.contains("VMX028"),
        "{}",
        bad.stdout
    );
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
    let lines = vm.run(&["check", "--json", "vm.vmx", "disk.vmx", "good.vmx"]).stdout;
    let objects: Vec<Value> = lines.lines().map(json).collect();
    assert_eq!(objects.len(), 3, "there should be one object per file");
    assert_eq!(objects[1]["error"]["kind"], "not_vmx");
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
fn fixing_saves_like_an_edit_and_shows_the_diff() {
    let vm = Scratch::with(format!("\u{FEFF}{GOOD}numvcpus = 2\nmemsize = \"256\"\nuuid.bios = \"1\"\n"));
    let diff = "- memsize = \"256\"\n--- vm.vmx\n+++ vm.vmx\n@@ -1,7 +1,6 @@\n-\u{FEFF}config.version = \"8\"\n+config.version = \"8\"\n \
                virtualHW.version = \"19\"\n guestOS = \"other\"\n \
                memsize = \"256\"\n-numvcpus = 2\n-memsize = \"256\"\n+numvcpus = \"2\"\n uuid.bios = \"1\"\n";
    let before = vm.read("vm.vmx");
    let dry = vm.run(&["check", "--fix", "-n", "vm.vmx"]);
    assert!(dry.code == 0 && dry.stdout.starts_with(diff), "{}", dry.stdout);
    assert_eq!(vm.read("vm.vmx"), before);
    assert_eq!(vm.run(&["check", "--fix", "--check", "vm.vmx"]).code, 1);

    let result = vm.run(&["check", "--fix", "--backup", "vm.vmx"]);
    assert_eq!(result.code, 0, "{}", result.stderr);
    assert!(result.stdout.starts_with(diff), "{}", result.stdout);
    assert!(
        result.stdout.contains("warning[VMX044]") && !result.stdout.contains("VMX028"),
        "only the remaining findings should be printed"
    );
    let fixed = format!("{GOOD}numvcpus = \"2\"\nuuid.bios = \"1\"\n");
    assert_eq!(vm.read("vm.vmx"), fixed.as_bytes());
    assert_eq!(vm.read("vm.vmx.bak"), before);
    let again = vm.run(&["check", "--fix", "vm.vmx"]);
    assert!(again.code == 0 && again.stdout.starts_with("warning[VMX044]"), "{}", again.stdout);
}

#[test]
fn fixing_is_refused_while_the_vm_is_not_off() {
    let vm = Scratch::with("numvcpus = 2\ncheckpoint.vmState = \"vm.vmss\"\n");
    vm.write("vm.vmss", "saved");
    let result = vm.run(&["check", "--fix", "vm.vmx"]);
    result.refuses(3, &["suspended"]);
    assert_eq!(vm.read("vm.vmx"), b"numvcpus = 2\ncheckpoint.vmState = \"vm.vmss\"\n");
}

#[test]
fn standard_input_is_checked_and_fixed() {
    let vm = Scratch::new();
    let result = vm.pipe(BAD.as_bytes(), &["check", "-"]);
    assert!(result.code == 1 && result.stdout.contains("--> -:4:12"), "{}", result.stdout);
    let result = vm.pipe(BAD.as_bytes(), &["check", "--fix", "-"]);
    assert_eq!((result.code, result.stdout), (1, BAD.replace("= 2", "= \"2\"")));
    assert!(result.stderr.contains("error[VMX062]"), "{}", result.stderr);
}

#[test]
fn invalid_combinations_of_options_are_refused() {
    let vm = Scratch::with(GOOD);
    for args in [
        &["check"][..],
        &["check", "vm.vmx", "--deny", "VMX999"],
        &["check", "vm.vmx", "--allow", "warnings"],
        &["check", "--explain", "nothing"],
        &["check", "vm.vmx", "--backup"],
        &["check", "vm.vmx", "-n"],
        &["check", "vm.vmx", "--json", "--format", "sarif"],
        &["check", "-", "vm.vmx"],
    ] {
        assert_eq!(vm.run(args).code, 2, "{args:?}");
    }
}

#[test]
fn rules_are_listed_and_explained() {
    let vm = Scratch::new();
    let list = vm.run(&["check", "--rules"]);
    assert!(list.stdout.starts_with("VMX001  error    lost-quote: VMware ignores a line"), "{}", list.stdout);
    assert_eq!(list.stdout.lines().count(), vmxedit::check::rules().count());
    let rules = json(&vm.run(&["check", "--rules", "--json"]).stdout);
    assert_eq!(rules[0]["name"], "lost-quote");
    let explained = vm.run(&["check", "--explain", "lost-quote"]);
    assert!(
        explained.stdout.starts_with("VMX001 lost-quote (error): ")
            && explained.stdout.contains("\nSource: open-vm-tools")
    );
    assert_eq!(json(&vm.run(&["check", "--explain", "vmx001", "--json"]).stdout)["code"], "VMX001");
}

#[test]
fn an_edit_that_adds_an_error_prints_a_warning() {
    let vm = Scratch::with(GOOD);
    let result = vm.run(&["set", "vm.vmx", "memsize=255"]);
    assert_eq!(result.code, 0);
    result.says(&[
        "vm.vmx: warning: line 4: 255 MB of memory is not a multiple of 4: VMware does not power on",
        "(VMX062)",
    ]);
    let again = vm.run(&["set", "vm.vmx", "memsize=254"]);
    assert_eq!((again.code, &*again.stderr), (0, ""), "the error existed before the edit");
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
