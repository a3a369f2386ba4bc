//! What is shared between those who answer and the one who follows: the policy in force, and how it stands.

use std::collections::VecDeque;
use std::fmt;
use std::ops::Deref;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use arc_swap::{ArcSwap, Guard};
use jiff::Timestamp;
use leidraad::{Policy, Report, Sources};
use leidraad_bundle::Manifest;

use crate::Unknown;
use crate::event::{Event, Events};
use crate::got::Accepted;
use crate::health::{Attempt, Health};
use crate::observe;

/// The policy in force at the moment at which it was taken.
///
/// ```
/// # let live = leidraad_live::Live::folder("../../rules").start().unwrap();
/// let policy = live.policy();
/// assert!(policy.catalogue().customers().count() > 0, "all that a policy answers");
/// ```
pub struct Current(Guard<Arc<InForce>>);

impl Current {
    /// The files that it was loaded from.
    ///
    /// ```
    /// # let live = leidraad_live::Live::folder("../../rules").start().unwrap();
    /// let policy = live.policy();
    /// assert_eq!(policy.sources().digest(), policy.digest());
    /// ```
    pub fn sources(&self) -> &Sources {
        &self.0.accepted.sources
    }
}

impl Deref for Current {
    type Target = Policy;
    fn deref(&self) -> &Policy {
        &self.0.policy
    }
}

impl fmt::Debug for Current {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Current").field(&self.digest()).finish()
    }
}

#[derive(Debug)]
pub(crate) struct InForce {
    pub(crate) policy: Arc<Policy>,
    pub(crate) accepted: Accepted,
    since: Timestamp,
}

#[derive(Debug)]
pub(crate) struct Shared {
    in_force: ArcSwap<InForce>,
    state: Mutex<State>,
    is_watched: AtomicBool,
    is_following: AtomicBool,
    /// Whether whoever follows is to stop.
    is_over: AtomicBool,
    /// So many policies are kept.
    most: usize,
}

/// Somebody follows as long as this is held.
pub(crate) struct Following<'s>(&'s Shared);

impl Drop for Following<'_> {
    fn drop(&mut self) {
        self.0.is_following.store(false, Ordering::Relaxed);
    }
}

#[derive(Debug)]
struct State {
    /// The policies that were in force, the newest last; the one in force among them.
    history: VecDeque<Arc<InForce>>,
    last: Option<Attempt>,
    /// When the source was last seen to be what is in force.
    confirmed: Timestamp,
    refused: Option<Arc<Report>>,
    is_pinned: bool,
    is_from_kept: bool,
    not_kept: Option<String>,
    told: Vec<Sender<Event>>,
}

impl State {
    fn new(now: Timestamp) -> State {
        State {
            history: VecDeque::new(),
            last: None,
            confirmed: now,
            refused: None,
            is_pinned: false,
            is_from_kept: false,
            not_kept: None,
            told: Vec::new(),
        }
    }
    /// Tells all who listen still.
    fn tell(&mut self, event: &Event) {
        self.told.retain(|listener| listener.send(event.clone()).is_ok());
    }
    /// What was refused is gone.
    fn restored(&mut self) {
        if self.refused.take().is_some() {
            observe::reload("restored", &"the source is again what is in force");
            self.tell(&Event::Restored);
        }
    }
}

impl Shared {
    pub(crate) fn new(policy: Policy, accepted: Accepted, most: usize, is_watched: bool) -> Shared {
        let now = Timestamp::now();
        observe::in_force(policy.digest(), now);
        observe::confirmed(now);
        let first = Arc::new(InForce { policy: Arc::new(policy), accepted, since: now });
        let state = State { history: VecDeque::from([Arc::clone(&first)]), ..State::new(now) };
        Shared {
            in_force: ArcSwap::new(first),
            state: Mutex::new(state),
            is_watched: AtomicBool::new(is_watched),
            is_following: AtomicBool::new(false),
            is_over: AtomicBool::new(false),
            most,
        }
    }
    /// Started from what was kept, since the source does not load.
    pub(crate) fn of_kept(policy: Policy, accepted: Accepted, most: usize, is_watched: bool, report: Report) -> Shared {
        let shared = Shared::new(policy, accepted, most, is_watched);
        {
            let mut state = shared.state();
            state.is_from_kept = true;
            state.refused = Some(Arc::new(report));
        }
        shared
    }

