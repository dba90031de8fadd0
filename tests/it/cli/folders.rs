//! A folder or a Fusion bundle in the place of a file.

use crate::harness::{RunResult, Scratch};

fn folder_and_bundle() -> Scratch {
    let vms = Scratch::new();
    vms.write("folder/vm.vmx", "a = \"1\"\n");
    vms.write("VM.vmwarevm/VM.vmx", "a = \"1\"\n");
    vms.write_script("editor", "sed -i 's/\"1\"/\"2\"/' \"$1\"");
    vms.write("tmp/.keep", "");
    vms
}

#[test]
fn edit_opens_the_vmx_file_of_a_folder_or_bundle() {
    let vms = folder_and_bundle();
    for (folder, file) in [("folder", "folder/vm.vmx"), ("VM.vmwarevm", "VM.vmwarevm/VM.vmx")] {
        let mut command = vms.command();
        command.args(["edit", folder]).env("EDITOR", "./editor").env("TMPDIR", vms.path("tmp"));
        RunResult::new(&["edit", folder], &command.output().unwrap()).prints("~ a = \"1\" -> \"2\"\n");
        assert_eq!(vms.read(file), b"a = \"2\"\n");
    }
}

#[test]
fn restore_restores_the_vmx_file_of_a_folder_or_bundle() {
    let vms = folder_and_bundle();
    for (folder, file) in [("folder", "folder/vm.vmx"), ("VM.vmwarevm", "VM.vmwarevm/VM.vmx")] {
        assert_eq!(vms.run(&["set", folder, "a=2", "--backup"]).code, 0);
        let result = vms.run(&["restore", folder]);
        assert_eq!((result.code, &*result.stdout), (0, "~ a = \"2\" -> \"1\"\n"));
        assert_eq!(result.stderr, format!("vmxedit: {file}: restored from {file}.bak\n"));
        assert_eq!(vms.read(file), b"a = \"1\"\n");
    }
}

#[test]
fn edit_and_restore_refuse_a_folder_with_several_vmx_files() {
    let vms = folder_and_bundle();
    vms.write("folder/other.vmx", "a = \"1\"\n");
    for command in ["edit", "restore"] {
        vms.run(&[command, "folder"]).refuses(2, &["folder: a directory with several .vmx files"]);
    }
}

/// As with `find -r *` where another user made the folder.
#[test]
fn a_file_in_a_folder_with_the_name_of_a_host_is_printed_as_a_local_one() {
    let vms = Scratch::new();
    vms.write("root@evil.example:/vm.vmx", "memsize = \"4\"\n");
    for arguments in [&["find", "memsize", "-r"][..], &["find", "memsize"]] {
        let result = vms.run(&[arguments, &["root@evil.example:"]].concat());
        result.prints("./root@evil.example:/vm.vmx: memsize = \"4\"\n");
    }
    vms.run(&["get", "./root@evil.example:/vm.vmx", "memsize"]).prints("4\n");
}
