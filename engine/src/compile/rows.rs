//! The boxes of a cell in; rows of small numbers, some abreast, out: a question whose facts are known is matched against several
//! rules at once, without a jump. What this form cannot say is marked, and left to the boxes.

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_possible_wrap,
    reason = "small numbers stand in words of four bytes, and come out as they went in"
)]

use std::collections::BTreeMap;

use smallvec::{Array, SmallVec};

use super::blocks::{ABREAST, Ask, Blocks, Words, stride, words};
use super::cells::{Cell, Cells};
use super::lanes::{DAY_LANE, Demands, Lanes, MISSING};
use super::sieve::Sieve;
use crate::model::arena::{Arena, BoxId, CellId, FactId, Id, RuleId};
use crate::model::day::{Day, Days};
use crate::model::register::Register;
use crate::model::rule::{Amount, Effect, Level};

/// More rows than this are sifted before they are looked at.
const MANY: usize = 128;

/// What a question has in each column of a group, where it is kept; and where it is looked at once, on the stack.
pub(crate) type Columns = SmallVec<[i32; 8]>;
pub(crate) type Wide = [i32; 32];

/// The rows of all cells.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    pub(crate) lanes: Lanes,
    cells: Arena<CellId, CellRows>,
    blocks: Vec<Words>,
    /// The lanes of the columns of each group; groups that test the same share them.
    columns: Vec<u16>,
    /// What the rows of large groups are sifted by, by the groups' first blocks.
    sieves: BTreeMap<u32, Sieve>,
}

/// One cell's rows.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CellRows {
    /// From this day of knowledge on, nothing in the cell is known otherwise; rows stand for what is known then.
    pub(crate) settled_since: Day,
    /// Whether options take part.
    pub(crate) has_options: bool,
    /// Whether the day changes nothing but which rules hold: no fact of the register is read, no other day asked about, and nothing
    /// cut away from a rule by those that override it.
    pub(crate) is_steady: bool,
    /// Whether proposals would make it another.
    pub(crate) is_pending: bool,
    /// Choices in order of precedence.
    pub(crate) choices: Group,
    /// Bounds, those of the highest rank first.
    pub(crate) bounds: Group,
}

/// Some rows and the columns that they test: the lanes of which they want ranges first, among them the day where any row tests it; then
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

/// What a matching row comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Row {
    pub(super) outcome: i32,
    pub(super) rule: i32,
}

/// Rows do not tell what holds: a fact is missing, or a row is looser than its rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unsettled;

/// The low byte of an outcome is a level.
const LOOSE: i32 = 1 << 8;
const MORE: i32 = 1 << 9;
/// Something comes with the level: obligations, or room above it.
const BURDEN: i32 = 1 << 10;

impl Row {
    /// Where no row matches, it is as if a rule of no name refused.
    pub(crate) const NONE: Row = Row { outcome: 0, rule: -1 };

    /// The level that is chosen, where that is all there is to it: no quota, no other day.
    pub(crate) fn plain_level(self) -> Option<Level> {
        (self.outcome & MORE == 0).then_some(Level(self.outcome as u8))
    }
    /// The same where nothing comes with the level, either.
    pub(crate) fn bare_level(self) -> Option<Level> {
        (self.outcome & (MORE | BURDEN) == 0).then_some(Level(self.outcome as u8))
    }
    pub(crate) fn rule(self) -> Option<RuleId> {
        (self.rule >= 0).then(|| RuleId::new(self.rule as usize))
    }
}

impl CellRows {
    /// Whether the first choice that matches is all there is to it: no options, no bounds.
    pub(crate) fn is_plain(&self) -> bool {
        !self.has_options && self.bounds.rows == 0
    }
}

impl Rows {
    pub(super) fn compile(register: &Register, cells: &Cells) -> Rows {
        let mut rows = Rows { lanes: Lanes::of(&register.facts, &cells.boxes, &cells.slots), ..Rows::default() };
        let mut shared = BTreeMap::new();
        for cell in cells.shared.values() {
            let own = CellRows {
                settled_since: settled_since(cells, cell),
                has_options: !cell.options.is_empty(),
                is_steady: is_steady(register, cells, cell),
                is_pending: false,
                choices: rows.group(register, cells, &mut shared, &cell.choices),
                bounds: rows.group(register, cells, &mut shared, &cell.bounds),
            };
            rows.cells.push(own);
        }
        for pending in cells.pending() {
            rows.cells[pending].is_pending = true;
        }
        rows
    }

    pub(crate) fn cell(&self, cell: CellId) -> &CellRows {
        &self.cells[cell]
    }

