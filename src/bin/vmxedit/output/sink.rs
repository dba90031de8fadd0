//! The destination of printed results. A failed write is remembered and reported once, at the end of the run.

use std::io::{self, BufWriter, Write};

use vmxedit::host::stdio::PipeTolerantWriter;

/// Bytes written at a time. Most results are short, and a large buffer costs page faults at start.
const BUFFER_SIZE: usize = 2 << 10;

/// Where results go.
pub(super) enum Sink {
    /// To a stream at once.
    Direct(Box<Direct>),
    /// To memory, in order, for [`Output::replay`](super::Output::replay).
    Buffered(Vec<Chunk>),
}

/// A stream and the first error of a write to it.
pub(super) struct Direct {
    writer: BufWriter<PipeTolerantWriter>,
    error: Option<io::Error>,
}

/// A piece of buffered output.
pub(super) enum Chunk {
    Result(Vec<u8>),
    /// A line for standard error.
    Message(String),
}

impl Sink {
    pub(super) fn direct(writer: PipeTolerantWriter) -> Self {
        Self::Direct(Box::new(Direct { writer: BufWriter::with_capacity(BUFFER_SIZE, writer), error: None }))
    }

    /// Writes bytes. After a failed write everything that follows is discarded.
    pub(super) fn write(&mut self, bytes: &[u8]) {
        match self {
            Self::Direct(direct) => direct.attempt(|writer| writer.write_all(bytes)),
            Self::Buffered(chunks) => match chunks.last_mut() {
                Some(Chunk::Result(result)) => result.extend_from_slice(bytes),
                _ => chunks.push(Chunk::Result(bytes.to_vec())),
            },
        }
    }

    pub(super) fn flush(&mut self) {
        if let Self::Direct(direct) = self {
            direct.attempt(Write::flush);
        }
    }

    /// Takes the first error of a write.
    pub(super) fn take_error(&mut self) -> Option<io::Error> {
        match self {
            Self::Direct(direct) => direct.error.take(),
            Self::Buffered(_) => None,
        }
    }
}

impl Direct {
    fn attempt(&mut self, write: impl FnOnce(&mut BufWriter<PipeTolerantWriter>) -> io::Result<()>) {
        if self.error.is_none() {
            self.error = write(&mut self.writer).err();
        }
    }
}
