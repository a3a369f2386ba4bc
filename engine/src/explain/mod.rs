//! A decision in; words in Dutch or English, or JSON, out.

mod json;
mod words;

pub(crate) use json::{json, periods, summary};
pub(crate) use words::{explain, outline};
pub use words::{Explanation, Note};
