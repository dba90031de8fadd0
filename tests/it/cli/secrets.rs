//! Secrets in everything that is printed: masked in all but `get` and `list`, unless `--show-secrets` is given.

use crate::harness::{RunResult, Scratch};

/// An entry for every kind of secret key. The value of each is the same.
const SECRETS: [&str; 18] = [
    "RemoteDisplay.vnc.password",
    "RemoteDisplay.vnc.key",
    "x.PasswordHash",
    "guestinfo.join_token.value",
    "guestinfo.private_key.pem",
    "dataFileKey",
    "guestinfo.userdata",
    "guestinfo.cloud.userdata.old",
    "guestinfo.vendordata",
    "guestinfo.metadata",
    "guestinfo.ignition.config.data",
    "guestinfo.coreos.config.data",
    "guestinfo.ovfEnv",
    "machine.id",
    "vtpm.ekCSR",
    "vtpm.ekCRT",
    "x.passphrase",
    "x.secret",
];

fn file_with(value: &str) -> String {
    SECRETS.iter().map(|key| format!("{key} = \"{value}\"\n")).collect()
}

#[track_caller]
fn assert_hidden(result: &RunResult) {
    let shown = format!("{}{}", result.stdout, result.stderr);
    assert!(!shown.contains("hunter"), "{shown}");
    assert!(!shown.contains("panicked"), "{shown}");
}

/// Asserts that the output contains the mask and no secret.
#[track_caller]
fn assert_masked(result: &RunResult) {
    assert_hidden(result);
    assert!(result.stdout.contains("****"), "{}{}", result.stdout, result.stderr);
}

#[test]
fn every_kind_of_secret_is_masked_in_changes() {
    let vm = Scratch::with(file_with("hunter1"));
    let mut args = vec!["set".to_owned(), "vm.vmx".to_owned(), "-n".to_owned()];
    args.extend(SECRETS.iter().map(|key| format!("{}=hunter2", key.to_ascii_uppercase())));
    for options in [&[][..], &["--diff"], &["--json"], &["--json", "--diff"]] {
        let args: Vec<&str> = args.iter().map(String::as_str).chain(options.iter().copied()).collect();
        let result = vm.run(&args);
        assert_masked(&result);
        assert_eq!(result.code, 0, "{}", result.stderr);
        let result = vm.run(&[&args[..], &["--show-secrets"]].concat());
        assert!(result.stdout.contains("hunter1") && result.stdout.contains("hunter2"), "{}", result.stdout);
    }
    vm.run(&["set", "vm.vmx", "a=1", "machine.id=hunter2", "-n"])
        .prints("+ a = \"1\"\n~ machine.id = \"****\" -> \"****\"\n");
}

#[test]
fn every_kind_of_secret_is_masked_in_comparisons() {
    let vm = Scratch::with(file_with("hunter1"));
    vm.write("b.vmx", file_with("hunter2"));
    vm.write("empty.vmx", "a = \"1\"\n");
    for (a, b) in [("vm.vmx", "b.vmx"), ("empty.vmx", "b.vmx"), ("vm.vmx", "empty.vmx")] {
        for options in [&[][..], &["--unified"], &["--json"], &["--json", "--unified"], &["--semantic"]] {
            let args = [&["diff", a, b][..], options].concat();
            let result = vm.run(&args);
            assert_eq!(result.code, 1, "{}", result.stderr);
            assert_masked(&result);
            assert!(vm.run(&[&args[..], &["--show-secrets"]].concat()).stdout.contains("hunter"), "{args:?}");
        }
    }
}

#[test]
fn encryption_keys_are_masked_in_comparisons() {
    let vm = Scratch::with("encryption.keySafe = \"hunter1\"\nencryption.data = \"hunter1\"\n");
    vm.write("b.vmx", "encryption.keySafe = \"hunter2\"\nencryption.data = \"hunter2\"\n");
    assert_masked(&vm.run(&["diff", "vm.vmx", "b.vmx"]));
    assert_masked(&vm.run(&["diff", "vm.vmx", "b.vmx", "--unified"]));
}

#[test]
fn get_and_list_print_secrets() {
    let vm = Scratch::with(file_with("hunter1"));
    vm.run(&["get", "vm.vmx", "machine.id", "guestinfo.ovfenv"]).prints("hunter1\nhunter1\n");
    assert_eq!(vm.run(&["list", "vm.vmx"]).stdout, file_with("hunter1"));
}

#[test]
fn a_value_that_many_entries_have_is_not_masked_in_other_entries() {
    let vm = Scratch::with("x.passwordExpires = \"TRUE\"\nfloppy0.present = \"TRUE\"\na = \"1\"\n");
    let result = vm.run(&["set", "vm.vmx", "a=2", "-n", "--diff"]);
    assert!(result.stdout.contains(" floppy0.present = \"TRUE\"\n"), "{}", result.stdout);
    assert!(result.stdout.contains(" x.passwordExpires = \"****\"\n"), "{}", result.stdout);
}

