//! Compares our parser with VMware's own, a plain line splitter, and two other lossless parsers:
//! `cargo bench --bench parser`.
//!
//! The runs of each pair are interleaved in one process, so that both run under the same conditions. The printed times are
//! medians.
#![allow(clippy::print_stdout, reason = "results are printed")]
#![allow(unsafe_code, clippy::cast_precision_loss, reason = "calls C functions; computes speeds from sizes")]

use std::ffi::{c_char, c_void};
use std::hint::black_box;
use std::time::Instant;

use libloading::{Library, Symbol};
use vmxedit::{Document, Edit, Key};

const ROUNDS: usize = 41;

type Marshal = unsafe extern "C" fn(*mut DynBuf, *const c_char, *const c_char) -> u8;
type OnBuffer = unsafe extern "C" fn(*mut DynBuf);
type Unmarshal = unsafe extern "C" fn(
    *const c_void,
    usize,
    *mut *mut c_char,
    *mut *mut c_char,
    *mut *mut c_char,
) -> *const c_void;

#[repr(C)]
struct DynBuf {
    data: *mut c_char,
    size: usize,
    allocated: usize,
}

fn main() {
    let rounds = if std::env::args().any(|word| word == "--bench") { ROUNDS } else { 1 };
    // SAFETY: loading runs the library's initializers, which only set up its own tables.
    let library = unsafe { Library::new("libvmtools.so.0") };
    let Ok(library) = library else {
        println!("SKIPPED: VMware's parser: libvmtools.so.0 not found (package open-vm-tools)");
        return;
    };
    // SAFETY: the signature is that of open-vm-tools' dictll.h.
    let unmarshal: Symbol<'_, Unmarshal> =
        unsafe { library.get(b"DictLL_UnmarshalLine") }.expect("the library has it");
    // SAFETY: as above.
    let (marshal, init, destroy) = unsafe {
        let get = "the library has it";
        (
            library.get::<Marshal>(b"DictLL_MarshalLine").expect(get),
            library.get::<OnBuffer>(b"DynBuf_Init").expect(get),
            library.get::<OnBuffer>(b"DynBuf_Destroy").expect(get),
        )
    };
    let theirs = |bytes: &[u8]| dictll(&unmarshal, bytes, |_, _, _| {});
    let theirs_and_back = |bytes: &[u8]| {
        let mut buffer = DynBuf { data: std::ptr::null_mut(), size: 0, allocated: 0 };
        // SAFETY: the library initializes and destroys the buffer, and copies strings into it.
        unsafe { init(&raw mut buffer) };
        dictll(&unmarshal, bytes, |line, name, value| unsafe {
            let text = if name.is_null() { line } else { value };
            marshal(&raw mut buffer, name, text);
        });
        let size = buffer.size;
        // SAFETY: as above.
        unsafe { destroy(&raw mut buffer) };
        size
    };

    println!("{:<58} {:>9} {:>9} {:>7}", "", "ours", "theirs", "times");
    let (short, messy, base64) = (short(24_000), irregular(24_000), base64());
    let crlf = String::from_utf8(short.clone()).expect("text").replace('\n', "\r\n").into_bytes();
    row("parse, short entries / VMware's DictLL_UnmarshalLine", &short, rounds, &parse, &theirs);
    row("parse, irregular input / DictLL_UnmarshalLine", &messy, rounds, &parse, &theirs);
    row("parse, base64 values / DictLL_UnmarshalLine", &base64, rounds, &parse, &theirs);
    row("parse, one VM of 120 lines / DictLL_UnmarshalLine", &self::short(120), rounds * 20, &parse, &theirs);
    row("parse, edit, to_bytes / unmarshal and marshal", &short, rounds, &edit, &theirs_and_back);
    row("parse CRLF / parse LF", &crlf, rounds, &parse, &|_| parse(short.clone()));
    row("parse / memchr over line ends", &short, rounds, &parse, &|bytes| {
        memchr::memchr_iter(b'\n', bytes).count()
    });
    let ini =
        [b"[vm]\n".to_vec(), short.iter().filter(|byte| !matches!(byte, b'.' | b':')).copied().collect()]
            .concat();
    row("parse / gix-config (same entries as an ini file)", &ini, rounds, &parse, &|bytes| {
        gix_config::parse::Events::from_bytes(bytes, None).expect("an ini file").sections().count()
    });
    let toml = String::from_utf8(short.clone()).expect("text").replace(':', "_");
    row("parse / toml_edit (same entries, 2,000 lines)", &self::short(2_000), rounds, &parse, &|_| {
        let some: String = toml.lines().take(2_000).flat_map(|line| [line, "\n"]).collect();
        some.parse::<toml_edit::DocumentMut>().map_or(0, |document| document.len())
    });
    many_edits(rounds);
}

fn parse(bytes: Vec<u8>) -> usize {
    black_box(Document::parse(bytes)).charset().name().len()
}

