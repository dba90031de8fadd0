//! Secrets in presets: conflicts, conditions, values and parameters.

use super::{assert_hidden, assert_masked};
use crate::harness::{RunResult, Scratch};

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

#[test]
fn a_condition_on_a_pattern_of_secrets_hides_the_expected_value() {
    let vm = Scratch::with("a = \"1\"\n");
    let tables = "[[requires]]\nequal = { key = \"*.vnc.password\", value = \"hunter1\" }\n[[steps]]\nset = \"a\"\nvalue = \"2\"\n";
    vm.write("p.toml", preset("p", tables));
    let result = vm.run(&["apply", "-p", "./p.toml", "vm.vmx"]);
    assert_eq!(result.code, 4, "{}", result.stderr);
    assert!(!result.stderr.contains("hunter1"), "{}", result.stderr);
    result.says(&["*.vnc.password has another value"]);
}
