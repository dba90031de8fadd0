//! Which symbolic links a command that writes follows.

use std::fs;
use std::os::unix::fs::MetadataExt;

use rustix::fs::{AtFlags, CWD, linkat};

use super::{ATTACKER, Scene, VM};
use crate::harness::command_as;
use crate::parts::tracer;
use crate::suite::{Trial, require_root, second_tier, test_list};

/// Returns the tests of this module.
pub(crate) fn tests() -> Vec<Trial> {
    second_tier(
        "needs root",
        test_list![
            a_link_of_another_user_to_a_file_of_roots_is_refused_and_the_target_is_named,
            force_does_not_follow_a_link_that_is_not_trusted,
            no_link_is_followed_below_a_folder_given_with_r,
            a_folder_link_of_another_user_to_a_folder_of_roots_is_refused,
            a_hard_link_to_a_symbolic_link_of_roots_is_refused,
            a_link_of_root_or_of_the_owner_of_its_target_is_followed,
            a_link_of_the_user_who_runs_the_program_is_followed,
            commands_that_only_read_follow_links,
            a_working_directory_is_not_reached_through_a_link_of_another_user
        ],
    )
}

/// The commands that write `vm.vmx` in the attacker's folder.
const EDITS: &[&[&str]] = &[
    &["set", "vm.vmx", "memsize=4096"],
    &["unset", "vm.vmx", "memsize"],
    &["rename", "vm.vmx", "memsize", "memory"],
    &["apply", "--set", "memsize=4096", "vm.vmx"],
    &["apply", "--set", "memsize=4096", "."],
    &["check", "--fix", "vm.vmx"],
    &["restore", "vm.vmx"],
    &["edit", "vm.vmx"],
];

/// Returns a scene in which `home/vm.vmx` is free for a link, with an editor and a backup.
fn scene() -> Scene {
    let scene = Scene::new();
    fs::remove_file(scene.path("home/vm.vmx")).unwrap();
    scene.write("home/vm.vmx.bak", "memsize = \"512\"\n");
    scene.scratch.write_script("editor", "for f; do :; done\necho 'memsize = \"4096\"' > \"$f\"");
    scene
}

/// Runs a command with the editor of [`scene`].
#[track_caller]
fn run(scene: &Scene, args: &[&str]) -> tracer::Ended {
    let mut command = scene.command(args);
    let ended = tracer::measure(command.env("EDITOR", format!("sh {}", scene.path("editor").display())));
    scene.assert_prompt(&ended, args);
    ended
}

fn a_link_of_another_user_to_a_file_of_roots_is_refused_and_the_target_is_named() {
    require_root();
    for target in ["root/secret", "root/empty"] {
        for args in EDITS {
            let mut scene = scene();
            scene.make_link("home/vm.vmx", target);
            scene.remember();
            let ended = run(&scene, args);
            let (path, stderr) = (scene.path(target), scene.stderr());
            let context = format!("{target}: {args:?}: {ended:?} {stderr}");
            scene.assert_outside_unchanged(&context);
            scene.assert_nothing_disclosed(&context);
            if target == "root/empty" && matches!(args[0], "unset" | "rename" | "check") {
                assert!(matches!(ended.code, Some(0 | 1)), "there is nothing to do: {context}");
                continue;
            }
            assert_eq!(ended.code, Some(3), "{context}");
            let hint = stderr.lines().find(|line| line.contains("hint:")).unwrap_or_default();
            assert!(hint.contains(path.to_str().unwrap()), "{context}");
        }
    }
}

fn force_does_not_follow_a_link_that_is_not_trusted() {
    require_root();
    let mut scene = scene();
    scene.make_link("home/vm.vmx", "root/secret");
    scene.remember();
    let ended = run(&scene, &["set", "--force", "vm.vmx", "memsize=4096"]);
    scene.assert_outside_unchanged(&scene.stderr());
    assert_eq!(ended.code, Some(3), "{}", scene.stderr());
}

fn no_link_is_followed_below_a_folder_given_with_r() {
    require_root();
    for (name, target) in [("vm.vmx", "root/secret"), ("vm.vmx", "root/empty"), ("folder", "root")] {
        let mut scene = scene();
        scene.write_private("root/vm.vmx", super::SECRET);
        scene.write("home/other.vmx", VM);
        scene.make_link(&format!("home/{name}"), target);
        for args in [&["apply", "-r", "--set", "memsize=4096", "."][..], &["check", "--fix", "-r", "."]] {
            scene.remember();
            let ended = run(&scene, args);
            let context = format!("{name}: {args:?}: {ended:?} {}", scene.stderr());
            scene.assert_outside_unchanged(&context);
            assert!(matches!(ended.code, Some(0 | 1 | 3)), "{context}");
        }
        let edited = scene.scratch.read("home/other.vmx");
        assert!(String::from_utf8_lossy(&edited).contains("\"4096\""), "{name}: {}", scene.stderr());
    }
}

