//! A loaded register: catalogue, customers, facts, rule sets and scenarios, with all names resolved.

use std::sync::Arc;

use super::arena::{Arena, CustomerId, FactId, OptionId, RuleId, ServiceId, SetId, VersionId};
use super::bitemporal::Bitemporal;
use super::day::{Day, Days};
use super::fact::Fact;
use super::option::Binding;
use super::overrides::Overrides;
use super::rule::{Level, Rule, RuleSet, Scope, Version};
use crate::model::place::Place;
use crate::text::{Language, Text};

/// Everything under `rules/`, checked in itself but not yet against itself.
#[derive(Debug, Clone, Default)]
pub(crate) struct Register {
    pub(crate) name: String,
    pub(crate) languages: Vec<Language>,
    pub(crate) time_zone: String,
    /// Lowest first; the first is `none`.
    pub(crate) levels: Vec<Named>,
    /// Highest first.
    pub(crate) ranks: Vec<Named>,
    pub(crate) roles: Vec<Named>,
    pub(crate) units: Vec<Unit>,
    pub(crate) obligations: Vec<Named>,
    pub(crate) customers: Arena<CustomerId, Customer>,
    pub(crate) domains: Vec<Named>,
    pub(crate) services: Arena<ServiceId, Service>,
    pub(crate) facts: Arena<FactId, Fact>,
    pub(crate) values: Vec<DatedValue>,
    pub(crate) sets: Arena<SetId, RuleSet>,
    pub(crate) versions: Arena<VersionId, Version>,
    pub(crate) rules: Arena<RuleId, Arc<Rule>>,
    pub(crate) overrides: Overrides,
    pub(crate) options: Arena<OptionId, Binding>,
    pub(crate) scenarios: Arc<Vec<Scenario>>,
    /// Cells in which a rule could not be read: nothing certain can be said of conflicts there.
    pub(crate) holes: Vec<Scope>,
    /// `sha256:…` over the paths and bytes of all files.
    pub(crate) digest: String,
    /// All files by path, each with its digest.
    pub(crate) files: Vec<(Box<str>, Box<str>)>,
    /// What each file of rules came to, in the order in which they were entered.
    pub(crate) entered: Vec<Entered>,
}

/// A file of rules, and how much of the register stands in it.
#[derive(Debug, Clone)]
pub(crate) struct Entered {
    /// Its place among all files.
    pub(crate) file: u32,
    pub(crate) version: VersionId,
    /// How many rules and options it has; they follow those of the files before it.
    pub(crate) rules: usize,
    pub(crate) options: usize,
    /// The texts of open facts that it names, each once.
    pub(crate) texts: Vec<(FactId, Box<str>)>,
    /// Whether each of its choice rules overrides all choice rules behind it (S5).
    pub(crate) is_first: bool,
}

/// An id with its names.
#[derive(Debug, Clone)]
pub(crate) struct Named {
    pub(crate) id: Box<str>,
    pub(crate) text: Text,
}

/// A unit of quantity: its names in the singular and the plural.
#[derive(Debug, Clone)]
pub(crate) struct Unit {
    pub(crate) id: Box<str>,
    pub(crate) one: Text,
    pub(crate) many: Text,
}

#[derive(Debug, Clone)]
pub(crate) struct Customer {
    pub(crate) id: Box<str>,
    pub(crate) name: Box<str>,
    pub(crate) code: Option<Box<str>>,
    pub(crate) role: Option<u8>,
    pub(crate) synonyms: Vec<Box<str>>,
    /// The days on which it is one, and since when that is known (S1).
    pub(crate) listed: Bitemporal,
    pub(crate) place: Place,
}

#[derive(Debug, Clone)]
pub(crate) struct Service {
    /// `domain/name`
    pub(crate) id: Box<str>,
    /// Place in the list of domains.
    pub(crate) domain: usize,
    pub(crate) name: Text,
    pub(crate) unit: Option<Box<str>>,
    pub(crate) synonyms: Vec<Box<str>>,
    pub(crate) requires: Vec<(ServiceId, Place)>,
    pub(crate) composite: Option<Composite>,
    /// The days on which it is offered, and since when that is known (S1).
    pub(crate) listed: Bitemporal,
    pub(crate) place: Place,
}

/// A service made of others (S10).
#[derive(Debug, Clone)]
pub(crate) struct Composite {
    pub(crate) of: Vec<ServiceId>,
    /// The lowest of its parts' levels, or the highest.
    pub(crate) lowest: bool,
}

