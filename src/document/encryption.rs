//! How much of a configuration is encrypted, and the keys that belong to its encryption.

use super::Document;

/// How much of a configuration is encrypted.
///
/// ```
/// use vmxedit::Document;
/// use vmxedit::document::Encryption;
///
/// assert_eq!(Document::parse("memsize = \"2048\"\n").encryption(), Encryption::None);
/// assert_eq!(Document::parse("encryption.data = \"x\"\n").encryption(), Encryption::Full);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Encryption {
    /// Nothing.
    None,
    /// Part of it (Windows 11 guests with a virtual TPM): ordinary keys are in clear text.
    Partial,
    /// Everything but `displayName`: the settings are in `encryption.data`.
    Full,
}

/// The keys that decide how much of the configuration is encrypted.
pub(super) const ENCRYPTION_KEYS: [&str; 5] =
    ["encryption.data", "vmx.encryptionType", "config.version", "virtualHW.version", "guestOS"];

/// Source: VMware's fully encrypted files keep only `.encoding`, `displayName` and `encryption.*` in clear text.
pub(super) fn status(document: &Document) -> Encryption {
    if !document.syntax().may_be_encrypted {
        return Encryption::None;
    }
    let [data, kind, clear @ ..] = ENCRYPTION_KEYS;
    if document.value(data).is_none() {
        return Encryption::None;
    }
    let is_partial = document.value(kind).is_some_and(|kind| kind.eq_ignore_ascii_case("partial"));
    let has_clear_keys = clear.into_iter().any(|key| document.value(key).is_some());
    if is_partial || has_clear_keys { Encryption::Partial } else { Encryption::Full }
}

/// Whether VMware needs this key to open an encrypted VM: a wrong value locks the VM for good.
pub fn is_encryption_key(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    ["encryption.", "vtpm.", "managedvm.", "encryptedvm."].iter().any(|prefix| key.starts_with(prefix))
        || key == "vmx.encryptiontype"
}
