//! Changes in; successors tried out, one after the other, on a thread of their own.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};

use leidraad::Policy;
use leidraad::plugin::Plugins;
use leidraad_bundle::Trust;

use crate::current::{InForce, Shared};
use crate::got::{Accepted, Found, Got, Looks};
use crate::kept::Kept;
use crate::observe;
use crate::origin::Origin;
use crate::wake::Wake;
use crate::watch::{self, Watcher};

/// Where changes never end, they are not waited for longer than this.
pub(crate) const LONGEST: Duration = Duration::from_secs(2);

/// A server that fails is asked at most so many doublings later,
const LATER: u32 = 5;
/// and at least this often.
const LATEST: Duration = Duration::from_mins(1);

pub(crate) struct Follower {
    pub(crate) origin: Origin,
    pub(crate) trust: Trust,
    pub(crate) shared: Arc<Shared>,
    pub(crate) plugins: Arc<Plugins>,
    pub(crate) kept: Kept,
    pub(crate) poll: Duration,
    pub(crate) quiet: Duration,
    pub(crate) woken: Receiver<Wake>,
    pub(crate) wake: Sender<Wake>,
    pub(crate) watcher: Option<Watcher>,
    /// The source as it was tried last.
    pub(crate) seen: Option<Seen>,
    /// So often in a row nothing could be fetched.
    pub(crate) failures: u32,
}

/// A source as it was tried.
pub(crate) struct Seen {
    looks: Looks,
    mark: String,
    /// The digest of its policy; `None` if it did not load.
    loaded: Option<String>,
    /// Its policy, where that waits until the source is followed again.
    waits: Option<Policy>,
}

impl Follower {
    pub(crate) fn run(mut self) {
        let shared = Arc::clone(&self.shared);
        // However the thread ends, it is told that nobody follows any more.
        let _following = shared.following();
        loop {
            match self.woken.recv_timeout(self.pause()) {
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
                    let is_elsewhere = self.origin.path().is_none();
                    let has_changed = is_elsewhere || self.seen.as_ref().is_none_or(|seen| seen.looks != self.origin.looks(&self.trust));
                    if has_changed || self.watcher.is_none() {
                        self.watch();
                    }
                    if has_changed {
                        self.attempt();
                    } else {
                        self.shared.unchanged();
                    }
                }
                Ok(Wake::Stop) | Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    /// What is watched may be another folder after a change.
    fn watch(&mut self) {
        self.watcher = watch::watch(&self.origin, &self.trust, &self.wake);
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

    /// How long it is until the source is looked at again. A server that fails is asked ever later, and not by all at the same moment.
    fn pause(&self) -> Duration {
        let times = 1u32 << self.failures.min(LATER);
        let longest = self.poll.saturating_mul(times).min(LATEST.max(self.poll));
        if self.failures == 0 { longest } else { longest.mul_f64(0.5 + 0.5 * chance()) }
    }

    /// Tries what the source holds now, unless it was tried before. A source that does not hold still is looked at again later.
    fn attempt(&mut self) {
        let shared = Arc::clone(&self.shared);
        let Some(found) = self.origin.still(&self.trust, self.quiet, || shared.is_over()) else { return };
        let is_elsewhere = self.origin.path().is_none();
        self.failures = if is_elsewhere && matches!(found.got, Got::Nothing(_)) { self.failures.saturating_add(1) } else { 0 };
        let before = self.seen.take().filter(|seen| seen.mark == found.mark);
        let in_force = shared.whole();
        self.seen = Some(match before {
            Some(before) if before.loaded.is_none() => Seen { looks: found.looks, ..before },
            Some(before) if before.loaded.as_deref() == Some(in_force.policy.digest()) => {
                if shared.is_unkept() {
                    self.keep(&found.got, in_force.policy.digest());
                }
                shared.restored();
                Seen { looks: found.looks, ..before }
            }
            before => self.try_out(found, before.and_then(|before| before.waits), &in_force),
        });
    }

    /// Tries a source that is another one than before, or one whose policy waits.
    fn try_out(&self, found: Found, waits: Option<Policy>, in_force: &InForce) -> Seen {
        let _trying = observe::trying();
        let Found { looks, mark, got } = found;
        let accepted = self.origin.accept(&got, &self.trust, in_force.accepted.manifest.as_ref());
        let digest = accepted.sources.digest();
        let mut seen = Seen { looks, mark, loaded: Some(digest.clone()), waits: None };
        if accepted.sources.is_whole() && in_force.policy.digest() == digest {
            if let Some(manifest) = accepted.manifest.filter(|manifest| in_force.accepted.manifest.as_ref() != Some(manifest)) {
                self.shared.renumber(manifest);
                self.keep(&got, &digest);
            }
            self.shared.restored();
            return seen;
        }
        match waits.map_or_else(|| in_force.policy.reload(&accepted.sources, &self.plugins), Ok) {
            Ok(policy) => seen.waits = self.replace(policy, accepted, &got),
            Err(report) => {
                seen.loaded = None;
                self.shared.refuse(digest, report);
            }
        }
        seen
    }

    /// Puts a successor in force. It comes back where it waits, since another policy was put in force by hand.
    fn replace(&self, policy: Policy, accepted: Accepted, got: &Got) -> Option<Policy> {
        let digest = policy.digest().to_owned();
        let waits = self.shared.replace(policy, accepted);
        if waits.is_none() {
            self.keep(got, &digest);
        }
        waits
    }

    fn keep(&self, got: &Got, digest: &str) {
        self.shared.note_kept(self.kept.keep(got, digest, &self.trust));
    }
}

/// A number from 0 to 1, another one each time.
fn chance() -> f64 {
    let mut bytes = [0; 4];
    // Without chance, all ask at the same moment: that is worse for the server, and for nobody else.
    let _ = getrandom::fill(&mut bytes);
    f64::from(u32::from_le_bytes(bytes)) / f64::from(u32::MAX)
}

/// Whoever does not wait any more needs no answer.
fn answer(done: &Sender<()>) {
    let _ = done.send(());
}
