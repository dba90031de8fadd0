//! `man`: the command line's definition as manual pages.

use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};
use vmxedit::Cause;

use crate::cli::{self, COMMANDS, EXIT_STATUS};
use crate::report::{self, Failure};

/// What the program reads and writes.
const FILES: &[(&str, &str)] = &[
    ("X.vmx", "the configuration of a virtual machine"),
    ("X.vmx.lck/", "VMware's lock on it: looked at, never removed"),
    ("X.vmx.bak", "the old file, with --backup"),
    (".X.vmx.vmxedit-*", "a new file while it is being written"),
];

pub(crate) fn run(page: Option<&str>) -> Result<u8, Failure> {
    let mut program = cli::definition();
    program.build();
    let mut command = &program;
    for word in page.iter().flat_map(|page| page.split('-')) {
        let Some(found) = command.find_subcommand(word) else {
            let cause = Cause::Usage(format!("no manual page '{}'", page.unwrap_or_default().escape_debug()));
            report::to_stderr(&format!("vmxedit: {cause}"));
            return Ok(2);
        };
        command = found;
    }
    let page = render(command, page).map_err(Failure::Output)?;
    report::print(&page)
}

fn render(command: &clap::Command, page: Option<&str>) -> std::io::Result<Vec<u8>> {
    // Examples and exit codes have sections of their own.
    let command = command.clone().after_help("").after_long_help("");
    let man = Man::new(command);
    let mut out = Vec::new();
    man.render_title(&mut out)?;
    man.render_name_section(&mut out)?;
    man.render_synopsis_section(&mut out)?;
    man.render_description_section(&mut out)?;
    man.render_options_section(&mut out)?;
    if page.is_none() || page == Some("preset") {
        man.render_subcommands_section(&mut out)?;
    }
    let mut roff = Roff::default();
    section(&mut roff, "EXIT STATUS", EXIT_STATUS);
    section(&mut roff, "FILES", FILES);
    let word = page.map(|page| page.split('-').next().unwrap_or(page));
    let examples: Vec<(&str, &str)> = COMMANDS
        .iter()
        .filter(|spec| word.is_none_or(|word| spec.name == word))
        .flat_map(|spec| spec.examples.iter().copied())
        .collect();
    section(&mut roff, "EXAMPLES", &examples);
    roff.to_writer(&mut out)?;
    if page.is_none() {
        man.render_version_section(&mut out)?;
    }
    Ok(out)
}

fn section(roff: &mut Roff, title: &str, rows: &[(&str, &str)]) {
    roff.control("SH", [title]);
    for (term, meaning) in rows {
        roff.control("TP", []);
        roff.text([bold(*term)]);
        roff.text([roman(*meaning)]);
    }
}
