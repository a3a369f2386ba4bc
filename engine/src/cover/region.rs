//! Regions of days, knowledge and facts, and how boxes lie to them.

use std::cmp::Ordering;
use std::sync::Arc;

use super::boxed::Boxed;
use super::part::{Part, Relation};
use crate::model::arena::{Arena, FactId, Id};
use crate::model::day::{Day, Days};
use crate::model::fact::Fact;
use crate::model::set::{Ranges, Set};

/// The dimension of the day that a question is about.
pub(crate) const ON: usize = 0;
/// The dimension of the day from whose knowledge it is answered.
pub(crate) const KNOWN: usize = 1;

/// Where each fact stands among the dimensions. An `as_at` day has register facts of its own, so they come once more for each such day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Slots {
    facts: usize,
    /// Every day; then every value of each fact.
    domains: Arc<[Part]>,
    /// Whether a fact is given by the register, and so has a value for each `as_at` day.
    dated: Arc<[bool]>,
    as_at: Arc<[Day]>,
}

impl Slots {
    pub(crate) fn new(facts: &Arena<FactId, Fact>, dated: Vec<bool>, as_at: Vec<Day>) -> Slots {
        let domains = std::iter::once(Part::of(days(Days::EVER))).chain(facts.values().map(free)).collect();
        Slots { facts: facts.len(), domains, dated: dated.into(), as_at: as_at.into() }
    }
    /// The `as_at` days of the register, in order; epoch 0 is the question's own day, epoch n the nth of these.
    pub(crate) fn as_at_days(&self) -> &[Day] {
        &self.as_at
    }
    pub(crate) fn is_dated(&self, fact: FactId) -> bool {
        self.dated.get(fact.index()).copied().unwrap_or(false)
    }
    pub(crate) fn dim(&self, fact: FactId, epoch: usize) -> usize {
        let epoch = if self.is_dated(fact) { epoch } else { 0 };
        self.first_dim(epoch) + fact.index()
    }
    /// The fact of a dimension; `None` for days and knowledge.
    pub(crate) fn fact(&self, dim: usize) -> Option<FactId> {
        dim.checked_sub(2).filter(|_| self.facts > 0).map(|at| FactId::new(at % self.facts))
    }
    /// The first dimension of an epoch's facts.
    pub(crate) fn first_dim(&self, epoch: usize) -> usize {
        2 + epoch * self.facts
    }
    /// The epoch of a dimension.
    pub(crate) fn epoch(&self, dim: usize) -> usize {
        dim.saturating_sub(2) / self.facts.max(1)
    }
    pub(crate) fn moment(&self, day: Day) -> Moment {
        Moment { day: Some(day), epoch: self.as_at.binary_search(&day).map_or(0, |at| at + 1) }
    }
}

