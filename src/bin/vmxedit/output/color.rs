//! Color, for terminals or on request.

use std::io;

use anstream::{AutoStream, ColorChoice};

use super::{Output, Stream};
use crate::config::{self, When};

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
        // The environment takes precedence over the configuration file.
        let configured = || config::current().color.filter(|_| !is_set_by_environment());
        let decide = || match self.color.or_else(configured) {
            Some(When::Always) => true,
            Some(When::Never) => false,
            Some(When::Auto) | None => detected() != ColorChoice::Never,
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

/// Returns whether a variable of the environment decides.
fn is_set_by_environment() -> bool {
    let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    ["NO_COLOR", "CLICOLOR_FORCE", "CLICOLOR"].into_iter().any(is_set)
}
