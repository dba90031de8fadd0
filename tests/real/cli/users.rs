//! The program run by one user in the environment of another.

use std::os::unix::fs::chown;

use crate::harness::{RunResult, Scratch, command_as};
use crate::suite::{Trial, require_root, second_tier, skip, test_list};

/// Returns the tests of this module.
pub(crate) fn tests() -> Vec<Trial> {
    second_tier("needs root", test_list![the_closed_home_of_another_user_does_not_stop_built_in_presets])
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
