//! All VMs of an ESXi host, and the program that connects to hosts.

use std::fs;
use std::os::unix::ffi::OsStrExt as _;

use crate::harness::RunResult;
use crate::parts::sshd::{Shell, SshHost, shells, url};
use crate::suite::{Trial, first_tier, test_list};

/// Returns the tests of this module.
pub(crate) fn tests() -> Vec<Trial> {
    first_tier(test_list![
        a_whole_host_means_its_registered_vms,
        a_host_without_a_list_of_vms_is_an_error,
        commands_for_one_file_refuse_a_whole_host,
        another_program_may_connect,
        a_command_in_the_configuration_of_ssh_is_not_run,
        a_file_with_several_names_is_processed_once
    ])
}

/// An ESXi host with two registered VMs, one of which is missing, and another VM that is not registered.
fn esxi(shell: Shell) -> SshHost {
    let host = SshHost::start_shared(shell);
    host.account.make_esxi();
    host.scratch().write("vmfs/volumes/ds1/my vm/my vm.vmx", "memsize = \"1024\"\n");
    host.scratch().write("vmfs/volumes/ds1/b/b.vmx", "memsize = \"2048\"\n");
    host.scratch().write("vmfs/volumes/ds1/other/other.vmx", "memsize = \"512\"\n");
    let root = host.scratch().path("vmfs/volumes/ds1");
    host.account.register(&root, &[(1, "Powered off", "my vm/my vm.vmx"), (7, "Powered on", "b/b.vmx")]);
    host
}

fn a_whole_host_means_its_registered_vms() {
    for &shell in shells() {
        let host = esxi(shell);
        let all = url(host.port, "/".as_ref());
        let root = host.scratch().path("vmfs/volumes/ds1");
        let name = |path: &str| host.url(root.join(path));
        let (first, second) = (name("my vm/my vm.vmx"), name("b/b.vmx"));
        host.run(&["find", "memsize", &all])
            .prints(&format!("{first}: memsize = \"1024\"\n{second}: memsize = \"2048\"\n"));
        let status = host.run(&["status", &all]);
        assert_eq!(status.code, 1, "{shell:?}: {}", status.stderr);
        let states: Vec<&str> = status.stdout.lines().filter(|line| !line.starts_with("  ")).collect();
        assert_eq!(states, [format!("{first}: off"), format!("{second}: running")], "{shell:?}");
        let rows = host.run(&["show", "--with", "memsize", &all]);
        assert_eq!(rows.code, 0, "{shell:?}: {}", rows.stderr);
        assert!(rows.stdout.contains("1024") && rows.stdout.contains("2048"), "{}", rows.stdout);
        assert!(!rows.stdout.contains("512"), "{}", rows.stdout);
        let check = host.run(&["check", &all, "--json"]);
        assert!(check.code <= 1, "{shell:?}: {}", check.stderr);
        // One of them runs: it is refused, the other one is edited.
        let apply = host.run(&["apply", "--set", "a=1", &all]);
        assert_eq!(apply.code, 3, "{shell:?}: {}", apply.stderr);
        apply.says(&["1 changed", "1 refused"]);
        let content = |path: &str| fs::read_to_string(root.join(path)).unwrap();
        assert!(content("my vm/my vm.vmx").contains("a = \"1\""), "{shell:?}");
        assert!(!content("b/b.vmx").contains("a = ") && !content("other/other.vmx").contains("a = "));
    }
}

fn a_host_without_a_list_of_vms_is_an_error() {
    for &shell in shells() {
        let host = SshHost::start_shared(shell);
        let all = url(host.port, "/".as_ref());
        host.run(&["status", &all]).refuses(5, &["vim-cmd", "hint: name the file or its directory"]);
        host.account.make_esxi();
        host.run(&["status", &all]).refuses(5, &["no VM is registered on this host"]);
    }
}

