//! Answers in; a log of them out, in which each can be found, proved, and given again years later.
//!
//! A [`Receipt`] is all that it takes to give an answer again: the question as it was understood, the digest of the policy, the answer or its
//! digest, who asked, and when. A [`Log`] is a folder of segments: lines of JSON, each bound to all before it by a chain of hashes. What
//! [`Log::append`] acknowledges is on disk, as far as its [`Settings`] promise; what is not acknowledged is told.
//!
//! Time and actor come from the caller: nothing here looks at a clock.
//!
//! ```
//! use leidraad::{Language, Policy, Question, Sources, date};
//! use leidraad_log::{Log, Receipt, Settings, verify};
//!
//! let policy = Policy::load(&Sources::folder("../../rules")).unwrap();
//! let folder = tempfile::tempdir().unwrap();
//! let at = "2026-07-01T09:00:00Z".parse().unwrap();
//! let log = Log::open(folder.path(), Settings::default(), at).unwrap();
//! let decision = policy.decide(&Question::new("leiden", "hrm/payroll", date(2026, 7, 1))).unwrap();
//! let number = log.append(&Receipt::of(&policy, &decision, Language::Nl).at(at).actor("desk")).unwrap();
//! drop(log);
//! let verified = verify(folder.path(), None).unwrap();
//! assert!(verified.problems.is_empty() && verified.receipts == 1 && number == Some(2));
//! ```
#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::print_stdout, clippy::print_stderr)]

mod chain;
mod checkpoint;
mod error;
pub mod export;
#[cfg(feature = "index")]
mod index;
mod line;
mod log;
mod mask;
mod note;
mod observe;
mod queue;
mod receipt;
mod recover;
mod replay;
mod scan;
mod segment;
mod settings;
mod verify;
mod writer;

pub use checkpoint::Checkpoint;
pub use error::LogError;
#[cfg(feature = "index")]
pub use index::{Found, Index, Wanted};
pub use line::Recorded;
pub use log::Log;
pub use mask::MaskKey;
pub use note::checkpoint;
pub use queue::Ticket;
pub use receipt::Receipt;
pub use replay::{Again, Replayed, again, replay};
pub use scan::{Scanned, scan};
pub use settings::{Detail, OnLoss, Settings, Sync};
pub use verify::{Problem, Verified, verify};
