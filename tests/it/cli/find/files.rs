//! The files that `find` searches, and files that cannot be searched.

use super::vms;
use crate::harness::Scratch;

#[test]
fn files_and_folders_are_searched_in_the_order_of_the_command_line() {
    let vms = vms();
    vms.run(&["find", "-l", "guestOS", "vms/c/c.vmx", "vms/a", "vms/b/"])
        .prints("vms/c/c.vmx\nvms/a/a.vmx\nvms/b/b.vmx\n");
    for jobs in ["1", "2", "100"] {
        vms.run(&["find", "-rl", "--jobs", jobs, "guestOS", "vms"])
            .prints("vms/a/a.vmx\nvms/b/b.vmx\nvms/c/c.vmx\n");
    }
}

#[test]
fn results_of_many_files_are_in_order() {
    let vms = Scratch::new();
    let names: Vec<String> = (0..300).map(|n| format!("vms/{n:03}/vm.vmx")).collect();
    for (n, name) in names.iter().enumerate() {
        vms.write(name, format!("number = \"{n}\"\n"));
    }
    let expected: String =
        names.iter().enumerate().map(|(n, name)| format!("{name}: number = \"{n}\"\n")).collect();
    vms.run(&["find", "num*", "-r", "vms"]).prints(&expected);
}

#[test]
fn standard_input_is_searched_once() {
    let vm = Scratch::with("a = \"2\"\n");
    vm.pipe(b"a = \"1\"\n", &["find", "a", "-", "vm.vmx"]).prints("-: a = \"1\"\nvm.vmx: a = \"2\"\n");
    vm.pipe(b"a = \"1\"\n", &["find", "a", "-", "-"]).reports(
        2,
        "-: a = \"1\"\n",
        &["standard input can be used only once"],
    );
    vm.pipe(b"a = \"1\"\n", &["find", "a", "/dev/stdin"]).prints("/dev/stdin: a = \"1\"\n");
}

#[test]
fn a_file_that_cannot_be_read_is_reported_and_the_others_are_searched() {
    let vms = vms();
    vms.write("vms/b/b2.vmx", "KDMV\0\0");
    vms.run(&["find", "memsize=1024", "-r", "vms"]).reports(
        4,
        "vms/b/b.vmx: memsize = \"1024\"\nvms/c/c.vmx: memsize = \"0x400\"\n",
        &["vms/b/b2.vmx: not a VMX file: a sparse virtual disk"],
    );
    vms.run(&["find", "memsize", "vms/b/b.vmx", "none.vmx"]).reports(
        5,
        "vms/b/b.vmx: memsize = \"1024\"\n",
        &["none.vmx: cannot open"],
    );
    vms.run(&["find", "nothing", "vms/b/b2.vmx"]).refuses(4, &["vms/b/b2.vmx: not a VMX file"]);
    vms.run(&["find", "memsize", "-r", "nowhere"]).refuses(5, &["nowhere: cannot open"]);
}

#[test]
fn a_pipe_in_a_tree_is_reported_and_does_not_block() {
    let vms = vms();
    vms.make_fifo("vms/b/pipe.vmx");
    vms.run(&["find", "-l", "memsize", "-r", "vms"]).reports(
        4,
        "vms/b/b.vmx\nvms/c/c.vmx\n",
        &["vms/b/pipe.vmx: not a VMX file: a pipe"],
    );
}

#[test]
fn a_folder_without_a_vm_needs_recursion_and_the_hint_says_so() {
    vms().run(&["find", "memsize", "vms"]).refuses(
        5,
        &[
            "vms: a directory without a .vmx file",
            "hint: to search the directories below it: vmxedit find -r memsize vms\n",
        ],
    );
}

#[test]
fn a_file_in_the_place_of_the_expression_is_reported_with_the_right_order() {
    let vms = vms();
    vms.run(&["find", "vms", "memsize=*", "-r"]).refuses(
        2,
        &["'vms' is taken for EXPR, which comes before FILES", "hint: vmxedit find 'memsize=*' vms -r\n"],
    );
    vms.run(&["find", "-l", "vms/a", "memsize", "vms/b"])
        .refuses(2, &["hint: vmxedit find -l memsize vms/a vms/b\n"]);
    vms.run(&["find", "vms/a", "memsize"]).refuses(2, &["hint: vmxedit find memsize vms/a"]);
    vms.run(&["find", "vms/a", "x.password=hunter2"]).refuses(2, &["hint: vmxedit find EXPR FILES...\n"]);
}

#[test]
fn a_search_without_an_expression_says_what_it_searched_for() {
    let vms = vms();
    vms.run(&["find", "vms/a/a.vmx", "vms/b/b.vmx"]).reports(
        1,
        "",
        &[
            "vmxedit: 'vms/a/a.vmx' was taken for EXPR\n",
            "hint: an expression precedes the files, such as memsize: vmxedit find memsize vms/a/a.vmx vms/b/b.vmx\n",
        ],
    );
    vms.run(&["find", "vms", "vms", "-rl"]).reports(1, "", &["'vms' was taken for EXPR\n"]);
    vms.run(&["find", "vms/a/a.vmx", "vms/b/b.vmx", "-q"]).exits(1, "");
}

#[test]
fn an_expression_next_to_the_option_for_it_needs_the_option_as_well() {
    vms().run(&["find", "memsize", "-e", "guestOS=other", "vms/a/a.vmx"]).says(&[
        "memsize: cannot open",
        "hint: with -e, every expression needs it: vmxedit find -e memsize -e guestOS=other vms/a/a.vmx\n",
    ]);
    vms().run(&["find", "ethernet0.present", "-e", "guestOS=other", "vms/a/a.vmx"]).says(&[
        "hint: with -e, every expression needs it: vmxedit find -e ethernet0.present -e guestOS=other vms/a/a.vmx\n",
    ]);
    let missing = vms().run(&["find", "nope.vmx", "-e", "guestOS=other", "vms/a/a.vmx"]);
    assert!(!missing.stderr.contains("hint"), "{}", missing.stderr);
}

#[test]
fn a_key_with_the_name_of_a_file_is_searched() {
    let vm = Scratch::with("memsize = \"1\"\n");
    vm.write("memsize", "");
    vm.run(&["find", "memsize", "vm.vmx"]).prints("vm.vmx: memsize = \"1\"\n");
}

#[test]
fn files_are_required() {
    let vm = Scratch::with("a = \"1\"\n");
    vm.run(&["find"]).refuses(2, &["<EXPR>", "<FILES>", "hint: for example: vmxedit find "]);
    vm.run(&["find", "a"]).refuses(2, &["<FILES>"]);
    vm.run(&["find", "-e", "a"]).refuses(2, &["no FILES to search"]);
}

#[test]
fn lists_of_snapshots_and_descriptors_are_searched_when_they_are_named() {
    let vm = Scratch::new();
    vm.write("vm.vmsd", "snapshot0.uid = \"1\"\n");
    vm.write("disk.vmdk", "# Disk DescriptorFile\nCID=123\nddb.adapterType = \"lsilogic\"\n");
    vm.run(&["find", "snapshot*.uid", "vm.vmsd", "disk.vmdk"]).prints("vm.vmsd: snapshot0.uid = \"1\"\n");
    vm.run(&["find", "c*d=123", "vm.vmsd", "disk.vmdk"]).prints("disk.vmdk: CID = \"123\"\n");
}
