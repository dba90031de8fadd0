//! What the steps of a preset change.

use super::{apply, file};
use crate::harness::Scratch;

const BEFORE: &str = "ethernet0.present = \"TRUE\"\nethernet0.virtualDev = \"E1000E\"\nethernet1.present = \"true\"\n\
     ethernet2.present = \"FALSE\"\nlog.keepOld = \"3\"\nold.a = \"1\"\nold.b = \"2\"\nOld.b = \"2\"\nempty = \"\"\n";

const AFTER: &str = "ethernet0.present = \"TRUE\"\nethernet0.virtualDev = \"E1000E\"\nethernet1.present = \"true\"\n\
     ethernet1.virtualDev = \"vmxnet3\"\nethernet2.present = \"FALSE\"\nlog.keepOld = \"10\"\nempty = \"{x}\"\n\
     old.a = \"back\"\n";

/// Applies every kind of step to `BEFORE`.
fn vm_with_applied_steps() -> Scratch {
    let steps = "[[steps]]\nset = \"ethernet*.virtualDev\"\nvalue = \"vmxnet3\"\nunless = [\"e1000e\"]\n\
        [[steps]]\nset_if_present = \"log.*\"\nvalue = \"10\"\n\
        [[steps]]\nset_if_present = \"absent\"\nvalue = \"10\"\n\
        [[steps]]\nset_if_absent = \"empty\"\nvalue = \"{{x}}\"\n\
        [[steps]]\nensure_absent = \"old.*\"\n\
        [[steps]]\nset_if_absent = \"old.a\"\nvalue = \"back\"\n";
    let vm = Scratch::with(BEFORE);
    vm.write("mine.toml", file(steps));
    vm.run(&["apply", "-q", "-p", "./mine.toml", "vm.vmx"]).printed(0);
    vm
}

#[test]
fn steps_apply_to_keys_patterns_and_device_families() {
    let vm = vm_with_applied_steps();
    assert_eq!(String::from_utf8_lossy(&vm.read("vm.vmx")), AFTER);
}

#[test]
fn revert_removes_only_the_entries_that_the_steps_added() {
    vm_with_applied_steps().run(&["preset", "revert", "./mine.toml", "vm.vmx"]).reports(
        0,
        "- old.a = \"back\"\n- empty = \"{x}\"\n- ethernet1.virtualDev = \"vmxnet3\"\n",
        &["mine: entries that it changed or removed stay as they are"],
    );
}

/// Steps that set and remove the same keys.
const REPEATED: &str = "[[steps]]\nset = \"x.y\"\nvalue = \"1\"\n[[steps]]\nset = \"X.y\"\nvalue = \"2\"\n\
    [[steps]]\nset = \"z.y\"\nvalue = \"2\"\n[[steps]]\nensure_absent = \"Z.*\"\n";

#[test]
fn several_steps_on_one_key_are_reported_as_one_change() {
    apply(REPEATED, &[]).1.prints("+ x.y = \"2\"\n");
}

#[test]
fn a_key_that_is_removed_and_set_is_reported_as_two_changes() {
    let (vm, result) = apply(REPEATED, &["-q"]);
    result.prints("+ x.y = \"2\"\n");
    vm.run(&["apply", "--set", "x.y=5", "--unset", "x.*", "vm.vmx"]).prints("- x.y = \"2\"\n+ x.y = \"5\"\n");
}

#[test]
fn a_step_takes_the_value_of_another_key() {
    let step = "[[steps]]\nset = \"copy\"\nvalue_of = \"guestos\"\n[[steps]]\nset = \"none\"\nvalue_of = \"absent\"\n";
    let (vm, result) = apply(step, &[]);
    result.prints("+ copy = \"ubuntu-64\"\n");
    vm.run(&["apply", "-p", "./mine.toml", "--check", "vm.vmx"]).prints("");
    vm.run(&["set", "-q", "vm.vmx", "guestOS=other"]).printed(0);
    vm.run(&["apply", "-p", "./mine.toml", "--check", "vm.vmx"])
        .exits(1, "~ copy = \"ubuntu-64\" -> \"other\"\n");
    vm.run(&["apply", "-q", "-p", "./mine.toml", "vm.vmx"]).printed(0);
    vm.run(&["preset", "revert", "./mine.toml", "vm.vmx"]).prints("- copy = \"other\"\n");
}

#[test]
fn a_step_that_takes_the_value_of_another_key_is_shown_with_it() {
    let (vm, _) = apply("[[steps]]\nset = \"copy\"\nvalue_of = \"guestOS\"\n", &[]);
    let shown = vm.run(&["preset", "show", "./mine.toml"]).printed(0);
    assert!(shown.contains("\n  set copy = the value of guestOS\n"), "{shown}");
    let json = vm.run(&["preset", "show", "--json", "./mine.toml"]).json();
    assert_eq!(json["sets"]["copy"], "the value of guestOS");
    assert_eq!((&json["steps"][0]["value"], &json["steps"][0]["value_of"]), (&().into(), &"guestOS".into()));
}

#[test]
fn a_step_is_left_out_for_files_that_it_is_not_for() {
    let step = |guest: &str| {
        format!("[[steps]]\nset = \"{guest}\"\nvalue = \"1\"\nwhen = {{ guest_os = [\"{guest}*\"] }}\n")
    };
    let (vm, result) = apply(&(step("windows") + &step("ubuntu")), &[]);
    result.prints("+ ubuntu = \"1\"\n");
    let shown = vm.run(&["preset", "show", "./mine.toml", "vm.vmx"]).printed(0);
    assert!(shown.contains("  set windows = \"1\", if guestOS is windows*\n"), "{shown}");
    assert!(shown.contains("Here:\n  nothing to do"), "{shown}");
    let json = vm.run(&["preset", "show", "--json", "./mine.toml"]).json();
    assert_eq!(json["steps"][1]["when"], "guestOS is ubuntu*");
    vm.run(&["set", "-q", "vm.vmx", "windows=1"]).printed(0);
    vm.run(&["preset", "revert", "./mine.toml", "vm.vmx"]).says(&["not removed: windows"]);
    vm.run(&["get", "vm.vmx", "windows"]).prints("1\n");
}
