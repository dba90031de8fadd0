//! The memory that commands take for large files.

use std::fmt::Write as _;
use std::fs;
use std::process::Stdio;

use crate::harness::{Scratch, isolated, program};
use crate::suite::{Trial, first_tier, skip, test_list};

/// Returns the tests of this module.
pub(crate) fn tests() -> Vec<Trial> {
    first_tier(test_list![
        get_takes_as_much_memory_for_100_mb_as_for_a_small_file,
        commands_take_as_much_memory_for_many_vms_as_for_a_few
    ])
}

/// Returns the output of the program and its largest size in memory, in KB.
fn measure(vm: &Scratch, args: &[&str]) -> (String, u64) {
    let mut time = isolated("/usr/bin/time");
    time.args(["-f", "%M", "-o", "peak"]).arg(program()).args(args);
    let Ok(output) = time.current_dir(vm.path("")).stderr(Stdio::inherit()).output() else {
        skip("time is not installed");
    };
    let report = fs::read_to_string(vm.path("peak")).unwrap();
    // An exit code that is not 0 comes first.
    let peak = report.lines().last().unwrap();
    (String::from_utf8(output.stdout).unwrap(), peak.parse().unwrap())
}

fn get_takes_as_much_memory_for_100_mb_as_for_a_small_file() {
    let vm = Scratch::with("memsize = \"1\"\nlast = \"2\"\n");
    let mut large = String::from("memsize = \"1\"\n");
    for number in 0.. {
        if large.len() > 100_000_000 {
            break;
        }
        let _ = writeln!(large, "key{number}.fileName = \"the value {number}\"");
    }
    vm.write("large.vmx", large + "last = \"2\"\n");
    let (printed, small) = measure(&vm, &["get", "vm.vmx", "memsize", "last"]);
    assert_eq!(printed, "1\n2\n");
    let (printed, large) = measure(&vm, &["get", "large.vmx", "memsize", "last"]);
    assert_eq!(printed, "1\n2\n");
    println!("get takes {small} KB for a small file and {large} KB for 100 MB");
    assert!(large <= small + 1024, "{large} KB, and {small} KB for a small file");
}

fn commands_take_as_much_memory_for_many_vms_as_for_a_few() {
    let vms = Scratch::new();
    for number in 0..3000 {
        let tree = if number < 600 { "few" } else { "many" };
        let text = format!(
            "displayName = \"machine {number}\"\nguestOS = \"other\"\nannotation = \"{}\"\n",
            "x".repeat(2000)
        );
        vms.write(&format!("{tree}/{number}/vm.vmx"), text);
    }
    vms.write("template.vmx", "displayName = \"a\"\n");
    for command in [
        &["show", "-r"][..],
        &["show", "-r", "--json"],
        &["show", "-r", "--with", "annotation"],
        &["find", "*", "-r"],
        &["find", "displayName=machine*", "-r", "--json"],
        &["diff", "template.vmx", "-r"],
        &["diff", "template.vmx", "-r", "--json"],
    ] {
        let (printed, few) = measure(&vms, &[command, &["few"]].concat());
        assert!(printed.contains("machine 599"));
        let (printed, many) = measure(&vms, &[command, &["many"]].concat());
        assert!(printed.contains("machine 2999"));
        println!("{command:?} takes {few} KB for 600 VMs and {many} KB for 2400");
        assert!(many <= few + 1024, "{command:?}: {many} KB, and {few} KB for few");
    }
}
