//! Pipes, devices, sockets and huge files where a file of the VM or a preset should be: never a hang, never an
//! allocation of their size.

use std::fs::File;
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;
use std::process::Stdio;

use crate::harness::{RunResult, Scratch, isolated, program};
use crate::parts::strace::require_strace;
use crate::suite::{Trial, first_tier, test_list};

/// Returns the tests of this module.
pub(crate) fn tests() -> Vec<Trial> {
    first_tier(test_list![
        a_disk_that_is_no_regular_file_or_no_disk_is_a_problem,
        a_parent_that_is_no_regular_file_or_no_disk_is_a_problem,
        a_part_of_a_disk_is_never_opened,
        a_list_of_snapshots_that_is_no_regular_file_is_ignored_and_a_huge_one_is_a_problem,
        the_largest_list_of_snapshots_that_is_read_fits_in_memory,
        the_snapshots_are_unknown_to_presets_if_their_list_is_no_regular_file_or_huge,
        devices_that_a_configuration_names_are_not_opened,
        an_entry_of_a_preset_folder_that_is_no_regular_file_or_huge_is_an_error,
        an_entry_of_a_preset_folder_may_be_a_link_to_a_preset,
        a_pipe_in_place_of_a_preset_folder_is_as_if_it_were_missing,
        a_preset_file_that_the_user_names_may_be_a_pipe_and_is_read_up_to_a_limit
    ])
}

const VM: &str = "virtualHW.version = \"19\"\nguestOS = \"dos\"\nscsi0.present = \"TRUE\"\nscsi0:0.present = \"TRUE\"\n\
                  scsi0:0.fileName = \"disk.vmdk\"\n";
const DISK: &str =
    "# Disk DescriptorFile\nversion=1\nparentFileNameHint=\"base.vmdk\"\nRW 8 SPARSE \"part.vmdk\" 0\n";
const BASE: &str = "# Disk DescriptorFile\nversion=1\nRW 8 ZERO\n";

/// What takes the place of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Special {
    Pipe,
    LinkToPipe,
    LinkToZero,
    Socket,
    Sparse3Gb,
}

use Special::{LinkToPipe, LinkToZero, Pipe, Socket, Sparse3Gb};

const NOT_REGULAR: [Special; 4] = [Pipe, LinkToPipe, LinkToZero, Socket];

const ALL: [Special; 5] = [Pipe, LinkToPipe, LinkToZero, Socket, Sparse3Gb];

impl Special {
    fn put(self, vm: &Scratch, name: &str) {
        let path = vm.path(name);
        match self {
            Pipe => drop(vm.make_fifo(name)),
            LinkToPipe => symlink(vm.make_fifo("a-pipe"), path).unwrap(),
            LinkToZero => symlink("/dev/zero", path).unwrap(),
            // The name stays when it is closed.
            Socket => drop(UnixListener::bind(path).unwrap()),
            Sparse3Gb => File::create(path).unwrap().set_len(3 << 30).unwrap(),
        }
    }
}

/// Runs the program with at most 64 MB of address space, and ends it after 20 seconds. Another program than the one that
/// was built with the tests has 96 MB: the allocator of the static program copies what grows.
fn run(vm: &Scratch, args: &[&str]) -> RunResult {
    let mut command = isolated("timeout");
    let limit = if std::env::var_os("VMXEDIT_TEST_PROGRAM").is_some() { 96 << 10 } else { 64 << 10 };
    command.args(["-k", "1", "20", "sh", "-c", &format!("ulimit -v {limit}; exec \"$0\" \"$@\"")]);
    command.arg(program()).args(args).current_dir(vm.path(""));
    command.env("VMXEDIT_PRESET_PATH", vm.path("presets"));
    let result = RunResult::new(args, &command.output().unwrap());
    assert!(result.code < 100, "{args:?} was ended: {} {}", result.code, result.stderr);
    result
}

fn vm_with(special: Special, name: &str) -> Scratch {
    let vm = Scratch::with(VM);
    for (file, content) in [("disk.vmdk", DISK), ("base.vmdk", BASE), ("part.vmdk", "x"), ("vmware.log", "")]
    {
        if file != name {
            vm.write(file, content);
        }
    }
    special.put(&vm, name);
    vm
}

fn problem_of_disk(vm: &Scratch) -> String {
    let json = run(vm, &["show", "--json", "vm.vmx"]).json();
    json["controllers"][0]["devices"][0]["problem"].as_str().unwrap_or_default().to_owned()
}

