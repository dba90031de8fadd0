//! Vagrant and Packer. They are large: `.ci/run --all` installs them.

use std::fs;

use super::page::{VM, block, command, folder, run};
use crate::harness::{Scratch, isolated};
use crate::suite::{Trial, first_tier, skip_optional, test_list};

/// Returns the tests of this module.
pub(crate) fn tests() -> Vec<Trial> {
    first_tier(test_list![vagrant_runs_the_trigger_before_up, packer_runs_the_post_processor])
}

fn require(program: &str) {
    if isolated(program).arg("--version").output().is_err() {
        skip_optional(format!("{program} is not installed"));
    }
}

/// A provider of the name that the page has. It has a VM that is off, and does nothing.
const PROVIDER: &str = "class StandIn < Vagrant.plugin(\"2\", :provider)
  def initialize(machine); end
  def action(name); Vagrant::Action::Builder.new; end
  def state; Vagrant::MachineState.new(:poweroff, \"off\", \"off\"); end
end
class StandInPlugin < Vagrant.plugin(\"2\")
  name \"stand-in\"
  provider(\"vmware_desktop\", box_optional: true) { StandIn }
end
";

fn vagrant(folder: &Scratch, args: &[&str]) -> (i32, String) {
    run(command(folder, "vagrant").args(args).env("VAGRANT_HOME", folder.path("vagrant")))
}

fn vagrant_runs_the_trigger_before_up() {
    require("vagrant");
    let folder = folder();
    let vm = folder.write("web/web.vmx", VM);
    folder.write("Vagrantfile", format!("{PROVIDER}{}", block("vagrant", "ruby")));
    folder.write("vmx-before-up.sh", block("vagrant", "sh"));
    folder.set_mode("vmx-before-up.sh", 0o755);
    let (code, output) = vagrant(&folder, &["validate"]);
    assert_eq!(code, 0, "{output}");
    let up = || vagrant(&folder, &["up", "--provider", "vmware_desktop"]);
    // The first time, there is no VM.
    let (code, output) = up();
    assert_eq!(code, 0, "{output}");
    assert_eq!(fs::read_to_string(&vm).unwrap(), VM);
    let id = ".vagrant/machines/default/vmware_desktop/id";
    folder.write(id, vm.to_str().unwrap());
    let (code, output) = up();
    assert!(code == 0 && output.contains("+ mks.noBeep = \"TRUE\""), "{code}: {output}");
    assert!(fs::read_to_string(&vm).unwrap().contains("\nmks.noBeep = \"TRUE\"\n"));
    folder.write(id, "/nonexistent/web.vmx");
    let (code, output) = up();
    assert!(code == 1 && output.contains("exit code 5"), "{code}: {output}");
}

fn packer_runs_the_post_processor() {
    require("packer");
    let folder = folder();
    folder.write("output-web/web.vmx", VM);
    let build = block("packer", "hcl");
    let source = "source \"null\" \"web\" {\n  communicator = \"none\"\n}\n";
    folder.write("web.pkr.hcl", format!("{source}{}", build.replace("source.vmware-iso.", "source.null.")));
    let packer = |action: &str| {
        let mut packer = command(&folder, "packer");
        run(packer.args([action, "web.pkr.hcl"]).env("CHECKPOINT_DISABLE", "1"))
    };
    assert_eq!(packer("validate").0, 0);
    let (code, output) = packer("build");
    assert_eq!(code, 0, "{output}");
    let edited = String::from_utf8(folder.read("output-web/web.vmx")).unwrap();
    assert!(edited.contains("\nmks.noBeep = \"TRUE\"\n"), "{edited}");
    folder.write("output-web/web.vmx", VM.replace("memsize = \"2048\"", "memsize = \"abc\""));
    assert_eq!(packer("build").0, 1);
}
