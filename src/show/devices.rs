//! The devices of a VM, as a tree. `X.present = "FALSE"` removes `X` and everything attached to it.

use std::collections::BTreeSet;
use std::fmt;

use super::disks::Image;
use super::settings::{Setting, Settings};
use crate::catalog::{Slot, slot};

/// A controller of disks and CD drives.
///
/// ```
/// use vmxedit::show::Summary;
/// use vmxedit::Document;
///
/// let document = Document::parse("virtualHW.version = \"19\"\nscsi0.present = \"TRUE\"\nscsi0:0.present = \"TRUE\"\nscsi0:0.fileName = \"a.vmdk\"\n");
/// let vm = Summary::of(&document);
/// assert!(vm.controllers.iter().any(|controller| controller.slot == "scsi0" && controller.units.len() == 1));
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Controller {
    /// Its slot: `scsi0`.
    pub slot: String,
    /// What it is: `SCSI controller`.
    pub label: &'static str,
    /// The model (`virtualDev`): `pvscsi`.
    pub model: Option<String>,
    /// The devices that are attached to it, ordered by number.
    pub units: Vec<Unit>,
}

/// A disk, a CD drive or a floppy drive.
///
/// ```
/// use vmxedit::show::Summary;
/// use vmxedit::Document;
///
/// let document = Document::parse("virtualHW.version = \"19\"\nscsi0.present = \"TRUE\"\nscsi0:0.present = \"TRUE\"\nscsi0:0.fileName = \"a.vmdk\"\n");
/// let vm = Summary::of(&document);
/// assert_eq!(vm.disks().next().and_then(|disk| disk.file.as_deref()), Some("a.vmdk"));
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Unit {
    /// Its slot: `scsi0:1`.
    pub slot: String,
    /// What it is.
    pub kind: UnitKind,
    /// The file of the disk, the image, or the device of the host.
    pub file: Option<String>,
    /// How writes are kept (`mode`), if the file sets it.
    pub mode: Option<String>,
    /// Whether it is connected when the VM is powered on.
    pub connected: bool,
    /// Whether VMware adds it by default: nothing in the file mentions it.
    pub is_default: bool,
    /// What the files of the disk say, if they were read.
    pub image: Option<Image>,
}

/// What a unit is.
///
/// ```
/// use vmxedit::show::{Summary, UnitKind};
/// use vmxedit::Document;
///
/// let document = Document::parse("virtualHW.version = \"19\"\nscsi0.present = \"TRUE\"\nscsi0:0.present = \"TRUE\"\nscsi0:0.fileName = \"a.vmdk\"\n");
/// let vm = Summary::of(&document);
/// assert_eq!(vm.disks().next().map(|disk| disk.kind), Some(UnitKind::Disk));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
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

impl UnitKind {
    /// Returns a stable word for programs: `cd_image`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Disk => "disk",
            Self::CdImage => "cd_image",
            Self::CdDrive => "cd_drive",
            Self::PassThrough => "pass_through",
            Self::FloppyImage => "floppy_image",
            Self::FloppyDrive => "floppy_drive",
        }
    }
}

/// Writes the kind for people: `CD image`.
impl fmt::Display for UnitKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Disk => "disk",
            Self::CdImage => "CD image",
            Self::CdDrive => "CD drive",
            Self::PassThrough => "passed-through device",
            Self::FloppyImage => "floppy image",
            Self::FloppyDrive => "floppy drive",
        })
    }
}

/// A network card.
///
/// ```
/// use vmxedit::show::Summary;
/// use vmxedit::Document;
///
/// let document = Document::parse("virtualHW.version = \"19\"\nethernet0.present = \"TRUE\"\nethernet0.virtualDev = \"e1000\"\n");
/// let vm = Summary::of(&document);
/// assert_eq!(vm.network_cards[0].model.as_deref(), Some("e1000"));
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct NetworkCard {
    /// Its slot: `ethernet0`.
    pub slot: String,
    /// The model (`virtualDev`). If the file sets none, VMware chooses one for the guest.
    pub model: Option<String>,
    /// `bridged`, `nat`, `hostonly` or `custom`; `None` if it is connected to a network by name.
    pub connection: Option<String>,
    /// The name of the network, or the virtual network of the host.
    pub network: Option<String>,
    /// The MAC address, set or generated.
    pub mac: Option<String>,
    /// The origin of the MAC address: `generated`, `static` or `vpx`.
    pub mac_type: Setting<String>,
    /// Whether it is connected when the VM is powered on.
    pub connected: bool,
}

