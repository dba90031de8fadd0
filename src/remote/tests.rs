//! Hosts without `ssh`: the script runs on this machine.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::{Duration, Instant};

use super::{Address, Connection, Depth, Extent, RemoteError, RemoteFile, Replaced, Replacement, Transport};
use crate::Document;
use crate::file::OnLoss;
use crate::host::FolderView as _;
use crate::vm::power::PowerState;

static NEVER: AtomicBool = AtomicBool::new(false);

fn connect(program: &[OsString], path: &Path) -> (Arc<Connection>, Address) {
    let mut text = OsString::from("there:");
    text.push(path);
    let address = Address::parse(&text).expect("an address").expect("of another host");
    let transport = Transport { program: Some(program.to_vec()), may_ask: false, interrupt: Arc::default() };
    (Arc::new(Connection::open(&address.host, &transport).expect("connected")), address)
}

fn replacement(content: &[u8]) -> Replacement<'_> {
    Replacement {
        content,
        backup: Some(".bak".into()),
        modified: None,
        metadata: OnLoss::Refuse,
        hard_links: OnLoss::Refuse,
        durable: true,
        requires_off: true,
        patience: Duration::ZERO,
        reload: false,
        interrupt: &NEVER,
    }
}

#[test]
fn a_file_is_read_and_replaced() {
    let fake = Fake::new("");
    let folder = fake.folder.path().join("it's $(a)");
    fs::create_dir(&folder).expect("a folder");
    let vmx = folder.join("it's $(a) vm.vmx");
    fs::write(&vmx, b"memsize = \"1024\"\n\0\xFF").expect("written");
    let (connection, address) = connect(&fake.program, &folder);
    let file = view(&connection, &address);
    assert_eq!(file.bytes(), b"memsize = \"1024\"\n\0\xFF");
    assert_eq!(file.folder().names().expect("names"), [vmx.file_name().expect("a name")]);
    let power = file.assess(&Document::parse(file.bytes()));
    assert_eq!(power.state, PowerState::Off, "{power:?}");
    let replaced = file.replace(&replacement(b"memsize = \"2048\"\n")).expect("an answer");
    let Replaced::Done(saved) = replaced else { panic!("{replaced:?}") };
    assert_eq!(fs::read(&vmx).expect("read"), b"memsize = \"2048\"\n");
    assert_eq!(saved.backup.as_deref(), Some(OsStr::new("it's $(a) vm.vmx.bak")));
    let replaced = file.replace(&replacement(b"x")).expect("an answer");
    assert!(matches!(replaced, Replaced::Changed), "{replaced:?}");
    assert_eq!(fs::read_dir(folder).expect("listed").count(), 2, "nothing is left");
}

#[test]
fn the_script_reads_the_words_that_are_sent() {
    let script = include_str!("host.sh");
    let list = script.split_once("request='").expect("a list").1.split('\'').next().expect("its end");
    let fake = Fake::new("");
    let (connection, address) = fake.connect();
    let words = view(&connection, &address).words(&replacement(b""), None).expect("words");
    // Behind them is the number of lines of the content.
    let names = words.iter().map(|(name, _)| *name).chain(["lines"]);
    assert_eq!(list.split_whitespace().collect::<Vec<_>>(), names.collect::<Vec<_>>());
}

#[test]
fn names_that_lead_elsewhere_are_refused() {
    for kind in ["located", "name no", "link-folder\\n/\\n\\n%s link-name"] {
        let answer = format!("printf '\\n%s {kind}\\n../../etc/passwd\\n' \"$token\" \"$token\"");
        let fake = Fake::new("");
        // The script of the host answers as it does, with one more frame.
        let program: Vec<OsString> = fake
            .program
            .iter()
            .map(|word| {
                let word = word.to_str().expect("text");
                let begin = "exec sh -c \"$2\"";
                let changed = format!(
                    "export answer='{}'; exec sh -c \"$(printf '%s' \"$2\" | sed 's/^ *frame file$/frame file; eval \"$answer\"/')\"",
                    answer.replace('\'', "'\\''")
                );
                word.replace(begin, &changed).into()
            })
            .collect();
        let (connection, address) = connect(&program, &fake.folder.path().join("vm/vm.vmx"));
        let found = connection.read(&[address], Depth::View).expect("an answer").pop().expect("a file");
        let error = found.err().map(|error| format!("{error:?}")).unwrap_or_default();
        assert!(error.contains("unexpected name"), "{kind}: {error}");
    }
}

