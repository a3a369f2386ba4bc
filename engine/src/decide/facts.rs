//! What a question gives, and the register, in; the facts that are known on its day and on each `as_at` day, with what follows from them, out.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;
use smallvec::SmallVec;

use super::standing::{CustomerView, World};
use crate::compile::Reads;
use crate::cover::{Part, Region};
use crate::model::arena::FactId;
use crate::model::day::Day;
use crate::model::fact::unscale;
use crate::model::value::FactValue;
use crate::semantics::{derive, settle};

/// Facts with their lowered values.
pub(crate) type Given = SmallVec<[(FactId, i64); 6]>;
/// Texts that no rule names, and that have no lowered form of their own.
pub(crate) type Texts = Vec<(FactId, String)>;

/// A fact as a question gives it.
pub(super) fn told(given: &Given, fact: FactId) -> Option<i64> {
    given.iter().find(|(known, _)| *known == fact).map(|(_, value)| *value)
}

/// How much a question asks for, when more than zero is (S9).
pub(super) fn quantity(world: World<'_>, given: &Given) -> Option<Decimal> {
    let fact = world.cells.quantity?;
    let quantity = unscale(told(given, fact)?, world.register.facts[fact].decimals());
    Some(quantity).filter(|quantity| *quantity > Decimal::ZERO)
}

/// The facts that are known, of those that a question gives or its answer can depend on.
#[derive(Debug, Clone)]
pub(super) struct Known {
    /// By the dimensions of the cells' regions.
    values: BTreeMap<usize, i64>,
    texts: Texts,
    derived: Vec<(FactId, usize, Outcome)>,
}

/// What came of a derived fact, beside its number.
#[derive(Debug, Clone)]
enum Outcome {
    Text(String),
    Failed(String),
}

impl Known {
    /// A fact is known on a day as it is given, else from the register, else as it is derived.
    pub(super) fn of(view: CustomerView<'_>, reads: &Reads, on: Day, known: Day, given: &Given, texts: Texts) -> Known {
        let mut found = Known::at(view, reads, (0, on), known, given, texts);
        for day in &reads.as_at {
            let epoch = view.world.cells.slots.moment(*day).epoch;
            found.enter(view, reads.facts().filter(|fact| view.world.cells.slots.is_dated(*fact)), (epoch, *day), known, given);
        }
        found
    }

    /// What is known on one day alone.
    pub(super) fn at(view: CustomerView<'_>, reads: &Reads, at: (usize, Day), known: Day, given: &Given, texts: Texts) -> Known {
        let mut found = Known { values: BTreeMap::new(), texts, derived: Vec::new() };
        found.enter(view, given.iter().map(|(fact, _)| *fact).chain(reads.facts()), at, known, given);
        found
    }

    /// The same with the question about another day.
    pub(super) fn on(&self, view: CustomerView<'_>, reads: &Reads, on: Day, known: Day, given: &Given) -> Known {
        let mut values = self.values.clone();
        let mut found = Known {
            values: values.split_off(&view.world.cells.slots.first_dim(1)),
            texts: self.texts.clone(),
            derived: self.derived.iter().filter(|(_, epoch, _)| *epoch > 0).cloned().collect(),
        };
        found.enter(view, given.iter().map(|(fact, _)| *fact).chain(reads.facts()), (0, on), known, given);
        found
    }

    /// Enters some facts as they are on the question's day, or on an `as_at` day.
    fn enter(
        &mut self,
        view: CustomerView<'_>,
        facts: impl Iterator<Item = FactId>,
        (epoch, day): (usize, Day),
        known: Day,
        given: &Given,
    ) {
        let World { register, cells, .. } = view.world;
        let mut open = Vec::new();
        for id in facts {
            let dated = || cells.dated.value(id, view.customer, day, known).filter(|_| cells.slots.is_dated(id));
            match told(given, id).or_else(dated) {
                Some(value) => {
                    self.values.insert(cells.slots.dim(id, epoch), value);
                }
                None if register.facts[id].derive.is_some() => open.push(id),
                None => {}
            }
        }
        settle(open, |id| self.derive(view.world, id, epoch));
    }

    /// The lowered value in a dimension.
    pub(super) fn value(&self, dim: usize) -> Option<i64> {
        self.values.get(&dim).copied()
    }

    /// The lowered values by dimension, in order.
    pub(super) fn values(&self) -> impl Iterator<Item = (usize, i64)> {
        self.values.iter().map(|(dim, value)| (*dim, *value))
    }

    /// Derives a fact on a day. Whether it is settled: it has a value, or cannot be computed.
    fn derive(&mut self, world: World<'_>, id: FactId, epoch: usize) -> bool {
        let slots = &world.cells.slots;
        let value_of = |input: FactId| self.as_told(world, input, self.value(slots.dim(input, epoch))?, epoch);
        match derive(world.register, &world.cells.scripts, id, value_of) {
            None => return false,
            Some(Ok(derived)) => {
                self.values.insert(slots.dim(id, epoch), derived.lowered);
                self.derived.extend(derived.text.map(|text| (id, epoch, Outcome::Text(text))));
            }
            Some(Err(reason)) => self.derived.push((id, epoch, Outcome::Failed(reason))),
        }
        true
    }

    /// The value that a number stands for on a day. A text that no rule names is known as it was given, or derived.
    pub(super) fn as_told(&self, world: World<'_>, id: FactId, lowered: i64, epoch: usize) -> Option<FactValue> {
        let fact = &world.register.facts[id];
        if !fact.is_unnamed(lowered) {
            return Some(fact.raise(lowered));
        }
        let given = || self.texts.iter().find(|(known, _)| *known == id).map(|(_, text)| text);
        let derived = || {
            self.derived.iter().find_map(|(known, of, outcome)| match outcome {
                Outcome::Text(text) if *known == id && (*of == epoch || !world.cells.slots.is_dated(id)) => Some(text),
                _ => None,
            })
        };
        given().or_else(derived).cloned().map(FactValue::Text)
    }

    /// Why a fact could not be computed on the question's day, though all that it follows from is known.
    pub(super) fn failed(&self, id: FactId) -> Option<&str> {
        self.derived.iter().find_map(|(known, epoch, outcome)| match outcome {
            Outcome::Failed(reason) if *known == id && *epoch == 0 => Some(reason.as_str()),
            _ => None,
        })
    }

    /// Texts that were given and that no rule names.
    pub(super) fn texts(&self) -> &Texts {
        &self.texts
    }
}

/// Derives what it can of some facts in a region, on its own day or an `as_at` day. Of any text that no rule names, nothing is derived.
pub(crate) fn derive_in(world: World<'_>, facts: &BTreeSet<FactId>, region: &mut Region, epoch: usize) {
    let World { register, cells, .. } = world;
    let is_open = |fact: &FactId| register.facts[*fact].derive.is_some() && !region.part(cells.slots.dim(*fact, epoch)).is_point();
    let open: Vec<FactId> = facts.iter().copied().filter(is_open).collect();
    settle(open, |fact| {
        let value_of = |input: FactId| {
            let Part::Point(value) = region.part(cells.slots.dim(input, epoch)) else { return None };
            let declared = &register.facts[input];
            (!declared.is_unnamed(*value)).then(|| declared.raise(*value))
        };
        match derive(register, &cells.scripts, fact, value_of) {
            Some(Ok(derived)) => {
                region.set(cells.slots.dim(fact, epoch), Part::Point(derived.lowered));
                true
            }
            // What cannot be computed is missing.
            Some(Err(_)) | None => false,
        }
    });
}