/// Returns the messages of the rule about broken disks.
fn broken_disks(vm: &Scratch) -> Vec<String> {
    let json = run(vm, &["check", "--json", "vm.vmx"]).json();
    let findings = json["findings"].as_array().unwrap().iter();
    let of_rule = findings.filter(|finding| finding["code"] == "VMX113");
    of_rule.map(|finding| finding["message"].as_str().unwrap().to_owned()).collect()
}

fn a_disk_that_is_no_regular_file_or_no_disk_is_a_problem() {
    for special in NOT_REGULAR {
        let vm = vm_with(special, "disk.vmdk");
        assert_eq!(problem_of_disk(&vm), "not a regular file", "{special:?}");
        assert_eq!(broken_disks(&vm), ["cannot open the disk 'disk.vmdk': not a regular file"]);
    }
    let vm = vm_with(Sparse3Gb, "disk.vmdk");
    assert_eq!(problem_of_disk(&vm), "not a disk descriptor");
    assert_eq!(broken_disks(&vm), ["cannot open the disk 'disk.vmdk': not a disk descriptor"]);
}

fn a_parent_that_is_no_regular_file_or_no_disk_is_a_problem() {
    for special in NOT_REGULAR {
        let vm = vm_with(special, "base.vmdk");
        assert_eq!(problem_of_disk(&vm), "its parent base.vmdk: not a regular file", "{special:?}");
        let expected = "cannot open the disk 'disk.vmdk': its parent 'base.vmdk': not a regular file";
        assert_eq!(broken_disks(&vm), [expected]);
    }
    let vm = vm_with(Sparse3Gb, "base.vmdk");
    assert_eq!(problem_of_disk(&vm), "its parent base.vmdk: not a disk descriptor");
}

fn a_part_of_a_disk_is_never_opened() {
    for special in ALL {
        let vm = vm_with(special, "part.vmdk");
        assert_eq!(problem_of_disk(&vm), "", "{special:?}");
        assert_eq!(broken_disks(&vm), [""; 0], "{special:?}");
    }
}

fn a_list_of_snapshots_that_is_no_regular_file_is_ignored_and_a_huge_one_is_a_problem() {
    for special in ALL {
        let vm = vm_with(special, "vm.vmsd");
        let shown = run(&vm, &["show", "vm.vmx"]).stdout;
        let problem = shown.lines().find(|line| line.contains("snapshots")).unwrap_or_default().trim();
        let expected =
            if special == Sparse3Gb { "snapshots   cannot read the snapshots: file too large" } else { "" };
        assert_eq!(problem, expected, "{special:?}");
        let checked = run(&vm, &["check", "vm.vmx"]);
        assert!(!checked.stdout.contains("VMX115"), "{special:?}: {}", checked.stdout);
    }
}

fn the_largest_list_of_snapshots_that_is_read_fits_in_memory() {
    let vm = Scratch::with(VM);
    let mut list: String = (0..140_000).map(|at| format!("snapshot{at}.uid = \"{at}\"\n")).collect();
    list.push_str(&"#".repeat((4 << 20) - list.len()));
    vm.write("vm.vmsd", &list);
    let shown = run(&vm, &["show", "vm.vmx"]);
    assert!(shown.code == 0 && shown.stdout.lines().count() > 140_000, "{}", shown.stderr);
    assert_eq!(run(&vm, &["check", "vm.vmx"]).stderr, "");
    vm.write("vm.vmsd", list + "#");
    assert!(run(&vm, &["show", "vm.vmx"]).stdout.contains("cannot read the snapshots: file too large"));
}

fn the_snapshots_are_unknown_to_presets_if_their_list_is_no_regular_file_or_huge() {
    let preset = "name = \"mine\"\ntitle = \"T\"\nreason = \"R\"\n[[requires]]\nsnapshots = false\n\
                  [[steps]]\nset = \"a\"\nvalue = \"1\"\n";
    for special in ALL {
        let vm = vm_with(special, "vm.vmsd");
        vm.write("mine.toml", preset);
        let unknown = "it is unknown whether the VM has snapshots";
        run(&vm, &["apply", "-n", "-p", "./mine.toml", "vm.vmx"]).refuses(4, &[unknown]);
        run(&vm, &["diff", "--preset", "./mine.toml", "vm.vmx"]).refuses(4, &[unknown]);
        let shown = run(&vm, &["preset", "show", "./mine.toml", "vm.vmx"]);
        assert!(shown.stdout.contains(unknown), "{special:?}: {}{}", shown.stdout, shown.stderr);
        assert_eq!(run(&vm, &["preset", "list", "--for", "vm.vmx"]).code, 0, "{special:?}");
        assert_eq!(vm.read("vm.vmx"), VM.as_bytes());
    }
}

