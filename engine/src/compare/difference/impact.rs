//! Questions in; whether the answer to each is another one, out. Most are settled by a look at the regions, without asking anybody.

use std::collections::BTreeMap;

use super::said::{Said, Where, amount_of, holds};
use super::{Difference, Differences, Pass, Sum, Told, asked_of, tell};
use crate::Error;
use crate::compare::difference::shared::Which;
use crate::cover::{KNOWN, ON, Part, Region};
use crate::decide::Asked;
use crate::model::day::Day;
use crate::model::fact::unscale;
use crate::model::question::Question;

/// How a question lies to the regions in which answers differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Touch {
    /// In none: its answer is the same.
    Outside,
    /// In one, as far as can be said without asking: an option, or a fact that is missing, may decide.
    Perhaps,
    /// In one, with all that it depends on given: its answer is another one.
    Inside,
}

/// The answers to one question, where they differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change<'p> {
    /// what the older register answers: a level, or nothing where it depends on facts that are missing
    pub old: Option<&'p str>,
    /// what the newer register answers
    pub new: Option<&'p str>,
}

/// The cells of a pass by customer and service.
pub(super) type Index = BTreeMap<(String, String), usize>;

pub(super) fn index(pass: &Pass<'_>) -> Index {
    pass.cells.iter().enumerate().map(|(at, cell)| ((cell.customer.to_owned(), cell.service.to_owned()), at)).collect()
}

impl<'p> Differences<'p> {
    /// How a question lies to the differences. Names are resolved as both registers know them.
    pub fn touch(&self, question: &Question) -> Touch {
        if !self.unseen.is_empty() {
            return Touch::Perhaps;
        }
        let Some(cell) = self.cell_of(question) else { return Touch::Outside };
        let mut touch = Touch::Outside;
        for (pass, index) in self.passes.iter().zip(&self.indices) {
            let Some(found) = index.get(&cell).and_then(|at| pass.cells.get(*at)) else { continue };
            if found.more.is_some() || found.contested {
                return Touch::Perhaps;
            }
            let Some(region) = pass.region_of(question) else { return Touch::Perhaps };
            for one in found.regions.iter().filter(|one| meets(&one.region, &region, pass)) {
                match pass.certainty(one, &region, question) {
                    Touch::Inside => return Touch::Inside,
                    Touch::Perhaps => touch = Touch::Perhaps,
                    Touch::Outside => {}
                }
            }
        }
        touch
    }

    /// The two answers to a question, where they differ. Refused as [`Policy::decide`](crate::Policy::decide) refuses.
    pub fn change(&self, question: &Question) -> Result<Option<Change<'p>>, Error> {
        let shared = self.passes.first().map(|pass| &pass.shared);
        let ask = |which| shared.map_or_else(|| question.clone(), |shared| asked_of(shared, which, question));
        // What the newer register cannot be asked is a mistake of the question, unless the older one can.
        let (old, new) = (tell(self.old, &ask(Which::Old))?, tell(self.new, &ask(Which::New))?);
        if old == Told::Absent && new == Told::Absent {
            self.new.names.customer(self.new.world.register, &question.customer)?;
            self.new.names.service(self.new.world.register, &question.service)?;
        }
        Ok((!old.same(&new)).then(|| Change { old: old.into_level(), new: new.into_level() }))
    }

    /// Whether a question can be asked of the newer register, or else of the older: its names are known, its facts are of their types.
    pub fn sensible(&self, question: &Question) -> Result<(), Error> {
        let shared = self.passes.first().map(|pass| &pass.shared);
        let mut refused = None;
        for (seen, which) in [(self.new, Which::New), (self.old, Which::Old)] {
            let own = shared.map_or_else(|| question.clone(), |shared| asked_of(shared, which, question));
            match Asked::resolve(seen.world, seen.names, &own) {
                Ok(_) => return Ok(()),
                Err(error) => refused = refused.or(Some(error)),
            }
        }
        refused.map_or(Ok(()), Err)
    }

    /// The ids of a question's customer and service, as the newer register knows them, else the older.
    fn cell_of(&self, question: &Question) -> Option<(String, String)> {
        let [customer, service] = [true, false].map(|is_customer| {
            [self.new, self.old].into_iter().find_map(|seen| {
                let register = seen.world.register;
                if is_customer {
                    seen.names.customer(register, &question.customer).ok().map(|id| register.customers[id].id.to_string())
                } else {
                    seen.names.service(register, &question.service).ok().map(|id| register.services[id].id.to_string())
                }
            })
        });
        Some((customer?, service?))
    }
}

impl Pass<'_> {
    /// What a question leaves open among the shared facts; nothing where a value is none of its fact's.
    fn region_of(&self, question: &Question) -> Option<Region> {
        let mut region = self.whole.clone().with(ON, Part::Point(Day::of(question.on).0));
        for (id, fact) in self.shared.facts.iter() {
            if let Some(value) = question.facts.get(&*fact.name) {
                region.set(self.shared.dim(id), Part::Point(fact.lower(value).ok()?));
            }
        }
        Some(region)
    }

    fn certainty(&self, one: &Difference<'_>, region: &Region, question: &Question) -> Touch {
        let open = matches!((&one.old, &one.new), (Said::Open(_) | Said::Parts(_), _) | (_, Said::Open(_) | Said::Parts(_)));
        let dims = || (2..self.shared.slots.len()).filter(|dim| one.region.part(*dim) != self.whole.part(*dim));
        if open || one.found == Where::Perhaps || dims().any(|dim| !region.part(dim).is_point()) {
            return Touch::Perhaps;
        }
        let number = |fact| -> Option<rust_decimal::Decimal> {
            let id: crate::model::arena::FactId = fact?;
            question.facts.get(&*self.shared.facts[id].name)?;
            Some(unscale(region.part(self.shared.dim(id)).plainest(), self.shared.facts[id].decimals()))
        };
        let (quantity, used) = (number(self.shared.quantity), number(self.shared.used));
        let amount = match amount_of(&one.old, &one.new) {
            Some(Sum::Exact(amount)) => Some(*amount),
            Some(Sum::Fact(fact)) => number(Some(*fact)),
            _ => None,
        };
        let asked = quantity.is_some_and(|quantity| quantity > rust_decimal::Decimal::ZERO);
        if asked && (used.is_none() || amount.is_none()) && !matches!(one.found, Where::Always) {
            return Touch::Perhaps;
        }
        if holds(one.found, quantity, used, amount) { Touch::Inside } else { Touch::Outside }
    }
}

fn meets(one: &Region, other: &Region, pass: &Pass<'_>) -> bool {
    (0..pass.shared.slots.len()).filter(|dim| *dim != KNOWN).all(|dim| one.part(dim).meets(other.part(dim)))
}
