//! A prepared question in; the core of its answer out: by the rows of its cell where all that they need is known, else the long way.

use std::rc::Rc;

use smallvec::SmallVec;

use super::calls::Calls;
use super::complete::{Conclusion, core};
use super::evaluation::Evaluation;
use super::names::Names;
use super::prepared::Prepared;
use super::quick::quick;
use super::settled::Outcome;
use super::standing::World;
use crate::compile::{CellRows, Fallback, Group};
use crate::cover::Moment;
use crate::error::Error;
use crate::model::arena::{CellId, RuleId, ServiceId};
use crate::model::fact::unscale;
use crate::model::question::Question;
use crate::model::register::Register;
use crate::model::rule::{Amount, Effect, Level, Quota};
use crate::parallel::side_by_side;
use crate::semantics::{Chosen, Interval, Standing, has_room, join};

/// The core of an answer: outcome, level, and the rule that decided.
///
/// ```
/// # let policy = leidraad::Policy::load(&leidraad::Sources::folder("rules")).unwrap();
/// use leidraad::{Question, date};
/// let question = Question::new("leiderdorp", "legal/advice", date(2025, 2, 1)).fact("quantity", 20).fact("used", 592);
/// let verdict = policy.prepare(&question).unwrap().verdict();
/// assert_eq!(verdict.level(), Some("standard"));
/// assert_eq!(verdict.rule(), Some("dvo-leiderdorp@2025-1#advice-hours"));
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Verdict<'p> {
    pub(super) register: &'p Register,
    pub(super) level: Option<Level>,
    pub(super) rule: Option<RuleId>,
}

/// How many verdicts are one core's work at a time.
const SHARE: usize = 4_096;

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
            if let Some(found) = quick(world, names, &question.customer, &question.service, question.on, facts) {
                return Ok(Verdict::found(world, found));
            }
        }
        Ok(Verdict::of(&Prepared::of(world, names, question)?, None))
    }

    /// The verdict that some rows came to.
    #[inline]
    pub(super) fn found(world: World<'p>, (level, rule): (Level, Option<RuleId>)) -> Verdict<'p> {
        Verdict { register: world.register, level: Some(level), rule }
    }

    #[cold]
    fn otherwise(prepared: &Prepared<'p>, calls: Option<&Rc<Calls<'p>>>) -> Verdict<'p> {
        prepared.quick().map_or_else(|Fallback| slow(prepared, calls), |found| Verdict::found(prepared.view.world, found))
    }

    /// Granted, refused or undetermined. A question that leaves so much open that its completions cannot be weighed is undetermined, too.
    pub fn outcome(&self) -> Outcome {
        match self.level {
            None => Outcome::Undetermined,
            Some(Level::NONE) => Outcome::Refused,
            Some(_) => Outcome::Granted,
        }
    }
    /// The id of the level; `none` when refused, `None` when undetermined.
    pub fn level(&self) -> Option<&'p str> {
        self.level.map(|level| self.register.level_id(level))
    }
    /// The place of the level in the register's order: 0 is `none`; `None` when undetermined.
    pub fn level_index(&self) -> Option<u8> {
        self.level.map(|level| level.0)
    }
    /// The choice rule that decided, as `set@version#rule`: the first in order of precedence. `None` if none did, or it depends
    /// on missing facts, and for a composite.
    pub fn rule(&self) -> Option<&'p str> {
        self.rule.map(|rule| &*self.register.rules[rule].key)
    }
}

fn slow<'p>(prepared: &Prepared<'p>, calls: Option<&Rc<Calls<'p>>>) -> Verdict<'p> {
    let asked = Evaluation::of(prepared).among(calls);
    let level = match core(&asked).map(|found| found.core) {
        Ok(Conclusion::Answered(answer)) => Some(answer.level),
        _ => None,
    };
    let rule = if prepared.is_composite { None } else { asked.view.choice(asked.service, &asked.region, Moment::NOW).ok().flatten() };
    Verdict { register: prepared.view.world.register, level, rule }
}

