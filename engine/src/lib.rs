#![doc = include_str!("../README.md")]
#![deny(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::iter_over_hash_type,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::float_arithmetic
)]
#![allow(clippy::manual_clamp, reason = "Ord::clamp panics when its ends are the wrong way round")]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test that fails should stop"))]

mod answer;
pub mod catalogue;
mod check;
mod compare;
mod compile;
mod cover;
mod coverage;
mod decide;
mod diagnostic;
mod error;
mod explain;
mod load;
mod model;
mod names;
mod option;
mod outcomes;
mod parallel;
mod policy;
mod scenario;
mod script;
mod semantics;
mod source;
pub mod table;
mod text;
mod wire;

pub use answer::{Answer, Consulted, Line, Overruled, Proposed, Quota, Reason};
pub use compare::{Change, Differences, Outlook, Period, PolicyView, Relevance, Timeline, WhyNot};
pub use coverage::{Coverage, OptionCoverage, RuleCoverage};
pub use decide::{Decision, Form, Next, Outcome, Prepared, Proposal, Verdict};
pub use diagnostic::{Code, Diagnostic, LocalizedDiagnostic, Report, Severity};
pub use error::Error;
pub use explain::{AnswerRecord, DifferenceNote, DifferenceRecord, Effect, Explanation, Note, QuotaRecord, RoomRecord, RuleRecords, Topic};
pub use jiff::civil::Date;
pub use load::{FORMAT, Locked};

pub use model::question::Question;
pub use model::value::{FactRef, FactValue};
pub use outcomes::LockedOutcome;
pub use policy::{Batch, Loader, Policy, View, date};
pub use rust_decimal::Decimal;
pub use scenario::{Mismatch, Scenario};
pub use source::Sources;
pub use text::{Bilingual, Language};

/// The version of this engine: what answers are given by.
///
/// ```
/// assert!(leidraad::VERSION.starts_with(char::is_numeric) && leidraad::FORMAT == 1);
/// ```
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Plugins: what stands behind an option, and how a host brings its own (S8).
pub mod plugin {
    pub use crate::model::option::Limits;
    pub use crate::model::rule::PERIODS;
    #[cfg(feature = "wasm")]
    pub use crate::option::Descriptions;
    pub use crate::option::{
        Choices, Description, Fault, FaultKind, Input, Inspection, Plugin, Plugins, Proposal, ProposedQuota, Query, QuotaView, Reply, Run,
        Setting, SettingKind, Standing, open_plugin,
    };
}
