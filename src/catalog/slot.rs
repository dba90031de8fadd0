//! Device slots: which device a key belongs to, and whether VMware uses a device in that slot.

use std::fmt;
use std::ops::RangeInclusive;
use std::sync::OnceLock;

use super::table;

const TABLE: &str = include_str!("devices.tsv");

/// The families of disk controllers, sorted.
pub const STORAGE_FAMILIES: [&str; 4] = ["ide", "nvme", "sata", "scsi"];

/// A slot that a key names: `scsi0:1` for `scsi0:1.fileName`.
///
/// Slots are ordered by family, then by number: `scsi0`, `scsi0:2`, `scsi0:10`, `scsi1`. A slot is displayed as VMware
/// writes it.
///
/// ```
/// use vmxedit::catalog::slot;
///
/// let disk = slot("scsi0:1.fileName").expect("a slot");
/// assert_eq!(disk.to_string(), "scsi0:1");
/// assert_eq!(disk.controller().to_string(), "scsi0");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Slot {
    /// The family as VMware spells it: `scsi`.
    pub family: &'static str,
    /// The number after the name of the family: 0 in `scsi0:1`. Some families have none, such as `sound`.
    pub adapter: Option<u32>,
    /// The number after the colon: 1 in `scsi0:1`. `None` for the adapter itself.
    pub unit: Option<u32>,
    /// What devices of the family are: `SCSI controller`.
    pub label: &'static str,
    /// Whether VMware uses a device in this slot.
    pub support: SlotSupport,
}

/// Whether VMware uses a device in a slot. If it does not, the VM powers on without the device.
///
/// ```
/// use vmxedit::catalog::{SlotSupport, slot};
///
/// let support = |key| slot(key).map(|slot| slot.support);
/// assert_eq!(support("scsi0:1"), Some(SlotSupport::Supported));
/// assert_eq!(support("scsi0:7"), Some(SlotSupport::ReservedForController));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum SlotSupport {
    /// VMware uses the slot.
    Supported,
    /// VMware uses the slot only if the controller is a `pvscsi` and the hardware version is 14 or later.
    PvscsiOnly,
    /// The slot is the controller's own address.
    ReservedForController,
    /// The slot does not exist.
    Unsupported,
}

impl Slot {
    /// Returns the slot of the controller that this device is attached to: `scsi0` for `scsi0:1`. A slot without a unit
    /// is returned as it is.
    #[must_use]
    pub fn controller(&self) -> Self {
        let family = family(self.family).expect("a slot is of a family in the table");
        Self { unit: None, support: family.support(self.adapter, None), ..*self }
    }

    /// Returns whether the slot is that of a disk controller, or of a disk or drive on one.
    pub fn is_storage(&self) -> bool {
        STORAGE_FAMILIES.contains(&self.family)
    }

    /// Returns the slots of the devices on this controller that VMware uses with one model of the controller or another,
    /// in order. A family without units has none.
    pub fn units(&self) -> impl Iterator<Item = Self> + use<> {
        let family = family(self.family).expect("a slot is of a family in the table");
        let range = family.units.clone().filter(|_| self.unit.is_none());
        let last = range.as_ref().map(|range| family.last_pvscsi_unit.unwrap_or(*range.end()));
        let units = range.zip(last).map(|(range, last)| *range.start()..=last);
        let controller = *self;
        let slots = units.into_iter().flatten().map(move |unit| {
            let support = family.support(controller.adapter, Some(unit));
            Self { unit: Some(unit), support, ..controller }
        });
        slots.filter(|slot| !matches!(slot.support, SlotSupport::ReservedForController))
    }

    /// Returns whether VMware uses a device in this slot, given the controller's `virtualDev` and `virtualHW.version`.
    ///
    /// Sources: libvirt vmx.c; slots measured on Workstation 17; VMware vSphere 6.7 release notes (64 targets on
    /// PVSCSI).
    pub fn is_supported(&self, controller_model: Option<&str>, hardware_version: Option<u32>) -> bool {
        const PVSCSI_64_SINCE: u32 = 14;
        match self.support {
            SlotSupport::Supported => true,
            SlotSupport::PvscsiOnly => {
                controller_model.is_some_and(|model| model.eq_ignore_ascii_case("pvscsi"))
                    && hardware_version.is_some_and(|version| version >= PVSCSI_64_SINCE)
            }
            SlotSupport::ReservedForController | SlotSupport::Unsupported => false,
        }
    }
}

