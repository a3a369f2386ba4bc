//! `value-ends`: a value that the register gives ends, and a rule goes on needing it.
//!
//! ## What it does
//! Looks, for each customer, for facts of the register whose last value ends on a day on which a rule, a quota or an option of that customer
//! still reads them.
//!
//! ## Why this matters
//! From that day on the answer depends on a fact that no question can give: a service desk is left without an answer, and nobody is asked
//! for the value.
//!
//! ## Example
//! ```toml
//! [[value]]
//! fact    = "inhabitants"
//! value   = 27670
//! from    = 2023-01-01
//! until   = 2025-12-31      # and a rule without an end tests `inhabitants`
//! decided = 2023-02-01
//! ```
//! Give the value from the day after, or leave `until` out until the next one is known.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use super::Found;
use super::cases::Cases;
use crate::compile::{tested_by, with_sources};
use crate::diagnostic::{Code, Draft};
use crate::model::arena::{CustomerId, FactId};
use crate::model::bitemporal::{Bitemporal, Proposals};
use crate::model::day::{Day, Days};
use crate::model::register::DatedValue;
use crate::text::both;

pub(super) fn check(cases: &Cases<'_>, out: &mut Found) {
    let world = cases.world;
    let register = world.register;
    let mut told: BTreeSet<(FactId, Day)> = BTreeSet::new();
    for (customer, entry) in register.customers.iter() {
        let readers = OnceCell::new();
        for (fact, rects) in world.cells.dated.facts_of(customer) {
            let Some(last) = last(rects) else { continue };
            let next = last.next();
            let readers = readers.get_or_init(|| self::readers(cases, customer));
            let Some((_, by)) = readers.get(&fact).into_iter().flatten().find(|(until, _)| *until >= next) else { continue };
            // One value may be given to many.
            if !told.insert((fact, last)) {
                continue;
            }
            let ends =
                |value: &&DatedValue| value.fact == fact && value.customer.is_none_or(|id| id == customer) && value.days.until == last;
            let Some(value) = register.values.iter().rfind(ends) else { continue };
            let message = both!(
                "`{}` of {} has no value from {} on, and `{by}` needs it",
                "`{}` van {} heeft vanaf {} geen waarde, en `{by}` heeft die nodig",
                register.facts[fact].name,
                entry.id,
                next.date()
            );
            out.push(Draft::new(Code::ValueEnds, value.place, message).help(both!(
                "give the value from then on, or let the rule end too",
                "geef de waarde vanaf die dag, of laat ook de regel eindigen"
            )));
        }
    }
}

/// The last day on which there is a value, as far as is known by now, if that day comes.
fn last(rects: &[(Bitemporal, i64)]) -> Option<Day> {
    let now = rects.iter().filter(|(rect, _)| rect.known.contains(Day::LAST));
    now.map(|(rect, _)| rect.on.until).max().filter(|last| *last < Day::LAST)
}

/// By fact, the rules and options of a customer that read it as far as is known by now, each with its last day.
type Readers<'p> = BTreeMap<FactId, Vec<(Day, &'p str)>>;

fn readers<'p>(cases: &Cases<'p>, customer: CustomerId) -> Readers<'p> {
    let world = cases.world;
    let register = world.register;
    let mut readers = Readers::new();
    let mut add = |on: Days, known: Days, facts: Vec<FactId>, key: &'p str| {
        if known.contains(Day::LAST) {
            with_sources(register, facts).into_iter().for_each(|fact| readers.entry(fact).or_default().push((on.until, key)));
        }
    };
    for service in register.plain_services().iter() {
        let cell = world.cells.cell(Proposals::Excluded, customer, *service);
        for boxed in cell.matching.iter().chain(&cell.bounds).map(|id| &world.cells.boxes[*id]) {
            add(boxed.on, boxed.known, tested_by(register, boxed).collect(), &register.rules[boxed.rule].key);
        }
        for (id, boxed) in &cell.options {
            add(boxed.on, boxed.known, world.options[*id].reads.clone(), &register.options[*id].key);
        }
    }
    readers
}
