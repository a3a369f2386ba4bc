//! The rows of all cells: small numbers, four rows to a block, so that a question whose facts are known is matched against several rules at
//! once, without a jump. What this form cannot say is marked, and left to the boxes.

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_possible_wrap,
    reason = "small numbers stand in words of four bytes, and come out as they went in"
)]

use std::collections::BTreeMap;
use std::sync::Arc;

use smallvec::{Array, SmallVec};

use super::bitmap::{BitmapIndex, MANY};
use super::encoding::{DAY_COLUMN, Encoding, MISSING};
use super::pack::{PackedCell, PackedGroup};
use super::packed::{BLOCK_ROWS, PackedRows, Words, stride};
use super::row::{LOOSE, Row};
use crate::model::arena::{Arena, CellId, Id, RuleId};
use crate::model::day::{Day, Days};

/// What a question has in each column of a group, where it is kept; and where it is looked at once, on the stack.
pub(crate) type Columns = SmallVec<[i32; 8]>;
type Wide = SmallVec<[i32; 32]>;

/// The rows of all cells.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    pub(crate) encoding: Encoding,
    cells: Arena<CellId, CellRows>,
    blocks: Vec<Words>,
    columns: ColumnLists,
    /// The bitmap indices of large groups, by the groups' first blocks.
    bitmaps: BTreeMap<u32, Arc<BitmapIndex>>,
}

/// Which encoded columns each group tests; groups that test the same share them.
#[derive(Debug, Clone, Default)]
struct ColumnLists {
    encoded: Vec<u16>,
    places: BTreeMap<Vec<u16>, usize>,
}

impl ColumnLists {
    fn place(&mut self, columns: Vec<u16>) -> usize {
        let end = self.encoded.len();
        *self.places.entry(columns).or_insert_with_key(|columns| {
            self.encoded.extend(columns);
            end
        })
    }
}

/// One cell's rows.
#[derive(Debug, Clone, Copy)]
#[allow(clippy::struct_excessive_bools, reason = "each says another thing about the cell")]
pub(crate) struct CellRows {
    /// From this day of knowledge on, nothing in the cell is known otherwise; rows stand for what is known then.
    pub(crate) settled_since: Day,
    /// Whether options take part.
    pub(crate) has_options: bool,
    /// Whether nothing is cut away from a rule by those that override it.
    pub(crate) is_whole: bool,
    /// Whether facts are read that the register gives, or that follow from such: they have other values on other days.
    pub(crate) reads_register: bool,
    /// Whether proposals may make it another.
    pub(crate) is_pending: bool,
    /// Choices in order of precedence.
    pub(crate) choices: Group,
    /// Bounds, those of the highest rank first.
    pub(crate) bounds: Group,
}

/// Some rows and the columns that they test: the encoded columns of which they want ranges first, among them the day where any row tests it; then
/// those of which they want bits not to be set, then those of which they want some to be.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Group {
    rows: u32,
    block: u32,
    column: u32,
    columns: u16,
    /// Whether the day is the first column.
    dated: bool,
}

/// Rows do not tell what holds: a fact is missing, or a row is looser than its rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fallback;

impl CellRows {
    /// Whether the first choice that matches is all there is to it: no options, no bounds.
    pub(crate) fn is_plain(&self) -> bool {
        !self.has_options && self.bounds.rows == 0
    }
}

impl Rows {
    /// No rows yet.
    pub(super) fn new(encoding: Encoding) -> Rows {
        Rows { encoding, ..Rows::default() }
    }

    /// No rows yet, for a register whose cells test the same as another's.
    pub(super) fn like(before: &Rows) -> Rows {
        let blocks = Vec::with_capacity(before.blocks.len());
        Rows { encoding: before.encoding.clone(), columns: before.columns.clone(), blocks, ..Rows::default() }
    }

    /// Enters the rows of the next cell.
    pub(super) fn enter(&mut self, laid: PackedCell) {
        let PackedCell { settled_since, has_options, is_whole, reads_register, choices, bounds } = laid;
        let (choices, bounds) = (self.group(choices), self.group(bounds));
        self.cells.push(CellRows { settled_since, has_options, is_whole, reads_register, is_pending: false, choices, bounds });
    }

    /// Enters the rows of the next cell as they were; their rules have other ids here.
    pub(super) fn keep(&mut self, before: &Rows, cell: CellId, rule: impl Fn(RuleId) -> RuleId) {
        let cell = before.cells[cell];
        let (choices, bounds) = (self.keep_group(before, cell.choices, &rule), self.keep_group(before, cell.bounds, &rule));
        self.cells.push(CellRows { choices, bounds, is_pending: false, ..cell });
    }

    /// Says of a cell that proposals may make another of it.
    pub(super) fn mark_pending(&mut self, cell: CellId) {
        self.cells[cell].is_pending = true;
    }

