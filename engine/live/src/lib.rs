//! A register that people change in; the policy that is in force out, at any moment, on any thread.
//!
//! A [`Live`] policy follows its source: a folder, a bundle, or a bundle on a server. A successor is loaded, checked and compiled beside the policy in force, and takes its
//! place in one step: readers never wait, and never see half a policy. A successor that does not load is reported with all its findings, and
//! what was in force stays so.
//!
//! ```
//! use leidraad::{Outcome, Question, date};
//! use leidraad_live::Live;
//!
//! let live = Live::folder("../../rules").start().unwrap();
//! let question = Question::new("leiden", "hrm/payroll", date(2026, 7, 1));
//! assert_eq!(live.policy().decide(&question).unwrap().outcome(), Outcome::Granted);
//! assert_eq!(live.health().digest, live.policy().digest());
//! ```

mod builder;
mod current;
mod event;
mod follower;
mod got;
mod health;
mod kept;
mod observe;
mod origin;
#[cfg(feature = "remote")]
mod remote;
mod wake;
mod watch;

pub use builder::Builder;
pub use current::Current;
pub use event::{Event, Events};
pub use health::{Attempt, Health};
#[cfg(feature = "observe")]
pub use observe::count;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};
use std::thread::JoinHandle;

use leidraad::{Report, Sources};
use leidraad_bundle::Trust;

use current::Shared;
use origin::Origin;
use wake::Wake;

/// Reads the register at a place once, as [`Live::place`] does: what may not be used is told by the report of a policy that is loaded of it.
///
/// ```
/// use leidraad::Policy;
/// use leidraad_bundle::Trust;
/// assert!(Policy::load(&leidraad_live::read("../../rules", &Trust::default())).is_ok());
/// assert!(Policy::load(&leidraad_live::read("nowhere.bundle", &Trust::default())).is_err());
/// ```
pub fn read(place: impl AsRef<Path>, trust: &Trust) -> Sources {
    let mut origin = Origin::of(place.as_ref());
    let found = origin.found(trust, &|| false);
    origin.accept(&found.got, trust, None).sources
}

/// A policy that follows its source. Dropped, it stops following; policies that were taken from it stay as they are.
#[derive(Debug)]
pub struct Live {
    shared: Arc<Shared>,
    wake: Sender<Wake>,
    thread: Option<JoinHandle<()>>,
}

impl Live {
    /// Follows a register's folder: its files as they are saved, the folder itself where it is made anew, and every link on the way to it.
    pub fn folder(path: impl Into<PathBuf>) -> Builder {
        Builder::new(Origin::Folder(path.into()))
    }
    /// Follows a bundle: a file that is replaced as a whole, with the signatures beside it.
    ///
    /// ```
    /// use leidraad_live::Live;
    /// assert!(Live::bundle("nowhere.bundle").start().is_err());
    /// ```
    pub fn bundle(path: impl Into<PathBuf>) -> Builder {
        Builder::new(Origin::Bundle(path.into()))
    }

    /// Follows a bundle on a server, by its address: `https://…`, `s3://…`, `az://…`, `gs://…`. The server is asked every two seconds, and sends
    /// it only where it is another one.
    ///
    /// What it takes to come in stands in the environment, under the names that the store's own tools use, such as `AWS_ACCESS_KEY_ID`; a
    /// proxy, too.
    ///
    /// ```
    /// use std::time::Duration;
    /// use leidraad_live::Live;
    /// let refused = Live::url("http://127.0.0.1:9/rules.bundle").retries(0).timeout(Duration::from_secs(1)).start().unwrap_err();
    /// assert!(refused.to_string().contains("it cannot be fetched"));
    /// ```
    #[cfg(feature = "remote")]
    pub fn url(address: impl Into<String>) -> Builder {
        Builder::new(Origin::Remote(remote::Remote::new(address.into())))
    }