/// Lines that VMware ignores, with a secret in each.
const MALFORMED: [&str; 10] = [
    "RemoteDisplay.vnc.password \"hunter2\"",
    "RemoteDisplay.vnc.password \"hunter2==\"",
    "RemoteDisplay.vnc.password = = \"hunter2\"",
    "guestinfo.userdata: hunter2",
    "guestinfo.userdata: hunter2 = x",
    "machine.id hunter2",
    "y.password = \"hunter2",
    "y.password = \"\" hunter2",
    "y z.password = hunter2 x",
    "{{ x.password = hunter2 }}",
];

#[test]
fn secrets_in_malformed_lines_are_masked_by_check() {
    for line in MALFORMED {
        let vm = Scratch::with(format!("config.version = \"8\"\n{line}\n"));
        for format in ["human", "json", "sarif"] {
            let result = vm.run(&["check", "vm.vmx", "--format", format]);
            assert_hidden(&result);
            assert!(result.stdout.contains("VMX0"), "{line}: {}", result.stdout);
        }
        let shown = vm.run(&["check", "vm.vmx", "--show-secrets"]);
        assert!(shown.stdout.contains("hunter2"), "{line}: {}", shown.stdout);
        assert!(vm.run(&["check", "vm.vmx"]).stdout.contains("****"), "{line}");
    }
}

#[test]
fn secrets_in_malformed_lines_and_comments_are_masked_in_diffs() {
    let comments = ["# x.password = \"hunter2\"", "# machine.id hunter2", "a = \"1\" # x.password = hunter2"];
    for line in MALFORMED.into_iter().chain(comments) {
        let vm = Scratch::with(format!("{line}\nmemsize = \"4\"\n"));
        vm.write("b.vmx", "memsize = \"4\"\n");
        for args in [
            &["set", "vm.vmx", "memsize=8", "-n", "--diff"][..],
            &["set", "vm.vmx", "memsize=8", "-n", "--diff", "--json"],
            &["diff", "vm.vmx", "b.vmx", "--unified"],
        ] {
            let result = vm.run(args);
            assert_masked(&result);
            assert!(vm.run(&[args, &["--show-secrets"]].concat()).stdout.contains("hunter2"), "{line}");
        }
    }
}

#[test]
fn secrets_in_an_edited_text_are_masked_in_its_problems() {
    let vm = Scratch::with("config.version = \"8\"\n");
    vm.write_script("editor", "echo 'RemoteDisplay.vnc.password \"hunter2==\"' >> \"$1\"");
    let output = vm.command().args(["edit", "vm.vmx"]).env("EDITOR", "./editor").output().unwrap();
    let result = RunResult::new(&[], &output);
    assert_eq!(result.code, 4, "{}", result.stderr);
    assert_hidden(&result);
}

#[test]
fn secrets_in_arguments_are_masked_in_errors() {
    let vm = Scratch::with("config.version = \"8\"\n");
    for args in [
        &["set", "vm.vmx", "RemoteDisplay.vnc.password:hunter2"][..],
        &["set", "vm.vmx", "RemoteDisplay.vnc.password:hunter2", "--json"],
        &["apply", "-p", "vnc-console", "--param", "password:hunter2", "vm.vmx"],
    ] {
        let result = vm.run(args);
        assert_eq!(result.code, 2, "{}", result.stderr);
        assert_hidden(&result);
        result.says(&["****"]);
    }
}

/// Returns a preset file with these tables.
fn preset(name: &str, tables: &str) -> String {
    format!("name = \"{name}\"\ntitle = \"x\"\nreason = \"x\"\nsources = [\"x\"]\n{tables}")
}

const KEY: &str = "RemoteDisplay.vnc.password";

#[test]
fn the_conflict_of_two_presets_hides_the_values() {
    let vm = Scratch::with("config.version = \"8\"\n");
    for n in [1, 2] {
        let parameter = format!("[parameters.pw{n}]\nhelp = \"x\"\ntype = \"password\"\n");
        let step = format!("[[steps]]\nset = \"{KEY}\"\nvalue = \"{{pw{n}}}\"\n");
        vm.write(&format!("p{n}.toml"), preset(&format!("p{n}"), &(parameter + &step)));
        vm.write(&format!("pw{n}"), format!("hunter{n}\n"));
    }
    let presets = ["-p", "./p1.toml", "-p", "./p2.toml", "--param", "pw1=@pw1", "--param", "pw2=@pw2"];
    for options in [&[][..], &["--json"]] {
        let result = vm.run(&[&["apply", "vm.vmx"], &presets[..], options].concat());
        assert_eq!(result.code, 2, "{}", result.stderr);
        assert_hidden(&result);
        result.says(&[
            "presets p1 and p2 cannot be combined: they set RemoteDisplay.vnc.password to different values",
        ]);
    }
}

