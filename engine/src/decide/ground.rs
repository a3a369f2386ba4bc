//! A cut that somebody asks for in a region in; where a fact of the register is settled by days and knowledge instead, out (S2, S11).

use super::facts::derive_in;
use super::standing::View;
use crate::compile::with_sources;
use crate::cover::{Ground, KNOWN, ON, Part, Region, Relation, Slots, Split, Step};
use crate::model::arena::FactId;
use crate::model::day::Days;
use crate::model::set::{Ranges, Set};

impl Ground for View<'_> {
    fn slots(&self) -> &Slots {
        &self.world.cells.slots
    }

    fn step(&self, region: &Region, split: Split) -> Step {
        let register = self.world.register;
        let (slots, epoch) = (self.slots(), self.slots().epoch(split.dim));
        let Some(fact) = slots.fact(split.dim).filter(|fact| register.facts[*fact].from_register) else { return Step::Cut(split) };
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

impl View<'_> {
    /// What settles a fact that the register gives, if it gives any value in the region and it is not in place.
    fn given(&self, fact: FactId, epoch: usize, region: &Region) -> Option<Step> {
        let dim = self.slots().dim(fact, epoch);
        if region.part(dim).is_point() {
            return None;
        }
        let day = epoch.checked_sub(1).and_then(|at| self.slots().as_at_days().get(at).copied());
        let lies = |dim: usize, days: Days| {
            let set = Set::Ranges(Ranges::one(days.from.0, days.until.0));
            (region.part(dim).relate(&set), Split { dim, set })
        };
        let mut cuts = Vec::new();
        for (rect, value) in self.world.cells.dated.rects(fact, self.customer) {
            let on = match day {
                Some(day) if !rect.on.contains(day) => continue,
                Some(_) => Days::EVER,
                None => rect.on,
            };
            match [lies(ON, on), lies(KNOWN, rect.known)] {
                [(Relation::Outside, _), _] | [_, (Relation::Outside, _)] => {}
                [(Relation::Inside, _), (Relation::Inside, _)] => return Some(Step::Value(dim, *value)),
                [(Relation::Across, cut), _] | [_, (_, cut)] => cuts.push(cut),
            }
        }
        // The one in the middle: halves that are alike need the fewest cuts.
        let middle = cuts.len() / 2;
        cuts.into_iter().nth(middle).map(Step::Cut)
    }
}
