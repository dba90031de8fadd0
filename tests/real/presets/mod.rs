//! Built-in presets: consistency of the whole set, what each preset changes, and what it must not change.

mod cases;
mod real_files;
mod schema;
mod stig;
mod table;

use std::collections::BTreeSet;
use std::fs;

use vmxedit::preset::{self, Library, Preset};

use self::cases::cases;
use crate::harness::{Scratch, repository_path};
use crate::suite::{Trial, first_tier, test_list};

/// Returns the tests of this folder.
pub(crate) fn tests() -> Vec<Trial> {
    [own_tests(), cases::tests(), real_files::tests(), schema::tests(), stig::tests(), table::tests()]
        .into_iter()
        .flatten()
        .collect()
}

/// Returns the tests of this file.
fn own_tests() -> Vec<Trial> {
    first_tier(test_list![
        every_preset_file_is_built_in_and_has_test_cases,
        every_preset_file_is_valid_by_itself,
        every_preset_names_sources_or_unverified_claims,
        titles_are_unique_and_fit_on_one_line,
        conflicts_name_existing_presets_and_are_mutual,
        conflicting_presets_cannot_be_combined,
        a_preset_that_changes_or_removes_entries_says_why_it_is_irreversible
    ])
}

/// Returns every built-in preset, sorted by name.
fn builtin() -> Vec<Preset> {
    Library::default()
        .all()
        .into_iter()
        .map(|preset| preset.expect("a built-in preset should be valid"))
        .collect()
}

fn every_preset_file_is_built_in_and_has_test_cases() {
    let folder = repository_path("src/preset/builtin");
    let mut files: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().file_name().to_string_lossy().into_owned())
        .filter_map(|name| name.strip_suffix(".toml").map(str::to_owned))
        .collect();
    files.sort();
    let built_in: Vec<String> = builtin().into_iter().map(|preset| preset.name).collect();
    assert_eq!(built_in, files);
    assert!(built_in.len() >= 40, "{}", built_in.len());
    assert_eq!(cases().into_iter().map(|case| case.name).collect::<Vec<_>>(), built_in);
}

fn every_preset_file_is_valid_by_itself() {
    let scratch = Scratch::new();
    for preset in builtin() {
        let path = repository_path(format!("src/preset/builtin/{}.toml", preset.name));
        scratch.run(&["preset", "check", "-q", path.to_str().unwrap()]).printed(0);
    }
}

fn every_preset_names_sources_or_unverified_claims() {
    for preset in builtin() {
        let name = &preset.name;
        assert!(!preset.sources.is_empty() || !preset.unverified.is_empty(), "{name}");
        assert!(!preset.reason.is_empty(), "{name}");
        for source in &preset.sources {
            let is_public = ["/", ".com", " KB ", "VMware "].iter().any(|mark| source.contains(mark));
            assert!(is_public, "{name}: the source \"{source}\" is not public");
        }
    }
}

fn titles_are_unique_and_fit_on_one_line() {
    let mut seen = BTreeSet::new();
    for preset in builtin() {
        let title = &preset.title;
        assert!(title.chars().count() <= 80 && !title.ends_with('.'), "{title}");
        assert!(seen.insert(title.clone()), "two presets have the title \"{title}\"");
    }
}

fn conflicts_name_existing_presets_and_are_mutual() {
    let presets = builtin();
    for preset in &presets {
        for other in &preset.conflicts {
            let other = presets.iter().find(|known| known.name == *other);
            let other = other.unwrap_or_else(|| panic!("{}: no such preset", preset.name));
            assert!(other.conflicts.contains(&preset.name), "{} does not name {}", other.name, preset.name);
        }
    }
}

fn conflicting_presets_cannot_be_combined() {
    let resolved = |name: &str| cases().into_iter().find(|case| case.name == name).unwrap().resolved();
    let pairs = [
        ("stig-vm", "clipboard-on"),
        ("clipboard-off", "clipboard-on"),
        ("stig-vm", "pci-passthrough-mmio"),
        ("stig-vm", "vnc-console"),
        ("stig-vm", "shared-folder"),
        ("macos-amd-cpuid", "nested-hv"),
        ("macos-amd-cpuid", "windows-vbs"),
        ("macos-identity", "macos-identity-from-host"),
        ("hot-add", "latency-sensitive"),
        ("hot-add", "nested-esxi"),
    ];
    let listed: Vec<(String, String)> = builtin()
        .into_iter()
        .flat_map(|preset| preset.conflicts.into_iter().map(move |other| (preset.name.clone(), other)))
        .collect();
    let listed = listed.iter().map(|(one, other)| (one.as_str(), other.as_str()));
    for (one, other) in pairs.into_iter().chain(listed) {
        assert!(preset::ensure_compatible(&[resolved(one), resolved(other)]).is_err(), "{one} and {other}");
        assert!(preset::ensure_compatible(&[resolved(other), resolved(one)]).is_err(), "{other} and {one}");
    }
    let together =
        ["uefi-secure-boot", "nested-hv", "log-rotation", "timesync-off", "k8s-disk-uuid", "stig-vm"];
    assert!(preset::ensure_compatible(&together.map(resolved)).is_ok());
}

fn a_preset_that_changes_or_removes_entries_says_why_it_is_irreversible() {
    for preset in builtin() {
        assert!(preset.is_reversible() || preset.irreversible.is_some(), "{}", preset.name);
    }
}
