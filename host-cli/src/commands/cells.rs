//! Some customers in; the answer about each service of each of them out. One of which nothing can be said stops none of the others.

use jiff::civil::Date;
use leidraad::catalogue::{Customer, Service};
use leidraad::{Decision, Error, Language, Policy};
use serde::Serialize;

use super::question;
use crate::args::View;
use crate::fault::Status;
use crate::locale::{Key, say};

/// The answer about a service; or why nothing can be said of it.
pub(super) type Cell<'p> = (Service<'p>, Result<Decision<'p>, Error>);

/// The answers about all services, customer by customer.
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

impl<'p> Cells<'p> {
    pub(super) fn of(policy: &'p Policy, customers: impl Iterator<Item = Customer<'p>>, on: Date, view: &View, language: Language) -> Self {
        let cell = |customer, service| (service, policy.decide(&question(customer, service, on, view)));
        let row = |customer| (customer, policy.catalogue().services().map(|service| cell(customer, service)).collect());
        Cells { rows: customers.map(row).collect(), language }
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

    /// What is told below a table: of which cells nothing can be said, and why.
    pub(super) fn remarks(&self) -> String {
        let remark = |(customer, (service, decision)): (&Customer<'p>, &Cell<'p>)| {
            let error = decision.as_ref().err()?;
            let help = error.help(self.language).map_or_else(String::new, |help| format!(" ({help})"));
            let reason = format!("{}{help}", error.message(self.language));
            let named = [("customer", customer.name()), ("service", service.label(self.language)), ("reason", &reason)];
            Some(format!("{}\n", say(self.language, Key::CellStopped, &named)))
        };
        let remarks: String = self.all().filter_map(remark).collect();
        if remarks.is_empty() { remarks } else { format!("\n{remarks}") }
    }

    /// That something is missing is an error, whatever the rest says.
    pub(super) fn status(&self) -> Status {
        if self.all().all(|(_, (_, decision))| decision.is_ok()) { Status::Granted } else { Status::Error }
    }
}
