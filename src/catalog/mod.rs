//! Facts about VMX keys, guest operating systems, devices and hardware versions, independent of any file.
//!
//! The facts are compiled-in tables (`*.tsv`) with a source in each row; they are parsed when they are first needed.
//! They are not complete: VMware knows thousands of keys, so a key that the catalog lacks is normal.
//!
//! ```
//! use vmxedit::catalog::{self, SlotSupport};
//!
//! let slot = catalog::slot("SCSI0:16.present").expect("a SCSI device");
//! assert_eq!(slot.to_string(), "scsi0:16");
//! assert_eq!(slot.controller().to_string(), "scsi0");
//! assert_eq!(slot.support, SlotSupport::PvscsiOnly);
//! assert!(slot.is_supported(Some("pvscsi"), Some(14)));
//! assert!(!slot.is_supported(Some("lsilogic"), Some(14)));
//!
//! assert_eq!(catalog::default_value("memsize"), Some("32"));
//! assert_eq!(catalog::suggest_key("numvcpu").as_deref(), Some("numvcpus"));
//! assert_eq!(catalog::suggest_key("memory").as_deref(), Some("memsize"));
//! ```

mod guest_os;
mod hardware;
mod keys;
mod mac;
mod pattern;
mod pcie;
mod product;
mod secret;
mod slot;
mod suggest;
mod table;
mod value_type;
mod values;
mod volatile;

pub use self::guest_os::{GuestFamily, GuestOs, guest_os, guest_oses, suggest_guest_os};
pub use self::hardware::{Feature, Hardware, feature, hardware, hardware_versions};
pub(crate) use self::keys::{KeyFacts, key_facts, key_facts_without_index};
pub use self::keys::{KnownKey, WrittenBy, default_value, is_identity, key, keys_starting_with};
pub use self::mac::{Mac, MacRange};
pub(crate) use self::pcie::{is_root_port, pcie_device};
pub use self::product::{Product, product, products};
pub use self::secret::{MASK, is_secret, mask_line, may_select_secret};
pub use self::slot::{STORAGE_FAMILIES, Slot, SlotSupport, adapters, slot};
pub(crate) use self::suggest::suggest_for_unknown;
pub use self::suggest::suggest_key;
pub use self::value_type::{Choices, ValueType};
pub use self::values::{boolean, is_empty_drive, values_equal};
pub(crate) use self::values::{may_be_boolean, possible_boolean};
pub use self::volatile::is_volatile;
