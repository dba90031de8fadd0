//! Interactive shells on a terminal, in which a word is completed.

use std::fs;
use std::io::{Read, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use crate::harness::{Scratch, isolated, program, repository_path};
use crate::suite::skip;

/// What every prompt is.
const PROMPT: &str = "ready> ";
/// How long a shell may take for anything.
const LIMIT: Duration = Duration::from_secs(60);
/// How long a shell shows nothing new after it has finished.
const QUIET: Duration = Duration::from_millis(700);

/// A shell whose script is in `completions/`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shell {
    Bash,
    Zsh,
    Fish,
    Elvish,
    Nushell,
}

impl Shell {
    /// Returns the path of the shell, or skips the test.
    fn program(self) -> PathBuf {
        let name = match self {
            Self::Bash => "bash",
            Self::Zsh => "zsh",
            Self::Fish => "fish",
            Self::Elvish => "elvish",
            Self::Nushell => "nu",
        };
        let local = repository_path("target/ci/node_modules/@nushell/linux-x64/bin/nu");
        let found = if self == Self::Nushell && local.exists() { local } else { PathBuf::from(name) };
        if isolated(&found).arg("--version").output().is_err() {
            skip(format!("{name} is not installed"));
        }
        found
    }
}

/// A shell on a terminal, in a folder of VMs.
pub(crate) struct Session {
    home: Scratch,
    terminal: Terminal,
}

impl Session {
    /// Starts a shell with its script for completions.
    pub(crate) fn start(shell: Shell, vms: &Scratch) -> Self {
        let home = Scratch::new();
        let scripts = repository_path("completions");
        let scripts = scripts.display();
        let path = |name: &str| home.path(name).display().to_string();
        let arguments: Vec<String> = match shell {
            Shell::Bash => {
                let settings = "bind 'set bell-style none'; bind 'set enable-bracketed-paste off'";
                home.write("rc", format!("PS1='{PROMPT}'\nsource '{scripts}/vmxedit.bash'\n{settings}\n"));
                vec!["--rcfile".into(), path("rc"), "-i".into()]
            }
            Shell::Zsh => {
                let load = "autoload -Uz compinit && compinit -u -D";
                home.write(
                    ".zshrc",
                    format!("PROMPT='{PROMPT}'\nunsetopt beep\nfpath=('{scripts}' $fpath)\n{load}\n"),
                );
                vec!["-i".into()]
            }
            Shell::Fish => {
                let prompt = format!("function fish_prompt; printf '{PROMPT}'; end\nset fish_greeting\n");
                home.write(".config/fish/config.fish", format!("{prompt}source '{scripts}/vmxedit.fish'\n"));
                vec!["-i".into()]
            }
            Shell::Elvish => {
                let prompt = format!("set edit:prompt = {{ put '{PROMPT}' }}\nset edit:rprompt = {{ }}\n");
                home.write("rc.elv", format!("{prompt}eval (slurp < '{scripts}/vmxedit.elv')\n"));
                vec!["-rc".into(), path("rc.elv")]
            }
            Shell::Nushell => {
                let prompt =
                    format!("$env.PROMPT_COMMAND = {{|| '{PROMPT}' }}\n$env.PROMPT_INDICATOR = ''\n");
                let settings = "$env.PROMPT_COMMAND_RIGHT = ''\n$env.config.show_banner = false\n";
                home.write("config.nu", format!("{prompt}{settings}source '{scripts}/vmxedit.nu'\n"));
                home.write("env.nu", "");
                vec!["--config".into(), path("config.nu"), "--env-config".into(), path("env.nu")]
            }
        };
        fs::create_dir(home.path("bin")).unwrap();
        let record = path("arguments");
        home.write_script(
            "bin/vmxedit",
            &format!(
                "if [ \"$1\" = complete ]; then exec '{}' \"$@\"; fi\n\
                 printf '%s\\0' \"$@\" >'{record}.new' && mv '{record}.new' '{record}'",
                program().display()
            ),
        );
        let words = arguments.iter().map(|word| format!("'{word}'")).collect::<Vec<_>>().join(" ");
        let mut script = isolated("script");
        let command = format!(
            "stty cols 200 rows 50; echo $$ >'{}'; exec '{}' {words}",
            path("pid"),
            shell.program().display()
        );
        script.args(["-qec", &command, "/dev/null"]).current_dir(vms.path(""));
        let searched = format!("{}:{}", path("bin"), std::env::var("PATH").unwrap_or_default());
        script.env("HOME", home.path("")).env("PATH", searched).env("TERM", "xterm").env("SHELL", "/bin/sh");
        script.env("LC_ALL", "C.UTF-8");
        script.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let Ok(child) = script.spawn() else { skip("script (package bsdutils) is not installed") };
        let terminal = Terminal::new(child);
        terminal.wait_for(PROMPT);
        Self { home, terminal }
    }

