//! VMware's lock, held by VMware's own code or by vmxedit, and the files that both leave behind.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::Path;
use std::process::Stdio;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use vmxedit::file::{self, SaveError};
use vmxedit::host::{self, Host};
use vmxedit::transaction::{self, Options, Plan, Source};
use vmxedit::vm::lock::{Lock, LockError, LockState};
use vmxedit::{Document, Edit, Error, ErrorKind, Key};

use crate::harness::{
    RunResult, Scratch, command_as, dead_process_id, isolated, lock_member, program, start_time,
    wait_for_message,
};
use crate::parts::strace::require_strace;
use crate::parts::vmtools::{self, LockKind};
use crate::suite::{Trial, first_tier, require_root, second_tier, skip, test_list};

/// Returns the tests of this module.
pub(crate) fn tests() -> Vec<Trial> {
    [
        first_tier(test_list![
            every_editing_command_respects_a_lock_that_vmware_holds,
            wait_edits_after_vmware_releases_the_lock_or_times_out,
            vmware_respects_a_lock_that_vmxedit_holds,
            lock_files_match_those_of_vmware,
            a_lock_directory_is_as_accessible_as_its_folder,
            every_lock_state_is_judged_as_by_vmware,
            an_interrupt_ends_the_wait_for_a_lock_and_leaves_no_entry,
            unexpected_files_at_the_lock_path_are_preserved,
            a_symlink_and_its_target_are_both_locked,
            force_edits_under_a_live_lock_and_leaves_it_in_place,
            a_lock_directory_that_is_removed_meanwhile_is_made_again
        ]),
        second_tier(
            "needs root",
            test_list![
                the_owner_of_the_folder_can_clear_a_lock_of_root,
                the_lock_gives_no_rights_to_a_group_that_is_not_that_of_the_folder
            ],
        ),
        second_tier(
            "takes seconds",
            test_list![
                concurrent_increments_with_vmware_are_not_lost,
                an_abandoned_entry_directory_times_out
            ],
        ),
    ]
    .into_iter()
    .flatten()
    .collect()
}

const VM: &str = "a = \"1\"\nb = \"2\"\n";

fn acquire(path: &Path) -> Result<Lock, LockError> {
    let place = file::find(path).expect("the file exists");
    Lock::acquire(&place, Duration::from_secs(5), &AtomicBool::new(false))
}

fn every_editing_command_respects_a_lock_that_vmware_holds() {
    let vmware = vmtools::load();
    for kind in [LockKind::Exclusive, LockKind::Shared] {
        let vm = Scratch::with(VM);
        vm.write("vm.vmx.bak", "a = \"0\"\n");
        let lock = vmware.lock_with(&vm.path("vm.vmx"), kind, 0).expect("the lock should be free");
        for args in [
            &["set", "vm.vmx", "a=2"][..],
            &["unset", "vm.vmx", "a"],
            &["rename", "vm.vmx", "a", "c"],
            &["apply", "--set", "a=2", "vm.vmx"],
            &["restore", "vm.vmx"],
        ] {
            vm.run(args).refuses(3, &["vm.vmx: refused: the VM is locked elsewhere", "hint: "]);
        }
        assert_eq!(vm.read("vm.vmx"), VM.as_bytes(), "{kind:?}");
        vm.run(&["get", "vm.vmx", "a"]).prints("1\n");
        vm.run(&["set", "vm.vmx", "a=1"]).prints("");
        drop(lock);
        vm.run(&["set", "vm.vmx", "a=2"]).prints("~ a = \"1\" -> \"2\"\n");
        assert_eq!(vm.names(), ["vm.vmx", "vm.vmx.bak"]);
    }
}

