//! The system calls of an edit: everything in the VM's folder is named from the open folder.

use crate::harness::Scratch;
use crate::parts::tracer::{NamedPath, trace};
use crate::suite::{Trial, first_tier, test_list};

/// Returns the tests of this module.
pub(crate) fn tests() -> Vec<Trial> {
    first_tier(test_list![an_edit_names_nothing_in_the_folder_by_path_after_the_folder_was_opened])
}

fn an_edit_names_nothing_in_the_folder_by_path_after_the_folder_was_opened() {
    for args in [
        &["set", "-q", "vm/vm.vmx", "memsize=4096"][..],
        &["set", "-q", "vm/vm.vmx", "memsize=4096", "--backup"],
        &["unset", "-q", "vm/vm.vmx", "memsize"],
        &["restore", "-q", "vm/vm.vmx"],
        &["check", "-q", "--fix", "vm/vm.vmx"],
        &["apply", "-q", "-r", "--set", "memsize=4096", "vm"],
        &["edit", "-q", "vm/vm.vmx"],
    ] {
        let vm = Scratch::new();
        vm.write("vm/vm.vmx", super::VM);
        vm.write("vm/vm.vmx.bak", "memsize = \"1024\"\n");
        let folder = vm.path("vm").canonicalize().unwrap();
        let (mut is_open, mut by_path) = (false, Vec::new());
        let mut command = vm.command();
        command.args(args).env("EDITOR", "sed -i s/2048/4096/").env("TMPDIR", vm.path(""));
        let ended = trace(&mut command, |call| {
            let opens_folder = call.open_flags().is_some_and(|flags| flags & libc::O_DIRECTORY != 0);
            for named in call.paths() {
                if is_open && !named.is_from_handle && named.path.starts_with(&folder) {
                    by_path.push(named.clone());
                }
                is_open |= opens_folder && named.path == folder;
            }
        });
        assert_eq!(ended.code, Some(0), "{args:?}: {ended:?}");
        assert!(is_open, "{args:?}: the folder was not opened");
        let listed =
            by_path.iter().map(|NamedPath { call, path, .. }| format!("{call} {}\n", path.display()));
        assert!(
            by_path.is_empty(),
            "{args:?}: {} calls by path:\n{}",
            by_path.len(),
            listed.collect::<String>()
        );
    }
}