#[test]
fn the_conditions_of_a_preset_hide_the_values() {
    for (condition, reason) in [
        (format!("absent = \"{KEY}\""), "RemoteDisplay.vnc.password is set explicitly (\"****\")"),
        (
            "absent = \"RemoteDisplay.*\"".to_owned(),
            "RemoteDisplay.vnc.password is set explicitly (\"****\")",
        ),
        (
            format!("equal = {{ key = \"{KEY}\", value = \"hunter2\" }}"),
            "RemoteDisplay.vnc.password has another value",
        ),
        (
            format!("not_equal = {{ key = \"{KEY}\", value = \"hunter1\" }}"),
            "RemoteDisplay.vnc.password is \"****\"",
        ),
    ] {
        let vm = Scratch::with(format!("{KEY} = \"hunter1\"\n"));
        let steps = "[[steps]]\nset = \"a\"\nvalue = \"1\"\n";
        vm.write("p.toml", preset("p", &format!("[[requires]]\n{condition}\n{steps}")));
        for (args, code) in [
            (&["apply", "-p", "./p.toml", "vm.vmx"][..], 4),
            (&["apply", "-p", "./p.toml", "vm.vmx", "--json"], 4),
            (&["apply", "-p", "./p.toml", "vm.vmx", "-n", "--if-applicable"], 0),
            (&["apply", "-p", "./p.toml", "vm.vmx", "-n", "--ignore-conditions"], 0),
            (&["apply", "-p", "./p.toml", "vm.vmx", "-n", "--ignore-conditions", "--json"], 0),
            (&["preset", "show", "./p.toml"], 0),
            (&["preset", "show", "./p.toml", "vm.vmx"], 0),
            (&["preset", "show", "./p.toml", "vm.vmx", "--json"], 0),
            (&["diff", "vm.vmx", "--preset", "./p.toml"], 4),
        ] {
            let result = vm.run(args);
            assert_eq!(result.code, code, "{args:?}: {}", result.stderr);
            assert_hidden(&result);
        }
        vm.run(&["apply", "-p", "./p.toml", "vm.vmx"]).says(&[reason]);
    }
}

#[test]
fn the_list_of_presets_for_a_vm_hides_the_values() {
    let vm = Scratch::with(format!("{KEY} = \"hunter1\"\n"));
    let tables = format!("[[requires]]\nabsent = \"{KEY}\"\n[[steps]]\nset = \"a\"\nvalue = \"1\"\n");
    vm.write("presets/p.toml", preset("p", &tables));
    for options in [&["-v"][..], &["-v", "--json"]] {
        let args = [&["preset", "list", "--for", "vm.vmx"][..], options].concat();
        let output = vm.command().args(&args).env("VMXEDIT_PRESET_PATH", vm.path("presets")).output();
        let result = RunResult::new(&args, &output.unwrap());
        assert_masked(&result);
        assert!(result.stdout.contains("is set explicitly"), "{}", result.stdout);
    }
}

#[test]
fn the_values_that_a_preset_sets_are_hidden() {
    let vm = Scratch::with(format!("{KEY} = \"hunter1\"\n"));
    let steps = format!("[[steps]]\nset = \"{KEY}\"\nvalue = \"hunter2\"\nunless = [\"hunter3\"]\n");
    vm.write("p.toml", preset("p", &steps));
    for args in [
        &["preset", "show", "./p.toml"][..],
        &["preset", "show", "./p.toml", "--json"],
        &["preset", "show", "./p.toml", "vm.vmx"],
        &["preset", "show", "./p.toml", "vm.vmx", "--json"],
        &["diff", "vm.vmx", "--preset", "./p.toml"],
        &["diff", "vm.vmx", "--preset", "./p.toml", "--unified"],
        &["diff", "vm.vmx", "--preset", "./p.toml", "--json"],
        &["apply", "-n", "--diff", "-p", "./p.toml", "vm.vmx"],
        &["apply", "-n", "--diff", "--json", "-p", "./p.toml", "vm.vmx"],
    ] {
        assert_masked(&vm.run(args));
    }
}

#[test]
fn an_invalid_argument_that_becomes_a_secret_is_hidden() {
    let vm = Scratch::with("config.version = \"8\"\n");
    let parameter =
        "[parameters.pw]\nhelp = \"x\"\ntype = \"text\"\npattern = \"[a-z]+\"\ndefault = \"hunter\"\n";
    let steps = format!("[[steps]]\nset = \"{KEY}\"\nvalue = \"{{pw}}\"\n");
    vm.write("p.toml", preset("p", &format!("{parameter}{steps}")));
    let result = vm.run(&["apply", "-p", "./p.toml", "--param", "pw=hunter2", "vm.vmx"]);
    assert_eq!(result.code, 2, "{}", result.stderr);
    assert_hidden(&result);
    result.says(&["parameter pw: the argument is not text of the form [a-z]+"]);
    for options in [&[][..], &["--json"]] {
        assert_masked(&vm.run(&[&["preset", "show", "./p.toml"], options].concat()));
    }
}

#[test]
fn the_parameters_and_values_of_built_in_presets_are_shown() {
    let vm = Scratch::new();
    let result = vm.run(&["preset", "show", "cloud-init"]);
    assert!(result.stdout.contains("guestinfo.userdata = \"{userdata}\""), "{}", result.stdout);
    assert!(!result.stdout.contains("****"), "{}", result.stdout);
}
