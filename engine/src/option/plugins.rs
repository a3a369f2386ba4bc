//! What a host brings for options: plugins of its own, and how components are compiled. It outlives the policies that use it.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};

use super::contract::{Description, Fault, FaultKind, Input, Plugin, Reply};
use super::native::Native;
use super::open::{clipped, sensible};
use super::ticker::Ticker;
use super::wasm::{Guest, Host, Opened, Refused, Unfit};

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
    host: Arc<Running>,
    ticker: OnceLock<Arc<Ticker>>,
    described: Option<Arc<dyn Descriptions>>,
    guests: Mutex<BTreeMap<String, Weak<Guest>>>,
}

/// What components run on: found when it is first needed, and held from then on. All of a process share it.
#[derive(Default)]
struct Running {
    cache: Option<Box<dyn Fn() -> Option<PathBuf> + Send + Sync>>,
    host: OnceLock<Arc<Host>>,
}

/// Where a host keeps what components said of themselves, so that the next process opens one when it is first called, and not to load a
/// register. The engine itself keeps nothing.
///
/// It has to be as well kept as compiled code is: a component that describes itself otherwise once it is opened is at fault (S8), but one
/// that is never called is taken at its word. What was false is then put right.
///
/// ```
/// use std::{collections::BTreeMap, sync::Mutex};
/// use leidraad::{Policy, Sources, plugin::{Descriptions, Plugins}};
///
/// #[derive(Default)]
/// struct Kept(Mutex<BTreeMap<String, String>>);
/// impl Descriptions for Kept {
///     fn get(&self, name: &str) -> Option<String> {
///         self.0.lock().unwrap().get(name).cloned()
///     }
///     fn put(&self, name: &str, described: &str) {
///         self.0.lock().unwrap().insert(name.to_owned(), described.to_owned());
///     }
/// }
/// Policy::load_with(&Sources::folder("../rules"), &Plugins::new().described(Kept::default())).unwrap();
/// ```
pub trait Descriptions: Send + Sync {
    /// What was kept under a name. Names are of ASCII letters, digits, `-`, `.` and `+`.
    fn get(&self, name: &str) -> Option<String>;
    /// Keeps something under a name, where that can be done.
    fn put(&self, name: &str, described: &str);
}

impl fmt::Debug for Plugins {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Plugins").field("native", &self.native).field("cached", &self.host.cache.is_some()).finish_non_exhaustive()
    }
}

impl Plugins {
    /// No plugins of the host's own; components are compiled anew by every process.
    pub fn new() -> Self {
        Self::default()
    }
    /// Keeps compiled components in a folder, which is asked for when the first one is compiled; without one, as before.
    ///
    /// Compiled code runs as it lies there, outside any sandbox, and nothing here looks whether it is what was put there. The folder has
    /// to be the process's own, as well kept as its program is; the command line fills one for each run with what it has a checksum of.
    ///
    /// ```
    /// use leidraad::plugin::Plugins;
    /// let folder = tempfile::tempdir().unwrap();
    /// let path = folder.path().to_owned();
    /// let plugins = Plugins::new().cached(move || Some(path.clone()));
    /// # drop(plugins);
    /// ```
    pub fn cached(mut self, folder: impl Fn() -> Option<PathBuf> + Send + Sync + 'static) -> Self {
        self.host = Arc::new(Running { cache: Some(Box::new(folder)), ..Running::default() });
        self
    }
    /// Opens components that described themselves before when they are first called; see [`Descriptions`].
    pub fn described(mut self, kept: impl Descriptions + 'static) -> Self {
        self.described = Some(Arc::new(kept));
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
        self.ticker.get_or_init(Ticker::shared)
    }
    pub(super) fn find_native(&self, name: &str) -> Option<Arc<dyn Plugin>> {
        self.native.get(name).cloned()
    }
    pub(super) fn native_names(&self) -> impl Iterator<Item = &str> {
        self.native.keys().map(String::as_str)
    }

    /// The guest of these bytes, whose SHA-256 this is: opened now, or before, or, where it described itself before, by its first call.
    pub(super) fn guest(&self, digest: &str, bytes: &[u8]) -> Result<Arc<Guest>, Refused> {
        let known = self.guests.lock().unwrap_or_else(PoisonError::into_inner).get(digest).and_then(Weak::upgrade);
        if let Some(guest) = known {
            return Ok(guest);
        }
        let guest = Arc::new(self.open(digest, bytes)?);
        let mut guests = self.guests.lock().unwrap_or_else(PoisonError::into_inner);
        guests.retain(|_, guest| guest.strong_count() > 0);
        guests.insert(digest.to_owned(), Arc::downgrade(&guest));
        Ok(guest)
    }

    fn open(&self, digest: &str, bytes: &[u8]) -> Result<Guest, Refused> {
        // Where no component can be run at all, that is said now.
        let host = &self.host.get()?;
        let Some(kept) = &self.described else { return Ok(Guest::opened(Opened::of(host, bytes)?)) };
        let name = format!("{digest}-{FORM}-{}", env!("CARGO_PKG_VERSION"));
        let known: Option<Description> = kept.get(&name).and_then(|text| serde_json::from_str(&text).ok());
        let Some(known) = known.filter(|known| sensible(known).is_ok()) else {
            let opened = Opened::of(host, bytes)?;
            keep(&**kept, &name, &opened.description);
            return Ok(Guest::opened(opened));
        };
        let (running, kept, bytes, before) = (Arc::clone(&self.host), Arc::clone(kept), bytes.to_vec(), known.clone());
        let open = move || {
            let opened = running.get().and_then(|host| Opened::of(&host, &bytes)).map_err(unopened)?;
            if opened.description != before {
                keep(&*kept, &name, &opened.description);
                return Err(Fault::new(FaultKind::BadOutput, "it does not describe itself as it did before"));
            }
            Ok(opened)
        };
        Ok(Guest::closed(known, open))
    }
}

/// The form in which descriptions are kept.
const FORM: u8 = 1;

fn keep(kept: &dyn Descriptions, name: &str, description: &Description) {
    if let Ok(text) = serde_json::to_string(description) {
        kept.put(name, &text);
    }
}

/// A component that was opened before, and now cannot be.
fn unopened(refused: Refused) -> Fault {
    let (kind, reason) = match refused {
        Refused::Describe(fault) => (fault.kind, fault.message),
        Refused::Unfit(Unfit::NotComponent(reason) | Unfit::Host(reason) | Unfit::Refused(reason)) => (FaultKind::Trap, reason),
        Refused::Unfit(Unfit::Imports(_) | Unfit::Exports(_) | Unfit::Version(_)) => (FaultKind::Trap, "it is no plugin".to_owned()),
    };
    Fault::new(kind, format!("it cannot be opened: {}", clipped(&reason)))
}

impl Running {
    /// What could not be had is tried again by the next one who needs it.
    fn get(&self) -> Result<Arc<Host>, Refused> {
        if let Some(host) = self.host.get() {
            return Ok(Arc::clone(host));
        }
        let folder = self.cache.as_ref().and_then(|folder| folder());
        let host = Host::shared(folder.as_deref()).map_err(|reason| Refused::Unfit(Unfit::Host(reason)))?;
        Ok(Arc::clone(self.host.get_or_init(|| host)))
    }
}
