//! Errors in the command line: one line that says what is wrong, and a hint with a line that can be pasted.

use crate::harness::Scratch;

/// Asserts that the line is refused with this message and this hint.
#[track_caller]
fn assert_refused(vm: &Scratch, code: i32, args: &[&str], message: &str, hint: &str) {
    let result = vm.run(args);
    assert_eq!(
        (result.code, &*result.stdout, &*result.stderr),
        (code, "", &*format!("vmxedit: {message}\nhint: {hint}\n")),
        "{args:?}"
    );
}

fn vm() -> Scratch {
    Scratch::with("memsize = \"1024\"\n")
}

#[test]
fn words_of_other_programs_lead_to_the_command_that_is_meant() {
    let vm = vm();
    for (args, meant) in [
        (&["rm", "vm.vmx", "memsize"][..], "unset vm.vmx memsize"),
        (&["remove", "vm.vmx", "serial1.*"], "unset vm.vmx 'serial1.*'"),
        (&["delete"], "unset"),
        (&["ls", "vm.vmx"], "list vm.vmx"),
        (&["mv", "vm.vmx", "a", "b"], "rename vm.vmx a b"),
        (&["cat", "vm.vmx"], "list vm.vmx"),
        (&["info", "vm.vmx"], "show vm.vmx"),
        (&["lint", "vm.vmx"], "check vm.vmx"),
        (&["fix", "vm.vmx"], "check --fix vm.vmx"),
        (&["undo", "vm.vmx"], "restore vm.vmx"),
        (&["grep", "memsize=4", "vm.vmx"], "find memsize=4 vm.vmx"),
        (&["merge", "a.vmx", "b.vmx"], "apply --from a.vmx b.vmx"),
        (&["copy", "a.vmx", "b.vmx"], "apply --from a.vmx b.vmx"),
    ] {
        let message = format!("'{}' is not a command of vmxedit", args[0]);
        assert_refused(&vm, 2, args, &message, &format!("did you mean vmxedit {meant}?"));
    }
    assert_refused(
        &vm,
        2,
        &["preset", "apply", "nested-hv", "vm.vmx"],
        "'apply' is not a command of vmxedit preset",
        "did you mean vmxedit apply -p nested-hv vm.vmx?",
    );
    vm.run(&["frobnicate"]).refuses(2, &["hint: `vmxedit --help` lists the commands"]);
}

#[test]
fn the_value_of_wait_and_backup_needs_an_equal_sign() {
    let vm = vm();
    assert_refused(
        &vm,
        2,
        &["set", "vm.vmx", "memsize=4096", "--wait", "2"],
        "'2' is not KEY=VALUE",
        "the value of --wait needs =: vmxedit set vm.vmx memsize=4096 --wait=2",
    );
    assert_refused(
        &vm,
        2,
        &["set", "vm.vmx", "memsize=4096", "--backup", ".old"],
        "'.old' is not KEY=VALUE",
        "the value of --backup needs =: vmxedit set vm.vmx memsize=4096 --backup=.old",
    );
    vm.run(&["rename", "vm.vmx", "a", "b", "--wait", "2"])
        .refuses(2, &["hint: the value of --wait needs =: vmxedit rename vm.vmx a b --wait=2"]);
    vm.run(&["apply", "--set", "memsize=1024", "--wait", "2", "vm.vmx", "-q"]).refuses(
        5,
        &[
            "2: cannot open",
            "hint: the value of --wait needs =: vmxedit apply --set memsize=1024 --wait=2 vm.vmx -q",
        ],
    );
    vm.run(&["unset", "vm.vmx", "nope", "--backup", ".old"]).reports(
        0,
        "",
        &["no entry matches '.old'; did you mean --backup=.old?"],
    );
    for n in 0..3 {
        vm.write(&format!("vm.vmx.bak.{n}"), format!("memsize = \"{n}\"\n"));
    }
    assert_refused(
        &vm,
        2,
        &["restore", "vm.vmx", "--wait", "2"],
        "it is unclear whether '2' is the value of --wait or BACKUP",
        "the value of --wait needs =: vmxedit restore vm.vmx --wait=2",
    );
    assert_eq!(vm.read("vm.vmx"), b"memsize = \"1024\"\n");
}