impl fmt::Display for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.family)?;
        if let Some(adapter) = self.adapter {
            write!(f, "{adapter}")?;
        }
        if let Some(unit) = self.unit {
            write!(f, ":{unit}")?;
        }
        Ok(())
    }
}

/// Returns the slot that `key` names, ignoring ASCII case, or `None` if its first component is not a known device.
pub fn slot(key: &str) -> Option<Slot> {
    let device = key.split('.').next()?;
    let (head, unit) = match device.split_once(':') {
        Some((head, unit)) => (head, Some(number(unit)?)),
        None => (device, None),
    };
    let name = head.trim_end_matches(|letter: char| letter.is_ascii_digit());
    let adapter = match &head[name.len()..] {
        "" => None,
        digits => Some(number(digits)?),
    };
    let family = family(name)?;
    if family.adapters.is_some() != adapter.is_some() || (unit.is_some() && family.units.is_none()) {
        return None;
    }
    let support = family.support(adapter, unit);
    Some(Slot { family: family.name, adapter, unit, label: family.label, support })
}

/// Returns the numbered devices of a family that VMware uses, in order: `ethernet0` to `ethernet9`. A family without
/// numbers and an unknown name have none.
pub fn adapters(name: &str) -> impl Iterator<Item = Slot> + use<> {
    let family = family(name);
    let numbered = family.and_then(|family| Some((family, family.adapters.clone()?)));
    numbered.into_iter().flat_map(|(family, numbers)| {
        numbers.map(move |number| {
            let (adapter, support) = (Some(number), family.support(Some(number), None));
            Slot { family: family.name, adapter, unit: None, label: family.label, support }
        })
    })
}

/// A row of the table.
struct Family {
    name: &'static str,
    label: &'static str,
    /// `None` where the name is not followed by a number.
    adapters: Option<RangeInclusive<u32>>,
    /// `None` where a device has no units.
    units: Option<RangeInclusive<u32>>,
    /// The unit that is the controller's own address.
    reserved_unit: Option<u32>,
    last_pvscsi_unit: Option<u32>,
}

impl Family {
    fn support(&self, adapter: Option<u32>, unit: Option<u32>) -> SlotSupport {
        let contains = |range: &Option<RangeInclusive<u32>>, number: Option<u32>| {
            number.is_none_or(|number| range.as_ref().is_some_and(|range| range.contains(&number)))
        };
        if !contains(&self.adapters, adapter) {
            SlotSupport::Unsupported
        } else if unit.is_some() && unit == self.reserved_unit {
            SlotSupport::ReservedForController
        } else if contains(&self.units, unit) {
            SlotSupport::Supported
        } else if unit.zip(self.last_pvscsi_unit).is_some_and(|(unit, last)| unit <= last) {
            SlotSupport::PvscsiOnly
        } else {
            SlotSupport::Unsupported
        }
    }
}

impl Family {
    fn from_row([name, label, adapters, units, reserved, pvscsi, _]: [&'static str; 7]) -> Self {
        let range = |cell| table::range(cell).map(|(first, last)| first..=last);
        Self {
            name,
            label,
            adapters: range(adapters),
            units: range(units),
            reserved_unit: table::number(reserved),
            last_pvscsi_unit: table::number(pvscsi),
        }
    }
}

/// Finds a family by name, ignoring ASCII case. Every key of a file is looked up here, so each row is found once and
/// parsed once, and only if it is needed.
fn family(name: &str) -> Option<&'static Family> {
    static FAMILIES: OnceLock<Vec<(&str, &str, OnceLock<Family>)>> = OnceLock::new();
    let families = FAMILIES.get_or_init(|| {
        table::first_cells(TABLE).map(|(name, line)| (name, line, OnceLock::new())).collect()
    });
    let (_, line, family) = families.iter().find(|(known, ..)| known.eq_ignore_ascii_case(name))?;
    Some(family.get_or_init(|| Family::from_row(table::cells(line))))
}

