//! The `diff` command: by key, by line, with backups and presets.

use crate::harness::{Scratch, repository_path};

const A: &str = ".encoding = \"windows-1252\"\r\nmemSize = \"1024\"\r\nfloppy0.present = \"TRUE\"\r\n\
                 uuid.location = \"56 4d\"\r\nguestOS = \"linux\"\r\n";
const B: &str = "# A comment.\nGUESTOS=linux\nMEMSIZE = \"2048\"\nfloppy0.present = \"true\"\n\
                 uuid.location = \"56 4e\"\nvhv.enable = \"TRUE\"\n";

fn scratch_with_files(a: impl AsRef<[u8]>, b: impl AsRef<[u8]>) -> Scratch {
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
    vm.run(&["diff", "a.vmx", "b.vmx", "--semantic", "--ignore-volatile"]).exits(
        1,
        "~ MEMSIZE = \"1024\" -> \"2048\"\n+ vhv.enable = \"TRUE\"\n- .encoding = \"windows-1252\"\n",
    );
    vm.run(&["diff", "a.vmx", "b.vmx", "-q"]).exits(1, "");
    vm.run(&["diff", "a.vmx", "a.vmx"]).prints("");
    assert_eq!(vm.names(), ["a.vmx", "b.vmx"], "no lock or other file should be left");
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
    let vm = scratch_with_files(
        b".encoding = \"GBK\"\nn = \"\xD6\xD0\"\n",
        ".encoding = \"UTF-8\"\nn = \"\u{4E2D}\"\n",
    );
    vm.run(&["diff", "a.vmx", "b.vmx"]).exits(1, "~ .encoding = \"GBK\" -> \"UTF-8\"\n");
    // An invalid byte differs from the text that it is shown as.
    let vm = scratch_with_files(b"n = \"\xE9\"\n", "n = \"|7CE9\"\n");
    vm.run(&["diff", "a.vmx", "b.vmx"]).exits(1, "~ n = \"|E9\" -> \"|E9\"\n");
}

#[test]
fn backup_compares_the_backup_with_the_current_file() {
    let vm = Scratch::with("a = \"3\"\n");
    vm.run(&["diff", "vm.vmx", "--backup"]).refuses(5, &["vm.vmx: no backup"]);
    vm.write("vm.vmx.bak", "a = \"1\"\n");
    std::thread::sleep(std::time::Duration::from_millis(20));
    vm.write("vm.vmx.bak.1", "a = \"2\"\n");
    vm.run(&["diff", "vm.vmx", "--backup"]).exits(1, "~ a = \"2\" -> \"3\"\n");
    for name in ["vm.vmx.bak", ".bak"] {
        vm.run(&["diff", "vm.vmx", &format!("--backup={name}")]).exits(1, "~ a = \"1\" -> \"3\"\n");
    }
    vm.run(&["diff", "vm.vmx", "--backup=.old"]).refuses(5, &[".old: cannot open"]);
    vm.run(&["diff", ".", "--backup"]).exits(1, "~ a = \"2\" -> \"3\"\n");
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
    vm.run(&["diff", "a.vmx", "b.vmx", "--unified", "--semantic"]).refuses(2, &["cannot be used with"]);
    let vm = scratch_with_files("a = \"1\"\r", "a = \"1\"\n");
    let result = vm.run(&["diff", "a.vmx", "b.vmx", "--unified"]);
    result.says(&["differs in bytes that lines of text do not show"]);
    assert_eq!((result.code, &*result.stdout), (1, "--- a.vmx\n+++ b.vmx\n"));
}

