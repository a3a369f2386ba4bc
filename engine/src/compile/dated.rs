//! Dated register values in; the value of a fact for a customer on a day, as known on a day, out.

use std::collections::BTreeMap;

use super::timelines::{Item, paint};
use crate::model::arena::{CustomerId, FactId, Id};
use crate::model::bitemporal::Bitemporal;
use crate::model::day::{Day, Days};
use crate::model::register::{DatedValue, Register};

/// The register's facts along days and knowledge.
#[derive(Debug, Default)]
pub(crate) struct Dated {
    values: BTreeMap<(CustomerId, FactId), Vec<(Bitemporal, i64)>>,
}

impl Dated {
    pub(super) fn of(register: &Register) -> Dated {
        let mut values = BTreeMap::new();
        let mut by_fact: BTreeMap<FactId, Vec<&DatedValue>> = BTreeMap::new();
        register.values.iter().for_each(|value| by_fact.entry(value.fact).or_default().push(value));
        for (fact, all) in by_fact {
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
                    values.insert((customer, fact), rects);
                }
            }
        }
        Dated { values }
    }

    /// Whether no fact has any value.
    pub(crate) fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The value on a day, as known on a day.
    pub(crate) fn value(&self, fact: FactId, customer: CustomerId, on: Day, known: Day) -> Option<i64> {
        self.rects(fact, customer).iter().find(|(rect, _)| rect.on.contains(on) && rect.known.contains(known)).map(|(_, value)| *value)
    }

    /// The days around a day on which the value is the same, as known on a day; or on which there is none.
    pub(crate) fn same(&self, fact: FactId, customer: CustomerId, on: Day, known: Day) -> Days {
        let mut same = Days::EVER;
        for days in self.rects(fact, customer).iter().filter(|(rect, _)| rect.known.contains(known)).map(|(rect, _)| rect.on) {
            if days.contains(on) {
                return days;
            } else if days.until < on {
                same.from = same.from.max(days.until.next());
            } else {
                same.until = same.until.min(days.from.previous());
            }
        }
        same
    }

    /// All stretches of days and knowledge in which the fact has a value for the customer.
    pub(crate) fn rects(&self, fact: FactId, customer: CustomerId) -> &[(Bitemporal, i64)] {
        self.values.get(&(customer, fact)).map_or(&[], Vec::as_slice)
    }

    /// The facts that have values for a customer.
    pub(crate) fn facts_of(&self, customer: CustomerId) -> impl Iterator<Item = (FactId, &[(Bitemporal, i64)])> {
        let own = (customer, FactId::new(0))..=(customer, FactId::new(u32::MAX as usize));
        self.values.range(own).map(|((_, fact), rects)| (*fact, rects.as_slice()))
    }
}
