//! Which keys hold secrets.

/// Whole keys, in lower case.
const KEYS: [&str; 7] = [
    "remotedisplay.vnc.key",
    "datafilekey",
    "guestinfo.userdata",
    "guestinfo.vendordata",
    "guestinfo.metadata",
    "guestinfo.ignition.config.data",
    "guestinfo.coreos.config.data",
];

/// Last components of keys, in lower case: `RemoteDisplay.vnc.password`.
const LAST_COMPONENTS: [&str; 4] = ["password", "passwd", "passphrase", "secret"];

/// What is printed in place of a secret value.
pub const MASK: &str = "****";

/// Returns whether the value of `key` is a secret, which is printed only on request. ASCII case is ignored.
///
/// Sources: packer-plugin-vmware (`RemoteDisplay.vnc.*`), dissect.hypervisor (`encryption.*`, `dataFileKey`),
/// cloud-init's `DataSourceVMware` and Ignition (`guestinfo.*`).
pub fn is_secret(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    let last = key.rsplit('.').next().unwrap_or_default();
    KEYS.contains(&key.as_str()) || LAST_COMPONENTS.contains(&last) || key.starts_with("encryption.")
}

#[cfg(test)]
mod tests {
    use super::is_secret;

    #[test]
    fn secrets_are_recognized_in_any_case() {
        for key in ["RemoteDisplay.VNC.Password", "dataFileKey", "encryption.data", "guestinfo.userdata"] {
            assert!(is_secret(key), "{key}");
        }
        for key in ["memsize", "guestinfo.userdata.encoding", "password.hint", "encryptionx.data"] {
            assert!(!is_secret(key), "{key}");
        }
    }
}
