//! Dated register values in; the value of a fact for a customer on a day, as known on a day, out.

use std::collections::BTreeMap;

use super::cuts::{Cut, Cuts};
use super::timelines::{Item, paint};
use crate::model::arena::{CustomerId, FactId, Id};
use crate::model::bitemporal::Bitemporal;
use crate::model::day::{Day, Days};
use crate::model::register::{DatedValue, Register};

/// The register's facts along days and knowledge.
#[derive(Debug, Default)]
pub(crate) struct Dated {
    values: BTreeMap<(CustomerId, FactId), Values>,
}

/// The values of one fact for one customer.
#[derive(Debug, Clone)]
struct Values {
    rects: Vec<(Bitemporal, i64)>,
    /// Where each of them counts.
    cuts: Cuts,
}

/// Values with their places in the register.
type Placed<'r> = Vec<(usize, &'r DatedValue)>;

impl Dated {
    pub(super) fn of(register: &Register) -> Dated {
        // In the order of the register, which counts: what all have, and what each has besides.
        let mut by_fact: BTreeMap<FactId, BTreeMap<Option<CustomerId>, Placed<'_>>> = BTreeMap::new();
        for (at, value) in register.values.iter().enumerate() {
            by_fact.entry(value.fact).or_default().entry(value.customer).or_default().push((at, value));
        }
        let mut values = BTreeMap::new();
        for (fact, mut by_customer) in by_fact {
            let shared = by_customer.remove(&None).unwrap_or_default();
            let of_all = Values::of(&shared);
            for customer in register.customers.ids() {
                let of_customer = by_customer.remove(&Some(customer)).map(|mut own| {
                    own.extend(&shared);
                    own.sort_unstable_by_key(|(at, _)| *at);
                    Values::of(&own)
                });
                let found = of_customer.unwrap_or_else(|| of_all.clone());
                if !found.rects.is_empty() {
                    values.insert((customer, fact), found);
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
        self.values.get(&(customer, fact))?.at(on, known).map(|(_, value)| *value)
    }

    /// The value that counts in all of some days and knowledge, if any does; or where to cut them before that can be said.
    pub(crate) fn throughout(&self, fact: FactId, customer: CustomerId, on: Days, known: Days) -> Result<Option<i64>, Cut> {
        let Some(values) = self.values.get(&(customer, fact)) else { return Ok(None) };
        Ok(values.cuts.find(on, known)?.and_then(|at| values.rects.get(at)).map(|(_, value)| *value))
    }

    /// The days around a day on which the value is the same, as known on a day; or on which there is none.
    pub(crate) fn same(&self, fact: FactId, customer: CustomerId, on: Day, known: Day) -> Days {
        let Some(values) = self.values.get(&(customer, fact)) else { return Days::EVER };
        if let Some((rect, _)) = values.at(on, known) {
            return rect.on;
        }
        let mut none = values.cuts.days(on, known);
        while none.from > Day::FIRST && values.at(none.from.previous(), known).is_none() {
            none.from = values.cuts.days(none.from.previous(), known).from;
        }
        while none.until < Day::LAST && values.at(none.until.next(), known).is_none() {
            none.until = values.cuts.days(none.until.next(), known).until;
        }
        none
    }

    /// All stretches of days and knowledge in which the fact has a value for the customer.
    pub(crate) fn rects(&self, fact: FactId, customer: CustomerId) -> &[(Bitemporal, i64)] {
        self.values.get(&(customer, fact)).map_or(&[], |values| &values.rects)
    }

    /// The facts that have values for a customer.
    pub(crate) fn facts_of(&self, customer: CustomerId) -> impl Iterator<Item = (FactId, &[(Bitemporal, i64)])> {
        let own = (customer, FactId::new(0))..=(customer, FactId::new(u32::MAX as usize));
        self.values.range(own).map(|((_, fact), values)| (*fact, values.rects.as_slice()))
    }
}

impl Values {
    fn of(own: &[(usize, &DatedValue)]) -> Values {
        let item = |value: &DatedValue| Item { days: value.days, decided: Some(value.decided), proposed: false, patch: false };
        let items: Vec<Item> = own.iter().map(|(_, value)| item(value)).collect();
        let painted = paint(&items, false).into_iter().zip(own);
        let mut rects: Vec<(Bitemporal, i64)> =
            painted.flat_map(|(rects, (_, value))| rects.into_iter().map(|rect| (rect, value.value))).collect();
        rects.sort_by_key(|(rect, _)| (rect.on, rect.known));
        let cuts = Cuts::of(rects.iter().map(|(rect, _)| *rect));
        Values { rects, cuts }
    }

    fn at(&self, on: Day, known: Day) -> Option<&(Bitemporal, i64)> {
        let found = self.cuts.find(Days { from: on, until: on }, Days { from: known, until: known });
        found.ok().flatten().and_then(|at| self.rects.get(at))
    }
}
