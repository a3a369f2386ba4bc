//! One small solver: "find a point in this region that none of those boxes covers". Conflicts, gaps, unreachable
//! rules, `requires` and missing facts are all questions to it.

mod boxed;
mod ground;
mod intervals;
mod near;
mod part;
mod region;
mod sample;
mod solver;
#[cfg(test)]
mod tests;
mod worklist;

pub(crate) use boxed::{Boxed, apart, subtract};
pub(crate) use ground::{Ground, Step};
pub(crate) use near::{Near, Places};
pub(crate) use part::{Part, Relation};
pub(crate) use region::{KNOWN, Moment, ON, Region, Slots, Split, free};
pub(crate) use sample::day_in;
pub(crate) use solver::{halving, inside, uncovered};
pub(crate) use worklist::{Budget, Exhausted, Worklist};
