//! A whole document as text that people edit, and back. What they left alone keeps its bytes.

use std::collections::{HashMap, VecDeque};
use std::fmt::Write as _;
use std::time::{Duration, Instant};

use similar::DiffOp;
use similar::algorithms::{Capture, Compact, Replace, myers};

use super::line::Ending;
use super::overlay::LineId;
use super::{BOM, Charset, Document, escape, source};

/// A line of an edited text that the file cannot hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unwritable {
    /// The file's encoding lacks a character.
    #[error("line {line}: the file's encoding, {encoding}, has no {character:?}")]
    Unencodable {
        /// The line of the edited text, counted from 1.
        line: usize,
        /// The character.
        character: char,
        /// The file's `.encoding`.
        encoding: String,
    },
    /// Text beyond ASCII in a file whose encoding is not known.
    #[error("line {line}: the file's encoding, '{encoding}', is not known here: only ASCII can be written")]
    UnknownEncoding {
        /// The line of the edited text, counted from 1.
        line: usize,
        /// The file's `.encoding`.
        encoding: String,
    },
    /// The editor wrote something else than UTF-8.
    #[error("line {line}: it is not UTF-8, which is what the editor was given")]
    NotUtf8 {
        /// The line of the edited text, counted from 1.
        line: usize,
    },
    /// A NUL character, at which VMware's reader would cut the line.
    #[error("line {line}: it holds a NUL character")]
    Nul {
        /// The line of the edited text, counted from 1.
        line: usize,
    },
    /// The file would start with a byte order mark that is not its own.
    #[error("line 1: it starts with a byte order mark, which would be read as the file's")]
    StrayBom,
}

/// Where the lines are so many and so different that the shortest way between them is not worth the wait.
const LONGEST_SEARCH: Duration = Duration::from_secs(2);

impl Document {
    /// The text of every line, each ending in LF, however it ends in the file. Bytes that are invalid in the file's
    /// encoding and ASCII control characters but tab are shown as `|XX`; the file's byte order mark is left out.
    pub fn to_text(&self) -> String {
        let mut text = String::with_capacity(self.source.bytes().len());
        for (_, row) in self.walk() {
            text.push_str(&shown(self.charset(), row.text));
            text.push('\n');
        }
        text
    }

    /// The bytes of the document that `edited`, an edited [`to_text`](Self::to_text), stands for.
    ///
    /// A line that was left alone, or moved as it is, keeps its bytes and its ending. In one that was changed, what
    /// stands before and behind the change keeps its bytes. New text is written in the encoding that the edited text
    /// names, and a new line ends as most lines of the file do. The file's byte order mark stays, and none is added.
    ///
    /// # Errors
    /// Every line that cannot be written.
    pub fn with_text(&self, edited: &[u8]) -> Result<Vec<u8>, Vec<Unwritable>> {
        let old: Vec<(LineId, String)> =
            self.walk().map(|(id, row)| (id, shown(self.charset(), row.text))).collect();
        let starts_with_bom = old.first().is_some_and(|(_, text)| text.as_bytes().starts_with(BOM));
        // Some editors put one before everything that they write.
        let edited = if starts_with_bom { edited } else { edited.strip_prefix(BOM).unwrap_or(edited) };
        let after = Self::parse_as(edited, self.dialect());
        let new = source::texts(edited, self.dialect());
        let origins = origins(&old, &new);
        let usual = self.usual_ending();
        let (mut lines, mut bad) = (Vec::with_capacity(new.len()), Vec::new());
        for (at, (text, origin)) in new.iter().zip(origins).enumerate() {
            let ending = match self.ending_of(origin) {
                // An empty last line is there by its ending alone.
                Some(Ending::None) if at + 1 < new.len() || text.is_empty() => usual,
                Some(ending) => ending,
                None => usual,
            };
            match self.line_of(text, origin, after.charset()) {
                Ok(bytes) => lines.push((bytes, ending)),
                Err(reason) => bad.push(reason.at(at + 1)),
            }
        }
        if !self.has_bom() && lines.first().is_some_and(|(text, _)| text.starts_with(BOM)) {
            bad.push(Unwritable::StrayBom);
        }
        if bad.is_empty() { Ok(self.join(&lines)) } else { Err(bad) }
    }

