//! Reads frequent command lines, such as `get vm.vmx memsize` or `set -q vm.vmx memsize=4096`, without clap: scripts
//! run thousands of them, and clap takes a large part of a short run. A test compares the two readers.

use std::ffi::OsString;
use std::path::PathBuf;

use super::{EditArgs, OutputArgs, PreviewArgs, SaveArgs};
use crate::input::Input;

/// A command line of a file, words and the most frequent options.
pub(crate) struct FastLine {
    pub(crate) file: Input,
    /// What follows the file.
    pub(crate) words: Vec<String>,
    pub(crate) output: OutputArgs,
    dry_run: bool,
    no_sync: bool,
}

impl FastLine {
    /// Returns whether it has an option that only editing commands have.
    pub(crate) fn has_edit_options(&self) -> bool {
        self.dry_run || self.no_sync
    }

    /// Returns the options of an editing command.
    pub(crate) fn edit_args(&self) -> EditArgs {
        EditArgs {
            preview: PreviewArgs { dry_run: self.dry_run, ..PreviewArgs::default() },
            save: SaveArgs::with_no_sync(self.no_sync),
            output: self.output.clone(),
            ..EditArgs::default()
        }
    }
}

/// Returns the command's name and what it gets; `None` leaves the command line to clap.
pub(crate) fn read(words: &[OsString]) -> Option<(&str, FastLine)> {
    let [_, command, rest @ ..] = words else { return None };
    let (mut plain, mut output) = (Vec::new(), OutputArgs::default());
    let (mut dry_run, mut no_sync) = (false, false);
    for word in rest {
        let flag = match word.to_str()? {
            "-q" | "--quiet" => &mut output.quiet,
            "--json" => &mut output.json,
            "-n" | "--dry-run" => &mut dry_run,
            "--no-sync" => &mut no_sync,
            word => {
                plain.push(self::plain(word)?);
                continue;
            }
        };
        // clap reports an option that is given twice.
        if std::mem::replace(flag, true) {
            return None;
        }
    }
    let mut plain = plain.into_iter();
    let file = Input::from(PathBuf::from(plain.next()?));
    Some((command.to_str()?, FastLine { file, words: plain.collect(), output, dry_run, no_sync }))
}

/// Returns the word unless it is an option or empty.
fn plain(word: &str) -> Option<String> {
    let is_plain = !word.is_empty() && (!word.starts_with('-') || word == "-");
    is_plain.then(|| word.to_owned())
}
