//! Boxes in order in; rows of small numbers out, some abreast.

#![allow(clippy::cast_possible_wrap, clippy::cast_possible_truncation, reason = "small numbers stand in words of four bytes")]

use super::blocks::{ABREAST, Ask, Words, words};
use super::lanes::{Demands, Lanes};
use super::row::{BURDEN, LOOSE, MORE, Row};
use super::sieve::{MANY, Sieve};
use crate::cover::Boxed;
use crate::model::arena::{Id, RuleId};
use crate::model::day::Day;
use crate::model::register::Register;
use crate::model::rule::{Effect, Level};

/// The rows of a cell by itself, before they stand among others; see `CellRows`.
pub(super) struct LaidCell {
    pub(super) settled_since: Day,
    pub(super) has_options: bool,
    pub(super) is_steady: bool,
    pub(super) choices: Laid,
    pub(super) bounds: Laid,
}

/// Some rows of it.
pub(super) struct Laid {
    pub(super) rows: usize,
    /// The lanes that they test: of which they want ranges, of which no bits, of which some.
    pub(super) columns: Vec<u16>,
    pub(super) blocks: Vec<Words>,
    pub(super) sieve: Option<Sieve>,
}

/// Lays the rows of some boxes, as far as they count by what is known in the end.
pub(super) fn lay(register: &Register, lanes: &Lanes, boxes: &[&Boxed]) -> Laid {
    let mut rows: Vec<(RuleId, Demands)> = Vec::with_capacity(boxes.len());
    for boxed in boxes.iter().filter(|boxed| boxed.known.contains(Day::LAST)) {
        rows.extend(lanes.demands(boxed, &register.facts).map(|demands| (boxed.rule, demands)));
    }
    let ranges = named(rows.iter().flat_map(|(_, demands)| &demands.ranges));
    let clear = named(rows.iter().flat_map(|(_, demands)| &demands.clear));
    let some = named(rows.iter().flat_map(|(_, demands)| &demands.some));
    let mut blocks = Vec::new();
    for rows in rows.chunks(ABREAST) {
        let demands = || rows.iter().map(|(_, demands)| demands);
        for lane in &ranges {
            blocks.extend(Ask::words(&demands().map(|own| asked(&own.ranges, *lane).map_or(Ask::NOTHING, Ask::range))));
        }
        for lane in &clear {
            blocks.extend(Ask::words(&demands().map(|own| asked(&own.clear, *lane).map_or(Ask::NOTHING, Ask::clear))));
        }
        for lane in &some {
            blocks.extend(Ask::words(&demands().map(|own| asked(&own.some, *lane).map_or(Ask::NOTHING, Ask::some))));
        }
        let (outcomes, rules) = (Row::NONE.outcome, Row::NONE.rule);
        blocks.push(words(rows.iter().map(|(rule, demands)| outcome(register, *rule, demands.loose)), outcomes));
        blocks.push(words(rows.iter().map(|(rule, _)| rule.index() as i32), rules));
    }
    let sieve = (rows.len() > MANY).then(|| Sieve::of(&rows.iter().map(|(_, demands)| demands), &ranges, &clear));
    Laid { rows: rows.len(), columns: [ranges, clear, some].concat(), blocks, sieve }
}

/// The lanes that some demands name, each once, in order.
fn named<'a, T: 'a>(demands: impl Iterator<Item = &'a (u16, T)>) -> Vec<u16> {
    let mut lanes: Vec<u16> = demands.map(|(lane, _)| *lane).collect();
    lanes.sort_unstable();
    lanes.dedup();
    lanes
}

/// What is asked of a lane.
fn asked<T: Copy>(demands: &[(u16, T)], lane: u16) -> Option<T> {
    demands.iter().find(|(own, _)| *own == lane).map(|(_, word)| *word)
}

fn outcome(register: &Register, rule: RuleId, loose: bool) -> i32 {
    let (level, more, burden) = match &register.rules[rule].effect {
        Effect::Grant(grant) => (grant.level, grant.quota.is_some(), grant.up_to.is_some() || !grant.obligations.is_empty()),
        Effect::Deny => (Level::NONE, false, false),
        Effect::AsAt(_) | Effect::Bound { .. } => (Level::NONE, true, false),
    };
    i32::from(level.0) | if loose { LOOSE } else { 0 } | if more { MORE } else { 0 } | if burden { BURDEN } else { 0 }
}
