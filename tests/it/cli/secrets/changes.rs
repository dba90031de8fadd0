//! Secrets in changes and comparisons, and in the output of `get` and `list`.

use super::assert_masked;
use crate::harness::Scratch;

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

/// Returns the arguments that set every secret, without saving.
fn set_every_secret() -> Vec<String> {
    let mut args = vec!["set".to_owned(), "vm.vmx".to_owned(), "-n".to_owned()];
    args.extend(SECRETS.iter().map(|key| format!("{}=hunter2", key.to_ascii_uppercase())));
    args
}

#[test]
fn every_kind_of_secret_is_masked_in_changes() {
    let vm = Scratch::with(file_with("hunter1"));
    let args = set_every_secret();
    for options in [&[][..], &["--diff"], &["--json"], &["--json", "--diff"]] {
        let args: Vec<&str> = args.iter().map(String::as_str).chain(options.iter().copied()).collect();
        let result = vm.run(&args);
        assert_masked(&result);
        assert_eq!(result.code, 0, "{}", result.stderr);
    }
}

#[test]
fn every_kind_of_secret_is_shown_in_changes_on_request() {
    let vm = Scratch::with(file_with("hunter1"));
    let args = set_every_secret();
    for options in [&[][..], &["--diff"], &["--json"], &["--json", "--diff"]] {
        let args = args.iter().map(String::as_str).chain(options.iter().copied());
        let args: Vec<&str> = args.chain(["--show-secrets"]).collect();
        let result = vm.run(&args);
        assert!(result.stdout.contains("hunter1") && result.stdout.contains("hunter2"), "{}", result.stdout);
        assert_eq!(result.code, 0, "{}", result.stderr);
    }
}

#[test]
fn only_the_secrets_among_the_changes_are_masked() {
    let vm = Scratch::with(file_with("hunter1"));
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
fn get_prints_secrets() {
    let vm = Scratch::with(file_with("hunter1"));
    vm.run(&["get", "vm.vmx", "machine.id", "guestinfo.ovfenv"]).prints("hunter1\nhunter1\n");
    let vm = Scratch::with("RemoteDisplay.vnc.password = \"old\"\n");
    vm.run(&["get", "vm.vmx", "remotedisplay.vnc.password"]).prints("old\n");
}

#[test]
fn list_prints_secrets() {
    let vm = Scratch::with(file_with("hunter1"));
    vm.run(&["list", "vm.vmx"]).prints(&file_with("hunter1"));
}

#[test]
fn the_old_and_the_new_secret_are_masked_in_a_diff() {
    let vm = Scratch::with("RemoteDisplay.vnc.password = \"old\"\n");
    let shown = vm.run(&["set", "vm.vmx", "remotedisplay.VNC.password=new", "--diff", "-n"]).printed(0);
    assert!(!shown.contains("old") && !shown.contains("new"), "{shown}");
    let lines = "-RemoteDisplay.vnc.password = \"****\"\n+RemoteDisplay.vnc.password = \"****\"\n";
    assert!(shown.contains(lines), "{shown}");
}

#[test]
fn the_old_and_the_new_secret_are_masked_in_json() {
    let vm = Scratch::with("RemoteDisplay.vnc.password = \"old\"\n");
    let args = ["set", "vm.vmx", "remotedisplay.VNC.password=new", "--json", "--diff", "-n"];
    let shown = vm.run(&args).printed(0);
    assert!(!shown.contains("old") && !shown.contains("new"), "{shown}");
}

#[test]
fn the_old_and_the_new_secret_are_shown_on_request() {
    let vm = Scratch::with("RemoteDisplay.vnc.password = \"old\"\n");
    vm.run(&["set", "vm.vmx", "remotedisplay.VNC.password=new", "-n", "--show-secrets"])
        .prints("~ RemoteDisplay.vnc.password = \"old\" -> \"new\"\n");
}

#[test]
fn secrets_stay_masked_after_a_rename_and_in_comments() {
    let vm = Scratch::with(
        "#remotedisplay.vnc.key = \"s3k\"\nremotedisplay.vnc.key = \"s3k\" x\nfoo.password=\"s3k\"\na = \"1\"\n",
    );
    for args in [
        &["rename", "vm.vmx", "foo.password", "bar.x", "-n", "--diff"][..],
        &["rename", "vm.vmx", "foo.password", "bar.x", "-n", "--diff", "--json"],
        &["set", "vm.vmx", "a=2", "-n", "--diff"],
        &["unset", "vm.vmx", "foo.*", "-n", "--diff"],
    ] {
        let shown = vm.run(args).printed(0);
        assert!(!shown.contains("s3k"), "{args:?}: {shown}");
    }
}

#[test]
fn a_value_that_many_entries_have_is_not_masked_in_other_entries() {
    let vm = Scratch::with("x.passwordExpires = \"TRUE\"\nfloppy0.present = \"TRUE\"\na = \"1\"\n");
    let result = vm.run(&["set", "vm.vmx", "a=2", "-n", "--diff"]);
    assert!(result.stdout.contains(" floppy0.present = \"TRUE\"\n"), "{}", result.stdout);
    assert!(result.stdout.contains(" x.passwordExpires = \"****\"\n"), "{}", result.stdout);
}
