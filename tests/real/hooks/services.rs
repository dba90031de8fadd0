//! systemd, cron and govc: VMs of this machine and of ESXi hosts.

use std::fmt::Write as _;
use std::path::Path;

use super::page::{VM, block, command, folder, run};
use crate::harness::Scratch;
use crate::parts::sshd::{Shell, SshHost};
use crate::suite::{Trial, first_tier, test_list};

/// Returns the tests of this module.
pub(crate) fn tests() -> Vec<Trial> {
    first_tier(test_list![
        systemd_verifies_the_unit,
        the_command_before_the_start_changes_the_vm_once,
        cron_changes_the_vms_of_two_hosts,
        a_vm_is_shut_down_changed_and_started_with_govc
    ])
}

/// Returns the unit of the page, with the programs and the VM in a folder.
fn unit(folder: &Scratch) -> String {
    folder.write_script("bin/vmrun", "[ \"$1\" != list ] || echo 'Total running VMs: 0'");
    let bin = folder.path("bin").display().to_string();
    let vms = folder.path("vm").display().to_string();
    block("systemd", "ini")
        .replace("/usr/local/bin/", &format!("{bin}/"))
        .replace("/usr/bin/", &format!("{bin}/"))
        .replace("/vm/", &format!("{vms}/"))
}

fn systemd_verifies_the_unit() {
    let folder = folder();
    let unit = unit(&folder);
    folder.write("mac.service", &unit);
    // Without a running systemd, it needs its own folder.
    let mut verify = command(&folder, "systemd-analyze");
    verify.args(["verify", "--man=no", "./mac.service"]).env("XDG_RUNTIME_DIR", folder.path(""));
    assert_eq!(run(&mut verify), (0, String::new()));
    folder.write("mac.service", unit.replace("bin/vmxedit", "bin/nothing"));
    let (code, output) = run(&mut verify);
    assert!(code == 1 && output.contains("is not executable"), "{code}: {output}");
}

fn the_command_before_the_start_changes_the_vm_once() {
    let folder = folder();
    let before = VM.replace("debian12-64", "darwin10-64");
    folder.write("vm/mac/mac.vmx", &before);
    let unit = unit(&folder);
    let line = unit.lines().find_map(|line| line.strip_prefix("ExecStartPre=")).unwrap();
    let words: Vec<&str> = line.split(' ').collect();
    let start = || run(command(&folder, words[0]).args(&words[1..]));
    let (code, output) = start();
    assert!(code == 0 && output.contains("+ SMBIOS.use12CharSerialNumber = \"TRUE\"\n"), "{code}: {output}");
    assert_eq!(folder.read("vm/mac/mac.vmx.bak"), before.as_bytes());
    assert_eq!(start(), (0, String::new()));
    assert!(!folder.path("vm/mac/mac.vmx.bak.1").exists());
    // A VM that is not off, and another setting.
    folder.write("vm/mac/mac.vmx", &before);
    folder.write("vm/mac/mac.vmss", "");
    let at_once: Vec<String> = words[1..].iter().map(|word| word.replace("--wait=60", "--wait=0")).collect();
    let (code, output) = run(command(&folder, words[0]).args(at_once));
    assert!(code == 3 && output.contains("suspended"), "{code}: {output}");
}

/// Adds a program `ssh` that reaches the named hosts.
fn add_ssh(folder: &Scratch, hosts: &[(&str, &SshHost)]) {
    let mut cases = String::new();
    for (name, host) in hosts {
        // The client's own options precede those of the page, which name a key that does not exist.
        let script = format!("exec {} -p {} 127.0.0.1 \"$script\"", host.client(), host.port);
        writeln!(cases, "case \" $* \" in *' root@{name} '*) {script} ;; esac").unwrap();
    }
    folder.write_script("bin/ssh", &format!("PATH=${{PATH#*:}}\nfor script; do :; done\n{cases}exit 255"));
}

/// Returns an ESXi host with a VM that is on and one that is off.
fn esxi_host(volumes: &Path) -> SshHost {
    let host = SshHost::start_shared(Shell::Dash);
    host.account.make_esxi();
    std::fs::create_dir_all(volumes).unwrap();
    host.account.register(volumes, &[(1, "Powered off", "web/web.vmx"), (2, "Powered on", "db/db.vmx")]);
    for vm in ["web/web.vmx", "db/db.vmx"] {
        let path = volumes.join(vm);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, VM).unwrap();
    }
    host
}

