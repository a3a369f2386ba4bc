//! What a question has in the columns of some rows in; which rows match out, four at a time, without a jump.

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::needless_bitwise_bool,
    reason = "a row that matches is a byte of ones; nobody can guess which way a jump would go"
)]

use super::row::Row;
use crate::model::day::{Day, Days};

/// How many rows are matched at once.
pub(super) const BLOCK_ROWS: usize = 4;
/// A word for each of these rows.
pub(super) type Words = [i32; BLOCK_ROWS];

/// Some rows: for each block of four what each column is tested for, then what the rows come to, then which rules they are. Rows that fill up the
/// last block match all, and come to nothing.
#[derive(Clone, Copy)]
pub(super) struct PackedRows<'a> {
    pub(super) words: &'a [Words],
    /// What the question has in each column.
    pub(super) columns: &'a [i32],
    /// Whether the first column is the day.
    pub(super) dated: bool,
    /// Whether rows match on whichever day.
    pub(super) any_day: bool,
}

/// What is asked of a column, whichever test it came from: `(value & bits) - lowest <= reach`, where the subtraction wraps around.
#[derive(Debug, Clone, Copy)]
pub(super) struct ColumnTest {
    bits: i32,
    lowest: i32,
    reach: i32,
}

impl ColumnTest {
    /// Nothing is asked: every value passes.
    pub(super) const NOTHING: ColumnTest = ColumnTest { bits: 0, lowest: i32::MIN, reach: i32::MAX };

    /// The value lies between these, both included.
    pub(super) fn range([low, high]: [i32; 2]) -> ColumnTest {
        let lowest = low.wrapping_sub(i32::MIN);
        ColumnTest { bits: -1, lowest, reach: high.wrapping_sub(lowest) }
    }
    /// None of these bits is set.
    pub(super) fn clear(bits: i32) -> ColumnTest {
        ColumnTest { bits, lowest: i32::MIN, reach: i32::MIN }
    }
    /// Some of these bits are set: what has none is the last of all.
    pub(super) fn some(bits: i32) -> ColumnTest {
        ColumnTest { bits, lowest: i32::MIN + 1, reach: i32::MAX - 1 }
    }

    /// The words of some rows' tests of one column.
    pub(super) fn words(asks: &(impl Iterator<Item = ColumnTest> + Clone)) -> [Words; 3] {
        let part = |part: fn(ColumnTest) -> i32| words(asks.clone().map(part), part(ColumnTest::NOTHING));
        [part(|ask| ask.bits), part(|ask| ask.lowest), part(|ask| ask.reach)]
    }
}

/// What some rows come to, and which rules they are.
struct PackedBlock<'a> {
    outcomes: &'a Words,
    rules: &'a Words,
    /// What is asked of the first column.
    first: Option<&'a [Words; 3]>,
    /// Which rows match: a byte of ones for each, the first one's last.
    matching: u32,
}

/// How many words a block of so many columns takes.
pub(super) fn stride(columns: usize) -> usize {
    3 * columns + 2
}

impl<'a> PackedRows<'a> {
    /// The first row that matches.
    #[inline(always)]
    #[allow(clippy::inline_always, reason = "half of a verdict's time otherwise")]
    pub(super) fn first(self) -> Row {
        let mut words = self.words;
        while let Some((block, rest)) = self.next(words) {
            // Not a jump for each: which of the two it is, is anyone's guess.
            if (block.matching != 0) | rest.is_empty() {
                return block.pick(block.matching);
            }
            words = rest;
        }
        Row::NONE
    }

    /// The rows that match, in order, as long as more are wanted. Whether all were.
    pub(super) fn each(self, more: &mut impl FnMut(Row, Days) -> bool) -> bool {
        let mut words = self.words;
        while let Some((block, rest)) = self.next(words) {
            let mut matching = block.matching;
            while matching != 0 {
                let row = block.pick(matching);
                if row != Row::NONE && !more(row, block.days(matching, self.dated)) {
                    return false;
                }
                matching &= !(0xff << (matching.trailing_zeros() / 8 * 8));
            }
            words = rest;
        }
        true
    }

