//! Receipts in; lines of a log out, acknowledged once they are as safe as its settings promise.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Arc, MutexGuard, PoisonError};
use std::task::Poll;
use std::thread::JoinHandle;

use jiff::Timestamp;
use jiff::civil::Date;
use leidraad::both;

use crate::checkpoint::{all, numbers};
use crate::error::LogError;
use crate::queue::{Position, Shared, State, Ticket};
use crate::receipt::Receipt;
use crate::recover::{end, recover};
use crate::segment;
use crate::settings::{OnLoss, Settings, Sync};
use crate::writer;

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
            return Err(LogError::new(both!(
                "{path}: another program is already writing to this log",
                "{path}: een ander programma schrijft al in dit logboek"
            )));
        }
        let found = recover(&folder)?;
        let (log, safe) = match found.end {
            Some((log, end)) => (log, end),
            None => (name()?, Position::START),
        };
        let mut state = State::new(log, safe, at, settings.on_loss == OnLoss::Count);
        if let Some(bytes) = found.torn {
            state.torn(bytes, &settings);
        }
        let shared = Arc::new(Shared::new(folder.clone(), state));
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
        self.shared.state().lost()
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
        self.put(content(&json), receipt.when(), 1)
    }

    /// As [`Log::append_later`], which waits where too much is on its way already, on a disk that stands still, say: `None` instead.
    ///
    /// ```
    /// # use leidraad::{Language, Policy, Question, Sources, date};
    /// # use leidraad_log::{Log, Receipt, Settings};
    /// # let policy = Policy::load(&Sources::folder("../../rules")).unwrap();
    /// # let folder = tempfile::tempdir().unwrap();
    /// # let at = "2026-07-01T09:00:00Z".parse().unwrap();
    /// # let log = Log::open(folder.path(), Settings::default(), at).unwrap();
    /// # let decision = policy.decide(&Question::new("leiden", "hrm/payroll", date(2026, 7, 1))).unwrap();
    /// # let receipt = Receipt::of(&policy, &decision, Language::Nl).at(at);
    /// let ticket = log.try_append_later(&receipt).unwrap();
    /// assert_eq!(log.wait(ticket).unwrap(), Some(2));
    /// ```
    pub fn try_append_later(&self, receipt: &Receipt<'_>) -> Option<Ticket> {
        let json = receipt.to_json(&self.settings);
        let state = self.shared.state();
        state.has_room().then(|| self.enter(state, content(&json), receipt.when(), 1))
    }

    /// What became of a line.
    pub fn wait(&self, ticket: Ticket) -> Result<Option<u64>, LogError> {
        let mut state = self.shared.state();
        loop {
            if let Some(became) = self.became(&mut state, ticket) {
                return became;
            }
            state = self.shared.done.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// As [`Log::wait`], for hosts that wait for many things at a time: no thread waits.
    ///
    /// ```
    /// # use leidraad::{Language, Policy, Question, Sources, date};
    /// # use leidraad_log::{Log, Receipt, Settings};
    /// # let policy = Policy::load(&Sources::folder("../../rules")).unwrap();
    /// # let folder = tempfile::tempdir().unwrap();
    /// # let at = "2026-07-01T09:00:00Z".parse().unwrap();
    /// # let log = Log::open(folder.path(), Settings::default(), at).unwrap();
    /// # let decision = policy.decide(&Question::new("leiden", "hrm/payroll", date(2026, 7, 1))).unwrap();
    /// # let receipt = Receipt::of(&policy, &decision, Language::Nl).at(at);
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
    /// assert_eq!(log.written(log.append_later(&receipt)).await.unwrap(), Some(2));
    /// # });
    /// ```
    pub async fn written(&self, ticket: Ticket) -> Result<Option<u64>, LogError> {
        std::future::poll_fn(|context| {
            let mut state = self.shared.state();
            let became = self.became(&mut state, ticket);
            if became.is_none() {
                state.wakes(ticket, context.waker());
            }
            became.map_or(Poll::Pending, Poll::Ready)
        })
        .await
    }

    /// What became of a line; `None` as long as it is on its way: then it is written soon.
    fn became(&self, state: &mut State, ticket: Ticket) -> Option<Result<Option<u64>, LogError>> {
        match state.became(ticket) {
            Some(Ok(n)) => Some(Ok(Some(n))),
            Some(Err(_)) if self.settings.on_loss == OnLoss::Count => Some(Ok(None)),
            Some(Err(cause)) => Some(Err(LogError::not_written(&cause))),
            None => {
                // Where lines are written in groups, whoever waits waits for the group.
                if !matches!(self.settings.sync, Sync::Group(_)) && state.urge() {
                    self.shared.more.notify_one();
                }
                None
            }
        }
    }

    fn put(&self, content: &[u8], at: Timestamp, receipts: u64) -> Ticket {
        let mut state = self.shared.state();
        while !state.has_room() {
            state = self.shared.done.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        self.enter(state, content, at, receipts)
    }

    fn enter(&self, mut state: MutexGuard<'_, State>, content: &[u8], at: Timestamp, receipts: u64) -> Ticket {
        let (ticket, wakes) = state.put(content, at, receipts, &self.settings);
        drop(state);
        if wakes {
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
        let newest = numbers(&all(&self.shared.folder, None)?).last().copied();
        let mut deleted = 0;
        for [one, next] in segments.array_windows() {
            // What is not whole is not deleted: it would be hidden.
            let (last_day, link) = end(one, next)?;
            if last_day >= before {
                break;
            }
            if newest.is_some_and(|n| n < next.first - 1) {
                return Err(LogError::new(both!(
                    "write down first where the log ends, with `leidraad log checkpoint`: the last checkpoint is of a line that would be deleted",
                    "schrijf eerst op waar het logboek eindigt, met `leidraad log checkpoint`: het laatste ijkpunt is van een regel die wordt verwijderd"
                )));
            }
            let (first, last, link) = (one.first, next.first - 1, link.hex());
            let told =
                format!("\"kind\":\"retired\",\"at\":\"{at}\",\"actor\":{actor},\"first\":{first},\"last\":{last},\"before\":\"{link}\"");
            let ticket = self.put(told.as_bytes(), at, 0);
            // What is not told is not deleted.
            if self.wait(ticket)?.is_none() {
                return Err(LogError::not_written("the log cannot be written"));
            }
            self.sync()?;
            std::fs::remove_file(&one.path).map_err(|cause| LogError::of(&one.path, cause))?;
            segment::settle(&self.shared.folder);
            deleted += last - first + 1;
        }
        Ok(deleted)
    }

    /// Brings to the disk what the system has.
    fn sync(&self) -> Result<(), LogError> {
        let Some(newest) = segment::all(&self.shared.folder)?.pop() else { return Ok(()) };
        let synced = File::open(&newest.path).and_then(|file| file.sync_all());
        synced.map_err(|cause| LogError::of(&newest.path, cause))
    }

    /// The folder that it is written to.
    pub fn folder(&self) -> &Path {
        &self.shared.folder
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        self.shared.state().end(&self.settings);
        self.shared.more.notify_one();
        if let Some(writer) = self.writer.take() {
            // What it could not write, those who waited for it know.
            let _ = writer.join();
        }
    }
}

/// A receipt without its braces: a number comes before it, and a seal behind it.
fn content(json: &[u8]) -> &[u8] {
    json.strip_prefix(b"{").and_then(|json| json.strip_suffix(b"}")).unwrap_or_default()
}

/// The name of a new log: nobody else's is the same.
fn name() -> Result<String, LogError> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|cause| LogError::not_written(&cause.to_string()))?;
    Ok(hex::encode(bytes))
}
