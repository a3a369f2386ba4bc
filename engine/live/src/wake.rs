//! Why whoever follows a source wakes.

use std::sync::mpsc::Sender;

/// Why the follower wakes.
#[derive(Debug)]
pub(crate) enum Wake {
    /// Something happened to the source, or may have.
    Changed,
    /// Somebody wants it looked at, and waits.
    Look(Sender<()>),
    Stop,
}
