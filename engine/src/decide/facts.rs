//! What a question gives, and the register, in; the facts that are known on its day and on each `as_at` day, with what follows from them, out.

use std::collections::BTreeSet;

use rust_decimal::Decimal;
use smallvec::SmallVec;

use super::standing::{View, World};
use crate::compile::Cell;
use crate::cover::{Boxed, Part, Region};
use crate::model::arena::FactId;
use crate::model::day::Day;
use crate::model::fact::unscale;
use crate::model::register::Register;
use crate::model::rule::{Amount, Effect};
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

/// The facts that are known.
#[derive(Debug, Clone)]
pub(super) struct Known {
    /// By the dimensions of the cells' regions.
    values: Vec<Option<i64>>,
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
    pub(super) fn of(view: View<'_>, on: Day, known: Day, given: &Given, texts: Texts) -> Known {
        let World { register, cells, .. } = view.world;
        let mut found = Known { values: vec![None; cells.slots.len()], texts, derived: Vec::new() };
        let days = std::iter::once(on).chain(cells.slots.as_at_days().iter().copied());
        for (epoch, day) in days.enumerate() {
            let mut open = Vec::new();
            for (id, fact) in register.facts.iter().filter(|(id, _)| epoch == 0 || cells.slots.is_dated(*id)) {
                let value = told(given, id).or_else(|| cells.dated.value(id, view.customer, day, known));
                if value.is_none() && fact.derive.is_some() {
                    open.push(id);
                }
                found.set(cells.slots.dim(id, epoch), value);
            }
            settle(open, |id| found.derive(view.world, id, epoch));
        }
        found
    }

    /// The lowered value in a dimension.
    pub(super) fn value(&self, dim: usize) -> Option<i64> {
        self.values.get(dim).copied().flatten()
    }

    fn set(&mut self, dim: usize, value: Option<i64>) {
        self.values.get_mut(dim).into_iter().for_each(|own| *own = value);
    }

    /// Derives a fact on a day. Whether it is settled: it has a value, or cannot be computed.
    fn derive(&mut self, world: World<'_>, id: FactId, epoch: usize) -> bool {
        let slots = &world.cells.slots;
        let value_of = |input: FactId| self.as_told(world, input, self.value(slots.dim(input, epoch))?, epoch);
        match derive(world.register, &world.cells.scripts, id, value_of) {
            None => return false,
            Some(Ok(derived)) => {
                self.set(slots.dim(id, epoch), Some(derived.lowered));
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

/// The facts that a cell tests, or counts quotas by.
pub(crate) fn tested_facts(world: World<'_>, cell: &Cell) -> BTreeSet<FactId> {
    tested(world, cell).collect()
}

fn tested<'p>(world: World<'p>, cell: &'p Cell) -> impl Iterator<Item = FactId> {
    cell.matching.iter().chain(&cell.bounds).flat_map(move |id| tested_by(world, &world.cells.boxes[*id]))
}

/// The facts that a box tests, or its rule counts a quota by.
pub(crate) fn tested_by<'p>(world: World<'p>, boxed: &'p Boxed) -> impl Iterator<Item = FactId> + 'p {
    let counted = match &world.register.rules[boxed.rule].effect {
        Effect::Grant(grant) => grant.quota.as_ref().map(|quota| quota.amount),
        _ => None,
    };
    let counted = if let Some(Amount::Fact(fact)) = counted { Some(fact) } else { None };
    boxed.tests.iter().map(|(fact, _)| *fact).chain(counted)
}

/// Facts with all that they follow from.
pub(crate) fn with_sources(register: &Register, mut stack: Vec<FactId>) -> BTreeSet<FactId> {
    let mut all = BTreeSet::new();
    while let Some(fact) = stack.pop() {
        if all.insert(fact) {
            stack.extend(register.facts[fact].derive.iter().flat_map(|derive| derive.inputs.iter().copied()));
        }
    }
    all
}
