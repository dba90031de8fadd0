//! MAC addresses of network adapters.

use std::fmt;

/// A MAC address: six bytes.
///
/// ```
/// use vmxedit::catalog::Mac;
///
/// let mac = Mac::parse("00-50-56-AA-BB-CC").expect("an address");
/// assert_eq!(mac.to_string(), "00:50:56:aa:bb:cc");
/// assert!(!mac.is_multicast());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mac([u8; 6]);

/// The range of a MAC address, as VMware divides them.
///
/// ```
/// use vmxedit::catalog::{Mac, MacRange};
///
/// assert_eq!(Mac::parse("00:50:56:12:34:56").map(Mac::range), Some(MacRange::Static));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MacRange {
    /// For static addresses.
    Static,
    /// VMware assigns these addresses itself.
    Reserved,
    /// Addresses of other vendors, and those that anyone may use.
    Other,
}

impl Mac {
    /// Parses six groups of one or two hexadecimal digits, separated by `:` or `-`. Returns `None` for any other text,
    /// including text with surrounding whitespace.
    ///
    /// Source: libvirt's `virMACAddrParse`, which reads the addresses of `.vmx` files, takes one or two digits; Windows
    /// prints addresses with `-`.
    pub fn parse(text: &str) -> Option<Self> {
        let mut groups = text.split([':', '-']);
        let mut octets = [0; 6];
        for octet in &mut octets {
            // `from_str_radix` alone also accepts "+f".
            let is_digits = |group: &&str| {
                matches!(group.len(), 1 | 2) && group.bytes().all(|byte| byte.is_ascii_hexdigit())
            };
            *octet = u8::from_str_radix(groups.next().filter(is_digits)?, 16).ok()?;
        }
        groups.next().is_none().then_some(Self(octets))
    }

    /// Returns the bytes in the order in which they are written.
    pub fn octets(self) -> [u8; 6] {
        self.0
    }

    /// Returns which of VMware's ranges the address is in.
    ///
    /// Source: libvirt, `src/vmx/vmx.c`: static addresses are 00:50:56:00:00:00 to 00:50:56:3f:ff:ff; VMware generates
    /// addresses that start with 00:0c:29, 00:05:69 and the rest of 00:50:56.
    pub fn range(self) -> MacRange {
        match self.0 {
            [0, 0x50, 0x56, 0..=0x3F, ..] => MacRange::Static,
            [0, 0x50, 0x56, ..] | [0, 0x0C, 0x29, ..] | [0, 0x05, 0x69, ..] => MacRange::Reserved,
            _ => MacRange::Other,
        }
    }

    /// Returns whether the address names a group of adapters: the lowest bit of the first byte is set.
    ///
    /// Source: IEEE 802, the individual/group bit.
    pub fn is_multicast(self) -> bool {
        self.0[0] & 1 == 1
    }
}

/// Writes lower-case digits separated by colons, as VMware does.
impl fmt::Display for Mac {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [first, rest @ ..] = self.0;
        write!(f, "{first:02x}")?;
        rest.iter().try_for_each(|octet| write!(f, ":{octet:02x}"))
    }
}

#[cfg(test)]
mod tests {
    use super::{Mac, MacRange};

    #[test]
    fn an_address_is_six_groups_of_one_or_two_digits() {
        let octets = |text| Mac::parse(text).map(Mac::octets);
        assert_eq!(octets("00:0c:29:D6:2b:d3"), Some([0, 0x0c, 0x29, 0xd6, 0x2b, 0xd3]));
        assert_eq!(octets("00-50-56-3F-FF-FF"), Some([0, 0x50, 0x56, 0x3f, 0xff, 0xff]));
        assert_eq!(octets("0:c:29:d6:2b:d3"), Some([0, 0x0c, 0x29, 0xd6, 0x2b, 0xd3]));
        for bad in [
            "",
            "00:0c:29:d6:2b",
            "00:0c:29:d6:2b:d3:00",
            "00:0c:29:d6:2b:dg",
            "000:c:29:d6:2b:d3",
            "00:50:56:+1:00:01",
            " 00:0c:29:d6:2b:d3",
            "000c29d62bd3",
        ] {
            assert_eq!(octets(bad), None, "{bad}");
        }
    }

    #[test]
    fn static_addresses_end_where_generated_ones_begin() {
        let range = |text| Mac::parse(text).map(Mac::range);
        assert_eq!(range("00:50:56:00:00:00"), Some(MacRange::Static));
        assert_eq!(range("00:50:56:3f:ff:ff"), Some(MacRange::Static));
        for generated in ["00:50:56:40:00:00", "00:0c:29:00:00:01", "00:05:69:00:00:01"] {
            assert_eq!(range(generated), Some(MacRange::Reserved), "{generated}");
        }
        assert_eq!(range("52:54:00:ab:cd:ef"), Some(MacRange::Other));
    }

    #[test]
    fn the_lowest_bit_of_the_first_byte_marks_a_group() {
        assert!(Mac::parse("01:00:5e:00:00:01").is_some_and(Mac::is_multicast));
        assert!(Mac::parse("00:50:56:00:00:01").is_some_and(|mac| !mac.is_multicast()));
    }
}
