//! The `apply` command: the same edits in several files.

use super::VM;
use crate::harness::Scratch;

#[test]
fn apply_continues_after_a_failed_file() {
    let vm = Scratch::with(VM);
    vm.write("b.vmx", "memsize = \"1\"\nmemsize = \"2\"\n");
    vm.write("c.vmx", "memsize = \"7\"\n");
    std::os::unix::fs::symlink("c.vmx", vm.path("link.vmx")).unwrap();
    let result =
        vm.run(&["apply", "--set", "memsize=7", "vm.vmx", "b.vmx", "missing.vmx", "c.vmx", "link.vmx"]);
    result.reports(
        5,
        "vm.vmx: ~ memSize = \"1024\" -> \"7\"\n",
        &[
            "b.vmx:1: 'memsize' is set on lines 1 and 2",
            "missing.vmx: cannot open",
            "4 files: 1 changed, 1 unchanged, 0 skipped, 1 refused, 1 failed",
        ],
    );
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
    result.says(&["nope.vmx: cannot open"]);
}

#[test]
fn apply_unsets_before_it_sets() {
    let vm = Scratch::with("a = \"1\"\nb.x = \"1\"\nb.y = \"1\"\n");
    vm.run(&["apply", "--set", "b.x=2", "--unset", "b.*", "vm.vmx"])
        .prints("- b.x = \"1\"\n- b.y = \"1\"\n+ b.x = \"2\"\n");
    assert_eq!(vm.read("vm.vmx"), b"a = \"1\"\nb.x = \"2\"\n");
}

#[test]
fn apply_needs_an_edit() {
    let vm = Scratch::with("a = \"1\"\n");
    vm.run(&["apply", "vm.vmx"]).refuses(2, &["required"]);
}

#[test]
fn a_pattern_that_matches_nothing_in_a_file_is_a_note_there() {
    let vm = Scratch::with("a = \"1\"\n");
    vm.write("b.vmx", "b = \"1\"\n");
    let result = vm.run(&["apply", "--unset", "a", "vm.vmx", "b.vmx"]);
    result.reports(0, "vm.vmx: - a = \"1\"\n", &["b.vmx: no entry matches 'a'\n"]);
    let result = vm.run(&["apply", "--unset", "b", "vm.vmx", "b.vmx", "--json"]);
    let notes: Vec<_> = result.json_lines().iter().map(|edit| edit["notes"].clone()).collect();
    assert_eq!(notes, [serde_json::json!(["no entry matches 'b'"]), serde_json::json!([])]);
}