    /// The bytes of one line of the edited text.
    fn line_of(&self, text: &[u8], origin: Origin, charset: &Charset) -> Result<Vec<u8>, Reason> {
        let before = match origin {
            Origin::Same(id) => return Ok(self.text_of(id).to_vec()),
            Origin::Changed(id) if charset == self.charset() => self.text_of(id),
            Origin::Changed(_) | Origin::New => b"",
        };
        let text = std::str::from_utf8(text).map_err(|_| Reason::NotUtf8)?;
        if text.contains('\0') {
            return Err(Reason::Nul);
        }
        respelled(charset, before, text).map_err(|character| match charset {
            Charset::Known(_) | Charset::Latin1 => Reason::Unencodable(character, charset.name().to_owned()),
            Charset::Unknown(_) => Reason::UnknownEncoding(charset.name().to_owned()),
        })
    }

    fn ending_of(&self, origin: Origin) -> Option<Ending> {
        match origin {
            Origin::Same(id) | Origin::Changed(id) => self.row(id).map(|row| row.ending),
            Origin::New => None,
        }
    }

    fn text_of(&self, id: LineId) -> &[u8] {
        self.row(id).map_or(b"", |row| row.text)
    }

    fn join(&self, lines: &[(Vec<u8>, Ending)]) -> Vec<u8> {
        let mut out = if self.has_bom() { BOM.to_vec() } else { Vec::new() };
        for (at, (text, ending)) in lines.iter().enumerate() {
            // `\r` and the `\n` of an empty line behind it would be one line end.
            let merges = *ending == Ending::Cr
                && lines.get(at + 1).is_some_and(|(text, ending)| text.is_empty() && *ending == Ending::Lf);
            out.extend_from_slice(text);
            out.extend_from_slice(if merges { Ending::CrLf } else { *ending }.as_bytes());
        }
        out
    }
}

/// Which line of the document a line of the edited text was.
#[derive(Clone, Copy)]
enum Origin {
    Same(LineId),
    Changed(LineId),
    New,
}

/// Why a line cannot be written.
enum Reason {
    Unencodable(char, String),
    UnknownEncoding(String),
    NotUtf8,
    Nul,
}

impl Reason {
    fn at(self, line: usize) -> Unwritable {
        match self {
            Self::Unencodable(character, encoding) => Unwritable::Unencodable { line, character, encoding },
            Self::UnknownEncoding(encoding) => Unwritable::UnknownEncoding { line, encoding },
            Self::NotUtf8 => Unwritable::NotUtf8 { line },
            Self::Nul => Unwritable::Nul { line },
        }
    }
}

/// What lines stay, go and come from `old` to `new`, in their order: as few as can be found in two seconds.
pub fn align(old: &[&[u8]], new: &[&[u8]]) -> Vec<DiffOp> {
    let mut found = Compact::new(Replace::new(Capture::new()), old, new);
    let deadline = Some(Instant::now() + LONGEST_SEARCH);
    let Ok(()) = myers::diff_deadline(&mut found, old, 0..old.len(), new, 0..new.len(), deadline);
    found.into_inner().into_inner().into_ops()
}

/// Where each line of `new` comes from: its own place, another one that it was moved from, or a line in whose place it
/// stands.
fn origins(old: &[(LineId, String)], new: &[&[u8]]) -> Vec<Origin> {
    let texts: Vec<&[u8]> = old.iter().map(|(_, text)| text.as_bytes()).collect();
    let mut origins = vec![Origin::New; new.len()];
    let mut gone: HashMap<&[u8], VecDeque<LineId>> = HashMap::new();
    for op in align(&texts, new) {
        let (from, to) = (op.old_range(), op.new_range());
        let is_equal = matches!(op, DiffOp::Equal { .. });
        for (old_at, new_at) in from.clone().zip(to) {
            let id = old[old_at].0;
            origins[new_at] = if is_equal { Origin::Same(id) } else { Origin::Changed(id) };
        }
        for at in from.filter(|_| !is_equal) {
            gone.entry(texts[at]).or_default().push_back(old[at].0);
        }
    }
    for (origin, text) in origins.iter_mut().zip(new).filter(|(origin, _)| !matches!(origin, Origin::Same(_)))
    {
        if let Some(id) = gone.get_mut(text).and_then(VecDeque::pop_front) {
            *origin = Origin::Same(id);
        }
    }
    origins
}

