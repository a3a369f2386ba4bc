//! Answers held against answers: one along the days, those of two registers.

mod difference;
mod timeline;
mod why_not;

pub(crate) use difference::{CellDifference, Difference, LISTED, Pass, Said, Seen, Sum, Terms, Told, Where, Which, differences, marks};
pub use difference::{Change, Differences, Touch};
pub(crate) use timeline::timeline;
pub use timeline::{Period, Timeline};
pub use why_not::WhyNot;
pub(crate) use why_not::{Changed, Suggestion, why_not};
