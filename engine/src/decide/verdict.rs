//! A prepared question in; the core of its answer out: by the rows of its cell where all that they need is known, else the long way.

use std::rc::Rc;

use super::asked::Asked;
use super::calls::Calls;
use super::complete::{Core, core};
use super::decision::Outcome;
use super::names::Names;
use super::prepared::Prepared;
use super::quick::quick;
use super::standing::World;
use crate::Error;
use crate::compile::{CellRows, Group, Unsettled};
use crate::cover::Moment;
use crate::model::arena::{CellId, RuleId, ServiceId};
use crate::model::fact::unscale;
use crate::model::question::Question;
use crate::model::register::Register;
use crate::model::rule::{Amount, Effect, Level, Quota};

/// The core of an answer: outcome, level, and the rule that decided.
///
/// ```
/// # let policy = leidraad::Policy::load(&leidraad::Sources::folder("../rules")).unwrap();
/// use leidraad::{Question, date};
/// let question = Question::new("leiderdorp", "legal/advice", date(2025, 2, 1)).fact("quantity", 20).fact("used", 592);
/// let verdict = policy.verdict(&policy.prepare(&question).unwrap());
/// assert_eq!(verdict.level(), Some("standard"));
/// assert_eq!(verdict.rule(), Some("dvo-leiderdorp@2025-1#advice-hours"));
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Verdict<'p> {
    pub(super) register: &'p Register,
    pub(super) level: Option<Level>,
    pub(super) rule: Option<RuleId>,
}

/// What the rows of a cell come to: the level, and the deciding rule.
type Quick = (Level, Option<RuleId>);

impl<'p> Verdict<'p> {
    #[inline]
    pub(crate) fn of(prepared: &Prepared<'p>, calls: Option<&Rc<Calls<'p>>>) -> Verdict<'p> {
        let World { register, cells, .. } = prepared.view.world;
        if let Some(group) = prepared.at_once {
            // Nearly all that is asked ends here.
            if let Ok(row) = cells.rows.first(group, &prepared.columns)
                && let Some(level) = row.plain_level()
            {
                return Verdict { register, level: Some(level), rule: row.rule() };
            }
        }
        Verdict::otherwise(prepared, calls)
    }

    /// The same for a question that is asked once.
    pub(crate) fn by_name(world: World<'p>, names: &Names, question: &Question) -> Result<Verdict<'p>, Error> {
        if question.known.is_none() && !question.proposed {
            let facts = question.facts.iter().map(|(name, value)| Some((names.fact_of(name)?, value.told())));
            if let Some(verdict) = quick(world, names, &question.customer, &question.service, question.on, facts) {
                return Ok(verdict);
            }
        }
        Ok(Verdict::of(&Prepared::of(world, names, question)?, None))
    }

    #[cold]
    fn otherwise(prepared: &Prepared<'p>, calls: Option<&Rc<Calls<'p>>>) -> Verdict<'p> {
        let register = prepared.view.world.register;
        prepared.quick().map_or_else(|Unsettled| slow(prepared, calls), |(level, rule)| Verdict { register, level: Some(level), rule })
    }

    /// Granted, refused or undetermined. A question that leaves so much open that its completions cannot be weighed is undetermined, too.
    pub fn outcome(&self) -> Outcome {
        match self.level {
            None => Outcome::Undetermined,
            Some(Level::NONE) => Outcome::Refused,
            Some(_) => Outcome::Granted,
        }
    }
    /// The id of the level; `none` when refused, nothing when undetermined.
    pub fn level(&self) -> Option<&'p str> {
        self.level.map(|level| self.register.level_id(level))
    }
    /// The place of the level in the register's order: 0 is `none`; nothing when undetermined.
    pub fn place(&self) -> Option<u8> {
        self.level.map(|level| level.0)
    }
    /// The choice rule that decided, as `set@version#rule`: the first in order of precedence. Nothing where none did, or it depends
    /// on missing facts, and for a composite.
    pub fn rule(&self) -> Option<&'p str> {
        self.rule.map(|rule| &*self.register.rules[rule].key)
    }
}

fn slow<'p>(prepared: &Prepared<'p>, calls: Option<&Rc<Calls<'p>>>) -> Verdict<'p> {
    let asked = Asked::of(prepared).among(calls);
    let level = match core(&asked).map(|found| found.core) {
        Ok(Core::Settled(answer)) => Some(answer.level),
        _ => None,
    };
    let rule = if prepared.is_composite { None } else { asked.view.choice(asked.service, &asked.region, Moment::NOW).ok().flatten() };
    Verdict { register: prepared.view.world.register, level, rule }
}

/// What a cell's rows say before quota and options.
struct Standing<'p> {
    base: Level,
    ceiling: Level,
    rule: Option<RuleId>,
    quota: Option<(&'p Quota, usize)>,
}

