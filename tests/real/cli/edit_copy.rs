//! The private copy that `edit` makes for the editor: where it is, who can read it, and when it is removed.

use std::fs;
use std::io::Read;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::edit::{VM, edit_command, start_edit, vm_with_editor, write_editor};
use crate::harness::{RunResult, Scratch, is_root, isolated};
use crate::parts::terminal::run_on_terminal;
use crate::suite::{Trial, first_tier, require_root, second_tier, skip, test_list};

/// Returns the tests of this module.
pub(crate) fn tests() -> Vec<Trial> {
    [
        first_tier(test_list![
            a_folder_for_temporary_files_that_cannot_be_used_is_an_error_and_leaves_nothing,
            a_folder_for_temporary_files_that_other_users_may_change_is_refused,
            a_copy_that_cannot_be_removed_is_reported_with_its_path,
            the_copy_of_a_killed_edit_is_named_and_removed_by_the_next_one,
            the_copy_of_a_running_edit_stays,
            the_copy_stays_while_the_editor_of_a_killed_edit_is_open,
            only_folders_that_edit_makes_are_removed,
            a_link_in_an_abandoned_copy_is_removed_and_not_followed,
            a_kept_text_is_not_removed_by_the_next_edit,
            without_a_terminal_and_without_a_named_editor_nothing_is_started,
            on_a_terminal_vi_is_started_if_no_editor_is_named
        ]),
        second_tier("takes seconds", test_list![the_copy_is_private_under_any_umask]),
        second_tier("needs root", test_list![a_copy_of_another_user_stays, an_empty_tmpdir_counts_as_unset]),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The user as whom tests run that need one without root's rights.
const USER: u32 = 65534;

fn run(command: &mut Command) -> RunResult {
    RunResult::new(&[], &command.output().unwrap())
}

/// Returns the paths of what is in the folder for temporary files.
fn copies(vm: &Scratch) -> Vec<PathBuf> {
    let entries = fs::read_dir(vm.path("tmp")).unwrap().map(|entry| entry.unwrap().path());
    entries.filter(|path| !path.ends_with(".keep")).collect()
}

fn wait_until(what: &str, holds: impl Fn() -> bool) {
    let start = Instant::now();
    while !holds() {
        assert!(start.elapsed() < Duration::from_secs(20), "{what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Kills the program with SIGKILL while its editor is open, ends the editor too, and returns the copy that is left.
fn kill_an_edit(vm: &Scratch) -> PathBuf {
    let mut child = start_edit(vm, &[]);
    let [copy] = &copies(vm)[..] else { panic!("one copy: {:?}", copies(vm)) };
    kill(&mut child);
    vm.write("go", "");
    // The editor has closed its end of the pipe when it has ended.
    child.stdout.take().unwrap().read_to_end(&mut Vec::new()).unwrap();
    fs::remove_file(vm.path("go")).unwrap();
    copy.clone()
}

fn kill(child: &mut Child) {
    child.kill().unwrap();
    assert_eq!(child.wait().unwrap().signal(), Some(9));
}

/// Makes a folder that looks like one of a killed run, with a file in it.
fn plant(vm: &Scratch, name: &str) -> PathBuf {
    vm.write(&format!("tmp/{name}/vm.vmx"), VM);
    let folder = vm.path("tmp").join(name);
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o700)).unwrap();
    folder
}

fn an_empty_tmpdir_counts_as_unset() {
    require_root();
    let vm = vm_with_editor(VM, "echo \"$f\" > seen");
    vm.copy_program("program");
    // An edit removes abandoned copies in the folder for temporary files: not those of the machine.
    let script = "mount -t tmpfs none /tmp && ./program edit vm.vmx -q && test -z \"$(ls /tmp)\"";
    let mut command = isolated("unshare");
    command.args(["--mount", "sh", "-c", script]).current_dir(vm.path("")).stdin(Stdio::null());
    run(command.env("EDITOR", "./editor").env("TMPDIR", "")).prints("");
    let seen = String::from_utf8(vm.read("seen")).unwrap();
    assert!(seen.starts_with("/tmp/vmxedit-edit-"), "{seen}");
}

fn the_copy_is_private_under_any_umask() {
    for umask in ["000", "022", "077", "0177", "0777"] {
        let script = "umask 022; stat -c %a \"$f\" \"${f%/*}\" > seen; sed -i s/512/1024/ \"$f\"";
        let vm = vm_with_editor(VM, script);
        let program = vm.copy_program("program");
        vm.set_mode("", 0o1777);
        vm.set_mode("tmp", 0o1777);
        vm.set_mode("vm.vmx", 0o644);
        let script = format!("umask {umask}; exec '{}' edit vm.vmx -q", program.display());
        let mut command = as_user();
        command.args(["sh", "-c", &script]).current_dir(vm.path("")).stdin(Stdio::null());
        command.env("EDITOR", "./editor").env("TMPDIR", vm.path("tmp"));
        if is_root() {
            std::os::unix::fs::chown(vm.path("vm.vmx"), Some(USER), Some(USER)).unwrap();
        }
        let result = run(&mut command);
        assert_eq!((result.code, &*result.stderr), (0, ""), "umask {umask}");
        assert_eq!(vm.read("seen"), b"600\n700\n", "umask {umask}");
        assert_eq!(vm.read("vm.vmx"), VM.replace("512", "1024").as_bytes(), "umask {umask}");
        assert!(copies(&vm).is_empty(), "umask {umask}");
    }
}

/// Returns a command that runs the program of its first argument without root's rights.
fn as_user() -> Command {
    if !is_root() {
        return isolated("env");
    }
    let mut command = isolated("setpriv");
    command.args([&format!("--reuid={USER}"), &format!("--regid={USER}"), "--clear-groups"]);
    command
}

fn a_folder_for_temporary_files_that_cannot_be_used_is_an_error_and_leaves_nothing() {
    let vm = vm_with_editor(VM, ": > opened");
    for folder in ["missing", "vm.vmx"] {
        run(edit_command(&vm, &[]).env("TMPDIR", vm.path(folder)))
            .refuses(5, &["cannot make a copy for the editor"]);
    }
    assert_eq!(vm.names(), ["editor", "tmp", "vm.vmx"]);
    assert_eq!(vm.read("vm.vmx"), VM.as_bytes());
}

fn a_folder_for_temporary_files_that_other_users_may_change_is_refused() {
    let vm = vm_with_editor(VM, ": > opened");
    vm.set_mode("tmp", 0o777);
    run(&mut edit_command(&vm, &[])).refuses(5, &["other users can replace files in", "set TMPDIR"]);
    assert_eq!(vm.read("vm.vmx"), VM.as_bytes());
    // Another user could replace the whole folder.
    vm.set_mode("tmp", 0o700);
    vm.set_mode("", 0o777);
    run(&mut edit_command(&vm, &[])).refuses(5, &["other users can replace files in", "set TMPDIR"]);
    assert_eq!(vm.read("vm.vmx"), VM.as_bytes());
}

fn a_copy_that_cannot_be_removed_is_reported_with_its_path() {
    let vm = vm_with_editor(VM, "mkdir \"${f%/*}/sub\"; : > \"${f%/*}/sub/file\"; chmod 0 \"${f%/*}/sub\"");
    let program = vm.copy_program("program");
    for (name, mode) in [("", 0o1777), ("tmp", 0o1777), ("vm.vmx", 0o666)] {
        vm.set_mode(name, mode);
    }
    let mut command = as_user();
    command.arg(program).args(["edit", "vm.vmx", "-q"]).current_dir(vm.path("")).stdin(Stdio::null());
    command.env("EDITOR", "./editor").env("TMPDIR", vm.path("tmp"));
    let result = run(&mut command);
    let [folder] = &copies(&vm)[..] else { panic!("one copy: {:?}", copies(&vm)) };
    let folder_name = folder.display();
    assert_eq!((result.code, &*result.stdout), (5, ""), "{}", result.stderr);
    result.says(&[
        &format!("cannot remove {folder_name}, which may contain passwords: Permission denied\n"),
        &format!("hint: rm -r {folder_name}\n"),
    ]);
    assert!(!folder.join("vm.vmx").exists(), "what can be removed should be removed");
    fs::set_permissions(folder.join("sub"), fs::Permissions::from_mode(0o700)).unwrap();
}

fn the_copy_of_a_killed_edit_is_named_and_removed_by_the_next_one() {
    let vm = vm_with_editor(VM, "");
    let copy = kill_an_edit(&vm);
    assert!(fs::read_to_string(copy.join("vm.vmx")).unwrap().ends_with("a = \"1\"\n"));
    write_editor(&vm, "");
    let result = run(&mut edit_command(&vm, &[]));
    assert_eq!(result.code, 0, "{}", result.stderr);
    result.says(&[&format!("vmxedit: {} is removed: an earlier edit that was killed", copy.display())]);
    assert!(copies(&vm).is_empty());
    // The run that follows has nothing to say.
    run(&mut edit_command(&vm, &[])).refuses(0, &["nothing changed"]);
}

fn the_copy_of_a_running_edit_stays() {
    let vm = vm_with_editor(VM, "");
    let other = vm_with_editor(VM, "");
    let first = start_edit(&vm, &["-q"]);
    let copy = copies(&vm);
    let result = run(edit_command(&other, &[]).env("TMPDIR", vm.path("tmp")).env("EDITOR", "true"));
    assert_eq!(&*result.stderr, "vmxedit: vm.vmx: nothing changed\n");
    assert_eq!(copies(&vm), copy);
    vm.write("go", "");
    let output = first.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(vm.read("vm.vmx"), format!("{VM}a = \"1\"\n").as_bytes());
}

fn the_copy_stays_while_the_editor_of_a_killed_edit_is_open() {
    let vm = vm_with_editor(VM, "");
    let other = vm_with_editor(VM, "");
    let mut child = start_edit(&vm, &[]);
    kill(&mut child);
    let copy = copies(&vm);
    let next = || run(edit_command(&other, &[]).env("TMPDIR", vm.path("tmp")).env("EDITOR", "true")).stderr;
    assert_eq!(next(), "vmxedit: vm.vmx: nothing changed\n");
    assert_eq!(copies(&vm), copy);
    vm.write("go", "");
    child.stdout.take().unwrap().read_to_end(&mut Vec::new()).unwrap();
    wait_until("the copy should be removed", || next().contains("is removed") && copies(&vm).is_empty());
}

fn only_folders_that_edit_makes_are_removed() {
    let vm = vm_with_editor(VM, "");
    let kept = [
        plant(&vm, "vmxedit-kept-0123456789"),
        plant(&vm, "vmxedit-edit-012345678"),
        plant(&vm, "vmxedit-edit-012345678.9"),
        plant(&vm, "vmxedit-edit-open234567"),
    ];
    fs::set_permissions(&kept[3], fs::Permissions::from_mode(0o755)).unwrap();
    let target = plant(&vm, "target");
    let link = vm.path("tmp/vmxedit-edit-link234567");
    symlink(&target, &link).unwrap();
    let file = vm.write("tmp/vmxedit-edit-file234567", "");
    let removed = plant(&vm, "vmxedit-edit-0123456789");
    let result = run(&mut edit_command(&vm, &[]));
    assert_eq!(result.stderr.matches("is removed").count(), 1, "{}", result.stderr);
    assert!(!removed.exists());
    for path in kept.iter().chain([&target]) {
        assert_eq!(fs::read(path.join("vm.vmx")).unwrap(), VM.as_bytes(), "{}", path.display());
    }
    assert!(link.is_symlink() && file.is_file());
}

fn a_link_in_an_abandoned_copy_is_removed_and_not_followed() {
    let vm = vm_with_editor(VM, "");
    let folder = plant(&vm, "vmxedit-edit-0123456789");
    symlink(vm.path("outside"), folder.join("link")).unwrap();
    let outside = vm.write("outside/file", "x");
    run(&mut edit_command(&vm, &["-q"])).printed(0);
    assert!(!folder.exists());
    assert_eq!(fs::read(outside).unwrap(), b"x");
}

fn a_copy_of_another_user_stays() {
    require_root();
    let vm = vm_with_editor(VM, "");
    let folder = plant(&vm, "vmxedit-edit-0123456789");
    std::os::unix::fs::chown(&folder, Some(USER), Some(USER)).unwrap();
    run(&mut edit_command(&vm, &[])).refuses(0, &["nothing changed"]);
    assert_eq!(fs::read(folder.join("vm.vmx")).unwrap(), VM.as_bytes());
}

fn a_kept_text_is_not_removed_by_the_next_edit() {
    let vm = vm_with_editor(VM, "echo x = 1 >> \"$f\"; echo 'theirs = \"1\"' >> vm.vmx");
    let kept = run(&mut edit_command(&vm, &["--keep"]));
    let path = kept.stderr.trim_end().rsplit("is kept as ").next().unwrap().to_owned();
    assert_eq!(fs::read_to_string(&path).unwrap(), format!("{VM}x = 1\n"), "{}", kept.stderr);
    assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
    write_editor(&vm, "");
    run(&mut edit_command(&vm, &["-q"])).printed(0);
    assert!(PathBuf::from(path).exists());
}

fn without_a_terminal_and_without_a_named_editor_nothing_is_started() {
    let vm = vm_with_editor(VM, "");
    vm.write_script("bin/vi", "touch started");
    let Some(path) = std::env::var_os("PATH") else { skip("PATH is not set") };
    let path = format!("{}:{}", vm.path("bin").display(), path.to_string_lossy());
    for (name, value) in [("UNRELATED", ""), ("EDITOR", ""), ("VISUAL", "  ")] {
        let mut command = vm.command();
        command.args(["edit", "vm.vmx"]).env("PATH", &path).env("TMPDIR", vm.path("tmp")).env(name, value);
        let result = run(&mut command);
        result.refuses(5, &["vm.vmx: the file is unchanged: no editor is set", "hint: set VISUAL or EDITOR"]);
    }
    assert_eq!(vm.names(), ["bin", "editor", "tmp", "vm.vmx"]);
    assert!(copies(&vm).is_empty());
}

fn on_a_terminal_vi_is_started_if_no_editor_is_named() {
    let vm = vm_with_editor(VM, "");
    vm.write_script("bin/vi", "touch started");
    let path = format!("{}:{}", vm.path("bin").display(), std::env::var("PATH").unwrap_or_default());
    let mut command = vm.command();
    command.args(["edit", "vm.vmx"]).env("PATH", path).env("TMPDIR", vm.path("tmp"));
    let (shown, code) = run_on_terminal(&command, "", "");
    assert_eq!(code, 0, "{shown}");
    assert!(vm.path("started").exists(), "{shown}");
}
