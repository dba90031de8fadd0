//! Users' preset files: syntax, errors, parameters, and the folders that are searched.

use crate::harness::{RunResult, Scratch};

const VM: &str = "config.version = \"8\"\nvirtualHW.version = \"10\"\nguestOS = \"ubuntu-64\"\n";

/// Returns a preset file with `body` after its name, title and reason, which take three lines.
fn file(body: &str) -> String {
    format!("name = \"mine\"\ntitle = \"Mine\"\nreason = \"Because.\"\n{body}")
}

const SET: &str = "[[steps]]\nset = \"a.b\"\nvalue = \"1\"\n";

fn apply(body: &str, args: &[&str]) -> (Scratch, RunResult) {
    let vm = Scratch::with(VM);
    vm.write("mine.toml", file(body));
    let result = vm.run(&[&["apply", "-p", "./mine.toml"], args, &["vm.vmx"]].concat());
    (vm, result)
}

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
        ("[[requires]]\nguest_os = [\"a[\"]\n[[steps]]\nset = \"a\"\nvalue = \"1\"\n", 4, "not a pattern"),
        ("[[requires]]\nwhy = \"x\"\n[[steps]]\nset = \"a\"\nvalue = \"1\"\n", 4, "needs one test"),
        (
            "[[requires]]\nfirmware = \"efi\"\npresent = \"x\"\n[[steps]]\nset = \"a\"\nvalue = \"1\"\n",
            4,
            "only one test",
        ),
        ("[[requires]]\nfirmware = \"uefi\"\n[[steps]]\nset = \"a\"\nvalue = \"1\"\n", 5, "unknown variant"),
        ("[[requires]]\nsnapshots = true\n[[steps]]\nset = \"a\"\nvalue = \"1\"\n", 4, "snapshots = false"),
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
    for (body, line, part) in rows {
        let (vm, result) = apply(body, &[]);
        result.refuses(4, &[&format!("./mine.toml:{line}: not a preset: "), part]);
        assert_eq!(vm.read("vm.vmx"), VM.as_bytes());
        let checked = vm.run(&["preset", "check", "mine.toml"]);
        checked.refuses(4, &[&format!("mine.toml:{line}: not a preset: "), part]);
    }
}

#[test]
fn a_file_that_is_not_a_preset_is_refused() {
    let vm = Scratch::with(VM);
    for (content, part) in [
        (vec![b'#'; 10 << 20], "larger than 1 MB"),
        (b"name = \"x\"\n\xFF\n".to_vec(), "mine.toml:2: not a preset: it is not UTF-8"),
        (b"\0\0".to_vec(), "not a preset"),
        (Vec::new(), "missing field `name`"),
    ] {
        vm.write("mine.toml", content);
        vm.run(&["apply", "-p", "./mine.toml", "vm.vmx"]).refuses(4, &[part]);
    }
    for name in ["Mine", "a b", "../x", "-x", ""] {
        vm.write("mine.toml", format!("name = \"{name}\"\ntitle = \"T\"\nreason = \"\"\n{SET}"));
        vm.run(&["preset", "check", "mine.toml"])
            .refuses(4, &["mine.toml:1: not a preset: a name consists of"]);
    }
    vm.run(&["apply", "-p", "./missing.toml", "vm.vmx"])
        .refuses(5, &["./missing.toml: cannot read the preset"]);
    vm.run(&["apply", "-p", "./", "vm.vmx"]).refuses(5, &["cannot read the preset"]);
    assert_eq!(vm.read("vm.vmx"), VM.as_bytes());
}

#[test]
fn a_valid_file_is_accepted_from_a_path_or_standard_input() {
    let vm = Scratch::with(VM);
    vm.write("mine.toml", file(SET));
    vm.run(&["preset", "check", "mine.toml"]).prints("mine.toml: the preset mine is valid\n");
    let result = vm.pipe(file(SET).as_bytes(), &["apply", "-p", "-", "vm.vmx"]);
    result.prints("+ a.b = \"1\"\n");
    let result = vm.pipe(b"", &["apply", "-p", "-", "-"]);
    result.refuses(2, &["standard input can be used only once"]);
}

