//! Secrets in clear text, and settings that weaken the wall between guest and host.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{Findings, Item, Needs, Rule, Severity, Subject};
use crate::document::Encryption;

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "VMX130",
        name: "clear-text-secret",
        severity: Severity::Warning,
        title: "whoever can read the file or a backup of it can use the password",
        explanation: "Whoever can read the file, a backup of it or a repository that it is kept in can read the password. A VNC \
            password, and the key that VMware makes of it, are a reversible form of at most eight characters. Keep the file's \
            mode tight, set the secret only where it is used, or leave it out.",
        source: "packer-plugin-vmware step_configure_vnc.go (RemoteDisplay.vnc.password is plain text)",
        needs: Needs::Document,
        check: clear_text_secret,
    },
    Rule {
        code: "VMX131",
        name: "secret-in-guestinfo",
        severity: Severity::Warning,
        title: "base64 hides nothing, and programs in the guest can read the entry",
        explanation: "cloud-init and Ignition read guestinfo entries, and so does every program in the guest that may run \
            VMware Tools; base64 hides nothing. Hand over a hash, or a reference to a secret store, and let cloud-init clear the \
            entry after use.",
        source: "cloud-init cloudinit/sources/DataSourceVMware.py",
        needs: Needs::Document,
        check: secret_in_guestinfo,
    },
    Rule {
        code: "VMX132",
        name: "open-vnc",
        severity: Severity::Warning,
        title: "anybody who reaches the host's port sees and steers the VM",
        explanation: "RemoteDisplay.vnc.enabled opens the VM's screen, keyboard and mouse to the network, and without a password \
            to everybody. Set a password, bind it to RemoteDisplay.vnc.ip = \"127.0.0.1\", or turn it off.",
        source: "packer-plugin-vmware step_configure_vnc.go",
        needs: Needs::Document,
        check: open_vnc,
    },
    Rule {
        code: "VMX133",
        name: "weak-isolation",
        severity: Severity::Note,
        title: "the guest may reach further into the host than it must",
        explanation: "Clipboard, drag and drop, shared folders, disk shrinking and connecting devices from inside the guest are \
            ways from the guest to the host. Workstation and Fusion have most of them open, and there these lines only say so; \
            on ESXi they are closed unless a line such as this opens them, and hardening guides want them closed.",
        source: "DISA vSphere 8 VM STIG (VMCH-80-000189 to 000198); Broadcom's Security Configuration Guide 8",
        needs: Needs::Catalog,
        check: weak_isolation,
    },
    Rule {
        code: "VMX134",
        name: "mitigations-off",
        severity: Severity::Note,
        title: "the VM runs without mitigations of processor side channels",
        explanation: "ulm.disableMitigations trades protection against side channels between VMs and host for speed. It is a \
            choice for a host that runs nothing of strangers.",
        source: "Broadcom KB 79832",
        needs: Needs::Document,
        check: mitigations_off,
    },
    Rule {
        code: "VMX135",
        name: "network-filter",
        severity: Severity::Note,
        title: "a network filter sees all traffic of this adapter",
        explanation: "ethernetN.filterM entries put a program of the host (the dvfilter interface) into the adapter's path. \
            Firewalls and MAC learning for nested hosts use it; a filter that nobody knows of does not belong there.",
        source: "DISA vSphere 8 VM STIG VMCH-80-000200",
        needs: Needs::Document,
        check: network_filter,
    },
    Rule {
        code: "VMX136",
        name: "vtpm-without-encryption",
        severity: Severity::Warning,
        title: "a virtual TPM needs an encrypted VM",
        explanation: "VMware keeps a virtual TPM's secrets in the encrypted part of the configuration. vtpm.present by itself, in a \
            file without encryption.* entries, gives the VM no TPM and may keep it from starting. Encrypt the VM, or use \
            managedvm.autoAddVTPM = \"software\" on Workstation and Fusion.",
        source: "VMware Workstation documentation, Virtual Trusted Platform Module: the VM must be encrypted",
        needs: Needs::Document,
        check: vtpm_without_encryption,
    },
    Rule {
        code: "VMX137",
        name: "sealed",
        severity: Severity::Note,
        title: "most of an encrypted configuration cannot be checked",
        explanation: "The settings of an encrypted VM are sealed in encryption.data, and what is sealed overrides what stands in \
            clear text. Rules see the clear part alone.",
        source: "dissect.hypervisor descriptor/vmx.py",
        needs: Needs::Document,
        check: sealed,
    },
];

fn clear_text_secret(subject: &Subject<'_>, findings: &mut Findings) {
    const WORDS: [&str; 3] = ["password", "passwd", "passphrase"];
    for item in subject.items.iter().filter(|item| !item.value.is_empty()) {
        let last = item.name.rsplit('.').next().unwrap_or_default();
        if WORDS.contains(&last) || item.name == "remotedisplay.vnc.key" {
            let message =
                format!("'{}' holds a password that anybody who reads the file can use", item.key());
            findings.at_key(item, message).help("leave it out, or keep the file readable by its owner alone");
        }
    }
}

