//! Keys that VMware's products write themselves: what stands there says little about what somebody wanted.

/// Whole keys, in lower case.
const WHOLE: [&str; 26] = [
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

/// Families, in lower case, with their dot.
const FAMILIES: [&str; 6] =
    ["hostcpuid.", "guestcpuid.", "usercpuid.", "replay.", "toolsinstallmanager.", "vmotion."];

/// The last parts of keys of a device, in lower case: `ethernet0.generatedAddress`.
const OF_DEVICES: [&str; 5] =
    ["generatedaddress", "generatedaddressoffset", "pcislotnumber", "redo", "saswwid"];

/// Sizes of the screen, which follow the window.
const OF_SCREEN: [&str; 4] =
    ["svga.guestbackedprimaryaware", "svga.maxheight", "svga.maxwidth", "svga.vramsize"];

/// Whether a VMware product writes this key itself while the VM is used, so that it differs between two runs of one
/// VM or two copies of it. Keys that merely describe the file (`.encoding`, `config.version`, `virtualHW.version`) and
/// those of encryption are not among them: a difference there is somebody's doing.
///
/// Sources: files of VMs before and after they ran in virt-v2v's tests; `uuid.location` and `sched.swap.derivedName` in
/// VMware's manuals; USB devices that plug themselves in (`usb:0.*`, `usb_xhci:4.*`) in files that Workstation wrote.
pub fn is_volatile(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    let (device, last) = key.rsplit_once('.').unwrap_or(("", &key));
    WHOLE.contains(&&*key)
        || FAMILIES.iter().any(|family| key.starts_with(family))
        || OF_SCREEN.contains(&&*key)
        || (!device.is_empty() && !device.contains('.') && OF_DEVICES.contains(&last))
        || is_plugged_in(device)
}

/// `usb:0`, `usb_xhci:4`: hubs, mice and keyboards that VMware plugs in.
fn is_plugged_in(device: &str) -> bool {
    device
        .strip_prefix("usb:")
        .or_else(|| device.strip_prefix("usb_xhci:"))
        .is_some_and(|port| !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::is_volatile;

    #[test]
    fn what_vmware_writes_itself_is_volatile_in_any_case() {
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
        ] {
            assert!(is_volatile(key), "{key}");
        }
    }

    #[test]
    fn what_somebody_sets_is_not() {
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
