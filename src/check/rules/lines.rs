//! Lines that are no entries, and entries that stand there twice.

use std::collections::HashMap;
use std::ops::Range;

use super::{Findings, Fix, Item, Needs, Rule, Severity, Subject};
use crate::document::LineEnding;

const DICTLL: &str = "open-vm-tools lib/dict/dictll.c, DictLL_UnmarshalLine";

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "VMX001",
        name: "lost-quote",
        severity: Severity::Error,
        title: "VMware does not read a value whose closing quote is missing",
        explanation: "A value that starts with a double quote ends at the next one. Without it the whole line is no entry: \
            VMware keeps it in the file as it stands and goes on as if the key were not there. Put the quote back, or set the \
            key again and remove the broken line. A quote inside a value is written |22.",
        source: DICTLL,
        needs: Needs::Document,
        check: |subject, findings| broken(subject, findings, Broken::LostQuote),
    },
    Rule {
        code: "VMX002",
        name: "text-after-value",
        severity: Severity::Error,
        title: "VMware does not read a line with text behind the closing quote",
        explanation: "Behind the closing quote only blanks and a comment (#) may follow. Anything else makes the whole line no \
            entry: VMware keeps it and does not see the key. Often a quote inside the value was meant, which is written |22, \
            or a comment that lacks its #.",
        source: DICTLL,
        needs: Needs::Document,
        check: |subject, findings| broken(subject, findings, Broken::TextAfterValue),
    },
    Rule {
        code: "VMX003",
        name: "blank-in-bare-value",
        severity: Severity::Error,
        title: "VMware does not read a value with blanks that has no quotes",
        explanation: "A value without quotes ends at the first blank, and only a comment (#) may follow it. With more words the \
            line is no entry, and VMware does not see the key. Typographic and single quotes are no quotes to VMware.",
        source: DICTLL,
        needs: Needs::Document,
        check: |subject, findings| broken(subject, findings, Broken::BareBlank),
    },
    Rule {
        code: "VMX004",
        name: "double-equals",
        severity: Severity::Error,
        title: "VMware does not read a line with two equals signs in a row",
        explanation: "Behind the first = the value starts: a second one belongs to it, and what follows after a blank makes the \
            line no entry. VMware does not see the key. Take one of the two away.",
        source: DICTLL,
        needs: Needs::Document,
        check: |subject, findings| broken(subject, findings, Broken::DoubleEquals),
    },
    Rule {
        code: "VMX005",
        name: "no-key",
        severity: Severity::Error,
        title: "VMware does not read a line whose key is missing or holds a blank or a #",
        explanation: "A key is one word: no blank, no =, no #. A line that has something else before its first = is no entry, and \
            VMware ignores it, however much it looks like a setting.",
        source: DICTLL,
        needs: Needs::Document,
        check: |subject, findings| broken(subject, findings, Broken::BadKey),
    },
    Rule {
        code: "VMX006",
        name: "no-entry",
        severity: Severity::Warning,
        title: "VMware ignores a line that is neither an entry nor a comment",
        explanation: "Every line is key = \"value\", a comment that starts with #, or blank. Anything else is kept in the file and \
            has no effect. If it is meant for people, start it with #; if it is meant as a setting, give it its = and quotes.",
        source: DICTLL,
        needs: Needs::Document,
        check: |subject, findings| broken(subject, findings, Broken::Prose),
    },
    Rule {
        code: "VMX007",
        name: "template-line",
        severity: Severity::Warning,
        title: "VMware ignores a line of a template language",
        explanation: "Lines such as {% if x %} or <% if x %> belong to a template (Jinja, ERB, Go) from which a .vmx is made. \
            In a .vmx itself they have no effect, and entries between them all count, whatever the condition says. Render the \
            template first.",
        source: DICTLL,
        needs: Needs::Document,
        check: |subject, findings| broken(subject, findings, Broken::Template),
    },
    Rule {
        code: "VMX008",
        name: "looks-commented-out",
        severity: Severity::Warning,
        title: "VMware reads a line that starts with // or ; as an entry",
        explanation: "Only # starts a comment. //key = \"x\" and ;key = \"x\" are entries whose keys are called //key and ;key: \
            the setting itself is off, as was probably meant, but a second such line with the same key is a duplicate, for \
            which VMware refuses the file. Use # instead.",
        source: "open-vm-tools lib/dict/dictll.c: only # is looked for; tried on that code",
        needs: Needs::Document,
        check: looks_commented_out,
    },
    Rule {
        code: "VMX009",
        name: "duplicate-key",
        severity: Severity::Error,
        title: "VMware refuses a file in which a key stands twice",
        explanation: "A key may stand in the file once. With a second copy VMware says that the file is corrupt, or that it has a \
            dictionary problem, and does not start the VM; other programs take the first or the last copy. --fix removes copies \
            that say the same; where they differ, decide: `vmxedit unset FILE KEY` removes all, then set it once.",
        source: "hashicorp/vagrant#2597, cloudfoundry-attic/bosh-lite#61; DrDonk/unlocker wiki, AMD-CPUs",
        needs: Needs::Document,
        check: |subject, findings| duplicates(subject, findings, Spelling::Same),
    },
    Rule {
        code: "VMX010",
        name: "duplicate-key-in-other-case",
        severity: Severity::Error,
        title: "VMware refuses a file in which a key stands twice, in whatever case",
        explanation: "Keys are compared without regard to case: memsize and memSize are one key, and a file with both is refused \
            as corrupt. It happens when a tool adds an entry without looking for other spellings.",
        source: "hashicorp/vagrant#2597 (msg.autoAnswer beside msg.autoanswer)",
        needs: Needs::Document,
        check: |subject, findings| duplicates(subject, findings, Spelling::Other),
    },
    Rule {
        code: "VMX011",
        name: "nul",
        severity: Severity::Error,
        title: "VMware cuts a line or a value at its first NUL",
        explanation: "A NUL byte ends a line for VMware, and the escape |00 ends a value: what follows is lost without a word, \
            at the latest when VMware writes the file again.",
        source: "open-vm-tools lib/misc/vmstdio.c and lib/dict/dictll.c work on C strings; tried on that code",
        needs: Needs::Document,
        check: nul,
    },
    Rule {
        code: "VMX012",
        name: "mixed-endings",
        severity: Severity::Warning,
        title: "other readers keep the CR of a CRLF as part of the value",
        explanation: "VMware's reader takes LF, CRLF and CR in any mixture, so nothing is lost; but the mixture says that two \
            programs wrote the file, and other readers keep the CR as part of the value. Convert it with dos2unix or unix2dos.",
        source: "open-vm-tools lib/misc/vmstdio.c, SuperFgets",
        needs: Needs::Document,
        check: mixed_endings,
    },
    Rule {
        code: "VMX013",
        name: "lone-cr",
        severity: Severity::Warning,
        title: "VMware ends a line at a lone carriage return",
        explanation: "A carriage return without a line feed ends a line for VMware, also in the middle of a quoted value, which \
            then lacks its closing quote. Most editors show the two lines as one. Inside a value it is written |0D.",
        source: "open-vm-tools lib/misc/vmstdio.c, SuperFgets; tried on that code",
        needs: Needs::Document,
        check: lone_cr,
    },
    Rule {
        code: "VMX014",
        name: "no-final-newline",
        severity: Severity::Note,
        title: "what is appended to the file joins a last line without a line end",
        explanation: "VMware reads the last line all the same. But whoever appends to the file with >> writes the new entry onto \
            that line, and VMware then reads neither.",
        source: "virt-v2v tests/test-i-vmx-6.vmx is such a file",
        needs: Needs::Document,
        check: no_final_newline,
    },
    Rule {
        code: "VMX015",
        name: "unknown-allowance",
        severity: Severity::Warning,
        title: "a comment that allows an unknown rule silences nothing",
        explanation: "A comment on a line of its own, # vmxedit: allow VMX012, silences a rule for the whole file; several codes \
            are divided by commas or blanks, and other words may follow the last. This one names no rule, so it silences nothing.",
        source: "vmxedit check --rules",
        needs: Needs::Document,
        check: unknown_allowance,
    },
];

