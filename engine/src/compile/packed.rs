//! What a question has in the columns of some rows in; which rows match out, four at a time, without a jump.

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::needless_bitwise_bool,
    reason = "a row that matches is a byte of ones; nobody can guess which way a jump would go"
)]

use super::row::Row;
use crate::model::day::{Day, Days};

/// So many rows are matched at once.
pub(super) const BLOCK_ROWS: usize = 4;
/// A word for each of these rows.
pub(super) type Words = [i32; BLOCK_ROWS];

/// Some rows: for each few of them what each column asks, then what the rows come to, then which rules they are. Rows that fill up the
/// last few match all, and come to nothing.
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

/// What is asked of a column, whichever way: of some of its bits, shifted down, not to be more than so much. All numbers are shifted so that
/// the lowest that passes comes first.
#[derive(Debug, Clone, Copy)]
pub(super) struct ColumnTest {
    bits: i32,
    lowest: i32,
    reach: i32,
}

impl ColumnTest {
    /// Every value passes.
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

    /// The words of some rows' asks of one column.
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
