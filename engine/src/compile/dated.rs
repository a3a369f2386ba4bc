//! Dated register values in; the value of a fact for a customer on a day, as known on a day, out.

use std::collections::{BTreeMap, BTreeSet};

use super::timelines::{Item, paint};
use crate::model::arena::{CustomerId, FactId};
use crate::model::bitemporal::Bitemporal;
use crate::model::day::Day;
use crate::model::register::Register;

/// The register's facts along days and knowledge.
#[derive(Debug, Default)]
pub(crate) struct Dated {
    /// The facts that have values.
    facts: Vec<FactId>,
    values: BTreeMap<(FactId, CustomerId), Vec<(Bitemporal, i64)>>,
}

impl Dated {
    pub(super) fn of(register: &Register) -> Dated {
        let mut values = BTreeMap::new();
        let facts: BTreeSet<FactId> = register.values.iter().map(|value| value.fact).collect();
        for fact in facts.iter().copied() {
            let all: Vec<_> = register.values.iter().filter(|value| value.fact == fact).collect();
            for customer in register.customers.ids() {
                let own: Vec<_> = all.iter().filter(|value| value.customer.is_none_or(|id| id == customer)).collect();
                let items: Vec<Item> = own
                    .iter()
                    .map(|value| Item { days: value.days, decided: Some(value.decided), proposed: false, patch: false })
                    .collect();
                let rects: Vec<(Bitemporal, i64)> = paint(&items, false)
                    .into_iter()
                    .zip(&own)
                    .flat_map(|(rects, value)| rects.into_iter().map(|rect| (rect, value.value)))
                    .collect();
                if !rects.is_empty() {
                    values.insert((fact, customer), rects);
                }
            }
        }
        Dated { facts: facts.into_iter().collect(), values }
    }

    /// The facts that have a value for some customer on some day.
    pub(crate) fn facts(&self) -> &[FactId] {
        &self.facts
    }

    /// The value on a day, as known on a day.
    pub(crate) fn value(&self, fact: FactId, customer: CustomerId, on: Day, known: Day) -> Option<i64> {
        self.rects(fact, customer).iter().find(|(rect, _)| rect.on.contains(on) && rect.known.contains(known)).map(|(_, value)| *value)
    }

    /// All stretches of days and knowledge in which the fact has a value for the customer.
    pub(crate) fn rects(&self, fact: FactId, customer: CustomerId) -> &[(Bitemporal, i64)] {
        self.values.get(&(fact, customer)).map_or(&[], Vec::as_slice)
    }

    /// The facts that have values for a customer.
    pub(crate) fn facts_of(&self, customer: CustomerId) -> impl Iterator<Item = (FactId, &[(Bitemporal, i64)])> {
        self.values.iter().filter(move |((_, id), _)| *id == customer).map(|((fact, _), rects)| (*fact, rects.as_slice()))
    }
}
