//! Reads a few keys from a stream in constant memory.

mod names;

use std::io::{self, Read};

use self::names::Names;
use super::dialect::vmx;
use super::encryption::ENCRYPTION_KEYS;
use super::error::ScanError;
use super::line::LineEnding;
use super::sniff::{is_blank_or_comment, sniff};
use super::{BOM, Dialect, Document, DuplicateKey, Encryption, Entry, FormatError, Key};

/// The entries of a few keys, read without keeping the rest of the file.
#[derive(Debug)]
pub struct Scan {
    /// The lines that were kept.
    document: Document,
    /// Their numbers in the file, unless the document is the whole file.
    numbers: Option<Vec<usize>>,
}

impl Scan {
    /// Reads a whole file for [`get`](Self::get) and [`find`](Self::find) of these keys.
    ///
    /// `expected` is how many bytes the file has, as far as that is known. Takes memory for the lines with these keys,
    /// plus the longest line or 128 KiB. Java properties, and a file in which a key is searched that is not ASCII or
    /// has a `|`, are read whole.
    ///
    /// # Errors
    /// [`ScanError::Io`] from the reader; [`ScanError::Format`] if the bytes are plainly not a file of this dialect.
    pub fn read(
        mut reader: impl Read,
        expected: usize,
        dialect: Dialect,
        keys: &[Key],
    ) -> Result<Self, ScanError> {
        // Such keys are compared after decoding.
        let needs_decoding = |key: &Key| !key.as_str().is_ascii() || key.as_str().contains('|');
        if dialect.syntax().has_escaped_keys || keys.iter().any(needs_decoding) {
            let mut bytes = Vec::with_capacity(expected.min(CHUNK_SIZE) + 1);
            reader.read_to_end(&mut bytes).map_err(ScanError::Io)?;
            return Ok(Self::whole(bytes, dialect)?);
        }
        let mut buffer = LineBuffer::new(reader, expected);
        if let Some(found) = sniff(buffer.peek().map_err(ScanError::Io)?, dialect) {
            return Err(FormatError::from(found).into());
        }
        let mut scanner = Scanner::new(dialect, keys);
        let mut is_first = true;
        while let Some(lines) = buffer.next_lines().map_err(ScanError::Io)? {
            let bom = if is_first && lines.starts_with(BOM) { BOM.len() } else { 0 };
            scanner.lines(&lines[bom..])?;
            is_first = false;
        }
        Ok(scanner.finish()?)
    }

    fn whole(bytes: Vec<u8>, dialect: Dialect) -> Result<Self, FormatError> {
        if let Some(found) = sniff(&bytes, dialect) {
            return Err(found.into());
        }
        let document = Document::parse_as(bytes, dialect);
        document.ensure_dictionary()?;
        Ok(Self { document, numbers: None })
    }

    /// Returns the entry of `key`, as [`Document::get`] does.
    ///
    /// # Errors
    /// [`DuplicateKey`] with the lines of the file.
    pub fn get(&self, key: &Key) -> Result<Option<Entry<'_>>, DuplicateKey> {
        self.document.get(key).map_err(|mut error| {
            if let Some(numbers) = &self.numbers {
                error.lines.iter_mut().for_each(|line| *line = numbers[*line - 1]);
            }
            error
        })
    }

    /// Returns the entries of `key`, as [`Document::find`] does. Their line numbers count the lines that were kept.
    pub fn find(&self, key: &Key) -> Vec<Entry<'_>> {
        self.document.find(key)
    }

    /// Returns how much of the configuration is encrypted, as [`Document::encryption`] does.
    pub fn encryption(&self) -> Encryption {
        self.document.encryption()
    }
}

/// How much is read at a time: enough that calls cost little, and little enough for the processor's cache.
const CHUNK_SIZE: usize = 128 << 10;

/// Reads whole lines, as many as fit.
struct LineBuffer<R> {
    reader: R,
    buffer: Vec<u8>,
    /// How many bytes of the buffer are read and not yet dropped.
    filled: usize,
    /// How many of those the caller has got; they are dropped with the next call.
    consumed: usize,
    is_at_end: bool,
}

impl<R: Read> LineBuffer<R> {
    fn new(reader: R, expected: usize) -> Self {
        // One byte more, so that the end of the file is seen without growing.
        let buffer = vec![0; expected.clamp(1 << 10, CHUNK_SIZE) + 1];
        Self { reader, buffer, filled: 0, consumed: 0, is_at_end: false }
    }