/// A register fact's value for one customer (or for all), from one day to another.
#[derive(Debug, Clone)]
pub(crate) struct DatedValue {
    pub(crate) fact: FactId,
    pub(crate) customer: Option<CustomerId>,
    pub(crate) value: i64,
    pub(crate) days: Days,
    pub(crate) decided: Day,
    pub(crate) place: Place,
}

/// A question with the answer that the contract owner expects.
#[derive(Debug, Clone)]
pub(crate) struct Scenario {
    pub(crate) id: Box<str>,
    pub(crate) title: Text,
    pub(crate) question: super::question::Question,
    /// What must stand in the decision's JSON: only the keys given.
    pub(crate) expect: serde_json::Value,
    pub(crate) place: Place,
}

impl Register {
    /// The level with this id.
    pub(crate) fn level(&self, id: &str) -> Option<Level> {
        self.levels.iter().position(|named| *named.id == *id).and_then(|at| u8::try_from(at).ok()).map(Level)
    }
    /// The highest level.
    pub(crate) fn top_level(&self) -> Level {
        Level(u8::try_from(self.levels.len().saturating_sub(1)).unwrap_or(u8::MAX))
    }
    pub(crate) fn level_id(&self, level: Level) -> &str {
        self.levels.get(usize::from(level.0)).map_or("none", |named| &named.id)
    }
    pub(crate) fn level_name(&self, level: Level, language: Language) -> &str {
        self.levels.get(usize::from(level.0)).and_then(|named| named.text.get(language)).unwrap_or_else(|| self.level_id(level))
    }
    pub(crate) fn fact(&self, name: &str) -> Option<FactId> {
        self.facts.find(|fact| *fact.name == *name)
    }
    pub(crate) fn service_name(&self, service: ServiceId, language: Language) -> &str {
        let service = &self.services[service];
        service.name.get(language).unwrap_or(&service.id)
    }
    /// The rank of the set that a rule stands in: a larger number is closer to the customer.
    pub(crate) fn rank(&self, rule: RuleId) -> u8 {
        self.sets[self.versions[self.rules[rule].version].set].rank
    }
    /// The full reference of a rule: that of its version, then its own.
    pub(crate) fn reference(&self, rule: RuleId) -> Option<String> {
        let rule = &self.rules[rule];
        self.reference_in(rule.version, rule.reference.as_deref())
    }
    /// The full reference of what stands in a version: that of the version, then its own.
    pub(crate) fn reference_in(&self, version: VersionId, own: Option<&str>) -> Option<String> {
        self.reference_parts(version, own).map(|parts| parts.concat())
    }
    /// The same in the parts that it is put together of.
    pub(crate) fn reference_parts<'r>(&'r self, version: VersionId, own: Option<&'r str>) -> Option<[&'r str; 3]> {
        let version = self.versions[version].reference.as_deref();
        match (version, own) {
            (Some(whole), Some(part)) if !part.starts_with(whole) => Some([whole, ", ", part]),
            (_, Some(part)) => Some(["", "", part]),
            (whole, None) => whole.map(|whole| [whole, "", ""]),
        }
    }
    pub(crate) fn all_customers(&self) -> Arc<[CustomerId]> {
        self.customers.ids().collect()
    }
    /// Whether nothing certain can be said of a cell, since a rule of it could not be read.
    pub(crate) fn is_hole(&self, customer: CustomerId, service: ServiceId) -> bool {
        self.holes.iter().any(|hole| hole.contains(customer, service))
    }
    /// Every cell: where a version cannot be read, nothing is certain anywhere.
    pub(crate) fn everywhere(&self) -> Scope {
        Scope { customers: self.all_customers(), services: self.plain_services() }
    }
    /// All services that can be granted: every one that is not composite (S10).
    pub(crate) fn plain_services(&self) -> Arc<[ServiceId]> {
        self.services.iter().filter(|(_, service)| service.composite.is_none()).map(|(id, _)| id).collect()
    }
}

impl Register {
    /// The composites that a service comes down to: itself, if it is one, and those among its parts.
    pub(crate) fn composites_of(&self, service: ServiceId) -> Vec<ServiceId> {
        match &self.services[service].composite {
            None => Vec::new(),
            Some(composite) => std::iter::once(service).chain(composite.of.iter().flat_map(|part| self.composites_of(*part))).collect(),
        }
    }
    /// The plain services that a service comes down to: itself, or a composite's parts and their parts.
    pub(crate) fn parts_of(&self, service: ServiceId) -> Vec<ServiceId> {
        match &self.services[service].composite {
            None => vec![service],
            Some(composite) => {
                let mut parts: Vec<ServiceId> = composite.of.iter().flat_map(|part| self.parts_of(*part)).collect();
                parts.sort_unstable();
                parts.dedup();
                parts
            }
        }
    }
}