/// The bytes of `text`, which stands where `before` stood: what is the same at both ends keeps its bytes.
///
/// # Errors
/// The first character that the character set lacks.
fn respelled(charset: &Charset, before: &[u8], text: &str) -> Result<Vec<u8>, char> {
    let pieces = pieces(charset, before);
    let mut middle = text;
    let mut kept = 0..pieces.len();
    while let Some(rest) = kept.clone().next().and_then(|at| middle.strip_prefix(&*pieces[at].1)) {
        middle = rest;
        kept.start += 1;
    }
    let (head, mut tail) = (kept.start, pieces.len());
    while let Some(rest) = (tail > head).then(|| middle.strip_suffix(&*pieces[tail - 1].1)).flatten() {
        middle = rest;
        tail -= 1;
    }
    let bytes = |pieces: &[(&[u8], String)]| pieces.iter().flat_map(|(bytes, _)| *bytes).copied().collect();
    let (head, tail): (Vec<u8>, Vec<u8>) = (bytes(&pieces[..head]), bytes(&pieces[tail..]));
    let whole = [&head[..], &charset.encode(middle)?, &tail].concat();
    // Beside a byte that is no text, new bytes could make one with it.
    if shown(charset, &whole) == text { Ok(whole) } else { charset.encode(text).map(Into::into) }
}

/// Each character of a line, with its bytes and as it is shown.
fn pieces<'a>(charset: &Charset, line: &'a [u8]) -> Vec<(&'a [u8], String)> {
    const LONGEST: usize = 4;
    let mut pieces = Vec::new();
    let mut rest = line;
    while !rest.is_empty() {
        let is_text = |len: &usize| rest.get(..*len).is_some_and(|bytes| charset.decode(bytes).is_some());
        let (bytes, after) = rest.split_at((1..=LONGEST).find(is_text).unwrap_or(1));
        pieces.push((bytes, shown(charset, bytes)));
        rest = after;
    }
    pieces
}

