//! A progress line on a terminal.

use std::io::{self, IsTerminal, Write};
use std::path::Path;

use super::Output;
use super::escape::{cut, escape};
use super::sink::Sink;

const FRAMES: [char; 4] = ['|', '/', '-', '\\'];
/// The width that is assumed if the terminal does not report one.
const DEFAULT_WIDTH: usize = 80;

impl Output {
    /// Returns whether progress is shown: standard error is a terminal and takes messages now.
    pub(crate) fn shows_progress(&self) -> bool {
        let is_direct = matches!(self.sink, Sink::Direct(_));
        is_direct && !self.quiet && !self.json && io::stderr().is_terminal()
    }

    /// Draws the progress line over the previous one. `step` selects the frame of the animation.
    pub(crate) fn draw_progress(&mut self, step: usize, file: &Path, text: &str) {
        let text = format!("{}: {text}", file.to_string_lossy());
        let text = escape(&text);
        // A line that wraps could not be erased.
        let text = cut(&text, width().saturating_sub(3));
        let _ = write!(io::stderr().lock(), "\r{} {text}\x1b[K", FRAMES[step % FRAMES.len()]);
        self.shows_progress_line = true;
    }

    /// Erases the progress line.
    pub(crate) fn clear_progress(&mut self) {
        if std::mem::take(&mut self.shows_progress_line) {
            let _ = write!(io::stderr().lock(), "\r\x1b[K");
        }
    }
}

fn width() -> usize {
    let size = terminal_size::terminal_size_of(io::stderr());
    size.map(|(width, _)| usize::from(width.0)).filter(|width| *width > 0).unwrap_or(DEFAULT_WIDTH)
}
