//! Encodings: what `.encoding` names, and text to bytes and back.

use std::borrow::Cow;

use encoding_rs::{DecoderResult, Encoding, UTF_8};

use super::escape;

/// The character encoding of a file.
///
/// ```
/// use vmxedit::Document;
/// use vmxedit::document::Charset;
///
/// let document = Document::parse(b".encoding = \"windows-1252\"\nname = \"B\xFCro\"\n");
/// assert_eq!(document.charset(), &Charset::of("windows-1252"));
/// assert_eq!(document.value("name").as_deref(), Some("B\u{FC}ro"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Charset(Kind);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    /// An encoding in which ASCII bytes are ASCII characters.
    Known(&'static Encoding),
    /// ISO-8859-1 proper, not the web's windows-1252: bytes 0x80 to 0x9F are control characters.
    Latin1,
    /// A label that names no such encoding.
    Unknown(String),
}

/// Names that VMware's products (through ICU) write and the WHATWG table lacks.
const ICU_NAMES: [(&str, &str); 8] = [
    ("windows-932", "Shift_JIS"),
    ("windows-936", "GBK"),
    ("windows-950", "Big5"),
    ("ibm-943", "Shift_JIS"),
    ("ibm-1386", "GBK"),
    ("ibm-1363", "EUC-KR"),
    ("ibm-5348", "windows-1252"),
    ("cp949", "EUC-KR"),
];

/// Names that the WHATWG table maps to larger encodings. Text written in those would not be in the declared encoding.
const LATIN1_NAMES: [&str; 5] = ["iso-8859-1", "iso8859-1", "iso_8859-1", "latin1", "l1"];
const ASCII_NAMES: [&str; 5] = ["us-ascii", "ascii", "ansi_x3.4-1968", "iso646-us", "cp367"];

impl Default for Charset {
    /// UTF-8, the encoding of a file without `.encoding`.
    fn default() -> Self {
        Self(Kind::Known(UTF_8))
    }
}

impl Charset {
    pub(super) const LATIN1: Self = Self(Kind::Latin1);

    /// Returns the encoding that `label`, a value of `.encoding`, names.
    ///
    /// Accepts the labels of the WHATWG, and names of ICU with their suffixes (`windows-949-2000`,
    /// `ibm-943_P15A-2003`). For any other label, and for an encoding in which ASCII bytes are not ASCII characters,
    /// the result is not [known](Self::is_known).
    pub fn of(label: &str) -> Self {
        // The encoding of nearly every file.
        if label.eq_ignore_ascii_case("UTF-8") {
            return Self::default();
        }
        let name = label.trim();
        let is_one_of = |names: &[&str]| names.iter().any(|known| known.eq_ignore_ascii_case(name));
        if is_one_of(&LATIN1_NAMES) {
            return Self::LATIN1;
        }
        if is_one_of(&ASCII_NAMES) {
            return Self(Kind::Unknown(name.to_owned()));
        }
        let short = name
            .split_once("_P")
            .map(|(short, _)| short)
            .or_else(|| name.rsplit_once('-').filter(|(_, year)| year.len() == 4).map(|(short, _)| short))
            .unwrap_or(name);
        let alias =
            ICU_NAMES.iter().find(|(icu, _)| icu.eq_ignore_ascii_case(short)).map(|(_, label)| *label);
        [Some(name), alias, Some(short)]
            .into_iter()
            .flatten()
            .find_map(|label| Encoding::for_label_no_replacement(label.as_bytes()))
            .filter(|encoding| encoding.is_ascii_compatible())
            .map_or_else(|| Self(Kind::Unknown(label.to_owned())), |encoding| Self(Kind::Known(encoding)))
    }

    pub(super) fn is_utf8(&self) -> bool {
        self.0 == Kind::Known(UTF_8)
    }

    /// Whether the encoding is supported. In one that is not, only ASCII is read and written; other bytes stay.
    pub fn is_known(&self) -> bool {
        !matches!(self.0, Kind::Unknown(_))
    }

    /// Returns the name of the encoding; the label as given if it is not known.
    pub fn name(&self) -> &str {
        match &self.0 {
            Kind::Known(encoding) => encoding.name(),
            Kind::Latin1 => "ISO-8859-1",
            Kind::Unknown(label) => label,
        }
    }

