//! Programs that answer, and programs that do not.

use std::ffi::OsString;
use std::fs;
use std::time::{Duration, Instant};

use super::{Session, SessionError};

fn start(script: &str) -> Session {
    Session::start(&["sh", "-c", script].map(OsString::from)).expect("started")
}

fn receive(session: &mut Session) -> Result<Vec<u8>, SessionError> {
    session.receive(Duration::from_secs(5), &mut |_| false)
}

#[test]
fn what_is_sent_is_answered() {
    let mut session = start("while read -r line; do echo \"<$line>\"; done");
    for word in ["one", "two"] {
        session.send(format!("{word}\n").into_bytes());
        let answer = receive(&mut session).expect("an answer");
        assert_eq!(String::from_utf8_lossy(&answer), format!("<{word}>\n"));
    }
    assert!(session.end(), "all was sent");
}

#[test]
fn the_end_of_the_messages_of_a_program_that_ends_is_kept() {
    let mut session = start("echo 'no \u{1b}route' >&2; exit 255");
    let error = receive(&mut session).expect_err("it ends");
    assert_eq!(error.to_string(), "it ended: no \\u{1b}route");
    session.send(b"x".to_vec());
    assert!(receive(&mut session).is_err());
    assert!(!session.end(), "nothing was sent");
    let mut session = start("dd if=/dev/zero bs=1024 count=4096 2>/dev/null >&2; echo; echo why >&2");
    while receive(&mut session).is_ok() {}
    let error = receive(&mut session).expect_err("it ends").to_string();
    assert!(error.len() < 64 << 10 && error.ends_with("why"), "{}", error.len());
}

#[test]
fn silence_and_an_interrupt_end_the_wait() {
    let mut session = start("sleep 60");
    let error = session.receive(Duration::ZERO, &mut |_| false).expect_err("silent");
    assert!(matches!(error, SessionError::Silent(_)));
    let error = session.receive(Duration::from_secs(60), &mut |_| true).expect_err("interrupted");
    assert!(matches!(error, SessionError::Interrupted));
}

#[test]
fn a_program_that_does_not_read_is_waited_for_only_until_the_limit() {
    let started = Instant::now();
    let mut session = start("exec sleep 60");
    session.send(vec![b'x'; 8 << 20]);
    let error = session.receive(Duration::from_millis(200), &mut |_| false).expect_err("silent");
    assert!(matches!(error, SessionError::Silent(_)), "{error}");
    assert!(!session.end(), "not all was sent");
    let mut session = start("exec sleep 60");
    session.send(vec![b'x'; 8 << 20]);
    let error = session.receive(Duration::from_secs(60), &mut Session::stop_sending);
    assert!(matches!(error, Err(SessionError::Interrupted)), "{error:?}");
    drop(session);
    assert!(started.elapsed() < Duration::from_secs(10));
}

#[test]
fn a_message_that_was_sent_cannot_be_stopped() {
    let mut session = start("read -r line; sleep 0.2; echo done");
    session.send(b"x\n".to_vec());
    while session.written() < 2 {}
    assert!(!session.stop_sending());
    assert_eq!(receive(&mut session).expect("an answer"), b"done\n");
}

#[test]
fn output_that_nobody_reads_takes_no_memory_without_limit() {
    let mut session = start("exec cat /dev/zero");
    receive(&mut session).expect("output");
    std::thread::sleep(Duration::from_millis(300));
    let waiting = session.output.as_ref().map_or(0, |output| output.try_iter().count());
    // Those that come while these are counted included.
    assert!(waiting <= 1000, "{waiting}");
}

#[test]
fn output_without_end_does_not_keep_the_caller() {
    let mut session = start("exec cat /dev/zero");
    let started = Instant::now();
    let mut gives_up = |_: &mut Session| started.elapsed() > Duration::from_millis(100);
    let error = loop {
        if let Err(error) = session.receive(Duration::from_secs(60), &mut gives_up) {
            break error;
        }
        assert!(started.elapsed() < Duration::from_secs(5));
    };
    assert!(matches!(error, SessionError::Interrupted), "{error}");
}

#[test]
fn an_answer_needs_a_rate_after_some_time() {
    let mut session = start("while :; do echo x; sleep 0.05; done");
    session.exchange.time = Duration::from_millis(400);
    session.send(b"x".to_vec());
    let started = Instant::now();
    let error = loop {
        if let Err(error) = receive(&mut session) {
            break error;
        }
    };
    assert!(matches!(error, SessionError::Slow(_)), "{error}");
    assert!(started.elapsed() > Duration::from_millis(400), "{:?}", started.elapsed());
    // The next exchange has its own time, and bytes give more of it.
    let mut session = start(
        "read -r x; sleep 0.4; read -r x; dd if=/dev/zero bs=1024 count=100 2>/dev/null; sleep 0.4; echo x",
    );
    session.exchange.time = Duration::from_millis(200);
    session.send(b"x\n".to_vec());
    std::thread::sleep(Duration::from_millis(300));
    session.send(b"x\n".to_vec());
    let mut len = 0;
    while len < (100 << 10) + 2 {
        len += receive(&mut session).expect("enough").len();
    }
}

#[test]
fn a_program_can_clean_up_before_it_is_killed() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("restored");
    let script =
        format!("trap 'echo echo >{}; exit' TERM; echo ready; while :; do sleep 0.05; done", file.display());
    let mut session = start(&script);
    receive(&mut session).expect("ready");
    drop(session);
    assert_eq!(fs::read_to_string(&file).expect("restored"), "echo\n");
    // The same if it does not read its input.
    fs::remove_file(&file).expect("removed");
    let mut session = start(&script);
    receive(&mut session).expect("ready");
    session.send(vec![b'x'; 8 << 20]);
    // The pipe is full.
    while session.written() < 64 << 10 {}
    std::thread::sleep(Duration::from_millis(100));
    assert!(!session.end(), "not all was sent");
    assert_eq!(fs::read_to_string(&file).expect("restored"), "echo\n");
    // One that ignores the signal.
    let started = Instant::now();
    let mut session = start("trap '' TERM; echo ready; exec sleep 60");
    receive(&mut session).expect("ready");
    drop(session);
    assert!(started.elapsed() < Duration::from_secs(10), "{:?}", started.elapsed());
}

#[test]
fn the_reason_that_comes_late_is_kept() {
    // The program ends before the process that prints the reason.
    let mut session = start("(exec >&- <&-; sleep 0.3; echo late >&2) & exit 255");
    let error = receive(&mut session).expect_err("it ends");
    assert_eq!(error.to_string(), "it ended: late");
}
