//! The devices that a file plugs in, as a tree. `X.present = "FALSE"` switches off everything below `X`.

use std::collections::BTreeSet;

use super::disks::Image;
use super::settings::{Setting, Settings};
use crate::catalog::{Fit, Slot, device};

/// A controller of disks and CD drives.
#[derive(Clone, Debug)]
pub struct Controller {
    /// Its key: "scsi0".
    pub slot: String,
    /// What it is: "SCSI controller".
    pub words: &'static str,
    /// Which kind of it (`virtualDev`): "pvscsi".
    pub model: Option<String>,
    /// What is attached to it, by number.
    pub units: Vec<Unit>,
}

/// A disk, a CD drive or a floppy drive.
#[derive(Clone, Debug)]
pub struct Unit {
    /// Its key: "scsi0:1".
    pub slot: String,
    /// What it is.
    pub kind: UnitKind,
    /// The disk's file, the image or the host's device.
    pub file: Option<String>,
    /// How writes are kept (`mode`), where that is said.
    pub mode: Option<String>,
    /// Whether it is connected when the VM is powered on.
    pub connected: bool,
    /// Whether nothing in the file asks for it: VMware has it by default.
    pub assumed: bool,
    /// What the disk's own files say, where they were looked at.
    pub image: Option<Image>,
}

/// What a unit is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnitKind {
    /// A hard disk.
    Disk,
    /// A CD drive with an image in it.
    CdImage,
    /// A CD drive of the host.
    CdDrive,
    /// A device of the host, passed through.
    PassThrough,
    /// A floppy drive with an image in it.
    FloppyImage,
    /// A floppy drive of the host.
    FloppyDrive,
}

/// A network card.
#[derive(Clone, Debug)]
pub struct NetworkCard {
    /// Its key: "ethernet0".
    pub slot: String,
    /// Which kind of it (`virtualDev`); VMware chooses by the guest where none is said.
    pub model: Option<String>,
    /// `bridged`, `nat`, `hostonly`, `custom`; `None` where it is connected to a network by name.
    pub connection: Option<String>,
    /// The network's name, or the host's virtual network.
    pub network: Option<String>,
    /// Its address, set or generated.
    pub mac: Option<String>,
    /// `generated`, `static` or `vpx`.
    pub mac_type: Setting<String>,
    /// Whether it is connected when the VM is powered on.
    pub connected: bool,
}

/// A device of which it is enough to know that it is there.
#[derive(Clone, Debug)]
pub struct Other {
    /// Its key: "sound".
    pub slot: String,
    /// What it is: "sound card".
    pub words: &'static str,
    /// Which kind of it, or what it is connected to.
    pub model: Option<String>,
}

/// A device that is switched on and that VMware leaves out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// Its key.
    pub slot: String,
    /// Why.
    pub why: Why,
}

/// Why VMware leaves a device out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// The family has no such slot, or it is the controller's own.
    NoSlot,
    /// Its controller, named here, is not there.
    NoController(String),
}

/// Everything that is plugged in.
#[derive(Default)]
pub(super) struct Devices {
    pub(super) controllers: Vec<Controller>,
    pub(super) floppies: Vec<Unit>,
    pub(super) network_cards: Vec<NetworkCard>,
    pub(super) others: Vec<Other>,
    pub(super) left_out: Vec<LeftOut>,
}

/// The families that disks are attached to.
const BUSES: [&str; 4] = ["ide", "nvme", "sata", "scsi"];

impl Devices {
    pub(super) fn of(settings: &Settings<'_>) -> Self {
        let mut devices = Self::default();
        for place in places(settings) {
            let slot = place.name();
            match place.family {
                // The one device that is there although nobody asked. Source: libvirt, src/vmx/vmx.c.
                "floppy" if place.number == (Some(0), None) => {
                    if settings.boolean("floppy0.present") != Some(false) {
                        devices.floppies.push(floppy(settings, &slot));
                    }
                }
                // The IDE controllers are part of the chipset.
                "ide" if place.number.1.is_none() && place.fit == Fit::Used => {
                    devices.controller(settings, &place);
                }
                _ if !settings.is_on(&format!("{slot}.present")) => {}
                _ if matches!(place.fit, Fit::Ignored | Fit::Adapter) => devices.leave_out(slot, Why::NoSlot),
                family if BUSES.contains(&family) => match place.number.1 {
                    Some(_) => devices.attach(settings, &place),
                    None => devices.controller(settings, &place),
                },
                "floppy" => devices.floppies.push(floppy(settings, &slot)),
                "ethernet" => devices.network_cards.push(network_card(settings, slot)),
                _ if place.number.1.is_some() => {}
                _ => devices.others.push(Other { model: model(settings, &slot), words: place.words, slot }),
            }
        }
        devices
            .controllers
            .retain(|controller| !(controller.slot.starts_with("ide") && controller.units.is_empty()));
        devices
    }