    /// Returns the start of the file, without consuming it.
    fn peek(&mut self) -> io::Result<&[u8]> {
        self.fill()?;
        Ok(&self.buffer[..self.filled])
    }

    /// Returns the next lines with their endings, `None` at the end of the file. Only the last line of the file may
    /// lack an ending.
    fn next_lines(&mut self) -> io::Result<Option<&[u8]>> {
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

/// A `\r` at the very end may be half of a line end.
fn len_of_whole_lines(bytes: &[u8]) -> usize {
    let seen = bytes.strip_suffix(b"\r").unwrap_or(bytes);
    memchr::memrchr2(b'\n', b'\r', seen).map_or(0, |at| at + 1)
}

/// Keeps the lines with the wanted keys, and those that decide how they are read.
struct Scanner<'a> {
    dialect: Dialect,
    names: Names<'a>,
    kept: Vec<u8>,
    /// The numbers of the lines in `kept`.
    numbers: Vec<usize>,
    line_count: usize,
    has_entry: bool,
    /// Whether there was a line that is not an entry, a comment or white space.
    has_other: bool,
}

impl<'a> Scanner<'a> {
    fn new(dialect: Dialect, keys: &'a [Key]) -> Self {
        let always = dialect.syntax().encoding_keys.iter().chain(&ENCRYPTION_KEYS).copied();
        let names = Names::new(keys.iter().map(Key::as_str).chain(always));
        let (kept, numbers) = (Vec::new(), Vec::new());
        Self { dialect, names, kept, numbers, line_count: 0, has_entry: false, has_other: false }
    }

    /// Scans some whole lines.
    fn lines(&mut self, mut rest: &[u8]) -> Result<(), FormatError> {
        let has_nul_or_cr = memchr::memchr2(0, b'\r', rest).is_some();
        let has_nul = has_nul_or_cr && memchr::memchr(0, rest).is_some();
        while !rest.is_empty() {
            if self.has_entry && !has_nul_or_cr {
                return self.plain_lines(rest);
            }
            let (line, after) = rest.split_at(vmx::line_len(rest));
            rest = &after[LineEnding::at(after).as_bytes().len()..];
            self.line_count += 1;
            if has_nul || !self.has_entry || self.names.may_start(line) {
                self.line(line)?;
            }
        }
        Ok(())
    }

    /// Scans lines after the first entry that have no NUL and end in LF. Looks only at the keys of most of them.
    fn plain_lines(&mut self, lines: &[u8]) -> Result<(), FormatError> {
        let mut start = 0;
        let ends = memchr::memchr_iter(b'\n', lines);
        for end in ends.chain((lines.last() != Some(&b'\n')).then_some(lines.len())) {
            self.line_count += 1;
            let line = &lines[start..end];
            // The first byte of an empty line is its end. There is one: only the last line may lack an end.
            if self.names.probe(lines[start]).may_match(line) && self.names.may_start(line) {
                self.line(line)?;
            }
            start = end + 1;
        }
        Ok(())
    }

    fn line(&mut self, line: &[u8]) -> Result<(), FormatError> {
        let may_have_key = self.names.may_start(line);
        if self.has_entry && !may_have_key && memchr::memchr(0, line).is_none() {
            return Ok(());
        }
        if (self.dialect.syntax().parts)(line).is_some() {
            self.has_entry = true;
            if may_have_key {
                self.kept.extend_from_slice(line);
                self.kept.push(b'\n');
                self.numbers.push(self.line_count);
            }
        } else if memchr::memchr(0, line).is_some() {
            return Err(FormatError::nul(self.line_count));
        } else {
            self.has_other = self.has_other || !is_blank_or_comment(line);
        }
        Ok(())
    }

    fn finish(self) -> Result<Scan, FormatError> {
        if self.has_other && !self.has_entry {
            return Err(FormatError::no_entry());
        }
        let document = Document::parse_as(self.kept, self.dialect);
        Ok(Scan { document, numbers: Some(self.numbers) })
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use proptest::prelude::*;

    use super::{CHUNK_SIZE, Dialect, Document, FormatError, Key, Scan, sniff};

    /// A reader that returns a few bytes at a time.
    struct Dripping<'a>(&'a [u8], usize);