    /// One block alone.
    pub(super) fn only(self, at: usize) -> PackedRows<'a> {
        let stride = stride(self.columns.len());
        PackedRows { words: self.words.get(at * stride..(at + 1) * stride).unwrap_or_default(), ..self }
    }

    #[inline(always)]
    #[allow(clippy::inline_always, reason = "half of a verdict's time otherwise")]
    fn next(&self, words: &'a [Words]) -> Option<(PackedBlock<'a>, &'a [Words])> {
        let (asked, rest) = words.split_at_checked(3 * self.columns.len())?;
        let ([outcomes, rules], rest) = rest.split_first_chunk::<2>()?;
        let asked = asked.as_chunks::<3>().0;
        let mut failed = [0i32; BLOCK_ROWS];
        let first = usize::from(self.any_day && self.dated);
        let (columns, asks) = (self.columns.get(first..)?, asked.get(first..)?);
        for (value, [bits, lowest, reach]) in columns.iter().zip(asks) {
            for (((failed, bits), lowest), reach) in failed.iter_mut().zip(bits).zip(lowest).zip(reach) {
                *failed |= -i32::from((value & bits).wrapping_sub(*lowest) > *reach);
            }
        }
        let matching = u32::from_le_bytes(failed.map(|failed| i32::from(failed == 0).wrapping_neg() as u8));
        Some((PackedBlock { outcomes, rules, first: asked.first(), matching }, rest))
    }
}

impl PackedBlock<'_> {
    /// The first of the rows that match.
    #[inline]
    fn pick(&self, matching: u32) -> Row {
        let at = first(matching);
        let (Some(outcome), Some(rule)) = (self.outcomes.get(at), self.rules.get(at)) else { return Row::NONE };
        if matching == 0 { Row::NONE } else { Row { outcome: *outcome, rule: *rule } }
    }

    /// Its days.
    fn days(&self, matching: u32, dated: bool) -> Days {
        let at = first(matching);
        match self.first.filter(|_| dated).map(|[_, lowest, reach]| (lowest.get(at), reach.get(at))) {
            Some((Some(lowest), Some(reach))) if *reach != ColumnTest::NOTHING.reach => {
                let (from, until) = (lowest.wrapping_add(i32::MIN), reach.wrapping_add(*lowest));
                Days { from: Day(from.into()), until: Day(until.into()) }
            }
            _ => Days::EVER,
        }
    }
}

#[inline]
fn first(matching: u32) -> usize {
    (matching.trailing_zeros() as usize / 8) % BLOCK_ROWS
}

