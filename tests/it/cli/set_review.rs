//! What `set` and `apply` report about the keys that they set, and what they refuse with `--strict`.

use crate::harness::Scratch;

const VM: &str = "config.version = \"8\"\nvirtualHW.version = \"19\"\nguestOS = \"ubuntu-64\"\nmemsize = \"2048\"\nnumvcpus = \"2\"\n\
                  ethernet0.present = \"TRUE\"\nethernet0.virtualDev = \"e1000\"\nserial1.present = \"FALSE\"\n";

/// Wrong assignments, with a part of the warning about each.
const WRONG: [(&str, &str); 17] = [
    ("memsize=4GB", "write only digits (VMX041)"),
    ("memsize=5001", "set memsize = \"5000\" or \"5004\" (VMX062)"),
    ("memsiez=4096", "'memsiez' is not a known key; remove it: 'memsize' is set on line 4 (VMX045)"),
    ("vhv.enabled=TRUE", "rename it to vhv.enable if that is the intended key (VMX045)"),
    ("firmware=uefi", "'firmware' must be one of bios, efi, not 'uefi'"),
    ("guestOS=windows10", "set guestOS = \"windows9\" for Windows 10 (VMX150)"),
    ("ethernet0.address=zz", "'zz' is not a MAC address"),
    ("memory=4096", "'memsize' is set on line 4 (VMX045)"),
    ("mem=4096", "'memsize' is set on line 4 (VMX045)"),
    ("ram=4096", "'memsize' is set on line 4 (VMX045)"),
    ("vcpus=2", "'numvcpus' is set on line 5 (VMX045)"),
    ("cpus=2", "'numvcpus' is set on line 5 (VMX045)"),
    ("numcpu=2", "'numvcpus' is set on line 5 (VMX045)"),
    ("vhv.enable=yes", "set vhv.enable = \"TRUE\" (VMX040)"),
    ("ethernet0.presnt=TRUE", "remove it: 'ethernet0.present' is set on line 6 (VMX045)"),
    ("cpuid.coresPerSocket=3", "(VMX063)"),
    ("ethernet0.virtualDev=vmxnet4", "'ethernet0.virtualDev' must be one of"),
];

#[test]
fn wrong_assignments_are_reported_with_their_correction() {
    for (word, warning) in WRONG {
        let vm = Scratch::with(VM);
        let result = vm.run(&["set", "vm.vmx", word]);
        assert_eq!(result.code, 0, "{word}");
        assert!(result.stderr.contains(warning), "{word}: {}", result.stderr);
        let vm = Scratch::with(VM);
        let json = vm.run(&["apply", "--set", word, "--json", "vm.vmx"]).json();
        let warnings = json["warnings"].as_array().unwrap();
        assert!(warnings.iter().any(|text| text.as_str().unwrap().contains(warning)), "{word}: {json}");
    }
}

#[test]
fn strict_refuses_wrong_assignments() {
    for (word, warning) in WRONG {
        let vm = Scratch::with(VM);
        vm.run(&["set", "--strict", "vm.vmx", "annotation=x", word])
            .refuses(4, &["the edit is not made: ", warning, "hint: correct it, or edit without --strict"]);
        vm.run(&["apply", "--strict", "--set", word, "vm.vmx"]).refuses(4, &[warning]);
        vm.run(&["set", "--strict", "-n", "vm.vmx", word]).refuses(4, &[warning]);
        assert_eq!(vm.read("vm.vmx"), VM.as_bytes(), "{word}");
    }
}

#[test]
fn right_assignments_are_not_reported() {
    for word in [
        "memsize=4096",
        "my.own=1",
        "guestinfo.x=a b",
        "annotation=100 %",
        "displayName=memsiez",
        "SMBIOS.use12CharSerialNumber=TRUE",
        "virtualHW.version=20",
        "guestOS=windows9-64",
        "ethernet0.virtualDev=vmxnet3",
        "RemoteDisplay.vnc.port=5901",
        "cpuid.8000000a.eax=0000:0000:0000:0000:0000:0000:0000:1011",
    ] {
        let vm = Scratch::with(VM);
        let result = vm.run(&["set", "--strict", "vm.vmx", word]);
        assert_eq!((result.code, &*result.stderr), (0, ""), "{word}");
    }
}

#[test]
fn strict_accepts_what_was_wrong_before_and_is_not_touched() {
    let vm = Scratch::with(format!("{VM}memsiez = \"4096\"\nfloppy0.present = no\n"));
    vm.run(&["set", "--strict", "vm.vmx", "memsize=4096"]).prints("~ memsize = \"2048\" -> \"4096\"\n");
}

#[test]
fn strict_reads_the_other_files_of_the_vm() {
    let vm = Scratch::with(format!("{VM}scsi0.present = \"TRUE\"\nscsi0:0.present = \"TRUE\"\n"));
    vm.write("vmware.log", "");
    vm.run(&["set", "--strict", "vm.vmx", "scsi0:0.fileName=gone.vmdk"])
        .refuses(4, &["the disk 'gone.vmdk' does not exist"]);
}

