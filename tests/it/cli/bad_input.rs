//! Invalid arguments and files: exit codes, messages with file, line and hint, and unchanged files.

use std::process::Stdio;

use crate::harness::{Scratch, dev_full, isolated, program};

#[test]
fn a_missing_file_is_an_error() {
    let vm = Scratch::new();
    vm.run(&["set", "nope.vmx", "a=1"])
        .refuses(5, &["nope.vmx: cannot open: No such file", "hint: check the path"]);
    vm.run(&["get", "nope.vmx", "a"]).refuses(5, &["nope.vmx: cannot open"]);
    vm.run(&["status", "nope.vmx"]).refuses(5, &["nope.vmx: cannot open"]);
    assert!(vm.names().is_empty());
}

#[test]
fn a_directory_with_several_or_no_vmx_files_is_refused() {
    let vm = Scratch::new();
    vm.write("d/a.vmx", "a = \"1\"\n");
    vm.write("d/b.VMX", "a = \"1\"\n");
    vm.write("e/x.vmdk", "");
    vm.run(&["set", "d", "a=2"])
        .refuses(2, &["d: a directory with several .vmx files: a.vmx, b.VMX", "hint: name one"]);
    vm.run(&["set", "e", "a=2"]).refuses(5, &["e: a directory without a .vmx file (it contains x.vmdk)"]);
}

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
    vm.run(&["set", "vm.vmx", "a b=1"]).refuses(2, &["'a b' is not a key: it contains a space", "hint: "]);
    vm.run(&["set", "vm.vmx", "=1"]).refuses(2, &["'' is not a key: it is empty"]);
    vm.run(&["set", "vm.vmx", "a#b=1"]).refuses(2, &["starts a comment"]);
    vm.run(&["set", "vm.vmx", "a\nb=1"]).refuses(2, &["'a\\nb' is not a key"]);
    vm.run(&["set", "vm.vmx", "novalue"]).refuses(2, &["'novalue' is not KEY=VALUE"]);
    vm.run(&["get", "vm.vmx", "a=b"]).refuses(2, &["it contains a '='"]);
    vm.run(&["unset", "vm.vmx", "a=*"]).refuses(2, &["'a=*' is not a pattern"]);
    vm.run(&["unset", "vm.vmx", "[a"]).refuses(2, &["'[a' is not a pattern"]);
    vm.run(&["rename", "vm.vmx", "a", "b c"]).refuses(2, &["'b c' is not a key"]);
    assert_eq!(vm.read("vm.vmx"), b"a = \"1\"\n");
}

#[test]
fn unencodable_characters_are_refused() {
    let file = ".encoding = \"windows-1252\"\na = \"1\"\n";
    let vm = Scratch::with(file);
    vm.run(&["set", "vm.vmx", "a=\u{4F4D}"]).refuses(
        4,
        &["vm.vmx: 'a' cannot be written: the file's encoding, windows-1252, has no '\u{4F4D}'", "hint: "],
    );
    vm.run(&["set", "vm.vmx", "\u{43A}\u{43B}\u{44E}\u{447}=1"]).refuses(4, &["has no '\u{43A}'"]);
    assert_eq!(vm.read("vm.vmx"), file.as_bytes());
    let vm = Scratch::with(b".encoding = \"x-klingon\"\na = \"\xF8\"\n");
    vm.run(&["set", "vm.vmx", "a=\u{E9}"]).refuses(4, &["x-klingon"]);
    vm.run(&["get", "vm.vmx", "a"]).prints("|F8\n");
    vm.run(&["set", "vm.vmx", "b=1"]).prints("+ b = \"1\"\n");
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
fn an_encrypted_configuration_is_reported() {
    let file = "displayName = \"x\"\nencryption.keySafe = \"vmware:key/list\"\nencryption.data = \"AA\"\n";
    let vm = Scratch::with(file);
    vm.run(&["set", "vm.vmx", "memsize=4"]).refuses(4, &["vm.vmx: an encrypted configuration", "hint: "]);
    vm.run(&["get", "vm.vmx", "memsize"]).refuses(4, &["an encrypted configuration"]);
    vm.run(&["get", "vm.vmx", "displayname"]).prints("x\n");
    assert_eq!(vm.read("vm.vmx"), file.as_bytes());
}

#[test]
fn a_closed_standard_input_is_an_error() {
    let vm = Scratch::new();
    let program = program();
    let script = format!("'{}' set - a=1 <&-", program.display());
    let output = isolated("sh").args(["-c", &script]).output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!((output.status.code(), output.stdout.len()), (Some(5), 0), "{stderr}");
    assert!(stderr.contains("cannot read standard input: it is closed"), "{stderr}");
    drop(vm);
}

#[test]
fn a_broken_pipe_is_quiet() {
    let long: String = (0..20_000).map(|n| format!("key{n} = \"some value\"\n")).collect();
    let vm = Scratch::with(long);
    let program = program();
    let script = format!("'{}' list '{}' | head -n 1", program.display(), vm.path("vm.vmx").display());
    let output = isolated("bash").args(["-o", "pipefail", "-c", &script]).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "key0 = \"some value\"\n");
    assert_eq!((output.status.code(), &*String::from_utf8_lossy(&output.stderr)), (Some(0), ""));
}

