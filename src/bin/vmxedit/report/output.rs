//! Whoever reads what is printed, and what it means when nobody does.

use std::io::{self, BufWriter, Write};
use std::os::fd::BorrowedFd;

use rustix::io::Errno;

/// What ends a run early: there is nobody left to tell.
#[derive(Debug)]
pub(crate) enum Failure {
    Output(io::Error),
    /// An edited file on its way to standard output.
    ResultLost(io::Error),
    /// The same, when the file is edited already.
    OutputAfterSave(io::Error),
}

impl Failure {
    pub(crate) fn after_save(self) -> Self {
        match self {
            Self::Output(error) | Self::OutputAfterSave(error) => Self::OutputAfterSave(error),
            lost @ Self::ResultLost(_) => lost,
        }
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

/// Where what is printed goes.
pub(super) enum Out {
    /// To whoever reads it.
    Stream(BufWriter<Reader>),
    /// To be told later, in its order.
    Kept(Vec<Piece>),
}

/// Something that is to be told later.
pub(super) enum Piece {
    Result(Vec<u8>),
    /// On standard error.
    Aside(String),
}

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Stream(stream) => return stream.write(bytes),
            Self::Kept(pieces) => match pieces.last_mut() {
                Some(Piece::Result(result)) => result.extend_from_slice(bytes),
                _ => pieces.push(Piece::Result(bytes.to_vec())),
            },
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Stream(stream) => stream.flush(),
            Self::Kept(_) => Ok(()),
        }
    }
}

/// Whoever reads what is printed. One who has seen enough (`| head -1`) is no failure: the work goes on, and its exit
/// code counts.
pub(super) struct Reader {
    stream: BorrowedFd<'static>,
    gone: bool,
}

impl Reader {
    pub(super) fn new(stream: BorrowedFd<'static>) -> Self {
        Self { stream, gone: false }
    }
}

impl Write for Reader {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.gone {
            return Ok(bytes.len());
        }
        match rustix::io::write(self.stream, bytes) {
            Err(Errno::PIPE) => {
                self.gone = true;
                Ok(bytes.len())
            }
            other => Ok(other?),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