#[test]
fn the_first_preset_folder_with_a_name_wins() {
    let vm = Scratch::with(VM);
    let home = vm.path("home");
    let run = |args: &[&str]| {
        let output = vm
            .command()
            .env("VMXEDIT_PRESET_PATH", format!("{}::{}", vm.path("one").display(), vm.path("two").display()))
            .env("HOME", &home)
            .args(args)
            .output()
            .unwrap();
        (output.status.code(), String::from_utf8(output.stdout).unwrap(), output.stderr)
    };
    let (code, folders, _) = run(&["preset", "path"]);
    let lines: Vec<&str> = folders.lines().collect();
    assert_eq!((code, lines.len(), lines[3]), (Some(0), 4, "/etc/vmxedit/presets"));
    assert!(lines[2].ends_with("home/.config/vmxedit/presets"), "{folders}");

    vm.write("two/mine.toml", file(SET));
    vm.write("home/.config/vmxedit/presets/mine.toml", file(&SET.replace('1', "3")));
    vm.write("home/.config/vmxedit/presets/macos-serial.toml", file(SET));
    let (code, out, _) = run(&["apply", "-n", "-p", "MINE", "vm.vmx"]);
    assert_eq!((code, &*out), (Some(0), "+ a.b = \"1\"\n"));
    vm.write("one/mine.toml", file(&SET.replace('1', "2")));
    assert_eq!(run(&["apply", "-n", "-p", "mine", "vm.vmx"]).1, "+ a.b = \"2\"\n");

    // The name in a preset file must be the file's name. An invalid file does not hide the others.
    let (code, out, err) = run(&["preset", "list"]);
    assert_eq!(code, Some(0));
    assert!(out.contains("mine") && !out.contains("macos-serial "), "{out}");
    assert!(
        String::from_utf8_lossy(&err)
            .contains("macos-serial.toml: warning: not a preset: it is named \"mine\"")
    );
    for hostile in ["../two/mine", "..", "mine/", "a\nb", "\u{202E}"] {
        let (code, out, _) = run(&["apply", "-n", "-p", hostile, "vm.vmx"]);
        assert!(code != Some(0) && out.is_empty(), "{hostile}");
    }
}

const PORT: &str = "[parameters.port]\nhelp = \"the port\"\ntype = \"integer\"\nmin = 1\nmax = 9\n\
    [parameters.name]\nhelp = \"a name\"\ntype = \"text\"\noptional = true\n\
    [[steps]]\nset = \"p.port\"\nvalue = \"590{port}\"\n[[steps]]\nset = \"{name}.there\"\nvalue = \"{name}\"\n[[steps]]\nset = \"also\"\nvalue = \"1\"\nwith = \"name\"\n";

#[test]
fn parameters_are_validated_and_substituted() {
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
    apply(PORT, &["--param", "port=1"]).1.prints("+ p.port = \"5901\"\n");
    let (vm, result) = apply(PORT, &["--param", "mine.port=2", "--param", "name=x"]);
    result.prints("+ p.port = \"5902\"\n+ x.there = \"x\"\n+ also = \"1\"\n");
    let result = vm.run(&["preset", "revert", "./mine.toml", "vm.vmx", "--param", "port=2"]);
    assert_eq!((result.code, &*result.stdout), (0, "- p.port = \"5902\"\n"));
    result
        .says(&["not removed: also: their values are not those of the preset, or it was applied with other"]);
    let vm = Scratch::with(VM);
    vm.write("port", "3\n");
    vm.write("mine.toml", file(PORT));
    vm.run(&["apply", "-p", "./mine.toml", "--param", "port=@port", "vm.vmx"])
        .prints("+ p.port = \"5903\"\n");
    vm.run(&["apply", "-p", "./mine.toml", "--param", "port=@none", "vm.vmx"])
        .refuses(5, &["none: cannot read"]);
    let result = vm.run(&["preset", "show", "./mine.toml", "vm.vmx"]);
    assert!(result.stdout.contains("port: the port (1 to 9; required)"), "{}", result.stdout);
    assert!(result.stdout.contains("Here:\n  nothing to do"), "{}", result.stdout);
}

