//! Receipts in; lines of a log out, acknowledged once they are as safe as its settings promise.

use std::collections::VecDeque;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use leidraad::both;

use crate::chain::{Link, seal};
use crate::error::LogError;
use crate::observe;
use crate::receipt::Receipt;
use crate::segment;
use crate::settings::{OnLoss, Settings, Sync};
use crate::verify::recover;
use crate::writer;

/// So many bytes wait to be written at most; whoever brings more waits, too.
const MOST: usize = 64 << 20;
/// The shape of a log's lines.
const VERSION: u32 = 1;
/// So many bytes are written at once, whether anybody waits for them or not.
const MUCH: usize = 1 << 20;
/// So many failures are remembered, for those who ask late what became of their lines.
const REMEMBERED: usize = 64;

/// A log that is written. One process at a time writes a log.
///
/// Threads share it; those who append at the same time share a write of the disk.
#[derive(Debug)]
pub struct Log {
    shared: Arc<Shared>,
    settings: Settings,
    recovered: Option<u64>,
    writer: Option<JoinHandle<()>>,
    _lock: File,
}

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
    /// So many answers that were lost before are told by one of these lines.
    told: u64,
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
    /// Whether answers are lost and counted, rather than refused.
    counts: bool,
    /// Somebody waits for what is to be written, or there is much of it.
    is_urgent: bool,
    is_over: bool,
}

#[derive(Debug)]
struct Failure {
    epoch: u64,
    /// The last line that was safe.
    safe: u64,
    cause: String,
}

impl Shared {
    /// Nothing is done under the lock that could panic half way; what another thread left is whole.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
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
        for chunk in chunks.iter().chain(&behind).filter(|_| self.counts) {
            self.untold += chunk.receipts + chunk.told;
            self.lost += chunk.receipts;
        }
        observe::failed(&cause, self.lost - before);
        self.failures.push_back(Failure { epoch: self.epoch, safe: self.safe.n, cause });
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
        self.queue.push(Chunk { segment: end.segment, offset: end.bytes, bytes: Vec::new(), end, receipts: 0, told: 0 });
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

impl Log {
    /// Opens a log to write to it, and makes one where there is none. What a crash left of a last line is cut off, and a line says so.
    ///
    /// A log whose last segment was changed is not written to.
    pub fn open(folder: impl Into<PathBuf>, settings: Settings, at: Timestamp) -> Result<Log, LogError> {
        let folder = folder.into();
        let failed = |cause| LogError::of(&folder, cause);
        std::fs::create_dir_all(&folder).map_err(failed)?;
        let lock = File::create(folder.join(".lock")).map_err(failed)?;
        if lock.try_lock().is_err() {
            let path = folder.display();
            return Err(LogError::new(both!("{path}: another process writes this log", "{path}: een ander proces schrijft dit logboek")));
        }
        let found = recover(&folder)?;
        let nothing = Position { n: 0, link: Link::START, segment: 0, bytes: 0, day: Date::ZERO };
        let (log, safe) = match found.end {
            Some((log, end)) => (log, end),
            None => (name()?, nothing),
        };
        let mut state = State {
            log,
            queue: Vec::new(),
            queued: 0,
            end: safe,
            safe,
            epoch: 0,
            failures: VecDeque::new(),
            untold: 0,
            lost: 0,
            counts: settings.on_loss == OnLoss::Count,
            is_urgent: false,
            is_over: false,
        };
        if let Some(bytes) = found.torn {
            state.room(0, at, &settings);
            state.line(format!("\"kind\":\"recovered\",\"at\":\"{at}\",\"torn\":{bytes}").as_bytes());
        }
        let shared = Arc::new(Shared { folder: folder.clone(), state: Mutex::new(state), more: Condvar::new(), done: Condvar::new() });
        let (theirs, sync) = (Arc::clone(&shared), settings.sync);
        let writer = std::thread::Builder::new().name("leidraad-log".to_owned()).spawn(move || writer::run(&theirs, sync));
        let writer = Some(writer.map_err(|cause| LogError::of(&folder, cause))?);
        Ok(Log { shared, settings, recovered: found.torn, writer, _lock: lock })
    }
    /// The bytes of a last line that a crash had left, and that were cut off.
    pub fn recovered(&self) -> Option<u64> {
        self.recovered
    }
    /// How many answers could not be logged since it was opened.
    ///
    /// ```
    /// use leidraad_log::{Log, Settings};
    /// let folder = tempfile::tempdir().unwrap();
    /// let log = Log::open(folder.path(), Settings::default(), jiff::Timestamp::UNIX_EPOCH).unwrap();
    /// assert_eq!((log.lost(), log.recovered()), (0, None));
    /// ```
    pub fn lost(&self) -> u64 {
        self.shared.state().lost
    }

    /// Logs an answer, and returns once it is as safe as the settings promise: its number, or `None` if it was lost and counted.
    ///
    /// Where answers are refused rather than lost, it is an error, and the application gives no answer.
    pub fn append(&self, receipt: &Receipt<'_>) -> Result<Option<u64>, LogError> {
        self.wait(self.append_later(receipt))
    }

