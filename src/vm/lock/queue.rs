//! The steps of one process through VMware's lock protocol: enter, queue, wait.

use std::ffi::OsString;
use std::fs::{self, DirBuilder, File, OpenOptions, Permissions};
use std::io::{self, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, FileExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::inspect::is_valid_name;
use super::member::Member;
use super::{LockEntry, LockError, LockState};
use crate::host::listing;

/// Time after which VMware treats a process that is still entering as dead (`FILELOCK_PROGRESS_DEARTH`).
const ENTERING_TIMEOUT: Duration = Duration::from_secs(8);
/// The longest pause between two looks at the lock directory.
const MAX_PAUSE_MICROS: u64 = 10_000;

/// A member in the queue of a lock directory.
pub(super) struct Queued<'a> {
    directory: &'a Path,
    path: PathBuf,
    member: Member,
}

impl<'a> Queued<'a> {
    /// Steps 1 to 5: becomes a member of `directory`, with a number higher than all others. The member's path is in
    /// `members` before the member exists, so that the caller removes it whatever happens.
    pub(super) fn enter(directory: &'a Path, members: &mut Vec<PathBuf>) -> Result<Self, LockError> {
        let failed = |source: io::Error| LockError::Folder {
            action: format!("take VMware's lock, {}", directory.display()),
            source,
        };
        let mut member = Member::of_this_process();
        let mut entry = create_entry(directory).map_err(failed)?;
        // If this process dies now, others find out from the entry whose it was.
        entry.file.write_all(&member.to_bytes(directory)).map_err(failed)?;
        for path in member_paths(directory).map_err(failed)? {
            if let Some(other) = read_valid(&path, &member, directory) {
                member.lamport = member.lamport.max(other.lamport.saturating_add(1));
            }
        }
        if member.lamport > 1 {
            entry.file.write_all_at(&member.to_bytes(directory), 0).map_err(failed)?;
        }
        members.push(entry.names.member.clone());
        fs::rename(&entry.names.entry, &entry.names.member).map_err(failed)?;
        let path = entry.names.member.clone();
        let entering = entry.into_member();
        fs::remove_dir(&entering).map_err(failed)?;
        Ok(Self { directory, path, member })
    }

    /// Step 6: waits until this member is the first.
    pub(super) fn wait(&self, peer_timeout: Duration, interrupt: &AtomicBool) -> Result<(), LockError> {
        let mut pause = Pause { began: Instant::now(), micros: 0, interrupt };
        self.wait_for_entering(&mut pause)?;
        self.wait_for_members(peer_timeout, &mut pause)
    }

    /// Waits for the processes that are choosing a number now. Those that died doing so are removed.
    fn wait_for_entering(&self, pause: &mut Pause<'_>) -> Result<(), LockError> {
        for number in entering_numbers(self.directory).map_err(|error| self.unreadable(error))? {
            let names = Names::of(self.directory, &number);
            while names.entering.exists() {
                if pause.elapsed() > ENTERING_TIMEOUT || is_abandoned(&names, &self.member.machine) {
                    let _ = fs::remove_dir(&names.entering);
                    let _ = fs::remove_file(&names.entry);
                    break;
                }
                pause.rest()?;
            }
        }
        Ok(())
    }

    /// Waits for the members before this one, as long as they are of other runs of this program.
    fn wait_for_members(&self, peer_timeout: Duration, pause: &mut Pause<'_>) -> Result<(), LockError> {
        let members = member_paths(self.directory).map_err(|error| self.unreadable(error))?;
        for path in members.into_iter().filter(|path| *path != self.path) {
            while let Some(state) = self.blocker(&path) {
                let is_peer = matches!(&state, LockState::Live { program, .. } if program == "vmxedit");
                if !is_peer || pause.elapsed() > peer_timeout {
                    return Err(LockError::HeldBy(LockEntry { path, state }));
                }
                pause.rest()?;
            }
        }
        Ok(())
    }

    /// Returns the state of the member at `path` if it is before this one. A stale one is removed.
    fn blocker(&self, path: &Path) -> Option<LockState> {
        let other = match Member::read(path) {
            Ok(bytes) => Member::parse(&bytes)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return None,
            Err(error) => return Some(LockState::Unreadable { why: error.to_string() }),
        };
        let state = other.classify(&self.member.machine, self.directory);
        if matches!(state, LockState::Stale { .. }) {
            let _ = fs::remove_file(path);
            return None;
        }
        ((other.lamport, path) < (self.member.lamport, &self.path)).then_some(state)
    }

    fn unreadable(&self, source: io::Error) -> LockError {
        LockError::Io { action: format!("read VMware's lock, {}", self.directory.display()), source }
    }
}

/// The three paths of one number in a lock directory.
struct Names {
    /// The directory `D`.
    entering: PathBuf,
    /// The file `E`.
    entry: PathBuf,
    /// The file `M`.
    member: PathBuf,
}

impl Names {
    fn of(directory: &Path, number: &str) -> Self {
        let name = |kind: &str| directory.join(format!("{kind}{number}.lck"));
        Self { entering: name("D"), entry: name("E"), member: name("M") }
    }
}

/// `D` and `E` of this process. Dropping it removes them.
struct Entry<'a> {
    directory: &'a Path,
    names: Names,
    file: File,
    is_member: bool,
}

impl Entry<'_> {
    /// Keeps the entry, which is a member now. Returns the path of `D`, which is still to be removed.
    fn into_member(mut self) -> PathBuf {
        self.is_member = true;
        std::mem::take(&mut self.names.entering)
    }
}

