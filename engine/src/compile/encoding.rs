//! Facts with wide domains in; one `i32` for each, with every comparison that a test makes kept, out.

use std::sync::Arc;

use crate::cover::Boxed;
use crate::model::arena::{Arena, FactId, Id};
use crate::model::day::{Day, Days};
use crate::model::fact::{Fact, Kind};
use crate::model::rule::Table;
use crate::model::set::{Set, bits};

/// In the column of a fact that is missing. No lowered value is this, nor the complement of one.
pub(crate) const MISSING: i32 = i32::MIN;
/// The column of the day.
pub(super) const DAY_COLUMN: u16 = 0;

/// The most texts or tags that get a bit each in one column: so few that neither the bits nor their complement equal `MISSING`.
const BITS: usize = 30;
const ALL_BITS: i32 = (1 << BITS) - 1;

/// Which facts have encoded columns, and how a value comes into them. Tags have two: their bits, and their complement, so that "all of these"
/// is "none of these" of the other.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Encoding {
    facts: Vec<Option<EncodedColumn>>,
    /// How many encoded columns there are for one day.
    width: usize,
}

/// Where the column of a fact stands (of tags: the first of two), and how a value comes into it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct EncodedColumn {
    at: u16,
    how: How,
}

/// How a value is made small.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum How {
    /// What lies beyond all thresholds is cut off; `drop` bits are given up where thresholds lie too far apart.
    Number { base: i64, drop: u32 },
    /// The bit of one text.
    Text,
    /// A bit each.
    Tags,
}

/// What a box asks of the encoded columns: all that its tests ask, or less where a test does not fit.
#[derive(Debug, Default)]
pub(super) struct Demands {
    /// The column is in this range, both ends included.
    pub(super) ranges: Vec<(u16, [i32; 2])>,
    /// The column has none of these bits.
    pub(super) clear: Vec<(u16, i32)>,
    /// The column has some of these bits.
    pub(super) some: Vec<(u16, i32)>,
    /// There is more to its tests than stands here.
    pub(super) loose: bool,
}

impl Encoding {
    /// The encoding for the facts that some rules test. Pieces that others cut from a rule end beside thresholds that are there already.
    pub(super) fn of<'t>(facts: &Arena<FactId, Fact>, tables: impl Iterator<Item = &'t Arc<Table>>) -> Encoding {
        let mut ends: Vec<Option<(i64, i64)>> = vec![None; facts.len()];
        for (id, set) in tables.flat_map(|table| table.iter()) {
            let Some(slot) = ends.get_mut(id.index()) else { continue };
            let first = *slot.get_or_insert((i64::MAX, i64::MIN));
            let Set::Ranges(ranges) = set else { continue };
            let (low, high) = domain(&facts[*id]);
            let thresholds = ranges.lowest().filter(|own| *own > low).into_iter().chain(ranges.highest().filter(|own| *own < high));
            *slot = Some(thresholds.fold(first, |(low, high), own| (low.min(own), high.max(own))));
        }
        let mut width = 1;
        let mut column = |(fact, ends): (&Fact, &Option<(i64, i64)>)| {
            let (low, high) = (*ends)?;
            let at = u16::try_from(width).ok()?;
            width += if fact.kind == Kind::Tags { 2 } else { 1 };
            Some(EncodedColumn { at, how: how(fact, low, high) })
        };
        let facts = facts.values().zip(&ends).map(&mut column).collect();
        Encoding { facts, width }
    }

    /// How many encoded columns a question has for one day.
    pub(crate) fn len(&self) -> usize {
        self.width
    }
    /// Puts a day in its column.
    #[inline]
    pub(crate) fn put_day(encoded: &mut [i32], day: Day) {
        put(encoded, usize::from(DAY_COLUMN), small_day(day));
    }
    /// Puts a fact in its encoded columns, where it has any.
    #[inline]
    pub(crate) fn put(&self, encoded: &mut [i32], fact: FactId, value: i64) {
        if let Some(Some(column)) = self.facts.get(fact.index()) {
            let (at, small) = (usize::from(column.at), column.how.lower(value));
            put(encoded, at, small);
            if matches!(column.how, How::Tags) {
                put(encoded, at + 1, !small);
            }
        }
    }

    /// What a box asks; `None` if no question can meet it.
    pub(super) fn demands(&self, boxed: &Boxed, facts: &Arena<FactId, Fact>) -> Option<Demands> {
        let mut demands = Demands::default();
        demands.days(boxed.on);
        for (id, set) in boxed.tests.iter() {
            match self.facts.get(id.index()) {
                Some(Some(column)) => demands.test(*column, set, &facts[*id])?,
                _ => demands.loose = true,
            }
        }
        Some(demands)
    }
}

