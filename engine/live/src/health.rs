//! How a live policy stands, for those who watch over it.

use std::sync::Arc;

use jiff::Timestamp;
use leidraad::Report;

/// How a live policy stands.
///
/// ```
/// # let live = leidraad_live::Live::folder("../../rules").start().unwrap();
/// let health = live.health();
/// assert!(health.is_watched && !health.is_pinned && !health.is_from_kept);
/// assert!(health.last.is_none(), "nothing was tried since it was started");
/// assert!(jiff::Timestamp::now() >= health.confirmed && health.confirmed >= health.since && health.bundle.is_none());
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
#[allow(clippy::struct_excessive_bools, reason = "each answers a question of its own")]
pub struct Health {
    /// the digest of the policy in force
    pub digest: String,
    /// since when it is in force
    pub since: Timestamp,
    /// the number of the bundle in force; `None` for a folder
    pub bundle: Option<u64>,
    /// when the source was last seen to be what is in force: how old what is known of it is
    pub confirmed: Timestamp,
    /// the last successor that was tried
    pub last: Option<Attempt>,
    /// what is wrong with the source as it is now; `None` if it is what is in force
    pub refused: Option<Arc<Report>>,
    /// whether changes are told by the system; if not, the source is only looked at now and then
    pub is_watched: bool,
    /// whether the source is followed at all: if not, the thread that does could not be begun, or has ended
    pub is_following: bool,
    /// whether a policy was put back by hand: successors wait until it is followed again
    pub is_pinned: bool,
    /// whether it was started from the last good policy that was kept, since the source did not load
    pub is_from_kept: bool,
    /// why the policy in force could not be kept on disk
    pub not_kept: Option<String>,
}

/// A successor that was tried.
///
/// ```
/// # let live = leidraad_live::Live::folder("../../rules").start().unwrap();
/// assert!(live.health().last.is_none_or(|attempt| attempt.has_loaded));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Attempt {
    /// when
    pub at: Timestamp,
    /// the digest of its files
    pub digest: String,
    /// whether it loaded
    pub has_loaded: bool,
}
