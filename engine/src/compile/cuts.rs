//! Rectangles of days and knowledge that do not overlap in; which of them holds a point out, or the cut that tells, by a tree of cuts.

use crate::cover::{KNOWN, ON, Split};
use crate::model::bitemporal::Bitemporal;
use crate::model::day::{Day, Days};
use crate::model::set::{Ranges, Set};

/// A tree of cuts along days and along knowledge. Each leaf lies in one rectangle, or in none. As few rectangles as can be lie across a cut, and
/// each cut halves the ends that are left, so the way to a leaf is short.
#[derive(Debug, Clone)]
pub(crate) struct Cuts(Vec<Node>);

#[derive(Debug, Clone)]
enum Node {
    Cut {
        cut: Cut,
        /// What comes before the day of the cut, and what from it on.
        halves: [usize; 2],
    },
    Leaf(Option<usize>),
}

/// Where to cut: before a day, or before a day of knowledge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cut {
    pub(crate) along: Along,
    pub(crate) before: Day,
}

/// What is cut along.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Along {
    Days,
    Knowledge,
}

impl Along {
    fn of(self, rect: &Bitemporal) -> Days {
        match self {
            Along::Days => rect.on,
            Along::Knowledge => rect.known,
        }
    }
    fn narrow(self, rect: &Bitemporal, to: Days) -> Option<Bitemporal> {
        let narrowed = self.of(rect).overlap(to)?;
        Some(match self {
            Along::Days => Bitemporal { on: narrowed, ..*rect },
            Along::Knowledge => Bitemporal { known: narrowed, ..*rect },
        })
    }
}

impl Cuts {
    pub(crate) fn of(rects: impl Iterator<Item = Bitemporal>) -> Cuts {
        let mut cuts = Cuts(Vec::new());
        cuts.grow(Bitemporal::EVERYWHERE, &rects.enumerate().collect::<Vec<_>>());
        cuts
    }

    /// Grows the tree of what lies in a rectangle, and says where it stands.
    fn grow(&mut self, within: Bitemporal, rects: &[(usize, Bitemporal)]) -> usize {
        let place = self.0.len();
        self.0.push(Node::Leaf(rects.first().map(|(at, _)| *at)));
        let Some(cut) = Cut::between(rects, &within) else { return place };
        let span = cut.along.of(&within);
        let halves = [Days { from: span.from, until: cut.before.previous() }, Days { from: cut.before, until: span.until }].map(|half| {
            let inside = |(at, rect): &(usize, Bitemporal)| Some((*at, cut.along.narrow(rect, half)?));
            let rects: Vec<_> = rects.iter().filter_map(inside).collect();
            cut.along.narrow(&within, half).map_or(place, |within| self.grow(within, &rects))
        });
        if let Some(node) = self.0.get_mut(place) {
            *node = Node::Cut { cut, halves };
        }
        place
    }

    /// The rectangle that holds all of some days and knowledge, if any does; or the cut to make before that can be said.
    pub(crate) fn find(&self, on: Days, known: Days) -> Result<Option<usize>, Cut> {
        let mut place = 0;
        loop {
            match self.0.get(place) {
                None => return Ok(None),
                Some(Node::Leaf(found)) => return Ok(*found),
                Some(Node::Cut { cut, halves: [before, after] }) => {
                    let span = if cut.along == Along::Days { on } else { known };
                    if span.until >= cut.before && span.from < cut.before {
                        return Err(*cut);
                    }
                    place = if span.until < cut.before { *before } else { *after };
                }
            }
        }
    }

    /// The days around a day, at some knowledge, that lie in the leaf of both.
    pub(crate) fn days(&self, on: Day, known: Day) -> Days {
        let (mut place, mut days) = (0, Days::EVER);
        while let Some(Node::Cut { cut, halves: [before, after] }) = self.0.get(place) {
            let is_before = if cut.along == Along::Days { on } else { known } < cut.before;
            if cut.along == Along::Days {
                days = if is_before { Days { until: cut.before.previous(), ..days } } else { Days { from: cut.before, ..days } };
            }
            place = if is_before { *before } else { *after };
        }
        days
    }
}

impl Cut {
    /// The same as a cut of regions.
    pub(crate) fn split(self) -> Split {
        let dim = if self.along == Along::Days { ON } else { KNOWN };
        Split { dim, set: Set::Ranges(Ranges::one(Day::FIRST.0, self.before.previous().0)) }
    }

    /// The cut that leaves two halves with as few of these rectangles as can be; `None` if there is one at most, and it fills all.
    fn between(rects: &[(usize, Bitemporal)], within: &Bitemporal) -> Option<Cut> {
        let best = |along: Along| {
            let span = along.of(within);
            let spans = || rects.iter().map(|(_, rect)| along.of(rect));
            let inside = |day: &Day| span.from < *day && *day <= span.until;
            let ends = spans().flat_map(|days| [Some(days.from), (days.until < Day::LAST).then(|| days.until.next())]).flatten();
            let mut ends: Vec<Day> = ends.filter(inside).collect();
            let middle = ends.len() / 2;
            let before = (!ends.is_empty()).then(|| *ends.select_nth_unstable(middle).1)?;
            let most = spans().filter(|days| days.from < before).count().max(spans().filter(|days| days.until >= before).count());
            Some((most, Cut { along, before }))
        };
        [best(Along::Days), best(Along::Knowledge)].into_iter().flatten().min_by_key(|(most, _)| *most).map(|(_, cut)| cut)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compile::timelines::{Item, paint};
    use proptest::prelude::*;

    fn item() -> impl Strategy<Value = Item> {
        (0i64..20, prop::option::of(0i64..9), 0i64..12).prop_map(|(from, long, decided)| Item {
            days: Days::new(Day(from), long.map(|long| Day(from + long))),
            decided: Some(Day(decided)),
            proposed: false,
            patch: false,
        })
    }

    fn span() -> impl Strategy<Value = Days> {
        (-2i64..30, 0i64..6).prop_map(|(from, long)| Days { from: Day(from), until: Day(from + long) })
    }

    proptest! {
        #[test]
        fn a_tree_finds_what_a_look_at_all_finds(items in prop::collection::vec(item(), 0..12), on in span(), known in span()) {
            let rects: Vec<Bitemporal> = paint(&items, false).into_iter().flatten().collect();
            let cuts = Cuts::of(rects.iter().copied());
            let at = |on: Day, known: Day| rects.iter().position(|rect| rect.on.contains(on) && rect.known.contains(known));
            let (day, then) = (Days { from: on.from, until: on.from }, Days { from: known.from, until: known.from });
            prop_assert_eq!(cuts.find(day, then), Ok(at(on.from, known.from)));
            let days = cuts.days(on.from, known.from);
            prop_assert!(days.contains(on.from));
            prop_assert!((days.from.0.max(-5)..=days.until.0.min(40)).all(|day| at(Day(day), known.from) == at(on.from, known.from)));
            // What is found for many points is so for each; a cut lies inside.
            match cuts.find(on, known) {
                Ok(found) => {
                    let all = (on.from.0..=on.until.0).all(|on| (known.from.0..=known.until.0).all(|known| at(Day(on), Day(known)) == found));
                    prop_assert!(all);
                }
                Err(Cut { along, before }) => {
                    let span = if along == Along::Days { on } else { known };
                    prop_assert!(span.from < before && before <= span.until);
                }
            }
        }
    }
}
