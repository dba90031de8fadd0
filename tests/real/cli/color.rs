//! Color on a terminal. Without one, see `tests/it/cli/color_environment.rs`.

use crate::harness::Scratch;
use crate::parts::terminal::run_on_terminal;
use crate::suite::{Trial, first_tier, test_list};

/// Returns the tests of this module.
pub(crate) fn tests() -> Vec<Trial> {
    first_tier(test_list![
        results_are_colored_on_a_terminal,
        color_never_prints_no_color_on_a_terminal,
        no_color_turns_color_off_on_a_terminal,
        clicolor_0_turns_color_off_on_a_terminal,
        a_dumb_or_unnamed_terminal_gets_no_color,
        clicolor_or_ci_turns_color_on_whatever_the_terminal_is
    ])
}

const PLAIN: &str = "~ a = \"1\" -> \"2\"\n";
const COLORED: &str = "\u{1b}[33m~ a = \"1\" -> \"2\"\u{1b}[0m\n";

#[track_caller]
fn assert_shows(variables: &[(&str, &str)], options: &[&str], expected: &str) {
    let vm = Scratch::with("a = \"1\"\n");
    let mut command = vm.command();
    command.args(["set", "vm.vmx", "a=2", "-n"]).args(options).envs(variables.iter().copied());
    let (shown, code) = run_on_terminal(&command, "", "");
    assert_eq!((&*shown, code), (expected, 0), "{variables:?}");
}

fn results_are_colored_on_a_terminal() {
    assert_shows(&[("TERM", "xterm")], &[], COLORED);
    assert_shows(&[("TERM", "xterm")], &["--color=auto"], COLORED);
}

fn color_never_prints_no_color_on_a_terminal() {
    assert_shows(&[("TERM", "xterm")], &["--color=never"], PLAIN);
}

fn no_color_turns_color_off_on_a_terminal() {
    assert_shows(&[("TERM", "xterm"), ("NO_COLOR", "1")], &[], PLAIN);
    assert_shows(&[("TERM", "xterm"), ("NO_COLOR", "1"), ("CLICOLOR", "1")], &[], PLAIN);
    assert_shows(&[("TERM", "xterm"), ("NO_COLOR", "")], &[], COLORED);
}

fn clicolor_0_turns_color_off_on_a_terminal() {
    assert_shows(&[("TERM", "xterm"), ("CLICOLOR", "0")], &[], PLAIN);
    assert_shows(&[("TERM", "xterm"), ("CLICOLOR", "0"), ("CI", "1")], &[], PLAIN);
}

fn a_dumb_or_unnamed_terminal_gets_no_color() {
    assert_shows(&[("TERM", "dumb")], &[], PLAIN);
    assert_shows(&[], &[], PLAIN);
}

fn clicolor_or_ci_turns_color_on_whatever_the_terminal_is() {
    assert_shows(&[("TERM", "dumb"), ("CLICOLOR", "1")], &[], COLORED);
    assert_shows(&[("TERM", "dumb"), ("CI", "1")], &[], COLORED);
    assert_shows(&[("CI", "1")], &[], COLORED);
}
