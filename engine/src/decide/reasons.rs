//! A question in; the rules that made its answer out: what decided, what shaped it, what lost and to what.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::answer::Stop;
use super::asked::Asked;
use super::options::{Asks, Ran};
use super::standing::{Bounds, Standing, View};
use crate::cover::{Budget, Exhausted, Moment, Region, Split};
use crate::model::arena::{RuleId, ServiceId};
use crate::model::rule::{Effect, Level};

/// Where an answer is not settled, its options are looked for in so many places.
const PEEKS: usize = 64;

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

/// An option's part in an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OptionPart {
    pub(crate) ran: Arc<Ran>,
    /// What held it within the room, where it proposed a level outside; nothing where no rule chose anything.
    pub(crate) by: Option<RuleId>,
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

/// The options that had their say where the answer is not settled, as far as that shows in a few looks.
pub(crate) fn asked_options(asked: &Asked<'_>) -> Vec<OptionPart> {
    let mut options = Vec::new();
    let mut stack = vec![asked.region.clone()];
    for _ in 0..PEEKS {
        let Some(region) = stack.pop() else { break };
        let found = asked.view.standing(asked.service, &region, Moment::NOW).map_err(Stop::from);
        match found.and_then(|standing| asked.refine(asked.service, &standing, &region).map(|refined| refined.ran)) {
            Ok(ran) | Err(Stop::Asks(Asks { ran, .. })) => enter(ran.into_iter().map(|ran| OptionPart { ran, by: None }), &mut options),
            Err(Stop::Split(split)) => stack.extend(region.cut(&split).into_iter().rev().filter(|half| !half.is_empty())),
            Err(Stop::Open(_)) => {}
        }
    }
    options
}

/// Adds what is not there yet.
fn enter(parts: impl Iterator<Item = OptionPart>, all: &mut Vec<OptionPart>) {
    for part in parts {
        if !all.contains(&part) {
            all.push(part);
        }
    }
}

/// The reasons in one piece, each kind in order.
struct Here<'p> {
    deciding: Vec<RuleId>,
    then: Vec<RuleId>,
    shaping: Vec<RuleId>,
    overruled: Vec<Overruled>,
    standing: Standing<'p>,
    bounds: Bounds,
    decider: Option<RuleId>,
}

impl Here<'_> {
    /// Adds the options that ran here, each with what held it within the room.
    fn enter(&self, ran: Vec<Arc<Ran>>, all: &mut Vec<OptionPart>) {
        let (_, highest) = self.standing.room();
        let part = |ran: Arc<Ran>| {
            let by = ran.overruled().and_then(|wanted| {
                let bound = if wanted < ran.got {
                    self.bounds.floor_by.first()
                } else if highest.0 == self.bounds.ceiling {
                    self.bounds.ceiling_by.first()
                } else {
                    None
                };
                bound.copied().or(self.decider)
            });
            OptionPart { ran, by }
        };
        enter(ran.into_iter().map(part), all);
    }
}

pub(crate) fn reasons(asked: &Asked<'_>) -> Result<Reasons, Exhausted> {
    let mut budget = Budget::new(20_000);
    let mut stack = vec![asked.region.clone()];
    let (mut deciding, mut then, mut shaping, mut overruled) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    let mut room: Option<(Level, Level)> = None;
    let mut options: Vec<OptionPart> = Vec::new();
    while let Some(region) = stack.pop() {
        budget.step()?;
        let cut = |split: &Split| region.cut(split).into_iter().rev().filter(|half| !half.is_empty());
        match here(asked.view, asked.service, &region, Moment::NOW) {
            Ok(found) => {
                match asked.refine(asked.service, &found.standing, &region) {
                    Ok(refined) => found.enter(refined.ran, &mut options),
                    Err(Stop::Asks(asks)) => found.enter(asks.ran, &mut options),
                    Err(Stop::Open(_)) => {}
                    Err(Stop::Split(split)) => {
                        stack.extend(cut(&split));
                        continue;
                    }
                }
                let room_here = found.standing.room();
                deciding.extend(found.deciding);
                then.extend(found.then);
                shaping.extend(found.shaping);
                overruled.extend(found.overruled);
                room = Some(room.map_or(room_here, |room| (room.0.max(room_here.0), room.1.min(room_here.1))));
            }
            Err(split) => stack.extend(cut(&split)),
        }
    }
    let mut because: Vec<RuleId> = deciding.into_iter().collect();
    for rule in then.into_iter().chain(shaping) {
        if !because.contains(&rule) {
            because.push(rule);
        }
    }
    Ok(Reasons { because, overruled: overruled.into_iter().collect(), room, options })
}

fn here<'p>(view: View<'p>, service: ServiceId, region: &Region, moment: Moment) -> Result<Here<'p>, Split> {
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
    Ok(Here { deciding, then, shaping: shaping.into_iter().collect(), overruled, standing, bounds, decider })
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