/// The lowest and the highest lowered value of a scalar fact.
fn domain(fact: &Fact) -> (i64, i64) {
    let ends = fact.domain().and_then(|domain| Some((domain.lowest()?, domain.highest()?)));
    ends.unwrap_or((i64::MIN, i64::MAX))
}

fn how(fact: &Fact, low: i64, high: i64) -> How {
    match fact.kind {
        Kind::Tags => How::Tags,
        Kind::Text if fact.values.len() < BITS => How::Text,
        _ => {
            // Thresholds are looked at on both sides: just below a low end, and at a high end.
            let span = if low <= high { high.abs_diff(low).saturating_add(4) } else { 0 };
            let drop = (64 - span.leading_zeros()).saturating_sub(31);
            How::Number { base: low.saturating_sub(2), drop }
        }
    }
}

impl How {
    #[inline]
    fn lower(self, value: i64) -> i32 {
        match self {
            How::Number { base, drop } => {
                let small = value.saturating_sub(base) >> drop;
                // Values beyond all thresholds become one: the far ends of what is left.
                i32::try_from(small.max(0)).unwrap_or(i32::MAX).min(i32::MAX - 1)
            }
            How::Text => u32::try_from(value).ok().and_then(|at| 1i32.checked_shl(at)).unwrap_or(0) & ALL_BITS,
            How::Tags => low_bits(bits(value)),
        }
    }
}

/// A day between the first and the last fits well.
fn small_day(day: Day) -> i32 {
    i32::try_from(day.0).unwrap_or(0)
}

fn low_bits(set: u64) -> i32 {
    i32::from_ne_bytes(u32::try_from(set & u64::from(ALL_BITS.unsigned_abs())).unwrap_or(0).to_ne_bytes())
}

fn put(encoded: &mut [i32], at: usize, value: i32) {
    encoded.get_mut(at).into_iter().for_each(|column| *column = value);
}

impl Demands {
    fn days(&mut self, on: Days) {
        if on != Days::EVER {
            self.ranges.push((DAY_COLUMN, [small_day(on.from), small_day(on.until)]));
        }
    }

