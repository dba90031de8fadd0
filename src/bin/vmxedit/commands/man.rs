//! `man`: prints manual pages, from the definition of the command line.

use clap::Args;
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};
use vmxedit::check;

use super::{COMMANDS, Example, Run, Subcommand, command_line};
use crate::args::OutputArgs;
use crate::error::UsageError;
use crate::exit::Exit;
use crate::output::{Output, Stream};

/// Files that the program reads and writes.
const FILES: &[(&str, &str)] = &[
    ("X.vmx", "the configuration of a virtual machine"),
    (
        "X.vmx.lck/",
        "VMware's lock on it, a directory, held during an edit; on ESXi a file, which is only read",
    ),
    ("X.vmx.bak, X.vmx.bak.1, ...", "backups, written with --backup"),
    (
        "$TMPDIR/vmxedit-edit-*/X.vmx",
        "the copy that the command edit opens, readable only by its user; it is removed afterwards",
    ),
    (".X.vmx.vmxedit-*", "the new file while it is written; after a crash the next edit removes it"),
];

/// Environment variables, and the pages that they are on; no page means all.
const ENVIRONMENT: &[(&str, &str, &[&str])] = &[
    (
        "VISUAL, EDITOR",
        "the editor for the command edit; the first that is set, else, on a terminal, vi",
        &["edit"],
    ),
    ("TMPDIR", "the directory for the copy that the editor opens", &["edit"]),
    (
        "VMXEDIT_PRESET_PATH",
        "directories with presets, separated by colons, searched before all others",
        &["preset", "apply", "diff"],
    ),
    (
        "XDG_CONFIG_HOME, HOME",
        "presets are in $XDG_CONFIG_HOME/vmxedit/presets, by default $HOME/.config/vmxedit/presets",
        &["preset", "apply", "diff"],
    ),
    ("NO_COLOR", "if set, output is not colored, unless --color=always is given", &[]),
    ("CLICOLOR_FORCE", "if set and not 0, output is colored even if it does not go to a terminal", &[]),
];

/// Commands that do not work on files.
const WITHOUT_FILES: [&str; 5] = ["preset", "preset-list", "preset-path", "completions", "man"];
/// Commands without options for their output.
const WITHOUT_COLOR: [&str; 2] = ["completions", "man"];

/// Print a manual page
#[derive(Args, Debug)]
pub(super) struct ManArgs {
    /// Print this command's page instead of the main page
    command: Vec<String>,
}

impl Subcommand for ManArgs {
    const NAME: &'static str = "man";
    const EXAMPLES: &'static [Example] =
        &[("vmxedit man set | man -l -", "Read a page without installing it")];
}

impl Run for ManArgs {
    fn output(&self) -> Output {
        Output::new(&OutputArgs::default(), Stream::Stdout)
    }

    fn run(&self, out: &mut Output) -> anyhow::Result<Exit> {
        let page = self.command.join("-");
        let mut program = command_line::definition();
        program.build();
        let mut command = &program;
        for word in page.split('-').filter(|word| !word.is_empty()) {
            let found = command.find_subcommand(word).filter(|_| word != "help");
            command = found.ok_or_else(|| UsageError(format!("no manual page '{}'", page.escape_debug())))?;
        }
        out.bytes(&render(command, &page)?, "");
        Ok(Exit::Success)
    }
}

fn render(command: &clap::Command, page: &str) -> std::io::Result<Vec<u8>> {
    // Examples and exit codes have their own sections.
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
        "preset" | "preset-check" => preset_format(&mut roff),
        _ => {}
    }
    let codes: Vec<(String, String)> = Exit::ALL
        .iter()
        .map(|exit| (exit.code().to_string(), format!("{}: {}", exit.name(), exit.meaning())))
        .collect();
    let codes: Vec<(&str, &str)> = codes.iter().map(|(code, meaning)| (&**code, &**meaning)).collect();
    section(&mut roff, "EXIT STATUS", &codes);
    section(&mut roff, "ENVIRONMENT", &environment(page));
    section(&mut roff, "FILES", if WITHOUT_FILES.contains(&page) { &[] } else { FILES });
    let word = page.split('-').next().unwrap_or(page);
    let examples: Vec<(&str, &str)> = COMMANDS
        .iter()
        .filter(|command| page.is_empty() || command.name == word)
        .flat_map(|command| command.examples.iter().copied())
        .collect();
    section(&mut roff, "EXAMPLES", &examples);
    roff.to_writer(&mut out)?;
    Ok(out)
}

fn environment(page: &str) -> Vec<(&'static str, &'static str)> {
    let word = page.split('-').next().unwrap_or(page);
    let is_on_page = |pages: &[&str]| match pages {
        [] => !WITHOUT_COLOR.contains(&word),
        pages => page.is_empty() || pages.contains(&word),
    };
    let variables = ENVIRONMENT.iter().filter(|(.., pages)| is_on_page(pages));
    variables.map(|(name, meaning, _)| (*name, *meaning)).collect()
}

fn rules(roff: &mut Roff) {
    let terms: Vec<String> = check::rules()
        .map(|rule| format!("{} {} ({})", rule.code, rule.text().name, rule.severity))
        .collect();
    let rows: Vec<(&str, &str)> =
        terms.iter().zip(check::rules()).map(|(term, rule)| (&**term, rule.text().title)).collect();
    section(roff, "RULES", &rows);
}

/// The format of preset files, as in the documentation.
fn preset_format(roff: &mut Roff) {
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
