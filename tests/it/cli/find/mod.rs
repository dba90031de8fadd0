//! The `find` command: expressions, its output, many files, and a comparison with `grep`.

mod expressions;
mod files;
mod output;
mod versus_grep;

use crate::harness::Scratch;

/// Creates three VMs below `vms`: two have VNC on, in different spellings.
fn vms() -> Scratch {
    let vms = Scratch::new();
    vms.write(
        "vms/a/a.vmx",
        ".encoding = \"UTF-8\"\nguestOS = \"windows9-64\"\nremotedisplay.vnc.enabled = \"true\"\n\
         RemoteDisplay.vnc.password = \"hunter2\"\n",
    );
    vms.write("vms/b/b.vmx", "guestOS = \"linux\"\nmemsize = \"1024\"\n");
    vms.write(
        "vms/c/c.vmx",
        "guestOS = \"windows9-64\"\r\nRemoteDisplay.vnc.enabled = \"TRUE\"\r\nmemsize = \"0x400\"\r\n",
    );
    vms
}
