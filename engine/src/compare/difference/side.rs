//! One register as it is seen, a cell and a region of shared questions in; what it says there out, and by which rules.

use std::collections::BTreeSet;

use rust_decimal::{Decimal, RoundingStrategy};

use super::fingerprint::option_fingerprint;
use super::region_answer::{Formula, Offered, QuotaTerms, RegionAnswer, Sum};
use super::shared::{Shared, Which};
use super::view::PolicyView;
use crate::compile::with_sources;
use crate::cover::{Budget, Exhausted, KNOWN, Moment, ON, Part, Region, Split, Worklist};
use crate::decide::{Counted, CustomerView, World, derive_in};
use crate::model::arena::{CustomerId, FactId, OptionId, RuleId, ServiceId};
use crate::model::day::{Day, Days};
use crate::model::fact::{scale, unscale};
use crate::model::register::Composite;
use crate::model::rule::{Amount, Effect, Level};
use crate::model::set::{Ranges, Set};
use crate::semantics::{Standing, has_room, join};

/// The most possibilities of a register fact without a value that are weighed.
const OPEN: usize = 256;

/// One cell of a register.
pub(crate) struct Side<'p, 's> {
    shared: &'s Shared,
    which: Which,
    view: CustomerView<'p>,
    service: ServiceId,
    /// Everything, with the register facts of `as_at` days in place.
    base: Region,
    whole: Region,
    /// The register facts that the cell looks at.
    facts: BTreeSet<FactId>,
}

impl<'p, 's> Side<'p, 's> {
    pub(crate) fn of(seen: PolicyView<'p>, which: Which, shared: &'s Shared, customer: CustomerId, service: ServiceId) -> Self {
        let world = seen.world;
        let view = CustomerView { world, proposals: seen.proposals, customer };
        let tested = world.register.parts_of(service).into_iter().flat_map(|part| view.cell(part).reads.tested.iter().copied());
        let facts = settled_facts(world, tested, &shared.left_out);
        let whole = shared.everything();
        let base = Region::everything(&world.cells.slots).with(KNOWN, Part::Point(seen.known.0));
        let mut side = Side { shared, which, view, service, base, whole, facts };
        for (fact, lens) in shared.lenses(which) {
            let part = lens.part(side.whole.part(shared.dim(fact)));
            let base = side.base.clone();
            side.base = side.with_fact(base, lens.fact, &part);
        }
        for (epoch, day) in world.cells.slots.as_at_days().iter().enumerate() {
            side.settle_epoch(epoch + 1, *day, seen.known);
        }
        side
    }

