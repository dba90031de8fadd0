//! What is known of VMX keys, whatever file they stand in.

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
