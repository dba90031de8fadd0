//! What `.encoding` names: bytes to text and back. It knows no escapes of values.

use std::borrow::Cow;

use encoding_rs::{DecoderResult, Encoding, UTF_8};

use super::escape;

/// The character set of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Charset {
    /// One that is known here. ASCII bytes stand for themselves in it.
    Known(&'static Encoding),
    /// ISO-8859-1 as it is, not as the web reads it: bytes 0x80 to 0x9F are control characters.
    Latin1,
    /// An `.encoding` that is not known: only ASCII is read and written, other bytes are left alone.
    Unknown(String),
}

/// Names that VMware's products (by ICU) write and the WHATWG table lacks.
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

/// Names that the WHATWG table takes for supersets: what was written by those would not be what is declared.
const LATIN1_NAMES: [&str; 5] = ["iso-8859-1", "iso8859-1", "iso_8859-1", "latin1", "l1"];
const ASCII_NAMES: [&str; 5] = ["us-ascii", "ascii", "ansi_x3.4-1968", "iso646-us", "cp367"];

impl Default for Charset {
    /// That of a file without `.encoding`.
    fn default() -> Self {
        Self::Known(UTF_8)
    }
}

impl Charset {
    /// The character set that `label`, a value of `.encoding`, names. ICU's suffixes
    /// (`windows-949-2000`, `ibm-943_P15A-2003`) are understood.
    pub fn of(label: &str) -> Self {
        // Nearly every file's.
        if label.eq_ignore_ascii_case("UTF-8") {
            return Self::default();
        }
        let name = label.trim();
        let is_one_of = |names: &[&str]| names.iter().any(|known| known.eq_ignore_ascii_case(name));
        if is_one_of(&LATIN1_NAMES) {
            return Self::Latin1;
        }
        if is_one_of(&ASCII_NAMES) {
            return Self::Unknown(name.to_owned());
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
            .map_or_else(|| Self::Unknown(label.to_owned()), Self::Known)
    }

    pub(super) fn is_utf8(&self) -> bool {
        *self == Self::Known(UTF_8)
    }

    /// Its name for people.
    pub fn name(&self) -> &str {
        match self {
            Self::Known(encoding) => encoding.name(),
            Self::Latin1 => "ISO-8859-1",
            Self::Unknown(label) => label,
        }
    }

    /// `bytes` as text, or `None` where some are invalid.
    pub(crate) fn decode<'a>(&self, bytes: &'a [u8]) -> Option<Cow<'a, str>> {
        match self {
            Self::Known(encoding) if *encoding == UTF_8 => std::str::from_utf8(bytes).ok().map(Cow::Borrowed),
            Self::Known(encoding) => encoding.decode_without_bom_handling_and_without_replacement(bytes),
            Self::Latin1 => Some(encoding_rs::mem::decode_latin1(bytes)),
            Self::Unknown(_) => {
                bytes.is_ascii().then(|| std::str::from_utf8(bytes).ok()).flatten().map(Cow::Borrowed)
            }
        }
    }

    /// `bytes` as text, each invalid byte as `|XX`.
    pub(crate) fn show<'a>(&self, bytes: &'a [u8]) -> Cow<'a, str> {
        if let Some(text) = self.decode(bytes) {
            return text;
        }
        let mut out = String::with_capacity(bytes.len() + 16);
        match self {
            Self::Known(encoding) if *encoding == UTF_8 => {
                for chunk in bytes.utf8_chunks() {
                    out.push_str(chunk.valid());
                    chunk.invalid().iter().for_each(|byte| push_hex(*byte, &mut out));
                }
            }
            Self::Known(encoding) => show_mixed(encoding, bytes, &mut out),
            Self::Latin1 | Self::Unknown(_) => {
                for &byte in bytes {
                    if byte.is_ascii() { out.push(char::from(byte)) } else { push_hex(byte, &mut out) }
                }
            }
        }
        Cow::Owned(out)
    }

    /// How many characters stand before the first invalid byte, if there is one.
    pub(crate) fn first_invalid(&self, bytes: &[u8]) -> Option<usize> {
        match self {
            Self::Latin1 => None,
            Self::Unknown(_) => bytes.iter().position(|byte| !byte.is_ascii()),
            Self::Known(encoding) if *encoding == UTF_8 => {
                let valid = bytes.utf8_chunks().next().filter(|chunk| !chunk.invalid().is_empty())?;
                Some(valid.valid().chars().count())
            }
            Self::Known(encoding) => {
                let mut decoder = encoding.new_decoder_without_bom_handling();
                let (mut room, mut at, mut before) = ([0; 1024], 0, 0);
                loop {
                    let (result, read, written) =
                        decoder.decode_to_utf8_without_replacement(&bytes[at..], &mut room, true);
                    at += read;
                    before += std::str::from_utf8(&room[..written]).map_or(0, |text| text.chars().count());
                    match result {
                        DecoderResult::InputEmpty => return None,
                        DecoderResult::Malformed(..) => return Some(before),
                        DecoderResult::OutputFull => {}
                    }
                }
            }
        }
    }

    /// `text` as bytes that decode to it again.
    ///
    /// # Errors
    /// The first character that this character set lacks.
    pub(super) fn encode<'a>(&self, text: &'a str) -> Result<Cow<'a, [u8]>, char> {
        if text.is_ascii() {
            return Ok(Cow::Borrowed(text.as_bytes()));
        }
        match self {
            Self::Unknown(_) => Err(text.chars().find(|c| !c.is_ascii()).expect("the text is not ASCII")),
            Self::Latin1 => {
                let bytes: Result<Vec<u8>, char> =
                    text.chars().map(|c| u8::try_from(u32::from(c)).map_err(|_| c)).collect();
                bytes.map(Cow::Owned)
            }
            Self::Known(encoding) => {
                let (bytes, _, lossy) = encoding.encode(text);
                if !lossy && self.decode(&bytes).as_deref() == Some(text) {
                    return Ok(bytes);
                }
                Err(text.chars().find(|c| !self.holds(*c)).unwrap_or(char::REPLACEMENT_CHARACTER))
            }
        }
    }

    fn holds(&self, character: char) -> bool {
        let mut buffer = [0; 4];
        let text = &*character.encode_utf8(&mut buffer);
        match self {
            Self::Unknown(_) => character.is_ascii(),
            Self::Latin1 => u32::from(character) < 256,
            Self::Known(encoding) => {
                let (bytes, _, lossy) = encoding.encode(text);
                !lossy && self.decode(&bytes).as_deref() == Some(text)
            }
        }
    }
}

