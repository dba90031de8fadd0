//! Shared helpers: scratch directories, the built program, test data, and skipping.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

/// Prints that a test did not run, and why. Panics if `VMXEDIT_REQUIRE_REAL` is set.
pub(crate) fn skip(what: &str, why: &str) {
    assert!(std::env::var_os("VMXEDIT_REQUIRE_REAL").is_none(), "{what} is required here: {why}");
    eprintln!("SKIPPED: {what}: {why}");
}

/// Returns the folder that holds `corpus/` and `vectors/`, or `None` if `VMXEDIT_CORPUS` is not set.
///
/// `VMXEDIT_CORPUS` names this folder or its `corpus/`. The real files are not part of the repository.
pub(crate) fn corpus_root() -> Option<PathBuf> {
    let Some(named) = std::env::var_os("VMXEDIT_CORPUS").map(PathBuf::from) else {
        eprintln!("SKIPPED: the real files: VMXEDIT_CORPUS is not set");
        return None;
    };
    let root = if named.join("corpus").is_dir() { named.clone() } else { named.join("..") };
    assert!(root.join("corpus").is_dir(), "VMXEDIT_CORPUS: no corpus in {}", named.display());
    Some(root)
}

/// Returns every real `.vmx` file of the corpus, sorted.
pub(crate) fn real_files() -> Vec<PathBuf> {
    let Some(root) = corpus_root() else { return Vec::new() };
    let mut files = Vec::new();
    for folder in fs::read_dir(root.join("corpus")).unwrap() {
        let folder = folder.unwrap().path();
        if folder.is_dir() {
            let entries = fs::read_dir(folder).unwrap();
            files.extend(entries.map(|file| file.unwrap().path()));
        }
    }
    files.sort();
    files
}

/// Returns the absolute path of a file of the repository.
pub(crate) fn repository_path(relative: impl AsRef<Path>) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(relative)
}

/// Returns every `.vmx` file in `tests/fixtures` and `examples`, sorted.
pub(crate) fn fixtures() -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = ["tests/fixtures", "examples"]
        .iter()
        .flat_map(|folder| fs::read_dir(repository_path(folder)).unwrap())
        .map(|file| file.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "vmx"))
        .collect();
    files.sort();
    files
}

/// Reads a file of `tests/fixtures`.
pub(crate) fn read_fixture(name: &str) -> Vec<u8> {
    fs::read(repository_path("tests/fixtures").join(name)).unwrap()
}

/// Returns a generator that gives the same values in every run.
pub(crate) fn deterministic_runner() -> TestRunner {
    TestRunner::new_with_rng(Config::default(), TestRng::deterministic_rng(RngAlgorithm::ChaCha))
}

/// Returns the content of a member file in one of VMware's lock directories.
pub(crate) fn lock_member(machine: &str, execution: &str) -> Vec<u8> {
    pad_lock_member(format!("{machine} {execution} 1 X 0 lc=1"))
}

/// Pads the text of a lock member with NUL bytes to the size that VMware requires.
pub(crate) fn pad_lock_member(text: impl Into<Vec<u8>>) -> Vec<u8> {
    let mut bytes = text.into();
    bytes.resize(512, 0);
    bytes
}

/// Returns the start time of a process in clock ticks, as lock members record it.
pub(crate) fn start_time(pid: u32) -> u64 {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    let field = stat.rsplit_once(')').unwrap().1.split_whitespace().nth(19).unwrap();
    field.parse().unwrap()
}

/// Returns the id of a process that has ended.
pub(crate) fn dead_process_id() -> u32 {
    let mut child = Command::new("true").spawn().unwrap();
    child.wait().unwrap();
    child.id()
}

pub(crate) fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|meta| meta.uid() == 0)
}

/// Returns whether the tests run as root, and skips the test otherwise.
pub(crate) fn require_root(test: &str) -> bool {
    let root = is_root();
    if !root {
        skip(test, "it needs root");
    }
    root
}

/// Returns a command that runs `program` as another user and group.
pub(crate) fn command_as(uid: u32, gid: u32, program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new("setpriv");
    command.args([&format!("--reuid={uid}"), &format!("--regid={gid}"), "--clear-groups"]).arg(program);
    command
}

/// Returns `/dev/full`, on which every write fails with `ENOSPC`.
pub(crate) fn dev_full() -> Stdio {
    File::options().write(true).open("/dev/full").unwrap().into()
}

/// A temporary directory that is removed after the test.
pub(crate) struct Scratch(tempfile::TempDir);

impl Scratch {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// Creates a scratch directory with this content in `vm.vmx`.
    pub(crate) fn with(content: impl AsRef<[u8]>) -> Self {
        let scratch = Self::new();
        scratch.write("vm.vmx", content);
        scratch
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Writes a file, and creates its parent folders.
    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        path
    }

