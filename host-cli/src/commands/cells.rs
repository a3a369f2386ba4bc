//! Some customers and a filter in; the answer about each service of each of them out. One of which nothing can be said stops none of the others.

use std::collections::BTreeMap;

use leidraad::catalogue::{Catalogue, Customer, Service};
use leidraad::{Decision, Error, Language, Outcome, Policy};
use serde::Serialize;

use super::About;
use crate::args::{Filter, Table, Wanted};
use crate::fault::{Fault, Status};
use crate::locale::{Key, say};

/// The answer about a service; or why nothing can be said of it.
pub(super) type Cell<'p> = (Service<'p>, Result<Decision<'p>, Error>);

/// The answers about services, customer by customer. Each customer has the same services.
pub(super) struct Cells<'p> {
    pub(super) rows: Vec<(Customer<'p>, Vec<Cell<'p>>)>,
    language: Language,
}

#[derive(Serialize)]
struct Stopped<'a> {
    customer: &'a str,
    service: &'a str,
    error: Why<'a>,
}

#[derive(Serialize)]
struct Why<'a> {
    code: &'a str,
    message: String,
    help: Option<String>,
}

/// What is shown of an answer that depends on facts: the level where that is certain, and that something is open.
pub(super) fn open(decision: &Decision<'_>, language: Language) -> String {
    let possible: Vec<_> = decision.answer().possible().collect();
    match possible.as_slice() {
        [level] if !level.is_none() => format!("{} ?", level.label(language)),
        _ => "?".to_owned(),
    }
}

/// The services that a filter leaves, whatever is answered about them.
pub(super) fn services<'p>(catalogue: Catalogue<'p>, filter: &Filter, language: Language) -> Result<Vec<Service<'p>>, Fault> {
    catalogue.services_like(filter.domain.as_deref(), filter.text.as_deref()).map_err(|error| Fault::Question(error, language))
}

impl<'p> Cells<'p> {
    pub(super) fn of(
        policy: &'p Policy,
        customers: impl Iterator<Item = Customer<'p>>,
        about: &About,
        table: &Table,
        language: Language,
    ) -> Result<Self, Fault> {
        let services = services(policy.catalogue(), &table.filter, language)?;
        let cell = |customer, service| (service, policy.decide(&about.question(customer, service)));
        let row = |customer| (customer, services.iter().map(|service| cell(customer, *service)).collect());
        let mut cells = Cells { rows: customers.map(row).collect(), language };
        if let Some(wanted) = table.outcome {
            cells.keep(wanted);
        }
        Ok(cells)
    }

    /// The services about which somebody gets the answer that is looked for. What cannot be said may be that answer.
    fn keep(&mut self, wanted: Wanted) {
        let is_wanted = |decision: &Result<Decision<'_>, Error>| match decision.as_ref().map(Decision::outcome) {
            Ok(Outcome::Granted) => wanted == Wanted::Granted,
            Ok(Outcome::Refused) => wanted == Wanted::Refused,
            Ok(_) => wanted == Wanted::Undetermined,
            Err(_) => true,
        };
        let count = self.rows.first().map_or(0, |(_, cells)| cells.len());
        let keeps: Vec<bool> =
            (0..count).map(|at| self.rows.iter().filter_map(|(_, cells)| cells.get(at)).any(|(_, decision)| is_wanted(decision))).collect();
        for (_, cells) in &mut self.rows {
            let mut keep = keeps.iter();
            cells.retain(|_| keep.next() == Some(&true));
        }
    }

    /// The services, in their order.
    pub(super) fn services(&self) -> impl Iterator<Item = Service<'p>> {
        self.rows.first().into_iter().flat_map(|(_, cells)| cells.iter().map(|(service, _)| *service))
    }

    /// The answers about the service that stands at some place, customer by customer.
    pub(super) fn about(&self, at: usize) -> impl Iterator<Item = &Result<Decision<'p>, Error>> {
        self.rows.iter().filter_map(move |(_, cells)| cells.get(at).map(|(_, decision)| decision))
    }

    fn all(&self) -> impl Iterator<Item = (&Customer<'p>, &Cell<'p>)> {
        self.rows.iter().flat_map(|(customer, cells)| cells.iter().map(move |cell| (customer, cell)))
    }

    pub(super) fn json(&self) -> String {
        let record = |(customer, (service, decision)): (&Customer<'p>, &Cell<'p>)| match decision {
            Ok(decision) => decision.to_summary_json(),
            Err(error) => {
                let error = Why { code: error.code(), message: error.message(self.language), help: error.help(self.language) };
                serde_json::to_string(&Stopped { customer: customer.id(), service: service.id(), error }).unwrap_or_default()
            }
        };
        format!("[{}]\n", self.all().map(record).collect::<Vec<_>>().join(",\n "))
    }

    /// What is told below a table: what its signs mean, what the open cells depend on, of which cells nothing can be said, and why.
    pub(super) fn remarks(&self) -> String {
        let mut remarks = Vec::new();
        if self.all().any(|(_, (_, decision))| decision.as_ref().is_ok_and(|decision| decision.outcome() == Outcome::Refused)) {
            remarks.push(say(self.language, Key::SignNone, &[]));
        }
        let mut open: BTreeMap<(usize, String), Vec<&str>> = BTreeMap::new();
        let services: Vec<Service<'_>> = self.services().collect();
        for at in 0..services.len() {
            for ((customer, _), decision) in self.rows.iter().zip(self.about(at)) {
                if let Ok(decision) = decision
                    && decision.outcome() == Outcome::Undetermined
                {
                    open.entry((at, decision.outline(self.language))).or_default().push(customer.name());
                }
            }
        }
        for ((at, depends), customers) in &open {
            let service = services.get(*at).map_or("", |service| service.label(self.language));
            let named = [("service", service), ("customers", &customers.join(", ")), ("depends", depends)];
            remarks.push(say(self.language, if self.rows.len() > 1 { Key::SignOpen } else { Key::SignOpenOne }, &named));
        }
        remarks.extend(self.all().filter_map(|(customer, (service, decision))| {
            let error = decision.as_ref().err()?;
            let help = error.help(self.language).map_or_else(String::new, |help| format!(" ({help})"));
            let reason = format!("{}{help}", error.message(self.language));
            let named = [("customer", customer.name()), ("service", service.label(self.language)), ("reason", &reason)];
            Some(say(self.language, Key::CellStopped, &named))
        }));
        std::iter::once(String::new()).chain(remarks).collect::<Vec<_>>().join("\n") + "\n"
    }

    /// That something is missing is an error, whatever the rest says.
    pub(super) fn status(&self) -> Status {
        if self.all().all(|(_, (_, decision))| decision.is_ok()) { Status::Granted } else { Status::Error }
    }
}
