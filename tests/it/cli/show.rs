//! The `show` command: one VM with the files next to it, several VMs, and the JSON schema.

use std::fs;

use serde_json::Value;

use crate::harness::{Scratch, fixtures, read_fixture, repository_path};

const VM: &str = "displayName = \"Build server\"\nguestOS = \"ubuntu-64\"\nvirtualHW.version = \"19\"\nmemsize = \"4096\"\n\
                  numvcpus = \"4\"\ncpuid.coresPerSocket = \"2\"\nfirmware = \"efi\"\nscsi0.present = \"TRUE\"\n\
                  scsi0.virtualDev = \"pvscsi\"\nscsi0:0.present = \"TRUE\"\nscsi0:0.fileName = \"now.vmdk\"\n\
                  scsi0:7.present = \"TRUE\"\nsata1:0.present = \"TRUE\"\nide1:0.present = \"TRUE\"\n\
                  ide1:0.deviceType = \"cdrom-image\"\nide1:0.fileName = \"tools.iso\"\n\
                  ide1:0.startConnected = \"FALSE\"\nfloppy0.present = \"FALSE\"\nethernet0.present = \"TRUE\"\n\
                  ethernet0.virtualDev = \"vmxnet3\"\nethernet0.connectionType = \"nat\"\n\
                  ethernet0.generatedAddress = \"00:0c:29:d6:2b:d3\"\nsound.present = \"FALSE\"\n\
                  sound.virtualDev = \"hdaudio\"\n";

const NOW: &str = "# Disk DescriptorFile\nCID=2\nparentCID=1\ncreateType=\"monolithicSparse\"\n\
                   parentFileNameHint=\"base.vmdk\"\nRW 41943040 SPARSE \"now-s001.vmdk\"\n";
const BASE: &str = "# Disk DescriptorFile\nCID=1\nparentCID=ffffffff\ncreateType=\"monolithicFlat\"\n\
                    RW 41943040 FLAT \"base-flat.vmdk\" 0\n";
const SNAPSHOTS: &str = "snapshot.current = \"2\"\nsnapshot0.uid = \"1\"\nsnapshot0.displayName = \"before\"\n\
                         snapshot0.createTimeHigh = \"391236\"\nsnapshot0.createTimeLow = \"0\"\n\
                         snapshot1.uid = \"2\"\nsnapshot1.parent = \"1\"\nsnapshot1.displayName = \"after\"\n";

fn json(vm: &Scratch, args: &[&str]) -> Value {
    serde_json::from_str(&vm.run(args).printed(0)).unwrap()
}

#[test]
fn one_vm_is_a_tree_with_its_disks_and_snapshots() {
    let vm = Scratch::with(VM);
    vm.write("now.vmdk", NOW);
    vm.write("base.vmdk", BASE);
    vm.write("vm.vmsd", SNAPSHOTS);
    vm.run(&["show", "vm.vmx"]).prints(
        "vm.vmx: Build server
  guest       Ubuntu x64 (ubuntu-64)
  hardware    19 (ESXi 7.0 U2, Fusion 12.2, Workstation 16.2)
  CPUs        4 (2 sockets with 2 cores)
  memory      4 GB
  firmware    EFI
  state       off
  snapshots   2
    before (2023-04-01 10:43 UTC)
      after <- current
  ide1        IDE controller
    ide1:0      CD image tools.iso, not connected
  scsi0       SCSI controller (pvscsi)
    scsi0:0     disk now.vmdk, 20 GB, monolithicSparse
      based on base.vmdk, monolithicFlat
  ethernet0   network card (vmxnet3), nat, 00:0c:29:d6:2b:d3
  sata1:0     left out: sata1 is absent
  scsi0:7     left out: no such slot
",
    );
}