    /// Writes an executable shell script.
    pub(crate) fn write_script(&self, name: &str, script: &str) -> PathBuf {
        let path = self.write(name, format!("#!/bin/sh\n{script}\n"));
        self.set_mode(name, 0o755);
        path
    }

    pub(crate) fn make_fifo(&self, name: &str) -> PathBuf {
        let path = self.path(name);
        let made = Command::new("mkfifo").arg(&path).status().unwrap();
        assert!(made.success());
        path
    }

    /// Copies the program to a file that other users may run.
    ///
    /// `cp` writes the file: if this process had it open for writing while another thread forks, the kernel would
    /// refuse to run it (`ETXTBSY`).
    pub(crate) fn copy_program(&self, name: &str) -> PathBuf {
        let copy = self.path(name);
        let program = assert_cmd::cargo::cargo_bin!("vmxedit");
        let copied = Command::new("cp").arg(program).arg(&copy).status();
        assert!(copied.unwrap().success());
        self.set_mode(name, 0o755);
        copy
    }

    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap()
    }

    /// Returns the names of the entries in the directory, sorted.
    pub(crate) fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(self.0.path())
            .unwrap()
            .map(|entry| entry.unwrap())
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    pub(crate) fn set_mode(&self, name: &str, mode: u32) {
        fs::set_permissions(self.path(name), fs::Permissions::from_mode(mode)).unwrap();
    }

    /// Returns a command for the program in this directory, with only `PATH` in its environment.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin!("vmxedit"));
        command
            .current_dir(self.0.path())
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.stdin(Stdio::null());
        command
    }

    /// Runs the program with these arguments.
    pub(crate) fn run(&self, args: &[&str]) -> RunResult {
        RunResult::new(args, &self.command().args(args).output().unwrap())
    }

    /// Runs the program with `input` on standard input.
    pub(crate) fn pipe(&self, input: &[u8], args: &[&str]) -> RunResult {
        use std::io::Write;
        let mut child = self
            .command()
            .args(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // The program does not read its input if it refuses the arguments.
        let written = child.stdin.take().unwrap().write_all(input);
        let is_broken_pipe = |error: &std::io::Error| error.kind() == std::io::ErrorKind::BrokenPipe;
        assert!(written.as_ref().err().is_none_or(is_broken_pipe), "{written:?}");
        RunResult::new(args, &child.wait_with_output().unwrap())
    }
}

/// Runs a command on a new terminal, and types `input` when the terminal shows `prompt`.
///
/// Returns what the terminal shows and the exit code, or `None` after skipping the test.
pub(crate) fn run_on_terminal(command: &Command, prompt: &str, input: &str) -> Option<(String, i32)> {
    use std::io::{Read, Write};
    let quoted = |arg: &OsStr| format!("'{}'", arg.to_string_lossy().replace('\'', "'\\''"));
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
    Some((shown, status.code().unwrap_or(-1)))
}

/// The result of a run of the program.
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
            args: args.iter().map(|arg| (*arg).to_owned()).collect(),
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// Parses standard output as one JSON document.
    #[track_caller]
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("{:?}: {error}: {}{}", self.args, self.stdout, self.stderr))
    }

    /// Parses each line of standard output as a JSON document.
    #[track_caller]
    pub(crate) fn json_lines(&self) -> Vec<serde_json::Value> {
        let parse = |line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        self.stdout.lines().map(parse).collect()
    }

    /// Asserts exit code 0, exactly this output, and nothing on standard error.
    #[track_caller]
    pub(crate) fn prints(self, stdout: &str) {
        self.exits(0, stdout);
    }

    /// Asserts this exit code, exactly this output, and nothing on standard error.
    #[track_caller]
    pub(crate) fn exits(self, code: i32, stdout: &str) {
        assert_eq!((self.code, &*self.stdout, &*self.stderr), (code, stdout, ""), "{:?}", self.args);
    }

    /// Asserts this exit code, no output, and each of `parts` on standard error.
    #[track_caller]
    pub(crate) fn refuses(self, code: i32, parts: &[&str]) {
        assert_eq!((self.code, &*self.stdout), (code, ""), "{:?}: {}", self.args, self.stderr);
        self.says(parts);
    }

    /// Asserts each of `parts` on standard error.
    #[track_caller]
    pub(crate) fn says(&self, parts: &[&str]) {
        for part in parts {
            assert!(self.stderr.contains(part), "{:?} does not print {part:?}: {}", self.args, self.stderr);
        }
        assert!(!self.stderr.contains("panicked"), "{}", self.stderr);
    }
}