/// Parses a number as VMware writes it: `scsi00` is not a slot.
fn number(digits: &str) -> Option<u32> {
    let is_canonical = match digits.as_bytes() {
        [b'0', _, ..] => false,
        digits => digits.iter().all(u8::is_ascii_digit),
    };
    if is_canonical { digits.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::{Slot, SlotSupport, TABLE, adapters, slot};
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
    fn slots_that_vmware_leaves_out_differ_from_those_it_uses() {
        let support = |key: &str| slot(key).map(|slot| slot.support);
        for key in
            ["scsi0:0.fileName", "scsi3:15.present", "sata0:29.present", "ide1:1.present", "nvme3:63.present"]
        {
            assert_eq!(support(key), Some(SlotSupport::Supported), "{key}");
        }
        for key in
            ["sata0:30.present", "ide0:2.present", "nvme0:64.present", "scsi4.present", "ethernet10.present"]
        {
            assert_eq!(support(key), Some(SlotSupport::Unsupported), "{key}");
        }
        assert_eq!(support("scsi0:7.present"), Some(SlotSupport::ReservedForController));
        assert_eq!(support("scsi0:16.present"), Some(SlotSupport::PvscsiOnly));
        assert_eq!(support("scsi0:65.present"), Some(SlotSupport::Unsupported));
    }

    #[test]
    fn the_slots_of_a_family_and_of_a_controller_are_listed_in_order() {
        let names = |slots: &mut dyn Iterator<Item = Slot>| -> Vec<String> {
            slots.map(|slot| slot.to_string()).collect()
        };
        let cards = names(&mut adapters("Ethernet"));
        assert_eq!((cards.len(), &*cards[0], &*cards[9]), (10, "ethernet0", "ethernet9"));
        assert_eq!(
            names(&mut adapters("ide").flat_map(|it| it.units())),
            ["ide0:0", "ide0:1", "ide1:0", "ide1:1"]
        );
        let units = names(&mut slot("scsi2").expect("a slot").units());
        assert_eq!(
            (units.len(), &*units[6], &*units[7], &*units[63]),
            (64, "scsi2:6", "scsi2:8", "scsi2:64")
        );
        assert_eq!(names(&mut adapters("sound")), [""; 0]);
        assert_eq!(names(&mut slot("ethernet0").expect("a slot").units()), [""; 0]);
    }

    #[test]
    fn pvscsi_slots_need_the_controller_and_hardware_version_14() {
        let is_supported =
            |key: &str, model, version| slot(key).expect("a slot").is_supported(model, version);
        assert!(is_supported("scsi0:16", Some("PVSCSI"), Some(14)));
        assert!(!is_supported("scsi0:16", Some("pvscsi"), Some(13)));
        assert!(!is_supported("scsi0:16", Some("pvscsi"), None));
        assert!(!is_supported("scsi0:16", Some("lsilogic"), Some(19)));
        assert!(!is_supported("scsi0:16", None, Some(19)));
        assert!(!is_supported("scsi0:7", Some("pvscsi"), Some(19)));
        assert!(is_supported("scsi0:15", None, None));
    }

    #[test]
    fn keys_name_their_slot_in_any_case() {
        let found = slot("SCSI1:4.fileName").expect("a slot");
        assert_eq!((found.family, found.adapter, found.unit), ("scsi", Some(1), Some(4)));
        assert_eq!((found.to_string(), found.controller().to_string()), ("scsi1:4".into(), "scsi1".into()));
        assert_eq!(slot("sound.present").map(|slot| slot.to_string()).as_deref(), Some("sound"));
        assert_eq!(slot("usb_xhci:4.port").map(|slot| (slot.family, slot.unit)), Some(("usb_xhci", Some(4))));
        for key in [
            "memsize",
            "scsi.present",
            "pciPassthru.use64bitMMIO",
            "sound3.present",
            "ethernet0:1.x",
            "scsi0:x.y",
            "scsi0:+1.y",
            "scsi00.present",
            "scsi99999999999.present",
            "",
        ] {
            assert_eq!(slot(key), None, "{key}");
        }
    }

    #[test]
    fn slots_are_ordered_by_number() {
        let mut slots =
            ["scsi1", "scsi0:10", "ide0", "scsi0:2", "scsi0"].map(|key| slot(key).expect("a slot"));
        slots.sort_unstable();
        assert_eq!(slots.map(|slot| slot.to_string()), ["ide0", "scsi0", "scsi0:2", "scsi0:10", "scsi1"]);
        assert_eq!(slot("scsi4:0").map(|slot| slot.controller().support), Some(SlotSupport::Unsupported));
    }
}
