//! The configuration file: its keys, its precedence, and which commands read it.

use std::os::unix::fs::symlink;

use crate::harness::{RunResult, Scratch};

const FILE: &str = "config/vmxedit/config.toml";

/// Creates a VM with `a = "1"` and a configuration file.
fn vm_with(config: &str) -> Scratch {
    let vm = Scratch::with("a = \"1\"\n");
    vm.write_private(FILE, config);
    vm
}

fn run_with(vm: &Scratch, variables: &[(&str, &str)], args: &[&str]) -> RunResult {
    let mut command = vm.command();
    command.env_remove("VMXEDIT_CONFIG").env("XDG_CONFIG_HOME", vm.path("config"));
    command.args(args).envs(variables.iter().copied());
    RunResult::new(args, &command.output().unwrap())
}

fn run(vm: &Scratch, args: &[&str]) -> RunResult {
    run_with(vm, &[], args)
}

#[test]
fn backup_keeps_the_old_file_of_every_edit() {
    let vm = vm_with("backup = true\n");
    run(&vm, &["set", "vm.vmx", "a=2"]).reports(
        0,
        "~ a = \"1\" -> \"2\"\n",
        &["vm.vmx: the old file is kept as vm.vmx.bak\n"],
    );
    run(&vm, &["unset", "vm.vmx", "a", "-q"]).printed(0);
    assert_eq!(
        (vm.read("vm.vmx.bak"), vm.read("vm.vmx.bak.1")),
        (b"a = \"1\"\n".to_vec(), b"a = \"2\"\n".to_vec())
    );
}

#[test]
fn backup_may_be_a_suffix_which_restore_uses_as_well() {
    let vm = vm_with("backup = \".old\"\n");
    run(&vm, &["set", "vm.vmx", "a=2", "-q"]).printed(0);
    run(&vm, &["set", "vm.vmx", "a=3", "--backup", "-q"]).printed(0);
    assert_eq!(
        (vm.read("vm.vmx.old"), vm.read("vm.vmx.old.1")),
        (b"a = \"1\"\n".to_vec(), b"a = \"2\"\n".to_vec())
    );
    run(&vm, &["diff", "vm.vmx", "--backup"]).exits(1, "~ a = \"2\" -> \"3\"\n");
    let result = run(&vm, &["restore", "vm.vmx", "--no-backup"]);
    result.reports(0, "~ a = \"3\" -> \"2\"\n", &["restored from vm.vmx.old.1\n"]);
}

#[test]
fn restore_ends_although_every_edit_keeps_a_backup() {
    let vm = vm_with("backup = true\n");
    for value in 2..4 {
        run(&vm, &["set", "vm.vmx", &format!("a={value}"), "-q"]).printed(0);
    }
    run(&vm, &["restore", "vm.vmx", "-q"]).prints("~ a = \"3\" -> \"2\"\n");
    run(&vm, &["set", "vm.vmx", "a=9", "-q"]).printed(0);
    run(&vm, &["restore", "vm.vmx", "-q"]).prints("~ a = \"9\" -> \"2\"\n");
    run(&vm, &["restore", "vm.vmx", "-q"]).prints("~ a = \"2\" -> \"3\"\n");
    run(&vm, &["restore", "vm.vmx", "-q"]).prints("~ a = \"3\" -> \"1\"\n");
    run(&vm, &["restore", "vm.vmx"]).reports(0, "", &["nothing to restore"]);
}

#[test]
fn an_option_takes_precedence() {
    let vm = vm_with("backup = true\nwait = true\n");
    run(&vm, &["set", "vm.vmx", "a=2", "--no-backup", "-q"]).printed(0);
    run(&vm, &["set", "vm.vmx", "a=3", "--backup=.old", "-q"]).printed(0);
    vm.write("vm.vmss", "state");
    run(&vm, &["set", "vm.vmx", "a=4", "--wait=0", "-q"]).refuses(3, &["the VM is suspended"]);
    assert_eq!(vm.names(), ["config", "vm.vmss", "vm.vmx", "vm.vmx.old"]);
}

#[test]
fn no_backup_and_backup_exclude_each_other() {
    let vm = vm_with("");
    run(&vm, &["set", "vm.vmx", "a=2", "--no-backup", "--backup"]).refuses(2, &["cannot be used with"]);
}

#[test]
fn wait_is_the_time_that_an_edit_waits() {
    let vm = vm_with("wait = 1\n");
    vm.write("vm.vmss", "state");
    let result = run(&vm, &["set", "vm.vmx", "a=2"]);
    result.refuses(3, &["waiting: the VM is suspended"]);
}

#[test]
fn jobs_is_the_number_of_parallel_jobs() {
    let vm = vm_with("jobs = 1\n");
    vm.write("b.vmx", "a = \"1\"\n");
    run(&vm, &["apply", "--set", "a=2", "vm.vmx", "b.vmx", "-q"])
        .prints("vm.vmx: ~ a = \"1\" -> \"2\"\nb.vmx: ~ a = \"1\" -> \"2\"\n");
}