/// As `rm -r` does, between any two steps.
fn a_lock_directory_that_is_removed_meanwhile_is_made_again() {
    require_strace();
    let mut injected = 0;
    for call in ["mkdirat", "openat", "openat2", "renameat", "renameat2", "getdents64"] {
        for nth in 1..=12 {
            let vm = Scratch::with(VM);
            fs::create_dir(vm.path("vm.vmx.lck")).unwrap();
            let trace = Scratch::new();
            let mut strace = isolated("strace");
            strace.arg("-o").arg(trace.path("trace")).args(["-P", "vm.vmx.lck", "-e"]);
            strace.arg(format!("inject={call}:error=ENOENT:when={nth}")).arg(program());
            let args = ["set", "vm.vmx", "a=2"];
            let result = RunResult::new(&args, &strace.args(args).current_dir(vm.path("")).output().unwrap());
            injected += usize::from(String::from_utf8_lossy(&trace.read("trace")).contains("(INJECTED)"));
            let expected = (0, "~ a = \"1\" -> \"2\"\n");
            assert_eq!((result.code, &*result.stdout), expected, "{call} {nth}: {}", result.stderr);
            let names = vm.names();
            assert!(!names.contains(&"vm.vmx.lck".to_owned()), "{call} {nth}: {names:?}");
        }
    }
    assert!(injected > 10, "{injected}");
}

fn wait_edits_after_vmware_releases_the_lock_or_times_out() {
    let vmware = vmtools::load();
    let vm = Scratch::with(VM);
    let lock = vmware.lock(&vm.path("vm.vmx")).expect("the lock should be free");
    let start = Instant::now();
    vm.run(&["set", "vm.vmx", "a=2", "--wait=1"])
        .refuses(3, &["waiting: the VM is locked elsewhere", "refused", "or give --wait more time"]);
    assert!(start.elapsed() >= Duration::from_secs(1));
    let mut command = vm.command();
    command.args(["set", "vm.vmx", "a=2", "--wait"]).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut waiter = command.spawn().unwrap();
    wait_for_message(&mut waiter, "waiting: ");
    assert_eq!(vm.read("vm.vmx"), VM.as_bytes());
    drop(lock);
    assert!(waiter.wait_with_output().unwrap().status.success());
    assert_eq!(vm.read("vm.vmx"), b"a = \"2\"\nb = \"2\"\n");
    assert_eq!(vm.names(), ["vm.vmx"]);
}

fn vmware_respects_a_lock_that_vmxedit_holds() {
    let vmware = vmtools::load();
    let vm = Scratch::with(VM);
    let path = vm.path("vm.vmx");
    let lock = acquire(&path).expect("the lock should be free");
    assert!(vmware.is_locked(&path));
    for kind in [LockKind::Exclusive, LockKind::Shared] {
        assert!(vmware.lock_with(&path, kind, 0).is_none(), "{kind:?}");
        assert!(vmware.lock_with(&path, kind, 300).is_none(), "{kind:?}");
    }
    assert!(vmware.is_locked(&path), "VMware treats the lock as stale");
    lock.release().unwrap();
    assert!(!vmware.is_locked(&path));
    assert_eq!(vm.names(), ["vm.vmx"]);
    assert!(vmware.lock(&path).is_some());
}

fn lock_files_match_those_of_vmware() {
    let vmware = vmtools::load();
    let vm = Scratch::with(VM);
    // VMware's directory has mode 0777 in every folder, vmxedit's has the mode of the folder.
    vm.set_mode("", 0o777);
    let path = vm.path("vm.vmx");
    let inspect = || {
        let directory = vm.path("vm.vmx.lck");
        let entry = fs::read_dir(&directory)
            .unwrap()
            .next()
            .expect("the lock directory should have an entry")
            .unwrap();
        let meta = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o7777;
        let name = entry.file_name().to_string_lossy().into_owned();
        assert!(name.starts_with('M') && name.len() == 10 && name[6..] == *".lck", "{name}");
        (meta(&directory), meta(&entry.path()), fs::read(entry.path()).unwrap())
    };
    let by_vmware = {
        let _lock = vmware.lock(&path).expect("the lock should be free");
        inspect()
    };
    let lock = acquire(&path).expect("the lock should be free");
    let by_vmxedit = inspect();
    lock.release().unwrap();
    assert_eq!((by_vmxedit.0, by_vmxedit.1), (by_vmware.0, by_vmware.1), "modes");
    assert_eq!(
        String::from_utf8_lossy(&by_vmxedit.2).trim_end_matches('\0'),
        String::from_utf8_lossy(&by_vmware.2).trim_end_matches('\0')
    );
    assert_eq!(by_vmxedit.2.len(), 512);
}

