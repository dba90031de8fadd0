//! Measures how the time of each command grows with its input: `cargo bench --bench growth`.
//!
//! Each case runs on an input of n parts and on one of 5n, and prints the processor time of both and their ratio. The
//! times are the shortest of a few runs. A command in linear time has a ratio of 5, a logarithm and the processor's
//! caches add a little; a ratio above 7 is a failure, and the exit code is then 1.
//!
//! `cargo bench --bench growth -- WORD` runs the cases with this word in their name. `VMXEDIT=PATH` (an absolute path)
//! measures another build.

#![allow(clippy::print_stdout, reason = "results are printed")]
#![allow(clippy::format_collect, reason = "called once per line, outside of the measured time")]
#![allow(unsafe_code, reason = "calls getrusage")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::Duration;

/// The largest ratio of the times at 5n and n that passes.
const MAX_RATIO: f64 = 7.0;
const FACTOR: usize = 5;
const ROUNDS: usize = 2;
/// How often a ratio that is too large is measured again.
const RETRIES: usize = 3;
/// Shorter runs consist of starting the program, and have no ratio that says anything.
const MIN_TIME: Duration = Duration::from_millis(5);

/// Lines of a file.
const LINES: usize = 200_000;
/// Words of a command line: it takes about 2 MB.
const WORDS: usize = 12_000;
/// Steps of a preset: its file may have 1 MB.
const STEPS: usize = 4_000;
/// Files in a folder.
const FILES: usize = 20_000;

/// A command, and the input that it grows with.
struct Case {
    command: &'static str,
    shape: &'static str,
    /// The parts of the smaller input.
    n: usize,
    /// Writes the input of so many parts into an empty folder. Returns the words after the program.
    input: fn(&Path, usize) -> Vec<String>,
}

const fn case(
    command: &'static str,
    shape: &'static str,
    n: usize,
    input: fn(&Path, usize) -> Vec<String>,
) -> Case {
    Case { command, shape, n, input }
}

