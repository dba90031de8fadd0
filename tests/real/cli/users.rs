//! The program run by one user in the environment of another.

use std::os::unix::fs::{chown, symlink};

use crate::harness::{RunResult, Scratch, command_as};
use crate::suite::{Trial, first_tier, require_root, second_tier, skip, test_list};

/// Returns the tests of this module.
pub(crate) fn tests() -> Vec<Trial> {
    let mut tests = first_tier(test_list![
        a_backup_that_cannot_be_read_does_not_hide_the_others,
        a_preset_of_another_user_does_not_take_effect_by_its_name,
    ]);
    tests.extend(second_tier(
        "needs root",
        test_list![
            the_closed_home_of_another_user_does_not_stop_built_in_presets,
            the_configuration_file_of_another_user_is_ignored
        ],
    ));
    tests
}

fn a_backup_that_cannot_be_read_does_not_hide_the_others() {
    const USER: u32 = 1234;
    require_root();
    let vm = Scratch::new();
    let program = vm.copy_program("vmxedit");
    for (name, value) in [("vm.vmx", 3), ("vm.vmx.bak", 1), ("vm.vmx.bak.1", 2)] {
        vm.write(&format!("d/{name}"), format!("a = \"{value}\"\n"));
        chown(vm.path(&format!("d/{name}")), Some(USER), Some(USER)).unwrap();
    }
    for name in ["", "d"] {
        vm.set_mode(name, 0o755);
    }
    chown(vm.path("d"), Some(USER), Some(USER)).unwrap();
    let run = |args: &[&str]| {
        let mut command = command_as(USER, USER, &program);
        command.args(args).current_dir(vm.path("d"));
        let Ok(output) = command.output() else { skip("setpriv is not installed") };
        RunResult::new(args, &output)
    };
    vm.set_mode("d/vm.vmx.bak.1", 0);
    let list = run(&["restore", "vm.vmx", "--list", "--json"]);
    list.says(&["vm.vmx.bak.1: it may be equal to the file: cannot open: Permission denied"]);
    let current: Vec<_> = list.json().as_array().unwrap().iter().map(|row| row["current"].clone()).collect();
    assert_eq!(current, [serde_json::Value::Null, false.into()]);
    let text = run(&["restore", "vm.vmx", "--list"]).stdout;
    assert!(text.ends_with("vm.vmx.bak\n") && text.contains("vm.vmx.bak.1\n"), "{text}");
    // Which backup is next is not known.
    run(&["restore", "vm.vmx"]).refuses(5, &["vm.vmx.bak.1: cannot open: Permission denied"]);
}

fn the_closed_home_of_another_user_does_not_stop_built_in_presets() {
    require_root();
    let vm = Scratch::new();
    let program = vm.copy_program("vmxedit");
    vm.write("d/vm.vmx", "config.version = \"8\"\nvirtualHW.version = \"19\"\nguestOS = \"other\"\n");
    vm.write("home/.config/vmxedit/presets/mine.toml", "");
    for (name, mode) in [("", 0o755), ("d", 0o755), ("home", 0o700)] {
        vm.set_mode(name, mode);
    }
    let run = |user: u32, preset: &str| {
        let args = ["apply", "-n", "-p", preset, "vm.vmx"];
        let mut command = command_as(user, user, &program);
        command.args(args).current_dir(vm.path("d")).env("HOME", vm.path("home"));
        let Ok(output) = command.output() else { skip("setpriv is not installed") };
        RunResult::new(&args, &output)
    };
    chown(vm.path("home"), Some(0), Some(0)).unwrap();
    let result = run(1234, "snapshots-off");
    assert_eq!(result.code, 0, "{}", result.stderr);
    assert!(!result.stderr.contains("home"), "{}", result.stderr);
    run(1234, "mine").refuses(2, &["no preset 'mine'"]);
    // Its own home that is closed is a mistake, which is reported.
    vm.set_mode("home", 0o000);
    chown(vm.path("home"), Some(1234), Some(1234)).unwrap();
    run(1234, "snapshots-off").refuses(5, &["cannot read the preset", "Permission denied"]);
}