impl<'p> Prepared<'p> {
    /// The core of the answer (S1–S11): outcome, level, deciding rule. It is that of [`Policy::decide`](crate::Policy::decide), at the price
    /// of a look-up where no option takes part and no fact is missing; it then takes no memory.
    ///
    /// ```
    /// # let policy = leidraad::Policy::load(&leidraad::Sources::folder("rules")).unwrap();
    /// use leidraad::{Outcome, Question, date};
    /// let question = Question::new("zoeterwoude", "information/datalab", date(2026, 6, 30));
    /// let verdict = policy.prepare(&question).unwrap().verdict();
    /// assert_eq!((verdict.outcome(), verdict.level()), (Outcome::Refused, Some("none")));
    /// ```
    #[inline]
    pub fn verdict(&self) -> Verdict<'p> {
        Verdict::of(self, None)
    }

    /// The verdicts of many prepared questions, in their order, by all cores. Options are called as in a [`Batch`](crate::Batch) of
    /// some thousand of them. Each question is answered by the policy that prepared it.
    ///
    /// ```
    /// # let policy = leidraad::Policy::load(&leidraad::Sources::folder("rules")).unwrap();
    /// use leidraad::{Prepared, Question, date};
    /// let ask = |customer| policy.prepare(&Question::new(customer, "hrm/payroll", date(2026, 7, 1))).unwrap();
    /// let verdicts = Prepared::verdicts(&[ask("leiden"), ask("leiderdorp")]);
    /// assert_eq!(verdicts[0].level(), Some("standard"));
    /// ```
    pub fn verdicts(prepared: &[Prepared<'p>]) -> Vec<Verdict<'p>> {
        let shares: Vec<&[Prepared<'p>]> = prepared.chunks(SHARE).collect();
        let verdicts = |share: &&[Prepared<'p>]| {
            let calls = Rc::default();
            share.iter().map(|prepared| Verdict::of(prepared, Some(&calls))).collect::<Vec<_>>()
        };
        side_by_side(&shares, verdicts).concat()
    }

    fn quick(&self) -> Result<Quick, Fallback> {
        if self.is_composite { self.composed(self.service) } else { self.plain(self.cell) }
    }

    /// The lowest or highest of the parts' levels (S10).
    fn composed(&self, service: ServiceId) -> Result<Quick, Fallback> {
        let register = self.view.world.register;
        let Some(composite) = &register.services[service].composite else {
            return self.plain(self.view.world.cells.cell_id(self.view.proposals, self.view.customer, service));
        };
        if !register.services[service].listed.contains(self.on, self.known) {
            return Ok((Level::NONE, None));
        }
        let parts: SmallVec<[Level; 8]> = composite.of.iter().map(|part| Ok(self.composed(*part)?.0)).collect::<Result<_, Fallback>>()?;
        Ok((join(composite, parts), None))
    }

    fn plain(&self, cell: CellId) -> Result<Quick, Fallback> {
        let rows = &self.view.world.cells.rows;
        let cell = rows.cell(cell);
        if cell.has_options || self.known < cell.settled_since {
            return Err(Fallback);
        }
        let (standing, rule) = self.stands(cell, 0)?;
        let level = match standing.chosen.quota {
            Some(quota) if standing.base > Level::NONE => self.first_line(&standing, quota)?,
            _ => standing.base,
        };
        Ok((level, rule))
    }

    /// What holds on the question's own day, or on an `as_at` day, and by which rule (S4–S7).
    fn stands(&self, cell: &CellRows, epoch: usize) -> Result<(Standing<'p>, Option<RuleId>), Fallback> {
        let World { register, cells, .. } = self.view.world;
        let encoded = self.encoded.get(cells.rows.encoding.of_epoch(epoch)).ok_or(Fallback)?;
        let rule = cells.rows.first_by_encoded(cell.choices, encoded)?.rule();
        let chosen = match rule.map(|rule| &register.rules[rule]) {
            None => Chosen::NOTHING,
            Some(stated) => match stated.effect {
                Effect::AsAt(day) => self.stands(cell, cells.slots.moment(day).epoch)?.0.carried(stated.version),
                _ => Chosen::by(stated, epoch).ok_or(Fallback)?,
            },
        };
        Ok((Standing::of(chosen, self.bounds(cell.bounds, encoded)?), rule))
    }

    /// The interval that the matching bounds leave: they stand by rank, the highest first (S4).
    fn bounds(&self, bounds: Group, encoded: &[i32]) -> Result<Interval, Fallback> {
        let World { register, cells, .. } = self.view.world;
        let mut left = Interval::all(register);
        let (mut floor, mut ceiling, mut rank) = (None, None, None);
        cells.rows.all_by_encoded(bounds, encoded, |row| {
            let Some(rule) = row.rule() else { return };
            let Effect::Bound { at_least, at_most } = register.rules[rule].effect else { return };
            if rank != Some(register.rank(rule)) {
                left = left.narrowed(floor, ceiling);
                (floor, ceiling, rank) = (None, None, Some(register.rank(rule)));
            }
            floor = floor.max(at_least);
            ceiling = ceiling.into_iter().chain(at_most).min();
        })?;
        Ok(left.narrowed(floor, ceiling))
    }

    /// The level of the first line: that of what still fits, else that of the rest (S9).
    fn first_line(&self, standing: &Standing<'p>, quota: &Quota) -> Result<Level, Fallback> {
        let World { register, cells, .. } = self.view.world;
        let slots = &cells.slots;
        let value = |fact, epoch: usize| {
            let day = epoch.checked_sub(1).map_or(Some(self.on), |at| slots.as_at_days().get(at).copied()).ok_or(Fallback)?;
            Ok(unscale(self.told(fact, day).ok_or(Fallback)?, register.facts[fact].decimals()))
        };
        let amount = match quota.amount {
            Amount::Exact(amount) => amount,
            Amount::Fact(fact) => value(fact, if slots.is_dated(fact) { standing.chosen.epoch } else { 0 })?,
        };
        let Some(used) = cells.used.filter(|_| self.quantity().is_some()) else { return Ok(standing.base) };
        if has_room(amount, value(used, 0)?) {
            return Ok(standing.base);
        }
        Ok(standing.beyond(quota.beyond.as_ref().map(|beyond| beyond.level)))
    }
}
