//! A question and a region in; the answer there out: level, lines, quota, obligations (S7, S9, S10). Where the
//! region is too wide for one answer, it says where to cut.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::evaluation::Evaluation;
use super::options::{Counted, Refined};
use super::standing::{CustomerView, World};
use super::stop::{Asks, OpenQuota, Stop};
use crate::cover::{Moment, Part, Region};
use crate::model::arena::ServiceId;
use crate::model::day::Days;
use crate::model::fact::unscale;
use crate::model::register::Composite;
use crate::model::rule::Level;
use crate::semantics::{self, Portions, Standing};
use rust_decimal::Decimal;

/// What S11 calls the answer: two of these are the same answer or they are not.
#[derive(Debug, Clone)]
pub(crate) struct Answer<'p> {
    pub(crate) level: Level,
    pub(crate) lines: Lines<'p>,
    pub(crate) quota: Option<QuotaAnswer<'p>>,
    pub(crate) obligations: Cow<'p, [Box<str>]>,
}

impl PartialEq<Answer<'_>> for Answer<'_> {
    /// All refusals are the same answer (S11), whatever the quota is that is told with them.
    fn eq(&self, other: &Answer<'_>) -> bool {
        if self.level == Level::NONE && other.level == Level::NONE {
            return true;
        }
        self.level == other.level
            && self.quota == other.quota
            && self.obligations == other.obligations
            && self.lines.iter().eq(other.lines.iter())
    }
}

impl Eq for Answer<'_> {}

/// What fits and what does not: two lines at most. (A `SmallVec` could not be lent for a shorter time than what it holds.)
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Lines<'p>([Option<Line<'p>>; 2]);

impl<'p> Lines<'p> {
    fn of(first: Option<Line<'p>>, second: Option<Line<'p>>) -> Lines<'p> {
        if first.is_some() { Lines([first, second]) } else { Lines([second, None]) }
    }
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Line<'p>> {
        self.0.iter().flatten()
    }
}

/// An answer with the days on which the options that took part in it stand by theirs.
#[derive(Debug)]
pub(crate) struct Answered<'p> {
    pub(crate) answer: Answer<'p>,
    pub(crate) stands: Days,
    /// The days for which `used` is counted as it is, where it divided the answer (S9).
    pub(crate) period: Days,
}

/// A quantity at a level, on conditions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line<'p> {
    pub(crate) level: Level,
    pub(crate) quantity: Option<Decimal>,
    pub(crate) obligations: &'p [Box<str>],
}

/// A quota with its amount worked out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct QuotaAnswer<'p> {
    pub(crate) amount: Decimal,
    pub(crate) unit: &'p str,
    pub(crate) per: &'p str,
}

