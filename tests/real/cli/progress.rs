//! The progress line of a run over many files, on a terminal.

use crate::harness::Scratch;
use crate::parts::terminal::run_on_terminal;
use crate::suite::{Trial, first_tier, test_list};

/// Returns the tests of this module.
pub(crate) fn tests() -> Vec<Trial> {
    first_tier(test_list![
        a_line_on_the_terminal_counts_the_files_and_disappears,
        no_progress_shows_the_summary_alone,
        quiet_shows_no_progress,
        json_shows_no_progress
    ])
}

const FILES: usize = 300;
const SUMMARY: &str = "vmxedit: 300 files: 0 changed, 300 unchanged, 0 skipped, 0 refused, 0 failed\n";

/// Returns what the terminal shows of an `apply` that has nothing to change.
fn shown_with(options: &[&str]) -> String {
    let vms = Scratch::new();
    for number in 0..FILES {
        vms.write(&format!("tree/{number}/vm.vmx"), "a = \"1\"\n");
    }
    let mut command = vms.command();
    command.args(["apply", "-r", "--set", "a=1", "tree"]).args(options);
    let (shown, code) = run_on_terminal(&command, "", "");
    assert_eq!(code, 0, "{shown}");
    shown
}

fn a_line_on_the_terminal_counts_the_files_and_disappears() {
    let shown = shown_with(&[]);
    let (draw, erase) = (["\r/ vmxedit: 128 files\x1b[K", "\r- vmxedit: 256 files\x1b[K"], "\r\x1b[K");
    assert_eq!(shown, format!("{}{erase}{}{erase}{SUMMARY}", draw[0], draw[1]));
}

fn no_progress_shows_the_summary_alone() {
    assert_eq!(shown_with(&["--no-progress"]), SUMMARY);
}

fn quiet_shows_no_progress() {
    assert_eq!(shown_with(&["--quiet"]), "");
}

fn json_shows_no_progress() {
    let shown = shown_with(&["--json"]);
    assert!(!shown.contains(['\r', '\x1b']) && shown.ends_with(SUMMARY), "{}", shown.escape_debug());
}
