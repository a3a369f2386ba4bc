//! A question in; the rules that made its answer out: what decided, what shaped it, what lost and to what.

use super::evaluation::Evaluation;
use super::parts::OptionPart;
use super::standing::CustomerView;
use crate::cover::{Boxed, Budget, Exhausted, Moment, Region, Split, Worklist};
use crate::model::arena::{BoxId, RuleId, ServiceId};
use crate::model::register::Register;
use crate::model::rule::{Effect, Level};
use crate::semantics::{Bounds, Chosen, Few, Standing, beats};

/// Why the answer is what it is, over all completions of missing facts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Reasons {
    /// The rules that decided, then those that decided on an `as_at` day, then the bounds that shaped the answer.
    pub(crate) because: Few<RuleId>,
    pub(crate) overruled: Few<Overruled>,
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

/// The reasons in one piece of the completions, or in several.
#[derive(Debug, Default)]
pub(super) struct Weighed {
    deciding: Few<RuleId>,
    then: Few<RuleId>,
    shaping: Few<RuleId>,
    overruled: Few<Overruled>,
    room: Option<(Level, Level)>,
}

pub(crate) fn reasons(asked: &Evaluation<'_>) -> Result<Reasons, Exhausted> {
    let mut budget = Budget::new(20_000);
    let mut open = Worklist::of([asked.region.clone()]);
    let mut all = Weighed::default();
    while let Some(region) = open.next(&mut budget)? {
        match here(asked.view, asked.service, &region, Moment::NOW) {
            Ok(found) => all.join(found),
            Err(split) => open.cut(region, &split),
        }
    }
    Ok(all.reasons())
}

fn here(view: CustomerView<'_>, service: ServiceId, region: &Region, moment: Moment) -> Result<Weighed, Split> {
    let register = view.world.register;
    let mut matching = Few::new();
    for id in &view.cell(service).matching {
        let boxed = &view.world.cells.boxes[*id];
        if region.relate(boxed, moment, &view.world.cells.slots)? {
            matching.push(boxed.rule);
        }
    }
    let contest = contest(register, &matching);
    let decider = contest.decider();
    let chosen = view.chosen(decider, service, region, moment)?;
    let mut found = weigh(contest, chosen, &view.bounds(service, region, moment)?);
    if let Some(Effect::AsAt(day)) = decider.map(|rule| &register.rules[rule].effect) {
        found = found.after(here(view, service, region, view.world.cells.slots.moment(*day))?);
    }
    Ok(found)
}

/// Which of the choice rules that match decide, and what the others lose to (S5).
pub(super) struct Contest {
    deciding: Few<RuleId>,
    overruled: Few<Overruled>,
}

impl Contest {
    pub(super) fn decider(&self) -> Option<RuleId> {
        self.deciding.first().copied()
    }
}

pub(super) fn contest(register: &Register, matching: &Few<RuleId>) -> Contest {
    let (mut losing, mut deciding) = (Few::new(), Few::new());
    for rule in matching.iter().copied() {
        // Where they come in order of precedence, the first one beats nearly all.
        match matching.iter().copied().find(|other| beats(register, *other, rule)) {
            Some(by) => losing.push((rule, by)),
            None => deciding.push(rule),
        }
    }
    sort(&mut losing);
    sort(&mut deciding);
    let mut overruled = Few::new();
    for (rule, by) in losing.iter().copied() {
        // What decides is named before what loses itself.
        let known = Some(by).filter(|by| deciding.first() == Some(by));
        let mut others = deciding.iter().copied().chain(losing.iter().map(|(other, _)| *other));
        let beater = known.or_else(|| others.find(|other| beats(register, *other, rule)));
        let wanted = match &register.rules[rule].effect {
            Effect::Grant(grant) => Some(grant.level),
            Effect::Deny => Some(Level::NONE),
            _ => None,
        };
        overruled.extend(beater.map(|by| Overruled { rule, what: What::Choice, wanted, got: None, by }));
    }
    Contest { deciding, overruled }
}

