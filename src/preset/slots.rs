//! Free slots for devices: which slots of a file are in use, and which one a preset takes.

use std::collections::BTreeMap;
use std::fmt;

use super::PresetError;
use super::condition::unsupported;
use super::template::Template;
use crate::catalog::{
    self, STORAGE_FAMILIES, Slot, SlotSupport, adapters, hardware, is_volatile, possible_boolean,
    values_equal,
};
use crate::document::{Document, Key};

/// What templates append to the name of a free slot for the controller that must be added for it.
pub(super) const NEW_CONTROLLER: &str = ".new_controller";

/// The families whose controllers can be added, in the order in which they are tried. A SCSI controller cannot: which
/// model the guest has a driver for is unknown.
const ADDED: [&str; 3] = ["sata", "nvme", "ide"];

/// The slots that a parameter accepts: those of some families of devices. For a family of disk controllers, the slots are
/// those on the controllers.
///
/// ```
/// use vmxedit::preset::{Library, ParameterType};
///
/// let preset = Library::default().find("add-nic")?;
/// let ParameterType::FreeSlot(slot) = &preset.parameters[0].kind else { panic!("a slot") };
/// assert_eq!(slot.families, ["ethernet"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct FreeSlot {
    /// The families, in the order in which they are tried.
    pub families: Vec<&'static str>,
    /// A present device that is taken in place of a free slot.
    pub same: Option<SameDevice>,
}

/// A device that has the value of a key already.
///
/// ```
/// use vmxedit::preset::{Library, ParameterType};
///
/// let presets = Library::default().all().into_iter().flatten();
/// let parameters: Vec<_> = presets.flat_map(|preset| preset.parameters).collect();
/// let same = parameters.iter().find_map(|parameter| match &parameter.kind {
///     ParameterType::FreeSlot(slot) => slot.same.as_ref(),
///     _ => None,
/// });
/// assert_eq!(same.map(|same| same.key.as_str()), Some("fileName"));
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SameDevice {
    /// The key without the device: `fileName`.
    pub key: String,
    /// The value.
    pub value: Template,
}

/// The slot for one file.
pub(super) struct Choice {
    pub(super) slot: Slot,
    /// The controller that must be added for it.
    pub(super) new_controller: Option<Slot>,
    /// Why the slot, which the user named, must not be taken.
    pub(super) refusal: Option<String>,
    /// Whether the user named the slot, or the device exists.
    pub(super) is_known: bool,
}

impl FreeSlot {
    /// Looks the families up.
    ///
    /// # Errors
    /// A description of what is wrong with a family.
    pub(super) fn new(families: &[String], same: Option<SameDevice>) -> Result<Self, String> {
        let known = |name: &String| {
            let first = adapters(name).next();
            first
                .map(|slot| slot.family)
                .ok_or_else(|| format!("\"{name}\" is not a family of numbered devices"))
        };
        let families: Vec<&'static str> = families.iter().map(known).collect::<Result<_, _>>()?;
        let units = families.iter().filter(|family| STORAGE_FAMILIES.contains(family)).count();
        if families.is_empty() {
            return Err("type = \"free_slot\" needs families = [...]".to_owned());
        }
        if units != 0 && units != families.len() {
            return Err("families are either all of disk controllers, or none is".to_owned());
        }
        Ok(Self { families, same })
    }

    fn is_storage(&self) -> bool {
        self.families.iter().any(|family| STORAGE_FAMILIES.contains(family))
    }

    /// Returns whether devices in the slot are of the families: those on a controller, not the controller.
    fn accepts(&self, slot: &Slot) -> bool {
        self.families.contains(&slot.family) && slot.unit.is_some() == self.is_storage()
    }

    /// Parses the name of a slot that some VM can have.
    ///
    /// # Errors
    /// A description of what is wrong with it.
    pub(super) fn parse(&self, text: &str) -> Result<Slot, String> {
        let slot = catalog::slot(text).filter(|slot| !text.contains('.') && self.accepts(slot));
        let slot = slot.ok_or_else(|| format!("\"{text}\" is not {self}"))?;
        match slot.support {
            SlotSupport::Supported | SlotSupport::PvscsiOnly => Ok(slot),
            SlotSupport::ReservedForController => Err(format!("{slot} is the controller's own address")),
            SlotSupport::Unsupported => Err(format!("VMware has no slot {slot}")),
        }
    }