impl Default for Slots {
    fn default() -> Slots {
        Slots::new(&Arena::default(), Vec::new(), Vec::new())
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

/// Days, knowledge and facts as far as they are known: a point, or many at once. A dimension in which every value is possible takes no room, so
/// that a region costs what is known or cut, not what the register declares.
#[derive(Debug, Clone)]
pub(crate) struct Region {
    /// The dimensions with fewer values than all, in order.
    narrowed: Vec<(usize, Part)>,
    domains: Arc<[Part]>,
}

impl PartialEq for Region {
    fn eq(&self, other: &Region) -> bool {
        self.narrowed == other.narrowed
    }
}

impl Eq for Region {}

impl PartialOrd for Region {
    fn partial_cmp(&self, other: &Region) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Region {
    /// By the first dimension in which two regions are not the same.
    fn cmp(&self, other: &Region) -> Ordering {
        let mut pairs = self.narrowed.iter().zip(&other.narrowed);
        let apart = pairs.find(|(one, two)| one != two).map(|((one, _), (two, _))| *one.min(two)).or_else(|| {
            let common = self.narrowed.len().min(other.narrowed.len());
            self.narrowed.get(common).or_else(|| other.narrowed.get(common)).map(|(dim, _)| *dim)
        });
        apart.map_or(Ordering::Equal, |dim| self.part(dim).cmp(other.part(dim)))
    }
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
    pub(crate) fn everything(slots: &Slots) -> Region {
        Region { narrowed: Vec::new(), domains: Arc::clone(&slots.domains) }
    }
    /// One value in some dimensions, which come in order; everything in the others.
    pub(crate) fn of_points(slots: &Slots, points: impl Iterator<Item = (usize, i64)>) -> Region {
        let mut region = Region::everything(slots);
        // A fact that has one value only is no narrower with it.
        points.for_each(|(dim, value)| match Part::Point(value) {
            point if point == *region.domain(dim) => {}
            point => region.narrowed.push((dim, point)),
        });
        region
    }
    pub(crate) fn part(&self, dim: usize) -> &Part {
        match self.place(dim) {
            Ok(at) => self.narrowed.get(at).map_or(&Part::Point(0), |(_, part)| part),
            Err(_) => self.domain(dim),
        }
    }
    fn place(&self, dim: usize) -> Result<usize, usize> {
        self.narrowed.binary_search_by_key(&dim, |(own, _)| *own)
    }
    /// Every value in a dimension.
    fn domain(&self, dim: usize) -> &Part {
        let facts = self.domains.len().saturating_sub(1).max(1);
        let at = dim.checked_sub(2).map_or(0, |fact| 1 + fact % facts);
        self.domains.get(at).unwrap_or(&Part::Point(0))
    }
    /// From its first day to its last, in a dimension of days.
    pub(crate) fn span(&self, dim: usize) -> Days {
        let (from, until) = self.part(dim).ends();
        Days { from: Day(from), until: Day(until) }
    }
    /// The room that it takes: how many dimensions are narrowed.
    pub(crate) fn size(&self) -> usize {
        self.narrowed.len()
    }
    /// Narrowed to where a box holds, in the dimensions that are asked for and have an order: the rest has to be cut.
    pub(crate) fn narrowed_to(mut self, boxed: &Boxed, slots: &Slots, dims: impl Fn(usize) -> bool) -> Region {
        let spans = [(ON, boxed.on), (KNOWN, boxed.known)].map(|(dim, span)| (dim, Set::Ranges(days(span))));
        let tests = boxed.tests.iter().map(|(fact, set)| (slots.dim(*fact, 0), set));
        for (dim, set) in spans.iter().map(|(dim, set)| (*dim, set)).chain(tests) {
            let part = self.part(dim);
            if dims(dim) && matches!((part, set), (Part::Ranges(_), Set::Ranges(_))) && part.relate(set) == Relation::Across {
                let inside = part.split(set).0;
                self.set(dim, inside);
            }
        }
        self
    }
    /// The dimensions in which not every value is possible, in order.
    pub(crate) fn narrowed(&self) -> impl Iterator<Item = usize> {
        self.narrowed.iter().map(|(dim, _)| *dim)
    }
    /// Whether two regions have a point in common, as far as these dimensions go.
    pub(crate) fn meets(&self, other: &Region, dims: impl Fn(usize) -> bool) -> bool {
        self.narrowed.iter().filter(|(dim, _)| dims(*dim)).all(|(dim, part)| part.meets(other.part(*dim)))
    }
    pub(crate) fn with(mut self, dim: usize, part: Part) -> Region {
        self.set(dim, part);
        self
    }
    pub(crate) fn set(&mut self, dim: usize, part: Part) {
        let is_whole = part == *self.domain(dim);
        match self.place(dim) {
            Ok(at) if is_whole => {
                self.narrowed.remove(at);
            }
            Ok(at) => {
                if let Some((_, own)) = self.narrowed.get_mut(at) {
                    *own = part;
                }
            }
            Err(_) if is_whole => {}
            Err(at) => self.narrowed.insert(at, (dim, part)),
        }
    }
    pub(crate) fn cut(self, split: &Split) -> [Region; 2] {
        let (inside, outside) = self.part(split.dim).split(&split.set);
        [self.clone().with(split.dim, inside), self.with(split.dim, outside)]
    }
    pub(crate) fn is_empty(&self) -> bool {
        self.narrowed.iter().any(|(_, part)| part.is_empty())
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
    /// The one dimension in which a box holds only in a part of this region, if there is just one, and the box's values there.
    pub(crate) fn lies_across(&self, other: &Boxed, slots: &Slots) -> Option<(usize, Vec<(i64, i64)>)> {
        let mut found: Option<(usize, Vec<(i64, i64)>)> = None;
        for (dim, span) in [(ON, other.on), (KNOWN, other.known)] {
            if self.relate_days(dim, span) == Relation::Across && found.replace((dim, vec![(span.from.0, span.until.0)])).is_some() {
                return None;
            }
        }
        for (fact, set) in other.tests.iter() {
            let dim = slots.dim(*fact, 0);
            if self.part(dim).relate(set) == Relation::Across {
                let Set::Ranges(ranges) = set else { return None };
                if found.replace((dim, ranges.parts().to_vec())).is_some() {
                    return None;
                }
            }
        }
        found
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