    /// How many bounds may have a say in its answers.
    pub(crate) fn bounds(&self) -> usize {
        self.view.bound_count(self.service)
    }
    /// What the register says in a region; or where to cut it before that can be said.
    pub(crate) fn say(&self, region: &Region) -> Result<RegionAnswer<'p>, Split> {
        let own = self.project(region)?;
        let mut open = Worklist::of([own]);
        let mut said: Vec<RegionAnswer<'p>> = Vec::new();
        let mut budget = Budget::new(OPEN);
        loop {
            let own = match open.next(&mut budget) {
                Ok(Some(own)) => own,
                Ok(None) => break,
                Err(Exhausted) => {
                    said.push(RegionAnswer::Anything);
                    break;
                }
            };
            match self.said_about(self.service, &own) {
                Ok(one) if said.contains(&one) => {}
                Ok(one) => said.push(one),
                Err(split) => match self.shared_split(&split) {
                    Some(split) => return Err(split),
                    None => open.cut(own, &split),
                },
            }
        }
        Ok(match said.pop() {
            Some(only) if said.is_empty() => only,
            last => RegionAnswer::Open(said.into_iter().chain(last).collect()),
        })
    }

    /// The rules that make the answer in a region which needs no more cuts: those that chose, then the bounds that shaped it.
    pub(crate) fn rules(&self, region: &Region) -> Vec<RuleId> {
        let mut rules = Vec::new();
        if let Ok(own) = self.project(region) {
            for part in self.view.world.register.parts_of(self.service) {
                // Where a register fact has no value, nothing certain can be said.
                let _ = self.rules_at(part, &own, Moment::NOW, &mut rules);
            }
        }
        rules.sort_unstable();
        rules.dedup();
        rules
    }

    fn rules_at(&self, service: ServiceId, own: &Region, moment: Moment, rules: &mut Vec<RuleId>) -> Result<(), Split> {
        let choice = self.view.choice(service, own, moment)?;
        rules.extend(choice);
        let register = self.view.world.register;
        if let Some(Effect::AsAt(day)) = choice.map(|rule| &register.rules[rule].effect) {
            self.rules_at(service, own, self.view.world.cells.slots.moment(*day), rules)?;
        }
        let chosen = self.view.chosen(choice, service, own, moment)?;
        let bounds = self.view.bounds_of(&chosen, service, own, moment)?;
        if chosen.level < bounds.left.floor {
            rules.extend(&bounds.floor_by);
        }
        if chosen.highest() > bounds.left.ceiling {
            rules.extend(&bounds.ceiling_by);
        }
        Ok(())
    }

    fn with_fact(&self, mut region: Region, own: FactId, part: &Part) -> Region {
        let slots = &self.view.world.cells.slots;
        for epoch in 0..=if slots.is_dated(own) { slots.as_at_days().len() } else { 0 } {
            region.set(slots.dim(own, epoch), part.clone());
        }
        region
    }

    /// Puts the register's facts of an `as_at` day in place.
    fn settle_epoch(&mut self, epoch: usize, day: Day, known: Day) {
        let World { cells, .. } = self.view.world;
        for fact in &self.facts {
            if let Some(value) = cells.dated.value(*fact, self.view.customer, day, known) {
                self.base.set(cells.slots.dim(*fact, epoch), Part::Point(value));
            }
        }
        derive_in(self.view.world, &self.facts, &mut self.base, epoch);
    }

    /// A region of shared questions as the register sees it. Where one of its facts changes along the days, it is cut there.
    fn project(&self, region: &Region) -> Result<Region, Split> {
        let World { register, cells, .. } = self.view.world;
        let mut own = self.base.clone();
        own.set(ON, region.part(ON).clone());
        for (fact, lens) in self.shared.lenses(self.which) {
            let part = region.part(self.shared.dim(fact));
            if part != self.whole.part(self.shared.dim(fact)) {
                own = self.with_fact(own, lens.fact, &lens.part(part));
            }
        }
        let known = Day(own.part(KNOWN).plainest());
        let days = region.span(ON);
        for fact in self.facts.iter().filter(|fact| register.facts[**fact].derive.is_none()) {
            match cells.dated.throughout(*fact, self.view.customer, days, Days { from: known, until: known }) {
                Ok(value) => value.into_iter().for_each(|value| own.set(cells.slots.dim(*fact, 0), Part::Point(value))),
                Err(cut) => return Err(cut.split()),
            }
        }
        derive_in(self.view.world, &self.facts, &mut own, 0);
        Ok(own)
    }

    /// A cut of the register's region as a cut of the shared one; `None` if it is about a register fact without a value.
    fn shared_split(&self, split: &Split) -> Option<Split> {
        if split.dim == ON {
            return Some(split.clone());
        }
        let own = self.view.world.cells.slots.fact(split.dim)?;
        let (fact, lens) = self.shared.back(self.which, own)?;
        Some(Split { dim: self.shared.dim(fact), set: lens.set(&self.shared.facts[fact], &split.set) })
    }

    fn said_about(&self, service: ServiceId, own: &Region) -> Result<RegionAnswer<'p>, Split> {
        let register = self.view.world.register;
        if let Some(composite) = &register.services[service].composite {
            if !self.view.is_listed(service, own)? {
                return Ok(RegionAnswer::Joined { right: register.level_id(Level::NONE), asked: register.level_id(Level::NONE) });
            }
            let parts = composite.of.iter().map(|part| self.said_about(*part, own)).collect::<Result<Vec<_>, _>>()?;
            return self.joined(composite, parts, own);
        }
        let standing = self.view.standing(service, own, Moment::NOW)?;
        let options = self.offered(service, &standing, own)?;
        let mut refined = standing.unrefined();
        if options.is_none() {
            // All refusals are the same answer (S11).
            refined = refined.settled();
        }
        let quota = refined.quota.map(|quota| self.terms(&quota, &standing, own));
        let obligations = if refined.obligations.is_empty() { &[][..] } else { standing.chosen.obligations };
        let obligations = obligations.iter().map(|id| &**id).collect();
        Ok(RegionAnswer::Plain(Formula { level: register.level_id(refined.level), quota, obligations, options }))
    }

    fn terms(&self, quota: &Counted<'p>, standing: &Standing<'p>, own: &Region) -> QuotaTerms<'p> {
        let register = self.view.world.register;
        let slots = &self.view.world.cells.slots;
        let amount = match (quota.amount, quota.amount_dim(slots)) {
            (Amount::Fact(fact), Some(dim)) => match own.part(dim) {
                Part::Point(value) => Sum::Exact(unscale(*value, register.facts[fact].decimals())),
                _ => self.shared.back(self.which, fact).map_or(Sum::Missing(&register.facts[fact].name), |(shared, _)| Sum::Fact(shared)),
            },
            (Amount::Exact(amount), _) => Sum::Exact(amount),
            (Amount::Fact(fact), None) => Sum::Missing(&register.facts[fact].name),
        };
        let beyond = match quota.beyond {
            Some(beyond) => (register.level_id(standing.beyond(Some(beyond.level))), beyond.obligations.iter().map(|id| &**id).collect()),
            None => (register.level_id(Level::NONE), Vec::new()),
        };
        QuotaTerms { amount, unit: quota.unit, per: quota.per, beyond }
    }

    fn offered(&self, service: ServiceId, standing: &Standing<'p>, own: &Region) -> Result<Option<Offered<'p>>, Split> {
        let (lowest, highest) = standing.room();
        if highest == Level::NONE {
            return Ok(None);
        }
        let World { register, cells, options } = self.view.world;
        let mut here: Vec<OptionId> = Vec::new();
        for (option, days) in &self.view.cell(service).options {
            if own.relate(days, Moment::NOW, &cells.slots)? && here.last() != Some(option) {
                here.push(*option);
            }
        }
        Ok((!here.is_empty()).then(|| Offered {
            keys: here.iter().map(|option| &*register.options[*option].key).collect(),
            marks: here.iter().map(|option| option_fingerprint(register, options, *option)).collect(),
            lowest: register.level_id(lowest),
            highest: register.level_id(highest),
        }))
    }

    /// A composite's level from its parts': without a quantity, and with one.
    fn joined(&self, composite: &Composite, parts: Vec<RegionAnswer<'p>>, own: &Region) -> Result<RegionAnswer<'p>, Split> {
        let register = self.view.world.register;
        let level = |id: &str| register.level(id).unwrap_or(Level::NONE);
        let (mut rights, mut asked) = (Vec::new(), Vec::new());
        for part in &parts {
            let levels = match part {
                RegionAnswer::Plain(formula) if formula.options.is_none() => self.levels(formula, own)?,
                RegionAnswer::Joined { right, asked } => Some((*right, *asked)),
                _ => None,
            };
            let Some((right, with_quantity)) = levels else { return Ok(RegionAnswer::Parts(parts)) };
            rights.push(level(right));
            asked.push(level(with_quantity));
        }
        Ok(RegionAnswer::Joined { right: register.level_id(join(composite, rights)), asked: register.level_id(join(composite, asked)) })
    }

    /// A part's level without a quantity and with one: where the quota is used up, that beyond it. `None` if two facts decide that together.
    fn levels(&self, formula: &Formula<'p>, own: &Region) -> Result<Option<(&'p str, &'p str)>, Split> {
        let (Some(terms), Some(used), true) = (&formula.quota, self.view.world.cells.used, self.view.world.cells.quantity.is_some()) else {
            return Ok(Some((formula.level, formula.level)));
        };
        if terms.beyond.0 == formula.level {
            return Ok(Some((formula.level, formula.level)));
        }
        let Sum::Exact(amount) = &terms.amount else { return Ok(None) };
        let decimals = self.view.world.register.facts[used].decimals();
        let dim = self.view.world.cells.slots.dim(used, 0);
        let (low, high) = own.part(dim).ends();
        let (low_used, high_used): (Decimal, Decimal) = (unscale(low, decimals), unscale(high, decimals));
        if has_room(*amount, high_used) {
            return Ok(Some((formula.level, formula.level)));
        }
        if !has_room(*amount, low_used) {
            return Ok(Some((formula.level, terms.beyond.0)));
        }
        let full = amount.round_dp_with_strategy(decimals, RoundingStrategy::ToPositiveInfinity);
        let Ok(full) = scale(full, decimals) else { return Ok(None) };
        Err(Split { dim, set: Set::Ranges(Ranges::one(full, high)) })
    }
}

/// Of the facts that are tested, those that the register settles: what it gives, what nobody gives here, and what they follow from.
pub(super) fn settled_facts(world: World<'_>, tested: impl Iterator<Item = FactId>, left_out: &BTreeSet<Box<str>>) -> BTreeSet<FactId> {
    let register = world.register;
    let own = |fact: &FactId| register.facts[*fact].from_register || left_out.contains(&register.facts[*fact].name);
    with_sources(register, tested.filter(own).collect())
}
