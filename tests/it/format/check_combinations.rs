//! Rules of `check` for settings that do not fit the guest, the host or each other: for each, a file with the defect and
//! its position, and a file without the defect.

use vmxedit::Document;
use vmxedit::check;
use vmxedit::check::Severity::{self, Error, Note, Warning};
use vmxedit::edit::compare;

use super::check_rules::{Case, findings_of};
use crate::harness::Scratch;

/// Cases for the rules that read only the `.vmx` file.
pub(super) const CASES: &[Case] = &[
    ("VMX140", "logging = \"FALSE\"\n", Some((1, 12)), "logging = \"TRUE\"\n"),
    (
        "VMX141",
        "migrate.encryptionMode = \"disabled\"\n",
        Some((1, 27)),
        "migrate.encryptionMode = \"opportunistic\"\nftcpt.ftEncryptionMode = \"ftEncryptionRequired\"\n",
    ),
    (
        "VMX141",
        "ftcpt.ftEncryptionMode = \"ftEncryptionDisabled\"\n",
        Some((1, 27)),
        "ftcpt.ftEncryptionMode = \"ftEncryptionOpportunistic\"\n",
    ),
    (
        "VMX142",
        "monitor_control.restrict_backdoor = \"TRUE\"\nsharedFolder0.present = \"TRUE\"\n",
        Some((2, 1)),
        // VMware writes the second entry into every file.
        "monitor_control.restrict_backdoor = \"TRUE\"\npowerType.powerOff = \"soft\"\ntools.syncTime = \"FALSE\"\n",
    ),
    (
        "VMX142",
        "guestinfo.userdata = \"I2Nsb3Vk\"\nmonitor_control.restrict_backdoor = \"TRUE\"\n",
        Some((1, 1)),
        "guestinfo.userdata = \"I2Nsb3Vk\"\nmonitor_control.restrict_backdoor = \"FALSE\"\n",
    ),
    (
        "VMX157",
        "guestOS = \"darwin22-64\"\nethernet0.present = \"TRUE\"\nethernet0.virtualDev = \"e1000e\"\n",
        Some((3, 25)),
        "guestOS = \"darwin21-64\"\nethernet0.present = \"TRUE\"\nethernet0.virtualDev = \"e1000e\"\n",
    ),
    (
        "VMX158",
        "guestOS = \"darwin20-64\"\n",
        Some((1, 12)),
        "guestOS = \"darwin20-64\"\nfirmware = \"EFI\"\n",
    ),
    (
        "VMX158",
        "guestOS = \"darwin20-64\"\nfirmware = \"bios\"\n",
        Some((2, 13)),
        "guestOS = \"ubuntu-64\"\nfirmware = \"bios\"\n",
    ),
    (
        "VMX159",
        "guestOS = \"vmkernel8\"\nnumvcpus = \"1\"\nmemsize = \"8192\"\n",
        Some((2, 13)),
        "guestOS = \"vmkernel8\"\nnumvcpus = \"2\"\nmemsize = \"8192\"\n",
    ),
    ("VMX159", "guestOS = \"vmkernel7\"\n", Some((1, 12)), "guestOS = \"vmkernel65\"\nmemsize = \"4096\"\n"),
    (
        "VMX159",
        "guestOS = \"vmkernel9\"\nnumvcpus = \"4\"\nmemsize = \"2048\"\n",
        Some((3, 12)),
        "guestOS = \"vmkernel9\"\nnumvcpus = \"4\"\nmemsize = \"16384\"\n",
    ),
    (
        "VMX160",
        "windows.vbs.enabled = \"TRUE\"\nuefi.secureBoot.enabled = \"TRUE\"\nvhv.enable = \"TRUE\"\n",
        Some((1, 1)),
        "windows.vbs.enabled = \"TRUE\"\nuefi.secureBoot.enabled = \"TRUE\"\nvhv.enable = \"TRUE\"\nfirmware = \"efi\"\n",
    ),
    (
        "VMX161",
        "windows.vbs.enabled = \"TRUE\"\nmem.hotadd = \"TRUE\"\n",
        Some((2, 15)),
        "windows.vbs.enabled = \"FALSE\"\nmem.hotadd = \"TRUE\"\nvcpu.hotadd = \"TRUE\"\n",
    ),
    (
        "VMX161",
        "windows.vbs.enabled = \"TRUE\"\npciPassthru1.present = \"TRUE\"\n",
        Some((2, 25)),
        "windows.vbs.enabled = \"TRUE\"\npciPassthru1.present = \"FALSE\"\n",
    ),
    (
        "VMX162",
        "guestOS = \"windows7-64\"\nfirmware = \"efi\"\nuefi.secureBoot.enabled = \"TRUE\"\n",
        Some((3, 28)),
        "guestOS = \"windows8-64\"\nfirmware = \"efi\"\nuefi.secureBoot.enabled = \"TRUE\"\n",
    ),
    (
        "VMX162",
        "guestOS = \"freeBSD14-64\"\nfirmware = \"efi\"\nuefi.secureBoot.enabled = \"TRUE\"\n",
        Some((3, 28)),
        "guestOS = \"freeBSD14-64\"\nfirmware = \"efi\"\nuefi.secureBoot.enabled = \"TRUE\"\n\
         uefi.secureBoot.dbDefault.file0 = \"own.der\"\n",
    ),
    (
        "VMX163",
        "guestOS = \"ubuntu-64\"\nfirmware = \"efi\"\nuefi.secureBoot.enabled = \"TRUE\"\nsharedFolder0.present = \"TRUE\"\n",
        Some((4, 1)),
        "guestOS = \"windows9-64\"\nfirmware = \"efi\"\nuefi.secureBoot.enabled = \"TRUE\"\nsharedFolder0.present = \"TRUE\"\n",
    ),
    (
        "VMX164",
        "guestOS = \"arm-ubuntu-64\"\nfirmware = \"bios\"\n",
        Some((2, 13)),
        "guestOS = \"arm-ubuntu-64\"\n",
    ),
    (
        "VMX165",
        "guestOS = \"arm-ubuntu-64\"\nide1:0.present = \"TRUE\"\n",
        Some((2, 1)),
        "guestOS = \"arm-ubuntu-64\"\nsata0:1.present = \"TRUE\"\nide1:0.present = \"FALSE\"\n",
    ),
    (
        "VMX165",
        "guestOS = \"arm-debian12-64\"\nscsi0.present = \"TRUE\"\nscsi0.virtualDev = \"lsilogic\"\n",
        Some((3, 21)),
        "guestOS = \"arm-debian12-64\"\nscsi0.present = \"TRUE\"\nscsi0.virtualDev = \"pvscsi\"\n\
         ethernet0.present = \"TRUE\"\nethernet0.virtualDev = \"vmxnet3\"\n",
    ),
    (
        "VMX166",
        "guestOS = \"windows11-64\"\nfirmware = \"efi\"\nmemsize = \"4096\"\nnumvcpus = \"2\"\n",
        Some((1, 12)),
        "guestOS = \"windows11-64\"\nfirmware = \"efi\"\nmanagedVM.autoAddVTPM = \"software\"\nmemsize = \"4096\"\nnumvcpus = \"2\"\n",
    ),
    (
        "VMX167",
        "virtualHW.version = \"16\"\nvirtualHW.productCompatibility = \"esx\"\n",
        Some((1, 22)),
        "virtualHW.version = \"16\"\nvirtualHW.productCompatibility = \"hosted\"\n",
    ),
    (
        "VMX167",
        "virtualHW.version = \"12\"\nscsi0:0.present = \"TRUE\"\nscsi0:0.fileName = \"/vmfs/volumes/ds/vm/vm.vmdk\"\n",
        Some((1, 22)),
        "virtualHW.version = \"13\"\nscsi0:0.present = \"TRUE\"\nscsi0:0.fileName = \"/vmfs/volumes/ds/vm/vm.vmdk\"\n",
    ),
    (
        "VMX171",
        "scsi0:1.fileName = \"data.vmdk\"\n",
        Some((1, 1)),
        "scsi0:1.fileName = \"data.vmdk\"\nscsi0:1.present = \"FALSE\"\nfloppy0.fileName = \"a.flp\"\n\
         ide1:0.fileName = \"auto detect\"\n",
    ),
    ("VMX171", "serial0.fileName = \"out.log\"\n", Some((1, 1)), "sound.fileName = \"-1\"\n"),
    (
        "VMX172",
        "memsize = \"4096\"\npciPassthru0.present = \"TRUE\"\n",
        Some((2, 25)),
        "memsize = \"4096\"\npciPassthru0.present = \"TRUE\"\nsched.mem.min = \"4096\"\n",
    ),
    (
        "VMX172",
        "memsize = \"4096\"\nsched.mem.min = \"2048\"\npciPassthru0.present = \"TRUE\"\n",
        Some((2, 18)),
        "memsize = \"4096\"\nsched.mem.min = \"2048\"\npciPassthru0.present = \"FALSE\"\n",
    ),
    (
        "VMX172",
        "memsize = \"4096\"\nsched.cpu.latencySensitivity = \"High\"\n",
        Some((2, 33)),
        "memsize = \"4096\"\nsched.cpu.latencySensitivity = \"high\"\nsched.mem.pin = \"TRUE\"\n",
    ),
    (
        "VMX173",
        "memsize = \"4096\"\nsched.mem.max = \"1024\"\n",
        Some((2, 18)),
        "memsize = \"4096\"\nsched.mem.max = \"unlimited\"\n",
    ),
    (
        "VMX174",
        "ethernet0.present = \"TRUE\"\nethernet0.connectionType = \"custom\"\n",
        Some((2, 29)),
        "ethernet0.present = \"TRUE\"\nethernet0.connectionType = \"custom\"\nethernet0.vnet = \"VMnet2\"\n",
    ),
    (
        "VMX175",
        "ethernet0.present = \"TRUE\"\nethernet0.connectionType = \"nat\"\nethernet0.vnet = \"VMnet2\"\n",
        Some((3, 1)),
        "ethernet0.present = \"FALSE\"\nethernet0.connectionType = \"nat\"\nethernet0.vnet = \"VMnet2\"\n",
    ),
    (
        "VMX176",
        "serial0.present = \"TRUE\"\nserial0.fileType = \"pipe\"\n",
        Some((2, 21)),
        // A network port may have no name: its concentrator does.
        "serial0.present = \"TRUE\"\nserial0.fileType = \"network\"\nserial1.present = \"TRUE\"\nserial1.fileType = \"device\"\n",
    ),
    (
        "VMX177",
        "serial0.present = \"TRUE\"\nserial0.fileType = \"file\"\nserial0.fileName = \"out.log\"\n\
         parallel0.present = \"TRUE\"\nparallel0.fileType = \"file\"\nparallel0.fileName = \"./out.log\"\n",
        Some((6, 23)),
        "serial0.present = \"TRUE\"\nserial0.fileType = \"file\"\nserial0.fileName = \"out.log\"\n\
         serial1.present = \"TRUE\"\nserial1.fileType = \"file\"\nserial1.fileName = \"out1.log\"\n",
    ),
    ("VMX178", "disk.locking = \"FALSE\"\n", Some((1, 17)), "disk.locking = \"TRUE\"\n"),
    (
        "VMX179",
        "scsi1:0.present = \"TRUE\"\nscsi1:0.sharing = \"multi-writer\"\nscsi1:0.ctkEnabled = \"TRUE\"\n",
        Some((3, 23)),
        "scsi1:0.present = \"TRUE\"\nscsi1:0.sharing = \"none\"\nscsi1:0.ctkEnabled = \"TRUE\"\n",
    ),
];

