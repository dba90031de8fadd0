//! Each built-in preset on a realistic file: the rows of `tests/fixtures/presets/expected.txt`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use vmxedit::edit::IfAbsent;
use vmxedit::preset::{Argument, Library, Preset, ResolvedPreset};
use vmxedit::{Document, Edit, Pattern, edit};

use crate::support::{Ran, Scratch};
use crate::vmtools;
use crate::vmware_parser::{entries_only, ours};

/// What is expected of one preset.
#[derive(Debug, Default)]
pub(super) struct Case {
    pub(super) name: String,
    on: Vm,
    parameters: Vec<String>,
    changes: String,
    refused: Vec<(Vm, String)>,
    unneeded: Vec<(Vm, String)>,
}

/// A fixture with changes made to it.
#[derive(Debug, Default)]
struct Vm {
    file: String,
    tweaks: Vec<String>,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/presets")
}

pub(super) fn cases() -> Vec<Case> {
    let text = fs::read_to_string(folder().join("expected.txt")).expect("the rows are there");
    let mut cases: Vec<Case> = Vec::new();
    for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            cases.push(Case { name: name.to_owned(), ..Case::default() });
            continue;
        }
        let case = cases.last_mut().expect("a name comes first");
        if let Some(vm) = line.strip_prefix("on ") {
            case.on = Vm::parse(vm);
        } else if let Some(parameter) = line.strip_prefix("param ") {
            case.parameters.push(parameter.to_owned());
        } else if let Some(row) = line.strip_prefix("not ") {
            case.refused.push(row_of(row));
        } else if let Some(row) = line.strip_prefix("no need ") {
            case.unneeded.push(row_of(row));
        } else {
            assert!(line.starts_with(['+', '-', '~']), "{line}");
            case.changes.extend([line, "\n"]);
        }
    }
    cases
}

fn row_of(row: &str) -> (Vm, String) {
    let (vm, reason) = row.split_once(": ").expect("a reason");
    (Vm::parse(vm), reason.to_owned())
}

impl Vm {
    fn parse(text: &str) -> Self {
        let mut words = text.split(' ').map(str::to_owned);
        Self { file: words.next().expect("a file"), tweaks: words.collect() }
    }

    fn bytes(&self) -> Vec<u8> {
        let mut bytes = fs::read(folder().join(&self.file)).expect("a fixture");
        for tweak in self.tweaks.iter().filter(|tweak| *tweak != "+snapshots") {
            let (key, value) = match tweak.strip_prefix('-') {
                Some(key) => (key, None),
                None => tweak.split_once('=').map(|(key, value)| (key, Some(value))).expect("KEY=VALUE"),
            };
            let pattern = Pattern::parse(key).expect("a key");
            let absent = if value.is_none() { IfAbsent::Fail } else { IfAbsent::Ignore };
            let document = Document::parse(bytes);
            let (document, _) = edit::apply(&document, &[Edit::Unset { pattern, absent }]).expect("it goes");
            bytes = document.to_bytes();
            let ending = if bytes.ends_with(b"\r\n") { "\r\n" } else { "\n" };
            bytes.extend(
                value.map(|value| format!("{key} = \"{value}\"{ending}")).unwrap_or_default().bytes(),
            );
        }
        bytes
    }

    /// A directory with the file, what parameters are read from, and snapshots where there are any.
    fn scratch(&self) -> Scratch {
        let scratch = Scratch::new();
        for name in ["metadata.yaml", "userdata.yaml", "node.ign", "password"] {
            scratch.write(name, fs::read(folder().join(name)).expect("a fixture"));
        }
        scratch.write(&self.file, self.bytes());
        if self.tweaks.iter().any(|tweak| tweak == "+snapshots") {
            let vmsd = self.file.replace(".vmx", ".vmsd");
            scratch.write(&vmsd, "snapshot.numSnapshots = \"1\"\nsnapshot0.uid = \"1\"\n");
        }
        scratch
    }
}

impl Case {
    fn preset(&self) -> Preset {
        Library::default().find(&self.name).expect("it is built in")
    }

