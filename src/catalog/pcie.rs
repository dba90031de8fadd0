//! PCI Express devices, and the bridges that have slots for them.

/// Returns the device that this entry makes a PCI Express device: `nvme0` for `nvme0.present = "TRUE"`.
///
/// Source: measured on Workstation 17, which reports such devices as requested without slots.
pub(crate) fn pcie_device<'k>(key: &'k str, value: &str) -> Option<&'k str> {
    let (device, rest) = key.split_once('.')?;
    let family = device.trim_end_matches(|c: char| c.is_ascii_digit()).to_ascii_lowercase();
    let is = |known: &str| value.eq_ignore_ascii_case(known);
    let is_pcie = match (&*family, &*rest.to_ascii_lowercase()) {
        ("nvme" | "usb_xhci" | "pcipassthru", "present") => is("TRUE"),
        ("scsi", "virtualdev") => is("pvscsi"),
        ("ethernet", "virtualdev") => is("vmxnet3") || is("e1000e"),
        _ => false,
    };
    is_pcie.then_some(device)
}

/// Returns whether a PCI bridge with this number and `virtualDev` is a root port, with slots for PCI Express devices. Any
/// of them can be one; VMware makes 4 to 7 root ports.
pub(crate) fn is_root_port(number: Option<u32>, model: Option<&str>) -> bool {
    let is_default = number.is_some_and(|number| (4..8).contains(&number));
    is_default || model.is_some_and(|model| model.eq_ignore_ascii_case("pcieRootPort"))
}

#[cfg(test)]
mod tests {
    use super::{is_root_port, pcie_device};

    #[test]
    fn devices_are_pci_express_by_their_family_or_their_model() {
        assert_eq!(pcie_device("Ethernet1.VirtualDev", "VMXNET3"), Some("Ethernet1"));
        assert_eq!(pcie_device("nvme0.present", "true"), Some("nvme0"));
        for (key, value) in [
            ("ethernet1.virtualDev", "e1000"),
            ("nvme0.present", "FALSE"),
            ("sata0.present", "TRUE"),
            ("nvme0", "TRUE"),
        ] {
            assert_eq!(pcie_device(key, value), None, "{key}");
        }
    }

    #[test]
    fn bridges_4_to_7_and_those_of_the_model_are_root_ports() {
        assert!(is_root_port(Some(4), None) && is_root_port(Some(7), None));
        assert!(!is_root_port(Some(0), None) && !is_root_port(Some(8), Some("other")));
        assert!(is_root_port(Some(8), Some("PCIERootPort")));
    }
}
