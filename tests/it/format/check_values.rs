//! What `check` says about values that are not yet, or not quite, what is meant, and that it says it once.

use std::fmt::Write as _;

use vmxedit::Document;
use vmxedit::check::{self, Severity};

const IDENTITY: &str = "config.version = \"8\"\nvirtualHW.version = \"19\"\nguestOS = \"ubuntu-64\"\n";

/// Returns the code, severity and line of each finding.
fn found(vmx: &str) -> Vec<(&'static str, Severity, Option<usize>)> {
    let findings = check::check(&Document::parse(vmx), None);
    let line = |finding: &check::Finding| finding.span.as_ref().map(|span| span.line);
    findings.iter().map(|finding| (finding.rule.code, finding.severity, line(finding))).collect()
}

fn fixed(vmx: &str) -> String {
    let document = Document::parse(vmx);
    let fixed = check::apply_fixes(&document, &check::check(&document, None));
    String::from_utf8(fixed).unwrap()
}

#[test]
fn a_file_with_placeholders_gets_one_note() {
    let vmx = "config.version = \"{{ version }}\"\nvirtualHW.version = \"<%= hardware %>\"\n\
               guestOS = \"__GUEST__\"\nmemsize = \"${MEMORY}\"\nnumvcpus = \"{% if many %}4{% endif %}\"\n\
               tools.syncTime = \"{{ sync }}\"\nethernet0.present = \"{{ net }}\"\n\
               ethernet0.address = \"{{ mac }}\"\nethernet0.addressType = \"static\"\n\
               firmware = \"{{ firmware }}\"\nuuid.bios = \"__UUID__\"\n\
               RemoteDisplay.vnc.password = \"{{ password }}\"\n";
    assert_eq!(found(vmx), [("VMX048", Severity::Note, Some(1))]);
    let findings = check::check(&Document::parse(vmx), None);
    assert_eq!(findings[0].message, "the value of 'config.version' is a placeholder, as are 10 more");
}

#[test]
fn a_line_with_other_quotes_gets_one_finding() {
    let vmx = format!(
        "{IDENTITY}ethernet0.present = 'TRUE'\nethernet0.connectionType = \u{2018}nat\u{2019}\nmemsize = '4096'\n\
         displayName = \u{201C}My VM\u{201D}\n"
    );
    let lines: Vec<_> = found(&vmx).into_iter().filter_map(|(_, _, line)| line).collect();
    assert_eq!(lines, [4, 5, 6, 7]);
    let quoted = "config.version = '8'\nvirtualHW.version = '20'\nguestOS = 'arm-ubuntu-64'\n";
    let single = |line| ("VMX027", Severity::Warning, Some(line));
    assert_eq!(found(quoted), [single(1), single(2), single(3)]);
}

#[test]
fn other_quotes_around_a_value_of_the_right_type_are_fixed() {
    let vmx = format!(
        "{IDENTITY}ethernet0.present = 'TRUE'\n ethernet0.connectionType= \u{2018}nat\u{2019} # note\nmemsize = '4096'\r\n\
         displayName = \u{201C}My VM\u{201D}\n"
    );
    let expected = format!(
        "{IDENTITY}ethernet0.present = \"TRUE\"\n ethernet0.connectionType= \"nat\" # note\nmemsize = \"4096\"\r\n\
         displayName = \"My VM\"\n"
    );
    assert_eq!(fixed(&vmx), expected);
    assert_eq!(found(&expected.replace('\r', "")), []);
}

#[test]
fn other_quotes_that_may_belong_to_the_value_stay() {
    let vmx = "memsize = '4 GB'\nethernet0.present = 'yes'\nmy.own.key = 'x'\ndisplayName = 'half\nannotation = \"'x'\"\n";
    assert_eq!(fixed(vmx), vmx);
}

#[test]
fn copies_that_vmware_reads_alike_are_fixed_to_the_first_as_it_is_spelled() {
    let vmx = format!(
        "{IDENTITY}msg.autoanswer = \"true\"\nmemsize = \"1024\"\nmsg.autoAnswer = \"TRUE\"\nmemSize = \"0x400\"\n"
    );
    assert_eq!(fixed(&vmx), format!("{IDENTITY}msg.autoanswer = \"true\"\nmemsize = \"1024\"\n"));
    let text = format!("{IDENTITY}displayName = \"true\"\ndisplayName = \"TRUE\"\n");
    assert_eq!(fixed(&text), text, "in a name every character counts");
}

