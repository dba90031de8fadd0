//! Each built-in preset on a realistic file, with the results in `tests/fixtures/presets/expected.txt`.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use vmxedit::edit::IfAbsent;
use vmxedit::preset::{Argument, Library, Preset, ResolvedPreset};
use vmxedit::{Document, Edit, Pattern, edit};

use crate::format::vmware_parser::{vmxedit_lines, without_line_text};
use crate::harness::{RunResult, Scratch, repository_path};
use crate::parts::vmtools;
use crate::suite::{Trial, first_tier, test_list};

/// Returns the tests of this module.
pub(crate) fn tests() -> Vec<Trial> {
    first_tier(test_list![
        each_preset_makes_its_expected_changes_once_and_prints_its_notes,
        each_preset_reverts_byte_for_byte_or_reports_that_it_is_irreversible,
        each_preset_refuses_unsuitable_files_with_a_reason,
        vmware_reads_the_entries_that_each_preset_wrote,
        an_unneeded_preset_changes_nothing_and_reports_why,
        file_parameters_are_encoded_losslessly,
        html5_console_port_is_appended_and_validated,
        macos_identity_parameters_are_validated,
        cloud_init_sets_an_encoding_only_for_given_data
    ])
}

/// The expected results of one preset.
#[derive(Debug, Default)]
pub(super) struct Case {
    pub(super) name: String,
    on: Vm,
    parameters: Vec<String>,
    changes: String,
    refused: Vec<(Vm, String)>,
    unneeded: Vec<(Vm, String)>,
}

/// A fixture, and changes to make to it.
#[derive(Debug, Default)]
struct Vm {
    file: String,
    tweaks: Vec<String>,
}

fn folder() -> PathBuf {
    repository_path("tests/fixtures/presets")
}

pub(super) fn cases() -> Vec<Case> {
    let text = fs::read_to_string(folder().join("expected.txt")).unwrap();
    let mut cases: Vec<Case> = Vec::new();
    for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            cases.push(Case { name: name.to_owned(), ..Case::default() });
            continue;
        }
        let case = cases.last_mut().expect("a name should precede the rows");
        if let Some(vm) = line.strip_prefix("on ") {
            case.on = Vm::parse(vm);
        } else if let Some(parameter) = line.strip_prefix("param ") {
            case.parameters.push(parameter.to_owned());
        } else if let Some(row) = line.strip_prefix("not ") {
            case.refused.push(parse_row(row));
        } else if let Some(row) = line.strip_prefix("no need ") {
            case.unneeded.push(parse_row(row));
        } else {
            assert!(line.starts_with(['+', '-', '~']), "{line}");
            case.changes.extend([line, "\n"]);
        }
    }
    cases
}

fn parse_row(row: &str) -> (Vm, String) {
    let (vm, reason) = row.split_once(": ").expect("a row should have a reason");
    (Vm::parse(vm), reason.to_owned())
}

impl Vm {
    fn parse(text: &str) -> Self {
        let mut words = text.split(' ').map(str::to_owned);
        Self { file: words.next().expect("a row should name a file"), tweaks: words.collect() }
    }

    fn content(&self) -> Vec<u8> {
        let mut bytes = fs::read(folder().join(&self.file)).unwrap();
        for tweak in self.tweaks.iter().filter(|tweak| !tweak.starts_with('+')) {
            let (key, value) = match tweak.strip_prefix('-') {
                Some(key) => (key, None),
                None => tweak
                    .split_once('=')
                    .map(|(key, value)| (key, Some(value)))
                    .expect("a change should be KEY=VALUE"),
            };
            let pattern = Pattern::parse(key).unwrap();
            let absent = if value.is_none() { IfAbsent::Fail } else { IfAbsent::Ignore };
            let document = Document::parse(bytes);
            let (document, _) = edit::apply(&document, &[Edit::Unset { pattern, absent }]).unwrap();
            bytes = document.to_bytes();
            let ending = if bytes.ends_with(b"\r\n") { "\r\n" } else { "\n" };
            bytes.extend(
                value.map(|value| format!("{key} = \"{value}\"{ending}")).unwrap_or_default().bytes(),
            );
        }
        bytes
    }

    /// Creates a directory with the VM, the files for parameters, and the list of snapshots if there are any.
    fn create(&self) -> Scratch {
        let scratch = Scratch::new();
        for name in ["metadata.yaml", "userdata.yaml", "node.ign", "password"] {
            scratch.write(name, fs::read(folder().join(name)).unwrap());
        }
        scratch.write(&self.file, self.content());
        if self.tweaks.iter().any(|tweak| tweak == "+snapshots") {
            let vmsd = self.file.replace(".vmx", ".vmsd");
            scratch.write(&vmsd, "snapshot.numSnapshots = \"1\"\nsnapshot0.uid = \"1\"\n");
        }
        if self.tweaks.iter().any(|tweak| tweak == "+delta") {
            let text = String::from_utf8_lossy(&self.content()).into_owned();
            let disk = text.split('"').find(|value| value.contains(".vmdk")).unwrap().to_owned();
            scratch.write(
                &disk,
                "# Disk DescriptorFile\nCID=0a\nparentCID=0b\nparentFileNameHint=\"base.vmdk\"\n",
            );
        }
        scratch
    }
}

