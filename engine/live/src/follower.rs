//! Changes in; successors tried out, one after the other, on a thread of their own.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};

use leidraad::plugin::Plugins;
use leidraad::{Policy, Sources};

use crate::current::Shared;
use crate::kept::Kept;
use crate::origin::{Looks, Origin};
use crate::watch::{self, Watcher};

/// Why the follower wakes.
#[derive(Debug)]
pub(crate) enum Wake {
    /// Something happened to the source, or may have.
    Changed,
    /// Somebody wants it looked at, and waits.
    Look(Sender<()>),
    Stop,
}

/// Where changes never end, they are not waited for longer than this.
pub(crate) const LONGEST: Duration = Duration::from_secs(2);

pub(crate) struct Follower {
    pub(crate) origin: Origin,
    pub(crate) shared: Arc<Shared>,
    pub(crate) plugins: Arc<Plugins>,
    pub(crate) kept: Option<Kept>,
    pub(crate) poll: Duration,
    pub(crate) quiet: Duration,
    pub(crate) woken: Receiver<Wake>,
    pub(crate) wake: Sender<Wake>,
    pub(crate) watcher: Option<Watcher>,
    /// The source as it was tried last.
    pub(crate) seen: Option<Seen>,
}

/// A source as it was tried.
pub(crate) struct Seen {
    looks: Looks,
    digest: String,
    /// Whether everything in it could be read.
    is_whole: bool,
    has_loaded: bool,
    /// Its policy, where that waits until the source is followed again.
    waits: Option<Policy>,
}

impl Follower {
    pub(crate) fn run(mut self) {
        let shared = Arc::clone(&self.shared);
        // However the thread ends, it is told that nobody follows any more.
        let _following = shared.following();
        loop {
            match self.woken.recv_timeout(self.poll) {
                Ok(Wake::Changed) => {
                    let Some(waiting) = self.settle() else { return };
                    self.watch();
                    self.attempt();
                    waiting.iter().for_each(answer);
                }
                Ok(Wake::Look(done)) => {
                    self.attempt();
                    answer(&done);
                }
                Err(RecvTimeoutError::Timeout) => {
                    let has_changed = self.seen.as_ref().is_none_or(|seen| seen.looks != self.origin.looks());
                    if has_changed || self.watcher.is_none() {
                        self.watch();
                    }
                    if has_changed {
                        self.attempt();
                    }
                }
                Ok(Wake::Stop) | Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    /// What is watched may be another folder after a change.
    fn watch(&mut self) {
        self.watcher = watch::watch(&self.origin, &self.wake);
        self.shared.watched(self.watcher.is_some());
    }

    /// Waits until nothing has happened for a while. Who waits meanwhile for a look; `None` if it is to stop.
    fn settle(&self) -> Option<Vec<Sender<()>>> {
        let began = Instant::now();
        let mut waiting = Vec::new();
        while began.elapsed() < LONGEST {
            match self.woken.recv_timeout(self.quiet) {
                Ok(Wake::Changed) => {}
                Ok(Wake::Look(done)) => waiting.push(done),
                Err(RecvTimeoutError::Timeout) => break,
                Ok(Wake::Stop) | Err(RecvTimeoutError::Disconnected) => return None,
            }
        }
        Some(waiting)
    }

    /// Tries what the source holds now, unless it was tried before. A source that does not hold still is looked at again later.
    fn attempt(&mut self) {
        let Some((looks, sources)) = self.origin.still(self.quiet, || self.shared.is_over()) else { return };
        let (digest, is_whole) = (sources.digest(), sources.is_whole());
        let before = self.seen.take().filter(|seen| seen.digest == digest && seen.is_whole == is_whole);
        let mut seen = Seen { looks, digest, is_whole, has_loaded: true, waits: None };
        let in_force = self.shared.whole();
        if is_whole && in_force.policy.digest() == seen.digest {
            self.shared.restored();
        } else if before.as_ref().is_some_and(|before| !before.has_loaded) {
            seen.has_loaded = false;
        } else {
            match before.and_then(|before| before.waits).map_or_else(|| in_force.policy.reload(&sources, &self.plugins), Ok) {
                Ok(policy) => seen.waits = self.replace(policy, &sources),
                Err(report) => {
                    seen.has_loaded = false;
                    self.shared.refuse(seen.digest.clone(), report);
                }
            }
        }
        self.seen = Some(seen);
    }

    /// Puts a successor in force. It comes back where it waits, since another policy was put in force by hand.
    fn replace(&self, policy: Policy, sources: &Sources) -> Option<Policy> {
        let waits = self.shared.replace(policy, sources.clone());
        if let (Some(kept), None) = (&self.kept, &waits) {
            self.shared.note_kept(kept.keep(sources));
        }
        waits
    }
}

/// Whoever does not wait any more needs no answer.
fn answer(done: &Sender<()>) {
    let _ = done.send(());
}