    /// Types `typed` and a tab. Returns what the terminal then shows, the line and, in some shells, the candidates, once it
    /// contains `expected`; without colors and movements of the cursor.
    pub(crate) fn complete(&self, typed: &str, expected: &str) -> String {
        self.terminal.send(typed);
        self.terminal.wait_until_quiet();
        let before = self.terminal.shown().len();
        self.terminal.send("\t");
        let started = Instant::now();
        loop {
            self.terminal.wait_until_quiet();
            let shown = plain(&String::from_utf8_lossy(&self.terminal.shown()[before..]));
            if shown.contains(expected) || started.elapsed() > LIMIT {
                return shown;
            }
        }
    }

    /// Runs the line. Returns the arguments that the program got.
    pub(crate) fn run(&self) -> Vec<String> {
        let started = Instant::now();
        // In some shells, the first return accepts the candidate.
        while started.elapsed() < LIMIT {
            self.terminal.send("\r");
            self.terminal.wait_until_quiet();
            if let Ok(record) = fs::read_to_string(self.home.path("arguments")) {
                return record.split_terminator('\0').map(str::to_owned).collect();
            }
        }
        panic!(
            "the line was not run: {}",
            plain(&String::from_utf8_lossy(&self.terminal.shown())).escape_debug()
        );
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // Without its terminal, nushell runs on and uses a whole processor.
        let kill = format!("kill -KILL $(cat '{}')", self.home.path("pid").display());
        let _ = isolated("sh").args(["-c", &kill]).status();
    }
}

/// Returns what is shown without the sequences that move the cursor and set colors.
fn plain(shown: &str) -> String {
    let mut plain = String::new();
    let mut rest = shown.chars().peekable();
    while let Some(c) = rest.next() {
        if c == '\u{1b}' && rest.next_if_eq(&'[').is_some() {
            while rest.next_if(|c| !c.is_ascii_alphabetic()).is_some() {}
            rest.next();
        } else if !c.is_control() {
            plain.push(c);
        }
    }
    plain
}

/// A shell that runs on a terminal. Dropping it ends it.
struct Terminal {
    child: Child,
    input: Arc<Mutex<ChildStdin>>,
    shown: Arc<Mutex<Vec<u8>>>,
}

impl Terminal {
    fn new(mut child: Child) -> Self {
        let input = Arc::new(Mutex::new(child.stdin.take().unwrap()));
        let mut output = child.stdout.take().unwrap();
        let shown = Arc::new(Mutex::new(Vec::new()));
        let (answers, kept) = (Arc::clone(&input), Arc::clone(&shown));
        thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(len @ 1..) = output.read(&mut buffer) {
                kept.lock().unwrap().extend_from_slice(&buffer[..len]);
                // What shells ask of a terminal: where the cursor is, and of which type it is.
                for (question, answer) in [("\u{1b}[6n", "\u{1b}[1;1R"), ("\u{1b}[c", "\u{1b}[?1;2c")] {
                    if String::from_utf8_lossy(&buffer[..len]).contains(question) {
                        let _ = answers.lock().unwrap().write_all(answer.as_bytes());
                    }
                }
            }
        });
        Self { child, input, shown }
    }

    fn shown(&self) -> Vec<u8> {
        self.shown.lock().unwrap().clone()
    }

    fn send(&self, text: &str) {
        self.input.lock().unwrap().write_all(text.as_bytes()).unwrap();
    }

    fn wait_for(&self, text: &str) {
        let started = Instant::now();
        while !String::from_utf8_lossy(&self.shown()).contains(text) {
            assert!(started.elapsed() < LIMIT, "{}", String::from_utf8_lossy(&self.shown()).escape_debug());
            thread::sleep(Duration::from_millis(10));
        }
    }

    fn wait_until_quiet(&self) {
        let started = Instant::now();
        let (mut len, mut since) = (self.shown().len(), Instant::now());
        while since.elapsed() < QUIET && started.elapsed() < LIMIT {
            thread::sleep(Duration::from_millis(20));
            if self.shown().len() != len {
                (len, since) = (self.shown().len(), Instant::now());
            }
        }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
