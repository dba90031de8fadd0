//! `diff` of one file with many others.

use crate::harness::Scratch;

/// Creates a template and three VMs, of which the second has the settings of the template.
fn vms() -> Scratch {
    let vms = Scratch::new();
    vms.write("template.vmx", "memsize = \"1024\"\nx.present = \"TRUE\"\nuuid.location = \"1\"\n");
    vms.write("vms/a/a.vmx", "memsize = \"2048\"\nx.present = \"TRUE\"\nuuid.location = \"1\"\n");
    vms.write("vms/b/b.vmx", "uuid.location = \"1\"\r\nMEMSIZE = 1024\r\nx.present=TRUE\r\n");
    vms.write("vms/c/c.vmx", "memsize = \"0x400\"\nx.present = \"true\"\nuuid.location = \"2\"\nb = \"1\"\n");
    vms
}

const A: &str = "vms/a/a.vmx: ~ memsize = \"1024\" -> \"2048\"\n";

#[test]
fn each_change_is_printed_after_the_name_of_its_file() {
    let vms = vms();
    let expected = format!(
        "{A}vms/c/c.vmx: ~ memsize = \"1024\" -> \"0x400\"\nvms/c/c.vmx: ~ x.present = \"TRUE\" -> \"true\"\n\
         vms/c/c.vmx: ~ uuid.location = \"1\" -> \"2\"\nvms/c/c.vmx: + b = \"1\"\n"
    );
    let summary = ["3 files: 2 different, 1 equal, 0 failed"];
    vms.run(&["diff", "template.vmx", "-r", "vms"]).reports(1, &expected, &summary);
    vms.run(&["diff", "template.vmx", "vms/a/a.vmx", "vms/b/b.vmx", "vms/c/c.vmx"])
        .reports(1, &expected, &summary);
}

#[test]
fn files_without_a_difference_exit_0() {
    let vms = vms();
    vms.run(&["diff", "template.vmx", "vms/b", "template.vmx"]).reports(
        0,
        "",
        &["2 files: 0 different, 2 equal, 0 failed"],
    );
    vms.run(&["diff", "template.vmx", "-r", "vms/b"]).reports(0, "", &["1 file: 0 different, 1 equal"]);
}

#[test]
fn the_options_of_a_comparison_apply_to_every_file() {
    let vms = vms();
    vms.run(&["diff", "template.vmx", "-r", "vms", "--semantic", "--ignore-volatile"]).reports(
        1,
        &format!("{A}vms/c/c.vmx: + b = \"1\"\n"),
        &["3 files: 2 different, 1 equal, 0 failed"],
    );
    let result = vms.run(&["diff", "template.vmx", "-r", "vms", "--unified"]);
    assert_eq!(result.code, 1);
    for name in ["a/a", "b/b", "c/c"] {
        let head = format!("--- template.vmx\n+++ vms/{name}.vmx\n@@ ");
        assert!(result.stdout.contains(&head), "{}", result.stdout);
    }
}

#[test]
fn a_quiet_comparison_of_many_files_has_no_summary() {
    let vms = vms();
    let result = vms.run(&["diff", "template.vmx", "-rq", "vms"]);
    assert_eq!((result.code, &*result.stderr), (1, ""));
    assert!(result.stdout.starts_with("vms/a/a.vmx: ~ memsize"), "{}", result.stdout);
    vms.run(&["diff", "template.vmx", "-rq", "vms/b"]).exits(0, "");
}

#[test]
fn json_has_one_object_for_each_file() {
    let vms = vms();
    let result = vms.run(&["diff", "template.vmx", "-r", "vms", "--json", "-q"]);
    assert_eq!(result.code, 1);
    let lines = result.json_lines();
    assert_eq!(lines.len(), 3);
    for (line, (name, equal, changes)) in
        lines.iter().zip([("vms/a/a.vmx", false, 1), ("vms/b/b.vmx", true, 0), ("vms/c/c.vmx", false, 4)])
    {
        assert_eq!((&line["a"], &line["b"]), (&"template.vmx".into(), &name.into()));
        assert_eq!((&line["equal"], line["changes"].as_array().unwrap().len()), (&equal.into(), changes));
    }
}

#[test]
fn a_file_that_cannot_be_compared_is_reported_and_the_others_are_compared() {
    let vms = vms();
    vms.write("vms/b/b.vmx", "KDMV\0");
    vms.run(&["diff", "template.vmx", "-r", "vms/a", "vms/b"]).reports(
        4,
        A,
        &["vms/b/b.vmx: not a VMX file", "2 files: 1 different, 0 equal, 1 failed"],
    );
    vms.run(&["diff", "template.vmx", "vms/a/a.vmx", "none.vmx"]).reports(
        5,
        A,
        &["none.vmx: cannot open", "2 files: 1 different, 0 equal, 1 failed"],
    );
}

#[test]
fn nothing_is_compared_with_a_file_that_cannot_be_read() {
    let vms = vms();
    vms.run(&["diff", "none.vmx", "-r", "vms"]).refuses(5, &["none.vmx: cannot open"]);
}

#[test]
fn standard_input_is_compared_with_many_files() {
    let vms = vms();
    vms.pipe(
        b"memsize = \"2048\"\nx.present = \"TRUE\"\nuuid.location = \"1\"\n",
        &["diff", "-", "-r", "vms/a", "vms/b"],
    )
    .reports(
        1,
        "vms/b/b.vmx: ~ MEMSIZE = \"2048\" -> \"1024\"\n",
        &["2 files: 1 different, 1 equal, 0 failed"],
    );
}

#[test]
fn secrets_are_masked_in_many_comparisons() {
    let vms = Scratch::with("x.password = \"hunter1\"\n");
    vms.write("b/b.vmx", "x.password = \"hunter2\"\n");
    vms.run(&["diff", "vm.vmx", "-r", "b"]).reports(
        1,
        "b/b.vmx: ~ x.password = \"****\" -> \"****\"\n",
        &["1 file: 1 different"],
    );
}

#[test]
fn a_comparison_with_a_backup_or_a_preset_is_of_one_file() {
    let vms = vms();
    for args in [["--backup", "-r"], ["--backup", "--jobs=2"], ["--preset=macos-serial", "--no-progress"]] {
        vms.run(&[&["diff", "template.vmx"], &args[..]].concat()).refuses(2, &["cannot be used with"]);
    }
    vms.run(&["diff", "template.vmx", "vms/a", "vms/b", "--backup"]).refuses(2, &["cannot be used with"]);
    vms.run(&["diff", "template.vmx"]).refuses(2, &["<B>", "--backup", "--preset"]);
}