/// Why a line is no entry.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Broken {
    LostQuote,
    TextAfterValue,
    BareBlank,
    DoubleEquals,
    BadKey,
    Prose,
    Template,
}

fn broken(subject: &Subject<'_>, findings: &mut Findings, wanted: Broken) {
    for line in subject.others() {
        let Some((why, columns)) = diagnose(&line.text) else { continue };
        if why == wanted {
            let (message, help) = words(why, &line.text);
            findings.at_line(line.number, columns, message).help(help);
        }
    }
}

fn words(why: Broken, text: &str) -> (String, String) {
    let name = text.split('=').next().unwrap_or_default().trim();
    let key = if name.is_empty() { "the key".to_owned() } else { format!("'{name}'") };
    let (message, help) = match why {
        Broken::LostQuote => {
            (format!("the value of {key} has no closing quote"), "add the quote at the end of the value")
        }
        Broken::TextAfterValue => (
            format!("text follows the value of {key}"),
            "write a quote inside the value as |22, and start a comment with #",
        ),
        Broken::BareBlank => {
            (format!("the value of {key} has blanks but no quotes"), "put the value in double quotes")
        }
        Broken::DoubleEquals => (format!("two equals signs behind {key}"), "take one away"),
        Broken::BadKey if name.is_empty() => {
            ("no key before the equals sign".to_owned(), "name the key, or start the line with #")
        }
        Broken::BadKey => (
            format!("{key} is no key: it holds a blank or a #"),
            "write the key as one word, or start the line with #",
        ),
        Broken::Prose => (
            "neither an entry nor a comment".to_owned(),
            "start it with # if it is a comment, or write key = \"value\"",
        ),
        Broken::Template => {
            ("a line of a template".to_owned(), "make the .vmx from the template, then use that")
        }
    };
    (message, help.to_owned())
}

