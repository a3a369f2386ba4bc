//! `leidraad log query LOG`: the receipts that are about something, each as it stands in the log.

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use leidraad::{Language, Policy};
use leidraad_log::{Index, Recorded, Wanted};

use super::fault;
use crate::args::{Format, Query};
use crate::commands::{Context, date_here};
use crate::fault::{Fault, Status};
use crate::locale::{Key, say};
use crate::output::{print, print_json};
use crate::progress;

pub(super) fn run(context: &Context, query: &Query) -> Result<Status, Fault> {
    let language = context.spoken();
    let failed = |error| fault(&error, language);
    let indexing = say(language, Key::LogIndexing, &[]);
    let index = progress::shown(indexing, || Index::open(&query.log)).map_err(failed)?;
    // A log can be searched where its register is not: then ids stand for names.
    let policy = Policy::load(&context.sources()).ok();
    let wanted = wanted(policy.as_ref(), query);
    let found = index.find(&wanted, query.most).map_err(failed)?;
    let status = if found.is_empty() { Status::Refused } else { Status::Granted };
    if context.format == Format::Json {
        let lines: Vec<&str> = found.iter().map(|found| found.line.as_str()).collect();
        return print_json(&format!("[{}]\n", lines.join(",\n ")), status);
    }
    let mut text: String = found
        .iter()
        .filter_map(|found| Recorded::read(found.line.as_bytes()))
        .map(|recorded| words(&recorded, policy.as_ref(), language))
        .collect();
    text += &say(language, Key::LogFound, &[("count", &found.len().to_string())]);
    if found.len() == query.most {
        text += &say(language, Key::LogMost, &[("count", &query.most.to_string())]);
    }
    print(&(text + "\n"), status)
}

/// What is looked for: by id, or by any name that the register knows for it.
fn wanted(policy: Option<&Policy>, query: &Query) -> Wanted {
    let customer = |name: &String| policy.and_then(|policy| Some(policy.catalogue().customer(name).ok()?.id().to_owned()));
    let service = |name: &String| policy.and_then(|policy| Some(policy.catalogue().service(name).ok()?.id().to_owned()));
    let midnight = |date: Date| TimeZone::system().to_timestamp(date.to_datetime(Time::midnight())).ok();
    Wanted {
        customer: query.customer.as_ref().map(|name| customer(name).unwrap_or_else(|| name.clone())),
        service: query.service.as_ref().map(|name| service(name).unwrap_or_else(|| name.clone())),
        on: query.on.map(date_here),
        result: query.outcome.map(|outcome| outcome.word().to_owned()),
        rule: query.rule.clone(),
        actor: query.actor.clone(),
        id: query.id.clone(),
        since: query.since.map(date_here).and_then(midnight),
        until: query.until.map(date_here).and_then(|date| midnight(date.saturating_add(jiff::Span::new().days(1)))),
    }
}

/// A receipt in words, by the names that the register has now for what it is about.
fn words(recorded: &Recorded<'_>, policy: Option<&Policy>, language: Language) -> String {
    let question = recorded.question.map_or("{}", |question| question.get());
    let question: serde_json::Value = serde_json::from_str(question).unwrap_or_default();
    let text = |name: &str| question.get(name).and_then(|value| value.as_str()).unwrap_or_default().to_owned();
    let catalogue = policy.map(Policy::catalogue);
    let (customer, service) = (text("customer"), text("service"));
    let customer = catalogue.and_then(|all| Some(all.customer(&customer).ok()?.name().to_owned())).unwrap_or(customer);
    let service = catalogue.and_then(|all| Some(all.service(&service).ok()?.label(language).to_owned())).unwrap_or(service);
    let level = recorded.level.clone().unwrap_or_default();
    let level = catalogue.and_then(|all| Some(all.level(&level).ok()?.label(language).to_owned())).unwrap_or(level.into_owned());
    let result = match &*recorded.result {
        "granted" => say(language, Key::ResultGranted, &[("level", &level)]),
        "refused" => say(language, Key::NoRight, &[]),
        "undetermined" => say(language, Key::ResultOpen, &[]),
        _ => say(language, Key::ResultFailed, &[]),
    };
    let n = recorded.n.to_string();
    let at = recorded.at.to_string();
    let values = [
        ("n", n),
        ("at", at),
        ("actor", recorded.actor.clone().into_owned()),
        ("customer", customer),
        ("service", service),
        ("on", text("on")),
        ("result", result),
        ("rules", recorded.rules.join(", ")),
    ];
    let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
    say(language, Key::LogReceipt, &values) + "\n"
}