/// A line as text on one line, with nothing in it that an editor could not show or would not write back.
fn shown(charset: &Charset, line: &[u8]) -> String {
    let text = charset.show(line);
    let is_hidden = |c: char| c.is_ascii_control() && c != '\t';
    if !text.contains(is_hidden) {
        return text.into_owned();
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match u8::try_from(c) {
            Ok(byte) if is_hidden(c) => out.extend(escape::hex(byte).map(char::from)),
            _ => out.write_char(c).expect("a string takes everything"),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{Document, Unwritable};

    #[track_caller]
    fn edits(before: &[u8], edit: impl Fn(&str) -> String, after: &[u8]) {
        let document = Document::parse(before);
        let edited = edit(&document.to_text());
        let bytes = document.with_text(edited.as_bytes()).expect("writable");
        assert_eq!(bytes.escape_ascii().to_string(), after.escape_ascii().to_string());
    }

    #[test]
    fn an_empty_line_in_the_place_of_a_last_one_without_ending_is_there() {
        let document = Document::parse("a=1\nb=2");
        assert_eq!(document.with_text(b"a=1\n\n").ok().as_deref(), Some(&b"a=1\n\n"[..]));
    }

    #[test]
    fn a_text_that_was_left_alone_is_the_file() {
        for bytes in [
            &b""[..],
            b"\xEF\xBB\xBFa = \"1\"\r\nb = \"2\"\rc = \"3\"\n\n\r\r\nd = \"4\"",
            b"\xEF\xBB\xBF\xEF\xBB\xBFa = \"1\"\n",
            b"nul = \"1\"\0 junk\na = \"\x1B[31m \xFF|FF|1B\"\n",
            b".encoding = \"GBK\"\ndisplayName = \"\xD6\xD0\x81\"\n",
            b".encoding = \"nonsense\"\ndisplayName = \"\xD6\xD0\x81\"\n",
        ] {
            edits(bytes, str::to_owned, bytes);
            edits(bytes, |text| text.replace('\n', "\r\n"), bytes);
            edits(
                bytes,
                |text| {
                    format!("{}{text}", if bytes.starts_with(b"\xEF\xBB\xBF\xEF") { "" } else { "\u{FEFF}" })
                },
                bytes,
            );
        }
    }

    #[test]
    fn in_a_changed_line_only_the_change_is_new() {
        edits(
            b".encoding = \"Shift_JIS\"\r\nname = \"\x83\x7C\xFF-\x83\x7C\"\r\n",
            |text| text.replace("FF-", "FF+\u{3042}"),
            b".encoding = \"Shift_JIS\"\r\nname = \"\x83\x7C\xFF+\x82\xA0\x83\x7C\"\r\n",
        );
        // As GBK, 81 and A would be one character.
        edits(
            b".encoding = \"GBK\"\nname = \"\x81\"\n",
            |text| text.replace("|81", "|81A"),
            b".encoding = \"GBK\"\nname = \"|81A\"\n",
        );
    }

    #[test]
    fn lines_that_moved_keep_their_bytes_and_new_ones_end_as_most_do() {
        edits(
            b"a = \"\xFF\"\r\nb = \"2\"\nc = \"3\"\r\nd = \"4\"",
            |text| {
                let lines: Vec<&str> = text.lines().collect();
                [lines[1], lines[3], lines[0], "new = \"\"", lines[2]].join("\n")
            },
            b"b = \"2\"\nd = \"4\"\r\na = \"\xFF\"\r\nnew = \"\"\r\nc = \"3\"\r\n",
        );
        edits(
            b"a = \"1\"\rb = \"2\"\n",
            |_| "a = \"1\"\n\nb = \"2\"\n".to_owned(),
            b"a = \"1\"\r\n\nb = \"2\"\n",
        );
        edits(b"a = \"1\"", |text| format!("{text}b = \"2\"\n"), b"a = \"1\"\nb = \"2\"\n");
    }

    #[test]
    fn new_text_is_written_in_the_encoding_that_the_edited_text_names() {
        edits(
            b".encoding = \"GBK\"\na = \"\xD6\xD0\"\n",
            |text| text.replace("GBK", "UTF-8") + "b = \"\u{4E2D}\"\n",
            b".encoding = \"UTF-8\"\na = \"\xD6\xD0\"\nb = \"\xE4\xB8\xAD\"\n",
        );
    }

    #[test]
    fn every_line_that_cannot_be_written_is_named() {
        let document = Document::parse(".encoding = \"windows-1252\"\na = \"1\"\n");
        let edited =
            [document.to_text().as_bytes(), "b = \"\u{4F4D}\"\n".as_bytes(), b"c = \"\xFF\"\nd = \"\0\"\n"]
                .concat();
        let bad = document.with_text(&edited).expect_err("three are bad");
        let encoding = "windows-1252".to_owned();
        assert_eq!(
            bad,
            [
                Unwritable::Unencodable { line: 3, character: '\u{4F4D}', encoding },
                Unwritable::NotUtf8 { line: 4 },
                Unwritable::Nul { line: 5 }
            ]
        );
        let unknown = Document::parse(".encoding = \"nonsense\"\n");
        let bad = unknown.with_text(".encoding = \"nonsense\"\n\u{E9}".as_bytes()).expect_err("not ASCII");
        assert_eq!(bad, [Unwritable::UnknownEncoding { line: 2, encoding: "nonsense".to_owned() }]);
    }
}
