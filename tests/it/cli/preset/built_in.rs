//! What the built-in presets do beyond the one case that each has in the fixtures.

use crate::harness::Scratch;

fn vm(lines: &[&str]) -> Scratch {
    let lines = lines.join("\n");
    Scratch::with(format!("config.version = \"8\"\nvirtualHW.version = \"19\"\n{lines}\n"))
}

/// Applies a preset quietly and returns the value that a key has then.
fn value_after(vm: &Scratch, args: &[&str], key: &str) -> String {
    vm.run(&[&["apply", "-q", "-p"], args, &["vm.vmx"]].concat()).printed(0);
    vm.run(&["get", "vm.vmx", key]).printed(0).trim_end().to_owned()
}

#[test]
fn macos_base_chooses_the_network_card_that_the_release_has_a_driver_for() {
    let card = |guest: &str, model: &str| {
        let guest = format!("guestOS = \"{guest}\"");
        let model = format!("ethernet0.virtualDev = \"{model}\"");
        let vm = vm(&[&guest, "ethernet0.present = \"TRUE\"", &model]);
        value_after(&vm, &["macos-base"], "ethernet0.virtualDev")
    };
    for guest in ["darwin", "darwin12-64", "darwin19-64", "darwin21-64"] {
        assert_eq!(card(guest, "e1000"), "e1000e", "{guest}");
        assert_eq!(card(guest, "vmxnet3"), "vmxnet3", "{guest}");
    }
    for guest in ["darwin22-64", "darwin25-64", "darwin30-64"] {
        assert_eq!(card(guest, "e1000e"), "vmxnet3", "{guest}");
    }
}

#[test]
fn macos_serial_applies_to_a_later_guest_whose_default_is_turned_off() {
    let vm = vm(&["guestOS = \"darwin13-64\"", "smbios.use12CharSerialNumber = \"FALSE\""]);
    vm.run(&["apply", "-p", "macos-serial", "--check", "-q", "vm.vmx"]).printed(1);
    assert_eq!(value_after(&vm, &["macos-serial"], "SMBIOS.use12CharSerialNumber"), "TRUE");
}

#[test]
fn nested_virtualization_applies_to_macos_guests_on_intel_hosts() {
    let vm = vm(&["guestOS = \"darwin20-64\""]);
    assert_eq!(value_after(&vm, &["nested-hv"], "vhv.enable"), "TRUE");
}

#[test]
fn nested_virtualization_warns_beside_the_masks_for_amd_hosts() {
    let vm = vm(&["guestOS = \"darwin20-64\""]);
    vm.run(&["apply", "-q", "-p", "macos-amd-cpuid", "vm.vmx"]).printed(0);
    vm.run(&["apply", "-p", "nested-hv", "vm.vmx"]).says(&["nested-hv conflicts with macos-amd-cpuid"]);
}

const MAC: &[&str] = &["guestOS = \"ubuntu-64\"", "ethernet0.present = \"TRUE\""];

#[test]
fn static_mac_refuses_an_address_that_no_adapter_can_have() {
    for address in ["01:00:5e:00:00:01", "ff:ff:ff:ff:ff:ff", "33-33-00-00-00-01"] {
        let vm = vm(MAC);
        let before = vm.read("vm.vmx");
        let parameter = format!("address={address}");
        vm.run(&["apply", "-p", "static-mac", "--param", &parameter, "--ignore-conditions", "vm.vmx"])
            .refuses(2, &["parameter address", "is a group or broadcast address"]);
        assert_eq!(vm.read("vm.vmx"), before);
    }
}

