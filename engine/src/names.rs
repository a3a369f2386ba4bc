//! A name as people write it in; the one customer, service or fact that it means out.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::diagnostic::likeness;
use crate::error::Error;
use crate::model::arena::{CustomerId, FactId, Id, ServiceId};
use crate::model::nfc::{fold, loose, loosened};
use crate::model::register::Register;
use crate::model::texts::Texts;
use crate::text::Key;

/// Ids, Dutch and English names, codes and synonyms, without regard to case, blanks, hyphens, accents and articles.
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
    /// By the letters and digits of any name: how people ask. Beside each thing its name without regard to case alone.
    named: BTreeMap<String, Vec<(Box<str>, I)>>,
    longest: usize,
}

impl<I> Default for Index<I> {
    fn default() -> Self {
        Index { ids: Texts::default(), named: BTreeMap::new(), longest: 0 }
    }
}

impl Names {
    pub(crate) fn of(register: &Register) -> Names {
        let mut names = Names::default();
        for (id, customer) in register.customers.iter() {
            let code = customer.code.as_deref();
            // `0547` for `GM0547`
            let digits = code.map(|code| code.trim_start_matches(|c: char| c.is_ascii_alphabetic())).filter(|digits| !digits.is_empty());
            let others = [&*customer.name].into_iter().chain(code).chain(digits).chain(customer.synonyms.iter().map(|name| &**name));
            names.customers.enter(id, &customer.id, others);
        }
        for (id, service) in register.services.iter() {
            let short = service.id.split_once('/').map(|(_, name)| name);
            let others = short.into_iter().chain(service.name.both()).chain(service.synonyms.iter().map(|name| &**name));
            names.services.enter(id, &service.id, others);
        }
        for (id, fact) in register.facts.iter() {
            names.facts.enter(id, &fact.name, fact.label.both().chain(fact.synonyms.iter().map(|name| &**name)));
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

    /// The customer of this name, if there is one; why there is none takes looking at all of them.
    pub(crate) fn customer_named(&self, register: &Register, name: &str) -> Option<CustomerId> {
        self.customers.find(name, |id| &register.customers[id].id).ok()
    }
    /// The service of this name, likewise.
    pub(crate) fn service_named(&self, register: &Register, name: &str) -> Option<ServiceId> {
        self.services.find(name, |id| &register.services[id].id).ok()
    }

    #[inline]
    pub(crate) fn customer(&self, register: &Register, name: &str) -> Result<CustomerId, Error> {
        let label = |id: CustomerId| [&*register.customers[id].name; 2];
        self.customers.find(name, |id| &register.customers[id].id).map_err(|known| {
            known.unwrap_or_else(|| self.customers.unknown(Key::ErrorUnknownCustomer, name, &[], register.customers.ids(), label))
        })
    }
    #[inline]
    pub(crate) fn service(&self, register: &Register, name: &str) -> Result<ServiceId, Error> {
        self.services.find(name, |id| &register.services[id].id).map_err(|known| {
            known.unwrap_or_else(|| {
                let label = |id: ServiceId| register.services[id].name.in_each(&register.services[id].id);
                self.services.unknown(Key::ErrorUnknownService, name, &of_domain(register, name), register.services.ids(), label)
            })
        })
    }
    #[inline]
    pub(crate) fn fact(&self, register: &Register, name: &str) -> Result<FactId, Error> {
        self.facts.find(name, |id| &register.facts[id].name).map_err(|known| {
            known.unwrap_or_else(|| {
                let label = |id: FactId| register.facts[id].words();
                let asked = register.facts.ids().filter(|id| !register.facts[*id].from_register && register.facts[*id].derive.is_none());
                self.facts.unknown(Key::ErrorUnknownFact, name, &[], asked, label)
            })
        })
    }
}

/// The services of the domain that is called so.
fn of_domain(register: &Register, written: &str) -> Vec<ServiceId> {
    let wanted = loose(written);
    let is_wanted = |domain: &crate::model::register::Named| domain.text.both().chain([&*domain.id]).any(|name| loose(name) == wanted);
    let at = register.domains.iter().position(is_wanted);
    register.services.iter().filter(|(_, service)| Some(service.domain) == at).map(|(id, _)| id).collect()
}

/// So many things at most are named where the wrong name is part of theirs,
const ALIKE: usize = 8;
/// and so many where it is only spelt alike,
const NEAR: usize = 3;
/// as long as they are about as near as the nearest.
const FURTHER: u32 = 150;
/// More things than this are not listed when none is near.
const LISTED: usize = 24;

impl<I: Id + PartialEq> Index<I> {
    fn enter<'a>(&mut self, id: I, own: &'a str, others: impl Iterator<Item = &'a str>) {
        self.ids.insert(own, id);
        for name in std::iter::once(own).chain(others) {
            self.longest = self.longest.max(name.len());
            let folded = fold(name);
            let list = self.named.entry(loosened(&folded)).or_default();
            if !list.iter().any(|(known, other)| *other == id && **known == *folded) {
                list.push((folded.into(), id));
            }
        }
    }

    /// The thing of this name; else why there is none, if something else than that nothing bears it.
    #[inline]
    fn find<'a>(&self, written: &str, id_of: impl Fn(I) -> &'a str) -> Result<I, Option<Error>> {
        self.ids.get(written).map_or_else(|| self.find_named(written, id_of), Ok)
    }

