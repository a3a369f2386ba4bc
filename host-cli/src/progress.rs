//! Work in; a sign of life on the terminal out, and nothing at all in a pipe or for work that is soon done.

use std::io::IsTerminal;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

/// Work that takes longer shows itself.
const PATIENCE: Duration = Duration::from_secs(1);

/// Does some work; when it takes more than a second, says on the terminal what is being done.
pub(crate) fn shown<T>(what: String, work: impl FnOnce() -> T) -> T {
    if !std::io::stderr().is_terminal() {
        return work();
    }
    std::thread::scope(|scope| {
        let (done, waiting) = channel::<()>();
        let spinning = move || {
            if waiting.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
                let spinner = ProgressBar::new_spinner().with_message(what);
                spinner.enable_steady_tick(Duration::from_millis(100));
                // It ends when the work is done, or has failed.
                let _ = waiting.recv();
                spinner.finish_and_clear();
            }
        };
        // Where the system gives no thread for it, the work is done without a word.
        drop(std::thread::Builder::new().spawn_scoped(scope, spinning));
        let result = work();
        drop(done);
        result
    })
}

/// A count that shows itself once the work takes more than a second.
pub(crate) struct Progress {
    bar: Option<ProgressBar>,
    started: Instant,
    what: String,
    count: u64,
    /// How much there is to do, where that is known.
    size: Option<u64>,
}

impl Progress {
    pub(crate) fn new(what: String) -> Self {
        Self { bar: None, started: Instant::now(), what, count: 0, size: None }
    }
    /// A count within a whole of a known size.
    pub(crate) fn of(what: String, size: u64) -> Self {
        let mut progress = Self::new(what);
        progress.size = Some(size);
        progress
    }
    /// So much of the whole is done, and so many more items.
    pub(crate) fn at(&mut self, position: u64, items: u64) {
        self.count += items;
        self.show(if self.size.is_some() { position } else { self.count });
    }
    fn show(&mut self, position: u64) {
        if self.bar.is_none() && std::io::stderr().is_terminal() && self.started.elapsed() > PATIENCE {
            let (bar, template) = match self.size {
                Some(size) => (ProgressBar::new(size), "{wide_bar} {percent}% {msg} ({eta})"),
                None => (ProgressBar::new_spinner(), "{spinner} {pos} {msg} ({elapsed})"),
            };
            if let Ok(style) = ProgressStyle::with_template(template) {
                bar.set_style(style);
            }
            self.bar = Some(bar);
        }
        if let Some(bar) = &self.bar {
            bar.set_message(if self.size.is_some() { format!("{} {}", self.count, self.what) } else { self.what.clone() });
            bar.set_position(position);
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
