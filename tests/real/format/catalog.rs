//! Checks that the catalog knows the guests, keys, values and slots of real files.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use vmxedit::catalog::{self, SlotSupport};
use vmxedit::{Document, Entry};

use crate::parts::corpus::real_files;
use crate::suite::{Trial, first_tier, test_list};

/// Returns the tests of this module.
pub(crate) fn tests() -> Vec<Trial> {
    first_tier(test_list![
        values_of_known_keys_in_real_files_have_the_right_type,
        guests_and_hardware_versions_of_real_files_are_known,
        few_keys_of_real_files_are_unknown_and_suggestions_are_correct,
        real_files_use_only_supported_device_slots
    ])
}

/// Calls `inspect` with every entry of every real file that is not a template.
fn each_entry(mut inspect: impl FnMut(&Path, &Entry<'_>)) {
    for file in real_files() {
        if file.extension().is_none_or(|extension| extension != "erb") {
            let document = Document::parse(fs::read(&file).unwrap());
            document.entries().for_each(|entry| inspect(&file, &entry));
        }
    }
}

fn values_of_known_keys_in_real_files_have_the_right_type() {
    each_entry(|file, entry| {
        let (key, value) = (entry.key(), entry.value());
        if let Some(known) = catalog::key(&key) {
            assert!(known.name.eq_ignore_ascii_case(&key), "the key {key} should be spelled {}", known.name);
            assert!(
                known.value_type.accepts(&value),
                "{}: {key} = {value:?} is not {}",
                file.display(),
                known.value_type
            );
        }
    });
}

fn guests_and_hardware_versions_of_real_files_are_known() {
    each_entry(|file, entry| {
        let (key, value) = (entry.key().to_ascii_lowercase(), entry.value());
        match &*key {
            "guestos" => assert!(catalog::guest_os(&value).is_some(), "{}: {value}", file.display()),
            "virtualhw.version" => {
                let version = value.parse().unwrap();
                assert!(catalog::hardware(version).is_some(), "{}: {value}", file.display());
            }
            _ => {}
        }
    });
}

fn few_keys_of_real_files_are_unknown_and_suggestions_are_correct() {
    let (mut entries, mut unknown, mut hints) = (0, 0, BTreeSet::new());
    each_entry(|_, entry| {
        let key = entry.key();
        entries += 1;
        if catalog::key(&key).is_none() {
            unknown += 1;
            hints.extend(catalog::suggest_key(&key).map(|known| format!("{key} is corrected to {known}")));
        }
    });
    assert!(unknown * 100 <= entries, "{unknown} of {entries}");
    if entries > 0 {
        assert_eq!(Vec::from_iter(hints), ["boardID.reflectHost is corrected to board-id.reflectHost"]);
    }
}

fn real_files_use_only_supported_device_slots() {
    each_entry(|file, entry| {
        let support = catalog::slot(&entry.key()).map_or(SlotSupport::Supported, |slot| slot.support);
        assert!(
            matches!(support, SlotSupport::Supported | SlotSupport::PvscsiOnly),
            "{}: {}",
            file.display(),
            entry.key()
        );
    });
}
