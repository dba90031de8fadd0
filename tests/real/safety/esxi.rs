//! ESXi's kernel locks files itself. Here `uname` names that kernel, and the kernel's refusals are injected.

use crate::harness::{RunResult, Scratch, isolated, program};
use crate::parts::strace::require_strace;
use crate::suite::{Trial, first_tier, test_list};

/// Returns the tests of this module.
pub(crate) fn tests() -> Vec<Trial> {
    first_tier(test_list![
        no_lock_directory_is_created,
        a_file_in_the_place_of_the_lock_directory_stays,
        a_file_that_the_kernel_does_not_open_is_locked
    ])
}

/// Injects what this option of `strace` says into a run.
fn run(vm: &Scratch, injections: &[&str], args: &[&str]) -> RunResult {
    require_strace();
    let mut strace = isolated("strace");
    strace.args(["-o", "/dev/null"]).args(injections).arg(program());
    strace.args(args).current_dir(vm.path("")).env("VISUAL", "./editor").env("TMPDIR", vm.path("tmp"));
    RunResult::new(args, &strace.output().unwrap())
}

/// `VMkernel` and its end, in the first argument of `uname`.
const VMKERNEL: [&str; 2] = ["-e", "inject=uname:poke_exit=@arg1=564d6b65726e656c00"];

fn no_lock_directory_is_created() {
    for (injections, expected) in
        [(&VMKERNEL[..], "editor\ntmp\nvm.vmx\n"), (&[], "editor\ntmp\nvm.vmx\nvm.vmx.lck\n")]
    {
        let vm = Scratch::with("a = \"1\"\n");
        vm.write_script("editor", "ls > tmp/seen; sed -i s/1/2/ \"$1\"");
        vm.write("tmp/.keep", "");
        run(&vm, injections, &["edit", "vm.vmx"]).prints("~ a = \"1\" -> \"2\"\n");
        assert_eq!(String::from_utf8(vm.read("tmp/seen")).unwrap(), expected);
    }
}

fn a_file_in_the_place_of_the_lock_directory_stays() {
    let vm = Scratch::with("a = \"1\"\n");
    vm.write("vm.vmx.lck", "the kernel's");
    run(&vm, &VMKERNEL, &["set", "vm.vmx", "a=2"]).prints("~ a = \"1\" -> \"2\"\n");
    assert_eq!(vm.read("vm.vmx.lck"), b"the kernel's");
    assert_eq!(vm.names(), ["vm.vmx", "vm.vmx.lck"]);
}

fn a_file_that_the_kernel_does_not_open_is_locked() {
    let vm = Scratch::with("a = \"1\"\n");
    let injections =
        ["-P", "vm.vmx", "-e", "trace=openat,openat2", "-e", "inject=openat,openat2:error=EBUSY"];
    let result = run(&vm, &injections, &["set", "vm.vmx", "a=2"]);
    assert_eq!((result.code, &*result.stdout), (3, ""), "{}", result.stderr);
    assert_eq!(vm.read("vm.vmx"), b"a = \"1\"\n");
}
