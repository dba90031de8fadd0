//! Compares `show` with virt-v2v on real files.
//!
//! With virt-v2v 2.2.0 (Debian 12), both agree on name, memory, CPUs, firmware, disks, network cards, addresses and
//! networks, with these exceptions, where virt-v2v reads less than VMware:
//!
//! - An IDE disk needs `deviceType = "ata-hardDisk"` in virt-v2v. VMware treats an IDE device without a type as a disk.
//! - virt-v2v reads only `generatedAddress`, and no static addresses.
//! - virt-v2v names a network without `networkName` after the key of the card. `show` prints `vnet`, or no network.
//! - virt-v2v prints sockets and cores only if `cpuid.coresPerSocket` is set.

use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::sync::Mutex;

use serde_json::Value;

use crate::harness::{Scratch, isolated};
use crate::parts::corpus::real_files;
use crate::suite::{Trial, first_tier, skip_optional, test_list};

/// Returns the tests of this module.
pub(crate) fn tests() -> Vec<Trial> {
    first_tier(test_list![show_agrees_with_virt_v2v_on_every_real_file])
}

/// A fake `qemu-nbd`, with which virt-v2v opens disks, because the corpus contains no disks.
///
/// virt-v2v waits for the pid file as the sign that the socket exists.
const FAKE_QEMU_NBD: &str = r#"while [ $# -gt 0 ]; do
  case $1 in
    --pid-file) pid=$2 ;;
    --socket) socket=$2 ;;
  esac
  shift
done
: > "$socket"
echo $$ > "$pid"
exec sleep 60"#;

fn show_agrees_with_virt_v2v_on_every_real_file() {
    if isolated("virt-v2v").arg("--version").output().is_err() {
        // Not required anywhere: it is large, and compares only with real files, which the project does not contain.
        skip_optional("virt-v2v is not installed");
    }
    let scratch = Scratch::new();
    let fake_qemu_nbd = scratch.write_script("bin/qemu-nbd", FAKE_QEMU_NBD);
    let mut path = fake_qemu_nbd.parent().unwrap().as_os_str().to_owned();
    path.push(":");
    path.push(std::env::var_os("PATH").unwrap_or_default());

    let files = real_files();
    let queue = Mutex::new(files.iter());
    // virt-v2v waits for a second per disk.
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                while let Some(file) = { queue.lock().unwrap().next() } {
                    compare_file(&scratch, &path, file);
                }
            });
        }
    });
}

fn compare_file(scratch: &Scratch, path: &OsString, file: &Path) {
    let output = isolated("virt-v2v")
        .args(["-i", "vmx", "--print-source"])
        .arg(file)
        .env("PATH", path)
        .output()
        .unwrap();
    if file.extension().is_some_and(|extension| extension == "erb") {
        assert!(!output.status.success(), "virt-v2v should refuse a template whose memory is not a number");
        return;
    }
    assert!(output.status.success(), "{}: {}", file.display(), String::from_utf8_lossy(&output.stderr));
    let source = VirtV2vSource::read(&String::from_utf8_lossy(&output.stdout));
    let name = file.to_string_lossy();
    let result = scratch.run(&["show", "--json", &name]);
    let shown = result.json();
    source.compare(&shown, &name);
}

/// The output of `virt-v2v --print-source`: properties, and lists of disks and network cards.
struct VirtV2vSource {
    properties: Vec<(String, String)>,
    disks: Vec<String>,
    cards: Vec<String>,
}

impl VirtV2vSource {
    fn read(text: &str) -> Self {
        let mut source = Self { properties: Vec::new(), disks: Vec::new(), cards: Vec::new() };
        let mut section = "";
        for line in text.lines() {
            match (line.strip_prefix('\t'), section) {
                (Some(item), "disks:") => source.disks.push(item.to_owned()),
                (Some(item), "NICs:") => source.cards.push(item.to_owned()),
                (Some(_), _) => {}
                (None, _) if line.ends_with(':') && !line.starts_with(' ') => section = line,
                (None, _) => source.properties.extend(
                    line.split_once(": ")
                        .map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned())),
                ),
            }
        }
        source
    }

    fn property(&self, name: &str) -> &str {
        self.properties.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    fn compare(&self, shown: &Value, file: &str) {
        assert_eq!(self.property("source name"), shown["name"].as_str().unwrap_or_default().trim(), "{file}");
        let memory = shown["memory_mb"].as_u64().unwrap() << 20;
        assert_eq!(self.property("memory"), format!("{memory} (bytes)"), "{file}");
        assert_eq!(self.property("nr vCPUs"), shown["cpus"]["count"].to_string(), "{file}");
        assert_eq!(self.property("firmware").replace("uefi", "efi"), shown["firmware"]["type"], "{file}");
        let (sockets, cores) = (&shown["cpus"]["sockets"], &shown["cpus"]["cores_per_socket"]);
        let topology = self.property("CPU topology");
        let expected = format!("sockets: {sockets} cores/socket: {cores} threads/core: 1");
        assert!(topology.is_empty() || topology == expected, "{file}: {topology}, {expected}");
        self.compare_disks(shown, file);
        self.compare_cards(shown, file);
    }

    fn compare_disks(&self, shown: &Value, file: &str) {
        let document = vmxedit::Document::parse(fs::read(file).unwrap());
        let is_typed = |slot: &str| {
            let key = vmxedit::Key::parse(&format!("{slot}.deviceType")).unwrap();
            document.find(&key).first().is_some_and(|kind| kind.value().eq_ignore_ascii_case("ata-hardDisk"))
        };
        let units = shown["controllers"].as_array().into_iter().flatten();
        let units = units.flat_map(|found| found["devices"].as_array().into_iter().flatten());
        let slots =
            units.filter(|unit| unit["kind"] == "disk").map(|unit| unit["slot"].as_str().unwrap_or(""));
        let seen = slots.filter(|slot| !slot.starts_with("ide") || is_typed(slot));
        let mut shown: Vec<&str> =
            seen.map(|slot| slot.split(|c: char| c.is_ascii_digit()).next().unwrap_or("")).collect();
        shown.sort_unstable();
        let kind = |disk: &String| disk.split(['[', ']']).nth(1).unwrap_or_default().to_owned();
        let mut source: Vec<String> = self.disks.iter().map(kind).collect();
        source.sort_unstable();
        assert_eq!(source, shown, "{file}");
    }

    /// Compares network cards with lines of the form `Bridge "VM Network" mac: 00:50:56:91:48:c7 [vmxnet3]`.
    ///
    /// The address and the type are optional.
    fn compare_cards(&self, shown: &Value, file: &str) {
        let cards = shown["network_cards"].as_array().unwrap();
        assert_eq!(self.cards.len(), cards.len(), "{file}");
        for (source, shown) in self.cards.iter().zip(cards) {
            let text = |member: &str| shown[member].as_str().unwrap_or_default();
            let network = source.split('"').nth(1).unwrap_or_default();
            assert!(network == text("network") || network == text("slot"), "{file}: {source}, {shown}");
            let mac = source.split_once("mac: ").map(|(_, rest)| rest.split(' ').next().unwrap_or_default());
            assert!(mac.is_none_or(|mac| mac.eq_ignore_ascii_case(text("mac"))), "{file}: {source}, {shown}");
            let kind = source.rsplit_once('[').map_or("", |(_, kind)| kind.trim_end_matches(']'));
            assert_eq!(kind, text("type"), "{file}");
        }
    }
}
