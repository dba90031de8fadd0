//! Applying, listing and showing built-in presets.

use crate::harness::Scratch;

fn vm_with_guest(id: &str, more: &str) -> Scratch {
    Scratch::with(format!("guestOS = \"{id}\"\n{more}"))
}

const APPLY: &[&str] = &["apply", "-p", "macos-serial", "vm.vmx"];

/// What the preset prints when it changes a file.
const ADVICE: &str = "vm.vmx: Sign in to Apple's services after the change, not before";

#[test]
fn macos_serial_applies_to_10_5_to_10_8() {
    for id in [
        "darwin",
        "darwin-64",
        "darwin10",
        "darwin10-64",
        "darwin11",
        "darwin11-64",
        "darwin12",
        "Darwin12-64",
    ] {
        let vm = vm_with_guest(id, "");
        vm.run(APPLY).reports(0, "+ SMBIOS.use12CharSerialNumber = \"TRUE\"\n", &[ADVICE]);
        let expected = format!("guestOS = \"{id}\"\nSMBIOS.use12CharSerialNumber = \"TRUE\"\n");
        assert_eq!(vm.read("vm.vmx"), expected.as_bytes());
        vm.run(APPLY).prints("");
        assert_eq!(vm.read("vm.vmx"), expected.as_bytes());
    }
}

#[test]
fn macos_serial_is_unneeded_since_10_9() {
    for id in ["darwin13-64", "darwin14-64", "darwin19-64", "darwin20-64", "darwin25-64"] {
        let vm = vm_with_guest(id, "serialNumber = \"x\"\n");
        vm.run(APPLY).reports(0, "", &["vm.vmx: macos-serial: nothing to do: OS X 10.9 and later have a 12-character serial number by default"]);
        vm.run(&["apply", "-p", "macos-serial", "--check", "vm.vmx"]).reports(0, "", &["nothing to do"]);
    }
}

