//! A question whose facts are known in; its answer, its reasons and the days on which it stands out, by the rows of its cell. Which rules
//! match apart from the day is asked once; along the days only those few are looked at.

use rust_decimal::Decimal;
use smallvec::SmallVec;

use super::answer::{Answer, Terms};
use super::complete::Conclusion;
use super::options::Counted;
use super::prepared::Prepared;
use super::reasons::{Reasons, contest, weigh};
use super::settled::{Allowance, ExplainedAnswer};
use crate::compile::{Fallback, Row};
use crate::model::arena::{FactId, RuleId};
use crate::model::day::{Day, Days};
use crate::model::fact::unscale;
use crate::model::register::Register;
use crate::model::rule::{Amount, Level};
use crate::semantics::{Bounds, Chosen, Few, Standing, divides, left, narrow, period};

/// The whole of a decision that depends on nothing but the rules of one cell.
pub(super) struct Point<'p> {
    pub(super) settled: ExplainedAnswer<'p>,
    pub(super) holds: Days,
}

/// Rows that match on some days, with those days.
type Along = SmallVec<[(Row, Days); 20]>;

/// The rules whose tests hold for the question's facts.
struct Candidates<'q, 'p> {
    prepared: &'q Prepared<'p>,
    register: &'p Register,
    quantity: Option<Decimal>,
    /// In order of precedence.
    choices: &'q Along,
    /// Those of the highest rank first.
    bounds: &'q Along,
}

impl<'p> Point<'p> {
    pub(super) fn of(prepared: &Prepared<'p>) -> Result<Point<'p>, Fallback> {
        let (mut choices, mut bounds) = (Along::new(), Along::new());
        let candidates = Candidates::of(prepared, &mut choices, &mut bounds)?;
        let within = candidates.bounds(prepared.on);
        let (answer, divided_by) = candidates.answer(prepared.on, &within)?;
        let period = divided_by.map_or(Days::EVER, |quota| candidates.period(&quota));
        let holds = candidates.stretch(&answer, period)?;
        let reasons = candidates.reasons(prepared.on, &within)?;
        let left = answer.quota.as_ref().zip(prepared.used()).map(|(quota, used)| left(quota.amount, used));
        let renews = divided_by.map_or(Ok(None), |_| candidates.renews(period))?;
        let allowance = Allowance { left, period, renews };
        let settled =
            ExplainedAnswer { service: prepared.service, core: Conclusion::Answered(answer), allowance, reasons, parts: Vec::new() };
        Ok(Point { settled, holds })
    }
}

impl<'q, 'p> Candidates<'q, 'p> {
    /// Refused where options, other days or proposals have a say, or a fact is missing.
    fn of(prepared: &'q Prepared<'p>, choices: &'q mut Along, bounds: &'q mut Along) -> Result<Candidates<'q, 'p>, Fallback> {
        let world = prepared.view.world;
        let rows = &world.cells.rows;
        let cell = rows.cell(prepared.cell);
        if prepared.is_composite || cell.has_options || !cell.is_steady || cell.is_pending || prepared.known < cell.settled_since {
            return Err(Fallback);
        }
        rows.along(cell.choices, &prepared.encoded, |row, days| choices.push((row, days)))?;
        rows.along(cell.bounds, &prepared.encoded, |row, days| bounds.push((row, days)))?;
        Ok(Candidates { prepared, register: world.register, quantity: prepared.quantity(), choices, bounds })
    }

    /// What a row chooses. Most say it all themselves: their rules lie elsewhere in memory.
    fn chosen(&self, row: Row) -> Result<Chosen<'p>, Fallback> {
        match (row.bare_level(), row.rule()) {
            (Some(level), _) => Ok(Chosen { level, ..Chosen::NOTHING }),
            (None, Some(rule)) => Chosen::by(&self.register.rules[rule], 0).ok_or(Fallback),
            (None, None) => Ok(Chosen::NOTHING),
        }
    }

    fn bounds(&self, day: Day) -> Bounds {
        narrow(self.register, &on(self.bounds, day))
    }

    /// The row that decides on a day.
    fn decider(&self, day: Day) -> Row {
        self.choices.iter().find(|(_, days)| days.contains(day)).map_or(Row::NONE, |(row, _)| *row)
    }

