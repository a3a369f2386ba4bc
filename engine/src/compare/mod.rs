//! Answers along the days, answers of two registers, and what would have to be different.

mod difference;
mod outlook;
mod timeline;
mod why_not;

pub(crate) use difference::{
    CellDifference, ComparableAnswer, Difference, LISTED, Pass, QuotaTerms, RegionAnswer, Sum, Where, Which, marks,
};
pub use difference::{Change, Differences, PolicyView, Relevance};
pub use outlook::Outlook;
pub(crate) use timeline::timeline;
pub use timeline::{Period, Timeline};
pub use why_not::WhyNot;
pub(crate) use why_not::{Changed, Suggestion, why_not};
