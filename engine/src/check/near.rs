//! The boxes of a cell in; those that one of them may meet out. They are found by the dimension in which they are few, not by a look at all.

use std::collections::BTreeMap;

use crate::cover::{Boxed, Intervals, KNOWN, ON, apart};
use crate::model::arena::Id;
use crate::model::set::Set;

/// The boxes of a cell, with what most of them test.
pub(super) struct Near<'p> {
    /// Each with the place of its rule among those of the cell.
    boxes: Vec<(usize, &'p Boxed)>,
    dims: BTreeMap<usize, Asked>,
}

/// What boxes ask for in one dimension.
struct Asked {
    values: Intervals,
    /// The boxes that ask for nothing.
    open: Vec<usize>,
}

impl<'p> Near<'p> {
    pub(super) fn of(boxes: Vec<(usize, &'p Boxed)>) -> Near<'p> {
        let mut found: BTreeMap<usize, Vec<(i64, i64, usize)>> = BTreeMap::new();
        for (at, (_, boxed)) in boxes.iter().enumerate() {
            intervals(boxed).for_each(|(dim, from, to)| found.entry(dim).or_default().push((from, to, at)));
        }
        // What few ask for keeps few apart.
        let many = found.into_iter().filter(|(_, list)| list.len() * 2 > boxes.len());
        let dims = many.map(|(dim, list)| (dim, Asked::of(list, boxes.len()))).collect();
        Near { boxes, dims }
    }

    /// The boxes that this one may have a point in common with, each with the place of its rule, in order.
    pub(super) fn to(&self, boxed: &Boxed) -> Vec<(usize, &'p Boxed)> {
        let asked = intervals(boxed).filter_map(|(dim, from, to)| Some((self.dims.get(&dim)?, from, to)));
        let fewest = asked.min_by_key(|(asked, from, to)| asked.count(*from, *to));
        let meets = |(_, other): &(usize, &'p Boxed)| !apart(boxed, other);
        match fewest {
            Some((asked, from, to)) if asked.count(from, to) * 2 < self.boxes.len() => {
                let mut found = asked.meeting(from, to);
                found.sort_unstable();
                found.into_iter().filter_map(|at| self.boxes.get(at).copied()).filter(meets).collect()
            }
            _ => self.boxes.iter().copied().filter(meets).collect(),
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
    use crate::model::arena::{FactId, RuleId};
    use crate::model::day::{Day, Days};
    use crate::model::set::Ranges;
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
    }
}