    impl Read for Dripping<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            let len = buffer.len().min(self.1);
            self.0.read(&mut buffer[..len])
        }
    }

    /// The results of a scan and of a parse, as text.
    fn both(bytes: &[u8], drip: usize, expected: usize, keys: &[&str]) -> (String, String) {
        both_as(Dialect::Vmx, bytes, drip, expected, keys)
    }

    fn both_as(
        dialect: Dialect,
        bytes: &[u8],
        drip: usize,
        expected: usize,
        keys: &[&str],
    ) -> (String, String) {
        let keys: Vec<Key> = keys.iter().map(|key| Key::parse_as(key, dialect).expect("a key")).collect();
        let value = |entry: crate::Entry<'_>| entry.value().into_owned();
        let scanned = Scan::read(Dripping(bytes, drip), expected, dialect, &keys)
            .map(|scan| {
                let get = |key| scan.get(key).map(|entry| entry.map(value));
                (keys.iter().map(get).collect::<Vec<_>>(), scan.encryption())
            })
            .map_err(|error| error.to_string());
        let parsed = sniff(bytes, dialect)
            .map_or(Ok(()), |found| Err(FormatError::from(found)))
            .and_then(|()| {
                let document = Document::parse_as(bytes, dialect);
                document.ensure_dictionary()?;
                let get = |key| document.get(key).map(|entry| entry.map(value));
                Ok((keys.iter().map(get).collect::<Vec<_>>(), document.encryption()))
            })
            .map_err(|error| error.to_string());
        (format!("{scanned:?}"), format!("{parsed:?}"))
    }

    /// Keys that start alike, more than a scan compares one by one.
    const ALIKE: [&str; 12] = ["a", "A.", "aa", "ab", "aA.b", "a.a", "a.b", "aaa", "aab", "aba", "a\"", "a."];

    proptest! {
        #[test]
        fn a_scan_reads_the_same_as_a_parse(
            lines in prop::collection::vec(
                prop_oneof![
                    "[ \t]{0,2}[aAbé]{1,2}[ \t]{0,2}=[ \t]{0,2}(\"[a|0-9é#]{0,4}\"|[a0-9]{0,3})[ \t]{0,2}(#.{0,3})?",
                    "\\PC{0,12}",
                    "[ \t]{0,2}(#.{0,3})?",
                    "\\.encoding = \"(UTF-8|GBK|windows-1252|none)\"",
                    "(encryption.data|guestOS) = \"x\"",
                    "(a = \"1\"|#)\\x00.{0,3}",
                    "\u{FEFF}a = \"1\"",
                ],
                0..8
            ),
            ends in prop::collection::vec(prop_oneof![Just("\n"), Just("\r\n"), Just("\r")], 8),
            drip in 1..40_usize,
            expected in 0..40_usize,
        ) {
            let text: String = lines.iter().zip(ends).flat_map(|(line, end)| [line.as_str(), end]).collect();
            for text in [text.as_str(), text.trim_end_matches(['\r', '\n'])] {
                let (scanned, parsed) = both(text.as_bytes(), drip, expected, &["a"]);
                prop_assert_eq!(scanned, parsed, "{:?}", text);
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 4096, ..ProptestConfig::default() })]

        #[test]
        fn a_scan_of_any_bytes_finds_the_entries_of_a_parse(
            bytes in prop::collection::vec(
                prop_oneof![
                    8 => prop::sample::select(&b"aaAAbB..=== \"\n\n\r"[..]),
                    1 => prop::sample::select(&b"\t#|\x0C\x0B:/\0\xEF\xBB\xBF\xE9\xFF\x80"[..]),
                ],
                0..64,
            ),
            is_after_entry in any::<bool>(),
            count in 1..=ALIKE.len(),
            drip in 1..70_usize,
        ) {
            let bytes = if is_after_entry { [b"x = \"1\"\n", &bytes[..]].concat() } else { bytes };
            for dialect in [Dialect::Vmx, Dialect::Descriptor, Dialect::Properties] {
                let (scanned, parsed) = both_as(dialect, &bytes, drip, drip, &ALIKE[..count]);
                prop_assert_eq!(scanned, parsed, "{:?} {:?}", dialect, bytes);
            }
        }
    }

    #[test]
    fn lines_longer_than_the_buffer_are_whole() {
        let long = format!("x = \"{}\"\r\n", "y".repeat(CHUNK_SIZE * 2));
        let text = [&long, "a = \"1\"\r\n", &long, "a = \"2\"\r\n"].concat();
        let (scanned, parsed) = both(text.as_bytes(), CHUNK_SIZE, CHUNK_SIZE, &["a"]);
        assert_eq!(scanned, parsed);
        assert!(scanned.contains("lines: [2, 4]"), "{scanned}");
    }
}