    /// The answer on a day (S4–S7, S9), and the quota that divides it by what is used.
    fn answer(&self, day: Day, within: &Bounds) -> Result<(Answer<'p>, Option<Counted<'p>>), Fallback> {
        let standing = Standing::within(self.chosen(self.decider(day))?, within);
        let refined = standing.untouched();
        let quota = refined.quota;
        if refined.level == Level::NONE {
            let amount = quota.map(|quota| self.amount(&quota)).transpose()?;
            return Ok((Answer::refused(quota, amount, self.quantity), None));
        }
        let terms = quota.map(|quota| self.terms(&quota)).transpose()?;
        let divides = terms.is_some_and(|(amount, used)| used.is_some() && divides(amount));
        Ok((Answer::divided(refined, &standing, self.quantity, terms), quota.filter(|_| divides)))
    }

    fn period(&self, quota: &Counted<'p>) -> Days {
        period(self.register, self.prepared.view.proposals, self.prepared.known, quota.per, quota.version, self.prepared.on)
    }

    /// The day after a period, if the same may be granted then, whatever is used by then.
    fn renews(&self, period: Days) -> Result<Option<Day>, Fallback> {
        if period.until >= Day::LAST {
            return Ok(None);
        }
        let next = period.until.next();
        let standing = Standing::within(self.chosen(self.decider(next))?, &self.bounds(next));
        let refined = standing.untouched();
        let nothing_fits = |quota: &Counted<'p>| Ok(quota.beyond.is_none() && !divides(self.amount(quota)?));
        let refuses = refined.level == Level::NONE || refined.quota.as_ref().map_or(Ok(false), nothing_fits)?;
        Ok((!refuses).then_some(next))
    }

    fn value(&self, fact: FactId) -> Result<Decimal, Fallback> {
        let value = self.prepared.given(fact).ok_or(Fallback)?;
        Ok(unscale(value, self.register.facts[fact].decimals()))
    }

    fn amount(&self, quota: &Counted<'p>) -> Result<Decimal, Fallback> {
        match quota.amount {
            Amount::Exact(amount) => Ok(amount),
            Amount::Fact(fact) => self.value(fact),
        }
    }

    fn terms(&self, quota: &Counted<'p>) -> Result<Terms, Fallback> {
        let used = self.prepared.view.world.cells.used.filter(|_| self.quantity.is_some());
        Ok((self.amount(quota)?, used.map(|fact| self.value(fact)).transpose()?))
    }

    fn reasons(&self, day: Day, within: &Bounds) -> Result<Reasons, Fallback> {
        let contest = contest(self.register, &on(self.choices, day));
        let decider = self.choices.iter().find(|(row, _)| row.rule().is_some() && row.rule() == contest.decider());
        let chosen = self.chosen(decider.map_or(Row::NONE, |(row, _)| *row))?;
        Ok(weigh(contest, chosen, within).reasons())
    }

    /// From when to when this very answer stands, around the question's day, within the period that `used` is counted in.
    fn stretch(&self, answer: &Answer<'p>, period: Days) -> Result<Days, Fallback> {
        let mut holds = self.around(self.prepared.on);
        let now = self.decider(self.prepared.on).bare_level();
        let same = |day: Day| match (now, self.decider(day).bare_level()) {
            // Nothing but the levels can make a difference.
            (Some(now), Some(then)) if self.bounds.is_empty() => Ok(now == then),
            _ => Ok(self.answer(day, &self.bounds(day))?.0 == *answer),
        };
        while holds.until < period.until && same(holds.until.next())? {
            holds.until = self.around(holds.until.next()).until;
        }
        while holds.from > period.from && same(holds.from.previous())? {
            holds.from = self.around(holds.from.previous()).from;
        }
        Ok(holds.narrowed(period))
    }

    /// The days around a day on which the same row decides, within the same bounds. Rows behind one that decides make no difference.
    fn around(&self, day: Day) -> Days {
        let decider = self.choices.iter().position(|(_, days)| days.contains(day)).map_or(self.choices.len(), |at| at + 1);
        let mut around = Days::EVER;
        for (_, days) in self.choices.iter().take(decider).chain(self.bounds) {
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
