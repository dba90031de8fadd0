//! `--one-file-system`, with a file system that is mounted in a private namespace.

use crate::harness::{RunResult, Scratch, isolated, program};
use crate::suite::{Trial, require_root, second_tier, skip, test_list};

/// Returns the tests of this module.
pub(crate) fn tests() -> Vec<Trial> {
    second_tier("mounts a file system", test_list![one_file_system_leaves_out_what_is_mounted_below_a_folder])
}

/// Lists VMs below `tree`, where a file system with another VM is mounted.
fn status_of(vms: &Scratch, options: &str) -> RunResult {
    let script = format!(
        "mount -t tmpfs none tree/mounted || exit 99; mkdir tree/mounted/other; \
         cp tree/vm.vmx tree/mounted/other/vm.vmx; exec '{}' status -r {options}",
        program().display()
    );
    let mut unshare = isolated("unshare");
    unshare.args(["-m", "sh", "-c", &script]).current_dir(vms.path(""));
    match unshare.output() {
        Ok(output) if output.status.code() != Some(99) => RunResult::new(&[options], &output),
        Ok(output) => skip(String::from_utf8_lossy(&output.stderr)),
        Err(error) => skip(format!("unshare: {error}")),
    }
}

fn one_file_system_leaves_out_what_is_mounted_below_a_folder() {
    require_root();
    let vms = Scratch::new();
    vms.write("tree/vm.vmx", "a = \"1\"\n");
    vms.write("tree/mounted/hidden.vmx", "a = \"1\"\n");
    let state =
        |file: &str| format!("{file}: off\n  no evidence that it runs, is suspended or is open elsewhere\n");
    let (outer, inner) = (state("tree/vm.vmx"), state("tree/mounted/other/vm.vmx"));
    assert_eq!(status_of(&vms, "tree").stdout, format!("{inner}{outer}"));
    assert_eq!(status_of(&vms, "--one-file-system tree").stdout, outer);
    assert_eq!(status_of(&vms, "--one-file-system tree/mounted").stdout, inner);
}
