//! The modules, in playbooks on this machine.

use std::fs;

use crate::harness::Scratch;
use crate::parts::ansible::{Ansible, folder, recap, succeed, text, write_vmrun};
use crate::suite::{Trial, second_tier, test_list};

/// Returns the tests of this module.
pub(crate) fn tests() -> Vec<Trial> {
    second_tier(
        "takes seconds",
        test_list![
            a_playbook_sets_and_removes_entries_and_applies_presets,
            a_change_of_a_running_vm_is_refused_or_waits,
            a_path_has_no_variables,
            secrets_are_masked_in_a_task_that_is_not_valid,
            info_describes_vms_and_check_finds_mistakes
        ],
    )
}

const VM: &str = "config.version = \"8\"\nvirtualHW.version = \"19\"\nguestOS = \"ubuntu-64\"\n  memsize = \"1024\" # MB\r\n\
    floppy0.present = \"FALSE\"\nethernet1.present = \"TRUE\"\nx = \"e\"";

fn a_playbook_sets_and_removes_entries_and_applies_presets() {
    let ansible = Ansible::find();
    let scratch = Scratch::new();
    scratch.write("original.vmx", VM);
    scratch.write("vm/vm.vmx", VM);
    scratch.set_mode("vm/vm.vmx", 0o600);
    scratch.write("template.vmx", "guestOS = \"other\"\nnumvcpus = \"4\"\n");
    // The results of tasks, with the arguments of the modules.
    let printed = succeed(ansible.playbook("setting.yml", &scratch).arg("-vvv"));
    assert!(printed.contains("RemoteDisplay.vnc.password"), "{printed}");
    let secrets: Vec<&str> = printed.lines().filter(|line| line.contains("hunter")).collect();
    assert!(secrets.is_empty(), "{secrets:?}");
    let recap = recap(&printed);
    assert_eq!(recap, ["localhost : ok=13 changed=4 unreachable=0 failed=0 skipped=1 rescued=0 ignored=2"]);
    let expected = "config.version = \"8\"\nvirtualHW.version = \"19\"\nguestOS = \"ubuntu-64\"\n  memsize = \"4096\" # MB\r\n\
        x = \"e\"\nRemoteDisplay.vnc.password = \"hunter33\"\nRemoteDisplay.vnc.enabled = \"TRUE\"\n\
        RemoteDisplay.vnc.port = \"5901\"\nRemoteDisplay.vnc.ip = \"127.0.0.1\"\nnumvcpus = \"4\"\n";
    assert_eq!(String::from_utf8_lossy(&scratch.read("vm/vm.vmx")), expected);
    assert!(fs::read_dir(scratch.path("vm")).unwrap().count() == 2, "the file and its backup");
}

fn a_change_of_a_running_vm_is_refused_or_waits() {
    let ansible = Ansible::find();
    let scratch = Scratch::new();
    let vm = scratch.write("vm/vm.vmx", "guestOS = \"other\"\nmemsize = \"1024\"\n");
    write_vmrun(&scratch.path("always"), &vm, u32::MAX);
    write_vmrun(&scratch.path("first"), &vm, 3);
    succeed(&mut ansible.playbook("running.yml", &scratch));
    assert_eq!(scratch.read("vm/vm.vmx"), b"guestOS = \"other\"\nmemsize = \"4096\"\n");
    let calls = scratch.read("first/calls").len();
    assert!(calls > 3, "the VM was looked at {calls} times");
}

/// Runs the module with these arguments, in JSON.
fn set(ansible: &Ansible, scratch: &Scratch, arguments: &str) -> (bool, String) {
    let mut command = ansible.command("ansible", scratch);
    command.args(["localhost", "-vvv", "--module-name", "vmxedit.vmx.setting", "--args", arguments]);
    let output = command.env("PART", "web").output().unwrap();
    (output.status.success(), text(&output))
}

fn a_path_has_no_variables() {
    let ansible = Ansible::find();
    let scratch = Scratch::new();
    for name in ["$PART", "web"] {
        scratch.write(&format!("{name}/vm.vmx"), VM);
    }
    let path = scratch.path("$PART/vm.vmx");
    let arguments = format!(r#"{{"path": "{}", "settings": {{"numvcpus": 2}}}}"#, path.display());
    let (succeeded, printed) = set(&ansible, &scratch, &arguments);
    assert!(succeeded && printed.contains("CHANGED"), "{printed}");
    assert_eq!(scratch.read("web/vm.vmx"), VM.as_bytes());
    assert!(String::from_utf8_lossy(&scratch.read("$PART/vm.vmx")).contains("numvcpus = \"2\""));
}

fn secrets_are_masked_in_a_task_that_is_not_valid() {
    let ansible = Ansible::find();
    let scratch = Scratch::new();
    for rest in [r#""path": "x", "wait": "soon""#, r#""path": "x", "wiat": 3"#, r#""state": "present""#] {
        let arguments = format!(r#"{{"settings": {{"x.password": "hunter22"}}, {rest}}}"#);
        let (succeeded, printed) = set(&ansible, &scratch, &arguments);
        let returned = printed.split_once("FAILED!").expect("a failure").1;
        assert!(!succeeded && returned.contains("x.password"), "{printed}");
        assert!(!returned.contains("hunter22"), "{printed}");
    }
}

fn info_describes_vms_and_check_finds_mistakes() {
    let ansible = Ansible::find();
    let scratch = Scratch::new();
    let vm = "config.version = \"8\"\nvirtualHW.version = \"19\"\nguestOS = \"ubuntu-64\"\nmemsize = \"1024\"\n\
        displayName = \"Web {{ 1 + 1 }}\"\nRemoteDisplay.vnc.password = \"hunter22\"\n";
    scratch.write("vm/vm.vmx", vm);
    scratch.write("bad.vmx", "memsize = \"abc\"\nmemsize = \"4\"\n");
    let output = ansible.playbook("reading.yml", &scratch).arg("-vvv").output().unwrap();
    let printed = text(&output);
    assert!(output.status.success(), "{printed}");
    assert!(!printed.contains("hunter22"), "{printed}");
    assert_eq!(scratch.read("vm/vm.vmx"), vm.as_bytes(), "{}", folder(&scratch));
}
