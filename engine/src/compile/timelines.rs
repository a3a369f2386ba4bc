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

/// The owner of each day from a day on, until the next entry: a timeline.
type Line = Vec<(Day, Option<usize>)>;

/// For each item, the rectangles in which it counts.
pub(super) fn paint(items: &[Item], with_proposals: bool) -> Vec<Vec<Bitemporal>> {
    let mut order: Vec<usize> = (0..items.len()).collect();
    let key = |at: &usize| items.get(*at).map(|item| (item.proposed, item.decided.unwrap_or(Day::LAST), item.days.from, *at));
    order.sort_by_key(key);
    let (proposals, adopted): (Vec<usize>, Vec<usize>) = order.into_iter().partition(|at| items.get(*at).is_some_and(|item| item.proposed));
    let mut timelines = vec![Vec::new(); items.len()];
    let mut open: BTreeMap<(usize, Days), Day> = BTreeMap::new();
    let mut line: Line = vec![(Day::FIRST, None)];
    let mut known = Day::FIRST;
    let mut next = adopted.into_iter().peekable();
    loop {
        let mut shown = line.clone();
        if with_proposals {
            proposals.iter().for_each(|at| put(&mut shown, items, *at));
        }
        let now: BTreeMap<(usize, Days), Day> = stretches(&shown).into_iter().map(|key| (key, known)).collect();
        for ((at, on), since) in std::mem::take(&mut open) {
            if now.contains_key(&(at, on)) {
                open.insert((at, on), since);
            } else {
                close(&mut timelines, at, on, since, known.previous());
            }
        }
        for (key, since) in now {
            open.entry(key).or_insert(since);
        }
        let Some(decided) = next.peek().and_then(|at| items.get(*at)).and_then(|item| item.decided) else { break };
        while let Some(at) = next.next_if(|at| items.get(*at).is_some_and(|item| item.decided == Some(decided))) {
            put(&mut line, items, at);
        }
        known = decided;
    }
    for ((at, on), since) in open {
        close(&mut timelines, at, on, since, Day::LAST);
    }
    for list in &mut timelines {
        list.sort_by_key(|rect: &Bitemporal| (rect.on, rect.known));
    }
    timelines
}

fn close(timelines: &mut [Vec<Bitemporal>], at: usize, on: Days, since: Day, until: Day) {
    if let Some(list) = timelines.get_mut(at)
        && since <= until
    {
        list.push(Bitemporal { on, known: Days { from: since, until } });
    }
}

/// Paints one item over a line: its days, and, unless it is a patch, *lapsed* after them.
fn put(line: &mut Line, items: &[Item], at: usize) {
    let Some(item) = items.get(at) else { return };
    over(line, item.days, Some(at));
    if !item.patch && item.days.until < Day::LAST {
        over(line, Days { from: item.days.until.next(), until: Day::LAST }, None);
    }
}

fn over(line: &mut Line, days: Days, owner: Option<usize>) {
    let after = days.until.next();
    let resumes = line.iter().rev().find(|(from, _)| *from <= after).and_then(|(_, owner)| *owner);
    line.retain(|(from, _)| *from < days.from || *from > after);
    line.push((days.from, owner));
    if days.until < Day::LAST {
        line.push((after, resumes));
    }
    line.sort_by_key(|(from, _)| *from);
}

/// Each owned stretch of a line, neighbours of one owner joined.
fn stretches(line: &Line) -> Vec<(usize, Days)> {
    let ends = line.iter().skip(1).map(|(from, _)| from.previous()).chain([Day::LAST]);
    let mut found: Vec<(usize, Days)> = Vec::new();
    for ((from, owner), until) in line.iter().zip(ends) {
        let Some(owner) = owner else { continue };
        match found.last_mut() {
            Some((last, days)) if last == owner && days.until.next() == *from => days.until = until,
            _ => found.push((*owner, Days { from: *from, until })),
        }
    }
    found
}

/// The versions of each rule set, as far as they count.
fn by_set(register: &Register, counts: impl Fn(VersionId, &Version) -> bool) -> BTreeMap<SetId, (Vec<VersionId>, Vec<Item>)> {
    let mut sets: BTreeMap<SetId, (Vec<VersionId>, Vec<Item>)> = BTreeMap::new();
    for (id, version) in register.versions.iter().filter(|(id, version)| !version.left_out && counts(*id, version)) {
        let (ids, items) = sets.entry(version.set).or_default();
        ids.push(id);
        items.push(Item { days: version.days, decided: version.decided, proposed: version.proposed, patch: version.patch });
    }
    sets
}

/// Where the versions of each rule set with one of these proposals would count, if just these were in force.
pub(super) fn resolve_with(register: &Register, proposals: &BTreeSet<VersionId>) -> BTreeMap<VersionId, Vec<Bitemporal>> {
    let sets: BTreeSet<SetId> = proposals.iter().map(|id| register.versions[*id].set).collect();
    let counts = |id: VersionId, version: &Version| sets.contains(&version.set) && (!version.proposed || proposals.contains(&id));
    by_set(register, counts).into_values().flat_map(|(ids, items)| ids.into_iter().zip(paint(&items, true)).collect::<Vec<_>>()).collect()
}

/// Paints the timeline of every rule set, without proposals and with them.
pub(crate) fn resolve_timelines(register: &mut Register) {
    for (versions, items) in by_set(register, |_, _| true).into_values() {
        let adopted = paint(&items, false);
        let proposed = paint(&items, true);
        for ((id, adopted), proposed) in versions.into_iter().zip(adopted).zip(proposed) {
            register.versions[id].timelines = Timelines { adopted, proposed };
        }
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
