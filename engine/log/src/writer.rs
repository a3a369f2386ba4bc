//! Lines that wait in; files out, written and synced on a thread of their own.

use std::fs::{File, OpenOptions};
use std::io::{Error, Result, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::PoisonError;
use std::time::{Duration, Instant};

use crate::queue::{Chunk, Shared};
use crate::segment;
use crate::settings::Sync;

/// What nobody waits for is written with what comes within this time.
const SOON: Duration = Duration::from_millis(2);
/// Nobody waits longer for a group.
const LATEST: Duration = Duration::from_mins(1);

pub(crate) fn run(shared: &Shared, sync: Sync) {
    let mut sink = Sink { folder: shared.folder.clone(), open: None, uncut: None };
    loop {
        let mut state = shared.state();
        while !state.has_work() && !state.is_over() {
            state = shared.more.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        if !state.has_work() {
            return;
        }
        let until = Instant::now() + if let Sync::Group(wait) = sync { wait.min(LATEST) } else { SOON };
        while !state.is_urgent() {
            let left = until.saturating_duration_since(Instant::now());
            if left == Duration::ZERO {
                break;
            }
            state = shared.more.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        let chunks = state.take();
        drop(state);
        let mut written = 0;
        let mut failed = None;
        for chunk in &chunks {
            match sink.write(chunk, sync) {
                Ok(()) => written += 1,
                Err(cause) => {
                    failed = Some(cause.to_string());
                    break;
                }
            }
        }
        let (safe, lost) = chunks.split_at(written);
        let mut state = shared.state();
        if let Some(last) = safe.last() {
            state.settle(last.end);
        }
        if let Some(cause) = failed {
            state.fail(lost, cause);
        }
        let woken = state.woken();
        drop(state);
        shared.done.notify_all();
        for waker in woken {
            // Whose it is, is not ours: the writer goes on, whatever comes of it.
            let _ = catch_unwind(AssertUnwindSafe(|| waker.wake()));
        }
    }
}

/// The file that is written.
struct Sink {
    folder: PathBuf,
    open: Option<Open>,
    /// A file with something behind its whole lines that could not be cut off yet.
    uncut: Option<Open>,
}

struct Open {
    segment: u64,
    path: PathBuf,
    file: File,
    /// So many bytes of it are whole lines.
    whole: u64,
}

impl Sink {
    /// Writes lines whole, or leaves the file as it was.
    fn write(&mut self, chunk: &Chunk, sync: Sync) -> Result<()> {
        let written = self.try_write(chunk, sync);
        if written.is_err() {
            // What was written of them is no line. If it cannot be taken away now, it is before anything else is written.
            self.uncut = self.open.take().filter(|open| !open.cut()).or(self.uncut.take());
        }
        written
    }

    fn try_write(&mut self, chunk: &Chunk, sync: Sync) -> Result<()> {
        self.uncut.take_if(|uncut| uncut.cut());
        if self.uncut.is_some() {
            return Err(Error::other("what was half written cannot be taken away"));
        }
        if self.open.as_ref().is_none_or(|open| open.segment != chunk.segment || open.whole != chunk.offset) {
            self.open = Some(Open::of(&self.folder, chunk.segment, chunk.offset)?);
        }
        let Some(open) = &mut self.open else { return Err(Error::other("no file is open")) };
        open.is_there()?;
        open.file.write_all(&chunk.bytes)?;
        if sync != Sync::None {
            open.file.sync_data()?;
        }
        open.whole += chunk.bytes.len() as u64;
        Ok(())
    }
}

impl Open {
    fn of(folder: &std::path::Path, segment: u64, whole: u64) -> Result<Open> {
        let path = segment::path(folder, segment);
        let mut options = OpenOptions::new();
        options.append(true);
        // What was there before is not made anew: then it was taken away.
        if whole == 0 {
            options.create(true);
        }
        let file = options.open(&path)?;
        if file.metadata()?.len() < whole {
            return Err(Error::other("lines that were written are gone"));
        }
        file.set_len(whole)?;
        segment::settle(folder);
        Ok(Open { segment, path, file, whole })
    }

    /// Takes away what stands behind the whole lines. Whether it could be.
    fn cut(&self) -> bool {
        let is_cut = self.file.set_len(self.whole).is_ok();
        if is_cut && self.whole == 0 {
            // An empty segment is none; one that stays is written to next time.
            let _ = std::fs::remove_file(&self.path);
        }
        is_cut
    }

    /// Whether the file that is written is still the one that lies there: what is written to a file that was deleted is lost.
    fn is_there(&self) -> Result<()> {
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt;
            let (lies, own) = (std::fs::metadata(&self.path)?, self.file.metadata()?);
            if (lies.dev(), lies.ino()) != (own.dev(), own.ino()) {
                return Err(Error::other("another file lies in its place"));
            }
        }
        Ok(())
    }
}