fn devices_that_a_configuration_names_are_not_opened() {
    require_strace();
    let vm = Scratch::with(VM.replace("disk.vmdk", "/dev/zero"));
    symlink("/dev/zero", vm.path("vm.vmsd")).unwrap();
    for command in ["show", "check"] {
        let traced = isolated("strace")
            .args(["-f", "-o", "trace", "-e", "trace=openat,open,openat2"])
            .arg(program())
            .args([command, "vm.vmx"])
            .current_dir(vm.path(""))
            .output();
        assert!(traced.unwrap().status.code().is_some());
        let trace = String::from_utf8_lossy(&vm.read("trace")).into_owned();
        assert!(trace.contains("vm.vmx"), "{trace}");
        assert!(!trace.contains("/dev/zero") && !trace.contains("vm.vmsd"), "{command}: {trace}");
    }
}

/// Returns a preset with this name.
fn preset(name: &str) -> String {
    format!("name = \"{name}\"\ntitle = \"T\"\nreason = \"R\"\n[[steps]]\nset = \"a\"\nvalue = \"1\"\n")
}

fn an_entry_of_a_preset_folder_that_is_no_regular_file_or_huge_is_an_error() {
    for special in ALL {
        let vm = Scratch::with(VM);
        vm.write("presets/good.toml", preset("good"));
        special.put(&vm, "presets/bad.toml");
        let why = if special == Sparse3Gb { "it is larger than 1 MB" } else { "not a regular file" };
        let listed = run(&vm, &["preset", "list"]);
        listed.says(&[&format!("presets/bad.toml: warning: not a preset: {why}")]);
        assert!(listed.stdout.contains("good"), "{special:?}: {}", listed.stdout);
        run(&vm, &["apply", "-p", "bad", "vm.vmx"]).refuses(4, &["bad.toml: not a preset: ", why]);
        run(&vm, &["apply", "-p", "godo", "vm.vmx"]).refuses(2, &["no preset 'godo'"]);
    }
}

fn an_entry_of_a_preset_folder_may_be_a_link_to_a_preset() {
    let vm = Scratch::with(VM);
    vm.write("shared/mine.toml", preset("mine"));
    vm.write("presets/x", "");
    symlink("../shared/mine.toml", vm.path("presets/mine.toml")).unwrap();
    symlink("nowhere.toml", vm.path("presets/dangling.toml")).unwrap();
    run(&vm, &["apply", "-n", "-p", "mine", "vm.vmx"]).prints("+ a = \"1\"\n");
    run(&vm, &["apply", "-n", "-p", "dangling", "vm.vmx"]).refuses(2, &["no preset 'dangling'"]);
}

fn a_pipe_in_place_of_a_preset_folder_is_as_if_it_were_missing() {
    let vm = Scratch::with(VM);
    vm.make_fifo("presets");
    run(&vm, &["apply", "-n", "-p", "nothing", "vm.vmx"]).refuses(2, &["no preset 'nothing'"]);
    assert_eq!(run(&vm, &["preset", "list"]).stderr, "");
}

fn a_preset_file_that_the_user_names_may_be_a_pipe_and_is_read_up_to_a_limit() {
    let vm = Scratch::with(VM);
    vm.write("source", preset("mine"));
    vm.make_fifo("pipe.toml");
    // A writer that waits for a reader which never comes ends by itself.
    let mut writer = isolated("timeout");
    writer.args(["60", "sh", "-c", "cat source > pipe.toml"]).current_dir(vm.path(""));
    let mut writer = writer.stdout(Stdio::null()).spawn().unwrap();
    run(&vm, &["apply", "-n", "-p", "./pipe.toml", "vm.vmx"]).prints("+ a = \"1\"\n");
    assert!(writer.wait().unwrap().success());
    for special in [LinkToZero, Sparse3Gb] {
        let name = format!("{special:?}.toml");
        special.put(&vm, &name);
        run(&vm, &["apply", "-n", "-p", &format!("./{name}"), "vm.vmx"])
            .refuses(4, &["not a preset: it is larger than 1 MB"]);
        run(&vm, &["preset", "check", &name]).refuses(4, &["it is larger than 1 MB"]);
    }
    Socket.put(&vm, "socket.toml");
    run(&vm, &["apply", "-p", "./socket.toml", "vm.vmx"]).refuses(5, &["cannot read the preset"]);
}
