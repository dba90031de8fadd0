//! The requests that the script on a host reads.

use std::ffi::OsStr;
use std::time::Duration;

use crate::file::MAX_FILE_SIZE;

/// How long an answer with the content of files may be, in bytes.
const MAX_CONTENT: usize = 2 * MAX_FILE_SIZE;
/// How long another answer may be, in bytes: the list of some 100,000 files.
const MAX_LIST: usize = 64 << 20;

/// How long a host may print nothing during most requests.
const SILENCE: Duration = Duration::from_secs(90);
/// How long it may print nothing while it searches or writes.
const LONG_SILENCE: Duration = Duration::from_secs(10 * 60);

/// A request: a verb, and words that may have any bytes but NUL.
#[derive(Debug)]
pub(super) struct Request {
    text: Vec<u8>,
    max_answer: usize,
    silence: Duration,
}

impl Request {
    /// Creates a request whose answer has no content of large files.
    pub(super) fn new(verb: &str) -> Self {
        Self { text: format!("{verb}\n").into_bytes(), max_answer: MAX_LIST, silence: SILENCE }
    }

    /// Creates a request whose answer has the content of files.
    pub(super) fn for_content(verb: &str) -> Self {
        Self { max_answer: MAX_CONTENT, ..Self::new(verb) }
    }

    /// Lets the host print nothing for as long as the search of a large datastore, or writing to a slow one, may take. `ssh`
    /// notices a broken connection earlier.
    pub(super) fn patient(self) -> Self {
        Self { silence: LONG_SILENCE, ..self }
    }

    /// Returns how long the host may print nothing.
    pub(super) fn silence(&self) -> Duration {
        self.silence
    }

    /// Returns how long the answer may be, in bytes.
    pub(super) fn max_answer(&self) -> usize {
        self.max_answer
    }

    pub(super) fn text(&self) -> &[u8] {
        &self.text
    }

    pub(super) fn word(mut self, word: impl AsRef<OsStr>) -> Self {
        escape(word.as_ref().as_encoded_bytes(), &mut self.text);
        self.text.push(b'\n');
        self
    }

    /// Adds the number of lines of a content, the content and an end.
    pub(super) fn content(mut self, content: &[u8]) -> Self {
        const BYTES_PER_LINE: usize = 64 << 10;
        let lines = content.chunks(BYTES_PER_LINE);
        self = self.word(lines.len().to_string());
        for line in lines {
            escape(line, &mut self.text);
            self.text.push(b'\n');
        }
        self.text.extend_from_slice(b"end\n");
        self
    }
}

/// Writes bytes as the escapes of `printf %b`.
fn escape(bytes: &[u8], text: &mut Vec<u8>) {
    for byte in bytes {
        match byte {
            b'\\' | 0..=0x1F | 0x7F.. => text.extend_from_slice(format!("\\0{byte:03o}").as_bytes()),
            byte => text.push(*byte),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Request;

    #[test]
    fn words_are_escaped_for_printf() {
        let request = Request::new("stat").word("a b\\c\n\u{e9}'$(x)");
        assert_eq!(request.text(), b"stat\na b\\0134c\\0012\\0303\\0251'$(x)\n");
        let request = Request::new("x").content(b"");
        assert_eq!(request.text(), b"x\n0\nend\n");
    }
}
