//! Regions and boxes of days, knowledge and facts, and how they lie to each other.

use std::sync::Arc;

use super::part::{Part, Relation};
use crate::model::arena::{Arena, FactId, Id, RuleId};
use crate::model::day::{Day, Days};
use crate::model::fact::Fact;
use crate::model::rule::Table;
use crate::model::set::{Ranges, Set, TagTest};

/// The dimension of the day that a question is about.
pub(crate) const ON: usize = 0;
/// The dimension of the day from whose knowledge it is answered.
pub(crate) const KNOWN: usize = 1;

/// Where each fact stands among the dimensions. An `as_at` day has register facts of its own, so they come once more for each such day.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Slots {
    facts: usize,
    /// Whether a fact is given by the register, and so has a value for each `as_at` day.
    dated: Vec<bool>,
    as_at: Vec<Day>,
}

impl Slots {
    pub(crate) fn new(facts: &Arena<FactId, Fact>, dated: Vec<bool>, as_at: Vec<Day>) -> Slots {
        Slots { facts: facts.len(), dated, as_at }
    }
    /// The `as_at` days of the register, in order; epoch 0 is the question's own day, epoch n the nth of these.
    pub(crate) fn as_at_days(&self) -> &[Day] {
        &self.as_at
    }
    pub(crate) fn is_dated(&self, fact: FactId) -> bool {
        self.dated.get(fact.index()).copied().unwrap_or(false)
    }
    pub(crate) fn len(&self) -> usize {
        2 + self.facts * (1 + self.as_at.len())
    }
    pub(crate) fn dim(&self, fact: FactId, epoch: usize) -> usize {
        let epoch = if self.is_dated(fact) { epoch } else { 0 };
        2 + epoch * self.facts + fact.index()
    }
    /// The fact of a dimension; `None` for days and knowledge.
    pub(crate) fn fact(&self, dim: usize) -> Option<FactId> {
        dim.checked_sub(2).filter(|_| self.facts > 0).map(|at| FactId::new(at % self.facts))
    }
    pub(crate) fn moment(&self, day: Day) -> Moment {
        Moment { day: Some(day), epoch: self.as_at.binary_search(&day).map_or(0, |at| at + 1) }
    }
}

/// The day that rules are looked at on: the region's own days, or one `as_at` day (S6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Moment {
    pub(crate) day: Option<Day>,
    pub(crate) epoch: usize,
}

impl Moment {
    pub(crate) const NOW: Moment = Moment { day: None, epoch: 0 };
}

/// A box in which a rule holds: days, knowledge, and a test for some facts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Boxed {
    pub(crate) rule: RuleId,
    pub(crate) on: Days,
    pub(crate) known: Days,
    pub(crate) tests: Arc<Table>,
}

impl Boxed {
    /// Days and knowledge alone, whatever the facts are and whichever rule it is.
    pub(crate) fn of_days(on: Days, known: Days) -> Boxed {
        Boxed { rule: RuleId::new(0), on, known, tests: Arc::new(Table::new()) }
    }
}

/// Days, knowledge and facts as far as they are known: a point, or many at once.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Region {
    parts: Vec<Part>,
}

/// Where a region must be cut before it can be said whether a box holds in it.
#[derive(Debug, Clone)]
pub(crate) struct Split {
    pub(crate) dim: usize,
    pub(crate) set: Set,
}

fn days(days: Days) -> Ranges {
    Ranges::one(days.from.0, days.until.0)
}

impl Region {
    /// All days, all knowledge, all values of all facts.
    pub(crate) fn everything(slots: &Slots, facts: &Arena<FactId, Fact>) -> Region {
        let mut parts = vec![Part::of(days(Days::EVER)), Part::of(days(Days::EVER))];
        for dim in 2..slots.len() {
            parts.push(slots.fact(dim).map_or(Part::Point(0), |fact| free(&facts[fact])));
        }
        Region { parts }
    }
    pub(crate) fn part(&self, dim: usize) -> &Part {
        self.parts.get(dim).unwrap_or(&Part::Point(0))
    }
    pub(crate) fn with(mut self, dim: usize, part: Part) -> Region {
        self.set(dim, part);
        self
    }
    pub(crate) fn set(&mut self, dim: usize, part: Part) {
        if let Some(slot) = self.parts.get_mut(dim) {
            *slot = part;
        }
    }
    pub(crate) fn cut(self, split: &Split) -> [Region; 2] {
        let (inside, outside) = self.part(split.dim).split(&split.set);
        [self.clone().with(split.dim, inside), self.with(split.dim, outside)]
    }
    pub(crate) fn is_empty(&self) -> bool {
        self.parts.iter().any(Part::is_empty)
    }
    /// Whether all its days and all its knowledge lie within those of a box.
    pub(crate) fn is_when(&self, other: &Boxed) -> bool {
        self.relate_days(ON, other.on) == Relation::Inside && self.relate_days(KNOWN, other.known) == Relation::Inside
    }
    /// How the region lies to a box; where it lies across, the cut to make.
    pub(crate) fn relate(&self, other: &Boxed, moment: Moment, slots: &Slots) -> Result<bool, Split> {
        let mut cut = None;
        match moment.day {
            Some(day) if !other.on.contains(day) => return Ok(false),
            Some(_) => {}
            None => match self.relate_days(ON, other.on) {
                Relation::Outside => return Ok(false),
                Relation::Inside => {}
                Relation::Across => cut = Some((ON, None)),
            },
        }
        match self.relate_days(KNOWN, other.known) {
            Relation::Outside => return Ok(false),
            Relation::Inside => {}
            Relation::Across => cut = cut.or(Some((KNOWN, None))),
        }
        for (fact, set) in other.tests.iter() {
            let dim = slots.dim(*fact, moment.epoch);
            match self.part(dim).relate(set) {
                Relation::Outside => return Ok(false),
                Relation::Inside => {}
                Relation::Across => cut = cut.or(Some((dim, Some(set)))),
            }
        }
        match cut {
            None => Ok(true),
            Some((dim, Some(set))) => Err(Split { dim, set: set.clone() }),
            Some((dim, None)) => Err(Split { dim, set: Set::Ranges(days(if dim == ON { other.on } else { other.known })) }),
        }
    }
    fn relate_days(&self, dim: usize, to: Days) -> Relation {
        match self.part(dim) {
            Part::Point(day) if to.contains(Day(*day)) => Relation::Inside,
            Part::Point(_) | Part::Tags { .. } => Relation::Outside,
            Part::Ranges(ranges) => {
                let (low, high) = (ranges.lowest().unwrap_or(0), ranges.highest().unwrap_or(0));
                if to.from.0 <= low && high <= to.until.0 {
                    Relation::Inside
                } else if ranges.parts().iter().any(|(low, high)| *low <= to.until.0 && to.from.0 <= *high) {
                    Relation::Across
                } else {
                    Relation::Outside
                }
            }
        }
    }
}

