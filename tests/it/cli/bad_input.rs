//! Invalid keys, values and files: exit codes, messages with file, line and hint, and unchanged files.

use crate::harness::{RunResult, Scratch};

#[test]
fn files_of_other_formats_are_refused() {
    let utf16: Vec<u8> = "a = \"1\"\r\nb = \"2\"\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let big_endian: Vec<u8> = "a = \"1\"\nb = \"2\"\n".encode_utf16().flat_map(u16::to_be_bytes).collect();
    for (content, what) in [
        (&b"<?xml version=\"1.0\"?>\n<Foundry>\n<VM>a=b</VM>\n</Foundry>"[..], "XML (a .vmxf"),
        (b"\xEF\xBB\xBF<?xml version=\"1.0\"?>", "XML"),
        (b"KDMV\x01\x00\x00\x00a=1\n", "a sparse virtual disk (.vmdk)"),
        (b"COWD\x01\x00\x00\x00", "an ESXi sparse virtual disk"),
        (b"# Disk DescriptorFile\nversion=1\nCID=1\n", "a virtual disk's descriptor"),
        (b"\x1F\x8B\x08\x00a=1\n", "gzip"),
        (b"\x7FELF\x02\x01\x01\x00a=1\n", "an ELF program"),
        (b"\x89PNG\r\n\x1A\na=1\n", "a PNG picture"),
        (&utf16, "UTF-16"),
        (&big_endian, "UTF-16"),
        (b"\xFF\xFEa\x00=\x00", "UTF-16"),
        (b"a = \"1\"\nx\x00y\n", "binary data (a NUL byte)"),
        (b"Dear reader,\nthis is a letter.\n", "no line has the form key = \"value\""),
    ] {
        let vm = Scratch::with(content);
        for args in [
            &["set", "vm.vmx", "a=2"][..],
            &["get", "vm.vmx", "a"],
            &["list", "vm.vmx"],
            &["status", "vm.vmx"],
        ] {
            vm.run(args).refuses(
                4,
                &["vm.vmx:", "not a VMX file: ", what, "hint: name the virtual machine's .vmx file"],
            );
        }
        assert_eq!(vm.read("vm.vmx"), content, "{what}");
        assert_eq!(vm.names(), ["vm.vmx"]);
    }
}

#[test]
fn a_nul_outside_an_entry_is_reported_with_its_line() {
    let vm = Scratch::with("a = \"1\"\nx\0y\n");
    vm.run(&["set", "vm.vmx", "a=2"]).refuses(4, &["vm.vmx:2: not a VMX file"]);
}

#[test]
fn an_empty_file_is_accepted() {
    let vm = Scratch::with("");
    vm.run(&["set", "vm.vmx", "a=1"]).prints("+ a = \"1\"\n");
    assert_eq!(vm.read("vm.vmx"), b"a = \"1\"\n");
}

#[test]
fn invalid_keys_are_refused() {
    let vm = Scratch::with("a = \"1\"\n");
    for (args, parts) in [
        (&["set", "vm.vmx", "a b=1"][..], &["'a b' is not a key: it contains a space", "hint: "][..]),
        (&["set", "vm.vmx", "=1"], &["'' is not a key: it is empty"]),
        (&["set", "vm.vmx", "a#b=1"], &["starts a comment"]),
        (&["set", "vm.vmx", "a\nb=1"], &["'a\\nb' is not a key"]),
        (&["get", "vm.vmx", "a=b"], &["it contains a '='"]),
        (&["rename", "vm.vmx", "a", "b c"], &["'b c' is not a key"]),
    ] {
        vm.run(args).refuses(2, parts);
    }
    assert_eq!(vm.read("vm.vmx"), b"a = \"1\"\n");
}

#[test]
fn an_assignment_without_an_equals_sign_is_refused() {
    let vm = Scratch::with("a = \"1\"\n");
    vm.run(&["set", "vm.vmx", "novalue"]).refuses(2, &["'novalue' is not KEY=VALUE"]);
    assert_eq!(vm.read("vm.vmx"), b"a = \"1\"\n");
}

#[test]
fn invalid_patterns_are_refused() {
    let vm = Scratch::with("a = \"1\"\n");
    vm.run(&["unset", "vm.vmx", "a=*"]).refuses(2, &["'a=*' is not a pattern"]);
    vm.run(&["unset", "vm.vmx", "[a"]).refuses(2, &["'[a' is not a pattern"]);
    assert_eq!(vm.read("vm.vmx"), b"a = \"1\"\n");
}

