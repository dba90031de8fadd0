//! What is particular to one file system.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::time::Duration;

use super::checks::{VM, Vm};
use super::mounts::Mounted;
use crate::harness::lock_member;
use crate::suite::{Trial, second_tier, test_list};

/// Returns the tests of this module.
pub(crate) fn tests() -> Vec<Trial> {
    second_tier(
        "mounts file systems",
        test_list![
            edit_over_sshfs_keeps_what_the_server_appends_meanwhile_or_refuses,
            names_that_differ_in_case_are_one_file_on_exfat,
            break_links_works_on_a_file_of_the_lower_layer
        ],
    )
}

fn edit_over_sshfs_keeps_what_the_server_appends_meanwhile_or_refuses() {
    let disk = Mounted::new("sshfs");
    for (round, script) in [
        "echo 'appended = \"1\"' >> SERVER; sleep 1",
        "sleep 1; echo 'appended = \"1\"' >> SERVER",
        "sleep 1; sed -i '$a appended = \"1\"' SERVER",
    ]
    .into_iter()
    .enumerate()
    {
        let vm = Vm::new(&disk, &format!("vm-{round}")).unwrap();
        let on_server = disk.on_server().join(format!("vm-{round}/vm.vmx"));
        let script = script.replace("SERVER", on_server.to_str().unwrap());
        let editor = disk.on_server().join(format!("editor-{round}"));
        fs::write(&editor, format!("for f; do :; done\n{script}\nsed -i s/1024/4096/ \"$f\"\n")).unwrap();
        // The client then knows the size of the file.
        assert_eq!(vm.text(), VM);
        let mut command = vm.command(&["edit", "vm.vmx"]);
        let output = command.env("EDITOR", format!("sh {}", editor.display())).output().unwrap();
        let (code, text) = (output.status.code(), fs::read_to_string(&on_server).unwrap());
        let context = format!("{script}: {code:?}: {}: {text:?}", String::from_utf8_lossy(&output.stderr));
        assert!(text.contains("appended"), "{context}");
        assert!(matches!(code, Some(0 | 3)), "{context}");
        assert_eq!(text.contains("4096"), code == Some(0), "{context}");
    }
}

fn names_that_differ_in_case_are_one_file_on_exfat() {
    let disk = Mounted::new("exfat-fuse");
    let edit = |vm: &Vm<'_>, args: &[&str], memsize: &str, names: &[&str]| {
        let result = vm.run(args);
        // The kernel keeps what it knows under another spelling for a second.
        std::thread::sleep(Duration::from_millis(1500));
        let context = format!("{args:?}: exit {}: {}", result.code, result.stderr);
        assert_eq!(
            (result.code, vm.names()),
            (0, names.iter().map(|name| (*name).to_owned()).collect()),
            "{context}"
        );
        assert!(vm.text().contains(&format!("memsize = \"{memsize}\"")), "{context}: {:?}", vm.text());
    };
    let vm = Vm::new(&disk, "spelling").unwrap();
    edit(&vm, &["set", "VM.VMX", "memsize=2048"], "2048", &["vm.vmx"]);
    edit(&vm, &["set", "--backup", "VM.vmx", "memsize=4096"], "4096", &["vm.vmx", "vm.vmx.bak"]);
    edit(&vm, &["restore", "vm.VMX"], "2048", &["vm.vmx", "vm.vmx.bak"]);

    let vm = Vm::new(&disk, "leftover").unwrap();
    fs::write(vm.folder.join(".vm.vmx.vmxedit-aZ09bY18cX27dW36.new"), "part").unwrap();
    edit(&vm, &["set", "VM.VMX", "memsize=2048"], "2048", &["vm.vmx"]);

    let vm = Vm::new(&disk, "locked").unwrap();
    fs::create_dir(vm.folder.join("vm.vmx.LCK")).unwrap();
    fs::write(vm.folder.join("vm.vmx.LCK/M00001.lck"), lock_member("AAAAAAL8AAAAAQAA", "1-5(x)")).unwrap();
    fs::write(vm.folder.join("vm.vmx.LCK/inner.vmx"), VM).unwrap();
    for args in [&["set", "vm.vmx", "memsize=4096"][..], &["set", "VM.VMX", "memsize=4096"]] {
        let result = vm.run(args);
        assert_eq!((result.code, vm.text()), (3, VM.to_owned()), "{args:?}: {}", result.stderr);
    }
    let result = vm.run(&["apply", "-r", "--set", "memsize=4096", "."]);
    let inner = fs::read(vm.folder.join("vm.vmx.LCK/inner.vmx")).unwrap();
    assert_eq!((result.code, &inner[..]), (3, VM.as_bytes()), "{}", result.stderr);
}

fn break_links_works_on_a_file_of_the_lower_layer() {
    let disk = Mounted::new("overlay");
    let vm = Vm { folder: disk.folder(), disk: &disk };
    let result = vm.run(&["set", "vm.vmx", "memsize=4096"]);
    assert!(matches!(result.code, 3..=5) && vm.text().contains("1024"), "{}: {}", result.code, result.stderr);
    vm.edit(&["set", "vm.vmx", "memsize=4096", "--break-links"], "4096", &["other.vmx", "vm.vmx"]).unwrap();
    assert!(fs::read_to_string(vm.folder.join("other.vmx")).unwrap().contains("1024"));
    let lower = fs::metadata(disk.lower_layer().join("vm.vmx")).unwrap();
    assert_eq!(lower.nlink(), 2, "the lower layer should stay as it is");
}
