//! The table of all rules, and their functions by topic. The texts are in `texts.tsv`.

mod connections;
mod devices;
mod encoding;
mod files;
mod firmware;
mod guest_devices;
mod guests;
mod hosts;
mod limits;
mod lines;
mod network;
mod presets;
mod reservations;
mod security;
mod sharing;
mod snapshots;
mod tools;
mod values;

use super::Needs::{self, Catalog, Document, Keys, Neighbors};
use super::Rule;
use super::Severity::{self, Error, Note, Warning};
use super::rule::Check;

/// Every rule, sorted by code. A code is never given to another rule.
pub(super) static TABLE: &[Rule] = &[
    rule("VMX001", Error, Document, lines::lost_quote),
    rule("VMX002", Error, Document, lines::text_after_value),
    rule("VMX003", Error, Document, lines::space_in_unquoted_value),
    rule("VMX004", Error, Document, lines::double_equals),
    rule("VMX005", Error, Document, lines::no_key),
    rule("VMX006", Warning, Document, lines::not_an_entry),
    rule("VMX007", Warning, Document, lines::template_line),
    rule("VMX008", Warning, Document, lines::looks_commented_out),
    rule("VMX009", Error, Document, lines::duplicate_key),
    rule("VMX010", Error, Document, lines::duplicate_key_in_other_case),
    rule("VMX011", Error, Document, lines::nul),
    rule("VMX012", Warning, Document, lines::mixed_endings),
    rule("VMX013", Warning, Document, lines::lone_cr),
    rule("VMX014", Note, Document, lines::no_final_newline),
    rule("VMX015", Warning, Document, lines::unknown_allowance),
    rule("VMX020", Warning, Document, encoding::byte_order_mark),
    rule("VMX021", Error, Document, encoding::misplaced_byte_order_mark),
    rule("VMX022", Warning, Document, encoding::invalid_bytes),
    rule("VMX023", Warning, Document, encoding::unknown_encoding),
    rule("VMX024", Warning, Document, encoding::undeclared_encoding),
    rule("VMX025", Note, Document, encoding::late_encoding),
    rule("VMX026", Error, Document, encoding::typographic_quotes),
    rule("VMX027", Warning, Document, encoding::single_quotes),
    rule("VMX028", Warning, Document, encoding::unquoted_value),
    rule("VMX029", Warning, Document, encoding::malformed_escape),
    rule("VMX030", Warning, Document, encoding::raw_control_character),
    rule("VMX031", Error, Document, encoding::invisible_in_key),
    rule("VMX040", Warning, Keys, values::not_a_boolean),
    rule("VMX041", Warning, Keys, values::not_a_number),
    rule("VMX042", Warning, Keys, values::out_of_range),
    rule("VMX043", Warning, Keys, values::unknown_choice),
    rule("VMX044", Warning, Keys, values::malformed_value),
    rule("VMX045", Warning, Keys, values::misspelled_key),
    rule("VMX046", Note, Document, values::one_shot),
    rule("VMX047", Warning, Keys, values::spaces_around_value),
    rule("VMX048", Note, Document, values::placeholder),
    rule("VMX060", Error, Catalog, limits::unknown_hardware_version),
    rule("VMX061", Warning, Document, limits::no_identity),
    rule("VMX062", Error, Document, limits::memory_not_multiple_of_4),
    rule("VMX063", Error, Document, limits::uneven_cores),
    rule("VMX064", Error, Catalog, limits::too_many_cpus),
    rule("VMX065", Error, Catalog, limits::too_much_memory),
    rule("VMX066", Error, Catalog, limits::too_many_cores),
    rule("VMX067", Error, Catalog, limits::too_many_devices),
    rule("VMX068", Warning, Catalog, limits::feature_too_new),
    rule("VMX069", Note, Catalog, limits::guest_too_new),
    rule("VMX070", Warning, Document, limits::config_version),
    rule("VMX071", Error, Catalog, devices::ignored_slot),
    rule("VMX072", Error, Catalog, limits::beyond_host),
    rule("VMX081", Error, Document, devices::same_disk),
    rule("VMX082", Warning, Document, devices::same_pci_slot),
    rule("VMX083", Error, Document, devices::absent_controller),
    rule("VMX084", Warning, Document, devices::disk_without_file),
    rule("VMX085", Error, Document, devices::optical_on_nvme),
    rule("VMX086", Note, Document, devices::volatile_disk),
    rule("VMX087", Warning, Document, devices::shared_folder_count),
    rule("VMX088", Note, Document, devices::no_pcie_slots),
    rule("VMX089", Warning, Document, devices::reflected_value),
    rule("VMX090", Error, Document, network::malformed_mac),
    rule("VMX091", Error, Document, network::reserved_mac),
    rule("VMX092", Warning, Document, network::mac_outside_range),
    rule("VMX093", Warning, Document, network::unused_address),
    rule("VMX094", Warning, Document, network::static_without_address),
    rule("VMX095", Warning, Document, network::same_mac),
    rule("VMX110", Error, Neighbors, files::missing_disk),
    rule("VMX111", Warning, Neighbors, files::missing_image),
    rule("VMX112", Note, Neighbors, files::missing_nvram),
    rule("VMX113", Error, Neighbors, files::broken_disk),
    rule("VMX114", Warning, Neighbors, files::missing_saved_state),
    rule("VMX115", Error, Neighbors, files::broken_snapshots),
    rule("VMX116", Note, Neighbors, files::stale_lock),
    rule("VMX117", Note, Neighbors, files::leftover),
    rule("VMX130", Warning, Document, security::clear_text_secret),
    rule("VMX131", Warning, Document, security::secret_in_guestinfo),
    rule("VMX132", Warning, Document, security::open_vnc),
    rule("VMX133", Note, Keys, security::weak_isolation),
    rule("VMX134", Note, Document, security::mitigations_off),
    rule("VMX135", Note, Document, security::network_filter),
    rule("VMX136", Warning, Document, security::vtpm_without_encryption),
    rule("VMX137", Note, Document, security::encrypted_configuration),
    rule("VMX140", Note, Document, hosts::logging_off),
    rule("VMX141", Note, Document, hosts::unencrypted_migration),
    rule("VMX142", Warning, Document, tools::restricted_backdoor),
    rule("VMX143", Note, Document, tools::large_guestinfo),
    rule("VMX150", Warning, Catalog, guests::unknown_guest),
    rule("VMX151", Error, Document, guests::esxi_without_network),
    rule("VMX152", Warning, Document, guests::esxi_without_storage),
    rule("VMX153", Note, Document, guests::esxi_without_nesting),
    rule("VMX154", Warning, Document, guests::long_serial),
    rule("VMX155", Warning, Document, guests::secure_boot_without_efi),
    rule("VMX156", Note, Document, guests::macos_without_smc),
    rule("VMX157", Note, Document, guest_devices::macos_e1000e),
    rule("VMX158", Warning, Document, firmware::macos_without_efi),
    rule("VMX159", Warning, Document, guest_devices::small_esxi),
    rule("VMX160", Warning, Document, firmware::vbs_without_requirements),
    rule("VMX161", Warning, Document, firmware::vbs_with_unsupported_feature),
    rule("VMX162", Warning, Catalog, firmware::secure_boot_without_signature),
    rule("VMX163", Note, Catalog, firmware::secure_boot_with_shared_folders),
    rule("VMX164", Note, Document, guest_devices::arm_without_efi),
    rule("VMX165", Warning, Document, guest_devices::arm_without_device),
    rule("VMX166", Note, Document, firmware::windows_11_requirements),
    rule("VMX167", Note, Document, hosts::hosted_hardware_version),
    rule("VMX170", Note, Catalog, presets::conflicting_presets),
    rule("VMX171", Warning, Document, connections::device_without_present),
    rule("VMX172", Error, Document, reservations::unreserved_memory),
    rule("VMX173", Warning, Document, reservations::memory_limit),
    rule("VMX174", Warning, Document, connections::custom_network_without_vnet),
    rule("VMX175", Note, Document, connections::unused_vnet),
    rule("VMX176", Warning, Document, connections::port_without_file),
    rule("VMX177", Warning, Document, connections::same_port_file),
    rule("VMX178", Warning, Document, sharing::locking_off),
    rule("VMX179", Warning, Document, sharing::shared_disk_with_tracking),
    rule("VMX180", Error, Neighbors, sharing::shared_disk_with_snapshot),
    rule("VMX181", Error, Neighbors, snapshots::disk_below_snapshot),
    rule("VMX182", Note, Neighbors, snapshots::unlisted_delta),
];

const fn rule(code: &'static str, severity: Severity, needs: Needs, check: Check) -> Rule {
    Rule { code, severity, needs, check }
}
