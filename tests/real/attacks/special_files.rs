//! Pipes, devices, endless and huge files in place of the files that belong to a VM.

use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rustix::fs::{CWD, RenameFlags, renameat_with};

use super::{Scene, VM};
use crate::harness::isolated;
use crate::parts::tracer::{measure, trace};
use crate::suite::{Trial, require_root, second_tier, test_list};

/// Returns the tests of this module.
pub(crate) fn tests() -> Vec<Trial> {
    second_tier(
        "needs root",
        test_list![
            a_planted_backup_link_is_not_restored_and_not_shown,
            restore_takes_an_older_regular_backup_or_refuses_where_the_newest_is_a_link,
            a_planted_hard_link_to_a_file_of_roots_is_no_backup,
            a_folder_of_roots_with_the_name_of_a_leftover_stays,
            a_planted_file_of_another_owner_is_no_backup,
            a_deep_tree_costs_little_memory,
            a_backup_that_is_not_a_regular_file_is_refused_at_once,
            a_huge_leftover_costs_neither_memory_nor_time,
            a_leftover_that_is_not_a_regular_file_is_ignored,
            a_vmsd_that_is_a_pipe_or_endless_or_huge_is_an_error_at_once,
            a_vm_that_is_a_pipe_or_endless_or_huge_is_an_error_at_once,
            a_pipe_that_takes_the_place_of_the_file_during_edits_stops_none_of_them,
            a_pipe_in_place_of_the_file_at_any_step_ends_the_edit,
            a_disk_that_is_a_device_or_a_pipe_is_never_opened,
            a_huge_descriptor_costs_neither_memory_nor_time
        ],
    )
}

const GB: u64 = 1 << 30;

fn a_planted_backup_link_is_not_restored_and_not_shown() {
    require_root();
    for commands in [&["restore", "vm.vmx"][..], &["diff", "vm.vmx", "--backup"]] {
        for target in ["root/secret", "root/empty"] {
            let mut scene = Scene::new();
            scene.make_link("home/vm.vmx.bak", target);
            scene.remember();
            let ended = scene.run(commands);
            let context = format!("{commands:?}, {target}: {ended:?} {}", scene.stderr());
            assert!(matches!(ended.code, Some(1 | 3 | 5)), "{context}");
            scene.assert_outside_unchanged(&context);
            scene.assert_nothing_disclosed(&context);
            assert_eq!(scene.scratch.read("home/vm.vmx"), VM.as_bytes(), "{context}");
        }
    }
}

fn restore_takes_an_older_regular_backup_or_refuses_where_the_newest_is_a_link() {
    require_root();
    let mut scene = Scene::new();
    scene.write("home/vm.vmx.bak", "memsize = \"512\"\n");
    scene.make_link("home/vm.vmx.bak.1", "root/secret");
    scene.remember();
    let ended = scene.run(&["restore", "vm.vmx"]);
    let now = scene.scratch.read("home/vm.vmx");
    let expected = if ended.code == Some(0) { "memsize = \"512\"\n" } else { VM };
    assert_eq!(now, expected.as_bytes(), "{ended:?}: {}", scene.stderr());
    scene.assert_outside_unchanged("restore");
    scene.assert_nothing_disclosed("restore");
}

fn a_planted_hard_link_to_a_file_of_roots_is_no_backup() {
    require_root();
    let mut scene = Scene::new();
    // As the owner of the folder could where fs.protected_hardlinks is 0.
    fs::hard_link(scene.path("root/secret"), scene.path("home/vm.vmx.bak")).unwrap();
    scene.remember();
    let ended = scene.run(&["restore", "vm.vmx"]);
    assert_eq!(ended.code, Some(5), "{}", scene.stderr());
    assert_eq!(scene.scratch.read("home/vm.vmx"), VM.as_bytes());
    scene.assert_outside_unchanged("restore");
}

fn a_folder_of_roots_with_the_name_of_a_leftover_stays() {
    require_root();
    for name in [".vm.vmx.vmxedit-aaaaaaaaaaaaaaaa.lock", ".vm.vmx.vmxedit-aaaaaaaaaaaaaaaa.new"] {
        let scene = Scene::new();
        scene.make_folder("home/folder");
        for file in ["M00001.lck", "M00002.lck", "notes"] {
            scene.write_private(&format!("home/folder/{file}"), "SECRET");
        }
        // As the owner of the folder around it may do.
        fs::rename(scene.path("home/folder"), scene.path(&format!("home/{name}"))).unwrap();
        let ended = scene.run(&["set", "vm.vmx", "memsize=4096"]);
        assert_eq!(ended.code, Some(0), "{}", scene.stderr());
        for file in ["M00001.lck", "M00002.lck", "notes"] {
            assert_eq!(scene.scratch.read(&format!("home/{name}/{file}")), b"SECRET", "{file}");
        }
    }
}