/// A host whose program is a script in a folder. `begin` runs before the host's own script, which is `$2`.
struct Fake {
    folder: tempfile::TempDir,
    program: Vec<OsString>,
}

impl Fake {
    fn new(begin: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        fs::create_dir(folder.path().join("vm")).expect("a folder");
        fs::create_dir(folder.path().join("tools")).expect("a folder");
        fs::write(folder.path().join("vm/vm.vmx"), "old").expect("written");
        let root = folder.path().display();
        let script =
            format!("root={root}; PATH=$root/tools:$PATH; echo $$ >>$root/pids; {begin}\nexec sh -c \"$2\"");
        let program = ["sh", "-c", &script, "rsh"].map(OsString::from).to_vec();
        Self { folder, program }
    }

    fn add_tool(&self, name: &str, script: &str) {
        use std::os::unix::fs::PermissionsExt as _;
        let path = self.folder.path().join("tools").join(name);
        fs::write(&path, format!("#!/bin/sh\n{script}\n")).expect("written");
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("executable");
    }

    fn connect(&self) -> (Arc<Connection>, Address) {
        connect(&self.program, &self.folder.path().join("vm/vm.vmx"))
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.folder.path().join(name)).unwrap_or_default()
    }

    /// Sends a signal to the process that runs the host's script.
    fn signal(&self, name: &str) {
        let pids = self.read("pids");
        let pid = pids.lines().last().expect("a process");
        assert!(Command::new("kill").args([name, pid]).status().expect("run").success());
        thread::sleep(Duration::from_millis(100));
    }
}

fn view(connection: &Arc<Connection>, address: &Address) -> RemoteFile {
    let found = connection.read(std::slice::from_ref(address), Depth::View).expect("an answer");
    found.into_iter().next().expect("a file").expect("found")
}

#[test]
fn a_connection_that_ended_between_two_requests_is_opened_again() {
    let fake = Fake::new("[ ! -e $root/down ] || exit 255");
    let (connection, address) = fake.connect();
    let file = view(&connection, &address);
    fake.signal("-9");
    assert_eq!(view(&connection, &address).bytes(), b"old");
    fake.signal("-9");
    // The evidence is gathered again: its fingerprint is that of one connection.
    let replaced = file.replace(&replacement(b"new")).expect("an answer");
    assert!(matches!(replaced, Replaced::Changed), "{replaced:?}");
    let file = view(&connection, &address);
    let replaced = file.replace(&replacement(b"new")).expect("an answer");
    assert!(matches!(replaced, Replaced::Done(_)), "{replaced:?}");
    assert_eq!((fake.read("vm/vm.vmx"), fake.read("pids").lines().count()), ("new".to_owned(), 3));
    // If that fails, nothing was changed, and it is not tried again.
    let file = view(&connection, &address);
    fake.signal("-9");
    fs::write(fake.folder.path().join("down"), "").expect("written");
    for _ in 0..3 {
        let error = file.replace(&replacement(b"x")).expect_err("no host");
        assert!(matches!(error, RemoteError::Lost { .. }), "{error:?}");
    }
    assert_eq!((fake.read("vm/vm.vmx"), fake.read("pids").lines().count()), ("new".to_owned(), 4));
}

#[test]
fn a_replacement_that_was_sent_is_waited_for_until_the_second_signal() {
    let fake = Fake::new("");
    fake.add_tool("mv", ">\"${0%/*}/../moving\"; sleep 1; PATH=/usr/bin:/bin exec mv \"$@\"");
    let moving = fake.folder.path().join("moving");
    for signals in [1, 2] {
        let (connection, address) = fake.connect();
        let file = view(&connection, &address);
        let _ = fs::remove_file(&moving);
        let interrupt = AtomicBool::new(false);
        let result = thread::scope(|scope| {
            scope.spawn(|| {
                while !moving.exists() {
                    thread::sleep(Duration::from_millis(10));
                }
                for _ in 0..signals {
                    interrupt.store(true, Ordering::Relaxed);
                    thread::sleep(Duration::from_millis(100));
                }
            });
            file.replace(&Replacement { interrupt: &interrupt, ..replacement(b"new") })
        });
        if signals == 1 {
            assert!(matches!(result, Ok(Replaced::Done(_))), "{result:?}");
            assert_eq!(fake.read("vm/vm.vmx"), "new");
        } else {
            let error = result.expect_err("given up");
            assert!(matches!(error, RemoteError::LostInReplacement { .. }), "{error:?}");
            assert!(error.to_string().contains("interrupted; the file has either"), "{error}");
        }
    }
}

