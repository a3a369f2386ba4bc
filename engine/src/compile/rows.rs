//! The boxes of a cell in; rows of small numbers, eight abreast, out: a question whose facts are known is matched against eight
//! rules at once, without a jump. What this form cannot say is marked, and left to the boxes.

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_possible_wrap,
    clippy::needless_bitwise_bool,
    reason = "small numbers stand in words of four bytes, and come out as they went in; nobody can guess which way a jump would go"
)]

use std::collections::BTreeMap;

use super::cells::{Cell, Cells};
use super::lanes::{DAY_LANE, Demands, Filled, Lanes, MISSING};
use super::sieve::Sieve;
use crate::model::arena::{Arena, BoxId, CellId, FactId, Id, RuleId};
use crate::model::day::{Day, Days};
use crate::model::register::Register;
use crate::model::rule::{Amount, Effect, Level};

/// More rows than this are sifted before they are looked at.
const MANY: usize = 128;
/// So many rows are matched at once.
const ABREAST: usize = 8;
/// A word for each of eight rows.
type Words = [i32; ABREAST];

/// The rows of all cells.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    pub(crate) lanes: Lanes,
    cells: Arena<CellId, CellRows>,
    /// For each eight rules: the words of the columns that they test, then what they come to, then which rules they are.
    blocks: Vec<Words>,
    /// The lanes of the columns of each group.
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
    /// Choices in order of precedence.
    pub(crate) choices: Group,
    /// Bounds, those of the highest rank first.
    pub(crate) bounds: Group,
}

/// Some rows and the columns that they test: first ranges of two words each, their low ends and how far they reach; then "none of
/// these bits", then "some of these bits". The day, where any row tests it, comes first.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Group {
    rows: u32,
    block: u32,
    column: u32,
    ranges: u16,
    clear: u16,
    some: u16,
}

/// What a matching row comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Row {
    outcome: i32,
    rule: i32,
}

/// Rows do not tell what holds: a fact is missing, or a row is looser than its rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unsettled;

/// The low byte of an outcome is a level.
const LOOSE: i32 = 1 << 8;
const MORE: i32 = 1 << 9;

impl Row {
    /// Where no row matches, it is as if a rule of no name refused.
    const NONE: Row = Row { outcome: 0, rule: -1 };

    /// The level that is chosen, where that is all there is to it: no quota, no other day.
    pub(crate) fn plain_level(self) -> Option<Level> {
        (self.outcome & MORE == 0).then_some(Level(self.outcome as u8))
    }
    pub(crate) fn rule(self) -> Option<RuleId> {
        (self.rule >= 0).then(|| RuleId::new(self.rule as usize))
    }
}

impl Group {
    pub(crate) fn is_empty(self) -> bool {
        self.rows == 0
    }
    /// How many columns there are.
    fn width(self) -> usize {
        usize::from(self.ranges) + usize::from(self.clear) + usize::from(self.some)
    }
    /// How many words eight rules take.
    fn stride(self) -> usize {
        self.width() + usize::from(self.ranges) + 2
    }
}

impl Rows {
    pub(super) fn compile(register: &Register, cells: &Cells) -> Rows {
        let mut rows = Rows { lanes: Lanes::of(&register.facts, &cells.boxes, &cells.slots), ..Rows::default() };
        for cell in cells.shared.values() {
            let own = CellRows {
                settled_since: settled_since(cells, cell),
                has_options: !cell.options.is_empty(),
                is_steady: is_steady(register, cells, cell),
                choices: rows.group(register, cells, &cell.choices),
                bounds: rows.group(register, cells, &cell.bounds),
            };
            rows.cells.push(own);
        }
        rows
    }

    pub(crate) fn cell(&self, cell: CellId) -> &CellRows {
        &self.cells[cell]
    }

    fn group(&mut self, register: &Register, cells: &Cells, boxes: &[BoxId]) -> Group {
        let mut rows: Vec<(BoxId, Demands)> = Vec::with_capacity(boxes.len());
        for id in boxes.iter().filter(|id| cells.boxes[**id].known.contains(Day::LAST)) {
            rows.extend(self.lanes.demands(&cells.boxes[*id], &register.facts).map(|demands| (*id, demands)));
        }
        let ranges = lanes(rows.iter().flat_map(|(_, demands)| &demands.ranges));
        let clear = lanes(rows.iter().flat_map(|(_, demands)| &demands.clear));
        let some = lanes(rows.iter().flat_map(|(_, demands)| &demands.some));
        let group = Group {
            rows: rows.len() as u32,
            block: self.blocks.len() as u32,
            column: self.columns.len() as u32,
            ranges: ranges.len() as u16,
            clear: clear.len() as u16,
            some: some.len() as u16,
        };
        if rows.len() > MANY {
            self.sieves.insert(group.block, Sieve::of(&rows.iter().map(|(_, demands)| demands), &ranges, &clear));
        }
        for rows in rows.chunks(ABREAST) {
            for lane in &ranges {
                let own = rows.iter().map(|(_, demands)| asked(&demands.ranges, *lane).map_or((i32::MIN, i32::MAX), reach));
                self.blocks.push(words(own.clone().map(|(low, _)| low), i32::MIN));
                self.blocks.push(words(own.map(|(_, span)| span), i32::MAX));
            }
            for lane in &clear {
                self.blocks.push(words(rows.iter().map(|(_, demands)| asked(&demands.clear, *lane).unwrap_or(0)), 0));
            }
            for lane in &some {
                self.blocks.push(words(rows.iter().map(|(_, demands)| asked(&demands.some, *lane).unwrap_or(0)), 0));
            }
            self.blocks.push(words(rows.iter().map(|(id, demands)| outcome(register, cells.boxes[*id].rule, demands.loose)), 0));
            self.blocks.push(words(rows.iter().map(|(id, _)| cells.boxes[*id].rule.index() as i32), 0));
        }
        self.columns.extend(ranges.into_iter().chain(clear).chain(some));
        group
    }

