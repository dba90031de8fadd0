//! The words that `edit` takes.

use std::path::PathBuf;

use clap::Args;

use super::Editing;

/// Opens the file in your editor, with VMware locked out, and saves it like any other edit
///
/// The editor is $VISUAL, else $EDITOR, else vi; arguments in it are understood as a shell would, but no shell is run. It
/// gets a private copy: the text as UTF-8, lines ending in LF, bytes that are no text and control characters as |XX.
/// Lines that you leave alone keep every byte, their line ending included; the others are written in the file's encoding.
///
/// Afterwards the text is looked at: lines that VMware would ignore, keys that stand there twice, characters that the
/// encoding lacks. On a terminal you are asked what to do about them; elsewhere the edit is refused. A text that is
/// not saved is removed with the copy, unless you ask for it to be kept: it may hold passwords.
#[derive(Args, Debug)]
pub(crate) struct Edit {
    /// The .vmx file, a directory that holds one, or a Fusion bundle
    pub(crate) file: PathBuf,
    /// Where the text cannot be saved, keep it in a private folder and say where
    #[arg(long)]
    pub(crate) keep: bool,
    #[command(flatten)]
    pub(crate) editing: Editing,
}
