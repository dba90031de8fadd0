//! Encodings, byte order marks, quotes and escapes.

use super::{Findings, Fix, Item, Needs, Rule, Severity, Subject};
use crate::document::{BOM, Charset};

const DICTLL: &str = "open-vm-tools lib/dict/dictll.c";

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "VMX020",
        name: "byte-order-mark",
        severity: Severity::Warning,
        title: "some products are reported to call a file with a byte order mark corrupt",
        explanation: "VMware's reader skips one byte order mark at the start of the file, but its products never write one, and \
            Workstation is reported to call such a file corrupt. Other readers take it for a part of the first key. --fix \
            removes it where the text's encoding does not hang on it.",
        source: "open-vm-tools DictLL_ReadUTF8BOM; Tyleraltight/SafeExamBrowser_bypass#1",
        needs: Needs::Document,
        check: file_bom,
    },
    Rule {
        code: "VMX021",
        name: "stray-byte-order-mark",
        severity: Severity::Error,
        title: "VMware takes a byte order mark further down for a part of the key",
        explanation: "Only one byte order mark, at the very start of the file, is skipped. Another one belongs to the key behind \
            it, invisibly: VMware does not find the key under its name. It comes from joining files. --fix removes it unless \
            the key stands elsewhere in the file too.",
        source: "open-vm-tools DictLL_ReadUTF8BOM; tried on that code",
        needs: Needs::Document,
        check: line_bom,
    },
    Rule {
        code: "VMX022",
        name: "invalid-bytes",
        severity: Severity::Warning,
        title: "VMware cannot read text whose bytes the file's encoding does not have",
        explanation: "The file says in .encoding how its text is written (UTF-8 where it does not say), and this line is written \
            in another way: names and comments show as rubbish, and paths with such characters are not found. Either .encoding \
            or the line is wrong. Look at the text before you change .encoding: it changes how every other line reads.",
        source: "libvirt vmx.c converts by .encoding and fails on such files",
        needs: Needs::Document,
        check: invalid_bytes,
    },
    Rule {
        code: "VMX023",
        name: "unknown-encoding",
        severity: Severity::Warning,
        title: "text beyond ASCII cannot be read under an encoding that is not known",
        explanation: "VMware writes names that ICU knows: UTF-8, windows-1252, GBK, Shift_JIS and so on. With a name that is not \
            known, text beyond ASCII cannot be read.",
        source: "the WHATWG Encoding Standard's labels and ICU's aliases",
        needs: Needs::Document,
        check: unknown_encoding,
    },
    Rule {
        code: "VMX024",
        name: "undeclared-encoding",
        severity: Severity::Warning,
        title: "without .encoding every host reads such text in its own encoding",
        explanation: "Without .encoding every host reads the text in its own encoding, so that it changes when the file moves. \
            Declare the encoding in the first entry, such as .encoding = \"UTF-8\".",
        source: "libvirt vmx.c reads such files as UTF-8; VMware's products go by the host",
        needs: Needs::Document,
        check: undeclared_encoding,
    },
    Rule {
        code: "VMX025",
        name: "late-encoding",
        severity: Severity::Note,
        title: "some readers have read text before they meet a late .encoding",
        explanation: "VMware writes .encoding before everything else. Further down some readers have read text already by the \
            time they meet it.",
        source: "every file with .encoding that VMware's products wrote has it first (148 files looked at)",
        needs: Needs::Document,
        check: late_encoding,
    },
    Rule {
        code: "VMX026",
        name: "typographic-quotes",
        severity: Severity::Error,
        title: "VMware takes typographic quotes for a part of the value",
        explanation: "Quotes as word processors and web pages set them are letters to VMware: the value is \u{201C}TRUE\u{201D} \
            with its quotes, which is neither true nor false. Use the plain double quote of programmers.",
        source: "open-vm-tools lib/dict/dictll.c: only the byte 22 is a quote",
        needs: Needs::Document,
        check: typographic_quotes,
    },
    Rule {
        code: "VMX027",
        name: "single-quotes",
        severity: Severity::Warning,
        title: "VMware takes single quotes for a part of the value",
        explanation: "Single quotes do not enclose a value: they belong to it. Use double quotes.",
        source: DICTLL,
        needs: Needs::Document,
        check: single_quotes,
    },
    Rule {
        code: "VMX028",
        name: "unquoted-value",
        severity: Severity::Warning,
        title: "ESXi is reported to refuse a value without quotes",
        explanation: "VMware's parser reads a single word without quotes, but its products always write quotes, and ESXi is \
            reported to call a file with sata0.present = TRUE invalid. --fix adds them.",
        source: "DrDonk/OC4VM#104",
        needs: Needs::Document,
        check: unquoted,
    },
    Rule {
        code: "VMX029",
        name: "malformed-escape",
        severity: Severity::Warning,
        title: "VMware keeps a | that starts no escape, with the byte that breaks it",
        explanation: "In a value | and two hexadecimal digits stand for a byte: |22 is a quote, |0A a line feed, |7C the | itself. \
            Anything else behind | is kept as it is, and the byte that breaks the escape is swallowed into it: ||22 is not | and \
            a quote but the four characters. Write |7C for a |.",
        source: "open-vm-tools lib/misc/escape.c, Escape_Undo; tried on that code",
        needs: Needs::Document,
        check: malformed_escape,
    },
    Rule {
        code: "VMX030",
        name: "raw-control-character",
        severity: Severity::Warning,
        title: "VMware writes control characters as |XX",
        explanation: "VMware writes control characters other than the tab as |XX. A raw one comes from another program or a damaged \
            file; terminals and editors may obey it instead of showing it.",
        source: "open-vm-tools lib/dict/dictll.c, DictLL_MarshalLine",
        needs: Needs::Document,
        check: control_character,
    },
    Rule {
        code: "VMX031",
        name: "invisible-in-key",
        severity: Severity::Error,
        title: "VMware takes invisible characters for a part of the key",
        explanation: "A no-break space or a zero-width character, as copied from web pages, is an ordinary byte to VMware: the key \
            has another name than it seems to have, and VMware does not find it.",
        source: "open-vm-tools lib/dict/dictll.c: only space and tab are blanks",
        needs: Needs::Document,
        check: invisible_in_key,
    },
];

