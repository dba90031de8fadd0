//! Keys that VMware's products write themselves: their values say little about the user's intent.

/// Whole keys, in lower case.
const KEYS: [&str; 27] = [
    "bios.forcesetuponce",
    "checkpoint.vmstate",
    "checkpoint.vmstate.readonly",
    "cleanshutdown",
    "evccompatibilitymode",
    "extendedconfigfile",
    "guestinfo.detailed.data",
    "guestos.detailed.data",
    "migrate.hostlog",
    "migrate.hostlogstate",
    "monitor.phys_bits_used",
    "numa.autosize.cookie",
    "numa.autosize.once",
    "numa.autosize.vcpu.maxpervirtualnode",
    "nvram",
    "sched.swap.derivedname",
    "softpoweroff",
    "tools.remindinstall",
    "uuid.bios",
    "uuid.location",
    "vc.uuid",
    "virtualhw.productcompatibility",
    "vm.createdate",
    "vm.genid",
    "vm.genidx",
    "vm.lastpowerrequesttimestamp",
    "vmci0.id",
];

/// Prefixes of keys, in lower case.
const PREFIXES: [&str; 7] = [
    "guestcpuid.",
    "hostcpuid.",
    "replay.",
    "tools.capability.",
    "toolsinstallmanager.",
    "usercpuid.",
    "vmotion.",
];

/// Last components of keys of a device, in lower case: `ethernet0.generatedAddress`.
const DEVICE_KEYS: [&str; 6] =
    ["generatedaddress", "generatedaddressoffset", "pcislotnumber", "redo", "saswwid", "subnqnuuid"];

/// Sizes of the screen, which VMware adapts to the window.
const SCREEN_KEYS: [&str; 4] =
    ["svga.guestbackedprimaryaware", "svga.maxheight", "svga.maxwidth", "svga.vramsize"];

/// Returns whether a VMware product writes `key` itself while the VM is in use, so that the value differs between two
/// runs or two copies of one VM. ASCII case is ignored.
///
/// Keys that describe the file (`.encoding`, `config.version`, `virtualHW.version`) and keys of encryption are not
/// volatile: they change only when a user or a tool changes them.
///
/// Sources: files of VMs before and after a run in virt-v2v's tests; `uuid.location` and `sched.swap.derivedName` in
/// VMware's manuals; USB devices that VMware plugs in (`usb:0.*`, `usb_xhci:4.*`) in files that Workstation wrote.
pub fn is_volatile(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    let (device, last) = key.rsplit_once('.').unwrap_or(("", &key));
    KEYS.contains(&&*key)
        || PREFIXES.iter().any(|prefix| key.starts_with(prefix))
        || SCREEN_KEYS.contains(&&*key)
        || (!device.is_empty() && !device.contains('.') && DEVICE_KEYS.contains(&last))
        || is_usb_port(device)
}

/// Returns whether `device` is a USB port (`usb:0`, `usb_xhci:4`): VMware plugs in hubs, mice and keyboards there.
fn is_usb_port(device: &str) -> bool {
    device
        .strip_prefix("usb:")
        .or_else(|| device.strip_prefix("usb_xhci:"))
        .is_some_and(|port| !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::is_volatile;

    #[test]
    fn keys_that_vmware_writes_are_volatile_in_any_case() {
        for key in [
            "uuid.location",
            "UUID.Location",
            "ethernet0.generatedAddress",
            "scsi0:0.redo",
            "usb:1.present",
            "usb_xhci:4.deviceType",
            "hostCPUID.80000001",
            "cleanShutdown",
            "svga.vramSize",
            "tools.capability.verifiedSamlToken",
            "nvme0.subnqnUUID",
        ] {
            assert!(is_volatile(key), "{key}");
        }
    }

    #[test]
    fn keys_that_users_set_are_not_volatile() {
        for key in [
            "memsize",
            "ethernet0.address",
            "ethernet0.addressType",
            "usb.present",
            "usb:auto.present",
            "guestinfo.x.redo",
            "virtualHW.version",
            "svga.present",
            ".encoding",
        ] {
            assert!(!is_volatile(key), "{key}");
        }
    }
}
