//! A terminal, from `script`.

use std::ffi::OsStr;
use std::process::{Command, Stdio};

use crate::harness::isolated;
use crate::suite::skip;

/// Runs a command on a new terminal, and types `input` when the terminal shows `prompt`.
///
/// Returns what the terminal shows and the exit code, or skips the test.
pub(crate) fn run_on_terminal(command: &Command, prompt: &str, input: &str) -> (String, i32) {
    use std::io::{Read, Write};
    let quoted = |arg: &OsStr| format!("'{}'", arg.to_string_lossy().replace('\'', "'\\''"));
    let args: Vec<String> =
        std::iter::once(command.get_program()).chain(command.get_args()).map(quoted).collect();
    let mut script = isolated("script");
    script
        .args(["-qec", &format!("exec {}", args.join(" ")), "/dev/null"])
        .current_dir(command.get_current_dir().expect("the command should have a folder"));
    script.env_clear().envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    script.env("SHELL", "/bin/sh").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let Ok(mut child) = script.spawn() else {
        skip("script (package bsdutils) is not installed");
    };
    // At the end of its input `script` would type Ctrl-D.
    let mut stdin = child.stdin.take().unwrap();
    let mut stdout = child.stdout.take().unwrap();
    let (mut shown, mut buffer, mut is_typed) = (Vec::new(), [0; 4096], input.is_empty());
    loop {
        match stdout.read(&mut buffer).unwrap() {
            0 => break,
            read => shown.extend_from_slice(&buffer[..read]),
        }
        if !is_typed && String::from_utf8_lossy(&shown).contains(prompt) {
            stdin.write_all(input.as_bytes()).unwrap();
            is_typed = true;
        }
    }
    let status = child.wait().unwrap();
    let shown = String::from_utf8_lossy(&shown).replace("\r\n", "\n");
    (shown, status.code().unwrap_or(-1))
}
