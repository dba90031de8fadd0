//! Many hosts and many edits at the same time, and the number of requests.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::harness::{is_enabled, isolated, program, repository_path};
use crate::parts::sshd::{Shell, SshHost};
use crate::suite::{Trial, first_tier, require_root, second_tier, skip, test_list};

/// Returns the tests of this module.
pub(crate) fn tests() -> Vec<Trial> {
    [
        first_tier(test_list![
            an_edit_takes_two_requests,
            an_edit_takes_two_requests_however_many_vms_are_registered,
            the_script_is_clean
        ]),
        second_tier(
            "takes seconds",
            test_list![
                a_host_that_fails_stops_no_other,
                edits_by_two_clients_and_on_the_host_are_not_lost,
                edits_by_two_clients_on_an_esxi_host_are_not_lost
            ],
        ),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn the_script_is_clean() {
    let script = repository_path("src/remote/host.sh");
    match isolated("shellcheck").args(["-s", "sh"]).arg(script).output() {
        Ok(output) => assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout)),
        Err(error) => skip(format!("shellcheck: {error}")),
    }
}

fn an_edit_takes_two_requests() {
    let host = SshHost::start_shared(Shell::Dash);
    let file = host.url(host.scratch().write("vm/vm.vmx", "a = \"1\"\n"));
    for (args, expected) in [
        (&["set", &file, "a=2"][..], &["view", "replace"][..]),
        (&["set", &file, "a=3", "--backup"], &["view", "replace"]),
        (&["set", &file, "a=3"], &["view"]),
        (&["set", &file, "a=4", "--dry-run"], &["view"]),
        (&["get", &file, "a"], &["content"]),
    ] {
        host.account.set_profile("tee \"$root/requests\" | (run); exit");
        assert_eq!(host.run(args).code, 0, "{args:?}");
        let requests = String::from_utf8(host.scratch().read("requests")).unwrap();
        let verbs = [
            "view",
            "content",
            "search",
            "registered",
            "part",
            "entry",
            "stat",
            "list",
            "process",
            "replace",
        ];
        let found: Vec<&str> = requests.lines().filter(|line| verbs.contains(line)).collect();
        assert_eq!(found, expected, "{args:?}");
    }
}

fn an_edit_takes_two_requests_however_many_vms_are_registered() {
    let host = SshHost::start_shared(Shell::Dash);
    host.account.make_esxi();
    let profile = String::from_utf8(host.scratch().read("profile")).unwrap();
    host.scratch().write("volumes/id/vm/vm.vmx", "a = \"1\"\n");
    // As on ESXi, the name of the datastore is a link to its id.
    std::os::unix::fs::symlink("id", host.scratch().path("volumes/ds1")).unwrap();
    let root = host.scratch().path("volumes/ds1");
    let names: Vec<String> = (2..100).map(|n| format!("{n}/{n}.vmx")).collect();
    let others = names.iter().zip(2..).map(|(name, id)| (id, "Powered on", &**name));
    let vms: Vec<_> = others.chain([(1, "Powered off", "vm/vm.vmx")]).collect();
    host.account.register(&root, &vms);
    let run = "begin=\"exec sh -c '\"\nscript=\"$begin$first${script#\"$begin\"}\"\n\
        tee \"$root/requests\" | (run)\nexit";
    host.account.set_profile(&format!("{profile}{run}"));
    let file = host.url(root.join("vm/vm.vmx"));
    let result = host.run(&["set", &file, "a=2", "--reload"]);
    assert_eq!((result.code, &*result.stdout), (0, "~ a = \"1\" -> \"2\"\n"), "{}", result.stderr);
    let requests = String::from_utf8(host.scratch().read("requests")).unwrap();
    let found: Vec<&str> =
        requests.lines().filter(|line| ["view", "stat", "replace"].contains(line)).collect();
    assert_eq!(found, ["view", "replace"]);
    assert!(host.account.take_calls().contains(&"vim-cmd vmsvc/reload 1".to_owned()));
}

/// A small file system, unmounted when this guard is dropped.
struct Mounted(PathBuf);

impl Mounted {
    fn at(path: &Path) -> Self {
        fs::create_dir_all(path).unwrap();
        let mut mount = isolated("mount");
        mount.args(["-t", "tmpfs", "-o", "size=1m,mode=755", "none"]).arg(path);
        match mount.output() {
            Ok(output) if output.status.success() => Self(path.to_owned()),
            other => skip(format!("mount: {other:?}")),
        }
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        let _ = isolated("umount").arg("-l").arg(&self.0).status();
    }
}

