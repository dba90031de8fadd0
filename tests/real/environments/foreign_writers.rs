//! Other writers of the same file: a second process of the program, `sed -i`, and a program that writes in place.

use std::fs;
use std::io::Write;
use std::process::Stdio;

use super::checks::{Outcome, Result, Vm};
use super::mounts::Mounted;
use crate::harness::{isolated, program};
use crate::suite::{Trial, second_tier, test_list};

/// Returns the tests of this module.
pub(crate) fn tests() -> Vec<Trial> {
    second_tier(
        "mounts file systems",
        test_list![a_file_that_another_process_has_open_for_writing_is_not_replaced],
    )
}

/// Two processes make 25 edits each. None is lost.
pub(super) fn two_writers(disk: &Mounted) -> Result {
    let vm = Vm::new(disk, "writers")?;
    let program = program();
    let start = |writer: usize| {
        let script = format!(
            "for n in $(seq 25); do '{}' set -q --wait=60 vm.vmx k{writer}.$n=$n || exit $?; done",
            program.display()
        );
        let mut command = isolated("timeout");
        command.args(["-s", "KILL", "300", "sh", "-c", &script]).current_dir(&vm.folder);
        command.stderr(Stdio::piped()).spawn().unwrap()
    };
    let writers = [start(0), start(1)];
    let ended = writers.map(|writer| writer.wait_with_output().unwrap());
    let kept = (0..2).flat_map(|writer| (1..=25).map(move |n| format!("k{writer}.{n} = \"{n}\"\n")));
    let kept = kept.filter(|line| vm.text().contains(line)).count();
    let codes = ended.each_ref().map(|output| output.status.code());
    let messages = ended.map(|output| String::from_utf8_lossy(&output.stderr).into_owned()).concat();
    match (codes, kept) {
        ([Some(0), Some(0)], 50) if vm.names() == ["vm.vmx"] => Ok(Outcome::Done),
        ([Some(3..=5), Some(3..=5)], 0) if !disk.is_local() && vm.names() == ["vm.vmx"] => {
            Ok(Outcome::Refused(messages))
        }
        _ => Err(format!("{kept} of 50 edits kept, exit {codes:?}, {:?}: {messages}", vm.names())),
    }
}

/// Makes 40 edits while `sed -i` edits the file in a loop. On file systems that cannot exchange names, an edit by `sed`
/// may be lost: these are counted.
pub(super) fn sed_in_a_loop(disk: &Mounted) -> Result {
    let vm = Vm::new(disk, "sed")?;
    fs::write(vm.path(), "sed = \"0\"\nours = \"0\"\n").unwrap();
    let script = "n=0; lost=0; while [ ! -e stop ]; do n=$((n + 1)); \
        sed -i \"s/^sed = .*/sed = \\\"$n\\\"/\" vm.vmx 2>/dev/null || continue; there=0; \
        for wait in 0.02 0.1 0.5 2 5; do sleep $wait; grep -q \"^sed = \\\"$n\\\"\" vm.vmx && there=1 && break; done; \
        [ $there = 1 ] || lost=$((lost + 1)); done; echo $n $lost";
    let mut sed = isolated("timeout");
    sed.args(["-s", "KILL", "300", "sh", "-c", script]).current_dir(&vm.folder);
    let sed = sed.stdout(Stdio::piped()).spawn().unwrap();
    let mut codes = Vec::new();
    let mut strange = Vec::new();
    for n in 1..=40 {
        let result = vm.run(&["set", "-q", "vm.vmx", &format!("ours={n}")]);
        if !matches!(result.code, 0 | 3) {
            strange.push(result.stderr.clone());
        }
        codes.push(result.code);
    }
    fs::write(vm.folder.join("stop"), "").unwrap();
    let output = sed.wait_with_output().unwrap();
    let counts = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    let lost = counts.split(' ').nth(1).unwrap_or("?").to_owned();
    let done = codes.iter().filter(|code| **code == 0).count();
    let text = vm.text();
    let names = vm.names();
    let context = format!("{done} of 40 done, edits of sed and lost ones: {counts}, {names:?}: {strange:?}");
    println!("{}: {context}", disk.kind);
    let is_whole = text.contains("sed = \"") && text.contains("ours = \"");
    if !is_whole || names != ["stop", "vm.vmx"] {
        return Err(format!("{context}: {text:?}"));
    }
    // Of others, the README says that edits may be lost.
    if disk.is_local() && (lost != "0" || !strange.is_empty()) {
        return Err(context);
    }
    Ok(Outcome::Done)
}

/// A program that has the file open for writing when the names are exchanged goes on writing into the old file.
fn writer_in_place(kind: &'static str) {
    let disk = Mounted::new(kind);
    for (round, pause) in [0, 5, 20].into_iter().enumerate() {
        let vm = Vm::new(&disk, &format!("in-place-{round}")).unwrap();
        let mut file = fs::File::options().append(true).open(vm.path()).unwrap();
        let result = std::thread::scope(|scope| {
            let result = scope.spawn(|| vm.run(&["set", "vm.vmx", "memsize=4096"]));
            std::thread::sleep(std::time::Duration::from_millis(pause));
            writeln!(file, "early = \"{round}\"").unwrap();
            let result = result.join().unwrap();
            writeln!(file, "late = \"{round}\"").unwrap();
            result
        });
        drop(file);
        let text = vm.text();
        let context = format!("{kind}, round {round}: exit {}: {}: {text:?}", result.code, result.stderr);
        assert!(text.contains("early = ") && text.contains("late = "), "{context}");
        assert_eq!(text.contains("4096"), result.code == 0, "{context}");
        assert!(matches!(result.code, 0 | 3), "{context}");
        assert_eq!(vm.names(), ["vm.vmx"], "{context}");
    }
}

fn a_file_that_another_process_has_open_for_writing_is_not_replaced() {
    for kind in ["ext4", "xfs", "btrfs", "tmpfs"] {
        writer_in_place(kind);
    }
}
