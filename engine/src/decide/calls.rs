//! What one option made of a standing, and the calls made for a question or a batch of them: the same call is not made twice.

use std::borrow::Cow;
use std::cell::RefCell;
use std::ptr;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::model::arena::{CustomerId, FactId, OptionId, ServiceId};
use crate::model::day::{Day, Days};
use crate::model::register::Register;
use crate::model::rule::Level;
use crate::model::value::FactValue;
use crate::option::{Fault, Judged, QuotaView};

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

/// The calls made for one question so far, or for those of a batch, however often their answers are looked at.
#[derive(Debug, Default)]
pub(crate) struct Calls<'p>(RefCell<Known<'p>>);

#[derive(Debug, Default)]
struct Known<'p> {
    /// Of which register they are: what stands in a call means something there.
    register: Option<&'p Register>,
    /// What came of each call, and the days on which that stands.
    calls: FxHashMap<Call<'p>, Vec<(Arc<Ran>, Days)>>,
    count: usize,
    /// Those that failed while this question was asked.
    failed: Vec<Call<'p>>,
}

/// So many answers are kept from one question to the next.
const KEPT: usize = 4_096;

impl<'p> Calls<'p> {
    /// Begins another question. An answer is a function of its call, whatever else was asked: it is kept. What failed is tried again.
    pub(super) fn next(&self, register: &'p Register) {
        let mut known = self.0.borrow_mut();
        if known.count > KEPT || !known.register.is_some_and(|of| ptr::eq(of, register)) {
            *known = Known { register: Some(register), ..Known::default() };
        }
        for call in std::mem::take(&mut known.failed) {
            known.calls.remove(&call);
        }
    }
    /// What came of this call when it was made before, about a day on which that stands.
    pub(super) fn find(&self, call: &Call<'p>, day: Day) -> Option<(Arc<Ran>, Days)> {
        let known = self.0.borrow();
        known.calls.get(call)?.iter().find(|(_, stands)| stands.contains(day)).map(|(ran, stands)| (Arc::clone(ran), *stands))
    }
    pub(super) fn enter(&self, call: Call<'p>, ran: &Arc<Ran>, stands: Days) {
        let mut known = self.0.borrow_mut();
        known.count += 1;
        if ran.is_fault() {
            known.failed.push(call.clone());
        }
        known.calls.entry(call).or_default().push((Arc::clone(ran), stands));
    }
}

/// All that a call depends on, but for the day.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Call<'p> {
    pub(super) customer: CustomerId,
    pub(super) service: ServiceId,
    pub(super) option: OptionId,
    /// The facts that it is told.
    pub(super) facts: Vec<(&'p str, FactValue)>,
    pub(super) base: Level,
    pub(super) level: Level,
    pub(super) room: (Level, Level),
    pub(super) quota: Option<QuotaView<'p>>,
    pub(super) obligations: Cow<'p, [Box<str>]>,
}
