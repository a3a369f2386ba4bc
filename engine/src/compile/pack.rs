//! Boxes in order in; rows of small numbers out, four to a block.

#![allow(clippy::cast_possible_wrap, clippy::cast_possible_truncation, reason = "small numbers stand in words of four bytes")]

use std::collections::{BTreeMap, BTreeSet};

use super::bitmap::{BitmapIndex, MANY};
use super::encoding::{Demands, Encoding};
use super::packed::{BLOCK_ROWS, ColumnTest, Words, words};
use super::row::{BURDEN, LOOSE, MORE, Row};
use crate::cover::Boxed;
use crate::model::arena::{Id, RuleId};
use crate::model::day::Day;
use crate::model::register::Register;
use crate::model::rule::{Effect, Level};

/// The rows of a cell by itself, before they stand among others; see `CellRows`.
pub(super) struct PackedCell {
    pub(super) settled_since: Day,
    pub(super) has_options: bool,
    pub(super) is_whole: bool,
    pub(super) reads_register: bool,
    pub(super) choices: PackedGroup,
    pub(super) bounds: PackedGroup,
}

/// Some rows of it.
pub(super) struct PackedGroup {
    pub(super) rows: usize,
    /// The encoded columns that they test: of which they want ranges, of which no bits, of which some.
    pub(super) columns: Vec<u16>,
    pub(super) blocks: Vec<Words>,
    pub(super) bitmap: Option<BitmapIndex>,
}

/// Packs the rows of some boxes, as far as they count by what is known in the end.
pub(super) fn pack(register: &Register, encoding: &Encoding, boxes: &[&Boxed]) -> PackedGroup {
    let mut rows: Vec<(RuleId, Demands)> = Vec::with_capacity(boxes.len());
    for boxed in boxes.iter().filter(|boxed| boxed.known.contains(Day::LAST)) {
        rows.extend(encoding.demands(boxed, &register.facts).map(|demands| (boxed.rule, demands)));
    }
    thin(&mut rows);
    let ranges = named(rows.iter().flat_map(|(_, demands)| &demands.ranges));
    let clear = named(rows.iter().flat_map(|(_, demands)| &demands.clear));
    let some = named(rows.iter().flat_map(|(_, demands)| &demands.some));
    let mut blocks = Vec::new();
    for rows in rows.chunks(BLOCK_ROWS) {
        let demands = || rows.iter().map(|(_, demands)| demands);
        for column in &ranges {
            blocks.extend(ColumnTest::words(
                &demands().map(|own| asked(&own.ranges, *column).map_or(ColumnTest::NOTHING, ColumnTest::range)),
            ));
        }
        for column in &clear {
            blocks
                .extend(ColumnTest::words(&demands().map(|own| asked(&own.clear, *column).map_or(ColumnTest::NOTHING, ColumnTest::clear))));
        }
        for column in &some {
            blocks.extend(ColumnTest::words(&demands().map(|own| asked(&own.some, *column).map_or(ColumnTest::NOTHING, ColumnTest::some))));
        }
        let (outcomes, rules) = (Row::NONE.outcome, Row::NONE.rule);
        blocks.push(words(rows.iter().map(|(rule, demands)| outcome(register, *rule, demands.loose)), outcomes));
        blocks.push(words(rows.iter().map(|(rule, _)| rule.index() as i32), rules));
    }
    let bitmap = (rows.len() > MANY).then(|| BitmapIndex::of(&rows.iter().map(|(_, demands)| demands), &ranges, &clear));
    PackedGroup { rows: rows.len(), columns: [ranges, clear, some].concat(), blocks, bitmap }
}

/// So many tests of a cell's rows are packed, whether a row has them or not.
const DENSE: usize = 1 << 20;

/// Leaves out the columns that the fewest rows test, where rows and columns are too many to be packed one against the other. Rows that had them
/// are looser than their rules, which is looked up then.
fn thin(rows: &mut [(RuleId, Demands)]) {
    let tests: usize = rows.iter().map(|(_, own)| own.ranges.len() + own.clear.len() + own.some.len()).sum();
    // There are no more columns than tests: most cells need no closer look.
    if rows.len().saturating_mul(tests) <= DENSE {
        return;
    }
    let mut counts: BTreeMap<(u8, u16), usize> = BTreeMap::new();
    for (_, own) in rows.iter() {
        let columns = own.ranges.iter().map(|(at, _)| (0, *at)).chain(own.clear.iter().map(|(at, _)| (1, *at)));
        columns.chain(own.some.iter().map(|(at, _)| (2, *at))).for_each(|column| *counts.entry(column).or_default() += 1);
    }
    if rows.len().saturating_mul(counts.len()) <= DENSE {
        return;
    }
    let mut columns: Vec<((u8, u16), usize)> = counts.into_iter().collect();
    columns.sort_by_key(|(column, count)| (std::cmp::Reverse(*count), *column));
    let kept: BTreeSet<(u8, u16)> = columns.into_iter().map(|(column, _)| column).take(DENSE / rows.len().max(1)).collect();
    for (_, own) in rows {
        let before = own.ranges.len() + own.clear.len() + own.some.len();
        own.ranges.retain(|(at, _)| kept.contains(&(0, *at)));
        own.clear.retain(|(at, _)| kept.contains(&(1, *at)));
        own.some.retain(|(at, _)| kept.contains(&(2, *at)));
        own.loose |= own.ranges.len() + own.clear.len() + own.some.len() < before;
    }
}

/// The encoded columns that some demands name, each once, in order.
fn named<'a, T: 'a>(demands: impl Iterator<Item = &'a (u16, T)>) -> Vec<u16> {
    let mut encoded: Vec<u16> = demands.map(|(column, _)| *column).collect();
    encoded.sort_unstable();
    encoded.dedup();
    encoded
}

/// What is asked of a column.
fn asked<T: Copy>(demands: &[(u16, T)], column: u16) -> Option<T> {
    demands.iter().find(|(own, _)| *own == column).map(|(_, word)| *word)
}

fn outcome(register: &Register, rule: RuleId, loose: bool) -> i32 {
    let (level, more, burden) = match &register.rules[rule].effect {
        Effect::Grant(grant) => (grant.level, grant.quota.is_some(), grant.up_to.is_some() || !grant.obligations.is_empty()),
        Effect::Deny => (Level::NONE, false, false),
        Effect::AsAt(_) | Effect::Bound { .. } => (Level::NONE, true, false),
    };
    i32::from(level.0) | if loose { LOOSE } else { 0 } | if more { MORE } else { 0 } | if burden { BURDEN } else { 0 }
}
