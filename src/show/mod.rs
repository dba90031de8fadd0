//! A VM at a glance: what its file says, with VMware's defaults where it says nothing, and what lies beside it. It
//! judges nothing: that is for `check`.

mod devices;
mod disks;
mod settings;

use std::path::Path;

use crate::catalog::{GuestOs, Hardware, guest_os, hardware};
use crate::document::{Document, Encryption};
use crate::vm::host::Host;
use crate::vm::power::Power;
use crate::vm::snapshots::Snapshots;

pub use self::devices::{Controller, LeftOut, NetworkCard, Other, Unit, UnitKind, Why};
pub use self::disks::{Backing, Image};
pub use self::settings::Setting;

use self::settings::Settings;

/// A VM as its file and neighbours describe it.
#[derive(Clone, Debug)]
pub struct Summary {
    /// `displayName`.
    pub name: Option<String>,
    /// `annotation`: notes of the VM's users.
    pub annotation: Option<String>,
    /// What runs in it.
    pub guest: Option<Guest>,
    /// The hardware version; what it says is no number where the table knows no such version.
    pub hardware: Option<Setting<u32>>,
    /// CPUs, memory and firmware; `None` where they are sealed in an encrypted configuration.
    pub machine: Option<Machine>,
    /// The disk controllers with what is attached to them, by family and number.
    pub controllers: Vec<Controller>,
    /// The floppy drives.
    pub floppies: Vec<Unit>,
    /// The network cards, by number.
    pub network_cards: Vec<NetworkCard>,
    /// Everything else that is plugged in.
    pub others: Vec<Other>,
    /// Devices that are switched on and that VMware leaves out all the same.
    pub left_out: Vec<LeftOut>,
    /// How much of the configuration is encrypted.
    pub encryption: Encryption,
    /// The snapshots that the `.vmsd` tells of, or why it cannot be read; `None` where there is no `.vmsd`.
    pub snapshots: Option<Result<Snapshots, String>>,
    /// The power state; `None` for a file that has no place, such as standard input.
    pub power: Option<Power>,
    /// What makes VMware refuse the file, whatever it says: keys that stand there twice.
    pub problems: Vec<String>,
}

/// The guest operating system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guest {
    /// `guestOS`.
    pub id: String,
    /// What the id stands for, where the catalogue has it.
    pub known: Option<GuestOs>,
}

/// CPUs, memory and firmware.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Machine {
    /// Virtual CPUs.
    pub cpus: Setting<u32>,
    /// Cores in each socket.
    pub cores_per_socket: Setting<u32>,
    /// Memory in MB.
    pub memory_mb: Setting<u32>,
    /// `bios` or `efi`.
    pub firmware: Setting<String>,
    /// Whether the firmware starts signed systems alone.
    pub secure_boot: bool,
    /// Whether there is a virtual TPM.
    pub tpm: bool,
}

impl Machine {
    /// Sockets, where the cores divide up evenly.
    pub fn sockets(&self) -> Option<u32> {
        let (cpus, cores) = (*self.cpus.value()?, *self.cores_per_socket.value()?);
        (cores > 0 && cpus % cores == 0).then(|| cpus / cores)
    }
}

impl Summary {
    /// What a document says, by itself.
    pub fn of(document: &Document) -> Self {
        let settings = Settings::of(document);
        let encryption = document.encryption();
        let devices = match encryption {
            Encryption::Full => devices::Devices::default(),
            Encryption::None | Encryption::Partial => devices::Devices::of(&settings),
        };
        let problem =
            |(key, lines): (String, Vec<usize>)| crate::error::Cause::Duplicate { key, lines }.to_string();
        Self {
            name: settings.text("displayName"),
            annotation: settings.text("annotation"),
            guest: settings.text("guestOS").map(|id| Guest { known: guest_os(&id), id }),
            hardware: settings.written("virtualHW.version"),
            machine: (encryption != Encryption::Full).then(|| machine(&settings)),
            controllers: devices.controllers,
            floppies: devices.floppies,
            network_cards: devices.network_cards,
            others: devices.others,
            left_out: devices.left_out,
            encryption,
            snapshots: None,
            power: None,
            problems: document.duplicates().into_iter().map(problem).collect(),
        }
    }

    /// The same with what lies beside the file `vmx`: disks, snapshots, the power state.
    pub fn with_neighbours(document: &Document, vmx: &Path, host: &Host) -> Self {
        let mut summary = Self::of(document);
        let target = vmx.canonicalize().unwrap_or_else(|_| vmx.to_owned());
        for controller in &mut summary.controllers {
            for unit in &mut controller.units {
                let file = unit.file.as_deref().filter(|_| unit.kind == UnitKind::Disk);
                unit.image = file.map(|file| disks::image(&target, file));
            }
        }
        summary.snapshots =
            Snapshots::of(&target).map_err(|error| format!("cannot read the snapshots: {error}")).transpose();
        summary.power = Some(Power::assess(vmx, document, host));
        summary
    }

    /// The products and limits of the hardware version, where the catalogue has it.
    pub fn known_hardware(&self) -> Option<Hardware> {
        self.hardware.as_ref()?.value().and_then(|version| hardware(*version))
    }

    /// The hard disks, by controller and unit.
    pub fn disks(&self) -> impl Iterator<Item = &Unit> {
        let units = self.controllers.iter().flat_map(|controller| &controller.units);
        units.filter(|unit| unit.kind == UnitKind::Disk)
    }
}

/// Sources of the defaults: libvirt, src/vmx/vmx.c (`memsize`, `numvcpus`, `cpuid.coresPerSocket`); packer-plugin-vmware
/// (`firmware`).
fn machine(settings: &Settings<'_>) -> Machine {
    let number = |key, default| settings.written(key).unwrap_or(Setting::Assumed(default));
    let firmware = settings.text("firmware").filter(|text| !text.is_empty());
    Machine {
        cpus: number("numvcpus", 1),
        cores_per_socket: number("cpuid.coresPerSocket", 1),
        memory_mb: number("memsize", 32),
        firmware: firmware.map_or_else(
            || Setting::Assumed("bios".to_owned()),
            |text| Setting::Written(text.to_ascii_lowercase()),
        ),
        secure_boot: settings.is_on("uefi.secureBoot.enabled"),
        tpm: settings.is_on("vtpm.present"),
    }
}