    /// The first row of a group that matches.
    #[inline]
    pub(crate) fn first(&self, group: Group, lanes: Filled<'_>) -> Result<Row, Unsettled> {
        let row = if group.rows as usize > MANY {
            let mut first = Row::NONE;
            self.each(group, lanes, false, |row, _| {
                first = row;
                false
            })?;
            first
        } else {
            self.open(group, lanes, false).map_or(Err(Unsettled), Blocks::first)?
        };
        if row.outcome & LOOSE == 0 { Ok(row) } else { Err(Unsettled) }
    }

    /// All rows of a group that match, in order.
    pub(crate) fn all(&self, group: Group, lanes: Filled<'_>, mut take: impl FnMut(Row)) -> Result<(), Unsettled> {
        self.every(group, lanes, false, |row, _| take(row))
    }

    /// The rules of all rows of a group that match on some days, in order, with those days.
    pub(crate) fn along(&self, group: Group, lanes: Filled<'_>, mut take: impl FnMut(RuleId, Days)) -> Result<(), Unsettled> {
        self.every(group, lanes, true, |row, days| row.rule().into_iter().for_each(|rule| take(rule, days)))
    }

    fn every(&self, group: Group, lanes: Filled<'_>, any_day: bool, mut take: impl FnMut(Row, Days)) -> Result<(), Unsettled> {
        let mut loose = false;
        self.each(group, lanes, any_day, |row, days| {
            loose |= row.outcome & LOOSE != 0;
            take(row, days);
            true
        })?;
        if loose { Err(Unsettled) } else { Ok(()) }
    }

    /// The rows that match, in order, as long as more are wanted. Of many, only those that may match are looked at.
    fn each(&self, group: Group, lanes: Filled<'_>, any_day: bool, mut more: impl FnMut(Row, Days) -> bool) -> Result<(), Unsettled> {
        let blocks = self.open(group, lanes, any_day).ok_or(Unsettled)?;
        let sieve = self.sieves.get(&group.block).filter(|_| group.rows as usize > MANY);
        let Some(sieve) = sieve else { return blocks.each(&mut more).map(|_| ()) };
        let sifted = sieve.sift(lanes, any_day);
        for word in 0..sieve.len() {
            let mut may = sifted.word(word);
            while may != 0 {
                let at = may.trailing_zeros() as usize / ABREAST;
                if !blocks.only(word * (64 / ABREAST) + at, group).ok_or(Unsettled)?.each(&mut more)? {
                    return Ok(());
                }
                may &= !(0xff << (ABREAST * at));
            }
        }
        Ok(())
    }

    /// The blocks of a group with what a question has in their columns; nothing where a fact that they test is missing.
    #[inline]
    fn open<'a>(&'a self, group: Group, lanes: Filled<'a>, any_day: bool) -> Option<Blocks<'a>> {
        let columns = self.columns.get(group.column as usize..)?.get(..group.width())?;
        if !lanes.whole && columns.iter().any(|at| lanes.get(*at) == MISSING) {
            return None;
        }
        let (ranges, bits) = columns.split_at_checked(usize::from(group.ranges))?;
        let (clear, some) = bits.split_at_checked(usize::from(group.clear))?;
        Some(Blocks { words: self.blocks.get(group.block as usize..)?, left: group.rows as usize, lanes, any_day, ranges, clear, some })
    }
}

/// The rows of a group, eight at a time.
#[derive(Clone, Copy)]
struct Blocks<'a> {
    words: &'a [Words],
    /// So many rows are left.
    left: usize,
    lanes: Filled<'a>,
    /// Whether rows match on whichever day.
    any_day: bool,
    /// The lanes of the columns.
    ranges: &'a [u16],
    clear: &'a [u16],
    some: &'a [u16],
}

/// What eight rows come to, and which rules they are.
struct Block<'a> {
    outcomes: &'a Words,
    rules: &'a Words,
    /// The ranges of the first column, if any is a range.
    first: Option<&'a [Words; 2]>,
}