    /// Decodes `bytes`. Returns `None` if some are invalid.
    pub(crate) fn decode<'a>(&self, bytes: &'a [u8]) -> Option<Cow<'a, str>> {
        match &self.0 {
            Kind::Known(encoding) if *encoding == UTF_8 => std::str::from_utf8(bytes).ok().map(Cow::Borrowed),
            Kind::Known(encoding) => encoding.decode_without_bom_handling_and_without_replacement(bytes),
            Kind::Latin1 => Some(encoding_rs::mem::decode_latin1(bytes)),
            Kind::Unknown(_) => {
                bytes.is_ascii().then(|| std::str::from_utf8(bytes).ok()).flatten().map(Cow::Borrowed)
            }
        }
    }

    /// Decodes `bytes`, each invalid one as `|XX`.
    pub(crate) fn show<'a>(&self, bytes: &'a [u8]) -> Cow<'a, str> {
        if let Some(text) = self.decode(bytes) {
            return text;
        }
        let mut out = String::with_capacity(bytes.len() + 16);
        match &self.0 {
            Kind::Known(encoding) if *encoding == UTF_8 => {
                for chunk in bytes.utf8_chunks() {
                    out.push_str(chunk.valid());
                    chunk.invalid().iter().for_each(|byte| push_hex(*byte, &mut out));
                }
            }
            Kind::Known(encoding) => show_mixed(encoding, bytes, &mut out),
            Kind::Latin1 | Kind::Unknown(_) => {
                for &byte in bytes {
                    if byte.is_ascii() { out.push(char::from(byte)) } else { push_hex(byte, &mut out) }
                }
            }
        }
        Cow::Owned(out)
    }

    /// Counts the characters before the first invalid byte, if there is one.
    pub(crate) fn first_invalid(&self, bytes: &[u8]) -> Option<usize> {
        match &self.0 {
            Kind::Latin1 => None,
            Kind::Unknown(_) => bytes.iter().position(|byte| !byte.is_ascii()),
            Kind::Known(encoding) if *encoding == UTF_8 => {
                let valid = bytes.utf8_chunks().next().filter(|chunk| !chunk.invalid().is_empty())?;
                Some(valid.valid().chars().count())
            }
            Kind::Known(encoding) => {
                let mut decoder = encoding.new_decoder_without_bom_handling();
                let (mut buffer, mut at, mut before) = ([0; 1024], 0, 0);
                loop {
                    let (result, read, written) =
                        decoder.decode_to_utf8_without_replacement(&bytes[at..], &mut buffer, true);
                    at += read;
                    before += std::str::from_utf8(&buffer[..written]).map_or(0, |text| text.chars().count());
                    match result {
                        DecoderResult::InputEmpty => return None,
                        DecoderResult::Malformed(..) => return Some(before),
                        DecoderResult::OutputFull => {}
                    }
                }
            }
        }
    }

    /// Encodes `text` to bytes that decode to it again.
    ///
    /// # Errors
    /// The first character that the encoding cannot represent.
    pub(super) fn encode<'a>(&self, text: &'a str) -> Result<Cow<'a, [u8]>, char> {
        if text.is_ascii() {
            return Ok(Cow::Borrowed(text.as_bytes()));
        }
        match &self.0 {
            Kind::Unknown(_) => Err(text.chars().find(|c| !c.is_ascii()).expect("the text is not ASCII")),
            Kind::Latin1 => {
                let bytes: Result<Vec<u8>, char> =
                    text.chars().map(|c| u8::try_from(u32::from(c)).map_err(|_| c)).collect();
                bytes.map(Cow::Owned)
            }
            Kind::Known(encoding) => {
                let (bytes, _, lossy) = encoding.encode(text);
                if !lossy && self.decode(&bytes).as_deref() == Some(text) {
                    return Ok(bytes);
                }
                Err(text.chars().find(|c| !self.has(*c)).unwrap_or(char::REPLACEMENT_CHARACTER))
            }
        }
    }

    fn has(&self, character: char) -> bool {
        let mut utf8 = [0; 4];
        let text = &*character.encode_utf8(&mut utf8);
        match &self.0 {
            Kind::Unknown(_) => character.is_ascii(),
            Kind::Latin1 => u32::from(character) < 256,
            Kind::Known(encoding) => {
                let (bytes, _, lossy) = encoding.encode(text);
                !lossy && self.decode(&bytes).as_deref() == Some(text)
            }
        }
    }
}

