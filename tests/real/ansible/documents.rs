//! The playbooks of `docs/ansible.md`.

use std::fs;

use crate::harness::{Scratch, isolated, repository_path};
use crate::parts::ansible::{Ansible, folder, recap, succeed};
use crate::parts::sshd::{Shell, SshHost, url};
use crate::suite::{Trial, second_tier, test_list};

/// Returns the tests of this module.
pub(crate) fn tests() -> Vec<Trial> {
    second_tier("takes seconds", test_list![the_playbooks_of_the_documents_do_what_the_documents_say])
}

/// Returns the example of the page that starts with this comment.
fn example(name: &str) -> String {
    let page = fs::read_to_string(repository_path("docs/ansible.md")).unwrap();
    let start = page.find(&format!("```yaml\n# {name}\n")).expect("the page should have the example");
    let block = &page[start + "```yaml\n".len()..];
    block[..block.find("```").expect("the end of the block")].to_owned()
}

fn the_playbooks_of_the_documents_do_what_the_documents_say() {
    let ansible = Ansible::find();
    let scratch = Scratch::new();
    let here = folder(&scratch);

    // The playbook for hosts with Workstation, with this machine as the host.
    let (version, arch) = (env!("CARGO_PKG_VERSION"), std::env::consts::ARCH);
    let root = format!("srv/vmxedit-{version}-{arch}-unknown-linux-musl");
    fs::create_dir_all(scratch.path(&root).join("bin")).unwrap();
    scratch.copy_program(&format!("{root}/bin/vmxedit"));
    let mut tar = isolated("tar");
    tar.arg("-czf").arg(scratch.path(&format!("{root}.tar.gz"))).arg("-C").arg(scratch.path("")).arg(&root);
    succeed(&mut tar);
    let vm = "config.version = \"8\"\nvirtualHW.version = \"19\"\nguestOS = \"ubuntu-64\"\nfloppy1.present = \"TRUE\"\n";
    scratch.write("vms/a/a.vmx", vm);
    scratch.write("vms/b/b.vmx", vm);
    let site = example("site.yml");
    for replaced in ["/srv/vmxedit/", "path: /vms\n", "vmxedit_install_sources:\n"] {
        assert!(site.contains(replaced), "{replaced}");
    }
    let site = site
        .replace("/srv/vmxedit/", &format!("{here}/srv/"))
        .replace("path: /vms\n", &format!("path: {here}/vms\n"))
        .replace("      vars:\n", &format!("      vars:\n        vmxedit_install_path: {here}/vmxedit\n"));
    let site = scratch.write("site.yml", site);
    scratch.write("hosts", "[hypervisors]\nhost1 ansible_connection=local\n");
    let run = |more: &[&str]| {
        let mut command = ansible.command("ansible-playbook", &scratch);
        command.args(["--inventory", "hosts", "--extra-vars"]);
        command.arg("ansible_python_interpreter={{ansible_playbook_python}}").arg(&site).args(more);
        let printed = succeed(&mut command);
        let recap = recap(&printed);
        assert_eq!(recap.len(), 1, "{printed}");
        (recap[0].clone(), printed)
    };
    let (recap, printed) = run(&["--check", "--diff"]);
    assert!(recap.contains("changed=2 ") && printed.contains("\n+vhv.enable = \"TRUE\"\n"), "{printed}");
    assert_eq!(scratch.read("vms/a/a.vmx"), vm.as_bytes());
    assert!(!scratch.path("vmxedit").exists());
    assert!(run(&[]).0.contains("changed=2 "));
    for file in ["vms/a/a.vmx", "vms/b/b.vmx"] {
        let text = String::from_utf8(scratch.read(file)).unwrap();
        assert!(
            text.contains("vhv.enable = \"TRUE\"") && text.contains("floppy0.present = \"FALSE\""),
            "{text}"
        );
        assert!(!text.contains("floppy1"), "{text}");
        assert_eq!(scratch.read(&format!("{file}.bak")), vm.as_bytes());
    }
    assert!(run(&[]).0.contains("changed=0 "));

    // The inventory and the playbook for ESXi hosts, with a stand-in for one of them.
    let host = SshHost::start_shared(Shell::BusyBox);
    host.account.make_esxi();
    let file = host.scratch().write("ds1/web/web.vmx", "guestOS = \"other\"\ndisplayName = \"web\"\n");
    host.account.register(&host.scratch().path("ds1"), &[(4, "Powered off", "web/web.vmx")]);
    let lab = example("lab.vmxedit.yml");
    let (first, second) = ("  - ssh://root@esx1/\n", "  - ssh://root@esx2/\n");
    assert!(lab.contains(first) && lab.contains(second), "{lab}");
    let lab = lab.replace(first, &format!("  - {}\n", url(host.port, "/".as_ref()))).replace(second, "");
    let lab = scratch.write("lab.vmxedit.yml", lab);
    let mut command = ansible.command("ansible-playbook", &scratch);
    command.arg("--inventory").arg(lab).arg(scratch.write("esxi.yml", example("esxi.yml")));
    command.args(["--extra-vars", "ansible_python_interpreter={{ansible_playbook_python}}"]);
    succeed(command.env("VMXEDIT_SSH", host.client()));
    let text = fs::read_to_string(file).unwrap();
    assert!(text.contains("numvcpus = \"2\"\n"), "{text}");
    assert!(host.account.take_calls().contains(&"vim-cmd vmsvc/reload 4".to_owned()));
}
