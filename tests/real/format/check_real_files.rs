//! `check` on real files: no false errors, and each known defect at its line.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::path::PathBuf;

use vmxedit::check::{self, Severity};
use vmxedit::document::{Dialect, sniff};
use vmxedit::{Document, Key};

use crate::harness::read_fixture;
use crate::parts::corpus::{corpus_root, real_files};
use crate::suite::{Trial, first_tier, on_every_file, test_list};

/// Returns the tests of this module.
pub(crate) fn tests() -> Vec<Trial> {
    let mut tests = on_every_file("format::check_real_files::fixes_preserve_values", fixes_preserve_values);
    tests.extend(first_tier(test_list![
        real_files_have_no_unexpected_errors,
        every_known_defect_is_reported_at_its_line,
        defects_of_real_files_are_reported_in_fixtures
    ]));
    tests
}

/// The expected errors in real files: part of the file name, rule, line, and why the error is correct.
const ERRORS: &[(&str, &str, usize, &str)] = &[
    ("31dffbd4-oldver__vmware__macos.vmx", "VMX002", 17, "a template of OC4VM: `__CPU_Settings__ = \"\"7`"),
    (
        "41085e3a-oldver__vmware__macos.vmx",
        "VMX009",
        88,
        "a template of OC4VM: two branches of an {% if %} set one key",
    ),
    ("template.vmx.erb", "VMX002", 14, "an ERB template of veewee: `<% end %>` behind a value"),
    ("template.vmx.erb", "VMX002", 57, "an ERB template of veewee: `<% end %>` behind a value"),
    ("hooklift+govix/fixtures__b.vmx", "VMX091", 12, "written for a test: an unusable MAC address"),
    ("hooklift+govmx/fixtures__b.vmx", "VMX091", 18, "written for a test: an unusable MAC address"),
    ("xml2vmx-ethernet-mac-type.vmx", "VMX091", 22, "made by libvirt for a test: every kind of MAC"),
];

fn real_files_have_no_unexpected_errors() {
    let mut counts: BTreeMap<(&str, Severity), usize> = BTreeMap::new();
    let mut files = 0;
    let mut seen = vec![false; ERRORS.len()];
    for file in real_files() {
        let bytes = fs::read(&file).unwrap();
        if sniff(&bytes, Dialect::Vmx).is_some() {
            continue;
        }
        let document = Document::parse(bytes);
        let name = file.to_string_lossy();
        files += 1;
        for finding in check::check(&document, Some(&file)) {
            *counts.entry((finding.rule.code, finding.severity)).or_default() += 1;
            if finding.severity == Severity::Error {
                let line = finding.span.as_ref().map_or(0, |span| span.line);
                let justified = ERRORS.iter().position(|(part, code, at, _)| {
                    name.contains(part) && *code == finding.rule.code && *at == line
                });
                let at = justified.unwrap_or_else(|| panic!("{name}:{line}: {finding:?}"));
                seen[at] = true;
            }
        }
    }
    assert!(files > 0, "the corpus should contain VMs");
    for (at, (file, code, line, why)) in ERRORS.iter().enumerate() {
        assert!(seen[at], "{file}:{line}: {code} is not reported ({why})");
    }
    println!("{files} files");
    for ((code, severity), count) in counts {
        println!("{code} {severity:7} {count}");
    }
}

fn every_known_defect_is_reported_at_its_line() {
    let root = corpus_root();
    let manifest = fs::read_to_string(root.join("corpus/MANIFEST.tsv")).unwrap();
    let known = |path: &str| manifest.contains(path);
    let has = |path: &Path, code: &str, line: usize| {
        let document = Document::parse(fs::read(path).unwrap());
        let findings = check::check(&document, None);
        findings.iter().any(|finding| {
            finding.rule.code == code && finding.span.as_ref().is_some_and(|span| span.line == line)
        })
    };
    let mut tried = 0;
    for (file, code, line) in [
        ("DrDonk+OC4VM/31dffbd4-oldver__vmware__macos.vmx", "VMX002", 17),
        ("DrDonk+OC4VM/31dffbd4-oldver__vmware__macos.vmx", "VMX007", 20),
        ("DrDonk+OC4VM/31dffbd4-oldver__vmware__macos.vmx", "VMX028", 104),
        ("DrDonk+OC4VM/41085e3a-oldver__vmware__macos.vmx", "VMX009", 88),
        ("DrDonk+OC4VM/41085e3a-oldver__vmware__macos.vmx", "VMX045", 38),
    ] {
        assert!(known(file), "{file} should be in the manifest");
        assert!(has(&root.join("corpus").join(file), code, line), "{file}:{line}: {code}");
        tried += 1;
    }
    println!("{tried} defects");
}

/// The fixtures repeat defects of real files that are not in the corpus, such as lost quotes, template lines, keys with
/// spaces, and wrong encodings.
fn defects_of_real_files_are_reported_in_fixtures() {
    let codes = |name: &str| -> Vec<(&str, Option<usize>)> {
        let document = Document::parse(read_fixture(name));
        let line = |finding: &check::Finding| finding.span.as_ref().map(|span| span.line);
        check::check(&document, None).iter().map(|finding| (finding.rule.code, line(finding))).collect()
    };
    let lying = codes("lying-encoding.vmx");
    for found in [("VMX001", Some(3)), ("VMX022", Some(3)), ("VMX022", Some(4))] {
        assert!(lying.contains(&found), "{found:?} in {lying:?}");
    }
    let odd = codes("odd-lines.vmx");
    for found in [
        ("VMX003", Some(9)),
        ("VMX001", Some(10)),
        ("VMX002", Some(11)),
        ("VMX026", Some(14)),
        ("VMX006", Some(18)),
        ("VMX005", Some(19)),
        ("VMX011", Some(20)),
    ] {
        assert!(odd.contains(&found), "{found:?} in {odd:?}");
    }
    for (name, code) in [
        ("bom.vmx", "VMX020"),
        ("duplicates.vmx", "VMX010"),
        ("mixed-endings.vmx", "VMX012"),
        ("unknown-encoding.vmx", "VMX023"),
        ("encrypted.vmx", "VMX137"),
        ("partly-encrypted.vmx", "VMX137"),
    ] {
        let found = codes(name);
        assert!(found.iter().any(|(found, _)| *found == code), "{code} in {name}: {found:?}");
    }
}

fn fixes_preserve_values(files: &[PathBuf]) {
    for file in files {
        let document = Document::parse(fs::read(file).unwrap());
        let findings = check::check(&document, None);
        let fixed = Document::parse(check::apply_fixes(&document, &findings));
        let read = |document: &Document| -> BTreeMap<String, String> {
            let keys = document.entries().filter_map(|entry| {
                let key = Key::parse(entry.key().trim_start_matches('\u{FEFF}')).ok()?;
                Some((key.as_str().to_ascii_lowercase(), entry.value().into_owned()))
            });
            keys.collect()
        };
        assert_eq!(read(&fixed), read(&document), "{}", file.display());
        let left = check::check(&fixed, None);
        assert!(
            left.iter().all(|finding| finding.fix.is_none()),
            "{}: a second fix would change the file",
            file.display()
        );
    }
}
