//! Guests that need something else than they get.

use super::{Findings, Needs, Rule, Severity, Subject};
use crate::catalog::{self, GuestOs};

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "VMX150",
        name: "unknown-guest",
        severity: Severity::Warning,
        title: "VMware does not power on a VM with a guest that it does not know",
        explanation: "guestOS holds an id such as windows9-64 or rhel8-64; the names of the vSphere API, windows9_64Guest, are \
            others. With an id that a product does not know it refuses: Guest operating system 'x' is not supported. This one \
            is not among those that are known here; a new product may know it.",
        source: "open-vm-tools lib/include/guest_os_tables.h; VMware: msg.guestos.badname",
        needs: Needs::Catalog,
        check: unknown_guest,
    },
    Rule {
        code: "VMX151",
        name: "esxi-without-network",
        severity: Severity::Error,
        title: "ESXi 7 and later have no driver for this network adapter",
        explanation: "ESXi 7.0 dropped the vmklinux drivers, and with them the one for e1000 (82545EM). Its installer stops where \
            no network adapter is found. vmxnet3 and e1000e have native drivers.",
        source: "canonical/packer-maas#1 and #8; tinkerbell/crocodile#28; virt-lightning/esxi-cloud-images build.sh",
        needs: Needs::Document,
        check: esxi_network,
    },
    Rule {
        code: "VMX152",
        name: "esxi-without-storage",
        severity: Severity::Warning,
        title: "ESXi 7 and later may have no driver for this disk adapter",
        explanation: "The parallel LSI Logic, LSI Logic SAS and BusLogic adapters were driven by vmklinux drivers, which ESXi 7.0 \
            dropped. PVSCSI, NVMe and SATA have native drivers: use one of these for nested ESXi.",
        source: "govmomi scripts/vcsa/create-esxi-vm.sh uses pvscsi; Aquantia/AQtion-esxi#16: no vmklinux in ESXi 7",
        needs: Needs::Document,
        check: esxi_storage,
    },
    Rule {
        code: "VMX153",
        name: "esxi-without-nesting",
        severity: Severity::Note,
        title: "ESXi in a VM runs no VMs of its own without nested virtualisation",
        explanation: "vhv.enable = \"TRUE\" hands the processor's virtualisation to the guest. Without it ESXi installs and boots, \
            warns, and starts no 64-bit VM.",
        source: "govmomi scripts/vcsa/create-esxi-vm.sh",
        needs: Needs::Document,
        check: esxi_nesting,
    },
    Rule {
        code: "VMX154",
        name: "long-serial",
        severity: Severity::Warning,
        title: "Apple's services refuse the long serial number that old Mac OS X guests get",
        explanation: "Guests before OS X 10.9 get a long serial number unless SMBIOS.use12CharSerialNumber says TRUE. Apple's \
            caching service and iMessage accept numbers of 12 characters. The preset macos-serial sets it; sign in to \
            Apple's services after that.",
        source: "chilcote/vfuse writes the entry for OS X 10.8 and earlier",
        needs: Needs::Document,
        check: long_serial,
    },
    Rule {
        code: "VMX155",
        name: "secure-boot-without-efi",
        severity: Severity::Warning,
        title: "secure boot is a part of EFI firmware",
        explanation: "uefi.secureBoot.enabled has no effect on a VM with BIOS firmware. Set firmware = \"efi\" on a VM whose guest \
            is installed for EFI; a guest that was installed under BIOS does not start under EFI.",
        source: "govmomi vim25/types/types.go, VirtualMachineBootOptions.EfiSecureBootEnabled",
        needs: Needs::Document,
        check: secure_boot,
    },
    Rule {
        code: "VMX156",
        name: "macos-without-smc",
        severity: Severity::Note,
        title: "macOS looks for Apple's system management controller",
        explanation: "macOS boots only where it finds the controller, which smc.present = \"TRUE\" adds on hosts that are allowed to \
            run it. VMware writes the entry for every macOS guest that it creates.",
        source: "chilcote/vfuse; govmomi vim25/types/types.go, VirtualSMCPresent",
        needs: Needs::Document,
        check: macos_smc,
    },
];

fn unknown_guest(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(item) = subject.item("guestos") else { return };
    if catalog::guest_os(item.value.trim()).is_some() {
        return;
    }
    let finding = findings.at_value(item, format!("'{}' is no guest that is known", item.shown()));
    let is_api_id = |guest: &GuestOs| guest.api_id.is_some_and(|id| id.eq_ignore_ascii_case(&item.value));
    if let Some(guest) = catalog::guest_oses().find(is_api_id) {
        finding.help(format!("that is the vSphere API's name; in a file it is \"{}\"", guest.id));
    } else if let Some(guest) = nearest_guest(&item.value) {
        finding.help(format!("\"{}\" is {}", guest.id, guest.label));
    }
}

