//! The folders that are searched for presets.

use super::{SET, VM, file};
use crate::harness::{RunResult, Scratch};

/// Runs the program with three preset folders: `one` and `two`, and the one in the home folder.
fn run(vm: &Scratch, args: &[&str]) -> RunResult {
    let path = format!("{}::{}", vm.path("one").display(), vm.path("two").display());
    let mut command = vm.command();
    command.env("VMXEDIT_PRESET_PATH", path).env("HOME", vm.path("home")).args(args);
    RunResult::new(args, &command.output().unwrap())
}

/// Creates the preset `mine` in two folders. The one in `two` sets 1, the one in the home folder sets 3.
fn vm_with_folders() -> Scratch {
    let vm = Scratch::with(VM);
    vm.write("two/mine.toml", file(SET));
    vm.write_private("home/.config/vmxedit/presets/mine.toml", file(&SET.replace('1', "3")));
    vm
}

#[test]
fn the_folders_of_the_environment_precede_those_of_the_user_and_of_the_system() {
    let vm = Scratch::with(VM);
    let folders = run(&vm, &["preset", "path"]).printed(0);
    let lines: Vec<&str> = folders.lines().collect();
    assert_eq!((lines.len(), lines[3]), (4, "/etc/vmxedit/presets"));
    assert!(lines[2].ends_with("home/.config/vmxedit/presets"), "{folders}");
}

#[test]
fn the_first_preset_folder_with_a_name_wins() {
    let vm = vm_with_folders();
    run(&vm, &["apply", "-n", "-p", "mine", "vm.vmx"]).prints("+ a.b = \"1\"\n");
    vm.write("one/mine.toml", file(&SET.replace('1', "2")));
    run(&vm, &["apply", "-n", "-p", "mine", "vm.vmx"]).prints("+ a.b = \"2\"\n");
}

#[test]
fn the_name_of_a_preset_is_matched_case_insensitively() {
    run(&vm_with_folders(), &["apply", "-n", "-p", "MINE", "vm.vmx"]).prints("+ a.b = \"1\"\n");
}

#[test]
fn a_preset_that_is_not_named_like_its_file_does_not_hide_the_others() {
    let vm = vm_with_folders();
    vm.write_private("home/.config/vmxedit/presets/macos-serial.toml", file(SET));
    let result = run(&vm, &["preset", "list"]);
    assert_eq!(result.code, 0);
    assert!(result.stdout.contains("mine") && !result.stdout.contains("macos-serial "), "{}", result.stdout);
    result.says(&["macos-serial.toml: warning: not a preset: it is named \"mine\""]);
}

#[test]
fn a_preset_that_other_users_can_write_is_ignored_unless_its_folder_is_named() {
    const FILE: &str = "home/.config/vmxedit/presets/ssd-emulation.toml";
    let mine = file(SET).replace("\"mine\"", "\"ssd-emulation\"");
    let vm = Scratch::with(VM);
    vm.write_private(FILE, &mine);
    let shown = run(&vm, &["preset", "show", "ssd-emulation"]).printed(0);
    assert!(shown.contains(&format!("Read from {}\n", vm.path(FILE).display())), "{shown}");
    let ignored = format!(
        "{}: warning: the preset is ignored: other users can write to it (mode 0666)",
        vm.path(FILE).display()
    );
    vm.set_mode(FILE, 0o666);
    for args in [&["preset", "show", "ssd-emulation", "-q"][..], &["preset", "list", "ssd-emulation"]] {
        let result = run(&vm, args);
        assert!(!result.stdout.contains(FILE), "{}", result.stdout);
        assert!(result.stdout.contains("ssd-emulation"), "the built-in one: {}", result.stdout);
        result.says(&[&ignored]);
    }
    vm.write_private("home/.config/vmxedit/presets/mine.toml", file(SET));
    vm.set_mode("home/.config/vmxedit/presets", 0o777);
    let result = run(&vm, &["apply", "-n", "-p", "mine", "vm.vmx"]);
    result.refuses(
        2,
        &["mine.toml: warning: the preset is ignored: other users can replace it", "no preset 'mine'"],
    );
    // The caller answers for these.
    vm.write("two/mine.toml", file(SET));
    vm.set_mode("two/mine.toml", 0o666);
    run(&vm, &["apply", "-n", "-p", "mine", "vm.vmx"]).prints("+ a.b = \"1\"\n");
    let by_path = run(&vm, &["apply", "-n", "-p", vm.path(FILE).to_str().unwrap(), "vm.vmx"]);
    by_path.reports(0, "+ a.b = \"1\"\n", &["ssd-emulation is read from "]);
}

#[test]
fn a_name_that_leaves_the_folder_is_refused() {
    let vm = vm_with_folders();
    for (hostile, code, why) in [
        ("../two/mine", 5, "cannot read the preset"),
        ("..", 2, "no preset '..'"),
        ("mine/", 5, "cannot read the preset"),
        ("a\nb", 2, "no preset 'a|0Ab'"),
        ("\u{202E}", 2, "no preset '\\u{202E}'"),
    ] {
        run(&vm, &["apply", "-n", "-p", hostile, "vm.vmx"]).refuses(code, &[why]);
    }
}

#[test]
fn a_pipe_in_a_preset_folder_is_reported() {
    let vm = Scratch::with(VM);
    vm.write("one/x", "");
    vm.make_fifo("one/pipe.toml");
    let result = run(&vm, &["preset", "list", "esxi"]);
    assert!(result.stdout.contains("  nested-esxi "), "{}", result.stdout);
    assert_eq!(result.code, 0);
    result.says(&["pipe.toml: warning: not a preset: not a regular file"]);
}