pub(super) fn words(values: impl Iterator<Item = i32>, rest: i32) -> Words {
    let mut words = [rest; BLOCK_ROWS];
    words.iter_mut().zip(values).for_each(|(word, value)| *word = value);
    words
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::bitmap::BitmapIndex;
    use super::super::encoding::Demands;
    use super::*;
    use crate::model::arena::{Id, RuleId};

    /// Columns 0 and 1 want ranges, column 2 that no bits are set, column 3 that some are.
    const COLUMNS: usize = 4;

    /// What one row demands of each column, if anything.
    type Row4 = (Option<(i32, i32)>, Option<(i32, i32)>, Option<i32>, Option<i32>);

    fn rows() -> impl Strategy<Value = Vec<Row4>> {
        let ends = || prop_oneof![-3i32..4, Just(i32::MIN + 1), Just(i32::MAX)];
        let range = move || prop::option::of((ends(), ends()).prop_map(|(a, b)| (a.min(b), a.max(b))));
        prop::collection::vec((range(), range(), prop::option::of(0i32..16), prop::option::of(1i32..16)), 1..150)
    }

    fn values() -> impl Strategy<Value = [i32; COLUMNS]> {
        let value = || prop_oneof![-4i32..5, Just(i32::MIN + 1), Just(i32::MAX)];
        (value(), value(), 0i32..16, 0i32..16).prop_map(|(a, b, c, d)| [a, b, c, d])
    }

    /// The words of some rows, as `pack` lays them.
    fn words_of(rows: &[Row4]) -> Vec<Words> {
        let mut all = Vec::new();
        for (first, block) in (0..).step_by(BLOCK_ROWS).zip(rows.chunks(BLOCK_ROWS)) {
            let range = |row: &Option<(i32, i32)>| row.map_or(ColumnTest::NOTHING, |(low, high)| ColumnTest::range([low, high]));
            all.extend(ColumnTest::words(&block.iter().map(|row| range(&row.0))));
            all.extend(ColumnTest::words(&block.iter().map(|row| range(&row.1))));
            all.extend(ColumnTest::words(&block.iter().map(|row| row.2.map_or(ColumnTest::NOTHING, ColumnTest::clear))));
            all.extend(ColumnTest::words(&block.iter().map(|row| row.3.map_or(ColumnTest::NOTHING, ColumnTest::some))));
            all.push(words(block.iter().map(|_| 1), Row::NONE.outcome));
            all.push(words((first..).take(block.len()), Row::NONE.rule));
        }
        all
    }

    /// The same, one test after another.
    fn matches(row: &Row4, values: [i32; COLUMNS], any_day: bool) -> bool {
        let [a, b, c, d] = values;
        let within = |range: Option<(i32, i32)>, value| range.is_none_or(|(low, high)| low <= value && value <= high);
        (any_day || within(row.0, a))
            && within(row.1, b)
            && row.2.is_none_or(|bits| c & bits == 0)
            && row.3.is_none_or(|bits| d & bits != 0)
    }

    proptest! {
        #[test]
        fn packed_rows_match_as_one_row_after_another_does(rows in rows(), values in values(), any_day in any::<bool>()) {
            let words = words_of(&rows);
            let packed = PackedRows { words: &words, columns: &values, dated: true, any_day };
            let expected: Vec<usize> = (0..rows.len()).filter(|at| matches(&rows[*at], values, any_day)).collect();
            let first = packed.first().rule().map(RuleId::index);
            prop_assert_eq!(first, expected.first().copied());
            let mut found = Vec::new();
            packed.each(&mut |row, days| {
                let at = row.rule().map_or(usize::MAX, RuleId::index);
                let own = rows[at].0.map_or(Days::EVER, |(low, high)| Days { from: Day(low.into()), until: Day(high.into()) });
                found.push((at, days == own));
                true
            });
            prop_assert_eq!(found, expected.iter().map(|at| (*at, true)).collect::<Vec<_>>());
        }

        #[test]
        fn the_bitmap_index_leaves_out_no_row_that_matches(rows in rows(), values in values(), any_day in any::<bool>()) {
            let demands: Vec<Demands> = rows
                .iter()
                .map(|row| {
                    let ranges = [(0u16, row.0), (1, row.1)];
                    Demands {
                        ranges: ranges.into_iter().filter_map(|(at, range)| range.map(|(low, high)| (at, [low, high]))).collect(),
                        clear: row.2.map(|bits| (2, bits)).into_iter().collect(),
                        some: row.3.map(|bits| (3, bits)).into_iter().collect(),
                        loose: false,
                    }
                })
                .collect();
            let index = BitmapIndex::of(&demands.iter(), &[0, 1], &[2]);
            let candidates = index.candidates(&values, any_day);
            for (at, row) in rows.iter().enumerate().filter(|(_, row)| matches(row, values, any_day)) {
                prop_assert!(candidates.word(at / 64) >> (at % 64) & 1 == 1, "row {} of {:?}", at, row);
            }
        }
    }
}
