//! What all tests share: scratch directories, the built program, isolated processes and test data.

pub(crate) mod pages;

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::LazyLock;

use proptest::prelude::{ProptestConfig, Strategy, any};
use proptest::prop_oneof;
use proptest::strategy::Just;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

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

/// Returns a configuration with at least 10,000 cases for each test.
pub(crate) fn property_config() -> ProptestConfig {
    let requested: u32 =
        std::env::var("PROPTEST_CASES").ok().and_then(|count| count.parse().ok()).unwrap_or(0);
    ProptestConfig { cases: requested.max(10_000), failure_persistence: None, ..ProptestConfig::default() }
}

/// Generates files with entries, comments, random bytes, and every line ending.
pub(crate) fn arbitrary_file() -> impl Strategy<Value = Vec<u8>> {
    let name = proptest::sample::select(
        &["memsize", "memSize", "a", "b.c", "scsi0:0.fileName", "x\u{E9}", "//k"][..],
    );
    let value = prop_oneof![
        "[ -~\\t]{0,12}".prop_map(|text| format!("\"{}\"", text.replace('"', "|22"))),
        "[!$-~]{0,6}".prop_map(|text| text.replace('"', "")),
    ];
    let space = proptest::sample::select(&["", " ", "\t", "  "][..]);
    let comment = proptest::sample::select(&["", " # c", "#"][..]);
    let entry = (space.clone(), name, space.clone(), space, value, comment)
        .prop_map(|(a, name, b, c, value, d)| format!("{a}{name}{b}={c}{value}{d}").into_bytes());
    let line = prop_oneof![
        6 => entry,
        1 => Just(b"# comment".to_vec()),
        1 => Just(b".encoding = \"windows-1252\"".to_vec()),
        1 => proptest::collection::vec(any::<u8>(), 0..12),
    ];
    let ending = proptest::sample::select(&["\n", "\r\n", "\r"][..]);
    let bom = proptest::sample::select(vec![&b""[..], b"\xEF\xBB\xBF"]);
    (bom, proptest::collection::vec((line, ending), 0..12), any::<bool>()).prop_map(|(bom, lines, last)| {
        let mut bytes = bom.to_vec();
        let count = lines.len();
        for (at, (line, ending)) in lines.into_iter().enumerate() {
            bytes.extend(line);
            if last || at + 1 < count {
                bytes.extend(ending.as_bytes());
            }
        }
        bytes
    })
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
    let mut child = isolated("true").spawn().unwrap();
    child.wait().unwrap();
    child.id()
}

pub(crate) fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|meta| meta.uid() == 0)
}

/// Returns a command without the environment of the tests, so that no setting of the user changes a result. It has `PATH`,
/// a home that does not exist, and no configuration file.
pub(crate) fn isolated(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default()).env("HOME", "/nonexistent");
    command.env("VMXEDIT_CONFIG", "");
    command
}

/// Returns the program that is tested: the one that was built with the tests, or `VMXEDIT_TEST_PROGRAM`.
pub(crate) fn program() -> PathBuf {
    let built = || assert_cmd::cargo::cargo_bin!("vmxedit").to_owned();
    std::env::var_os("VMXEDIT_TEST_PROGRAM").map_or_else(built, PathBuf::from)
}

/// Returns an isolated command for the program.
pub(crate) fn vmxedit() -> Command {
    isolated(program())
}

/// Returns a command that runs `program` as another user and group.
pub(crate) fn command_as(uid: u32, gid: u32, program: impl AsRef<OsStr>) -> Command {
    let mut command = isolated("setpriv");
    command.args([&format!("--reuid={uid}"), &format!("--regid={gid}"), "--clear-groups"]).arg(program);
    command
}

/// Waits until a process prints a line on standard error, which is a pipe, and asserts that it contains `part`.
#[track_caller]
pub(crate) fn wait_for_message(process: &mut Child, part: &str) {
    let mut line = String::new();
    let mut messages = BufReader::new(process.stderr.as_mut().expect("standard error should be a pipe"));
    messages.read_line(&mut line).unwrap();
    assert!(line.contains(part), "{line}");
}