#[test]
fn a_missing_or_binary_value_file_is_an_error() {
    let vm = Scratch::with("a = \"1\"\n");
    vm.write("bytes", b"\xFF\xFE");
    vm.write("nul", b"x\0y");
    vm.run(&["set", "vm.vmx", "a=@nope"]).refuses(5, &["nope: cannot read the value"]);
    vm.run(&["set", "vm.vmx", "a=@bytes"]).refuses(4, &["'a': the file bytes is not UTF-8 text"]);
    vm.run(&["set", "vm.vmx", "a=@nul"]).refuses(4, &["'a' cannot be written: it contains a NUL character"]);
    assert_eq!(vm.read("vm.vmx"), b"a = \"1\"\n");
}

#[test]
fn an_endless_value_file_is_an_error() {
    let vm = Scratch::with("a = \"1\"\n");
    vm.run(&["set", "vm.vmx", "a=@/dev/zero"])
        .refuses(5, &["/dev/zero: cannot read the value: it is larger than 256 MB"]);
}

const ENCRYPTED: &str =
    "displayName = \"x\"\nencryption.keySafe = \"vmware:key/list\"\nencryption.data = \"AA\"\n";

#[test]
fn an_edit_of_an_encrypted_configuration_is_refused() {
    let vm = Scratch::with(ENCRYPTED);
    vm.run(&["set", "vm.vmx", "memsize=4"]).refuses(4, &["vm.vmx: an encrypted configuration", "hint: "]);
    assert_eq!(vm.read("vm.vmx"), ENCRYPTED.as_bytes());
}

#[test]
fn a_key_that_is_not_in_clear_text_is_reported_as_encrypted() {
    let vm = Scratch::with(ENCRYPTED);
    vm.run(&["get", "vm.vmx", "memsize"]).refuses(4, &["an encrypted configuration"]);
}

#[test]
fn a_key_of_an_encrypted_configuration_that_is_in_clear_text_is_printed() {
    Scratch::with(ENCRYPTED).run(&["get", "vm.vmx", "displayname"]).prints("x\n");
}

#[test]
fn non_utf8_arguments_are_a_usage_error() {
    use std::os::unix::ffi::OsStrExt;
    let vm = Scratch::with("a = \"1\"\n");
    let argument = std::ffi::OsStr::from_bytes(b"a=\xFF");
    let output = vm.command().args(["set", "vm.vmx"]).arg(argument).output().unwrap();
    RunResult::new(&["set", "vm.vmx"], &output).refuses(2, &["an argument is not UTF-8 text"]);
    assert_eq!(vm.read("vm.vmx"), b"a = \"1\"\n");
}

#[test]
fn a_file_with_too_many_lines_is_refused() {
    let vm = Scratch::with(format!("a = \"1\"\n{}", "\n".repeat(8 << 20)));
    let message = "vm.vmx: not a VMX file: no VMX file has that many lines";
    for args in [&["set", "vm.vmx", "a=2"][..], &["list", "vm.vmx"], &["check", "vm.vmx"]] {
        vm.run(args).refuses(4, &[message]);
    }
    vm.write("vm.vmx", format!("a = \"1\"\n{}", "\n".repeat((8 << 20) - 1)));
    vm.run(&["list", "vm.vmx"]).prints("a = \"1\"\n");
}

#[test]
fn a_hint_names_the_file_as_a_shell_needs_it() {
    let vm = Scratch::new();
    vm.write("my vm.vmx", "a = \"1\"\nA = \"2\"\n");
    vm.run(&["get", "my vm.vmx", "a"]).refuses(
        4,
        &["hint: list them with `vmxedit get --all 'my vm.vmx' a`, remove them with `vmxedit unset 'my vm.vmx' a`"],
    );
    vm.write("read only.vmx", "a = \"1\"\n");
    vm.set_mode("read only.vmx", 0o444);
    vm.run(&["set", "read only.vmx", "a=2"])
        .refuses(5, &["hint: make it writable first: chmod u+w 'read only.vmx'"]);
}

#[test]
fn the_value_of_a_secret_in_the_place_of_a_key_is_masked() {
    let vm = Scratch::with("a = \"1\"\n");
    for args in [
        &["unset", "vm.vmx", "x.password=HUNTER"][..],
        &["unset", "vm.vmx", "x.pass*=HUNTER"],
        &["get", "vm.vmx", "x.password=HUNTER"],
        &["list", "vm.vmx", "x.password=HUNTER"],
        &["rename", "vm.vmx", "x.password=HUNTER", "b"],
        &["rename", "vm.vmx", "a", "x.password=HUNTER"],
        &["apply", "--json", "--unset", "x.password=HUNTER", "vm.vmx"],
        &["apply", "--from", "vm.vmx", "--only", "x.password=HUNTER", "vm.vmx"],
        &["find", "-e", "x.password HUNTER", "vm.vmx"],
    ] {
        let result = vm.run(args);
        assert_eq!(result.code, 2, "{args:?}: {}", result.stderr);
        let printed = format!("{}{}", result.stdout, result.stderr);
        assert!(!printed.contains("HUNTER") && printed.contains("****"), "{args:?}: {printed}");
    }
}
