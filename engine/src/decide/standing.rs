//! One cell in a region in; the choice, the bounds and the base that hold there out (S4–S7).

use smallvec::SmallVec;

use crate::compile::{Cell, Cells};
use crate::cover::{Boxed, Moment, Region, Split};
use crate::model::arena::{CustomerId, RuleId, ServiceId, VersionId};
use crate::model::painted::{Plane, Rect};
use crate::model::register::Register;
use crate::model::rule::{Effect, Level, Quota, Rule};
use crate::option::Bound;

/// A compiled register, as far as deciding goes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct World<'p> {
    pub(crate) register: &'p Register,
    pub(crate) cells: &'p Cells,
    pub(crate) options: &'p Bound,
}

/// The world as one customer sees it, without proposals or with them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct View<'p> {
    pub(crate) world: World<'p>,
    pub(crate) plane: Plane,
    pub(crate) customer: CustomerId,
}

/// What the rules say in a region, before quota and options.
#[derive(Debug, Clone)]
pub(crate) struct Standing<'p> {
    pub(crate) base: Level,
    pub(crate) floor: Level,
    pub(crate) ceiling: Level,
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
}

/// A list that seldom has more than four.
pub(crate) type Few<T> = SmallVec<[T; 4]>;

/// The bounds that hold in a region: the interval that is left, and which rules made it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Bounds {
    pub(crate) floor: u8,
    pub(crate) ceiling: u8,
    pub(crate) floor_by: Few<RuleId>,
    pub(crate) ceiling_by: Few<RuleId>,
    /// Bounds that wanted more than the ranks above leave: rule, wanted, got, by which.
    pub(crate) clamped: Few<(RuleId, Level, Level, RuleId)>,
}

impl<'p> View<'p> {
    pub(crate) fn cell(&self, service: ServiceId) -> &'p Cell {
        self.world.cells.cell(self.plane, self.customer, service)
    }

    /// Whether a service stands in the catalogue (S1); where it does only in a part of the region, where to cut that. Of what is no
    /// composite, the cells say it themselves.
    pub(crate) fn is_listed(&self, service: ServiceId, region: &Region) -> Result<bool, Split> {
        let listed = self.world.register.services[service].listed;
        if listed == Rect::EVERYWHERE {
            return Ok(true);
        }
        region.relate(&Boxed::of_days(listed.on, listed.known), Moment::NOW, &self.world.cells.slots)
    }

    /// The deciding rule: the first that matches, in order of precedence (S5).
    pub(crate) fn choice(&self, service: ServiceId, region: &Region, moment: Moment) -> Result<Option<RuleId>, Split> {
        for id in &self.cell(service).choices {
            let boxed = &self.world.cells.boxes[*id];
            if region.relate(boxed, moment, &self.world.cells.slots)? {
                return Ok(Some(boxed.rule));
            }
        }
        Ok(None)
    }

    /// All bounds that match, narrowed from the highest rank down (S4).
    pub(crate) fn bounds(&self, service: ServiceId, region: &Region, moment: Moment) -> Result<Bounds, Split> {
        let mut matching = Vec::new();
        for id in &self.cell(service).bounds {
            let boxed = &self.world.cells.boxes[*id];
            if region.relate(boxed, moment, &self.world.cells.slots)? && matching.last() != Some(&boxed.rule) {
                matching.push(boxed.rule);
            }
        }
        Ok(narrow(self.world.register, &matching))
    }

    /// What a rule chooses; `as_at` asks the same on its own day (S6).
    pub(crate) fn chosen(&self, rule: Option<RuleId>, service: ServiceId, region: &Region, moment: Moment) -> Result<Chosen<'p>, Split> {
        let Some(rule) = rule else { return Ok(Chosen::NOTHING) };
        let stated = &self.world.register.rules[rule];
        if let Effect::AsAt(day) = stated.effect {
            let then = self.standing(service, region, self.world.cells.slots.moment(day))?;
            return Ok(Chosen { level: then.base, version: Some(stated.version), ..then.chosen });
        }
        Ok(Chosen::by(stated, moment.epoch).unwrap_or(Chosen::NOTHING))
    }

    /// The base and the interval around it (S7).
    pub(crate) fn standing(&self, service: ServiceId, region: &Region, moment: Moment) -> Result<Standing<'p>, Split> {
        let chosen = self.chosen(self.choice(service, region, moment)?, service, region, moment)?;
        Ok(Standing::within(chosen, &self.bounds(service, region, moment)?))
    }
}

impl<'p> Chosen<'p> {
    /// What a rule chooses by itself; nothing where it asks what another day chose.
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
    /// A choice within bounds.
    pub(crate) fn within(chosen: Chosen<'p>, bounds: &Bounds) -> Standing<'p> {
        let (floor, ceiling) = (Level(bounds.floor), Level(bounds.ceiling));
        Standing { base: chosen.level.within(floor, ceiling), floor, ceiling, chosen }
    }

    /// The levels that an option may choose from: lowest and highest (S7).
    pub(crate) fn room(&self) -> (Level, Level) {
        let wanted = self.base.max(self.chosen.up_to.unwrap_or(Level::NONE));
        (self.floor, self.ceiling.min(wanted))
    }
}

/// Narrows the interval of all levels rank by rank, as far as each stays within what the ranks above left.
pub(super) fn narrow(register: &Register, matching: &[RuleId]) -> Bounds {
    let mut bounds = Bounds { ceiling: register.top_level().0, ..Bounds::default() };
    if matching.is_empty() {
        return bounds;
    }
    for rank in 0..u8::try_from(register.ranks.len()).unwrap_or(u8::MAX) {
        let ends = |low: bool| {
            matching.iter().copied().filter(move |rule| register.rank(*rule) == rank).filter_map(move |rule| {
                match register.rules[rule].effect {
                    Effect::Bound { at_least, at_most } => (if low { at_least } else { at_most }).map(|level| (rule, level.0)),
                    _ => None,
                }
            })
        };
        let floor = ends(true).map(|(_, level)| level).max();
        let ceiling = ends(false).map(|(_, level)| level).min();
        let before = bounds.clone();
        if let Some(wanted) = floor {
            let got = Level(wanted).within(Level(before.floor), Level(before.ceiling)).0;
            if got > before.floor {
                bounds.floor = got;
                bounds.floor_by = ends(true).filter(|(_, level)| *level == wanted).map(|(rule, _)| rule).collect();
            }
            note_clamped(&mut bounds, ends(true), before.ceiling, &before.ceiling_by, |level, limit| level > limit);
        }
        if let Some(wanted) = ceiling {
            let got = Level(wanted).within(Level(before.floor), Level(before.ceiling)).0;
            if got < before.ceiling {
                bounds.ceiling = got;
                bounds.ceiling_by = ends(false).filter(|(_, level)| *level == wanted).map(|(rule, _)| rule).collect();
            }
            note_clamped(&mut bounds, ends(false), before.floor, &before.floor_by, |level, limit| level < limit);
        }
    }
    bounds
}

fn note_clamped(bounds: &mut Bounds, ends: impl Iterator<Item = (RuleId, u8)>, limit: u8, by: &[RuleId], beyond: impl Fn(u8, u8) -> bool) {
    if let Some(by) = by.first() {
        bounds.clamped.extend(ends.filter(|(_, level)| beyond(*level, limit)).map(|(rule, level)| (rule, Level(level), Level(limit), *by)));
    }
}