/// Returns `/dev/full`, on which every write fails with `ENOSPC`.
pub(crate) fn dev_full() -> Stdio {
    File::options().write(true).open("/dev/full").unwrap().into()
}

/// Returns whether a variable of the tests is set to 1.
#[track_caller]
pub(crate) fn is_enabled(variable: &str) -> bool {
    match std::env::var(variable).as_deref() {
        Err(std::env::VarError::NotPresent) | Ok("" | "0") => false,
        Ok("1") => true,
        other => panic!("{variable} is {other:?}, not 0 or 1"),
    }
}

/// Asserts that a file of the repository has this content, or writes it if `VMXEDIT_UPDATE` is 1.
#[track_caller]
pub(crate) fn assert_checked_in(file: &str, printed: &str) {
    let path = repository_path(file);
    if is_enabled("VMXEDIT_UPDATE") {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, printed).unwrap();
    }
    let checked_in = fs::read_to_string(&path).unwrap_or_default();
    assert!(checked_in == printed, "{file} is out of date: run the tests with VMXEDIT_UPDATE=1");
}

/// A temporary directory that is removed after the test.
pub(crate) struct Scratch(tempfile::TempDir);

impl Scratch {
    pub(crate) fn new() -> Self {
        // Whatever the umask: tests put programs into it that root runs.
        let private = fs::Permissions::from_mode(0o700);
        Self(tempfile::Builder::new().permissions(private).tempdir().unwrap())
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

    /// Writes a file that no other user can write or replace, whatever the umask.
    pub(crate) fn write_private(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.write(name, content);
        self.set_mode(name, 0o644);
        for (end, _) in name.match_indices('/') {
            self.set_mode(&name[..end], 0o755);
        }
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
        let made = isolated("mkfifo").arg(&path).status().unwrap();
        assert!(made.success());
        path
    }

    /// Copies the program to a file that other users may run.
    ///
    /// `cp` writes the file: if this process had it open for writing while another thread forks, the kernel would
    /// refuse to run it (`ETXTBSY`).
    pub(crate) fn copy_program(&self, name: &str) -> PathBuf {
        let copy = self.path(name);
        let copied = isolated("cp").arg(program()).arg(&copy).status();
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

    /// Returns an isolated command for the program in this directory.
    pub(crate) fn command(&self) -> Command {
        let mut command = vmxedit();
        command.current_dir(self.0.path()).stdin(Stdio::null());
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

/// Removes the warning that every edit prints in a PID namespace, such as that of a container.
fn without_namespace_warnings(stderr: &str) -> String {
    static IS_INITIAL: LazyLock<bool> = LazyLock::new(|| {
        fs::read_link("/proc/self/ns/pid").is_ok_and(|name| name.as_os_str() == "pid:[4026531836]")
    });
    if *IS_INITIAL {
        return stderr.to_owned();
    }
    let is_other =
        |line: &&str| !line.ends_with("warning: processes outside this PID namespace cannot be seen");
    stderr.split_inclusive('\n').filter(|line| is_other(&line.trim_end())).collect()
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
            stderr: without_namespace_warnings(&String::from_utf8_lossy(&output.stderr)),
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

    /// Asserts this exit code and nothing on standard error, and returns the output.
    #[track_caller]
    pub(crate) fn printed(self, code: i32) -> String {
        assert_eq!((self.code, &*self.stderr), (code, ""), "{:?}: {}", self.args, self.stdout);
        self.stdout
    }

    /// Asserts this exit code, no output, and each of `parts` on standard error.
    #[track_caller]
    pub(crate) fn refuses(self, code: i32, parts: &[&str]) {
        self.reports(code, "", parts);
    }

    /// Asserts this exit code, exactly this output, and each of `parts` on standard error.
    #[track_caller]
    pub(crate) fn reports(self, code: i32, stdout: &str, parts: &[&str]) {
        assert_eq!((self.code, &*self.stdout), (code, stdout), "{:?}: {}", self.args, self.stderr);
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
