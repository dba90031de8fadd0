//! `man`: the command line's definition as manual pages.

use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};
use vmxedit::{Cause, check};

use crate::cli::{self, COMMANDS, EXIT_STATUS};
use crate::report::{self, Failure};

/// What the program reads and writes.
const FILES: &[(&str, &str)] = &[
    ("X.vmx", "the configuration of a virtual machine"),
    (
        "X.vmx.lck/",
        "VMware's lock on it, a directory, taken while an edit is made; on ESXi a file, looked at only",
    ),
    ("X.vmx.bak, X.vmx.bak.1, ...", "old files, with --backup"),
    (
        "$TMPDIR/vmxedit-*/X.vmx",
        "the copy that the command edit opens, readable to you alone, removed afterwards",
    ),
    (".X.vmx.vmxedit-*", "a new file while it is being written; after a crash the next edit clears it away"),
];

/// Commands that have nothing to do with files.
const NO_FILES: [&str; 4] = ["preset", "preset-list", "completions", "man"];

/// Prints the page of a command, `preset-list` for `preset list`; the program's own for none.
pub(crate) fn run(page: &str) -> Result<u8, Failure> {
    let mut program = cli::definition();
    program.build();
    let mut command = &program;
    for word in page.split('-').filter(|word| !word.is_empty()) {
        let Some(found) = command.find_subcommand(word).filter(|_| word != "help") else {
            let cause = Cause::Usage(format!("no manual page '{}'", page.escape_debug()));
            report::to_stderr(&format!("vmxedit: {cause}"));
            return Ok(2);
        };
        command = found;
    }
    let page = render(command, page).map_err(Failure::Output)?;
    report::print(&page)
}

fn render(command: &clap::Command, page: &str) -> std::io::Result<Vec<u8>> {
    // Examples and exit codes have sections of their own.
    let mut command = command.clone().after_help("").after_long_help("");
    let usage = command.render_usage().to_string();
    let man =
        Man::new(command.clone()).source(concat!("vmxedit ", env!("CARGO_PKG_VERSION"))).manual("vmxedit");
    let mut out = Vec::new();
    man.render_title(&mut out)?;
    man.render_name_section(&mut out)?;
    let mut roff = Roff::default();
    roff.control("SH", ["SYNOPSIS"]);
    roff.text([roman(usage.trim_start_matches("Usage: "))]);
    roff.to_writer(&mut out)?;
    man.render_description_section(&mut out)?;
    man.render_options_section(&mut out)?;

    let mut roff = Roff::default();
    let commands: Vec<(String, String)> = command
        .get_subcommands()
        .filter(|command| command.get_name() != "help")
        .map(|command| {
            let about = command.get_about().map(ToString::to_string).unwrap_or_default();
            (format!("{}(1)", command.get_display_name().unwrap_or(command.get_name())), about)
        })
        .collect();
    let commands: Vec<(&str, &str)> = commands.iter().map(|(name, about)| (&**name, &**about)).collect();
    section(&mut roff, "COMMANDS", &commands);
    match page {
        "check" => rules(&mut roff),
        "preset" | "preset-check" => form(&mut roff),
        _ => {}
    }
    section(&mut roff, "EXIT STATUS", EXIT_STATUS);
    section(&mut roff, "FILES", if NO_FILES.contains(&page) { &[] } else { FILES });
    let word = page.split('-').next().unwrap_or(page);
    let examples: Vec<(&str, &str)> = COMMANDS
        .iter()
        .filter(|spec| page.is_empty() || spec.name == word)
        .flat_map(|spec| spec.examples.iter().copied())
        .collect();
    section(&mut roff, "EXAMPLES", &examples);
    roff.to_writer(&mut out)?;
    Ok(out)
}

fn rules(roff: &mut Roff) {
    let terms: Vec<String> = check::rules()
        .map(|rule| format!("{} {} ({})", rule.code, rule.text().name, rule.severity))
        .collect();
    let rows: Vec<(&str, &str)> =
        terms.iter().zip(check::rules()).map(|(term, rule)| (&**term, rule.text().title)).collect();
    section(roff, "RULES", &rows);
}

/// The form of preset files, as the documentation has it.
fn form(roff: &mut Roff) {
    roff.control("SH", ["PRESET FILES"]);
    roff.control("nf", []);
    for line in include_str!("../../../../docs/writing-presets.md").lines().skip(2) {
        roff.text([roman(line)]);
    }
    roff.control("fi", []);
}

fn section(roff: &mut Roff, title: &str, rows: &[(&str, &str)]) {
    if rows.is_empty() {
        return;
    }
    roff.control("SH", [title]);
    for (term, meaning) in rows {
        roff.control("TP", []);
        roff.text([bold(*term)]);
        roff.text([roman(*meaning)]);
    }
}