    fn group(&mut self, laid: PackedGroup) -> Group {
        let block = self.blocks.len() as u32;
        let group = Group {
            rows: laid.rows as u32,
            block,
            columns: laid.columns.len() as u16,
            dated: laid.columns.first() == Some(&DAY_COLUMN),
            column: self.columns.place(laid.columns) as u32,
        };
        self.blocks.extend(laid.blocks);
        self.bitmaps.extend(laid.bitmap.map(|bitmap| (block, Arc::new(bitmap))));
        group
    }

    fn keep_group(&mut self, before: &Rows, group: Group, rule: &impl Fn(RuleId) -> RuleId) -> Group {
        let block = self.blocks.len();
        self.blocks.extend_from_slice(before.words(group).unwrap_or_default());
        let stride = stride(group.columns.into());
        for rules in self.blocks.iter_mut().skip(block + stride - 1).step_by(stride) {
            *rules = rules.map(|own| if own < 0 { own } else { rule(RuleId::new(own as usize)).index() as i32 });
        }
        if group.rows as usize > MANY {
            self.bitmaps.extend(before.bitmaps.get(&group.block).map(|bitmap| (block as u32, bitmap.clone())));
        }
        Group { block: block as u32, ..group }
    }

    pub(crate) fn cell(&self, cell: CellId) -> &CellRows {
        &self.cells[cell]
    }

    /// What a question has in the columns of a group, by its encoded facts of one day. Refused where a fact that they test is missing.
    #[inline]
    pub(crate) fn columns<A: Array<Item = i32>>(&self, group: Group, encoded: &[i32], into: &mut SmallVec<A>) -> Result<(), Fallback> {
        into.clear();
        let at = group.column as usize;
        for column in self.columns.encoded.get(at..at + usize::from(group.columns)).ok_or(Fallback)? {
            let value = encoded.get(usize::from(*column)).copied().filter(|value| *value != MISSING);
            into.push(value.ok_or(Fallback)?);
        }
        Ok(())
    }

    /// The first row of a group that matches, by a question's encoded facts of one day. Refused where a fact that it tests is missing.
    #[inline]
    pub(crate) fn first_by_encoded(&self, group: Group, encoded: &[i32]) -> Result<Row, Fallback> {
        let mut columns = Wide::new();
        self.columns(group, encoded, &mut columns)?;
        self.first(group, &columns)
    }

    /// The first row of a group that matches.
    #[inline]
    pub(crate) fn first(&self, group: Group, columns: &[i32]) -> Result<Row, Fallback> {
        let row = if group.rows as usize > MANY {
            let mut first = Row::NONE;
            self.each(group, columns, false, |row, _| {
                first = row;
                false
            })?;
            first
        } else {
            self.open(group, columns, false).ok_or(Fallback)?.first()
        };
        if row.outcome & LOOSE == 0 { Ok(row) } else { Err(Fallback) }
    }

    /// All rows of a group that match, in order, each with its days, by a question's encoded facts: on the day that is encoded, or on any.
    /// Refused where a fact that it tests is missing.
    pub(crate) fn matching(&self, group: Group, encoded: &[i32], any_day: bool, mut take: impl FnMut(Row, Days)) -> Result<(), Fallback> {
        let mut columns = Wide::new();
        self.columns(group, encoded, &mut columns)?;
        let mut loose = false;
        self.each(group, &columns, any_day, |row, days| {
            loose |= row.outcome & LOOSE != 0;
            take(row, days);
            true
        })?;
        if loose { Err(Fallback) } else { Ok(()) }
    }

    /// The rows that match, in order, as long as more are wanted. Of many, only those that may match are looked at.
    fn each(&self, group: Group, columns: &[i32], any_day: bool, mut more: impl FnMut(Row, Days) -> bool) -> Result<(), Fallback> {
        let blocks = self.open(group, columns, any_day).ok_or(Fallback)?;
        let bitmap = self.bitmaps.get(&group.block).filter(|_| group.rows as usize > MANY);
        let Some(bitmap) = bitmap else {
            blocks.each(&mut more);
            return Ok(());
        };
        let candidates = bitmap.candidates(columns, any_day && group.dated);
        for word in 0..bitmap.len() {
            let mut may = candidates.word(word);
            while may != 0 {
                let at = may.trailing_zeros() as usize / BLOCK_ROWS;
                if !blocks.only(word * (64 / BLOCK_ROWS) + at).each(&mut more) {
                    return Ok(());
                }
                may &= !(((1 << BLOCK_ROWS) - 1) << (BLOCK_ROWS * at));
            }
        }
        Ok(())
    }

    /// The blocks of a group, with what a question has in their columns.
    #[inline]
    fn open<'a>(&'a self, group: Group, columns: &'a [i32], any_day: bool) -> Option<PackedRows<'a>> {
        Some(PackedRows { words: self.words(group)?, columns, dated: group.dated, any_day })
    }

    #[inline]
    fn words(&self, group: Group) -> Option<&[Words]> {
        let at = group.block as usize;
        let words = (group.rows as usize).div_ceil(BLOCK_ROWS) * stride(group.columns.into());
        self.blocks.get(at..at + words)
    }
}
