//! The rules of `check`: for each rule, a file with the defect and its position, and a file without the defect.

use std::collections::HashSet;

use vmxedit::Document;
use vmxedit::check::{self, Finding, Needs};

use super::{check_combinations, check_folders, check_hosts, check_snapshots};

/// The code of a rule, a file with the defect, its line and column, and a file without the defect.
pub(super) type Case = (&'static str, &'static str, Option<(usize, usize)>, &'static str);

/// Cases for the rules that read only the `.vmx` file.
const CASES: &[Case] = &[
    ("VMX001", "a = \"1\"\nb = \"x\n", Some((2, 5)), "b = \"x\"\n# c = \"x\n"),
    ("VMX002", "a = \"1\" 2\n", Some((1, 9)), "a = \"1\" # 2\n"),
    ("VMX002", "a = \"x\"y\"\n", Some((1, 8)), "a = \"x|22y\"\n"),
    ("VMX003", "\ta = b c\n", Some((1, 6)), "a = b # c\n"),
    ("VMX004", "a == \"b\"\n", Some((1, 3)), "a = \"=b\"\na ==b\n"),
    ("VMX005", "a b = \"c\"\n", Some((1, 1)), "a.b = \"c\"\n"),
    ("VMX005", "\n  = \"c\"\n", Some((2, 3)), "// a b = \"c\"\n"),
    ("VMX006", "a = \"1\"\nTHIS IS NEW.\n", Some((2, 1)), "a = \"1\"\n# THIS IS NEW.\n  \n// nor this\n"),
    ("VMX007", "{% if x = 1 %}\n", Some((1, 1)), "a = \"{% x %}\"\n"),
    ("VMX007", "<% if x %>b = \"c\"\n", Some((1, 1)), "#<% if x %>\n"),
    ("VMX008", "//a = \"1\"\n", Some((1, 1)), "// a = \"1\"\n# b = \"1\"\n"),
    ("VMX008", " ;a = \"1\"\n", Some((1, 2)), "a = \";1\"\n"),
    ("VMX009", "a = \"1\"\nb = \"1\"\na = \"2\"\n", Some((3, 1)), "a = \"1\"\nb = \"1\"\n"),
    ("VMX010", "msg.autoAnswer = \"1\"\nmsg.autoanswer = \"1\"\n", Some((2, 1)), "msg.autoAnswer = \"1\"\n"),
    ("VMX011", "a = \"1\"\0junk\n", Some((1, 8)), "a = \"1\"\n"),
    ("VMX011", "a = \"x|00y\"\n", Some((1, 6)), "a = \"x|01y\"\n"),
    ("VMX012", "a = \"1\"\r\nb = \"1\"\r\nc = \"1\"\n", Some((3, 8)), "a = \"1\"\r\nb = \"1\"\r\n"),
    ("VMX013", "a = \"1\"\rb = \"1\"\n", Some((1, 8)), "a = \"1|0D\"\r\n"),
    ("VMX014", "a = \"1\"\nb = \"1\"", Some((2, 8)), "a = \"1\"\n"),
    (
        "VMX015",
        "# vmxedit: allow VMX001, VMX999\n",
        Some((1, 26)),
        "# vmxedit: allow VMX001 since I say so\n",
    ),
    ("VMX015", "#vmxedit: allow nothing\n", Some((1, 16)), "# vmxedit allows much\n"),
    ("VMX020", "\u{FEFF}a = \"1\"\n", Some((1, 1)), "a = \"\u{FEFF}\"\n"),
    ("VMX021", "a = \"1\"\n\u{FEFF}b = \"1\"\n", Some((2, 1)), "\u{FEFF}a = \"1\"\n"),
    ("VMX023", ".encoding = \"UTF-99\"\n", Some((1, 14)), ".encoding = \"windows-1252\"\n"),
    ("VMX024", "a = \"1\"\nb = \"\u{E9}\"\n", Some((2, 6)), ".encoding = \"UTF-8\"\nb = \"\u{E9}\"\n"),
    (
        "VMX025",
        "a = \"1\"\n.encoding = \"UTF-8\"\n",
        Some((2, 1)),
        "#!/usr/bin/vmware\n.encoding = \"UTF-8\"\n",
    ),
    ("VMX026", "a = \u{201C}TRUE\u{201D}\n", Some((1, 5)), "a = \"\u{201C}TRUE\u{201D}\"\n"),
    ("VMX027", "a = 'TRUE'\n", Some((1, 5)), "a = \"'TRUE'\"\n"),
    ("VMX028", "a = TRUE\n", Some((1, 5)), "a = \"TRUE\"\nb =\n"),
    ("VMX029", "a = \"x|7Cy||22\"\n", Some((1, 11)), "a = \"x|7Cy|22\"\n"),
    ("VMX030", "a = \"x\u{1B}[31m\"\n", Some((1, 7)), "a = \"x|1B[31m\ty\"\n"),
    ("VMX031", "a\u{A0}= \"1\"\n", Some((1, 2)), "a = \"\u{A0}1\"\n"),
    ("VMX040", "tools.syncTime = \"yes\"\n", Some((1, 19)), "tools.syncTime = \"true\"\nmy.own = \"yes\"\n"),
    ("VMX041", "memsize = \"4 GB\"\n", Some((1, 12)), "memsize = \"4096\"\n"),
    ("VMX042", "config.version = \"99\"\n", Some((1, 19)), "config.version = \"8\"\n"),
    ("VMX043", "ethernet0.virtualDev = \"e1000x\"\n", Some((1, 25)), "ethernet0.virtualDev = \"E1000E\"\n"),
    (
        "VMX044",
        "uuid.bios = \"56 4d\"\n",
        Some((1, 14)),
        "uuid.bios = \"56 4d 9b ef ac d9 b4 e0-c8 f0 ae a8 b9 1c 2d 3e\"\n",
    ),
    ("VMX045", "vhu.enable = \"TRUE\"\n", Some((1, 1)), "vhv.enable = \"TRUE\"\nmy.own.key = \"1\"\n"),
    ("VMX045", "numvcpu = \"2\"\nnumvcpus = \"2\"\n", Some((1, 1)), "numvcpus = \"2\"\n"),
    ("VMX046", "bios.forceSetupOnce = \"TRUE\"\n", Some((1, 24)), "bios.forceSetupOnce = \"FALSE\"\n"),
    ("VMX047", "memsize = \" 512 \"\n", Some((1, 12)), "memsize = \"512\"\nannotation = \" x \"\n"),
    ("VMX047", "guestOS = \"rhel9-64 \"\n", Some((1, 12)), "guestOS = \"rhel9-64\"\n"),
    (
        "VMX047",
        "ethernet0.connectionType = \" nat\"\n",
        Some((1, 29)),
        "ethernet0.connectionType = \"nat\"\n",
    ),
    (
        "VMX048",
        "a = \"{{ x }}\"\nmemsize = \"__MEM__\"\n",
        Some((1, 6)),
        "annotation = \"{{ x }}\"\nguestinfo.userdata = \"${x}\"\na = \"{x}\"\n",
    ),
    ("VMX060", "virtualHW.version = \"5\"\n", Some((1, 22)), "virtualHW.version = \"19\"\n"),
    ("VMX061", "virtualHW.version = \"19\"\nguestOS = \"other\"\n", None, IDENTITY),
    ("VMX062", "memsize = \"255\"\n", Some((1, 12)), "memsize = \"256\"\n"),
    (
        "VMX063",
        "numvcpus = \"6\"\ncpuid.coresPerSocket = \"4\"\n",
        Some((2, 25)),
        "numvcpus = \"8\"\ncpuid.coresPerSocket = \"4\"\n",
    ),
    (
        "VMX064",
        "virtualHW.version = \"7\"\nnumvcpus = \"16\"\n",
        Some((2, 13)),
        "virtualHW.version = \"8\"\nnumvcpus = \"16\"\n",
    ),
    (
        "VMX065",
        "virtualHW.version = \"4\"\nmemsize = \"131072\"\n",
        Some((2, 12)),
        "virtualHW.version = \"8\"\nmemsize = \"131072\"\n",
    ),
    (
        "VMX066",
        "virtualHW.version = \"19\"\ncpuid.coresPerSocket = \"128\"\nnumvcpus = \"128\"\n",
        Some((2, 25)),
        "virtualHW.version = \"20\"\ncpuid.coresPerSocket = \"128\"\nnumvcpus = \"128\"\n",
    ),
    (
        "VMX067",
        "virtualHW.version = \"4\"\nethernet0.present = \"TRUE\"\nethernet1.present = \"TRUE\"\nethernet2.present = \"TRUE\"\n\
         ethernet3.present = \"TRUE\"\nethernet4.present = \"TRUE\"\n",
        Some((6, 1)),
        "virtualHW.version = \"4\"\nethernet0.present = \"TRUE\"\nethernet4.present = \"TRUE\"\n",
    ),
    (
        "VMX068",
        "virtualHW.version = \"8\"\nvhv.enable = \"TRUE\"\n",
        Some((2, 15)),
        "virtualHW.version = \"9\"\nvhv.enable = \"TRUE\"\n",
    ),
    (
        "VMX069",
        "virtualHW.version = \"11\"\nguestOS = \"darwin16-64\"\n",
        Some((2, 12)),
        "virtualHW.version = \"12\"\nguestOS = \"darwin16-64\"\n",
    ),
    ("VMX070", "config.version = \"6\"\n", Some((1, 19)), "config.version = \"8\"\n"),
    ("VMX071", "sata0:30.present = \"TRUE\"\n", Some((1, 1)), "sata0:29.present = \"TRUE\"\n"),
    (
        "VMX071",
        "scsi0:7.present = \"TRUE\"\n",
        Some((1, 1)),
        "scsi0:7.present = \"FALSE\"\nscsi0:15.present = \"TRUE\"\n",
    ),
    (
        "VMX071",
        "virtualHW.version = \"13\"\nscsi0.virtualDev = \"pvscsi\"\nscsi0:20.present = \"TRUE\"\n",
        Some((3, 1)),
        "virtualHW.version = \"14\"\nscsi0.virtualDev = \"pvscsi\"\nscsi0:20.present = \"TRUE\"\n",
    ),
    (
        "VMX081",
        "scsi0:0.present = \"TRUE\"\nscsi0:0.fileName = \"a.vmdk\"\nscsi0:1.present = \"TRUE\"\nscsi0:1.fileName = \"a.vmdk\"\n",
        Some((4, 21)),
        "scsi0:0.present = \"TRUE\"\nscsi0:0.fileName = \"a.vmdk\"\nscsi0:1.present = \"FALSE\"\nscsi0:1.fileName = \"a.vmdk\"\n",
    ),
    (
        "VMX081",
        "scsi0:0.present = \"TRUE\"\nscsi0:0.fileName = \"a.vmdk\"\nscsi0:1.present = \"TRUE\"\nscsi0:1.fileName = \"./a.vmdk\"\n",
        Some((4, 21)),
        "scsi0:0.present = \"TRUE\"\nscsi0:0.fileName = \"a.vmdk\"\nscsi0:1.present = \"TRUE\"\nscsi0:1.fileName = \"/a.vmdk\"\n",
    ),
    (
        "VMX082",
        "ethernet0.present = \"TRUE\"\nethernet0.pciSlotNumber = \"33\"\nsound.present = \"TRUE\"\nsound.pciSlotNumber = \"33\"\n",
        Some((4, 24)),
        "ethernet0.present = \"TRUE\"\nethernet0.pciSlotNumber = \"33\"\nsound.present = \"TRUE\"\nsound.pciSlotNumber = \"34\"\n",
    ),
    (
        "VMX083",
        "sata0.present = \"FALSE\"\nsata0:0.present = \"TRUE\"\n",
        Some((2, 1)),
        "sata0.present = \"TRUE\"\nsata0:0.present = \"TRUE\"\n",
    ),
    ("VMX083", "scsi0:0.present = \"TRUE\"\n", Some((1, 1)), "ide0:0.present = \"TRUE\"\n"),
    (
        "VMX084",
        "ide0:0.present = \"TRUE\"\n",
        Some((1, 1)),
        "ide0:0.present = \"TRUE\"\nide0:0.deviceType = \"cdrom-raw\"\n",
    ),
    (
        "VMX085",
        "nvme0:0.present = \"TRUE\"\nnvme0:0.deviceType = \"cdrom-image\"\n",
        Some((2, 23)),
        "sata0:0.present = \"TRUE\"\nsata0:0.deviceType = \"cdrom-image\"\n",
    ),
    (
        "VMX086",
        "scsi0:0.present = \"TRUE\"\nscsi0:0.mode = \"independent-nonpersistent\"\n",
        Some((2, 17)),
        "scsi0:0.present = \"TRUE\"\nscsi0:0.mode = \"independent-persistent\"\n",
    ),
    (
        "VMX087",
        "sharedFolder.maxNum = \"2\"\nsharedFolder0.present = \"TRUE\"\n",
        Some((1, 24)),
        "sharedFolder.maxNum = \"1\"\nsharedFolder0.present = \"TRUE\"\n",
    ),
    (
        "VMX088",
        "virtualHW.version = \"12\"\npciBridge0.present = \"TRUE\"\nethernet0.present = \"TRUE\"\nethernet0.virtualDev = \"vmxnet3\"\n",
        Some((4, 1)),
        "virtualHW.version = \"12\"\npciBridge0.present = \"TRUE\"\npciBridge0.virtualDev = \"pcieRootPort\"\nethernet0.present = \"TRUE\"\nethernet0.virtualDev = \"vmxnet3\"\n",
    ),
    (
        "VMX088",
        "virtualHW.version = \"14\"\nnvme0.present = \"TRUE\"\n",
        Some((2, 1)),
        "virtualHW.version = \"14\"\nnvme0.present = \"TRUE\"\npciBridge4.present = \"TRUE\"\n",
    ),
    (
        "VMX089",
        "serialNumber = \"C02\"\nserialNumber.reflectHost = \"TRUE\"\n",
        Some((1, 1)),
        "serialNumber = \"C02\"\nserialNumber.reflectHost = \"FALSE\"\n",
    ),
    (
        "VMX090",
        "ethernet0.address = \"00:50:56:1\"\n",
        Some((1, 22)),
        "ethernet0.address = \"00:50:56:00:00:01\"\n",
    ),
    (
        "VMX090",
        "ethernet0.address = \"00:50:56:+1:00:01\"\n",
        Some((1, 22)),
        "ethernet0.address = \"00-50-56-1-0-1\"\n",
    ),
    ("VMX090", "ethernet0.address = \"01:50:56:00:00:01\"\n", Some((1, 22)), "ethernet0.address = \"\"\n"),
    (
        "VMX091",
        "ethernet0.addressType = \"static\"\nethernet0.address = \"00:0c:29:00:00:01\"\n",
        Some((2, 22)),
        "ethernet0.addressType = \"static\"\nethernet0.address = \"00:50:56:3F:FF:FF\"\n",
    ),
    (
        "VMX092",
        "ethernet0.addressType = \"static\"\nethernet0.address = \"02:00:00:00:00:01\"\n",
        Some((2, 22)),
        "ethernet0.addressType = \"static\"\nethernet0.address = \"02:00:00:00:00:01\"\nethernet0.checkMACAddress = \"false\"\n",
    ),
    (
        "VMX093",
        "ethernet0.address = \"00:50:56:00:00:01\"\n",
        Some((1, 1)),
        "ethernet0.address = \"00:50:56:00:00:01\"\nethernet0.addressType = \"Static\"\n",
    ),
    (
        "VMX094",
        "ethernet0.addressType = \"static\"\n",
        Some((1, 26)),
        "ethernet0.addressType = \"generated\"\n",
    ),
    (
        "VMX095",
        "ethernet0.generatedAddress = \"00:0c:29:00:00:01\"\nethernet1.generatedAddress = \"00:0C:29:00:00:01\"\n",
        Some((2, 31)),
        "ethernet0.generatedAddress = \"00:0c:29:00:00:01\"\nethernet1.generatedAddress = \"00:0C:29:00:00:0B\"\n",
    ),
    ("VMX130", "RemoteDisplay.vnc.password = \"x\"\n", Some((1, 1)), "RemoteDisplay.vnc.password = \"\"\n"),
    (
        "VMX131",
        "guestinfo.userdata = \"chpasswd:|0A  list: |7C|0A    root:secret|0A\"\n",
        Some((1, 1)),
        "guestinfo.userdata = \"chpasswd:|0A  list: |7C|0A    root:$6$x|0A    admin:RANDOM|0Awrite:|0A  list: x:y|0A\"\n",
    ),
    (
        "VMX131",
        "guestinfo.userdata = \"chpasswd:|0A  expire: false|0A  list:|0A  - root:secret|0A\"\n",
        Some((1, 1)),
        "guestinfo.userdata = \"password: {{ password }}|0A\"\n",
    ),
    (
        "VMX131",
        // password: hunter2
        "guestinfo.userdata = \"cGFzc3dvcmQ6IGh1bnRlcjIK\"\nguestinfo.userdata.encoding = \"base64\"\n",
        Some((1, 1)),
        // hostname: x
        "guestinfo.userdata = \"aG9zdG5hbWU6IHgK\"\nguestinfo.userdata.encoding = \"base64\"\n",
    ),
    (
        "VMX132",
        "RemoteDisplay.vnc.enabled = \"TRUE\"\n",
        Some((1, 1)),
        "RemoteDisplay.vnc.enabled = \"TRUE\"\nRemoteDisplay.vnc.ip = \"127.0.0.1\"\n",
    ),
    (
        "VMX133",
        "isolation.tools.copy.disable = \"FALSE\"\n",
        Some((1, 33)),
        "isolation.tools.copy.disable = \"TRUE\"\n",
    ),
    ("VMX134", "ulm.disableMitigations = \"TRUE\"\n", Some((1, 27)), "ulm.disableMitigations = \"FALSE\"\n"),
    (
        "VMX135",
        "ethernet0.filter4.name = \"dvfilter-x\"\n",
        Some((1, 27)),
        "ethernet0.filter4.onFailure = \"failOpen\"\n",
    ),
    (
        "VMX136",
        "vtpm.present = \"TRUE\"\n",
        Some((1, 1)),
        "vtpm.present = \"TRUE\"\nencryption.keySafe = \"x\"\n",
    ),
    ("VMX137", "encryption.data = \"x\"\n", Some((1, 1)), "guestOS = \"other\"\n"),
    (
        "VMX170",
        "RemoteDisplay.maxConnections = \"1\"\nmks.enable3d = \"FALSE\"\nRemoteDisplay.vnc.enabled = \"TRUE\"\n\
         RemoteDisplay.vnc.port = \"5901\"\nRemoteDisplay.vnc.ip = \"10.0.0.1\"\n",
        None,
        "RemoteDisplay.maxConnections = \"2\"\nmks.enable3d = \"FALSE\"\nRemoteDisplay.vnc.enabled = \"TRUE\"\n\
         RemoteDisplay.vnc.port = \"5901\"\nRemoteDisplay.vnc.ip = \"10.0.0.1\"\n",
    ),
    ("VMX150", "guestOS = \"windows9_64Guest\"\n", Some((1, 12)), "guestOS = \"Windows9-64\"\n"),
    (
        "VMX151",
        "guestOS = \"vmkernel9\"\nethernet0.present = \"TRUE\"\nethernet0.virtualDev = \"e1000\"\n",
        Some((3, 25)),
        "guestOS = \"vmkernel65\"\nethernet0.present = \"TRUE\"\nethernet0.virtualDev = \"e1000\"\n",
    ),
    (
        "VMX152",
        "guestOS = \"vmkernel8\"\nscsi0.present = \"TRUE\"\nscsi0.virtualDev = \"lsilogic\"\n",
        Some((3, 21)),
        "guestOS = \"vmkernel65\"\nscsi0.present = \"TRUE\"\nscsi0.virtualDev = \"lsilogic\"\n",
    ),
    (
        "VMX151",
        "guestOS = \"vmkernel7\"\nethernet0.present = \"TRUE\"\nethernet0.virtualDev = \"e1000\"\n",
        Some((3, 25)),
        "guestOS = \"vmkernel65\"\nguestOS2 = \"vmkernel7\"\nethernet0.present = \"TRUE\"\nethernet0.virtualDev = \"e1000e\"\n",
    ),
    (
        "VMX152",
        "guestOS = \"vmkernel8\"\nscsi0.present = \"TRUE\"\nscsi0.virtualDev = \"lsilogic\"\n",
        Some((3, 21)),
        "guestOS = \"vmkernel8\"\nscsi0.present = \"TRUE\"\nscsi0.virtualDev = \"pvscsi\"\n",
    ),
    (
        "VMX153",
        "guestOS = \"vmkernel7\"\n",
        Some((1, 12)),
        "guestOS = \"vmkernel7\"\nvhv.enable = \"TRUE\"\n",
    ),
    (
        "VMX154",
        "guestOS = \"darwin10-64\"\n",
        Some((1, 12)),
        "guestOS = \"darwin10-64\"\nSMBIOS.use12CharSerialNumber = \"TRUE\"\n",
    ),
    ("VMX154", "guestOS = \"darwin\"\n", Some((1, 12)), "guestOS = \"darwin13-64\"\n"),
    (
        "VMX155",
        "uefi.secureBoot.enabled = \"TRUE\"\n",
        Some((1, 1)),
        "uefi.secureBoot.enabled = \"TRUE\"\nfirmware = \"efi\"\n",
    ),
    (
        "VMX156",
        "guestOS = \"darwin17-64\"\n",
        Some((1, 12)),
        "guestOS = \"darwin17-64\"\nsmc.present = \"TRUE\"\n",
    ),
];

const IDENTITY: &str = "config.version = \"8\"\nvirtualHW.version = \"19\"\nguestOS = \"other\"\n";

pub(super) fn findings_of(code: &str, content: impl Into<Vec<u8>>) -> Vec<Finding> {
    let mut findings = check::check(&Document::parse(content), None);
    findings.retain(|finding| finding.rule.code == code);
    findings
}

fn position(finding: &Finding) -> Option<(usize, usize)> {
    finding.span.as_ref().map(|span| (span.line, span.column()))
}

#[test]
fn every_rule_reports_its_defect_once_at_the_right_column() {
    for (code, bad, at, good) in CASES.iter().chain(check_combinations::CASES) {
        let findings = findings_of(code, *bad);
        assert_eq!(findings.len(), 1, "{code} in {bad:?}: {findings:#?}");
        assert_eq!(position(&findings[0]), *at, "{code} in {bad:?}");
        assert_eq!(findings_of(code, *good).len(), 0, "{code} in {good:?}");
    }
}

#[test]
fn bytes_that_are_invalid_in_the_encoding_are_reported_at_their_line() {
    let bad = b".encoding = \"UTF-8\"\nannotation = \"caf\xE9\"\n# caf\xE9\n";
    let findings = findings_of("VMX022", &bad[..]);
    assert_eq!(findings.iter().map(position).collect::<Vec<_>>(), [Some((2, 18)), Some((3, 6))]);
    assert!(findings[0].severity > findings[1].severity, "invalid bytes in a comment should be less severe");
}

#[test]
fn bytes_that_are_valid_in_the_encoding_are_not_reported() {
    let good = b".encoding = \"windows-1252\"\nannotation = \"caf\xE9\"\n";
    assert!(findings_of("VMX022", &good[..]).is_empty());
}

#[test]
fn every_rule_has_a_test() {
    let cases = CASES.iter().chain(check_combinations::CASES);
    let others = ["VMX022", "VMX143", check_hosts::CODE];
    let single_file: HashSet<&str> = cases.map(|(code, ..)| *code).chain(others).collect();
    let files: HashSet<&str> = check_folders::CODES.into_iter().chain(check_snapshots::CODES).collect();
    for rule in check::rules() {
        let tested = if rule.needs == Needs::Neighbors { &files } else { &single_file };
        assert!(tested.contains(rule.code), "{} {} has no test", rule.code, rule.text().name);
    }
    assert!(check::rules().count() >= 45);
}

#[test]
fn rules_are_sorted_by_code() {
    let rules: Vec<_> = check::rules().collect();
    for pair in rules.windows(2) {
        assert!(pair[0].code < pair[1].code, "{} before {}", pair[0].code, pair[1].code);
    }
    for rule in rules {
        assert!(rule.code.len() == 6 && rule.code.starts_with("VMX"), "{}", rule.code);
    }
}

#[test]
fn the_texts_of_rules_are_complete() {
    for rule in check::rules() {
        let text = rule.text();
        let sentences = text.explanation.ends_with('.') && text.explanation.len() > 60;
        assert!(sentences, "{}: the explanation should be a paragraph", rule.code);
        assert!(!text.source.is_empty() && !text.title.ends_with('.'), "{}", rule.code);
        for text in [text.explanation, text.title, text.source] {
            assert!(!text.contains("  "), "{}: two spaces in {text:?}", rule.code);
        }
    }
}

#[test]
fn rules_are_found_by_code_or_by_unique_name_in_any_case() {
    let mut names = HashSet::new();
    for rule in check::rules() {
        let name = rule.text().name;
        assert!(names.insert(name), "{name} is used twice");
        for word in [rule.code.to_lowercase(), name.to_uppercase()] {
            assert_eq!(check::rule(&word).map(|found| found.code), Some(rule.code));
        }
    }
}