#[test]
fn missing_settings_are_shown_as_defaults_of_vmware() {
    let vm = Scratch::with("guestOS = \"made-up\"\n");
    vm.run(&["show", "vm.vmx"]).prints(
        "vm.vmx: vm
  guest       unknown (made-up)
  CPUs        1 (VMware's default)
  memory      32 MB (VMware's default)
  firmware    BIOS (VMware's default)
  state       off
  floppy0     floppy drive (VMware's default)
",
    );
}

#[test]
fn defaults_of_vmware_are_named_in_json() {
    let vm = Scratch::with("guestOS = \"made-up\"\n");
    let json = json(&vm, &["show", "--json", "vm.vmx"]);
    let assumed = ["cpus.count", "cpus.cores_per_socket", "memory_mb", "firmware.type"];
    assert_eq!(json["assumed"], Value::from(assumed.as_slice()));
    assert_eq!((&json["memory_mb"], &json["floppies"][0]["assumed"]), (&Value::from(32), &Value::Bool(true)));
}

#[test]
fn disks_of_a_disabled_controller_are_left_out() {
    let vm = Scratch::with(VM.replace("scsi0.present = \"TRUE\"", "scsi0.present = \"false\""));
    let json = json(&vm, &["show", "--json", "vm.vmx"]);
    assert_eq!(
        json["left_out"][1],
        serde_json::json!({"slot": "scsi0:0", "why": "no_controller", "controller": "scsi0"})
    );
    assert!(json["controllers"].as_array().unwrap().iter().all(|found| found["slot"] != "scsi0"));
}

#[test]
fn disks_that_are_missing_modified_or_not_disks_are_problems() {
    let vm = Scratch::with(VM);
    let problem = |vm: &Scratch| {
        let json = json(vm, &["show", "--json", "vm.vmx"]);
        json["controllers"][1]["devices"][0]["problem"].as_str().unwrap_or_default().to_owned()
    };
    assert_eq!(problem(&vm), "no such file");
    vm.write("now.vmdk", NOW);
    assert_eq!(problem(&vm), "its parent base.vmdk: no such file");
    vm.write("base.vmdk", BASE.replace("CID=1", "CID=9"));
    assert_eq!(problem(&vm), "base.vmdk was written to after now.vmdk was based on it");
    vm.write("now.vmdk", "root:x:0:0\n");
    assert_eq!(problem(&vm), "not a disk descriptor");
    vm.write("vm.vmx", VM.replace("now.vmdk", "/dev/zero"));
    assert_eq!(problem(&vm), "not a regular file");
}

#[test]
fn a_key_on_two_lines_is_a_problem_and_the_first_line_counts() {
    let vm = Scratch::with("memsize = \"64\"\nMEMSIZE = \"128\"\n");
    let shown = vm.run(&["show", "vm.vmx"]).printed(0);
    assert!(shown.contains("memory      64 MB\n"), "{shown}");
    assert!(shown.contains("problem     'memsize' is set on lines 1 and 2"), "{shown}");
}

#[test]
fn a_value_that_is_not_a_number_is_shown_as_it_is() {
    let vm = Scratch::with("numvcpus = \"<%= cpus %>\"\n");
    let shown = vm.run(&["show", "vm.vmx"]).printed(0);
    assert!(shown.contains("CPUs        '<%= cpus %>'\n"), "{shown}");
}

/// Creates two VMs, one of which has a wide name.
fn two_vms() -> Scratch {
    let vm = Scratch::with(VM);
    vm.write("b/虚拟.vmx", "displayName = \"虚拟\"\nguestOS = \"windows9-64\"\nvirtualHW.version = \"21\"\n");
    vm.write("now.vmdk", NOW);
    vm.write("base.vmdk", BASE);
    vm
}

#[test]
fn several_vms_are_a_table_in_the_order_of_the_files() {
    two_vms().run(&["show", "b", "vm.vmx"]).prints(
        "NAME          GUEST           HW  CPUS  MEMORY  DISKS      STATE  FILE
虚拟          Windows 10 x64  21     1   32 MB  0          off    b/虚拟.vmx
Build server  Ubuntu x64      19     4    4 GB  1 (20 GB)  off    vm.vmx
",
    );
}

#[test]
fn several_vms_are_one_json_object_per_line() {
    let result = two_vms().run(&["show", "--json", "b", "nothing.vmx", "vm.vmx"]);
    assert_eq!(result.code, 5);
    result.says(&["nothing.vmx: cannot open"]);
    let lines = result.json_lines();
    assert_eq!((&lines[0]["name"], &lines[2]["name"]), (&"虚拟".into(), &"Build server".into()));
    assert_eq!(lines[1]["error"]["code"], 5);
}

#[test]
fn further_keys_are_columns_of_the_table() {
    let vms = two_vms();
    vms.write(
        "c.vmx",
        "guestOS = \"linux\"\nremotedisplay.vnc.port = \"5901\"\nMEMSIZE = \"64\"\nmemsize = \"65\"\n",
    );
    vms.run(&["show", "b", "c.vmx", "--with", "RemoteDisplay.vnc.port", "--with=memsize"]).prints(
        "NAME  GUEST           HW  CPUS  MEMORY  DISKS  STATE  RemoteDisplay.vnc.port  memsize  FILE
虚拟  Windows 10 x64  21     1   32 MB  0      off    -                       -        b/虚拟.vmx
c     Other Linux      -     1   64 MB  0      off    5901                    64       c.vmx
",
    );
}

#[test]
fn further_keys_of_one_vm_are_lines() {
    let vm = Scratch::with("guestOS = \"dos\"\nannotation = \"a|0Ab\"\nfloppy0.present = \"FALSE\"\n");
    let shown = vm.run(&["show", "vm.vmx", "--with", "Annotation", "--with", "nope"]).printed(0);
    assert!(shown.ends_with("  state       off\n  Annotation  a|0Ab\n  nope        (not set)\n"), "{shown}");
}

#[test]
fn further_keys_are_members_in_json() {
    let vms = two_vms();
    let args = ["show", "--json", "b", "vm.vmx", "--with", "MEMSIZE", "--with", "nope"];
    let lines = vms.run(&args).json_lines();
    assert_valid(&lines);
    assert_eq!(lines[0]["with"], serde_json::json!({"MEMSIZE": null, "nope": null}));
    assert_eq!(lines[1]["with"], serde_json::json!({"MEMSIZE": "4096", "nope": null}));
    assert!(json(&vms, &["show", "--json", "vm.vmx"]).get("with").is_none());
}

#[test]
fn secrets_among_further_keys_are_masked() {
    let vm = Scratch::with("guestOS = \"dos\"\nRemoteDisplay.vnc.password = \"hunter2\"\n");
    vm.write("b/b.vmx", "guestOS = \"dos\"\n");
    let key = ["--with", "remotedisplay.vnc.password"];
    for args in [&["show", "vm.vmx"][..], &["show", "vm.vmx", "--json"], &["show", "vm.vmx", "b"]] {
        let shown = vm.run(&[args, &key].concat()).printed(0);
        assert!(shown.contains("****") && !shown.contains("hunter2"), "{shown}");
        let shown = vm.run(&[args, &key, &["--show-secrets"]].concat()).printed(0);
        assert!(shown.contains("hunter2"), "{shown}");
    }
    vm.run(&["show", "vm.vmx", "--show-secrets"]).refuses(2, &["--with <KEY>"]);
}

#[test]
fn a_pattern_is_not_a_column() {
    let vm = Scratch::with(VM);
    vm.run(&["show", "vm.vmx", "--with", "ethernet*.address"])
        .refuses(2, &["--with <KEY>", "`vmxedit find PATTERN FILES` searches for patterns"]);
    vm.run(&["show", "vm.vmx", "--with", "a b"]).refuses(2, &["it contains a space"]);
}

#[test]
fn values_with_newlines_stay_on_one_line() {
    let vm = Scratch::with("displayName = \"a|0Ab\"\nannotation = \"|1B[31mred\"\nguestOS = \"dos\"\n");
    let shown = vm.run(&["show", "vm.vmx"]).printed(0);
    assert!(shown.starts_with("vm.vmx: a|0Ab\n"), "{shown}");
}

#[test]
fn standard_input_has_no_neighboring_files_and_no_power_state() {
    let text = "displayName = \"x\"\nfloppy0.present = \"FALSE\"\nmemsize = \"3500\"\nserial0.present = \"TRUE\"\n\
                serial0.fileType = \"pipe\"\nserial0.fileName = \"/tmp/p\"\n";
    let shown = "x
  CPUs        1 (VMware's default)
  memory      3500 MB
  firmware    BIOS (VMware's default)
  serial0     serial port (pipe), /tmp/p
";

    for name in ["-", "/dev/stdin"] {
        Scratch::new().pipe(text.as_bytes(), &["show", name]).prints(&format!("{name}: {shown}"));
    }
}

const UNIT_16: &str = "virtualHW.version = \"14\"\nscsi0.present = \"TRUE\"\nscsi0.virtualDev = \"pvscsi\"\nscsi0:16.present = \"TRUE\"\n";

#[test]
fn units_above_15_are_shown_with_pvscsi_and_hardware_version_14() {
    let json = json(&Scratch::with(UNIT_16), &["show", "--json", "vm.vmx"]);
    assert_eq!(json["left_out"], Value::Array(vec![]));
}

#[test]
fn units_above_15_need_pvscsi() {
    let vm = Scratch::with(UNIT_16.replace("pvscsi", "lsilogic"));
    assert_eq!(json(&vm, &["show", "--json", "vm.vmx"])["left_out"][0]["slot"], "scsi0:16");
}

#[test]
fn units_above_15_need_hardware_version_14() {
    let vm = Scratch::with(UNIT_16.replace("14", "13"));
    assert_eq!(json(&vm, &["show", "--json", "vm.vmx"])["left_out"][0]["slot"], "scsi0:16");
    let checked = vm.run(&["check", "vm.vmx"]).stdout;
    assert!(checked.contains("VMX071"), "check should report the slot, too: {checked}");
}

#[test]
fn an_encrypted_vm_shows_only_what_is_in_clear_text() {
    let vm = Scratch::with(read_fixture("encrypted.vmx"));
    let json = json(&vm, &["show", "--json", "vm.vmx"]);
    assert_eq!(
        (&json["encryption"], &json["memory_mb"], &json["cpus"]),
        (&"full".into(), &Value::Null, &Value::Null)
    );
    assert_eq!(json["floppies"], Value::Array(vec![]), "an encrypted configuration should have no defaults");
}

/// Asserts that JSON documents match the schema of the documentation.
#[track_caller]
fn assert_valid(documents: &[Value]) {
    let schema = fs::read_to_string(repository_path("docs/schemas/show.schema.json")).unwrap();
    let schema = jsonschema::validator_for(&serde_json::from_str(&schema).unwrap()).unwrap();
    assert!(!schema.is_valid(&serde_json::json!({})), "the schema should reject an empty object");
    for json in documents {
        let errors: Vec<String> = schema.iter_errors(json).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{}: {errors:?}", json["file"]);
    }
}

#[test]
fn json_matches_its_schema() {
    let vm = Scratch::with(VM);
    vm.write("now.vmdk", NOW);
    vm.write("vm.vmsd", SNAPSHOTS);
    assert_valid(&[
        json(&vm, &["show", "--json", "vm.vmx"]),
        vm.pipe(VM.as_bytes(), &["show", "--json", "-"]).json(),
    ]);
}

#[test]
fn json_of_every_fixture_matches_its_schema() {
    let vm = Scratch::new();
    let files = fixtures();
    let shown = files.iter().map(|file| json(&vm, &["show", "--json", file.to_str().unwrap()]));
    assert_valid(&shown.collect::<Vec<_>>());
}

#[test]
fn the_time_of_a_snapshot_is_in_utc_in_json() {
    let vm = Scratch::with(VM);
    vm.write("vm.vmsd", SNAPSHOTS);
    let json = json(&vm, &["show", "--json", "vm.vmx"]);
    assert_eq!(json["snapshots"]["list"][0]["taken"], "2023-04-01T10:43:45.017856Z");
}

#[test]
fn a_vmxnet_card_with_the_features_of_vmxnet2_is_shown_as_one() {
    for (features, model) in [("15", "vmxnet2"), ("1", "vmxnet")] {
        let vm = Scratch::with(format!(
            "ethernet0.present = \"TRUE\"\nethernet0.virtualDev = \"vmxnet\"\nethernet0.features = \"{features}\"\n"
        ));
        let shown = vm.run(&["show", "vm.vmx"]).printed(0);
        assert!(shown.contains(&format!("network card ({model})")), "{shown}");
    }
}

#[test]
fn shared_folders_that_the_isolation_switches_off_are_not_shown() {
    for (disabled, is_shown) in [("TRUE", false), ("FALSE", true)] {
        let vm = Scratch::with(format!(
            "sharedFolder0.present = \"TRUE\"\nsharedFolder0.hostPath = \"/srv\"\n\
             isolation.tools.hgfs.disable = \"{disabled}\"\n"
        ));
        let shown = vm.run(&["show", "vm.vmx"]).printed(0);
        assert_eq!(shown.contains("sharedFolder0"), is_shown, "{shown}");
    }
}

#[test]
fn a_misspelled_key_of_with_gets_a_suggestion_if_no_vm_has_it() {
    let vm = Scratch::with("config.version = \"8\"\nvirtualHW.version = \"19\"\nguestOS = \"other\"\n");
    let said = |args: &[&str]| vm.run(&[&["show", "vm.vmx"], args].concat()).stderr;
    let suggestion = "vmxedit: 'memsiez' is not a known key\nhint: did you mean memsize?\n";
    assert_eq!(said(&["--with", "memsiez"]), suggestion);
    assert_eq!(said(&["vm.vmx", "--with", "memsiez"]), suggestion);
    assert_eq!(said(&["--with", "memsiez", "-q"]), "");
    vm.run(&["show", "vm.vmx", "--with", "mem*"]).refuses(2, &["it is a pattern, not a key; `vmxedit find "]);
    vm.write(
        "b.vmx",
        "config.version = \"8\"\nvirtualHW.version = \"19\"\nguestOS = \"other\"\nmemsiez = \"4\"\n",
    );
    assert_eq!(said(&["b.vmx", "--with", "memsiez"]), "");
}
