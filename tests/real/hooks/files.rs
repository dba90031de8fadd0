//! A drift report, and `find`, `xargs` and `parallel`.

use super::page::{VM, block, blocks, command, folder, run};
use crate::harness::Scratch;
use crate::suite::{Trial, first_tier, test_list};

/// Returns the tests of this module.
pub(crate) fn tests() -> Vec<Trial> {
    first_tier(test_list![
        the_drift_report_names_what_differs,
        a_vm_is_compared_with_a_golden_one,
        find_xargs_and_parallel_call_the_program,
        callers_lose_the_exit_code_as_the_page_says
    ])
}

/// Returns a folder with the VMs of the examples.
fn folder_with_vms() -> Scratch {
    let folder = folder();
    for vm in ["vm/db/db.vmx", "vm/web/web.vmx"] {
        folder.write(vm, VM);
    }
    folder
}

/// Returns a command of a page, with its absolute paths in the folder.
fn local(command: &str) -> String {
    command.replace("/vm", "vm")
}

fn the_drift_report_names_what_differs() {
    let folder = folder_with_vms();
    folder.write("vmx-drift", &blocks("drift-report", "sh")[0]);
    let drift = |directory: &str| run(command(&folder, "sh").args(["vmx-drift", "clipboard-off", directory]));
    assert_eq!(drift("vm").0, 1);
    assert_eq!(folder.read("vm/web/web.vmx"), VM.as_bytes());
    assert_eq!(
        run(command(&folder, "vmxedit").args(["apply", "-q", "-p", "clipboard-off", "-r", "vm"])).0,
        0
    );
    assert_eq!(drift("vm"), (0, String::new()));
    let web = String::from_utf8(folder.read("vm/web/web.vmx")).unwrap();
    folder.write("vm/web/web.vmx", web.replace("isolation.tools.copy.disable = \"TRUE\"\n", ""));
    // A VM that is not off.
    folder.write("vm/web/web.vmss", "");
    assert_eq!(drift("vm"), (1, local(&block("drift-report", "text"))));
    let (code, output) = drift("missing");
    assert!(code == 2 && output.ends_with("some VMs could not be read\n"), "{code}: {output}");
}

fn a_vm_is_compared_with_a_golden_one() {
    let folder = folder_with_vms();
    folder.write("golden/golden.vmx", format!("{VM}ethernet0.generatedAddress = \"00:0c:29:01:02:03\"\n"));
    folder.write("vm/db/db.vmx", VM.replace("2048", "1024"));
    let compare = local(&blocks("drift-report", "sh")[1]);
    let (code, output) = run(command(&folder, "sh").args(["-c", &compare]));
    let changes: Vec<&str> = output.lines().filter(|line| !line.starts_with("vmxedit: ")).collect();
    assert_eq!((code, &*changes), (1, &["vm/db/db.vmx: ~ memsize = \"2048\" -> \"1024\""][..]));
}

fn find_xargs_and_parallel_call_the_program() {
    let user = run(command(&Scratch::new(), "id").arg("-un")).1;
    for line in blocks("find-xargs-parallel", "sh").concat().lines() {
        let folder = folder_with_vms();
        let odd = folder.write("vm/odd\nname/a b.vmx", VM);
        let line = local(line).replace("alice", user.trim());
        // Its first run asks to be cited.
        let line = line.replace("| parallel ", "| parallel --will-cite ");
        if line.contains("| parallel ") {
            run(command(&folder, "parallel").arg("--version"));
        }
        let (code, output) = run(command(&folder, "sh").args(["-c", &line]));
        assert_eq!(code, 0, "{line}: {output}");
        let is_edit = line.contains("memsize=4096");
        let expected = VM.replace("2048", if is_edit { "4096" } else { "2048" });
        for vm in [folder.path("vm/db/db.vmx"), folder.path("vm/web/web.vmx"), odd] {
            assert_eq!(std::fs::read_to_string(vm).unwrap(), expected, "{line}");
        }
        match line.as_str() {
            line if line.contains(" status") => assert_eq!(output.matches(": off\n").count(), 3, "{output}"),
            line if line.contains(" get ") => assert_eq!(output, "2048\n2048\n2048\n"),
            line if is_edit => assert_eq!(output.matches("-> \"4096\"").count(), 3, "{line}: {output}"),
            _ => assert_eq!(output, ""),
        }
    }
}

fn callers_lose_the_exit_code_as_the_page_says() {
    let folder = folder_with_vms();
    for vm in ["vm/db/db.vmss", "vm/web/web.vmss"] {
        folder.write(vm, "");
    }
    let find = "find vm -name '*.vmx'";
    for (line, expected) in [
        ("vmxedit apply -q --set a=1 -r vm".to_owned(), 3),
        (format!("{find} -exec vmxedit apply -q --set a=1 {{}} +"), 1),
        (format!("{find} -exec vmxedit set -q {{}} a=1 \\;"), 0),
        (format!("{find} -print0 | xargs -0 vmxedit apply -q --set a=1"), 123),
        (format!("{find} -print0 | parallel --will-cite -0 vmxedit set -q {{}} a=1"), 2),
    ] {
        let (code, output) = run(command(&folder, "sh").args(["-c", &line]));
        assert_eq!(code, expected, "{line}: {output}");
        assert_eq!(output.matches("refused").count(), 2, "{line}: {output}");
    }
}