#[test]
fn a_misspelled_key_is_reported_with_the_key_that_was_meant() {
    let vmx = format!(
        "{IDENTITY}firmware = \"efi\"\npciPassthru0.use64bitMMIO = \"TRUE\"\nscsil.virtualDev = \"pvscsi\"\n\
         ethernetO.present = \"TRUE\"\nmemory = \"4096\"\n"
    );
    let findings = check::check(&Document::parse(vmx), None);
    let help: Vec<_> = findings
        .iter()
        .filter(|finding| finding.rule.code == "VMX045")
        .map(|finding| finding.help.clone().unwrap())
        .collect();
    let rename = |key: &str| format!("rename it to {key} if that is the intended key");
    assert_eq!(
        help,
        [
            rename("pciPassthru.use64bitMMIO"),
            rename("scsi1.virtualDev"),
            rename("ethernet0.present"),
            rename("memsize")
        ]
    );
}

#[test]
fn keys_that_are_switched_off_or_differ_in_a_word_are_not_misspelled() {
    let mut vmx = IDENTITY.to_owned();
    for key in [
        "_serialNumber",
        "_board-id",
        "_efi.nvram.var.MLB",
        "usb.generic.allowCCID",
        "cpuid.8000000a.eax.amd",
        "cpuid.d.eax",
        "monitor.virtual_msr",
        "numa.vcpu.max",
        "bios.reflectHost",
        "usb_uhci:0.present",
    ] {
        writeln!(vmx, "{key} = \"TRUE\"").unwrap();
    }
    let codes: Vec<&str> = found(&vmx).into_iter().map(|(code, ..)| code).collect();
    assert!(!codes.contains(&"VMX045"), "{codes:?}");
}

#[test]
fn a_value_that_contradicts_the_hosts_does_not_claim_to_have_no_effect() {
    let findings =
        check::check(&Document::parse("board-id = \"Mac-1\"\nboard-id.reflectHost = \"TRUE\"\n"), None);
    let message =
        findings.iter().find(|finding| finding.rule.code == "VMX089").map(|finding| &*finding.message);
    assert_eq!(message, Some("'board-id' contradicts 'board-id.reflectHost', which is TRUE on line 2"));
}

#[test]
fn a_passed_through_device_is_not_a_weakness_and_an_optical_nvme_drive_has_one_finding() {
    assert!(found("pciPassthru0.present = \"TRUE\"\n").iter().all(|(code, ..)| *code != "VMX133"));
    let vmx = format!(
        "{IDENTITY}nvme0.present = \"TRUE\"\nnvme0:0.present = \"TRUE\"\nnvme0:0.deviceType = \"cdrom-image\"\n"
    );
    let on_type: Vec<_> = found(&vmx).into_iter().filter(|(_, _, line)| *line == Some(6)).collect();
    assert_eq!(on_type, [("VMX085", Severity::Error, Some(6))]);
}

#[test]
fn a_static_address_of_another_vendor_is_a_note_in_a_file_of_vsphere() {
    let card = "ethernet0.addressType = \"static\"\nethernet0.address = \"fa:16:3e:01:02:03\"\n";
    let severity = |vmx: String| {
        let of_rule = found(&vmx).into_iter().find(|(code, ..)| *code == "VMX092");
        of_rule.map(|(_, severity, _)| severity)
    };
    assert_eq!(severity(format!("{IDENTITY}{card}")), Some(Severity::Warning));
    for key in ["networkName", "opaqueNetwork.id", "dvs.switchId"] {
        let vmx = format!("{IDENTITY}{card}ethernet0.{key} = \"x\"\n");
        assert_eq!(severity(vmx), Some(Severity::Note), "{key}");
    }
}

#[test]
fn findings_beyond_a_thousand_of_one_rule_are_counted_and_still_fixed() {
    const COPIES: usize = 5000;
    let vmx = format!("{IDENTITY}{}", "a.b = \"1\"\n".repeat(COPIES));
    let findings = check::check(&Document::parse(vmx.as_bytes()), None);
    let of_rule: Vec<_> = findings.iter().filter(|finding| finding.rule.code == "VMX009").collect();
    assert_eq!(of_rule.len(), 1001);
    let counted = of_rule.iter().find(|finding| finding.span.is_none()).expect("one about the others");
    assert_eq!(counted.message, "3999 more findings of this rule are not shown");
    assert_eq!(counted.severity, Severity::Error);
    assert_eq!(fixed(&vmx), format!("{IDENTITY}a.b = \"1\"\n"));
}
