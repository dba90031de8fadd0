//! VMware's own lock on a file, taken in VMware's own protocol, and looked at.
//!
//! The lock of `X` is the directory `X.lck/`. Who enters makes `D12345.lck/` (so that others wait while it chooses its
//! turn), writes `E12345.lck`, looks for the highest turn, renames the entry to the member `M12345.lck` with a turn one
//! higher, and takes `D` away. It holds the lock when no member with a lower turn is left.
//! Source: open-vm-tools `lib/file/fileLockPrimitive.c`.

mod look;
mod member;

use std::ffi::OsString;
use std::fs::{self, DirBuilder, File, OpenOptions, Permissions};
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::{self, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, FileExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use self::member::Member;
use crate::error::Cause;
use crate::vm::{folder, host};

pub use self::look::{Meaning, Sign, directory_of, signs};

/// How long VMware lets somebody enter before it takes him for dead (`FILELOCK_PROGRESS_DEARTH`).
const ENTERING_TAKES_AT_MOST: Duration = Duration::from_secs(8);

/// What came of asking for the lock.
#[derive(Debug)]
pub enum Asked {
    /// It is held until the [`Lock`] is released or dropped.
    Taken(Lock),
    /// Somebody else holds it.
    Held(Sign),
}

/// VMware's lock on one file under one or more names, held exclusively.
#[derive(Debug, Default)]
#[must_use = "a lock that is dropped is no longer held"]
pub struct Lock {
    members: Vec<PathBuf>,
}

impl Lock {
    /// Takes the lock beside every one of `paths`, in their order. Other runs of this program are waited for, at most
    /// `for_ours`; everybody else's lock ends the attempt. `stopped` is asked while waiting.
    ///
    /// Members of this host's dead processes are removed, as VMware removes them; nobody else's ever are. On ESXi,
    /// where the kernel locks files, nothing is made: a lock file that cannot be opened counts as held.
    ///
    /// # Errors
    /// [`Cause::Io`] where the lock cannot be made, [`Cause::Stopped`].
    pub fn take(paths: &[PathBuf], for_ours: Duration, stopped: &dyn Fn() -> bool) -> Result<Asked, Cause> {
        let mut lock = Self::default();
        for path in paths {
            let directory = directory_of(path);
            let there = fs::metadata(&directory);
            if there.as_ref().is_err_and(look::is_name_too_long) {
                // Nobody can lock a file whose lock would have no name.
                continue;
            }
            if host::is_vmkernel() || there.is_ok_and(|meta| !meta.is_dir()) {
                match look::regular_file(&directory) {
                    Some(meaning) => return Ok(Asked::Held(Sign { path: directory, meaning })),
                    None => continue,
                }
            }
            let turn = Turn::queue(&directory, &mut lock)?;
            if let Some(sign) = turn.wait(for_ours, stopped)? {
                return Ok(Asked::Held(sign));
            }
        }
        Ok(Asked::Taken(lock))
    }

    /// Gives the lock back.
    ///
    /// # Errors
    /// [`Cause::Io`] where a member cannot be removed; it is stale once this process is gone.
    pub fn release(mut self) -> Result<(), Cause> {
        self.give_back().map_err(|error| Cause::io("give VMware's lock back; the file is as reported", error))
    }

    fn give_back(&mut self) -> io::Result<()> {
        let mut done = Ok(());
        for member in self.members.drain(..).rev() {
            done = done.and(persist(|| fs::remove_file(&member)));
            if let Some(directory) = member.parent() {
                // Others may be in it.
                let _ = persist(|| fs::remove_dir(directory));
            }
        }
        done
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        let _ = self.give_back();
    }
}

/// Tries three times what may fail once.
fn persist(attempt: impl Fn() -> io::Result<()>) -> io::Result<()> {
    for _ in 0..2 {
        match attempt() {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) if error.kind() != io::ErrorKind::DirectoryNotEmpty => {}
            other => return other,
        }
    }
    attempt()
}

/// The three names of one number in a lock directory.
struct Names {
    entering: PathBuf,
    entry: PathBuf,
    member: PathBuf,
}

impl Names {
    fn of(directory: &Path, number: &str) -> Self {
        let name = |kind: &str| directory.join(format!("{kind}{number}.lck"));
        Self { entering: name("D"), entry: name("E"), member: name("M") }
    }
}