/// Whether all rules that decide in these pieces say the same, and no rank's bounds contradict each other (S4, S5).
pub(super) fn is_one_choice(asked: &Evaluation<'_>, regions: &[Region]) -> bool {
    let CustomerView { world, .. } = asked.view;
    let register = world.register;
    regions.iter().all(|region| {
        let matching = |ids: &[BoxId]| -> Few<RuleId> {
            let holds = |boxed: &Boxed| region.relate(boxed, Moment::NOW, &world.cells.slots).unwrap_or(true);
            let mut rules = Few::new();
            for rule in ids.iter().map(|id| &world.cells.boxes[*id]).filter(|boxed| holds(boxed)).map(|boxed| boxed.rule) {
                if rules.last() != Some(&rule) {
                    rules.push(rule);
                }
            }
            rules
        };
        let cell = asked.view.cell(asked.service);
        let effect = |rule: &RuleId| &register.rules[*rule].effect;
        let deciding = contest(register, &matching(&cell.matching)).deciding;
        let bounds = matching(&cell.bounds);
        let ends = |rule: RuleId| register.rules[rule].effect.ends();
        let contradict = |low: RuleId, high: RuleId| {
            register.rank(low) == register.rank(high) && matches!((ends(low).0, ends(high).1), (Some(low), Some(high)) if low > high)
        };
        let is_one = deciding.iter().all(|rule| Some(effect(rule)) == deciding.first().map(effect));
        is_one && !bounds.iter().any(|low| bounds.iter().any(|high| contradict(*low, *high)))
    })
}

/// What the bounds made of what was chosen, and of each other (S4, S7).
pub(super) fn weigh(contest: Contest, chosen: Chosen<'_>, bounds: &Bounds) -> Weighed {
    let Contest { deciding, mut overruled } = contest;
    overruled.extend(bounds.clamped.iter().map(|(rule, wanted, got, by)| Overruled {
        rule: *rule,
        what: What::Bound,
        wanted: Some(*wanted),
        got: Some(*got),
        by: *by,
    }));
    let decider = deciding.first().copied();
    let mut shaping = bounds.floor_by.clone();
    let beyond = chosen.quota.and_then(|quota| quota.beyond.as_ref()).map(|beyond| beyond.level);
    for (what, wanted) in [(What::Level, Some(chosen.level)), (What::UpTo, chosen.up_to), (What::Beyond, beyond)] {
        let Some(wanted) = wanted else { continue };
        let Some((got, by)) = clamped(wanted, bounds, what == What::Level) else { continue };
        shaping.extend(by.iter().copied());
        if let (Some(rule), Some(by)) = (decider, by.first()) {
            overruled.push(Overruled { rule, what, wanted: Some(wanted), got: Some(got), by: *by });
        }
    }
    let room = Some(Standing::within(chosen, bounds).room());
    Weighed { deciding, then: Few::new(), shaping, overruled, room }
}

impl Weighed {
    /// With the reasons of what held on the `as_at` day that the deciding rule names (S6).
    pub(super) fn after(self, before: Weighed) -> Weighed {
        let then = before.deciding.into_iter().chain(before.then).chain(before.shaping).collect();
        Weighed { then, ..self }
    }

    fn join(&mut self, other: Weighed) {
        self.deciding.extend(other.deciding);
        self.then.extend(other.then);
        self.shaping.extend(other.shaping);
        self.overruled.extend(other.overruled);
        self.room = match (self.room, other.room) {
            (Some(a), Some(b)) => Some((a.0.max(b.0), a.1.min(b.1))),
            (one, other) => one.or(other),
        };
    }

    /// The same in order, each reason once.
    pub(super) fn reasons(mut self) -> Reasons {
        [&mut self.deciding, &mut self.then, &mut self.shaping].into_iter().for_each(sort);
        sort(&mut self.overruled);
        let mut because = self.deciding;
        for rule in self.then.into_iter().chain(self.shaping) {
            if !because.contains(&rule) {
                because.push(rule);
            }
        }
        Reasons { because, overruled: self.overruled, room: self.room, options: Vec::new() }
    }
}

fn sort<T: Ord>(list: &mut Few<T>) {
    list.sort_unstable();
    list.dedup();
}

/// What a level becomes within the bounds, and which bounds made it so; `None` if it stays. Only a chosen level is raised.
fn clamped(wanted: Level, bounds: &Bounds, raised: bool) -> Option<(Level, &[RuleId])> {
    if wanted > bounds.left.ceiling {
        Some((bounds.left.ceiling, &bounds.ceiling_by))
    } else if raised && wanted < bounds.left.floor {
        Some((bounds.left.floor, &bounds.floor_by))
    } else {
        None
    }
}
