//! What tests share: a scratch directory, the built program, and loud skips.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// Says that a test did not run, and why. Where `VMXEDIT_REQUIRE_REAL` is set that is a failure.
pub(crate) fn skip(what: &str, why: &str) {
    assert!(std::env::var_os("VMXEDIT_REQUIRE_REAL").is_none(), "{what} is required here: {why}");
    eprintln!("SKIPPED: {what}: {why}");
}

/// The real files and vectors that `VMXEDIT_CORPUS` names: the folder that holds `corpus/` and `vectors/`, or its
/// `corpus/`. They are no part of the project: where it names none, their tests say so and skip.
pub(crate) fn corpus_root() -> Option<PathBuf> {
    let Some(named) = std::env::var_os("VMXEDIT_CORPUS").map(PathBuf::from) else {
        eprintln!("SKIPPED: the real files: VMXEDIT_CORPUS is not set");
        return None;
    };
    let root = if named.join("corpus").is_dir() { named.clone() } else { named.join("..") };
    assert!(root.join("corpus").is_dir(), "VMXEDIT_CORPUS: no corpus in {}", named.display());
    Some(root)
}

/// Every real `.vmx` there is.
pub(crate) fn real_files() -> Vec<PathBuf> {
    let Some(root) = corpus_root() else { return Vec::new() };
    let mut files = Vec::new();
    for folder in fs::read_dir(root.join("corpus")).expect("the corpus is readable") {
        let folder = folder.expect("the corpus is readable").path();
        if folder.is_dir() {
            files.extend(fs::read_dir(folder).expect("readable").map(|file| file.expect("readable").path()));
        }
    }
    files.sort();
    files
}

/// The files that this project wrote for itself.
pub(crate) fn fixtures() -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = ["tests/fixtures", "examples"]
        .iter()
        .flat_map(|folder| {
            fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)).expect("it is there")
        })
        .map(|file| file.expect("readable").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "vmx"))
        .collect();
    files.sort();
    files
}

/// A member file of VMware's lock.
pub(crate) fn lock_member(machine: &str, execution: &str) -> Vec<u8> {
    let mut bytes = format!("{machine} {execution} 1 X 0 lc=1").into_bytes();
    bytes.resize(512, 0);
    bytes
}

/// When a process was started, as lock members have it.
pub(crate) fn start_time(pid: u32) -> u64 {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).expect("it lives");
    let field = stat.rsplit_once(')').expect("a name").1.split_whitespace().nth(19).expect("field 22");
    field.parse().expect("a number")
}

/// Whether this is root; where it must be, a loud skip.
pub(crate) fn require_root(test: &str) -> bool {
    use std::os::unix::fs::MetadataExt;
    let root = fs::metadata("/proc/self").is_ok_and(|meta| meta.uid() == 0);
    if !root {
        skip(test, "it needs root");
    }
    root
}

/// A directory that is gone after the test.
pub(crate) struct Scratch(tempfile::TempDir);

impl Scratch {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().expect("a temporary directory"))
    }

    /// A scratch directory with `vm.vmx` in it.
    pub(crate) fn with(content: impl AsRef<[u8]>) -> Self {
        let scratch = Self::new();
        scratch.write("vm.vmx", content);
        scratch
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("it has a parent")).expect("a directory");
        fs::write(&path, content).expect("a file");
        path
    }

    /// A copy of the program that other users may run. Another process makes it: a file that this one has open for writing
    /// while it forks cannot be run.
    pub(crate) fn copy_of_program(&self) -> PathBuf {
        let copy = self.path("vmxedit");
        let program = assert_cmd::cargo::cargo_bin!("vmxedit");
        let copied = std::process::Command::new("cp").arg(program).arg(&copy).status();
        assert!(copied.expect("cp runs").success());
        copy
    }

    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).expect("the file is there")
    }

    /// What is in the directory, sorted.
    pub(crate) fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(self.0.path())
            .expect("readable")
            .map(|entry| entry.expect("readable").file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    pub(crate) fn mode(&self, name: &str, mode: u32) {
        fs::set_permissions(self.path(name), fs::Permissions::from_mode(mode)).expect("a mode");
    }

    /// The program, run in this directory.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin!("vmxedit"));
        command
            .current_dir(self.0.path())
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.stdin(Stdio::null());
        command
    }

    /// Runs it with these words.
    pub(crate) fn run(&self, args: &[&str]) -> RunResult {
        RunResult::new(args, &self.command().args(args).output().expect("the program starts"))
    }

    /// Runs it with `input` on standard input.
    pub(crate) fn pipe(&self, input: &[u8], args: &[&str]) -> RunResult {
        use std::io::Write;
        let mut child = self
            .command()
            .args(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        // Who refuses the words does not wait for the input.
        let written = child.stdin.take().expect("it is piped").write_all(input);
        let is_fine = |error: &std::io::Error| error.kind() == std::io::ErrorKind::BrokenPipe;
        assert!(written.as_ref().err().is_none_or(is_fine), "{written:?}");
        RunResult::new(args, &child.wait_with_output().expect("it ends"))
    }
}