    /// The preset with this case's parameters.
    pub(super) fn resolved(&self) -> ResolvedPreset {
        let argument = |value: &str| match value.strip_prefix('@') {
            Some(file) => Argument::Content(fs::read(folder().join(file)).expect("a fixture")),
            None => Argument::Typed(value.to_owned()),
        };
        let arguments: BTreeMap<String, Argument> = self
            .parameters
            .iter()
            .map(|word| word.split_once('=').expect("NAME=VALUE"))
            .map(|(name, value)| (name.to_owned(), argument(value)))
            .collect();
        self.preset().resolve(&arguments).expect("its parameters are right")
    }

    /// The words for these parameters.
    pub(super) fn words(&self) -> Vec<&str> {
        self.parameters.iter().flat_map(|word| ["--param", word]).collect()
    }

    fn apply(&self, scratch: &Scratch, vm: &Vm, more: &[&str]) -> Ran {
        scratch.run(&[&["apply", "-p", &self.name, &vm.file], more, &self.words()].concat())
    }
}

#[test]
fn each_preset_makes_the_changes_expected_of_it_prints_its_notes_and_makes_them_once() {
    for case in cases() {
        let (name, preset) = (&case.name, case.preset());
        let scratch = case.on.scratch();
        let before = scratch.read(&case.on.file);
        case.apply(&scratch, &case.on, &["--check", "-q"]).exits(1, "");
        assert_eq!(scratch.read(&case.on.file), before, "{name}");

        let ran = case.apply(&scratch, &case.on, &[]);
        assert_eq!((ran.code, &*ran.stdout), (0, &*case.changes), "{name}: {}", ran.stderr);
        assert!(!case.changes.is_empty(), "{name}");
        for note in &preset.notes {
            assert!(ran.stderr.contains(note), "{name} does not say \"{note}\": {}", ran.stderr);
        }
        let after = scratch.read(&case.on.file);
        case.apply(&scratch, &case.on, &[]).prints("");
        case.apply(&scratch, &case.on, &["--check"]).prints("");
        assert_eq!(scratch.read(&case.on.file), after, "{name}: the second time");
    }
}

#[test]
fn each_preset_is_taken_back_byte_for_byte_or_says_why_it_cannot_be() {
    for case in cases() {
        let (name, preset) = (&case.name, case.preset());
        let scratch = case.on.scratch();
        let before = scratch.read(&case.on.file);
        assert_eq!(case.apply(&scratch, &case.on, &[]).code, 0, "{name}");
        let after = scratch.read(&case.on.file);
        assert_ne!(after, before, "{name}");
        let ran = scratch.run(&[&["preset", "revert", name, &case.on.file][..], &case.words()].concat());
        match &preset.irreversible {
            None => {
                assert_eq!(ran.code, 0, "{name}: {}", ran.stderr);
                assert_eq!(scratch.read(&case.on.file), before, "{name}");
            }
            Some(why) => {
                ran.refuses(4, &["cannot be taken back", why]);
                assert_eq!(scratch.read(&case.on.file), after, "{name}");
            }
        }
    }
}

#[test]
fn each_preset_refuses_the_files_it_must_not_touch_and_says_why() {
    for case in cases() {
        assert!(!case.refused.is_empty(), "{}", case.name);
        for (vm, reason) in &case.refused {
            let scratch = vm.scratch();
            let before = scratch.read(&vm.file);
            case.apply(&scratch, vm, &[]).refuses(4, &[reason]);
            assert_eq!(scratch.read(&vm.file), before, "{}", case.name);
        }
    }
}

#[test]
fn a_preset_that_is_not_needed_says_so_and_changes_nothing() {
    let mut seen = 0;
    for case in cases() {
        for (vm, reason) in &case.unneeded {
            let scratch = vm.scratch();
            let before = scratch.read(&vm.file);
            let ran = case.apply(&scratch, vm, &[]);
            assert_eq!((ran.code, &*ran.stdout), (0, ""), "{}: {}", case.name, ran.stderr);
            ran.says(&["nothing to do", reason]);
            assert_eq!(scratch.read(&vm.file), before, "{}", case.name);
            seen += 1;
        }
    }
    assert!(seen >= 3, "ESXi 5 and 6 are among them");
}

#[test]
fn vmware_reads_what_each_preset_wrote_as_it_was_meant() {
    let Some(vmware) = vmtools::load("VMware's reading of what presets write") else { return };
    for case in cases().into_iter().filter(|case| !case.on.file.ends_with(".properties")) {
        let scratch = case.on.scratch();
        assert_eq!(case.apply(&scratch, &case.on, &[]).code, 0, "{}", case.name);
        let after = scratch.read(&case.on.file);
        let (_, theirs) = vmware.read(&after);
        assert_eq!(ours(&after), entries_only(theirs), "{}", case.name);
    }
}

