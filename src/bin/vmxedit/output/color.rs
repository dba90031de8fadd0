//! Color, for terminals or on request.

use std::io;

use anstream::{AutoStream, ColorChoice};

use super::{Output, Stream};
use crate::args::When;

pub(super) const RED: &str = "\x1b[31m";
pub(super) const GREEN: &str = "\x1b[32m";
pub(super) const YELLOW: &str = "\x1b[33m";
pub(super) const CYAN: &str = "\x1b[36m";
const RESET: &str = "\x1b[0m";

impl Output {
    /// Returns whether results are colored: by `--color`, `NO_COLOR`, `CLICOLOR_FORCE`, or because of a terminal.
    pub(super) fn uses_color(&self) -> bool {
        let detected = || match self.stream {
            Stream::Stdout => AutoStream::choice(&io::stdout()),
            Stream::Stderr => AutoStream::choice(&io::stderr()),
        };
        let decide = || match self.color {
            When::Always => true,
            When::Never => false,
            When::Auto => detected() != ColorChoice::Never,
        };
        let uses_color = self.uses_color.get().unwrap_or_else(decide);
        self.uses_color.set(Some(uses_color));
        uses_color
    }

    /// Returns the text in this color, where results are colored.
    pub(super) fn painted(&self, color: &str, text: &str) -> String {
        if self.uses_color() && !color.is_empty() { format!("{color}{text}{RESET}") } else { text.to_owned() }
    }
}