    /// Lays the rows of some boxes. Equal columns are shared.
    fn group(&mut self, register: &Register, cells: &Cells, shared: &mut BTreeMap<Vec<u16>, usize>, boxes: &[BoxId]) -> Group {
        let mut rows: Vec<(BoxId, Demands)> = Vec::with_capacity(boxes.len());
        for id in boxes.iter().filter(|id| cells.boxes[**id].known.contains(Day::LAST)) {
            rows.extend(self.lanes.demands(&cells.boxes[*id], &register.facts).map(|demands| (*id, demands)));
        }
        let ranges = lanes(rows.iter().flat_map(|(_, demands)| &demands.ranges));
        let clear = lanes(rows.iter().flat_map(|(_, demands)| &demands.clear));
        let some = lanes(rows.iter().flat_map(|(_, demands)| &demands.some));
        let columns: Vec<u16> = ranges.iter().chain(&clear).chain(&some).copied().collect();
        let end = self.columns.len();
        let column = *shared.entry(columns).or_insert_with_key(|columns| {
            self.columns.extend(columns);
            end
        });
        let group = Group {
            rows: rows.len() as u32,
            block: self.blocks.len() as u32,
            column: column as u32,
            columns: (ranges.len() + clear.len() + some.len()) as u16,
            dated: ranges.first() == Some(&DAY_LANE),
        };
        if rows.len() > MANY {
            self.sieves.insert(group.block, Sieve::of(&rows.iter().map(|(_, demands)| demands), &ranges, &clear));
        }
        for rows in rows.chunks(ABREAST) {
            let demands = || rows.iter().map(|(_, demands)| demands);
            for lane in &ranges {
                self.blocks.extend(Ask::words(&demands().map(|own| asked(&own.ranges, *lane).map_or(Ask::NOTHING, Ask::range))));
            }
            for lane in &clear {
                self.blocks.extend(Ask::words(&demands().map(|own| asked(&own.clear, *lane).map_or(Ask::NOTHING, Ask::clear))));
            }
            for lane in &some {
                self.blocks.extend(Ask::words(&demands().map(|own| asked(&own.some, *lane).map_or(Ask::NOTHING, Ask::some))));
            }
            let (outcomes, rules) = (Row::NONE.outcome, Row::NONE.rule);
            self.blocks.push(words(rows.iter().map(|(id, demands)| outcome(register, cells.boxes[*id].rule, demands.loose)), outcomes));
            self.blocks.push(words(rows.iter().map(|(id, _)| cells.boxes[*id].rule.index() as i32), rules));
        }
        group
    }

    /// What a question has in the columns of a group, by its lanes of one day. Refused where a fact that they test is missing.
    #[inline]
    pub(crate) fn columns<A: Array<Item = i32>>(&self, group: Group, lanes: &[i32]) -> Result<SmallVec<A>, Unsettled> {
        let at = group.column as usize;
        let mut columns = SmallVec::new();
        for lane in self.columns.get(at..at + usize::from(group.columns)).ok_or(Unsettled)? {
            let value = lanes.get(usize::from(*lane)).copied().filter(|value| *value != MISSING);
            columns.push(value.ok_or(Unsettled)?);
        }
        Ok(columns)
    }

    /// The first row of a group that matches, by a question's lanes of one day. Refused where a fact that it tests is missing.
    #[inline]
    pub(crate) fn first_by_lanes(&self, group: Group, lanes: &[i32]) -> Result<Row, Unsettled> {
        self.first(group, &self.columns::<Wide>(group, lanes)?)
    }

    /// All rows of a group that match, in order, by a question's lanes of one day. Refused where a fact that it tests is missing.
    pub(crate) fn all_by_lanes(&self, group: Group, lanes: &[i32], mut take: impl FnMut(Row)) -> Result<(), Unsettled> {
        self.every(group, &self.columns::<Wide>(group, lanes)?, false, |row, _| take(row))
    }

    /// The first row of a group that matches.
    #[inline]
    pub(crate) fn first(&self, group: Group, columns: &[i32]) -> Result<Row, Unsettled> {
        let row = if group.rows as usize > MANY {
            let mut first = Row::NONE;
            self.each(group, columns, false, |row, _| {
                first = row;
                false
            })?;
            first
        } else {
            self.open(group, columns, false).ok_or(Unsettled)?.first()
        };
        if row.outcome & LOOSE == 0 { Ok(row) } else { Err(Unsettled) }
    }

    /// All rows of a group that match on some days, in order, with those days.
    pub(crate) fn along(&self, group: Group, columns: &[i32], take: impl FnMut(Row, Days)) -> Result<(), Unsettled> {
        self.every(group, columns, true, take)
    }