impl<'p> Prepared<'p> {
    fn quick(&self) -> Result<Quick, Unsettled> {
        if self.is_composite { self.composed(self.service) } else { self.plain(self.cell) }
    }

    /// The lowest or highest of the parts' levels (S10).
    fn composed(&self, service: ServiceId) -> Result<Quick, Unsettled> {
        let register = self.view.world.register;
        let Some(composite) = &register.services[service].composite else {
            return self.plain(self.view.world.cells.cell_id(self.view.plane, self.view.customer, service));
        };
        if !register.services[service].listed.contains(self.on, self.known) {
            return Ok((Level::NONE, None));
        }
        let mut joined: Option<Level> = None;
        for part in &composite.of {
            let (level, _) = self.composed(*part)?;
            joined = Some(joined.map_or(level, |joined| if composite.lowest { joined.min(level) } else { joined.max(level) }));
        }
        Ok((joined.unwrap_or(Level::NONE), None))
    }

    fn plain(&self, cell: CellId) -> Result<Quick, Unsettled> {
        let rows = &self.view.world.cells.rows;
        let cell = rows.cell(cell);
        if cell.has_options || self.known < cell.settled_since {
            return Err(Unsettled);
        }
        let standing = self.stands(cell, 0)?;
        let level = match standing.quota {
            _ if standing.base == Level::NONE => Level::NONE,
            Some((quota, epoch)) => self.first_line(&standing, quota, epoch)?,
            None => standing.base,
        };
        Ok((level, standing.rule))
    }

    /// What holds on the question's own day, or on an `as_at` day (S4–S7).
    fn stands(&self, cell: &CellRows, epoch: usize) -> Result<Standing<'p>, Unsettled> {
        let World { register, cells, .. } = self.view.world;
        let lanes = self.lanes.get(cells.rows.lanes.of_epoch(epoch)).ok_or(Unsettled)?;
        let rule = cells.rows.first_by_lanes(cell.choices, lanes)?.rule();
        let (level, quota) = match rule.map(|rule| &register.rules[rule].effect) {
            Some(Effect::Grant(grant)) => (grant.level, grant.quota.as_ref().map(|quota| (quota, epoch))),
            Some(Effect::AsAt(day)) => {
                let then = self.stands(cell, cells.slots.moment(*day).epoch)?;
                (then.base, then.quota)
            }
            Some(Effect::Deny | Effect::Bound { .. }) | None => (Level::NONE, None),
        };
        let (floor, ceiling) = self.bounds(cell.bounds, lanes)?;
        Ok(Standing { base: level.within(floor, ceiling), ceiling, rule, quota })
    }

    /// The interval that the matching bounds leave, narrowed from the highest rank down (S4).
    fn bounds(&self, bounds: Group, lanes: &[i32]) -> Result<(Level, Level), Unsettled> {
        let World { register, cells, .. } = self.view.world;
        let (mut floor, mut ceiling) = (Level::NONE, register.top_level());
        let (mut low, mut high) = (floor, ceiling);
        let mut rank: Option<u8> = None;
        cells.rows.all_by_lanes(bounds, lanes, |row| {
            let Some(rule) = row.rule() else { return };
            let Effect::Bound { at_least, at_most } = register.rules[rule].effect else { return };
            if rank != Some(register.rank(rule)) {
                (floor, ceiling) = (low.within(floor, ceiling), high.within(floor, ceiling));
                (low, high, rank) = (floor, ceiling, Some(register.rank(rule)));
            }
            low = at_least.map_or(low, |level| low.max(level));
            high = at_most.map_or(high, |level| high.min(level));
        })?;
        Ok((low.within(floor, ceiling), high.within(floor, ceiling)))
    }

    /// The level of the first line: that of what still fits, else that of the rest (S9).
    fn first_line(&self, standing: &Standing<'p>, quota: &Quota, epoch: usize) -> Result<Level, Unsettled> {
        let register = self.view.world.register;
        let slots = &self.view.world.cells.slots;
        let value = |fact, epoch: usize| {
            let day = epoch.checked_sub(1).map_or(Some(self.on), |at| slots.as_at_days().get(at).copied()).ok_or(Unsettled)?;
            Ok(unscale(self.told(fact, day).ok_or(Unsettled)?, register.facts[fact].decimals()))
        };
        let amount = match quota.amount {
            Amount::Exact(amount) => amount,
            Amount::Fact(fact) => value(fact, if slots.is_dated(fact) { epoch } else { 0 })?,
        };
        let Some(used) = self.view.world.cells.used.filter(|_| self.quantity().is_some()) else { return Ok(standing.base) };
        if value(used, 0)? < amount {
            return Ok(standing.base);
        }
        Ok(quota.beyond.as_ref().map_or(Level::NONE, |beyond| beyond.level.min(standing.ceiling)))
    }
}
