//! Kills and errors at the system calls of an edit, on the host and here: the file is old or new, the report is true, and
//! the next edit removes what was left.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::harness::{Scratch, is_enabled};
use crate::parts::sshd::{Account, Shell};
use crate::parts::strace::count_in_parallel;
use crate::parts::tracer::{Call, Fate, trace_all};
use crate::suite::{Trial, second_tier, test_list};

/// Returns the tests of this module.
pub(crate) fn tests() -> Vec<Trial> {
    second_tier(
        "takes minutes",
        test_list![
            a_killed_script_leaves_the_old_or_the_new_file,
            a_killed_tool_of_the_script_leaves_the_old_or_the_new_file,
            a_killed_client_leaves_the_old_or_the_new_file,
            an_error_of_a_system_call_on_the_host_is_reported
        ],
    )
}

const OLD: &str = "a = \"1\"\nb = \"2\"\n";

/// The shells and arguments of the tested edits.
const EDITS: [(Shell, &[&str]); 4] = [
    (Shell::Dash, &["set", "@", "a=2", "b=3"]),
    (Shell::BusyBox, &["set", "@", "a=2", "b=3", "--backup"]),
    (Shell::FewTools, &["set", "@", "a=2", "b=3", "--backup"]),
    (Shell::Bash, &["set", "@", "a=2", "b=3"]),
];
const NEW: &str = "a = \"2\"\nb = \"3\"\n";

/// One edit, with a host of its own.
struct Edit {
    account: Account,
    args: &'static [&'static str],
}

/// How an edit ended.
struct Result {
    code: Option<i32>,
    stderr: String,
    /// How many system calls were candidates.
    count: usize,
    was_hit: bool,
}

impl Edit {
    fn new((shell, args): (Shell, &'static [&'static str])) -> Self {
        let account = Account::new(shell);
        account.scratch.write("vm/vm.vmx", OLD);
        Self { account, args }
    }

    fn scratch(&self) -> &Scratch {
        &self.account.scratch
    }

    fn command(&self, args: &[&str]) -> Command {
        let file = format!("host:{}", self.scratch().path("vm/vm.vmx").display());
        let mut command = self.account.direct();
        command.args(args.iter().map(|arg| arg.replace('@', &file)));
        command
    }

    /// Runs the edit. The system call with this number among the candidates, which are counted from the lock on, meets `fate`.
    fn run(&self, is_candidate: impl Fn(&Call, &Path) -> bool, hit: usize, fate: Fate) -> Result {
        let folder = self.scratch().path("vm");
        let stderr = self.scratch().path("stderr");
        let (mut is_started, mut count, mut was_hit) = (false, 0, false);
        let mut command = self.command(self.args);
        command.stdout(Stdio::null()).stderr(fs::File::create(&stderr).unwrap());
        let ended = trace_all(&mut command, |call| {
            if !is_started {
                let is_mkdir = [libc::SYS_mkdir, libc::SYS_mkdirat].contains(&call.number());
                is_started = is_mkdir && call.paths().iter().any(|named| named.path.starts_with(&folder));
            }
            if !is_started || was_hit || !is_candidate(call, &folder) {
                return Fate::Runs;
            }
            count += 1;
            was_hit = count == hit;
            if was_hit { fate } else { Fate::Runs }
        });
        assert!(!ended.is_killed, "{:?}: it hangs at {hit}", self.args);
        Result { code: ended.code, stderr: fs::read_to_string(stderr).unwrap(), count, was_hit }
    }

    /// Asserts that the file is old or new and the report true, and that the next edit succeeds and leaves nothing.
    #[track_caller]
    fn assert_intact(&self, result: &Result, context: &str) {
        let now = self.scratch().read("vm/vm.vmx");
        let stderr = &result.stderr;
        assert!(now == OLD.as_bytes() || now == NEW.as_bytes(), "{context}: {}", now.escape_ascii());
        assert!(!stderr.contains("panicked"), "{context}: {stderr}");
        match result.code {
            Some(0) => assert_eq!(now, NEW.as_bytes(), "{context}: exit 0 without the edit: {stderr}"),
            Some(3..=5) => {
                let is_open = stderr.contains("either the old or the new content");
                assert!(now == OLD.as_bytes() || is_open, "{context}: edited, but: {stderr}");
            }
            None => {}
            code => panic!("{context}: {code:?} {stderr}"),
        }
        let healed = self.command(&["set", "@", "healed=yes"]).output().unwrap();
        assert!(healed.status.success(), "{context}: {}", String::from_utf8_lossy(&healed.stderr));
        assert_eq!(self.scratch().read("vm/vm.vmx"), [&now[..], b"healed = \"yes\"\n"].concat(), "{context}");
        for entry in fs::read_dir(self.scratch().path("vm")).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            match &*name {
                "vm.vmx" => {}
                "vm.vmx.bak" => assert_eq!(self.scratch().read("vm/vm.vmx.bak"), OLD.as_bytes(), "{context}"),
                _ => panic!("{context}: {name} is left; {stderr}"),
            }
        }
    }
}