/// Runs a command line on a terminal of its own and types `input` once it shows `prompt`: what the terminal shows, and
/// the exit code.
pub(crate) fn run_on_terminal(command: &Command, prompt: &str, input: &str) -> Option<(String, i32)> {
    use std::io::{Read, Write};
    let quoted = |word: &std::ffi::OsStr| format!("'{}'", word.to_string_lossy().replace('\'', "'\\''"));
    let args: Vec<String> =
        std::iter::once(command.get_program()).chain(command.get_args()).map(quoted).collect();
    let mut script = Command::new("script");
    script
        .args(["-qec", &format!("exec {}", args.join(" ")), "/dev/null"])
        .current_dir(command.get_current_dir()?);
    script.env_clear().envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    script.env("SHELL", "/bin/sh").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let Ok(mut child) = script.spawn() else {
        skip("a terminal", "script (package util-linux) is not installed");
        return None;
    };
    // At the end of its input `script` would type Ctrl-D.
    let mut stdin = child.stdin.take().expect("it is piped");
    let mut stdout = child.stdout.take().expect("it is piped");
    let (mut shown, mut room, mut is_typed) = (Vec::new(), [0; 4096], input.is_empty());
    loop {
        match stdout.read(&mut room).expect("it writes") {
            0 => break,
            read => shown.extend_from_slice(&room[..read]),
        }
        if !is_typed && String::from_utf8_lossy(&shown).contains(prompt) {
            stdin.write_all(input.as_bytes()).expect("it reads");
            is_typed = true;
        }
    }
    let status = child.wait().expect("it ends");
    let shown = String::from_utf8_lossy(&shown).replace("\r\n", "\n");
    Some((shown, status.code().unwrap_or(-1)))
}

/// What the program did: everything that is not asserted to be there is asserted not to be.
#[must_use]
#[derive(Debug)]
pub(crate) struct RunResult {
    args: Vec<String>,
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl RunResult {
    pub(crate) fn new(args: &[&str], output: &Output) -> Self {
        Self {
            args: args.iter().map(|word| (*word).to_owned()).collect(),
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// It ended with 0, printed exactly this, and nothing on standard error.
    #[track_caller]
    pub(crate) fn prints(self, stdout: &str) {
        assert_eq!((self.code, &*self.stdout, &*self.stderr), (0, stdout, ""), "{:?}", self.args);
    }

    /// It ended with `code` and printed exactly this, and nothing on standard error.
    #[track_caller]
    pub(crate) fn exits(self, code: i32, stdout: &str) {
        assert_eq!((self.code, &*self.stdout, &*self.stderr), (code, stdout, ""), "{:?}", self.args);
    }

    /// It ended with `code`, printed nothing, and said each of `parts` on standard error.
    #[track_caller]
    pub(crate) fn refuses(self, code: i32, parts: &[&str]) {
        assert_eq!((self.code, &*self.stdout), (code, ""), "{:?}: {}", self.args, self.stderr);
        self.says(parts);
    }

    /// It said each of `parts` on standard error.
    #[track_caller]
    pub(crate) fn says(&self, parts: &[&str]) {
        for part in parts {
            assert!(self.stderr.contains(part), "{:?} does not say {part:?}: {}", self.args, self.stderr);
        }
        assert!(!self.stderr.contains("panicked"), "{}", self.stderr);
    }
}
