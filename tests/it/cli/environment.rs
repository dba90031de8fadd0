//! Environment variables, except those of color and of the editor.

use crate::harness::{RunResult, Scratch};

fn run_with(vm: &Scratch, variables: &[(&str, &str)], args: &[&str]) -> RunResult {
    RunResult::new(args, &vm.command().args(args).envs(variables.iter().copied()).output().unwrap())
}

#[test]
fn the_presets_of_the_user_are_in_xdg_config_home() {
    let vm = Scratch::new();
    let result = run_with(&vm, &[("XDG_CONFIG_HOME", "/config"), ("HOME", "/home/x")], &["preset", "path"]);
    result.prints("/config/vmxedit/presets\n/etc/vmxedit/presets\n");
}

#[test]
fn without_xdg_config_home_the_presets_of_the_user_are_below_home() {
    let vm = Scratch::new();
    for variables in [&[("HOME", "/home/x")][..], &[("XDG_CONFIG_HOME", ""), ("HOME", "/home/x")]] {
        run_with(&vm, variables, &["preset", "path"])
            .prints("/home/x/.config/vmxedit/presets\n/etc/vmxedit/presets\n");
    }
}

#[test]
fn a_relative_xdg_config_home_is_ignored() {
    let vm = Scratch::new();
    run_with(&vm, &[("XDG_CONFIG_HOME", "config"), ("HOME", "/home/x")], &["preset", "path"])
        .prints("/home/x/.config/vmxedit/presets\n/etc/vmxedit/presets\n");
}

#[test]
fn the_folders_of_vmxedit_preset_path_are_searched_first() {
    let vm = Scratch::new();
    run_with(&vm, &[("VMXEDIT_PRESET_PATH", "/one:/two"), ("HOME", "/home/x")], &["preset", "path"])
        .prints("/one\n/two\n/home/x/.config/vmxedit/presets\n/etc/vmxedit/presets\n");
}

#[test]
fn a_preset_in_xdg_config_home_is_found_by_its_name() {
    let vm = Scratch::with("x = \"1\"\n");
    vm.write_private(
        "config/vmxedit/presets/mine.toml",
        "name = \"mine\"\ntitle = \"Mine\"\nreason = \"Because.\"\n[[steps]]\nset = \"a\"\nvalue = \"1\"\n",
    );
    let config = vm.path("config");
    run_with(&vm, &[("XDG_CONFIG_HOME", config.to_str().unwrap())], &["apply", "-p", "mine", "vm.vmx"])
        .prints("+ a = \"1\"\n");
}

#[test]
fn columns_is_the_width_of_help() {
    let vm = Scratch::new();
    let help = |columns| run_with(&vm, &[("COLUMNS", columns)], &["get", "-h"]).stdout;
    let text = |lines: &str| lines.split_whitespace().collect::<Vec<_>>().join(" ");
    let (narrow, wide) = (help("60"), help("120"));
    // A line of the help that a narrow terminal does not have room for.
    let line =
        "<FILE>    The .vmx file, a directory that contains one, a Fusion bundle, or - for standard input";
    assert!(wide.contains(line) && !narrow.contains(line), "{narrow}{wide}");
    assert_eq!(text(&narrow), text(&wide));
}
