//! A name as people write it in; the one customer, service or fact that it means out.

use std::collections::BTreeMap;

use crate::error::Error;
use crate::model::arena::{CustomerId, FactId, ServiceId};
use crate::model::nfc::fold;
use crate::model::register::Register;
use crate::model::texts::Texts;
use crate::text::Key;

/// Ids, Dutch and English names, codes and synonyms, without regard to case.
#[derive(Debug, Default)]
pub(crate) struct Names {
    customers: Index<CustomerId>,
    services: Index<ServiceId>,
    facts: Index<FactId>,
}

/// The names of one kind of thing.
#[derive(Debug)]
struct Index<I> {
    /// By id, as it is: how programs ask.
    ids: Texts<I>,
    /// By any name, without regard to case: how people ask.
    folded: BTreeMap<String, Vec<I>>,
}

impl<I> Default for Index<I> {
    fn default() -> Self {
        Index { ids: Texts::default(), folded: BTreeMap::new() }
    }
}

impl Names {
    pub(crate) fn of(register: &Register) -> Names {
        let mut names = Names::default();
        for (id, customer) in register.customers.iter() {
            let others = [&*customer.name].into_iter().chain(customer.code.as_deref()).chain(customer.synonyms.iter().map(|name| &**name));
            names.customers.enter(id, &customer.id, others);
        }
        for (id, service) in register.services.iter() {
            let short = service.id.split_once('/').map(|(_, name)| name);
            let others = short.into_iter().chain(service.name.both()).chain(service.synonyms.iter().map(|name| &**name));
            names.services.enter(id, &service.id, others);
        }
        for (id, fact) in register.facts.iter() {
            names.facts.enter(id, &fact.name, fact.label.both());
        }
        names
    }

    /// The customer, service or fact of this very id; other names take more looking.
    #[inline]
    pub(crate) fn customer_of(&self, id: &str) -> Option<CustomerId> {
        self.customers.ids.get(id)
    }
    #[inline]
    pub(crate) fn service_of(&self, id: &str) -> Option<ServiceId> {
        self.services.ids.get(id)
    }
    #[inline]
    pub(crate) fn fact_of(&self, id: &str) -> Option<FactId> {
        self.facts.ids.get(id)
    }

    #[inline]
    pub(crate) fn customer(&self, register: &Register, name: &str) -> Result<CustomerId, Error> {
        self.customers.find(Key::ErrorUnknownCustomer, name, |id| &register.customers[id].id)
    }
    #[inline]
    pub(crate) fn service(&self, register: &Register, name: &str) -> Result<ServiceId, Error> {
        self.services.find(Key::ErrorUnknownService, name, |id| &register.services[id].id)
    }
    #[inline]
    pub(crate) fn fact(&self, register: &Register, name: &str) -> Result<FactId, Error> {
        self.facts.find(Key::ErrorUnknownFact, name, |id| &register.facts[id].name)
    }
}

impl<I: Copy + PartialEq> Index<I> {
    fn enter<'a>(&mut self, id: I, own: &'a str, others: impl Iterator<Item = &'a str>) {
        self.ids.insert(own, id);
        for name in std::iter::once(own).chain(others) {
            let list = self.folded.entry(fold(name)).or_default();
            if !list.contains(&id) {
                list.push(id);
            }
        }
    }

    #[inline]
    fn find<'a>(&self, what: Key, written: &str, id_of: impl Fn(I) -> &'a str) -> Result<I, Error> {
        self.ids.get(written).map_or_else(|| self.find_folded(what, written, id_of), Ok)
    }

    #[cold]
    fn find_folded<'a>(&self, what: Key, written: &str, id_of: impl Fn(I) -> &'a str) -> Result<I, Error> {
        // Folding makes no text four times shorter: what is longer than that is no name, and is not looked at as a whole.
        let longest = self.folded.keys().map(String::len).max().unwrap_or_default();
        let folded = || self.folded.get(&fold(written)).map_or(&[][..], Vec::as_slice);
        let found = if written.len() > 64 + longest.saturating_mul(4) { &[][..] } else { folded() };
        match found {
            [one] => Ok(*one),
            [] => Err(Error::unknown(what, written, self.folded.iter().filter(|(_, ids)| ids.len() == 1).map(|(name, _)| name.as_str()))),
            several => Err(Error::ambiguous(written, several.iter().map(|id| id_of(*id)))),
        }
    }
}