fn a_planted_file_of_another_owner_is_no_backup() {
    require_root();
    let scene = Scene::new();
    scene.write_private("home/other.vmx", "memsize = \"SECRET\"\n");
    fs::rename(scene.path("home/other.vmx"), scene.path("home/vm.vmx.bak")).unwrap();
    let ended = scene.run(&["restore", "vm.vmx"]);
    assert_eq!(ended.code, Some(5), "{}", scene.stderr());
    assert_eq!(scene.scratch.read("home/vm.vmx"), VM.as_bytes());
}

fn a_deep_tree_costs_little_memory() {
    require_root();
    let scene = Scene::new();
    let script = format!("for n in $(seq 300); do mkdir {0} && cd {0} || exit; done", "d".repeat(100));
    let made = isolated("bash").args(["-c", &script]).current_dir(scene.path("home")).status();
    assert!(made.unwrap().success());
    let ended = scene.run(&["apply", "-r", "--set", "memsize=4096", "."]);
    scene.assert_prompt(&ended, &["apply", "-r"]);
    assert_eq!(ended.code, Some(5), "a part of the tree is not searched: {}", scene.stderr());
    assert!(scene.stderr().contains("directories deep"), "{}", scene.stderr());
}

fn a_backup_that_is_not_a_regular_file_is_refused_at_once() {
    require_root();
    for kind in [&["p"][..], &["c", "1", "5"]] {
        let scene = Scene::new();
        scene.make_node("home/vm.vmx.bak", kind);
        let ended = scene.run(&["restore", "vm.vmx"]);
        assert!(matches!(ended.code, Some(1 | 3..=5)), "{kind:?}: {ended:?}");
        assert_eq!(scene.scratch.read("home/vm.vmx"), VM.as_bytes(), "{kind:?}");
    }
}

fn a_huge_leftover_costs_neither_memory_nor_time() {
    require_root();
    for len in [3 * GB, 200 << 20] {
        for name in [".vm.vmx.vmxedit-0-0-0.swap", ".vm.vmx.vmxedit-0-0-0.keep"] {
            let scene = Scene::new();
            scene.make_sparse(&format!("home/{name}"), len);
            let ended = scene.run(&["set", "-q", "vm.vmx", "memsize=4096"]);
            assert_eq!(ended.code, Some(0), "{name}: {}", scene.stderr());
            assert!(
                String::from_utf8_lossy(&scene.scratch.read("home/vm.vmx")).contains("\"4096\""),
                "{name}"
            );
        }
    }
}

fn a_leftover_that_is_not_a_regular_file_is_ignored() {
    require_root();
    let mut scene = Scene::new();
    scene.make_node("home/.vm.vmx.vmxedit-0-0-0.swap", &["p"]);
    scene.make_node("home/.vm.vmx.vmxedit-0-0-1.swap", &["c", "1", "5"]);
    scene.make_link("home/.vm.vmx.vmxedit-0-0-2.swap", "root/secret");
    scene.make_link("home/.vm.vmx.vmxedit-aZ09bY18cX27dW36.new", "root/secret");
    scene.remember();
    let ended = scene.run(&["set", "-q", "vm.vmx", "memsize=4096"]);
    assert_eq!(ended.code, Some(0), "{}", scene.stderr());
    scene.assert_outside_unchanged("set");
}

fn a_vmsd_that_is_a_pipe_or_endless_or_huge_is_an_error_at_once() {
    require_root();
    for kind in ["a pipe", "a link to /dev/zero", "3 GB"] {
        let scene = Scene::new();
        match kind {
            "a pipe" => scene.make_node("home/vm.vmsd", &["p"]),
            "3 GB" => scene.make_sparse("home/vm.vmsd", 3 * GB),
            _ => scene.make_link("home/vm.vmsd", "/dev/zero"),
        }
        for args in [
            &["apply", "-n", "-p", "clone-scrub", "vm.vmx"][..],
            &["apply", "-n", "-p", "snapshots-off", "vm.vmx"],
            &["preset", "list", "--for", "vm.vmx"],
            &["show", "vm.vmx"],
            &["check", "vm.vmx"],
        ] {
            let ended = scene.run(args);
            assert!(ended.code.is_some_and(|code| code != 2), "{kind}: {args:?}: {}", scene.stderr());
        }
    }
}

fn a_vm_that_is_a_pipe_or_endless_or_huge_is_an_error_at_once() {
    require_root();
    for kind in ["a pipe", "a device", "a link to /dev/zero", "3 GB"] {
        let scene = Scene::new();
        fs::remove_file(scene.path("home/vm.vmx")).unwrap();
        match kind {
            "a pipe" => scene.make_node("home/vm.vmx", &["p"]),
            "a device" => scene.make_node("home/vm.vmx", &["c", "1", "5"]),
            "3 GB" => scene.make_sparse("home/vm.vmx", 3 * GB),
            _ => scene.make_link("home/vm.vmx", "/dev/zero"),
        }
        for args in [
            &["set", "vm.vmx", "memsize=4096"][..],
            &["get", "vm.vmx", "memsize"],
            &["show", "vm.vmx"],
            &["check", "vm.vmx"],
            &["list", "vm.vmx"],
            &["diff", "vm.vmx", "other.vmx"],
            &["status", "vm.vmx"],
            &["check", "--fix", "vm.vmx"],
            &["apply", "-r", "--set", "memsize=4096", "."],
        ] {
            let ended = scene.run(args);
            let context = format!("{kind}: {args:?}: {ended:?}: {}", scene.stderr());
            assert!(ended.code.is_some_and(|code| code != 2), "{context}");
        }
    }
}