#[test]
fn a_guestinfo_value_of_more_than_64_kb_is_reported() {
    let file = |len: usize| format!("guestinfo.userdata = \"{}\"\n", "x".repeat(len));
    let found = findings_of("VMX143", file(65_537));
    assert_eq!(found.len(), 1);
    let help = found[0].help.as_deref().unwrap();
    assert!(help.contains("gzip") && help.contains("guestinfo.userdata.encoding"), "{help}");
    assert!(findings_of("VMX143", file(65_536)).is_empty());
}

/// Asserts the severity and the help of the only finding.
fn assert_found(code: &str, content: &str, severity: Severity, help: &str) {
    let found = findings_of(code, content);
    assert_eq!(found.len(), 1, "{code} in {content:?}: {found:#?}");
    assert_eq!(
        (found[0].severity, found[0].help.as_deref()),
        (severity, Some(help)),
        "{code} in {content:?}"
    );
}

#[test]
fn a_reservation_is_an_error_for_a_passed_through_device_alone() {
    let help = "set sched.mem.min = \"4096\" and sched.mem.pin = \"TRUE\"";
    assert_found("VMX172", "memsize = \"4096\"\npciPassthru0.present = \"TRUE\"\n", Error, help);
    let latency = "memsize = \"4096\"\nsched.cpu.latencySensitivity = \"high\"\n";
    assert_found("VMX172", latency, Warning, help);
    let limited = "memsize = \"4096\"\nsched.mem.max = \"1024\"\n";
    let help = "set sched.mem.max = \"unlimited\"";
    assert_found("VMX173", limited, Note, help);
    assert_found("VMX173", &format!("{limited}pciPassthru0.present = \"TRUE\"\n"), Warning, help);
}

