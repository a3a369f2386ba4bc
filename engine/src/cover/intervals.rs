//! Intervals in; those that meet another out, without a look at all of them.

/// How many intervals are passed over at once.
const BLOCK: usize = 64;

/// Intervals of numbers, each by its place in the list that they come from.
#[derive(Debug)]
pub(super) struct Intervals {
    /// From, to and place, by the first.
    sorted: Vec<(i64, i64, usize)>,
    /// The highest end of each block.
    highest: Vec<i64>,
    /// All ends, in order.
    ends: Vec<i64>,
}

impl Intervals {
    pub(super) fn of(mut sorted: Vec<(i64, i64, usize)>) -> Intervals {
        sorted.sort_unstable();
        let highest = sorted.chunks(BLOCK).map(|block| block.iter().map(|(_, to, _)| *to).max().unwrap_or(i64::MIN)).collect();
        let mut ends: Vec<i64> = sorted.iter().map(|(_, to, _)| *to).collect();
        ends.sort_unstable();
        Intervals { sorted, highest, ends }
    }
    /// How many meet the numbers from one to another.
    pub(super) fn count(&self, from: i64, to: i64) -> usize {
        let begun = self.sorted.partition_point(|(start, _, _)| *start <= to);
        begun - self.ends.partition_point(|end| *end < from).min(begun)
    }
    /// The places of those that do, in no order of their own.
    pub(super) fn meeting(&self, from: i64, to: i64) -> impl Iterator<Item = usize> {
        let begun = self.sorted.partition_point(|(start, _, _)| *start <= to);
        let blocks = self.sorted.get(..begun).unwrap_or_default().chunks(BLOCK).zip(&self.highest);
        let near = blocks.filter(move |(_, highest)| **highest >= from).flat_map(|(block, _)| block);
        near.filter(move |(_, end, _)| *end >= from).map(|(_, _, at)| *at)
    }
}
