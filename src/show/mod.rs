//! Summarizes a VM: the settings of its file, VMware's defaults, and the files next to it.
//!
//! It reports facts; `check` reports what is wrong with them.

mod devices;
mod disks;
mod settings;

use std::ffi::OsStr;
use std::str::FromStr;

use crate::catalog::{GuestOs, Hardware, default_value, guest_os, hardware};
use crate::document::{Document, Encryption};
use crate::host::{FolderView, io_message};
use crate::vm::power::Power;
use crate::vm::snapshots::{self, Snapshots};

pub use self::devices::{Controller, LeftOut, LeftOutReason, NetworkCard, Other, Unit, UnitKind};
pub use self::disks::{Backing, Image};
pub use self::settings::Setting;

use self::settings::Settings;

/// A VM as its file and the files next to it describe it.
///
/// ```
/// use vmxedit::show::Summary;
/// use vmxedit::Document;
///
/// let document = Document::parse("displayName = \"web\"\nmemsize = \"2048\"\n");
/// let vm = Summary::of(&document);
/// assert_eq!(vm.name.as_deref(), Some("web"));
/// assert_eq!(vm.machine.and_then(|machine| machine.memory_mb.value().copied()), Some(2048));
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Summary {
    /// `displayName`.
    pub name: Option<String>,
    /// `annotation`: notes for the users of the VM.
    pub annotation: Option<String>,
    /// The guest operating system.
    pub guest: Option<Guest>,
    /// The hardware version (`virtualHW.version`).
    pub hardware: Option<Setting<u32>>,
    /// CPUs, memory and firmware; `None` if an encrypted configuration hides them.
    pub machine: Option<Machine>,
    /// The disk controllers and the devices that are attached to them, ordered by family and number.
    pub controllers: Vec<Controller>,
    /// The floppy drives.
    pub floppies: Vec<Unit>,
    /// The network cards, ordered by number.
    pub network_cards: Vec<NetworkCard>,
    /// All other devices.
    pub others: Vec<Other>,
    /// Devices that are present in the file and that VMware leaves out.
    pub left_out: Vec<LeftOut>,
    /// How much of the configuration is encrypted.
    pub encryption: Encryption,
    /// The snapshots.
    pub snapshots: SnapshotList,
    /// The power state; `None` if the VM was summarized without the files next to it.
    pub power: Option<Power>,
    /// Reasons why VMware refuses the file: keys that are set on several lines.
    pub problems: Vec<String>,
}

/// What is known about the snapshots of a VM.
///
/// ```
/// use vmxedit::show::{SnapshotList, Summary};
/// use vmxedit::Document;
///
/// let document = Document::parse("displayName = \"web\"\n");
/// let vm = Summary::of(&document);
/// assert_eq!(vm.snapshots, SnapshotList::Absent);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SnapshotList {
    /// There is no `.vmsd`, or the VM was summarized without the files next to it.
    Absent,
    /// The snapshots that the `.vmsd` lists.
    Read(Snapshots),
    /// The `.vmsd` cannot be read, for this reason.
    Unreadable(String),
}

impl SnapshotList {
    /// Returns the snapshots, if they were read.
    pub fn snapshots(&self) -> Option<&Snapshots> {
        match self {
            Self::Read(snapshots) => Some(snapshots),
            Self::Absent | Self::Unreadable(_) => None,
        }
    }

    /// Returns why the snapshots cannot be read.
    pub fn problem(&self) -> Option<&str> {
        match self {
            Self::Unreadable(reason) => Some(reason),
            Self::Absent | Self::Read(_) => None,
        }
    }
}

/// The guest operating system.
///
/// ```
/// use vmxedit::show::Summary;
/// use vmxedit::Document;
///
/// let document = Document::parse("guestOS = \"darwin10-64\"\n");
/// let vm = Summary::of(&document);
/// let known = vm.guest.and_then(|guest| guest.known).expect("a known guest");
/// assert!(known.is_macos());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Guest {
    /// `guestOS`.
    pub id: String,
    /// The guest with this id in the catalog, if it has one.
    pub known: Option<GuestOs>,
}