    /// `None` if no value passes.
    fn test(&mut self, column: EncodedColumn, set: &Set, fact: &Fact) -> Option<()> {
        match (set, column.how) {
            (Set::Ranges(ranges), How::Number { drop, .. }) => {
                let (low, high) = (ranges.lowest()?, ranges.highest()?);
                let (first, last) = domain(fact);
                if high < last || low > first {
                    self.ranges.push((column.at, [column.how.lower(low), column.how.lower(high)]));
                }
                self.loose |= ranges.parts().len() > 1 || drop > 0;
            }
            (Set::Ranges(ranges), How::Text) => {
                let passing = (0..BITS).filter(|at| i64::try_from(*at).is_ok_and(|at| ranges.contains(at)));
                let passing = passing.fold(0, |all, at| all | 1 << at);
                if passing == 0 {
                    return None;
                }
                self.clear.push((column.at, !passing & ALL_BITS));
            }
            (Set::Tags(test), How::Tags) => {
                let wide = |set: u64| set & !u64::from(ALL_BITS.unsigned_abs()) != 0;
                self.loose |= wide(test.all) || wide(test.none) || wide(test.any);
                if test.all != 0 {
                    self.clear.push((column.at + 1, low_bits(test.all)));
                }
                if test.none != 0 {
                    self.clear.push((column.at, low_bits(test.none)));
                }
                if test.any != 0 && !wide(test.any) {
                    self.some.push((column.at, low_bits(test.any)));
                }
            }
            _ => self.loose = true,
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;

    use super::*;
    use crate::model::arena::BoxId;
    use crate::model::fact::NUMBER_LIMIT;
    use crate::model::set::{Ranges, TagTest, from_bits};

    fn fact(kind: Kind, values: usize) -> Fact {
        let values = (0..values).map(|at| format!("value-{at}")).collect();
        Fact { open: true, ..Fact::sample(kind, (-NUMBER_LIMIT, NUMBER_LIMIT), values) }
    }

    /// For each test, whether a value passes it by its encoded columns, and whether the encoded columns do not say it all.
    fn passing(fact: Fact, tests: &[Set], value: i64) -> Vec<(bool, bool)> {
        let (mut facts, mut boxes) = (Arena::default(), Arena::<BoxId, Boxed>::default());
        let id = facts.push(fact);
        let of = |set: &Set| Boxed { tests: Arc::new(vec![(id, set.clone())]), ..Boxed::of_days(Days::EVER, Days::EVER) };
        for set in tests {
            boxes.push(of(set));
        }
        let encoding = Encoding::of(&facts, boxes.values().map(|boxed| &boxed.tests));
        let mut filled = vec![MISSING; encoding.len()];
        encoding.put(&mut filled, id, value);
        let column = |at: u16| filled[usize::from(at)];
        let pass = |demands: &Demands| {
            demands.ranges.iter().all(|(at, [low, high])| *low <= column(*at) && column(*at) <= *high)
                && demands.clear.iter().all(|(at, mask)| column(*at) & mask == 0)
                && demands.some.iter().all(|(at, mask)| column(*at) & mask != 0)
        };
        assert!(filled[1..].iter().all(|column| *column != MISSING));
        boxes.values().map(|boxed| encoding.demands(boxed, &facts).map_or((false, false), |own| (pass(&own), own.loose))).collect()
    }

    fn agree(fact: Fact, tests: &[Set], value: i64) {
        for (set, (passes, loose)) in tests.iter().zip(passing(fact, tests, value)) {
            assert!(passes == set.contains(value) || (loose && passes), "{set:?} {value}: {passes}, loose: {loose}");
        }
    }

    /// Numbers near each other, and numbers far apart.
    fn number() -> impl Strategy<Value = i64> {
        prop_oneof![-5i64..5, 1_000_000i64..1_000_005, -NUMBER_LIMIT..NUMBER_LIMIT, Just(NUMBER_LIMIT), Just(-NUMBER_LIMIT)]
    }

    proptest! {
        #[test]
        fn numbers_pass_as_they_are(cuts in prop::collection::vec(prop::collection::vec((number(), number()), 1..3), 1..4), value in number()) {
            let tests: Vec<Set> = cuts.into_iter().map(|parts| Set::Ranges(Ranges::of(parts))).collect();
            agree(fact(Kind::Number { decimals: 0, whole: true }, 0), &tests, value);
        }

        #[test]
        fn texts_pass_as_they_are(values in 1usize..40, cuts in prop::collection::vec((0i64..40, 0i64..40), 1..5), value in 0i64..40) {
            let tests: Vec<Set> = cuts.into_iter().map(|cut| Set::Ranges(Ranges::of(vec![cut, (cut.1, cut.1)]))).collect();
            agree(fact(Kind::Text, values), &tests, value.min(i64::try_from(values).unwrap()));
        }

        #[test]
        fn tags_pass_as_they_are(all in any::<u64>(), any in any::<u64>(), none in any::<u64>(), thin in any::<u64>(), value in any::<u64>()) {
            let tests = [Set::Tags(TagTest { all: all & thin & value, any, none: none & thin }), Set::Tags(TagTest { all: thin & 7, any: 0, none: 0 })];
            agree(fact(Kind::Tags, 64), &tests, from_bits(value));
        }
    }
}
