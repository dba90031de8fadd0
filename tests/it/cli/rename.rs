//! The `rename` command: keys, families, and new names that are refused.

use crate::harness::Scratch;

const VM: &str = "ethernet0.present = \"TRUE\"\nmemsize = \"4\"\n";

#[test]
fn rename_accepts_a_family() {
    let vm = Scratch::with(VM);
    vm.run(&["rename", "vm.vmx", "ethernet0.*", "ethernet1.*"])
        .prints("~ ethernet0.present -> ethernet1.present\n");
    assert_eq!(vm.read("vm.vmx"), b"ethernet1.present = \"TRUE\"\nmemsize = \"4\"\n");
}

#[test]
fn rename_can_change_only_the_case_of_a_key() {
    let vm = Scratch::with(VM);
    vm.run(&["rename", "vm.vmx", "memsize", "memSize"]).prints("~ memsize -> memSize\n");
    assert_eq!(vm.read("vm.vmx"), b"ethernet0.present = \"TRUE\"\nmemSize = \"4\"\n");
}

#[test]
fn rename_to_a_key_that_exists_is_refused() {
    let file = "ethernet1.present = \"TRUE\"\nmemSize = \"4\"\n";
    let vm = Scratch::with(file);
    vm.run(&["rename", "vm.vmx", "memsize", "ethernet1.Present"])
        .refuses(4, &["vm.vmx:1: cannot rename 'memSize' to 'ethernet1.Present'"]);
    assert_eq!(vm.read("vm.vmx"), file.as_bytes());
}

#[test]
fn rename_of_a_missing_key_exits_1() {
    let vm = Scratch::with(VM);
    vm.run(&["rename", "vm.vmx", "nothing", "else"]).refuses(1, &["no entry 'nothing'"]);
    assert_eq!(vm.read("vm.vmx"), VM.as_bytes());
}

#[test]
fn rename_of_a_family_to_a_key_is_refused() {
    let vm = Scratch::with(VM);
    vm.run(&["rename", "vm.vmx", "a.*", "b"]).refuses(2, &["both must end in .*, or neither"]);
    assert_eq!(vm.read("vm.vmx"), VM.as_bytes());
}

#[test]
fn rename_of_a_missing_key_suggests_what_is_close() {
    let vm = Scratch::with(VM);
    for (old, new, meant) in [
        ("memsiez", "memsize", "memsize"),
        ("memory", "memsize", "memsize"),
        ("ethernet0", "ethernet1", "ethernet0.*"),
        ("memsize.*", "x.*", "memsize"),
    ] {
        vm.run(&["rename", "vm.vmx", old, new])
            .refuses(1, &[&format!("vm.vmx: no entry '{old}'\nhint: did you mean {meant}?")]);
    }
    assert_eq!(vm.read("vm.vmx"), VM.as_bytes());
}