    fn every(&self, group: Group, columns: &[i32], any_day: bool, mut take: impl FnMut(Row, Days)) -> Result<(), Unsettled> {
        let mut loose = false;
        self.each(group, columns, any_day, |row, days| {
            loose |= row.outcome & LOOSE != 0;
            take(row, days);
            true
        })?;
        if loose { Err(Unsettled) } else { Ok(()) }
    }

    /// The rows that match, in order, as long as more are wanted. Of many, only those that may match are looked at.
    fn each(&self, group: Group, columns: &[i32], any_day: bool, mut more: impl FnMut(Row, Days) -> bool) -> Result<(), Unsettled> {
        let blocks = self.open(group, columns, any_day).ok_or(Unsettled)?;
        let sieve = self.sieves.get(&group.block).filter(|_| group.rows as usize > MANY);
        let Some(sieve) = sieve else {
            blocks.each(&mut more);
            return Ok(());
        };
        let sifted = sieve.sift(columns, any_day && group.dated);
        for word in 0..sieve.len() {
            let mut may = sifted.word(word);
            while may != 0 {
                let at = may.trailing_zeros() as usize / ABREAST;
                if !blocks.only(word * (64 / ABREAST) + at).each(&mut more) {
                    return Ok(());
                }
                may &= !(((1 << ABREAST) - 1) << (ABREAST * at));
            }
        }
        Ok(())
    }

    /// The blocks of a group, with what a question has in their columns.
    #[inline]
    fn open<'a>(&'a self, group: Group, columns: &'a [i32], any_day: bool) -> Option<Blocks<'a>> {
        let at = group.block as usize;
        let words = (group.rows as usize).div_ceil(ABREAST) * stride(columns.len());
        Some(Blocks { words: self.blocks.get(at..at + words)?, columns, dated: group.dated, any_day })
    }
}

/// The lanes that some demands name, each once, in order.
fn lanes<'a, T: 'a>(demands: impl Iterator<Item = &'a (u16, T)>) -> Vec<u16> {
    let mut lanes: Vec<u16> = demands.map(|(lane, _)| *lane).collect();
    lanes.sort_unstable();
    lanes.dedup();
    lanes
}

/// What is asked of a lane.
fn asked<T: Copy>(demands: &[(u16, T)], lane: u16) -> Option<T> {
    demands.iter().find(|(own, _)| *own == lane).map(|(_, word)| *word)
}

/// The first day of knowledge from which on all that stands in a cell is known as it is in the end.
fn settled_since(cells: &Cells, cell: &Cell) -> Day {
    let options = cell.options.iter().map(|(_, boxed)| boxed.known);
    let boxes = cell.matching.iter().chain(&cell.choices).chain(&cell.bounds).map(|id| cells.boxes[*id].known);
    let change = |known: Days| if known.until < Day::LAST { known.until.next() } else { known.from };
    options.chain(boxes).map(change).max().unwrap_or(Day::FIRST)
}

fn is_steady(register: &Register, cells: &Cells, cell: &Cell) -> bool {
    let is_dated = |fact: FactId| cells.slots.is_dated(fact) || register.facts[fact].derive.is_some();
    let boxes = || cell.choices.iter().chain(&cell.bounds).map(|id| &cells.boxes[*id]);
    let reads = boxes().any(|boxed| boxed.tests.iter().any(|(fact, _)| is_dated(*fact)));
    let counts = |rule: RuleId| match &register.rules[rule].effect {
        Effect::AsAt(_) => true,
        Effect::Grant(grant) => grant
            .quota
            .as_ref()
            .is_some_and(|quota| matches!(quota.amount, Amount::Fact(fact) if is_dated(fact)) || cells.used.is_some_and(is_dated)),
        Effect::Deny | Effect::Bound { .. } => false,
    };
    cell.choices == cell.matching && !reads && !boxes().any(|boxed| counts(boxed.rule))
}

fn outcome(register: &Register, rule: RuleId, loose: bool) -> i32 {
    let (level, more, burden) = match &register.rules[rule].effect {
        Effect::Grant(grant) => (grant.level, grant.quota.is_some(), grant.up_to.is_some() || !grant.obligations.is_empty()),
        Effect::Deny => (Level::NONE, false, false),
        Effect::AsAt(_) | Effect::Bound { .. } => (Level::NONE, true, false),
    };
    i32::from(level.0) | if loose { LOOSE } else { 0 } | if more { MORE } else { 0 } | if burden { BURDEN } else { 0 }
}
