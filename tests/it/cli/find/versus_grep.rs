//! Where a search with `grep` is wrong, and `find` is right: the last column of the table in docs/benchmarks.md.

use crate::harness::{Scratch, isolated};

/// The search for `memsize = "1024"` as people write it.
const MEMSIZE: &str = "^memsize = \"1024\"";

/// Returns the lines that `grep -rn` prints in the folder `vms`, without the name of the file.
fn grep(vms: &Scratch, expression: &str) -> Vec<String> {
    let output = isolated("grep")
        .args(["-rnh", "--binary-files=text", "-e", expression, "vms"])
        .env("LC_ALL", "C")
        .current_dir(vms.path(""))
        .output()
        .unwrap();
    assert!(output.status.code().is_some_and(|code| code < 2), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).split_terminator('\n').map(str::to_owned).collect()
}

/// Returns the line number and the value of each entry that `find` finds.
fn find(vms: &Scratch, expression: &str) -> Vec<(u64, String)> {
    let result = vms.run(&["find", "--json", expression, "-r", "vms"]);
    let value = |text: &serde_json::Value| text.as_str().unwrap().to_owned();
    result.json_lines().iter().map(|line| (line["line"].as_u64().unwrap(), value(&line["value"]))).collect()
}

fn vm(text: impl AsRef<[u8]>) -> Scratch {
    let vms = Scratch::new();
    vms.write("vms/vm.vmx", text);
    vms
}

#[test]
fn both_find_what_vmware_writes() {
    let vms = vm("a = \"1\"\nmemsize = \"1024\"\n");
    assert_eq!(grep(&vms, MEMSIZE), ["2:memsize = \"1024\""]);
    assert_eq!(find(&vms, "memsize=1024"), [(2, "1024".to_owned())]);
}

#[test]
fn grep_misses_keys_and_booleans_in_another_case() {
    let vms = vm("memSize = \"1024\"\nRemoteDisplay.vnc.enabled = \"true\"\n");
    assert!(grep(&vms, MEMSIZE).is_empty());
    assert!(grep(&vms, "^RemoteDisplay.vnc.enabled = \"TRUE\"").is_empty());
    assert_eq!(find(&vms, "memsize=1024").len(), 1);
    assert_eq!(find(&vms, "RemoteDisplay.vnc.enabled=TRUE").len(), 1);
}

#[test]
fn grep_misses_other_spacing_quotes_and_notations() {
    for text in ["memsize=\"1024\"", "\tmemsize = \"1024\"", "memsize = 1024", "memsize = \"0x400\""] {
        let vms = vm(format!("{text}\n"));
        assert!(grep(&vms, MEMSIZE).is_empty(), "{text}");
        assert_eq!(find(&vms, "memsize=1024").len(), 1, "{text}");
    }
}

#[test]
fn grep_misses_escaped_values() {
    let vms = vm("displayName = \"the |22new|22 one\"\n");
    assert!(grep(&vms, "\"new\"").is_empty());
    assert_eq!(find(&vms, "displayName=*\"new\"*").len(), 1);
}

#[test]
fn grep_takes_comments_and_values_for_entries() {
    let vms = vm("#memsize = \"1024\"\nmemsize = \"2048\" # memsize = \"1024\"\nannotation = memsize=1024\n");
    assert_eq!(grep(&vms, "memsize *= *\"*1024").len(), 3);
    assert!(find(&vms, "memsize=1024").is_empty());
}

#[test]
fn grep_misses_the_copy_of_a_duplicate_key_in_another_case() {
    let vms = vm("memsize = \"1024\"\nMEMSIZE = \"1024\"\n");
    assert_eq!(grep(&vms, MEMSIZE).len(), 1);
    assert_eq!(find(&vms, "memsize=1024").len(), 2);
}

#[test]
fn grep_misses_text_in_other_encodings() {
    let vms = vm(b".encoding = \"GBK\"\ndisplayName = \"\xD6\xD0\"\n");
    assert!(grep(&vms, "\u{4E2D}").is_empty());
    assert_eq!(find(&vms, "displayName=\u{4E2D}"), [(2, "\u{4E2D}".to_owned())]);
}

#[test]
fn grep_miscounts_lines_that_end_in_cr_and_misses_their_start() {
    let vms = vm("a = \"1\"\rmemsize = \"1024\"\r");
    assert!(grep(&vms, MEMSIZE).is_empty());
    assert!(grep(&vms, "memsize = \"1024\"")[0].starts_with("1:a"));
    assert_eq!(find(&vms, "memsize=1024"), [(2, "1024".to_owned())]);
}

#[test]
fn grep_misses_the_first_line_after_a_byte_order_mark() {
    let vms = vm("\u{FEFF}memsize = \"1024\"\n");
    assert!(grep(&vms, MEMSIZE).is_empty());
    assert_eq!(find(&vms, "memsize=1024").len(), 1);
}

#[test]
fn grep_cannot_tell_files_that_are_not_a_vm() {
    let vms = vm("KDMV\nmemsize = \"1024\"\n");
    assert_eq!(grep(&vms, MEMSIZE).len(), 1);
    vms.run(&["find", "memsize=1024", "-r", "vms"]).refuses(4, &["not a VMX file"]);
}
