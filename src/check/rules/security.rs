//! Rules for secrets in clear text, and for settings that weaken the isolation between guest and host.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::check::context::{IndexedEntry, LintContext};
use crate::check::placeholder;
use crate::check::reporter::Reporter;
use crate::document::Encryption;

/// Entries with a document for cloud-init or Ignition, which may contain secrets.
const GUEST_DOCUMENTS: [&str; 5] = [
    "guestinfo.userdata",
    "guestinfo.vendordata",
    "guestinfo.metadata",
    "guestinfo.ignition.config.data",
    "guestinfo.coreos.config.data",
];

pub(super) fn clear_text_secret(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    for entry in context.entries.iter().filter(|entry| !entry.value.is_empty()) {
        if is_clear_text_secret(&entry.name) && !entry.is_placeholder() {
            let message = format!("'{}' is a secret that any user who reads the file can use", entry.key());
            reporter.at_key(entry, message).help("remove it, or make the file readable only for its owner");
        }
    }
}

/// Returns whether the key is that of a password in clear text. Other secret keys are encrypted, belong to the guest, or
/// hold a document that another rule reads.
fn is_clear_text_secret(name: &str) -> bool {
    let last = name.rsplit('.').next().unwrap_or_default();
    let is_password = matches!(last, "password" | "passwd" | "passphrase" | "secret");
    name == "remotedisplay.vnc.key" || (is_password && !name.starts_with("encryption."))
}

pub(super) fn secret_in_guestinfo(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    for entry in GUEST_DOCUMENTS.iter().filter_map(|name| context.entry(name)) {
        let encoding = context.value(&format!("{}.encoding", entry.name)).unwrap_or_default();
        if let Some(secret) = decoded(entry, encoding).as_deref().and_then(find_secret) {
            let message = format!("'{}' contains {secret}", entry.key());
            reporter.at_key(entry, message).help("pass a reference to the secret, or a public key, instead");
        }
    }
}

/// Returns the text of a guestinfo entry; `None` if it is compressed or cannot be decoded.
fn decoded(entry: &IndexedEntry<'_>, encoding: &str) -> Option<String> {
    match encoding.to_ascii_lowercase().as_str() {
        "base64" | "b64" => {
            let bytes = STANDARD.decode(entry.value.as_bytes()).ok()?;
            Some(String::from_utf8_lossy(&bytes).into_owned())
        }
        "gzip+base64" | "gz+b64" => None,
        _ => Some(entry.value.to_string()),
    }
}

/// Returns what kind of secret is in `text`. Hashes of passwords and `lock_passwd` are not secrets.
fn find_secret(text: &str) -> Option<&'static str> {
    if text.contains("PRIVATE KEY-----") {
        return Some("a private key");
    }
    let keys = ["password:", "plain_text_passwd:", "\"password\":", "\"plain_text_passwd\":"];
    let password = |line: &str| {
        let line = line.trim_start_matches([' ', '\t', '-', '{', ',']);
        keys.iter().find_map(|key| line.strip_prefix(key)).is_some_and(is_password)
    };
    let has_password = text.lines().any(password) || has_password_list(text);
    has_password.then_some("a password in clear text")
}

/// Returns whether a value of cloud-init is a password, not a hash of one or the word that asks for a random one.
fn is_password(value: &str) -> bool {
    let bare = value.trim().trim_matches(['"', '\'', '}', ',']);
    !matches!(bare, "" | "R" | "RANDOM") && !bare.starts_with('$') && !placeholder::is_in(value)
}

/// Returns whether `chpasswd` of cloud-init has a list with passwords, as lines `name:password` of a block or a sequence.
///
/// Source: cloud-init, `cloudinit/config/cc_set_passwords.py`.
fn has_password_list(text: &str) -> bool {
    let indent = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    while let Some(line) = lines.find(|line| line.trim() == "chpasswd:") {
        let outer = indent(line);
        let mut list = None;
        for line in lines.by_ref() {
            let body = line.trim();
            match list {
                // The items of a sequence may have the indentation of its key.
                Some(at) if indent(line) > at || indent(line) == at && body.starts_with("- ") => {
                    let item = body.trim_start_matches("- ").trim_matches(['"', '\'']);
                    if item.split_once(':').is_some_and(|(_, password)| is_password(password)) {
                        return true;
                    }
                }
                _ if indent(line) <= outer => break,
                _ => list = body.starts_with("list:").then(|| indent(line)),
            }
        }
    }
    false
}