/// On the way in: what is made goes again unless the member takes its place.
struct Entry<'a> {
    directory: &'a Path,
    names: Names,
    file: File,
    done: bool,
}

impl Drop for Entry<'_> {
    fn drop(&mut self) {
        if !self.done {
            // `D` first: an entry alone hinders nobody.
            let _ = fs::remove_dir(&self.names.entering);
            let _ = fs::remove_file(&self.names.entry);
            let _ = fs::remove_dir(self.directory);
        }
    }
}

/// A place in the queue.
struct Turn<'a> {
    directory: &'a Path,
    name: PathBuf,
    mine: Member,
}

impl<'a> Turn<'a> {
    fn queue(directory: &'a Path, lock: &mut Lock) -> Result<Self, Cause> {
        let failed =
            |error: io::Error| Cause::folder(format!("take VMware's lock, {}", directory.display()), error);
        let mut mine = Member::of_this_process();
        let mut entry = enter(directory).map_err(failed)?;
        // Who finds this entry after a crash can tell whose it was.
        entry.file.write_all(&mine.to_bytes(directory)).map_err(failed)?;
        for path in members(directory).map_err(failed)? {
            if let Some(other) = valid(&path, &mine, directory) {
                mine.lamport = mine.lamport.max(other.lamport.saturating_add(1));
            }
        }
        if mine.lamport > 1 {
            entry.file.write_all_at(&mine.to_bytes(directory), 0).map_err(failed)?;
        }
        lock.members.push(entry.names.member.clone());
        fs::rename(&entry.names.entry, &entry.names.member).map_err(failed)?;
        entry.done = true;
        fs::remove_dir(&entry.names.entering).map_err(failed)?;
        Ok(Self { directory, name: entry.names.member.clone(), mine })
    }

    /// Waits for everybody before; gives the one who would not go.
    fn wait(&self, for_ours: Duration, stopped: &dyn Fn() -> bool) -> Result<Option<Sign>, Cause> {
        let failed = |error: io::Error| {
            Cause::io(format!("look at VMware's lock, {}", self.directory.display()), error)
        };
        let begun = Instant::now();
        let mut pause = Pause::default();
        for number in entering(self.directory).map_err(failed)? {
            let names = Names::of(self.directory, &number);
            while names.entering.exists() {
                if begun.elapsed() > ENTERING_TAKES_AT_MOST || is_abandoned(&names, &self.mine.machine) {
                    let _ = fs::remove_dir(&names.entering);
                    let _ = fs::remove_file(&names.entry);
                    break;
                }
                pause.rest(stopped)?;
            }
        }
        let before = members(self.directory).map_err(failed)?;
        for path in before.into_iter().filter(|path| *path != self.name) {
            while let Some(meaning) = self.hindrance(&path) {
                let ours = matches!(&meaning, Meaning::Live { program, .. } if program == "vmxedit");
                if !ours || begun.elapsed() > for_ours {
                    return Ok(Some(Sign { path, meaning }));
                }
                pause.rest(stopped)?;
            }
        }
        Ok(None)
    }

    /// What the member `path` means, if it is before this one.
    fn hindrance(&self, path: &Path) -> Option<Meaning> {
        let other = match Member::read(path) {
            Ok(bytes) => Member::parse(&bytes)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return None,
            Err(error) => return Some(Meaning::Unreadable { why: error.to_string() }),
        };
        let meaning = other.judge(&self.mine.machine, self.directory);
        if matches!(meaning, Meaning::Stale { .. }) {
            let _ = fs::remove_file(path);
            return None;
        }
        ((other.lamport, path) < (self.mine.lamport, &self.name)).then_some(meaning)
    }
}

/// Waits a little longer each time, up to a hundredth of a second.
#[derive(Default)]
struct Pause(u64);

impl Pause {
    fn rest(&mut self, stopped: &dyn Fn() -> bool) -> Result<(), Cause> {
        if stopped() {
            return Err(Cause::Stopped);
        }
        self.0 = (self.0 * 3 / 2 + 500).min(10_000);
        std::thread::sleep(Duration::from_micros(self.0));
        Ok(())
    }
}