/// Every value of a fact.
pub(crate) fn free(fact: &Fact) -> Part {
    fact.domain().map_or(Part::Tags { must: 0, not: 0 }, Part::of)
}

/// What is left of a box outside another: boxes that do not overlap, unless both ask for any of some tags.
pub(crate) fn subtract(from: &Boxed, other: &Boxed, facts: &Arena<FactId, Fact>) -> Vec<Boxed> {
    let (Some(on), Some(known)) = (from.on.overlap(other.on), from.known.overlap(other.known)) else { return vec![from.clone()] };
    let mut left = Vec::new();
    let mut rest = from.clone();
    for (whole, both, is_on) in [(from.on, on, true), (from.known, known, false)] {
        let before = Days { from: whole.from, until: both.from.previous() };
        let after = Days { from: both.until.next(), until: whole.until };
        for piece in [before, after] {
            if piece.from <= piece.until {
                left.push(if is_on { Boxed { on: piece, ..rest.clone() } } else { Boxed { known: piece, ..rest.clone() } });
            }
        }
        rest = if is_on { Boxed { on: both, ..rest } } else { Boxed { known: both, ..rest } };
    }
    for (fact, set) in other.tests.iter() {
        let mine = rest.tests.iter().find(|(known, _)| known == fact).map(|(_, set)| set.clone());
        let (inside, outside) = cut_set(mine, set, &facts[*fact]);
        left.extend(outside.into_iter().map(|set| with_test(&rest, *fact, set)));
        match inside {
            Some(set) => rest = with_test(&rest, *fact, set),
            None => return left,
        }
    }
    left
}

fn with_test(of: &Boxed, fact: FactId, set: Set) -> Boxed {
    let mut tests: Table = of.tests.iter().filter(|(known, _)| *known != fact).cloned().collect();
    tests.push((fact, set));
    tests.sort_by_key(|(fact, _)| *fact);
    Boxed { tests: Arc::new(tests), ..of.clone() }
}

/// What of a test (nothing: of everything) passes another, and what does not.
fn cut_set(mine: Option<Set>, other: &Set, fact: &Fact) -> (Option<Set>, Vec<Set>) {
    match other {
        Set::Ranges(theirs) => {
            let mine = match mine {
                Some(Set::Ranges(mine)) => mine,
                _ => fact.domain().unwrap_or_default(),
            };
            let keep = |ranges: Ranges| (!ranges.is_empty()).then_some(Set::Ranges(ranges));
            (keep(mine.intersect(theirs)), keep(mine.subtract(theirs)).into_iter().collect())
        }
        Set::Tags(test) => {
            let mut rest = match mine {
                Some(Set::Tags(mine)) => mine,
                _ => TagTest::default(),
            };
            let possible = |test: TagTest| test.all & test.none == 0 && (test.any == 0 || test.any & !test.none != 0);
            let mut outside = Vec::new();
            for at in 0..64 {
                let bit = 1u64 << at;
                if test.all & bit != 0 {
                    outside.push(TagTest { none: rest.none | bit, ..rest });
                    rest.all |= bit;
                }
                if test.none & bit != 0 {
                    outside.push(TagTest { all: rest.all | bit, ..rest });
                    rest.none |= bit;
                }
            }
            if test.any != 0 {
                outside.push(TagTest { none: rest.none | test.any, ..rest });
                // Inside, any of two lists must hold; the part kept here is only ever used to cut further, so the wider one is safe.
                if rest.any == 0 {
                    rest.any = test.any;
                }
            }
            outside.retain(|test| possible(*test));
            (possible(rest).then_some(Set::Tags(rest)), outside.into_iter().map(Set::Tags).collect())
        }
    }
}
