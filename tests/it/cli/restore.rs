//! The `restore` command: stepping back, the list of backups, and naming one.

use std::fs::File;
use std::time::{Duration, SystemTime};

use crate::harness::Scratch;

/// Creates a VM with `a = "4"` and three backups, of the values 1 to 3.
fn vm_with_backups() -> Scratch {
    let vm = Scratch::with("a = \"1\"\n");
    for value in 2..5 {
        vm.run(&["set", "vm.vmx", &format!("a={value}"), "--backup", "-q"]).printed(0);
    }
    vm
}

#[test]
fn repeated_calls_step_back_one_backup_at_a_time() {
    let vm = vm_with_backups();
    for (from, to, backup) in [(4, 3, "vm.vmx.bak.2"), (3, 2, "vm.vmx.bak.1"), (2, 1, "vm.vmx.bak")] {
        vm.run(&["restore", "vm.vmx"]).reports(
            0,
            &format!("~ a = \"{from}\" -> \"{to}\"\n"),
            &[&format!("vm.vmx: restored from {backup}\n")],
        );
    }
    vm.run(&["restore", "vm.vmx"]).reports(
        0,
        "",
        &["vm.vmx: nothing to restore: the file is equal to vm.vmx.bak, the oldest backup; --list shows the others\n"],
    );
    assert_eq!(vm.names(), ["vm.vmx", "vm.vmx.bak", "vm.vmx.bak.1", "vm.vmx.bak.2"]);
}

#[test]
fn after_another_edit_the_newest_backup_is_restored_again() {
    let vm = vm_with_backups();
    vm.run(&["restore", "vm.vmx", "-q"]).printed(0);
    vm.run(&["restore", "vm.vmx", "-q"]).printed(0);
    vm.run(&["set", "vm.vmx", "a=9", "-q"]).printed(0);
    vm.run(&["restore", "vm.vmx"]).reports(0, "~ a = \"9\" -> \"3\"\n", &["restored from vm.vmx.bak.2"]);
}

#[test]
fn a_restore_that_keeps_the_file_steps_back_as_well() {
    let vm = vm_with_backups();
    for (to, kept) in [(3, "vm.vmx.bak.3"), (2, "vm.vmx.bak.2"), (1, "vm.vmx.bak.1")] {
        let result = vm.run(&["restore", "vm.vmx", "--backup"]);
        result.says(&[&format!("the old file is kept as {kept}")]);
        assert_eq!(vm.read("vm.vmx"), format!("a = \"{to}\"\n").as_bytes());
    }
    assert_eq!(vm.names(), ["vm.vmx", "vm.vmx.bak", "vm.vmx.bak.1", "vm.vmx.bak.2", "vm.vmx.bak.3"]);
    vm.run(&["restore", "vm.vmx", "--backup"]).reports(
        0,
        "",
        &["the file is equal to vm.vmx.bak, the oldest backup"],
    );
}

#[test]
fn a_restore_makes_no_backup_of_what_has_one() {
    let vm = vm_with_backups();
    vm.run(&["restore", "vm.vmx", "-q"]).printed(0);
    let note = "no new backup: vm.vmx.bak.2 has the content of the old file";
    vm.run(&["restore", "vm.vmx", "--backup", "-n"]).says(&[note]);
    let edit = vm.run(&["restore", "vm.vmx", "--backup", "--json"]).json();
    assert_eq!((&edit["backup"], &edit["notes"][1]), (&"vm.vmx.bak.2".into(), &note.into()));
    // With another suffix there is none yet.
    vm.run(&["restore", "vm.vmx", "--backup=.old"]).says(&["the old file is kept as vm.vmx.old"]);
    assert_eq!(vm.names(), ["vm.vmx", "vm.vmx.bak", "vm.vmx.bak.1", "vm.vmx.bak.2", "vm.vmx.old"]);
}

