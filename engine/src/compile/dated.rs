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
    values: BTreeMap<(CustomerId, FactId), Values>,
}

/// The values of one fact for one customer.
#[derive(Debug, Clone)]
struct Values {
    /// First those that stand by all that is known, in order of their days; then those that something else has come in place of.
    rects: Vec<(Bitemporal, i64)>,
    /// How many stand.
    standing: usize,
    /// From this knowledge on, they are all that there is.
    since: Day,
}

impl Dated {
    pub(super) fn of(register: &Register) -> Dated {
        // In the order of the register, which counts: what all have, and what each has besides.
        let mut by_fact: BTreeMap<FactId, BTreeMap<Option<CustomerId>, Vec<(usize, &DatedValue)>>> = BTreeMap::new();
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
        let counts = |(rect, _): &&(Bitemporal, i64)| rect.on.contains(on) && rect.known.contains(known);
        self.values.get(&(customer, fact))?.as_known(on, known).iter().find(counts).map(|(_, value)| *value)
    }

    /// The days around a day on which the value is the same, as known on a day; or on which there is none.
    pub(crate) fn same(&self, fact: FactId, customer: CustomerId, on: Day, known: Day) -> Days {
        let mut same = Days::EVER;
        let Some(values) = self.values.get(&(customer, fact)) else { return same };
        for days in values.as_known(on, known).iter().filter(|(rect, _)| rect.known.contains(known)).map(|(rect, _)| rect.on) {
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
        rects.sort_by_key(|(rect, _)| (rect.known.until < Day::LAST, rect.on));
        let standing = rects.partition_point(|(rect, _)| rect.known.until == Day::LAST);
        let began = |rect: &Bitemporal| if rect.known.until == Day::LAST { rect.known.from } else { rect.known.until.next() };
        let since = rects.iter().map(|(rect, _)| began(rect)).max().unwrap_or(Day::FIRST);
        Values { rects, standing, since }
    }

    /// What has a say about a day and its neighbours: of all that stands by now, three are enough.
    fn as_known(&self, on: Day, known: Day) -> &[(Bitemporal, i64)] {
        let standing = self.rects.get(..self.standing).unwrap_or_default();
        if known < self.since {
            return &self.rects;
        }
        let at = standing.partition_point(|(rect, _)| rect.on.until < on);
        standing.get(at.saturating_sub(1)..standing.len().min(at + 2)).unwrap_or_default()
    }
}
