//! A progress line on a terminal: one for a file that is waited for, or one for a run over many files.

use std::io::{self, IsTerminal, Write};
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::Output;
use super::escape::{cut, escape};
use super::sink::Sink;

const FRAMES: [char; 4] = ['|', '/', '-', '\\'];
/// The width that is assumed if the terminal does not report one.
const DEFAULT_WIDTH: usize = 80;

/// The line of a run over many files, which a separate thread draws.
static LINE: Mutex<Line> = Mutex::new(Line { hidden: 0, is_drawn: false, steps: 0 });

struct Line {
    /// The number of [`Hidden`] values.
    hidden: usize,
    is_drawn: bool,
    steps: usize,
}

fn line() -> MutexGuard<'static, Line> {
    LINE.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Output {
    /// Returns whether progress is shown: standard error is a terminal that can erase a line, and takes messages now.
    pub(crate) fn shows_progress(&self) -> bool {
        let is_direct = matches!(self.sink, Sink::Direct(_));
        is_direct && !self.quiet && !self.json && io::stderr().is_terminal() && can_erase()
    }

    /// Draws the progress line over the previous one. `step` selects the frame of the animation.
    pub(crate) fn draw_progress(&mut self, step: usize, file: &Path, text: &str) {
        draw(step, &format!("{}: {text}", file.to_string_lossy()));
        self.shows_progress_line = true;
    }

    /// Erases the progress line.
    pub(crate) fn clear_progress(&mut self) {
        if std::mem::take(&mut self.shows_progress_line) {
            erase();
        }
    }
}

/// Draws the line of a run over many files, unless it is hidden.
pub(crate) fn draw_shared(text: &str) {
    let mut line = line();
    if line.hidden == 0 {
        draw(line.steps, text);
        line.steps += 1;
        line.is_drawn = true;
    }
}

/// Hides the line of a run over many files until it is dropped: another thread or program writes to the terminal.
pub(crate) struct Hidden(());

impl Hidden {
    pub(crate) fn new() -> Self {
        let mut line = line();
        line.hidden += 1;
        if std::mem::take(&mut line.is_drawn) {
            erase();
        }
        Self(())
    }
}

impl Drop for Hidden {
    fn drop(&mut self) {
        line().hidden -= 1;
    }
}

fn draw(step: usize, text: &str) {
    let text = escape(text);
    // A line that wraps could not be erased.
    let text = cut(&text, width().saturating_sub(3));
    let _ = write!(io::stderr().lock(), "\r{} {text}\x1b[K", FRAMES[step % FRAMES.len()]);
}

fn erase() {
    let _ = write!(io::stderr().lock(), "\r\x1b[K");
}

/// Returns whether the terminal knows the sequence that erases a line. A terminal without a name may not.
fn can_erase() -> bool {
    std::env::var_os("TERM").is_some_and(|name| !name.is_empty() && name != "dumb")
}

fn width() -> usize {
    let size = terminal_size::terminal_size_of(io::stderr());
    size.map(|(width, _)| usize::from(width.0)).filter(|width| *width > 0).unwrap_or(DEFAULT_WIDTH)
}
