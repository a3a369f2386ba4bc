//! A cut that somebody asks for in a region in; where a fact of the register is settled by days and knowledge instead, out (S2, S11).

use super::facts::derive_in;
use super::standing::CustomerView;
use crate::compile::with_sources;
use crate::cover::{Ground, KNOWN, ON, Part, Region, Slots, Split, Step};
use crate::model::arena::FactId;
use crate::model::day::Days;

impl Ground for CustomerView<'_> {
    fn slots(&self) -> &Slots {
        &self.world.cells.slots
    }

    fn is_given(&self, dim: usize) -> bool {
        self.slots().fact(dim).is_some_and(|fact| self.world.register.facts[fact].from_register)
    }

    fn step(&self, region: &Region, split: Split) -> Step {
        let register = self.world.register;
        let (slots, epoch) = (self.slots(), self.slots().epoch(split.dim));
        let Some(fact) = slots.fact(split.dim).filter(|_| self.is_given(split.dim)) else { return Step::Cut(split) };
        let sources = with_sources(register, vec![fact]);
        for source in sources.iter().filter(|source| register.facts[**source].derive.is_none()) {
            if let Some(step) = self.given(*source, epoch, region) {
                return step;
            }
        }
        let mut derived = region.clone();
        derive_in(self.world, &sources, &mut derived, epoch);
        match derived.part(split.dim) {
            Part::Point(value) => Step::Value(split.dim, *value),
            // Nobody gives it in all of the region: then it is as any value.
            _ => Step::Cut(split),
        }
    }
}

impl CustomerView<'_> {
    /// What settles a fact that the register gives, if it gives any value in the region and it is not in place.
    fn given(&self, fact: FactId, epoch: usize, region: &Region) -> Option<Step> {
        let dim = self.slots().dim(fact, epoch);
        if region.part(dim).is_point() {
            return None;
        }
        let day = epoch.checked_sub(1).and_then(|at| self.slots().as_at_days().get(at).copied());
        let on = day.map_or_else(|| region.span(ON), |day| Days { from: day, until: day });
        match self.world.cells.dated.throughout(fact, self.customer, on, region.span(KNOWN)) {
            Ok(value) => value.map(|value| Step::Value(dim, value)),
            Err(cut) => Some(Step::Cut(cut.split())),
        }
    }
}
