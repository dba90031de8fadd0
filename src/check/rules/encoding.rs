//! Rules for encodings, byte order marks, quotes and escapes.

use crate::check::context::{IndexedEntry, LintContext};
use crate::check::fix::quoted;
use crate::check::reporter::Reporter;
use crate::check::{Fix, Severity, quotes};
use crate::document::{BOM, Charset};

pub(super) fn byte_order_mark(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    if !context.document.has_bom() {
        return;
    }
    // Without .encoding, a host may know only from the mark that the text is UTF-8. A second mark would become the
    // first.
    let declared = context.entry(".encoding").is_some();
    let plain = |raw: &[u8]| raw.strip_prefix(BOM).unwrap_or(raw).is_ascii();
    let first = context.line(1);
    let second = first.as_ref().is_some_and(|line| line.raw.starts_with(BOM));
    let safe = !second && (declared || context.document.lines().all(|line| plain(line.raw)));
    let message = "a byte order mark before the first line";
    let finding = match first {
        Some(_) => reporter.at_line(1, 0..0, message),
        None => reporter.in_file(message),
    };
    finding.help("save the file as UTF-8 without a byte order mark");
    if safe {
        finding.fix(Fix::DropFileBom);
    }
}

pub(super) fn misplaced_byte_order_mark(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    const MARK: char = '\u{FEFF}';
    for entry in context.entries.iter().filter(|entry| entry.source.raw_line().starts_with(BOM)) {
        let name = entry.name.trim_start_matches(MARK);
        let message = "a byte order mark, which is invisible, is part of this key";
        let finding = reporter.at_key(entry, message);
        if context.entry(name).is_none() && !name.is_empty() {
            finding.help("remove the three bytes EF BB BF").fix(Fix::DropLineBom(entry.line()));
        } else {
            finding.help("the file also sets the key without it: remove one of the lines");
        }
    }
}

pub(super) fn invalid_bytes(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    let charset = context.document.charset();
    if !charset.is_known() {
        return;
    }
    let mut lines = context.document.lines();
    for line in context.document.lines_invalid() {
        let Some(view) = lines.find(|view| view.number == line) else { break };
        let start = charset.first_invalid(view.raw).unwrap_or(0);
        let message = format!("bytes that are not valid {}", charset.name());
        let columns = start..(start + 3).min(view.text.chars().count());
        let finding = reporter.at_line(line, columns, message);
        finding.key = view.entry.map(|entry| entry.key().into_owned());
        finding.help("find out the encoding of the text, and name it in .encoding");
        if view.entry.is_none() {
            // No program reads a comment.
            finding.capped_at(Severity::Note);
        }
    }
}

pub(super) fn unknown_encoding(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    let Some(entry) = context.entry(".encoding").filter(|entry| !entry.is_unfinished()) else { return };
    if !Charset::of(&entry.value).is_known() {
        let message = format!("'{}' is not a known encoding", entry.shown());
        reporter.at_value(entry, message).help("set .encoding = \"UTF-8\" if the text is UTF-8");
    }
}

pub(super) fn undeclared_encoding(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    if context.entry(".encoding").is_some() {
        return;
    }
    // Quotes that do not belong there are reported by a rule of their own.
    let is_foreign = |entry: &&IndexedEntry<'_>| {
        !entry.source.raw_line().is_ascii() && entry.other_quotes() != Some(quotes::Kind::Typographic)
    };
    let Some(entry) = context.entries.iter().find(is_foreign) else { return };
    let message = "the text is not ASCII, and the file does not declare its encoding";
    let help = if std::str::from_utf8(entry.source.raw_line()).is_ok() {
        "declare it in the first entry: .encoding = \"UTF-8\""
    } else {
        "find out the encoding, and declare it in the first entry, for example .encoding = \"windows-1252\""
    };
    reporter.at_value(entry, message).help(help);
}