/// Returns whether a call changes the folder, or a file that is open in it.
fn changes_folder(call: &Call, folder: &Path) -> bool {
    let by_name = [
        libc::SYS_mkdir,
        libc::SYS_mkdirat,
        libc::SYS_rmdir,
        libc::SYS_unlink,
        libc::SYS_unlinkat,
        libc::SYS_rename,
        libc::SYS_renameat,
        libc::SYS_renameat2,
        libc::SYS_link,
        libc::SYS_linkat,
        libc::SYS_chmod,
        libc::SYS_fchmodat,
        libc::SYS_fchmodat2,
        libc::SYS_chown,
        libc::SYS_fchownat,
        libc::SYS_utimensat,
    ];
    let by_handle = [
        libc::SYS_write,
        libc::SYS_fsync,
        libc::SYS_fdatasync,
        libc::SYS_fchmod,
        libc::SYS_fchown,
        libc::SYS_ftruncate,
    ];
    if by_name.contains(&call.number()) || call.open_flags().is_some_and(|flags| flags & libc::O_ACCMODE != 0)
    {
        return call.paths().iter().any(|named| named.path.starts_with(folder));
    }
    by_handle.contains(&call.number()) && call.file().starts_with(folder)
}

/// Returns whether a call is one of the host, and not of the search for processes, whose length varies.
fn is_of_host(call: &Call, _: &Path) -> bool {
    !call.is_of_main && !call.paths().iter().any(|named| named.path.starts_with("/proc"))
}

/// Returns one of 16 points, evenly distributed; with `VMXEDIT_ALL_STEPS=1`, all of them.
fn sample<T>(points: Vec<T>) -> Vec<T> {
    let step = if is_enabled("VMXEDIT_ALL_STEPS") { 1 } else { 16 };
    points.into_iter().step_by(step).collect()
}

/// Kills at each call that changes the folder, and at others in equal distances.
fn kill_everywhere(fate: Fate, others: usize) {
    let mut points = Vec::new();
    for (at, edit) in EDITS.into_iter().enumerate() {
        let count =
            |is_candidate: fn(&Call, &Path) -> bool| Edit::new(edit).run(is_candidate, 0, Fate::Runs).count;
        let (changes, all) =
            (count(|call, folder| !call.is_of_main && changes_folder(call, folder)), count(is_of_host));
        assert!(changes >= 10 && all >= 300, "{edit:?}: {changes} {all}");
        points.extend((1..=changes).map(|hit| (at, true, hit)));
        points.extend((1..=others).map(|n| (at, false, n * all / others)));
    }
    assert!(points.len() >= 150, "{}", points.len());
    let points = sample(points);
    let hits = count_in_parallel(&points, |(at, is_change, hit)| {
        let edit = Edit::new(EDITS[*at]);
        let result = if *is_change {
            edit.run(|call, folder| !call.is_of_main && changes_folder(call, folder), *hit, fate)
        } else {
            edit.run(is_of_host, *hit, fate)
        };
        edit.assert_intact(&result, &format!("{:?} {fate:?} at {hit}, change: {is_change}", EDITS[*at]));
        result.was_hit
    });
    println!("{hits} of {} kills", points.len());
    assert!(hits * 10 >= points.len() * 8, "{hits} of {}", points.len());
}

fn a_killed_script_leaves_the_old_or_the_new_file() {
    kill_everywhere(Fate::ChildrenKilled, 50);
}

fn a_killed_tool_of_the_script_leaves_the_old_or_the_new_file() {
    kill_everywhere(Fate::ProcessKilled, 50);
}

fn a_killed_client_leaves_the_old_or_the_new_file() {
    let edit = EDITS[0];
    let of_main = |call: &Call, _: &Path| call.is_of_main;
    let all = Edit::new(edit).run(of_main, 0, Fate::Runs).count;
    assert!(all >= 10, "{all}");
    // The client waits most of the time: kill it while the host works as well.
    let work = Edit::new(edit).run(is_of_host, 0, Fate::Runs).count;
    let mut points: Vec<(bool, usize)> = (1..=all).map(|hit| (true, hit)).collect();
    points.extend((1..=100).map(|n| (false, n * work / 100)));
    let points = sample(points);
    let hits = count_in_parallel(&points, |(is_own, hit)| {
        let edit = Edit::new(edit);
        let result = if *is_own {
            edit.run(of_main, *hit, Fate::MainKilled)
        } else {
            edit.run(is_of_host, *hit, Fate::MainKilled)
        };
        edit.assert_intact(&result, &format!("client killed at {hit}, own: {is_own}"));
        result.was_hit
    });
    println!("{hits} of {} kills", points.len());
    assert!(hits * 10 >= points.len() * 6, "{hits} of {}", points.len());
}

fn an_error_of_a_system_call_on_the_host_is_reported() {
    let errors = [libc::ENOSPC, libc::EIO, libc::EACCES, libc::EROFS, libc::EBUSY];
    let is_candidate = |call: &Call, folder: &Path| !call.is_of_main && changes_folder(call, folder);
    let mut points = Vec::new();
    for (at, edit) in EDITS.into_iter().enumerate() {
        let changes = Edit::new(edit).run(is_candidate, 0, Fate::Runs).count;
        points.extend((1..=changes).flat_map(|hit| errors.map(|error| (at, hit, error))));
    }
    assert!(points.len() >= 200, "{}", points.len());
    let points = sample(points);
    let failed = count_in_parallel(&points, |(at, hit, error)| {
        let edit = Edit::new(EDITS[*at]);
        let result = edit.run(is_candidate, *hit, Fate::Fails(*error));
        let context = format!("{:?}: error {error} at {hit}", EDITS[*at]);
        edit.assert_intact(&result, &context);
        result.code != Some(0)
    });
    println!("{failed} of {} errors were reported", points.len());
    assert!(failed * 5 >= points.len(), "{failed} of {}", points.len());
}
