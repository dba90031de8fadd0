//! Help, the version, and errors in the command line.

use crate::harness::Scratch;

#[test]
fn the_help_lists_the_exit_codes_and_no_presets() {
    let help = Scratch::new().run(&["--help"]).printed(0);
    assert!(help.contains("Exit status:") && !help.contains("macos"), "{help}");
}

#[test]
fn the_help_of_a_command_shows_its_usage() {
    let help = Scratch::new().run(&["get", "--help"]).printed(0);
    assert!(help.contains("Usage: vmxedit get"), "{help}");
}

#[test]
fn the_version_is_that_of_the_package() {
    Scratch::new().run(&["--version"]).prints(&format!("vmxedit {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn an_unknown_command_is_refused_with_a_similar_one() {
    Scratch::new()
        .run(&["gett"])
        .refuses(2, &["vmxedit: 'gett' is not a command of vmxedit\nhint: did you mean vmxedit get?\n"]);
}

#[test]
fn an_unknown_option_is_refused_in_one_line_with_a_hint() {
    let scratch = Scratch::new();
    for (args, message) in [
        (
            &["get", "--nope"][..],
            "unexpected argument '--nope' found\nhint: `vmxedit get --help` lists the options\n",
        ),
        (&["set", "--dryrun"], "unexpected argument '--dryrun' found\nhint: did you mean --dry-run?\n"),
        (
            &["get", "--deny", "x"],
            "unexpected argument '--deny' found\nhint: check has it; `vmxedit get --help` lists the options of get\n",
        ),
        (&["get", "--version"], "unexpected argument '--version' found\nhint: vmxedit --version\n"),
    ] {
        let result = scratch.run(args);
        assert_eq!((result.code, &*result.stderr), (2, &*format!("vmxedit: {message}")), "{args:?}");
    }
}

#[test]
fn a_missing_command_is_refused_with_the_usage() {
    Scratch::new().run(&[]).refuses(2, &["Usage: vmxedit"]);
}

#[test]
fn usage_errors_are_printed_as_json() {
    let vm = Scratch::with("a = \"1\"\n");
    let result = vm.run(&["set", "--json", "vm.vmx"]);
    let error = result.json();
    assert_eq!(
        (result.code, &error["error"]["code"], &error["error"]["kind"]),
        (2, &2.into(), &"usage".into())
    );
    assert_eq!(
        error["error"]["message"],
        "the following required arguments were not provided: <KEY=VALUE>..."
    );
    let hint = "for example: vmxedit set vm.vmx memsize=4096 numvcpus=2";
    assert_eq!(error["error"]["hint"], hint);
    result.says(&[&format!("<KEY=VALUE>...\nhint: {hint}\n")]);
}

#[test]
fn json_usage_errors_have_the_message_of_the_text() {
    let vm = Scratch::with("a = \"1\"\n");
    let result = vm.run(&["set", "vm.vmx", "--bogus", "x=1", "--json"]);
    let error = result.json();
    assert_eq!(result.code, 2);
    assert_eq!(error["error"]["message"], "unexpected argument '--bogus' found");
    result.says(&[error["error"]["message"].as_str().unwrap()]);
}

#[test]
fn an_option_without_an_effect_is_refused() {
    let vm = Scratch::with("a = \"1\"\n");
    for args in [
        &["get", "vm.vmx", "a", "-v"][..],
        &["get", "vm.vmx", "a", "--json", "--null"],
        &["get", "vm.vmx", "a", "--json", "--raw"],
        &["list", "vm.vmx", "--json", "--raw"],
        &["list", "vm.vmx", "--json", "--keys"],
        &["status", "vm.vmx", "--verbose"],
        &["show", "vm.vmx", "--verbose"],
        &["diff", "vm.vmx", "vm.vmx", "--verbose"],
        &["check", "vm.vmx", "--verbose"],
        &["check", "vm.vmx", "--diff"],
        &["check", "--rules", "--deny", "warnings"],
        &["check", "--explain", "VMX001", "--allow", "VMX001"],
        &["apply", "vm.vmx", "--set", "a=2", "--ignore-conditions"],
        &["apply", "vm.vmx", "--set", "a=2", "--if-applicable"],
        &["preset", "list", "--verbose"],
    ] {
        let option = args.iter().rfind(|word| word.starts_with('-')).unwrap();
        let result = vm.run(args);
        assert_eq!(result.code, 2, "{args:?}: {}", result.stderr);
        assert!(
            [*option, "require --fix", "--preset <PRESET>", "--for <FILE>", "provided: --fix"]
                .iter()
                .any(|part| result.stderr.contains(part)),
            "{args:?}: {}",
            result.stderr
        );
    }
    assert_eq!(vm.read("vm.vmx"), b"a = \"1\"\n");
}

#[test]
fn check_has_no_dialect_option() {
    let vm = Scratch::with("a = \"1\"\n");
    vm.run(&["check", "--dialect", "properties", "vm.vmx"]).refuses(2, &["--dialect"]);
}