fn a_preset_of_another_user_does_not_take_effect_by_its_name() {
    const OTHER: u32 = 1234;
    const FOLDER: &str = "home/.config/vmxedit/presets";
    require_root();
    let vm = Scratch::with("memsize = \"4\"\n");
    let preset = |name: &str| {
        format!(
            "name = \"{name}\"\ntitle = \"T\"\nreason = \"R.\"\n[[steps]]\nset = \"evil\"\nvalue = \"1\"\n"
        )
    };
    for name in ["ssd-emulation", "mine"] {
        vm.write_private(&format!("{FOLDER}/{name}.toml"), preset(name));
    }
    let run = |args: &[&str]| {
        let output = vm.command().args(args).env("HOME", vm.path("home")).output().unwrap();
        RunResult::new(args, &output)
    };
    run(&["apply", "-n", "-p", "mine", "vm.vmx"]).prints("+ evil = \"1\"\n");
    let ignored = "mine.toml: warning: the preset is ignored: ";
    // A folder of the other user, who can put another file there, and then also a file of that user.
    for (name, why) in [
        (FOLDER.to_owned(), "other users can replace it"),
        (format!("{FOLDER}/mine.toml"), "it belongs to user 1234"),
    ] {
        chown(vm.path(&name), Some(OTHER), Some(OTHER)).unwrap();
        run(&["apply", "-n", "-p", "mine", "vm.vmx"])
            .refuses(2, &[&format!("{ignored}{why}"), "no preset 'mine'"]);
    }
    let shown = run(&["preset", "show", "ssd-emulation", "-q"]);
    assert!(!shown.stdout.contains("evil") && shown.stdout.contains("virtualSSD"), "{}", shown.stdout);
    shown.says(&["ssd-emulation.toml: warning: the preset is ignored: other users can replace it"]);
}

fn the_configuration_file_of_another_user_is_ignored() {
    const OTHER: u32 = 1234;
    const FILE: &str = "home/.config/vmxedit/config.toml";
    require_root();
    let vm = Scratch::with("a = \"1\"\n");
    vm.write(FILE, "backup = true\n");
    vm.write("roots.toml", "backup = true\n");
    for name in [FILE, "roots.toml"] {
        vm.set_mode(name, 0o644);
    }
    let run = || {
        let args = ["set", "vm.vmx", "a=2", "-n"];
        let mut command = vm.command();
        command.args(args).env_remove("VMXEDIT_CONFIG").env("HOME", vm.path("home"));
        RunResult::new(&args, &command.output().unwrap())
    };
    let change = "~ a = \"1\" -> \"2\"\n";
    let folders = ["home", "home/.config", "home/.config/vmxedit"];
    for name in folders.into_iter().chain([FILE]) {
        chown(vm.path(name), Some(OTHER), Some(OTHER)).unwrap();
    }
    run().reports(0, change, &["the configuration file is ignored: it belongs to user 1234"]);
    // A file of root in a directory of the other user, who can put another one there.
    chown(vm.path(FILE), Some(0), Some(0)).unwrap();
    run().reports(0, change, &["the configuration file is ignored: other users can replace it"]);
    // A link of the other user to a file of root.
    std::fs::remove_file(vm.path(FILE)).unwrap();
    symlink(vm.path("roots.toml"), vm.path(FILE)).unwrap();
    std::os::unix::fs::lchown(vm.path(FILE), Some(OTHER), Some(OTHER)).unwrap();
    run().reports(0, change, &["the configuration file is ignored: ", "is a symbolic link of user 1234"]);
    // Neither does what is not valid there stop root, nor a pipe.
    vm.write("roots.toml", "no toml");
    assert_eq!(run().code, 0);
    std::fs::remove_file(vm.path(FILE)).unwrap();
    vm.make_fifo(FILE);
    chown(vm.path(FILE), Some(OTHER), Some(OTHER)).unwrap();
    run().reports(0, change, &["the configuration file is ignored: it belongs to user 1234"]);
}
