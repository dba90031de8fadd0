//! What is known of VMX keys, guest operating systems and hardware versions, whatever file they stand in.
//!
//! The facts are tables of text, each row with its source, compiled in and read when they are asked for. They are not
//! complete: VMware has thousands of keys, and one that is unknown here is normal.

mod device;
mod guest_os;
mod hardware;
mod keys;
mod kind;
mod pattern;
mod table;

pub use self::device::{Fit, Slot, device};
pub use self::guest_os::{Family, GuestOs, guest_os, guest_oses};
pub use self::hardware::{Feature, Hardware, feature, hardware, hardware_versions};
pub use self::keys::{KnownKey, Owner, key, nearest};
pub use self::kind::{Kind, Words};

mod alike;
mod volatile;

pub use self::alike::alike;
pub use self::volatile::is_volatile;

const WHOLE: [&str; 7] = [
    "remotedisplay.vnc.key",
    "datafilekey",
    "guestinfo.userdata",
    "guestinfo.vendordata",
    "guestinfo.metadata",
    "guestinfo.ignition.config.data",
    "guestinfo.coreos.config.data",
];

/// Last parts of keys that name secrets.
const WORDS: [&str; 4] = ["password", "passwd", "passphrase", "secret"];

/// Whether a key's value is a secret: shown only when asked for.
///
/// Sources: packer-plugin-vmware (`RemoteDisplay.vnc.*`), dissect.hypervisor (`encryption.*`, `dataFileKey`),
/// cloud-init's `DataSourceVMware` and Ignition (`guestinfo.*`).
pub fn is_secret(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    let last = key.rsplit('.').next().unwrap_or_default();
    WHOLE.contains(&key.as_str()) || WORDS.contains(&last) || key.starts_with("encryption.")
}