/// Makes the lock directory, `D` and `E`, under a number that nobody has.
fn enter(directory: &Path) -> io::Result<Entry<'_>> {
    let begun = Instant::now();
    let random = RandomState::new().build_hasher().finish();
    for number in (0..).map(|attempt: u64| random.wrapping_add(attempt * 7919) & 0xFFFF) {
        // The directory goes with its last member: between any two steps it may.
        make_directory(directory)?;
        let names = Names::of(directory, &format!("{number:05}"));
        // Nothing ever stands in it: its mode is nobody's concern.
        match fs::create_dir(&names.entering) {
            Ok(()) if names.member.symlink_metadata().is_ok() => fs::remove_dir(&names.entering)?,
            Ok(()) => {
                let made = create_entry(&names.entry);
                if made.is_err() {
                    let _ = fs::remove_dir(&names.entering);
                    let _ = fs::remove_dir(directory);
                }
                return Ok(Entry { directory, names, file: made?, done: false });
            }
            Err(error) if matches!(error.kind(), io::ErrorKind::AlreadyExists | io::ErrorKind::NotFound) => {}
            Err(error) => {
                let _ = fs::remove_dir(directory);
                return Err(error);
            }
        }
        if begun.elapsed() > ENTERING_TAKES_AT_MOST {
            break;
        }
    }
    Err(io::Error::from(io::ErrorKind::ResourceBusy))
}

fn make_directory(directory: &Path) -> io::Result<()> {
    match make_directory_anew(directory) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            if fs::metadata(directory).is_err() && directory.is_symlink() {
                return Err(io::Error::new(io::ErrorKind::ResourceBusy, "a symlink that leads nowhere"));
            }
            Ok(())
        }
        other => other,
    }
}

/// For everybody, whatever the umask, as VMware makes them.
fn make_directory_anew(path: &Path) -> io::Result<()> {
    DirBuilder::new().mode(0o777).create(path)?;
    match fs::set_permissions(path, Permissions::from_mode(0o777)) {
        // Somebody else's last member may have taken it away.
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            let _ = fs::remove_dir(path);
            Err(error)
        }
        _ => Ok(()),
    }
}

fn create_entry(path: &Path) -> io::Result<File> {
    let file = OpenOptions::new().write(true).create_new(true).mode(0o644).open(path)?;
    let allowed = Permissions::from_mode(0o644);
    let made = file.metadata().map(|meta| meta.permissions().mode() & 0o777 == 0o644);
    match made.and_then(|is_right| if is_right { Ok(()) } else { file.set_permissions(allowed) }) {
        Ok(()) => Ok(file),
        Err(error) => {
            let _ = fs::remove_file(path);
            Err(error)
        }
    }
}

/// The members in a lock directory.
fn members(directory: &Path) -> io::Result<Vec<PathBuf>> {
    Ok(named(directory, b'M')?.iter().map(|name| directory.join(name)).collect())
}

/// The numbers of those who are entering.
fn entering(directory: &Path) -> io::Result<Vec<String>> {
    let names = named(directory, b'D')?;
    Ok(names.iter().map(|name| String::from_utf8_lossy(&name.as_bytes()[1..6]).into_owned()).collect())
}

fn named(directory: &Path, kind: u8) -> io::Result<Vec<OsString>> {
    let mut names = folder::names(directory)?;
    names.retain(|name| name.as_bytes().first() == Some(&kind) && look::is_valid_name(name.as_bytes()));
    Ok(names)
}

/// A member that counts; one of a dead process of this host is removed.
fn valid(path: &Path, mine: &Member, directory: &Path) -> Option<Member> {
    let other = Member::parse(&Member::read(path).ok()?)?;
    if matches!(other.judge(&mine.machine, directory), Meaning::Stale { .. }) {
        let _ = fs::remove_file(path);
        return None;
    }
    Some(other)
}

/// Whether who was entering under this number is a dead process of this host.
fn is_abandoned(names: &Names, machine: &str) -> bool {
    let written = Member::read(&names.entry).or_else(|_| Member::read(&names.member));
    let member = written.ok().and_then(|bytes| Member::parse(&bytes));
    member.is_some_and(|member| matches!(member.judge(machine, &names.entry), Meaning::Stale { .. }))
}