    /// Chooses the slot for a document: the one that the user named, else that of the device that exists already, else the
    /// first one that is free.
    ///
    /// # Errors
    /// [`PresetError::NoFreeSlot`] of `preset`; [`PresetError::Edit`] if `document` sets `virtualHW.version` on several lines.
    pub(super) fn choose<'a>(
        &self,
        preset: &str,
        document: &Document,
        named: Option<&str>,
        value_of: impl Fn(&str) -> Option<&'a str>,
    ) -> Result<Choice, PresetError> {
        let same = self.same.as_ref().and_then(|same| Some((&*same.key, same.value.fill(value_of)?)));
        let devices =
            Devices::of(document, &self.families, same.as_ref().map(|(key, value)| (*key, &**value)))?;
        let named = named.and_then(catalog::slot);
        let existing = devices.existing();
        let slot = match named.or(existing) {
            Some(slot) => slot,
            None => self
                .first_free(&devices)
                .map_err(|reason| PresetError::NoFreeSlot { preset: preset.to_owned(), reason })?,
        };
        let refusal = match existing {
            Some(existing) if existing == slot => None,
            Some(existing) => Some(format!("{existing} has the same {}", same.map_or("", |(key, _)| key))),
            None => named.and_then(|slot| self.refusal(slot, &devices)),
        };
        let is_added = slot.unit.is_some() && slot.family != "ide" && !devices.has_controller(slot);
        let new_controller = is_added.then(|| slot.controller());
        Ok(Choice { slot, new_controller, refusal, is_known: named.or(existing).is_some() })
    }

    /// Returns the first free slot, or why there is none.
    fn first_free(&self, devices: &Devices) -> Result<Slot, String> {
        let mut adapters_in_order = self.families.iter().flat_map(|family| adapters(family));
        if !self.is_storage() {
            let free = adapters_in_order.find(|slot| devices.is_free(*slot));
            let free = free.ok_or_else(|| self.none_left(devices))?;
            return devices.beyond_limit(free.family).map_or(Ok(free), Err);
        }
        let free_on = |controller: Slot| controller.units().find(|slot| devices.can_take(*slot));
        let added = ADDED.iter().filter(|family| self.families.contains(family));
        let mut added = added.flat_map(|family| adapters(family)).filter(|it| devices.can_add(*it));
        adapters_in_order
            .filter(|controller| devices.has_controller(*controller))
            .find_map(free_on)
            .or_else(|| added.find_map(free_on))
            .ok_or_else(|| self.none_left(devices))
    }

    /// Says that no slot is free, and what the user can do about that.
    fn none_left(&self, devices: &Devices) -> String {
        let families = self.families.iter().filter_map(|family| adapters(family).next());
        let lacking = families.filter(|_| self.is_storage()).find_map(|first| devices.unsupported(first));
        let reserved = devices.used.iter().find(|(slot, device)| {
            let is_usable = slot.support == SlotSupport::Supported
                && (slot.unit.is_none() || devices.has_controller(**slot));
            self.accepts(slot) && is_usable && !device.is_present
        });
        let why = match (reserved, lacking) {
            (Some((slot, _)), _) => {
                format!(": {slot} is not present, but removing its entries makes it free")
            }
            (None, Some(lacking)) => format!(": {lacking}"),
            (None, None) => String::new(),
        };
        format!("the VM has no free slot of {}{why}", self.family_names())
    }

    /// Returns why a slot that the user named must not be taken.
    fn refusal(&self, slot: Slot, devices: &Devices) -> Option<String> {
        let controller = slot.controller();
        if let Some(device) = devices.used.get(&slot).filter(|_| !devices.is_free(slot)) {
            let state =
                if device.is_present { "is in use" } else { "is not present, but has entries: remove them" };
            let next = self.first_free(devices).map(|next| format!("; the next free slot is {next}"));
            return Some(format!("{slot} {state}{}", next.unwrap_or_default()));
        }
        if slot.unit.is_none() {
            return devices.beyond_limit(slot.family);
        }
        if let Some(lacking) = devices.unsupported(controller) {
            return Some(lacking);
        }
        if !devices.can_take(slot) {
            return Some(format!("{slot} exists only on a PVSCSI controller from hardware version 14 on"));
        }
        if !devices.has_controller(slot) && !devices.can_add(controller) {
            return Some(format!(
                "{controller} is not present, but has devices: they would be present again"
            ));
        }
        let is_missing = slot.family == "scsi" && !devices.has_controller(slot);
        is_missing.then(|| {
            format!("the VM has no {controller}: set {controller}.present and {controller}.virtualDev first")
        })
    }

    fn family_names(&self) -> String {
        match &self.families[..] {
            [rest @ .., last] if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
            families => families.concat(),
        }
    }
}

