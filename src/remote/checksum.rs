//! The checksums that a host can compute.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

/// The tool of the host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Checksum {
    Sha256,
    /// POSIX `cksum`.
    Cksum,
}

impl Checksum {
    /// Returns what the script on the host prints for this content.
    pub(super) fn of(self, content: &[u8]) -> String {
        match self {
            Self::Sha256 => Sha256::digest(content).iter().fold(String::new(), |mut text, byte| {
                let _ = write!(text, "{byte:02x}");
                text
            }),
            Self::Cksum => cksum(content),
        }
    }
}

/// Returns the checksum and the length.
fn cksum(content: &[u8]) -> String {
    let crc = crc::Crc::<u32>::new(&crc::CRC_32_CKSUM);
    let mut digest = crc.digest();
    digest.update(content);
    // POSIX appends the length, the lowest byte first, without zeros at the end.
    let len = content.len().to_le_bytes();
    let end = len.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    digest.update(&len[..end]);
    format!("{} {}", digest.finalize(), content.len())
}

#[cfg(test)]
mod tests {
    use super::Checksum;

    #[test]
    fn the_checksum_is_that_of_posix_cksum() {
        for (content, sum) in [("", "4294967295 0"), ("a", "1220704766 1"), ("123456789\n", "1552147931 10")]
        {
            assert_eq!(Checksum::Cksum.of(content.as_bytes()), sum, "{content}");
        }
    }
}
