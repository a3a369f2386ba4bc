//! Dated things in; the stretches of days and knowledge in which each counts out (S1, S2).

use std::collections::{BTreeMap, BTreeSet};

use crate::model::arena::{SetId, VersionId};
use crate::model::bitemporal::{Bitemporal, Timelines};
use crate::model::day::{Day, Days};
use crate::model::register::Register;
use crate::model::rule::Version;

/// A version or a value, as far as painting goes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Item {
    pub(super) days: Days,
    /// `None`: not decided yet, paints after all that is.
    pub(super) decided: Option<Day>,
    pub(super) proposed: bool,
    pub(super) patch: bool,
}

/// For each item, the rectangles in which it counts.
pub(super) fn paint(items: &[Item], with_proposals: bool) -> Vec<Vec<Bitemporal>> {
    let mut order: Vec<usize> = (0..items.len()).collect();
    let key = |at: &usize| items.get(*at).map(|item| (item.proposed, item.decided.unwrap_or(Day::LAST), item.days.from, *at));
    order.sort_by_key(key);
    let (proposals, adopted): (Vec<usize>, Vec<usize>) = order.into_iter().partition(|at| items.get(*at).is_some_and(|item| item.proposed));
    let mut line = Line::default();
    for at in adopted {
        if let Some(decided) = items.get(at).and_then(|item| item.decided) {
            line.put(items, at, decided);
        }
    }
    let mut rects = line.rects();
    if with_proposals && !proposals.is_empty() {
        // Whatever is known, proposals come after all that is decided: that shows where they leave it alone.
        let mut above = Line::default();
        proposals.iter().for_each(|at| above.put(items, *at, Day::FIRST));
        rects = above.over(&rects);
    }
    let mut timelines = vec![Vec::new(); items.len()];
    for (at, rect) in rects {
        if let Some(list) = timelines.get_mut(at) {
            list.push(rect);
        }
    }
    for list in &mut timelines {
        list.sort_by_key(|rect: &Bitemporal| (rect.on, rect.known));
    }
    timelines
}

/// Who owns the days from one day to another, since when.
#[derive(Debug, Clone, Copy)]
struct Stretch {
    until: Day,
    /// `None`: nobody any more, what was there has lapsed.
    owner: Option<usize>,
    known: Day,
}

/// A timeline that is painted over: stretches by their first day, apart from each other; and those that were painted over.
#[derive(Debug, Default)]
struct Line {
    now: BTreeMap<Day, Stretch>,
    before: Vec<(usize, Bitemporal)>,
}

impl Line {
    /// Paints one item: its days, and, unless it is a patch, *lapsed* after them.
    fn put(&mut self, items: &[Item], at: usize, known: Day) {
        let Some(item) = items.get(at) else { return };
        self.over_days(item.days, Stretch { until: item.days.until, owner: Some(at), known });
        if !item.patch && item.days.until < Day::LAST {
            self.over_days(Days { from: item.days.until.next(), until: Day::LAST }, Stretch { until: Day::LAST, owner: None, known });
        }
    }

    fn over_days(&mut self, days: Days, stretch: Stretch) {
        let first =
            self.now.range(..days.from).next_back().filter(|(_, before)| before.until >= days.from).map_or(days.from, |(from, _)| *from);
        let under: Vec<Day> = self.now.range(first..=days.until).map(|(from, _)| *from).collect();
        for from in under {
            let Some(old) = self.now.remove(&from) else { continue };
            self.close(from, old, stretch.known);
            // What is left of it is a stretch of its own from now on.
            if from < days.from {
                self.now.insert(from, Stretch { until: days.from.previous(), known: stretch.known, ..old });
            }
            if old.until > days.until {
                self.now.insert(days.until.next(), Stretch { known: stretch.known, ..old });
            }
        }
        self.now.insert(days.from, stretch);
    }

    fn close(&mut self, from: Day, old: Stretch, known: Day) {
        if let Some(owner) = old.owner
            && old.known < known
        {
            let on = Days { from, until: old.until };
            self.before.push((owner, Bitemporal { on, known: Days { from: old.known, until: known.previous() } }));
        }
    }

    /// What was painted over, and what is to be seen.
    fn rects(self) -> Vec<(usize, Bitemporal)> {
        let seen = self.now.into_iter().filter_map(|(from, stretch)| {
            let (on, known) = (Days { from, until: stretch.until }, Days { from: stretch.known, until: Day::LAST });
            Some((stretch.owner?, Bitemporal { on, known }))
        });
        self.before.into_iter().chain(seen).collect()
    }

