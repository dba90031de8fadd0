//! The answers of a host: frames, each a line with a secret token and a header, and then any bytes.

/// A part of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Frame {
    pub(super) header: String,
    pub(super) body: Vec<u8>,
}

impl Frame {
    /// Returns the words of the header after `kind`; `None` for a frame of another kind.
    pub(super) fn words(&self, kind: &str) -> Option<Vec<&str>> {
        let mut words = self.header.split(' ');
        (words.next() == Some(kind)).then(|| words.collect())
    }

    /// Returns the body without the line feed at its end.
    pub(super) fn line(&self) -> &[u8] {
        self.body.strip_suffix(b"\n").unwrap_or(&self.body)
    }
}

/// Splits what a host sends into frames. Costs time in proportion to what is sent.
#[derive(Debug)]
pub(super) struct Frames {
    /// A line feed, the token and a space: what a frame starts with. No file can contain it: the token is not known when
    /// the file is written.
    mark: Vec<u8>,
    received: Vec<u8>,
    /// Up to where `received` has been searched for marks.
    searched: usize,
    /// Whether `received` starts with a frame, after its mark.
    has_frame: bool,
    complete: Vec<Frame>,
}

impl Frames {
    pub(super) fn new(token: &str) -> Self {
        let mark = format!("\n{token} ").into_bytes();
        Self { mark, received: Vec::new(), searched: 0, has_frame: false, complete: Vec::new() }
    }

    /// Adds what was received.
    pub(super) fn push(&mut self, part: &[u8]) {
        self.received.extend_from_slice(part);
        let mut start = 0;
        while let Some(at) = memchr::memmem::find(&self.received[self.searched..], &self.mark) {
            let at = self.searched + at;
            if self.has_frame {
                self.complete.push(frame(&self.received[start..at]));
            }
            // Before the first frame is what a login prints.
            self.has_frame = true;
            start = at + self.mark.len();
            self.searched = start;
        }
        self.received.drain(..start);
        // A mark may be cut.
        self.searched = (self.received.len() + 1).saturating_sub(self.mark.len());
    }

    /// Returns the frames of an answer without its end, or `None` if that has not come.
    pub(super) fn take_answer(&mut self) -> Option<Vec<Frame>> {
        // The end has no content, and no mark follows it.
        if !self.has_frame || self.received != b"end\n" {
            return None;
        }
        self.has_frame = false;
        self.received.clear();
        self.searched = 0;
        Some(std::mem::take(&mut self.complete))
    }
}

/// Splits a frame into its header, the first line, and its body.
fn frame(bytes: &[u8]) -> Frame {
    let end = memchr::memchr(b'\n', bytes).unwrap_or(bytes.len());
    let header = String::from_utf8_lossy(&bytes[..end]).into_owned();
    Frame { header, body: bytes.get(end + 1..).unwrap_or_default().to_vec() }
}

#[cfg(test)]
mod tests {
    use super::{Frame, Frames};

    fn frame(header: &str, body: &[u8]) -> Frame {
        Frame { header: header.to_owned(), body: body.to_vec() }
    }

    #[test]
    fn frames_are_found_wherever_the_parts_are_cut() {
        let sent = b"Welcome!\n\nT file\n\nT content\na\nT\n\0\n\nT end\n";
        for size in 1..sent.len() {
            let mut frames = Frames::new("T");
            let mut answer = None;
            for part in sent.chunks(size) {
                assert!(answer.is_none());
                frames.push(part);
                answer = frames.take_answer();
            }
            assert_eq!(answer, Some(vec![frame("file", b""), frame("content", b"a\nT\n\0\n")]), "{size}");
        }
    }
}
