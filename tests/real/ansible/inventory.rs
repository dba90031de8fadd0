//! The inventory plugin, with folders and a stand-in of an ESXi host.

use std::fs;

use crate::harness::Scratch;
use crate::parts::ansible::{Ansible, recap, succeed, text};
use crate::parts::sshd::{Shell, SshHost, url};
use crate::suite::{Trial, second_tier, test_list};

/// Returns the tests of this module.
pub(crate) fn tests() -> Vec<Trial> {
    second_tier(
        "takes seconds",
        test_list![
            vms_of_folders_and_esxi_hosts_are_listed_and_edited,
            a_vm_is_not_taken_for_a_group_of_its_name,
            a_source_that_cannot_be_read_is_an_error_or_a_warning
        ],
    )
}

fn vms_of_folders_and_esxi_hosts_are_listed_and_edited() {
    let ansible = Ansible::find();
    let host = SshHost::start_shared(Shell::Dash);
    host.account.make_esxi();
    for (name, memory) in [("web", 1024), ("db", 2048), ("other", 512)] {
        let content = format!("guestOS = \"other\"\ndisplayName = \"{name}\"\nmemsize = \"{memory}\"\n");
        host.scratch().write(&format!("vmfs/{name}/{name}.vmx"), content);
    }
    let root = host.scratch().path("vmfs");
    host.account.register(&root, &[(1, "Powered off", "web/web.vmx"), (7, "Powered on", "db/db.vmx")]);
    let scratch = Scratch::new();
    for (folder, name) in [("braces", "{{ 1 + 1 }}"), ("one", "same"), ("two", "same")] {
        scratch.write(
            &format!("vms/{folder}/vm.vmx"),
            format!(
                "guestOS = \"other\"\ndisplayName = \"{name}\"\nvhv.enable = \"TRUE\"\nmemsize = \"4\"\n"
            ),
        );
    }
    let inventory = scratch.write(
        "lab.vmxedit.yml",
        format!(
            "plugin: vmxedit.vmx.vms\nsources: [vms, {}]\nkeys: [vhv.enable]\n\
             groups:\n  nested: vmx['with']['vhv.enable'] == 'TRUE'\n\
             keyed_groups: [{{key: vmx_state, prefix: state}}]\n\
             compose: {{memory_gb: vmx.memory_mb / 1024}}\n",
            url(host.port, "/".as_ref())
        ),
    );
    let mut graph = ansible.command("ansible-inventory", &scratch);
    graph.args(["--graph", "--inventory"]).arg(&inventory).env("VMXEDIT_SSH", host.client());
    let printed = succeed(&mut graph);
    let vm = |folder: &str| scratch.path(&format!("vms/{folder}/vm.vmx")).display().to_string();
    let group = |name: &str, vms: &[&str]| {
        let lines: String = vms.iter().map(|vm| format!("  |  |--{vm}\n")).collect();
        format!("  |--@{name}:\n{lines}")
    };
    // A name that Ansible could take for something else, and one of two VMs, is not used.
    let (braces, one, two) = (vm("braces"), vm("one"), vm("two"));
    assert!(printed.contains(&group("nested", &[&braces, &one, &two])), "{printed}");
    assert!(printed.contains(&group("state_running", &["db"])), "{printed}");
    assert!(printed.contains("web") && !printed.contains("other"), "{printed}");
    let mut playbook = ansible.playbook("inventory.yml", &scratch);
    playbook.arg("--inventory").arg(&inventory).env("VMXEDIT_SSH", host.client());
    playbook.args(["--extra-vars", "ansible_python_interpreter={{ansible_playbook_python}}"]);
    let printed = succeed(&mut playbook);
    let numbers = recap(&printed);
    let line = |name: &str| numbers.iter().find(|line| line.starts_with(name)).expect("a line").as_str();
    assert!(line("web ").contains("changed=1"), "{printed}");
    assert!(line("db ").contains("changed=0"), "{printed}");
    assert!(line(&one).contains("changed=0") && numbers.len() == 5, "{printed}");
    let has = |name: &str| fs::read_to_string(root.join(name)).unwrap().contains("vhv.enable = \"TRUE\"\n");
    assert!(has("web/web.vmx") && !has("db/db.vmx") && !has("other/other.vmx"));
    assert!(host.account.take_calls().contains(&"vim-cmd vmsvc/reload 1".to_owned()));
}

fn a_vm_is_not_taken_for_a_group_of_its_name() {
    let ansible = Ansible::find();
    let scratch = Scratch::new();
    for (folder, name, nested) in
        [("a", "web", "FALSE"), ("b", "state_off", "TRUE"), ("c", "nested", "TRUE"), ("d", "db", "TRUE")]
    {
        let content = format!("guestOS = \"other\"\ndisplayName = \"{name}\"\nvhv.enable = \"{nested}\"\n");
        scratch.write(&format!("vms/{folder}/vm.vmx"), content);
    }
    let inventory = scratch.write(
        "lab.vmxedit.yml",
        "plugin: vmxedit.vmx.vms\nsources: [vms]\nkeys: [vhv.enable]\n\
         groups:\n  nested: vmx['with']['vhv.enable'] == 'TRUE'\n\
         keyed_groups: [{key: vmx_state, prefix: state}]\n",
    );
    let mut graph = ansible.command("ansible-inventory", &scratch);
    let printed = succeed(graph.args(["--graph", "--inventory"]).arg(&inventory));
    let vm = |folder: &str| scratch.path(&format!("vms/{folder}/vm.vmx")).display().to_string();
    let nested = format!("  |--@nested:\n  |  |--{}\n  |  |--{}\n  |  |--db\n", vm("b"), vm("c"));
    assert!(printed.contains(&nested) && printed.matches("state_off").count() == 1, "{printed}");
}

fn a_source_that_cannot_be_read_is_an_error_or_a_warning() {
    let ansible = Ansible::find();
    let scratch = Scratch::new();
    scratch.write("vms/vm.vmx", "guestOS = \"other\"\ndisplayName = \"web\"\n");
    let list = |ignore: bool, executable: &str| {
        let inventory = scratch.write(
            "vmxedit.yml",
            format!(
                "plugin: vmxedit.vmx.vms\nsources: [vms, nowhere]\nignore_errors: {ignore}\nexecutable: {executable}\n"
            ),
        );
        let mut command = ansible.command("ansible-inventory", &scratch);
        command.env("ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED", "1");
        let output = command.args(["--graph", "--inventory"]).arg(inventory).output().unwrap();
        (output.status.success(), text(&output))
    };
    let missing = scratch.path("nowhere").display().to_string();
    let (succeeded, printed) = list(false, "vmxedit");
    assert!(!succeeded && printed.contains(&missing) && !printed.contains("web"), "{printed}");
    let (succeeded, printed) = list(true, "vmxedit");
    assert!(succeeded && printed.contains("nowhere: ") && printed.contains("--web"), "{printed}");
    let (succeeded, printed) = list(true, "no-such-vmxedit");
    assert!(!succeeded && printed.contains("vmxedit.vmx.install"), "{printed}");
}
