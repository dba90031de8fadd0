//! The `rename` command: keys, families, and new names that are refused.

use crate::harness::Scratch;

const VM: &str = "ethernet0.present = \"TRUE\"\nmemsize = \"4\"\n";

#[test]
fn rename_accepts_a_family() {
    let vm = Scratch::with(VM);
    vm.run(&["rename", "vm.vmx", "ethernet0.*", "ethernet1.*"])
        .prints("~ ethernet0.present -> ethernet1.present\n");
    assert_eq!(vm.read("vm.vmx"), b"ethernet1.present = \"TRUE\"\nmemsize = \"4\"\n");
}

#[test]
fn rename_can_change_only_the_case_of_a_key() {
    let vm = Scratch::with(VM);
    vm.run(&["rename", "vm.vmx", "memsize", "memSize"]).prints("~ memsize -> memSize\n");
    assert_eq!(vm.read("vm.vmx"), b"ethernet0.present = \"TRUE\"\nmemSize = \"4\"\n");
}

#[test]
fn rename_to_a_key_that_exists_is_refused() {
    let file = "ethernet1.present = \"TRUE\"\nmemSize = \"4\"\n";
    let vm = Scratch::with(file);
    vm.run(&["rename", "vm.vmx", "memsize", "ethernet1.Present"])
        .refuses(4, &["vm.vmx:1: cannot rename 'memSize' to 'ethernet1.Present'"]);
    assert_eq!(vm.read("vm.vmx"), file.as_bytes());
}

#[test]
fn rename_of_a_missing_key_exits_1() {
    let vm = Scratch::with(VM);
    vm.run(&["rename", "vm.vmx", "nothing", "else"]).refuses(1, &["no entry matches 'nothing'"]);
    assert_eq!(vm.read("vm.vmx"), VM.as_bytes());
}

#[test]
fn rename_of_a_family_to_a_key_is_refused() {
    let vm = Scratch::with(VM);
    vm.run(&["rename", "vm.vmx", "a.*", "b"]).refuses(2, &["both must end in .*, or neither"]);
    assert_eq!(vm.read("vm.vmx"), VM.as_bytes());
}

#[test]
fn rename_of_a_missing_key_suggests_what_is_close() {
    let vm = Scratch::with(VM);
    for (old, new, meant) in [
        ("memsiez", "memsize", "memsize"),
        ("memory", "memsize", "memsize"),
        ("ethernet0", "ethernet1", "ethernet0.*"),
        ("memsize.*", "x.*", "memsize"),
    ] {
        vm.run(&["rename", "vm.vmx", old, new])
            .refuses(1, &[&format!("vm.vmx: no entry matches '{old}'\nhint: did you mean {meant}?")]);
    }
    assert_eq!(vm.read("vm.vmx"), VM.as_bytes());
}

#[test]
fn a_pattern_that_matches_the_identity_of_the_vm_is_not_renamed() {
    let vm = Scratch::with("config.version = \"8\"\nVirtualHW.version = \"19\"\nmemsize = \"4\"\n");
    vm.run(&["rename", "vm.vmx", "virtualhw.*", "x.*"]).refuses(
        4,
        &[
            "vm.vmx: nothing was changed: 'virtualhw.*' matches VirtualHW.version, which every VM needs\n",
            "hint: `vmxedit list vm.vmx 'virtualhw.*'` shows what it matches; to rename VirtualHW.version as well, name the key\n",
        ],
    );
    let error = vm.run(&["rename", "vm.vmx", "config.*", "x.*", "--json"]).json();
    assert_eq!(error["error"]["kind"], "identity");
    // Another spelling is the same key.
    vm.run(&["rename", "vm.vmx", "VirtualHW.*", "virtualHW.*"])
        .prints("~ VirtualHW.version -> virtualHW.version\n");
    vm.run(&["rename", "vm.vmx", "config.version", "x.version", "-n"]).printed(0);
    vm.write("x.properties", "config.version=1\n");
    vm.run(&["rename", "x.properties", "config.*", "x.*"]).prints("~ config.version -> x.version\n");
}

