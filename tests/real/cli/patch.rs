//! Printed diffs, applied with `patch`.

use crate::harness::{Scratch, isolated};
use crate::suite::{Trial, first_tier, skip, test_list};

/// Returns the tests of this module.
pub(crate) fn tests() -> Vec<Trial> {
    first_tier(test_list![printed_diffs_apply_with_patch])
}

const VM: &str = "#!/usr/bin/vmware\n.encoding = \"UTF-8\"\nmemSize = \"1024\"   # MB\nguestOS = \"darwin12-64\"\n\
                  annotation = \"two|0Alines\"\nethernet0.present = \"TRUE\"\nfloppy0.present = \"FALSE\"\n";

fn printed_diffs_apply_with_patch() {
    for content in [VM, &format!("\u{FEFF}{VM}")] {
        assert_diff_applies_with_patch(content);
    }
}

fn assert_diff_applies_with_patch(content: &str) {
    let vm = Scratch::with(content);
    let diff = vm.run(&["set", "vm.vmx", "memsize=2048", "new.key=x", "--diff", "-q", "-n"]).stdout;
    vm.run(&["set", "-q", "vm.vmx", "memsize=2048", "new.key=x"]).printed(0);
    let edited = vm.read("vm.vmx");
    vm.write("vm.vmx", content);
    vm.write("change.diff", diff);
    let patch = isolated("patch").arg("-s").arg(vm.path("vm.vmx")).arg(vm.path("change.diff")).output();
    match patch {
        Ok(patch) => {
            assert!(patch.status.success(), "{}", String::from_utf8_lossy(&patch.stdout));
            assert_eq!(vm.read("vm.vmx"), edited);
        }
        Err(error) => skip(format!("patch: {error}")),
    }
}
