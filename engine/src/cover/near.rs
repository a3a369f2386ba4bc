//! The boxes of a cell in; those that may meet another, or a region, out. They are found by the dimension in which they are few, not by a look
//! at all of them.

use std::collections::BTreeMap;

use super::boxed::{Boxed, apart};
use super::intervals::Intervals;
use super::region::{KNOWN, Moment, ON, Region, Slots};
use crate::model::arena::Id;
use crate::model::set::Set;

/// Where in a list the boxes stand that ask for some values of what most of them test.
#[derive(Debug)]
pub(crate) struct Places {
    count: usize,
    dims: BTreeMap<usize, Asked>,
}

/// What boxes ask for in one dimension.
#[derive(Debug)]
struct Asked {
    values: Intervals,
    /// The boxes that ask for nothing.
    open: Vec<usize>,
}

impl Places {
    pub(crate) fn of<'b>(boxes: impl ExactSizeIterator<Item = &'b Boxed>) -> Places {
        let count = boxes.len();
        let mut found: BTreeMap<usize, Vec<(i64, i64, usize)>> = BTreeMap::new();
        for (at, boxed) in boxes.enumerate() {
            intervals(boxed).for_each(|(dim, from, to)| found.entry(dim).or_default().push((from, to, at)));
        }
        // What few ask for keeps few apart.
        let many = found.into_iter().filter(|(_, list)| list.len() * 2 > count);
        Places { count, dims: many.map(|(dim, list)| (dim, Asked::of(list, count))).collect() }
    }
    /// The places, in order, of those that may meet what lies between two ends in each of some dimensions; `None` if that may be most of them.
    fn between(&self, ends: impl Iterator<Item = (usize, i64, i64)>) -> Option<Vec<usize>> {
        let asked = ends.filter_map(|(dim, from, to)| Some((self.dims.get(&dim)?, from, to)));
        let (asked, from, to) = asked.min_by_key(|(asked, from, to)| asked.count(*from, *to))?;
        (asked.count(from, to) * 2 < self.count).then(|| {
            let mut found = asked.meeting(from, to);
            found.sort_unstable();
            found
        })
    }
    /// The same of those that may meet a region.
    pub(crate) fn near(&self, region: &Region, moment: Moment, slots: &Slots) -> Option<Vec<usize>> {
        let ends = |dim: usize| match slots.fact(dim) {
            _ if dim == KNOWN => region.part(KNOWN).ends(),
            Some(fact) => region.part(slots.dim(fact, moment.epoch)).ends(),
            None => moment.day.map_or_else(|| region.part(ON).ends(), |day| (day.0, day.0)),
        };
        self.between(self.dims.keys().map(|dim| {
            let (from, to) = ends(*dim);
            (*dim, from, to)
        }))
    }
}

/// The boxes of a cell, each with the place of its rule among those of the cell.
pub(crate) struct Near<'p> {
    boxes: Vec<(usize, &'p Boxed)>,
    places: Places,
}

impl<'p> Near<'p> {
    pub(crate) fn of(boxes: Vec<(usize, &'p Boxed)>) -> Near<'p> {
        let places = Places::of(boxes.iter().map(|(_, boxed)| *boxed));
        Near { boxes, places }
    }
    /// The boxes that this one may have a point in common with, in order.
    pub(crate) fn to(&self, boxed: &Boxed) -> Vec<(usize, &'p Boxed)> {
        let meets = |(_, other): &(usize, &'p Boxed)| !apart(boxed, other);
        match self.places.between(intervals(boxed)) {
            Some(found) => found.into_iter().filter_map(|at| self.boxes.get(at).copied()).filter(meets).collect(),
            None => self.boxes.iter().copied().filter(meets).collect(),
        }
    }
}

impl Asked {
    fn of(list: Vec<(i64, i64, usize)>, all: usize) -> Asked {
        let mut asks = vec![false; all];
        list.iter().for_each(|(_, _, at)| asks.get_mut(*at).into_iter().for_each(|asks| *asks = true));
        let open = asks.iter().enumerate().filter(|(_, asks)| !**asks).map(|(at, _)| at).collect();
        Asked { values: Intervals::of(list), open }
    }
    fn count(&self, from: i64, to: i64) -> usize {
        self.values.count(from, to) + self.open.len()
    }
    fn meeting(&self, from: i64, to: i64) -> Vec<usize> {
        self.values.meeting(from, to).chain(self.open.iter().copied()).collect()
    }
}

/// What a box asks for: its days, its knowledge, and, from lowest to highest, the values of each fact that has an order.
fn intervals(boxed: &Boxed) -> impl Iterator<Item = (usize, i64, i64)> {
    let facts = boxed.tests.iter().filter_map(|(fact, set)| match set {
        Set::Ranges(ranges) => Some((2 + fact.index(), ranges.lowest()?, ranges.highest()?)),
        Set::Tags(_) => None,
    });
    [(ON, boxed.on.from.0, boxed.on.until.0), (KNOWN, boxed.known.from.0, boxed.known.until.0)].into_iter().chain(facts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cover::Part;
    use crate::model::arena::{Arena, FactId, RuleId};
    use crate::model::day::{Day, Days};
    use crate::model::fact::{Fact, Kind};
    use crate::model::set::Ranges;
    use crate::model::words::Words;
    use proptest::prelude::*;
    use std::sync::Arc;

    fn boxed() -> impl Strategy<Value = Boxed> {
        let test = || prop::option::weighted(0.7, (0i64..40, 0i64..6));
        (test(), test(), (0i64..10, 0i64..10)).prop_map(|(one, two, (from, long))| {
            let set =
                |at: usize, test: Option<(i64, i64)>| test.map(|(low, more)| (FactId::new(at), Set::Ranges(Ranges::one(low, low + more))));
            let tests = set(0, one).into_iter().chain(set(1, two)).collect();
            let on = Days { from: Day(from), until: Day(from + long) };
            Boxed { rule: RuleId::new(0), on, known: Days::EVER, tests: Arc::new(tests) }
        })
    }

    proptest! {
        #[test]
        fn all_that_meet_are_found(boxes in prop::collection::vec(boxed(), 1..200), asked in boxed()) {
            let near = Near::of(boxes.iter().enumerate().collect());
            let found: Vec<usize> = near.to(&asked).into_iter().map(|(at, _)| at).collect();
            let all: Vec<usize> = boxes.iter().enumerate().filter(|(_, other)| !apart(&asked, other)).map(|(at, _)| at).collect();
            prop_assert_eq!(found, all);
        }
        #[test]
        fn none_that_meets_a_region_is_left_out(boxes in prop::collection::vec(boxed(), 1..200), from in 0i64..12, long in 0i64..5, value in prop::option::of(0i64..40)) {
            let mut facts = Arena::<FactId, _>::default();
            for _ in 0..2 {
                facts.push(Fact::sample(Kind::Number { decimals: 0, whole: true }, (0, 60), Words::default()));
            }
            let slots = Slots::new(&facts, vec![false; 2], Vec::new());
            let mut region = Region::everything(&slots).with(ON, Part::of(Ranges::one(from, from + long)));
            value.into_iter().for_each(|value| region.set(slots.dim(FactId::new(0), 0), Part::Point(value)));
            let places = Places::of(boxes.iter()).near(&region, Moment::NOW, &slots);
            let holds = |boxed: &Boxed| !matches!(region.relate(boxed, Moment::NOW, &slots), Ok(false));
            let missed = |at: usize| places.as_ref().is_some_and(|places| !places.contains(&at));
            prop_assert!(!boxes.iter().enumerate().any(|(at, boxed)| holds(boxed) && missed(at)));
        }
    }
}