#[test]
fn esxi_with_4_gb_is_a_note_because_some_releases_install() {
    for (memory, severity) in [("2048", Warning), ("4096", Note), ("8188", Note)] {
        let vm = format!("guestOS = \"vmkernel7\"\nnumvcpus = \"2\"\nmemsize = \"{memory}\"\n");
        assert_found("VMX159", &vm, severity, "set memsize = \"8192\"");
    }
}

#[test]
fn an_esxi_guest_with_an_older_or_unknown_network_adapter_is_a_warning() {
    let vm = |rest: &str| format!("guestOS = \"vmkernel8\"\nethernet0.present = \"TRUE\"\n{rest}");
    for model in ["vlance", "vmxnet"] {
        let content = vm(&format!("ethernet0.virtualDev = \"{model}\"\n"));
        assert_found("VMX151", &content, Warning, "use \"vmxnet3\" or \"e1000e\"");
    }
    assert_found("VMX151", &vm(""), Warning, "set ethernet0.virtualDev = \"vmxnet3\"");
    assert_found("VMX151", &vm("ethernet0.virtualDev = \"e1000\"\n"), Error, "use \"vmxnet3\" or \"e1000e\"");
    assert!(findings_of("VMX151", vm("ethernet0.virtualDev = \"vmxnet3\"\n")).is_empty());
}

