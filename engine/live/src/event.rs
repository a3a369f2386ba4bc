//! What happens to a live policy, and those who are told.

use std::sync::Arc;
use std::sync::mpsc::Receiver;

use leidraad::Report;

/// What happened.
///
/// ```
/// use leidraad_live::Event;
/// fn told(event: &Event) -> String {
///     match event {
///         Event::InForce { digest, .. } => format!("{digest} is in force"),
///         Event::Refused { report } => format!("a successor does not load: {report}"),
///         other => format!("{other:?}"),
///     }
/// }
/// assert_eq!(told(&Event::InForce { digest: "sha256:0".into(), before: "sha256:1".into() }), "sha256:0 is in force");
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Event {
    /// Another policy is in force.
    InForce {
        /// its digest
        digest: String,
        /// the digest of the one whose place it took
        before: String,
    },
    /// A successor does not load: what was in force stays so.
    Refused {
        /// everything that is wrong with it
        report: Arc<Report>,
    },
    /// The source is again what is in force: the successor that was refused is gone.
    Restored,
    /// The policy in force could not be kept on disk.
    NotKept {
        /// why
        reason: String,
    },
}

/// Events as they come. Whoever does not take them misses none: they wait.
pub type Events = Receiver<Event>;
