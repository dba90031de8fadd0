//! Hostile names and values: nothing is run, the right file is edited.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use crate::harness::{RunResult, vmxedit};
use crate::parts::sshd::{SshHost, shells};
use crate::suite::{Trial, first_tier, second_tier, test_list};

/// Returns the tests of this module.
pub(crate) fn tests() -> Vec<Trial> {
    [
        first_tier(test_list![
            a_value_with_every_byte_arrives,
            a_large_file_arrives,
            names_of_hosts_are_never_options_or_commands,
            a_name_that_ends_in_a_line_feed_is_not_another_name,
            files_of_every_kind_are_edited,
            a_search_finds_the_files_that_a_local_one_finds
        ]),
        second_tier(
            "takes seconds",
            test_list![
                names_with_any_characters_name_the_right_file,
                a_search_finds_files_and_folders_with_any_characters
            ],
        ),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Names that a shell, `printf`, `ls`, `find` or `ssh` might take for something else.
const NAMES: [&[u8]; 26] = [
    b"a b",
    b" blank at both ends ",
    b"it's",
    b"\"quoted\"",
    b"$(touch pwned)",
    b"`touch pwned`",
    b"${HOME}",
    b"; touch pwned",
    b"& touch pwned &",
    b"two\nlines",
    b"\nend",
    b"ends with a line feed\n",
    b"\ttab",
    b"-rf",
    b"--",
    b"-",
    b"\xFF\xFE\x80",
    b"caf\xC3\xA9",
    b"[ab]",
    b"*",
    b"?",
    b"~",
    b"back\\slash \\n \\0101 \\c",
    b"%s%n 100%",
    b"#!",
    b"\x01\x1B[31m\x7F",
];

fn name(base: &[u8]) -> Vec<u8> {
    [base, b".vmx"].concat()
}

/// Creates a folder with a file of each name, each with another content.
fn fill(folder: &Path) {
    fs::create_dir_all(folder).unwrap();
    for (at, base) in NAMES.iter().enumerate() {
        fs::write(folder.join(OsStr::from_bytes(&name(base))), format!("at = \"{at}\"\n")).unwrap();
    }
    // What unquoted patterns would match.
    for decoy in ["a.vmx", "b.vmx", "rf.vmx"] {
        fs::write(folder.join(decoy), "at = \"decoy\"\n").unwrap();
    }
}

fn names_with_any_characters_name_the_right_file() {
    for &shell in shells() {
        let host = SshHost::start_shared(shell);
        let vms = host.scratch().path("home/vms");
        fill(&vms);
        for (at, base) in NAMES.iter().enumerate() {
            let path = vms.join(OsStr::from_bytes(&name(base)));
            let before = fs::read_dir(&vms).unwrap().count();
            host.run(&["set", &host.url(&path), &format!("at={at}-edited"), "--backup", "--quiet"])
                .prints(&format!("~ at = \"{at}\" -> \"{at}-edited\"\n"));
            assert_eq!(fs::read(&path).unwrap(), format!("at = \"{at}-edited\"\n").as_bytes());
            let backup = vms.join(OsStr::from_bytes(&[&name(base)[..], b".bak"].concat()));
            assert_eq!(fs::read(&backup).unwrap(), format!("at = \"{at}\"\n").as_bytes());
            assert_eq!(fs::read_dir(&vms).unwrap().count(), before + 1, "{shell:?} {}", base.escape_ascii());
        }
        for decoy in ["a.vmx", "b.vmx", "rf.vmx"] {
            assert_eq!(fs::read(vms.join(decoy)).unwrap(), b"at = \"decoy\"\n");
        }
        // The other form of the name, in which nothing is decoded.
        let path = vms.join("a b.vmx");
        let mut command = host.command();
        command.env("VMXEDIT_SSH", format!("{} -p {}", host.client(), host.port));
        let args = ["get", &format!("127.0.0.1:{}", path.display()), "at"];
        RunResult::new(&args, &command.args(args).output().unwrap()).prints("0-edited\n");
        assert!(!vms.join("pwned").exists() && !host.scratch().path("home/pwned").exists());
    }
}

fn a_search_finds_files_and_folders_with_any_characters() {
    for &shell in shells() {
        let host = SshHost::start_shared(shell);
        let home = host.scratch().path("home");
        for (at, base) in NAMES.iter().enumerate() {
            let folder = home.join("vms").join(OsStr::from_bytes(base));
            fs::create_dir_all(&folder).unwrap();
            fs::write(folder.join("vm.vmx"), format!("at = \"{at}\"\n")).unwrap();
        }
        fill(&home.join("vms"));
        let count = 2 * NAMES.len() + 3;
        let url = host.url(home.join("vms"));
        let found = host.run(&["find", "-r", "at", &url, "--json"]);
        assert_eq!((found.code, &*found.stderr), (0, ""), "{shell:?}");
        let local =
            vmxedit().args(["find", "-r", "at", "vms", "--json"]).current_dir(&home).output().unwrap();
        assert_eq!(found.stdout.lines().count(), String::from_utf8_lossy(&local.stdout).lines().count());
        let result = host.run(&["apply", "-r", &url, "--set", "seen=1", "--quiet"]);
        assert_eq!(result.code, 0, "{shell:?}: {}", result.stderr);
        let mut seen = 0;
        for folder in [home.join("vms")].into_iter().chain(
            fs::read_dir(home.join("vms"))
                .unwrap()
                .map(|entry| entry.unwrap().path())
                .filter(|path| path.is_dir()),
        ) {
            for file in
                fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_file())
            {
                let content = fs::read_to_string(&file).unwrap();
                assert!(content.ends_with("seen = \"1\"\n"), "{}: {content}", file.display());
                seen += 1;
            }
        }
        assert_eq!(seen, count);
        assert!(!home.join("pwned").exists());
    }
}

fn a_search_finds_the_files_that_a_local_one_finds() {
    for &shell in shells() {
        let host = SshHost::start_shared(shell);
        for name in [
            "a/a.vmx",
            "a/B.VMX",
            "b c/template.vmtx",
            "d/d.VmTx",
            "d/d.vmxf",
            "d/.vmx",
            "d/.vmtx",
            "d/d.vmx.lck/e.vmx",
        ] {
            host.scratch().write(&format!("home/vms/{name}"), "memsize = \"1\"\n");
        }
        fs::create_dir(host.scratch().path("home/vms/folder.vmtx")).unwrap();
        let prefix = host.url(host.scratch().path("home/vms"));
        for (args, count) in [(&["check", "-r", "--json"][..], 4), (&["find", "-r", "memsize", "--json"], 2)]
        {
            let files = |result: &RunResult| {
                let mut files: Vec<String> = result
                    .stdout
                    .lines()
                    .filter_map(|line| Some(line.split_once("\"file\":\"")?.1.split_once('"')?.0.to_owned()))
                    .map(|file| file.replace(&prefix, "vms").replace("%20", " "))
                    .collect();
                files.sort();
                files.dedup();
                files
            };
            let remote = host.run(&[args, &[&*prefix]].concat());
            let output =
                vmxedit().args(args).arg("vms").current_dir(host.scratch().path("home")).output().unwrap();
            let local = RunResult::new(args, &output);
            assert_eq!(files(&remote), files(&local), "{shell:?} {args:?}: {}", remote.stderr);
            assert_eq!((files(&local).len(), remote.code), (count, local.code), "{args:?}: {}", local.stdout);
        }
    }
}

fn a_value_with_every_byte_arrives() {
    // Line feeds and quotes are escaped by the format; everything else is in the file as it is.
    let content: Vec<u8> = (1..=255u8).filter(|byte| !b"\r\n\"".contains(byte)).collect();
    let file =
        [&b".encoding = \"windows-1252\"\r\nall = \""[..], &content, b"\"\r\nold = \"1\"\r\n"].concat();
    for &shell in shells() {
        let host = SshHost::start_shared(shell);
        let path = host.scratch().write("vm/vm.vmx", &file);
        let url = host.url(&path);
        host.run(&["set", &url, "--quiet", "--literal", "new=%s \\n \\0101 \\c $(x) `x` 'y' ${z}"])
            .printed(0);
        let edited = [&file[..], b"new = \"%s \\n \\0101 \\c $(x) `x` 'y' ${z}\"\r\n"].concat();
        assert_eq!(fs::read(&path).unwrap(), edited, "{shell:?}");
        host.run(&["unset", &url, "--quiet", "new"]).printed(0);
        assert_eq!(fs::read(&path).unwrap(), file, "{shell:?}");
        host.run(&["get", &url, "old"]).prints("1\n");
    }
}

fn a_large_file_arrives() {
    let line = |n: usize| format!("guestinfo.line{n} = \"{}\"\n", "\u{e9}x%\\ ".repeat(20));
    let content: String = (0..2000).map(line).collect();
    for &shell in shells() {
        let host = SshHost::start_shared(shell);
        let path = host.scratch().write("vm/vm.vmx", &content);
        host.run(&["set", &host.url(&path), "--quiet", "a=2"]).printed(0);
        assert!(fs::read_to_string(&path).unwrap() == format!("{content}a = \"2\"\n"), "{shell:?}");
    }
}

fn names_of_hosts_are_never_options_or_commands() {
    let scratch = crate::harness::Scratch::new();
    let called = scratch.path("called");
    scratch.write_script("ssh", &format!("touch '{}'; exit 255", called.display()));
    for name in [
        "-oProxyCommand=touch${IFS}pwned:/a.vmx",
        "ssh://-oProxyCommand=x/a.vmx",
        "ssh://root@-x/a.vmx",
        "ssh://-x@host/a.vmx",
        "ssh://$(touch pwned)/a.vmx",
        "ssh://`touch pwned`/a.vmx",
        "host;touch pwned:/a.vmx",
        "ssh://host:0/a.vmx",
        "ssh://host:-1/a.vmx",
        "ssh://host:22 -x/a.vmx",
        "ssh://a b/c.vmx",
        "ssh://host",
        "ssh:///a.vmx",
        "ssh://host/%zz",
        "ssh://host/a%00.vmx",
    ] {
        let mut command = scratch.command();
        command.env("VMXEDIT_SSH", scratch.path("ssh")).args(["get", "--", name, "a"]);
        let result = RunResult::new(&[name], &command.output().unwrap());
        assert_eq!((result.code, &*result.stdout), (2, ""), "{name}: {}", result.stderr);
        assert!(!called.exists(), "{name}");
    }
    assert_eq!(scratch.names(), ["ssh"]);
    // A file of this machine whose name looks like that of a host.
    scratch.write("host:/vm.vmx", "a = \"1\"\n");
    scratch.run(&["get", "./host:/vm.vmx", "a"]).prints("1\n");
}

fn a_name_that_ends_in_a_line_feed_is_not_another_name() {
    for &shell in shells() {
        let host = SshHost::start_shared(shell);
        let file = host.scratch().write("vm/a.vmx", "checkpoint.vmState = \"a.vmss\"\na = \"1\"\n");
        host.scratch().write("vm/a.vmss", [1; 3000]);
        // It is the last one in the folder.
        std::os::unix::fs::symlink("nowhere", host.scratch().path("vm/a.vmss\n")).unwrap();
        let there = host.run(&["status", "--json", &host.url(&file)]).json();
        let here = vmxedit().args(["status", "--json"]).arg(&file).output().unwrap();
        let here: serde_json::Value = serde_json::from_slice(&here.stdout).unwrap();
        assert_eq!((&there["state"], &there["evidence"]), (&here["state"], &here["evidence"]), "{shell:?}");
    }
}

fn files_of_every_kind_are_edited() {
    for &shell in shells() {
        let host = SshHost::start_shared(shell);
        for name in ["web.vmsd", "conf", "settings.properties", "web.vmtx"] {
            let file = host.url(host.scratch().write(&format!("{name}/{name}"), "a = 1\n"));
            let result = host.run(&["set", "-q", &file, "a=2"]);
            assert_eq!(
                (result.code, &*result.stdout),
                (0, "~ a = \"1\" -> \"2\"\n"),
                "{shell:?} {name}: {}",
                result.stderr
            );
        }
        host.scratch().write("vm/vm.vmx", "a = \"1\"\n");
        std::os::unix::fs::symlink("vm.vmx", host.scratch().path("vm/current")).unwrap();
        let link = host.url(host.scratch().path("vm/current"));
        host.run(&["set", "-q", &link, "a=2"]).prints("~ a = \"1\" -> \"2\"\n");
        assert_eq!(fs::read_dir(host.scratch().path("vm")).unwrap().count(), 2, "{shell:?}");
    }
}
