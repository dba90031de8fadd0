//! Users' preset files, and the commands that list, show and revert presets.

mod built_in;
mod combining;
mod conditions;
mod devices;
mod files;
mod folders;
mod list;
mod parameters;
mod products;
mod revert;
mod steps;

use crate::harness::{RunResult, Scratch};

const VM: &str = "config.version = \"8\"\nvirtualHW.version = \"10\"\nguestOS = \"ubuntu-64\"\non = \"1\"\n";

/// Returns a preset file with `body` after its name, title and reason, which take three lines.
fn file(body: &str) -> String {
    format!("name = \"mine\"\ntitle = \"Mine\"\nreason = \"Because.\"\n{body}")
}

const SET: &str = "[[steps]]\nset = \"a.b\"\nvalue = \"1\"\n";

/// Returns a VM with a preset file.
fn vm_with_preset(body: &str) -> Scratch {
    let vm = Scratch::with(VM);
    vm.write("mine.toml", file(body));
    vm
}

/// Applies a preset file to a VM.
fn apply(body: &str, args: &[&str]) -> (Scratch, RunResult) {
    let vm = vm_with_preset(body);
    let result = vm.run(&[&["apply", "-p", "./mine.toml"], args, &["vm.vmx"]].concat());
    (vm, result)
}