#[test]
fn words_in_the_wrong_order_are_put_into_the_right_one() {
    let vm = vm();
    assert_refused(
        &vm,
        2,
        &["set", "memsize=4096", "vm.vmx"],
        "'vm.vmx' is not KEY=VALUE",
        "FILE comes first: vmxedit set vm.vmx memsize=4096",
    );
    assert_refused(
        &vm,
        2,
        &["set", "vm.vmx", "memsize", "4096"],
        "'memsize' is not KEY=VALUE",
        "key and value are one word: vmxedit set vm.vmx memsize=4096",
    );
    vm.run(&["get", "memsize", "vm.vmx"]).refuses(
        5,
        &["vmxedit: memsize: cannot open", "hint: FILE comes first: vmxedit get vm.vmx memsize\n"],
    );
    vm.run(&["apply", "--set", "memsize", "4096", "vm.vmx"])
        .refuses(2, &["hint: key and value are one word: vmxedit apply --set memsize=4096 vm.vmx\n"]);
}

#[test]
fn a_secret_does_not_appear_in_a_hint() {
    let vm = vm();
    for args in [
        &["set", "RemoteDisplay.vnc.password=geheim", "vm.vmx"][..],
        &["set", "vm.vmx", "RemoteDisplay.vnc.password=geheim", "--wait", "2"],
        &["rm", "vm.vmx", "RemoteDisplay.vnc.password=geheim"],
        &["rename", "vm.vmx", "a", "b", "RemoteDisplay.vnc.password=geheim"],
    ] {
        let result = vm.run(args);
        assert!(result.code == 2 && !result.stderr.contains("geheim"), "{args:?}: {}", result.stderr);
        // A line with the mask would set the mask.
        assert!(!hint_of(&result.stderr).contains("****"), "{args:?}: {}", result.stderr);
    }
}

/// Returns the hint of a message.
fn hint_of(stderr: &str) -> &str {
    stderr.split_once("hint: ").map_or("", |(_, hint)| hint)
}

#[test]
fn a_line_with_a_secret_is_not_offered_but_what_is_wrong_with_it() {
    let vm = vm();
    let hint = |args: &[&str]| hint_of(&vm.run(args).stderr).to_owned();
    let secret = "RemoteDisplay.vnc.password=geheim";
    assert_eq!(hint(&["set", "vm.vmx", secret, "--wait", "5"]), "the value of --wait needs =: --wait=5\n");
    assert_eq!(
        hint(&["set", "RemoteDisplay.vnc.k*=geheim", "vm.vmx"]),
        "FILE comes first: vmxedit set vm.vmx ...\n"
    );
    assert_eq!(
        hint(&["set", "vm.vmx", "RemoteDisplay.vnc.key", "geheim"]),
        "key and value are one word: RemoteDisplay.vnc.key=VALUE\n"
    );
    assert_eq!(
        hint(&["set", "vm.vmx", "RemoteDisplay.vnc.key", "geheim", "--wait", "5"]),
        "key and value are one word: RemoteDisplay.vnc.key=VALUE\n"
    );
    vm.write("vm.vmss", "state");
    assert_eq!(
        hint(&["set", "vm.vmx", secret]),
        "resume it and shut it down: its saved memory would not match the edited file\n"
    );
    std::fs::remove_file(vm.path("vm.vmss")).unwrap();
    std::fs::hard_link(vm.path("vm.vmx"), vm.path("b.vmx")).unwrap();
    assert_eq!(
        hint(&["set", "vm.vmx", secret]),
        "--break-links edits this file alone and leaves the other names as they are\n"
    );
    // What is wrong with it is no secret.
    vm.run(&["find", "vm.vmx", "RemoteDisplay.vnc.key!=geheim"])
        .refuses(2, &["hint: vmxedit find EXPR FILES...\n"]);
}

