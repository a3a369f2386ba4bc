//! `leidraad changes [CUSTOMER] --since DAY`: which answers began, ended or changed between two days.

use leidraad::catalogue::{Customer, Service};
use leidraad::{Date, Language, Policy};
use serde::Serialize;

use super::cells::services;
use super::{About, Context, date};
use crate::args::{Changes, Day, Format};
use crate::fault::{Fault, Status};
use crate::layout;
use crate::locale::{Key, say};
use crate::output::{print, print_json};

/// An answer that is another one from some day on.
struct Change<'p> {
    day: Date,
    customer: Customer<'p>,
    service: Service<'p>,
    old: String,
    new: String,
}

#[derive(Serialize)]
struct Record<'a> {
    day: Date,
    customer: &'a str,
    service: &'a str,
    old: &'a str,
    new: &'a str,
}

pub(crate) fn run(context: &Context, changes: &Changes) -> Result<Status, Fault> {
    let policy = context.policy()?;
    let language = context.language(policy);
    let since = date(policy, changes.since, language)?;
    let until = date(policy, changes.until.unwrap_or(Day::FromToday(0)), language)?;
    if until < since {
        let days = [("since", language.day(since)), ("until", language.day(until))];
        let reason = say(language, Key::ChangesOrder, &days.each_ref().map(|(name, value)| (*name, value.as_str())));
        return Err(Fault::Plugin { path: "--since".to_owned(), reason });
    }
    let about = context.about(policy, None, &changes.knowledge)?;
    let customers = match &changes.customer {
        Some(name) => vec![policy.catalogue().customer(name).map_err(|error| Fault::Question(error, language))?],
        None => policy.catalogue().customers().collect(),
    };
    let services = services(policy.catalogue(), &changes.filter, language)?;
    let mut found = Vec::new();
    let mut stopped = Vec::new();
    for customer in &customers {
        for service in &services {
            match of_cell(policy, &about, *customer, *service, (since, until), language) {
                Ok(more) => found.extend(more),
                Err(error) => {
                    let reason = error.message(language);
                    let named = [("customer", customer.name()), ("service", service.label(language)), ("reason", &reason)];
                    stopped.push(say(language, Key::CellStopped, &named));
                }
            }
        }
    }
    found.sort_by_key(|change| change.day);
    let status = match (stopped.is_empty(), found.is_empty()) {
        (false, _) => Status::Error,
        (true, true) => Status::Granted,
        (true, false) => Status::Refused,
    };
    if context.format == Format::Json {
        let record = |change: &Change<'_>| {
            let Change { day, customer, service, old, new } = change;
            let record = Record { day: *day, customer: customer.id(), service: service.id(), old, new };
            serde_json::to_string(&record).unwrap_or_default()
        };
        return print_json(&format!("[{}]\n", found.iter().map(record).collect::<Vec<_>>().join(",\n ")), status);
    }
    let days = [("since", language.day(since)), ("until", language.day(until))];
    let days = days.each_ref().map(|(name, value)| (*name, value.as_str()));
    let whose = match customers.as_slice() {
        [one] => one.name().to_owned(),
        _ => say(language, Key::ChangesAll, &[]),
    };
    let title = about.title(say(language, Key::ChangesTitle, &[("customer", &whose), days[0], days[1]]), language);
    let mut text = format!("{title}\n\n");
    if found.is_empty() {
        text += &(say(language, Key::ChangesNone, &[]) + "\n");
    } else {
        text += &table(&found, customers.len() > 1, language);
    }
    if !stopped.is_empty() {
        text = [text, stopped.join("\n")].join("\n") + "\n";
    }
    print(&text, status)
}

/// The days on which the answer about one cell becomes another one.
fn of_cell<'p>(
    policy: &'p Policy,
    about: &About,
    customer: Customer<'p>,
    service: Service<'p>,
    (since, until): (Date, Date),
    language: Language,
) -> Result<Vec<Change<'p>>, leidraad::Error> {
    let timeline = policy.timeline(&about.question(customer.id(), service.id()))?;
    let pairs = timeline.periods().windows(2).filter_map(|pair| if let [old, new] = pair { Some((old, new)) } else { None });
    let change = |(old, new): (&leidraad::Period<'p>, &leidraad::Period<'p>)| {
        let day = new.days().from.filter(|from| *from > since && *from <= until)?;
        let [old, new] = [old, new].map(|period| timeline.outline(period, language));
        Some(Change { day, customer, service, old, new })
    };
    Ok(pairs.filter_map(change).collect())
}

fn table(found: &[Change<'_>], with_customer: bool, language: Language) -> String {
    let mut header = vec![say(language, Key::From, &[])];
    header.extend(with_customer.then(|| say(language, Key::Customer, &[])));
    header.extend([Key::Service, Key::Was, Key::Becomes].map(|key| say(language, key, &[])));
    let row = |change: &Change<'_>| {
        let mut row = vec![layout::day(language, change.day)];
        row.extend(with_customer.then(|| change.customer.name().to_owned()));
        row.extend([change.service.label(language).to_owned(), change.old.clone(), change.new.clone()]);
        row
    };
    layout::table(&header, &found.iter().map(row).collect::<Vec<_>>())
}
