//! The `edit` command, with shell scripts as editors.

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::harness::{RunResult, Scratch, isolated, lock_member, read_fixture, start_time, wait_for_message};
use crate::parts::corpus::real_files;
use crate::parts::terminal::run_on_terminal;
use crate::suite::{Trial, first_tier, second_tier, test_list};

/// Returns the tests of this module.
pub(crate) fn tests() -> Vec<Trial> {
    [
        first_tier(test_list![
            a_changed_copy_is_saved_and_reported,
            an_unchanged_copy_writes_nothing,
            the_copy_is_private_and_the_lock_is_held_while_the_editor_is_open,
            visual_takes_precedence_over_editor_and_both_are_split_like_shell_words,
            new_problems_are_refused_without_a_terminal,
            existing_problems_are_accepted,
            an_unsaved_text_is_kept_only_with_the_keep_option,
            new_problems_prompt_the_user_on_a_terminal,
            ctrl_c_goes_to_the_editor,
            unedited_text_keeps_its_bytes_in_every_encoding,
            an_unencodable_character_is_reported_with_its_line,
            line_endings_and_a_missing_final_newline_are_preserved,
            real_files_survive_conversion_to_text_and_back,
            a_vm_that_is_not_off_is_refused_before_the_editor_opens,
            a_dry_run_saves_nothing_and_locks_nothing,
            a_file_changed_by_another_process_is_not_overwritten,
            another_edit_waits_while_the_editor_is_open,
            a_lock_that_appears_while_the_editor_is_open_is_respected,
            a_signal_leaves_no_copy_and_no_lock,
            wait_option_keeps_the_edited_text_until_the_vm_is_off,
            encryption_keys_cannot_be_removed,
            an_unsaved_text_can_be_kept_on_a_terminal
        ]),
        second_tier("takes seconds", test_list![a_failed_killed_or_missing_editor_changes_nothing]),
    ]
    .into_iter()
    .flatten()
    .collect()
}

pub(super) const VM: &str = "#!/usr/bin/vmware\nguestOS = \"linux\"\nmemsize = \"512\"  # MB\n";

/// Creates a VM and an editor that runs this script, where `$f` is the copy to edit.
pub(super) fn vm_with_editor(content: impl AsRef<[u8]>, script: &str) -> Scratch {
    let vm = Scratch::with(content);
    write_editor(&vm, script);
    vm.write("tmp/.keep", "");
    vm
}

pub(super) fn write_editor(vm: &Scratch, script: &str) {
    vm.write_script("editor", &format!("for f; do :; done\n{script}"));
}

pub(super) fn edit_command(vm: &Scratch, args: &[&str]) -> Command {
    let mut command = vm.command();
    command.args(["edit", "vm.vmx"]).args(args).env("EDITOR", "./editor").env("TMPDIR", vm.path("tmp"));
    command
}

fn run_edit(vm: &Scratch, args: &[&str]) -> RunResult {
    let result = RunResult::new(args, &edit_command(vm, args).output().unwrap());
    assert_nothing_left(vm);
    result
}

#[track_caller]
fn assert_nothing_left(vm: &Scratch) {
    let left: Vec<_> = fs::read_dir(vm.path("tmp")).unwrap().map(|entry| entry.unwrap()).collect();
    assert_eq!(left.len(), 1, "copies: {left:?}");
    let names = vm.names();
    assert!(!names.iter().any(|name| name.contains("lck") || name.starts_with(".vm.vmx")), "{names:?}");
}