#[test]
fn a_content_that_occurs_twice_is_stepped_through_twice() {
    let vm = Scratch::with("a = \"0\"\n");
    for value in [1, 2, 1, 3] {
        vm.run(&["set", "vm.vmx", &format!("a={value}"), "--backup", "-q"]).printed(0);
    }
    for (from, to, backup) in [(3, 1, "bak.3"), (1, 2, "bak.2"), (2, 1, "bak.1"), (1, 0, "bak")] {
        vm.run(&["restore", "vm.vmx"]).reports(
            0,
            &format!("~ a = \"{from}\" -> \"{to}\"\n"),
            &[&format!("restored from vm.vmx.{backup}\n")],
        );
    }
    vm.run(&["restore", "vm.vmx"]).reports(0, "", &["nothing to restore: the file is equal to vm.vmx.bak"]);
}

#[test]
fn an_edit_that_brings_an_old_content_back_is_undone() {
    let vm = Scratch::with("a = \"2048\"\n");
    for value in ["4096", "2048"] {
        vm.run(&["set", "vm.vmx", &format!("a={value}"), "--backup", "-q"]).printed(0);
    }
    vm.run(&["restore", "vm.vmx"]).reports(
        0,
        "~ a = \"2048\" -> \"4096\"\n",
        &["restored from vm.vmx.bak.1\n"],
    );
    vm.run(&["restore", "vm.vmx"]).reports(
        0,
        "~ a = \"4096\" -> \"2048\"\n",
        &["restored from vm.vmx.bak\n"],
    );
}

#[test]
fn steps_end_after_an_edit_between_them_if_every_edit_keeps_a_backup() {
    let vm = vm_with_backups();
    let edit = |args: &[&str]| vm.run(&[args, &["--backup", "-q"]].concat()).printed(0);
    edit(&["restore", "vm.vmx"]);
    edit(&["restore", "vm.vmx"]);
    edit(&["set", "vm.vmx", "a=9"]);
    let step = || {
        edit(&["restore", "vm.vmx"]);
        String::from_utf8(vm.read("vm.vmx")).unwrap().trim_end().to_owned()
    };
    let steps = [step(), step(), step(), step(), step()];
    assert_eq!(steps, ["a = \"2\"", "a = \"4\"", "a = \"3\"", "a = \"1\"", "a = \"1\""]);
}

#[test]
fn the_file_gets_the_time_of_its_backup() {
    let vm = vm_with_backups();
    let time = |name: &str| std::fs::metadata(vm.path(name)).unwrap().modified().unwrap();
    vm.run(&["restore", "vm.vmx", "-q"]).printed(0);
    assert_eq!(time("vm.vmx"), time("vm.vmx.bak.2"));
    vm.run(&["restore", "vm.vmx", "0", "-q"]).printed(0);
    assert_eq!(time("vm.vmx"), time("vm.vmx.bak"));
}

#[test]
fn a_dry_run_names_the_backup_that_is_next() {
    let vm = vm_with_backups();
    vm.run(&["restore", "vm.vmx", "-q"]).printed(0);
    vm.run(&["restore", "vm.vmx", "-n"]).reports(
        0,
        "~ a = \"3\" -> \"2\"\n",
        &["would be restored from vm.vmx.bak.1"],
    );
}

#[test]
fn list_prints_the_backups_newest_first() {
    let vm = vm_with_backups();
    for name in ["vm.vmx.bak", "vm.vmx.bak.1", "vm.vmx.bak.2"] {
        let file = File::options().write(true).open(vm.path(name)).unwrap();
        file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(1_600_000_000)).unwrap();
    }
    vm.run(&["restore", "vm.vmx", "-q"]).printed(0);
    vm.run(&["restore", "vm.vmx", "--list"]).prints(
        "2  2020-09-13 12:26:40 UTC  8 bytes  vm.vmx.bak.2  (equal to the file)\n\
         1  2020-09-13 12:26:40 UTC  8 bytes  vm.vmx.bak.1\n\
         0  2020-09-13 12:26:40 UTC  8 bytes  vm.vmx.bak\n",
    );
    let list = vm.run(&["restore", "vm.vmx", "--list", "--json"]).json();
    assert_eq!(
        list[0],
        serde_json::json!({
            "path": "vm.vmx.bak.2", "number": 2, "size": 8, "modified": "2020-09-13T12:26:40Z", "current": true,
        })
    );
    assert_eq!((&list[2]["number"], &list[2]["current"]), (&0.into(), &false.into()));
}

