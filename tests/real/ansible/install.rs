//! The role `install`.

use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;

use crate::harness::{RunResult, Scratch, isolated, program};
use crate::parts::ansible::{Ansible, folder, recap, succeed, text};
use crate::suite::{Trial, second_tier, test_list};

/// Returns the tests of this module.
pub(crate) fn tests() -> Vec<Trial> {
    second_tier("takes seconds", test_list![the_program_is_installed_from_a_tarball_or_a_file_once])
}

/// Writes a tarball with the folders of a release.
fn make_tarball(scratch: &Scratch) -> String {
    let root = "release/vmxedit-1.2.3-x86_64-unknown-linux-musl";
    scratch.copy_program(&{
        fs::create_dir_all(scratch.path(root)).unwrap();
        format!("{root}/vmxedit")
    });
    // Completions of bash have the name of the program, too.
    scratch.write(&format!("{root}/completions/bash/vmxedit"), "complete vmxedit\n");
    let tarball = scratch.path("release.tar.gz");
    succeed(
        isolated("tar").args(["-C", "release", "-czf"]).arg(&tarball).arg(".").current_dir(scratch.path("")),
    );
    tarball.display().to_string()
}

fn sha256(path: &Path) -> String {
    let printed = succeed(isolated("sha256sum").arg(path));
    printed.split(' ').next().expect("a checksum").to_owned()
}

fn the_program_is_installed_from_a_tarball_or_a_file_once() {
    let ansible = Ansible::find();
    let scratch = Scratch::new();
    let folder = folder(&scratch);
    let tarball = make_tarball(&scratch);
    let file = scratch.copy_program("the program").display().to_string();
    let right = sha256(tarball.as_ref());
    let arch = std::env::consts::ARCH;
    // For each host: its files, and their checksums.
    let hosts = [
        ("tarball", format!("{{{arch}: '{tarball}'}}"), format!("'{right}'")),
        ("file", format!("{{{arch}: '{file}'}}"), "omitted".to_owned()),
        ("wrong", format!("{{{arch}: '{tarball}'}}"), "'00'".to_owned()),
        ("none", "{pdp11: /x}".to_owned(), "omitted".to_owned()),
        ("absent", format!("{{{arch}: '{folder}/nothing'}}"), "omitted".to_owned()),
    ];
    let mut inventory = String::from("all:\n  hosts:\n");
    for (name, sources, checksum) in &hosts {
        let _ = write!(
            inventory,
            "    {name}:\n      ansible_connection: local\n      \
             ansible_python_interpreter: \"{{{{ ansible_playbook_python }}}}\"\n      \
             vmxedit_install_sources: {sources}\n      vmxedit_install_path: \"{folder}/{name}/vmxedit\"\n"
        );
        if checksum != "omitted" {
            let _ = writeln!(inventory, "      vmxedit_install_checksums: {{{arch}: {checksum}}}");
        }
        fs::create_dir(scratch.path(name)).unwrap();
    }
    let inventory = scratch.write("inventory.yml", inventory);
    let run = |more: &[&str]| {
        let mut command = ansible.playbook("install.yml", &scratch);
        command.arg("--inventory").arg(&inventory).args(more).env("TMPDIR", scratch.path("temporary"));
        text(&command.output().unwrap())
    };
    fs::create_dir(scratch.path("temporary")).unwrap();
    let changed = |printed: &str| -> Vec<String> {
        let numbers = recap(printed).into_iter().map(|line| {
            let words: Vec<&str> = line.split(' ').collect();
            let number = |name: &str| words.iter().find(|word| word.starts_with(name)).copied().unwrap_or("");
            format!("{} {} {}", words[0], number("changed="), number("failed="))
        });
        numbers.collect()
    };
    let failed = ["absent changed=0 failed=1", "none changed=0 failed=1", "wrong changed=0 failed=1"];
    let expected = |count: u32| {
        let mut lines = failed.map(str::to_owned).to_vec();
        lines.extend(["file", "tarball"].map(|name| format!("{name} changed={count} failed=0")));
        lines.sort();
        lines
    };
    let planned = run(&["--check"]);
    assert_eq!(changed(&planned), expected(1), "{planned}");
    for why in ["has another checksum: ", "has no file for ", "nothing does not exist"] {
        assert!(planned.contains(why), "{why}: {planned}");
    }
    for (name, ..) in &hosts {
        assert_eq!(fs::read_dir(scratch.path(name)).unwrap().count(), 0, "{name}");
    }
    // A program of another user, who could change it later.
    let foreign = scratch.write("file/vmxedit", "");
    std::os::unix::fs::chown(&foreign, Some(65534), Some(65534)).unwrap();
    let first = run(&[]);
    assert_eq!(changed(&first), expected(1), "{first}");
    for name in ["tarball", "file"] {
        let installed = scratch.path(name).join("vmxedit");
        assert!(fs::read(&installed).unwrap() == fs::read(program()).unwrap(), "{name}");
        assert_eq!(fs::metadata(&installed).unwrap().permissions().mode() & 0o7777, 0o755, "{name}");
        assert_eq!(
            fs::metadata(&installed).unwrap().uid(),
            fs::metadata(scratch.path("")).unwrap().uid(),
            "{name}"
        );
        let args = ["--version"];
        let version = RunResult::new(&args, &isolated(&installed).args(args).output().unwrap());
        version.prints(&format!("vmxedit {}\n", env!("CARGO_PKG_VERSION")));
    }
    let second = run(&[]);
    assert_eq!(changed(&second), expected(0), "{second}");
    let left = fs::read_dir(scratch.path("temporary")).unwrap().map(|entry| entry.unwrap().path());
    assert_eq!(left.collect::<Vec<_>>(), Vec::<std::path::PathBuf>::new());
}