impl Case {
    fn preset(&self) -> Preset {
        Library::default().find(&self.name).unwrap()
    }

    /// Returns the preset with the parameters of this case.
    pub(super) fn resolved(&self) -> ResolvedPreset {
        let argument = |value: &str| match value.strip_prefix('@') {
            Some(file) => Argument::Content(fs::read(folder().join(file)).unwrap()),
            None => Argument::Typed(value.to_owned()),
        };
        let arguments: BTreeMap<String, Argument> = self
            .parameters
            .iter()
            .map(|word| word.split_once('=').expect("a parameter should be NAME=VALUE"))
            .map(|(name, value)| (name.to_owned(), argument(value)))
            .collect();
        self.preset().resolve(&arguments).expect("the parameters should be valid")
    }

    /// Returns the command-line arguments for the parameters.
    pub(super) fn parameter_args(&self) -> Vec<&str> {
        self.parameters.iter().flat_map(|word| ["--param", word]).collect()
    }

    fn apply(&self, scratch: &Scratch, vm: &Vm, more: &[&str]) -> RunResult {
        scratch.run(&[&["apply", "-p", &self.name, &vm.file], more, &self.parameter_args()].concat())
    }
}

fn each_preset_makes_its_expected_changes_once_and_prints_its_notes() {
    for case in cases() {
        let (name, preset) = (&case.name, case.preset());
        let scratch = case.on.create();
        let before = scratch.read(&case.on.file);
        case.apply(&scratch, &case.on, &["--check", "-q"]).printed(1);
        assert_eq!(scratch.read(&case.on.file), before, "{name}");

        let result = case.apply(&scratch, &case.on, &[]);
        assert_eq!((result.code, &*result.stdout), (0, &*case.changes), "{name}: {}", result.stderr);
        assert!(!case.changes.is_empty(), "{name}");
        for note in &preset.notes {
            assert!(result.stderr.contains(note), "{name} does not print \"{note}\": {}", result.stderr);
        }
        let after = scratch.read(&case.on.file);
        case.apply(&scratch, &case.on, &[]).prints("");
        case.apply(&scratch, &case.on, &["--check"]).prints("");
        assert_eq!(scratch.read(&case.on.file), after, "{name}: second run");
    }
}

fn each_preset_reverts_byte_for_byte_or_reports_that_it_is_irreversible() {
    for case in cases() {
        let (name, preset) = (&case.name, case.preset());
        let scratch = case.on.create();
        let before = scratch.read(&case.on.file);
        assert_eq!(case.apply(&scratch, &case.on, &[]).code, 0, "{name}");
        let after = scratch.read(&case.on.file);
        assert_ne!(after, before, "{name}");
        let result =
            scratch.run(&[&["preset", "revert", name, &case.on.file][..], &case.parameter_args()].concat());
        match &preset.irreversible {
            None => {
                assert_eq!(result.code, 0, "{name}: {}", result.stderr);
                assert_eq!(scratch.read(&case.on.file), before, "{name}");
            }
            Some(why) => {
                result.refuses(4, &["cannot be reverted", why]);
                assert_eq!(scratch.read(&case.on.file), after, "{name}");
            }
        }
    }
}

fn each_preset_refuses_unsuitable_files_with_a_reason() {
    for case in cases() {
        assert!(!case.refused.is_empty(), "{}", case.name);
        for (vm, reason) in &case.refused {
            let scratch = vm.create();
            let before = scratch.read(&vm.file);
            case.apply(&scratch, vm, &[]).refuses(4, &[reason]);
            assert_eq!(scratch.read(&vm.file), before, "{}", case.name);
        }
    }
}

fn an_unneeded_preset_changes_nothing_and_reports_why() {
    let mut seen = 0;
    for case in cases() {
        for (vm, reason) in &case.unneeded {
            let scratch = vm.create();
            let before = scratch.read(&vm.file);
            let result = case.apply(&scratch, vm, &[]);
            assert_eq!((result.code, &*result.stdout), (0, ""), "{}: {}", case.name, result.stderr);
            result.says(&["nothing to do", reason]);
            assert_eq!(scratch.read(&vm.file), before, "{}", case.name);
            seen += 1;
        }
    }
    assert!(seen >= 3, "{seen} unneeded cases");
}

