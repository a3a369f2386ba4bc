//! Regions and boxes of few points in; every operation held against looking at each point.

use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::model::arena::{Arena, FactId, Id, RuleId};
use crate::model::day::{Day, Days};
use crate::model::fact::{Fact, Kind};
use crate::model::set::{Ranges, Set, TagTest, from_bits};

const NUMBERS: i64 = 4;
const TAGS: u64 = 8;
const DAYS: i64 = 4;

/// A day, a day of knowledge, a number, a set of tags.
type Point = (i64, i64, i64, u64);

fn facts() -> Arena<FactId, Fact> {
    let fact = |kind, values: &[&str]| Fact::sample(kind, (0, NUMBERS - 1), values.iter().collect());
    let mut facts = Arena::default();
    facts.push(fact(Kind::Number { decimals: 0, whole: true }, &[]));
    facts.push(fact(Kind::Tags, &["a", "b", "c"]));
    facts
}

fn slots() -> Slots {
    Slots::new(&facts(), vec![false, false], Vec::new())
}

/// Everything that these tests look at: few days, so that each point of them can be tried.
fn whole() -> Region {
    let days = Part::of(Ranges::one(0, DAYS - 1));
    Region::everything(&slots()).with(ON, days.clone()).with(KNOWN, days)
}

fn points() -> impl Iterator<Item = Point> {
    let of_days = (0..DAYS).flat_map(|on| (0..DAYS).map(move |known| (on, known)));
    of_days.flat_map(|(on, known)| (0..NUMBERS).flat_map(move |number| (0..TAGS).map(move |tags| (on, known, number, tags))))
}

fn in_region(region: &Region, (on, known, number, tags): Point) -> bool {
    [on, known, number, from_bits(tags)].into_iter().enumerate().all(|(dim, value)| region.part(dim).contains(value))
}

fn in_box(one: &Boxed, (on, known, number, tags): Point) -> bool {
    let values = [number, from_bits(tags)];
    let holds = |(fact, set): &(FactId, Set)| values.get(fact.index()).is_some_and(|value| set.contains(*value));
    one.on.contains(Day(on)) && one.known.contains(Day(known)) && one.tests.iter().all(holds)
}

fn days() -> impl Strategy<Value = Days> {
    (0..DAYS, 0..DAYS).prop_map(|(a, b)| Days { from: Day(a.min(b)), until: Day(a.max(b)) })
}

fn boxed() -> impl Strategy<Value = Boxed> {
    let number = prop::option::of(prop::collection::vec((0..NUMBERS, 0i64..2), 1..3));
    let tags = prop::option::of((0..TAGS, 0..TAGS, 0..TAGS));
    (days(), days(), number, tags).prop_map(|(on, known, number, tags)| {
        let ranges = number.map(|parts| Set::Ranges(Ranges::of(parts.into_iter().map(|(low, more)| (low, low + more)).collect())));
        // A test that nothing passes is refused when a register loads.
        let tags = tags.map(|(all, any, none)| TagTest { all, any: any & !none, none: none & !all }).map(Set::Tags);
        let tests = [ranges, tags].into_iter().enumerate().filter_map(|(at, set)| Some((FactId::new(at), set?))).collect();
        Boxed { rule: RuleId::new(0), on, known, tests: Arc::new(tests) }
    })
}

/// A region that comes of cutting everything by some boxes.
fn region() -> impl Strategy<Value = Region> {
    prop::collection::vec((boxed(), any::<bool>()), 0..4).prop_map(|cuts| {
        cuts.iter().fold(whole(), |region, (by, inside)| match region.relate(by, Moment::NOW, &slots()) {
            Err(split) => {
                let [first, second] = region.cut(&split);
                if *inside { first } else { second }
            }
            Ok(_) => region,
        })
    })
}

proptest! {
    #[test]
    fn a_cut_parts_a_region_in_two(region in region(), by in boxed()) {
        match region.relate(&by, Moment::NOW, &slots()) {
            Ok(inside) => prop_assert!(points().filter(|point| in_region(&region, *point)).all(|point| in_box(&by, point) == inside)),
            Err(split) => {
                let halves = region.clone().cut(&split);
                for point in points() {
                    let count = halves.iter().filter(|half| in_region(half, point)).count();
                    prop_assert_eq!(count, usize::from(in_region(&region, point)));
                }
                prop_assert!(halves.iter().all(|half| points().any(|point| in_region(half, point))), "a half is empty");
            }
        }
    }

    #[test]
    fn what_is_left_of_a_box_is_all_that_the_other_does_not_hold(from in boxed(), other in boxed()) {
        let left = subtract(&from, &other, &facts());
        let any = |one: &Boxed| one.tests.iter().any(|(_, set)| matches!(set, Set::Tags(test) if test.any != 0));
        for point in points() {
            let count = left.iter().filter(|piece| in_box(piece, point)).count();
            prop_assert_eq!(count > 0, in_box(&from, point) && !in_box(&other, point));
            // Two lists of tags of which any must be there cannot be told apart by one test.
            prop_assert!(count <= 1 || (any(&from) && any(&other)), "pieces overlap");
        }
    }

    #[test]
    fn the_pieces_within_a_box_are_what_both_have(region in region(), inside in boxed()) {
        let pieces = super::inside(&region, &inside, &slots());
        for point in points() {
            let count = pieces.iter().filter(|piece| in_region(piece, point)).count();
            prop_assert_eq!(count, usize::from(in_region(&region, point) && in_box(&inside, point)));
        }
    }

    #[test]
    fn what_is_uncovered_is_covered_by_none(region in region(), boxes in prop::collection::vec(boxed(), 0..5)) {
        let boxes: Vec<&Boxed> = boxes.iter().collect();
        let found = uncovered(region.clone(), &boxes, &slots(), &mut Budget::new(100_000)).unwrap();
        let is_bare = |point: &Point| in_region(&region, *point) && !boxes.iter().any(|one| in_box(one, *point));
        match found {
            None => prop_assert!(!points().any(|point| is_bare(&point))),
            Some(piece) => {
                prop_assert!(points().any(|point| in_region(&piece, point)));
                prop_assert!(points().filter(|point| in_region(&piece, *point)).all(|point| is_bare(&point)));
            }
        }
    }
}