#[test]
fn static_mac_refuses_an_address_that_vmware_does_not_power_on() {
    for (address, reason) in [
        ("00:0c:29:12:34:56", "is in a range that VMware assigns itself"),
        ("00:50:56:40:00:00", "is in a range that VMware assigns itself"),
        ("52:54:00:11:22:33", "is not within 00:50:56:00:00:00 to 00:50:56:3f:ff:ff"),
    ] {
        let vm = vm(MAC);
        let before = vm.read("vm.vmx");
        let parameter = format!("address={address}");
        let apply = ["apply", "-p", "static-mac", "--param", &parameter, "vm.vmx"];
        vm.run(&[&apply[..], &["--param", "check=TRUE"]].concat()).refuses(4, &[reason]);
        vm.run(&apply).refuses(4, &["preset static-mac does not apply", reason, "check=FALSE"]);
        assert_eq!(vm.read("vm.vmx"), before);
        vm.run(&[&apply[..], &["--ignore-conditions", "-n"]].concat()).says(&["applied although", reason]);
        vm.run(&[&apply[..], &["--param", "check=false", "-q"]].concat()).printed(0);
        vm.run(&["get", "vm.vmx", "ethernet0.checkMACAddress"]).prints("FALSE\n");
    }
}

#[test]
fn static_mac_refuses_a_network_card_that_the_vm_does_not_have() {
    let vm = vm(MAC);
    let args = ["--param", "address=00:50:56:00:00:01", "--param", "adapter=ethernet3", "vm.vmx"];
    vm.run(&[&["apply", "-p", "static-mac"], &args[..]].concat())
        .refuses(4, &["it is for a network card that the VM has, and ethernet3.present is not set"]);
}

#[test]
fn presets_for_a_disk_refuse_slots_without_one() {
    let vm = vm(&[
        "scsi0.present = \"TRUE\"",
        "scsi0:0.present = \"TRUE\"",
        "scsi0:7.present = \"TRUE\"",
        "scsi0:20.present = \"TRUE\"",
        "scsi0:2.present = \"FALSE\"",
        "ide1:0.present = \"TRUE\"",
        "ide1:0.deviceType = \"cdrom-raw\"",
    ]);
    let before = vm.read("vm.vmx");
    for (slot, reason) in [
        ("scsi0:7", "scsi0:7 is the controller's own address"),
        ("scsi0:20", "VMware uses no device in scsi0:20"),
        ("scsi0:2", "the VM has no scsi0:2"),
        ("nvme0:0", "the VM has no nvme0:0"),
        ("ide1:0", "ide1:0 is a CD drive"),
    ] {
        let parameter = format!("disk={slot}");
        for preset in ["ssd-emulation", "boot-order"] {
            vm.run(&["apply", "-p", preset, "--param", &parameter, "vm.vmx"]).refuses(4, &[reason]);
        }
    }
    assert_eq!(vm.read("vm.vmx"), before);
    assert_eq!(value_after(&vm, &["boot-order"], "bios.bootOrder"), "hdd,cdrom");
}

#[test]
fn the_boot_order_names_each_device_once() {
    for (order, reason) in [("hdd,hdd", "contains hdd twice"), ("hdd,tape", "\"tape\" is not one of")] {
        let parameter = format!("order={order}");
        vm(MAC).run(&["apply", "-p", "boot-order", "--param", &parameter, "vm.vmx"]).refuses(2, &[reason]);
    }
}

#[test]
fn other_classes_of_devices_can_be_allowed_to_boot() {
    let args = ["boot-disk-only", "--param", "allow=hd,CD"];
    assert_eq!(value_after(&vm(MAC), &args, "bios.bootDeviceClasses"), "allow:hd,cd");
}

#[test]
fn a_port_of_a_serial_console_is_at_most_65535() {
    for uri in ["tcp://:70000", "tcp://:0", "telnet://192.0.2.1:65536"] {
        let parameter = format!("uri={uri}");
        vm(MAC).run(&["apply", "-p", "serial-network", "--param", &parameter, "vm.vmx"]).refuses(2, &["uri"]);
    }
    for uri in ["tcp://:65535", "telnet://192.0.2.1:1", "tcp://:7000"] {
        let parameter = format!("uri={uri}");
        let args = ["serial-network", "--param", &parameter];
        assert_eq!(value_after(&vm(MAC), &args, "serial0.fileName"), uri);
    }
}

