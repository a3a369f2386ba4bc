//! Why a region has no single answer: where to cut it, which terms of a quota are missing, or which facts an option needs.

use std::collections::BTreeSet;
use std::sync::Arc;

use rust_decimal::Decimal;

use super::calls::Ran;
use crate::cover::Split;
use crate::model::arena::FactId;
use crate::model::day::Days;
use crate::model::rule::Level;

/// Why a region has no single answer.
#[derive(Debug)]
pub(crate) enum Stop {
    /// Tests cut it in two.
    Split(Split),
    /// The tests are settled, but a quota is counted with facts that are missing.
    Open(Vec<OpenQuota>),
    /// An option needs facts that are missing.
    Asks(Asks),
}

/// A quota whose sum has missing terms: which dimensions those are, and the amount when that is known.
#[derive(Debug, Clone)]
pub(crate) struct OpenQuota {
    pub(crate) dims: Vec<usize>,
    pub(crate) amount: Option<Decimal>,
}

impl From<Split> for Stop {
    fn from(split: Split) -> Self {
        Stop::Split(split)
    }
}

/// What an option was asked for in vain: the facts that it needs, and the levels that are possible until they are known.
#[derive(Debug, Clone)]
pub(crate) struct Asks {
    pub(crate) facts: BTreeSet<FactId>,
    pub(crate) levels: BTreeSet<Level>,
    pub(crate) stands: Days,
    /// The days for which `used` is counted as it is, where it divided what other parts of a composite answer (S9).
    pub(crate) period: Days,
    pub(crate) ran: Vec<Arc<Ran>>,
}
