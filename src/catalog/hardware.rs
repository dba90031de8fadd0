//! Hardware versions: which products introduced them, their limits, and which settings need which version.

use std::sync::OnceLock;

use super::{pattern, table};

const TABLE: &str = include_str!("hardware.tsv");
const FEATURES: &str = include_str!("features.tsv");

/// A hardware version and its limits. A limit is `None` if no source gives it.
///
/// ```
/// use vmxedit::catalog::hardware;
///
/// let version = hardware(19).expect("a known version");
/// assert!(version.cpus > hardware(9).and_then(|older| older.cpus));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Hardware {
    /// The value of `virtualHW.version`.
    pub version: u32,
    /// The first products that support it, separated by commas.
    pub products: &'static str,
    /// The maximum number of virtual CPUs.
    pub cpus: Option<u32>,
    /// The maximum number of cores per socket.
    pub cores_per_socket: Option<u32>,
    /// The maximum memory, in MB.
    pub memory_mb: Option<u32>,
    /// The maximum number of network cards.
    pub network_cards: Option<u32>,
    /// The maximum number of SCSI adapters.
    pub scsi_adapters: Option<u32>,
    /// The maximum number of SATA controllers.
    pub sata_adapters: Option<u32>,
    /// The maximum number of NVMe controllers.
    pub nvme_adapters: Option<u32>,
    /// The maximum number of passed-through PCI devices.
    pub passthrough: Option<u32>,
    sources: &'static str,
}

impl Hardware {
    fn from_row(row: [&'static str; 11]) -> Self {
        let limit = |at: usize| table::number(row[at]);
        Self {
            version: limit(0).expect("every row has a version"),
            products: row[1],
            cpus: limit(2),
            cores_per_socket: limit(3),
            memory_mb: limit(4),
            network_cards: limit(5),
            scsi_adapters: limit(6),
            sata_adapters: limit(7),
            nvme_adapters: limit(8),
            passthrough: limit(9),
            sources: row[10],
        }
    }

    /// Returns whether only Workstation, Fusion, Player and Server create VMs of this version, and no ESXi.
    ///
    /// Source: govmomi, `vim25/types/hardware_version.go`.
    pub fn is_hosted_only(&self) -> bool {
        !self.products.contains("ESX")
    }

    /// Returns the references for these facts.
    pub fn sources(&self) -> impl Iterator<Item = &'static str> + use<> {
        table::sources(self.sources)
    }
}

/// Returns the hardware version with this number. There was never a version 5. Parses only the row it finds.
pub fn hardware(version: u32) -> Option<Hardware> {
    table::find(TABLE, |known| known.parse() == Ok(version)).map(Hardware::from_row)
}

/// Returns every hardware version, oldest first.
pub fn hardware_versions() -> impl Iterator<Item = Hardware> {
    versions().iter().copied()
}

/// Returns the rows of the table, which is parsed once.
fn versions() -> &'static [Hardware] {
    static VERSIONS: OnceLock<Vec<Hardware>> = OnceLock::new();
    VERSIONS.get_or_init(|| table::rows(TABLE).map(Hardware::from_row).collect())
}

/// A device or feature that a hardware version introduced.
///
/// ```
/// use vmxedit::catalog::feature;
///
/// let needed = feature("nvme0.present", "TRUE").expect("a feature");
/// assert_eq!(needed.since_hardware, 13);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Feature {
    /// The name with its article: `an NVMe controller`.
    pub label: &'static str,
    /// The first hardware version that has it.
    pub since_hardware: u32,
    /// The reference for this fact.
    pub source: &'static str,
}

/// Returns the feature that the setting `key = value` needs from the hardware version, if any. ASCII case is ignored.
///
/// The table is split once: `check` looks up every entry of a file.
pub fn feature(key: &str, value: &str) -> Option<Feature> {
    static ROWS: OnceLock<Vec<[&'static str; 5]>> = OnceLock::new();
    let rows = ROWS.get_or_init(|| table::rows(FEATURES).collect());
    let [_, _, hardware, label, source] = rows.iter().copied().find(|[key_pattern, setting, ..]| {
        setting.eq_ignore_ascii_case(value) && pattern::matches(key_pattern, key)
    })?;
    let since_hardware = table::number(hardware).expect("every feature has its version");
    Some(Feature { label, since_hardware, source: table::sources(source).next().unwrap_or_default() })
}

#[cfg(test)]
mod tests {
    use super::{FEATURES, TABLE, feature, hardware, hardware_versions};
    use crate::catalog::{key, table};

    #[test]
    fn versions_are_3_to_22_without_5_and_every_row_has_a_source() {
        table::tests::check::<11>(TABLE, 10);
        let versions: Vec<u32> = hardware_versions().map(|hardware| hardware.version).collect();
        assert_eq!(versions, [3, 4].into_iter().chain(6..=22).collect::<Vec<_>>());
        assert_eq!(hardware(5), None);
        for newer in hardware_versions() {
            assert!(newer.sources().count() > 0);
            for older in hardware_versions().filter(|older| older.version < newer.version) {
                let limits = [(older.cpus, newer.cpus), (older.memory_mb, newer.memory_mb)];
                for (older, newer) in limits {
                    assert!(older.zip(newer).is_none_or(|(older, newer)| older <= newer), "limits only grow");
                }
            }
        }
    }

    #[test]
    fn limits_are_those_of_the_documentation() {
        let version = hardware(13).expect("a known version");
        assert_eq!(version.products, "ESXi 6.5");
        assert_eq!((version.cpus, version.memory_mb), (Some(128), Some(6128 * 1024)));
        assert_eq!((version.sata_adapters, version.nvme_adapters), (Some(4), Some(4)));
        assert_eq!(hardware(9).and_then(|version| version.sata_adapters), Some(0));
    }

    #[test]
    fn features_name_known_keys_and_their_first_hardware_version() {
        for [pattern, _, _, _, source] in table::rows::<5>(FEATURES) {
            assert!(table::sources(source).all(|full| full != source), "{pattern} has a known source");
            assert!(key(&pattern.replace('#', "0")).is_some(), "{pattern} is a known key");
        }
        let since = |key, value| feature(key, value).map(|feature| feature.since_hardware);
        assert_eq!(since("Ethernet12.VirtualDev", "VMXNET3"), Some(7));
        assert_eq!(since("nvme0.present", "true"), Some(13));
        assert_eq!(since("nvme0.present", "FALSE"), None);
        assert_eq!(since("nvme0:0.present", "TRUE"), None);
        assert_eq!(since("firmware", "bios"), None);
    }
}