#[test]
fn list_has_backups_with_other_suffixes_but_no_other_files() {
    let vm = Scratch::with("a = \"2\"\n");
    vm.write("vm.vmx.old", "a = \"1\"\n");
    vm.write("vm.vmx.bak", "a = \"0\"\n");
    vm.write("vm.vmx.png", b"\x89PNG\r\n");
    vm.write("vm.vmxf", "<?xml version=\"1.0\"?>\n");
    vm.write("vm.vmx.lck/M1.lck", "");
    let list = vm.run(&["restore", "vm.vmx", "--list", "--json"]).json();
    let rows: Vec<_> =
        list.as_array().unwrap().iter().map(|row| (row["path"].clone(), row["number"].clone())).collect();
    assert_eq!(rows, [("vm.vmx.bak".into(), 0.into()), ("vm.vmx.old".into(), serde_json::Value::Null)]);
}

#[test]
fn list_of_a_file_without_backups_exits_with_1() {
    let vm = Scratch::with("a = \"1\"\n");
    vm.run(&["restore", "vm.vmx", "--list"]).refuses(1, &["vm.vmx: no backup found"]);
    vm.run(&["restore", "vm.vmx", "--list", "--json"]).exits(1, "[]\n");
}

#[test]
fn list_takes_no_editing_option() {
    let vm = vm_with_backups();
    for option in
        ["--backup", "-n", "--force", "--diff", "--wait", "--no-sync", "--show-secrets", "vm.vmx.bak"]
    {
        vm.run(&["restore", "vm.vmx", "--list", option]).refuses(2, &["--list"]);
    }
}

#[test]
fn a_backup_is_found_next_to_the_file_by_its_name_its_suffix_or_its_number() {
    for name in ["vm.vmx.bak.1", ".bak.1", "1", "vms/vm.vmx.bak.1"] {
        let vms = Scratch::new();
        for (file, value) in [("vm.vmx", 4), ("vm.vmx.bak", 1), ("vm.vmx.bak.1", 2), ("vm.vmx.bak.2", 3)] {
            vms.write(&format!("vms/{file}"), format!("a = \"{value}\"\n"));
        }
        vms.run(&["restore", "vms/vm.vmx", name]).reports(
            0,
            "~ a = \"4\" -> \"2\"\n",
            &["vms/vm.vmx: restored from vms/vm.vmx.bak.1\n"],
        );
        vms.run(&["diff", "vms", &format!("--backup={name}")]).prints("");
    }
}

#[test]
fn a_number_or_a_suffix_is_not_a_file_in_the_current_directory() {
    let vms = Scratch::new();
    vms.write("vms/vm.vmx", "a = \"4\"\n");
    vms.write("vms/vm.vmx.bak", "a = \"1\"\n");
    vms.write("vms/vm.vmx.bak.1", "a = \"2\"\n");
    for name in ["1", ".bak.1"] {
        vms.write(name, "a = \"9\"\n");
        let result = vms.run(&["restore", "vms/vm.vmx", name, "-n"]);
        result.reports(0, "~ a = \"4\" -> \"2\"\n", &["would be restored from vms/vm.vmx.bak.1"]);
    }
    vms.run(&["restore", "vms/vm.vmx", "./1", "-n"]).reports(0, "~ a = \"4\" -> \"9\"\n", &["from ./1"]);
    vms.write("3", "a = \"9\"\n");
    vms.run(&["restore", "vms/vm.vmx", "3", "-n"]).reports(0, "~ a = \"4\" -> \"9\"\n", &["from 3"]);
}

#[test]
fn a_huge_file_next_to_the_file_is_not_examined() {
    let vm = Scratch::with("a = \"1\"\n");
    vm.write("vm.vmx.old", "a = \"0\"\n");
    for n in 0..100 {
        let file = File::create(vm.path(&format!("vm.vmx.a{n}"))).unwrap();
        file.set_len(200 << 20).unwrap();
    }
    let list = vm.run(&["restore", "vm.vmx", "--list", "--json"]).json();
    assert_eq!(list.as_array().unwrap().len(), 1, "{list}");
    assert_eq!(list[0]["path"], "vm.vmx.old");
}

