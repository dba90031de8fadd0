//! The `list` command: lines, keys or JSON of the entries that match patterns.

use super::VM;
use crate::harness::Scratch;

#[test]
fn list_prints_lines_verbatim() {
    let vm = Scratch::with(VM);
    vm.run(&["list", "vm.vmx", "*.PRESENT", "memsize"])
        .prints("memSize = \"1024\"   # MB\nethernet0.present = \"TRUE\"\nfloppy0.present = \"FALSE\"\n");
}

#[test]
fn list_prints_only_keys_on_request() {
    let vm = Scratch::with(VM);
    vm.run(&["list", "vm.vmx", "--keys", "[ef]*"]).prints("ethernet0.present\nfloppy0.present\n");
}

#[test]
fn list_prints_decoded_values_in_json() {
    let vm = Scratch::with(VM);
    vm.run(&["list", "vm.vmx", "--json", "anno*"])
        .prints("[{\"key\":\"annotation\",\"value\":\"two\\nlines\",\"line\":5}]\n");
}

#[test]
fn a_pattern_that_matches_nothing_is_reported_and_exits_1() {
    let vm = Scratch::with(VM);
    vm.run(&["list", "vm.vmx", "nothing"]).refuses(1, &["vm.vmx: no entry matches 'nothing'"]);
    vm.run(&["list", "vm.vmx", "no*"]).refuses(1, &["vm.vmx: no entry matches 'no*'"]);
    vm.run(&["list", "vm.vmx", "nothing", "--json"]).reports(
        1,
        "[]\n",
        &["vm.vmx: no entry matches 'nothing'"],
    );
    vm.run(&["list", "vm.vmx", "nothing", "-q"]).exits(1, "");
}

#[test]
fn a_pattern_that_matches_nothing_next_to_one_that_matches_is_only_reported() {
    Scratch::with(VM).run(&["list", "vm.vmx", "guest*", "no*"]).reports(
        0,
        "guestOS = \"darwin12-64\"\n",
        &["vm.vmx: no entry matches 'no*'"],
    );
}

#[test]
fn a_file_without_entries_is_listed_without_a_pattern() {
    Scratch::with("# nothing\n").run(&["list", "vm.vmx"]).prints("");
}

#[test]
fn a_misspelled_pattern_gets_a_suggestion() {
    let vm = Scratch::with(VM);
    vm.run(&["list", "vm.vmx", "memsiez"]).refuses(1, &["hint: did you mean memSize?"]);
    vm.run(&["list", "vm.vmx", "numvcpu"]).refuses(1, &["hint: did you mean numvcpus?"]);
    vm.run(&["list", "vm.vmx", "Ethernet0"]).refuses(1, &["hint: vmxedit list vm.vmx 'Ethernet0.*'"]);
    let result = vm.run(&["list", "vm.vmx", "no.such.key"]);
    assert!(!result.stderr.contains("hint:"), "{}", result.stderr);
}

#[test]
fn a_file_in_the_place_of_a_pattern_is_reported_with_the_command_that_searches_files() {
    let vms = Scratch::with(VM);
    let folders: Vec<String> = (0..6).map(|n| format!("tree/a/{n}")).collect();
    for folder in &folders {
        vms.write(&format!("{folder}/vm.vmx"), VM);
    }
    vms.run(&["list", "vm.vmx", "tree/a/0", "guest*"]).reports(
        0,
        "guestOS = \"darwin12-64\"\n",
        &[
            "tree/a/0 is taken for a pattern: list reads one file",
            "hint: vmxedit find 'guest*' vm.vmx tree/a/0\n",
        ],
    );
    let mut args = vec!["list"];
    args.extend(folders.iter().map(String::as_str));
    args.push("no*");
    vms.run(&args).refuses(
        1,
        &[
            "tree/a/1 and 4 more are taken for patterns: list reads one file",
            "hint: vmxedit find 'no*' -r tree/a\n",
            "tree/a/0: no entry matches 'no*'",
        ],
    );
    vms.run(&["list", "vm.vmx", "gone/vm.vmx"])
        .refuses(1, &["gone/vm.vmx is taken for a pattern", "hint: vmxedit find '*' vm.vmx gone/vm.vmx\n"]);
}

#[test]
fn a_file_whose_name_is_not_a_pattern_is_reported_like_others() {
    let vm = Scratch::with(VM);
    vm.write("my vm.vmx", VM);
    vm.run(&["list", "vm.vmx", "my vm.vmx", "mem*"]).refuses(
        2,
        &[
            "my vm.vmx is taken for a pattern: list reads one file",
            "hint: vmxedit find 'mem*' vm.vmx 'my vm.vmx'",
        ],
    );
}

#[test]
fn the_option_for_many_files_is_refused_with_the_command_that_has_it() {
    let vm = Scratch::with(VM);
    for args in [["list", "-r"], ["list", "--recursive"], ["get", "-r"]] {
        let result = vm.run(&[&args[..], &["vm.vmx", "memsize"]].concat());
        assert!(!result.stderr.contains("-- -r"), "{}", result.stderr);
        let hint = format!("{} reads one file; to search many: vmxedit find memsize -r vm.vmx\n", args[0]);
        result.refuses(2, &[&format!("unexpected argument '{}' found\nhint: {hint}", args[1])]);
    }
}

#[test]
fn list_prints_utf8_in_any_file_encoding() {
    let vm = Scratch::with(b".encoding = \"windows-1252\"\nname = \"caf\xE9\"\n");
    vm.run(&["list", "vm.vmx", "name"]).prints("name = \"caf\u{E9}\"\n");
}