#[test]
fn color_colors_edits_unless_an_option_or_the_environment_decides() {
    let vm = vm_with("color = \"always\"\n");
    let shown = |variables: &[(&str, &str)], args: &[&str]| {
        run_with(&vm, variables, &[&["set", "vm.vmx", "a=2", "-n"], args].concat()).printed(0)
    };
    assert_eq!(shown(&[], &[]), "\x1b[33m~ a = \"1\" -> \"2\"\x1b[0m\n");
    let plain = "~ a = \"1\" -> \"2\"\n";
    assert_eq!(shown(&[], &["--color=never"]), plain);
    assert_eq!(shown(&[], &["--color=auto"]), plain);
    assert_eq!(shown(&[("NO_COLOR", "1")], &[]), plain);
    assert_eq!(shown(&[("CLICOLOR", "0")], &[]), plain);
}

#[test]
fn preset_folders_are_searched_after_those_of_the_environment() {
    let vm = vm_with("preset-folders = [\"/srv/one\", \"/srv/two\"]\n");
    let home = vm.path("config").display().to_string();
    run_with(&vm, &[("VMXEDIT_PRESET_PATH", "/first")], &["preset", "path"])
        .prints(&format!("/first\n/srv/one\n/srv/two\n{home}/vmxedit/presets\n/etc/vmxedit/presets\n"));
}

#[test]
fn a_preset_in_a_configured_folder_is_applied_listed_and_compared() {
    let vm = Scratch::with("a = \"1\"\n");
    let folder = vm.path("shared").display().to_string();
    vm.write_private(FILE, format!("preset-folders = [\"{folder}\"]\n"));
    vm.write_private(
        "shared/mine.toml",
        "name = \"mine\"\ntitle = \"Mine\"\nreason = \"Because.\"\n[[steps]]\nset = \"b\"\nvalue = \"1\"\n",
    );
    assert!(run(&vm, &["preset", "list", "mine"]).printed(0).contains("Mine"));
    run(&vm, &["diff", "vm.vmx", "--preset", "mine"]).exits(1, "+ b = \"1\"\n");
    run(&vm, &["apply", "-p", "mine", "vm.vmx"]).prints("+ b = \"1\"\n");
}

#[test]
fn standard_input_is_edited_whatever_the_file_says() {
    let vm = vm_with("backup = true\nwait = true\n");
    let mut command = vm.command();
    command.env_remove("VMXEDIT_CONFIG").env("XDG_CONFIG_HOME", vm.path("config"));
    command.args(["set", "-", "a=2", "-q"]).stdin(std::fs::File::open(vm.path("vm.vmx")).unwrap());
    RunResult::new(&["set", "-"], &command.output().unwrap()).prints("a = \"2\"\n");
}

#[test]
fn a_malformed_file_is_refused_with_its_line() {
    for (config, message) in [
        (
            "backup = true\nwiat = 2\n",
            "config.toml:2:1: not a configuration file: unknown key 'wiat'; did you mean wait?",
        ),
        (
            "jobs = 0\n",
            "config.toml:1:8: not a configuration file: jobs: it must be a whole number, 1 or more",
        ),
        ("backup = \"\n", "config.toml:1:"),
    ] {
        let vm = vm_with(config);
        for args in [&["set", "vm.vmx", "a=2"][..], &["preset", "list"], &["check", "--fix", "vm.vmx"]] {
            run(&vm, args).refuses(
                2,
                &[message, "hint: correct it, or run without a configuration file: VMXEDIT_CONFIG= vmxedit "],
            );
        }
        assert_eq!(vm.read("vm.vmx"), b"a = \"1\"\n");
        let error = run(&vm, &["set", "vm.vmx", "a=2", "--json"]).json();
        assert_eq!((&error["error"]["kind"], &error["error"]["code"]), (&"config".into(), &2.into()));
        assert!(
            error["error"]["line"].is_number() && error["file"].as_str().unwrap().ends_with(FILE),
            "{error}"
        );
    }
}

#[test]
fn commands_that_only_read_do_not_read_the_file() {
    let vm = vm_with("not toml");
    for args in [
        &["get", "vm.vmx", "a"][..],
        &["list", "vm.vmx"],
        &["status", "vm.vmx"],
        &["check", "vm.vmx"],
        &["diff", "vm.vmx", "vm.vmx"],
        &["man", "get"],
        &["completions", "bash"],
    ] {
        let result = run(&vm, args);
        assert!(!result.stderr.contains("config.toml"), "{args:?}: {}", result.stderr);
    }
}

#[test]
fn a_file_that_others_can_write_is_ignored_with_one_warning() {
    for mode in [0o666, 0o664, 0o602] {
        let vm = vm_with("backup = true\n");
        vm.set_mode(FILE, mode);
        let result = run(&vm, &["set", "vm.vmx", "a=2"]);
        assert_eq!((result.code, result.stderr.lines().count()), (0, 2), "{}", result.stderr);
        let file = vm.path(FILE).display().to_string();
        result.says(&[
            "config/vmxedit/config.toml: warning: the configuration file is ignored: other users can write to it",
            &format!("hint: chmod go-w {file}\n"),
        ]);
        assert!(!vm.names().contains(&"vm.vmx.bak".to_owned()));
    }
}

