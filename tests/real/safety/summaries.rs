//! Signals and errors at every system call: exit code and summary agree with the files afterwards.

use std::os::unix::process::ExitStatusExt;
use std::process::Output;

use super::fault_injection::possible_errors;
use crate::harness::Scratch;
use crate::parts::strace::{InjectionPoint, count_in_parallel, inject, injection_points, require_strace};
use crate::suite::{Trial, second_tier, test_list};

/// Returns the tests of this module.
pub(crate) fn tests() -> Vec<Trial> {
    second_tier(
        "takes half a minute",
        test_list![
            a_summary_is_true_after_an_error_of_any_system_call,
            a_summary_is_true_after_a_signal_at_any_system_call,
            a_kill_at_any_system_call_of_a_batch_leaves_every_file_intact
        ],
    )
}

const OLD: &str = "config.version = \"8\"\nvirtualHW.version = \"19\"\nguestOS = \"other\"\nmemsize = 256\n";

/// A command that edits all files of its tree.
struct Command {
    args: &'static [&'static str],
    files: &'static [&'static str],
    new: &'static str,
}

const TREE: &[&str] = &["a/vm.vmx", "b/vm.vmx", "c/vm.vmx"];
const ONE: &[&str] = &["vm.vmx"];

const COMMANDS: &[Command] = &[
    Command {
        args: &["apply", "-r", "--jobs", "1", "--set", "memsize=512", "."],
        files: TREE,
        new: "config.version = \"8\"\nvirtualHW.version = \"19\"\nguestOS = \"other\"\nmemsize = \"512\"\n",
    },
    Command {
        args: &["check", "--fix", "-r", "--jobs", "1", "."],
        files: TREE,
        new: "config.version = \"8\"\nvirtualHW.version = \"19\"\nguestOS = \"other\"\nmemsize = \"256\"\n",
    },
    Command {
        args: &["rename", "vm.vmx", "memsize", "other.key"],
        files: ONE,
        new: "config.version = \"8\"\nvirtualHW.version = \"19\"\nguestOS = \"other\"\nother.key = 256\n",
    },
    Command { args: &["restore", "vm.vmx", "vm.vmx.bak"], files: ONE, new: "guestOS = \"other\"\n" },
    Command {
        args: &["preset", "revert", "./mine.toml", "vm.vmx"],
        files: ONE,
        new: "config.version = \"8\"\nvirtualHW.version = \"19\"\nguestOS = \"other\"\n",
    },
];

impl Command {
    fn tree(&self) -> Scratch {
        let tree = Scratch::new();
        for file in self.files {
            tree.write(file, OLD);
        }
        if self.files == ONE {
            tree.write("vm.vmx.bak", "guestOS = \"other\"\n");
            tree.write(
                "mine.toml",
                "name = \"mine\"\ntitle = \"T\"\nreason = \"R\"\n[[steps]]\nset = \"memsize\"\nvalue = \"256\"\n",
            );
        }
        tree
    }

    fn is_batch(&self) -> bool {
        self.files.len() > 1
    }

    /// Returns how many files have the new content. The others must have the old one.
    #[track_caller]
    fn edited(&self, tree: &Scratch, context: &str) -> usize {
        let is_new = |file: &&&str| {
            let content = tree.read(file);
            let is_new = content == self.new.as_bytes();
            assert!(is_new || content == OLD.as_bytes(), "{context}: {file}: {}", content.escape_ascii());
            is_new
        };
        self.files.iter().filter(is_new).count()
    }

    /// Asserts that what was printed agrees with the files.
    #[track_caller]
    fn assert_true(&self, tree: &Scratch, output: &Output, point: &InjectionPoint, context: &str) {
        let stderr = String::from_utf8_lossy(&output.stderr);
        let stdout = String::from_utf8_lossy(&output.stdout);
        let context = &format!("{context}\n{stdout}{stderr}");
        let edited = self.edited(tree, context);
        assert!(!stderr.contains("panicked"), "{context}");
        let all = self.files.len();
        let is_reported =
            ["not confirmed on disk", "the old file is still there", "cannot write to standard output"]
                .iter()
                .any(|message| stderr.contains(message));
        match output.status.code() {
            Some(0) => assert_eq!(edited, all, "exit 0: {context}"),
            Some(code) => {
                assert!(matches!(code, 3..=5), "{code}: {context}");
                assert!(edited < all || is_reported, "exit {code}, and all is done: {context}");
            }
            None => assert!(self.is_batch() || edited == 0, "ended by a signal after the edit: {context}"),
        }
        // An error of a write can be the one of the summary.
        let has_summary = point.call != "write" || changed(&stderr).is_some();
        if self.is_batch() && has_summary {
            assert_eq!(changed(&stderr), Some(edited), "{context}");
            let mentions_all = stderr.contains(&format!("vmxedit: {all} files: "));
            assert!(mentions_all || stderr.contains("; stopped by a signal before "), "{context}");
        }
    }
}

