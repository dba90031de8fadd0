//! What differs between the kinds of file that hold entries. It splits and reads no lines itself.

use std::path::Path;

use super::grammar::{self, Parts};
use super::properties;

/// The rules by which a file's lines are read and written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Dialect {
    /// VMware's dictionary: `.vmx`, `.vmtx`, `.vmsd`, preferences, `config`, `settings.ini`, `inventory.vmls`.
    #[default]
    Vmx,
    /// The text descriptor of a virtual disk: a dictionary whose first entries stand bare and without blanks
    /// (`CID=fffffffe`) and whose lines on extents are no entries.
    Descriptor,
    /// Java's `java.util.Properties`, as `load(InputStream)` reads it. Keys compare exactly, and of a key's copies
    /// the last counts.
    Properties,
}

impl Dialect {
    /// The dialect of a file of this name: `*.properties`, `*.vmdk`, and VMware's dictionary for every other name.
    pub fn of(path: &Path) -> Self {
        let name = path.as_os_str().as_encoded_bytes();
        // A file that is called no more than its ending has none.
        let is = |ending: &[u8]| match name.len().checked_sub(ending.len()) {
            None | Some(0) => false,
            Some(at) => name[at - 1] != b'/' && name[at..].eq_ignore_ascii_case(ending),
        };
        if is(b".properties") {
            Self::Properties
        } else if is(b".vmdk") {
            Self::Descriptor
        } else {
            Self::Vmx
        }
    }

    /// The keys whose value names the file's encoding.
    pub(crate) fn encoding_keys(self) -> &'static [&'static str] {
        match self {
            Self::Vmx => &[".encoding"],
            Self::Descriptor => &["encoding", "ddb.encoding"],
            Self::Properties => &[],
        }
    }

    /// Whether two keys are the same.
    pub(crate) fn same_key(self, one: &str, other: &str) -> bool {
        match self {
            Self::Vmx | Self::Descriptor => one.eq_ignore_ascii_case(other),
            Self::Properties => one == other,
        }
    }

    /// The length of the line that `rest` starts with, without its ending.
    pub(super) fn len_of_line(self, rest: &[u8]) -> usize {
        match self {
            Self::Vmx | Self::Descriptor => memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len()),
            Self::Properties => properties::len_of_line(rest),
        }
    }

    /// Where key and value lie in a line, if it is an entry.
    pub(super) fn parts(self, line: &[u8]) -> Option<Parts> {
        match self {
            Self::Vmx | Self::Descriptor => grammar::parts(line),
            Self::Properties => properties::parts(line),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::Dialect;

    #[test]
    fn the_name_of_a_file_tells_its_dialect() {
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
