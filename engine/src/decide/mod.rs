//! A policy's cells and a question in; a decision out: level, lines, needs, reasons, and how long it holds.

mod answer;
mod asked;
mod complete;
mod decision;
mod holds;
mod names;
mod options;
mod reasons;
mod standing;

pub(crate) use answer::{Answer, Line};
pub(crate) use asked::Asked;
pub(crate) use complete::{Core, core};
pub use decision::{Decision, Outcome};
pub(crate) use decision::{Settled, decide, settle};
pub(crate) use holds::{change_days, within};
pub(crate) use names::Names;
pub(crate) use options::Made;
pub(crate) use reasons::{OptionPart, Overruled, Reasons, What};
pub(crate) use standing::{View, World};
