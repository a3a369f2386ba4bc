//! A prepared question in; the core of its answer out: by the rows of its cell where all that they need is known, else the long way.

use std::rc::Rc;

use smallvec::SmallVec;

use super::calls::Calls;
use super::complete::{Conclusion, core};
use super::evaluation::Evaluation;
use super::explained::Outcome;
use super::point::Point;
use super::prepared::Prepared;
use super::quick::quick;
use super::standing::World;
use crate::compile::Fallback;
use crate::cover::Moment;
use crate::error::Error;
use crate::model::arena::{CellId, RuleId, ServiceId};
use crate::model::question::Question;
use crate::model::register::Register;
use crate::model::rule::Level;
use crate::names::Names;
use crate::parallel::side_by_side;
use crate::semantics::join;

/// The core of an answer: outcome, level, and the rule that decided.
///
/// ```
/// # let policy = leidraad::Policy::load(&leidraad::Sources::folder("rules")).unwrap();
/// use leidraad::{Question, date};
/// let question = Question::new("leiderdorp", "legal/advice", date(2025, 2, 1)).fact("quantity", 20).fact("used", 592);
/// let verdict = policy.prepare(&question).unwrap().verdict();
/// assert_eq!((verdict.level_id(), verdict.level_index()), (Some("standard"), Some(1)));
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
type Found = (Level, Option<RuleId>);

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
        prepared.point().map_or_else(|Fallback| slow(prepared, calls), |found| Verdict::found(prepared.view.world, found))
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
    pub fn level_id(&self) -> Option<&'p str> {
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
    /// assert_eq!((verdict.outcome(), verdict.level_id()), (Outcome::Refused, Some("none")));
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
    /// assert_eq!(verdicts[0].level_id(), Some("standard"));
    /// ```
    pub fn verdicts(prepared: &[Prepared<'p>]) -> Vec<Verdict<'p>> {
        let shares: Vec<&[Prepared<'p>]> = prepared.chunks(SHARE).collect();
        let verdicts = |share: &&[Prepared<'p>]| {
            let calls = Rc::default();
            share.iter().map(|prepared| Verdict::of(prepared, Some(&calls))).collect::<Vec<_>>()
        };
        side_by_side(&shares, verdicts).concat()
    }

    /// By the rows of its cells where those say it all; else the long way.
    fn point(&self) -> Result<Found, Fallback> {
        if self.is_composite { self.composed(self.service) } else { self.plain(self.cell) }
    }

    fn plain(&self, cell: CellId) -> Result<Found, Fallback> {
        let mut point = Point::new(self, cell);
        point.on_day()?;
        point.verdict()
    }

    /// The lowest or highest of the parts' levels (S10).
    fn composed(&self, service: ServiceId) -> Result<Found, Fallback> {
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
}
