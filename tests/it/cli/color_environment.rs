//! The environment variables that decide about color without a terminal. With one, see `tests/real/cli/color.rs`.

use crate::harness::{RunResult, Scratch};

const PLAIN: &str = "~ a = \"1\" -> \"2\"\n";
const COLORED: &str = "\u{1b}[33m~ a = \"1\" -> \"2\"\u{1b}[0m\n";

fn preview(variables: &[(&str, &str)], options: &[&str]) -> RunResult {
    let vm = Scratch::with("a = \"1\"\n");
    let mut command = vm.command();
    command.args(["set", "vm.vmx", "a=2", "-n"]).args(options).envs(variables.iter().copied());
    RunResult::new(options, &command.output().unwrap())
}

#[test]
fn clicolor_force_colors_output_without_a_terminal_whatever_its_value() {
    for value in ["1", "0", "no"] {
        preview(&[("CLICOLOR_FORCE", value)], &[]).prints(COLORED);
    }
}

#[test]
fn an_empty_clicolor_force_has_no_effect() {
    preview(&[("CLICOLOR_FORCE", "")], &[]).prints(PLAIN);
}

#[test]
fn no_color_overrides_clicolor_force() {
    preview(&[("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")], &[]).prints(PLAIN);
}

#[test]
fn an_empty_no_color_has_no_effect() {
    preview(&[("NO_COLOR", ""), ("CLICOLOR_FORCE", "1")], &[]).prints(COLORED);
}

#[test]
fn clicolor_force_overrides_clicolor() {
    preview(&[("CLICOLOR", "0"), ("CLICOLOR_FORCE", "1")], &[]).prints(COLORED);
}

#[test]
fn clicolor_has_no_effect_without_a_terminal() {
    preview(&[("CLICOLOR", "1")], &[]).prints(PLAIN);
}

#[test]
fn the_option_color_overrides_the_environment() {
    preview(&[("NO_COLOR", "1")], &["--color=always"]).prints(COLORED);
    preview(&[("CLICOLOR_FORCE", "1")], &["--color=never"]).prints(PLAIN);
}