fn cron_changes_the_vms_of_two_hosts() {
    let folder = folder();
    let volumes = [folder.path("volumes/one"), folder.path("volumes/two")];
    let hosts = [esxi_host(&volumes[0]), esxi_host(&volumes[1])];
    add_ssh(&folder, &[("esx1", &hosts[0]), ("esx2", &hosts[1])]);
    let table = block("esxi-cron", "crontab");
    let mut cron = command(&folder, "sh");
    let mut line = None;
    for entry in table.lines().filter(|line| !line.starts_with('#')) {
        if let Some((when, what)) = entry.split_once(" root ") {
            assert_eq!(when.split(' ').count(), 5, "{entry}");
            line = Some(what);
        } else {
            let (name, value) = entry.split_once('=').unwrap();
            if name != "PATH" {
                cron.env(name, value);
            }
        }
    }
    cron.args(["-c", line.expect("a command")]);
    let changed = "isolation.tools.copy.disable = \"TRUE\"";
    let (code, output) = run(&mut cron);
    assert_eq!(code, 3, "{output}");
    assert_eq!(output.matches(changed).count(), 2, "{output}");
    assert_eq!(output.matches("db.vmx: refused: the VM is running").count(), 2, "{output}");
    assert!(output.contains("ssh://root@esx1/") && output.contains("ssh://root@esx2/"), "{output}");
    for (host, volumes) in hosts.iter().zip(&volumes) {
        assert!(std::fs::read_to_string(volumes.join("web/web.vmx")).unwrap().contains(changed));
        assert_eq!(std::fs::read_to_string(volumes.join("db/db.vmx")).unwrap(), VM);
        assert!(host.account.take_calls().contains(&"vim-cmd vmsvc/reload 1".to_owned()));
        host.account.register(volumes, &[(1, "Powered off", "web/web.vmx")]);
    }
    assert_eq!(run(&mut cron), (0, String::new()));
}

fn a_vm_is_shut_down_changed_and_started_with_govc() {
    let folder = folder();
    // The absolute path of a datastore begins with /vmfs/volumes, which this machine does not have.
    let volumes = folder.path("volumes/ds1");
    let host = esxi_host(&volumes);
    add_ssh(&folder, &[("esx1", &host)]);
    let power = |state: &str| {
        host.account.register(&volumes, &[(1, state, "web/web.vmx"), (2, "Powered on", "db/db.vmx")]);
    };
    power("Powered on");
    let vms = host.scratch().path("vms");
    folder.write_script(
        "bin/govc",
        &format!(
            "vms='{}'\necho \"$*\" >>'{}'\n\
             case \"$*\" in\n\
             'object.collect -s /dc1/vm/web config.files.vmPathName') echo '[ds1] web/web.vmx' ;;\n\
             'object.collect -s /dc1/vm/web runtime.powerState')\n\
             if grep -q '^1|Powered on' \"$vms\"; then echo poweredOn; else echo poweredOff; fi ;;\n\
             'vm.power -s /dc1/vm/web') sed -i 's/^1|Powered on/1|Powered off/' \"$vms\" ;;\n\
             'vm.power -on /dc1/vm/web') sed -i 's/^1|Powered off/1|Powered on/' \"$vms\" ;;\n\
             *) exit 1 ;;\n\
             esac",
            vms.display(),
            folder.path("calls").display()
        ),
    );
    let script = block("govc-powercli", "sh");
    let datastores = volumes.parent().unwrap().display().to_string();
    folder.write("vmx-set", script.replace("/vmfs/volumes", &datastores));
    let set = || {
        let args = ["vmx-set", "root@esx1", "/dc1/vm/web", "memsize=4096", "numvcpus=4"];
        run(command(&folder, "sh").args(args).env("VMXEDIT_SSH", "ssh"))
    };
    let (code, output) = set();
    assert!(code == 0 && output.contains("~ memsize = \"2048\" -> \"4096\"\n"), "{code}: {output}");
    let file = String::from_utf8(std::fs::read(volumes.join("web/web.vmx")).unwrap()).unwrap();
    assert!(file.contains("memsize = \"4096\"\n") && file.contains("numvcpus = \"4\"\n"), "{file}");
    let calls = String::from_utf8(folder.read("calls")).unwrap();
    let last: Vec<&str> = calls.lines().filter(|call| call.starts_with("vm.power")).collect();
    assert_eq!(last, ["vm.power -s /dc1/vm/web", "vm.power -on /dc1/vm/web"]);
    assert!(String::from_utf8(host.scratch().read("vms")).unwrap().starts_with("1|Powered on"));
    // A VM that is off stays off.
    power("Powered off");
    folder.write("calls", "");
    assert_eq!(set().0, 0);
    assert!(!String::from_utf8(folder.read("calls")).unwrap().contains("vm.power"));
}
