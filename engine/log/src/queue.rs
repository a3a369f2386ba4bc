//! Receipts in; lines that wait to be written out, and what became of them.

use std::collections::{BTreeMap, VecDeque};
use std::path::PathBuf;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::task::Waker;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::chain::{Link, seal};
use crate::observe;
use crate::settings::Settings;

/// The shape of a log's lines.
const VERSION: u32 = 1;
/// So many failures are remembered, for those who ask late what became of their lines.
const REMEMBERED: usize = 64;

/// So many bytes wait to be written at most; whoever brings more waits, too.
const MOST: usize = 64 << 20;
/// So many bytes are written at once, whether anybody waits for them or not.
const MUCH: usize = 1 << 20;

/// A line that was given to the log, and may still be on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ticket {
    epoch: u64,
    n: u64,
}

#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) folder: PathBuf,
    state: Mutex<State>,
    /// There is something to write, or nothing more to come.
    pub(crate) more: Condvar,
    /// Something was written, or failed.
    pub(crate) done: Condvar,
}

/// Where a log ends.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Position {
    /// The number of the last line.
    pub(crate) n: u64,
    pub(crate) link: Link,
    /// The number of the first line of the segment.
    pub(crate) segment: u64,
    /// The bytes of the segment.
    pub(crate) bytes: u64,
    pub(crate) day: Date,
}

/// Lines that wait to be written to one segment.
#[derive(Debug)]
pub(crate) struct Chunk {
    pub(crate) segment: u64,
    /// Where they begin in it.
    pub(crate) offset: u64,
    pub(crate) bytes: Vec<u8>,
    /// Where the log ends once they are written.
    pub(crate) end: Position,
    receipts: u64,
    /// So many answers that were lost before are told by one of these lines,
    told: u64,
    /// and so many bytes that were cut off.
    torn: u64,
}

#[derive(Debug)]
pub(crate) struct State {
    log: String,
    queue: Vec<Chunk>,
    queued: usize,
    end: Position,
    safe: Position,
    /// How often writing failed: lines of another time than this are safe, or lost.
    epoch: u64,
    failures: VecDeque<Failure>,
    /// Answers that were lost, and of which no line tells yet.
    untold: u64,
    lost: u64,
    /// Bytes of a line that a crash left, and that were cut off: no line tells of it yet.
    torn: u64,
    /// The time of the last line.
    at: Timestamp,
    /// Whether answers are lost and counted, rather than refused.
    counts: bool,
    /// Somebody waits for what is to be written, or there is much of it.
    is_urgent: bool,
    is_over: bool,
    /// Who is woken when a line is written, or fails.
    wakers: BTreeMap<u64, Vec<Waker>>,
}

#[derive(Debug)]
struct Failure {
    /// The first and the last time of which lines are lost.
    from: u64,
    until: u64,
    /// The last line that was safe.
    safe: u64,
    cause: String,
}

impl Shared {
    pub(crate) fn new(folder: PathBuf, state: State) -> Shared {
        Shared { folder, state: Mutex::new(state), more: Condvar::new(), done: Condvar::new() }
    }
    /// Nothing is done under the lock that could panic half way; what another thread left is whole.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Position {
    /// Where a log ends that has no line yet.
    pub(crate) const START: Position = Position { n: 0, link: Link::START, segment: 0, bytes: 0, day: Date::ZERO };
}

