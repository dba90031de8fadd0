//! Standard input edited onto standard output. There is no VM to check and no lock to take.

use std::io::{Read, Write};
use std::path::Path;

use vmxedit::{Cause, Error, file};

use super::look::look;
use super::warnings::warnings;
use super::{Outcome, Want, dry, tell};
use crate::cli::Editing;
use crate::report::{Failure, Report};

pub(crate) fn filter(
    editing: &Editing,
    want: &Want<'_>,
    report: &mut Report,
) -> Result<Result<Outcome, Error>, Failure> {
    let path = Path::new("-");
    let dialect = editing.rules.of(path);
    let look = read().and_then(|bytes| look(&bytes, dialect, path, want).map_err(|cause| cause.at(path)));
    let look = match look {
        Ok(look) => look,
        Err(error) => return Ok(Err(error)),
    };
    if !dry(editing) {
        let mut stdout = std::io::stdout().lock();
        let written = stdout.write_all(&look.bytes).and_then(|()| stdout.flush());
        written.map_err(Failure::ResultLost)?;
    }
    tell(path, &look, editing, &warnings(&look), report)?;
    Ok(Ok(match (look.changed, dry(editing)) {
        (true, true) => Outcome::WouldChange,
        (true, false) => Outcome::Changed,
        (false, _) => Outcome::AlreadyRight,
    }))
}

/// All of standard input.
pub(crate) fn read() -> Result<Vec<u8>, Error> {
    let failed = |error| Cause::io("read standard input", error).at("-");
    if stdin_is_closed() {
        return Err(failed(std::io::Error::other("it is closed")));
    }
    at_most(std::io::stdin().lock()).map_err(failed)
}

/// All of a file that somebody named, a pipe perhaps.
pub(crate) fn read_file(path: &Path) -> std::io::Result<Vec<u8>> {
    at_most(std::fs::File::open(path)?)
}

/// Memory is spent on what can be a VM's configuration.
fn at_most(reader: impl Read) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    reader.take(file::MAX_FILE_SIZE as u64 + 1).read_to_end(&mut bytes)?;
    if bytes.len() > file::MAX_FILE_SIZE {
        return Err(std::io::Error::other("it is larger than 256 MB"));
    }
    Ok(bytes)
}

/// The standard library opens `/dev/null` for reading and writing in place of a closed standard input.
fn stdin_is_closed() -> bool {
    use std::os::unix::fs::MetadataExt;
    let stdin = std::io::stdin();
    let Ok(flags) = rustix::fs::fcntl_getfl(&stdin) else { return true };
    let Ok(stat) = rustix::fs::fstat(&stdin) else { return true };
    let null = std::fs::metadata("/dev/null").map(|meta| meta.rdev());
    let is_null = null.is_ok_and(|null| null != 0 && null == stat.st_rdev);
    is_null && flags.contains(rustix::fs::OFlags::RDWR)
}
