//! Many rows of one cell in; for a question, a bit for each row that may match out: the rows themselves are then looked at only there.
//! For each fact, each stretch between thresholds has a set of rows; the sets of those in which the question lies are intersected.

use smallvec::SmallVec;

use super::encoding::Demands;

/// Of more rows than this, the bitmap index says first which may match.
pub(super) const MANY: usize = 128;

/// A fact's thresholds are put together until there are so many stretches: the sets then take little memory, and rows that only look as
/// if they might match stay few.
const STRETCHES: usize = 64;
/// A question that has more bits set is not looked up by them: there would be more sets to read than rows to spare.
const BITS: u32 = 8;

/// Which rows may match, by column.
#[derive(Debug, Default)]
pub(super) struct BitmapIndex {
    /// How many words of 64 rows there are.
    words: usize,
    ranges: Vec<ByRange>,
    bits: Vec<ByBit>,
}

/// For each stretch of a column's values, the rows whose ranges reach into it.
#[derive(Debug)]
struct ByRange {
    /// Where each stretch but the first begins.
    starts: Vec<i32>,
    rows: Vec<u64>,
}

/// For each bit of a column, the rows that do not match when it is set.
#[derive(Debug)]
struct ByBit {
    rows: Vec<u64>,
}

/// The sets that matter for one question.
pub(super) struct Candidates<'a> {
    passing: SmallVec<[&'a [u64]; 16]>,
    failing: SmallVec<[&'a [u64]; 16]>,
}

impl BitmapIndex {
    pub(super) fn of<'a>(rows: &(impl ExactSizeIterator<Item = &'a Demands> + Clone), ranges: &[u16], clear: &[u16]) -> BitmapIndex {
        let words = rows.len().div_ceil(64);
        let ranges = ranges.iter().map(|column| by_range(rows.clone(), *column, words)).collect();
        let bits = clear.iter().map(|column| by_bit(rows.clone(), *column, words)).collect();
        BitmapIndex { words, ranges, bits }
    }

    /// How many words of 64 rows there are.
    pub(super) fn len(&self) -> usize {
        self.words
    }

    /// What a question has in the columns in; the sets that matter for it out. Without the first column, where that is the day and rows
    /// match on whichever.
    pub(super) fn candidates(&self, columns: &[i32], any_day: bool) -> Candidates<'_> {
        let set = |at: usize| at * self.words..(at + 1) * self.words;
        let mut candidates = Candidates { passing: SmallVec::new(), failing: SmallVec::new() };
        for (by, value) in self.ranges.iter().zip(columns).skip(usize::from(any_day)) {
            candidates.passing.extend(by.rows.get(set(by.starts.partition_point(|start| start <= value))));
        }
        for (by, value) in self.bits.iter().zip(columns.iter().skip(self.ranges.len())) {
            let mut bits = value.cast_unsigned();
            while bits != 0 && bits.count_ones() <= BITS {
                candidates.failing.extend(by.rows.get(set(bits.trailing_zeros() as usize)));
                bits &= bits - 1;
            }
        }
        candidates
    }
}

impl Candidates<'_> {
    /// Which of 64 rows may match.
    pub(super) fn word(&self, at: usize) -> u64 {
        let word = |set: &&[u64]| set.get(at).copied().unwrap_or(0);
        let failing = self.failing.iter().map(word).fold(0, |all, word| all | word);
        self.passing.iter().map(word).fold(!failing, |all, word| all & word)
    }
}

fn by_range<'a>(rows: impl ExactSizeIterator<Item = &'a Demands>, column: u16, words: usize) -> ByRange {
    let asked: Vec<[i32; 2]> = rows
        .map(|demands| demands.ranges.iter().find(|(own, _)| *own == column).map_or([i32::MIN, i32::MAX], |(_, range)| *range))
        .collect();
    let mut ends: Vec<i32> = asked.iter().flat_map(|[low, high]| [*low, high.saturating_add(1)]).collect();
    ends.sort_unstable();
    ends.dedup();
    let step = ends.len().div_ceil(STRETCHES).max(1);
    let starts: Vec<i32> = ends.into_iter().step_by(step).collect();
    let mut sets = vec![0; (starts.len() + 1) * words];
    for (row, [low, high]) in asked.into_iter().enumerate() {
        let stretch = |value: i32| starts.partition_point(|start| *start <= value);
        (stretch(low)..=stretch(high)).for_each(|stretch| put(&mut sets, stretch * words, row));
    }
    ByRange { starts, rows: sets }
}

fn by_bit<'a>(rows: impl ExactSizeIterator<Item = &'a Demands>, column: u16, words: usize) -> ByBit {
    let mut sets = vec![0; 32 * words];
    for (row, demands) in rows.enumerate() {
        let mask = demands.clear.iter().find(|(own, _)| *own == column).map_or(0, |(_, mask)| mask.cast_unsigned());
        (0..32).filter(|bit| mask >> bit & 1 == 1).for_each(|bit| put(&mut sets, bit * words, row));
    }
    ByBit { rows: sets }
}

/// Sets the bit of a row in the set that begins at a word.
fn put(sets: &mut [u64], start: usize, row: usize) {
    sets.get_mut(start + row / 64).into_iter().for_each(|word| *word |= 1 << (row % 64));
}