#[test]
fn conflicting_presets_are_refused_and_repeated_presets_apply_once() {
    let vm = Scratch::with(VM);
    vm.write("mine.toml", file(&format!("conflicts = [\"other\"]\n{SET}")));
    vm.write("other.toml", file(&SET.replace("a.b", "c.d")).replace("\"mine\"", "\"other\""));
    vm.write("third.toml", file(&SET.replace("\"1\"", "\"2\"")).replace("\"mine\"", "\"third\""));
    for (one, other, why) in
        [("mine", "other", "contradict"), ("other", "mine", "contradict"), ("mine", "third", "they set a.b")]
    {
        let args = ["apply", "-p", &format!("./{one}.toml"), "-p", &format!("./{other}.toml"), "vm.vmx"];
        vm.run(&args).refuses(2, &["cannot be combined", one, other, why]);
        assert_eq!(vm.read("vm.vmx"), VM.as_bytes());
    }
    let args = [
        "apply",
        "-p",
        "./mine.toml",
        "-p",
        "./mine.toml",
        "-p",
        "macos-serial",
        "--if-applicable",
        "vm.vmx",
    ];
    let result = vm.run(&args);
    assert_eq!((result.code, &*result.stdout), (0, ""), "all or nothing: {}", result.stderr);
    result.says(&["skipped: macos-serial"]);
    vm.run(&["apply", "-p", "./mine.toml", "-p", "./mine.toml", "vm.vmx"]).prints("+ a.b = \"1\"\n");
}

#[test]
fn steps_apply_to_keys_patterns_and_device_families() {
    let content = "ethernet0.present = \"TRUE\"\nethernet0.virtualDev = \"E1000E\"\nethernet1.present = \"true\"\n\
        ethernet2.present = \"FALSE\"\nlog.keepOld = \"3\"\nold.a = \"1\"\nold.b = \"2\"\nOld.b = \"2\"\nempty = \"\"\n";
    let vm = Scratch::with(content);
    let steps = "[[steps]]\nset = \"ethernet*.virtualDev\"\nvalue = \"vmxnet3\"\nunless = [\"e1000e\"]\n\
        [[steps]]\nset_if_present = \"log.*\"\nvalue = \"10\"\n\
        [[steps]]\nset_if_present = \"absent\"\nvalue = \"10\"\n\
        [[steps]]\nset_if_absent = \"empty\"\nvalue = \"{{x}}\"\n\
        [[steps]]\nensure_absent = \"old.*\"\n\
        [[steps]]\nset_if_absent = \"old.a\"\nvalue = \"back\"\n";
    vm.write("mine.toml", file(steps));
    let result = vm.run(&["apply", "-p", "./mine.toml", "vm.vmx"]);
    assert_eq!(result.code, 0, "{}", result.stderr);
    let expected = "ethernet0.present = \"TRUE\"\nethernet0.virtualDev = \"E1000E\"\nethernet1.present = \"true\"\n\
        ethernet1.virtualDev = \"vmxnet3\"\nethernet2.present = \"FALSE\"\nlog.keepOld = \"10\"\nempty = \"{x}\"\n\
        old.a = \"back\"\n";
    assert_eq!(String::from_utf8_lossy(&vm.read("vm.vmx")), expected);
    let result = vm.run(&["preset", "revert", "./mine.toml", "vm.vmx"]);
    assert_eq!(
        result.stdout,
        "- old.a = \"back\"\n- empty = \"{x}\"\n- ethernet1.virtualDev = \"vmxnet3\"\n"
    );
    result.says(&["mine: entries that it changed or removed stay as they are"]);
}

