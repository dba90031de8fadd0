//! The `diff` command: comparison by key and by line.

use std::time::{Duration, Instant};

use crate::harness::Scratch;

const A: &str = ".encoding = \"windows-1252\"\r\nmemSize = \"1024\"\r\nfloppy0.present = \"TRUE\"\r\n\
                 uuid.location = \"56 4d\"\r\nguestOS = \"linux\"\r\n";
const B: &str = "# A comment.\nGUESTOS=linux\nMEMSIZE = \"2048\"\nfloppy0.present = \"true\"\n\
                 uuid.location = \"56 4e\"\nvhv.enable = \"TRUE\"\n";

/// Creates the two files `a.vmx` and `b.vmx`.
pub(super) fn scratch_with_files(a: impl AsRef<[u8]>, b: impl AsRef<[u8]>) -> Scratch {
    let scratch = Scratch::new();
    scratch.write("a.vmx", a);
    scratch.write("b.vmx", b);
    scratch
}

#[test]
fn keys_are_compared_regardless_of_order_case_and_spacing() {
    let vm = scratch_with_files(A, B);
    vm.run(&["diff", "a.vmx", "b.vmx"]).exits(
        1,
        "~ MEMSIZE = \"1024\" -> \"2048\"\n~ floppy0.present = \"TRUE\" -> \"true\"\n\
         ~ uuid.location = \"56 4d\" -> \"56 4e\"\n+ vhv.enable = \"TRUE\"\n- .encoding = \"windows-1252\"\n",
    );
    assert_eq!(vm.names(), ["a.vmx", "b.vmx"], "no lock or other file should be left");
}

#[test]
fn keys_that_vmware_writes_by_itself_are_ignored_on_request() {
    let vm = scratch_with_files(A, B);
    vm.run(&["diff", "a.vmx", "b.vmx", "--semantic", "--ignore-volatile"]).exits(
        1,
        "~ MEMSIZE = \"1024\" -> \"2048\"\n+ vhv.enable = \"TRUE\"\n- .encoding = \"windows-1252\"\n",
    );
}

#[test]
fn a_quiet_comparison_prints_the_changes() {
    let vm = scratch_with_files("a = \"1\"\n", "a = \"2\"\n");
    vm.run(&["diff", "a.vmx", "b.vmx", "-q"]).exits(1, "~ a = \"1\" -> \"2\"\n");
}

#[test]
fn a_file_is_equal_to_itself() {
    scratch_with_files(A, B).run(&["diff", "a.vmx", "a.vmx"]).prints("");
}

#[test]
fn semantic_compares_values_as_vmware_reads_them() {
    let vm = scratch_with_files(
        "x.present = \"TRUE\"\nmemsize = 1024\n",
        "x.present = true\nmemsize = \"0x400\"\n",
    );
    vm.run(&["diff", "a.vmx", "b.vmx", "--semantic"]).prints("");
    vm.run(&["diff", "a.vmx", "b.vmx"])
        .exits(1, "~ x.present = \"TRUE\" -> \"true\"\n~ memsize = \"1024\" -> \"0x400\"\n");
}

#[test]
fn semantic_compares_text_and_other_spellings_of_true_as_they_are() {
    let vm = scratch_with_files(
        "x.present = \"1\"\ndisplayName = \"TRUE\"\n",
        "x.present = TRUE\ndisplayName = \"True\"\n",
    );
    vm.run(&["diff", "a.vmx", "b.vmx", "--semantic"])
        .exits(1, "~ x.present = \"1\" -> \"TRUE\"\n~ displayName = \"TRUE\" -> \"True\"\n");
}

#[test]
fn duplicate_keys_are_compared_in_order() {
    let vm = scratch_with_files("a = \"1\"\nA = \"2\"\n", "a = \"1\"\nb = \"\"\nA = \"3\"\na = \"4\"\n");
    vm.run(&["diff", "a.vmx", "b.vmx"]).exits(1, "~ A = \"2\" -> \"3\"\n+ a = \"4\"\n+ b = \"\"\n");
    vm.run(&["diff", "b.vmx", "a.vmx"]).exits(1, "~ A = \"3\" -> \"2\"\n- a = \"4\"\n- b = \"\"\n");
}

#[test]
fn values_are_compared_after_decoding() {
    let vm = scratch_with_files(
        b".encoding = \"GBK\"\nn = \"\xD6\xD0\"\n",
        ".encoding = \"GBK\"\nn = \"|D6|D0\"\n",
    );
    vm.run(&["diff", "a.vmx", "b.vmx"]).prints("");
}

#[test]
fn values_in_different_encodings_are_compared_as_text() {
    let vm = scratch_with_files(
        b".encoding = \"GBK\"\nn = \"\xD6\xD0\"\n",
        ".encoding = \"UTF-8\"\nn = \"\u{4E2D}\"\n",
    );
    vm.run(&["diff", "a.vmx", "b.vmx"]).exits(1, "~ .encoding = \"GBK\" -> \"UTF-8\"\n");
}

