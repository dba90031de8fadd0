//! File names so long that the names of the lock, the new file or the backup do not fit into 255 bytes.

use std::collections::BTreeMap;

use crate::harness::Scratch;
use crate::suite::{Trial, second_tier, test_list};

/// Returns the tests of this module.
pub(crate) fn tests() -> Vec<Trial> {
    second_tier(
        "takes seconds",
        test_list![edits_of_files_with_long_names_are_done_or_refused_before_anything_changes],
    )
}

const VM: &str = "a = \"1\"\nmemsize = \"1024\"\n";

/// Returns every file in the folder with its content.
fn contents(vm: &Scratch) -> BTreeMap<String, Vec<u8>> {
    vm.names()
        .into_iter()
        .map(|name| (name.clone(), std::fs::read(vm.path(&name)).unwrap_or_default()))
        .collect()
}

fn edits_of_files_with_long_names_are_done_or_refused_before_anything_changes() {
    for letter in ["n", "\u{e9}"] {
        for len in 240..=255 {
            let stem = letter.repeat((len - 4) / letter.len());
            let name = format!("{stem}{}.vmx", "x".repeat(len - 4 - stem.len()));
            assert_eq!(name.len(), len);
            let vm = Scratch::new();
            vm.write(&name, VM);
            let first = vm.run(&["set", "-q", &name, "first=1"]);
            // VMware's lock has the name of the file and 4 bytes more.
            assert!(first.code == 0 || len > 251, "{len}: {}", first.stderr);
            for args in [
                &["set", "-q", &name, "b=2"][..],
                &["set", "-q", &name, "c=3", "--backup"],
                &["set", "-q", &name, "d=4", "--backup=.a-longer-suffix"],
                &["check", "-q", "--fix", &name],
            ] {
                let before = contents(&vm);
                let result = vm.run(args);
                let context =
                    format!("{len} bytes, {:?}: exit {}: {}", &args[3..], result.code, result.stderr);
                if result.code == 0 {
                    let hidden = vm.names().into_iter().find(|name| name.starts_with('.'));
                    assert_eq!(hidden, None, "{context}");
                } else {
                    assert!(matches!(result.code, 3..=5), "{context}");
                    let is_as_before = contents(&vm) == before;
                    assert!(is_as_before, "{context}: the folder has {:?}", vm.names());
                }
            }
            let last = vm.run(&["set", "-q", &name, "last=9"]);
            assert_eq!(last.code, first.code, "{len}: a later edit: {}", last.stderr);
            let is_edited = String::from_utf8_lossy(&vm.read(&name)).contains("last = \"9\"");
            assert_eq!(is_edited, last.code == 0, "{len}");
        }
    }
}
