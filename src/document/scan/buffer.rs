//! Reads whole lines from a stream, as many as fit in a buffer.

use std::cell::Cell;
use std::io::{self, Read};

/// How much is read at a time: enough that calls cost little, and little enough for the processor's cache.
pub(super) const CHUNK_SIZE: usize = 128 << 10;

thread_local! {
    /// The buffer of the last file, for a thread that reads many.
    static SPARE: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

/// Reads whole lines, as many as fit.
pub(super) struct LineBuffer<R> {
    reader: R,
    buffer: Vec<u8>,
    /// How many bytes of the buffer are read and not yet dropped.
    filled: usize,
    /// How many of those the caller has got; they are dropped with the next call.
    consumed: usize,
    is_at_end: bool,
}

impl<R: Read> LineBuffer<R> {
    pub(super) fn new(reader: R, expected: usize) -> Self {
        let mut buffer = SPARE.take();
        // One byte more, so that the end of the file is seen without growing.
        let len = expected.clamp(1 << 10, CHUNK_SIZE) + 1;
        if buffer.len() < len {
            buffer.resize(len, 0);
        }
        Self { reader, buffer, filled: 0, consumed: 0, is_at_end: false }
    }

    /// Returns the start of the file, without consuming it.
    pub(super) fn peek(&mut self) -> io::Result<&[u8]> {
        self.fill()?;
        Ok(&self.buffer[..self.filled])
    }

    /// Returns the next lines with their endings, `None` at the end of the file. Only the last line of the file may
    /// lack an ending.
    pub(super) fn next_lines(&mut self) -> io::Result<Option<&[u8]>> {
        if self.consumed > 0 {
            self.buffer.copy_within(self.consumed..self.filled, 0);
            self.filled -= self.consumed;
            self.consumed = 0;
        }
        loop {
            self.fill()?;
            let bytes = &self.buffer[..self.filled];
            self.consumed = if self.is_at_end { self.filled } else { len_of_whole_lines(bytes) };
            if self.consumed > 0 {
                return Ok(Some(&self.buffer[..self.consumed]));
            }
            if self.is_at_end {
                return Ok(None);
            }
            self.buffer.resize(self.filled * 2, 0);
        }
    }

    /// Reads until the buffer is full or the file ends.
    fn fill(&mut self) -> io::Result<()> {
        while !self.is_at_end && self.filled < self.buffer.len() {
            match self.reader.read(&mut self.buffer[self.filled..]) {
                Ok(0) => self.is_at_end = true,
                Ok(read) => self.filled += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

impl<R> Drop for LineBuffer<R> {
    fn drop(&mut self) {
        if self.buffer.len() <= CHUNK_SIZE + 1 {
            SPARE.set(std::mem::take(&mut self.buffer));
        }
    }
}

/// A `\r` at the very end may be half of a line end.
fn len_of_whole_lines(bytes: &[u8]) -> usize {
    let seen = bytes.strip_suffix(b"\r").unwrap_or(bytes);
    memchr::memrchr2(b'\n', b'\r', seen).map_or(0, |at| at + 1)
}
