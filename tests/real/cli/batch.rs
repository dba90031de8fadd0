//! Commands on many files: recursion, order of the output, kills, signals and concurrent runs.

use std::io::Read;
use std::os::unix::fs::symlink;
use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::harness::{Scratch, command_as, is_root, isolated, lock_member};
use crate::parts::strace::{InjectionPoint, count_in_parallel, inject, require_strace};
use crate::suite::{Trial, first_tier, second_tier, test_list};

/// Returns the tests of this module.
pub(crate) fn tests() -> Vec<Trial> {
    [
        first_tier(test_list![
            recursion_finds_every_vmx_once_and_skips_locks_and_links,
            an_unreadable_folder_is_reported_and_the_others_are_processed,
            a_locked_vm_is_refused_and_the_others_are_edited,
            a_huge_job_count_is_accepted,
            a_pipe_does_not_block_other_files,
            a_failed_sync_in_a_batch_is_reported_for_every_file,
            a_second_signal_ends_a_command_that_waits_for_a_pipe
        ]),
        second_tier(
            "takes seconds",
            test_list![
                directories_are_processed_and_reported_in_order,
                concurrent_runs_over_the_same_files_lose_no_edit,
                a_kill_during_a_batch_leaves_every_file_intact_and_the_next_run_cleans_up,
                a_signal_stops_between_files_and_the_summary_is_correct,
                suspended_vms_that_share_a_directory_are_all_refused,
                a_signal_ends_every_batch_command_with_a_correct_summary
            ],
        ),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Creates `count` VMs, each in a separate folder.
fn tree(count: usize) -> Scratch {
    let vms = Scratch::new();
    for n in 0..count {
        vms.write(&format!("tree/{n:03}/vm.vmx"), content(n, 0));
    }
    vms
}

fn content(n: usize, a: usize) -> String {
    format!("displayName = \"{n}\"\na = \"{a}\"\n")
}

/// Returns the files in the tree that are not VMs, and lock directories.
fn leftover_files(vms: &Scratch) -> Vec<String> {
    let output = isolated("find")
        .args(["tree", "!", "-name", "vm.vmx", "!", "-type", "d", "-o", "-name", "*.lck"])
        .current_dir(vms.path(""))
        .output()
        .unwrap();
    String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect()
}

fn directories_are_processed_and_reported_in_order() {
    let vms = tree(300);
    let expected: String = (0..300).map(|n| format!("tree/{n:03}/vm.vmx: ~ a = \"0\" -> \"1\"\n")).collect();
    for jobs in ["1", "8"] {
        let result = vms.run(&["apply", "-rn", "--jobs", jobs, "--set", "a=1", "tree"]);
        assert_eq!((result.code, &*result.stdout), (0, &*expected), "{jobs}");
        result.says(&["300 files: 300 would change, 0 unchanged"]);
    }
    let result = vms.run(&["apply", "-r", "--set", "a=1", "tree"]);
    assert_eq!((result.code, &*result.stdout), (0, &*expected), "{}", result.stderr);
    assert!((0..300).all(|n| vms.read(&format!("tree/{n:03}/vm.vmx")) == content(n, 1).as_bytes()));
    assert_eq!(leftover_files(&vms), Vec::<String>::new());
    let result = vms.run(&["apply", "-r", "--json", "--check", "--set", "a=1", "tree"]);
    assert_eq!((result.code, result.stdout.lines().count()), (0, 300), "{}", result.stderr);
    for edit in result.json_lines() {
        assert_eq!(edit["changed"], false);
    }
}

fn recursion_finds_every_vmx_once_and_skips_locks_and_links() {
    let vms = Scratch::new();
    for name in
        ["b/vm.vmx", "a/Ä x.VMX", "a/deep/er/vm.vmx", "b/vm.vmx.lck/odd.vmx", "b/vm.vmxf", "b/notes.txt"]
    {
        vms.write(name, "a = \"0\"\n");
    }
    symlink("..", vms.path("a/loop")).unwrap();
    vms.write("b/vm.vmx.LCK/odd.vmx", "a = \"0\"\n");
    symlink("../b/vm.vmx", vms.path("a/link.vmx")).unwrap();
    symlink("nowhere.vmx", vms.path("b/dangling.vmx")).unwrap();
    let result = vms.run(&["apply", "-rn", "--set", "a=1", ".", "a", "./b/", "b/vm.vmx"]);
    let reported: Vec<&str> =
        result.stdout.lines().filter_map(|line| line.split_once(": ~").map(|(file, _)| file)).collect();
    assert_eq!(reported, ["./a/deep/er/vm.vmx", "./a/Ä x.VMX", "./b/vm.vmx"], "{}", result.stderr);
    assert_eq!(result.code, 0, "links are passed over: {}", result.stderr);
    vms.write("empty/x.txt", "");
    vms.run(&["apply", "-r", "--set", "a=1", "empty"])
        .refuses(5, &["empty: no .vmx file in it or below it", "hint: name a directory above"]);
    vms.run(&["status", "-r", "nowhere"]).refuses(5, &["nowhere: cannot open"]);
    vms.run(&["status", "--one-file-system", "b"]).refuses(2, &["--recursive"]);
}

fn an_unreadable_folder_is_reported_and_the_others_are_processed() {
    let vms = tree(3);
    vms.set_mode("tree/001", 0o000);
    let args = ["status", "-r", "tree"];
    let output = if is_root() {
        vms.set_mode("", 0o755);
        let copy = vms.copy_program("vmxedit");
        command_as(65534, 65534, copy).args(args).current_dir(vms.path("")).output().unwrap()
    } else {
        vms.command().args(args).output().unwrap()
    };
    vms.set_mode("tree/001", 0o755);
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(5), "{err}");
    assert!(out.contains("tree/000/vm.vmx: off") && out.contains("tree/002/vm.vmx: off"), "{out}");
    assert!(err.contains("tree/001: cannot descend into it: "), "{err}");
}

fn a_locked_vm_is_refused_and_the_others_are_edited() {
    let vms = tree(40);
    vms.write("tree/007/vm.vmx.lck/M00001.lck", lock_member("uuid=foreign", "1-1(vmware-vmx)"));
    vms.write("tree/008/vm.vmx", "a = \"1\"\nA = \"2\"\n");
    let result = vms.run(&["apply", "-rq", "--set", "a=1", "tree"]);
    assert_eq!((result.code, result.stdout.lines().count()), (4, 38));
    result.says(&[
        "tree/007/vm.vmx: refused: the VM is locked elsewhere",
        "tree/008/vm.vmx:1: 'a' is set on lines 1 and 2",
    ]);
    for n in (0..40).filter(|n| ![7, 8].contains(n)) {
        assert_eq!(vms.read(&format!("tree/{n:03}/vm.vmx")), content(n, 1).as_bytes());
    }
    assert_eq!(vms.read("tree/007/vm.vmx"), content(7, 0).as_bytes());
}

fn a_huge_job_count_is_accepted() {
    let vms = tree(3);
    let result = vms.run(&["apply", "-rq", "--jobs", "1000000", "--set", "a=1", "tree"]);
    assert_eq!(result.code, 0, "{}", result.stderr);
    assert_eq!(vms.read("tree/002/vm.vmx"), content(2, 1).as_bytes());
}

fn a_pipe_does_not_block_other_files() {
    let vms = tree(2);
    vms.make_fifo("tree/000/pipe.vmx");
    for command in ["check", "show", "status"] {
        let result = vms.run(&[command, "-r", "tree"]);
        result.says(&["tree/000/pipe.vmx", "a pipe"]);
        assert_eq!(result.code, 4, "{command}");
        assert!(result.stdout.contains("tree/001/vm.vmx"), "{command}: {}", result.stdout);
    }
}

fn concurrent_runs_over_the_same_files_lose_no_edit() {
    let vms = tree(200);
    let run = |key: &str| {
        let mut command = vms.command();
        command.args(["apply", "-rq", "--jobs", "4", "--wait=60", "--set", &format!("{key}=1"), "tree"]);
        command.stdout(Stdio::null()).spawn().unwrap()
    };
    let (mut one, mut other, mut third) = (run("one"), run("other"), run("a"));
    for child in [&mut one, &mut other, &mut third] {
        assert!(child.wait().unwrap().success());
    }
    for n in 0..200 {
        let now = String::from_utf8(vms.read(&format!("tree/{n:03}/vm.vmx"))).unwrap();
        for entry in ["one = \"1\"", "other = \"1\"", "a = \"1\""] {
            assert!(now.contains(entry), "{n}: {now}");
        }
    }
    assert_eq!(leftover_files(&vms), Vec::<String>::new());
}

const SMALL: usize = 12;

fn a_kill_during_a_batch_leaves_every_file_intact_and_the_next_run_cleans_up() {
    require_strace();
    let args = ["apply", "-rq", "--jobs", "1", "--set", "a=1", "tree"];
    let points: Vec<InjectionPoint> =
        [("renameat", 13), ("renameat2", 26), ("unlinkat", 40), ("syncfs", 3), ("mkdirat", 13)]
            .into_iter()
            .flat_map(|(call, count)| {
                (1..=count).map(move |nth| InjectionPoint { call: call.to_owned(), nth })
            })
            .collect();
    let killed = count_in_parallel(&points, |point| {
        let vms = tree(SMALL);
        let output = inject(&vms, &args, point, "signal=KILL");
        for n in 0..SMALL {
            let now = vms.read(&format!("tree/{n:03}/vm.vmx"));
            let intact = [content(n, 0), content(n, 1)].iter().any(|content| now == content.as_bytes());
            assert!(intact, "{point:?}: {}", now.escape_ascii());
        }
        let result = vms.run(&["apply", "-rq", "--set", "a=2", "tree"]);
        assert_eq!((result.code, &*result.stderr), (0, ""), "{point:?}");
        assert!((0..SMALL).all(|n| vms.read(&format!("tree/{n:03}/vm.vmx")) == content(n, 2).as_bytes()));
        assert_eq!(leftover_files(&vms), Vec::<String>::new(), "{point:?}");
        std::os::unix::process::ExitStatusExt::signal(&output.status) == Some(9)
    });
    println!("{killed} kills in a batch");
    assert!(killed >= 60, "{killed} points were hit");
}

fn a_failed_sync_in_a_batch_is_reported_for_every_file() {
    require_strace();
    let args = ["apply", "-r", "--jobs", "1", "--set", "a=1", "tree"];
    let fail = |nth| {
        let vms = tree(SMALL);
        let point = InjectionPoint { call: "syncfs".to_owned(), nth };
        let output = inject(&vms, &args, &point, "error=EIO");
        (vms, output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let (vms, code, err) = fail(1);
    assert_eq!((code, err.matches("cannot write the new file").count()), (Some(5), SMALL), "{err}");
    assert!((0..SMALL).all(|n| vms.read(&format!("tree/{n:03}/vm.vmx")) == content(n, 0).as_bytes()));
    assert_eq!(leftover_files(&vms), Vec::<String>::new());
    let (vms, code, err) = fail(2);
    assert_eq!((code, err.matches("written, not confirmed on disk").count()), (Some(5), SMALL), "{err}");
    assert!((0..SMALL).all(|n| vms.read(&format!("tree/{n:03}/vm.vmx")) == content(n, 1).as_bytes()));
}

fn a_signal_stops_between_files_and_the_summary_is_correct() {
    let vms = tree(3000);
    let child = vms
        .command()
        .args(["apply", "-r", "--jobs", "1", "--set", "a=1", "tree"])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let start = Instant::now();
    while vms.read("tree/010/vm.vmx") == content(10, 0).as_bytes() {
        assert!(start.elapsed() < Duration::from_secs(60), "the eleventh file is not edited in time");
        std::thread::sleep(Duration::from_millis(1));
    }
    let pid = i32::try_from(child.id()).unwrap();
    assert!(isolated("kill").args(["-TERM", &pid.to_string()]).status().unwrap().success());
    let output = child.wait_with_output().unwrap();
    let err = String::from_utf8_lossy(&output.stderr).into_owned();
    let changed =
        (0..3000).filter(|n| vms.read(&format!("tree/{n:03}/vm.vmx")) == content(*n, 1).as_bytes()).count();
    assert!(changed < 3000, "the run ended before the signal");
    assert!(
        err.contains(&format!("{changed} changed, ")) && err.contains("stopped by a signal before"),
        "{changed}: {err}"
    );
    assert_eq!(leftover_files(&vms), Vec::<String>::new());
}

fn suspended_vms_that_share_a_directory_are_all_refused() {
    const VMS: usize = 60;
    let vms = Scratch::new();
    for n in 0..VMS {
        vms.write(&format!("all/vm{n}.vmx"), "memsize = \"1\"\n");
        vms.write(&format!("all/vm{n}.vmss"), "saved memory");
    }
    for _ in 0..5 {
        let result = vms.run(&["apply", "-rq", "--jobs", "8", "--set", "memsize=2", "all"]);
        assert_eq!(result.code, 3, "{}", result.stderr);
        for n in 0..VMS {
            assert_eq!(vms.read(&format!("all/vm{n}.vmx")), b"memsize = \"1\"\n", "{n}");
        }
    }
}

fn a_second_signal_ends_a_command_that_waits_for_a_pipe() {
    use std::os::unix::process::ExitStatusExt;
    let vms = tree(1);
    for command in [&["show"][..], &["check"], &["find", "a"], &["diff", "tree/000/vm.vmx"]] {
        let mut child = vms
            .command()
            .args(command)
            .args(["tree/000/vm.vmx", "/dev/stdin"])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let pid = child.id().to_string();
        let start = Instant::now();
        let status = loop {
            if let Some(status) = child.try_wait().unwrap() {
                break status;
            }
            assert!(start.elapsed() < Duration::from_secs(60), "{command:?} does not end");
            std::thread::sleep(Duration::from_millis(200));
            isolated("kill").args(["-TERM", &pid]).status().unwrap();
        };
        assert_eq!(status.signal(), Some(15), "{command:?}");
    }
}

fn a_signal_ends_every_batch_command_with_a_correct_summary() {
    use std::os::unix::process::ExitStatusExt;
    let vms = tree(4000);
    for args in [
        &["check", "--fix", "-r", "--jobs", "1", "tree"][..],
        &["check", "-r", "--jobs", "1", "tree"],
        &["status", "-r", "--jobs", "1", "tree"],
        &["show", "-r", "--json", "--jobs", "1", "tree"],
        &["find", "a", "-r", "--jobs", "1", "tree"],
        &["diff", "tree/000/vm.vmx", "-r", "--jobs", "1", "--unified", "tree"],
    ] {
        let mut command = vms.command();
        let mut child = command.args(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut out = child.stdout.take().unwrap();
        // Output appears after the first batch.
        let read = out.read(&mut [0; 1]).unwrap();
        let pid = i32::try_from(child.id()).unwrap();
        assert!(isolated("kill").args(["-TERM", &pid.to_string()]).status().unwrap().success());
        let reader = std::thread::spawn(move || std::io::read_to_string(out));
        let output = child.wait_with_output().unwrap();
        reader.join().unwrap().unwrap();
        let err = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!((read, output.status.signal()), (1, Some(15)), "{args:?}: {err}");
        assert!(err.contains("stopped by a signal before"), "{args:?}: {err}");
        assert_eq!(["check", "diff"].contains(&args[0]), err.contains(" files: "), "{args:?}: {err}");
        assert_eq!(args[0] == "find", err.contains(" files searched, "), "{args:?}: {err}");
    }
}
