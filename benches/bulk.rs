//! Compares vmxedit with common tools on 10,000 files: `cargo bench --bench bulk`.
//!
//! `VMXEDIT=PATH` (an absolute path) measures another build, without the features that the benchmarks' own dependencies
//! enable.
//!
//! Searches change nothing: they take turns on one tree, which is in the page cache.
//!
//! ext4 scans past inodes that were deleted in the last minutes, so a benchmark that rewrites one tree repeatedly would
//! measure that scan. Each run of an edit therefore gets a new tree, and a new file system if it runs as root.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "results are printed")]
#![allow(clippy::format_collect, reason = "called once per file, outside of the measured time")]

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const FILES: usize = 10_000;
const ROUNDS: usize = 3;
/// Searches take a fraction of a second each.
const ROUNDS_OF_SEARCHES: usize = 25;

/// Two shell scripts that do the same work on the tree `vms`.
struct Pair {
    name: &'static str,
    ours: &'static str,
    theirs: &'static str,
}

const PAIRS: &[Pair] = &[
    Pair {
        name: "apply -r --no-sync, 2 jobs / find | xargs sed -i",
        ours: "$VMXEDIT apply -rq --no-sync --jobs 2 --set memsize=2048 vms",
        theirs: "find vms -name '*.vmx' -print0 | xargs -0 sed -i 's/^memsize = .*/memsize = \"2048\"/'",
    },
    Pair {
        name: "apply -r, durable / one process per file",
        ours: "$VMXEDIT apply -rq --set memsize=2048 vms",
        theirs: "find vms -name '*.vmx' -print0 | xargs -0 -n 1 $VMXEDIT apply -q --set memsize=2048",
    },
    Pair {
        name: "apply -r, durable / sed -i and one sync",
        ours: "$VMXEDIT apply -rq --set memsize=2048 vms",
        theirs: "find vms -name '*.vmx' -print0 | xargs -0 sed -i 's/^memsize = .*/memsize = \"2048\"/'; sync -f vms",
    },
    Pair {
        name: "apply -r --check, nothing to change / grep -r",
        ours: "$VMXEDIT apply -rq --check --set memsize=1024 vms",
        theirs: "grep -rc '^memsize = \"1024\"$' vms",
    },
    Pair {
        name: "status -r / grep -rl",
        ours: "$VMXEDIT status -rq vms || true",
        theirs: "grep -rl '^memsize = \"1024\"$' vms",
    },
];

/// Searches.
const SEARCHES: &[Pair] = &[
    Pair {
        name: "find -r, matches in 1 of 100 files / grep -rn",
        ours: "$VMXEDIT find -r RemoteDisplay.vnc.enabled=TRUE vms",
        theirs: "grep -rn '^RemoteDisplay\\.vnc\\.enabled = \"TRUE\"' vms",
    },
    Pair {
        name: "find -r, a match in each file / grep -rn",
        ours: "$VMXEDIT find -r memsize=1024 vms",
        theirs: "grep -rn '^memsize = \"1024\"' vms",
    },
    Pair {
        name: "find -r, a value pattern / grep -rn",
        ours: "$VMXEDIT find -r 'displayName=vm 1*' vms",
        theirs: "grep -rn '^displayName = \"vm 1.*\"' vms",
    },
    Pair {
        name: "find -r, a key pattern / grep -rn",
        ours: "$VMXEDIT find -r '*.vnc.port=59*' vms",
        theirs: "grep -rn '\\.vnc\\.port = \"59' vms",
    },
    Pair {
        name: "find -r, another value / grep -rn | grep -v",
        ours: "$VMXEDIT find -r 'memsize!=2048' vms",
        theirs: "grep -rn '^memsize = ' vms | grep -v '\"2048\"'",
    },
    Pair {
        name: "find -rl, no such entry / grep -rL",
        ours: "$VMXEDIT find -rl '!RemoteDisplay.vnc.enabled' vms",
        theirs: "grep -rL '^RemoteDisplay\\.vnc\\.enabled = ' vms || true",
    },
    Pair {
        name: "find -rl -e, two expressions / grep -rlZ | xargs grep -l",
        ours: "$VMXEDIT find -rl -e RemoteDisplay.vnc.enabled=TRUE -e memsize=1024 vms",
        theirs: "grep -rlZ '^RemoteDisplay\\.vnc\\.enabled = \"TRUE\"' vms | xargs -0 grep -l '^memsize = \"1024\"'",
    },
    Pair {
        name: "find -r, 46 matches in each file / grep -rn",
        ours: "$VMXEDIT find -r '*.virtualDev=pcieRootPort' vms",
        theirs: "grep -rn '\\.virtualDev = \"pcieRootPort\"' vms",
    },
];