fn a_pipe_that_takes_the_place_of_the_file_during_edits_stops_none_of_them() {
    const RUNS: usize = 40;
    require_root();
    let scene = Scene::new();
    scene.make_node("home/pipe", &["p"]);
    let is_over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let (file, pipe) = (scene.path("home/vm.vmx"), scene.path("home/pipe"));
            while !is_over.load(Ordering::Relaxed) {
                let _ = renameat_with(CWD, &file, CWD, &pipe, RenameFlags::EXCHANGE);
                std::thread::sleep(Duration::from_micros(fastrand::u64(0..2_000)));
            }
        });
        let mut late = Vec::new();
        for run in 0..RUNS {
            let mut command = scene.command(&["set", "-q", "vm.vmx", &format!("memsize={}", 4 * (run + 1))]);
            // A run that hangs is asked to end after 5 seconds.
            let mut with_timeout = isolated("timeout");
            with_timeout
                .args(["-s", "TERM", "-k", "5", "5"])
                .arg(command.get_program())
                .args(command.get_args());
            with_timeout.current_dir(scene.path("home"));
            scene.redirect(&mut with_timeout);
            command = with_timeout;
            let code = command.status().unwrap().code();
            if !matches!(code, Some(0 | 3..=5)) {
                late.push((run, code, scene.stderr()));
            }
        }
        is_over.store(true, Ordering::Relaxed);
        assert!(late.is_empty(), "124: ended by TERM, 137: only by KILL: {late:?}");
    });
}

fn a_pipe_in_place_of_the_file_at_any_step_ends_the_edit() {
    require_root();
    let args = ["set", "-q", "vm.vmx", "memsize=4096"];
    let steps = {
        let scene = Scene::new();
        let mut steps = 0;
        let folder = scene.path("home");
        trace(&mut scene.command(&args), |call| steps += usize::from(super::swaps::concerns(call, &folder)));
        steps
    };
    for at in 0..steps {
        let scene = Scene::new();
        scene.make_node("home/pipe", &["p"]);
        let (file, pipe, folder) = (scene.path("home/vm.vmx"), scene.path("home/pipe"), scene.path("home"));
        let mut step = 0;
        let ended = trace(&mut scene.command(&args), |call| {
            if super::swaps::concerns(call, &folder) {
                if step == at {
                    renameat_with(CWD, &file, CWD, &pipe, RenameFlags::EXCHANGE).unwrap();
                }
                step += 1;
            }
        });
        let context = format!("step {at} of {steps}: {ended:?}: {}", scene.stderr());
        assert!(!ended.is_killed && matches!(ended.code, Some(0 | 3..=5)), "{context}");
    }
}

fn a_disk_that_is_a_device_or_a_pipe_is_never_opened() {
    require_root();
    for (disk, kind) in
        [("/dev/full", None), ("disk.vmdk", Some(&["p"][..])), ("disk.vmdk", Some(&["c", "10", "130"]))]
    {
        let scene = Scene::new();
        scene.write(
            "home/vm.vmx",
            format!(
                "{VM}scsi0.present = \"TRUE\"\nscsi0:0.present = \"TRUE\"\nscsi0:0.fileName = \"{disk}\"\n"
            ),
        );
        if let Some(kind) = kind {
            scene.make_node(&format!("home/{disk}"), kind);
        }
        let device = scene.path("home").join(disk);
        for args in [&["check", "vm.vmx"][..], &["show", "vm.vmx"], &["status", "vm.vmx"]] {
            let mut opened = Vec::new();
            let ended = trace(&mut scene.command(args), |call| {
                // A handle for the path alone does not open the device.
                if call.open_flags().is_some_and(|flags| flags & libc::O_PATH == 0) {
                    opened.extend(call.paths().into_iter().filter(|named| named.path == device));
                }
            });
            scene.assert_prompt(&ended, args);
            assert!(opened.is_empty(), "{args:?} {disk} {kind:?}: {opened:?}");
        }
    }
}

fn a_huge_descriptor_costs_neither_memory_nor_time() {
    require_root();
    let scene = Scene::new();
    scene.write(
        "home/vm.vmx",
        format!(
            "{VM}scsi0.present = \"TRUE\"\nscsi0:0.present = \"TRUE\"\nscsi0:0.fileName = \"disk.vmdk\"\n"
        ),
    );
    scene.make_sparse("home/disk.vmdk", 3 * GB);
    for args in [&["check", "vm.vmx"][..], &["show", "vm.vmx"]] {
        let ended = measure(&mut scene.command(args));
        scene.assert_prompt(&ended, args);
    }
}