#[test]
fn a_missing_option_is_added_to_the_line() {
    let vm = vm();
    vm.run(&["diff", "vm.vmx", "vm.vmx", "--one-file-system"])
        .refuses(2, &["--recursive", "hint: vmxedit diff --recursive vm.vmx vm.vmx --one-file-system\n"]);
    vm.run(&["check", "vm.vmx", "--one-file-system"])
        .refuses(2, &["hint: vmxedit check --recursive vm.vmx --one-file-system\n"]);
}

#[test]
fn an_option_of_a_command_in_front_of_it_is_moved_behind_it() {
    let vm = vm();
    for (args, meant) in [
        (&["--wait=3", "set", "vm.vmx", "a=1"][..], "vmxedit set --wait=3 vm.vmx a=1"),
        (&["-q", "--backup", "set", "vm.vmx", "a=1"], "vmxedit set -q --backup vm.vmx a=1"),
        (&["-r", "find", "memsize", "."], "vmxedit find -r memsize ."),
    ] {
        vm.run(args).refuses(2, &[&format!("hint: options of a command follow it: {meant}\n")]);
    }
}

#[test]
fn an_option_may_be_between_preset_and_its_command() {
    let vm = vm();
    let list = vm.run(&["preset", "list", "boot"]).printed(0);
    for args in [&["preset", "-q", "list", "boot"][..], &["-q", "preset", "list", "boot"]] {
        vm.run(args).prints(&list);
    }
    vm.run(&["preset", "--json", "path"]).printed(0);
    let help = vm.run(&["help", "set"]).printed(0);
    vm.run(&["-q", "help", "set"]).prints(&help);
}

#[test]
fn numbers_and_patterns_are_refused_in_plain_words() {
    let vm = vm();
    for jobs in ["0", "x", "-1", "1.5"] {
        vm.run(&["apply", "--set", "a=1", &format!("--jobs={jobs}"), "vm.vmx"]).refuses(
            2,
            &[&format!(
                "invalid value '{jobs}' for '--jobs <N>': it must be a whole number, 1 or more\nhint: "
            )],
        );
    }
    vm.run(&["set", "vm.vmx", "a=1", "--wait=x"]).refuses(2, &["it must be a whole number of seconds"]);
    assert_refused(
        &vm,
        2,
        &["unset", "vm.vmx", "["],
        "'[' is not a pattern: a [ needs characters and a ] after it",
        "patterns are * ? [abc] [!abc]; [[] matches the character [",
    );
}

#[test]
fn a_preset_without_its_option_is_recognized() {
    let vm = vm();
    vm.run(&["apply", "nested-hv", "vm.vmx"])
        .refuses(2, &["were not provided", "hint: a preset needs -p: vmxedit apply -p nested-hv vm.vmx\n"]);
    vm.run(&["apply", "vm.vmx"]).refuses(2, &["hint: for example: vmxedit apply -p macos-serial vm.vmx\n"]);
    vm.run(&["apply", "--set", "memsize=1024", "nested-hv"])
        .refuses(5, &["hint: a preset needs -p: vmxedit apply --set memsize=1024 -p nested-hv\n"]);
}

#[test]
fn diff_of_one_file_names_the_other_ways_to_compare() {
    vm().run(&["diff", "vm.vmx"]).refuses(
        2,
        &[
            "were not provided",
            "--preset NAME, or compare it with its backup: vmxedit diff vm.vmx --backup\n",
        ],
    );
}

#[test]
fn a_directory_of_directories_leads_to_r() {
    let vms = Scratch::new();
    vms.write("tree/a/a.vmx", "memsize = \"4\"\n");
    vms.write("two/a.vmx", "memsize = \"4\"\n");
    vms.write("two/b.vmx", "memsize = \"4\"\n");
    vms.run(&["apply", "--set", "memsize=8", "tree"])
        .refuses(5, &["hint: to search the directories below it: vmxedit apply -r --set memsize=8 tree\n"]);
    vms.run(&["diff", "two/a.vmx", "tree"])
        .refuses(5, &["hint: to search the directories below it: vmxedit diff -r two/a.vmx tree\n"]);
    vms.run(&["diff", "tree", "two/a.vmx"]).refuses(5, &["hint: name the .vmx file"]);
    vms.run(&["set", "tree", "memsize=8"]).refuses(5, &["hint: name the .vmx file"]);
    vms.run(&["set", "two", "memsize=8"])
        .refuses(2, &["hint: name one of them: vmxedit set two/a.vmx memsize=8\n"]);
}