#[test]
fn a_full_output_device_is_an_error() {
    let vm = Scratch::with("a = \"1\"\n");
    for args in [&["get", "vm.vmx", "a"][..], &["list", "vm.vmx"], &["man"], &["preset", "list"]] {
        let child = vm.command().args(args).stdout(dev_full()).stderr(Stdio::piped()).spawn().unwrap();
        let output = child.wait_with_output().unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(5), "{args:?}: {stderr}");
        assert!(stderr.contains("cannot write to standard output: No space left"), "{args:?}: {stderr}");
    }
}

#[test]
fn a_pipe_or_device_is_refused_without_blocking() {
    let vm = Scratch::new();
    vm.make_fifo("pipe.vmx");
    vm.run(&["set", "pipe.vmx", "a=1"]).refuses(4, &["pipe.vmx: not a VMX file: a pipe"]);
    vm.run(&["set", "/dev/zero", "a=1"]).refuses(4, &["/dev/zero: not a VMX file: a device"]);
}

#[test]
fn non_utf8_arguments_are_a_usage_error() {
    use std::os::unix::ffi::OsStrExt;
    let vm = Scratch::with("a = \"1\"\n");
    let output =
        vm.command().args(["set", "vm.vmx"]).arg(std::ffi::OsStr::from_bytes(b"a=\xFF")).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(vm.read("vm.vmx"), b"a = \"1\"\n");
}

#[test]
fn get_reads_from_a_pipe() {
    let vm = Scratch::with("a = \"1\"\n");
    let script = format!("cat vm.vmx | '{}' get /dev/stdin a", program().display());
    let output = isolated("sh").args(["-c", &script]).current_dir(vm.path("")).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "1\n", "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_broken_pipe_does_not_change_the_exit_code_or_stop_edits() {
    let vm = Scratch::new();
    for n in 0..120 {
        vm.write(&format!("{n}.vmx"), "a = \"1\"\n");
    }
    vm.write("locked.vmx", "a = \"1\"\n");
    vm.write("locked.vmx.lck", "");
    let program = program().display().to_string();
    let run = |args: &str| {
        let script = format!("'{program}' {args} 2>/dev/null | true; echo ${{PIPESTATUS[0]}}");
        let output = isolated("bash").args(["-c", &script]).current_dir(vm.path("")).output().unwrap();
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    };
    assert_eq!(run("apply --set b=1 --json --diff [0-9]*.vmx nope.vmx"), "5");
    for n in 0..120 {
        assert_eq!(vm.read(&format!("{n}.vmx")), b"a = \"1\"\nb = \"1\"\n", "{n}");
    }
    assert_eq!(run("status locked.vmx"), "1");
    assert_eq!(run("set locked.vmx a=2 --json"), "3");
    assert_eq!(run("set 1.vmx a=2 --check"), "1");
}

#[test]
fn an_oversized_file_is_refused() {
    let vm = Scratch::with("a = \"1\"\n");
    let file = std::fs::File::options().write(true).open(vm.path("vm.vmx")).unwrap();
    file.set_len(300 << 20).unwrap();
    vm.run(&["get", "vm.vmx", "a"]).refuses(4, &["no VMX file is that large"]);
}
