//! A question and a region in; the answer there out: level, lines, quota, obligations (S7, S9, S10). Where the
//! region is too wide for one answer, it says where to cut.

use rust_decimal::Decimal;

use super::asked::Asked;
use super::standing::Standing;
use crate::cover::{Moment, Part, Region, Split};
use crate::model::arena::ServiceId;
use crate::model::fact::unscale;
use crate::model::rule::{Amount, Level, Quota};

/// What S11 calls the answer: two of these are the same answer or they are not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer<'p> {
    pub(crate) level: Level,
    pub(crate) lines: Vec<Line<'p>>,
    pub(crate) quota: Option<QuotaAnswer<'p>>,
    pub(crate) obligations: &'p [Box<str>],
}

/// So much at this level, on these conditions.
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

/// Why a region has no single answer.
#[derive(Debug)]
pub(crate) enum Stop {
    /// Tests cut it in two.
    Split(Split),
    /// The tests are settled, but a quota is counted with facts that are missing.
    Open(Vec<OpenQuota>),
}

/// A quota whose sum has missing terms: which dimensions those are, and the amount when that is known.
#[derive(Debug, Clone)]
pub(crate) struct OpenQuota {
    pub(crate) dims: Vec<usize>,
    pub(crate) amount: Option<Decimal>,
}

impl From<Split> for Stop {
    fn from(split: Split) -> Self {
        Stop::Split(split)
    }
}

impl<'p> Asked<'p> {
    pub(crate) fn answer(&self, region: &Region) -> Result<Answer<'p>, Stop> {
        self.answer_about(self.service, region)
    }

    fn answer_about(&self, service: ServiceId, region: &Region) -> Result<Answer<'p>, Stop> {
        let Some(composite) = &self.view.world.register.services[service].composite else {
            let standing = self.view.standing(service, region, Moment::NOW)?;
            return self.divide(&standing, region);
        };
        let mut level: Option<Level> = None;
        let mut open = Vec::new();
        for part in &composite.of {
            match self.answer_about(*part, region) {
                Ok(answer) => {
                    level = Some(
                        level
                            .map_or(answer.level, |level| if composite.lowest { level.min(answer.level) } else { level.max(answer.level) }),
                    );
                }
                Err(Stop::Open(quotas)) => open.extend(quotas),
                Err(split) => return Err(split),
            }
        }
        if open.is_empty() {
            Ok(Answer { level: level.unwrap_or(Level::NONE), lines: Vec::new(), quota: None, obligations: &[] })
        } else {
            Err(Stop::Open(open))
        }
    }

    /// Divides what is asked into what fits the quota and the rest (S9).
    fn divide(&self, standing: &Standing<'p>, region: &Region) -> Result<Answer<'p>, Stop> {
        let chosen = standing.chosen;
        let level = crate::option::enforce(standing.base, standing.room());
        let whole = |level, quantity| Answer {
            level,
            lines: vec![Line { level, quantity, obligations: &[] }],
            quota: None,
            obligations: chosen.obligations,
        };
        let Some(quota) = chosen.quota else { return Ok(whole(level, self.quantity)) };
        let (amount, used) = self.terms(quota, chosen.epoch, region)?;
        let answer = QuotaAnswer { amount, unit: &quota.unit, per: &quota.per };
        let (Some(quantity), Some(used)) = (self.quantity, used) else {
            return Ok(Answer { quota: Some(answer), ..whole(level, self.quantity) });
        };
        let fits = quantity.min((amount - used).max(Decimal::ZERO)).normalize();
        let rest = (quantity - fits).normalize();
        let beyond = quota.beyond.as_ref();
        let mut lines = Vec::with_capacity(2);
        if !fits.is_zero() {
            lines.push(Line { level, quantity: Some(fits), obligations: &[] });
        }
        if !rest.is_zero() {
            let rest_level = beyond.map_or(Level::NONE, |beyond| beyond.level.min(standing.ceiling));
            lines.push(Line { level: rest_level, quantity: Some(rest), obligations: beyond.map_or(&[][..], |beyond| &beyond.obligations) });
        }
        let level = lines.first().map_or(level, |line| line.level);
        Ok(Answer { level, lines, quota: Some(answer), obligations: chosen.obligations })
    }

    /// The amount of a quota and what is used of it; nothing for `used` where no split is asked for.
    fn terms(&self, quota: &Quota, epoch: usize, region: &Region) -> Result<(Decimal, Option<Decimal>), Stop> {
        let world = self.view.world;
        let read = |dim: usize, fact| match region.part(dim) {
            Part::Point(value) => Some(unscale(*value, world.register.facts[fact].decimals())),
            _ => None,
        };
        let mut dims = Vec::new();
        let amount = match quota.amount {
            Amount::Exact(amount) => Some(amount),
            Amount::Fact(fact) => {
                let dim = world.cells.slots.dim(fact, epoch);
                let amount = read(dim, fact);
                if amount.is_none() {
                    dims.push(dim);
                }
                amount
            }
        };
        let used = world.cells.used.filter(|_| self.quantity.is_some()).map(|fact| {
            let dim = world.cells.slots.dim(fact, 0);
            let used = read(dim, fact);
            if used.is_none() {
                dims.push(dim);
            }
            used
        });
        match (amount, used) {
            (Some(amount), None) => Ok((amount, None)),
            (Some(amount), Some(Some(used))) => Ok((amount, Some(used))),
            _ => Err(Stop::Open(vec![OpenQuota { dims, amount }])),
        }
    }
}
