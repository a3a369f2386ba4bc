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
const LONGEST: Duration = Duration::from_secs(2);
/// So often a source is read again that changed while it was read.
const AGAIN: usize = 20;

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
    /// What was tried last: how it looked, its digest, and the policy where that waits.
    pub(crate) seen: Option<Seen>,
}

/// A source as it was tried.
pub(crate) struct Seen {
    looks: Looks,
    digest: String,
    waits: Option<Policy>,
}

impl Follower {
    pub(crate) fn run(mut self) {
        loop {
            match self.woken.recv_timeout(self.poll) {
                Ok(Wake::Changed) => {
                    let Some(waiting) = self.settle() else { return };
                    // What is watched may be another folder after a change.
                    self.watcher = watch::watch(&self.origin, &self.wake);
                    self.attempt();
                    waiting.iter().for_each(answer);
                }
                Ok(Wake::Look(done)) => {
                    self.attempt();
                    answer(&done);
                }
                Err(RecvTimeoutError::Timeout) => {
                    if self.seen.as_ref().is_none_or(|seen| seen.looks != self.origin.looks()) {
                        self.attempt();
                    }
                }
                Ok(Wake::Stop) | Err(RecvTimeoutError::Disconnected) => return,
            }
        }
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

    /// The source, read until two readings are the same: one that is being written is no successor yet.
    fn read(&self) -> (Looks, Sources) {
        let mut looks = self.origin.looks();
        let mut sources = self.origin.read();
        for _ in 0..AGAIN {
            std::thread::sleep(self.quiet);
            let (again, now) = (self.origin.read(), self.origin.looks());
            if again.digest() == sources.digest() && looks == now {
                break;
            }
            (looks, sources) = (now, again);
        }
        (looks, sources)
    }

    /// Tries what the source holds now, unless it was tried before.
    fn attempt(&mut self) {
        let (looks, sources) = self.read();
        let digest = sources.digest();
        let is_pinned = self.shared.is_pinned();
        if let Some(seen) = self.seen.as_mut().filter(|seen| seen.digest == digest) {
            seen.looks = looks;
            if let Some(policy) = seen.waits.take_if(|_| !is_pinned) {
                self.replace(policy, &sources);
            }
            return;
        }
        let mut seen = Seen { looks, digest: digest.clone(), waits: None };
        let in_force = self.shared.whole();
        if in_force.policy.digest() == digest && sources.is_whole() {
            self.shared.restored();
            // What is in force by hand is another one, later.
            self.seen = Some(seen).filter(|_| !is_pinned);
            return;
        }
        match in_force.policy.reload(&sources, &self.plugins) {
            Ok(policy) if is_pinned => {
                self.shared.waits(digest);
                seen.waits = Some(policy);
            }
            Ok(policy) => self.replace(policy, &sources),
            Err(report) => self.shared.refuse(digest, report),
        }
        self.seen = Some(seen);
    }

    fn replace(&self, policy: Policy, sources: &Sources) {
        self.shared.replace(policy, sources.clone());
        if let Some(kept) = &self.kept {
            self.shared.note_kept(kept.keep(sources));
        }
    }
}

/// Whoever does not wait any more needs no answer.
fn answer(done: &Sender<()>) {
    let _ = done.send(());
}
