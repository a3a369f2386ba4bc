//! The names of customers, services and facts in; findings out for those that mean two things, and those that nobody can ask by.

use std::collections::BTreeMap;

use super::toml::Findings;
use crate::diagnostic::{Code, Draft};
use crate::model::nfc::fold;
use crate::model::place::Place;
use crate::model::register::Register;
use crate::text::{Bilingual, Language, both};

/// A thing with its id and all that it can be asked by.
struct Named<'r> {
    id: &'r str,
    names: Vec<&'r str>,
    place: Place,
}

pub(super) fn check(register: &Register, out: &mut Findings) {
    let customers = register.customers.values().map(|customer| Named {
        id: &customer.id,
        names: [&*customer.name].into_iter().chain(customer.code.as_deref()).chain(customer.synonyms.iter().map(|name| &**name)).collect(),
        place: customer.place,
    });
    clashes(&both!("customer", "klant"), &customers.collect::<Vec<_>>(), out);
    // Two services may be alike but for their domain, and are then asked by that; a name in either language is one service's.
    for language in [Language::Nl, Language::En] {
        let services = register.services.values().map(|service| Named {
            id: &service.id,
            names: service.name.get(language).into_iter().collect(),
            place: service.place,
        });
        clashes(&both!("service", "dienst"), &services.collect::<Vec<_>>(), out);
    }
    let facts = register.facts.values().map(|fact| Named { id: &fact.name, names: fact.label.both().collect(), place: fact.place });
    clashes(&both!("fact", "feit"), &facts.collect::<Vec<_>>(), out);
}

fn clashes(what: &Bilingual, all: &[Named<'_>], out: &mut Findings) {
    let ids: BTreeMap<String, &str> = all.iter().map(|named| (fold(named.id), named.id)).collect();
    let mut known: BTreeMap<String, &str> = BTreeMap::new();
    for named in all {
        let mut own: Vec<String> = named.names.iter().map(|name| fold(name)).collect();
        own.sort();
        own.dedup();
        for (name, written) in own.iter().map(|name| (name, named.names.iter().find(|other| fold(other) == *name).copied().unwrap_or(""))) {
            if name.is_empty() {
                out.push(
                    Draft::new(
                        Code::NameClash,
                        named.place,
                        both!([what] "the {what} `{}` has an empty name", "{what} `{}` heeft een lege naam", named.id),
                    )
                    .help(both!("give it a name to ask by, or leave that out", "geef een naam om mee te vragen, of laat de naam weg")),
                );
                continue;
            }
            let other = ids.get(name).filter(|id| **id != named.id).copied();
            let other = other.or_else(|| known.insert(name.clone(), named.id).filter(|id| *id != named.id));
            if let Some(other) = other {
                out.push(
                    Draft::new(
                        Code::NameClash,
                        named.place,
                        both!([what] "the {what}s `{other}` and `{}` are both called `{written}`", "{what} `{other}` en {what} `{}` heten allebei `{written}`", named.id),
                    )
                    .help(both!(
                        "give one of them another name: nobody can tell which is meant",
                        "geef een van beide een andere naam: niemand weet welke is bedoeld"
                    )),
                );
            }
        }
    }
}