impl<'p> Evaluation<'p> {
    pub(crate) fn answer(&self, region: &Region) -> Result<Answered<'p>, Stop> {
        self.answer_about(self.service, region)
    }

    fn answer_about(&self, service: ServiceId, region: &Region) -> Result<Answered<'p>, Stop> {
        if let Some(composite) = &self.view.world.register.services[service].composite {
            if !self.view.is_listed(service, region)? {
                return Ok(Answered { answer: Answer::of_composite(Level::NONE), stands: Days::EVER, period: Days::EVER });
            }
            return self.compose(composite, region);
        }
        let standing = self.view.standing(service, region, Moment::NOW)?;
        self.divide(service, &standing, region)
    }

    /// The lowest or highest of the parts' levels (S10). A part whose option needs facts has several that are possible.
    fn compose(&self, composite: &Composite, region: &Region) -> Result<Answered<'p>, Stop> {
        let mut levels: Option<BTreeSet<Level>> = None;
        let (mut stands, mut period) = (Days::EVER, Days::EVER);
        let (mut open, mut facts, mut ran) = (Vec::new(), BTreeSet::new(), Vec::new());
        for part in &composite.of {
            let own = match self.answer_about(*part, region) {
                Ok(found) => {
                    stands = stands.narrowed(found.stands);
                    period = period.narrowed(found.period);
                    BTreeSet::from([found.answer.level])
                }
                Err(Stop::Open(quotas)) => {
                    open.extend(quotas);
                    continue;
                }
                Err(Stop::Asks(asks)) => {
                    facts.extend(asks.facts);
                    stands = stands.narrowed(asks.stands);
                    period = period.narrowed(asks.period);
                    ran.extend(asks.ran);
                    asks.levels
                }
                Err(split) => return Err(split),
            };
            levels = Some(match levels {
                None => own,
                Some(levels) => levels.iter().flat_map(|a| own.iter().map(|b| semantics::join(composite, [*a, *b]))).collect(),
            });
        }
        let levels = levels.unwrap_or_default();
        match levels.first() {
            _ if !open.is_empty() => Err(Stop::Open(open)),
            Some(level) if levels.len() == 1 => Ok(Answered { answer: Answer::of_composite(*level), stands, period }),
            None => Ok(Answered { answer: Answer::of_composite(Level::NONE), stands, period }),
            Some(_) => Err(Stop::Asks(Asks { facts, levels, stands, period, ran })),
        }
    }

    /// Divides what is asked, once the options had their say, into what fits the quota and the rest (S9).
    fn divide(&self, service: ServiceId, standing: &Standing<'p>, region: &Region) -> Result<Answered<'p>, Stop> {
        let refined = self.refine(service, standing, region)?;
        let stands = refined.stands;
        if refined.level == Level::NONE {
            // What is refused is not counted: a missing term of its quota is not waited for.
            let amount = refined.quota.and_then(|quota| self.amount(&quota, region).ok());
            return Ok(Answered { answer: Answer::refused(refined.quota, amount, self.quantity), stands, period: Days::EVER });
        }
        let terms = refined.quota.map(|quota| self.terms(&quota, region)).transpose()?;
        // Also where nothing is asked for: what is left is told, and is another number in another period.
        let counts = terms.is_some_and(|(amount, _)| semantics::divides(amount)) && self.used().is_some();
        let period = refined.quota.filter(|_| counts).map_or(Days::EVER, |quota| self.period(&quota));
        Ok(Answered { answer: Answer::divided(refined, standing, self.quantity, terms), stands, period })
    }

    /// The period of a quota around the question's day (S9).
    fn period(&self, quota: &Counted<'p>) -> Days {
        let CustomerView { world, proposals, .. } = self.view;
        semantics::period(world.register, proposals, self.known(), quota.per, quota.version, self.day())
    }

    /// How much is used on the question's day, as far as the question or the register tells it.
    pub(crate) fn used(&self) -> Option<Decimal> {
        let World { register, cells, .. } = self.view.world;
        let fact = cells.used?;
        match self.region.part(cells.slots.dim(fact, 0)) {
            Part::Point(value) => Some(unscale(*value, register.facts[fact].decimals())),
            _ => None,
        }
    }

    /// The amount of a quota and what is used of it; `None` for `used` where no split is asked for.
    pub(crate) fn terms(&self, quota: &Counted<'p>, region: &Region) -> Result<AmountAndUsed, Stop> {
        let world = self.view.world;
        let mut dims = Vec::new();
        let amount = self.amount(quota, region).ok();
        if amount.is_none() {
            dims.extend(quota.amount_dim(&world.cells.slots));
        }
        let used = world.cells.used.filter(|_| self.quantity.is_some()).map(|fact| {
            let dim = world.cells.slots.dim(fact, 0);
            if let Part::Point(value) = region.part(dim) {
                Some(unscale(*value, world.register.facts[fact].decimals()))
            } else {
                dims.push(dim);
                None
            }
        });
        match (amount, used) {
            (Some(amount), None) => Ok((amount, None)),
            (Some(amount), Some(Some(used))) => Ok((amount, Some(used))),
            _ => Err(Stop::Open(vec![OpenQuota { dims, amount }])),
        }
    }
}

/// The amount of a quota, and what is used of it where a split is asked for.
pub(super) type AmountAndUsed = (Decimal, Option<Decimal>);

impl<'p> Answer<'p> {
    /// What is granted, divided into what fits the quota and the rest (S9).
    pub(super) fn divided(
        refined: Refined<'p>,
        standing: &Standing<'p>,
        asked: Option<Decimal>,
        terms: Option<AmountAndUsed>,
    ) -> Answer<'p> {
        let Refined { level, obligations, .. } = refined;
        let counted = refined.quota.zip(terms);
        let quota = counted.map(|(quota, (amount, _))| QuotaAnswer { amount, unit: quota.unit, per: quota.per });
        let line = |quantity, level, obligations| Some(Line { level, quantity, obligations });
        let (Some((counted, (amount, Some(used)))), Some(quantity)) = (counted, asked) else {
            return Answer { level, lines: Lines::of(line(asked, level, &[]), None), quota, obligations };
        };
        let Portions { fits, rest } = semantics::split(quantity, amount, used);
        let beyond = || {
            let level = standing.beyond(counted.beyond.map(|beyond| beyond.level));
            line(Some(rest), level, counted.beyond.map_or(&[][..], |beyond| &beyond.obligations))
        };
        let first = if fits.is_zero() { None } else { line(Some(fits), level, &[][..]) };
        let lines = Lines::of(first, if rest.is_zero() { None } else { beyond() });
        let first = lines.iter().next().map_or(level, |line| line.level);
        match first {
            Level::NONE => Answer::of_refusal(quota, asked),
            level => Answer { level, lines, quota, obligations },
        }
    }

    /// A refusal: the whole quantity in one line, without conditions (S9). The quota is told as far as its amount is known.
    pub(super) fn refused(quota: Option<Counted<'p>>, amount: Option<Decimal>, asked: Option<Decimal>) -> Answer<'p> {
        let told = quota.zip(amount).map(|(quota, amount)| QuotaAnswer { amount, unit: quota.unit, per: quota.per });
        Answer::of_refusal(told, asked)
    }
    fn of_refusal(quota: Option<QuotaAnswer<'p>>, asked: Option<Decimal>) -> Answer<'p> {
        let lines = Lines::of(Some(Line { level: Level::NONE, quantity: asked, obligations: &[] }), None);
        Answer { level: Level::NONE, lines, quota, obligations: Cow::Borrowed(&[]) }
    }

    /// A composite's answer is its level: its parts have the lines (S10).
    fn of_composite(level: Level) -> Self {
        Answer { level, lines: Lines::default(), quota: None, obligations: Cow::Borrowed(&[]) }
    }
}
