//! Backups on a host: listed, compared and restored as local ones are.

use std::fs;
use std::os::unix::fs::{MetadataExt, symlink};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, SystemTime};

use crate::harness::{RunResult, vmxedit};
use crate::parts::sshd::{Shell, SshHost, shells};
use crate::suite::{Trial, first_tier, require_root, second_tier, test_list};

/// Returns the tests of this module.
pub(crate) fn tests() -> Vec<Trial> {
    [
        first_tier(test_list![
            repeated_calls_step_back_as_local_ones_do,
            a_backup_is_found_by_each_of_its_names,
            a_link_has_the_backups_of_its_file,
            a_restored_file_has_the_time_of_its_backup,
            what_is_not_a_backup_of_the_file_is_never_read
        ]),
        second_tier("needs root", test_list![a_file_of_another_user_is_not_restored]),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn write(path: &Path, content: &str, age: u64) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, content).unwrap();
    let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000 - age);
    fs::File::options().write(true).open(path).unwrap().set_modified(time).unwrap();
}

/// A file with three backups, and one with another suffix.
fn write_vm(folder: &Path) {
    let _ = fs::remove_dir_all(folder);
    for (name, value, age) in [
        ("vm.vmx", "4", 0),
        ("vm.vmx.bak.2", "3", 10),
        ("vm.vmx.bak.1", "2", 20),
        ("vm.vmx.bak", "1", 30),
        ("vm.vmx.old", "0", 40),
    ] {
        write(&folder.join(name), &format!("a = \"{value}\"\n"), age);
    }
}

fn run(command: &mut Command, args: &[String]) -> RunResult {
    let shown: Vec<&str> = args.iter().map(String::as_str).collect();
    RunResult::new(&shown, &command.args(args).output().unwrap())
}

fn repeated_calls_step_back_as_local_ones_do() {
    let commands: [&[&str]; 14] = [
        &["restore", "@", "--list"],
        &["restore", "@", "--list", "--json"],
        &["diff", "@", "--backup"],
        &["diff", "@", "--backup=vm.vmx.old", "--json"],
        &["restore", "@", "--dry-run", "--diff"],
        &["restore", "@", "--json"],
        &["restore", "@", "--backup"],
        &["restore", "@"],
        &["restore", "@"],
        &["restore", "@", "--list"],
        &["restore", "@", "--check", "2"],
        &["restore", "@", "2"],
        &["restore", "@"],
        &["restore", "@", "missing"],
    ];
    for shell in [Shell::Dash, Shell::BusyBox, Shell::Bash] {
        let host = SshHost::start_shared(shell);
        let (there, here) = (host.scratch().path("there"), host.scratch().path("here"));
        write_vm(&there);
        write_vm(&here);
        let prefix = format!("{}/", host.url(&there));
        for args in commands {
            let words = |file: &str| args.iter().map(|arg| arg.replace('@', file)).collect::<Vec<_>>();
            let remote = run(&mut host.command(), &words(&format!("{prefix}vm.vmx")));
            let local = run(vmxedit().current_dir(&here), &words("vm.vmx"));
            let shown = |text: &str| text.replace(&prefix, "");
            assert_eq!(
                (remote.code, shown(&remote.stdout), shown(&remote.stderr)),
                (local.code, local.stdout, local.stderr),
                "{shell:?} {args:?}"
            );
            let content = |folder: &Path| fs::read_to_string(folder.join("vm.vmx")).unwrap();
            assert_eq!(content(&there), content(&here), "{shell:?} {args:?}");
        }
        assert_eq!(fs::read_dir(&there).unwrap().count(), 5, "{shell:?}");
    }
}

fn a_backup_is_found_by_each_of_its_names() {
    for &shell in shells() {
        let host = SshHost::start_shared(shell);
        let folder = host.scratch().path("vm");
        write_vm(&folder);
        let file = host.url(folder.join("vm.vmx"));
        // Not the one in the current directory.
        write(&host.scratch().path("home/vm.vmx.old"), "a = \"wrong\"\n", 0);
        let other = write_other(&host);
        let remote = host.url(folder.join("vm.vmx.bak"));
        for (name, value) in [
            ("2", "3"),
            (".bak.1", "2"),
            ("vm.vmx.bak", "1"),
            ("vm.vmx.old", "0"),
            (".old", "0"),
            (&*remote, "1"),
            (&*other, "local"),
        ] {
            let result = host.run(&["restore", &file, name]);
            assert_eq!(result.code, 0, "{shell:?} {name}: {}", result.stderr);
            let expected = format!("a = \"{value}\"\n");
            assert_eq!(fs::read_to_string(folder.join("vm.vmx")).unwrap(), expected, "{shell:?} {name}");
            host.run(&["set", "-q", &file, "a=4"]).printed(0);
        }
    }
}

