//! How far a command is: a line that changes on a terminal, and nothing elsewhere.

use std::io::{self, IsTerminal};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A line that is written anew, on stderr.
pub(crate) struct Shown(ProgressBar);

impl Shown {
    /// Nothing yet.
    pub(crate) fn new() -> Self {
        if !io::stderr().is_terminal() {
            return Self(ProgressBar::hidden());
        }
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        if let Ok(style) = ProgressStyle::with_template("{msg}") {
            bar.set_style(style);
        }
        Self(bar)
    }

    /// So many of these are done.
    pub(crate) fn show(&self, doing: &str, what: &str, done: u64) {
        if !self.0.is_hidden() {
            self.0.set_message(format!("{doing} {what}: {done}"));
        }
    }

    /// Writes something beside it.
    pub(crate) fn aside(&self, write: impl FnOnce()) {
        self.0.suspend(write);
    }

    /// It is done, and the line goes.
    pub(crate) fn clear(&self) {
        self.0.finish_and_clear();
    }
}
