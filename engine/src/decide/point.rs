//! A question whose facts are known in; its answer, its reasons and the days on which it stands out, by the rows of its cell. Which rules
//! match apart from the day is asked once; along the days only those few are looked at.

use rust_decimal::Decimal;
use smallvec::SmallVec;

use super::answer::{AmountAndUsed, Answer};
use super::complete::{Conclusion, core};
use super::evaluation::Evaluation;
use super::explained::{Allowance, ExplainedAnswer};
use super::options::Counted;
use super::prepared::{Encoded, Prepared};
use super::reasons::{Weighed, contest, weigh};
use crate::compile::{CellRows, Fallback, Row};
use crate::model::arena::{CellId, FactId, RuleId};
use crate::model::day::{Day, Days};
use crate::model::fact::unscale;
use crate::model::register::Register;
use crate::model::rule::{Amount, Effect, Level};
use crate::semantics::{Bounds, Chosen, Few, Standing, divides, leading, left, narrow, next_period, period};

/// Rows that match on some days, with those days.
type Along = SmallVec<[(Row, Days); 20]>;

/// The rules of one cell whose tests hold for the facts of a question, whatever the day is or on one day.
pub(super) struct Point<'q, 'p> {
    prepared: &'q Prepared<'p>,
    register: &'p Register,
    cell: &'p CellRows,
    /// On which day the register's facts are read, and of which epoch that is: that of the question, or an `as_at` day.
    day: Day,
    epoch: usize,
    /// The days around it on which all facts that the cell reads are the same.
    days: Days,
    quantity: Option<Decimal>,
    /// In order of precedence.
    choices: Along,
    /// Those of the highest rank first.
    bounds: Along,
}

impl<'q, 'p> Point<'q, 'p> {
    pub(super) fn new(prepared: &'q Prepared<'p>, cell: CellId) -> Point<'q, 'p> {
        let world = prepared.view.world;
        let (cell, quantity) = (world.cells.rows.cell(cell), prepared.quantity());
        let (choices, bounds) = (Along::new(), Along::new());
        Point { prepared, register: world.register, cell, day: prepared.on, epoch: 0, days: Days::EVER, quantity, choices, bounds }
    }

    /// Finds what matches on the question's day. Refused where options have a say, a fact is missing, or another knowledge is asked about.
    pub(super) fn on_day(&mut self) -> Result<(), Fallback> {
        if self.cell.has_options || self.prepared.known < self.cell.settled_since {
            return Err(Fallback);
        }
        self.find(&self.prepared.encoded, false)
    }

    /// Finds what matches on any day. Refused also where rules override each other in a circle, and where proposals have a say.
    pub(super) fn along_days(&mut self) -> Result<(), Fallback> {
        let CellRows { has_options, is_whole, is_pending, settled_since, reads_register, .. } = *self.cell;
        if self.prepared.is_composite || has_options || !is_whole || is_pending || self.prepared.known < settled_since {
            return Err(Fallback);
        }
        if reads_register {
            self.days = self.prepared.same_facts(self.day);
        }
        self.find(&self.prepared.encoded, true)
    }

    /// The same on a day on which facts of the register may have other values.
    fn at(&self, day: Day, epoch: usize) -> Result<Point<'q, 'p>, Fallback> {
        let days = if epoch == 0 { self.prepared.same_facts(day) } else { Days::EVER };
        let mut encoded = Encoded::new();
        self.prepared.encode(epoch, day, &mut encoded);
        let mut point = Point { day, epoch, days, choices: Along::new(), bounds: Along::new(), ..*self };
        point.find(&encoded, true)?;
        Ok(point)
    }
    /// What held on an `as_at` day (S6).
    fn as_at(&self, day: Day) -> Result<Point<'q, 'p>, Fallback> {
        self.at(day, self.prepared.view.world.cells.slots.moment(day).epoch)
    }

    fn find(&mut self, encoded: &[i32], any_day: bool) -> Result<(), Fallback> {
        let rows = &self.prepared.view.world.cells.rows;
        let (choices, bounds) = (&mut self.choices, &mut self.bounds);
        rows.matching(self.cell.choices, encoded, any_day, |row, days| choices.push((row, days)))?;
        rows.matching(self.cell.bounds, encoded, any_day, |row, days| bounds.push((row, days)))
    }