#[test]
fn failed_conditions_are_reported_with_a_reason() {
    for (condition, reason) in [
        ("hardware = { min = 11 }", "virtualHW.version is 10 (it must be 11 or more)"),
        ("hardware = { max = 9 }", "virtualHW.version is 10 (it must be 9 or less)"),
        ("firmware = \"efi\"", "the firmware is bios, not efi"),
        ("present = \"nothing.*\"", "nothing.* has no value"),
        ("absent = \"GUEST*\"", "guestOS is set explicitly (\"ubuntu-64\")"),
        ("equal = { key = \"a\", value = \"TRUE\" }", "a is not set"),
        ("equal = { key = \"config.version\", value = \"9\" }", "config.version is \"8\", not \"9\""),
        ("not_equal = { key = \"config.version\", value = \"8\" }", "config.version is \"8\""),
        ("not_guest_os = [\"Ubuntu*\"]", "the guest is guestOS = \"ubuntu-64\""),
        (
            "guest_os = [\"windows*\", \"dos\"]\nwhy = \"it is for Windows\"",
            "it is for Windows, and the guest is",
        ),
    ] {
        let (vm, result) = apply(&format!("[[requires]]\n{condition}\n{SET}"), &[]);
        result.refuses(4, &["preset mine does not apply: ", reason]);
        assert_eq!(vm.read("vm.vmx"), VM.as_bytes());
        let (_, result) = apply(&format!("[[requires]]\n{condition}\n{SET}"), &["--if-applicable"]);
        assert_eq!((result.code, &*result.stdout), (0, ""), "{}", result.stderr);
    }
    let holds = "[[requires]]\nhardware = { min = 10, max = 10 }\n[[requires]]\nfirmware = \"bios\"\n\
        [[requires]]\nequal = { key = \"GUESTos\", value = \"ubuntu-64\" }\n[[requires]]\nencrypted = false\n\
        [[requires]]\nsnapshots = false\n";
    apply(&format!("{holds}{SET}"), &[]).1.prints("+ a.b = \"1\"\n");
    let (_, result) =
        apply(&format!("[[unneeded_when]]\nfirmware = \"bios\"\nwhy = \"it is old\"\n{SET}"), &[]);
    assert_eq!((result.code, &*result.stdout), (0, ""));
    result.says(&["mine: nothing to do: it is old"]);
}

#[test]
fn snapshot_conditions_read_the_vmsd_file() {
    let body = format!("[[requires]]\nsnapshots = false\n{SET}");
    for (vmsd, reason) in [
        ("snapshot.numSnapshots = \"2\"\n", "the VM has snapshots"),
        ("snapshot.numSnapshots = \"x\"\n", "it is unknown"),
        ("snapshot0.uid = \"1\"\n", "it is unknown"),
    ] {
        let vm = Scratch::with(VM);
        vm.write("mine.toml", file(&body));
        vm.write("vm.vmsd", vmsd);
        vm.run(&["apply", "-p", "./mine.toml", "vm.vmx"]).refuses(4, &[reason]);
    }
    for vmsd in ["", "snapshot.numSnapshots = \"0\"\n", ".encoding = \"UTF-8\"\n"] {
        let vm = Scratch::with(VM);
        vm.write("mine.toml", file(&body));
        vm.write("vm.vmsd", vmsd);
        vm.run(&["apply", "-p", "./mine.toml", "vm.vmx"]).prints("+ a.b = \"1\"\n");
    }
    let vm = Scratch::new();
    vm.write("mine.toml", file(&body));
    let result = vm.pipe(VM.as_bytes(), &["apply", "-p", "./mine.toml", "-"]);
    assert_eq!((result.code, &*result.stdout), (4, ""), "{}", result.stderr);
    result.says(&["it is unknown whether the VM has snapshots"]);
}

#[test]
fn the_snapshots_of_a_vm_are_found_through_its_folder_and_through_a_link() {
    let vm = Scratch::new();
    vm.write("vm/vm.vmx", VM);
    vm.write("vm/vm.vmsd", "snapshot.numSnapshots = \"2\"\n");
    std::os::unix::fs::symlink("vm/vm.vmx", vm.path("link.vmx")).unwrap();
    vm.write("mine.toml", file(&format!("[[requires]]\nsnapshots = false\n{SET}")));
    for named in ["vm", "vm/vm.vmx", "link.vmx"] {
        vm.run(&["diff", "--preset", "./mine.toml", named]).refuses(4, &["the VM has snapshots"]);
        vm.run(&["apply", "-n", "-p", "./mine.toml", named]).refuses(4, &["the VM has snapshots"]);
    }
}

