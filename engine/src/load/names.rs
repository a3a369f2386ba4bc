//! Names in, ids out; a name of nothing is reported with what was probably meant.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::toml::{Findings, Node};
use crate::diagnostic::{Code, Draft, did_you_mean};
use crate::model::arena::{CustomerId, FactId, Id, ServiceId};
use crate::model::place::Place;
use crate::model::register::{Named, Register};
use crate::model::rule::Level;
use crate::text::{Bilingual, both};

/// Finders of names, made once for a load so that large registers resolve fast.
pub(super) struct Names {
    customers: BTreeMap<Box<str>, CustomerId>,
    services: BTreeMap<Box<str>, ServiceId>,
    facts: BTreeMap<Box<str>, FactId>,
    all_customers: Arc<[CustomerId]>,
    all_services: Arc<[ServiceId]>,
    /// Lists of one, which most rules name: each is kept once.
    each_customer: Vec<Arc<[CustomerId]>>,
    each_service: Vec<Arc<[ServiceId]>>,
}

impl Names {
    pub(super) fn of(register: &Register) -> Names {
        Names {
            customers: register.customers.iter().map(|(id, customer)| (customer.id.clone(), id)).collect(),
            services: register.services.iter().map(|(id, service)| (service.id.clone(), id)).collect(),
            facts: register.facts.iter().map(|(id, fact)| (fact.name.clone(), id)).collect(),
            all_customers: register.all_customers(),
            all_services: register.plain_services(),
            each_customer: register.customers.ids().map(|id| Arc::from([id])).collect(),
            each_service: register.services.ids().map(|id| Arc::from([id])).collect(),
        }
    }

    pub(super) fn customer(&self, name: &str, place: Place, out: &mut Findings) -> Option<CustomerId> {
        let found = self.customers.get(name).copied();
        if found.is_none() {
            out.push(unknown(&both!("customer", "klant"), name, place, self.customers.keys().map(|id| &**id)));
        }
        found
    }

    pub(super) fn service(&self, name: &str, place: Place, out: &mut Findings) -> Option<ServiceId> {
        let found = self.services.get(name).copied();
        if found.is_none() {
            out.push(unknown(&both!("service", "dienst"), name, place, self.services.keys().map(|id| &**id)));
        }
        found
    }

    pub(super) fn fact(&self, name: &str, place: Place, out: &mut Findings) -> Option<FactId> {
        let found = self.facts.get(name).copied();
        if found.is_none() {
            out.push(unknown(&both!("fact", "feit"), name, place, self.facts.keys().map(|id| &**id)));
        }
        found
    }

    /// `customer = …` of a rule: one, a list, a role (`@partner`); left out: all. `None` if a name is unknown.
    pub(super) fn customers(&self, node: Option<Node<'_>>, register: &Register, out: &mut Findings) -> Option<Arc<[CustomerId]>> {
        let Some(node) = node else { return Some(self.all_customers.clone()) };
        if let Some(alone) = node.as_text().and_then(|name| self.customers.get(name)).and_then(|id| self.each_customer.get(id.index())) {
            return Some(alone.clone());
        }
        let before = out.len();
        let mut ids = Vec::new();
        for (name, item) in node.texts(out) {
            if let Some(role) = name.strip_prefix('@') {
                match position(&register.roles, role) {
                    Some(at) => ids.extend(
                        register.customers.iter().filter(|(_, customer)| customer.role.map(usize::from) == Some(at)).map(|(id, _)| id),
                    ),
                    None => out.push(unknown(&both!("role", "rol"), role, item.place(), register.roles.iter().map(|role| &*role.id))),
                }
            } else {
                ids.extend(self.customer(name, item.place(), out));
            }
        }
        nobody(node, "customer", &both!("all customers", "alle klanten"), out);
        (out.len() == before).then(|| sorted(ids))
    }

    /// `service = …` of a rule: one, a list, a domain (`legal/*`); left out: all. `None` if a name is unknown.
    pub(super) fn services(&self, node: Option<Node<'_>>, register: &Register, out: &mut Findings) -> Option<Arc<[ServiceId]>> {
        let Some(node) = node else { return Some(self.all_services.clone()) };
        let plain = node.as_text().and_then(|name| self.services.get(name)).filter(|id| register.services[**id].composite.is_none());
        if let Some(alone) = plain.and_then(|id| self.each_service.get(id.index())) {
            return Some(alone.clone());
        }
        let before = out.len();
        let mut ids = Vec::new();
        for (name, item) in node.texts(out) {
            if let Some(domain) = name.strip_suffix("/*") {
                match position(&register.domains, domain) {
                    Some(at) => ids.extend(self.all_services.iter().copied().filter(|id| register.services[*id].domain == at)),
                    None => out.push(unknown(
                        &both!("domain", "domein"),
                        domain,
                        item.place(),
                        register.domains.iter().map(|domain| &*domain.id),
                    )),
                }
            } else if let Some(id) = self.plain_service(name, item.place(), register, out) {
                ids.push(id);
            }
        }
        nobody(node, "service", &both!("all services", "alle diensten"), out);
        (out.len() == before).then(|| sorted(ids))
    }

