//! What a host brings for options: plugins of its own, and how components are compiled. It outlives the policies that use it.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};

use super::contract::{Description, Input, Plugin, Reply};
use super::native::Native;
use super::ticker::Ticker;
use super::wasm::{Guest, Host, Refused, Unfit};

/// What a host brings for options: its own plugins, and the engine that components are compiled with.
///
/// Keep one for as long as the application runs, and load every policy with it: a component is then compiled once, however
/// often registers are loaded.
///
/// ```
/// use leidraad::plugin::{Choices, Description, Input, Plugins, Proposal, Reply};
/// use leidraad::{Policy, Sources};
///
/// let description = Description { name: "surge".into(), sets: Choices { level: true, ..Choices::default() }, ..Description::default() };
/// let plugins = Plugins::new().native("surge", description, |input: &Input<'_>| {
///     Reply::Proposal(Proposal { level: input.standing.room.last().map(|level| level.to_string()), ..Proposal::default() })
/// });
/// let policy = Policy::load_with(&Sources::folder("../rules"), &plugins).unwrap();
/// assert!(policy.digest().starts_with("sha256:"));
/// ```
#[derive(Default)]
pub struct Plugins {
    native: BTreeMap<String, Arc<dyn Plugin>>,
    cached: bool,
    ticker: OnceLock<Arc<Ticker>>,
    host: OnceLock<Result<Host, String>>,
    guests: Mutex<BTreeMap<String, Weak<Guest>>>,
}

impl fmt::Debug for Plugins {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Plugins").field("native", &self.native).field("cached", &self.cached).finish_non_exhaustive()
    }
}

impl Plugins {
    /// No plugins of the host's own; components are compiled anew by every process.
    pub fn new() -> Self {
        Self::default()
    }
    /// Keeps compiled components on disk, in wasmtime's own cache in the user's cache folder. Without such a folder: as before.
    pub fn cached(mut self) -> Self {
        self.cached = true;
        self
    }
    /// Binds a closure under a name that `plugin = { native = "…" }` can ask for. Its answer has to be a function of what it is told: it
    /// is not asked the same again for one question, nor for those that are asked together, as in a [`Batch`](crate::Batch).
    pub fn native<F>(mut self, name: impl Into<String>, description: Description, decide: F) -> Self
    where
        F: Fn(&Input<'_>) -> Reply + Send + Sync + 'static,
    {
        self.native.insert(name.into(), Arc::new(Native::new(description, decide)));
        self
    }

    /// What ends a call that takes far too long.
    pub(super) fn ticker(&self) -> &Arc<Ticker> {
        self.ticker.get_or_init(Ticker::start)
    }
    pub(super) fn find_native(&self, name: &str) -> Option<Arc<dyn Plugin>> {
        self.native.get(name).cloned()
    }
    pub(super) fn native_names(&self) -> impl Iterator<Item = &str> {
        self.native.keys().map(String::as_str)
    }

    /// The guest of these bytes, whose SHA-256 this is: compiled now, or before.
    pub(super) fn guest(&self, digest: &str, bytes: &[u8]) -> Result<Arc<Guest>, Refused> {
        let known = self.guests.lock().unwrap_or_else(PoisonError::into_inner).get(digest).and_then(Weak::upgrade);
        if let Some(guest) = known {
            return Ok(guest);
        }
        let host = self.host.get_or_init(|| Host::new(self.cached, self.ticker()));
        let host = host.as_ref().map_err(|reason| Refused::Unfit(Unfit::Host(reason.clone())))?;
        let guest = Arc::new(Guest::load(host, bytes)?);
        let mut guests = self.guests.lock().unwrap_or_else(PoisonError::into_inner);
        guests.retain(|_, guest| guest.strong_count() > 0);
        guests.insert(digest.to_owned(), Arc::downgrade(&guest));
        Ok(guest)
    }
}