/// Decodes `bytes` in an encoding other than UTF-8, invalid bytes as `|XX`.
fn show_mixed(encoding: &'static Encoding, bytes: &[u8], out: &mut String) {
    let mut buffer = [0; 1024];
    let mut at = 0;
    let mut decoder = encoding.new_decoder_without_bom_handling();
    loop {
        let (result, read, written) =
            decoder.decode_to_utf8_without_replacement(&bytes[at..], &mut buffer, true);
        out.push_str(std::str::from_utf8(&buffer[..written]).expect("a decoder writes UTF-8"));
        at += read;
        match result {
            DecoderResult::InputEmpty => return,
            DecoderResult::OutputFull => {}
            DecoderResult::Malformed(bad, extra) => {
                at = at.saturating_sub(usize::from(extra));
                bytes[at.saturating_sub(usize::from(bad))..at].iter().for_each(|byte| push_hex(*byte, out));
                decoder = encoding.new_decoder_without_bom_handling();
            }
        }
    }
}

fn push_hex(byte: u8, out: &mut String) {
    out.extend(escape::hex(byte).into_iter().map(char::from));
}

#[cfg(test)]
mod tests {
    use super::Charset;

    #[test]
    fn labels_that_vmware_writes_are_known() {
        for (label, name) in [
            ("UTF-8", "UTF-8"),
            ("windows-1252", "windows-1252"),
            ("windows-949-2000", "EUC-KR"),
            ("GBK", "GBK"),
            ("Shift_JIS", "Shift_JIS"),
            ("windows-936-2000", "GBK"),
            ("ibm-943_P15A-2003", "Shift_JIS"),
        ] {
            assert_eq!(Charset::of(label).name(), name, "{label}");
        }
    }

    #[test]
    fn encodings_in_which_ascii_is_not_ascii_are_not_known() {
        for label in ["UTF-16LE", "ISO-2022-JP", "replacement", "US-ASCII", "nonsense"] {
            assert!(!Charset::of(label).is_known(), "{label}");
        }
    }

    #[test]
    fn invalid_bytes_are_shown_escaped_and_the_rest_is_decoded() {
        assert_eq!(Charset::of("UTF-8").show(b"caf\xE9 \xC3\xA9"), "caf|E9 \u{E9}");
        assert_eq!(Charset::of("UTF-8").show(b"\xE5\xA4?\xE5"), "|E5|A4?|E5");
        assert_eq!(Charset::of("Shift_JIS").show(b"\x83\x7C\xFFx"), "\u{30DD}|FFx");
        assert_eq!(Charset::of("nonsense").show(b"a\xE9"), "a|E9");
    }

    #[test]
    fn characters_of_any_width_before_the_first_invalid_byte_are_counted() {
        for (label, bytes, before) in [
            ("UTF-8", &b"caf\xC3\xA9 \xE9"[..], Some(5)),
            ("UTF-8", b"caf\xC3\xA9", None),
            ("Shift_JIS", b"\x83\x7Cx\xFF", Some(2)),
            ("windows-1252", b"\xE9\xE9", None),
            ("ISO-8859-1", b"\x81", None),
            ("nonsense", b"ab\xE9", Some(2)),
        ] {
            assert_eq!(Charset::of(label).first_invalid(bytes), before, "{label}");
        }
    }

    #[test]
    fn a_character_that_would_be_read_back_as_another_is_refused() {
        assert_eq!(Charset::of("windows-1252").encode("caf\u{E9}").expect("it has é").as_ref(), b"caf\xE9");
        assert_eq!(Charset::of("windows-1252").encode("x\u{4F4D}"), Err('\u{4F4D}'));
        assert_eq!(
            Charset::of("Shift_JIS").encode("\u{A5}"),
            Err('\u{A5}'),
            "it would be read back as a backslash"
        );
        assert_eq!(Charset::of("nonsense").encode("\u{E9}"), Err('\u{E9}'));
        assert_eq!(
            Charset::of("ISO-8859-1").encode("\u{20AC}"),
            Err('\u{20AC}'),
            "the web's windows-1252 has it"
        );
        assert_eq!(Charset::of("ISO-8859-1").encode("\u{E9}").expect("it has é").as_ref(), b"\xE9");
    }
}