fn main() {
    // `cargo test --benches` only checks that the benchmark runs.
    let is_bench = std::env::args().any(|word| word == "--bench");
    let (files, rounds) = if is_bench { (FILES, ROUNDS) } else { (10, 1) };
    println!("{:<56} {:>10} {:>10} {:>7}", format!("{files} files"), "ours", "theirs", "ratio");
    let is_requested = |pair: &&Pair| requested().is_none_or(|word| pair.name.contains(&word));
    for pair in PAIRS.iter().filter(is_requested) {
        compare(pair, rounds, |script| time(script, &Workspace::with_files(files)));
    }
    let rounds = if is_bench { ROUNDS_OF_SEARCHES } else { 1 };
    let workspace = Workspace::with_files(files);
    for pair in SEARCHES.iter().filter(is_requested) {
        compare(pair, rounds, |script| time(script, &workspace));
    }
}

/// Returns the word that the names of the pairs have to contain: `cargo bench --bench bulk -- WORD`.
fn requested() -> Option<String> {
    std::env::args().skip(1).find(|word| !word.starts_with('-'))
}

fn compare(pair: &Pair, rounds: usize, time: impl Fn(&str) -> Duration) {
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        ours.push(time(pair.ours));
        theirs.push(time(pair.theirs));
    }
    let (ours, theirs) = (median(ours), median(theirs));
    let ratio = ours.as_secs_f64() / theirs.as_secs_f64();
    println!("{:<56} {:>8.3} s {:>8.3} s {ratio:>7.2}", pair.name, ours.as_secs_f64(), theirs.as_secs_f64());
}

fn time(script: &str, workspace: &Workspace) -> Duration {
    let mut command = Command::new("sh");
    let program = std::env::var_os("VMXEDIT").unwrap_or_else(|| env!("CARGO_BIN_EXE_vmxedit").into());
    command.args(["-c", script]).env("VMXEDIT", program);
    // Not `/dev/null`: grep recognizes it and stops at the first match of each file.
    // Outside of the file system that edits sync.
    let output = File::create(workspace.folder.join("output")).expect("a file");
    command.current_dir(&workspace.path).stdin(Stdio::null()).stdout(output).stderr(Stdio::null());
    let start = Instant::now();
    let status = command.status().expect("sh starts");
    let took = start.elapsed();
    assert!(status.success(), "{script}");
    took
}

/// A configuration of about 4 KB, similar to what VMware writes. One of 100 has VNC on.
fn file(n: usize) -> String {
    let bridges: String = (0..46)
        .map(|n| format!("pciBridge{n}.present = \"TRUE\"\npciBridge{n}.virtualDev = \"pcieRootPort\"\n"))
        .collect();
    let vnc = if n.is_multiple_of(100) {
        "RemoteDisplay.vnc.enabled = \"TRUE\"\nRemoteDisplay.vnc.port = \"5901\"\n"
    } else {
        ""
    };
    format!(
        ".encoding = \"UTF-8\"\nconfig.version = \"8\"\ndisplayName = \"vm {n}\"\n{bridges}{vnc}memsize = \"1024\"\n"
    )
}

/// A temporary folder with a separate ext4 file system, or without one if it cannot be mounted.
struct Workspace {
    path: PathBuf,
    folder: PathBuf,
}

impl Workspace {
    fn new() -> Self {
        let folder = std::env::temp_dir().join(format!("vmxedit-bulk-{}", std::process::id()));
        let path = folder.join("disk");
        fs::create_dir_all(&path).expect("a folder");
        let image = folder.join("image");
        let made = run("truncate", &["-s", "1G", text(&image)])
            && run("mkfs.ext4", &["-q", "-F", text(&image)])
            && run("mount", &["-o", "loop", text(&image), text(&path)]);
        if !made {
            eprintln!("cannot mount a separate file system: using a plain folder");
        }
        Self { path, folder }
    }

    /// Creates a workspace with so many VMs, each in a folder.
    fn with_files(count: usize) -> Self {
        let workspace = Self::new();
        for n in 0..count {
            let folder = workspace.path.join(format!("vms/{n:05}"));
            fs::create_dir_all(&folder).expect("a folder");
            fs::write(folder.join("vm.vmx"), file(n)).expect("a file");
        }
        assert!(Command::new("sync").status().expect("sync").success());
        workspace
    }
}

impl Drop for Workspace {
    fn drop(&mut self) {
        run("umount", &[text(&self.path)]);
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a plain path")
}

fn run(program: &str, words: &[&str]) -> bool {
    let mut command = Command::new(program);
    command.args(words).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}
