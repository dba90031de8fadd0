//! Commands with a real terminal, signals, and what a host has.

mod batch;
mod check;
mod color;
mod completions;
mod edit;
mod edit_copy;
mod host_tools;
mod manners;
mod manual_pages;
mod memory;
mod pages;
mod patch;
mod progress;
mod read_only_commands;
mod recursion;
mod show;
mod signals;
mod terminal;
mod users;
mod virt_v2v;

use crate::suite::Trial;

/// Returns the tests of this folder.
pub(crate) fn tests() -> Vec<Trial> {
    [
        batch::tests(),
        check::tests(),
        color::tests(),
        completions::tests(),
        edit::tests(),
        edit_copy::tests(),
        host_tools::tests(),
        manners::tests(),
        manual_pages::tests(),
        memory::tests(),
        pages::tests(),
        patch::tests(),
        progress::tests(),
        read_only_commands::tests(),
        recursion::tests(),
        show::tests(),
        signals::tests(),
        terminal::tests(),
        users::tests(),
        virt_v2v::tests(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
