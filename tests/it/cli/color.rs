//! The option `--color`, with a pipe as standard output.

use crate::harness::Scratch;

#[test]
fn color_is_off_without_a_terminal() {
    let vm = Scratch::with("a = \"1\"\n");
    vm.run(&["set", "vm.vmx", "a=2", "-n"]).prints("~ a = \"1\" -> \"2\"\n");
}

#[test]
fn color_is_on_without_a_terminal_on_request() {
    let vm = Scratch::with("a = \"1\"\n");
    vm.run(&["set", "vm.vmx", "a=2", "-n", "--color=always"])
        .prints("\u{1b}[33m~ a = \"1\" -> \"2\"\u{1b}[0m\n");
}