#[test]
fn an_invalid_byte_differs_from_the_text_that_it_is_shown_as() {
    let vm = scratch_with_files(b"n = \"\xE9\"\n", "n = \"|7CE9\"\n");
    vm.run(&["diff", "a.vmx", "b.vmx"]).exits(1, "~ n = \"|E9\" -> \"|E9\"\n");
}

#[test]
fn unified_compares_lines() {
    let vm = scratch_with_files("b = \"1\"\r\na = \"1\"\n", "b = \"1\"\na = \"1\"");
    vm.run(&["diff", "a.vmx", "b.vmx"]).prints("");
    vm.run(&["diff", "a.vmx", "b.vmx", "--unified"]).exits(
        1,
        "--- a.vmx\n+++ b.vmx\n@@ -1,2 +1,2 @@\n-b = \"1\"\r\n-a = \"1\"\n+b = \"1\"\n+a = \"1\"\n\
         \\ No newline at end of file\n",
    );
    vm.run(&["diff", "a.vmx", "a.vmx", "--unified"]).prints("");
}

#[test]
fn unified_and_semantic_exclude_each_other() {
    let vm = scratch_with_files("a = \"1\"\n", "a = \"1\"\n");
    vm.run(&["diff", "a.vmx", "b.vmx", "--unified", "--semantic"]).refuses(2, &["cannot be used with"]);
}

#[test]
fn unified_reports_a_difference_that_no_line_shows() {
    let vm = scratch_with_files("a = \"1\"\r", "a = \"1\"\n");
    vm.run(&["diff", "a.vmx", "b.vmx", "--unified"]).reports(
        1,
        "--- a.vmx\n+++ b.vmx\n",
        &["differs in bytes that lines of text do not show"],
    );
}

#[test]
fn secrets_are_masked_by_default() {
    let vm = scratch_with_files("x.password = \"old\"\n", "x.password = \"new\"\n");
    vm.run(&["diff", "a.vmx", "b.vmx"]).exits(1, "~ x.password = \"****\" -> \"****\"\n");
    let shown = vm.run(&["diff", "a.vmx", "b.vmx", "--unified", "--json"]).printed(1);
    assert!(!shown.contains("old") && !shown.contains("new"), "{shown}");
}

#[test]
fn secrets_are_shown_on_request() {
    let vm = scratch_with_files("x.password = \"old\"\n", "x.password = \"new\"\n");
    vm.run(&["diff", "a.vmx", "b.vmx", "--show-secrets"]).exits(1, "~ x.password = \"old\" -> \"new\"\n");
}

#[test]
fn json_output_is_one_document() {
    let vm = scratch_with_files("a = \"1\"\nb = \"2\"\n", "c = \"3\"\nA = \"4\"\n");
    vm.run(&["diff", "a.vmx", "b.vmx", "--json"]).exits(
        1,
        "{\"a\":\"a.vmx\",\"b\":\"b.vmx\",\"equal\":false,\"changes\":[\
         {\"op\":\"add\",\"key\":\"c\",\"before\":null,\"after\":\"3\",\"line\":1},\
         {\"op\":\"set\",\"key\":\"A\",\"before\":\"1\",\"after\":\"4\",\"line\":2},\
         {\"op\":\"remove\",\"key\":\"b\",\"before\":\"2\",\"after\":null,\"line\":2}]}\n",
    );
    vm.run(&["diff", "a.vmx", "a.vmx", "--json", "--unified"])
        .prints("{\"a\":\"a.vmx\",\"b\":\"a.vmx\",\"equal\":true,\"changes\":[],\"diff\":\"\"}\n");
}

#[test]
fn a_hundred_thousand_keys_are_compared_quickly() {
    let lines: Vec<String> = (0..100_000).map(|at| format!("k{at} = \"{at}\"\n")).collect();
    let vm = scratch_with_files(
        lines.concat(),
        lines.iter().skip(1).chain(&lines[..1]).cloned().collect::<String>(),
    );
    let start = Instant::now();
    vm.run(&["diff", "a.vmx", "b.vmx"]).prints("");
    // A quadratic algorithm takes fifteen seconds.
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
}

#[test]
fn the_dialect_option_selects_the_format_of_both_files() {
    let vm = scratch_with_files("a.b=1\n", "a.b: 2\n");
    vm.run(&["diff", "a.vmx", "b.vmx", "--dialect=properties"]).exits(1, "~ a.b = \"1\" -> \"2\"\n");
    vm.run(&["--dialect=properties", "diff", "a.vmx", "a.vmx"]).prints("");
}

#[test]
fn a_backup_has_the_format_of_its_file() {
    let files = crate::harness::Scratch::new();
    files.write("x.properties", "a.b=2\n");
    files.write("x.properties.bak", "a.b: 1\n");
    files.run(&["diff", "x.properties", "--backup"]).exits(1, "~ a.b = \"1\" -> \"2\"\n");
}
