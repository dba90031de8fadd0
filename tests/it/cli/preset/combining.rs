//! Several presets at once, and presets that conflict with an applied one.

use super::{SET, VM, file};
use crate::harness::Scratch;

#[test]
fn conflicting_presets_are_refused() {
    let vm = Scratch::with(VM);
    vm.write("mine.toml", file(&format!("conflicts = [\"other\"]\n{SET}")));
    vm.write("other.toml", file(&SET.replace("a.b", "c.d")).replace("\"mine\"", "\"other\""));
    vm.write("third.toml", file(&SET.replace("\"1\"", "\"2\"")).replace("\"mine\"", "\"third\""));
    for (one, other, why) in
        [("mine", "other", "contradict"), ("other", "mine", "contradict"), ("mine", "third", "they set a.b")]
    {
        let args = ["apply", "-p", &format!("./{one}.toml"), "-p", &format!("./{other}.toml"), "vm.vmx"];
        vm.run(&args).refuses(2, &["cannot be combined", one, other, why]);
        assert_eq!(vm.read("vm.vmx"), VM.as_bytes());
    }
}

#[test]
fn presets_that_undo_each_other_are_refused() {
    let vm = Scratch::with("ethernet0.present = \"TRUE\"\n");
    let write = |name: &str, steps: &str| {
        vm.write(&format!("{name}.toml"), file(steps).replace("\"mine\"", &format!("\"{name}\"")));
    };
    write("a", SET);
    write("b", "[[steps]]\nensure_absent = \"a.*\"\n");
    write("c", "[[steps]]\nset_if_present = \"a.*\"\nvalue = \"7\"\n");
    write("d", "[[steps]]\nset = \"ethernet0.virtualDev\"\nvalue = \"e1000\"\n");
    write("e", "[[steps]]\nset = \"ethernet*.virtualDev\"\nvalue = \"vmxnet3\"\n");
    for (one, other) in [("a", "b"), ("a", "c"), ("d", "e"), ("e", "d")] {
        let args = ["apply", "-p", &format!("./{one}.toml"), "-p", &format!("./{other}.toml"), "vm.vmx"];
        vm.run(&args)
            .refuses(2, &["cannot be combined", &format!("the others undo part of what {one} sets")]);
        assert_eq!(vm.read("vm.vmx"), b"ethernet0.present = \"TRUE\"\n");
    }
}

#[test]
fn no_preset_is_applied_if_one_of_them_is_skipped() {
    let vm = Scratch::with(VM);
    vm.write("mine.toml", file(SET));
    let presets = ["-p", "./mine.toml", "-p", "./mine.toml", "-p", "macos-serial"];
    let args = [&["apply"], &presets[..], &["--if-applicable", "vm.vmx"]].concat();
    vm.run(&args).reports(0, "", &["skipped: macos-serial"]);
    assert_eq!(vm.read("vm.vmx"), VM.as_bytes(), "all or nothing");
}

#[test]
fn a_file_that_is_skipped_has_no_notes_and_warnings_of_the_edit() {
    let vm = Scratch::with(VM);
    vm.write("mine.toml", file(&format!("notes = [\"Do that.\"]\n{SET}")));
    let odd = file("strict = true\n[[steps]]\nset = \"memsize\"\nvalue = \"1023\"\n");
    vm.write("odd.toml", odd.replace("\"mine\"", "\"odd\""));
    vm.write("source", "ethernet1.address = \"00:50:56:00:00:01\"\n");
    vm.write("vm2.vmx", VM);
    for arguments in [
        &["-p", "./mine.toml", "-p", "macos-serial", "vm.vmx", "vm2.vmx"][..],
        &["-p", "./mine.toml", "-p", "./odd.toml", "--from", "source", "vm.vmx", "vm2.vmx"],
        &["-p", "./odd.toml", "--from", "source", "vm.vmx"],
    ] {
        let result = vm.run(&[&["apply", "--if-applicable"], arguments].concat());
        assert!(result.code == 0 && result.stdout.is_empty(), "{arguments:?}: {}", result.stderr);
        assert!(result.stderr.contains("does not apply"), "{arguments:?}: {}", result.stderr);
        for part in ["Do that.", " conflict;"] {
            assert!(!result.stderr.contains(part), "{arguments:?}: {}", result.stderr);
        }
    }
}

#[test]
fn a_repeated_preset_is_applied_once() {
    let vm = Scratch::with(VM);
    vm.write("mine.toml", file(SET));
    vm.run(&["apply", "-p", "./mine.toml", "-p", "./mine.toml", "vm.vmx"]).prints("+ a.b = \"1\"\n");
}

#[test]
fn applying_a_preset_that_cannot_be_reverted_warns() {
    Scratch::with(VM).run(&["apply", "-p", "stig-vm", "vm.vmx"]).reports(
        0,
        "+ RemoteDisplay.maxConnections = \"1\"\n+ mks.enable3d = \"FALSE\"\n",
        &["it cannot be reverted: ", "--backup keeps the old file"],
    );
}

#[test]
fn applying_a_preset_warns_about_an_applied_conflicting_preset() {
    let vm = Scratch::with(VM);
    vm.run(&["apply", "-q", "-p", "stig-vm", "vm.vmx"]).printed(0);
    vm.run(&["apply", "-n", "-p", "clipboard-on", "vm.vmx"]).reports(
        0,
        "+ isolation.tools.copy.disable = \"FALSE\"\n+ isolation.tools.paste.disable = \"FALSE\"\n\
         + isolation.tools.setGUIOptions.enable = \"TRUE\"\n",
        &["warning: clipboard-on conflicts with stig-vm, which is applied to the file"],
    );
}