#[test]
fn options_of_most_commands_may_precede_the_command() {
    let vm = vm();
    vm.run(&["-q", "get", "vm.vmx", "nope"]).exits(1, "");
    vm.run(&["--json", "get", "vm.vmx", "memsize"]).prints("{\"memsize\":\"1024\"}\n");
    vm.write("other.vmx", "memsize = \"4\"\n");
    for color in [&["--color=always"][..], &["--color", "always"]] {
        vm.run(&[color, &["diff", "vm.vmx", "other.vmx"]].concat())
            .exits(1, "\x1b[33m~ memsize = \"1024\" -> \"4\"\x1b[0m\n");
    }
    vm.run(&["--dialect", "properties", "-qv", "list", "vm.vmx"])
        .refuses(2, &["unexpected argument '-v' found"]);
    vm.run(&["--dialect", "properties", "list", "vm.vmx", "--keys"]).prints("memsize\n");
    vm.run(&["-v", "set", "vm.vmx", "memsize=1024"]).reports(0, "", &["nothing to change"]);
    vm.run(&["--show-secrets", "-q", "set", "vm.vmx", "RemoteDisplay.vnc.password=x", "-n"])
        .prints("+ RemoteDisplay.vnc.password = \"x\"\n");
    vm.run(&["--json", "preset", "path"]).printed(0);
}

#[test]
fn a_command_refuses_an_option_in_front_of_it_that_it_does_not_have() {
    let vm = vm();
    for (args, option) in [
        (&["-v", "get", "vm.vmx", "memsize"][..], "-v"),
        (&["--dialect=vmx", "check", "vm.vmx"], "--dialect"),
        (&["--show-secrets", "get", "vm.vmx", "memsize"], "--show-secrets"),
        (&["--wait", "set", "vm.vmx", "memsize=4"], "--wait"),
    ] {
        vm.run(args).refuses(2, &[&format!("unexpected argument '{option}' found\nhint: ")]);
    }
}

#[test]
fn json_has_the_message_and_the_hint_of_the_text() {
    let vm = vm();
    for args in [
        &["rm", "vm.vmx", "--json"][..],
        &["set", "vm.vmx", "--json"],
        &["set", "memsize=1", "vm.vmx", "--json"],
        &["apply", "nested-hv", "vm.vmx", "--json"],
        &["--json", "get", "vm.vmx"],
        &["unset", "vm.vmx", "[", "--json"],
    ] {
        let result = vm.run(args);
        let error = &result.json()["error"];
        let (message, hint) = (error["message"].as_str().unwrap(), error["hint"].as_str().unwrap());
        assert_eq!(result.stderr, format!("vmxedit: {message}\nhint: {hint}\n"), "{args:?}");
        assert_eq!((&error["code"], result.code), (&2.into(), 2), "{args:?}");
    }
}

#[test]
fn every_message_starts_with_the_name_of_the_program() {
    let vm = Scratch::with("memsize = \"1024\"\nb = \"1\"\nb = \"2\"\n");
    for args in [
        &["set", "vm.vmx", "memsize=4", "--backup"][..],
        &["set", "vm.vmx", "b=4"],
        &["get", "vm.vmx", "nope"],
        &["unset", "vm.vmx", "nope", "-v"],
        &["apply", "--set", "memsize=8", "vm.vmx", "nope.vmx"],
        &["restore", "vm.vmx"],
        &["preset", "show", "nope"],
        &["check", "nope.vmx"],
    ] {
        let result = vm.run(args);
        let is_message = |line: &str| line.starts_with("vmxedit: ") || line.starts_with("hint: ");
        assert!(
            !result.stderr.is_empty() && result.stderr.lines().all(is_message),
            "{args:?}: {}",
            result.stderr
        );
    }
}