impl Drop for Entry<'_> {
    fn drop(&mut self) {
        if !self.is_member {
            // `D` first: `E` without it makes no other process wait.
            let _ = fs::remove_dir(&self.names.entering);
            let _ = fs::remove_file(&self.names.entry);
            let _ = fs::remove_dir(self.directory);
        }
    }
}

/// Waits between two looks at a lock directory, a little longer each time.
struct Pause<'a> {
    began: Instant,
    micros: u64,
    interrupt: &'a AtomicBool,
}

impl Pause<'_> {
    fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }

    fn rest(&mut self) -> Result<(), LockError> {
        if self.interrupt.load(Ordering::Relaxed) {
            return Err(LockError::Interrupted);
        }
        self.micros = (self.micros * 3 / 2 + 500).min(MAX_PAUSE_MICROS);
        std::thread::sleep(Duration::from_micros(self.micros));
        Ok(())
    }
}

/// Steps 1 and 2: creates the lock directory, `D` and `E`, with a number that is free.
fn create_entry(directory: &Path) -> io::Result<Entry<'_>> {
    let began = Instant::now();
    let random = fastrand::u64(..);
    for number in (0..).map(|attempt: u64| random.wrapping_add(attempt * 7919) & 0xFFFF) {
        // A process that removes the last member removes the directory too, between any two of these steps.
        ensure_directory(directory)?;
        let names = Names::of(directory, &format!("{number:05}"));
        // `D` never contains anything, so its mode does not matter.
        match fs::create_dir(&names.entering) {
            Ok(()) if names.member.symlink_metadata().is_ok() => fs::remove_dir(&names.entering)?,
            Ok(()) => {
                let created = create_entry_file(&names.entry);
                if created.is_err() {
                    let _ = fs::remove_dir(&names.entering);
                    let _ = fs::remove_dir(directory);
                }
                return Ok(Entry { directory, names, file: created?, is_member: false });
            }
            Err(error) if matches!(error.kind(), io::ErrorKind::AlreadyExists | io::ErrorKind::NotFound) => {}
            Err(error) => {
                let _ = fs::remove_dir(directory);
                return Err(error);
            }
        }
        if began.elapsed() > ENTERING_TIMEOUT {
            break;
        }
    }
    Err(io::Error::from(io::ErrorKind::ResourceBusy))
}

fn ensure_directory(directory: &Path) -> io::Result<()> {
    match create_directory(directory) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            if fs::metadata(directory).is_err() && directory.is_symlink() {
                return Err(io::Error::new(io::ErrorKind::ResourceBusy, "a symlink that leads nowhere"));
            }
            Ok(())
        }
        other => other,
    }
}

/// Creates the lock directory with mode 0777 whatever the umask, as VMware does.
fn create_directory(path: &Path) -> io::Result<()> {
    DirBuilder::new().mode(0o777).create(path)?;
    match fs::set_permissions(path, Permissions::from_mode(0o777)) {
        // Another process that removed its member may have removed the directory.
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            let _ = fs::remove_dir(path);
            Err(error)
        }
        _ => Ok(()),
    }
}

/// Creates `E` with mode 0644 whatever the umask, as VMware does.
fn create_entry_file(path: &Path) -> io::Result<File> {
    let file = OpenOptions::new().write(true).create_new(true).mode(0o644).open(path)?;
    let mode = file.metadata().map(|meta| meta.permissions().mode() & 0o777);
    match mode.and_then(|mode| match mode {
        0o644 => Ok(()),
        _ => file.set_permissions(Permissions::from_mode(0o644)),
    }) {
        Ok(()) => Ok(file),
        Err(error) => {
            let _ = fs::remove_file(path);
            Err(error)
        }
    }
}

/// Returns the paths of the members in a lock directory.
fn member_paths(directory: &Path) -> io::Result<Vec<PathBuf>> {
    Ok(valid_names(directory, b'M')?.iter().map(|name| directory.join(name)).collect())
}

/// Returns the numbers of the processes that are entering.
fn entering_numbers(directory: &Path) -> io::Result<Vec<String>> {
    let names = valid_names(directory, b'D')?;
    Ok(names.iter().map(|name| String::from_utf8_lossy(&name.as_bytes()[1..6]).into_owned()).collect())
}

fn valid_names(directory: &Path, kind: u8) -> io::Result<Vec<OsString>> {
    let mut names = listing::names(directory)?;
    names.retain(|name| name.as_bytes().first() == Some(&kind) && is_valid_name(name.as_bytes()));
    Ok(names)
}

/// Reads a member. Returns `None` for one that is not valid, and for one of a dead process of this host, which is
/// removed.
fn read_valid(path: &Path, own: &Member, directory: &Path) -> Option<Member> {
    let other = Member::parse(&Member::read(path).ok()?)?;
    if matches!(other.classify(&own.machine, directory), LockState::Stale { .. }) {
        let _ = fs::remove_file(path);
        return None;
    }
    Some(other)
}

/// Returns whether the process that was entering under this number is a dead process of this host.
fn is_abandoned(names: &Names, machine: &str) -> bool {
    let written = Member::read(&names.entry).or_else(|_| Member::read(&names.member));
    let member = written.ok().and_then(|bytes| Member::parse(&bytes));
    member.is_some_and(|member| matches!(member.classify(machine, &names.entry), LockState::Stale { .. }))
}
