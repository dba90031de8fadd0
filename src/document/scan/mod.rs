//! Reads a few keys, or those that patterns match, from a stream in constant memory.

mod affixes;
mod buffer;
mod names;
mod scanner;

use std::io::Read;

use self::buffer::{CHUNK_SIZE, LineBuffer};
use self::names::Names;
use self::scanner::Scanner;
use super::encryption::ENCRYPTION_KEYS;
use super::error::ScanError;
use super::sniff::sniff;
use super::{BOM, Dialect, Document, DuplicateKey, Encryption, Entry, FormatError, Key, Pattern};

/// The entries of a few keys, read without keeping the rest of the file.
///
/// ```
/// use vmxedit::Key;
/// use vmxedit::document::{Dialect, Scan};
///
/// let file = b"memSize = \"2048\"\nguestOS = \"other\"\n";
/// let key = Key::parse("memsize")?;
/// let scan = Scan::read(&file[..], file.len(), Dialect::Vmx, std::slice::from_ref(&key))?;
/// assert_eq!(scan.get(&key)?.expect("an entry").value(), "2048");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Scan {
    /// The lines that were kept.
    document: Document,
    /// Their numbers in the file, unless the document is the whole file.
    numbers: Option<Vec<usize>>,
}

/// The entries that a [`Scan`] looks for, prepared once for any number of files in one dialect.
///
/// ```
/// use vmxedit::Pattern;
/// use vmxedit::document::{Dialect, Scan, Selection};
///
/// let patterns = [Pattern::parse("mem*")?];
/// let selection = Selection::of_patterns(&patterns, Dialect::Vmx);
/// let file = b"memSize = \"2048\"\nguestOS = \"other\"\n";
/// let scan = Scan::select(&file[..], file.len(), &selection)?;
/// assert!(scan.entries().any(|entry| entry.key() == "memSize"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Selection<'a> {
    dialect: Dialect,
    names: Names<'a>,
    /// Whether only a parse of the whole file finds the entries.
    needs_parse: bool,
}

impl<'a> Selection<'a> {
    /// Selects the entries whose keys one of these patterns matches.
    pub fn of_patterns(patterns: &'a [Pattern], dialect: Dialect) -> Self {
        let keys = patterns.iter().filter_map(Pattern::as_key);
        Self::new(keys, patterns.iter().filter_map(Pattern::as_glob), dialect)
    }

    fn new(
        keys: impl Iterator<Item = &'a Key> + Clone,
        globs: impl Iterator<Item = &'a str>,
        dialect: Dialect,
    ) -> Self {
        // Such keys are compared after decoding.
        let needs_decoding = |key: &Key| !key.as_str().is_ascii() || key.as_str().contains('|');
        let needs_parse = dialect.syntax().has_escaped_keys || keys.clone().any(needs_decoding);
        let always = dialect.syntax().encoding_keys.iter().chain(&ENCRYPTION_KEYS).copied();
        let names = Names::new(keys.map(Key::as_str).chain(always), globs);
        Self { dialect, names, needs_parse }
    }
}

impl Scan {
    /// Reads a whole file for [`get`](Self::get) and [`find`](Self::find) of these keys.
    ///
    /// As [`select`](Self::select).
    ///
    /// # Errors
    /// As [`select`](Self::select).
    pub fn read(
        reader: impl Read,
        expected: usize,
        dialect: Dialect,
        keys: &[Key],
    ) -> Result<Self, ScanError> {
        Self::select(reader, expected, &Selection::new(keys.iter(), std::iter::empty(), dialect))
    }

    /// Reads a whole file for the selected entries.
    ///
    /// `expected` is how many bytes the file has, as far as that is known. Takes memory for the lines with these keys,
    /// plus the longest line or 128 KiB. Java properties, and a file in which a key is searched that is not ASCII or
    /// has a `|`, are read whole.
    ///
    /// # Errors
    /// [`ScanError::Io`] from the reader; [`ScanError::Format`] if the bytes are plainly not a file of this dialect.
    pub fn select(
        mut reader: impl Read,
        expected: usize,
        selection: &Selection<'_>,
    ) -> Result<Self, ScanError> {
        let dialect = selection.dialect;
        if selection.needs_parse {
            let mut bytes = Vec::with_capacity(expected.min(CHUNK_SIZE) + 1);
            reader.read_to_end(&mut bytes).map_err(ScanError::Io)?;
            return Ok(Self::whole(bytes, dialect)?);
        }
        let mut buffer = LineBuffer::new(reader, expected);
        if let Some(found) = sniff(buffer.peek().map_err(ScanError::Io)?, dialect) {
            return Err(FormatError::from(found).into());
        }
        let mut scanner = Scanner::new(selection);
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

    /// Returns the selected entries in file order, with their line numbers in the file, and others that decide how the file
    /// is read, such as `.encoding`.
    pub fn entries(&self) -> impl Iterator<Item = Entry<'_>> {
        let number_in_file = |number: usize| match &self.numbers {
            Some(numbers) => numbers[number - 1],
            None => number,
        };
        self.document.entries().map(move |entry| Entry { number: entry.number.map(number_in_file), ..entry })
    }