pub(super) fn open_vnc(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    let Some(entry) = context.entry("remotedisplay.vnc.enabled").filter(|entry| entry.is_true()) else {
        return;
    };
    let has = |name: &str| context.value(name).is_some_and(|value| !value.is_empty());
    let local = context
        .value("remotedisplay.vnc.ip")
        .is_some_and(|ip| ip.starts_with("127.") || ip == "localhost" || ip == "::1");
    if !has("remotedisplay.vnc.password") && !has("remotedisplay.vnc.key") && !local {
        let message = "VNC is on without a password, on every address of the host";
        reporter.at_key(entry, message).help("set RemoteDisplay.vnc.ip = \"127.0.0.1\"");
    }
}

pub(super) fn weak_isolation(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    // Separate rules check the first two, and every desktop VM has 3D graphics.
    const EXCLUDED: [&str; 3] = ["remotedisplay.vnc.enabled", "ulm.disablemitigations", "mks.enable3d"];
    for (entry, known) in context.known().filter(|(entry, known)| known.weakens_isolation(&entry.value)) {
        let device = entry.name.split('.').next().unwrap_or_default();
        // A passed-through device is the purpose of the VM that has one.
        let is_intended = entry.name.contains(".filter") || entry.name.starts_with("pcipassthru");
        if EXCLUDED.contains(&&*entry.name) || is_intended || context.is_absent(device) {
            continue;
        }
        let message = match known.note.filter(|note| !note.starts_with("the default")) {
            Some(note) => format!("'{}' weakens the isolation of the VM: {note}", entry.key()),
            None => format!("'{}' weakens the isolation of the VM", entry.key()),
        };
        let closed = if entry.value.eq_ignore_ascii_case("TRUE") { "FALSE" } else { "TRUE" };
        reporter
            .at_value(entry, message)
            .help(format!("set {} = \"{closed}\" unless the VM needs it", entry.key()));
    }
}

pub(super) fn mitigations_off(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    if let Some(entry) = context.entry("ulm.disablemitigations").filter(|entry| entry.is_true()) {
        let message = "mitigations of processor side channels are off for this VM";
        reporter.at_value(entry, message).help("remove the entry unless the host runs only trusted code");
    }
}

pub(super) fn network_filter(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    for entry in &context.entries {
        let Some((adapter, rest)) = entry.name.split_once(".filter") else { continue };
        if adapter.starts_with("ethernet")
            && rest.rsplit('.').next() == Some("name")
            && !entry.value.is_empty()
        {
            let message = format!("the filter '{}' sees all traffic of {adapter}", entry.shown());
            reporter.at_value(entry, message).help("remove the filter if its purpose is unknown");
        }
    }
}

pub(super) fn vtpm_without_encryption(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    let Some(entry) = context.entry("vtpm.present").filter(|entry| entry.is_true()) else { return };
    if !context.entries.iter().any(|entry| entry.name.starts_with("encryption.")) {
        let message = "the VM has a virtual TPM, but is not encrypted";
        let help = if context.has_value("managedvm.autoaddvtpm", "software") {
            "remove vtpm.present: managedvm.autoAddVTPM adds the TPM"
        } else {
            "encrypt the VM, or on Workstation and Fusion replace it by managedvm.autoAddVTPM = \"software\""
        };
        reporter.at_key(entry, message).help(help);
    }
}

pub(super) fn encrypted_configuration(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    let message = match context.encryption() {
        Encryption::None => return,
        Encryption::Full => "the configuration is encrypted: only the entries in clear text were checked",
        Encryption::Partial => "part of the configuration is encrypted and was not checked",
    };
    if let Some(entry) = context.entry("encryption.data") {
        reporter.at_key(entry, message);
    }
}
