//! S6: `as_at` a day chooses what held on that day. S7: the base is the chosen level, held within the bounds; the room of options reaches from
//! the floor to `up_to`, and to the ceiling at most.

use super::bounds::{Bounds, Interval};
use crate::model::arena::VersionId;
use crate::model::rule::{Effect, Level, Quota, Rule};

/// What the rules say, before quota and options.
#[derive(Debug, Clone)]
pub(crate) struct Standing<'p> {
    pub(crate) base: Level,
    pub(crate) left: Interval,
    pub(crate) chosen: Chosen<'p>,
}

/// What the deciding rule chose, before today's bounds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Chosen<'p> {
    pub(crate) level: Level,
    pub(crate) up_to: Option<Level>,
    pub(crate) quota: Option<&'p Quota>,
    pub(crate) obligations: &'p [Box<str>],
    /// On which day's register facts a quota's amount is read.
    pub(crate) epoch: usize,
    /// The version that grants.
    pub(crate) version: Option<VersionId>,
}

impl Chosen<'_> {
    pub(crate) const NOTHING: Self = Chosen { level: Level::NONE, up_to: None, quota: None, obligations: &[], epoch: 0, version: None };

    /// The highest level that it names: no ceiling from there on changes anything.
    pub(crate) fn highest(&self) -> Level {
        let beyond = self.quota.and_then(|quota| quota.beyond.as_ref()).map(|beyond| beyond.level);
        [self.up_to, beyond].into_iter().flatten().fold(self.level, Level::max)
    }
}

impl<'p> Chosen<'p> {
    /// What a rule chooses by itself; `None` if it asks what another day chose.
    pub(crate) fn by(rule: &'p Rule, epoch: usize) -> Option<Chosen<'p>> {
        match &rule.effect {
            Effect::Grant(grant) => Some(Chosen {
                level: grant.level,
                up_to: grant.up_to,
                quota: grant.quota.as_ref(),
                obligations: &grant.obligations,
                epoch,
                version: Some(rule.version),
            }),
            Effect::AsAt(_) => None,
            Effect::Deny | Effect::Bound { .. } => Some(Chosen::NOTHING),
        }
    }
}

impl<'p> Standing<'p> {
    /// A choice held within what bounds leave.
    pub(crate) fn of(chosen: Chosen<'p>, left: Interval) -> Standing<'p> {
        Standing { base: left.hold(chosen.level), left, chosen }
    }
    /// A choice held within bounds.
    pub(crate) fn within(chosen: Chosen<'p>, bounds: &Bounds) -> Standing<'p> {
        Standing::of(chosen, bounds.left)
    }
    /// What a rule chooses that says "as on that day", where this stood: the level of that day, by the version that says so (S6).
    pub(crate) fn carried(self, version: VersionId) -> Chosen<'p> {
        Chosen { level: self.base, version: Some(version), ..self.chosen }
    }

    /// The levels that an option may choose from: lowest and highest (S7).
    pub(crate) fn room(&self) -> (Level, Level) {
        let wanted = self.base.max(self.chosen.up_to.unwrap_or(Level::NONE));
        (self.left.floor, self.left.ceiling.min(wanted))
    }
    /// The level of what lies beyond a quota, held under today's ceiling (S9).
    pub(crate) fn beyond(&self, level: Option<Level>) -> Level {
        level.map_or(Level::NONE, |level| level.min(self.left.ceiling))
    }
}