fn file_bom(subject: &Subject<'_>, findings: &mut Findings) {
    if !subject.document.has_bom() {
        return;
    }
    // Without a declaration the mark may be what tells a host that the text is UTF-8; and a second mark would take its
    // place.
    let declared = subject.item(".encoding").is_some();
    let plain = |raw: &[u8]| raw.strip_prefix(BOM).unwrap_or(raw).is_ascii();
    let second = subject.lines().first().is_some_and(|line| line.raw.starts_with(BOM));
    let safe = !second && (declared || subject.lines().iter().all(|line| plain(line.raw)));
    let message = "a byte order mark before the first line";
    let finding = match subject.lines().first() {
        Some(_) => findings.at_line(1, 0..0, message),
        None => findings.in_file(message),
    };
    finding.help("save the file as UTF-8 without a byte order mark");
    if safe {
        finding.fix(Fix::DropFileBom);
    }
}

fn line_bom(subject: &Subject<'_>, findings: &mut Findings) {
    const MARK: char = '\u{FEFF}';
    for item in subject.items.iter().filter(|item| item.entry.raw_line().starts_with(BOM)) {
        let name = item.name.trim_start_matches(MARK);
        let message = "a byte order mark, which is invisible, is part of this key";
        let finding = findings.at_key(item, message);
        if subject.item(name).is_none() && !name.is_empty() {
            finding.help("take the three bytes EF BB BF away").fix(Fix::DropLineBom(item.line()));
        } else {
            finding.help("the key without it is there too: remove one of the lines");
        }
    }
}

fn invalid_bytes(subject: &Subject<'_>, findings: &mut Findings) {
    let charset = subject.document.charset();
    if !charset.is_known() {
        return;
    }
    for line in subject.document.lines_invalid() {
        let view = &subject.lines()[line - 1];
        let start = charset.first_invalid(view.raw).unwrap_or(0);
        let message = format!("bytes that are not {}", charset.name());
        let columns = start..(start + 3).min(view.text.chars().count());
        let finding = findings.at_line(line, columns, message);
        finding.key = view.entry.map(|entry| entry.key().into_owned());
        finding.help("find out which encoding the file is in; `.encoding` must name it");
        if view.entry.is_none() {
            // A comment that reads badly harms nobody else.
            finding.at_most(Severity::Note);
        }
    }
}

fn unknown_encoding(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(item) = subject.item(".encoding") else { return };
    if !Charset::of(&item.value).is_known() {
        let message = format!("'{}' is no encoding that is known", item.shown());
        findings.at_value(item, message).help("the usual one is UTF-8");
    }
}