const CASES: &[Case] = &[
    case("get", "the last of many keys", LINES, |at, n| {
        on(at, "vm.vmx", &distinct(n), &["get", "vm.vmx", "last.key"])
    }),
    case("get", "keys of one length", LINES, |at, n| {
        on(at, "vm.vmx", &numbered("k", n), &["get", "vm.vmx", "k0000000"])
    }),
    case("get", "many keys of many", WORDS, |at, n| {
        on(at, "vm.vmx", &numbered("k", n), &[&["get", "vm.vmx"], &refs(&keys(n))[..]].concat())
    }),
    case("get", "copies of the key", LINES, |at, n| on(at, "vm.vmx", &copies(n), &["get", "vm.vmx", "copy"])),
    case("get --all", "copies of the key", LINES, |at, n| {
        on(at, "vm.vmx", &copies(n), &["get", "--all", "vm.vmx", "copy"])
    }),
    case("get --all", "copies of the key, .properties", LINES, |at, n| {
        on(at, "a.properties", &copies(n), &["get", "--all", "a.properties", "copy"])
    }),
    case("get", "one value of many bytes", 20_000_000, |at, n| {
        on(at, "vm.vmx", &format!("long = \"{}\"\n", "x".repeat(n)), &["get", "vm.vmx", "long"])
    }),
    case("get", "one key of many bytes", 20_000_000, |at, n| {
        on(at, "vm.vmx", &format!("{} = \"1\"\n", "x".repeat(n)), &["get", "vm.vmx", "long"])
    }),
    case("get", "one line of escapes", 20_000_000, |at, n| {
        on(at, "vm.vmx", &format!("long = \"{}\"\n", "|22".repeat(n / 3)), &["get", "vm.vmx", "long"])
    }),
    case("get", "comments", LINES, |at, n| {
        on(at, "vm.vmx", &("# a comment\n".repeat(n) + "a = \"1\"\n"), &["get", "vm.vmx", "a"])
    }),
    case("get", "lines that end in CR", LINES, |at, n| {
        on(at, "vm.vmx", &distinct(n).replace('\n', "\r"), &["get", "vm.vmx", "last.key"])
    }),
    case("get", "continuations, .properties", LINES, |at, n| {
        on(at, "a.properties", &format!("a={}\n", "\\\n x".repeat(n)), &["get", "a.properties", "a"])
    }),
    case("list", "many keys", LINES, |at, n| on(at, "vm.vmx", &distinct(n), &["list", "vm.vmx"])),
    case("list", "many names that no key has", WORDS, |at, n| {
        let similar: Vec<String> = (0..n).map(|k| format!("k{k:07}x")).collect();
        on(at, "vm.vmx", &numbered("k", n), &[&["list", "vm.vmx"], &refs(&similar)[..]].concat())
    }),
    case("list --json", "copies of a key", LINES, |at, n| {
        on(at, "vm.vmx", &copies(n), &["list", "--json", "vm.vmx"])
    }),
    case("list", "a pattern that matches", LINES, |at, n| {
        on(at, "vm.vmx", &distinct(n), &["list", "vm.vmx", "dev*.pre*t"])
    }),
    case("list", "many keys of many", WORDS, |at, n| {
        on(at, "vm.vmx", &numbered("k", n), &[&["list", "vm.vmx"], &refs(&keys(n))[..]].concat())
    }),
    case("list", "one key of many bytes, and a pattern", 5_000_000, |at, n| {
        on(at, "vm.vmx", &format!("{} = \"1\"\n", "a".repeat(n)), &["list", "vm.vmx", "*a*a*b"])
    }),
    case("list --json", "continuations, .properties", LINES, |at, n| {
        let text: String = (0..n / 4).map(|k| format!("k{k}=a\\\n b\\\n c\\\n d\n")).collect();
        on(at, "a.properties", &text, &["list", "--json", "a.properties"])
    }),
    case("list --json", "extents, .vmdk", LINES, |at, n| {
        on(at, "a.vmdk", &descriptor(n), &["list", "--json", "a.vmdk"])
    }),
    case("find", "the last of many keys", LINES, |at, n| {
        on(at, "vm.vmx", &distinct(n), &["find", "last.key", "vm.vmx"])
    }),
    case("find", "a pattern that matches", LINES, |at, n| {
        on(at, "vm.vmx", &distinct(n), &["find", "dev*.pre*t", "vm.vmx"])
    }),
    case("find", "copies of the key", LINES, |at, n| {
        on(at, "vm.vmx", &copies(n), &["find", "copy=1", "vm.vmx"])
    }),
    case("find -e", "many expressions", 2_000, |at, n| {
        let expressions = keys(n).into_iter().flat_map(|key| ["-e".to_owned(), key]);
        let mut line = words(&["find", "-q", "vm.vmx"]);
        line.extend(expressions);
        on(at, "vm.vmx", &numbered("k", n), &refs(&line))
    }),
    case("set", "one of many keys", LINES, |at, n| {
        on(at, "vm.vmx", &distinct(n), &["set", "--no-sync", "vm.vmx", "last.key=3"])
    }),
    case("set", "a new key, lines that end in CR", LINES, |at, n| {
        on(at, "vm.vmx", &distinct(n).replace('\n', "\r"), &["set", "--no-sync", "vm.vmx", "new.key=3"])
    }),
    case("set", "many new keys", WORDS, |at, n| {
        set(at, "vm.vmx", &distinct(n), (0..n).map(|k| format!("new{k}=1")))
    }),
    case("set", "many new keys, lines that end in CR", WORDS, |at, n| {
        set(at, "vm.vmx", &distinct(n).replace('\n', "\r"), (0..n).map(|k| format!("new{k}=1")))
    }),
    case("set", "many new keys of one device", WORDS, |at, n| {
        set(at, "vm.vmx", &distinct(n), (0..n).map(|k| format!("dev1.{k}=1")))
    }),
    case("set", "many existing keys", WORDS, |at, n| {
        set(at, "vm.vmx", &numbered("k", n), keys(n).into_iter().map(|key| key + "=2"))
    }),
    case("set", "copies of the key", LINES, |at, n| {
        on(at, "vm.vmx", &copies(n), &["set", "--no-sync", "vm.vmx", "copy=2"])
    }),
    case("set", "a key next to copies of another", LINES, |at, n| {
        on(at, "vm.vmx", &copies(n), &["set", "--no-sync", "vm.vmx", "last=2"])
    }),
    case("set", "copies of the key, .properties", LINES, |at, n| {
        on(at, "a.properties", &copies(n), &["set", "--no-sync", "a.properties", "copy=2"])
    }),
    case("set", "two copies of many keys, .properties", WORDS, |at, n| {
        set(at, "a.properties", &numbered("k", n).repeat(2), keys(n).into_iter().map(|key| key + "=2"))
    }),
    case("set", "many new keys, .properties", WORDS, |at, n| {
        set(at, "a.properties", &numbered("k", n), (0..n).map(|k| format!("new{k}=1")))
    }),
    case("set", "many new keys of the header, .vmdk", WORDS, |at, n| {
        set(at, "a.vmdk", &descriptor(n), (0..n).map(|k| format!("new{k}=1")))
    }),
    case("set", "many keys of the database, .vmdk", WORDS, |at, n| {
        set(at, "a.vmdk", &descriptor(n), (0..n).map(|k| format!("ddb.new{k}=1")))
    }),
    case("set", "many keys with an escape", WORDS, |at, n| {
        set(at, "vm.vmx", &numbered("k", n), (0..n).map(|k| format!("n|E{k}=1")))
    }),
    case("set", "comments that name the keys", WORDS, |at, n| {
        let comments: String = (0..n).map(|k| format!("new{k}\n")).collect();
        set(at, "vm.vmx", &(comments + "a = \"1\"\n"), (0..n).map(|k| format!("new{k}=1")))
    }),
    case("unset", "a pattern", LINES, |at, n| {
        on(at, "vm.vmx", &distinct(n), &["unset", "--no-sync", "vm.vmx", "dev*"])
    }),
    case("unset", "copies of the key", LINES, |at, n| {
        on(at, "vm.vmx", &(copies(n) + "a = \"1\"\n"), &["unset", "--no-sync", "vm.vmx", "copy"])
    }),
    case("unset", "many keys", WORDS, |at, n| {
        let keys = keys(n);
        on(at, "vm.vmx", &numbered("k", n), &[&["unset", "--no-sync", "vm.vmx"], &refs(&keys)[1..]].concat())
    }),
    case("unset", "two copies of many keys", WORDS, |at, n| {
        let text = numbered("k", n).repeat(2) + "a = \"1\"\n";
        on(at, "vm.vmx", &text, &[&["unset", "--no-sync", "vm.vmx"], &refs(&keys(n))[..]].concat())
    }),
    case("unset --strict", "one key many times", WORDS, |at, n| {
        let words = vec!["k0000007"; n];
        on(
            at,
            "vm.vmx",
            &numbered("k", n),
            &[&["unset", "--strict", "--no-sync", "vm.vmx"], &words[..]].concat(),
        )
    }),
    case("rename", "a prefix of many keys", LINES, |at, n| {
        let text: String = (0..n).map(|k| format!("dev.key{k} = \"1\"\n")).collect();
        on(at, "vm.vmx", &text, &["rename", "--no-sync", "vm.vmx", "dev.*", "new.*"])
    }),
    case("rename", "a prefix of many keys, .properties", LINES, |at, n| {
        let text: String = (0..n).map(|k| format!("dev.key{k}=1\n")).collect();
        on(at, "a.properties", &text, &["rename", "--no-sync", "a.properties", "dev.*", "new.*"])
    }),
    case("rename", "copies of the key, .properties", LINES, |at, n| {
        on(at, "a.properties", &copies(n), &["rename", "--no-sync", "a.properties", "copy", "new"])
    }),
    case("rename", "a prefix with copies of a key, .properties", LINES, |at, n| {
        on(
            at,
            "a.properties",
            &"dev.a=1\n".repeat(n),
            &["rename", "--no-sync", "a.properties", "dev.*", "new.*"],
        )
    }),
    case("apply", "pairs of --unset and --set, many keys", WORDS / 2, |at, n| {
        let pairs = keys(n).into_iter().flat_map(|key| [format!("--unset={key}"), format!("--set={key}=2")]);
        apply(at, &numbered("k", n), pairs)
    }),
    case("apply", "pairs of --set and --unset, new keys", WORDS / 2, |at, n| {
        apply(at, &distinct(n), (0..n).flat_map(|k| [format!("--set=n{k}=1"), format!("--unset=n{k}")]))
    }),
    case("apply", "the last key, then many new ones", WORDS, |at, n| {
        let last = std::iter::once("--unset=last.key".to_owned());
        apply(at, &distinct(n), last.chain((0..n).map(|k| format!("--set=n{k}=1"))))
    }),
    case("apply -p", "a preset of many steps", STEPS, |at, n| {
        preset(at, n);
        on(at, "vm.vmx", &numbered("k", n), &["apply", "--no-sync", "-p", "./steps.toml", "vm.vmx"])
    }),
    case("preset revert", "a preset of many steps", STEPS, |at, n| {
        preset(at, n);
        let text: String = (0..n).map(|k| format!("k{k:07} = \"2\"\n")).collect();
        on(at, "vm.vmx", &text, &["preset", "revert", "--no-sync", "./steps.toml", "vm.vmx"])
    }),
    case("preset check", "a preset of many steps", STEPS, |at, n| {
        preset(at, n);
        words(&["preset", "check", "./steps.toml"])
    }),
    case("apply -p", "many devices", LINES / 10, |at, n| {
        let text = "name = \"steps\"\ntitle = \"Many devices\"\nreason = \"A benchmark.\"\nunverified = [\"x\"]\n\
                    [[steps]]\nset = \"ethernet*.virtualDev\"\nvalue = \"e1000\"\n";
        fs::write(at.join("steps.toml"), text).expect("a preset");
        on(at, "vm.vmx", &devices("ethernet", n), &["apply", "--no-sync", "-p", "./steps.toml", "vm.vmx"])
    }),
    case("diff", "equal files", LINES, |at, n| diff(at, &distinct(n), &distinct(n), &[])),
    case("diff", "different values", LINES, |at, n| {
        diff(at, &distinct(n), &distinct(n).replace("\"1\"", "\"2\""), &[])
    }),
    case("diff", "different keys", LINES, |at, n| diff(at, &numbered("a", n), &numbered("b", n), &[])),
    case("diff", "copies of a key", LINES, |at, n| diff(at, &copies(n), &copies(n + 1), &[])),
    case("diff --semantic", "different values", LINES, |at, n| {
        diff(at, &distinct(n), &distinct(n).replace("\"1\"", "\"2\""), &["--semantic"])
    }),
    case("diff --unified", "equal files", LINES, |at, n| {
        diff(at, &distinct(n), &distinct(n), &["--unified"])
    }),
    case("diff --unified", "one changed line", LINES, |at, n| {
        diff(at, &distinct(n), &(distinct(n) + "end = \"1\"\n"), &["--unified"])
    }),
    case("diff --unified", "different files", LINES, |at, n| {
        diff(at, &numbered("a", n), &numbered("b", n), &["--unified"])
    }),
    case("diff --unified", "the lines in reverse", LINES / 10, |at, n| {
        let text = numbered("a", n);
        let reverse: String = text.lines().rev().flat_map(|line| [line, "\n"]).collect();
        diff(at, &text, &reverse, &["--unified"])
    }),
    case("check", "many keys", LINES, |at, n| on(at, "vm.vmx", &distinct(n), &["check", "vm.vmx"])),
    case("check", "keys of VMware", LINES / 4, |at, n| {
        on(at, "vm.vmx", &devices("ethernet", n / 2), &["check", "vm.vmx"])
    }),
    case("check", "copies of a key", LINES / 4, |at, n| on(at, "vm.vmx", &copies(n), &["check", "vm.vmx"])),
    case("check", "lines that are not entries", LINES / 4, |at, n| {
        on(at, "vm.vmx", &("no entry\n".repeat(n) + "a = \"1\"\n"), &["check", "vm.vmx"])
    }),
    case("check", "invalid bytes", LINES / 4, |at, n| {
        fs::write(at.join("vm.vmx"), b"a = \"\xFF\xFE|zz\"\n".repeat(n)).expect("a file");
        words(&["check", "vm.vmx"])
    }),
    case("check --fix", "copies of a key", LINES / 4, |at, n| {
        on(at, "vm.vmx", &copies(n), &["check", "--fix", "--no-sync", "vm.vmx"])
    }),
    case("check --fix", "values without quotes", LINES / 4, |at, n| {
        let text: String = (0..n).map(|k| format!("key{k} = a\n")).collect();
        on(at, "vm.vmx", &text, &["check", "--fix", "--no-sync", "vm.vmx"])
    }),
    case("check --json", "disks that do not exist", LINES / 10, |at, n| {
        on(at, "vm.vmx", &devices("scsi0:", n), &["check", "--json", "vm.vmx"])
    }),
    case("check", "a .vmsd of many snapshots", 4_000, |at, n| {
        snapshots(at, n);
        words(&["check", "vm.vmx"])
    }),
    case("show", "many keys", LINES, |at, n| on(at, "vm.vmx", &distinct(n), &["show", "vm.vmx"])),
    case("show", "copies of a key", LINES, |at, n| on(at, "vm.vmx", &copies(n), &["show", "vm.vmx"])),
    case("show", "many network cards", LINES / 4, |at, n| {
        on(at, "vm.vmx", &devices("ethernet", n), &["show", "vm.vmx"])
    }),
    case("show", "many disks", LINES / 10, |at, n| on(at, "vm.vmx", &disks(n), &["show", "vm.vmx"])),
    case("show", "many other devices", LINES / 4, |at, n| {
        on(at, "vm.vmx", &devices("serial", n), &["show", "vm.vmx"])
    }),
    case("show", "a .vmsd of many snapshots", 4_000, |at, n| {
        snapshots(at, n);
        words(&["show", "vm.vmx"])
    }),
    case("show", "a .vmsd with one snapshot after the other", 4_000, |at, n| {
        on(at, "vm.vmx", "a = \"1\"\n", &[]);
        let list: String = (0..n)
            .map(|k| format!("snapshot{k}.uid = \"{}\"\nsnapshot{k}.parent = \"{k}\"\n", k + 1))
            .collect();
        fs::write(at.join("vm.vmsd"), list).expect("a list");
        words(&["show", "vm.vmx"])
    }),
    case("show", "a .vmsd of copies of a key", 20_000, |at, n| {
        on(at, "vm.vmx", "a = \"1\"\n", &[]);
        fs::write(at.join("vm.vmsd"), "snapshot0.uid = \"1\"\n".repeat(n)).expect("a list");
        words(&["show", "vm.vmx"])
    }),
    case("status", "many keys", LINES, |at, n| on(at, "vm.vmx", &distinct(n), &["status", "vm.vmx"])),
    case("status", "copies of checkpoint.vmState", LINES / 10, |at, n| {
        on(at, "vm.vmx", &"checkpoint.vmState = \"a.vmss\"\n".repeat(n), &["status", "vm.vmx"])
    }),
    case("status", "copies of cleanShutdown", LINES, |at, n| {
        on(at, "vm.vmx", &"cleanShutdown = \"FALSE\"\n".repeat(n), &["status", "vm.vmx"])
    }),
    case("status", "many files in the folder", FILES, |at, n| {
        files(at, n, |k| format!("file{k}.txt"));
        on(at, "vm.vmx", "a = \"1\"\n", &["status", "vm.vmx"])
    }),
    case("status", "many names, and files that the file may mean", FILES / 10, |at, n| {
        files(at, n, |k| format!("file{k}.vmdk"));
        fs::write(at.join("other.vmx"), "a = \"1\"\n").expect("a file");
        let text: String = (0..n).map(|k| format!("key{k} = \"name{k}.vmdk\"\n")).collect();
        on(at, "vm.vmx", &text, &["status", "vm.vmx"])
    }),
    case("status", "many lock members", FILES / 4, |at, n| {
        fs::create_dir(at.join("vm.vmx.lck")).expect("a folder");
        files(&at.join("vm.vmx.lck"), n, |k| format!("M{k:05}.lck"));
        on(at, "vm.vmx", "a = \"1\"\n", &["status", "vm.vmx"])
    }),
    // A lock directory with more than 5,000 members is refused.
    case("set", "many lock members", FILES / 20, |at, n| {
        fs::create_dir(at.join("vm.vmx.lck")).expect("a folder");
        files(&at.join("vm.vmx.lck"), n, |k| format!("M{k:05}.lck"));
        on(at, "vm.vmx", "a = \"1\"\n", &["set", "--no-sync", "vm.vmx", "a=2"])
    }),
    case("status", "a .vmdk between many VMs", FILES / 40, |at, n| {
        files(at, n, |k| format!("file{k}.vmx"));
        on(at, "a.vmdk", &descriptor(1), &["status", "a.vmdk"])
    }),
    case("set", "many files in the folder", FILES, |at, n| {
        files(at, n, |k| format!("file{k}.txt"));
        on(at, "vm.vmx", "a = \"1\"\n", &["set", "--no-sync", "vm.vmx", "a=2"])
    }),
    case("set --backup", "many backups", FILES, |at, n| {
        backups(at, n);
        on(at, "vm.vmx", "a = \"1\"\n", &["set", "--backup", "--no-sync", "vm.vmx", "a=2"])
    }),
    case("restore", "many backups", FILES, |at, n| {
        backups(at, n);
        on(at, "vm.vmx", "a = \"1\"\n", &["restore", "--no-sync", "vm.vmx"])
    }),
    case("diff --backup", "many backups", FILES, |at, n| {
        backups(at, n);
        on(at, "vm.vmx", "a = \"1\"\n", &["diff", "--backup", "vm.vmx"])
    }),
    case("restore", "many keys", LINES, |at, n| {
        fs::write(at.join("vm.vmx.bak"), numbered("b", n)).expect("a backup");
        on(at, "vm.vmx", &numbered("a", n), &["restore", "--no-sync", "vm.vmx"])
    }),
    case("edit", "an editor that changes nothing", LINES, |at, n| {
        on(at, "vm.vmx", &distinct(n), &["edit", "--no-sync", "vm.vmx"])
    }),
    case("edit", "an editor that changes every line", LINES, |at, n| {
        fs::write(at.join("editor"), "s/\"1\"/\"2\"/").expect("a script");
        on(at, "vm.vmx", &distinct(n), &["edit", "--no-sync", "vm.vmx"])
    }),
    case("show -r", "many VMs", FILES / 20, |at, n| tree(at, n, &["show", "-r", "vms"])),
    case("status -r", "many VMs", FILES / 20, |at, n| tree(at, n, &["status", "-r", "vms"])),
    case("check -r", "many VMs", FILES / 20, |at, n| tree(at, n, &["check", "-r", "vms"])),
    case("find -r", "many VMs", FILES / 20, |at, n| tree(at, n, &["find", "memsize=1024", "-r", "vms"])),
    case("diff -r", "one file and many VMs", FILES / 20, |at, n| {
        fs::write(at.join("a.vmx"), "memsize = \"2048\"\n").expect("a file");
        tree(at, n, &["diff", "a.vmx", "-r", "vms"])
    }),
    case("apply -r", "many VMs", FILES / 20, |at, n| {
        tree(at, n, &["apply", "-r", "--no-sync", "--set", "memsize=2048", "vms"])
    }),
    case("status -r", "many named folders", FILES / 20, |at, n| {
        let folders: Vec<String> = (0..n).map(|k| format!("vms/{k:05}")).collect();
        tree(at, n, &[&["status", "-r"], &refs(&folders)[..]].concat())
    }),
    case("status", "many named files", FILES / 20, |at, n| {
        let files: Vec<String> = (0..n).map(|k| format!("vms/{k:05}/vm.vmx")).collect();
        tree(at, n, &[&["status"], &refs(&files)[..]].concat())
    }),
];

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    // `cargo test --benches` only checks that the benchmark runs.
    let is_bench = words.iter().any(|word| word == "--bench");
    let wanted = words.iter().find(|word| !word.starts_with('-'));
    println!("{:<16} {:<46} {:>9} {:>9} {:>9} {:>6}", "command", "shape", "n", "time at n", "at 5n", "ratio");
    let mut has_failed = false;
    for case in CASES {
        let name = format!("{} {}", case.command, case.shape);
        if wanted.is_some_and(|word| !name.contains(word.as_str())) {
            continue;
        }
        if !is_bench {
            time(case, 10, 1);
            continue;
        }
        let (mut small, mut large) = (time(case, case.n, ROUNDS), time(case, case.n * FACTOR, ROUNDS));
        let ratio =
            |small: Duration, large: Duration| large.as_secs_f64() / small.max(MIN_TIME).as_secs_f64();
        // Other processes take the processor's caches, from the larger input more than from the smaller one.
        for _ in 0..RETRIES {
            if ratio(small, large) <= MAX_RATIO {
                break;
            }
            small = small.min(time(case, case.n, ROUNDS));
            large = large.min(time(case, case.n * FACTOR, ROUNDS));
        }
        let ratio = ratio(small, large);
        has_failed |= ratio > MAX_RATIO;
        println!(
            "{:<16} {:<46} {:>9} {:>7.3} s {:>7.3} s {ratio:>6.2}{}",
            case.command,
            case.shape,
            case.n,
            small.as_secs_f64(),
            large.as_secs_f64(),
            if ratio > MAX_RATIO { "  <- more than linear" } else { "" }
        );
    }
    ExitCode::from(u8::from(has_failed))
}

