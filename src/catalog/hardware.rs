//! Hardware versions: which products brought them, what they allow, and what a setting asks of them.

use super::{pattern, table};

const TABLE: &str = include_str!("hardware.tsv");
const FEATURES: &str = include_str!("features.tsv");

/// A hardware version and its limits; a limit that no source gives is `None`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hardware {
    /// What `virtualHW.version` says.
    pub version: u32,
    /// The first products that had it, between commas.
    pub products: &'static str,
    /// Virtual CPUs at most.
    pub cpus: Option<u32>,
    /// Cores per socket at most.
    pub cores_per_socket: Option<u32>,
    /// Memory at most, in MB.
    pub memory_mb: Option<u32>,
    /// Network cards at most.
    pub network_cards: Option<u32>,
    /// SCSI adapters at most.
    pub scsi_adapters: Option<u32>,
    /// SATA controllers at most.
    pub sata_adapters: Option<u32>,
    /// NVMe controllers at most.
    pub nvme_adapters: Option<u32>,
    /// Passed-through PCI devices at most.
    pub passthrough: Option<u32>,
    sources: &'static str,
}

impl Hardware {
    /// Where the facts come from.
    pub fn sources(&self) -> impl Iterator<Item = &'static str> + use<> {
        table::sources(self.sources)
    }
}

/// The hardware version of this number. 5 was never one.
pub fn hardware(version: u32) -> Option<Hardware> {
    hardware_versions().find(|hardware| hardware.version == version)
}

/// Every hardware version, the oldest first.
pub fn hardware_versions() -> impl Iterator<Item = Hardware> {
    table::rows(TABLE).map(|row: [&str; 11]| {
        let limit = |at: usize| table::number(row[at]);
        Hardware {
            version: limit(0).expect("every row is a version"),
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
    })
}

/// Something that came with a hardware version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Feature {
    /// What it is: "an NVMe controller".
    pub words: &'static str,
    /// The hardware version that brought it.
    pub since_hardware: u32,
    /// Where that comes from.
    pub source: &'static str,
}

/// What the setting `key = value` asks of the hardware version, if it asks anything. Case does not count.
pub fn feature(key: &str, value: &str) -> Option<Feature> {
    let asked = |row: &[&'static str; 5]| {
        let [wanted, setting, ..] = *row;
        setting.eq_ignore_ascii_case(value) && pattern::matches(wanted, key)
    };
    let [_, _, hardware, words, source] = table::rows::<5>(FEATURES).find(asked)?;
    let since_hardware = table::number(hardware).expect("every feature has its version");
    Some(Feature { words, since_hardware, source: table::sources(source).next().unwrap_or_default() })
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
        let version = hardware(13).expect("it is one");
        assert_eq!(version.products, "ESXi 6.5");
        assert_eq!((version.cpus, version.memory_mb), (Some(128), Some(6128 * 1024)));
        assert_eq!((version.sata_adapters, version.nvme_adapters), (Some(4), Some(4)));
        assert_eq!(hardware(9).and_then(|version| version.sata_adapters), Some(0));
    }

    #[test]
    fn features_name_known_keys_and_the_version_that_brought_them() {
        for [pattern, _, _, _, source] in table::rows::<5>(FEATURES) {
            assert!(
                table::sources(source).all(|full| full != source),
                "{pattern} has a source that is known"
            );
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
