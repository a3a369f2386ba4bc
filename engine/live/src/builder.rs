//! How a source is followed in; a live policy out, once its first policy is in force.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use leidraad::Policy;
use leidraad::plugin::Plugins;
use leidraad_bundle::{Bundle, Trust};

use crate::current::Shared;
use crate::follower::{Follower, LONGEST};
use crate::got::{Accepted, Found, Got};
use crate::kept::Kept;
use crate::origin::{self, Origin};
use crate::wake::Wake;
use crate::watch::{self, Watcher};
use crate::{Live, NotStarted};

/// So often a source is looked at where nobody tells of its changes, and where somebody should.
const POLL: Duration = Duration::from_secs(2);
/// An editor writes a file in several steps, a checkout many files: so long nothing must happen before it is read.
const QUIET: Duration = Duration::from_millis(100);
/// So many policies are kept to roll back to.
const HISTORY: usize = 8;

/// How a source is followed. Made by [`Live::folder`] and [`Live::bundle`].
///
/// ```
/// use std::time::Duration;
/// use leidraad_live::Live;
/// let live = Live::folder("../../rules").poll(Duration::from_secs(10)).quiet(Duration::from_millis(50)).history(2).start().unwrap();
/// assert!(live.health().refused.is_none());
/// ```
#[derive(Debug, Clone)]
#[must_use]
pub struct Builder {
    origin: Origin,
    trust: Trust,
    plugins: Option<Arc<Plugins>>,
    poll: Duration,
    quiet: Duration,
    history: usize,
    kept: Kept,
}

impl Builder {
    pub(crate) fn new(origin: Origin) -> Builder {
        Builder { origin, trust: Trust::default(), plugins: None, poll: POLL, quiet: QUIET, history: HISTORY, kept: Kept::default() }
    }
    /// The plugins that the application brings.
    ///
    /// ```
    /// use leidraad::plugin::Plugins;
    /// use leidraad_live::Live;
    /// Live::folder("../../rules").plugins(Plugins::new()).start().unwrap();
    /// ```
    pub fn plugins(self, plugins: Plugins) -> Builder {
        Builder { plugins: Some(Arc::new(plugins)), ..self }
    }
    /// So often the source is looked at although no change was told: two seconds unless it is said. A share on another machine tells of none.
    pub fn poll(self, poll: Duration) -> Builder {
        Builder { poll, ..self }
    }
    /// So long nothing may happen to a source before it is read: a tenth of a second unless it is said.
    pub fn quiet(self, quiet: Duration) -> Builder {
        Builder { quiet, ..self }
    }
    /// So many policies are kept to roll back to, the one in force among them: eight unless it is said.
    pub fn history(self, history: usize) -> Builder {
        Builder { history: history.max(1), ..self }
    }
    /// Whose signatures a bundle has to bear: none, unless it is said. A folder bears none.
    ///
    /// ```
    /// use leidraad_bundle::{NewKey, SecretKey, Trust};
    /// use leidraad_live::Live;
    /// let key = SecretKey::read(&NewKey::make(None).unwrap().secret, None).unwrap();
    /// let trust = Trust::read(&format!("need = 1\n[signer.leiden]\nkey = [{{ public = '{}' }}]", key.public())).unwrap();
    /// assert!(Live::folder("../../rules").trust(trust).start().is_err());
    /// ```
    pub fn trust(self, trust: Trust) -> Builder {
        Builder { trust, ..self }
    }
    /// A server's whole answer takes no longer than this, with all its retries: half a minute, unless it is said.
    #[cfg(feature = "remote")]
    pub fn timeout(mut self, timeout: Duration) -> Builder {
        if let Origin::Remote(remote) = &mut self.origin {
            remote.patience().timeout = timeout;
            remote.patience().connect = timeout.min(remote.patience().connect);
        }
        self
    }
    /// So often a server that fails is asked again at once, ever later and by chance: three times, unless it is said.
    #[cfg(feature = "remote")]
    pub fn retries(mut self, retries: usize) -> Builder {
        if let Origin::Remote(remote) = &mut self.origin {
            remote.patience().retries = retries;
        }
        self
    }
    /// Keeps the last good policy in a folder, and starts from it where the source does not load.
    ///
    /// ```
    /// use leidraad_live::Live;
    /// let kept = tempfile::tempdir().unwrap();
    /// drop(Live::folder("../../rules").kept_in(kept.path()).start().unwrap());
    /// let live = Live::folder("nowhere").kept_in(kept.path()).start().unwrap();
    /// assert!(live.health().is_from_kept && live.health().refused.is_some());
    /// ```
    pub fn kept_in(mut self, folder: impl Into<PathBuf>) -> Builder {
        self.kept.last = Some(folder.into());
        self
    }
    /// Keeps every policy that comes in force in a folder, as a bundle named after its digest: what a log of answers is replayed against.
    ///
    /// ```
    /// use leidraad_live::Live;
    /// let archive = tempfile::tempdir().unwrap();
    /// let live = Live::folder("../../rules").archived_in(archive.path()).start().unwrap();
    /// let name = live.policy().digest().replace(':', "-") + ".bundle";
    /// assert!(archive.path().join(name).exists());
    /// ```
    pub fn archived_in(mut self, folder: impl Into<PathBuf>) -> Builder {
        self.kept.all = Some(folder.into());
        self
    }

