//! Compares whole processes of vmxedit with common tools and with lower bounds: `cargo bench --bench processes`.
//!
//! Tools that are not installed are skipped with a message. The runs are interleaved, so that both run under the same
//! conditions. The printed times are medians, and the ratio is our time divided by theirs.
//!
//! `VMXEDIT=PATH` (an absolute path) measures another build: the static one, or the output of `cargo build --release`,
//! without the features that the benchmarks' own dependencies enable.

#![allow(clippy::print_stdout, reason = "results are printed")]
#![allow(clippy::format_collect, reason = "called outside of the measured time")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const ROUNDS: usize = 400;

/// Two command lines that do the same work on a file of 120 lines.
struct Pair {
    name: &'static str,
    ours: &'static [&'static str],
    theirs: &'static [&'static str],
}

const GET: &[&str] = &["vmxedit", "get", "vm.vmx", "memsize"];
/// `{}` is the number of the round, so that every edit changes the value: an edit without a change writes nothing.
const SET: &[&str] = &["vmxedit", "set", "-q", "vm.vmx", "memsize={}"];
const SET_UNSYNCED: &[&str] = &["vmxedit", "set", "-q", "--no-sync", "vm.vmx", "memsize={}"];
const SED: &[&str] = &["sed", "-i", "s/^memsize = .*/memsize = \"{}\"/", "vm.vmx"];
const PYTHON: &str =
    "import re;print(re.search(r'^memsize = \"(.*)\"', open('vm.vmx').read(), re.M).group(1))";

const PAIRS: &[Pair] = &[
    Pair {
        name: "get / sed -n",
        ours: GET,
        theirs: &["sed", "-n", "s/^memsize = \"\\(.*\\)\"/\\1/p", "vm.vmx"],
    },
    Pair { name: "get / awk", ours: GET, theirs: &["awk", "-F\"", "/^memsize = /{print $2}", "vm.vmx"] },
    Pair { name: "get / crudini --get", ours: GET, theirs: &["crudini", "--get", "vm.vmx", "", "memsize"] },
    Pair {
        name: "get / augtool (lens Simplevars)",
        ours: GET,
        theirs: &[
            "augtool",
            "-A",
            "--transform",
            "Simplevars incl {folder}/vm.vmx",
            "get",
            "/files{folder}/vm.vmx/memsize",
        ],
    },
    Pair { name: "get / python3", ours: GET, theirs: &["python3", "-c", PYTHON] },
    Pair { name: "get / an empty Rust program", ours: GET, theirs: &["noop"] },
    Pair {
        name: "a TAB, keys of the file / an empty Rust program",
        ours: &["vmxedit", "complete", "--", "vmxedit", "set", "vm.vmx", "mem"],
        theirs: &["noop"],
    },
    Pair { name: "set, durable / write, fsync, rename, fsync in C", ours: SET, theirs: &["floor", "{}"] },
    Pair { name: "set, durable / sed -i, not synced", ours: SET, theirs: SED },
    Pair {
        name: "set, durable / sed -i and sync of the file",
        ours: SET,
        theirs: &["sh", "-c", "sed -i 's/^memsize = .*/memsize = \"{}\"/' vm.vmx && sync vm.vmx ."],
    },
    Pair { name: "set --no-sync / sed -i", ours: SET_UNSYNCED, theirs: SED },
    Pair {
        name: "set to the same value / sed -i",
        ours: &["vmxedit", "set", "-q", "vm.vmx", "numvcpus=2"],
        theirs: &["sed", "-i", "s/^numvcpus = .*/numvcpus = \"2\"/", "vm.vmx"],
    },
];

/// The last key of a file of 100 MB. It takes about 100 times as long as the others and gets fewer rounds.
const BIG: Pair = Pair {
    name: "get, last key of 100 MB / grep -m1",
    ours: &["vmxedit", "get", "big.vmx", "memsize"],
    theirs: &["grep", "-m1", "^memsize", "big.vmx"],
};

/// The last of 400,000 keys of one length, which start alike.
const NUMBERED: Pair = Pair {
    name: "get, last of 400,000 keys of one length / grep -m1",
    ours: &["vmxedit", "get", "numbered.vmx", "key0399999"],
    theirs: &["grep", "-m1", "^key0399999", "numbered.vmx"],
};