    /// Nothing is done under the lock that could panic half way; what another thread left is whole.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn current(&self) -> Current {
        Current(self.in_force.load())
    }
    pub(crate) fn whole(&self) -> Arc<InForce> {
        self.in_force.load_full()
    }
    pub(crate) fn watched(&self, is_watched: bool) {
        self.is_watched.store(is_watched, Ordering::Relaxed);
    }
    /// Somebody follows as long as this is held.
    pub(crate) fn following(&self) -> Following<'_> {
        self.is_following.store(true, Ordering::Relaxed);
        Following(self)
    }
    pub(crate) fn end(&self) {
        self.is_over.store(true, Ordering::Relaxed);
    }
    pub(crate) fn is_over(&self) -> bool {
        self.is_over.load(Ordering::Relaxed)
    }
    pub(crate) fn unpin(&self) {
        self.state().is_pinned = false;
    }

    pub(crate) fn health(&self) -> Health {
        let state = self.state();
        let in_force = self.in_force.load();
        Health {
            digest: in_force.policy.digest().to_owned(),
            since: in_force.since,
            last: state.last.clone(),
            confirmed: state.confirmed,
            bundle: in_force.accepted.manifest.as_ref().map(|manifest| manifest.sequence),
            refused: state.refused.clone(),
            is_watched: self.is_watched.load(Ordering::Relaxed),
            is_following: self.is_following.load(Ordering::Relaxed),
            is_pinned: state.is_pinned,
            is_from_kept: state.is_from_kept,
            not_kept: state.not_kept.clone(),
        }
    }

    pub(crate) fn history(&self) -> Vec<String> {
        self.state().history.iter().rev().map(|one| one.policy.digest().to_owned()).collect()
    }

    pub(crate) fn subscribe(&self) -> Events {
        let (listener, events) = channel();
        self.state().told.push(listener);
        events
    }

    /// A successor comes in force; it comes back where it waits, since another policy was put in force by hand.
    pub(crate) fn replace(&self, policy: Policy, accepted: Accepted) -> Option<Policy> {
        let mut state = self.state();
        let at = Timestamp::now();
        state.last = Some(Attempt { at, digest: policy.digest().to_owned(), has_loaded: true });
        if state.is_pinned {
            state.restored();
            observe::reload("waiting", &"a successor waits, since another policy was put in force by hand");
            return Some(policy);
        }
        let next = Arc::new(InForce { policy: Arc::new(policy), accepted, since: at });
        state.refused = None;
        state.confirmed = at;
        state.is_from_kept = false;
        state.history.retain(|known| known.policy.digest() != next.policy.digest());
        state.history.push_back(Arc::clone(&next));
        while state.history.len() > self.most {
            state.history.pop_front();
        }
        self.put(&mut state, next);
        None
    }

    /// A policy takes the place of the one in force, and all are told.
    fn put(&self, state: &mut State, next: Arc<InForce>) {
        observe::in_force(next.policy.digest(), next.since);
        observe::confirmed(state.confirmed);
        let digest = next.policy.digest().to_owned();
        let before = self.in_force.swap(next).policy.digest().to_owned();
        state.tell(&Event::InForce { digest, before });
    }

    /// A successor does not load.
    pub(crate) fn refuse(&self, digest: String, report: Report) {
        let mut state = self.state();
        let report = Arc::new(report);
        observe::reload("refused", &report);
        state.last = Some(Attempt { at: Timestamp::now(), digest, has_loaded: false });
        state.refused = Some(Arc::clone(&report));
        state.tell(&Event::Refused { report });
    }

    /// The source is what is in force.
    pub(crate) fn restored(&self) {
        let mut state = self.state();
        state.is_from_kept = false;
        state.confirmed = Timestamp::now();
        observe::confirmed(state.confirmed);
        state.restored();
    }

    /// The source was looked at, and is as it was: what is in force, unless a successor was refused or waits.
    pub(crate) fn unchanged(&self) {
        let mut state = self.state();
        if state.refused.is_none() && !state.is_pinned {
            state.confirmed = Timestamp::now();
            observe::confirmed(state.confirmed);
        }
    }

    /// The same register came in a bundle of a higher number.
    pub(crate) fn renumber(&self, manifest: Manifest) {
        let mut state = self.state();
        // Another policy may have been put in force by hand meanwhile: it keeps its own number.
        let Some(known) = state.history.iter_mut().find(|known| known.policy.digest() == manifest.digest) else { return };
        let is_in_force = self.in_force.load().policy.digest() == manifest.digest;
        let accepted = Accepted { sources: known.accepted.sources.clone(), manifest: Some(manifest) };
        *known = Arc::new(InForce { policy: Arc::clone(&known.policy), accepted, since: known.since });
        if is_in_force {
            self.in_force.store(Arc::clone(known));
        }
    }

    /// Whether the policy in force could not be kept.
    pub(crate) fn is_unkept(&self) -> bool {
        self.state().not_kept.is_some()
    }

    pub(crate) fn note_kept(&self, kept: Result<(), String>) {
        let mut state = self.state();
        state.not_kept = kept.err();
        if let Some(reason) = state.not_kept.clone() {
            state.tell(&Event::NotKept { reason });
        }
    }

    pub(crate) fn roll_back(&self, digest: &str) -> Result<(), Unknown> {
        let mut state = self.state();
        let found = state.history.iter().find(|known| known.policy.digest() == digest).cloned();
        let Some(known) = found else { return Err(Unknown { digest: digest.to_owned() }) };
        state.is_pinned = true;
        if self.in_force.load().policy.digest() != digest {
            let again = Arc::new(InForce { policy: Arc::clone(&known.policy), accepted: known.accepted.clone(), since: Timestamp::now() });
            self.put(&mut state, again);
        }
        Ok(())
    }
}