impl<'a> Blocks<'a> {
    #[inline]
    fn first(mut self) -> Result<Row, Unsettled> {
        loop {
            if self.left == 0 {
                return Ok(Row::NONE);
            }
            let (matching, block) = self.next().ok_or(Unsettled)?;
            // Not a jump for each: which of the two it is, is anyone's guess.
            if (matching != 0) | (self.left == 0) {
                return Ok(block.pick(matching));
            }
        }
    }

    /// Whether all rows that match were wanted.
    fn each(mut self, more: &mut impl FnMut(Row, Days) -> bool) -> Result<bool, Unsettled> {
        let with_days = self.ranges.first() == Some(&DAY_LANE);
        while self.left > 0 {
            let (mut matching, block) = self.next().ok_or(Unsettled)?;
            while matching != 0 {
                let days = block.first.filter(|_| with_days).map_or(Days::EVER, |words| days(words, matching));
                if !more(block.pick(matching), days) {
                    return Ok(false);
                }
                matching &= !(0xff << (matching.trailing_zeros() / 8 * 8));
            }
        }
        Ok(true)
    }

    /// One block alone.
    fn only(&self, at: usize, group: Group) -> Option<Blocks<'a>> {
        let rows = (group.rows as usize).checked_sub(at * ABREAST)?;
        Some(Blocks { words: self.words.get(at * group.stride()..)?, left: rows.min(ABREAST), ..*self })
    }

    /// Which of the next eight rows match: eight bits for each, the first one's last.
    #[inline(always)]
    #[allow(clippy::inline_always, reason = "half of a verdict's time otherwise")]
    fn next(&mut self) -> Option<(u64, Block<'a>)> {
        let (ranges, rest) = self.words.split_at_checked(2 * self.ranges.len())?;
        let (clear, rest) = rest.split_at_checked(self.clear.len())?;
        let (some, rest) = rest.split_at_checked(self.some.len())?;
        let ([outcomes, rules], rest) = rest.split_first_chunk::<2>()?;
        let lanes = self.lanes;
        let mut failed = [0i32; ABREAST];
        for (at, [lows, spans]) in self.ranges.iter().zip(ranges.as_chunks::<2>().0) {
            if self.any_day && *at == DAY_LANE {
                continue;
            }
            let value = lanes.get(*at);
            for ((failed, low), span) in failed.iter_mut().zip(lows).zip(spans) {
                *failed |= -i32::from(value.wrapping_sub(*low) > *span);
            }
        }
        for (at, masks) in self.clear.iter().zip(clear) {
            let value = lanes.get(*at);
            failed.iter_mut().zip(masks).for_each(|(failed, mask)| *failed |= mask & value);
        }
        for (at, masks) in self.some.iter().zip(some) {
            let value = lanes.get(*at);
            failed.iter_mut().zip(masks).for_each(|(failed, mask)| *failed |= -i32::from(*mask != 0 && mask & value == 0));
        }
        let matching = u64::from_le_bytes(failed.map(|failed| i32::from(failed == 0).wrapping_neg() as u8));
        let real = if self.left < ABREAST { (1 << (8 * self.left)) - 1 } else { u64::MAX };
        self.words = rest;
        self.left = self.left.saturating_sub(ABREAST);
        Some((matching & real, Block { outcomes, rules, first: ranges.as_chunks::<2>().0.first() }))
    }
}

impl Block<'_> {
    /// The first of the rows that match.
    #[inline]
    fn pick(&self, matching: u64) -> Row {
        let at = (matching.trailing_zeros() as usize / 8) % ABREAST;
        let (Some(outcome), Some(rule)) = (self.outcomes.get(at), self.rules.get(at)) else { return Row::NONE };
        if matching == 0 { Row::NONE } else { Row { outcome: *outcome, rule: *rule } }
    }
}

/// The days of the first of the rows that match.
fn days([lows, spans]: &[Words; 2], matching: u64) -> Days {
    let at = (matching.trailing_zeros() as usize / 8) % ABREAST;
    match (lows.get(at), spans.get(at)) {
        (Some(moved), Some(span)) if *span != i32::MAX => {
            let (from, until) = (moved.wrapping_add(i32::MIN), span.wrapping_add(*moved));
            Days { from: Day(from.into()), until: Day(until.into()) }
        }
        _ => Days::EVER,
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

/// A range as the two words that one subtraction and one comparison test: all numbers are moved so that the lowest comes first.
fn reach([low, high]: [i32; 2]) -> (i32, i32) {
    let moved = low.wrapping_sub(i32::MIN);
    (moved, high.wrapping_sub(moved))
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

fn words(values: impl Iterator<Item = i32>, rest: i32) -> Words {
    let mut words = [rest; ABREAST];
    words.iter_mut().zip(values).for_each(|(word, value)| *word = value);
    words
}

fn outcome(register: &Register, rule: RuleId, loose: bool) -> i32 {
    let (level, more) = match &register.rules[rule].effect {
        Effect::Grant(grant) => (grant.level, grant.quota.is_some()),
        Effect::Deny => (Level::NONE, false),
        Effect::AsAt(_) | Effect::Bound { .. } => (Level::NONE, true),
    };
    i32::from(level.0) | if loose { LOOSE } else { 0 } | if more { MORE } else { 0 }
}
