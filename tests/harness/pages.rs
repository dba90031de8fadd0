//! The console blocks of the documents: runs their commands, and shows what these print.
//!
//! Each page starts in a fresh folder with a copy of `examples/vms`, as its readers do; the tour and the page about JSON
//! start with `mac.vmx`. `/vmfs/volumes/ds1` stands for that folder on another host, which is this machine: a stand-in for
//! `ssh` runs the script here.

use std::fs;
use std::path::Path;
use std::process::Stdio;

use super::{Scratch, isolated, program, repository_path, without_namespace_warnings};

/// The folder of VMs in the pages about other hosts.
const FOLDER_ON_A_HOST: &str = "/vmfs/volumes/ds1";

/// The pages, and the folders of pages, whose commands need other programs: `tests/real` runs them.
pub(crate) const RUN_WITH_REAL_PARTS: [&str; 3] =
    ["docs/cookbook/json-and-jq.md", "docs/hooks/", "docs/ansible.md"];

/// A command of a console block, and what the document says that it prints.
pub(crate) struct Step {
    pub(crate) command: String,
    pub(crate) output: String,
}

/// A part of a document: a line outside of console blocks, or a command with its output.
enum Part {
    Line(String),
    Step(Step),
}

/// Returns the commands of the console blocks of a document, and their output.
pub(crate) fn steps(text: &str) -> Vec<Step> {
    let parts = parts(text).into_iter();
    parts.filter_map(|part| if let Part::Step(step) = part { Some(step) } else { None }).collect()
}

/// Divides a document into its lines and steps. A command that ends in a backslash goes on in the next line.
fn parts(text: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut is_inside = false;
    let mut goes_on = false;
    for line in text.lines() {
        match (is_inside, line) {
            (false, _) => {
                is_inside = line == "```console";
                parts.push(Part::Line(line.to_owned()));
            }
            (true, "```") => {
                is_inside = false;
                parts.push(Part::Line(line.to_owned()));
            }
            (true, _) => {
                if let Some(command) = line.strip_prefix("$ ") {
                    goes_on = command.ends_with('\\');
                    parts.push(Part::Step(Step { command: command.to_owned(), output: String::new() }));
                    continue;
                }
                let Some(Part::Step(step)) = parts.last_mut() else {
                    panic!("output without a command: {line}")
                };
                let to = if goes_on { &mut step.command } else { &mut step.output };
                if goes_on {
                    to.push('\n');
                    to.push_str(line);
                    goes_on = line.ends_with('\\');
                } else {
                    to.push_str(line);
                    to.push('\n');
                }
            }
        }
    }
    parts
}

/// Returns a page, such as `docs/tour.md`, with what its commands print now. Without changes to the program or the page, this is
/// the page.
pub(crate) fn with_present_output(page: &str) -> String {
    let text = fs::read_to_string(repository_path(page)).unwrap();
    let folder = folder_of(page);
    let mut result = String::new();
    for part in parts(&text) {
        match part {
            Part::Line(line) => result.push_str(&line),
            Part::Step(Step { command, .. }) => {
                let output = run(&folder, &command);
                result = result + "$ " + &command + "\n" + &output;
                assert!(output.is_empty() || output.ends_with('\n'), "{page}: $ {command}: {output}");
                continue;
            }
        }
        result.push('\n');
    }
    result
}

/// Returns the folder in which a page starts.
fn folder_of(page: &str) -> Scratch {
    let scratch = Scratch::new();
    if ["docs/tour.md", "docs/json.md"].contains(&page) {
        scratch.write("mac.vmx", fs::read(repository_path("examples/snow-leopard.vmx")).unwrap());
    } else {
        let all = repository_path("examples/vms/.");
        let copied = isolated("cp").arg("-r").arg(all).arg(scratch.path("")).status().unwrap();
        assert!(copied.success());
    }
    scratch
}

/// Runs a command in a folder, and returns both of its outputs.
fn run(folder: &Scratch, command: &str) -> String {
    let tools = Scratch::new();
    // It gets [-p PORT] [USER@]HOST SCRIPT.
    let client = tools.write_script("ssh-here", "while [ $# -gt 1 ]; do shift; done\nexec sh -c \"$1\"");
    let here = folder.path("").to_string_lossy().trim_end_matches('/').to_owned();
    let typed = command.replace(FOLDER_ON_A_HOST, &here);
    let output = isolated("sh")
        .args(["-c", &format!("{{ {typed}\n}} 2>&1")])
        .current_dir(folder.path(""))
        .env("PATH", path_with_the_program())
        .env("TMPDIR", folder.path(""))
        .env("VMXEDIT_SSH", client)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let printed = String::from_utf8_lossy(&output.stdout).replace(&here, FOLDER_ON_A_HOST);
    without_namespace_warnings(&printed)
}

/// Returns a `PATH` in which the tested program is `vmxedit`.
pub(crate) fn path_with_the_program() -> String {
    let program = program().parent().unwrap().to_owned();
    format!("{}:{}", program.display(), std::env::var("PATH").expect("PATH should be set"))
}

/// Returns the pages of the book with their paths in the repository, sorted.
pub(crate) fn pages() -> Vec<String> {
    let mut pages = Vec::new();
    add_pages(&repository_path("docs"), "docs", &mut pages);
    pages.sort();
    pages
}

fn add_pages(folder: &Path, name: &str, pages: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = format!("{name}/{}", path.file_name().unwrap().to_string_lossy());
        if path.is_dir() {
            add_pages(&path, &name, pages);
        } else if path.extension().is_some_and(|extension| extension == "md") {
            pages.push(name);
        }
    }
}