/// A file that VMware wrote for a VM called web, with the keys that hold its name.
const WEB: &str = "displayName = \"web\"\nannotation = \"web of the web shop\"\nnvram = \"web.nvram\"\n\
                   extendedConfigFile = \"web.vmxf\"\nscsi0:0.fileName = \"web-000001.vmdk\"\nscsi0:1.fileName = \"webserver.vmdk\"\n\
                   ide1:0.fileName = \"/isos/web.iso\"\nsched.swap.derivedName = \"/vmfs/volumes/ds/web/web-1a2b.vswp\"\n\
                   migrate.hostlog = \"./web-1a2b.hlog\"\nvmxstats.filename = \"web.scoreboard\"\nwebsite.present = \"web\"\n";

#[test]
fn rename_values_changes_the_values_that_hold_the_name_of_the_vm() {
    let vm = Scratch::new();
    vm.write("web/web.vmx", WEB);
    for name in ["web.nvram", "web-000001.vmdk", "webserver.vmdk"] {
        vm.write(&format!("web/{name}"), "x");
    }
    vm.run(&["rename", "--values", "web/web.vmx", "web", "shop"]).reports(
        0,
        "~ displayName = \"web\" -> \"shop\"\n~ nvram = \"web.nvram\" -> \"shop.nvram\"\n\
         ~ extendedConfigFile = \"web.vmxf\" -> \"shop.vmxf\"\n\
         ~ scsi0:0.fileName = \"web-000001.vmdk\" -> \"shop-000001.vmdk\"\n\
         ~ sched.swap.derivedName = \"/vmfs/volumes/ds/web/web-1a2b.vswp\" -> \"/vmfs/volumes/ds/web/shop-1a2b.vswp\"\n\
         ~ migrate.hostlog = \"./web-1a2b.hlog\" -> \"./shop-1a2b.hlog\"\n\
         ~ vmxstats.filename = \"web.scoreboard\" -> \"shop.scoreboard\"\n",
        &["rename these files yourself", ": web-000001.vmdk, web.nvram, web.vmx\n"],
    );
    assert!(vm.path("web/web.nvram").exists() && vm.path("web/web.vmx").exists(), "files are not renamed");
    let json = vm.run(&["rename", "--values", "web/web.vmx", "shop", "web", "--json", "-n"]).json();
    assert_eq!(json["changes"].as_array().unwrap().len(), 7, "{json}");
}

#[test]
fn rename_values_changes_directories_only_if_that_of_the_vm_is_renamed_already() {
    let vm = Scratch::new();
    vm.write("shop/web.vmx", "scsi0:0.fileName = \"/vmfs/volumes/ds/web/web.vmdk\"\n");
    vm.run(&["rename", "--values", "shop", "web", "shop"]).reports(
        0,
        "~ scsi0:0.fileName = \"/vmfs/volumes/ds/web/web.vmdk\" -> \"/vmfs/volumes/ds/shop/shop.vmdk\"\n",
        &[": web.vmx\n"],
    );
}

#[test]
fn rename_values_without_a_value_or_with_a_path_is_refused() {
    let vm = Scratch::with(WEB);
    vm.run(&["rename", "--values", "vm.vmx", "db", "shop"])
        .refuses(1, &["vm.vmx: no value holds the name 'db'", "hint: `vmxedit get vm.vmx displayName`"]);
    let invalid = b"scsi0:0.fileName = \"web-\xFF.vmdk\"\n";
    vm.write("bad.vmx", invalid);
    vm.run(&["rename", "--values", "bad.vmx", "web", "db"])
        .refuses(4, &["line 1: the value of 'scsi0:0.fileName' is not valid"]);
    assert_eq!(vm.read("bad.vmx"), invalid);
    vm.run(&["rename", "--values", "vm.vmx", "web", "a/b"]).refuses(2, &["'a/b' is not the name of a VM"]);
    assert_eq!(vm.read("vm.vmx"), WEB.as_bytes());
}