/// Describes the slots, for users: `a free slot of sata or ide, such as sata0:1`.
impl fmt::Display for FreeSlot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let first = self.families.first().copied().unwrap_or_default();
        let example = if self.is_storage() { "0:1" } else { "1" };
        write!(f, "a free slot of {}, such as {first}{example}", self.family_names())
    }
}

/// The devices of a document that belong to some families.
struct Devices {
    hardware_version: Option<u32>,
    used: BTreeMap<Slot, Device>,
}

#[derive(Default)]
struct Device {
    is_present: bool,
    /// Whether it has entries besides `present` and those that VMware writes itself.
    is_configured: bool,
    is_same: bool,
    model: Option<String>,
}

impl Devices {
    fn of(document: &Document, families: &[&str], same: Option<(&str, &str)>) -> Result<Self, PresetError> {
        let version =
            document.get(&Key::parse("virtualHW.version")?)?.map(|entry| entry.value().into_owned());
        let mut used: BTreeMap<Slot, Device> = BTreeMap::new();
        for entry in document.entries() {
            let (key, value) = (entry.key(), entry.value());
            let slot = catalog::slot(&key)
                .filter(|slot| families.contains(&slot.family) && slot.support != SlotSupport::Unsupported);
            let Some((slot, (_, rest))) = slot.zip(key.split_once('.')) else { continue };
            let device = used.entry(slot).or_default();
            let presence = possible_boolean(&value).filter(|_| rest.eq_ignore_ascii_case("present"));
            device.is_present |= presence == Some(true);
            device.is_configured |= presence.is_none() && !is_volatile(&key);
            device.is_same |= same.is_some_and(|(wanted, expected)| {
                rest.eq_ignore_ascii_case(wanted) && values_equal(&key, &value, expected)
            });
            if rest.eq_ignore_ascii_case("virtualDev") {
                device.model = Some(value.into_owned());
            }
        }
        let hardware_version = version.and_then(|version| version.trim().parse().ok());
        Ok(Self { hardware_version, used })
    }

    /// Returns the slot of the present device that has the value which the parameter names.
    fn existing(&self) -> Option<Slot> {
        let mut devices = self.used.iter();
        devices.find(|(_, device)| device.is_present && device.is_same).map(|(slot, _)| *slot)
    }

    /// Settings of a device that is not present are those of a device that the user disabled: its slot is not free.
    fn is_free(&self, slot: Slot) -> bool {
        self.used.get(&slot).is_none_or(|device| !device.is_present && !device.is_configured)
    }

    fn is_present(&self, slot: Slot) -> bool {
        self.used.get(&slot).is_some_and(|device| device.is_present)
    }

    /// Returns whether the slot is free, and VMware uses it with its controller.
    fn can_take(&self, slot: Slot) -> bool {
        let controller = slot.controller();
        let model = self.used.get(&controller).and_then(|device| device.model.as_deref());
        self.is_free(slot)
            && slot.is_supported(model, self.hardware_version)
            && self.unsupported(controller).is_none()
    }

    /// Returns whether the controller of a slot is present. IDE controllers need no entry: one with a device counts.
    fn has_controller(&self, slot: Slot) -> bool {
        let controller = slot.controller();
        let is_used = || controller.units().any(|unit| self.is_present(unit));
        self.is_present(controller) || (controller.family == "ide" && is_used())
    }

    /// Returns whether a controller can be added. One that is disabled has devices, or settings, that would come back;
    /// IDE controllers are never disabled.
    fn can_add(&self, controller: Slot) -> bool {
        let is_unused = |slot: Slot| self.is_free(slot);
        let is_whole = || is_unused(controller) && controller.units().all(is_unused);
        !self.has_controller(controller) && (controller.family == "ide" || is_whole())
    }

    /// Returns why the hardware version does not have a controller.
    fn unsupported(&self, controller: Slot) -> Option<String> {
        unsupported(&format!("{controller}.present"), "TRUE", self.hardware_version)
    }

    /// Returns why the hardware version has no further device of a family.
    fn beyond_limit(&self, family: &str) -> Option<String> {
        let version = hardware(self.hardware_version?)?;
        let limit = version.network_cards.filter(|_| family == "ethernet")?;
        let count = adapters(family).filter(|slot| self.is_present(*slot)).count();
        let is_full = usize::try_from(limit).is_ok_and(|limit| count >= limit);
        is_full
            .then(|| format!("hardware version {} has no more than {limit} network cards", version.version))
    }
}
