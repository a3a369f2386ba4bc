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
        for customer in policy.customers() {
            for service in policy.services() {
                records.push(policy.decide(&question(customer, service, on, view)).map_err(fault)?.to_summary_json());
            }
        }
        return print_json(&format!("[{}]\n", records.join(",\n ")), Status::Granted);
    }
    let title = title(say(language, Key::MatrixDay, &[("day", &on.to_string())]), view.known, view.proposed, language);
    let mut header = vec![say(language, Key::Service, &[])];
    for customer in policy.customers() {
        header.push(policy.customer_name(customer).map_err(fault)?.to_owned());
    }
    let mut rows = Vec::new();
    for service in policy.services() {
        let mut row = vec![policy.service_name(service, language).map_err(fault)?.to_owned()];
        for customer in policy.customers() {
            let decision = policy.decide(&question(customer, service, on, view)).map_err(fault)?;
            row.push(match decision.level() {
                Some("none") => "-".to_owned(),
                Some(level) => policy.level_name(level, language).unwrap_or(level).to_owned(),
                None => "?".to_owned(),
            });
        }
        rows.push(row);
    }
    print(&format!("{title}\n\n{}", layout::table(&header, &rows)), Status::Granted)
}