/// CPUs, memory and firmware.
///
/// ```
/// use vmxedit::show::Summary;
/// use vmxedit::Document;
///
/// let document = Document::parse("numvcpus = \"4\"\ncpuid.coresPerSocket = \"2\"\n");
/// let vm = Summary::of(&document);
/// assert_eq!(vm.machine.and_then(|machine| machine.sockets()), Some(2));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Machine {
    /// The number of virtual CPUs.
    pub cpus: Setting<u32>,
    /// The number of cores in each socket.
    pub cores_per_socket: Setting<u32>,
    /// The memory, in MB.
    pub memory_mb: Setting<u32>,
    /// `bios` or `efi`.
    pub firmware: Setting<String>,
    /// Whether the firmware starts only signed systems.
    pub secure_boot: bool,
    /// Whether the VM has a virtual TPM.
    pub tpm: bool,
}

impl Machine {
    /// Returns the number of sockets, if the cores divide evenly into them.
    pub fn sockets(&self) -> Option<u32> {
        let (cpus, cores) = (*self.cpus.value()?, *self.cores_per_socket.value()?);
        (cores > 0 && cpus % cores == 0).then(|| cpus / cores)
    }
}

impl Summary {
    /// Summarizes a document without the files next to it.
    pub fn of(document: &Document) -> Self {
        let settings = Settings::new(document);
        let encryption = document.encryption();
        let devices = match encryption {
            Encryption::Full => devices::Devices::default(),
            Encryption::None | Encryption::Partial => devices::Devices::read(&settings),
        };
        Self {
            name: settings.text("displayName"),
            annotation: settings.text("annotation"),
            guest: settings.text("guestOS").map(|id| Guest { known: guest_os(&id), id }),
            hardware: settings.parsed("virtualHW.version"),
            machine: (encryption != Encryption::Full).then(|| machine(&settings)),
            controllers: devices.controllers,
            floppies: devices.floppies,
            network_cards: devices.network_cards,
            others: devices.others,
            left_out: devices.left_out,
            encryption,
            snapshots: SnapshotList::Absent,
            power: None,
            problems: document.duplicates().into_iter().map(|duplicate| duplicate.to_string()).collect(),
        }
    }

    /// Summarizes a document, which is the content of the file `vmx` in `folder`, and the files next to it: disks and
    /// snapshots.
    ///
    /// Reads the descriptors of every hard disk and its parents. Files that cannot be read appear as problems in the
    /// summary.
    pub fn with_neighbors(document: &Document, folder: &dyn FolderView, vmx: &OsStr, power: Power) -> Self {
        let mut summary = Self::of(document);
        for controller in &mut summary.controllers {
            for unit in &mut controller.units {
                let file = unit.file.as_deref().filter(|_| unit.kind == UnitKind::Disk);
                unit.image = file.map(|file| disks::image(folder, file));
            }
        }
        let other = snapshots::other_folder(folder, vmx, document);
        summary.snapshots = match Snapshots::of(other.as_deref().unwrap_or(folder), vmx) {
            Ok(Some(snapshots)) => SnapshotList::Read(snapshots),
            Ok(None) => SnapshotList::Absent,
            Err(error) => {
                SnapshotList::Unreadable(format!("cannot read the snapshots: {}", io_message(&error)))
            }
        };
        summary.power = Some(power);
        summary
    }

    /// Returns the products and limits of the hardware version, if the catalog has it.
    pub fn known_hardware(&self) -> Option<Hardware> {
        self.hardware.as_ref()?.value().and_then(|version| hardware(*version))
    }

    /// Returns the hard disks, ordered by controller and unit.
    pub fn disks(&self) -> impl Iterator<Item = &Unit> {
        let units = self.controllers.iter().flat_map(|controller| &controller.units);
        units.filter(|unit| unit.kind == UnitKind::Disk)
    }
}

