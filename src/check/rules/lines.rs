//! Rules for lines that are not entries, duplicate keys and line endings.

use std::ops::Range;

use crate::catalog;
use crate::check::allow;
use crate::check::context::{IndexedEntry, LintContext};
use crate::check::defect::Defect;
use crate::check::reporter::Reporter;
use crate::check::{Fix, defect, quotes, rule_with_code};

pub(super) fn lost_quote(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    report_defect(context, reporter, Defect::LostQuote);
}

pub(super) fn text_after_value(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    report_defect(context, reporter, Defect::TextAfterValue);
}

pub(super) fn space_in_unquoted_value(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    report_defect(context, reporter, Defect::SpaceInUnquotedValue);
}

pub(super) fn double_equals(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    report_defect(context, reporter, Defect::DoubleEquals);
}

pub(super) fn no_key(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    report_defect(context, reporter, Defect::InvalidKey);
}

pub(super) fn not_an_entry(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    report_defect(context, reporter, Defect::PlainText);
}

pub(super) fn template_line(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    report_defect(context, reporter, Defect::Template);
}

fn report_defect(context: &LintContext<'_>, reporter: &mut Reporter<'_>, defect: Defect) {
    let charset = context.document.charset();
    for line in context.non_entry_lines().iter().filter(|line| line.defect == Some(defect)) {
        let is_requotable =
            || defect == Defect::SpaceInUnquotedValue && quotes::is_replaceable(charset, line.raw);
        let fix = || is_requotable().then_some(Fix::Requote(line.number));
        if reporter.is_full() {
            reporter.count(fix());
            continue;
        }
        let Some((_, columns)) = defect::diagnose(&line.text) else { continue };
        let (message, help) = describe(defect, &line.text);
        let finding = reporter.at_line(line.number, columns, message);
        finding.help(help);
        if let Some(fix) = fix() {
            finding.help("use plain double quotes: \"").fix(fix);
        }
    }
}

/// Returns the message and the help for a line that is not an entry.
fn describe(defect: Defect, text: &str) -> (String, &'static str) {
    let masked = catalog::mask_line(text);
    let name = masked.as_deref().unwrap_or(text).split('=').next().unwrap_or_default().trim();
    let key = if name.is_empty() { "the key".to_owned() } else { format!("'{name}'") };
    match defect {
        Defect::LostQuote => {
            (format!("the value of {key} has no closing quote"), "add the quote at the end of the value")
        }
        Defect::TextAfterValue => (
            format!("text follows the value of {key}"),
            "write a quote inside the value as |22, and start a comment with #",
        ),
        Defect::SpaceInUnquotedValue => {
            (format!("the value of {key} has spaces but no quotes"), "put the value in double quotes")
        }
        Defect::DoubleEquals => (format!("two equals signs after {key}"), "remove one of them"),
        Defect::InvalidKey if name.is_empty() => {
            ("no key before the equals sign".to_owned(), "add the key, or start the line with #")
        }
        Defect::InvalidKey => (
            format!("{key} is not a key: it contains a space, a tab or a #"),
            "write the key as one word, or start the line with #",
        ),
        Defect::PlainText => (
            "the line is neither an entry nor a comment".to_owned(),
            "start it with # if it is a comment, or write key = \"value\"",
        ),
        Defect::Template => {
            ("the line belongs to a template language".to_owned(), "render the template and use the result")
        }
    }
}

pub(super) fn looks_commented_out(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    for entry in &context.entries {
        let Some(mark) = ["//", ";"].into_iter().find(|mark| entry.name.starts_with(mark)) else { continue };
        let columns = entry.source.key_columns();
        let mark_alone = columns.start..columns.start + mark.len();
        let message = format!("the line is an entry with the key '{}', not a comment", entry.key());
        reporter.at(entry, mark_alone, message).help("start a comment with #");
    }
}

pub(super) fn duplicate_key(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    report_duplicates(context, reporter, Spelling::Same);
}

pub(super) fn duplicate_key_in_other_case(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    report_duplicates(context, reporter, Spelling::Different);
}

/// How a later copy of a key is spelled.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Spelling {
    Same,
    Different,
}

