//! Device families and their slots: which device a key belongs to, and whether VMware looks at that slot.

use std::fmt;

use super::table;

const TABLE: &str = include_str!("devices.tsv");

/// The slot that a key names: `scsi0:1` of `scsi0:1.fileName`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slot {
    /// The family as VMware spells it: "scsi".
    pub family: &'static str,
    /// What the family is: "SCSI controller".
    pub words: &'static str,
    /// The number behind the family's name, where it has one.
    pub adapter: Option<u32>,
    /// The number behind the colon, if there is one: a device on the adapter.
    pub unit: Option<u32>,
    /// Whether VMware looks at the slot.
    pub fit: Fit,
}

/// Whether VMware looks at a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fit {
    /// It does.
    Used,
    /// It does if the adapter is a `pvscsi` and the hardware version 14 or later.
    OnPvscsi,
    /// The adapter has that number itself: a device there is left out.
    Adapter,
    /// There is no such slot: a device there is left out, and the VM powers on without it.
    Ignored,
}

/// The slot that the key `name` names; `None` where its first part is no device that the table knows.
pub fn device(name: &str) -> Option<Slot> {
    let device = name.split('.').next()?;
    let (head, unit) = match device.split_once(':') {
        Some((head, unit)) => (head, Some(number(unit)?)),
        None => (device, None),
    };
    let family = head.trim_end_matches(|letter: char| letter.is_ascii_digit());
    let adapter = match &head[family.len()..] {
        "" => None,
        digits => Some(number(digits)?),
    };
    let [family, words, adapters, units, own, on_pvscsi, _] =
        table::rows::<7>(TABLE).find(|row| row[0].eq_ignore_ascii_case(family))?;
    let adapters = table::range(adapters);
    let units = table::range(units);
    if adapters.is_some() != adapter.is_some() || (unit.is_some() && units.is_none()) {
        return None;
    }
    let holds = |range: Option<(u32, u32)>, number: Option<u32>| {
        number.is_none_or(|number| range.is_some_and(|(low, high)| (low..=high).contains(&number)))
    };
    let fit = if !holds(adapters, adapter) {
        Fit::Ignored
    } else if unit.is_some() && unit == table::number(own) {
        Fit::Adapter
    } else if holds(units, unit) {
        Fit::Used
    } else if holds(table::number(on_pvscsi).map(|last| (0, last)), unit) {
        Fit::OnPvscsi
    } else {
        Fit::Ignored
    };
    Some(Slot { family, words, adapter, unit, fit })
}

impl Slot {
    /// Returns the slot of the controller that this device is attached to; the slot itself if it is a controller.
    #[must_use]
    pub fn controller(self) -> Self {
        Self { unit: None, ..self }
    }

    /// Returns whether VMware uses a device in this slot.
    ///
    /// `controller_model` is the controller's `virtualDev` and `hardware_version` is `virtualHW.version`, as far as the file
    /// sets them. Units beyond 15 exist on a `pvscsi` controller from hardware version 14 on.
    pub fn is_supported(&self, controller_model: Option<&str>, hardware_version: Option<u32>) -> bool {
        match self.fit {
            Fit::Used => true,
            Fit::OnPvscsi => {
                controller_model.is_some_and(|model| model.eq_ignore_ascii_case("pvscsi"))
                    && hardware_version.is_some_and(|version| version >= 14)
            }
            Fit::Adapter | Fit::Ignored => false,
        }
    }
}

impl fmt::Display for Slot {
    /// Writes the slot as keys name it: `scsi0:1`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.family)?;
        self.adapter.map_or(Ok(()), |number| write!(f, "{number}"))?;
        self.unit.map_or(Ok(()), |number| write!(f, ":{number}"))
    }
}

/// A number as VMware writes it: `scsi00` is no slot.
fn number(digits: &str) -> Option<u32> {
    let number: u32 = digits.parse().ok()?;
    (number.to_string() == digits).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::{Fit, TABLE, device};
    use crate::catalog::table;

    #[test]
    fn the_table_is_sorted_and_every_row_has_a_source() {
        table::tests::check::<7>(TABLE, 6);
        for [_, _, adapters, units, ..] in table::rows::<7>(TABLE) {
            table::range(adapters);
            table::range(units);
        }
    }

    #[test]
    fn slots_that_vmware_leaves_out_are_told_from_those_it_uses() {
        let fit = |name: &str| device(name).map(|slot| slot.fit);
        for used in
            ["scsi0:0.fileName", "scsi3:15.present", "sata0:29.present", "ide1:1.present", "nvme3:63.present"]
        {
            assert_eq!(fit(used), Some(Fit::Used), "{used}");
        }
        for ignored in
            ["sata0:30.present", "ide0:2.present", "nvme0:64.present", "scsi4.present", "ethernet10.present"]
        {
            assert_eq!(fit(ignored), Some(Fit::Ignored), "{ignored}");
        }
        assert_eq!(fit("scsi0:7.present"), Some(Fit::Adapter));
        assert_eq!(fit("scsi0:16.present"), Some(Fit::OnPvscsi));
        assert_eq!(fit("scsi0:65.present"), Some(Fit::Ignored));
    }

    #[test]
    fn units_beyond_15_need_pvscsi_and_hardware_version_14() {
        let slot = device("scsi0:20.present").expect("a slot");
        assert!(slot.is_supported(Some("PVSCSI"), Some(14)));
        assert!(!slot.is_supported(Some("pvscsi"), Some(13)));
        assert!(!slot.is_supported(Some("lsilogic"), Some(14)));
        assert!(!slot.is_supported(None, None));
        assert!(device("scsi0:15.present").expect("a slot").is_supported(None, None));
        assert!(!device("scsi0:7.present").expect("a slot").is_supported(Some("pvscsi"), Some(14)));
    }

    #[test]
    fn a_slot_is_written_as_keys_name_it() {
        for name in ["scsi1:4", "usb_xhci:4", "ethernet0", "sound"] {
            assert_eq!(device(&format!("{name}.present")).expect("a slot").to_string(), name);
        }
        assert_eq!(device("scsi1:4").expect("a slot").controller().to_string(), "scsi1");
    }

    #[test]
    fn keys_name_their_slot_in_any_case() {
        let slot = device("SCSI1:4.fileName").expect("a slot");
        assert_eq!((slot.family, slot.adapter, slot.unit), ("scsi", Some(1), Some(4)));
        assert_eq!(
            device("usb_xhci:4.port").map(|slot| (slot.family, slot.unit)),
            Some(("usb_xhci", Some(4)))
        );
        for none in [
            "memsize",
            "scsi.present",
            "pciPassthru.use64bitMMIO",
            "sound3.present",
            "ethernet0:1.x",
            "scsi0:x.y",
            "scsi00.present",
            "",
        ] {
            assert_eq!(device(none), None, "{none}");
        }
    }
}