#[test]
fn a_preset_for_another_file_type_is_refused_despite_ignore_conditions() {
    let vm = Scratch::new();
    vm.write("web.properties", "a = 1\n");
    let result = vm.run(&["apply", "-p", "stig-vm", "--ignore-conditions", "web.properties"]);
    result.refuses(4, &["preset stig-vm is not for this file: it is for .vmx and .vmtx files"]);
    assert_eq!(vm.read("web.properties"), b"a = 1\n");
    vm.write("vm.vmx", VM);
    vm.run(&["apply", "-p", "html5-console-port", "--param", "port=1", "vm.vmx"])
        .refuses(4, &["it is for .properties files"]);
}

#[test]
fn applying_a_preset_warns_about_an_applied_conflicting_preset() {
    let vm = Scratch::with(VM);
    let result = vm.run(&["apply", "-p", "stig-vm", "vm.vmx"]);
    result.says(&["it cannot be reverted: ", "--backup keeps the old file"]);
    let result = vm.run(&["apply", "-n", "-p", "clipboard-on", "vm.vmx"]);
    result.says(&["warning: clipboard-on conflicts with stig-vm, which is applied to the file"]);
    vm.run(&["apply", "-p", "stig", "vm.vmx"]).refuses(2, &["no preset 'stig'", "did you mean stig-vm?"]);
    vm.write("empty", "\n");
    vm.run(&["apply", "-p", "vnc-console", "--param", "password=@empty", "vm.vmx"])
        .refuses(2, &["parameter password: the file is empty"]);
}

#[test]
fn an_irreversible_preset_is_not_reverted() {
    let (vm, _) = apply(&format!("irreversible = \"the old value is gone\"\n{SET}"), &[]);
    let before = vm.read("vm.vmx");
    vm.run(&["preset", "revert", "./mine.toml", "vm.vmx"]).refuses(
        4,
        &[
            "preset mine cannot be reverted: the old value is gone",
            "hint: restore a backup with `vmxedit restore FILE`",
        ],
    );
    assert_eq!(vm.read("vm.vmx"), before);
}

#[test]
fn revert_leaves_values_that_changed_since() {
    let (vm, _) = apply(SET, &[]);
    vm.run(&["set", "vm.vmx", "a.b=2"]).prints("~ a.b = \"1\" -> \"2\"\n");
    let result = vm.run(&["preset", "revert", "./mine.toml", "vm.vmx"]);
    assert_eq!((result.code, &*result.stdout), (0, ""));
    result.says(&["not removed: a.b"]);
    vm.run(&["set", "vm.vmx", "a.b=1"]).prints("~ a.b = \"2\" -> \"1\"\n");
    vm.run(&["preset", "revert", "./mine.toml", "vm.vmx", "--check"]).exits(1, "- a.b = \"1\"\n");
    vm.run(&["preset", "revert", "./mine.toml", "vm.vmx"]).prints("- a.b = \"1\"\n");
    assert_eq!(vm.read("vm.vmx"), VM.as_bytes());
}

#[test]
fn preset_list_for_a_vm_shows_applicability() {
    let vm = Scratch::with("guestOS = \"darwin11-64\"\n");
    let row = |result: &RunResult| {
        let line = result.stdout.lines().find(|line| line.contains("macos-serial ")).map(str::to_owned);
        line.unwrap_or_default()
    };
    assert!(row(&vm.run(&["preset", "list", "--for", "vm.vmx"])).starts_with("applies  macos-serial"));
    let _ = vm.run(&["apply", "-p", "macos-serial", "vm.vmx"]);
    assert!(row(&vm.run(&["preset", "list", "--for", "vm.vmx"])).starts_with("applied  macos-serial"));
    let vm = Scratch::with("guestOS = \"windows9-64\"\n");
    assert_eq!(row(&vm.run(&["preset", "list", "--for", "vm.vmx"])), "");
    let verbose = row(&vm.run(&["preset", "list", "-v", "--for", "vm.vmx"]));
    assert!(verbose.starts_with("refused  macos-serial"), "{verbose}");
    let result = vm.run(&["preset", "list", "SERIAL", "before", "use12char"]);
    assert_eq!(result.stdout.lines().count(), 1, "{}", result.stdout);
    vm.run(&["preset", "list", "no such words"]).prints("");
    let result = vm.run(&["preset", "list", "--for", "missing.vmx"]);
    assert_eq!((result.code, &*result.stdout), (5, ""));
}

