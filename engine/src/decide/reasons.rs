//! A question in; the rules that made its answer out: what decided, what shaped it, what lost and to what.

use std::collections::BTreeSet;

use super::asked::Asked;
use super::parts::OptionPart;
use super::standing::{Bounds, View};
use crate::cover::{Budget, Exhausted, Moment, Region, Split};
use crate::model::arena::{RuleId, ServiceId};
use crate::model::rule::{Effect, Level};

/// Why the answer is what it is, over all completions of missing facts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Reasons {
    /// The rules that decided, then those that decided on an `as_at` day, then the bounds that shaped the answer.
    pub(crate) because: Vec<RuleId>,
    pub(crate) overruled: Vec<Overruled>,
    pub(crate) room: Option<(Level, Level)>,
    /// The options that had their say, in the order in which they ran.
    pub(crate) options: Vec<OptionPart>,
}

/// Something that lost.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Overruled {
    pub(crate) rule: RuleId,
    pub(crate) what: What,
    pub(crate) wanted: Option<Level>,
    pub(crate) got: Option<Level>,
    pub(crate) by: RuleId,
}

/// What it was that lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum What {
    /// A whole choice, to a rule that beats it (S5).
    Choice,
    /// The chosen level, to a bound (S7).
    Level,
    /// How far options might raise it, to a bound.
    UpTo,
    /// The level beyond the quota, to a bound (S9).
    Beyond,
    /// A bound, to the bounds of a higher rank (S4).
    Bound,
}

impl What {
    pub(crate) fn word(self) -> &'static str {
        match self {
            What::Choice => "choice",
            What::Level => "level",
            What::UpTo => "up_to",
            What::Beyond => "beyond",
            What::Bound => "bound",
        }
    }
}

/// The reasons in one piece, each kind in order.
struct Here {
    deciding: Vec<RuleId>,
    then: Vec<RuleId>,
    shaping: Vec<RuleId>,
    overruled: Vec<Overruled>,
    room: (Level, Level),
}

pub(crate) fn reasons(asked: &Asked<'_>) -> Result<Reasons, Exhausted> {
    let mut budget = Budget::new(20_000);
    let mut stack = vec![asked.region.clone()];
    let (mut deciding, mut then, mut shaping, mut overruled) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    let mut room: Option<(Level, Level)> = None;
    while let Some(region) = stack.pop() {
        budget.step()?;
        match here(asked.view, asked.service, &region, Moment::NOW) {
            Ok(found) => {
                deciding.extend(found.deciding);
                then.extend(found.then);
                shaping.extend(found.shaping);
                overruled.extend(found.overruled);
                room = Some(room.map_or(found.room, |room| (room.0.max(found.room.0), room.1.min(found.room.1))));
            }
            Err(split) => stack.extend(region.cut(&split).into_iter().rev().filter(|half| !half.is_empty())),
        }
    }
    let mut because: Vec<RuleId> = deciding.into_iter().collect();
    for rule in then.into_iter().chain(shaping) {
        if !because.contains(&rule) {
            because.push(rule);
        }
    }
    Ok(Reasons { because, overruled: overruled.into_iter().collect(), room, options: Vec::new() })
}

fn here(view: View<'_>, service: ServiceId, region: &Region, moment: Moment) -> Result<Here, Split> {
    let register = view.world.register;
    let cell = view.cell(service);
    let mut matching: Vec<RuleId> = Vec::new();
    for id in &cell.matching {
        let boxed = &view.world.cells.boxes[*id];
        if region.relate(boxed, moment, &view.world.cells.slots)? && !matching.contains(&boxed.rule) {
            matching.push(boxed.rule);
        }
    }
    matching.sort_unstable();
    let (lost, deciding): (Vec<RuleId>, Vec<RuleId>) =
        matching.iter().partition(|rule| matching.iter().any(|other| register.beats(*other, **rule)));
    let mut overruled: Vec<Overruled> = Vec::new();
    for rule in lost {
        let beater = deciding.iter().chain(&matching).copied().find(|other| register.beats(*other, rule));
        let wanted = match &register.rules[rule].effect {
            Effect::Grant(grant) => Some(grant.level),
            Effect::Deny => Some(Level::NONE),
            _ => None,
        };
        overruled.extend(beater.map(|by| Overruled { rule, what: What::Choice, wanted, got: None, by }));
    }
    let decider = deciding.first().copied();
    let chosen = view.chosen(decider, service, region, moment)?;
    let standing = view.standing(service, region, moment)?;
    let bounds = view.bounds(service, region, moment)?;
    overruled.extend(bounds.clamped.iter().map(|(rule, wanted, got, by)| Overruled {
        rule: *rule,
        what: What::Bound,
        wanted: Some(*wanted),
        got: Some(*got),
        by: *by,
    }));
    let mut shaping: BTreeSet<RuleId> = bounds.floor_by.iter().copied().collect();
    let beyond = chosen.quota.and_then(|quota| quota.beyond.as_ref()).map(|beyond| beyond.level);
    for (what, wanted) in [(What::Level, Some(chosen.level)), (What::UpTo, chosen.up_to), (What::Beyond, beyond)] {
        let Some(wanted) = wanted else { continue };
        let Some((got, by)) = clamped(wanted, &bounds, what == What::Level) else { continue };
        shaping.extend(by);
        if let (Some(rule), Some(by)) = (decider, by.first()) {
            overruled.push(Overruled { rule, what, wanted: Some(wanted), got: Some(got), by: *by });
        }
    }
    let mut then = Vec::new();
    if let Some(Effect::AsAt(day)) = decider.map(|rule| &register.rules[rule].effect) {
        let before = here(view, service, region, view.world.cells.slots.moment(*day))?;
        then = before.deciding.into_iter().chain(before.then).chain(before.shaping).collect();
    }
    Ok(Here { deciding, then, shaping: shaping.into_iter().collect(), overruled, room: standing.room() })
}

/// What a level becomes within the bounds, and which bounds made it so; nothing if it stays. Only a chosen level is raised.
fn clamped(wanted: Level, bounds: &Bounds, raised: bool) -> Option<(Level, &[RuleId])> {
    if wanted.0 > bounds.ceiling {
        Some((Level(bounds.ceiling), &bounds.ceiling_by))
    } else if raised && wanted.0 < bounds.floor {
        Some((Level(bounds.floor), &bounds.floor_by))
    } else {
        None
    }
}
