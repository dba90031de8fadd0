//! What the attacker may put in the place of VMware's lock directory and into it.

use std::fs;
use std::os::unix::net::UnixListener;

use super::{Scene, VM};
use crate::harness::{dead_process_id, lock_member};
use crate::suite::{Trial, require_root, second_tier, test_list};

/// Returns the tests of this module.
pub(crate) fn tests() -> Vec<Trial> {
    second_tier(
        "needs root",
        test_list![
            lock_members_of_every_kind_are_refused_or_ignored_at_once,
            twenty_thousand_lock_members_are_handled_at_once,
            a_lock_directory_that_is_a_link_or_a_pipe_is_refused_and_nothing_is_created
        ],
    )
}

fn lock_members_of_every_kind_are_refused_or_ignored_at_once() {
    require_root();
    for name in ["M00001.lck", "E00001.lck"] {
        for kind in ["pipe", "socket", "device", "folder", "link", "endless link", "100 GB"] {
            let mut scene = Scene::new();
            scene.make_folder("home/vm.vmx.lck");
            scene.write_private("root/member", &String::from_utf8(lock_member("machine", "1-1(x)")).unwrap());
            let member = format!("home/vm.vmx.lck/{name}");
            match kind {
                "pipe" => scene.make_node(&member, &["p"]),
                "socket" => {
                    // The path of a socket is limited to 107 bytes.
                    UnixListener::bind(scene.path(&member)).unwrap();
                    scene.give(&member);
                }
                "device" => scene.make_node(&member, &["c", "1", "5"]),
                "folder" => scene.make_folder(&member),
                "link" => scene.make_link(&member, "root/member"),
                "endless link" => scene.make_link(&member, "/dev/zero"),
                _ => scene.make_sparse(&member, 100 << 30),
            }
            scene.remember();
            for args in [&["status", "vm.vmx"][..], &["set", "vm.vmx", "memsize=4096"]] {
                let ended = scene.run(args);
                let context = format!("{name}: {kind}: {args:?}: {ended:?} {}", scene.stderr());
                assert!(matches!(ended.code, Some(0 | 1 | 3 | 5)), "{context}");
                scene.assert_outside_unchanged(&context);
            }
        }
    }
}

fn twenty_thousand_lock_members_are_handled_at_once() {
    require_root();
    let gone = dead_process_id();
    let dead = lock_member(vmxedit::host::machine_id(), &format!("{gone}-5(vmware-vmx)"));
    for (kind, content) in [
        ("of dead processes", dead),
        ("of another machine", lock_member("AAAAAAL8AAAAAQAA", "1-5(x)")),
        ("empty", Vec::new()),
    ] {
        let scene = Scene::new();
        scene.make_folder("home/vm.vmx.lck");
        for member in 0..20_000 {
            fs::write(scene.path(&format!("home/vm.vmx.lck/M{member:05}.lck")), &content).unwrap();
        }
        for args in [&["status", "vm.vmx"][..], &["set", "vm.vmx", "memsize=4096"]] {
            let ended = scene.run(args);
            println!("{kind}: {args:?}: {ended:?}");
            assert!(matches!(ended.code, Some(0 | 1 | 3 | 5)), "{kind}: {args:?}: {}", scene.stderr());
        }
    }
}

fn a_lock_directory_that_is_a_link_or_a_pipe_is_refused_and_nothing_is_created() {
    require_root();
    for (kind, target) in [
        ("a link to a folder", "root/folder"),
        ("a link to a file", "root/secret"),
        ("a link to nothing", "root/nothing"),
        ("a pipe", ""),
    ] {
        let mut scene = Scene::new();
        fs::create_dir(scene.path("root/folder")).unwrap();
        scene.scratch.set_mode("root/folder", 0o700);
        match target {
            "" => scene.make_node("home/vm.vmx.lck", &["p"]),
            target => scene.make_link("home/vm.vmx.lck", target),
        }
        scene.remember();
        for args in [
            &["set", "vm.vmx", "memsize=4096"][..],
            &["apply", "-r", "--set", "memsize=4096", "."],
            &["restore", "vm.vmx", "vm.vmx"],
            &["status", "vm.vmx"],
        ] {
            let ended = scene.run(args);
            let context = format!("{kind}: {args:?}: {ended:?} {}", scene.stderr());
            let is_edit = !matches!(args[0], "status" | "restore");
            assert!(!is_edit || matches!(ended.code, Some(3 | 5)), "{context}");
            scene.assert_outside_unchanged(&context);
            assert_eq!(scene.scratch.read("home/vm.vmx"), VM.as_bytes(), "{context}");
        }
    }
}