/// Decodes what can be decoded and shows the rest as `|XX`.
fn show_mixed(encoding: &'static Encoding, bytes: &[u8], out: &mut String) {
    let mut room = [0; 1024];
    let mut at = 0;
    let mut decoder = encoding.new_decoder_without_bom_handling();
    loop {
        let (result, read, written) =
            decoder.decode_to_utf8_without_replacement(&bytes[at..], &mut room, true);
        out.push_str(std::str::from_utf8(&room[..written]).expect("a decoder writes UTF-8"));
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
    fn names_that_vmware_writes_are_known() {
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
    fn encodings_in_which_ascii_is_not_ascii_are_unknown() {
        for label in ["UTF-16LE", "ISO-2022-JP", "replacement", "US-ASCII", "nonsense"] {
            assert!(matches!(Charset::of(label), Charset::Unknown(_)), "{label}");
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
    fn the_first_invalid_byte_is_found_behind_characters_of_any_width() {
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
    fn a_character_that_would_come_back_as_another_is_refused() {
        assert_eq!(Charset::of("windows-1252").encode("caf\u{E9}").expect("it has é").as_ref(), b"caf\xE9");
        assert_eq!(Charset::of("windows-1252").encode("x\u{4F4D}"), Err('\u{4F4D}'));
        assert_eq!(
            Charset::of("Shift_JIS").encode("\u{A5}"),
            Err('\u{A5}'),
            "it would come back as a backslash"
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