/// The same id with or without -64, or with another divider.
fn nearest_guest(id: &str) -> Option<GuestOs> {
    let plain = |id: &str| id.to_ascii_lowercase().replace(['-', '_'], "");
    let wanted = plain(id);
    let alike = |guest: &GuestOs| plain(guest.id) == wanted;
    let but_for_bits =
        |guest: &GuestOs| plain(guest.id).trim_end_matches("64") == wanted.trim_end_matches("64");
    catalog::guest_oses().find(alike).or_else(|| catalog::guest_oses().find(but_for_bits))
}

/// Guests from ESXi 7 on: `vmkernel7` and later.
fn is_new_esxi(subject: &Subject<'_>) -> bool {
    let guest = subject.guest().unwrap_or_default();
    guest
        .strip_prefix("vmkernel")
        .and_then(|version| version.parse::<u32>().ok())
        .is_some_and(|version| version >= 7)
}

fn esxi_network(subject: &Subject<'_>, findings: &mut Findings) {
    if !is_new_esxi(subject) {
        return;
    }
    for number in subject.units("ethernet") {
        let Some(item) = subject.item(&format!("ethernet{number}.virtualdev")) else { continue };
        if item.value.eq_ignore_ascii_case("e1000") && subject.is_present(&format!("ethernet{number}")) {
            let message = format!("the guest has no driver for e1000, which ethernet{number} is");
            findings.at_value(item, message).help("use \"vmxnet3\" or \"e1000e\"");
        }
    }
}

fn esxi_storage(subject: &Subject<'_>, findings: &mut Findings) {
    if !is_new_esxi(subject) {
        return;
    }
    for number in subject.units("scsi") {
        let Some(item) = subject.item(&format!("scsi{number}.virtualdev")) else { continue };
        let old =
            ["lsilogic", "lsisas1068", "buslogic"].iter().any(|old| item.value.eq_ignore_ascii_case(old));
        if old && subject.is_present(&format!("scsi{number}")) {
            let message = format!("the guest may have no driver for {}, which scsi{number} is", item.shown());
            findings.at_value(item, message).help("use \"pvscsi\", or SATA or NVMe");
        }
    }
}

fn esxi_nesting(subject: &Subject<'_>, findings: &mut Findings) {
    let esxi = subject.guest().is_some_and(|guest| guest.starts_with("vmkernel"));
    if let (true, false, Some(item)) = (esxi, subject.is_true("vhv.enable"), subject.item("guestos")) {
        findings
            .at_value(item, "ESXi as a guest, without nested virtualisation")
            .help("set vhv.enable = \"TRUE\" if it shall run VMs");
    }
}

fn long_serial(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(item) = subject.item("guestos") else { return };
    let id = item.value.to_ascii_lowercase();
    let old = ["darwin", "darwin10", "darwin11", "darwin12"].contains(&id.trim_end_matches("-64"));
    let given = subject.value("serialnumber").is_some_and(|serial| !serial.is_empty())
        || subject.is_true("serialnumber.reflecthost")
        || subject.is_true("smbios.reflecthost");
    if old && !given && !subject.is_true("smbios.use12charserialnumber") {
        findings
            .at_value(item, "this guest gets a serial number that is too long for Apple's services")
            .help("`vmxedit apply -p macos-serial FILE`");
    }
}

fn secure_boot(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(item) = subject.item("uefi.secureboot.enabled").filter(|item| item.is_true()) else { return };
    if !subject.value("firmware").is_some_and(|firmware| firmware.eq_ignore_ascii_case("efi")) {
        findings
            .at_key(item, "secure boot is on, and the firmware is not EFI")
            .help("set firmware = \"efi\" if the guest is installed for it");
    }
}

fn macos_smc(subject: &Subject<'_>, findings: &mut Findings) {
    let macos = subject.guest().is_some_and(|guest| guest.starts_with("darwin"));
    // Whoever says FALSE has a guest that brings its own.
    let decided = subject.item("smc.present").is_some();
    if let (true, false, Some(item)) = (macos, decided, subject.item("guestos")) {
        findings.at_value(item, "a macOS guest without smc.present").help("set smc.present = \"TRUE\"");
    }
}