    /// Returns how much of the configuration is encrypted, as [`Document::encryption`] does.
    pub fn encryption(&self) -> Encryption {
        self.document.encryption()
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use proptest::prelude::*;

    use super::{CHUNK_SIZE, Dialect, Document, FormatError, Key, Pattern, Scan, Selection, sniff};

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
        let parsed = parse(bytes, dialect)
            .map(|document| {
                let get = |key| document.get(key).map(|entry| entry.map(value));
                (keys.iter().map(get).collect::<Vec<_>>(), document.encryption())
            })
            .map_err(|error| error.to_string());
        (format!("{scanned:?}"), format!("{parsed:?}"))
    }

    /// The keys, values and lines of what patterns select, by a scan and by a parse, as text.
    fn selected(dialect: Dialect, bytes: &[u8], drip: usize, patterns: &[&str]) -> (String, String) {
        let patterns: Vec<Pattern> =
            patterns.iter().map(|text| Pattern::parse_as(text, dialect).expect("a pattern")).collect();
        let shown = |entry: crate::Entry<'_>| {
            (entry.key().into_owned(), entry.value().into_owned(), entry.line_number())
        };
        let is_selected = |entry: &crate::Entry<'_>| patterns.iter().any(|pattern| pattern.selects(entry));
        let scanned = Scan::select(Dripping(bytes, drip), drip, &Selection::of_patterns(&patterns, dialect))
            .map(|scan| scan.entries().filter(is_selected).map(shown).collect::<Vec<_>>())
            .map_err(|error| error.to_string());
        let parsed = parse(bytes, dialect)
            .map(|document| document.entries().filter(is_selected).map(shown).collect::<Vec<_>>())
            .map_err(|error| error.to_string());
        (format!("{scanned:?}"), format!("{parsed:?}"))
    }

    fn parse(bytes: &[u8], dialect: Dialect) -> Result<Document, FormatError> {
        if let Some(found) = sniff(bytes, dialect) {
            return Err(found.into());
        }
        let document = Document::parse_as(bytes, dialect);
        document.ensure_dictionary()?;
        Ok(document)
    }

    const GLOBS: [&str; 10] = ["a*", "*a", "a*a", "*", "?", "[ab]*", "*.*", "*|E9", "\u{E9}*", "a.?"];

    const COMMON: &[&[u8]] = &[b"a", b"A", b"b", b".", b" = \"", b"\"\n", b"1", b"\n"];
    const SPECIAL: &[&[u8]] = &[b"=", b" ", b"\t", b"\"", b"\r", b"\r\n", b"#", b"!"];
    const RARE: &[&[u8]] = &[b"|E9", b"\xE9", b"\xC3\xA9", b"\x0C", b"\0", b"\xEF\xBB\xBF"];

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

    proptest! {
        #![proptest_config(ProptestConfig { cases: 4096, ..ProptestConfig::default() })]

        #[test]
        fn a_scan_of_any_lines_selects_the_entries_that_a_parse_has(
            tokens in prop::collection::vec(
                prop_oneof![
                    8 => prop::sample::select(COMMON),
                    2 => prop::sample::select(SPECIAL),
                    1 => prop::sample::select(RARE),
                ],
                0..64,
            ),
            is_after_entry in any::<bool>(),
            globs in prop::sample::subsequence(&GLOBS[..], 1..3),
            keys in prop::sample::subsequence(&ALIKE[..], 0..3),
            drip in 1..70_usize,
        ) {
            let start = if is_after_entry { &b"x = \"1\"\n"[..] } else { b"" };
            let bytes = [start, &tokens.concat()].concat();
            let patterns = [globs, keys].concat();
            for dialect in [Dialect::Vmx, Dialect::Descriptor, Dialect::Properties] {
                let (scanned, parsed) = selected(dialect, &bytes, drip, &patterns);
                prop_assert_eq!(scanned, parsed, "{:?} {:?} {:?}", dialect, bytes, patterns);
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