fn machine(settings: &Settings<'_>) -> Machine {
    let firmware = settings.non_empty("firmware").map(|text| text.to_ascii_lowercase());
    Machine {
        cpus: number(settings, "numvcpus"),
        cores_per_socket: number(settings, "cpuid.coresPerSocket"),
        memory_mb: number(settings, "memsize"),
        firmware: firmware.map_or_else(|| default("firmware"), Setting::Set),
        secure_boot: settings.is_true("uefi.secureBoot.enabled"),
        tpm: settings.is_true("vtpm.present"),
    }
}

fn number(settings: &Settings<'_>, key: &str) -> Setting<u32> {
    settings.parsed(key).unwrap_or_else(|| default(key))
}

/// Returns VMware's default for `key`, which must have one in the catalog.
fn default<T: FromStr>(key: &str) -> Setting<T> {
    let value = default_value(key).and_then(|text| text.parse().ok());
    Setting::Default(value.expect("the catalog has a default of this type"))
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;

    use super::{Setting, SnapshotList, Summary, default};
    use crate::document::Document;
    use crate::host::{FileKind, MemoryFolder};
    use crate::vm::power::{Power, PowerState};

    const DISK: &str = "# Disk DescriptorFile\nCID=2\nparentCID=1\ncreateType=\"vmfsSparse\"\n\
                        parentFileNameHint=\"base.vmdk\"\nRW 4096 VMFSSPARSE \"now-delta.vmdk\"\n";
    const BASE: &str = "# Disk DescriptorFile\nCID=1\ncreateType=\"vmfs\"\nRW 4096 VMFS \"base-flat.vmdk\"\n";
    const VM: &str =
        "scsi0.present = \"TRUE\"\nscsi0:0.present = \"TRUE\"\nscsi0:0.fileName = \"now.vmdk\"\n";

    fn summarize(folder: &MemoryFolder) -> Summary {
        let power = Power { state: PowerState::Suspended, evidence: Vec::new() };
        Summary::with_neighbors(&Document::parse(VM), folder, OsStr::new("vm.vmx"), power)
    }

    #[test]
    fn a_vm_is_summarized_through_the_interface_alone() {
        let list = b"snapshot.current = \"1\"\nsnapshot0.uid = \"1\"\nsnapshot0.displayName = \"clean\"\n";
        let files = [("now.vmdk", DISK.as_bytes()), ("base.vmdk", BASE.as_bytes()), ("vm.vmsd", list)];
        let summary = summarize(&MemoryFolder::with(&files));
        let image = summary.disks().next().and_then(|disk| disk.image.as_ref()).expect("a disk");
        assert_eq!((image.capacity, image.problem.as_deref()), (Some(4096 * 512), None));
        assert_eq!(image.create_type.as_deref(), Some("vmfsSparse"));
        assert_eq!((image.parents.len(), &*image.parents[0].file), (1, "base.vmdk"));
        assert_eq!(summary.snapshots.snapshots().expect("a list").list[0].name, "clean");
        assert_eq!(summary.power.expect("the one that was given").state, PowerState::Suspended);
    }

    #[test]
    fn what_is_not_a_regular_file_is_a_problem_of_a_disk_and_no_list_of_snapshots() {
        let folder = MemoryFolder::default().and("now.vmdk", FileKind::Device).and("vm.vmsd", FileKind::Pipe);
        let summary = summarize(&folder);
        let image = summary.disks().next().and_then(|disk| disk.image.as_ref()).expect("a disk");
        assert_eq!(image.problem.as_deref(), Some("not a regular file"));
        assert_eq!(summary.snapshots, SnapshotList::Absent);
    }

    #[test]
    fn the_catalog_has_every_default_that_a_summary_needs() {
        for (key, value) in [("numvcpus", 1), ("cpuid.coresPerSocket", 1), ("memsize", 32)] {
            assert_eq!(default::<u32>(key), Setting::Default(value), "{key}");
        }
        assert_eq!(default::<String>("firmware"), Setting::Default("bios".to_owned()));
    }
}