/// A device that is neither a controller, a unit nor a network card.
///
/// ```
/// use vmxedit::show::Summary;
/// use vmxedit::Document;
///
/// let document = Document::parse("virtualHW.version = \"19\"\nsound.present = \"TRUE\"\n");
/// let vm = Summary::of(&document);
/// assert!(vm.others.iter().any(|device| device.slot == "sound"));
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Other {
    /// Its slot: `sound`.
    pub slot: String,
    /// What it is: `sound card`.
    pub label: &'static str,
    /// The model (`virtualDev` or `fileType`): `hdaudio`.
    pub model: Option<String>,
    /// The file, device or folder of the host that it uses.
    pub file: Option<String>,
}

/// A device that is present in the file and that VMware leaves out.
///
/// ```
/// use vmxedit::show::Summary;
/// use vmxedit::Document;
///
/// let document = Document::parse("virtualHW.version = \"19\"\nscsi0:0.present = \"TRUE\"\nscsi0:0.fileName = \"a.vmdk\"\n");
/// let vm = Summary::of(&document);
/// // Its controller is missing.
/// assert_eq!(vm.left_out[0].slot, "scsi0:0");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LeftOut {
    /// Its slot.
    pub slot: String,
    /// Why VMware leaves it out.
    pub reason: LeftOutReason,
}

/// Why VMware leaves a device out.
///
/// ```
/// use vmxedit::show::{LeftOutReason, Summary};
/// use vmxedit::Document;
///
/// let document = Document::parse("virtualHW.version = \"19\"\nscsi0:0.present = \"TRUE\"\nscsi0:0.fileName = \"a.vmdk\"\n");
/// let vm = Summary::of(&document);
/// assert_eq!(vm.left_out[0].reason, LeftOutReason::NoController("scsi0".to_owned()));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LeftOutReason {
    /// The slot does not exist on this controller and hardware version, or is the controller's own.
    NoSlot,
    /// The controller with this name is not present.
    NoController(String),
}

/// All devices of a VM.
#[derive(Default)]
pub(super) struct Devices {
    pub(super) controllers: Vec<Controller>,
    pub(super) floppies: Vec<Unit>,
    pub(super) network_cards: Vec<NetworkCard>,
    pub(super) others: Vec<Other>,
    pub(super) left_out: Vec<LeftOut>,
}

impl Devices {
    pub(super) fn read(settings: &Settings<'_>) -> Self {
        let mut devices = Self::default();
        for slot in slots(settings).into_iter().filter(|slot| is_present(settings, slot)) {
            let name = slot.to_string();
            match (slot.family, slot.unit) {
                _ if !is_supported(settings, &slot) => devices.leave_out(name, LeftOutReason::NoSlot),
                (_, Some(_)) if slot.is_storage() => devices.attach(settings, &slot),
                (_, None) if slot.is_storage() => devices.add_controller(settings, &slot),
                ("floppy", _) => devices.floppies.push(floppy(settings, &name)),
                ("ethernet", _) => devices.network_cards.push(network_card(settings, name)),
                // VMware itself plugs devices into USB ports and removes them.
                (_, Some(_)) => {}
                ("sharedFolder", _) if settings.is_true("isolation.tools.hgfs.disable") => {}
                (_, None) => devices.others.push(other(settings, name, slot.label)),
            }
        }
        devices
            .controllers
            .retain(|controller| !(controller.slot.starts_with("ide") && controller.units.is_empty()));
        devices
    }

    fn add_controller(&mut self, settings: &Settings<'_>, slot: &Slot) {
        let name = slot.to_string();
        let model = settings.non_empty(&format!("{name}.virtualDev"));
        self.controllers.push(Controller { slot: name, label: slot.label, model, units: Vec::new() });
    }

    /// Attaches a unit to its controller, which comes right before its units in the order of slots.
    fn attach(&mut self, settings: &Settings<'_>, slot: &Slot) {
        let controller = slot.controller().to_string();
        match self.controllers.last_mut().filter(|last| last.slot == controller) {
            Some(controller) => controller.units.push(unit(settings, slot.to_string())),
            None => self.leave_out(slot.to_string(), LeftOutReason::NoController(controller)),
        }
    }

    fn leave_out(&mut self, slot: String, reason: LeftOutReason) {
        self.left_out.push(LeftOut { slot, reason });
    }
}