fn a_host_that_fails_stops_no_other() {
    require_root();
    let (hosts, files) = if is_enabled("VMXEDIT_ALL_STEPS") { (20, 50) } else { (6, 20) };
    let mut hosts: Vec<SshHost> = (0..hosts).map(|_| SshHost::start(Shell::Dash)).collect();
    let full = Mounted::at(&hosts[2].scratch().path("vms"));
    for host in &hosts {
        for n in 0..files {
            host.scratch().write(&format!("vms/{n}/{n}.vmx"), "memsize = \"1024\"\n");
        }
    }
    hosts[0].stop();
    hosts[1].account.set_profile("sleep 5");
    let _ = fs::write(full.0.join("rest"), vec![0; 2 << 20]);
    // One client for all hosts: each has its own key.
    let clients = hosts[0].scratch();
    let cases: String =
        hosts.iter().map(|host| format!("{}) exec {} \"$@\" ;;\n", host.port, host.client())).collect();
    let client = clients.write_script("client", &format!("case $2 in\n{cases}esac"));
    let mut command: Command = hosts[3].command();
    command.env("VMXEDIT_SSH", client).args(["apply", "--set", "memsize=2048", "-r"]);
    command.args(hosts.iter().map(|host| host.url(host.scratch().path("vms"))));
    let output = command.output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(5), "{stderr}");
    for (at, host) in hosts.iter().enumerate() {
        let is_new = |n: &usize| host.scratch().read(&format!("vms/{n}/{n}.vmx")) == b"memsize = \"2048\"\n";
        let is_old = |n: &usize| host.scratch().read(&format!("vms/{n}/{n}.vmx")) == b"memsize = \"1024\"\n";
        let (new, old) = ((0..files).filter(is_new).count(), (0..files).filter(is_old).count());
        let is_named = stderr.contains(&format!("127.0.0.1:{}", host.port));
        match at {
            0 | 2 => assert_eq!((new, old, is_named), (0, files, true), "host {at}: {stderr}"),
            _ => assert_eq!((new, old, is_named), (files, 0, false), "host {at}: {stderr}"),
        }
    }
    let summary = format!(
        "{} changed, 0 unchanged, 0 skipped, 0 refused, {} failed",
        (hosts.len() - 2) * files,
        files + 1
    );
    assert!(stderr.contains(&summary), "{summary}: {stderr}");
    for host in &hosts[1..] {
        host.assert_no_process_is_left();
    }
}

fn edits_by_two_clients_and_on_the_host_are_not_lost() {
    let host = SshHost::start_shared(Shell::Dash);
    let path = host.scratch().write("vm/vm.vmx", "first = \"0\"\n");
    let url = host.url(&path);
    let edits = if is_enabled("VMXEDIT_ALL_STEPS") { 200 } else { 30 };
    assert_no_edit_is_lost(&host, &path, &[&url, &url, path.to_str().unwrap()], edits);
}

fn edits_by_two_clients_on_an_esxi_host_are_not_lost() {
    for shell in [Shell::FewTools, Shell::BusyBox] {
        let host = SshHost::start_shared(shell);
        host.account.make_esxi();
        let path = host.scratch().write("vm/vm.vmx", "first = \"0\"\n");
        let url = host.url(&path);
        assert_no_edit_is_lost(&host, &path, &[&url, &url], 30);
    }
}

/// Edits a file by several names at the same time, `edits` times by each.
fn assert_no_edit_is_lost(host: &SshHost, path: &Path, names: &[&str], edits: usize) {
    let children: Vec<_> = names
        .iter()
        .enumerate()
        .map(|(client, file)| {
            let script = format!(
                "for edit in $(seq {edits}); do '{}' set -q --wait=60 '{file}' k{client}.$edit=$edit >/dev/null || exit 1; done",
                program().display()
            );
            isolated("sh").env("VMXEDIT_SSH", host.client()).args(["-c", &script]).spawn().unwrap()
        })
        .collect();
    let refused =
        children.into_iter().filter_map(|mut child| child.wait().ok()).filter(|status| !status.success());
    assert_eq!(refused.count(), 0);
    let text = String::from_utf8(fs::read(path).unwrap()).unwrap();
    for client in 0..names.len() {
        for edit in 1..=edits {
            assert!(text.contains(&format!("k{client}.{edit} = \"{edit}\"\n")), "k{client}.{edit} is lost");
        }
    }
    assert_eq!(text.lines().count(), 1 + names.len() * edits);
    assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
}
