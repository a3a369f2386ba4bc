//! `leidraad matrix`: all customers × all services.

use super::{Context, question, title};
use crate::args::{Format, View};
use crate::fault::{Fault, Status};
use crate::layout;
use crate::locale::{Key, say};
use crate::output::{print, print_json};

pub(crate) fn run(context: &Context, view: &View) -> Result<Status, Fault> {
    let policy = context.policy()?;
    let language = context.language(policy);
    let fault = |error| Fault::Question(error, language);
    let on = context.day(policy, view)?;
    if context.format == Format::Json {
        let mut records = Vec::new();
        for customer in policy.catalogue().customers() {
            for service in policy.catalogue().services() {
                records.push(policy.decide(&question(customer, service, on, view)).map_err(fault)?.to_summary_json());
            }
        }
        return print_json(&format!("[{}]\n", records.join(",\n ")), Status::Granted);
    }
    let title = title(say(language, Key::MatrixDay, &[("day", &on.to_string())]), view.known, view.proposed, language);
    let mut header = vec![say(language, Key::Service, &[])];
    header.extend(policy.catalogue().customers().map(|customer| customer.name().to_owned()));
    let mut rows = Vec::new();
    for service in policy.catalogue().services() {
        let mut row = vec![service.label(language).to_owned()];
        for customer in policy.catalogue().customers() {
            let decision = policy.decide(&question(customer, service, on, view)).map_err(fault)?;
            row.push(match decision.answer().level() {
                Some(level) if level.is_none() => "-".to_owned(),
                Some(level) => level.label(language).to_owned(),
                None => "?".to_owned(),
            });
        }
        rows.push(row);
    }
    print(&format!("{title}\n\n{}", layout::table(&header, &rows)), Status::Granted)
}