fn report_duplicates(context: &LintContext<'_>, reporter: &mut Reporter<'_>, spelling: Spelling) {
    for (first, copies) in context.duplicates() {
        // If any copy differs, removing another one may change what a program reads that takes the last copy.
        let is_equal = |copy: &IndexedEntry<'_>| copy.source.bytes() == first.source.bytes();
        let is_alike = |copy: &IndexedEntry<'_>| {
            is_equal(copy) || catalog::values_equal(&first.name, &first.value, &copy.value)
        };
        let agree = copies.iter().all(|copy| is_alike(copy));
        let same = |copy: &IndexedEntry<'_>| first.source.raw_key() == copy.source.raw_key();
        for copy in copies.iter().filter(|copy| same(copy) == (spelling == Spelling::Same)) {
            if reporter.is_full() {
                reporter.count(agree.then_some(Fix::DropLine(copy.line())));
                continue;
            }
            let message = format!("'{}' is already set on line {}", copy.key(), first.line());
            if agree {
                let how = if is_equal(copy) {
                    "with the same value"
                } else {
                    "with a value that VMware reads alike"
                };
                let finding = reporter.at_key(copy, format!("{message}, {how}"));
                finding.help("remove this line").fix(Fix::DropLine(copy.line()));
            } else {
                let help = "decide which value is right, and remove the other lines";
                reporter.at_key(copy, message + ", and the values differ").help(help);
            }
        }
    }
}

pub(super) fn nul(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    for entry in &context.entries {
        let line = entry.source.raw_line();
        if memchr::memchr2(0, b'|', line).is_none() {
            continue;
        }
        if let Some(at) = memchr::memchr(0, line) {
            let column = context.document.charset().show(&line[..at]).chars().count();
            let message = format!("a NUL byte ends the line of '{}' here", entry.key());
            reporter.at(entry, column..column + 1, message).help("remove the NUL and the text after it");
        } else if entry.source.holds_nul() {
            let message = format!("the value of '{}' contains |00, which ends it", entry.key());
            reporter.at_value(entry, message).help("remove |00 and the text after it");
        }
    }
}

pub(super) fn mixed_endings(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    let ((lf, first_lf), (crlf, first_crlf)) = (context.endings().lf, context.endings().crlf);
    let (Some(first_lf), Some(first_crlf)) = (first_lf, first_crlf) else { return };
    let (line, name) = if lf < crlf { (first_lf, "LF") } else { (first_crlf, "CRLF") };
    let message = format!("{lf} lines end in LF and {crlf} in CRLF; this is the first that ends in {name}");
    reporter
        .at_line(line, end_of(context, line), message)
        .help("convert the file to one kind of line ending");
}

/// Returns the empty span after the last character of a line.
fn end_of(context: &LintContext<'_>, line: usize) -> Range<usize> {
    let end = context.line(line).map_or(0, |line| line.text.chars().count());
    end..end
}

pub(super) fn lone_cr(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    let (number, Some(first)) = context.endings().cr else { return };
    let which = match number {
        1 => "this line ends".to_owned(),
        number => format!("{number} lines, this one first, end"),
    };
    let message = format!("{which} at a carriage return without a line feed");
    reporter
        .at_line(first, end_of(context, first), message)
        .help("if it is part of a value, write it as |0D");
}

pub(super) fn no_final_newline(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    if let (_, Some(line)) = context.endings().none {
        reporter
            .at_line(line, end_of(context, line), "the last line has no line ending")
            .help("add a newline at the end of the file");
    }
}

pub(super) fn unknown_allowance(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    for (line, text) in context.comments() {
        let Some(rest) = allow::list(text) else { continue };
        let words = allow::words(text);
        let help = "write the code of a rule, such as VMX012";
        let mut at = text.len() - rest.len();
        let mut column = text[..at].chars().count();
        if words.is_empty() {
            let columns = column..column + rest.chars().count();
            reporter.at_line(line, columns, "the comment names no rule").help(help);
        }
        // The words are in the order of the text.
        for word in words {
            let skipped = text[at..].find(word).unwrap_or(0);
            let first = column + text[at..at + skipped].chars().count();
            (at, column) = (at + skipped + word.len(), first + word.chars().count());
            if rule_with_code(word).is_none() {
                let message = format!("no rule has the code {word}");
                reporter.at_line(line, first..column, message).help(help);
            }
        }
    }
}