#[test]
fn latency_sensitive_reserves_all_of_the_memory() {
    let reserve = |lines: &[&str]| {
        value_after(&vm(lines), &["latency-sensitive", "--param", "mhz=2000"], "sched.mem.min")
    };
    assert_eq!(reserve(&["memsize = \"4096\""]), "4096");
    assert_eq!(reserve(&["MEMSIZE = \"512\"", "sched.mem.min = \"100\""]), "512");
    assert_eq!(reserve(&[]), "32", "VMware's default");
}

#[test]
fn html5_console_port_has_the_default_of_vsphere_5_5() {
    let scratch = Scratch::new();
    scratch.write("webclient.properties", "a = b\n");
    scratch.run(&["apply", "-q", "-p", "html5-console-port", "webclient.properties"]).printed(0);
    assert_eq!(scratch.read("webclient.properties"), b"a = b\nhtml.console.port = 7331\n");
}

#[test]
fn html5_console_port_names_the_file_the_log_and_the_restart_of_each_version() {
    let scratch = Scratch::new();
    scratch.write("webclient.properties", "a = b\n");
    scratch.run(&["apply", "-p", "html5-console-port", "webclient.properties"]).says(&[
        "/var/lib/vmware/vsphere-client/webclient.properties in the appliance of vCenter Server 5.5",
        "/etc/vmware/vsphere-client/webclient.properties in 6.x",
        "`/etc/init.d/vsphere-client restart` in 5.5",
        "service-control",
        "Djetty.port in /var/log/vmware/vsphere-client/logs/vsphere_client_virgo.log",
    ]);
}

#[test]
fn presets_of_the_founding_articles_cite_them() {
    for (preset, date, verified) in [
        ("macos-serial", "2013-10-25", true),
        ("html5-console-port", "2013-10-23", false),
        ("nested-esxi", "2013-10-28", false),
    ] {
        let shown = Scratch::new().run(&["preset", "show", "--json", preset]).json();
        assert!(
            shown["source"].to_string().contains(&format!("williamlam.com ({date})")),
            "{preset}: {shown}"
        );
        assert_eq!(shown["unverified"] == serde_json::json!([]), verified, "{preset}: {shown}");
        assert!(!shown["unverified"].to_string().contains("html.console.port"), "{shown}");
    }
}

/// A VM that runs on a delta disk, with a descriptor that names `parent`.
fn vm_on_a_delta(parent: &str) -> Scratch {
    let vm = vm(&[
        "guestOS = \"ubuntu-64\"",
        "vm.genid = \"1\"",
        "sata0.present = \"TRUE\"",
        "sata0:0.present = \"TRUE\"",
        "sata0:0.fileName = \"a-000001.vmdk\"",
    ]);
    let descriptor =
        format!("# Disk DescriptorFile\nCID=0a\nparentCID=0b\nparentFileNameHint=\"{parent}\"\n");
    vm.write("a-000001.vmdk", descriptor);
    vm.write("vm.vmsd", "");
    vm
}

#[test]
fn a_vm_that_runs_on_a_delta_without_a_snapshot_is_refused() {
    let vm = vm_on_a_delta("a.vmdk");
    for preset in ["snapshots-off", "clone-scrub"] {
        let result = vm.run(&["apply", "-p", preset, "--set", "x=1", "vm.vmx"]);
        result.refuses(4, &["the VM runs on a-000001.vmdk", "take a snapshot and delete all snapshots"]);
    }
}

#[test]
fn a_linked_clone_has_no_snapshots() {
    for parent in ["../base/a.vmdk", "/vmfs/volumes/ds/base/a.vmdk"] {
        let vm = vm_on_a_delta(parent);
        assert_eq!(value_after(&vm, &["snapshots-off"], "snapshot.maxSnapshots"), "0");
    }
}