pub(super) fn late_encoding(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    if let Some(entry) = context.entry(".encoding")
        && context.entries.first().is_some_and(|first| first.line() != entry.line())
    {
        reporter.at_key(entry, ".encoding comes after other entries").help("move it before the first entry");
    }
}

pub(super) fn typographic_quotes(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    report_quotes(context, reporter, quotes::Kind::Typographic);
}

pub(super) fn single_quotes(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    report_quotes(context, reporter, quotes::Kind::Single);
}

fn report_quotes(context: &LintContext<'_>, reporter: &mut Reporter<'_>, kind: quotes::Kind) {
    let name = match kind {
        quotes::Kind::Single => "single",
        quotes::Kind::Typographic => "typographic",
    };
    for entry in context.entries.iter().filter(|entry| entry.other_quotes() == Some(kind)) {
        let message = format!("the value of '{}' starts with a {name} quote", entry.key());
        let finding = reporter.at_value(entry, message);
        finding.help("use plain double quotes: \"");
        if quotes::is_replaceable(context.document.charset(), entry.source.raw_line()) {
            finding.fix(Fix::Requote(entry.line()));
        }
    }
}

pub(super) fn unquoted_value(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    // Quoting a value in other quotes would make those part of the value.
    let plain = |entry: &&IndexedEntry<'_>| !entry.value.is_empty() && entry.other_quotes().is_none();
    for entry in unquoted(context).filter(plain) {
        let message = format!("the value of '{}' has no quotes", entry.key());
        let finding = reporter.at_value(entry, message);
        finding.help("put it in double quotes");
        if quoted(entry.source.raw_line()).is_some() {
            finding.fix(Fix::Quote(entry.line()));
        }
    }
}

/// Returns the entries whose values have no quotes.
fn unquoted<'s, 'a>(context: &'s LintContext<'a>) -> impl Iterator<Item = &'s IndexedEntry<'a>> {
    context.entries.iter().filter(|entry| !entry.source.is_quoted())
}

pub(super) fn malformed_escape(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    for entry in &context.entries {
        let raw = entry.source.raw_value();
        let Some(at) = entry.source.malformed_escape() else { continue };
        let charset = context.document.charset();
        // In some encodings, the byte | is the second half of a character.
        if charset.decode(raw).is_some_and(|text| !text.contains('|')) {
            continue;
        }
        let start = entry.source.value_columns().start + charset.show(&raw[..at]).chars().count();
        let message = format!("the | in the value of '{}' does not start an escape", entry.key());
        reporter.at(entry, start..start + 1, message).help("write |7C for the character |");
    }
}

pub(super) fn raw_control_character(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    for entry in &context.entries {
        let line = &entry.source.raw_line();
        let is_control = |byte: &u8| (*byte < 0x20 && !matches!(byte, b'\t' | 0)) || *byte == 0x7F;
        let end = memchr::memchr(0, line).unwrap_or(line.len());
        let Some(at) = line[..end].iter().position(is_control) else { continue };
        let column = context.document.charset().show(&line[..at]).chars().count();
        let message =
            format!("the raw control character {:02X} is on the line of '{}'", line[at], entry.key());
        reporter.at(entry, column..column + 1, message).help(format!("write it as |{:02X}", line[at]));
    }
}

pub(super) fn invisible_in_key(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    let is_invisible = |c: char| matches!(c, '\u{A0}' | '\u{AD}' | '\u{2000}'..='\u{200F}' | '\u{202A}'..='\u{202F}' | '\u{2060}' | '\u{3000}');
    for entry in context.entries.iter().filter(|entry| !entry.name.is_ascii()) {
        let key = entry.key();
        let Some(at) = key.chars().position(is_invisible) else { continue };
        let start = entry.source.key_columns().start + at;
        let code = key.chars().nth(at).map_or(0, u32::from);
        let message = format!("an invisible character, U+{code:04X}, is part of this key");
        reporter.at(entry, start..start + 1, message).help("type the key again");
    }
}
