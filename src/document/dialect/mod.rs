//! The three file formats, and everything that differs between them in one table of functions.

pub(super) mod canonical_line;
mod descriptor;
mod properties;
pub(super) mod vmx;

use std::borrow::Cow;
use std::ops::Range;
use std::path::Path;

use super::encoding::Charset;
use super::parts::Parts;

/// The format of a file: how its lines are read and written.
///
/// ```
/// use std::path::Path;
/// use vmxedit::document::Dialect;
///
/// assert_eq!(Dialect::of(Path::new("vm/disk.vmdk")), Dialect::Descriptor);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Dialect {
    /// VMware's dictionary: `.vmx`, `.vmtx`, `.vmsd`, preferences, `config`, `settings.ini`, `inventory.vmls`.
    #[default]
    Vmx,
    /// The text descriptor of a virtual disk: a dictionary whose first entries have neither quotes nor spaces
    /// (`CID=fffffffe`) and whose lines on extents are not entries.
    Descriptor,
    /// Java's `java.util.Properties`, as `load(InputStream)` reads it. Keys are case-sensitive, and of several entries
    /// with one key the last counts.
    Properties,
}

impl Dialect {
    /// Returns the dialect of a file with this name: `*.properties`, `*.vmdk`, and VMware's dictionary for every other.
    ///
    /// Looks at the name only: [`sniff`](super::sniff()) detects a binary `.vmdk`.
    pub fn of(path: &Path) -> Self {
        let name = path.as_os_str().as_encoded_bytes();
        // A file named `.vmdk` has no extension.
        let has_extension = |extension: &[u8]| match name.len().checked_sub(extension.len()) {
            None | Some(0) => false,
            Some(at) => name[at - 1] != b'/' && name[at..].eq_ignore_ascii_case(extension),
        };
        if has_extension(b".properties") {
            Self::Properties
        } else if has_extension(b".vmdk") {
            Self::Descriptor
        } else {
            Self::Vmx
        }
    }

    /// Returns the table of the dialect. The rest of the crate uses it and seldom compares dialects.
    pub(crate) fn syntax(self) -> &'static Syntax {
        match self {
            Self::Vmx => &vmx::SYNTAX,
            Self::Descriptor => &descriptor::SYNTAX,
            Self::Properties => &properties::SYNTAX,
        }
    }

    /// Whether keys that differ in ASCII case only are the same.
    pub(crate) fn ignores_case(self) -> bool {
        self.keys_equal("a", "A")
    }

    /// Whether two keys are the same.
    pub(crate) fn keys_equal(self, one: &str, other: &str) -> bool {
        (self.syntax().keys_equal)(one.as_bytes(), other.as_bytes())
    }
}

/// What several entries with one key mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Duplicates {
    /// The reader refuses the file.
    Invalid,
    /// The last one counts.
    LastCounts,
}

/// What counts when a file is checked for being of another type.
pub(super) struct Sniffing {
    pub(super) descriptor_title: DescriptorTitle,
    /// Whether magic numbers that are printable words count.
    pub(super) words: bool,
}

/// Whether a file starts with the title of a disk descriptor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DescriptorTitle {
    Required,
    Forbidden,
    Ignored,
}

/// The place of a value that gets replaced.
pub(super) struct Replacement<'a> {
    /// The whole line.
    pub(super) line: &'a [u8],
    pub(super) parts: Parts,
    /// Returns the separator that most entries of the file have.
    pub(super) separator: &'a dyn Fn() -> String,
}

