//! A name as people write it in; the one customer, service or fact that it means out.

use std::collections::BTreeMap;

use crate::Error;
use crate::model::arena::{CustomerId, FactId, ServiceId};
use crate::model::register::Register;

/// Ids, Dutch and English names, codes and synonyms, without regard to case.
#[derive(Debug, Default)]
pub(crate) struct Names {
    customers: BTreeMap<String, Vec<CustomerId>>,
    services: BTreeMap<String, Vec<ServiceId>>,
    facts: BTreeMap<String, Vec<FactId>>,
}

impl Names {
    pub(crate) fn of(register: &Register) -> Names {
        let mut names = Names::default();
        for (id, customer) in register.customers.iter() {
            let all = [&*customer.id, &*customer.name]
                .into_iter()
                .chain(customer.code.as_deref())
                .chain(customer.synonyms.iter().map(|name| &**name));
            all.for_each(|name| enter(&mut names.customers, name, id));
        }
        for (id, service) in register.services.iter() {
            let short = service.id.split_once('/').map(|(_, name)| name);
            let all = [&*service.id].into_iter().chain(short).chain(service.name.both()).chain(service.synonyms.iter().map(|name| &**name));
            all.for_each(|name| enter(&mut names.services, name, id));
        }
        for (id, fact) in register.facts.iter() {
            [&*fact.name].into_iter().chain(fact.label.both()).for_each(|name| enter(&mut names.facts, name, id));
        }
        names
    }

    pub(crate) fn customer(&self, register: &Register, name: &str) -> Result<CustomerId, Error> {
        find("customer", &self.customers, name, |id| &register.customers[id].id)
    }
    pub(crate) fn service(&self, register: &Register, name: &str) -> Result<ServiceId, Error> {
        find("service", &self.services, name, |id| &register.services[id].id)
    }
    pub(crate) fn fact(&self, register: &Register, name: &str) -> Result<FactId, Error> {
        find("fact", &self.facts, name, |id| &register.facts[id].name)
    }
}

fn enter<I: PartialEq>(names: &mut BTreeMap<String, Vec<I>>, name: &str, id: I) {
    let list = names.entry(fold(name)).or_default();
    if !list.contains(&id) {
        list.push(id);
    }
}

/// Case and the width of white space say nothing.
fn fold(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

fn find<'a, I: Copy>(
    what: &'static str,
    names: &'a BTreeMap<String, Vec<I>>,
    written: &str,
    id_of: impl Fn(I) -> &'a str,
) -> Result<I, Error> {
    let found = names.get(&fold(written)).map_or(&[][..], Vec::as_slice);
    match found {
        [one] => Ok(*one),
        [] => Err(Error::unknown(what, written, names.iter().filter(|(_, ids)| ids.len() == 1).map(|(name, _)| name.as_str()))),
        several => several
            .iter()
            .copied()
            .find(|id| id_of(*id) == written)
            .ok_or_else(|| Error::ambiguous(written, several.iter().map(|id| id_of(*id)))),
    }
}
