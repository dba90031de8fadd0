//! Which file an argument names, and arguments that name no file that can be edited.

use super::VM;
use crate::harness::Scratch;

#[test]
fn a_directory_or_bundle_selects_its_vmx_file() {
    let vm = Scratch::new();
    vm.write("Server.vmwarevm/Server.vmx", VM);
    vm.write("Server.vmwarevm/Server.vmxf", "<?xml?>");
    vm.run(&["get", "Server.vmwarevm", "memsize"]).prints("1024\n");
    vm.run(&["set", "Server.vmwarevm", "memsize=4"]).prints("~ memSize = \"1024\" -> \"4\"\n");
    vm.run(&["get", "Server.vmwarevm/Server.vmx", "memsize"]).prints("4\n");
}

#[test]
fn a_directory_with_several_vmx_files_is_refused() {
    let vm = Scratch::new();
    vm.write("d/a.vmx", "a = \"1\"\n");
    vm.write("d/b.VMX", "a = \"1\"\n");
    vm.run(&["set", "d", "a=2"])
        .refuses(2, &["d: a directory with several .vmx files: a.vmx, b.VMX", "hint: name one"]);
}

#[test]
fn a_directory_without_a_vmx_file_is_refused() {
    let vm = Scratch::new();
    vm.write("e/x.vmdk", "");
    vm.run(&["set", "e", "a=2"]).refuses(5, &["e: a directory without a .vmx file (it contains x.vmdk)"]);
}

#[test]
fn a_missing_file_is_an_error() {
    let vm = Scratch::new();
    vm.run(&["set", "nope.vmx", "a=1"]).refuses(5, &["nope.vmx: cannot open: No such file"]);
    vm.run(&["get", "nope.vmx", "a"]).refuses(5, &["nope.vmx: cannot open"]);
    vm.run(&["status", "nope.vmx"]).refuses(5, &["nope.vmx: cannot open"]);
    assert!(vm.names().is_empty());
}

#[test]
fn status_of_standard_input_is_refused() {
    Scratch::new().run(&["status", "-"]).refuses(2, &["status needs a file"]);
}

#[test]
fn a_pipe_or_device_is_refused_without_blocking() {
    let vm = Scratch::new();
    vm.make_fifo("pipe.vmx");
    vm.run(&["set", "pipe.vmx", "a=1"]).refuses(4, &["pipe.vmx: not a VMX file: a pipe"]);
    vm.run(&["set", "/dev/zero", "a=1"]).refuses(4, &["/dev/zero: not a VMX file: a device"]);
}

#[test]
fn an_oversized_file_is_refused() {
    let vm = Scratch::with("a = \"1\"\n");
    let file = std::fs::File::options().write(true).open(vm.path("vm.vmx")).unwrap();
    file.set_len(300 << 20).unwrap();
    vm.run(&["get", "vm.vmx", "a"]).refuses(4, &["no VMX file is that large"]);
}