    /// Gives an answer to the log, and returns at once: [`Log::wait`] tells what became of it. For hosts that answer many at a time.
    ///
    /// ```
    /// # use leidraad::{Language, Policy, Question, Sources, date};
    /// # use leidraad_log::{Log, Receipt, Settings};
    /// # let policy = Policy::load(&Sources::folder("../../rules")).unwrap();
    /// # let folder = tempfile::tempdir().unwrap();
    /// # let at = "2026-07-01T09:00:00Z".parse().unwrap();
    /// # let log = Log::open(folder.path(), Settings::default(), at).unwrap();
    /// let decision = policy.decide(&Question::new("leiden", "hrm/payroll", date(2026, 7, 1))).unwrap();
    /// let receipt = Receipt::of(&policy, &decision, Language::Nl).at(at);
    /// let tickets = [log.append_later(&receipt), log.append_later(&receipt)];
    /// assert_eq!(tickets.map(|ticket| log.wait(ticket).unwrap()), [Some(2), Some(3)]);
    /// ```
    pub fn append_later(&self, receipt: &Receipt<'_>) -> Ticket {
        let json = receipt.to_json(&self.settings);
        // Without its braces: a number comes before it, and a seal behind it.
        let content = json.strip_prefix(b"{").and_then(|json| json.strip_suffix(b"}")).unwrap_or_default();
        self.put(content, receipt.when(), 1)
    }

    /// What became of a line.
    pub fn wait(&self, ticket: Ticket) -> Result<Option<u64>, LogError> {
        let mut state = self.shared.state();
        while ticket.epoch == state.epoch && state.safe.n < ticket.n {
            // Where lines are written in groups, whoever waits waits for the group.
            if !state.is_urgent && !matches!(self.settings.sync, Sync::Group(_)) {
                state.is_urgent = true;
                self.shared.more.notify_one();
            }
            state = self.shared.done.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        if ticket.epoch == state.epoch {
            return Ok(Some(ticket.n));
        }
        let failure = state.failures.iter().find(|failure| failure.epoch == ticket.epoch);
        match failure {
            Some(failure) if ticket.n <= failure.safe => Ok(Some(ticket.n)),
            _ if self.settings.on_loss == OnLoss::Count => Ok(None),
            Some(failure) => Err(LogError::not_written(&failure.cause)),
            None => Err(LogError::not_written("it was asked too late")),
        }
    }

    fn put(&self, content: &[u8], at: Timestamp, receipts: u64) -> Ticket {
        let mut state = self.shared.state();
        while state.queued > MOST {
            state = self.shared.done.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        let is_first = !state.has_work();
        state.room(content.len(), at, &self.settings);
        state.line(content);
        if let Some(chunk) = state.queue.last_mut() {
            chunk.receipts += receipts;
        }
        let ticket = Ticket { epoch: state.epoch, n: state.end.n };
        let is_much = state.queued > MUCH && !state.is_urgent;
        state.is_urgent |= is_much;
        drop(state);
        // A writer that waits is woken by the first line, and by much: not by each.
        if is_first || is_much {
            self.shared.more.notify_one();
        }
        ticket
    }

    /// Deletes the segments whose lines are all from before a day. A line of the log says of each that it was, and what it ended with: the
    /// chain stays provable. The segment that is written is kept. How many lines were deleted.
    ///
    /// ```
    /// use leidraad::date;
    /// use leidraad_log::{Log, Settings};
    /// let folder = tempfile::tempdir().unwrap();
    /// let log = Log::open(folder.path(), Settings::default(), jiff::Timestamp::UNIX_EPOCH).unwrap();
    /// assert_eq!(log.retire(date(2026, 1, 1), jiff::Timestamp::UNIX_EPOCH, "archivist").unwrap(), 0);
    /// ```
    pub fn retire(&self, before: Date, at: Timestamp, actor: &str) -> Result<u64, LogError> {
        let actor = serde_json::Value::from(actor);
        let segments = segment::all(&self.shared.folder)?;
        let mut deleted = 0;
        for [one, next] in segments.array_windows() {
            let (last_day, link) = crate::verify::end(&one.path)?;
            if last_day >= before {
                break;
            }
            let (first, last, link) = (one.first, next.first - 1, link.hex());
            let told =
                format!("\"kind\":\"retired\",\"at\":\"{at}\",\"actor\":{actor},\"first\":{first},\"last\":{last},\"before\":\"{link}\"");
            let ticket = self.put(told.as_bytes(), at, 0);
            // What is not told is not deleted.
            if self.wait(ticket)?.is_none() {
                return Err(LogError::not_written("the log cannot be written"));
            }
            std::fs::remove_file(&one.path).map_err(|cause| LogError::of(&one.path, cause))?;
            segment::settle(&self.shared.folder);
            deleted += last - first + 1;
        }
        Ok(deleted)
    }

    /// The folder that it is written to.
    pub fn folder(&self) -> &Path {
        &self.shared.folder
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        self.shared.state().is_over = true;
        self.shared.more.notify_one();
        if let Some(writer) = self.writer.take() {
            // What it could not write, those who waited for it know.
            let _ = writer.join();
        }
    }
}

/// The name of a new log: nobody else's is the same.
fn name() -> Result<String, LogError> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|cause| LogError::not_written(&cause.to_string()))?;
    Ok(hex::encode(bytes))
}