fn a_folder_link_of_another_user_to_a_folder_of_roots_is_refused() {
    require_root();
    let mut scene = scene();
    scene.write_private("root/vm.vmx", super::SECRET);
    scene.make_link("home/folder", "root");
    scene.remember();
    for args in [
        &["set", "folder/vm.vmx", "memsize=4096"][..],
        &["set", "folder", "memsize=4096"],
        &["apply", "--set", "memsize=4096", "folder/vm.vmx"],
        &["apply", "-r", "--set", "memsize=4096", "folder"],
        &["check", "--fix", "folder/vm.vmx"],
        &["edit", "folder/vm.vmx"],
    ] {
        let ended = run(&scene, args);
        let context = format!("{args:?}: {ended:?} {}", scene.stderr());
        assert_eq!(ended.code, Some(3), "{context}");
        scene.assert_outside_unchanged(&context);
    }
}

fn a_hard_link_to_a_symbolic_link_of_roots_is_refused() {
    require_root();
    let mut scene = scene();
    scene.make_link_of(0, "root/link", "root/secret");
    // Where `fs.protected_hardlinks` is 0, the attacker can do this herself.
    linkat(CWD, scene.path("root/link"), CWD, scene.path("home/vm.vmx"), AtFlags::empty()).unwrap();
    assert_eq!(fs::symlink_metadata(scene.path("home/vm.vmx")).unwrap().nlink(), 2);
    for args in EDITS {
        scene.remember();
        let ended = run(&scene, args);
        let context = format!("{args:?}: {ended:?} {}", scene.stderr());
        scene.assert_outside_unchanged(&context);
        assert_eq!(ended.code, Some(3), "{context}");
    }
}

fn a_link_of_root_or_of_the_owner_of_its_target_is_followed() {
    require_root();
    for (owner_of_link, target) in [(0, "root/secret"), (0, "other/vm.vmx"), (ATTACKER, "other/vm.vmx")] {
        let scene = scene();
        scene.make_folder("other");
        scene.write("other/vm.vmx", VM);
        scene.make_link_of(owner_of_link, "home/vm.vmx", target);
        let ended = run(&scene, &["set", "-q", "vm.vmx", "memsize=4096"]);
        assert_eq!(ended.code, Some(0), "{owner_of_link} {target}: {}", scene.stderr());
        let edited = scene.scratch.read(target);
        assert!(String::from_utf8_lossy(&edited).contains("memsize = \"4096\""), "{owner_of_link} {target}");
        assert!(scene.path("home/vm.vmx").is_symlink(), "{owner_of_link} {target}");
    }
}

fn a_link_of_the_user_who_runs_the_program_is_followed() {
    require_root();
    let scene = scene();
    scene.make_folder("other");
    // The file of another user that this one may write, in a folder of this one.
    scene.scratch.write("other/vm.vmx", VM);
    scene.scratch.set_mode("other/vm.vmx", 0o666);
    scene.make_link("home/vm.vmx", "other/vm.vmx");
    let program = scene.scratch.copy_program("vmxedit");
    let mut command = command_as(ATTACKER, ATTACKER, program);
    // The owner of the new file is another one.
    command.args(["set", "-q", "vm.vmx", "memsize=4096", "--lossy-metadata"]);
    command.current_dir(scene.path("home")).env("TMPDIR", scene.path(""));
    scene.redirect(&mut command);
    let status = command.status().unwrap();
    assert_eq!(status.code(), Some(0), "{}", scene.stderr());
    let edited = scene.scratch.read("other/vm.vmx");
    assert!(String::from_utf8_lossy(&edited).contains("memsize = \"4096\""));
}

fn commands_that_only_read_follow_links() {
    require_root();
    let scene = scene();
    scene.make_link("home/vm.vmx", "root/secret");
    let ended = run(&scene, &["get", "vm.vmx", "memsize"]);
    assert_eq!((ended.code, &*scene.stdout()), (Some(0), "1024\n"), "{}", scene.stderr());
}

fn a_working_directory_is_not_reached_through_a_link_of_another_user() {
    require_root();
    let scene = Scene::new();
    scene.write("home/vm.vmx", "memsize = \"1024\"\nworkingDir = \"folder\"\n");
    scene.write_private("root/vm.vmss", "");
    scene.make_link("home/folder", "root");
    let status = || {
        let output = scene.scratch.command().args(["status", "home/vm.vmx"]).output().unwrap();
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    let printed = status();
    assert!(printed.starts_with("home/vm.vmx: off\n"), "{printed}");
    assert!(printed.contains("cannot be opened: the link home/folder belongs to another user"), "{printed}");
    fs::remove_file(scene.path("home/folder")).unwrap();
    scene.make_link_of(0, "home/folder", "root");
    let printed = status();
    assert!(printed.starts_with("home/vm.vmx: suspended\n"), "{printed}");
}
