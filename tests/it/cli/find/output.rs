//! What `find` prints: lines, names, counts, JSON, nothing.

use std::fs;

use serde_json::{Value, json};

use super::vms;
use crate::harness::{RunResult, Scratch, repository_path};

#[test]
fn each_entry_is_printed_after_the_name_of_its_file() {
    vms().run(&["find", "*.vnc.enabled=TRUE", "-r", "vms"]).prints(
        "vms/a/a.vmx: remotedisplay.vnc.enabled = \"true\"\nvms/c/c.vmx: RemoteDisplay.vnc.enabled = \"TRUE\"\n",
    );
}

#[test]
fn only_names_of_files_are_printed_on_request() {
    let vms = vms();
    vms.run(&["find", "-l", "*vnc*", "-r", "vms"]).prints("vms/a/a.vmx\nvms/c/c.vmx\n");
    vms.run(&["find", "-rl", "!memsize", "vms"]).prints("vms/a/a.vmx\n");
    vms.run(&["find", "-l", "nothing", "-r", "vms"]).exits(1, "");
}

#[test]
fn entries_are_counted_in_every_file_on_request() {
    let vms = vms();
    vms.run(&["find", "-c", "*vnc*", "-r", "vms"]).prints("vms/a/a.vmx: 2\nvms/b/b.vmx: 0\nvms/c/c.vmx: 1\n");
    vms.run(&["find", "-c", "!memsize", "-r", "vms"])
        .prints("vms/a/a.vmx: 1\nvms/b/b.vmx: 0\nvms/c/c.vmx: 0\n");
    vms.run(&["find", "-c", "nothing", "vms/a"]).exits(1, "vms/a/a.vmx: 0\n");
}

#[test]
fn a_quiet_search_only_has_an_exit_code() {
    let vms = vms();
    for format in [&["-q"][..], &["-q", "--json"]] {
        vms.run(&[&["find", "-r", "vms", "-e", "memsize"], format].concat()).prints("");
        vms.run(&[&["find", "-r", "vms", "-e", "memsiez"], format].concat()).exits(1, "");
    }
    vms.run(&["find", "-q", "memsize", "vms/a", "vms/b", "none"]).refuses(5, &["none: cannot open"]);
}

#[test]
fn json_has_one_object_for_each_entry() {
    let vms = vms();
    vms.run(&["find", "--json", "guestOS=win*", "-r", "vms"]).prints(
        "{\"file\":\"vms/a/a.vmx\",\"key\":\"guestOS\",\"value\":\"windows9-64\",\"line\":2}\n\
         {\"file\":\"vms/c/c.vmx\",\"key\":\"guestOS\",\"value\":\"windows9-64\",\"line\":1}\n",
    );
    vms.run(&["find", "--json", "!memsize", "-r", "vms"])
        .prints("{\"file\":\"vms/a/a.vmx\",\"key\":null,\"value\":null,\"line\":null}\n");
    vms.run(&["find", "--json", "nothing", "-r", "vms"]).exits(1, "");
}

#[test]
fn the_line_is_that_of_the_whole_file() {
    let vm = Scratch::with("# 1\n\na = \"1\"\nnot an entry\nb = \"2\"\nA = \"3\"\n");
    let lines: Vec<Value> = vm.run(&["find", "--json", "a", "vm.vmx"]).json_lines();
    assert_eq!(lines.iter().map(|found| found["line"].clone()).collect::<Vec<_>>(), [3, 6]);
}

/// Asserts that each line of the output matches the schema of the documentation.
#[track_caller]
fn assert_valid(result: &RunResult) {
    let schema = fs::read_to_string(repository_path("docs/schemas/find.schema.json")).unwrap();
    let schema = jsonschema::validator_for(&serde_json::from_str(&schema).unwrap()).unwrap();
    for bad in [
        json!({}),
        json!({"file": "a", "key": "a", "value": null, "line": 1}),
        json!({"file": "a", "key": null, "value": null, "line": 1}),
        json!({"file": "a", "key": "a", "value": "1", "line": 0}),
        json!({"file": "a", "key": "a", "value": "1", "line": 1, "more": 1}),
        json!({"file": "a", "error": {"code": 1}}),
    ] {
        assert!(!schema.is_valid(&bad), "the schema should reject {bad}");
    }
    let lines = result.json_lines();
    assert!(!lines.is_empty());
    for line in lines {
        let errors: Vec<String> = schema.iter_errors(&line).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{line}: {errors:?}");
    }
}

#[test]
fn json_matches_its_schema() {
    let vms = vms();
    vms.write("vms/d/d.vmx", "KDMV");
    vms.write("vms/e/e.vmx", "a = \"1\"\0\n\0\n");
    for args in [
        &["find", "--json", "*", "-r", "vms"][..],
        &["find", "--json", "!memsize", "-r", "vms"],
        &["find", "--json", "a", "nowhere", "vms/d", "vms/e/e.vmx"],
        &["find", "--json", "a", "-r", "nowhere"],
        &["find", "--json", "a b", "vms/a"],
        &["find", "--json", "vms/a", "memsize"],
        &["find", "--json"],
    ] {
        assert_valid(&vms.run(args));
    }
}

#[test]
fn secrets_are_compared_and_masked() {
    let vms = vms();
    let masked = "vms/a/a.vmx: RemoteDisplay.vnc.password = \"****\"\n";
    for expression in ["*password=hunter2", "*password=hunt*", "*password!=hunter1", "*password"] {
        vms.run(&["find", expression, "-r", "vms"]).prints(masked);
        let result = vms.run(&["find", expression, "-r", "vms", "--json"]);
        assert_eq!(result.json()["value"], "****");
    }
    vms.run(&["find", "*password=hunter1", "-r", "vms"]).exits(1, "");
    vms.run(&["find", "*password", "-r", "vms", "--show-secrets"]).prints(&masked.replace("****", "hunter2"));
    let shown = vms.run(&["find", "*password", "-r", "vms", "--show-secrets", "--json"]);
    assert_eq!(shown.json()["value"], "hunter2");
}

#[test]
fn a_match_stays_on_one_line() {
    let vm = Scratch::with("annotation = \"two|0Alines|0D\"\n");
    vm.run(&["find", "annotation=*lines*", "vm.vmx"]).prints("vm.vmx: annotation = \"two|0Alines|0D\"\n");
    vm.write("a\nb.vmx", "a = \"1\"\n");
    vm.run(&["find", "-l", "a", "a\nb.vmx"]).prints("a|0Ab.vmx\n");
}

#[test]
fn the_name_of_the_file_is_colored_on_request() {
    let vm = Scratch::with("a = \"1\"\n");
    vm.run(&["find", "--color=always", "a", "vm.vmx"]).prints("\u{1B}[36mvm.vmx\u{1B}[0m: a = \"1\"\n");
}

#[test]
fn options_that_have_no_effect_together_are_refused() {
    let vm = Scratch::with("a = \"1\"\n");
    for options in [["-l", "-c"], ["-l", "--json"], ["-c", "--json"], ["-l", "-q"], ["-c", "-q"]] {
        let result = vm.run(&[&["find", "a", "vm.vmx"], &options[..]].concat());
        assert_eq!(result.code, 2, "{options:?}");
        result.says(&["cannot be used with"]);
    }
}
