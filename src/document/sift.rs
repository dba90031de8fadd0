//! What a few keys need of a file, read stretch by stretch: memory does not grow with the file.

use std::io::{self, Read};

use super::{BOM, Dialect, Document, Encryption, Entry, Key, foreign, grammar, line::Ending};
use crate::error::Cause;

/// The entries of a few keys.
#[derive(Debug)]
pub struct Sifted {
    /// The lines that were kept.
    document: Document,
    /// Their numbers in the file, where they are not all of it.
    numbers: Option<Vec<usize>>,
}

impl Sifted {
    /// Reads a whole file for [`get`](Self::get) and [`find`](Self::find) of these keys. `expected` is how many bytes it
    /// has, as far as that is known.
    ///
    /// # Errors
    /// Those of the reader; [`Cause::NotVmx`] for what is plainly no file of this dialect.
    pub fn read(
        mut reader: impl Read,
        expected: usize,
        dialect: Dialect,
        keys: &[Key],
    ) -> io::Result<Result<Self, Cause>> {
        // Such keys are compared as text, or as they are shown.
        let needs_all = |key: &Key| !key.as_str().is_ascii() || key.as_str().contains('|');
        if dialect == Dialect::Properties || keys.iter().any(needs_all) {
            let mut bytes = Vec::with_capacity(expected.min(STRETCH) + 1);
            reader.read_to_end(&mut bytes)?;
            return Ok(Self::whole(bytes, dialect));
        }
        let mut sieve = Sieve::new(dialect, keys);
        // One byte more, so that the end is seen without asking again.
        let mut buffer = vec![0; expected.clamp(1 << 10, STRETCH) + 1];
        let (mut filled, mut is_first) = (0, true);
        loop {
            let read = match reader.read(&mut buffer[filled..]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                read => read?,
            };
            filled += read;
            if read > 0 && filled < buffer.len() {
                continue;
            }
            let is_last = read == 0;
            let bytes = &buffer[..filled];
            if let Some(what) = is_first.then(|| foreign::foreign_as(bytes, dialect)).flatten() {
                return Ok(Err(Cause::NotVmx { what: what.to_owned(), line: None }));
            }
            let from = if is_first && bytes.starts_with(BOM) { BOM.len() } else { 0 };
            let to = if is_last { filled } else { end_of_lines(bytes) };
            if let Err(cause) = sieve.sift(&bytes[from.min(to)..to]) {
                return Ok(Err(cause));
            }
            if is_last {
                return Ok(sieve.sifted());
            }
            is_first = is_first && to == 0;
            buffer.copy_within(to..filled, 0);
            filled -= to;
            if filled == buffer.len() {
                buffer.resize(filled * 2, 0);
            }
        }
    }

    fn whole(bytes: Vec<u8>, dialect: Dialect) -> Result<Self, Cause> {
        if let Some(what) = foreign::foreign_as(&bytes, dialect) {
            return Err(Cause::NotVmx { what: what.to_owned(), line: None });
        }
        let document = Document::parse_as(bytes, dialect);
        document.check_dictionary()?;
        document.prepare_lookups();
        Ok(Self { document, numbers: None })
    }

    /// As [`Document::get`].
    ///
    /// # Errors
    /// [`Cause::Duplicate`].
    pub fn get(&self, key: &Key) -> Result<Option<Entry<'_>>, Cause> {
        self.document.get(key).map_err(|cause| match (cause, &self.numbers) {
            (Cause::Duplicate { key, lines }, Some(numbers)) => {
                Cause::Duplicate { key, lines: lines.into_iter().map(|line| numbers[line - 1]).collect() }
            }
            (cause, _) => cause,
        })
    }

    /// As [`Document::find`]; the entries' numbers are those of the lines that were kept.
    pub fn find(&self, key: &Key) -> Vec<Entry<'_>> {
        self.document.find(key)
    }

    /// As [`Document::encryption`].
    pub fn encryption(&self) -> Encryption {
        self.document.encryption()
    }
}

/// How much is read at a time: enough to make the calls cheap, little enough for the processor's cache.
const STRETCH: usize = 128 << 10;

/// Where the last whole line ends. A `\r` at the very end may be half of a line end.
fn end_of_lines(bytes: &[u8]) -> usize {
    let seen = bytes.strip_suffix(b"\r").unwrap_or(bytes);
    memchr::memrchr2(b'\n', b'\r', seen).map_or(0, |at| at + 1)
}

/// Keeps the lines whose keys are wanted, and those that say how they are to be read.
struct Sieve<'a> {
    dialect: Dialect,
    names: Vec<&'a str>,
    /// Whether a name that is wanted starts with this byte.
    starts: [bool; 256],
    kept: Vec<u8>,
    numbers: Vec<usize>,
    lines: usize,
    has_entry: bool,
    has_other: bool,
}

