//! Compares edits on another host with bare calls of `ssh`: `cargo bench --bench remote`.
//!
//! The host is OpenSSH's server on the loopback interface, with dash. "shared" means that the calls of both sides use one
//! connection that is open already (`ControlMaster`). `VMXEDIT=PATH` (an absolute path) measures another build.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "results are printed")]
#![allow(clippy::unwrap_used, clippy::format_collect, reason = "the parts are those of the tests")]

#[path = "../tests/harness/mod.rs"]
#[allow(dead_code, reason = "a part of it is used")]
mod harness;
#[path = "../tests/real/parts/sshd.rs"]
#[allow(dead_code, reason = "a part of it is used")]
mod sshd;

use std::process::Stdio;
use std::time::{Duration, Instant};

use sshd::{Shell, SshHost};

/// What the parts of the tests call when something is absent.
mod suite {
    #[allow(clippy::disallowed_methods, reason = "nothing has to be cleaned up yet")]
    pub(crate) fn skip(why: impl Into<String>) -> ! {
        eprintln!("not measured: {}", why.into());
        std::process::exit(0);
    }
}

const ROUNDS: usize = 15;
const FILES: usize = 100;

/// Two shell scripts that do similar work. `$SSH` is the client with the host's address, `$FILE` and `$FOLDER` are on the
/// host, `$HERE` is the folder as the client names it, and `$N` is another number in each run.
struct Pair {
    name: &'static str,
    ours: &'static str,
    theirs: &'static str,
}

const PAIRS: [Pair; 5] = [
    Pair {
        name: "set, synced / two calls of ssh",
        ours: "$VMXEDIT set -q $HERE/0/0.vmx memsize=$N",
        theirs: "for call in 1 2; do echo : | $SSH sh -s; done",
    },
    Pair {
        name: "set, nothing to change / one call of ssh",
        ours: "$VMXEDIT set -q $HERE/1/1.vmx memsize=1024",
        theirs: "echo : | $SSH sh -s",
    },
    Pair {
        name: "get / ssh cat",
        ours: "$VMXEDIT get $HERE/0/0.vmx guestOS",
        theirs: "$SSH cat $FOLDER/0/0.vmx",
    },
    Pair {
        name: "find -r, 100 files / ssh grep -r",
        ours: "$VMXEDIT find -r guestOS $HERE",
        theirs: "$SSH grep -rn guestOS $FOLDER",
    },
    Pair {
        name: "apply -r, 100 files, synced / ssh sed -i and sync for each file",
        ours: "$VMXEDIT apply -q -r --set memsize=$N $HERE",
        theirs: "for n in $(seq 0 99); do $SSH \"sed -i 's/^memsize.*/memsize = \\\"$N\\\"/' $FOLDER/$n/$n.vmx && \
                 sync $FOLDER/$n/$n.vmx\"; done",
    },
];

fn main() {
    let is_bench = std::env::args().any(|word| word == "--bench");
    let rounds = if is_bench { ROUNDS } else { 1 };
    println!("{:<72} {:>10} {:>10} {:>7}", "", "ours", "theirs", "ratio");
    for (label, host) in
        [("new connections", SshHost::start(Shell::Dash)), ("shared", SshHost::start_shared(Shell::Dash))]
    {
        // Bare commands run as they are.
        host.account.set_profile("case $script in 'exec sh -c '*) ;; *) run ;; esac");
        for n in 0..FILES {
            let content = "guestOS = \"ubuntu-64\"\nmemsize = \"1024\"\n";
            host.scratch().write(&format!("vms/{n}/{n}.vmx"), content);
        }
        for pair in &PAIRS {
            // The last pair takes seconds.
            compare(label, pair, &host, if pair.name.starts_with("apply") { 1 } else { rounds });
        }
    }
}

fn compare(label: &str, pair: &Pair, host: &SshHost, rounds: usize) {
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for round in 0..rounds {
        ours.push(time(pair.ours, host, 2048 + 8 * round));
        theirs.push(time(pair.theirs, host, 2052 + 8 * round));
    }
    let (ours, theirs) = (median(ours), median(theirs));
    let ratio = ours.as_secs_f64() / theirs.as_secs_f64();
    let name = format!("{} ({label})", pair.name);
    println!("{name:<72} {:>8.3} s {:>8.3} s {ratio:>7.2}", ours.as_secs_f64(), theirs.as_secs_f64());
}

fn time(script: &str, host: &SshHost, number: usize) -> Duration {
    let mut command = harness::isolated("sh");
    let program = std::env::var_os("VMXEDIT").unwrap_or_else(|| env!("CARGO_BIN_EXE_vmxedit").into());
    let folder = host.scratch().path("vms");
    let ssh = format!("{} -p {} 127.0.0.1", host.client(), host.port);
    let script = script.replace("$SSH", &ssh);
    command.args(["-c", &script]).env("VMXEDIT", program).env("VMXEDIT_SSH", host.client());
    command.env("FOLDER", &folder).env("HERE", host.url(&folder)).env("N", number.to_string());
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let start = Instant::now();
    let status = command.status().expect("sh starts");
    let took = start.elapsed();
    assert!(status.success(), "{script}");
    took
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}