#[test]
fn secrets_are_masked_by_default() {
    let vm = scratch_with_files("x.password = \"old\"\n", "x.password = \"new\"\n");
    vm.run(&["diff", "a.vmx", "b.vmx"]).exits(1, "~ x.password = \"****\" -> \"****\"\n");
    let result = vm.run(&["diff", "a.vmx", "b.vmx", "--unified", "--json"]);
    assert!(
        !result.stdout.contains("old") && !result.stdout.contains("new") && result.code == 1,
        "{}",
        result.stdout
    );
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
fn one_side_may_be_standard_input_or_a_pipe() {
    let vm = scratch_with_files("a = \"1\"\n", "");
    vm.pipe(b"a = \"2\"\n", &["diff", "a.vmx", "-"]).exits(1, "~ a = \"1\" -> \"2\"\n");
    vm.pipe(b"a = \"2\"\n", &["diff", "-", "a.vmx"]).exits(1, "~ a = \"2\" -> \"1\"\n");
    vm.run(&["diff", "-", "-"]).refuses(2, &["standard input can be used only once"]);
    vm.run(&["diff", "-", "--backup"]).refuses(2, &["no backups"]);
    vm.pipe(b"a = \"3\"\n", &["diff", "/dev/stdin", "a.vmx"]).exits(1, "~ a = \"3\" -> \"1\"\n");
    vm.pipe(b"a = \"3\"\n", &["diff", "/dev/fd/0", "a.vmx"]).exits(1, "~ a = \"3\" -> \"1\"\n");
}

#[test]
fn a_named_pipe_is_refused_at_once() {
    let vm = scratch_with_files("a = \"1\"\n", "");
    vm.make_fifo("pipe");
    std::os::unix::fs::symlink("pipe", vm.path("link")).unwrap();
    for pipe in ["pipe", "link"] {
        vm.run(&["diff", pipe, "a.vmx"]).refuses(4, &["not a VMX file: a pipe"]);
        vm.run(&["get", pipe, "a"]).refuses(4, &["not a VMX file: a pipe"]);
    }
}

#[test]
fn a_file_that_cannot_be_compared_is_named_in_the_error() {
    let vm = scratch_with_files("a = \"1\"\n", "KDMV\0\0");
    vm.run(&["diff", "a.vmx", "b.vmx"]).refuses(4, &["b.vmx: not a VMX file: a sparse virtual disk"]);
    vm.run(&["diff", "b.vmx", "a.vmx", "--unified"]).refuses(4, &["b.vmx: not a VMX file"]);
    vm.run(&["diff", "a.vmx", "missing.vmx"]).refuses(5, &["missing.vmx: cannot open"]);
    vm.run(&["diff", "a.vmx"]).refuses(2, &["required"]);
    vm.run(&["diff", "a.vmx", "b.vmx", "--backup"]).refuses(2, &["cannot be used with"]);
    let encrypted = repository_path("tests/fixtures/encrypted.vmx");
    let result = vm.run(&["diff", encrypted.to_str().unwrap(), "a.vmx"]);
    result.says(&["its encrypted part was not compared"]);
    assert_eq!(result.code, 1);
}

#[test]
fn a_hundred_thousand_keys_are_compared_quickly() {
    let lines: Vec<String> = (0..100_000).map(|at| format!("k{at} = \"{at}\"\n")).collect();
    let vm = scratch_with_files(
        lines.concat(),
        lines.iter().skip(1).chain(&lines[..1]).cloned().collect::<String>(),
    );
    let start = std::time::Instant::now();
    vm.run(&["diff", "a.vmx", "b.vmx"]).prints("");
    // A quadratic algorithm takes fifteen seconds.
    assert!(start.elapsed() < std::time::Duration::from_secs(5), "{:?}", start.elapsed());
}

#[test]
fn a_file_is_compared_with_the_result_of_a_preset() {
    let vm = Scratch::with("guestOS = \"darwin10-64\"\n");
    let args = ["diff", "vm.vmx", "--preset", "macos-serial"];
    vm.run(&args).exits(1, "+ SMBIOS.use12CharSerialNumber = \"TRUE\"\n");
    let _ = vm.run(&["apply", "-q", "-p", "macos-serial", "vm.vmx"]);
    vm.run(&args).prints("");
    vm.write("vm.vmx", "guestOS = \"dos\"\n");
    vm.run(&args).refuses(4, &["preset macos-serial does not apply"]);
    vm.run(&["diff", "vm.vmx", "--preset", "log-rotation", "--param", "keep=5"])
        .exits(1, "+ log.rotateSize = \"2048000\"\n+ log.keepOld = \"5\"\n");
}