fn main() {
    // `cargo test --benches` only checks that the benchmark runs.
    let rounds = if std::env::args().any(|word| word == "--bench") { ROUNDS } else { 1 };
    let folder = std::env::temp_dir().join(format!("vmxedit-bench-{}", std::process::id()));
    fs::create_dir_all(&folder).expect("a folder");
    fs::write(folder.join("vm.vmx"), file()).expect("a file");
    make(&folder, "noop", "rustc", &["-O", "-o", "noop", "noop.rs"]);
    make(
        &folder,
        "floor",
        "cc",
        &["-O2", "-o", "floor", concat!(env!("CARGO_MANIFEST_DIR"), "/benches/floor.c")],
    );
    println!("{:<52} {:>10} {:>10} {:>7}", "", "ours", "theirs", "ratio");
    let size = if rounds == 1 { 1 << 20 } else { 100_000_000 };
    fs::write(folder.join("big.vmx"), big(size)).expect("a file");
    let numbered: String = (0..400_000).map(|number| format!("key{number:07} = \"a value\"\n")).collect();
    fs::write(folder.join("numbered.vmx"), numbered).expect("a file");
    let large = [(&NUMBERED, rounds.div_ceil(10)), (&BIG, rounds.div_ceil(20))];
    for (pair, rounds) in PAIRS.iter().map(|pair| (pair, rounds)).chain(large) {
        if !is_there(pair.theirs[0], &folder) {
            println!("{:<52} skipped: {} not found", pair.name, pair.theirs[0]);
            continue;
        }
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for round in 0..rounds + 3 {
            ours.push(time(pair.ours, round, &folder));
            theirs.push(time(pair.theirs, round + 1_000_000, &folder));
        }
        // The first runs warm the caches.
        let (ours, theirs) = (median(ours.split_off(3)), median(theirs.split_off(3)));
        let ratio = ours.as_secs_f64() / theirs.as_secs_f64();
        println!("{:<52} {:>7.0} us {:>7.0} us {ratio:>7.2}", pair.name, micros(ours), micros(theirs));
    }
    fs::remove_dir_all(&folder).expect("the benchmark created it");
}

fn program(name: &str, folder: &Path) -> PathBuf {
    match name {
        "vmxedit" => {
            std::env::var_os("VMXEDIT").map_or_else(|| env!("CARGO_BIN_EXE_vmxedit").into(), PathBuf::from)
        }
        "noop" | "floor" => folder.join(name),
        name => name.into(),
    }
}

/// Compiles a reference program into `folder`.
fn make(folder: &Path, name: &str, compiler: &str, words: &[&str]) {
    fs::write(folder.join(format!("{name}.rs")), "fn main() {}").expect("a file");
    let made = Command::new(compiler).args(words).current_dir(folder).status();
    if !made.is_ok_and(|status| status.success()) {
        println!("{compiler} not found or failed");
    }
}

fn is_there(name: &str, folder: &Path) -> bool {
    let found = Command::new(program(name, folder)).arg("--version").current_dir(folder).output();
    found.is_ok()
}

fn time(words: &[&str], round: usize, folder: &Path) -> Duration {
    let text = folder.to_str().expect("a plain path");
    let mut command = Command::new(program(words[0], folder));
    command
        .args(words[1..].iter().map(|word| word.replace("{}", &round.to_string()).replace("{folder}", text)));
    command.current_dir(folder).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let start = Instant::now();
    let status = command.status().expect("it starts");
    let took = start.elapsed();
    assert!(status.success() || words[0] == "crudini" || words[0] == "augtool", "{words:?}");
    took
}

/// 120 lines similar to those that VMware writes.
fn file() -> String {
    let head = ".encoding = \"UTF-8\"\nconfig.version = \"8\"\nguestOS = \"darwin12-64\"\n";
    let bridge = |n| format!("pciBridge{n}.present = \"TRUE\"\npciBridge{n}.functions = \"8\"\n");
    let bridges: Vec<String> = (0..58).map(bridge).collect();
    [head, &bridges.concat(), "memsize = \"1024\"\nnumvcpus = \"2\"\n"].concat()
}

fn big(size: usize) -> String {
    let line = "pciBridge0.virtualDev = \"pcieRootPort\"\n";
    [&line.repeat(size / line.len()), "memsize = \"1024\"\n"].concat()
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}
