//! The built-in presets that add and remove devices.

mod network_cards;
mod storage;

use crate::harness::{RunResult, Scratch};

/// Returns a VM with these lines after its head, with the disks that they name, the disk `b.vmdk` and the image `a.iso`.
fn vm(hardware: u32, lines: &str) -> Scratch {
    vm_of("ubuntu-64", hardware, lines)
}

fn vm_of(guest: &str, hardware: u32, lines: &str) -> Scratch {
    let head = format!("config.version = \"8\"\nvirtualHW.version = \"{hardware}\"\nguestOS = \"{guest}\"\n");
    let vm = Scratch::with(format!("{head}memsize = \"1024\"\ndisplayName = \"vm\"\n{lines}"));
    vm.write("a.iso", "");
    let named = lines.split('"').filter(|word| word.contains(".vmdk"));
    for disk in named.chain(["b.vmdk"]) {
        let data = format!("{disk}-flat.vmdk");
        vm.write(disk, format!("# Disk DescriptorFile\nversion=1\nRW 1 FLAT \"{data}\" 0\n"));
        vm.write(&data, [0; 512]);
    }
    vm
}

fn apply(vm: &Scratch, preset: &str, parameters: &[&str]) -> RunResult {
    let parameters = parameters.iter().flat_map(|parameter| ["--param", *parameter]);
    let args: Vec<&str> = ["apply", "-p", preset, "vm.vmx"].into_iter().chain(parameters).collect();
    vm.run(&args)
}

/// Applies a preset, asserts that it causes no finding of `check`, and returns the changes.
#[track_caller]
fn added(vm: &Scratch, preset: &str, parameters: &[&str]) -> String {
    let before = findings(vm);
    let result = apply(vm, preset, parameters);
    assert_eq!(result.code, 0, "{}", result.stderr);
    assert!(!result.stderr.contains("warning"), "{}", result.stderr);
    let caused: Vec<String> = findings(vm).into_iter().filter(|finding| !before.contains(finding)).collect();
    assert!(caused.is_empty(), "{caused:#?}");
    result.stdout
}

/// Returns the devices that a preset makes present.
#[track_caller]
fn devices(vm: &Scratch, preset: &str, parameters: &[&str]) -> Vec<String> {
    let changes = added(vm, preset, parameters);
    assert!(!changes.contains("~ "), "a device that was disabled is enabled: {changes}");
    let present = changes.lines().filter_map(|line| line.strip_suffix(".present = \"TRUE\""));
    present.map(|line| line.trim_start_matches("+ ").to_owned()).collect()
}

fn findings(vm: &Scratch) -> Vec<String> {
    let found = vm.run(&["check", "--json", "vm.vmx"]).json();
    let found = found["findings"].as_array().expect("an array");
    found.iter().map(|finding| format!("{} {}", finding["code"], finding["message"])).collect()
}

fn value(vm: &Scratch, key: &str) -> String {
    vm.run(&["get", "vm.vmx", key]).printed(0).trim_end().to_owned()
}

/// Returns lines that make these devices present.
fn present(names: impl IntoIterator<Item = String>) -> String {
    names.into_iter().map(|name| format!("{name}.present = \"TRUE\"\n")).collect()
}

/// Returns disks in all slots of a controller.
fn disks(controller: &str, units: impl IntoIterator<Item = u32>) -> String {
    let disk = |unit| {
        format!(
            "{controller}:{unit}.present = \"TRUE\"\n{controller}:{unit}.fileName = \"{controller}-{unit}.vmdk\"\n"
        )
    };
    units.into_iter().map(disk).collect()
}