fn a_lock_directory_is_as_accessible_as_its_folder() {
    let vm = Scratch::with(VM);
    for mode in [0o700, 0o755, 0o775, 0o1777] {
        vm.set_mode("", mode);
        let lock = acquire(&vm.path("vm.vmx")).expect("the lock should be free");
        let found = fs::metadata(vm.path("vm.vmx.lck")).unwrap().permissions().mode() & 0o7777;
        assert_eq!(found, mode, "{found:o} in {mode:o}");
        lock.release().unwrap();
    }
}

fn the_owner_of_the_folder_can_clear_a_lock_of_root() {
    const OWNER: u32 = 1300;
    require_root();
    let vm = Scratch::with(VM);
    chown(vm.path(""), Some(OWNER), Some(OWNER)).unwrap();
    let lock = acquire(&vm.path("vm.vmx")).expect("the lock should be free");
    let directory = vm.path("vm.vmx.lck");
    let meta = fs::metadata(&directory).unwrap();
    assert_eq!((meta.uid(), meta.gid()), (OWNER, OWNER));
    let removed = |user: u32| command_as(user, user, Path::new("/bin/rm")).arg("-r").arg(&directory).output();
    let Ok(stranger) = removed(OWNER + 1) else { skip("setpriv is not installed") };
    assert!(!stranger.status.success() && directory.exists());
    let owner = removed(OWNER).unwrap();
    assert!(owner.status.success(), "{}", String::from_utf8_lossy(&owner.stderr));
    assert!(!directory.exists());
    drop(lock);
}

fn the_lock_gives_no_rights_to_a_group_that_is_not_that_of_the_folder() {
    const USER: u32 = 65534;
    require_root();
    let vm = Scratch::with(VM);
    let program = vm.copy_program("program");
    vm.write_script("editor", "stat -c '%a %g' vm.vmx.lck > seen");
    vm.write("tmp/.keep", "");
    for name in ["", "tmp", "vm.vmx"] {
        chown(vm.path(name), Some(USER), Some(0)).unwrap();
    }
    vm.set_mode("tmp", 0o700);
    // The group may write, and the user is not in it.
    vm.set_mode("", 0o775);
    let mut edit = command_as(USER, USER, program);
    edit.args(["edit", "-q", "vm.vmx"]).current_dir(vm.path("")).stdin(Stdio::null());
    edit.env("EDITOR", "./editor").env("TMPDIR", vm.path("tmp"));
    let Ok(done) = edit.output() else { skip("setpriv is not installed") };
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    assert_eq!(vm.read("seen"), format!("755 {USER}\n").as_bytes());
}

fn concurrent_increments_with_vmware_are_not_lost() {
    const EACH: usize = 500;
    let vmware = vmtools::load();
    let vm = Scratch::with("counter = \"0\"\n");
    let path = vm.path("vm.vmx");
    let count = |bytes: &[u8]| -> usize {
        let text = String::from_utf8_lossy(bytes).into_owned();
        text.split('"')
            .nth(1)
            .and_then(|number| number.parse().ok())
            .expect("the file should contain the counter")
    };
    let (options, host) = (Options::default(), Host::default());
    let increment = |document: &Document, _: &Source<'_>| {
        let (key, next) = (Key::parse("counter").unwrap(), count(&document.to_bytes()) + 1);
        Ok::<Plan, Error>(Plan::of_edits(vec![Edit::Set { key, value: next.to_string() }]))
    };
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for _ in 0..EACH {
                let lock = vmware
                    .lock_with(&path, LockKind::Exclusive, 60_000)
                    .expect("the lock should become free");
                let next = count(&fs::read(&path).unwrap()) + 1;
                fs::write(&path, format!("counter = \"{next}\"\n")).unwrap();
                drop(lock);
            }
        });
        scope.spawn(|| {
            for _ in 0..EACH {
                let place = file::find(&path).unwrap();
                let attempt = || {
                    let locked = transaction::begin(&place, &options, Duration::ZERO, &host)?;
                    locked.stage(None, &increment, &host)?.commit_unsynced()
                };
                loop {
                    match attempt() {
                        Ok(_) => break,
                        // A child of another test has the file open until it starts its program.
                        Err(Error { kind: ErrorKind::Save(SaveError::BeingWritten), .. }) => {}
                        Err(Error { kind: ErrorKind::Blocked(_), .. }) => {
                            std::thread::sleep(Duration::from_millis(1));
                        }
                        Err(error) => panic!("{error}"),
                    }
                }
            }
        });
    });
    assert_eq!(count(&vm.read("vm.vmx")), 2 * EACH);
}