fn secret_in_guestinfo(subject: &Subject<'_>, findings: &mut Findings) {
    const HOLDERS: [&str; 5] = [
        "guestinfo.userdata",
        "guestinfo.vendordata",
        "guestinfo.metadata",
        "guestinfo.ignition.config.data",
        "guestinfo.coreos.config.data",
    ];
    for item in HOLDERS.iter().filter_map(|name| subject.item(name)) {
        let encoding = subject.value(&format!("{}.encoding", item.name)).unwrap_or_default();
        if let Some(what) = plain(item, encoding).as_deref().and_then(telltale) {
            let message = format!("'{}' holds {what}", item.key());
            findings.at_key(item, message).help("hand over a reference or a public key instead");
        }
    }
}

/// The text of a guestinfo entry, where it is not compressed.
fn plain(item: &Item<'_>, encoding: &str) -> Option<String> {
    match encoding.to_ascii_lowercase().as_str() {
        "base64" | "b64" => {
            let bytes = STANDARD.decode(item.value.as_bytes()).ok()?;
            Some(String::from_utf8_lossy(&bytes).into_owned())
        }
        "gzip+base64" | "gz+b64" => None,
        _ => Some(item.value.to_string()),
    }
}

/// What gives a secret away. Hashes and lock flags are none.
fn telltale(text: &str) -> Option<&'static str> {
    if text.contains("PRIVATE KEY-----") {
        return Some("a private key");
    }
    let keys = ["password:", "plain_text_passwd:", "\"password\":", "\"plain_text_passwd\":"];
    let given = |line: &str| {
        let line = line.trim_start_matches([' ', '\t', '-', '{', ',']);
        let value = keys.iter().find_map(|key| line.strip_prefix(key))?.trim();
        let is_secret =
            !value.is_empty() && !value.trim_start_matches('"').starts_with('$') && value != "RANDOM";
        is_secret.then_some("a password in clear text")
    };
    text.lines().find_map(given)
}

fn open_vnc(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(item) = subject.item("remotedisplay.vnc.enabled").filter(|item| item.is_true()) else { return };
    let has = |name: &str| subject.value(name).is_some_and(|value| !value.is_empty());
    let local = subject
        .value("remotedisplay.vnc.ip")
        .is_some_and(|ip| ip.starts_with("127.") || ip == "localhost" || ip == "::1");
    if !has("remotedisplay.vnc.password") && !has("remotedisplay.vnc.key") && !local {
        let message = "VNC is on, without a password, on every address of the host";
        findings.at_key(item, message).help("bind it to the host: RemoteDisplay.vnc.ip = \"127.0.0.1\"");
    }
}

fn weak_isolation(subject: &Subject<'_>, findings: &mut Findings) {
    // These have rules of their own; 3D graphics are in every desktop VM.
    const ELSEWHERE: [&str; 3] = ["remotedisplay.vnc.enabled", "ulm.disablemitigations", "mks.enable3d"];
    for (item, known) in subject.known().filter(|(item, known)| known.weakens_isolation(&item.value)) {
        let device = item.name.split('.').next().unwrap_or_default();
        if ELSEWHERE.contains(&&*item.name) || item.name.contains(".filter") || subject.is_absent(device) {
            continue;
        }
        let message = match known.note.filter(|note| !note.starts_with("the default")) {
            Some(note) => format!("'{}' opens the VM or the host: {note}", item.key()),
            None => format!("'{}' opens the VM or the host", item.key()),
        };
        let closed = if item.value.eq_ignore_ascii_case("TRUE") { "FALSE" } else { "TRUE" };
        findings.at_value(item, message).help(format!("close it with \"{closed}\" unless it is used"));
    }
}

fn mitigations_off(subject: &Subject<'_>, findings: &mut Findings) {
    if let Some(item) = subject.item("ulm.disablemitigations").filter(|item| item.is_true()) {
        let message = "mitigations of side channels are off for this VM";
        findings.at_value(item, message).help("leave it out unless the host runs nobody else's code");
    }
}

fn network_filter(subject: &Subject<'_>, findings: &mut Findings) {
    for item in &subject.items {
        let Some((adapter, rest)) = item.name.split_once(".filter") else { continue };
        if adapter.starts_with("ethernet")
            && rest.rsplit('.').next() == Some("name")
            && !item.value.is_empty()
        {
            let message = format!("the filter '{}' is in the path of {adapter}", item.shown());
            findings.at_value(item, message).help("remove it if you do not know what it is for");
        }
    }
}

fn vtpm_without_encryption(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(item) = subject.item("vtpm.present").filter(|item| item.is_true()) else { return };
    if !subject.items.iter().any(|item| item.name.starts_with("encryption.")) {
        let message = "a virtual TPM in a VM that is not encrypted";
        findings.at_key(item, message).help("encrypt the VM, or use managedvm.autoAddVTPM = \"software\"");
    }
}

fn sealed(subject: &Subject<'_>, findings: &mut Findings) {
    let message = match subject.encryption() {
        Encryption::None => return,
        Encryption::Full => "the configuration is encrypted: only what stands in clear text was checked",
        Encryption::Partial => "a part of the configuration is encrypted and was not checked",
    };
    if let Some(item) = subject.item("encryption.data") {
        findings.at_key(item, message);
    }
}
