//! Secrets in lines that VMware ignores, in comments, in an edited text and in arguments.

use super::{assert_hidden, assert_masked};
use crate::harness::{RunResult, Scratch};

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