fn a_changed_copy_is_saved_and_reported() {
    let vm = vm_with_editor(VM, r#"sed -i 's/512/1024/; 1a\vhv.enable = "TRUE"' "$f""#);
    let result = run_edit(&vm, &["--diff", "--backup"]);
    assert_eq!(result.code, 0, "{}", result.stderr);
    result.says(&["the old file is kept as vm.vmx.bak"]);
    assert_eq!(
        result.stdout,
        "+ vhv.enable = \"TRUE\"\n~ memsize = \"512\" -> \"1024\"\n--- vm.vmx\n+++ vm.vmx\n@@ -1,3 +1,4 @@\n \
         #!/usr/bin/vmware\n+vhv.enable = \"TRUE\"\n guestOS = \"linux\"\n-memsize = \"512\"  # MB\n\
         +memsize = \"1024\"  # MB\n"
    );
    let after = "#!/usr/bin/vmware\nvhv.enable = \"TRUE\"\nguestOS = \"linux\"\nmemsize = \"1024\"  # MB\n";
    assert_eq!(vm.read("vm.vmx"), after.as_bytes());
    assert_eq!(vm.read("vm.vmx.bak"), VM.as_bytes());
}

fn an_unchanged_copy_writes_nothing() {
    let vm = vm_with_editor(VM, "touch \"$f\"");
    let inode = || {
        use std::os::unix::fs::MetadataExt;
        let meta = fs::metadata(vm.path("vm.vmx")).unwrap();
        (meta.ino(), meta.mtime(), meta.mtime_nsec())
    };
    let before = inode();
    run_edit(&vm, &[]).refuses(0, &["vm.vmx: nothing changed"]);
    run_edit(&vm, &["-q"]).printed(0);
    // The editor writes a new file with the same text.
    write_editor(&vm, "cat \"$f\" > \"$f.new\"; mv \"$f.new\" \"$f\"; : > \"$f~\"");
    run_edit(&vm, &[]).refuses(0, &["vm.vmx: nothing changed"]);
    assert_eq!(inode(), before);
}

fn the_copy_is_private_and_the_lock_is_held_while_the_editor_is_open() {
    let script =
        "stat -c %a \"$f\" \"${f%/*}\" > seen; basename \"$f\" >> seen; ls vm.vmx.lck >> seen; pwd >> seen";
    let vm = vm_with_editor(VM, script);
    run_edit(&vm, &["-q"]).printed(0);
    let seen = String::from_utf8(vm.read("seen")).unwrap();
    let lines: Vec<&str> = seen.lines().collect();
    assert_eq!(lines[..3], ["600", "700", "vm.vmx"]);
    assert!(lines[3].starts_with('M') && lines.len() == 5, "{seen}");
    assert_eq!(Path::new(lines[4]), vm.path("").canonicalize().unwrap());
}

fn visual_takes_precedence_over_editor_and_both_are_split_like_shell_words() {
    let vm = vm_with_editor(VM, "printf '%s\\n' \"$0\" \"$@\" > seen");
    vm.write("my editor", vm.read("editor"));
    vm.set_mode("my editor", 0o755);
    let run = |visual: &str, editor: &str| {
        let output = edit_command(&vm, &["-q"]).env("VISUAL", visual).env("EDITOR", editor).output();
        RunResult::new(&[visual, editor], &output.unwrap()).prints("");
        let seen = String::from_utf8(vm.read("seen")).unwrap();
        let lines: Vec<String> = seen.lines().map(str::to_owned).collect();
        lines[..lines.len() - 1].to_vec()
    };
    assert_eq!(run("'./my editor' -c 'a b' $HOME;x", "false"), ["./my editor", "-c", "a b", "$HOME;x"]);
    assert_eq!(run(" ", "./editor --wait"), ["./editor", "--wait"]);
}

fn a_failed_killed_or_missing_editor_changes_nothing() {
    for (script, why) in [
        ("echo x = 1 >> \"$f\"; exit 3", "exited with code 3"),
        ("echo x = 1 >> \"$f\"; kill -KILL $$", "was killed by signal 9"),
        ("echo x = 1 >> \"$f\"; kill -INT $$", "was killed by signal 2"),
        ("rm \"$f\"", "cannot read the edited copy"),
        ("rm \"$f\"; mkfifo \"$f\"", "it is not a regular file any more"),
        ("rm \"$f\"; mkdir \"$f\"", "it is not a regular file any more"),
        ("rm \"$f\"; ln -s /dev/zero \"$f\"", "cannot read the edited copy"),
        ("truncate -s 300M \"$f\"", "it is larger than 256 MB"),
    ] {
        let vm = vm_with_editor(VM, script);
        run_edit(&vm, &[]).refuses(5, &[why]);
        run_edit(&vm, &["--keep"]).refuses(5, &[why]);
        assert_eq!(vm.read("vm.vmx"), VM.as_bytes(), "{script}");
    }
    let vm = vm_with_editor(VM, "");
    for (editor, why) in [
        ("./missing", "the editor './missing' cannot be started"),
        ("'./editor", "cannot be parsed"),
        ("/", "cannot be started"),
    ] {
        let output = edit_command(&vm, &[]).env("EDITOR", editor).output().unwrap();
        RunResult::new(&[editor], &output)
            .refuses(5, &["vm.vmx: the file is unchanged", why, "hint: set VISUAL or EDITOR"]);
        assert_nothing_left(&vm);
    }
    assert_eq!(vm.read("vm.vmx"), VM.as_bytes());
}

fn new_problems_are_refused_without_a_terminal() {
    for (script, why) in [
        ("echo 'MEMSIZE = \"1\"' >> \"$f\"", "'memsize' is set on lines 3, 4"),
        ("echo 'x = \"1' >> \"$f\"", "line 4 ('x') is not KEY = \"VALUE\""),
        ("echo prose >> \"$f\"", "line 4 is not KEY = \"VALUE\""),
        ("sed -i 's/^mem/;mem/' \"$f\"", "line 3: VMware reads ';memsize' as a key"),
        (": > \"$f\"", "no entry is left"),
        ("echo prose > \"$f\"", "not a VMX file"),
        ("printf 'x = \"\\377\"\\n' >> \"$f\"", "line 4 is not UTF-8"),
        ("printf 'x = \"1\"\\0\\n' >> \"$f\"", "line 4 cannot be written: it contains a NUL"),
    ] {
        let vm = vm_with_editor(VM, script);
        run_edit(&vm, &[]).refuses(4, &["vm.vmx: the edited text is not saved: ", why, "hint: "]);
        assert_eq!(vm.read("vm.vmx"), VM.as_bytes(), "{script}");
    }
}

fn existing_problems_are_accepted() {
    let before = "prose\na = \"1\"\nA = \"2\"\n;b = \"3\"\nc = \"open\n";
    let vm = vm_with_editor(before, "printf '// x = y z\\n\\n# comment\\n' >> \"$f\"");
    let result = run_edit(&vm, &[]);
    assert_eq!((result.code, &*result.stdout), (0, ""), "{}", result.stderr);
    assert_eq!(vm.read("vm.vmx"), format!("{before}// x = y z\n\n# comment\n").as_bytes());
}

fn an_unsaved_text_is_kept_only_with_the_keep_option() {
    use std::os::unix::fs::PermissionsExt;
    let vm = vm_with_editor(VM, "echo 'memsize = \"1\"' >> \"$f\"");
    let result = RunResult::new(&[], &edit_command(&vm, &["--keep"]).output().unwrap());
    assert_eq!(result.code, 4);
    let kept =
        result.stderr.trim_end().rsplit("is kept as ").next().expect("the message should name the copy");
    assert_eq!(fs::read_to_string(kept).unwrap(), format!("{VM}memsize = \"1\"\n"));
    assert_eq!(fs::metadata(kept).unwrap().permissions().mode() & 0o777, 0o600);
    let folder = Path::new(kept).parent().unwrap();
    assert_eq!(fs::metadata(folder).unwrap().permissions().mode() & 0o777, 0o700);
}

fn new_problems_prompt_the_user_on_a_terminal() {
    // The first run of the editor adds a duplicate key, and the second run fixes it.
    let script = "if [ -e visited ]; then sed -i '$d' \"$f\"; echo 'a = \"2\"' >> \"$f\"; else : > visited; \
                  echo 'memsize = \"1\"' >> \"$f\"; fi";
    let problem = "'memsize' is set on lines 3, 4: VMware refuses such a file";
    for (typed, code, after) in [
        ("what?\ne\n", 0, format!("{VM}a = \"2\"\n")),
        ("s\n", 0, format!("{VM}memsize = \"1\"\n")),
        ("d\n", 0, VM.to_owned()),
        ("\x04", 0, VM.to_owned()),
        ("\x03", -1, VM.to_owned()),
    ] {
        let vm = vm_with_editor(VM, script);
        let (shown, ended) = run_on_terminal(&edit_command(&vm, &[]), "(d)iscard", typed);
        assert!(
            shown.contains(problem) && shown.contains("(e)dit again, (d)iscard, (s)ave"),
            "{typed:?}: {shown}"
        );
        assert_eq!(String::from_utf8(vm.read("vm.vmx")).unwrap(), after, "{typed:?}: {shown}");
        if code == 0 {
            assert_eq!(ended, 0, "{typed:?}: {shown}");
        } else {
            assert!(
                ended != 0 && shown.contains("interrupted; the file is unchanged"),
                "{typed:?}: {ended} {shown}"
            );
        }
        assert_nothing_left(&vm);
    }
}

fn ctrl_c_goes_to_the_editor() {
    let script = "trap 'echo caught >> log' INT; echo opened; while [ ! -e log ]; do sleep 0.05; done; \
                  echo 'a = \"1\"' >> \"$f\"";
    let vm = vm_with_editor(VM, script);
    let (shown, code) = run_on_terminal(&edit_command(&vm, &[]), "opened", "\x03");
    assert_eq!((code, vm.read("log")), (0, b"caught\n".to_vec()), "{shown}");
    assert_eq!(vm.read("vm.vmx"), format!("{VM}a = \"1\"\n").as_bytes());
    assert_nothing_left(&vm);
}

fn unedited_text_keeps_its_bytes_in_every_encoding() {
    let name = |encoding: &str, name: &[u8], end: &str| {
        [
            format!(".encoding = \"{encoding}\"{end}").as_bytes(),
            b"displayName = \"",
            name,
            b"\"",
            end.as_bytes(),
        ]
        .concat()
    };
    for (before, change, after) in [
        (
            name("GBK", b"\xCE\xBB\xD6\xC3", "\n"),
            "\u{4F4D}+\u{4E2D}",
            name("GBK", b"\xCE\xBB+\xD6\xD0\xD6\xC3", "\n"),
        ),
        (
            name("windows-1252", b"Caf\xE9\x80", "\r\n"),
            "\u{E9}+\u{FC}",
            name("windows-1252", b"Caf\xE9+\xFC\x80", "\r\n"),
        ),
        (
            name("Shift_JIS", b"\x83\x7C\x83\x5C", "\n"),
            "\u{30DD}+\u{3042}",
            name("Shift_JIS", b"\x83\x7C+\x82\xA0\x83\x5C", "\n"),
        ),
        (
            name("UTF-8", b"a\xFF\x1B", "\r\n"),
            "|FF+\u{E9}",
            name("UTF-8", "a\u{FFFD}+\u{E9}\x1B".as_bytes(), "\r\n"),
        ),
    ] {
        let after: Vec<u8> = if after.windows(3).any(|bytes| bytes == "\u{FFFD}".as_bytes()) {
            let at = after.windows(3).position(|bytes| bytes == "\u{FFFD}".as_bytes()).unwrap();
            [&after[..at], b"\xFF", &after[at + 3..]].concat()
        } else {
            after
        };
        let tail = b"x = \"\xD6\"\r\rnul = \"1\"\0 junk\n last = \"1\"";
        let (before, after) = ([&before[..], tail].concat(), [&after[..], tail].concat());
        let (from, _) = change.split_once('+').expect("the change should contain a plus");
        let vm = vm_with_editor(&before, &format!("LC_ALL=C sed -i 's/{from}/{change}/' \"$f\""));
        let result = run_edit(&vm, &[]);
        assert_eq!(result.code, 0, "{change}: {}", result.stderr);
        assert_eq!(vm.read("vm.vmx").escape_ascii().to_string(), after.escape_ascii().to_string());
    }
}

fn an_unencodable_character_is_reported_with_its_line() {
    let vm = vm_with_editor(".encoding = \"windows-1252\"\na = \"1\"\n", "echo 'b = \"\u{4F4D}\"' >> \"$f\"");
    run_edit(&vm, &[])
        .refuses(4, &["line 3 cannot be written: the file's encoding, windows-1252, has no '\u{4F4D}'"]);
    assert_eq!(vm.read("vm.vmx"), b".encoding = \"windows-1252\"\na = \"1\"\n");
}

fn line_endings_and_a_missing_final_newline_are_preserved() {
    let vm = vm_with_editor(
        "\u{FEFF}a = \"1\"\r\nb = \"2\"",
        "grep -c . \"$f\" > seen; sed -i '1a\\c = \"3\"' \"$f\"",
    );
    assert_eq!(run_edit(&vm, &[]).code, 0);
    assert_eq!(vm.read("seen"), b"2\n", "the editor should see two complete lines");
    assert_eq!(vm.read("vm.vmx"), "\u{FEFF}a = \"1\"\r\nc = \"3\"\r\nb = \"2\"".as_bytes());
    write_editor(&vm, "echo 'd = \"4\"' >> \"$f\"");
    assert_eq!(run_edit(&vm, &[]).code, 0);
    assert_eq!(vm.read("vm.vmx"), "\u{FEFF}a = \"1\"\r\nc = \"3\"\r\nb = \"2\"\r\nd = \"4\"\r\n".as_bytes());
}

fn real_files_survive_conversion_to_text_and_back() {
    for path in real_files() {
        let bytes = fs::read(&path).unwrap();
        let document = vmxedit::Document::parse(bytes.clone());
        let text = document.to_text();
        assert_eq!(document.with_text(text.as_bytes()).as_ref(), Ok(&bytes), "{}", path.display());
    }
}

fn a_vm_that_is_not_off_is_refused_before_the_editor_opens() {
    let vm = vm_with_editor(VM, ": > opened");
    vm.write("vm.vmss", "");
    run_edit(&vm, &[]).refuses(3, &["refused: the VM is suspended"]);
    fs::remove_file(vm.path("vm.vmss")).unwrap();
    vm.write(
        "vm.vmx.lck/M12345.lck",
        lock_member("uuid=56-4d-01", "4211-133406902466291898(vmware-vmx.exe)"),
    );
    let result = RunResult::new(&[], &edit_command(&vm, &[]).output().unwrap());
    result.refuses(3, &["refused: the VM is locked elsewhere"]);
    fs::remove_dir_all(vm.path("vm.vmx.lck")).unwrap();
    vm.set_mode("vm.vmx", 0o444);
    run_edit(&vm, &[]).refuses(5, &["read-only"]);
    vm.write("vm2.vmx", read_fixture("encrypted.vmx"));
    let output = vm.command().args(["edit", "vm2.vmx"]).env("EDITOR", "./editor").output().unwrap();
    RunResult::new(&[], &output).refuses(4, &["an encrypted configuration"]);
    let output = vm.command().args(["edit", "-"]).output().unwrap();
    RunResult::new(&[], &output).refuses(2, &["edit needs a file"]);
    assert!(!vm.names().contains(&"opened".to_owned()));
}

fn a_dry_run_saves_nothing_and_locks_nothing() {
    let vm = vm_with_editor(VM, "ls > seen; sed -i s/512/1024/ \"$f\"");
    run_edit(&vm, &["-n"]).prints("~ memsize = \"512\" -> \"1024\"\n");
    run_edit(&vm, &["--check"]).exits(1, "~ memsize = \"512\" -> \"1024\"\n");
    assert_eq!(vm.read("vm.vmx"), VM.as_bytes());
    assert!(!String::from_utf8(vm.read("seen")).unwrap().contains("lck"));
}

fn a_file_changed_by_another_process_is_not_overwritten() {
    let vm = vm_with_editor(VM, "echo 'a = \"1\"' >> \"$f\"; echo 'theirs = \"1\"' >> vm.vmx");
    run_edit(&vm, &[]).refuses(3, &["changed while it was being edited"]);
    assert_eq!(vm.read("vm.vmx"), format!("{VM}theirs = \"1\"\n").as_bytes());
    let kept = RunResult::new(&[], &edit_command(&vm, &["--keep"]).output().unwrap());
    assert!(kept.code == 3 && kept.stderr.contains("is kept as "), "{}", kept.stderr);
}

/// Starts the program with an editor that stays open until a file named `go` exists.
pub(super) fn start_edit(vm: &Scratch, args: &[&str]) -> Child {
    write_editor(vm, "echo opened; echo 'a = \"1\"' >> \"$f\"; while [ ! -e go ]; do sleep 0.05; done");
    let mut child = edit_command(vm, args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).expect("a line should be printed");
    assert_eq!(line, "opened\n");
    child
}

fn another_edit_waits_while_the_editor_is_open() {
    let vm = vm_with_editor(VM, "");
    let first = start_edit(&vm, &["-q"]);
    let other = {
        let mut command = vm.command();
        command.args(["set", "vm.vmx", "memsize=1024"]);
        std::thread::spawn(move || command.output().unwrap())
    };
    // The other edit waits as soon as the lock has a second entry.
    let start = Instant::now();
    while fs::read_dir(vm.path("vm.vmx.lck")).unwrap().count() < 2 {
        assert!(start.elapsed() < Duration::from_secs(20), "the other edit should wait for the lock");
        std::thread::sleep(Duration::from_millis(1));
    }
    assert_eq!(vm.read("vm.vmx"), VM.as_bytes());
    vm.write("go", "");
    assert!(first.wait_with_output().unwrap().status.success());
    assert!(other.join().unwrap().status.success());
    assert_eq!(vm.read("vm.vmx"), format!("{}a = \"1\"\n", VM.replace("512", "1024")).as_bytes());
    assert_nothing_left(&vm);
}

fn a_lock_that_appears_while_the_editor_is_open_is_respected() {
    let vm = vm_with_editor(VM, "");
    let mut holder = isolated("sleep").arg("60").spawn().unwrap();
    let first = start_edit(&vm, &[]);
    let execution = format!("{}-{}(vmware-vmx)", holder.id(), start_time(holder.id()));
    vm.write("vm.vmss", "");
    vm.write("disk.vmdk.lck/M00001.lck", lock_member("uuid=56-4d-01", &execution));
    vm.write("go", "");
    let output = first.wait_with_output().unwrap();
    holder.kill().and_then(|()| holder.wait()).unwrap();
    assert_eq!(output.status.code(), Some(3), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(vm.read("vm.vmx"), VM.as_bytes());
}

fn a_signal_leaves_no_copy_and_no_lock() {
    for (signal, number) in [("TERM", 15), ("HUP", 1)] {
        let vm = vm_with_editor(VM, "");
        let mut child = start_edit(&vm, &["--keep"]);
        let start = Instant::now();
        let sent = isolated("kill").args(["-s", signal, &child.id().to_string()]).status().unwrap();
        assert!(sent.success());
        let status = child.wait().unwrap();
        assert_eq!(status.signal(), Some(number));
        assert!(start.elapsed() < Duration::from_secs(20));
        assert_eq!(vm.read("vm.vmx"), VM.as_bytes());
        assert_nothing_left(&vm);
    }
}

fn wait_option_keeps_the_edited_text_until_the_vm_is_off() {
    let vm = vm_with_editor(VM, "");
    let mut first = start_edit(&vm, &["--wait=60"]);
    vm.write("vm.vmss", "");
    vm.write("go", "");
    wait_for_message(&mut first, "waiting: the VM is suspended");
    assert_eq!(vm.read("vm.vmx"), VM.as_bytes());
    fs::remove_file(vm.path("vm.vmss")).unwrap();
    let output = first.wait_with_output().unwrap();
    assert_eq!(
        (output.status.code(), &*output.stdout),
        (Some(0), &b"+ a = \"1\"\n"[..]),
        "the editor should open once"
    );
    assert_eq!(vm.read("vm.vmx"), format!("{VM}a = \"1\"\n").as_bytes());
    assert_nothing_left(&vm);
}

fn encryption_keys_cannot_be_removed() {
    let before = read_fixture("partly-encrypted.vmx");
    let vm = vm_with_editor(&before, "sed -i '/^encryption.keySafe/d' \"$f\"");
    run_edit(&vm, &[]).refuses(4, &["'encryption.keySafe' belongs to the encryption of this VM"]);
    assert_eq!(vm.read("vm.vmx"), before);
    write_editor(&vm, "echo 'a = \"1\"' >> \"$f\"");
    let result = run_edit(&vm, &[]);
    assert_eq!((result.code, &*result.stdout), (0, "+ a = \"1\"\n"), "{}", result.stderr);
    result.says(&["partially encrypted"]);
}

fn an_unsaved_text_can_be_kept_on_a_terminal() {
    for typed in ["k\n", "d\n"] {
        let vm = vm_with_editor(VM, "echo 'a = \"1\"' >> \"$f\"; echo 'theirs = \"1\"' >> vm.vmx");
        let (shown, code) = run_on_terminal(&edit_command(&vm, &[]), "(k)eep a copy", typed);
        assert!(code == 3 && shown.contains("changed while it was being edited"), "{code}: {shown}");
        if typed == "k\n" {
            let kept =
                shown.trim_end().rsplit("is kept as ").next().expect("the message should name the copy");
            assert_eq!(fs::read_to_string(kept).unwrap(), format!("{VM}a = \"1\"\n"));
        } else {
            assert_nothing_left(&vm);
        }
    }
}
