//! Tests of the candidates.

use std::ffi::OsString;

use clap::{Arg, Command};

use super::kind::Kind;
use super::line::{self, Cursor, Line};
use super::{candidates, requested};
use crate::commands;
use crate::words::CommandLine;

/// Returns the candidates for the last of the words.
fn complete(words: &[&str]) -> Vec<String> {
    let words: Vec<OsString> = std::iter::once(&"vmxedit").chain(words).map(Into::into).collect();
    candidates(&words).into_iter().map(|candidate| candidate.value).collect()
}

fn described(words: &[&str], value: &str) -> String {
    let words: Vec<OsString> = std::iter::once(&"vmxedit").chain(words).map(Into::into).collect();
    let found = candidates(&words).into_iter().find(|candidate| candidate.value == value);
    found.unwrap_or_else(|| panic!("{words:?} has no {value}")).description
}

/// A folder with a file `vm.vmx`.
fn with_file(content: &str) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("vm.vmx");
    std::fs::write(&path, content).expect("it can be written");
    (folder, path.to_str().expect("text").to_owned())
}

#[test]
fn only_words_behind_a_separator_are_completed() {
    let line = |words: &[&str]| CommandLine::new(words.iter().map(Into::into).collect());
    assert_eq!(requested(&line(&["x", "complete", "--", "vmxedit", ""])).map(<[_]>::len), Some(2));
    assert_eq!(requested(&line(&["x", "complete", "vmxedit"])), None);
    assert_eq!(requested(&line(&["x", "get", "--", "complete"])), None);
    assert_eq!(candidates(&[]), []);
}

#[test]
fn commands_and_options_come_from_the_definition() {
    assert_eq!(complete(&["sta"]), ["status"]);
    assert_eq!(complete(&["-q", "--color", "never", "sta"]), ["status"]);
    assert_eq!(complete(&["preset", "re"]), ["revert"]);
    assert_eq!(complete(&["get", "--def"]), ["--default"]);
    assert_eq!(complete(&["get", "--color=al"]), ["--color=always"]);
    assert_eq!(complete(&["get", "--dialect", "prop"]), ["properties"]);
    assert!(!complete(&["get", "--json", "--"]).contains(&"--json".to_owned()));
    assert!(complete(&["set", "vm.vmx", "--", "--"]).is_empty());
    assert_eq!(complete(&["man", "preset", "sh"]), ["show"]);
    assert_eq!(complete(&["completions", "nu"]), ["nushell"]);
    assert!(!complete(&[""]).contains(&"complete".to_owned()));
}

#[test]
fn a_default_alone_is_not_offered() {
    let (_folder, file) = with_file("memsize = \"4096\"\n");
    assert_eq!(complete(&["set", &file, "memsize="]).len(), 2);
    assert_eq!(complete(&["apply", "-r", "missing", "--set", "memsize="]), [""; 0]);
    assert_eq!(complete(&["apply", "-r", "missing", "--set", "firmware="]).len(), 2);
}

#[test]
fn patterns_of_apply_are_those_of_its_files_and_of_its_source() {
    let (_target, file) = with_file("memsize = \"4096\"\n");
    let (_source, from) = with_file("mem.other = \"1\"\n");
    assert_eq!(complete(&["apply", &file, "--from", &from, "--unset", "mem"]), ["memsize"]);
    assert_eq!(complete(&["apply", &file, "--from", &from, "--only", "mem"]), ["mem.other"]);
}

#[test]
fn keys_of_the_file_come_first_in_any_case() {
    let (_folder, file) =
        with_file("memsize = \"4096\"\nSMBIOS.reflectHost = \"TRUE\"\nscsi0:0.fileName = \"d.vmdk\"\n");
    assert_eq!(complete(&["set", &file, "mems"]), ["memsize="]);
    assert_eq!(described(&["set", &file, "mems"], "memsize="), "4096");
    assert_eq!(complete(&["get", &file, "smb"]), ["SMBIOS.reflectHost"]);
    assert_eq!(complete(&["set", &file, "memsize=1", "scsi0:0.filen"]), ["scsi0:0.fileName="]);
    assert_eq!(complete(&["apply", &file, "--set=MEMS"]), ["--set=memsize="]);
    assert_eq!(complete(&["unset", &file, "num"]), [""; 0]);
    assert!(described(&["set", &file, "numvc"], "numvcpus=").starts_with("not set: "));
    assert_eq!(complete(&["set", &file, "ethernet3.virtuald"]), ["ethernet3.virtualDev="]);
    let names = complete(&["set", &file, ""]);
    assert_eq!(names, ["memsize=", "SMBIOS.reflectHost=", "scsi0:0.fileName="]);
}

#[test]
fn keys_that_begin_alike_are_spelled_alike() {
    let (_folder, file) = with_file("guestInfo.a = \"1\"\nGUESTINFO.b = \"2\"\n");
    assert_eq!(complete(&["get", &file, "guesti"]), ["guestInfo.a", "guestInfo.b"]);
}

#[test]
fn values_are_the_present_one_and_the_known_ones() {
    let (_folder, file) =
        with_file("firmware = \"efi\"\nremotedisplay.vnc.password = \"abc\"\nannotation = \"@x\"\n");
    assert_eq!(complete(&["set", &file, "firmware="]), ["firmware=efi", "firmware=bios"]);
    assert_eq!(complete(&["set", &file, "FIRMWARE=b"]), ["FIRMWARE=bios"]);
    assert_eq!(
        complete(&["set", &file, "firmware=bios", "ethernet*.virtualDev=vmxnet3"]),
        ["ethernet*.virtualDev=vmxnet3"]
    );
    assert!(complete(&["set", &file, "guestOS=centos9"]).contains(&"guestOS=centos9-64".to_owned()));
    assert_eq!(complete(&["set", &file, "annotation="]), ["annotation=@@x"]);
    assert_eq!(complete(&["set", &file, "remotedisplay.vnc.password="]), [""; 0]);
    assert_eq!(described(&["set", &file, "remotedisplay.vnc.pass"], "remotedisplay.vnc.password="), "****");
}