/// The content of a lock directory.
struct LockDirectory {
    name: &'static str,
    entries: Vec<(&'static str, Vec<u8>)>,
}

fn lock_directories() -> Vec<LockDirectory> {
    let machine = host::machine_id();
    // Process 1 lives as long as the test.
    let start = start_time(1);
    let gone = dead_process_id();
    let live = lock_member(machine, &format!("1-{start}(init)"));
    let case = |name, entries| LockDirectory { name, entries };
    vec![
        case("an empty directory", vec![]),
        case("a dead process", vec![("M00001.lck", lock_member(machine, &format!("{gone}-5(vmware-vmx)")))]),
        case(
            "a reused process id",
            vec![("M00001.lck", lock_member(machine, &format!("1-{}(vmware-vmx)", start + 1)))],
        ),
        case("a live process", vec![("M00001.lck", live.clone())]),
        case("the old format, alive", vec![("M00001.lck", lock_member(machine, "1"))]),
        case("the old format, dead", vec![("M00001.lck", lock_member(machine, &gone.to_string()))]),
        case(
            "another machine, base64",
            vec![("M00001.lck", lock_member("AAAAAAL8AAAAAQAA", "1-5(vmware-vmx)"))],
        ),
        case(
            "another machine, uuid",
            vec![("M00001.lck", lock_member("uuid=94-02-de-03", "1-5(vmware-vmx)"))],
        ),
        case("a wrong size", vec![("M00001.lck", live[..100].to_vec())]),
        case("NULs", vec![("M00001.lck", vec![0; 512])]),
        case("a bad name", vec![("Mfoo", live.clone()), ("readme.txt", b"x".to_vec())]),
        case("an E entry without an M entry", vec![("E00001.lck", live)]),
    ]
}

fn every_lock_state_is_judged_as_by_vmware() {
    let vmware = vmtools::load();
    for case in lock_directories() {
        let vm = Scratch::with(VM);
        let path = vm.path("vm.vmx");
        let set_up = || {
            fs::create_dir_all(vm.path("vm.vmx.lck")).unwrap();
            for (name, content) in &case.entries {
                vm.write(&format!("vm.vmx.lck/{name}"), content);
            }
        };
        set_up();
        let by_vmware = vmware.lock(&path).is_some();
        let _ = fs::remove_dir_all(vm.path("vm.vmx.lck"));
        set_up();
        let by_vmxedit = match acquire(&path) {
            Ok(lock) => {
                assert!(vmware.is_locked(&path), "{}", case.name);
                lock.release().unwrap();
                true
            }
            Err(LockError::HeldBy(entry)) => {
                assert!(
                    matches!(entry.state, LockState::Live { .. } | LockState::Foreign { .. }),
                    "{}",
                    case.name
                );
                false
            }
            Err(error) => panic!("{}: {error}", case.name),
        };
        assert_eq!(by_vmxedit, by_vmware, "{}", case.name);
        let code = if by_vmxedit { 0 } else { 3 };
        assert_eq!(vm.run(&["set", "-q", "vm.vmx", "a=2"]).code, code, "{}", case.name);
        for (name, content) in &case.entries {
            let path = vm.path(&format!("vm.vmx.lck/{name}"));
            let dead = case.name.contains("dead") || case.name.contains("reused");
            assert_eq!(
                path.exists(),
                !dead,
                "{}: {name}: only members of dead processes should be removed",
                case.name
            );
            assert!(dead || fs::read(&path).unwrap() == *content, "{}", case.name);
        }
    }
}

fn an_abandoned_entry_directory_times_out() {
    let vm = Scratch::with(VM);
    fs::create_dir_all(vm.path("vm.vmx.lck/D00007.lck")).unwrap();
    let start = Instant::now();
    vm.run(&["set", "vm.vmx", "a=2"]).prints("~ a = \"1\" -> \"2\"\n");
    let took = start.elapsed();
    assert!(took > Duration::from_secs(7) && took < Duration::from_secs(40), "{took:?}");
    assert_eq!(vm.names(), ["vm.vmx"]);
    // An entry that names a dead process is removed without waiting.
    fs::create_dir_all(vm.path("vm.vmx.lck/D00007.lck")).unwrap();
    vm.write("vm.vmx.lck/E00007.lck", lock_member(host::machine_id(), "4194305-5(vmxedit)"));
    let start = Instant::now();
    vm.run(&["set", "vm.vmx", "a=3"]).prints("~ a = \"2\" -> \"3\"\n");
    assert!(start.elapsed() < Duration::from_secs(7));
    assert_eq!(vm.names(), ["vm.vmx"]);
}

fn an_interrupt_ends_the_wait_for_a_lock_and_leaves_no_entry() {
    let vm = Scratch::with(VM);
    fs::create_dir_all(vm.path("vm.vmx.lck/D00007.lck")).unwrap();
    let start = Instant::now();
    let place = file::find(&vm.path("vm.vmx")).unwrap();
    let error = Lock::acquire(&place, Duration::from_secs(5), &AtomicBool::new(true));
    assert!(matches!(error, Err(LockError::Interrupted)));
    assert!(start.elapsed() < Duration::from_secs(5));
    let left: Vec<_> = fs::read_dir(vm.path("vm.vmx.lck")).unwrap().flatten().collect();
    assert_eq!(left.len(), 1, "only the entry of the other process should remain: {left:?}");
}

fn unexpected_files_at_the_lock_path_are_preserved() {
    let vm = Scratch::with(VM);
    let lock = vm.write("vm.vmx.lck", "");
    vm.run(&["set", "vm.vmx", "a=2"]).refuses(3, &["ESXi"]);
    assert!(lock.is_file());
    fs::remove_file(&lock).unwrap();
    std::os::unix::fs::symlink("nowhere", &lock).unwrap();
    vm.run(&["set", "vm.vmx", "a=2"]).refuses(3, &["vm.vmx.lck cannot be read: it is a symbolic link"]);
    fs::create_dir(vm.path("elsewhere")).unwrap();
    fs::remove_file(&lock).unwrap();
    std::os::unix::fs::symlink("elsewhere", &lock).unwrap();
    vm.run(&["set", "vm.vmx", "a=2"]).refuses(3, &["vm.vmx.lck cannot be read: it is a symbolic link"]);
    assert!(lock.is_symlink() && fs::read_dir(vm.path("elsewhere")).unwrap().next().is_none());
    fs::remove_file(&lock).unwrap();
    fs::create_dir_all(vm.path("vm.vmx.lck/M00001.lck")).unwrap();
    vm.run(&["set", "vm.vmx", "a=3"]).refuses(3, &["vm.vmx.lck/M00001.lck cannot be read"]);
}

fn a_symlink_and_its_target_are_both_locked() {
    let vmware = vmtools::load();
    let vm = Scratch::new();
    vm.write("real/target.vmx", VM);
    std::os::unix::fs::symlink("real/target.vmx", vm.path("vm.vmx")).unwrap();
    for name in ["vm.vmx", "real/target.vmx"] {
        let lock = vmware.lock(&vm.path(name)).expect("the lock should be free");
        vm.run(&["set", "vm.vmx", "a=2"]).refuses(3, &["locked elsewhere"]);
        drop(lock);
    }
    vm.run(&["set", "vm.vmx", "a=2"]).prints("~ a = \"1\" -> \"2\"\n");
    assert_eq!(vm.names(), ["real", "vm.vmx"]);
}

fn force_edits_under_a_live_lock_and_leaves_it_in_place() {
    let vmware = vmtools::load();
    let vm = Scratch::with(VM);
    let lock = vmware.lock(&vm.path("vm.vmx")).expect("the lock should be free");
    let result = vm.run(&["set", "vm.vmx", "a=2", "--force"]);
    assert_eq!(result.code, 0);
    result.says(&["--force: edited although the VM is locked elsewhere"]);
    assert!(vmware.is_locked(&vm.path("vm.vmx")));
    drop(lock);
    assert_eq!(vm.names(), ["vm.vmx"]);
}