fn file_parameters_are_encoded_losslessly() {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    use std::io::Read;
    let written = |name: &str, key: &str| {
        let case = cases().into_iter().find(|case| case.name == name).unwrap();
        let scratch = case.on.create();
        assert_eq!(case.apply(&scratch, &case.on, &[]).code, 0);
        let result = scratch.run(&["get", &case.on.file, key]);
        result.stdout.trim_end_matches('\n').to_owned()
    };
    let fixture = |name: &str| fs::read(folder().join(name)).unwrap();
    for (key, file) in [("guestinfo.metadata", "metadata.yaml"), ("guestinfo.userdata", "userdata.yaml")] {
        let packed = STANDARD.decode(written("cloud-init", key)).unwrap();
        let mut content = Vec::new();
        flate2::read::GzDecoder::new(&packed[..]).read_to_end(&mut content).unwrap();
        assert_eq!(content, fixture(file), "{key}");
    }
    let content = STANDARD.decode(written("ignition", "guestinfo.ignition.config.data")).unwrap();
    assert_eq!(content, fixture("node.ign"));
    assert_eq!(
        format!("{}\n", written("vnc-console", "RemoteDisplay.vnc.password")).as_bytes(),
        fixture("password")
    );
}

fn html5_console_port_is_appended_and_validated() {
    let case = cases().into_iter().find(|case| case.name == "html5-console-port").unwrap();
    let scratch = case.on.create();
    let before = scratch.read(&case.on.file);
    assert_eq!(case.apply(&scratch, &case.on, &[]).code, 0);
    let expected = [&before[..], b"html.console.port = 7331\n"].concat();
    assert_eq!(scratch.read(&case.on.file), expected);
    scratch.run(&["get", &case.on.file, "html.console.port"]).prints("7331\n");
    for port in ["0", "65536", "-1", "http", ""] {
        let parameter = format!("port={port}");
        let args = ["apply", "-p", "html5-console-port", "--param", &parameter, &case.on.file];
        scratch.run(&args).refuses(2, &["port"]);
        assert_eq!(scratch.read(&case.on.file), expected, "{port}");
    }
}

fn macos_identity_parameters_are_validated() {
    let case = cases().into_iter().find(|case| case.name == "macos-identity").unwrap();
    let scratch = case.on.create();
    let before = scratch.read(&case.on.file);
    let right = ["serial=C02ABC123DEF", "model=MacPro7,1", "board=Mac-27AD2F918AE68F61"];
    for (at, wrong) in
        [(0, "serial=c02"), (0, "serial=C02ABC123DEFG"), (1, "model=MacPro"), (2, "board=27AD2F918AE68F61")]
    {
        let mut given = right;
        given[at] = wrong;
        let args: Vec<&str> = given.iter().flat_map(|word| ["--param", word]).collect();
        apply_with_args(&scratch, &case, &args).refuses(2, &["is not of the form"]);
        assert_eq!(scratch.read(&case.on.file), before, "{wrong}");
    }
    let args: Vec<&str> = right.iter().flat_map(|word| ["--param", word]).collect();
    let result = apply_with_args(&scratch, &case, &args);
    assert_eq!(result.code, 0, "{}", result.stderr);
    assert!(
        !result.stdout.contains("efi.nvram.var"),
        "an omitted parameter should not be written: {}",
        result.stdout
    );
}

fn cloud_init_sets_an_encoding_only_for_given_data() {
    let case = cases().into_iter().find(|case| case.name == "cloud-init").unwrap();
    let scratch = case.on.create();
    scratch.write("x", "x");
    apply_with_args(&scratch, &case, &["--param", "metadata=x"])
        .refuses(2, &["it must be the content of a file"]);
    apply_with_args(&scratch, &case, &["-q", "--show-secrets", "--param", "metadata=@x"]).printed(0);
    let result = scratch.run(&["list", &case.on.file, "guestinfo.*"]);
    result.prints("guestinfo.metadata = \"eA==\"\nguestinfo.metadata.encoding = \"base64\"\n");
}

fn apply_with_args(scratch: &Scratch, case: &Case, args: &[&str]) -> RunResult {
    scratch.run(&[&["apply", "-p", &case.name, &case.on.file], args].concat())
}

fn vmware_reads_the_entries_that_each_preset_wrote() {
    let vmware = vmtools::load();
    for case in cases().into_iter().filter(|case| !case.on.file.ends_with(".properties")) {
        let scratch = case.on.create();
        assert_eq!(case.apply(&scratch, &case.on, &[]).code, 0, "{}", case.name);
        let after = scratch.read(&case.on.file);
        let (_, expected) = vmware.read(&after);
        assert_eq!(vmxedit_lines(&after), without_line_text(expected), "{}", case.name);
    }
}