#[test]
fn an_arm_guest_with_an_e1000e_is_a_note_because_some_run_with_it() {
    let vm = |model: &str| {
        format!(
            "guestOS = \"arm-fedora-64\"\nethernet0.present = \"TRUE\"\nethernet0.virtualDev = \"{model}\"\n"
        )
    };
    for (model, severity) in [("e1000", Warning), ("vlance", Warning), ("e1000e", Note)] {
        assert_found("VMX165", &vm(model), severity, "set ethernet0.virtualDev = \"vmxnet3\"");
    }
}

#[test]
fn the_disks_of_a_cluster_are_a_note_without_locks() {
    let vm = "disk.locking = \"FALSE\"\nscsi1.present = \"TRUE\"\nscsi1.sharedBus = \"virtual\"\n";
    assert_found("VMX178", vm, Note, "set disk.locking = \"TRUE\"");
    assert_found("VMX178", &vm.replace("virtual", "none"), Warning, "set disk.locking = \"TRUE\"");
}

#[test]
fn all_missing_requirements_are_in_one_finding() {
    let help = "before the guest is installed, set firmware = \"efi\", managedvm.autoAddVTPM = \"software\", \
                memsize = \"4096\" and numvcpus = \"2\"";
    assert_found("VMX166", "guestOS = \"windows11-64\"\nmemsize = \"2048\"\n", Note, help);
    let vbs = "set firmware = \"efi\", uefi.secureBoot.enabled = \"TRUE\" and vhv.enable = \"TRUE\", or remove the entry";
    assert_found("VMX160", "windows.vbs.enabled = \"TRUE\"\n", Warning, vbs);
    // The TPM of an encrypted VM may be in the encrypted part.
    let encrypted = "guestOS = \"windows11-64\"\nfirmware = \"efi\"\nnumvcpus = \"4\"\nvmx.encryptionType = \"partial\"\n\
                     encryption.keySafe = \"x\"\nencryption.data = \"x\"\n";
    assert!(findings_of("VMX166", encrypted).is_empty());
}

#[test]
fn an_edit_that_exceeds_the_limits_of_the_hardware_version_is_a_regression() {
    let vm = |cpus: &str, memory: &str| {
        let content = format!("virtualHW.version = \"7\"\nnumvcpus = \"{cpus}\"\nmemsize = \"{memory}\"\n");
        Document::parse(content)
    };
    let before = vm("2", "4096");
    for (after, code) in [(vm("16", "4096"), "VMX064"), (vm("2", "1048576"), "VMX065")] {
        let found = check::review(&before, &after, &compare(&before, &after), None);
        assert_eq!(found.iter().map(|finding| finding.rule.code).collect::<Vec<_>>(), [code]);
        assert!(check::review(&after, &after, &[], None).is_empty());
    }
}

#[test]
fn an_edit_beyond_the_limits_of_the_hardware_version_says_so() {
    for (setting, code) in
        [("numvcpus=16", "VMX064"), ("virtualHW.version=5", "VMX060"), ("scsi0:7.present=TRUE", "VMX071")]
    {
        let vm =
            Scratch::with("config.version = \"8\"\nvirtualHW.version = \"7\"\nscsi0.present = \"TRUE\"\n");
        let ran = vm.run(&["set", "vm.vmx", setting]);
        assert!(ran.stderr.contains(&format!("({code})")), "{setting}: {}", ran.stderr);
    }
}