fn undeclared_encoding(subject: &Subject<'_>, findings: &mut Findings) {
    if subject.item(".encoding").is_some() {
        return;
    }
    let Some(item) = subject.items.iter().find(|item| !item.entry.raw_line().is_ascii()) else { return };
    let message = "text beyond ASCII, and the file does not say in which encoding";
    findings.at_value(item, message).help("declare it in the first entry: .encoding = \"UTF-8\"");
}

fn late_encoding(subject: &Subject<'_>, findings: &mut Findings) {
    if let Some(item) = subject.item(".encoding")
        && subject.items.first().is_some_and(|first| first.line() != item.line())
    {
        findings.at_key(item, "`.encoding` comes after other entries").help("move it before the first entry");
    }
}

const TYPOGRAPHIC: [char; 8] =
    ['\u{201C}', '\u{201D}', '\u{201E}', '\u{201F}', '\u{FF02}', '\u{AB}', '\u{BB}', '\u{2033}'];

fn typographic_quotes(subject: &Subject<'_>, findings: &mut Findings) {
    for item in bare(subject).filter(|item| item.value.starts_with(TYPOGRAPHIC)) {
        let message = format!("the value of '{}' starts with a typographic quote", item.key());
        findings.at_value(item, message).help("use plain double quotes: \"");
    }
}

fn single_quotes(subject: &Subject<'_>, findings: &mut Findings) {
    for item in bare(subject).filter(|item| item.value.starts_with('\'')) {
        let message = format!("the value of '{}' starts with a single quote", item.key());
        findings.at_value(item, message).help("use double quotes");
    }
}

fn unquoted(subject: &Subject<'_>, findings: &mut Findings) {
    // Other quotes around it would only become a part of the value for good.
    let plain = |item: &&Item<'_>| {
        !item.value.is_empty() && !item.value.starts_with(['\'']) && !item.value.starts_with(TYPOGRAPHIC)
    };
    for item in bare(subject).filter(plain) {
        let message = format!("the value of '{}' has no quotes", item.key());
        let finding = findings.at_value(item, message);
        finding.help("put it in double quotes");
        if super::super::mend::quoted(item.entry.raw_line()).is_some() {
            finding.fix(Fix::Quote(item.line()));
        }
    }
}

fn bare<'s, 'a>(subject: &'s Subject<'a>) -> impl Iterator<Item = &'s Item<'a>> {
    subject.items.iter().filter(|item| !item.entry.is_quoted())
}

fn malformed_escape(subject: &Subject<'_>, findings: &mut Findings) {
    for item in &subject.items {
        let raw = item.entry.raw_value();
        let Some(at) = item.entry.malformed_escape() else { continue };
        let charset = subject.document.charset();
        // In some encodings | is the second half of a character.
        if charset.decode(raw).is_some_and(|text| !text.contains('|')) {
            continue;
        }
        let start = item.entry.value_columns().start + charset.show(&raw[..at]).chars().count();
        let message = format!("the | in the value of '{}' starts no escape", item.key());
        findings.at(item, start..start + 1, message).help("write |7C for the character |");
    }
}

fn control_character(subject: &Subject<'_>, findings: &mut Findings) {
    for item in &subject.items {
        let line = &item.entry.raw_line();
        let is_control = |byte: &u8| (*byte < 0x20 && !matches!(byte, b'\t' | 0)) || *byte == 0x7F;
        let end = memchr::memchr(0, line).unwrap_or(line.len());
        let Some(at) = line[..end].iter().position(is_control) else { continue };
        let column = subject.document.charset().show(&line[..at]).chars().count();
        let message = format!("a raw control character, {:02X}, on the line of '{}'", line[at], item.key());
        findings.at(item, column..column + 1, message).help(format!("write it as |{:02X}", line[at]));
    }
}

fn invisible_in_key(subject: &Subject<'_>, findings: &mut Findings) {
    let is_invisible = |c: char| matches!(c, '\u{A0}' | '\u{AD}' | '\u{2000}'..='\u{200F}' | '\u{202A}'..='\u{202F}' | '\u{2060}' | '\u{3000}');
    for item in subject.items.iter().filter(|item| !item.name.is_ascii()) {
        let key = item.key();
        let Some(at) = key.chars().position(is_invisible) else { continue };
        let start = item.entry.key_columns().start + at;
        let code = key.chars().nth(at).map_or(0, u32::from);
        let message = format!("an invisible character, U+{code:04X}, is part of this key");
        findings.at(item, start..start + 1, message).help("type the key again");
    }
}
