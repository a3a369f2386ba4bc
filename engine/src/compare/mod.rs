//! Answers along the days: the timeline of one answer.

mod timeline;

pub(crate) use timeline::timeline;
pub use timeline::{Period, Timeline};