impl State {
    pub(crate) fn new(log: String, safe: Position, at: Timestamp, counts: bool) -> State {
        State {
            log,
            queue: Vec::new(),
            queued: 0,
            end: safe,
            safe,
            epoch: 0,
            failures: VecDeque::new(),
            untold: 0,
            lost: 0,
            torn: 0,
            at,
            counts,
            is_urgent: false,
            is_over: false,
            wakers: BTreeMap::new(),
        }
    }
    /// Puts a line behind all others, of so many receipts. Whether a writer that waits has to be woken: by the first line, and by much; not by each.
    pub(crate) fn put(&mut self, content: &[u8], at: Timestamp, receipts: u64, settings: &Settings) -> (Ticket, bool) {
        let is_first = !self.has_work();
        self.at = at;
        self.room(content.len(), at, settings);
        self.line(content);
        if let Some(chunk) = self.queue.last_mut() {
            chunk.receipts += receipts;
        }
        let is_much = self.queued > MUCH && !self.is_urgent;
        self.is_urgent |= is_much;
        (Ticket { epoch: self.epoch, n: self.end.n }, is_first || is_much)
    }
    /// Whether there is room for more.
    pub(crate) fn has_room(&self) -> bool {
        self.queued <= MOST
    }
    /// What became of a line, or why it was not written; `None` as long as it is on its way.
    pub(crate) fn became(&self, ticket: Ticket) -> Option<Result<u64, String>> {
        if ticket.epoch == self.epoch {
            return (self.safe.n >= ticket.n).then_some(Ok(ticket.n));
        }
        Some(match self.failures.iter().find(|failure| (failure.from..=failure.until).contains(&ticket.epoch)) {
            Some(failure) if ticket.n <= failure.safe => Ok(ticket.n),
            Some(failure) => Err(failure.cause.clone()),
            None => Err("it was asked too late".to_owned()),
        })
    }
    /// Somebody waits. Whether the writer has to be woken for it.
    pub(crate) fn urge(&mut self) -> bool {
        !std::mem::replace(&mut self.is_urgent, true)
    }
    /// Somebody is woken when a line is written, or fails.
    pub(crate) fn wakes(&mut self, ticket: Ticket, waker: &Waker) {
        let own = self.wakers.entry(ticket.n).or_default();
        if !own.iter().any(|own| own.will_wake(waker)) {
            own.push(waker.clone());
        }
    }
    /// Those who wait for what is written by now, or will not be: where nothing waits to be written, all of them.
    pub(crate) fn woken(&mut self) -> impl Iterator<Item = Waker> + use<> {
        let later = if self.has_work() { self.wakers.split_off(&(self.safe.n + 1)) } else { BTreeMap::new() };
        std::mem::replace(&mut self.wakers, later).into_values().flatten()
    }
    pub(crate) fn lost(&self) -> u64 {
        self.lost
    }
    /// So many bytes were cut off: a line says so.
    pub(crate) fn torn(&mut self, bytes: u64, settings: &Settings) {
        self.torn += bytes;
        self.room(0, self.at, settings);
    }
    /// Nothing more comes. What no line tells of yet is told by a last one.
    pub(crate) fn end(&mut self, settings: &Settings) {
        if self.untold > 0 || self.torn > 0 {
            self.room(0, self.at, settings);
        }
        self.is_over = true;
    }
    pub(crate) fn has_work(&self) -> bool {
        !self.queue.is_empty()
    }
    /// Whether what waits is written at once, and not with what comes soon.
    pub(crate) fn is_urgent(&self) -> bool {
        self.is_urgent || self.is_over
    }
    pub(crate) fn is_over(&self) -> bool {
        self.is_over
    }
    /// All that waits to be written.
    pub(crate) fn take(&mut self) -> Vec<Chunk> {
        self.queued = 0;
        self.is_urgent = false;
        std::mem::take(&mut self.queue)
    }
    /// Chunks were written.
    pub(crate) fn settle(&mut self, end: Position) {
        observe::written(end.n - self.safe.n);
        observe::waiting(self.queued);
        self.safe = end;
    }
    /// Chunks could not be written: neither they nor what waits behind them is in the log.
    pub(crate) fn fail(&mut self, chunks: &[Chunk], cause: String) {
        let behind = self.take();
        // What is refused rather than lost, nobody was told.
        let before = self.lost;
        self.torn += chunks.iter().chain(&behind).map(|chunk| chunk.torn).sum::<u64>();
        for chunk in chunks.iter().chain(&behind).filter(|_| self.counts) {
            self.untold += chunk.receipts + chunk.told;
            self.lost += chunk.receipts;
        }
        observe::failed(&cause, self.lost - before);
        // As long as nothing can be written, all that fails fails for one reason, behind one line: that is remembered once.
        match self.failures.back_mut().filter(|last| last.safe == self.safe.n && last.until + 1 == self.epoch) {
            Some(last) => (last.until, last.cause) = (self.epoch, cause),
            None => self.failures.push_back(Failure { from: self.epoch, until: self.epoch, safe: self.safe.n, cause }),
        }
        if self.failures.len() > REMEMBERED {
            self.failures.pop_front();
        }
        self.epoch += 1;
        self.end = self.safe;
    }

    /// Puts a line behind all others. Its content is the members of an object, without the brace before them.
    fn line(&mut self, content: &[u8]) {
        let n = self.end.n + 1;
        let Some(chunk) = self.queue.last_mut() else { return };
        let start = chunk.bytes.len();
        chunk.bytes.extend_from_slice(b"{\"n\":");
        chunk.bytes.extend_from_slice(n.to_string().as_bytes());
        chunk.bytes.push(b',');
        chunk.bytes.extend_from_slice(content);
        let link = seal(&mut chunk.bytes, start, self.end.link);
        let length = chunk.bytes.len() - start;
        self.queued += length;
        self.end = Position { n, link, bytes: self.end.bytes + length as u64, ..self.end };
        chunk.end = self.end;
    }
    fn chunk(&mut self) {
        let end = self.end;
        self.queue.push(Chunk { segment: end.segment, offset: end.bytes, bytes: Vec::new(), end, receipts: 0, told: 0, torn: 0 });
    }
    /// Begins a segment with a line that says what it is bound to.
    fn begin(&mut self, at: Timestamp) {
        let before = self.end.link.hex();
        self.end = Position { segment: self.end.n + 1, bytes: 0, day: day(at), ..self.end };
        self.chunk();
        let log = self.log.clone();
        self.line(format!(r#""kind":"open","at":"{at}","log":"{log}","version":{VERSION},"before":"{before}""#).as_bytes());
    }
    /// Makes room for a line of so many bytes.
    fn room(&mut self, bytes: usize, at: Timestamp, settings: &Settings) {
        let is_full = self.end.bytes + bytes as u64 > settings.segment_bytes && self.end.bytes > 0;
        if self.end.segment == 0 || is_full || day(at) > self.end.day {
            self.begin(at);
        } else if self.queue.last().is_none_or(|chunk| chunk.segment != self.end.segment) {
            self.chunk();
        }
        if self.torn > 0 {
            let torn = std::mem::take(&mut self.torn);
            self.line(format!(r#""kind":"recovered","at":"{at}","torn":{torn}"#).as_bytes());
            if let Some(chunk) = self.queue.last_mut() {
                chunk.torn += torn;
            }
        }
        if self.untold > 0 {
            let lost = std::mem::take(&mut self.untold);
            self.line(format!("\"kind\":\"lost\",\"at\":\"{at}\",\"lost\":{lost}").as_bytes());
            if let Some(chunk) = self.queue.last_mut() {
                chunk.told += lost;
            }
        }
    }
}

fn day(at: Timestamp) -> Date {
    TimeZone::UTC.to_datetime(at).date()
}