#[test]
fn a_backup_that_does_not_exist_is_refused() {
    let vm = vm_with_backups();
    for name in ["nope.vmx", "7", ".old", "folder"] {
        vm.run(&["restore", "vm.vmx", name]).refuses(
            5,
            &[
                &format!("vm.vmx: no backup '{name}', here or next to the file"),
                "hint: `vmxedit restore vm.vmx --list`",
            ],
        );
    }
    assert_eq!(vm.read("vm.vmx"), b"a = \"4\"\n");
}

#[test]
fn without_a_backup_the_error_names_files_with_other_suffixes() {
    let vm = Scratch::with("a = \"1\"\n");
    vm.run(&["restore", "vm.vmx"])
        .refuses(5, &["vm.vmx: no backup vm.vmx.bak\nhint: make edits with --backup"]);
    vm.run(&["set", "vm.vmx", "a=2", "--backup=.old", "-q"]).printed(0);
    let message = "vm.vmx: no backup vm.vmx.bak; there is vm.vmx.old\n";
    vm.run(&["restore", "vm.vmx", "-n"])
        .refuses(5, &[message, "hint: name it: vmxedit restore vm.vmx -n .old\n"]);
    // It only reads: the hint must not restore anything.
    vm.run(&["diff", "vm.vmx", "--backup", "--semantic"])
        .refuses(5, &[message, "hint: name it: vmxedit diff vm.vmx --backup=.old --semantic\n"]);
    vm.run(&["diff", "vm.vmx", "--backup=vm.vmx.old"]).exits(1, "~ a = \"1\" -> \"2\"\n");
    vm.run(&["restore", "vm.vmx", "vm.vmx.old"]).reports(
        0,
        "~ a = \"2\" -> \"1\"\n",
        &["restored from vm.vmx.old"],
    );
}

#[test]
fn the_paths_of_the_file_and_of_its_backup_are_named_in_the_same_way() {
    let vms = Scratch::new();
    vms.write("run/Web.vmx", "a = \"1\"\n");
    let result = vms.run(&["set", "run", "a=2", "--backup"]);
    result.says(&["run/Web.vmx: the old file is kept as run/Web.vmx.bak\n"]);
    vms.run(&["restore", "run"]).reports(
        0,
        "~ a = \"2\" -> \"1\"\n",
        &["run/Web.vmx: restored from run/Web.vmx.bak\n"],
    );
}

#[test]
fn a_link_or_a_file_with_hard_links_is_not_found_next_to_the_file() {
    let vms = Scratch::new();
    vms.write("vms/vm.vmx", "a = \"2\"\n");
    vms.write("secret", "a = \"1\"\n");
    std::os::unix::fs::symlink(vms.path("secret"), vms.path("vms/vm.vmx.old")).unwrap();
    std::fs::hard_link(vms.path("secret"), vms.path("vms/vm.vmx.new")).unwrap();
    for name in [".old", "vm.vmx.old", ".new"] {
        vms.run(&["restore", "vms/vm.vmx", name]).refuses(5, &[&format!("no backup '{name}'")]);
    }
    assert_eq!(vms.read("vms/vm.vmx"), b"a = \"2\"\n");
    let named = vms.run(&["restore", "vms/vm.vmx", "vms/vm.vmx.old"]);
    named.reports(0, "~ a = \"2\" -> \"1\"\n", &["restored from vms/vm.vmx.old"]);
}

#[test]
fn a_name_in_the_current_directory_is_not_followed_if_that_is_the_folder_of_the_file() {
    let vms = Scratch::new();
    vms.write("secret", "a = \"1\"\n");
    vms.write("vms/vm.vmx", "a = \"2\"\n");
    for name in ["7", ".foo", "vm.vmx.bak", "vm.vmx.old"] {
        std::os::unix::fs::symlink(vms.path("secret"), vms.path(&format!("vms/{name}"))).unwrap();
        for args in [&["restore", "vm.vmx", name][..], &["diff", "vm.vmx", &format!("--backup={name}")]] {
            let output = vms.command().current_dir(vms.path("vms")).args(args).output().unwrap();
            assert_eq!(output.status.code(), Some(5), "{args:?}");
        }
    }
    assert_eq!(vms.read("vms/vm.vmx"), b"a = \"2\"\n");
}
