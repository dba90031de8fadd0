//! The `get` command: values of keys, missing and duplicate keys, JSON.

use super::VM;
use crate::harness::{RunResult, Scratch, isolated, program};

const DUPLICATE: &str = "a = \"1\"\nb = \"2\"\nA = \"3\"\n";

#[test]
fn get_matches_keys_case_insensitively() {
    Scratch::with(VM).run(&["get", "vm.vmx", "MEMSIZE"]).prints("1024\n");
}

#[test]
fn get_prints_decoded_values() {
    let vm = Scratch::with(VM);
    vm.run(&["get", "vm.vmx", "guestos", "annotation"]).prints("darwin12-64\ntwo\nlines\n");
}

#[test]
fn get_separates_values_with_nul_on_request() {
    let vm = Scratch::with(VM);
    vm.run(&["get", "-0", "vm.vmx", "guestos", "annotation"]).prints("darwin12-64\0two\nlines\0");
}

#[test]
fn get_prints_the_text_of_the_file_on_request() {
    Scratch::with(VM).run(&["get", "--raw", "vm.vmx", "annotation"]).prints("two|0Alines\n");
}

#[test]
fn get_prints_utf8_in_any_file_encoding() {
    let vm = Scratch::with(b".encoding = \"windows-1252\"\nname = \"caf\xE9\"\n");
    vm.run(&["get", "vm.vmx", "name"]).prints("caf\u{E9}\n");
}

#[test]
fn get_prints_the_default_of_a_missing_key() {
    Scratch::with(VM).run(&["get", "vm.vmx", "nothing", "--default", "x"]).prints("x\n");
}

#[test]
fn get_of_a_missing_key_exits_1() {
    Scratch::with(VM).run(&["get", "vm.vmx", "nothing"]).refuses(1, &["vm.vmx: no entry matches 'nothing'"]);
}

#[test]
fn a_missing_key_gets_a_suggestion() {
    let vm = Scratch::with("memsize = \"1\"\nguestinfo.role = \"db\"\nscsi0:0.mode = \"x\"\n");
    for (key, hint) in [
        ("memsiez", "hint: did you mean memsize?\n"),
        ("guestinfo.rol", "hint: did you mean guestinfo.role?\n"),
        ("numvcpu", "hint: did you mean numvcpus?\n"),
        ("ram", "hint: did you mean memsize?\n"),
        ("scsi0", "hint: vmxedit list vm.vmx 'scsi0:*'\n"),
    ] {
        vm.run(&["get", "vm.vmx", key]).refuses(1, &[&format!("vm.vmx: no entry matches '{key}'\n{hint}")]);
        let json = vm.run(&["get", "vm.vmx", key, "--json"]);
        json.says(&[hint]);
        assert!(json.json()[key].is_null());
        vm.run(&["get", "vm.vmx", key, "-q"]).exits(1, "");
        vm.run(&["get", "vm.vmx", key, "--default", "1"]).prints("1\n");
    }
    let result = vm.run(&["get", "vm.vmx", "no.such.key"]);
    assert!(!result.stderr.contains("hint:"), "{}", result.stderr);
    let result = vm.pipe(b"guestinfo.role = \"db\"\n", &["get", "-", "guestinfo.rol"]);
    assert!(!result.stderr.contains("hint:"), "standard input is gone: {}", result.stderr);
}

#[test]
fn a_file_in_the_place_of_a_key_is_reported_with_the_command_that_searches_files() {
    let vm = Scratch::with(VM);
    vm.write("b/b.vmx", VM);
    let hint = "hint: vmxedit find memsize vm.vmx b/b.vmx\n";
    vm.run(&["get", "vm.vmx", "b/b.vmx", "memsize"]).reports(
        1,
        "1024\n",
        &["b/b.vmx is taken for a key: get reads one file", hint],
    );
    vm.write("my vm.vmx", VM);
    vm.run(&["get", "vm.vmx", "my vm.vmx", "memsize"])
        .refuses(2, &["my vm.vmx is taken for a key: get reads one file"]);
    vm.write("a.properties", "a=1\n");
    vm.run(&["get", "a.properties", "x/y"]).refuses(1, &["no entry matches 'x/y'"]);
}

#[test]
fn get_prints_the_other_values_if_a_key_is_missing() {
    let vm = Scratch::with(VM);
    vm.run(&["get", "vm.vmx", "nothing", "memsize"]).reports(
        1,
        "1024\n",
        &["vm.vmx: no entry matches 'nothing'"],
    );
}

#[test]
fn get_prints_a_missing_key_as_null_in_json() {
    let vm = Scratch::with(VM);
    vm.run(&["get", "vm.vmx", "memsize", "nothing", "--json", "-q"])
        .exits(1, "{\"memsize\":\"1024\",\"nothing\":null}\n");
}

#[test]
fn get_of_a_duplicate_key_exits_4_and_names_the_lines() {
    let vm = Scratch::with(DUPLICATE);
    vm.run(&["get", "vm.vmx", "a"]).refuses(4, &["vm.vmx:1: 'a' is set on lines 1 and 3", "hint: "]);
}

#[test]
fn get_prints_a_key_next_to_a_duplicate_key() {
    Scratch::with(DUPLICATE).run(&["get", "vm.vmx", "b"]).prints("2\n");
}

#[test]
fn get_all_prints_every_value_of_a_duplicate_key() {
    Scratch::with(DUPLICATE).run(&["get", "--all", "vm.vmx", "a"]).prints("1\n3\n");
}

#[test]
fn get_all_prints_a_list_in_json() {
    let vm = Scratch::with("a = \"1\"\na = \"2\"\n");
    vm.run(&["get", "--all", "vm.vmx", "a", "--json"]).prints("{\"a\":[\"1\",\"2\"]}\n");
}

#[test]
fn get_all_falls_back_to_the_default() {
    let vm = Scratch::with("a = \"1\"\na = \"2\"\n");
    vm.run(&["get", "--all", "vm.vmx", "b", "--default", "q", "--json"]).prints("{\"b\":[\"q\"]}\n");
}

#[test]
fn get_reads_standard_input() {
    Scratch::new().pipe(b"a = \"1\"\n", &["get", "-", "A"]).prints("1\n");
}

#[test]
fn get_reads_from_a_pipe() {
    let vm = Scratch::with("a = \"1\"\n");
    let program = program();
    let script = format!("cat vm.vmx | '{}' get /dev/stdin a", program.display());
    let output = isolated("sh").args(["-c", &script]).current_dir(vm.path("")).output().unwrap();
    RunResult::new(&["get", "/dev/stdin", "a"], &output).prints("1\n");
}
