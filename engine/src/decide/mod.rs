//! A policy's cells and a question in; a decision out: level, lines, needs, reasons, and how long it holds.

mod answer;
mod asked;
mod calls;
mod complete;
mod decision;
mod form;
mod holds;
mod line;
mod names;
mod options;
mod parts;
mod point;
mod prepared;
mod quick;
mod reasons;
mod standing;
mod stop;
mod verdict;

pub(crate) use answer::Answer;
pub(crate) use asked::Asked;
pub(crate) use calls::{Calls, Made};
pub(crate) use complete::{Core, core};
pub use decision::{Decision, Outcome};
pub(crate) use decision::{Settled, decide, settle};
pub use form::Form;
pub(crate) use holds::{change_days, within};
pub(crate) use line::read;
pub(crate) use names::Names;
pub(crate) use options::Counted;
pub(crate) use parts::OptionPart;
pub(crate) use prepared::Given;
pub use prepared::Prepared;
pub(crate) use reasons::{Overruled, What};
pub(crate) use standing::{Standing, View, World};
pub use verdict::Verdict;