    /// This line, and what is to be seen of others beneath it.
    fn over(self, beneath: &[(usize, Bitemporal)]) -> Vec<(usize, Bitemporal)> {
        let mut gaps = Vec::new();
        let mut from = Some(Day::FIRST);
        for (start, stretch) in &self.now {
            gaps.extend(from.filter(|from| from < start).map(|from| Days { from, until: start.previous() }));
            from = (stretch.until < Day::LAST).then(|| stretch.until.next());
        }
        gaps.extend(from.map(|from| Days { from, until: Day::LAST }));
        let mut clipped: Vec<(usize, Bitemporal)> = Vec::new();
        for (owner, rect) in beneath {
            let near = gaps.partition_point(|gap| gap.until < rect.on.from);
            let near = gaps.get(near..).into_iter().flatten().take_while(|gap| gap.from <= rect.on.until);
            clipped.extend(near.filter_map(|gap| Some((*owner, Bitemporal { on: gap.overlap(rect.on)?, known: rect.known }))));
        }
        // What changed beneath does not show: a stretch that goes on as it was is one.
        clipped.sort_by_key(|(owner, rect)| (*owner, rect.on, rect.known));
        let goes_on = |next: &(usize, Bitemporal), last: &(usize, Bitemporal)| {
            next.0 == last.0 && next.1.on == last.1.on && last.1.known.until.next() == next.1.known.from
        };
        clipped.dedup_by(|next, last| {
            let one = goes_on(next, last);
            if one {
                last.1.known.until = next.1.known.until;
            }
            one
        });
        clipped.extend(self.rects());
        clipped
    }
}

/// What stands where, of some versions of one rule set.
fn items(register: &Register, versions: &[VersionId]) -> Vec<Item> {
    let item = |version: &Version| Item { days: version.days, decided: version.decided, proposed: version.proposed, patch: version.patch };
    versions.iter().map(|id| item(&register.versions[*id])).collect()
}

/// Where the versions of each rule set with one of these proposals would count, if just these were in force.
pub(super) fn resolve_with(register: &Register, proposals: &BTreeSet<VersionId>) -> BTreeMap<VersionId, Vec<Bitemporal>> {
    let sets: BTreeSet<SetId> = proposals.iter().map(|id| register.versions[*id].set).collect();
    let counts = |id: &VersionId| !register.versions[*id].proposed || proposals.contains(id);
    let of_set = |set: SetId| {
        let ids: Vec<VersionId> = register.sets[set].versions.iter().copied().filter(counts).collect();
        let painted = paint(&items(register, &ids), true);
        ids.into_iter().zip(painted)
    };
    sets.into_iter().flat_map(of_set).collect()
}

/// Paints the timeline of every rule set, without proposals and with them.
pub(crate) fn resolve_timelines(register: &mut Register) {
    let mut sets: BTreeMap<SetId, Vec<VersionId>> = BTreeMap::new();
    for (id, version) in register.versions.iter().filter(|(_, version)| !version.left_out) {
        sets.entry(version.set).or_default().push(id);
    }
    for (set, versions) in sets {
        let items = items(register, &versions);
        let (adopted, proposed) = (paint(&items, false), paint(&items, true));
        for ((id, adopted), proposed) in versions.iter().zip(adopted).zip(proposed) {
            register.versions[*id].timelines = Timelines { adopted, proposed };
        }
        register.sets[set].versions = versions;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(n: i64) -> Day {
        Day(n)
    }

    /// S1 and S2 as they are written: who owns a day, as known on a day.
    fn owner(items: &[Item], on: Day, known: Day, with_proposals: bool) -> Option<usize> {
        let mut order: Vec<usize> = (0..items.len())
            .filter(|at| if items[*at].proposed { with_proposals } else { items[*at].decided.is_some_and(|decided| decided <= known) })
            .collect();
        order.sort_by_key(|at| (items[*at].proposed, items[*at].decided.unwrap_or(Day::LAST), items[*at].days.from, *at));
        let mut owner = None;
        for at in order {
            if items[at].days.contains(on) {
                owner = Some(at);
            } else if on > items[at].days.until && !items[at].patch {
                owner = None;
            }
        }
        owner
    }

    fn item() -> impl Strategy<Value = Item> {
        (0i64..12, prop::option::of(0i64..6), 0i64..8, prop::bool::weighted(0.2), prop::bool::weighted(0.3)).prop_map(
            |(from, length, decided, proposed, patch)| Item {
                days: Days::new(day(from), length.map(|length| day(from + length))),
                decided: (!proposed).then_some(day(decided)),
                proposed,
                patch,
            },
        )
    }

    proptest! {
        #[test]
        fn painted_days_have_the_owner_that_the_clauses_name(items in prop::collection::vec(item(), 0..6), on in -2i64..20, known in -2i64..12, with in any::<bool>()) {
            let owners: Vec<usize> = paint(&items, with)
                .iter()
                .enumerate()
                .flat_map(|(at, rects)| rects.iter().filter(|rect| rect.on.contains(day(on)) && rect.known.contains(day(known))).map(move |_| at))
                .collect();
            prop_assert_eq!(owners, owner(&items, day(on), day(known), with).into_iter().collect::<Vec<_>>());
        }
    }
}
