//! The steps of one process through VMware's lock protocol: enter, queue, wait.

use std::ffi::{OsStr, OsString};
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::free::{MEMBER_MODE, directory_mode, open_own};
use super::inspect::{in_place_of_directory, is_valid_name};
use super::member::Member;
use super::{HeldMember, LockEntry, LockError, LockState, failed, lock_dir_name, retry};
use crate::host::{Folder, LockName, NewFile, io_message};

/// Time after which VMware treats a process that is still entering as dead (`FILELOCK_PROGRESS_DEARTH`).
const ENTERING_TIMEOUT: Duration = Duration::from_secs(8);
/// The longest pause between two looks at the lock directory.
const MAX_PAUSE_MICROS: u64 = 10_000;

/// A member in the queue of a lock directory. Dropping it leaves the queue.
pub(super) struct Queued {
    held: HeldMember,
    member: Member,
}

impl Queued {
    /// Steps 1 to 5: becomes a member, with a number higher than all others.
    pub(super) fn enter(name: &LockName, interrupt: &AtomicBool) -> Result<Self, LockError> {
        let failed = failed(name);
        let path = name.folder.path_of(lock_dir_name(&name.name));
        let mut member = Member::of_this_process();
        let (mut entry, mut file) = Entry::create(name)?;
        // If this process dies now, others find out from the entry whose it was.
        file.write(&member.to_bytes(&path)).map_err(&failed)?;
        for other in members(&entry.directory).map_err(&failed)? {
            if interrupt.load(Ordering::Relaxed) {
                return Err(LockError::Interrupted);
            }
            if let Some(other) = read_valid(&entry.directory, &other) {
                member.lamport = member.lamport.max(other.lamport.saturating_add(1));
            }
        }
        if member.lamport > 1 {
            file.rewrite(&member.to_bytes(&path)).map_err(&failed)?;
        }
        // On some file systems, an open file cannot be renamed.
        drop(file);
        entry.directory.rename(&entry.names.entry, &entry.names.member).map_err(&failed)?;
        let held = HeldMember {
            name: name.clone(),
            directory: Arc::clone(&entry.directory),
            member: entry.names.member.clone(),
            is_held: true,
        };
        entry.is_member = true;
        retry(|| entry.directory.remove_folder(&entry.names.entering)).map_err(&failed)?;
        Ok(Self { held, member })
    }

    /// Step 6: waits until this member is the first.
    pub(super) fn wait(&self, peer_timeout: Duration, interrupt: &AtomicBool) -> Result<(), LockError> {
        let mut pause = Pause { began: Instant::now(), micros: 0, interrupt };
        self.wait_for_entering(&mut pause)?;
        self.wait_for_members(peer_timeout, &mut pause)
    }

    /// Returns the member, which stays.
    pub(super) fn into_held(self) -> HeldMember {
        self.held
    }

    /// Waits for the processes that are choosing a number now. Those that died doing so are removed.
    fn wait_for_entering(&self, pause: &mut Pause<'_>) -> Result<(), LockError> {
        let directory = &self.held.directory;
        for number in entering_numbers(directory).map_err(|error| self.unreadable(error))? {
            let names = Names::of(&number);
            while directory.stat_of(&names.entering).is_ok() {
                if pause.elapsed() > ENTERING_TIMEOUT || is_abandoned(directory, &names) {
                    let _ = directory.remove_folder(&names.entering);
                    let _ = directory.remove_file(&names.entry);
                    break;
                }
                pause.rest()?;
            }
        }
        Ok(())
    }

    /// Waits for the members before this one, as long as they are of other runs of this program.
    fn wait_for_members(&self, peer_timeout: Duration, pause: &mut Pause<'_>) -> Result<(), LockError> {
        let members = members(&self.held.directory).map_err(|error| self.unreadable(error))?;
        for name in members.into_iter().filter(|name| *name != self.held.member) {
            while let Some(state) = self.blocker(&name) {
                let is_peer = matches!(&state, LockState::Live { program, .. } if program == "vmxedit");
                if !is_peer || pause.elapsed() > peer_timeout {
                    let directory = &*self.held.directory;
                    return Err(LockError::HeldBy(LockEntry::in_directory(directory, &name, state)));
                }
                pause.rest()?;
            }
        }
        Ok(())
    }

    /// Returns the state of the member `name` if it is before this one. A stale one is removed.
    fn blocker(&self, name: &OsStr) -> Option<LockState> {
        let directory = &*self.held.directory;
        let other = match Member::read(directory, name) {
            Ok(bytes) => Member::parse(&bytes)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return None,
            Err(error) => return Some(LockState::Unreadable { why: io_message(&error) }),
        };
        let state = other.classify(directory);
        if matches!(state, LockState::Stale { .. }) {
            let _ = directory.remove_file(name);
            return None;
        }
        let own = (self.member.lamport, &*self.held.member);
        ((other.lamport, name) < own).then_some(state)
    }

    fn unreadable(&self, source: io::Error) -> LockError {
        let directory = self.held.directory.path();
        LockError::Io { action: format!("read VMware's lock, {}", directory.display()), source }
    }
}

/// The three names of one number in a lock directory.
struct Names {
    /// The directory `D`.
    entering: OsString,
    /// The file `E`.
    entry: OsString,
    /// The file `M`.
    member: OsString,
}

impl Names {
    fn of(number: &str) -> Self {
        let name = |kind: &str| format!("{kind}{number}.lck").into();
        Self { entering: name("D"), entry: name("E"), member: name("M") }
    }
}

