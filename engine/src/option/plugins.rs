//! What a host brings for options: plugins of its own, and how components are compiled. It outlives the policies that use it.

use std::collections::BTreeMap;
use std::fmt;
#[cfg(feature = "wasm")]
use std::path::PathBuf;
use std::sync::Arc;
#[cfg(feature = "rhai")]
use std::sync::OnceLock;

use super::contract::{Description, Input, Plugin, Reply};
use super::native::Native;
#[cfg(feature = "rhai")]
use super::ticker::Ticker;
#[cfg(feature = "wasm")]
use super::wasm::{Components, Descriptions};

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
/// let policy = Policy::loader().plugins(&plugins).load(&Sources::folder("rules")).unwrap();
/// assert!(policy.digest().starts_with("sha256:"));
/// ```
#[derive(Default)]
#[must_use]
pub struct Plugins {
    native: BTreeMap<String, Arc<dyn Plugin>>,
    #[cfg(feature = "wasm")]
    components: Components,
    #[cfg(feature = "rhai")]
    ticker: OnceLock<Arc<Ticker>>,
}

impl fmt::Debug for Plugins {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Plugins").field("native", &self.native).finish_non_exhaustive()
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
    #[cfg(feature = "wasm")]
    pub fn cached(mut self, folder: impl Fn() -> Option<PathBuf> + Send + Sync + 'static) -> Self {
        self.components.cache(folder);
        self
    }
    /// Opens components that described themselves before when they are first called; see [`Descriptions`].
    #[cfg(feature = "wasm")]
    pub fn described(mut self, kept: impl Descriptions + 'static) -> Self {
        self.components.describe(Arc::new(kept));
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

    /// Binds a plugin of the host's own under a name that `plugin = { native = "…" }` can ask for: whatever implements
    /// [`Plugin`]. What it answers is held against the register, and within the room, as that of any other.
    ///
    /// ```
    /// use leidraad::plugin::{Choices, Description, Input, Plugin, Plugins, Proposal, Reply, Run};
    ///
    /// #[derive(Debug)]
    /// struct Generous(Description);
    /// impl Plugin for Generous {
    ///     fn description(&self) -> &Description {
    ///         &self.0
    ///     }
    ///     fn decide(&self, input: &Input<'_>) -> Run {
    ///         let level = input.standing.room.last().map(|level| (*level).to_owned());
    ///         Run::uncounted(Ok(Reply::Proposal(Proposal { level, ..Proposal::default() })))
    ///     }
    /// }
    /// let description = Description { name: "generous".into(), version: "1".into(), sets: Choices { level: true, ..Choices::default() }, ..Description::default() };
    /// let plugins = Plugins::new().plugin("generous", Generous(description));
    /// # drop(plugins);
    /// ```
    pub fn plugin(mut self, name: impl Into<String>, plugin: impl Plugin + 'static) -> Self {
        self.native.insert(name.into(), Arc::new(plugin));
        self
    }

    /// What components are opened by.
    #[cfg(feature = "wasm")]
    pub(super) fn components(&self) -> &Components {
        &self.components
    }
    /// What ends a call that takes far too long.
    #[cfg(feature = "rhai")]
    pub(super) fn ticker(&self) -> &Arc<Ticker> {
        self.ticker.get_or_init(Ticker::shared)
    }
    pub(super) fn find_native(&self, name: &str) -> Option<Arc<dyn Plugin>> {
        self.native.get(name).cloned()
    }
    pub(super) fn native_names(&self) -> impl Iterator<Item = &str> {
        self.native.keys().map(String::as_str)
    }
}
