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
fn list_of_a_pattern_without_matches_prints_nothing() {
    Scratch::with(VM).run(&["list", "vm.vmx", "nothing"]).prints("");
}

#[test]
fn list_prints_utf8_in_any_file_encoding() {
    let vm = Scratch::with(b".encoding = \"windows-1252\"\nname = \"caf\xE9\"\n");
    vm.run(&["list", "vm.vmx", "name"]).prints("name = \"caf\u{E9}\"\n");
}