/// `D` and `E` of this process. Dropping it removes them, unless it is a member.
struct Entry {
    folder: LockName,
    directory: Arc<Folder>,
    names: Names,
    is_member: bool,
}

impl Entry {
    /// Steps 1 and 2: creates the lock directory, `D` and `E`, with a number that is free.
    fn create(name: &LockName) -> Result<(Self, NewFile), LockError> {
        let failed = failed(name);
        let began = Instant::now();
        let random = fastrand::u64(..);
        for number in (0..).map(|attempt: u64| random.wrapping_add(attempt * 7919) & 0xFFFF) {
            // A process that removes the last member removes the directory too, between any two of these steps.
            if let Some(directory) = open_or_create(name)? {
                match Self::create_in(name, directory, Names::of(&format!("{number:05}"))) {
                    Ok(Some(created)) => return Ok(created),
                    Ok(None) => {}
                    Err(error) => {
                        let _ = name.folder.remove_folder(&lock_dir_name(&name.name));
                        return Err(failed(error));
                    }
                }
            }
            if began.elapsed() > ENTERING_TIMEOUT {
                break;
            }
        }
        Err(failed(io::ErrorKind::ResourceBusy.into()))
    }

    /// Returns `None` where the number is taken, or the directory was removed.
    fn create_in(name: &LockName, directory: Folder, names: Names) -> io::Result<Option<(Self, NewFile)>> {
        // `D` never contains anything, so its mode does not matter.
        match directory.create_folder(&names.entering, 0o777) {
            Err(error) if matches!(error.kind(), io::ErrorKind::AlreadyExists | io::ErrorKind::NotFound) => {
                return Ok(None);
            }
            created => created?,
        }
        if directory.stat_of(&names.member).is_ok() {
            directory.remove_folder(&names.entering)?;
            return Ok(None);
        }
        let created = directory.create_file(&names.entry, MEMBER_MODE);
        let entry = Self { folder: name.clone(), directory: Arc::new(directory), names, is_member: false };
        let file = created?;
        if file.stat()?.mode & 0o777 != MEMBER_MODE {
            file.set_mode(MEMBER_MODE)?;
        }
        Ok(Some((entry, file)))
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        if !self.is_member {
            // `D` first: `E` without it makes no other process wait.
            let _ = self.directory.remove_folder(&self.names.entering);
            let _ = self.directory.remove_file(&self.names.entry);
            let _ = self.folder.folder.remove_folder(&lock_dir_name(&self.folder.name));
        }
    }
}

/// Opens the lock directory, and creates it if there is none. Returns `None` if another process removed it in between.
fn open_or_create(name: &LockName) -> Result<Option<Folder>, LockError> {
    let directory_name = lock_dir_name(&name.name);
    let failed = failed(name);
    let mode = directory_mode(&name.folder).map_err(&failed)?;
    match name.folder.create_folder(&directory_name, mode) {
        Ok(()) => {
            // Where its mode cannot be set, it is as the umask left it.
            let _ = open_own(&name.folder, &directory_name, mode);
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        Err(error) => return Err(failed(error)),
    }
    match name.folder.open_child(&directory_name) {
        Ok(directory) => Ok(Some(directory)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => {
            let holder = in_place_of_directory(&*name.folder, &directory_name);
            holder.map_or(Ok(None), |holder| Err(LockError::HeldBy(holder)))
        }
        Err(error) => Err(failed(error)),
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

/// Returns the names of the members in a lock directory.
///
/// # Errors
/// The system's; also if there are more members than processes ever wait for one lock.
fn members(directory: &Folder) -> io::Result<Vec<OsString>> {
    const MAX_MEMBERS: usize = 5000;
    let names = valid_names(directory, b'M')?;
    if names.len() > MAX_MEMBERS {
        return Err(io::Error::other(format!("it has more than {MAX_MEMBERS} members")));
    }
    Ok(names)
}

/// Returns the numbers of the processes that are entering.
fn entering_numbers(directory: &Folder) -> io::Result<Vec<String>> {
    let names = valid_names(directory, b'D')?;
    Ok(names
        .iter()
        .map(|name| String::from_utf8_lossy(&name.as_encoded_bytes()[1..6]).into_owned())
        .collect())
}

fn valid_names(directory: &Folder, kind: u8) -> io::Result<Vec<OsString>> {
    let mut names = directory.names()?;
    names.retain(|name| {
        let bytes = name.as_encoded_bytes();
        bytes.first() == Some(&kind) && is_valid_name(bytes)
    });
    Ok(names)
}

/// Reads a member. Returns `None` for one that is not valid, and for one of a dead process of this host, which is
/// removed.
fn read_valid(directory: &Folder, name: &OsStr) -> Option<Member> {
    let other = Member::parse(&Member::read(directory, name).ok()?)?;
    if matches!(other.classify(directory), LockState::Stale { .. }) {
        let _ = directory.remove_file(name);
        return None;
    }
    Some(other)
}

/// Returns whether the process that was entering under this number is a dead process of this host.
fn is_abandoned(directory: &Folder, names: &Names) -> bool {
    let written = Member::read(directory, &names.entry).or_else(|_| Member::read(directory, &names.member));
    let member = written.ok().and_then(|bytes| Member::parse(&bytes));
    member.is_some_and(|member| matches!(member.classify(directory), LockState::Stale { .. }))
}
