//! What one option made of a standing, and the calls made for a question or a batch of them: the same call is not made twice.

use std::borrow::Cow;
use std::cell::RefCell;
use std::sync::Arc;
use std::{mem, ptr};

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

/// The calls made for one question so far, however often its answer is looked at; and those that were made for the questions before it.
#[derive(Debug, Default)]
pub(crate) struct Calls<'p>(RefCell<Known<'p>>);

#[derive(Debug, Default)]
struct Known<'p> {
    /// Of which register they are: what stands in a call means something there.
    register: Option<&'p Register>,
    made: Vec<OneCall<'p>>,
    /// What came of calls for earlier questions.
    kept: FxHashMap<Call<'p>, ByDay>,
    count: usize,
}

/// What came of one call, and when that stands, by the day that the option was told, if it was.
type ByDay = FxHashMap<Option<Day>, (Arc<Ran>, Days)>;

/// A call, the day that was told, what came of it, and the days on which that stands.
#[derive(Debug)]
struct OneCall<'p> {
    call: Call<'p>,
    told: Option<Day>,
    ran: Arc<Ran>,
    stands: Days,
}

/// About so many answers are kept from one question to the next.
const KEPT: usize = 4_096;

impl<'p> Calls<'p> {
    /// Begins another question. An answer is a function of its call, whatever else was asked: it is kept. What failed is tried again.
    pub(super) fn next(&self, register: &'p Register) {
        let known = &mut *self.0.borrow_mut();
        if known.count > KEPT || !known.register.is_some_and(|of| ptr::eq(of, register)) {
            *known = Known { register: Some(register), ..Known::default() };
        }
        for OneCall { call, told, ran, stands } in mem::take(&mut known.made).into_iter().filter(|one| !one.ran.is_fault()) {
            let before = known.kept.entry(call).or_default().insert(told, (ran, stands));
            known.count += usize::from(before.is_none());
        }
    }

    /// What came of this call about a day, and when that stands: made for this question before, or for another with the same day told,
    /// or made now.
    pub(super) fn make(&self, call: Call<'p>, day: Day, told: Option<Day>, run: impl FnOnce(&Call<'p>) -> (Ran, Days)) -> (Arc<Ran>, Days) {
        if let Some(one) = self.0.borrow().made.iter().find(|one| one.call == call && one.is_about(day)) {
            return (Arc::clone(&one.ran), one.stands);
        }
        let kept = self.0.borrow().kept.get(&call).and_then(|days| days.get(&told)).cloned();
        let (ran, stands) = kept.unwrap_or_else(|| {
            let (ran, stands) = run(&call);
            (Arc::new(ran), stands)
        });
        self.0.borrow_mut().made.push(OneCall { call, told, ran: Arc::clone(&ran), stands });
        (ran, stands)
    }
}

impl OneCall<'_> {
    /// Whether it tells what would come of the call on a day. Of an option that failed on the day that it was told, other days tell nothing.
    fn is_about(&self, day: Day) -> bool {
        match self.told {
            Some(told) if self.ran.is_fault() => told == day,
            _ => self.stands.contains(day),
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