    /// The answer, its reasons and its days.
    pub(super) fn settle(&self) -> Result<(ExplainedAnswer<'p>, Days), Fallback> {
        let prepared = self.prepared;
        let within = self.bounds(prepared.on);
        let (answer, counted) = self.answer(prepared.on, &within)?;
        let period = counted.map_or(Days::EVER, |quota| self.period(&quota, prepared.on));
        let holds = self.stretch(&answer, period)?;
        let reasons = self.reasons(prepared.on, &within)?.reasons();
        let left = answer.quota.as_ref().zip(self.used()).map(|(quota, used)| left(quota.amount, used));
        let renews = counted.map_or(Ok(None), |_| self.renews(period))?;
        let allowance = Allowance { left, period, renews };
        let core = Conclusion::Answered(answer);
        Ok((ExplainedAnswer { service: prepared.service, core, allowance, reasons, parts: Vec::new() }, holds))
    }

    /// The level of the answer, and the rule that decides.
    pub(super) fn verdict(&self) -> Result<(Level, Option<RuleId>), Fallback> {
        let day = self.prepared.on;
        let standing = self.standing(day, &self.bounds(day))?;
        let refined = standing.untouched();
        let level = match refined.quota {
            Some(quota) if refined.level > Level::NONE => match self.terms(&quota)? {
                (amount, Some(used)) => leading(refined.level, standing.beyond(quota.beyond.map(|beyond| beyond.level)), amount, used),
                (_, None) => refined.level,
            },
            _ => refined.level,
        };
        Ok((level, self.decider(day).rule()))
    }