/// Returns the shortest processor time of a few runs, each on a new input.
fn time(case: &Case, n: usize, rounds: usize) -> Duration {
    let run = |_| {
        let folder = Folder::new();
        let words = (case.input)(&folder.path, n);
        let program = std::env::var_os("VMXEDIT").unwrap_or_else(|| env!("CARGO_BIN_EXE_vmxedit").into());
        let mut command = Command::new(program);
        command.args(words).current_dir(&folder.path).env("TMPDIR", &folder.path).env("HOME", &folder.path);
        let editor = if folder.path.join("editor").exists() { "sed -i -f editor" } else { "true" };
        command.env("EDITOR", editor.replace(" editor", &format!(" {}/editor", folder.path.display())));
        command.env_remove("VISUAL").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let before = time_of_children();
        let status = command.status().expect("the program starts");
        let took = time_of_children().saturating_sub(before);
        assert!(status.code().is_some_and(|code| code != 2), "{} {}: {status}", case.command, case.shape);
        took
    };
    (0..rounds).map(run).min().unwrap_or_default()
}

/// Returns the processor time of all processes that this one has waited for.
fn time_of_children() -> Duration {
    // SAFETY: all zeros is a valid value of a structure of numbers, which the function fills.
    let usage = unsafe {
        let mut usage: libc::rusage = std::mem::zeroed();
        assert_eq!(libc::getrusage(libc::RUSAGE_CHILDREN, &raw mut usage), 0, "the system counts the time");
        usage
    };
    let duration = |time: libc::timeval| {
        let (seconds, micros) = (u64::try_from(time.tv_sec), u64::try_from(time.tv_usec));
        Duration::from_secs(seconds.unwrap_or(0)) + Duration::from_micros(micros.unwrap_or(0))
    };
    duration(usage.ru_utime) + duration(usage.ru_stime)
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

fn refs(words: &[String]) -> Vec<&str> {
    words.iter().map(String::as_str).collect()
}

/// Writes a file. Returns the words.
fn on(folder: &Path, name: &str, text: &str, command: &[&str]) -> Vec<String> {
    fs::write(folder.join(name), text).expect("a file");
    words(command)
}

fn set(folder: &Path, name: &str, text: &str, assignments: impl Iterator<Item = String>) -> Vec<String> {
    let assignments: Vec<String> = assignments.collect();
    on(folder, name, text, &[&["set", "--no-sync", name], &refs(&assignments)[..]].concat())
}

fn apply(folder: &Path, text: &str, edits: impl Iterator<Item = String>) -> Vec<String> {
    let edits: Vec<String> = edits.collect();
    on(folder, "vm.vmx", text, &[&["apply", "--no-sync", "vm.vmx"], &refs(&edits)[..]].concat())
}

fn diff(folder: &Path, one: &str, other: &str, options: &[&str]) -> Vec<String> {
    fs::write(folder.join("b.vmx"), other).expect("a file");
    on(folder, "a.vmx", one, &[&["diff", "a.vmx", "b.vmx"], options].concat())
}

/// Different keys of different lengths, of 1000 devices.
fn distinct(n: usize) -> String {
    let lines: String = (0..n).map(|k| format!("dev{}.present{k} = \"1\"\n", k % 1000)).collect();
    lines + "last.key = \"1\"\n"
}

fn keys(n: usize) -> Vec<String> {
    (0..n).map(|k| format!("k{k:07}")).collect()
}

/// Keys of one length.
fn numbered(prefix: &str, n: usize) -> String {
    (0..n).map(|k| format!("{prefix}{k:07} = \"1\"\n")).collect()
}

/// Copies of one key, in any dialect.
fn copies(n: usize) -> String {
    (0..n).map(|k| format!("copy = \"{k}\"\n")).collect()
}

/// The text descriptor of a disk with so many extents and so many entries.
fn descriptor(n: usize) -> String {
    let extents: String = (0..n / 2).map(|k| format!("RW 2048 SPARSE \"a-s{k:06}.vmdk\"\n")).collect();
    let entries: String = (0..n / 2).map(|k| format!("ddb.key{k} = \"1\"\n")).collect();
    format!("# Disk DescriptorFile\nversion=1\nCID=fffffffe\nparentCID=ffffffff\n{extents}{entries}")
}

fn devices(family: &str, n: usize) -> String {
    let device = |k| format!("{family}{k}.present = \"TRUE\"\n{family}{k}.fileName = \"file{k}.vmdk\"\n");
    "config.version = \"8\"\nvirtualHW.version = \"19\"\n".to_owned()
        + &(0..n).map(device).collect::<String>()
}

fn disks(n: usize) -> String {
    let disk = |k| {
        let (bus, unit) = (k / 60, k % 60);
        format!(
            "sata{bus}.present = \"TRUE\"\nsata{bus}:{unit}.present = \"TRUE\"\nsata{bus}:{unit}.fileName = \"d{k}.vmdk\"\n"
        )
    };
    (0..n).map(disk).collect()
}

/// A preset that sets so many keys.
fn preset(folder: &Path, n: usize) {
    let steps: String = (0..n).map(|k| format!("[[steps]]\nset = \"k{k:07}\"\nvalue = \"2\"\n")).collect();
    let head = "name = \"steps\"\ntitle = \"Many steps\"\nreason = \"A benchmark.\"\nunverified = [\"x\"]\n";
    fs::write(folder.join("steps.toml"), format!("{head}{steps}")).expect("a preset");
}

/// A VM with so many snapshots.
fn snapshots(folder: &Path, n: usize) {
    let snapshot = |k| {
        format!(
            "snapshot{k}.uid = \"{}\"\nsnapshot{k}.filename = \"vm-{k}.vmsn\"\nsnapshot{k}.parent = \"{}\"\n\
             snapshot{k}.displayName = \"s{k}\"\nsnapshot{k}.disk0.fileName = \"vm-{k}.vmdk\"\n",
            k + 1,
            k / 2
        )
    };
    let list: String = (0..n).map(snapshot).collect();
    fs::write(folder.join("vm.vmsd"), format!("snapshot.numSnapshots = \"{n}\"\n{list}")).expect("a list");
    on(folder, "vm.vmx", "config.version = \"8\"\nnvram = \"vm.nvram\"\n", &[]);
    fs::write(folder.join("vm.nvram"), "").expect("a file");
}

fn files(folder: &Path, n: usize, name: impl Fn(usize) -> String) {
    for k in 0..n {
        fs::write(folder.join(name(k)), "").expect("a file");
    }
}

fn backups(folder: &Path, n: usize) {
    files(folder, n, |k| if k == 0 { "vm.vmx.bak".to_owned() } else { format!("vm.vmx.bak.{k}") });
}

/// So many VMs, each in its folder.
fn tree(folder: &Path, n: usize, command: &[&str]) -> Vec<String> {
    for k in 0..n {
        let folder = folder.join(format!("vms/{k:05}"));
        fs::create_dir_all(&folder).expect("a folder");
        fs::write(folder.join("vm.vmx"), format!("displayName = \"vm {k}\"\nmemsize = \"1024\"\n"))
            .expect("a file");
    }
    words(command)
}

/// A temporary folder.
struct Folder {
    path: PathBuf,
}

impl Folder {
    fn new() -> Self {
        let path = std::env::temp_dir().join(format!("vmxedit-growth-{}", std::process::id()));
        fs::create_dir_all(&path).expect("a folder");
        Self { path }
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.path).expect("the benchmark created it");
    }
}