#[test]
fn revert_removes_entries_of_steps_that_build_on_earlier_steps() {
    let steps = "[[steps]]\nset = \"ethernet1.present\"\nvalue = \"TRUE\"\n\
        [[steps]]\nset = \"ethernet*.wake\"\nvalue = \"F\"\n";
    let vm = Scratch::with("ethernet0.present = \"TRUE\"\n");
    vm.write("mine.toml", file(steps));
    let result = vm.run(&["apply", "-p", "./mine.toml", "vm.vmx"]);
    assert_eq!(
        result.stdout,
        "+ ethernet1.present = \"TRUE\"\n+ ethernet0.wake = \"F\"\n+ ethernet1.wake = \"F\"\n"
    );
    assert_eq!(vm.run(&["preset", "revert", "-q", "./mine.toml", "vm.vmx"]).code, 0);
    assert_eq!(vm.read("vm.vmx"), b"ethernet0.present = \"TRUE\"\n");
}

#[test]
fn presets_that_undo_each_other_are_refused() {
    let vm = Scratch::with("ethernet0.present = \"TRUE\"\n");
    let write = |name: &str, steps: &str| {
        vm.write(&format!("{name}.toml"), file(steps).replace("\"mine\"", &format!("\"{name}\"")));
    };
    write("a", SET);
    write("b", "[[steps]]\nensure_absent = \"a.*\"\n");
    write("c", "[[steps]]\nset_if_present = \"a.*\"\nvalue = \"7\"\n");
    write("d", "[[steps]]\nset = \"ethernet0.virtualDev\"\nvalue = \"e1000\"\n");
    write("e", "[[steps]]\nset = \"ethernet*.virtualDev\"\nvalue = \"vmxnet3\"\n");
    for (one, other) in [("a", "b"), ("a", "c"), ("d", "e"), ("e", "d")] {
        let args = ["apply", "-p", &format!("./{one}.toml"), "-p", &format!("./{other}.toml"), "vm.vmx"];
        vm.run(&args)
            .refuses(2, &["cannot be combined", &format!("the others undo part of what {one} sets")]);
        assert_eq!(vm.read("vm.vmx"), b"ethernet0.present = \"TRUE\"\n");
    }
}

#[test]
fn several_steps_on_one_key_are_reported_as_one_change() {
    let steps = "[[steps]]\nset = \"x.y\"\nvalue = \"1\"\n[[steps]]\nset = \"X.y\"\nvalue = \"2\"\n\
        [[steps]]\nset = \"z.y\"\nvalue = \"2\"\n[[steps]]\nensure_absent = \"Z.*\"\n";
    let (vm, result) = apply(steps, &[]);
    result.prints("+ x.y = \"2\"\n");
    vm.run(&["apply", "--set", "x.y=5", "--unset", "x.*", "vm.vmx"]).prints("- x.y = \"2\"\n+ x.y = \"5\"\n");
}

#[test]
fn a_pipe_in_a_preset_folder_and_an_endless_value_file_are_reported() {
    let vm = Scratch::with(VM);
    vm.write("folder/x", "");
    vm.make_fifo("folder/pipe.toml");
    let output = vm
        .command()
        .env("VMXEDIT_PRESET_PATH", vm.path("folder"))
        .args(["preset", "list", "esxi"])
        .output()
        .unwrap();
    let err = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(err.contains("pipe.toml: warning: not a preset: not a regular file"), "{err}");
    assert!(String::from_utf8_lossy(&output.stdout).starts_with("nested-esxi"));
    vm.run(&["set", "vm.vmx", "a=@/dev/zero"])
        .refuses(5, &["/dev/zero: cannot read the value: it is larger than 256 MB"]);
}