/// Returns every slot that a key names, and those that VMware uses without a key, in order.
fn slots(settings: &Settings<'_>) -> BTreeSet<Slot> {
    let default_slots = ["floppy0", "ide0", "ide1"].into_iter().filter_map(slot);
    settings.keys().filter_map(|key| slot(&key)).chain(default_slots).collect()
}

/// Returns whether the device is present. The IDE controllers are part of the chipset, and the first floppy drive is
/// present unless the file removes it.
///
/// Source: libvirt, src/vmx/vmx.c.
fn is_present(settings: &Settings<'_>, slot: &Slot) -> bool {
    let by_default = match slot.family {
        "ide" => slot.unit.is_none(),
        "floppy" => slot.adapter == Some(0),
        _ => false,
    };
    settings.boolean(&format!("{slot}.present")).unwrap_or(by_default)
}

/// Returns whether VMware uses a device in this slot.
fn is_supported(settings: &Settings<'_>, slot: &Slot) -> bool {
    let model = settings.text(&format!("{}.virtualDev", slot.controller()));
    let version = settings.parsed("virtualHW.version");
    slot.is_supported(model.as_deref(), version.as_ref().and_then(Setting::value).copied())
}

fn unit(settings: &Settings<'_>, slot: String) -> Unit {
    let text = |name: &str| settings.non_empty(&format!("{slot}.{name}"));
    let kind = text("deviceType").unwrap_or_default().to_ascii_lowercase();
    Unit {
        kind: match kind.as_str() {
            "cdrom-image" => UnitKind::CdImage,
            "cdrom-raw" | "atapi-cdrom" => UnitKind::CdDrive,
            "scsi-passthru" => UnitKind::PassThrough,
            // Raw device mappings (scsi-passthru-rdm, scsi-nonpassthru-rdm) are disks.
            _ => UnitKind::Disk,
        },
        file: text("fileName"),
        mode: text("mode"),
        connected: settings.boolean(&format!("{slot}.startConnected")) != Some(false),
        is_default: false,
        image: None,
        slot,
    }
}

fn floppy(settings: &Settings<'_>, slot: &str) -> Unit {
    let text = |name: &str| settings.non_empty(&format!("{slot}.{name}"));
    let is_file = text("fileType").is_some_and(|kind| kind.eq_ignore_ascii_case("file"));
    Unit {
        slot: slot.to_owned(),
        kind: if is_file { UnitKind::FloppyImage } else { UnitKind::FloppyDrive },
        file: text("fileName"),
        mode: None,
        connected: settings.boolean(&format!("{slot}.startConnected")) != Some(false),
        is_default: settings.boolean(&format!("{slot}.present")).is_none(),
        image: None,
    }
}

fn network_card(settings: &Settings<'_>, slot: String) -> NetworkCard {
    let text = |name: &str| settings.non_empty(&format!("{slot}.{name}"));
    let mac_type = text("addressType").map(|kind| kind.to_ascii_lowercase());
    let is_static = mac_type.as_deref() == Some("static");
    let network_name = text("networkName");
    // Hosted products connect by connectionType, whose default is bridged; vSphere connects by the name of the network.
    let connection = text("connectionType").map(|kind| kind.to_ascii_lowercase());
    // Source: libvirt, src/vmx/vmx.c: vmxnet with features = "15" is vmxnet2.
    let model = text("virtualDev").map(|model| model.to_ascii_lowercase());
    let is_vmxnet2 = model.as_deref() == Some("vmxnet") && text("features").as_deref() == Some("15");
    NetworkCard {
        model: if is_vmxnet2 { Some("vmxnet2".to_owned()) } else { model },
        connection: connection.or_else(|| network_name.is_none().then(|| "bridged".to_owned())),
        network: network_name.or_else(|| text("vnet")),
        mac: if is_static { text("address") } else { text("generatedAddress").or_else(|| text("address")) },
        mac_type: mac_type.map_or_else(|| Setting::Default("generated".to_owned()), Setting::Set),
        connected: settings.boolean(&format!("{slot}.startConnected")) != Some(false),
        slot,
    }
}

fn other(settings: &Settings<'_>, slot: String, label: &'static str) -> Other {
    let first = |names: [&str; 2]| {
        let mut found = names.iter().filter_map(|name| settings.text(&format!("{slot}.{name}")));
        found.next().filter(|text| !text.is_empty())
    };
    let (model, file) = (first(["virtualDev", "fileType"]), first(["fileName", "hostPath"]));
    // VMware writes -1 for the first sound card of the host.
    Other { model, file: file.filter(|file| file != "-1"), label, slot }
}