#[test]
fn an_edit_without_the_configured_backup_warns_even_if_it_is_quiet_and_in_json() {
    let vm = vm_with("backup = true\n");
    vm.set_mode(FILE, 0o666);
    let warning = "the configuration file is ignored: other users can write to it (mode 0666)";
    run(&vm, &["set", "vm.vmx", "a=2", "-q"]).says(&[warning]);
    let edit = run(&vm, &["set", "vm.vmx", "a=3", "--json"]).json();
    let warnings = edit["warnings"].as_array().unwrap();
    assert!(warnings.len() == 1 && warnings[0].as_str().unwrap().ends_with(warning), "{edit}");
    // These lack nothing.
    for args in [
        &["set", "vm.vmx", "a=4", "-q", "--check"][..],
        &["set", "vm.vmx", "a=4", "-q", "--backup"],
        &["set", "vm.vmx", "a=5", "-q", "--no-backup"],
        &["preset", "path", "-q"],
    ] {
        assert_eq!(run(&vm, args).stderr, "", "{args:?}");
    }
}

#[test]
fn a_file_in_a_folder_that_others_can_write_is_ignored() {
    let vm = vm_with("backup = true\n");
    for (folder, mode) in [("config/vmxedit", 0o777), ("config/vmxedit", 0o775), ("config", 0o775)] {
        vm.set_mode(folder, mode);
        let result = run(&vm, &["set", "vm.vmx", "a=2", "-n"]);
        let folder = vm.path(folder).display().to_string();
        result.reports(
            0,
            "~ a = \"1\" -> \"2\"\n",
            &[
                &format!("is ignored: other users can replace it: they can change the directory {folder}\n"),
                &format!("hint: chmod go-w {folder}\n"),
            ],
        );
        let folder = folder.strip_prefix(&vm.path("").display().to_string()).unwrap().trim_start_matches('/');
        vm.set_mode(folder, 0o755);
    }
    run(&vm, &["set", "vm.vmx", "a=2", "-q"]).printed(0);
    assert_eq!(vm.read("vm.vmx.bak"), b"a = \"1\"\n");
}

#[test]
fn a_link_to_a_file_of_the_user_is_followed() {
    let vm = vm_with("");
    vm.write_private("dotfiles/vmxedit.toml", "backup = true\n");
    std::fs::remove_file(vm.path(FILE)).unwrap();
    symlink(vm.path("dotfiles/vmxedit.toml"), vm.path(FILE)).unwrap();
    run(&vm, &["set", "vm.vmx", "a=2", "-q"]).printed(0);
    assert_eq!(vm.read("vm.vmx.bak"), b"a = \"1\"\n");
}

#[test]
fn anything_but_a_regular_file_is_refused_at_once() {
    let vm = Scratch::with("a = \"1\"\n");
    vm.write("config/vmxedit/.keep", "");
    vm.make_fifo(FILE);
    run(&vm, &["set", "vm.vmx", "a=2"])
        .refuses(5, &["cannot read the configuration file: not a regular file"]);
    std::fs::remove_file(vm.path(FILE)).unwrap();
    std::fs::create_dir(vm.path(FILE)).unwrap();
    run(&vm, &["set", "vm.vmx", "a=2"]).refuses(
        5,
        &[
            "cannot read the configuration file: not a regular file\n",
            "hint: put a file there, or run without a configuration file: VMXEDIT_CONFIG= vmxedit set vm.vmx a=2\n",
        ],
    );
}

#[test]
fn the_variable_names_another_file_or_none() {
    let vm = vm_with("backup = true\n");
    vm.write_private("other.toml", "backup = \".other\"\n");
    run_with(&vm, &[("VMXEDIT_CONFIG", "other.toml")], &["set", "vm.vmx", "a=2", "-q"]).printed(0);
    for none in ["", "/dev/null"] {
        run_with(&vm, &[("VMXEDIT_CONFIG", none)], &["set", "vm.vmx", "a=3", "-q"]).printed(0);
    }
    assert_eq!(vm.names(), ["config", "other.toml", "vm.vmx", "vm.vmx.other"]);
    run_with(&vm, &[("VMXEDIT_CONFIG", "nope.toml")], &["set", "vm.vmx", "a=4"]).refuses(
        5,
        &["nope.toml: cannot read the configuration file: No such file", "hint: correct VMXEDIT_CONFIG"],
    );
}

#[test]
fn the_file_is_below_home_without_xdg_config_home() {
    let vm = Scratch::with("a = \"1\"\n");
    vm.write_private(".config/vmxedit/config.toml", "backup = true\n");
    let home = vm.path("");
    let variables = [("XDG_CONFIG_HOME", ""), ("HOME", home.to_str().unwrap())];
    run_with(&vm, &variables, &["set", "vm.vmx", "a=2", "-q"]).printed(0);
    assert!(vm.names().contains(&"vm.vmx.bak".to_owned()));
}