    /// A service that rules may name: none that is composite (S10).
    pub(super) fn plain_service(&self, name: &str, place: Place, register: &Register, out: &mut Findings) -> Option<ServiceId> {
        let id = self.service(name, place, out)?;
        let composite = register.services[id].composite.as_ref();
        let Some(composite) = composite else { return Some(id) };
        let parts: Vec<String> = composite.of.iter().map(|part| format!("`{}`", register.services[*part].id)).collect();
        out.push(
            Draft::new(
                Code::CompositeTarget,
                place,
                both!(
                    "`{name}` is composite: its level follows from its parts",
                    "`{name}` is een samengestelde dienst: het niveau volgt uit de onderdelen"
                ),
            )
            .help(both!("name its parts instead: {}", "noem in plaats daarvan de onderdelen: {}", parts.join(", "))),
        );
        None
    }
}

/// Reports a list from which every name was taken out.
fn nobody(node: Node<'_>, key: &str, all: &Bilingual, out: &mut Findings) {
    if node.items().next().is_none() {
        out.push(
            Draft::new(Code::BadValue, node.place(), both!("`{key}` names none", "`{key}` is een lege lijst"))
                .help(both!([all] "name some, or leave `{key}` out if {all} are meant", "noem er een of meer, of laat `{key}` weg als het om {all} gaat")),
        );
    }
}

fn sorted<T: Ord + Copy>(mut ids: Vec<T>) -> Arc<[T]> {
    ids.sort_unstable();
    ids.dedup();
    ids.into()
}

/// Where an id stands in a list of named things.
pub(super) fn position(list: &[Named], id: &str) -> Option<usize> {
    list.iter().position(|named| *named.id == *id)
}

/// A declared level under a name; `none` only where it is allowed.
pub(super) fn level(name: &str, place: Place, with_none: bool, register: &Register, out: &mut Findings) -> Option<Level> {
    let found = register.level(name).filter(|level| with_none || *level != Level::NONE);
    if found.is_none() {
        let mut finding =
            unknown(&both!("level", "niveau"), name, place, register.levels.iter().skip(usize::from(!with_none)).map(|level| &*level.id));
        if name == "none" {
            finding = finding.help(both!("to refuse, write `deny = true`", "schrijf `deny = true` om te weigeren"));
        }
        out.push(finding);
    }
    found
}

pub(super) fn unknown<'a>(what: &Bilingual, name: &str, place: Place, candidates: impl IntoIterator<Item = &'a str>) -> Draft {
    Draft::new(Code::UnknownName, place, both!([what] "unknown {what} `{}`", "er is geen {what} `{}`", crate::model::value::shorten(name)))
        .maybe_help(did_you_mean(name, candidates))
}

pub(super) fn duplicate(what: &Bilingual, name: &str, place: Place) -> Draft {
    Draft::new(Code::DuplicateId, place, both!([what] "there is another {what} `{name}`", "er is nog een {what} `{name}`"))
        .help(both!("give one of them another id", "geef een van beide een andere id"))
}

/// No id has more characters.
const ID_LENGTH: usize = 64;

/// Whether a text can be an id: lower-case letters, digits, `-` and `_`, a letter or digit first.
pub(crate) fn is_id(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit())
        && text.len() <= ID_LENGTH
        && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_' | '.'))
}

/// Reports a text that cannot be an id.
pub(super) fn check_id(text: &str, place: Place, out: &mut Findings) {
    let written = crate::model::value::shorten(text);
    let length = text.chars().count();
    if length > ID_LENGTH {
        let message = both!(
            "`{written}` has {length} characters, and an id {ID_LENGTH} at most",
            "`{written}` heeft {length} tekens, en een id ten hoogste {ID_LENGTH}"
        );
        out.push(Draft::new(Code::BadValue, place, message).help(both!("shorten it", "maak het korter")));
    } else if !is_id(text) {
        out.push(Draft::new(Code::BadValue, place, both!("`{written}` cannot be an id", "`{written}` kan geen id zijn")).help(both!(
            "ids are made of lower-case letters, digits, `-`, `_` and `.`",
            "een id bestaat uit kleine letters, cijfers, `-`, `_` en `.`"
        )));
    }
}