/// Why `text`, which is no entry, is none, and the characters that show it; `None` for comments and blank lines.
fn diagnose(text: &str) -> Option<(Broken, Range<usize>)> {
    let body = text.trim_matches([' ', '\t', '\u{FEFF}']);
    let start = text.len() - text.trim_start_matches([' ', '\t', '\u{FEFF}']).len();
    let columns = |from: usize, to: usize| text[..from].chars().count()..text[..to].chars().count();
    let whole = columns(start, start + body.len());
    if body.is_empty() || ["#", "//", ";"].iter().any(|mark| body.starts_with(mark)) {
        return None;
    }
    if ["{%", "{{", "{#", "<%", "%>", "${"].iter().any(|mark| body.starts_with(mark)) {
        return Some((Broken::Template, whole));
    }
    let Some(equals) = body.find('=') else { return Some((Broken::Prose, whole)) };
    let name = body[..equals].trim_end_matches([' ', '\t']);
    if name.is_empty() || name.contains([' ', '\t', '#']) {
        let end = start + name.len().max(1);
        return Some((Broken::BadKey, columns(start, end)));
    }
    let value = body[equals + 1..].trim_start_matches([' ', '\t']);
    let at = start + body.len() - value.len();
    let end = start + body.len();
    Some(match value.as_bytes() {
        [b'=', ..] => (Broken::DoubleEquals, columns(start + equals, at + 1)),
        [b'"', ..] => match value[1..].find('"') {
            None => (Broken::LostQuote, columns(at, end)),
            Some(close) => {
                let after = &value[close + 2..];
                let junk = at + close + 2 + (after.len() - after.trim_start_matches([' ', '\t']).len());
                (Broken::TextAfterValue, columns(junk, end))
            }
        },
        _ => (Broken::BareBlank, columns(at, end)),
    })
}

fn looks_commented_out(subject: &Subject<'_>, findings: &mut Findings) {
    for item in &subject.items {
        let Some(mark) = ["//", ";"].into_iter().find(|mark| item.name.starts_with(mark)) else { continue };
        let columns = item.entry.key_columns();
        let mark_alone = columns.start..columns.start + mark.len();
        let message = format!("this is an entry with the key '{}', not a comment", item.key());
        findings.at(item, mark_alone, message).help("start a comment with #");
    }
}

/// How a later copy of a key is spelled.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Spelling {
    Same,
    Other,
}

