//! What `show` says of real files against what virt-v2v says of them.
//!
//! Measured with virt-v2v 2.2.0 (Debian 12). The two agree on name, memory, CPUs, firmware, disks, network cards, their
//! addresses and networks, except where virt-v2v reads less than VMware does:
//!
//! - A disk on IDE counts there only with `deviceType = "ata-hardDisk"`; VMware takes one without a type for a disk.
//! - An address that is not `generatedAddress` (static ones, most of all) is none there.
//! - A network card without `networkName` is called after its key there; here its network is `vnet`, or none.
//! - Sockets and cores are told there only where `cpuid.coresPerSocket` is set.

use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;
use std::sync::Mutex;

use serde_json::Value;

use super::support::{Scratch, real_files};

/// Stands in for the program that virt-v2v opens disks with: the real files have none beside them. Its pid tells that
/// the socket is there.
const FAKE_QEMU_NBD: &str = r#"#!/bin/sh
while [ $# -gt 0 ]; do
  case $1 in
    --pid-file) pid=$2 ;;
    --socket) socket=$2 ;;
  esac
  shift
done
: > "$socket"
echo $$ > "$pid"
exec sleep 60
"#;

#[test]
fn show_agrees_with_virt_v2v_on_every_real_file() {
    if Command::new("virt-v2v").arg("--version").output().is_err() {
        eprintln!("SKIPPED: virt-v2v's reading of real files: virt-v2v is not installed");
        return;
    }
    let scratch = Scratch::new();
    let fake_qemu_nbd = scratch.write("bin/qemu-nbd", FAKE_QEMU_NBD);
    fs::set_permissions(&fake_qemu_nbd, fs::Permissions::from_mode(0o755)).expect("a mode");
    let mut path = fake_qemu_nbd.parent().expect("a folder").as_os_str().to_owned();
    path.push(":");
    path.push(std::env::var_os("PATH").unwrap_or_default());

    let files = real_files();
    let waiting = Mutex::new(files.iter());
    // virt-v2v spends a second a disk on waiting.
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                while let Some(file) = { waiting.lock().expect("no panic").next() } {
                    compare_file(&scratch, &path, file);
                }
            });
        }
    });
}

fn compare_file(scratch: &Scratch, path: &OsString, file: &Path) {
    let output = Command::new("virt-v2v")
        .args(["-i", "vmx", "--print-source"])
        .arg(file)
        .env("PATH", path)
        .output()
        .expect("it starts");
    if file.extension().is_some_and(|extension| extension == "erb") {
        assert!(!output.status.success(), "it refuses a template whose memory is no number");
        return;
    }
    assert!(output.status.success(), "{}: {}", file.display(), String::from_utf8_lossy(&output.stderr));
    let theirs = VirtV2vSource::read(&String::from_utf8_lossy(&output.stdout));
    let name = file.to_string_lossy();
    let result = scratch.run(&["show", "--json", &name]);
    let ours: Value = serde_json::from_str(&result.stdout).expect("JSON");
    theirs.compare(&ours, &name);
}

/// What virt-v2v prints: facts, and lists of disks and network cards.
struct VirtV2vSource {
    facts: Vec<(String, String)>,
    disks: Vec<String>,
    cards: Vec<String>,
}

impl VirtV2vSource {
    fn read(text: &str) -> Self {
        let mut theirs = Self { facts: Vec::new(), disks: Vec::new(), cards: Vec::new() };
        let mut section = "";
        for line in text.lines() {
            match (line.strip_prefix('\t'), section) {
                (Some(item), "disks:") => theirs.disks.push(item.to_owned()),
                (Some(item), "NICs:") => theirs.cards.push(item.to_owned()),
                (Some(_), _) => {}
                (None, _) if line.ends_with(':') && !line.starts_with(' ') => section = line,
                (None, _) => theirs.facts.extend(
                    line.split_once(": ")
                        .map(|(fact, says)| (fact.trim().to_owned(), says.trim().to_owned())),
                ),
            }
        }
        theirs
    }

    fn fact(&self, name: &str) -> &str {
        self.facts.iter().find(|(fact, _)| fact == name).map_or("", |(_, says)| says)
    }

    fn compare(&self, ours: &Value, file: &str) {
        assert_eq!(self.fact("source name"), ours["name"].as_str().unwrap_or_default().trim(), "{file}");
        let memory = ours["memory_mb"].as_u64().expect("a number") << 20;
        assert_eq!(self.fact("memory"), format!("{memory} (bytes)"), "{file}");
        assert_eq!(self.fact("nr vCPUs"), ours["cpus"]["count"].to_string(), "{file}");
        assert_eq!(self.fact("firmware").replace("uefi", "efi"), ours["firmware"]["type"], "{file}");
        let (sockets, cores) = (&ours["cpus"]["sockets"], &ours["cpus"]["cores_per_socket"]);
        let topology = self.fact("CPU topology");
        let expected = format!("sockets: {sockets} cores/socket: {cores} threads/core: 1");
        assert!(topology.is_empty() || topology == expected, "{file}: {topology}, {expected}");
        self.compare_disks(ours, file);
        self.compare_cards(ours, file);
    }

    fn compare_disks(&self, ours: &Value, file: &str) {
        let document = vmxedit::Document::parse(fs::read(file).expect("readable"));
        let is_typed = |slot: &str| {
            let key = vmxedit::Key::parse(&format!("{slot}.deviceType")).expect("a key");
            document.find(&key).first().is_some_and(|kind| kind.value().eq_ignore_ascii_case("ata-hardDisk"))
        };
        let units = ours["controllers"].as_array().into_iter().flatten();
        let units = units.flat_map(|found| found["devices"].as_array().into_iter().flatten());
        let slots =
            units.filter(|unit| unit["kind"] == "disk").map(|unit| unit["slot"].as_str().unwrap_or(""));
        let seen = slots.filter(|slot| !slot.starts_with("ide") || is_typed(slot));
        let mut ours: Vec<&str> =
            seen.map(|slot| slot.split(|c: char| c.is_ascii_digit()).next().unwrap_or("")).collect();
        ours.sort_unstable();
        let kind = |disk: &String| disk.split(['[', ']']).nth(1).unwrap_or_default().to_owned();
        let mut theirs: Vec<String> = self.disks.iter().map(kind).collect();
        theirs.sort_unstable();
        assert_eq!(theirs, ours, "{file}");
    }

    /// Their line: `Bridge "VM Network" mac: 00:50:56:91:48:c7 [vmxnet3]`, with address and kind or without.
    fn compare_cards(&self, ours: &Value, file: &str) {
        let cards = ours["network_cards"].as_array().expect("a list");
        assert_eq!(self.cards.len(), cards.len(), "{file}");
        for (theirs, ours) in self.cards.iter().zip(cards) {
            let text = |member: &str| ours[member].as_str().unwrap_or_default();
            let network = theirs.split('"').nth(1).unwrap_or_default();
            assert!(network == text("network") || network == text("slot"), "{file}: {theirs}, {ours}");
            let mac = theirs.split_once("mac: ").map(|(_, rest)| rest.split(' ').next().unwrap_or_default());
            assert!(mac.is_none_or(|mac| mac.eq_ignore_ascii_case(text("mac"))), "{file}: {theirs}, {ours}");
            let kind = theirs.rsplit_once('[').map_or("", |(_, kind)| kind.trim_end_matches(']'));
            assert_eq!(kind, text("type"), "{file}");
        }
    }
}
