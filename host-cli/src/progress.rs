//! Counted work in; a bar on the terminal out, and nothing at all in a pipe or for work that is soon done.

use std::io::IsTerminal;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

/// A count that shows itself once the work takes more than a second.
pub(crate) struct Progress {
    bar: Option<ProgressBar>,
    started: Instant,
    what: String,
    count: u64,
}

impl Progress {
    pub(crate) fn new(what: String) -> Self {
        Self { bar: None, started: Instant::now(), what, count: 0 }
    }
    pub(crate) fn step(&mut self) {
        self.count += 1;
        if self.bar.is_none()
            && self.count.is_multiple_of(64)
            && std::io::stderr().is_terminal()
            && self.started.elapsed() > Duration::from_secs(1)
        {
            let bar = ProgressBar::new_spinner().with_message(self.what.clone());
            if let Ok(style) = ProgressStyle::with_template("{spinner} {pos} {msg} ({elapsed})") {
                bar.set_style(style);
            }
            self.bar = Some(bar);
        }
        if let Some(bar) = &self.bar {
            bar.set_position(self.count);
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