#[test]
fn what_is_read_from_files_reaches_the_guest_whole() {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    use std::io::Read;
    let written = |name: &str, key: &str| {
        let case = cases().into_iter().find(|case| case.name == name).expect("a case");
        let scratch = case.on.scratch();
        assert_eq!(case.apply(&scratch, &case.on, &[]).code, 0);
        let ran = scratch.run(&["get", &case.on.file, key]);
        ran.stdout.trim_end_matches('\n').to_owned()
    };
    let fixture = |name: &str| fs::read(folder().join(name)).expect("a fixture");
    for (key, file) in [("guestinfo.metadata", "metadata.yaml"), ("guestinfo.userdata", "userdata.yaml")] {
        let packed = STANDARD.decode(written("cloud-init", key)).expect("base64");
        let mut content = Vec::new();
        flate2::read::GzDecoder::new(&packed[..]).read_to_end(&mut content).expect("gzip");
        assert_eq!(content, fixture(file), "{key}");
    }
    let content = STANDARD.decode(written("ignition", "guestinfo.ignition.config.data")).expect("base64");
    assert_eq!(content, fixture("node.ign"));
    assert_eq!(
        format!("{}\n", written("vnc-console", "RemoteDisplay.vnc.password")).as_bytes(),
        fixture("password")
    );
}

#[test]
fn the_console_port_is_written_as_java_reads_it() {
    let case = cases().into_iter().find(|case| case.name == "html5-console-port").expect("a case");
    let scratch = case.on.scratch();
    let before = scratch.read(&case.on.file);
    assert_eq!(case.apply(&scratch, &case.on, &[]).code, 0);
    let expected = [&before[..], b"html.console.port = 7331\n"].concat();
    assert_eq!(scratch.read(&case.on.file), expected);
    scratch.run(&["get", &case.on.file, "html.console.port"]).prints("7331\n");
    for port in ["0", "65536", "-1", "http", ""] {
        let parameter = format!("port={port}");
        let words = ["apply", "-p", "html5-console-port", "--param", &parameter, &case.on.file];
        scratch.run(&words).refuses(2, &["port"]);
        assert_eq!(scratch.read(&case.on.file), expected, "{port}");
    }
}

#[test]
fn the_identity_of_a_mac_has_to_look_like_one() {
    let case = cases().into_iter().find(|case| case.name == "macos-identity").expect("a case");
    let scratch = case.on.scratch();
    let before = scratch.read(&case.on.file);
    let right = ["serial=C02ABC123DEF", "model=MacPro7,1", "board=Mac-27AD2F918AE68F61"];
    for (at, wrong) in
        [(0, "serial=c02"), (0, "serial=C02ABC123DEFG"), (1, "model=MacPro"), (2, "board=27AD2F918AE68F61")]
    {
        let mut given = right;
        given[at] = wrong;
        let words: Vec<&str> = given.iter().flat_map(|word| ["--param", word]).collect();
        apply_with(&scratch, &case, &words).refuses(2, &["is not of the form"]);
        assert_eq!(scratch.read(&case.on.file), before, "{wrong}");
    }
    let words: Vec<&str> = right.iter().flat_map(|word| ["--param", word]).collect();
    let ran = apply_with(&scratch, &case, &words);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(!ran.stdout.contains("efi.nvram.var"), "what is not given is not written: {}", ran.stdout);
}

#[test]
fn an_encoding_is_named_only_beside_the_data_it_is_for() {
    let case = cases().into_iter().find(|case| case.name == "cloud-init").expect("a case");
    let scratch = case.on.scratch();
    scratch.write("x", "x");
    apply_with(&scratch, &case, &["--param", "metadata=x"]).refuses(2, &["it must be the content of a file"]);
    apply_with(&scratch, &case, &["-q", "--show-secrets", "--param", "metadata=@x"]).prints("");
    let ran = scratch.run(&["list", &case.on.file, "guestinfo.*"]);
    ran.prints("guestinfo.metadata = \"eA==\"\nguestinfo.metadata.encoding = \"base64\"\n");
}

fn apply_with(scratch: &Scratch, case: &Case, words: &[&str]) -> Ran {
    scratch.run(&[&["apply", "-p", &case.name, &case.on.file], words].concat())
}