    /// What a row chooses. Most say it all themselves: their rules lie elsewhere in memory.
    fn chosen(&self, row: Row) -> Result<Chosen<'p>, Fallback> {
        let rule = match (row.bare_level(), row.rule()) {
            (Some(level), _) => return Ok(Chosen { level, ..Chosen::NOTHING }),
            (None, Some(rule)) => &self.register.rules[rule],
            (None, None) => return Ok(Chosen::NOTHING),
        };
        match rule.effect {
            Effect::AsAt(day) => {
                let then = self.as_at(day)?;
                Ok(then.standing(day, &then.bounds(day))?.carried(rule.version))
            }
            _ => Chosen::by(rule, self.epoch).ok_or(Fallback),
        }
    }

    fn bounds(&self, day: Day) -> Bounds {
        narrow(self.register, &on(&self.bounds, day))
    }

    /// The row that decides on a day.
    fn decider(&self, day: Day) -> Row {
        self.choices.iter().find(|(_, days)| days.contains(day)).map_or(Row::NONE, |(row, _)| *row)
    }

    fn standing(&self, day: Day, within: &Bounds) -> Result<Standing<'p>, Fallback> {
        Ok(Standing::within(self.chosen(self.decider(day))?, within))
    }

    /// The answer on a day (S4–S7, S9), and the quota of which is told what is left.
    fn answer(&self, day: Day, within: &Bounds) -> Result<(Answer<'p>, Option<Counted<'p>>), Fallback> {
        let standing = self.standing(day, within)?;
        let refined = standing.untouched();
        let quota = refined.quota;
        if refined.level == Level::NONE {
            let amount = quota.map(|quota| self.amount(&quota)).transpose()?;
            return Ok((Answer::refused(quota, amount, self.quantity), None));
        }
        let terms = quota.map(|quota| self.terms(&quota)).transpose()?;
        let counts = terms.is_some_and(|(amount, _)| divides(amount)) && self.used().is_some();
        Ok((Answer::divided(refined, &standing, self.quantity, terms), quota.filter(|_| counts)))
    }

    /// How much is used, as far as that is known.
    fn used(&self) -> Option<Decimal> {
        self.prepared.view.world.cells.used.and_then(|fact| self.value(fact, 0).ok())
    }

    fn period(&self, quota: &Counted<'p>, day: Day) -> Days {
        period(self.register, self.prepared.view.proposals, self.prepared.known, quota.per, quota.version, day)
    }

    /// The day after a period, if something may be granted by a quota then, whatever is used by then.
    fn renews(&self, period: Days) -> Result<Option<Day>, Fallback> {
        let Some(next) = next_period(period) else { return Ok(None) };
        if !self.days.contains(next) {
            return self.at(next, 0)?.renews(period);
        }
        let refined = self.standing(next, &self.bounds(next))?.untouched();
        let nothing_fits = |quota: &Counted<'p>| Ok(self.quantity.is_some() && quota.beyond.is_none() && !divides(self.amount(quota)?));
        let refuses = refined.level == Level::NONE || refined.quota.as_ref().map_or(Ok(true), nothing_fits)?;
        Ok((!refuses).then_some(next))
    }

    fn value(&self, fact: FactId, epoch: usize) -> Result<Decimal, Fallback> {
        let slots = &self.prepared.view.world.cells.slots;
        let at = if slots.is_dated(fact) { epoch.checked_sub(1) } else { None };
        let day = at.map_or(Some(self.day), |at| slots.as_at_days().get(at).copied()).ok_or(Fallback)?;
        let value = self.prepared.told(fact, day).ok_or(Fallback)?;
        Ok(unscale(value, self.register.facts[fact].decimals()))
    }

    fn amount(&self, quota: &Counted<'p>) -> Result<Decimal, Fallback> {
        match quota.amount {
            Amount::Exact(amount) => Ok(amount),
            Amount::Fact(fact) => self.value(fact, quota.epoch),
        }
    }

    fn terms(&self, quota: &Counted<'p>) -> Result<AmountAndUsed, Fallback> {
        let used = self.prepared.view.world.cells.used.filter(|_| self.quantity.is_some());
        Ok((self.amount(quota)?, used.map(|fact| self.value(fact, 0)).transpose()?))
    }

    fn reasons(&self, day: Day, within: &Bounds) -> Result<Weighed, Fallback> {
        let contest = contest(self.register, &on(&self.choices, day));
        let decider = self.choices.iter().find(|(row, _)| row.rule().is_some() && row.rule() == contest.decider());
        let decider = decider.map_or(Row::NONE, |(row, _)| *row);
        let found = weigh(contest, self.chosen(decider)?, within);
        match decider.rule().map(|rule| &self.register.rules[rule].effect) {
            Some(Effect::AsAt(day)) => {
                let then = self.as_at(*day)?;
                Ok(found.after(then.reasons(*day, &then.bounds(*day))?))
            }
            _ => Ok(found),
        }
    }

    /// From when to when this very answer stands, around the question's day, within the period that `used` is counted in.
    fn stretch(&self, answer: &Answer<'p>, period: Days) -> Result<Days, Fallback> {
        let mut holds = self.around(self.day);
        let mut other = None;
        while holds.until < period.until {
            let Some(days) = self.same(answer, holds.until.next(), &mut other)? else { break };
            holds.until = days.until;
        }
        while holds.from > period.from {
            let Some(days) = self.same(answer, holds.from.previous(), &mut other)? else { break };
            holds.from = days.from;
        }
        Ok(holds.narrowed(period))
    }

    /// The days around a day for which the same is certain, if the answer is the same there. The facts of that day are looked at in `other`,
    /// where they are not the question's.
    fn same(&self, answer: &Answer<'p>, day: Day, other: &mut Option<Point<'q, 'p>>) -> Result<Option<Days>, Fallback> {
        let point = match other {
            _ if self.days.contains(day) => self,
            Some(point) if point.days.contains(day) => point,
            other => match self.at(day, 0) {
                Ok(point) => other.insert(point),
                // A fact of the register is missing then.
                Err(Fallback) => return self.differs(answer, day).map(|()| None),
            },
        };
        let now = self.decider(self.day).bare_level();
        let (is_same, counted) = match (now, point.decider(day).bare_level()) {
            // Only the levels can make a difference.
            (Some(now), Some(then)) if self.bounds.is_empty() && point.bounds.is_empty() => (now == then, None),
            _ => {
                let (then, counted) = point.answer(day, &point.bounds(day))?;
                (then == *answer, counted)
            }
        };
        // Where `used` counts in a period without the question's day, it is another number (S9).
        let period = counted.map_or(Days::EVER, |quota| self.period(&quota, day));
        Ok((is_same && period.contains(self.day)).then(|| point.around(day).narrowed(period)))
    }

    /// Whether the answer is certain to be another one on a day of which rows do not tell what holds. Refused where it is not.
    #[cold]
    fn differs(&self, answer: &Answer<'p>, day: Day) -> Result<(), Fallback> {
        match core(&Evaluation::of(self.prepared).on(day)) {
            Ok(found) if !matches!(&found.core, Conclusion::Answered(then) if then == answer) => Ok(()),
            _ => Err(Fallback),
        }
    }

    /// The days around a day on which the same row decides, within the same bounds. Rows behind one that decides make no difference.
    fn around(&self, day: Day) -> Days {
        let decider = self.choices.iter().position(|(_, days)| days.contains(day)).map_or(self.choices.len(), |at| at + 1);
        let mut around = self.days;
        for (_, days) in self.choices.iter().take(decider).chain(&self.bounds) {
            if days.from > day {
                around.until = around.until.min(days.from.previous());
            } else if days.until < day {
                around.from = around.from.max(days.until.next());
            } else {
                around = Days { from: around.from.max(days.from), until: around.until.min(days.until) };
            }
        }
        around
    }
}

/// The rules that match on a day.
fn on(along: &Along, day: Day) -> Few<RuleId> {
    let mut rules = Few::new();
    for rule in along.iter().filter(|(_, days)| days.contains(day)).filter_map(|(row, _)| row.rule()) {
        if rules.last() != Some(&rule) {
            rules.push(rule);
        }
    }
    rules
}
