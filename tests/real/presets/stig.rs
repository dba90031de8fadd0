//! Compares `stig-vm` with its benchmark, the vSphere 8 virtual machine STIG, version 2, rule by rule. The keys and values
//! of the vSphere 9 STIG are the same.

use std::collections::BTreeMap;

use vmxedit::preset::{Library, Verb};
use vmxedit::{Document, Key, edit};

use crate::harness::repository_path;
use crate::suite::{Trial, first_tier, test_list};

/// Returns the tests of this module.
pub(crate) fn tests() -> Vec<Trial> {
    first_tier(test_list![
        steps_match_the_benchmark,
        preset_file_names_the_rule_of_every_step,
        a_vm_that_violates_every_rule_is_remediated,
        the_stronger_of_two_accepted_values_is_kept,
        a_vm_without_the_settings_gets_only_the_required_ones
    ])
}

/// The rules: id, required change, key and value.
///
/// Source: vmware/dod-compliance-and-automation, `VMware_vSphere_8.0_STIG_VM_Remediation.ps1`
/// (`vmAdvSettingsMayExist`, `MustExist`, `Remove`; lines 85 to 87 and 314 to 380).
const RULES: [(&str, Verb, &str, &str); 17] = [
    ("VMCH-80-000189", Verb::SetIfPresent, "isolation.tools.copy.disable", "TRUE"),
    ("VMCH-80-000191", Verb::SetIfPresent, "isolation.tools.dnd.disable", "TRUE"),
    ("VMCH-80-000192", Verb::SetIfPresent, "isolation.tools.paste.disable", "TRUE"),
    ("VMCH-80-000193", Verb::SetIfPresent, "isolation.tools.diskShrink.disable", "TRUE"),
    ("VMCH-80-000194", Verb::SetIfPresent, "isolation.tools.diskWiper.disable", "TRUE"),
    ("VMCH-80-000195", Verb::Set, "RemoteDisplay.maxConnections", "1"),
    ("VMCH-80-000196", Verb::SetIfPresent, "tools.setinfo.sizeLimit", "1048576"),
    ("VMCH-80-000197", Verb::SetIfPresent, "isolation.device.connectable.disable", "TRUE"),
    ("VMCH-80-000198", Verb::SetIfPresent, "tools.guestlib.enableHostInfo", "FALSE"),
    ("VMCH-80-000199", Verb::EnsureAbsent, "sched.mem.pshare.salt", ""),
    ("VMCH-80-000201", Verb::SetIfPresent, "tools.guest.desktop.autolock", "TRUE"),
    ("VMCH-80-000202", Verb::Set, "mks.enable3d", "FALSE"),
    ("VMCH-80-000203", Verb::SetIfPresent, "migrate.encryptionMode", "opportunistic"),
    ("VMCH-80-000204", Verb::SetIfPresent, "ftcpt.ftEncryptionMode", "ftEncryptionOpportunistic"),
    ("VMCH-80-000205", Verb::SetIfPresent, "log.rotateSize", "2048000"),
    ("VMCH-80-000206", Verb::SetIfPresent, "log.keepOld", "10"),
    ("VMCH-80-000207", Verb::SetIfPresent, "logging", "TRUE"),
];

fn remediated(text: &str) -> Document {
    let preset = Library::default().find("stig-vm").unwrap();
    let resolved = preset.resolve(&BTreeMap::new()).expect("the preset should have no parameters");
    let document = Document::parse(text);
    edit::apply(&document, &resolved.edits(&document).expect("the edits should be computed")).unwrap().0
}

fn value(document: &Document, key: &str) -> Option<String> {
    let key = Key::parse(key).unwrap();
    document.get(&key).expect("the key should not be a duplicate").map(|entry| entry.value().into_owned())
}

fn steps_match_the_benchmark() {
    let preset = Library::default().find("stig-vm").unwrap();
    let mut steps: Vec<(String, String, String)> = preset
        .steps
        .iter()
        .map(|step| (step.key.to_string(), format!("{:?}", step.verb), step.value.to_string()))
        .collect();
    let mut rules: Vec<(String, String, String)> = RULES
        .iter()
        .map(|(_, verb, key, value)| ((*key).to_owned(), format!("{verb:?}"), (*value).to_owned()))
        .collect();
    steps.sort();
    rules.sort();
    assert_eq!(steps, rules);
}

fn preset_file_names_the_rule_of_every_step() {
    let path = repository_path("src/preset/builtin/stig-vm.toml");
    let text = std::fs::read_to_string(path).unwrap();
    for (rule, _, key, _) in RULES {
        let after = text.split_once(&format!("# {rule}\n[[steps]]\n")).map(|(_, after)| after);
        let step = after.and_then(|after| after.lines().next()).unwrap_or_default();
        assert!(step.ends_with(&format!("= \"{key}\"")), "{rule}: {step}");
    }
}

fn a_vm_that_violates_every_rule_is_remediated() {
    let broken: String = RULES
        .iter()
        .map(|(_, _, key, value)| {
            let wrong = match *value {
                "TRUE" => "FALSE",
                "FALSE" => "TRUE",
                _ => "3",
            };
            format!("{} = \"{wrong}\"\n", key.to_ascii_uppercase())
        })
        .collect();
    let after = remediated(&broken);
    for (rule, verb, key, expected) in RULES {
        let expected = (verb != Verb::EnsureAbsent).then(|| expected.to_owned());
        assert_eq!(value(&after, key), expected, "{rule}");
    }
    assert_eq!(
        after.entries().count(),
        16,
        "existing entries should be changed in place, regardless of case"
    );
}

fn the_stronger_of_two_accepted_values_is_kept() {
    let text = "migrate.encryptionMode = \"required\"\nftcpt.ftEncryptionMode = \"ftEncryptionRequired\"\n";
    let after = remediated(text);
    assert_eq!(value(&after, "migrate.encryptionMode").as_deref(), Some("required"));
    assert_eq!(value(&after, "ftcpt.ftEncryptionMode").as_deref(), Some("ftEncryptionRequired"));
}

fn a_vm_without_the_settings_gets_only_the_required_ones() {
    let after = remediated("guestOS = \"other-64\"\n");
    let keys: Vec<String> = after.entries().map(|entry| entry.key().into_owned()).collect();
    assert_eq!(keys, ["guestOS", "RemoteDisplay.maxConnections", "mks.enable3d"]);
    for (rule, verb, key, expected) in RULES {
        let expected = (verb == Verb::Set).then(|| expected.to_owned());
        assert_eq!(value(&after, key), expected, "{rule}");
    }
}