fn edit(bytes: Vec<u8>) -> usize {
    let document = Document::parse(bytes);
    let key = Key::parse("memsize").expect("a key");
    let (after, _) =
        vmxedit::edit::apply(&document, &[Edit::Set { key, value: "1".into() }]).expect("an edit");
    black_box(after.to_bytes()).len()
}

/// Runs VMware's parser over `bytes` and returns the number of entries. VMware allocates the line, the name and the value
/// of each one.
fn dictll(
    unmarshal: &Unmarshal,
    bytes: &[u8],
    mut each: impl FnMut(*mut c_char, *mut c_char, *mut c_char),
) -> usize {
    let (mut at, mut entries) = (0, 0);
    while at < bytes.len() {
        let (mut line, mut name, mut value) =
            (std::ptr::null_mut(), std::ptr::null_mut(), std::ptr::null_mut());
        // SAFETY: the parser reads `bytes` from `at` on; each allocated string is freed once.
        let next = unsafe {
            let start = bytes.as_ptr().add(at);
            let next =
                unmarshal(start.cast(), bytes.len() - at, &raw mut line, &raw mut name, &raw mut value);
            each(line, name, value);
            for text in [line, name, value] {
                libc::free(text.cast());
            }
            next
        };
        entries += usize::from(!name.is_null());
        if next.is_null() {
            break;
        }
        at = next as usize - bytes.as_ptr() as usize;
    }
    entries
}

fn row(
    name: &str,
    bytes: &[u8],
    rounds: usize,
    ours: &dyn Fn(Vec<u8>) -> usize,
    theirs: &dyn Fn(&[u8]) -> usize,
) {
    let (mut a, mut b) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        // The program owns the bytes that it read from the disk.
        let own = bytes.to_vec();
        a.push(time(|| ours(own)));
        b.push(time(|| theirs(bytes)));
    }
    let (a, b) = (median(a), median(b));
    let speed = |seconds: f64| bytes.len() as f64 / seconds / 1e6;
    println!("{name:<58} {:>4.0} MB/s {:>4.0} MB/s {:>7.2}", speed(a), speed(b), b / a);
}

/// Compares one edit with as many edits as lines: the time must grow with the sum of edits and lines, not the product.
fn many_edits(rounds: usize) {
    for count in [1, 20_000] {
        let text = short(20_000);
        let edits: Vec<Edit> = (0..count)
            .map(|n| Edit::Set {
                key: Key::parse(&format!("dev{n}.value")).expect("a key"),
                value: "1".into(),
            })
            .collect();
        let document = Document::parse(text);
        let took = median(
            (0..rounds)
                .map(|_| time(|| vmxedit::edit::apply(&document, &edits).expect("edits").1.len()))
                .collect(),
        );
        println!("{count:>6} sets on 20,000 lines: {:.1} ms", took * 1e3);
    }
}

fn time(work: impl FnOnce() -> usize) -> f64 {
    let start = Instant::now();
    black_box(work());
    start.elapsed().as_secs_f64()
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

/// Entries similar to those that VMware writes, about 40 bytes each.
fn short(count: usize) -> Vec<u8> {
    (0..count)
        .flat_map(|n| {
            match n % 6 {
                0 => format!("pciBridge{n}.virtualDev = \"pcieRootPort\"\n"),
                1 => format!("scsi0:{n}.fileName = \"Windows Server-000001.vmdk\"\n"),
                2 => format!("ethernet{n}.generatedAddress = \"00:0c:29:7a:1b:2c\"\n"),
                3 => format!("pciBridge{n}.present = \"TRUE\"\n"),
                4 => format!("ethernet{n}.generatedAddressOffset = \"0\"\n"),
                _ => format!("tools{n}.upgrade.policy = \"upgradeAtPowerCycle\"\n"),
            }
            .into_bytes()
        })
        .collect()
}

/// Unusual spacing, comments, values without quotes, escapes, and lines that are not entries.
fn irregular(count: usize) -> Vec<u8> {
    (0..count)
        .flat_map(|n| {
            match n % 6 {
                0 => format!("  dev{n}.value   =\t\"a|22b{n}\"   # a comment\n"),
                1 => format!("dev{n}.value={n}\n"),
                2 => format!("# a comment of line {n}\n"),
                3 => format!("dev{n}.fileName = \"/vmfs/volumes/datastore {n}/disk.vmdk\"\n"),
                4 => format!("dev{n} is no entry\n"),
                _ => format!("dev{n}.value = \"TRUE\" \n"),
            }
            .into_bytes()
        })
        .collect()
}

/// A typical file that contains cloud-init data.
fn base64() -> Vec<u8> {
    let value = "Q2xvdWQtaW5pdCBkYXRhIQ==".repeat(2_700);
    (0..8)
        .flat_map(|n| [short(40), format!("guestinfo.data{n} = \"{value}\"\n").into_bytes()].concat())
        .collect()
}
