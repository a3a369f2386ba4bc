//! One cell in a region in; the choice, the bounds and the base that hold there out (S4–S7).

use crate::compile::{Cell, Cells, Reads};
use crate::cover::{Boxed, Moment, Region, Split, halving};
use crate::model::arena::{CustomerId, FactId, RuleId, ServiceId};
use crate::model::bitemporal::{Bitemporal, Proposals};
use crate::model::register::Register;
use crate::model::rule::Effect;
use crate::option::LoadedOptions;
use crate::semantics::{Bounds, Chosen, Few, Standing, ample, narrow};

/// A compiled register, as far as deciding goes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct World<'p> {
    pub(crate) register: &'p Register,
    pub(crate) cells: &'p Cells,
    pub(crate) options: &'p LoadedOptions,
}

/// The world as one customer sees it, without proposals or with them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CustomerView<'p> {
    pub(crate) world: World<'p>,
    pub(crate) proposals: Proposals,
    pub(crate) customer: CustomerId,
}

impl<'p> CustomerView<'p> {
    pub(crate) fn cell(&self, service: ServiceId) -> &'p Cell {
        self.world.cells.cell(self.proposals, self.customer, service)
    }

    /// What the answer about a service can depend on: what the rules and options of its parts read, and what quotas are divided by.
    pub(crate) fn reads(&self, service: ServiceId) -> Reads {
        let World { register, cells, options } = self.world;
        let mut tested: Vec<FactId> = cells.quantity.into_iter().chain(cells.used).collect();
        let mut as_at = Vec::new();
        for part in register.parts_of(service) {
            let cell = self.cell(part);
            tested.extend(cell.reads.tested.iter().copied());
            tested.extend(cell.options.iter().flat_map(|(option, _)| options[*option].reads.iter().copied()));
            as_at.extend(&cell.reads.as_at);
        }
        Reads::of(register, tested, as_at)
    }

    /// How many bounds may have a say in the answer about a service: whatever the region is, each is looked at.
    pub(crate) fn bound_count(&self, service: ServiceId) -> usize {
        self.world.register.parts_of(service).into_iter().map(|part| self.cell(part).bounds.len()).sum()
    }

    /// Whether a service stands in the catalogue (S1); where it does only in a part of the region, where to cut that. Of what is no
    /// composite, the cells say it themselves.
    pub(crate) fn is_listed(&self, service: ServiceId, region: &Region) -> Result<bool, Split> {
        let listed = self.world.register.services[service].listed;
        if listed == Bitemporal::EVERYWHERE {
            return Ok(true);
        }
        region.relate(&Boxed::of_days(listed.on, listed.known), Moment::NOW, &self.world.cells.slots)
    }

    /// The deciding rule: the first that matches, in order of precedence (S5).
    pub(crate) fn choice(&self, service: ServiceId, region: &Region, moment: Moment) -> Result<Option<RuleId>, Split> {
        let (cells, cell) = (self.world.cells, self.cell(service));
        let mut across = Vec::new();
        for id in cell.choices_near(region, moment, cells) {
            let boxed = &cells.boxes[id];
            match region.relate(boxed, moment, &cells.slots) {
                Ok(true) if across.is_empty() => return Ok(Some(boxed.rule)),
                // What comes after it has no say.
                Ok(true) => break,
                Ok(false) => {}
                Err(split) if cell.has_few() => return Err(split),
                Err(split) => across.push(split),
            }
        }
        halving(region, across).map_or(Ok(None), Err)
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

    /// The bounds that make a difference to what was chosen (S4, S7). What may hold besides, and would change nothing, is not asked about:
    /// nothing has to be cut for it.
    pub(crate) fn bounds_of(&self, chosen: &Chosen<'_>, service: ServiceId, region: &Region, moment: Moment) -> Result<Bounds, Split> {
        let boxes = &self.world.cells.boxes;
        self.bounds_among(self.cell(service).bounds.iter().map(|id| &boxes[*id]), chosen, region, moment)
    }

    /// The same of some bounds alone, which come in the order of their ranks.
    pub(crate) fn bounds_among<'b>(
        &self,
        boxes: impl Iterator<Item = &'b Boxed> + Clone,
        chosen: &Chosen<'_>,
        region: &Region,
        moment: Moment,
    ) -> Result<Bounds, Split> {
        let World { register, cells, .. } = self.world;
        let mut bounds = Bounds::none(register);
        let ample = ample(register, boxes.clone().map(|boxed| boxed.rule), chosen.highest());
        let (mut matching, mut open) = (Few::new(), Vec::new());
        let mut boxes = boxes.peekable();
        while let Some(boxed) = boxes.next() {
            match region.relate(boxed, moment, &cells.slots) {
                Ok(true) if matching.last() != Some(&boxed.rule) => matching.push(boxed.rule),
                Ok(_) => {}
                Err(split) => open.push((boxed.rule, split)),
            }
            if boxes.peek().is_some_and(|next| register.rank(next.rule) == register.rank(boxed.rule)) {
                continue;
            }
            let narrows = |(rule, _): &(RuleId, Split)| bounds.would_narrow(register, &matching, *rule, ample);
            if let Some((_, split)) = open.drain(..).find(narrows) {
                return Err(split);
            }
            bounds.narrow(register, &matching);
            matching.clear();
        }
        Ok(bounds)
    }

    /// What a rule chooses; `as_at` asks the same on its own day (S6).
    pub(crate) fn chosen(&self, rule: Option<RuleId>, service: ServiceId, region: &Region, moment: Moment) -> Result<Chosen<'p>, Split> {
        let Some(rule) = rule else { return Ok(Chosen::NOTHING) };
        let stated = &self.world.register.rules[rule];
        if let Effect::AsAt(day) = stated.effect {
            let then = self.standing(service, region, self.world.cells.slots.moment(day))?;
            return Ok(then.carried(stated.version));
        }
        Ok(Chosen::by(stated, moment.epoch).unwrap_or(Chosen::NOTHING))
    }

    /// The base and the interval around it (S7).
    pub(crate) fn standing(&self, service: ServiceId, region: &Region, moment: Moment) -> Result<Standing<'p>, Split> {
        let chosen = self.chosen(self.choice(service, region, moment)?, service, region, moment)?;
        Ok(Standing::within(chosen, &self.bounds_of(&chosen, service, region, moment)?))
    }
}
