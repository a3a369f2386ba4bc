//! Names in, ids out; a name of nothing is reported with what was probably meant.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::toml::{Findings, Node};
use crate::diagnostic::{Code, Draft, did_you_mean};
use crate::model::arena::{CustomerId, FactId, Id, ServiceId};
use crate::model::place::Place;
use crate::model::register::{Named, Register};
use crate::model::rule::Level;

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
            out.push(unknown("customer", name, place, self.customers.keys().map(|id| &**id)));
        }
        found
    }

    pub(super) fn service(&self, name: &str, place: Place, out: &mut Findings) -> Option<ServiceId> {
        let found = self.services.get(name).copied();
        if found.is_none() {
            out.push(unknown("service", name, place, self.services.keys().map(|id| &**id)));
        }
        found
    }

    pub(super) fn fact(&self, name: &str, place: Place, out: &mut Findings) -> Option<FactId> {
        let found = self.facts.get(name).copied();
        if found.is_none() {
            out.push(unknown("fact", name, place, self.facts.keys().map(|id| &**id)));
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
                    None => out.push(unknown("role", role, item.place(), register.roles.iter().map(|role| &*role.id))),
                }
            } else {
                ids.extend(self.customer(name, item.place(), out));
            }
        }
        nobody(node, "customer", "all customers", out);
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
                    None => out.push(unknown("domain", domain, item.place(), register.domains.iter().map(|domain| &*domain.id))),
                }
            } else if let Some(id) = self.plain_service(name, item.place(), register, out) {
                ids.push(id);
            }
        }
        nobody(node, "service", "all services", out);
        (out.len() == before).then(|| sorted(ids))
    }

    /// A service that rules may name: none that is composite (S10).
    pub(super) fn plain_service(&self, name: &str, place: Place, register: &Register, out: &mut Findings) -> Option<ServiceId> {
        let id = self.service(name, place, out)?;
        let composite = register.services[id].composite.as_ref();
        let Some(composite) = composite else { return Some(id) };
        let parts: Vec<String> = composite.of.iter().map(|part| format!("`{}`", register.services[*part].id)).collect();
        out.push(
            Draft::new(Code::CompositeTarget, place, format!("`{name}` is composite: its level follows from its parts"))
                .help(format!("name its parts instead: {}", parts.join(", "))),
        );
        None
    }
}

/// Reports a list from which every name was taken out.
fn nobody(node: Node<'_>, key: &str, all: &str, out: &mut Findings) {
    if node.items().next().is_none() {
        out.push(
            Draft::new(Code::BadValue, node.place(), format!("`{key}` names none"))
                .help(format!("name some, or leave `{key}` out if {all} are meant")),
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
        let mut finding = unknown("level", name, place, register.levels.iter().skip(usize::from(!with_none)).map(|level| &*level.id));
        if name == "none" {
            finding = finding.help("to refuse, write `deny = true`");
        }
        out.push(finding);
    }
    found
}

pub(super) fn unknown<'a>(what: &str, name: &str, place: Place, candidates: impl IntoIterator<Item = &'a str>) -> Draft {
    Draft::new(Code::UnknownName, place, format!("unknown {what} `{}`", crate::model::value::shorten(name)))
        .maybe_help(did_you_mean(name, candidates))
}

pub(super) fn duplicate(what: &str, name: &str, place: Place) -> Draft {
    Draft::new(Code::DuplicateId, place, format!("there is another {what} `{name}`")).help("give one of them another id")
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
        let message = format!("`{written}` has {length} characters, and an id {ID_LENGTH} at most");
        out.push(Draft::new(Code::BadValue, place, message).help("shorten it"));
    } else if !is_id(text) {
        out.push(
            Draft::new(Code::BadValue, place, format!("`{written}` cannot be an id"))
                .help("ids are made of lower-case letters, digits, `-`, `_` and `.`"),
        );
    }
}