#[test]
fn a_host_that_reads_nothing_is_given_up_at_a_signal_and_gets_no_content() {
    let fake = Fake::new("");
    let (connection, address) = fake.connect();
    let file = view(&connection, &address);
    fake.signal("-STOP");
    let interrupt = AtomicBool::new(true);
    let started = Instant::now();
    let result = file.replace(&Replacement { interrupt: &interrupt, ..replacement(&vec![b'x'; 4 << 20]) });
    assert!(matches!(result, Err(RemoteError::Interrupted)), "{result:?}");
    assert!(started.elapsed() < Duration::from_secs(10));
    assert_eq!(fake.read("vm/vm.vmx"), "old");
}

#[test]
fn an_answer_without_end_is_refused() {
    let greeting = "printf '\\n%s host Linux 0 sha256 yes 0\\nname\\n\\n%s end\\n' $token $token";
    let fake = Fake::new(&format!("read -r token; {greeting}; read -r verb; exec cat /dev/zero"));
    let (connection, address) = fake.connect();
    let error = connection.search(&address, Extent::All, &["vmx"]).expect_err("too long");
    assert_eq!(error.to_string(), "there sent an unexpected answer: it is larger than 64 MB");
}

#[test]
fn an_absurd_time_of_a_host_is_refused() {
    for time in ["18446744073709551615", "9223372036854775807", "soon"] {
        let fake = Fake::new("");
        fake.add_tool("date", &format!("echo {time}"));
        let address = Address::parse("there:/a.vmx".as_ref()).expect("an address").expect("remote");
        let transport =
            Transport { program: Some(fake.program.clone()), may_ask: false, interrupt: Arc::default() };
        let error = Connection::open(&address.host, &transport).expect_err("refused");
        assert!(matches!(error, RemoteError::Unexpected { .. }), "{error:?}");
    }
}

#[test]
fn one_host_at_a_time_may_ask_for_a_password() {
    let fake =
        Fake::new("mkdir $root/asks || echo two >>$root/overlap; sleep 0.3; rmdir $root/asks 2>/dev/null");
    let open = |host: &str| {
        let address = Address::parse(format!("{host}:/a.vmx").as_ref()).expect("an address").expect("remote");
        let transport =
            Transport { program: Some(fake.program.clone()), may_ask: true, interrupt: Arc::default() };
        Connection::open(&address.host, &transport).expect("connected");
    };
    thread::scope(|scope| {
        for host in ["esx1", "esx2", "esx3"] {
            scope.spawn(move || open(host));
        }
    });
    assert_eq!((fake.read("overlap"), fake.read("pids").lines().count()), (String::new(), 3));
}

/// bash 3.2, the shell of macOS, takes the parenthesis of a pattern for the end of `$(`.
#[test]
fn patterns_in_command_substitutions_have_both_parentheses() {
    let script = include_str!("host.sh");
    let mut is_inside = false;
    let mut seen = 0;
    for line in script.lines().map(str::trim).filter(|line| !line.starts_with('#')) {
        if is_inside && !line.starts_with(')') {
            seen += 1;
            let count = |letter: char| line.matches(letter).count();
            assert!(count('(') >= count(')'), "{line}");
        }
        is_inside = line.ends_with("$(") || (is_inside && !line.starts_with(')'));
    }
    assert!(seen > 20, "{seen}");
}

/// On a Mac, the arguments of all processes are searched for the name, and the script is an argument.
#[test]
fn the_script_is_not_taken_for_a_process_that_runs_a_vm() {
    assert!(!include_str!("host.sh").contains("vmware-vmx"));
}
