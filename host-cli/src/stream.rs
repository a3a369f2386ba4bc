//! Lines in, some work on each by all cores, what came of them out in the order of the lines. Only what is being worked on is held.

use std::io::{ErrorKind, Read, Write};
use std::ops::ControlFlow;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{Builder, available_parallelism, scope};

use memchr::{memchr_iter, memrchr};

/// So much is read at a time.
const PIECE: usize = 256 << 10;
/// A longer line is cut: nothing that is meant to be one is as long.
pub(crate) const LINE_LIMIT: usize = 1 << 20;

/// Some whole lines.
pub(crate) struct Lines {
    bytes: Vec<u8>,
    /// Their place among all pieces.
    turn: u64,
    /// The number of the first one.
    pub(crate) first: u64,
}

impl Lines {
    /// The lines with their numbers, without their ends.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (u64, &[u8])> {
        let open_end = (self.bytes.last() != Some(&b'\n')).then_some(self.bytes.len());
        let mut start = 0;
        let lines =
            memchr_iter(b'\n', &self.bytes).chain(open_end).map(move |end| &self.bytes[std::mem::replace(&mut start, end + 1)..end]);
        (self.first..).zip(lines)
    }
    fn count(&self) -> u64 {
        memchr_iter(b'\n', &self.bytes).count() as u64 + u64::from(self.bytes.last() != Some(&b'\n'))
    }
}

/// What went wrong, on which side.
pub(crate) enum Broken {
    Reading(std::io::Error),
    Writing(std::io::Error),
    /// The work itself wants no more.
    Stopped,
}

/// What is written, and whose turn it is.
struct Sink<W> {
    out: W,
    turn: u64,
    broken: Option<Broken>,
}

/// Does the work on all lines, as long as it goes on. It puts what came of them behind what its buffer holds; `done` is told how many bytes and lines were read.
pub(crate) fn lines(
    reader: impl Read + Send,
    out: impl Write + Send,
    work: impl Fn(&Lines, &mut Vec<u8>) -> ControlFlow<()> + Sync,
    done: impl FnMut(usize, u64) + Send,
) -> Result<(), Broken> {
    let source = Mutex::new(Source { reader, rest: Vec::new(), turn: 0, line: 1, ended: false });
    let sink = Mutex::new((Sink { out, turn: 0, broken: None }, done));
    let next = Condvar::new();
    let worker = || {
        let mut answers = Vec::new();
        loop {
            let lines = match unpoisoned(source.lock()).next() {
                Ok(Some(lines)) => lines,
                Ok(None) => return,
                Err(fault) => {
                    unpoisoned(sink.lock()).0.broken.get_or_insert(Broken::Reading(fault));
                    next.notify_all();
                    return;
                }
            };
            answers.clear();
            let goes_on = work(&lines, &mut answers).is_continue();
            let mut guard = unpoisoned(sink.lock());
            while guard.0.turn != lines.turn && guard.0.broken.is_none() {
                guard = unpoisoned(next.wait(guard));
            }
            let (sink, done) = &mut *guard;
            if sink.broken.is_none()
                && let Err(fault) = sink.out.write_all(&answers).and_then(|()| sink.out.flush())
            {
                sink.broken = Some(Broken::Writing(fault));
            }
            if !goes_on {
                sink.broken.get_or_insert(Broken::Stopped);
            }
            sink.turn += 1;
            done(lines.bytes.len(), lines.count());
            let stop = sink.broken.is_some();
            next.notify_all();
            if stop {
                return;
            }
        }
    };
    scope(|threads| {
        let others = available_parallelism().map_or(1, std::num::NonZero::get) - 1;
        // Where the system gives no more threads, those that there are do it all.
        (0..others).for_each(|_| drop(Builder::new().spawn_scoped(threads, worker)));
        worker();
    });
    let (sink, _) = sink.into_inner().unwrap_or_else(PoisonError::into_inner);
    sink.broken.map_or(Ok(()), Err)
}

/// A worker that panicked brings the whole run down by itself.
fn unpoisoned<'a, T>(lock: Result<MutexGuard<'a, T>, PoisonError<MutexGuard<'a, T>>>) -> MutexGuard<'a, T> {
    lock.unwrap_or_else(PoisonError::into_inner)
}

struct Source<R> {
    reader: R,
    /// The beginning of a line whose end was not read yet.
    rest: Vec<u8>,
    turn: u64,
    line: u64,
    ended: bool,
}

impl<R: Read> Source<R> {
    /// The next whole lines: as many as one reading brings, at least one.
    fn next(&mut self) -> std::io::Result<Option<Lines>> {
        let mut bytes = std::mem::take(&mut self.rest);
        let mut seen = 0;
        let end = loop {
            if let Some(at) = memrchr(b'\n', &bytes[seen..]) {
                break seen + at + 1;
            }
            if self.ended {
                break bytes.len();
            }
            if bytes.len() > LINE_LIMIT {
                // Of a line that is too long, only so much that it is seen to be.
                bytes.truncate(LINE_LIMIT + 1);
            }
            seen = bytes.len();
            self.read(&mut bytes)?;
        };
        self.rest = bytes.split_off(end);
        if bytes.is_empty() {
            return Ok(None);
        }
        let lines = Lines { bytes, turn: self.turn, first: self.line };
        self.turn += 1;
        self.line += lines.count();
        Ok(Some(lines))
    }

    fn read(&mut self, bytes: &mut Vec<u8>) -> std::io::Result<()> {
        let before = bytes.len();
        bytes.resize(before + PIECE, 0);
        let read = loop {
            match self.reader.read(&mut bytes[before..]) {
                Err(fault) if fault.kind() == ErrorKind::Interrupted => {}
                other => break other,
            }
        };
        bytes.truncate(before + *read.as_ref().unwrap_or(&0));
        self.ended = read? == 0;
        Ok(())
    }
}
