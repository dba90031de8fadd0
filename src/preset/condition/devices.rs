//! Tests of the devices of a VM: what the hardware version has, and slots for PCI Express devices.

use std::collections::BTreeMap;

use crate::catalog::{self, Slot, possible_boolean};
use crate::document::Document;

/// Returns why the hardware version does not have what this setting needs.
pub(in crate::preset) fn unsupported(key: &str, value: &str, version: Option<u32>) -> Option<String> {
    let feature = catalog::feature(key, value)?;
    let needs = format!("{} needs hardware version {} or later", feature.label, feature.since_hardware);
    match version {
        None => Some(format!("{needs}, and virtualHW.version is not set")),
        Some(version) => {
            (version < feature.since_hardware).then(|| format!("{needs}, and virtualHW.version is {version}"))
        }
    }
}

/// Returns whether the present PCI Express devices are more than the present root ports have slots.
pub(super) fn lacks_pcie_slots(document: &Document, version: Option<u32>) -> bool {
    /// Older versions have no PCI Express devices.
    const FIRST_VERSION: u32 = 7;
    if version.is_none_or(|version| version < FIRST_VERSION) {
        return false;
    }
    let mut devices: BTreeMap<Slot, Device> = BTreeMap::new();
    for entry in document.entries() {
        let key = entry.key();
        let slot = catalog::slot(&key).filter(|slot| slot.unit.is_none());
        let Some((slot, (_, rest))) = slot.zip(key.split_once('.')) else { continue };
        let value = entry.value();
        let device = devices.entry(slot).or_default();
        device.is_express |= catalog::pcie_device(&key, &value).is_some();
        match &*rest.to_ascii_lowercase() {
            "present" => device.is_present |= possible_boolean(&value) == Some(true),
            "virtualdev" => device.model = Some(value.into_owned()),
            "functions" => device.functions = value.trim().parse().ok(),
            _ => {}
        }
    }
    devices.retain(|_, device| device.is_present);
    let slots = devices.iter().map(|(slot, device)| device.slots(*slot)).fold(0, usize::saturating_add);
    devices.values().filter(|device| device.is_express).count() > slots
}

#[derive(Default)]
struct Device {
    is_present: bool,
    is_express: bool,
    model: Option<String>,
    functions: Option<usize>,
}

impl Device {
    /// Returns how many PCI Express devices have a slot on this one, which is a root port or has none: one for each function.
    fn slots(&self, slot: Slot) -> usize {
        let is_root_port =
            slot.family == "pciBridge" && catalog::is_root_port(slot.adapter, self.model.as_deref());
        if is_root_port { self.functions.unwrap_or(1) } else { 0 }
    }
}
