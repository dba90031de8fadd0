//! The syntax of a preset file, and files that are not presets.

use super::{SET, VM, apply, file, vm_with_preset};
use crate::harness::Scratch;

#[test]
fn invalid_preset_files_are_refused_with_a_line_number() {
    let rows: &[(&str, usize, &str)] = &[
        ("steps = 3\n", 4, "invalid type"),
        ("speed = 3\n[[steps]]\nset = \"a\"\nvalue = \"1\"\n", 4, "unknown field `speed`"),
        ("[[steps]]\nset = \"a\"\nvalue = 1\n", 6, "invalid type: integer"),
        ("[[steps]]\nset = \"a\"\nworth = \"1\"\n", 6, "unknown field `worth`"),
        ("[[steps]]\nset = \"a b\"\nvalue = \"1\"\n", 4, "not a key"),
        ("[[steps]]\nset = \"a[b\"\nvalue = \"1\"\n", 4, "not a pattern"),
        ("[[steps]]\nset = \"a\"\n", 4, "needs a value"),
        ("[[steps]]\nensure_absent = \"a\"\nvalue = \"\"\n", 4, "takes no value"),
        ("[[steps]]\nset = \"a\"\nensure_absent = \"b\"\n", 4, "a step has exactly one of"),
        ("[[steps]]\nset = \"a\"\nvalue = \"{x}\"\n", 6, "no [parameters.x]"),
        ("[[steps]]\nset = \"a\"\nvalue = \"{x\"\n", 6, "brace"),
        ("[[steps]]\nset = \"a\"\nvalue = \"1\\n2\"\n", 6, "one line"),
        (
            "conflicts = [\n\"x\",\n\"mine\"]\n[[steps]]\nset = \"a\"\nvalue = \"1\"\n",
            6,
            "conflicts with itself",
        ),
        ("conflicts = [\"x\", \"x\"]\n[[steps]]\nset = \"a\"\nvalue = \"1\"\n", 4, "twice"),
        ("[[requires]]\nguest_os = [\"a[\"]\n[[steps]]\nset = \"a\"\nvalue = \"1\"\n", 5, "not a pattern"),
        ("[[requires]]\nwhy = \"x\"\n[[steps]]\nset = \"a\"\nvalue = \"1\"\n", 4, "needs a test"),
        (
            "[[requires]]\nfirmware = \"efi\"\nunless = { x = \"1\" }\n[[steps]]\nset = \"a\"\nvalue = \"1\"\n",
            4,
            "no [parameters.x] for `unless`",
        ),
        (
            "[[requires]]\nfirmware = \"efi\"\ndisk = \"{x}\"\n[[steps]]\nset = \"a\"\nvalue = \"1\"\n",
            6,
            "no [parameters.x]",
        ),
        (
            "[[requires]]\nnumber = { key = \"a\" }\n[[steps]]\nset = \"a\"\nvalue = \"1\"\n",
            5,
            "number needs min or max",
        ),
        ("[[steps]]\nset = \"a\"\nvalue = \"1\"\nvalue_of = \"b\"\n", 4, "either value or value_of"),
        ("[[steps]]\nset = \"a\"\nvalue_of = \"b*\"\n", 6, "it must be one key"),
        (
            "[[steps]]\nset = \"a\"\nvalue = \"1\"\nwhen = { snapshots = false }\n",
            7,
            "neither `why`, nor `snapshots`, nor `existing_file`",
        ),
        ("[[requires]]\nfirmware = \"uefi\"\n[[steps]]\nset = \"a\"\nvalue = \"1\"\n", 5, "unknown variant"),
        ("[[requires]]\nsnapshots = true\n[[steps]]\nset = \"a\"\nvalue = \"1\"\n", 5, "snapshots = false"),
        ("[[unneeded_when]]\nfirmware = \"efi\"\n[[steps]]\nset = \"a\"\nvalue = \"1\"\n", 4, "needs `why`"),
        ("", 1, "it would do nothing"),
        ("[parameters.p]\nhelp = \"x\"\ntype = \"colour\"\n", 6, "unknown variant"),
        ("[parameters.p]\ntype = \"text\"\n", 4, "missing field `help`"),
        (
            "[parameters.p]\nhelp = \"\"\ntype = \"text\"\npattern = \"(\"\n[[steps]]\nset=\"a\"\nvalue=\"\"\n",
            4,
            "pattern",
        ),
        (
            "[parameters.p]\nhelp = \"\"\ntype = \"text\"\nmin = 1\n[[steps]]\nset=\"a\"\nvalue=\"\"\n",
            4,
            "only valid with type = \"integer\"",
        ),
        (
            "[parameters.p]\nhelp = \"\"\ntype = \"integer\"\nmax = 1\ndefault = 2\n[[steps]]\nset=\"a\"\nvalue=\"\"\n",
            4,
            "the default",
        ),
        ("[parameters.p]\nhelp = \"\"\ntype = \"choice\"\n[[steps]]\nset=\"a\"\nvalue=\"\"\n", 4, "choices"),
        (
            "[parameters.p]\nhelp = \"\"\ntype = \"file\"\nencoding = \"rot13\"\n[[steps]]\nset=\"a\"\nvalue=\"\"\n",
            4,
            "rot13",
        ),
        ("[[steps]]\nset = \"a\"\nvalue = \"1\"\nwith = \"x\"\n", 4, "no [parameters.x]"),
        ("x = \n", 4, ""),
    ];
    refuse(rows);
}