/// Returns VMs to which the preset does not apply, and why.
fn vms_to_refuse() -> [(Scratch, &'static str); 5] {
    [
        (vm_with_guest("windows9-64", ""), "the guest is guestOS = \"windows9-64\""),
        (vm_with_guest("darwin9", ""), "the guest is guestOS = \"darwin9\""),
        (
            vm_with_guest("darwin12-64", "serialnumber = \"C02\"\n"),
            "serialnumber is set explicitly (\"C02\")",
        ),
        (
            vm_with_guest("darwin12-64", "serialNumber.reflectHost = \"true\"\n"),
            "serialNumber.reflectHost is \"true\"",
        ),
        (Scratch::with("memsize = \"4\"\n"), "guestOS is not set"),
    ]
}

#[test]
fn macos_serial_refuses_other_guests_and_an_explicit_serial() {
    for (vm, reason) in vms_to_refuse() {
        let before = vm.read("vm.vmx");
        vm.run(APPLY).refuses(
            4,
            &[
                "vm.vmx: preset macos-serial does not apply",
                reason,
                "hint: --ignore-conditions applies it anyway, --if-applicable skips the file",
            ],
        );
        assert_eq!(vm.read("vm.vmx"), before);
    }
}

#[test]
fn a_preset_that_does_not_apply_is_skipped_on_request() {
    for (vm, reason) in vms_to_refuse() {
        let before = vm.read("vm.vmx");
        vm.run(&["apply", "-p", "macos-serial", "--if-applicable", "vm.vmx"]).reports(
            0,
            "",
            &["skipped: macos-serial does not apply", reason],
        );
        assert_eq!(vm.read("vm.vmx"), before);
    }
}

#[test]
fn a_preset_that_does_not_apply_is_applied_on_request() {
    for (vm, reason) in vms_to_refuse() {
        vm.run(&["apply", "-p", "macos-serial", "--ignore-conditions", "vm.vmx"]).reports(
            0,
            "+ SMBIOS.use12CharSerialNumber = \"TRUE\"\n",
            &["--ignore-conditions: macos-serial applied although", reason],
        );
    }
}

#[test]
fn macos_serial_matches_the_key_case_insensitively() {
    let vm = vm_with_guest("darwin11-64", "smbios.Use12CharSerialNumber = \"FALSE\"\n");
    vm.run(APPLY).reports(0, "~ smbios.Use12CharSerialNumber = \"FALSE\" -> \"TRUE\"\n", &[ADVICE]);
    let vm = vm_with_guest("darwin11-64", "smbios.use12charserialnumber = true\n");
    vm.run(APPLY).prints("");
}

#[test]
fn an_applied_preset_is_not_refused_by_its_conditions() {
    let vm = vm_with_guest("windows9-64", "SMBIOS.use12CharSerialNumber = \"TRUE\"\n");
    vm.run(APPLY).prints("");
}

#[test]
fn set_overrides_a_preset() {
    let vm = vm_with_guest("darwin11-64", "");
    vm.run(&["apply", "-p", "macos-serial", "--set", "smbios.USE12charserialnumber=FALSE", "vm.vmx"])
        .reports(0, "+ smbios.USE12charserialnumber = \"FALSE\"\n", &[ADVICE]);
}

#[test]
fn a_pattern_of_set_overrides_a_preset() {
    let vm = vm_with_guest("darwin11-64", "");
    vm.run(&["apply", "-p", "macos-serial", "--set", "smbios.*=FALSE", "vm.vmx"]).reports(
        0,
        "+ SMBIOS.use12CharSerialNumber = \"FALSE\"\n",
        &[ADVICE],
    );
}

#[test]
fn presets_are_listed_with_their_titles() {
    let title = "Use a 12-character serial number for Mac OS X guests before 10.9";
    Scratch::new()
        .run(&["preset", "list", title])
        .prints(&format!("macOS guests:\n  macos-serial  {title}\n"));
}

#[test]
fn presets_are_listed_in_json_with_their_sources() {
    let listed = Scratch::new().run(&["preset", "list", "--json"]).printed(0);
    assert!(listed.lines().count() >= 40, "{listed}");
    let first = listed.lines().next().unwrap_or_default();
    let preset: serde_json::Value = serde_json::from_str(first).unwrap();
    for field in ["name", "title", "sets", "when", "source"] {
        assert!(!preset[field].is_null(), "{field}");
    }
}

#[test]
fn a_preset_is_shown_with_its_reason_its_sources_and_its_effect_on_a_vm() {
    let vm = vm_with_guest("darwin11-64", "");
    let shown = vm.run(&["preset", "show", "macos-serial", "vm.vmx"]).printed(0);
    for part in [
        "Does:\n  set SMBIOS.use12CharSerialNumber = \"TRUE\"",
        "When:",
        "iMessage",
        "Sources:",
        "vfuse",
        "To apply it:\n  vmxedit apply -p macos-serial vm.vmx\n",
        "Here:\n  would add",
    ] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
}

#[test]
fn the_command_that_applies_a_preset_has_its_parameters() {
    let vm = Scratch::with("virtualHW.version = \"19\"\n");
    let command = |args: &[&str]| {
        let shown = vm.run(&[&["preset", "show"], args].concat()).printed(0);
        shown.split("To apply it:\n  ").nth(1).and_then(|rest| rest.lines().next()).unwrap().to_owned()
    };
    assert_eq!(command(&["ignition"]), "vmxedit apply -p ignition --param config=VALUE FILE");
    assert_eq!(
        command(&["serial-file", "vm.vmx", "--param", "port=1", "--param", "path=a b"]),
        "vmxedit apply -p serial-file --param port=1 --param 'path=a b' vm.vmx"
    );
}

#[test]
fn an_unknown_preset_is_refused() {
    let vm = vm_with_guest("darwin11-64", "");
    vm.run(&["preset", "show", "nothing"])
        .refuses(2, &["no preset 'nothing'", "hint: `vmxedit preset list`"]);
    vm.run(&["apply", "-p", "nothing", "vm.vmx"]).refuses(2, &["no preset 'nothing'"]);
    vm.run(&["apply", "-p", "a,b", "vm.vmx"])
        .refuses(2, &["no preset 'a,b'\nhint: name one preset; apply takes several: -p a -p b\n"]);
}

#[test]
fn an_unknown_preset_is_refused_with_a_similar_one() {
    let vm = vm_with_guest("darwin11-64", "");
    vm.run(&["apply", "-p", "stig", "vm.vmx"]).refuses(2, &["no preset 'stig'", "did you mean stig-vm?"]);
}

#[test]
fn a_preset_that_is_applied_although_its_conditions_fail_keeps_its_notes() {
    let vm = Scratch::with("guestOS = \"other\"\n");
    let result = vm.run(&["apply", "-p", "macos-serial", "--ignore-conditions", "vm.vmx"]);
    assert_eq!(result.code, 0);
    result.says(&["Sign in to Apple's services after the change", "applied although"]);
}