#[test]
fn strict_knows_every_rule_about_the_keys_that_are_set() {
    for (word, code) in [
        ("checkpoint.vmState=gone.vmss", "VMX114"),
        ("firmware=efi ", "VMX047"),
        ("vvtd.enable=TRUE", "VMX068"),
        ("uefi.secureBoot.enabled=TRUE", "VMX068"),
    ] {
        let vm = Scratch::with(VM.replace("\"19\"", "\"10\""));
        vm.write("vm.nvram", "x");
        vm.run(&["set", "--strict", "vm.vmx", word]).refuses(4, &[code]);
    }
}

#[test]
fn strict_refuses_what_it_cannot_check() {
    let vm = Scratch::with(format!("{VM}{}", "# x\n".repeat(10_000)));
    vm.run(&["set", "--strict", "vm.vmx", "memsize=4096"]).refuses(4, &["more than 10000 lines"]);
    // An edit that makes the file short enough is not reviewed either: the file before it is too long.
    let long = "pad = \"1\"\n".repeat(10);
    vm.write("long.vmx", format!("{VM}{}{long}", "# x\n".repeat(9_990)));
    vm.run(&["apply", "--strict", "--unset", "pad", "--set", "memsize=4GB", "long.vmx"])
        .refuses(4, &["more than 10000 lines"]);
    vm.write("a.vmsd", "snapshot.numSnapshots = \"0\"\n");
    vm.run(&["set", "--strict", "a.vmsd", "snapshot.numSnapshots=5"])
        .refuses(2, &["--strict cannot be used"]);
}

#[test]
fn a_finding_that_only_moves_is_not_new_and_one_about_another_value_is() {
    let disks = "scsi0.present = \"TRUE\"\nscsi0:0.present = \"TRUE\"\nscsi0:0.fileName = \"a.vmdk\"\n\
                 scsi0:1.present = \"TRUE\"\nscsi0:1.fileName = \"a.vmdk\"\n";
    let vm = Scratch::with(format!("x = \"1\"\n{VM}{disks}"));
    for name in ["a.vmdk", "c.vmdk"] {
        vm.write(name, "# Disk DescriptorFile\nversion=1\nRW 8 ZERO\n");
    }
    vm.run(&["apply", "--strict", "--unset", "x", "--set", "annotation=y", "vm.vmx"]).printed(0);
    vm.run(&["set", "--strict", "vm.vmx", "scsi0:0.fileName=c.vmdk", "scsi0:1.fileName=c.vmdk"])
        .refuses(4, &["names the same file"]);
}

#[test]
fn a_pattern_sets_every_entry_that_matches_and_adds_none() {
    let vm = Scratch::with(format!("{VM}Ethernet1.virtualDev = \"e1000\"\n"));
    vm.run(&["set", "vm.vmx", "ethernet*.virtualDev=vmxnet3"]).prints(
        "~ ethernet0.virtualDev = \"e1000\" -> \"vmxnet3\"\n~ Ethernet1.virtualDev = \"e1000\" -> \"vmxnet3\"\n",
    );
    let before = vm.read("vm.vmx");
    vm.run(&["set", "vm.vmx", "memsize=4096", "nvme*.present=TRUE"])
        .refuses(1, &["no entry matches 'nvme*.present'"]);
    assert_eq!(vm.read("vm.vmx"), before, "all assignments or none");
    vm.run(&["set", "vm.vmx", "Ethernet?=x"])
        .refuses(1, &["no entry matches 'Ethernet?'\nhint: did you mean Ethernet?.*?"]);
    vm.run(&["set", "vm.vmx", "memsize=4096", "[=x"]).refuses(2, &["["]);
    vm.run(&["set", "vm.vmx", "e*.x=1", "E*.x=2"]).refuses(2, &["'E*.x' is given twice"]);
    vm.run(&["apply", "vm.vmx", "--set", "nvme*.present=TRUE", "--set", "memsize=4096"]).reports(
        0,
        "~ memsize = \"2048\" -> \"4096\"\n",
        &["vm.vmx: --set: no entry matches 'nvme*.present'"],
    );
}

#[test]
fn a_pattern_overrides_what_a_preset_sets() {
    let vm = Scratch::with(VM);
    vm.write(
        "own.toml",
        "name = \"own\"\ntitle = \"Own\"\nreason = \"x\"\n[[steps]]\nset = \"ethernet0.virtualDev\"\nvalue = \"vmxnet3\"\n",
    );
    vm.run(&["apply", "-p", "./own.toml", "--set", "ethernet?.virtualDev=e1000e", "vm.vmx"])
        .prints("~ ethernet0.virtualDev = \"e1000\" -> \"e1000e\"\n");
}

#[test]
fn literal_switches_file_names_and_patterns_off() {
    let vm = Scratch::with(VM);
    vm.write("name", "from the file\n");
    vm.run(&["set", "--literal", "vm.vmx", "displayName=@name"]).prints("+ displayName = \"@name\"\n");
    vm.run(&["set", "vm.vmx", "displayName=@name"])
        .prints("~ displayName = \"@name\" -> \"from the file\"\n");
    vm.run(&["apply", "--literal", "vm.vmx", "--set", "displayName=@@name"])
        .prints("~ displayName = \"from the file\" -> \"@@name\"\n");
    vm.run(&["set", "--literal", "vm.vmx", "a*.b=1"]).prints("+ a*.b = \"1\"\n");
}