fn duplicates(subject: &Subject<'_>, findings: &mut Findings, wanted: Spelling) {
    if !subject.has_duplicates() {
        return;
    }
    let mut copies: HashMap<&str, Vec<&Item<'_>>> = HashMap::with_capacity(subject.items.len());
    for item in &subject.items {
        copies.entry(&item.name).or_default().push(item);
    }
    for group in copies.into_values().filter(|group| group.len() > 1) {
        let (first, rest) = (group[0], &group[1..]);
        // Where one differs, programs that take the last copy would read another value without the others.
        let agree = rest.iter().all(|item| item.entry.bytes() == first.entry.bytes());
        let spelled = |item: &Item<'_>| {
            if first.entry.raw_key() == item.entry.raw_key() { Spelling::Same } else { Spelling::Other }
        };
        for item in rest.iter().filter(|item| spelled(item) == wanted) {
            let (key, line) = (item.key(), first.line());
            let message = format!("'{key}' stands on line {line} already");
            if agree {
                let finding = findings.at_key(item, message + ", with the same value");
                finding.help("remove this line").fix(Fix::DropLine(item.line()));
            } else {
                let help =
                    format!("decide which is meant: `unset FILE {key}` removes every copy, then set it");
                findings.at_key(item, message + ", and the copies differ").help(help);
            }
        }
    }
}

fn nul(subject: &Subject<'_>, findings: &mut Findings) {
    for item in &subject.items {
        let line = item.entry.raw_line();
        if memchr::memchr2(0, b'|', line).is_none() {
            continue;
        }
        if let Some(at) = memchr::memchr(0, line) {
            let column = subject.document.charset().show(&line[..at]).chars().count();
            let message = format!("a NUL byte ends the line of '{}' here", item.key());
            findings.at(item, column..column + 1, message).help("take the NUL and what follows it away");
        } else if item.entry.holds_nul() {
            let message = format!("the value of '{}' holds |00, which ends it", item.key());
            findings.at_value(item, message).help("take |00 and what follows it away");
        }
    }
}

fn mixed_endings(subject: &Subject<'_>, findings: &mut Findings) {
    let (lf, crlf) = (lines_with(subject, LineEnding::Lf), lines_with(subject, LineEnding::CrLf));
    let (rare, name) = if lf.len() < crlf.len() { (&lf, "LF") } else { (&crlf, "CRLF") };
    let (Some(line), false) = (rare.first(), lf.is_empty()) else { return };
    let (lf, crlf) = (lf.len(), crlf.len());
    let message = format!("{lf} lines end in LF and {crlf} in CRLF; this is the first that ends in {name}");
    findings.at_line(*line, end_of(subject, *line), message).help("write the file with one kind of line end");
}

/// The numbers of the lines that end so.
fn lines_with(subject: &Subject<'_>, ending: LineEnding) -> Vec<usize> {
    let lines = subject.lines().iter().enumerate().filter(|(_, line)| line.ending == ending);
    lines.map(|(at, _)| at + 1).collect()
}

/// The place behind a line's last character.
fn end_of(subject: &Subject<'_>, line: usize) -> Range<usize> {
    let end = subject.lines()[line - 1].text.chars().count();
    end..end
}

fn lone_cr(subject: &Subject<'_>, findings: &mut Findings) {
    let lines = lines_with(subject, LineEnding::Cr);
    let Some(first) = lines.first() else { return };
    let which = match lines.len() {
        1 => "this line ends".to_owned(),
        number => format!("{number} lines, this one first, end"),
    };
    let message = format!("{which} at a carriage return without a line feed");
    findings.at_line(*first, end_of(subject, *first), message).help("write |0D where it belongs to a value");
}

fn no_final_newline(subject: &Subject<'_>, findings: &mut Findings) {
    for line in lines_with(subject, LineEnding::None) {
        findings
            .at_line(line, end_of(subject, line), "the file ends without a line end")
            .help("end the last line");
    }
}

fn unknown_allowance(subject: &Subject<'_>, findings: &mut Findings) {
    for (line, text) in subject.comments() {
        let Some(rest) = super::super::allow::allowed(text) else { continue };
        let words = super::super::allow::words(text);
        let start = text.len() - rest.len();
        let columns = |word: &str| {
            let at = start + rest.find(word).unwrap_or(0);
            let first = text[..at].chars().count();
            first..first + word.chars().count()
        };
        let help = "`vmxedit check --rules` lists the codes";
        if words.is_empty() {
            let message = "no code of a rule follows";
            findings.at_line(line, columns(rest), message).help(help);
        }
        for word in words.into_iter().filter(|word| super::super::rule(word).is_none()) {
            let message = format!("no rule has the code {word}");
            findings.at_line(line, columns(word), message).help(help);
        }
    }
}
