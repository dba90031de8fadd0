//! Reads the names and the network address from which VMware computes a machine's id.

use super::read_once;
use crate::host::machine::parse_mac;

/// Returns the host name.
pub(in crate::host) fn host_name() -> Vec<u8> {
    rustix::system::uname().nodename().to_bytes().to_vec()
}

/// Returns whether the system is ESXi's kernel, which runs programs for Linux.
pub(in crate::host) fn is_vmkernel() -> bool {
    rustix::system::uname().sysname().to_bytes() == b"VMkernel"
}

/// Returns the MAC address of the first `ethN`.
pub(in crate::host) fn first_ethernet() -> Option<[u8; 6]> {
    (0..8).find_map(|n| {
        let text = String::from_utf8(read_once(&format!("/sys/class/net/eth{n}/address")).ok()?).ok()?;
        parse_mac(&text)
    })
}
