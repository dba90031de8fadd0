//! Computes this machine's id in VMware's lock members.

use std::sync::OnceLock;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use super::platform::machine;

/// Returns this host's id in lock members: base64 of a hash of the host name and the MAC address of the first `ethN`,
/// with `/` as `-`. Computed once for the process, which takes no other id when the host is renamed.
///
/// Source: open-vm-tools `lib/file/file.c` (`GetOldMachineID`) and `lib/misc/machineID.c`; Linux only.
pub fn machine_id() -> &'static str {
    static ID: OnceLock<String> = OnceLock::new();
    ID.get_or_init(compute_machine_id)
}

fn compute_machine_id() -> String {
    machine_id_of(&machine::host_name(), machine::first_ethernet())
}

/// Returns the id of the machine with this name and the MAC address of its first `ethN`.
pub(crate) fn machine_id_of(host_name: &[u8], mac: Option<[u8; 6]>) -> String {
    let mut raw = [0_u8; 12];
    raw[..4].copy_from_slice(&djb2(host_name).to_le_bytes());
    if let Some(mac) = mac {
        raw[4..10].copy_from_slice(&mac);
    }
    BASE64_STANDARD.encode(raw).replace('/', "-")
}

/// Parses a MAC address as Linux prints it: `00:0c:29:1b:2c:3d`.
pub(crate) fn parse_mac(text: &str) -> Option<[u8; 6]> {
    let mut mac = [0; 6];
    let mut bytes = text.trim().split(':');
    for byte in &mut mac {
        *byte = u8::from_str_radix(bytes.next()?, 16).ok()?;
    }
    bytes.next().is_none().then_some(mac)
}

/// Hashes `bytes` with Bernstein's djb2, as VMware uses it for host names and lock paths.
pub(crate) fn djb2(bytes: &[u8]) -> u32 {
    bytes.iter().fold(5381, |hash: u32, byte| hash.wrapping_mul(33).wrapping_add(u32::from(*byte)))
}

/// Returns whether a machine id has no hardware part. Hosts with the same name then have the same id.
pub(crate) fn has_no_hardware_id(machine: &str) -> bool {
    BASE64_STANDARD.decode(machine.replace('-', "/")).is_ok_and(|raw| raw.len() == 12 && raw[4..] == [0; 8])
}

/// Returns whether this is an ESXi host.
pub(crate) fn is_vmkernel() -> bool {
    static IS_VMKERNEL: OnceLock<bool> = OnceLock::new();
    *IS_VMKERNEL.get_or_init(machine::is_vmkernel)
}