    /// Follows what a person named: an address where it has `://` in it, a bundle where it is a file, else a folder.
    ///
    /// ```
    /// assert!(leidraad_live::Live::place("../../rules").start().is_ok());
    /// ```
    pub fn place(named: impl AsRef<Path>) -> Builder {
        Builder::new(Origin::of(named.as_ref()))
    }

    /// The policy in force. Whoever holds it goes on with it, whatever takes its place meanwhile: take it once for each answer.
    pub fn policy(&self) -> Current {
        self.shared.current()
    }
    /// How it stands: what is in force and since when, what was tried last, and what was wrong with it.
    pub fn health(&self) -> Health {
        self.shared.health()
    }
    /// What happens from now on: each policy that comes in force, and each that does not.
    ///
    /// ```
    /// # let live = leidraad_live::Live::folder("../../rules").start().unwrap();
    /// let events = live.subscribe();
    /// live.look();
    /// assert!(events.try_recv().is_err(), "nothing has changed");
    /// ```
    pub fn subscribe(&self) -> Events {
        self.shared.subscribe()
    }
    /// Looks at the source now, and returns once it has: for sources of which no change is told.
    pub fn look(&self) {
        let (done, is_done) = channel();
        // Whoever follows no longer has nothing to look at.
        if self.wake.send(Wake::Look(done)).is_ok() {
            let _ = is_done.recv();
        }
    }
    /// Puts a policy back in force that was before, by its digest, and stays with it until [`Live::follow`].
    ///
    /// ```
    /// # let live = leidraad_live::Live::folder("../../rules").start().unwrap();
    /// let digest = live.policy().digest().to_owned();
    /// live.roll_back(&digest).unwrap();
    /// assert!(live.health().is_pinned);
    /// live.follow();
    /// assert!(live.roll_back("sha256:0000").is_err());
    /// ```
    pub fn roll_back(&self, digest: &str) -> Result<(), Unknown> {
        self.shared.roll_back(digest)
    }
    /// The digests that can be rolled back to, the newest first.
    ///
    /// ```
    /// # let live = leidraad_live::Live::folder("../../rules").start().unwrap();
    /// assert_eq!(live.history(), [live.policy().digest()]);
    /// ```
    pub fn history(&self) -> Vec<String> {
        self.shared.history()
    }
    /// Follows the source again after a rollback: what it holds now comes in force, if it loads.
    pub fn follow(&self) {
        self.shared.unpin();
        self.look();
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        self.shared.end();
        // A follower that ended already needs no telling.
        let _ = self.wake.send(Wake::Stop);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// No policy of this digest was in force, or it is no longer kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unknown {
    digest: String,
}

impl fmt::Display for Unknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no policy {} is kept", self.digest)
    }
}

impl std::error::Error for Unknown {}

/// Why nothing could be started: the source does not load, and no last good policy may be used, or none is kept.
///
/// ```
/// let refused = leidraad_live::Live::folder("nowhere").start().unwrap_err();
/// assert!(refused.report().errors() > 0);
/// println!("{refused}");
/// ```
#[derive(Debug)]
pub struct NotStarted {
    report: Box<Report>,
    waiting: Box<builder::Waiting>,
}

impl NotStarted {
    /// What is wrong with the source.
    pub fn report(&self) -> &Report {
        &self.report
    }
    /// Waits until the source is another one, to start again.
    ///
    /// ```no_run
    /// use leidraad_live::Live;
    /// let mut builder = Live::folder("rules");
    /// let live = loop {
    ///     match builder.start() {
    ///         Ok(live) => break live,
    ///         Err(refused) => {
    ///             println!("{refused}");
    ///             builder = refused.wait();
    ///         }
    ///     }
    /// };
    /// # drop(live);
    /// ```
    pub fn wait(self) -> Builder {
        self.waiting.wait()
    }
}

impl fmt::Display for NotStarted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the register does not load: {}", self.report)
    }
}

impl std::error::Error for NotStarted {}