/// What one format does in its own way. "Raw" bytes are as in the file.
#[expect(clippy::type_complexity, reason = "a table of functions")]
pub(crate) struct Syntax {
    /// Whether the reader skips a UTF-8 byte order mark at the start of the file.
    pub(super) skips_bom: bool,
    /// Whether [`canonical_line`] applies.
    pub(super) has_canonical_lines: bool,
    /// Whether a file with text but no entry, or with a NUL outside an entry, is of another type.
    pub(super) needs_entries: bool,
    pub(super) may_be_encrypted: bool,
    pub(crate) duplicates: Duplicates,
    pub(super) sniffing: Sniffing,
    /// The encoding of every file; `None` if the file names it.
    pub(super) fixed_charset: Option<Charset>,
    /// The keys whose value names the file's encoding.
    pub(crate) encoding_keys: &'static [&'static str],

    // Lines.
    /// Returns the length of the first line without its ending.
    pub(super) line_len: fn(&[u8]) -> usize,
    /// Finds key and value in a line; `None` if it is not an entry.
    pub(super) parts: fn(&[u8]) -> Option<Parts>,
    /// [`parts`](Self::parts) for a line that has no NUL byte.
    pub(super) parts_without_nul: fn(&[u8]) -> Option<Parts>,
    /// Counts the line ends within a logical line, in formats that have those.
    pub(super) inner_line_ends: Option<fn(&[u8]) -> usize>,
    /// Whether the reader gives up the whole file at this line.
    pub(super) is_malformed: Option<fn(&[u8]) -> bool>,
    /// Returns what to replace at the end of the file's last line, and by what, so that the line does not continue in
    /// a line added after it.
    pub(super) end_continuation: Option<fn(&[u8]) -> Option<(Range<usize>, &'static [u8])>>,

    // Keys.
    /// Says why no file could hold the key.
    pub(super) check_key: fn(&str) -> Result<(), &'static str>,
    pub(super) keys_equal: fn(&[u8], &[u8]) -> bool,
    /// Whether an ASCII key may be written in other bytes than its own.
    pub(super) has_escaped_keys: bool,
    /// Whether a raw key is this one.
    pub(super) key_is: fn(&Charset, &[u8], &str) -> bool,
    /// Decodes a raw key to bytes in UTF-8; invalid ones stay as they are.
    pub(super) plain_key: for<'a> fn(&Charset, &'a [u8]) -> Cow<'a, [u8]>,
    /// Decodes a raw key.
    pub(super) key_text: for<'a> fn(&Charset, &'a [u8]) -> Cow<'a, str>,
    /// Encodes a key, or returns the character that cannot be.
    pub(super) write_key: for<'a> fn(&Charset, &'a str) -> Result<Cow<'a, [u8]>, char>,
    /// Whether a new entry with this key belongs to the header at the start of the file, in formats that have one.
    pub(super) is_header_key: Option<fn(&str) -> bool>,

    // Values.
    /// Decodes a raw value.
    pub(super) value_text: for<'a> fn(&Charset, &'a [u8]) -> Cow<'a, str>,
    /// Removes the escapes from a raw value.
    pub(super) value_bytes: for<'a> fn(&'a [u8]) -> Cow<'a, [u8]>,
    /// Encodes a value, or returns the character that cannot be. The result has no quotes.
    pub(super) write_value: fn(&Charset, &str) -> Result<Vec<u8>, char>,
    /// Returns the bytes to put in place of a value so that it parses as the given raw one.
    pub(super) replace_value: fn(&Replacement<'_>, Vec<u8>) -> Vec<u8>,
    /// Writes a line of raw key and raw value; the last argument as [`Replacement::separator`].
    pub(super) new_entry: fn(&[u8], &[u8], &dyn Fn() -> String) -> Vec<u8>,
}

/// The characters of `text` as UTF-8.
fn into_bytes(text: Cow<'_, str>) -> Cow<'_, [u8]> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
        Cow::Owned(text) => Cow::Owned(text.into_bytes()),
    }
}

pub(super) use self::properties::separator;

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::Dialect;

    #[test]
    fn the_name_of_a_file_decides_its_dialect() {
        for (name, dialect) in [
            ("vm.vmx", Dialect::Vmx),
            ("vm.vmsd", Dialect::Vmx),
            ("preferences", Dialect::Vmx),
            ("properties", Dialect::Vmx),
            ("-", Dialect::Vmx),
            ("etc/webclient.properties", Dialect::Properties),
            ("A.PROPERTIES", Dialect::Properties),
            ("disk.vmdk", Dialect::Descriptor),
            (".vmdk", Dialect::Vmx),
            ("vms/.properties", Dialect::Vmx),
        ] {
            assert_eq!(Dialect::of(Path::new(name)), dialect, "{name}");
        }
    }
}