    #[cold]
    fn find_named<'a>(&self, written: &str, id_of: impl Fn(I) -> &'a str) -> Result<I, Option<Error>> {
        // Folding makes no text four times shorter: what is longer than that is no name, and is not looked at as a whole.
        if written.len() > 64 + self.longest.saturating_mul(4) {
            return Err(None);
        }
        let folded = fold(written);
        let entries = self.named.get(&loosened(&folded)).map_or(&[][..], Vec::as_slice);
        let distinct = |entries: &mut dyn Iterator<Item = I>| {
            let mut found: Vec<I> = Vec::new();
            entries.for_each(|id| {
                if !found.contains(&id) {
                    found.push(id);
                }
            });
            found
        };
        // What is written just so comes before what is only written alike.
        let exactly = distinct(&mut entries.iter().filter(|(name, _)| **name == *folded).map(|(_, id)| *id));
        let found = if exactly.is_empty() { distinct(&mut entries.iter().map(|(_, id)| *id)) } else { exactly };
        match found.as_slice() {
            [one] => Ok(*one),
            [] => Err(None),
            several => Err(Some(Error::ambiguous(written, several.iter().map(|id| id_of(*id))))),
        }
    }

    /// That nothing bears a name, with what was probably meant.
    #[cold]
    fn unknown<'a>(&self, what: Key, written: &str, akin: &[I], all: impl Iterator<Item = I>, label: impl Fn(I) -> [&'a str; 2]) -> Error {
        let named = |ids: Vec<I>| ids.into_iter().map(|id| label(id).map(str::to_owned)).collect();
        let near = self.near(written, akin);
        let all: Vec<I> = if near.is_empty() { all.take(LISTED + 1).collect() } else { Vec::new() };
        Error::unknown_of(what, written, named(near), named(if all.len() > LISTED { Vec::new() } else { all }))
    }

    /// The things that were probably meant, the likeliest first: those that bear the name within theirs or are akin, else those that are
    /// spelt alike.
    fn near(&self, written: &str, akin: &[I]) -> Vec<I> {
        let wanted = loose(written);
        let mut scored: Vec<(u32, I)> = akin.iter().map(|id| (likeness::PART, *id)).collect();
        for (name, entries) in &self.named {
            let Some(score) = likeness::of(&wanted, name) else { continue };
            for (_, id) in entries {
                match scored.iter_mut().find(|(_, other)| other == id) {
                    Some((known, _)) => *known = score.max(*known),
                    None => scored.push((score, *id)),
                }
            }
        }
        scored.sort_by_key(|(score, id)| (Reverse(*score), id.index()));
        let best = scored.first().map_or(0, |(score, _)| *score);
        let most = if best >= likeness::PART { ALIKE } else { NEAR };
        scored.into_iter().take(most).take_while(|(score, _)| *score + FURTHER >= best).map(|(_, id)| id).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index(names: &[&[&str]]) -> Index<CustomerId> {
        let mut index = Index::default();
        for (at, names) in names.iter().enumerate() {
            index.enter(CustomerId::new(at), names.first().unwrap(), names.iter().skip(1).copied());
        }
        index
    }

    fn found(index: &Index<CustomerId>, written: &str) -> Option<usize> {
        index.find(written, |_| "").ok().map(CustomerId::index)
    }

    #[test]
    fn articles_blanks_hyphens_and_accents_say_nothing() {
        let names = index(&[&["f/messenger", "Bodedienst", "bode"], &["l/foi", "Woo-verzoek"], &["i/c", "Coördinatie", "Straße"], &["a"]]);
        for (written, at) in [
            ("de bode", 0),
            ("Bode dienst", 0),
            ("de  bode-dienst", 0),
            ("woo verzoek", 1),
            ("‘Woo-verzoek’", 1),
            ("coordinatie", 2),
            ("Coo\u{308}rdinatie", 2),
            ("STRASSE", 2),
            ("A", 3),
        ] {
            assert_eq!(found(&names, written), Some(at), "{written}");
        }
        assert_eq!(found(&names, "dienst"), None);
    }

    #[test]
    fn what_is_written_just_so_comes_first() {
        let names = index(&[&["q/x-y", "x-y"], &["q/xy", "xy"]]);
        assert_eq!((found(&names, "X-Y"), found(&names, "XY")), (Some(0), Some(1)));
        assert!(names.find("x y", |_| "").unwrap_err().is_some_and(|error| error.is_ambiguous_name()));
    }

    #[test]
    fn suggestions_are_few_and_good() {
        let names = index(&[&["leiden"], &["leiderdorp"], &["hr-advies"], &["juridisch advies"], &["begroting"], &["balie"]]);
        let near = |written| names.near(written, &[]).into_iter().map(CustomerId::index).collect::<Vec<_>>();
        assert_eq!(near("leiderdrop"), [1]);
        assert_eq!(near("advies"), [2, 3]);
        assert_eq!(near("belasting"), [0usize; 0]);
    }
}