impl<'a> Sieve<'a> {
    fn new(dialect: Dialect, keys: &'a [Key]) -> Self {
        let of_file = dialect.encoding_keys().iter().chain(&foreign::ENCRYPTION_KEYS).copied();
        let names: Vec<&str> = keys.iter().map(Key::as_str).chain(of_file).collect();
        let mut starts = [false; 256];
        // A name may stand behind blanks.
        for byte in names.iter().filter_map(|name| name.bytes().next()).chain(*b" \t") {
            starts[usize::from(byte.to_ascii_lowercase())] = true;
            starts[usize::from(byte.to_ascii_uppercase())] = true;
        }
        let (kept, numbers) = (Vec::new(), Vec::new());
        Self { dialect, names, starts, kept, numbers, lines: 0, has_entry: false, has_other: false }
    }

    /// Looks at some whole lines.
    fn sift(&mut self, mut rest: &[u8]) -> Result<(), Cause> {
        let has_nul = memchr::memchr(0, rest).is_some();
        while let Some(start) = rest.first() {
            let (line, behind) = rest.split_at(self.dialect.len_of_line(rest));
            rest = &behind[Ending::at(behind).as_bytes().len()..];
            self.lines += 1;
            // Most lines are known by their first byte to be of no interest.
            if self.starts[usize::from(*start)] || has_nul || !self.has_entry {
                self.line(line)?;
            }
        }
        Ok(())
    }

    fn line(&mut self, line: &[u8]) -> Result<(), Cause> {
        let may_be = |name: &&str| grammar::may_be_named(line, name);
        if self.has_entry && memchr::memchr(0, line).is_none() && !self.names.iter().any(may_be) {
            return Ok(());
        }
        if self.dialect.parts(line).is_some() {
            self.has_entry = true;
            if self.names.iter().any(may_be) {
                self.kept.extend_from_slice(line);
                self.kept.push(b'\n');
                self.numbers.push(self.lines);
            }
        } else if memchr::memchr(0, line).is_some() {
            return Err(foreign::nul_in(self.lines));
        } else {
            self.has_other = self.has_other || !foreign::is_passed_over(line);
        }
        Ok(())
    }

    fn sifted(self) -> Result<Sifted, Cause> {
        if self.has_other && !self.has_entry {
            return Err(foreign::no_entry());
        }
        let document = Document::parse_as(self.kept, self.dialect);
        Ok(Sifted { document, numbers: Some(self.numbers) })
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use proptest::prelude::*;

    use super::{Dialect, Document, Key, STRETCH, Sifted, foreign};

    /// Gives a few bytes at a time.
    struct Dripping<'a>(&'a [u8], usize);

    impl Read for Dripping<'_> {
        fn read(&mut self, room: &mut [u8]) -> std::io::Result<usize> {
            let some = room.len().min(self.1);
            self.0.read(&mut room[..some])
        }
    }

    /// What both ways say of a file, in words.
    fn both(bytes: &[u8], drip: usize, expected: usize, key: &str) -> (String, String) {
        let key = Key::parse(key).expect("a key");
        let read = Sifted::read(Dripping(bytes, drip), expected, Dialect::Vmx, std::slice::from_ref(&key));
        let value = |entry: crate::Entry<'_>| entry.value().into_owned();
        let sifted = read.expect("a reader that does not fail").map(|sifted| {
            (
                sifted.get(&key).map(|entry| entry.map(value)).map_err(|cause| cause.to_string()),
                sifted.encryption(),
            )
        });
        let parsed = foreign::foreign_as(bytes, Dialect::Vmx)
            .map_or(Ok(()), |what| Err(crate::Cause::NotVmx { what: what.to_owned(), line: None }))
            .and_then(|()| {
                let document = Document::parse(bytes);
                document.check_dictionary()?;
                Ok((
                    document.get(&key).map(|entry| entry.map(value)).map_err(|cause| cause.to_string()),
                    document.encryption(),
                ))
            });
        let shown =
            |result: Result<_, crate::Cause>| format!("{:?}", result.map_err(|cause| cause.to_string()));
        (shown(sifted), shown(parsed))
    }

    proptest! {
        #[test]
        fn what_is_sifted_reads_as_in_the_whole_file(
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
                let (sifted, parsed) = both(text.as_bytes(), drip, expected, "a");
                prop_assert_eq!(sifted, parsed, "{:?}", text);
            }
        }
    }

    #[test]
    fn lines_longer_than_a_stretch_are_whole() {
        let long = format!("x = \"{}\"\r\n", "y".repeat(STRETCH * 2));
        let text = [&long, "a = \"1\"\r\n", &long, "a = \"2\"\r\n"].concat();
        let (sifted, parsed) = both(text.as_bytes(), STRETCH, STRETCH, "a");
        assert_eq!(sifted, parsed);
        assert!(sifted.contains("lines 2 and 4") || sifted.contains('2') && sifted.contains('4'), "{sifted}");
    }
}
