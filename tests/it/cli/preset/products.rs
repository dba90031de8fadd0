//! Presets for other products than those that run the VM.

use super::{VM, file};
use crate::harness::Scratch;

const ESX: &str =
    "virtualHW.version = \"19\"\nvirtualHW.productCompatibility = \"esx\"\nguestOS = \"ubuntu-64\"\n";

const WARNING: &str =
    "vnc-console is for Workstation, Player, Fusion, but virtualHW.productCompatibility is \"esx\"";

#[test]
fn applying_a_preset_for_other_products_warns() {
    let vm = Scratch::with(ESX);
    let result = vm.run(&["apply", "-p", "vnc-console", "vm.vmx"]);
    assert_eq!(result.code, 0, "{}", result.stderr);
    result.says(&[&format!("warning: {WARNING}")]);
    let result = vm.run(&["apply", "-p", "vnc-console", "vm.vmx"]);
    assert_eq!((result.code, &*result.stderr), (0, ""), "nothing was left to change");
}

#[test]
fn a_preset_for_other_products_warns_in_json() {
    let edit = Scratch::with(ESX).run(&["apply", "-n", "-p", "vnc-console", "--json", "vm.vmx"]).json();
    assert_eq!(edit["warnings"], serde_json::json!([WARNING]));
}

#[test]
fn a_preset_that_is_shown_or_listed_for_a_vm_of_other_products_warns() {
    let vm = Scratch::with(ESX);
    let shown = vm.run(&["preset", "show", "vnc-console", "vm.vmx"]).printed(0);
    assert!(shown.contains(&format!("\n  warning: {WARNING}")), "{shown}");
    let listed = vm.run(&["preset", "list", "--for", "vm.vmx", "vnc-console"]).printed(0);
    assert!(listed.trim_end().ends_with(&format!("(warning: {WARNING})")), "{listed}");
    let json = vm.run(&["preset", "show", "vnc-console", "vm.vmx", "--json"]).json();
    assert_eq!(json["warnings"], serde_json::json!([WARNING]));
}

#[test]
fn the_products_of_a_users_preset_are_compared_too() {
    let vm = Scratch::with(format!("{VM}scsi0:0.fileName = \"/vmfs/volumes/a/b.vmdk\"\n"));
    vm.write("mine.toml", file("products = [\"Fusion 13\"]\n[[steps]]\nset = \"a\"\nvalue = \"1\"\n"));
    vm.run(&["apply", "-p", "./mine.toml", "vm.vmx"]).reports(
        0,
        "+ a = \"1\"\n",
        &["warning: mine is for Fusion 13, but scsi0:0.fileName is a path on an ESXi host, in /vmfs"],
    );
}

#[test]
fn a_vm_of_the_products_of_a_preset_has_no_warning() {
    let vm = Scratch::with(ESX.replace("\"esx\"", "\"hosted\""));
    let result = vm.run(&["apply", "-q", "-p", "vnc-console", "vm.vmx"]);
    assert_eq!((result.code, &*result.stderr), (0, ""));
}
