//! Signals to an edit that waits.

use std::io::{BufRead, BufReader};
use std::os::unix::process::ExitStatusExt;
use std::process::Stdio;
use std::time::{Duration, Instant};

use super::edit::{start_edit, vm_with_editor};
use crate::harness::{Scratch, isolated};
use crate::suite::{Trial, first_tier, second_tier, test_list};

/// Returns the tests of this module.
pub(crate) fn tests() -> Vec<Trial> {
    let mut tests = first_tier(test_list![every_signal_that_asks_to_end_ends_an_edit_that_waits]);
    tests.extend(second_tier("takes half a minute", test_list![an_edit_waits_30_seconds_for_another_edit]));
    tests
}

fn every_signal_that_asks_to_end_ends_an_edit_that_waits() {
    for (name, number) in [("HUP", 1), ("INT", 2), ("QUIT", 3), ("TERM", 15)] {
        let vm = Scratch::with("a = \"1\"\n");
        vm.write("vm.vmss", "");
        let mut command = vm.command();
        command.args(["set", "vm.vmx", "a=2", "--wait"]).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        let mut stderr = BufReader::new(child.stderr.take().unwrap());
        stderr.read_line(&mut line).unwrap();
        assert!(line.contains("waiting: the VM is suspended"), "{line}");
        let sent = isolated("kill").args(["-s", name, &child.id().to_string()]).status();
        assert!(sent.unwrap().success());
        assert_eq!(child.wait().unwrap().signal(), Some(number), "{name}");
        assert_eq!((vm.read("vm.vmx"), vm.names().len()), (b"a = \"1\"\n".to_vec(), 2), "{name}");
    }
}

fn an_edit_waits_30_seconds_for_another_edit() {
    let vm = vm_with_editor("b = \"1\"\n", "");
    let mut first = start_edit(&vm, &["-q"]);
    let start = Instant::now();
    let result = vm.run(&["set", "vm.vmx", "b=2"]);
    let took = start.elapsed();
    vm.write("go", "");
    assert!(first.wait().unwrap().success());
    result.refuses(3, &["vm.vmx: refused: the VM is locked elsewhere"]);
    assert!(took > Duration::from_secs(28) && took < Duration::from_secs(60), "{took:?}");
}