fn a_link_has_the_backups_of_its_file() {
    for &shell in shells() {
        let host = SshHost::start_shared(shell);
        let root = host.scratch().path("root");
        write_vm(&root.join("vms/vm"));
        symlink("vms/vm/vm.vmx", root.join("link.vmx")).unwrap();
        symlink("vms/vm", root.join("folder")).unwrap();
        // Not what is next to the link.
        write(&root.join("link.vmx.bak"), "a = \"wrong\"\n", 0);
        write(&root.join("vm.vmx.bak"), "a = \"wrong\"\n", 0);
        let prefix = format!("{}/", host.url(&root));
        for (name, option) in [
            ("link.vmx", "--backup"),
            ("link.vmx", "--backup=1"),
            ("link.vmx", "--backup=vm.vmx.old"),
            ("folder/vm.vmx", "--backup"),
            ("folder", "--backup=.bak"),
            ("vms/vm", "--backup"),
            ("vms/vm/vm.vmx", "--backup=vm.vmx.bak.1"),
        ] {
            let words = |file: String| ["diff".to_owned(), file, option.to_owned()];
            let remote = run(&mut host.command(), &words(format!("{prefix}{name}")));
            let local = run(vmxedit().current_dir(&root), &words(name.to_owned()));
            assert_eq!((local.code, &*local.stderr), (1, ""), "{name} {option}");
            assert_eq!(
                (remote.code, remote.stdout, remote.stderr),
                (local.code, local.stdout, local.stderr),
                "{shell:?} {name} {option}"
            );
        }
    }
}

fn write_other(host: &SshHost) -> String {
    let path = host.scratch().path("home/copy/of.vmx");
    write(&path, "a = \"local\"\n", 0);
    path.display().to_string()
}

fn a_restored_file_has_the_time_of_its_backup() {
    for &shell in shells() {
        let host = SshHost::start_shared(shell);
        let folder = host.scratch().path("vm");
        write_vm(&folder);
        let result = host.run(&["restore", &host.url(folder.join("vm.vmx")), "vm.vmx.bak.1"]);
        assert_eq!(result.code, 0, "{shell:?}: {}", result.stderr);
        let time = |name: &str| fs::metadata(folder.join(name)).unwrap().mtime();
        // Without `stat`, the host does not tell times.
        if shell != Shell::FewTools {
            assert_eq!(time("vm.vmx"), time("vm.vmx.bak.1"), "{shell:?}");
        }
    }
}

fn what_is_not_a_backup_of_the_file_is_never_read() {
    for &shell in shells() {
        let host = SshHost::start_shared(shell);
        let folder = host.scratch().path("vm");
        write(&folder.join("vm.vmx"), "a = \"1\"\n", 0);
        write(&host.scratch().path("other/secret"), "a = \"secret\"\n", 0);
        write(&host.scratch().path("other/linked"), "a = \"linked\"\n", 0);
        symlink("../other/secret", folder.join("vm.vmx.bak")).unwrap();
        fs::hard_link(host.scratch().path("other/linked"), folder.join("vm.vmx.bak.1")).unwrap();
        host.scratch().make_fifo("vm/vm.vmx.bak.2");
        let file = host.url(folder.join("vm.vmx"));
        for args in [
            &["restore", &file][..],
            &["restore", &file, "1"],
            &["restore", &file, "vm.vmx.bak"],
            &["restore", &file, ".bak.2"],
            &["diff", &file, "--backup"],
        ] {
            let result = host.run(args);
            assert_eq!((result.code, &*result.stdout), (5, ""), "{shell:?} {args:?}: {}", result.stderr);
            result.says(&["no backup"]);
        }
        let list = host.run(&["restore", &file, "--list"]);
        assert_eq!((list.code, &*list.stdout), (1, ""), "{shell:?}");
        assert_eq!(fs::read_to_string(folder.join("vm.vmx")).unwrap(), "a = \"1\"\n");
    }
}

fn a_file_of_another_user_is_not_restored() {
    require_root();
    for &shell in shells() {
        let host = SshHost::start_shared(shell);
        let folder = host.scratch().path("vm");
        write_vm(&folder);
        for name in ["vm.vmx", "vm.vmx.bak.1", "vm.vmx.bak"] {
            std::os::unix::fs::chown(folder.join(name), Some(1234), Some(1234)).unwrap();
        }
        // The newest one belongs to root.
        let result = host.run(&["restore", &host.url(folder.join("vm.vmx"))]);
        assert_eq!(result.code, 0, "{shell:?}: {}", result.stderr);
        assert_eq!(fs::read_to_string(folder.join("vm.vmx")).unwrap(), "a = \"2\"\n", "{shell:?}");
    }
}