fn commands_for_one_file_refuse_a_whole_host() {
    let host = esxi(Shell::Dash);
    let all = url(host.port, "/".as_ref());
    for args in [
        &["get", &all, "memsize"][..],
        &["list", &all],
        &["set", &all, "a=1"],
        &["unset", &all, "a"],
        &["rename", &all, "memsize", "a"],
        &["restore", &all],
        &["edit", &all],
        &["preset", "revert", "no-beep", &all],
    ] {
        let result = host.run(args);
        assert_eq!((result.code, &*result.stdout), (2, ""), "{args:?}: {}", result.stderr);
    }
}

fn another_program_may_connect() {
    let host = SshHost::start(Shell::Dash);
    let file = host.url(host.scratch().write("vm/vm.vmx", "a = \"1\"\n"));
    let client = host.client();
    // The option comes before the variable.
    let mut command = host.command();
    let args = ["get", "--rsh", &client, &file, "a"];
    command.env("VMXEDIT_SSH", "/nonexistent").args(args);
    RunResult::new(&args, &command.output().unwrap()).prints("1\n");
    // The words of the option are those of a shell, and the host and the script follow them.
    let log = host.scratch().path("log");
    let rsh = host
        .scratch()
        .write_script("my rsh", &format!("printf '<%s>\\n' \"$@\" >'{}'; exit 1", log.display()));
    let rsh = format!("'{}' -o 'a b'", rsh.display());
    let args = ["get", &format!("--rsh={rsh}"), "ssh://root@esx1:2222/vm.vmx", "a"];
    let result = host.run(&args);
    assert_eq!((result.code, &*result.stdout), (5, ""), "{}", result.stderr);
    // The arguments may contain a password.
    let program = rsh.split_once(" -o").expect("an option").0;
    let hint = format!("hint: try it: {program} ... -p 2222 root@esx1 true");
    assert!(result.stderr.contains("cannot connect to root@esx1:2222"), "{}", result.stderr);
    assert!(result.stderr.contains(&hint), "{}", result.stderr);
    let log = fs::read_to_string(log).unwrap();
    assert!(log.starts_with("<-o>\n<a b>\n<-p>\n<2222>\n<root@esx1>\n<exec sh -c '"), "{log}");
    let mut command = host.command();
    command.env("VMXEDIT_SSH", std::ffi::OsStr::from_bytes(b"ssh\xFF")).args(["get", &file, "a"]);
    RunResult::new(&["get"], &command.output().unwrap()).refuses(5, &["VMXEDIT_SSH is not UTF-8 text"]);
    let args = ["get", "--rsh='unclosed", &file, "a"];
    assert_eq!(host.run(&args).code, 2);
}

fn a_command_in_the_configuration_of_ssh_is_not_run() {
    let host = SshHost::start(Shell::Dash);
    let file = host.url(host.scratch().write("vm/vm.vmx", "a = \"1\"\n"));
    let config =
        host.scratch().write("config", "Host *\n    RemoteCommand tmux attach\n    RequestTTY yes\n");
    let client = host.client().replace("'none'", &format!("'{}'", config.display()));
    assert!(client.contains("/config'"), "{client}");
    let mut command = host.command();
    let args = ["set", &file, "a=2"];
    command.env("VMXEDIT_SSH", client).args(args);
    RunResult::new(&args, &command.output().unwrap()).prints("~ a = \"1\" -> \"2\"\n");
}

fn a_file_with_several_names_is_processed_once() {
    let host = SshHost::start_shared(Shell::Dash);
    let file = host.scratch().write("vm/vm.vmx", "a = \"1\"\n");
    let url = host.url(&file);
    let folder = host.url(host.scratch().path("vm"));
    let names =
        [url.clone(), folder.clone(), format!("{folder}/../vm/vm.vmx"), format!("{folder}//./vm.vmx")];
    let mut args = vec!["apply", "--set", "a=2"];
    args.extend(names.iter().map(|name| &**name));
    let result = host.run(&args);
    assert_eq!(result.code, 0, "{}", result.stderr);
    result.says(&["1 changed, 0 unchanged"]);
}