#[test]
fn presets_rules_and_products_are_known() {
    assert_eq!(complete(&["apply", "-p", "macos-serial-"]), ["macos-serial-charset"]);
    assert_eq!(complete(&["apply", "-pmacos-serial-"]), ["-pmacos-serial-charset"]);
    assert_eq!(complete(&["apply", "-p=macos-serial-"]), ["-p=macos-serial-charset"]);
    assert!(complete(&["apply", "-p="]).contains(&"-p=macos-serial".to_owned()));
    assert_eq!(complete(&["apply", "-p", "vnc-console", "--param", "po"]), ["port="]);
    assert_eq!(complete(&["apply", "-p", "vnc-console", "--param", "port="]), [""; 0]);
    assert_eq!(
        complete(&["apply", "-p", "vnc-console", "--param=vnc-console.po"]),
        ["--param=vnc-console.port="]
    );
    assert_eq!(complete(&["check", "--allow", "vmx009"]), ["VMX009"]);
    assert_eq!(complete(&["check", "--deny", "warn"]), ["warnings"]);
    assert_eq!(complete(&["check", "--host", "esxi-6.7u"]), ["esxi-6.7u2"]);
}

#[test]
fn files_are_configurations_and_folders_else_any() {
    let (folder, file) = with_file("");
    for name in ["b.txt", "my vm.vmx", "it's.VMX", "tab\there.vmx"] {
        std::fs::write(folder.path().join(name), "").expect("it can be written");
    }
    std::fs::create_dir(folder.path().join("Mac.vmwarevm")).expect("it can be made");
    std::fs::create_dir(folder.path().join("sub")).expect("it can be made");
    let start = file.strip_suffix("vm.vmx").expect("its name");
    let names = complete(&["get", start]);
    let names: Vec<&str> = names.iter().map(|name| &name[start.len()..]).collect();
    assert_eq!(names, ["Mac.vmwarevm", "it's.VMX", "my vm.vmx", "sub/", "tab\there.vmx", "vm.vmx"]);
    assert_eq!(complete(&["get", &format!("{start}b")]), [format!("{start}b.txt")]);
}

#[test]
fn a_key_is_not_offered_as_an_option() {
    let (_folder, file) = with_file("--force = \"x\"\n-y = \"x\"\n");
    assert_eq!(complete(&["unset", &file, ""]), [""; 0]);
    assert!(!complete(&["set", &file, ""]).contains(&"--force=".to_owned()));
    assert_eq!(complete(&["unset", "--", &file, ""]), ["--force", "-y"]);
}

#[test]
fn a_default_that_is_secret_is_not_offered() {
    let (folder, _) = with_file("");
    let preset = folder.path().join("p.toml");
    let parts = [
        "name = \"p\"",
        "title = \"p\"",
        "reason = \"p\"",
        "[parameters.pw]",
        "help = \"p\"",
        "type = \"text\"",
        "default = \"hunter2\"",
        "[[steps]]",
        "set = \"RemoteDisplay.vnc.password\"",
        "value = \"{pw}\"",
    ];
    std::fs::write(&preset, parts.join("\n")).expect("it can be written");
    let preset = preset.to_str().expect("text");
    assert_eq!(complete(&["apply", "-p", preset, "--param", "p"]), ["pw="]);
    assert!(!described(&["apply", "-p", preset, "--param", "p"], "pw=").contains("hunter2"));
    assert_eq!(complete(&["apply", "-p", preset, "--param", "pw="]), [""; 0]);
}

#[test]
fn backups_are_those_of_the_file() {
    let (folder, file) = with_file("");
    for name in ["vm.vmx.bak", "vm.vmx.bak.2", "vm.vmx~", "vm.vmxf", "other.vmx.bak"] {
        std::fs::write(folder.path().join(name), "").expect("it can be written");
    }
    assert_eq!(complete(&["restore", &file, ""]), ["vm.vmx.bak.2", "vm.vmx.bak", "vm.vmx~"]);
    assert_eq!(complete(&["diff", &file, "--backup=vm.vmx.bak."]), ["--backup=vm.vmx.bak.2"]);
}

/// Calls `check` with the line in front of each value of an argument of a command.
fn each_argument(definition: &Command, path: &[&str], check: &mut dyn FnMut(&[&str], &Arg, Kind)) {
    for argument in
        definition.get_arguments().filter(|it| it.is_positional() || it.get_action().takes_values())
    {
        let words = [&["vmxedit"], path, &[""]].concat();
        let words: Vec<OsString> = words.iter().map(Into::into).collect();
        let Some((line, _)): Option<(Line, Cursor)> = line::read(&words) else { continue };
        check(path, argument, Kind::of(&line, argument));
    }
    for command in definition.get_subcommands() {
        each_argument(command, &[path, &[command.get_name()]].concat(), check);
    }
}

/// A new argument has to be either here or in [`Kind::of`].
#[test]
fn what_is_not_completed_is_known() {
    const FREE: [&str; 7] = ["default", "backup", "wait", "jobs", "rsh", "words", "command"];
    for (name, _) in commands::names() {
        let Some(definition) = commands::definition_of(&name) else { continue };
        each_argument(&definition, &[&name], &mut |path, argument, kind| {
            let is_free = FREE.contains(&argument.get_id().as_str());
            assert!(kind != Kind::Free || is_free, "{path:?}: {}", argument.get_id());
        });
    }
}
