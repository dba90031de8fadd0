//! Names of temporary entries next to a file, such as `.vm.vmx.vmxedit-1a2bK5xY0Zq7RtUe.new`.

use std::ffi::{OsStr, OsString};
use std::hash::Hasher;

use siphasher::sip::SipHasher13;

use super::platform::truncated;

/// The number of random letters and digits in such a name.
pub(crate) const RANDOM_LEN: usize = 16;
/// Maximum length of the part of a file's name that is in the name of a temporary entry, in bytes.
const MAX_NAME_LEN: usize = 160;

/// Returns the start of the names of all temporary entries of the file `name`. A long name is cut, and its hash added.
pub(crate) fn prefix(name: &OsStr) -> OsString {
    let bytes = name.as_encoded_bytes();
    let mut end = bytes.len().min(MAX_NAME_LEN);
    // Not within a character: some file systems accept UTF-8 only.
    while end < bytes.len() && bytes[end] & 0xC0 == 0x80 {
        end -= 1;
    }
    let mut prefix = OsString::from(".");
    prefix.push(truncated(name, end));
    if end < bytes.len() {
        prefix.push(format!("~{:016x}", hash(bytes)));
    }
    prefix.push(".vmxedit-");
    prefix
}

/// Returns a new name for a temporary entry of the file `name`. The random part makes it unique.
pub(crate) fn random_name(name: &OsStr, extension: &str) -> OsString {
    let mut random = prefix(name);
    for _ in 0..RANDOM_LEN {
        random.push(fastrand::alphanumeric().encode_utf8(&mut [0; 4]));
    }
    random.push(".");
    random.push(extension);
    random
}

/// Hashes with `SipHash` 1-3 and zero keys. Other versions of this program must compute the same number.
pub(crate) fn hash(content: &[u8]) -> u64 {
    SipHasher13::new().hash(content)
}

/// Hashes the parts of a content as [`hash`] hashes the whole.
#[derive(Debug)]
pub(crate) struct ContentHasher(SipHasher13);

impl ContentHasher {
    pub(crate) fn new() -> Self {
        Self(SipHasher13::new())
    }

    pub(crate) fn add(&mut self, part: &[u8]) {
        self.0.write(part);
    }

    pub(crate) fn finish(&self) -> u64 {
        self.0.finish()
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;
    use std::hash::{DefaultHasher, Hasher};

    use super::{ContentHasher, RANDOM_LEN, hash, prefix, random_name};

    #[test]
    fn hashes_are_those_that_earlier_builds_wrote_into_names() {
        let contents = [(&b""[..], 0xd1fb_a762_150c_532c), (b"memsize = \"1024\"\n", 0x36dd_732d_a6bc_4dcd)];
        for (content, expected) in contents {
            let mut std = DefaultHasher::new();
            std.write(content);
            let mut parts = ContentHasher::new();
            content.chunks(5).for_each(|part| parts.add(part));
            let shown = content.escape_ascii();
            assert_eq!(
                (hash(content), std.finish(), parts.finish()),
                (expected, expected, expected),
                "{shown}"
            );
        }
    }

    #[test]
    fn long_names_are_cut_between_characters() {
        assert_eq!(prefix(OsStr::new("vm.vmx")), ".vm.vmx.vmxedit-");
        let long = "ä".repeat(120);
        let name = random_name(OsStr::new(&long), "new");
        assert!(name.len() < 255 && name.to_str().is_some());
        assert!(name.to_str().expect("UTF-8").starts_with(&format!(".{}~", "ä".repeat(80))));
        assert_eq!(random_name(OsStr::new("a"), "new").len(), ".a.vmxedit-.new".len() + RANDOM_LEN);
    }
}
