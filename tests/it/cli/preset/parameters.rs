//! Parameters of presets.

use super::{VM, apply, vm_with_preset};
use crate::harness::Scratch;

const PORT: &str = "[parameters.port]\nhelp = \"the port\"\ntype = \"integer\"\nmin = 1\nmax = 9\n\
    [parameters.name]\nhelp = \"a name\"\ntype = \"text\"\noptional = true\n\
    [[steps]]\nset = \"p.port\"\nvalue = \"590{port}\"\n[[steps]]\nset = \"{name}.there\"\nvalue = \"{name}\"\n[[steps]]\nset = \"also\"\nvalue = \"1\"\nwith = \"name\"\n";

#[test]
fn invalid_parameters_are_refused() {
    for (args, part) in [
        (&[][..], "parameter port: required: the port"),
        (&["--param", "port=0"], "0 is not within 1 to 9"),
        (&["--param", "port=x"], "not a whole number"),
        (&["--param", "port"], "'port' is not NAME=VALUE"),
        (&["--param", "colour=1"], "--param colour: not a parameter of the presets, which have name, port"),
        (&["--param", "port=1", "--param", "port=2"], "given twice"),
        (&["--param", "other.port=1"], "--param port"),
        (&["--param", "port=1", "--param", "name=a\nb"], "one line without quotes"),
        (&["--param", "port=1", "--param", "name=a\"b"], "one line without quotes"),
        (&["--param", "port=1", "--param", "name=a*"], "wildcard"),
        (&["--param", "port=1", "--param", "name=a b"], "not a key"),
    ] {
        let (vm, result) = apply(PORT, args);
        result.refuses(2, &[part]);
        assert_eq!(vm.read("vm.vmx"), VM.as_bytes(), "{args:?}");
    }
}

#[test]
fn steps_of_an_optional_parameter_that_is_not_given_are_left_out() {
    apply(PORT, &["--param", "port=1"]).1.prints("+ p.port = \"5901\"\n");
}

#[test]
fn parameters_are_substituted_in_keys_and_values() {
    apply(PORT, &["--param", "mine.port=2", "--param", "name=x"])
        .1
        .prints("+ p.port = \"5902\"\n+ x.there = \"x\"\n+ also = \"1\"\n");
}

#[test]
fn revert_leaves_what_other_parameters_set() {
    let (vm, result) = apply(PORT, &["--param", "port=2", "--param", "name=x", "-q"]);
    result.printed(0);
    vm.run(&["preset", "revert", "./mine.toml", "vm.vmx", "--param", "port=2"]).reports(
        0,
        "- p.port = \"5902\"\n",
        &["not removed: also: their values are not those of the preset, or it was applied with other"],
    );
}

#[test]
fn a_parameter_is_read_from_a_file() {
    let vm = vm_with_preset(PORT);
    vm.write("port", "3\n");
    vm.run(&["apply", "-p", "./mine.toml", "--param", "port=@port", "vm.vmx"])
        .prints("+ p.port = \"5903\"\n");
}

#[test]
fn a_parameter_from_a_missing_file_is_an_error() {
    vm_with_preset(PORT)
        .run(&["apply", "-p", "./mine.toml", "--param", "port=@none", "vm.vmx"])
        .refuses(5, &["none: cannot read"]);
}

#[test]
fn a_password_from_an_empty_file_is_refused() {
    let vm = Scratch::with(VM);
    vm.write("empty", "\n");
    vm.run(&["apply", "-p", "vnc-console", "--param", "password=@empty", "vm.vmx"])
        .refuses(2, &["parameter password: the file is empty"]);
}

#[test]
fn the_parameters_of_a_preset_are_shown() {
    let vm = vm_with_preset(PORT);
    vm.run(&["apply", "-p", "./mine.toml", "--param", "port=3", "vm.vmx", "-q"]).printed(0);
    let result = vm.run(&["preset", "show", "./mine.toml", "vm.vmx"]);
    assert!(result.stdout.contains("port: the port (1 to 9; required)"), "{}", result.stdout);
    assert!(result.stdout.contains("Here:\n  nothing to do"), "{}", result.stdout);
}

/// A preset that adds a serial port in the next free slot.
const PORT_IN_FREE_SLOT: &str = "[parameters.port]\nhelp = \"x\"\ntype = \"free_slot\"\nfamilies = [\"serial\"]\n\
    [[steps]]\nset = \"{port}.present\"\nvalue = \"TRUE\"\n[[steps]]\nset = \"{port}.fileType\"\nvalue = \"device\"\n";

#[test]
fn a_device_in_a_free_slot_is_added_each_time() {
    let (vm, result) = apply(PORT_IN_FREE_SLOT, &[]);
    result.prints("+ serial0.present = \"TRUE\"\n+ serial0.fileType = \"device\"\n");
    vm.run(&["apply", "-p", "./mine.toml", "vm.vmx"])
        .prints("+ serial1.present = \"TRUE\"\n+ serial1.fileType = \"device\"\n");
}

#[test]
fn a_device_in_a_free_slot_is_reverted_if_the_slot_is_named() {
    let (vm, _) = apply(PORT_IN_FREE_SLOT, &[]);
    vm.run(&["preset", "revert", "./mine.toml", "vm.vmx"])
        .refuses(2, &["preset mine, parameter port: required to know which device to remove"]);
    vm.run(&["preset", "revert", "./mine.toml", "vm.vmx", "--param", "port=serial0"])
        .prints("- serial0.fileType = \"device\"\n- serial0.present = \"TRUE\"\n");
    assert_eq!(vm.read("vm.vmx"), VM.as_bytes());
}

#[test]
fn a_diff_with_a_preset_shows_the_device_in_its_free_slot() {
    let vm = vm_with_preset(PORT_IN_FREE_SLOT);
    vm.run(&["diff", "vm.vmx", "--preset", "./mine.toml"])
        .exits(1, "+ serial0.present = \"TRUE\"\n+ serial0.fileType = \"device\"\n");
}