    /// Loads the source, and follows it from then on. Fails if it does not load and no last good policy is kept.
    ///
    /// Where the last good bundle is kept, an older one is refused, as it is while it runs.
    pub fn start(mut self) -> Result<Live, NotStarted> {
        let plugins = self.plugins.clone().unwrap_or_default();
        let kept = self.kept.clone();
        let (wake, woken) = channel();
        // It is watched before it is read, so that nothing is missed between.
        let watcher = watch::watch(&self.origin, &self.trust, &wake);
        // What never holds still is taken as it is: there is nothing better to begin with.
        let still = self.origin.still(&self.trust, self.quiet, || false);
        let found = still.unwrap_or_else(|| self.origin.found(&self.trust, &|| false));
        let last = kept.read();
        let before = last.as_ref().and_then(|(last, trust)| Some((Bundle::read(last.file()).ok()?, trust)));
        let before = before.map(|(bundle, trust)| {
            let mut manifest = bundle.manifest().clone();
            // What was accepted under another setting says nothing of who may change what: beside it, all of it is new.
            if trust != self.trust.text() {
                manifest.files.clear();
            }
            manifest
        });
        let load = |accepted: &Accepted| Policy::loader().plugins(&plugins).load(&accepted.sources);
        let accepted = self.origin.accept(&found.got, &self.trust, before.as_ref());
        let mut in_force = found.got.clone();
        let shared = match load(&accepted) {
            Ok(policy) => Shared::new(policy, accepted, self.history, watcher.is_some()),
            Err(report) => {
                let last = last.map(|(last, _)| (origin::accept(&last, &self.trust, before.as_ref(), "last-good"), last));
                let last = last.and_then(|(accepted, last)| Some((load(&accepted).ok()?, accepted, last)));
                let Some((policy, accepted, last)) = last else {
                    let waiting = Waiting { builder: self, _wake: wake, woken, found, _watcher: watcher };
                    return Err(NotStarted { report: Box::new(report), waiting: Box::new(waiting) });
                };
                in_force = Got::Parcel(Arc::new(last));
                Shared::of_kept(policy, accepted, self.history, watcher.is_some(), report)
            }
        };
        let shared = Arc::new(shared);
        shared.note_kept(kept.keep(&in_force, shared.current().digest(), &self.trust));
        let follower = Follower {
            origin: self.origin,
            trust: self.trust,
            shared: Arc::clone(&shared),
            plugins,
            kept,
            poll: self.poll,
            quiet: self.quiet,
            woken,
            wake: wake.clone(),
            watcher,
            seen: None,
            failures: 0,
        };
        let thread = std::thread::Builder::new().name("leidraad-live".to_owned()).spawn(move || follower.run()).ok();
        Ok(Live { shared, wake, thread })
    }
}

/// A source that did not load, as it was when it was read.
#[derive(Debug)]
pub(crate) struct Waiting {
    builder: Builder,
    /// As long as this is held, there is somebody to hear of.
    _wake: Sender<Wake>,
    woken: Receiver<Wake>,
    found: Found,
    _watcher: Option<Watcher>,
}

impl Waiting {
    /// Waits until the source is another one.
    pub(crate) fn wait(mut self) -> Builder {
        loop {
            match self.woken.recv_timeout(self.builder.poll) {
                Ok(_) => {
                    let began = Instant::now();
                    while began.elapsed() < LONGEST && self.woken.recv_timeout(self.builder.quiet).is_ok() {}
                    return self.builder;
                }
                Err(RecvTimeoutError::Timeout) if !self.is_another() => {}
                Err(_) => return self.builder,
            }
        }
    }

    /// Whether there is another source than the one that did not load. What lies elsewhere has to be fetched to see that.
    fn is_another(&mut self) -> bool {
        let Builder { origin, trust, .. } = &mut self.builder;
        if origin.path().is_some() {
            return self.found.looks != origin.looks(trust);
        }
        self.found.mark != origin.found(trust, &|| false).mark
    }
}