/// Returns the number of changed files in the summary, which exists for several files.
fn changed(stderr: &str) -> Option<usize> {
    let is_count = |text: &str| text.starts_with(|c: char| c.is_ascii_digit()) && text.contains(" changed");
    let summary = stderr.lines().find(|line| line.strip_prefix("vmxedit: ").is_some_and(is_count))?;
    let words: Vec<&str> = summary.split([' ', ',', ';']).collect();
    let at = words.iter().position(|word| *word == "changed")?;
    words[at - 1].parse().ok()
}

fn points(command: &Command) -> Vec<InjectionPoint> {
    let points = injection_points(&command.tree(), command.args);
    points.into_iter().filter(|point| !point.call.starts_with("rt_sig")).collect()
}

fn a_summary_is_true_after_an_error_of_any_system_call() {
    require_strace();
    for command in COMMANDS {
        let of_point = |point: InjectionPoint| {
            let errors = possible_errors(&point.call).iter();
            errors.map(move |error| (point.clone(), *error)).collect::<Vec<_>>()
        };
        let work: Vec<(InjectionPoint, &str)> = points(command).into_iter().flat_map(of_point).collect();
        let failed = count_in_parallel(&work, |(point, error)| {
            let context = format!("{:?}: {error} at {point:?}", command.args);
            let tree = command.tree();
            let output = inject(&tree, command.args, point, &format!("error={error}"));
            command.assert_true(&tree, &output, point, &context);
            !output.status.success()
        });
        println!("{:?}: {} faults, {failed} of them reported as errors", command.args, work.len());
        assert!(
            work.len() >= 100 && failed >= 30,
            "{:?}: {} faults, {failed} errors",
            command.args,
            work.len()
        );
    }
}

fn a_summary_is_true_after_a_signal_at_any_system_call() {
    require_strace();
    for command in COMMANDS {
        let points = points(command);
        let ended = count_in_parallel(&points, |point| {
            let context = format!("{:?}: SIGTERM at {point:?}", command.args);
            let tree = command.tree();
            let output = inject(&tree, command.args, point, "signal=TERM");
            if output.status.code() != Some(0) {
                assert_eq!(output.status.signal(), Some(15), "{context}");
            }
            // Before the first edit, a signal ends the program at once.
            if output.status.signal().is_some() && output.stderr.is_empty() {
                assert_eq!(command.edited(&tree, &context), 0, "{context}");
            } else {
                command.assert_true(&tree, &output, point, &context);
            }
            assert_no_leftovers(&tree, &context);
            output.status.signal().is_some()
        });
        println!("{:?}: {} signals ended {ended} runs", command.args, points.len());
        assert!(ended >= 30, "{:?}: {ended} runs were ended", command.args);
    }
}

fn a_kill_at_any_system_call_of_a_batch_leaves_every_file_intact() {
    require_strace();
    for command in COMMANDS {
        let killed = count_in_parallel(&points(command), |point| {
            let context = format!("{:?}: killed at {point:?}", command.args);
            let tree = command.tree();
            let output = inject(&tree, command.args, point, "signal=KILL");
            command.edited(&tree, &context);
            for file in command.files {
                let result = tree.run(&["set", "-q", file, "recovered=yes"]);
                assert_eq!((result.code, &*result.stderr), (0, ""), "{context}");
            }
            assert_no_leftovers(&tree, &context);
            output.status.signal() == Some(9)
        });
        println!("{:?}: {killed} kills", command.args);
        assert!(killed >= 50, "{:?}: {killed} kills", command.args);
    }
}

/// Asserts that the folders hold nothing but the files that were there before.
#[track_caller]
fn assert_no_leftovers(tree: &Scratch, context: &str) {
    let is_known =
        |name: &String| ["a", "b", "c", "vm.vmx", "vm.vmx.bak", "mine.toml"].contains(&name.as_str());
    let folders = tree.names().into_iter().filter(|name| tree.path(name).is_dir());
    let below = folders.flat_map(|folder| std::fs::read_dir(tree.path(&folder)).unwrap());
    let below = below.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned());
    let left: Vec<String> = tree.names().into_iter().chain(below).filter(|name| !is_known(name)).collect();
    assert_eq!(left, Vec::<String>::new(), "{context}");
}
