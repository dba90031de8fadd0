//! Whole processes, ours beside the tool that people use today: `cargo bench --bench processes`.
//!
//! Runs are interleaved, so that both feel the same machine; what is printed are medians and the ratio of ours to theirs.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const ROUNDS: usize = 400;

/// Two command lines that do the same job on a file of 120 lines.
struct Pair {
    name: &'static str,
    ours: &'static [&'static str],
    theirs: &'static [&'static str],
}

/// `{}` is the number of the round: an edit that changes nothing writes nothing.
const PAIRS: &[Pair] = &[
    Pair {
        name: "get one key / sed -n",
        ours: &["vmxedit", "get", "vm.vmx", "memsize"],
        theirs: &["sed", "-n", "s/^memsize = \"\\(.*\\)\"/\\1/p", "vm.vmx"],
    },
    Pair {
        name: "set one key, synced / sed -i, not synced",
        ours: &["vmxedit", "set", "-q", "vm.vmx", "memsize={}"],
        theirs: &["sed", "-i", "s/^memsize = .*/memsize = \"{}\"/", "vm.vmx"],
    },
    Pair {
        name: "set one key, synced / sed -i and sync of the file",
        ours: &["vmxedit", "set", "-q", "vm.vmx", "memsize={}"],
        theirs: &["sh", "-c", "sed -i 's/^memsize = .*/memsize = \"{}\"/' vm.vmx && sync vm.vmx ."],
    },
    Pair {
        name: "set to the same value / sed -i",
        ours: &["vmxedit", "set", "-q", "vm.vmx", "numvcpus=2"],
        theirs: &["sed", "-i", "s/^numvcpus = .*/numvcpus = \"2\"/", "vm.vmx"],
    },
    Pair { name: "get one key / true", ours: &["vmxedit", "get", "vm.vmx", "memsize"], theirs: &["true"] },
];

fn main() {
    // `cargo test --benches` only wants to know that it starts.
    let rounds = if std::env::args().any(|word| word == "--bench") { ROUNDS } else { 1 };
    let folder = std::env::temp_dir().join(format!("vmxedit-bench-{}", std::process::id()));
    fs::create_dir_all(&folder).expect("a folder");
    fs::write(folder.join("vm.vmx"), file()).expect("a file");
    println!("{:<52} {:>10} {:>10} {:>7}", "", "ours", "theirs", "ratio");
    for pair in PAIRS {
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
    fs::remove_dir_all(&folder).expect("it is ours");
}

fn time(words: &[&str], round: usize, folder: &Path) -> Duration {
    let program = if words[0] == "vmxedit" { env!("CARGO_BIN_EXE_vmxedit") } else { words[0] };
    let mut command = Command::new(program);
    command.args(words[1..].iter().map(|word| word.replace("{}", &round.to_string())));
    command.current_dir(folder).stdin(Stdio::null()).stdout(Stdio::null());
    let start = Instant::now();
    let status = command.status().expect("it starts");
    let took = start.elapsed();
    assert!(status.success(), "{words:?}");
    took
}

/// 120 lines such as VMware writes.
fn file() -> String {
    let head = ".encoding = \"UTF-8\"\nconfig.version = \"8\"\nguestOS = \"darwin12-64\"\n";
    let bridge = |n| format!("pciBridge{n}.present = \"TRUE\"\npciBridge{n}.functions = \"8\"\n");
    let bridges: Vec<String> = (0..58).map(bridge).collect();
    [head, &bridges.concat(), "memsize = \"1024\"\nnumvcpus = \"2\"\n"].concat()
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}
