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
    /// Which kind of it (`virtualDev`, `fileType`): "hdaudio".
    pub model: Option<String>,
    /// The file, device or folder of the host behind it.
    pub file: Option<String>,
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
        for place in places(settings).into_iter().filter(|place| is_there(settings, place)) {
            let slot = place.name();
            match (place.family, place.number.1) {
                _ if !fits(settings, &place) => devices.leave_out(slot, Why::NoSlot),
                (family, Some(_)) if BUSES.contains(&family) => devices.attach(settings, &place),
                (family, None) if BUSES.contains(&family) => devices.controller(settings, &place),
                ("floppy", _) => devices.floppies.push(floppy(settings, &slot)),
                ("ethernet", _) => devices.network_cards.push(network_card(settings, slot)),
                // What is plugged into USB comes and goes.
                (_, Some(_)) => {}
                (_, None) => devices.others.push(other(settings, slot, place.words)),
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
        let controller = place.adapter().name();
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
    fn name(self) -> String {
        let adapter = self.number.0.map(|number| number.to_string()).unwrap_or_default();
        let unit = self.number.1.map(|number| format!(":{number}")).unwrap_or_default();
        format!("{}{adapter}{unit}", self.family)
    }

    /// The adapter that a unit is on.
    fn adapter(self) -> Self {
        Self { number: (self.number.0, None), ..self }
    }
}

impl From<Slot> for Place {
    fn from(slot: Slot) -> Self {
        Self { family: slot.family, number: (slot.adapter, slot.unit), words: slot.words, fit: slot.fit }
    }
}

/// Every place that a key names, and those that need none.
fn places(settings: &Settings<'_>) -> BTreeSet<Place> {
    let always = ["floppy0", "ide0", "ide1"].into_iter().filter_map(device);
    settings.keys().filter_map(|key| device(&key)).chain(always).map(Place::from).collect()
}

/// Whether the device is switched on. The IDE controllers are part of the chipset, and the first floppy drive is there
/// unless the file says otherwise.
///
/// Source: libvirt, src/vmx/vmx.c.
fn is_there(settings: &Settings<'_>, place: &Place) -> bool {
    let by_default = matches!((place.family, place.number), ("ide", (_, None)) | ("floppy", (Some(0), _)));
    settings.boolean(&format!("{}.present", place.name())).unwrap_or(by_default)
}

/// Returns whether VMware uses a device in this slot.
fn fits(settings: &Settings<'_>, place: &Place) -> bool {
    let model = || settings.text(&format!("{}.virtualDev", place.adapter().name()));
    let version = || settings.text("virtualHW.version").and_then(|version| version.trim().parse().ok());
    device(&place.name()).is_some_and(|slot| slot.is_supported(model().as_deref(), version()))
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

fn other(settings: &Settings<'_>, slot: String, words: &'static str) -> Other {
    let first = |names: [&str; 2]| {
        let mut found = names.iter().filter_map(|name| settings.text(&format!("{slot}.{name}")));
        found.next().filter(|text| !text.is_empty())
    };
    let (model, file) = (first(["virtualDev", "fileType"]), first(["fileName", "hostPath"]));
    // What VMware writes for the host's first sound card.
    Other { model, file: file.filter(|file| file != "-1"), words, slot }
}
