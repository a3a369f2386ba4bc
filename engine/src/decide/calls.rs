//! What one option made of a standing, and the calls made for one question: the same call is not made twice.

use std::cell::RefCell;
use std::sync::Arc;

use rust_decimal::Decimal;

use crate::model::arena::{FactId, OptionId, ServiceId};
use crate::model::day::{Day, Days};
use crate::model::rule::Level;
use crate::model::value::FactValue;
use crate::option::{Fault, Judged};

/// One option's part in a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ran {
    pub(crate) option: OptionId,
    /// The level before it, and after it.
    pub(crate) before: Level,
    pub(crate) got: Level,
    pub(crate) made: Made,
}

/// What an option made of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Made {
    Proposed(Judged),
    /// It needs these facts on these days.
    Needs(Vec<FactId>, Days),
    Fault(Fault),
}

impl Ran {
    /// The level that it proposed, where the room did not allow it.
    pub(crate) fn overruled(&self) -> Option<Level> {
        match &self.made {
            Made::Proposed(judged) => judged.level.filter(|wanted| *wanted != self.got),
            _ => None,
        }
    }
    /// Whether it changed anything.
    pub(crate) fn shaped(&self) -> bool {
        let more = matches!(&self.made, Made::Proposed(judged) if judged.quota.is_some() || !judged.obligations.is_empty());
        more || self.got != self.before
    }
    pub(crate) fn is_fault(&self) -> bool {
        matches!(self.made, Made::Fault(_))
    }
}

/// The calls made for one question so far, however often its answer is looked at.
#[derive(Debug, Default)]
pub(crate) struct Calls(RefCell<Vec<(Call, Arc<Ran>, Days)>>);

impl Calls {
    /// What came of this call when it was made before, about a day on which that stands.
    pub(super) fn find(&self, call: &Call, day: Day) -> Option<(Arc<Ran>, Days)> {
        let calls = self.0.borrow();
        calls.iter().find(|(known, _, stands)| known == call && stands.contains(day)).map(|(_, ran, stands)| (Arc::clone(ran), *stands))
    }
    pub(super) fn enter(&self, call: Call, ran: &Arc<Ran>, stands: Days) {
        self.0.borrow_mut().push((call, Arc::clone(ran), stands));
    }
}

/// All that a call depends on, but for the day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Call {
    pub(super) service: ServiceId,
    pub(super) option: OptionId,
    pub(super) facts: Vec<(FactId, FactValue)>,
    pub(super) base: Level,
    pub(super) level: Level,
    pub(super) room: (Level, Level),
    pub(super) quota: Option<(Decimal, Box<str>, Box<str>)>,
    pub(super) obligations: Vec<Box<str>>,
}