/// Asserts that the program refuses these bodies of preset files, and names the line.
fn refuse(rows: &[(&str, usize, &str)]) {
    for (body, line, part) in rows {
        let (vm, result) = apply(body, &[]);
        result.refuses(4, &[&format!("./mine.toml:{line}:"), ": not a preset: ", part]);
        assert_eq!(vm.read("vm.vmx"), VM.as_bytes());
        let checked = vm.run(&["preset", "check", "mine.toml"]);
        checked.refuses(4, &[&format!("mine.toml:{line}:"), ": not a preset: ", part]);
    }
}

#[test]
fn invalid_free_slots_are_refused_with_a_line_number() {
    let rows: &[(&str, usize, &str)] = &[
        (
            "[parameters.p]\nhelp = \"\"\ntype = \"free_slot\"\nfamilies = [\"ide\", \"x\"]\n[[steps]]\nset=\"a\"\nvalue=\"\"\n",
            4,
            "\"x\" is not a family of numbered devices",
        ),
        (
            "[parameters.p]\nhelp = \"\"\ntype = \"free_slot\"\nfamilies = [\"ide\", \"ethernet\"]\n[[steps]]\nset=\"a\"\nvalue=\"\"\n",
            4,
            "families are either all of disk controllers, or none is",
        ),
        (
            "[parameters.p]\nhelp = \"\"\ntype = \"free_slot\"\nfamilies = [\"ide\"]\nsame = { key = \"a\", value = \"{p}\" }\n[[steps]]\nset=\"a\"\nvalue=\"\"\n",
            4,
            "same names a parameter that does not exist, or itself",
        ),
        (
            "[parameters.p]\nhelp = \"\"\ntype = \"free_slot\"\nfamilies = [\"ide\"]\n[parameters.q]\nhelp = \"\"\ntype = \"free_slot\"\nfamilies = [\"ethernet\"]\n[[steps]]\nset=\"a\"\nvalue=\"\"\n",
            8,
            "a preset has one free slot at most",
        ),
        (
            "[parameters.p]\nhelp = \"\"\ntype = \"text\"\n[[steps]]\nset=\"a\"\nvalue=\"{p.new_controller}\"\n",
            9,
            "no [parameters.p.new_controller]",
        ),
    ];
    refuse(rows);
}

#[test]
fn a_file_that_is_not_a_preset_is_refused() {
    let vm = Scratch::with(VM);
    for (content, part) in [
        (vec![b'#'; 10 << 20], "larger than 1 MB"),
        (b"name = \"x\"\n\xFF\n".to_vec(), "mine.toml:2:1: not a preset: it is not UTF-8"),
        (b"\0\0".to_vec(), "not a preset"),
        (Vec::new(), "missing field `name`"),
    ] {
        vm.write("mine.toml", content);
        vm.run(&["apply", "-p", "./mine.toml", "vm.vmx"]).refuses(4, &[part]);
    }
    assert_eq!(vm.read("vm.vmx"), VM.as_bytes());
}

#[test]
fn an_invalid_preset_name_is_refused() {
    let vm = Scratch::new();
    for name in ["Mine", "a b", "../x", "-x", ""] {
        vm.write("mine.toml", format!("name = \"{name}\"\ntitle = \"T\"\nreason = \"\"\n{SET}"));
        vm.run(&["preset", "check", "mine.toml"])
            .refuses(4, &["mine.toml:1:8: not a preset: a name consists of"]);
    }
}

#[test]
fn a_missing_preset_file_or_a_folder_is_an_error() {
    let vm = Scratch::with(VM);
    vm.run(&["apply", "-p", "./missing.toml", "vm.vmx"])
        .refuses(5, &["./missing.toml: cannot read the preset"]);
    vm.run(&["apply", "-p", "./", "vm.vmx"]).refuses(5, &["cannot read the preset"]);
    assert_eq!(vm.read("vm.vmx"), VM.as_bytes());
}

#[test]
fn a_valid_file_is_accepted() {
    let vm = vm_with_preset(SET);
    vm.run(&["preset", "check", "mine.toml"]).prints("mine.toml: the preset mine is valid\n");
}

#[test]
fn a_preset_is_read_from_standard_input() {
    let vm = Scratch::with(VM);
    vm.pipe(file(SET).as_bytes(), &["apply", "-p", "-", "vm.vmx"]).prints("+ a.b = \"1\"\n");
}

#[test]
fn a_preset_and_the_file_cannot_both_come_from_standard_input() {
    let vm = Scratch::new();
    vm.pipe(b"", &["apply", "-p", "-", "-"]).refuses(2, &["standard input can be used only once"]);
}

#[test]
fn a_preset_for_another_file_type_is_refused_despite_ignore_conditions() {
    let vm = Scratch::with(VM);
    vm.write("web.properties", "a = 1\n");
    vm.run(&["apply", "-p", "stig-vm", "--ignore-conditions", "web.properties"])
        .refuses(4, &["preset stig-vm is not for this file: it is for .vmx and .vmtx files"]);
    assert_eq!(vm.read("web.properties"), b"a = 1\n");
    vm.run(&["apply", "-p", "html5-console-port", "--param", "port=1", "vm.vmx"])
        .refuses(4, &["it is for .properties files"]);
}
