//! What one option made of a standing, and the calls made for a question or a batch of them: the same call is not made twice.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::{mem, ptr};

use rustc_hash::FxHashMap;

use crate::model::arena::{CustomerId, FactId, OptionId, ServiceId};
use crate::model::day::{Day, Days};
use crate::model::option::Limits;
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
    pub(crate) made: OptionOutcome,
}

/// What an option made of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum OptionOutcome {
    Proposed(Judged),
    /// It needs these facts on these days.
    Needs(Vec<FactId>, Days),
    Fault(Fault),
}

impl Ran {
    /// The level that it proposed, where the room did not allow it.
    pub(crate) fn overruled(&self) -> Option<Level> {
        match &self.made {
            OptionOutcome::Proposed(judged) => judged.level.filter(|wanted| *wanted != self.got),
            _ => None,
        }
    }
    /// Whether it changed anything.
    pub(crate) fn shaped(&self) -> bool {
        let more = matches!(&self.made, OptionOutcome::Proposed(judged) if judged.quota.is_some() || !judged.obligations.is_empty());
        more || self.got != self.before
    }
    pub(crate) fn is_fault(&self) -> bool {
        matches!(self.made, OptionOutcome::Fault(_))
    }
}

/// The calls made for one question so far, however often its answer is looked at; and those that were made for the questions before it.
#[derive(Debug, Default)]
pub(crate) struct Calls<'p>(RefCell<Known<'p>>);

#[derive(Debug, Default)]
struct Known<'p> {
    /// Of which register they are: what stands in a call means something there.
    register: Option<&'p Register>,
    /// By option.
    made: BTreeMap<OptionId, Vec<OneCall<'p>>>,
    /// What came of calls for earlier questions.
    kept: FxHashMap<Call<'p>, ByDay>,
    count: usize,
    /// What the calls for this question took, whenever they were made: so much comes of a question, alone or among others.
    took: u64,
}

/// What came of one call, and when that stands, by the day that the option was told, if it was.
type ByDay = FxHashMap<Option<Day>, Came>;

/// What came of a call, the days on which that stands, and the fuel that it took.
#[derive(Debug, Clone)]
pub(super) struct Came {
    pub(super) ran: Arc<Ran>,
    pub(super) stands: Days,
    pub(super) fuel: u64,
}

/// A call, the day that was told, what came of it, and the days on which that stands.
#[derive(Debug)]
struct OneCall<'p> {
    call: Call<'p>,
    told: Option<Day>,
    came: Came,
}

/// About so many answers are kept from one question to the next.
const KEPT: usize = 4_096;

/// The most fuel that all calls for one question may take together. A call that passes it is finished; a further one is at fault (S8).
const TOGETHER: u64 = 2 * Limits::MOST.fuel;

impl<'p> Calls<'p> {
    /// Begins another question. An answer is a function of its call, whatever else was asked: it is kept. What failed is tried again.
    pub(super) fn next(&self, register: &'p Register) {
        let known = &mut *self.0.borrow_mut();
        if known.count > KEPT || !known.register.is_some_and(|of| ptr::eq(of, register)) {
            *known = Known { register: Some(register), ..Known::default() };
        }
        known.took = 0;
        for OneCall { call, told, came } in mem::take(&mut known.made).into_values().flatten().filter(|one| !one.came.ran.is_fault()) {
            let before = known.kept.entry(call).or_default().insert(told, came);
            known.count += usize::from(before.is_none());
        }
    }

    /// What came of this call about a day, and when that stands: made for this question before, or for another with the same day told,
    /// or made now. `run` is told whether there is fuel left for a call.
    pub(super) fn make(&self, call: Call<'p>, day: Day, told: Option<Day>, run: impl FnOnce(&Call<'p>, bool) -> Came) -> Came {
        if let Some(one) = self.0.borrow().made.get(&call.option).into_iter().flatten().find(|one| one.call == call && one.is_about(day)) {
            return one.came.clone();
        }
        let is_left = self.0.borrow().took < TOGETHER;
        let kept = if is_left { self.0.borrow().kept.get(&call).and_then(|days| days.get(&told)).cloned() } else { None };
        let came = kept.unwrap_or_else(|| run(&call, is_left));
        let known = &mut *self.0.borrow_mut();
        known.took = known.took.saturating_add(came.fuel);
        known.made.entry(call.option).or_default().push(OneCall { call, told, came: came.clone() });
        came
    }
}

impl OneCall<'_> {
    /// Whether it tells what would come of the call on a day. Of an option that failed on the day that it was told, other days tell nothing.
    fn is_about(&self, day: Day) -> bool {
        match self.told {
            Some(told) if self.came.ran.is_fault() => told == day,
            _ => self.came.stands.contains(day),
        }
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