    fn controller(&mut self, settings: &Settings<'_>, place: &Place) {
        let slot = place.name();
        let model = settings.text(&format!("{slot}.virtualDev")).filter(|model| !model.is_empty());
        self.controllers.push(Controller { slot, words: place.words, model, units: Vec::new() });
    }

    fn attach(&mut self, settings: &Settings<'_>, place: &Place) {
        let slot = place.name();
        let controller = Place { number: (place.number.0, None), ..*place }.name();
        match self.controllers.last_mut().filter(|last| last.slot == controller) {
            Some(controller) => controller.units.push(unit(settings, slot)),
            None => self.leave_out(slot, Why::NoController(controller)),
        }
    }

    fn leave_out(&mut self, slot: String, why: Why) {
        self.left_out.push(LeftOut { slot, why });
    }
}

/// A device's place. Places are ordered as people count: `scsi0`, `scsi0:2`, `scsi0:10`, `scsi1`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    family: &'static str,
    number: (Option<u32>, Option<u32>),
    words: &'static str,
    fit: Fit,
}

impl Place {
    fn name(&self) -> String {
        let adapter = self.number.0.map(|number| number.to_string()).unwrap_or_default();
        let unit = self.number.1.map(|number| format!(":{number}")).unwrap_or_default();
        format!("{}{adapter}{unit}", self.family)
    }
}

impl From<Slot> for Place {
    fn from(slot: Slot) -> Self {
        Self { family: slot.family, number: (slot.adapter, slot.unit), words: slot.words, fit: slot.fit }
    }
}

/// Every place that a key names, and those that are there without.
fn places(settings: &Settings<'_>) -> BTreeSet<Place> {
    let always = ["floppy0", "ide0", "ide1"].map(str::to_owned);
    let named = settings.keys().filter_map(|key| device(&key));
    named.chain(always.iter().filter_map(|key| device(key))).map(Place::from).collect()
}

fn unit(settings: &Settings<'_>, slot: String) -> Unit {
    let text = |name: &str| settings.text(&format!("{slot}.{name}"));
    let kind = text("deviceType").unwrap_or_default().to_ascii_lowercase();
    Unit {
        kind: match kind.as_str() {
            "cdrom-image" => UnitKind::CdImage,
            "cdrom-raw" | "atapi-cdrom" => UnitKind::CdDrive,
            "scsi-passthru" => UnitKind::PassThrough,
            _ => UnitKind::Disk,
        },
        file: text("fileName").filter(|file| !file.is_empty()),
        mode: text("mode").filter(|mode| !mode.is_empty()),
        connected: settings.boolean(&format!("{slot}.startConnected")) != Some(false),
        assumed: false,
        image: None,
        slot,
    }
}

fn floppy(settings: &Settings<'_>, slot: &str) -> Unit {
    let text = |name: &str| settings.text(&format!("{slot}.{name}"));
    let is_file = text("fileType").is_some_and(|kind| kind.eq_ignore_ascii_case("file"));
    Unit {
        slot: slot.to_owned(),
        kind: if is_file { UnitKind::FloppyImage } else { UnitKind::FloppyDrive },
        file: text("fileName").filter(|file| !file.is_empty()),
        mode: None,
        connected: settings.boolean(&format!("{slot}.startConnected")) != Some(false),
        assumed: settings.boolean(&format!("{slot}.present")).is_none(),
        image: None,
    }
}

fn network_card(settings: &Settings<'_>, slot: String) -> NetworkCard {
    let text = |name: &str| settings.text(&format!("{slot}.{name}")).filter(|text| !text.is_empty());
    let mac_type = text("addressType").map(|kind| kind.to_ascii_lowercase());
    let is_static = mac_type.as_deref() == Some("static");
    let named = text("networkName");
    // Hosted products connect by connectionType, bridged where they are not told; vSphere by the network's name.
    let connection = text("connectionType").map(|kind| kind.to_ascii_lowercase());
    NetworkCard {
        model: text("virtualDev").map(|model| model.to_ascii_lowercase()),
        connection: connection.or_else(|| named.is_none().then(|| "bridged".to_owned())),
        network: named.or_else(|| text("vnet")),
        mac: if is_static { text("address") } else { text("generatedAddress").or_else(|| text("address")) },
        mac_type: mac_type.map_or_else(|| Setting::Assumed("generated".to_owned()), Setting::Written),
        connected: settings.boolean(&format!("{slot}.startConnected")) != Some(false),
        slot,
    }
}

fn model(settings: &Settings<'_>, slot: &str) -> Option<String> {
    let names = ["virtualDev", "fileType"];
    let mut found = names.iter().filter_map(|name| settings.text(&format!("{slot}.{name}")));
    found.next().filter(|text| !text.is_empty())
}
