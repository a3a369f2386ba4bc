//! Differences in; one page for a browser out: a matrix, and the regions of each of its cells. It needs nothing beside itself.

use std::collections::{BTreeMap, BTreeSet};

use leidraad::catalogue::{Customer, Service};
use leidraad::{DifferenceRecord, Differences, Effect, Language, Policy};
use maud::{Markup, html};

use super::{days, sum};
use crate::layout::command;
use crate::locale::{Key, say};

static SCRIPT: &str = include_str!("page.js");

/// The regions of a customer and a service.
type Cells<'r> = BTreeMap<(&'r str, &'r str), Vec<&'r DifferenceRecord>>;

/// With what is said of it at its head: names and values.
pub(super) fn page(differences: &Differences<'_>, policy: &Policy, about: &[(String, String)], language: Language) -> String {
    let text = |key: Key| say(language, key, &[]);
    let records = differences.records(language);
    let mut cells: Cells<'_> = BTreeMap::new();
    for record in &records {
        cells.entry((&record.service, &record.customer)).or_default().push(record);
    }
    let customers = in_order(policy.catalogue().customers().map(Customer::id), records.iter().map(|record| record.customer.as_str()));
    let services = in_order(policy.catalogue().services().map(Service::id), records.iter().map(|record| record.service.as_str()));
    let heading = say(language, Key::DiffTitle, &[("name", policy.name())]);
    let header = html! {
        dl { @for (name, value) in about { dt { (name) } dd { (value) } } }
        p.sum { (if records.is_empty() { text(Key::DiffNone) } else { sum(&records, language) }) }
        @for note in differences.notes(language) { p.note { (note.words) } }
    };
    let main = html! {
        @if !records.is_empty() {
            (matrix(&cells, &customers, &services, language))
            @for service in &services {
                @for customer in &customers {
                    @if let Some(list) = cells.get(&(*service, *customer)) { (regions(list, language)) }
                }
            }
        }
    };
    crate::page::page(&heading, language, &header, &main, Some(SCRIPT))
}

/// What changed, in the register's order; what is no longer there comes last.
fn in_order<'r>(all: impl Iterator<Item = &'r str>, changed: impl Iterator<Item = &'r str>) -> Vec<&'r str> {
    let mut changed: BTreeSet<&str> = changed.collect();
    let mut list: Vec<&str> = all.filter(|id| changed.remove(id)).collect();
    list.extend(changed);
    list
}

fn matrix(cells: &Cells<'_>, customers: &[&str], services: &[&str], language: Language) -> Markup {
    let name = |is_customer: bool, id: &str| {
        let record = cells.values().flatten().find(|record| if is_customer { record.customer == id } else { record.service == id });
        record.map_or_else(|| id.to_owned(), |record| if is_customer { record.customer_name.clone() } else { record.service_name.clone() })
    };
    html! {
        table.matrix {
            caption {
                @for effect in [Effect::Gain, Effect::Loss, Effect::Change] {
                    span.key.(effect.word()) { (sign(effect)) " " (say(language, effect_key(effect), &[])) } " "
                }
            }
            thead { tr {
                th scope="col" { (say(language, Key::Service, &[])) }
                @for customer in customers { th scope="col" { (name(true, customer)) } }
            } }
            tbody {
                @for service in services { tr {
                    th scope="row" { (name(false, service)) }
                    @for customer in customers {
                        @match cells.get(&(*service, *customer)) {
                            Some(list) => {
                                @let effect = overall(list);
                                @let label = format!("{}, {}: {} × {}", name(true, customer), name(false, service), list.len(), say(language, effect_key(effect), &[]));
                                td.(effect.word()) { a href=(format!("#{}", anchor(customer, service))) aria-label=(label) { (sign(effect)) " " (list.len()) } }
                            }
                            None => td { span aria-hidden="true" { "·" } },
                        }
                    }
                } }
            }
        }
    }
}

fn regions(list: &[&DifferenceRecord], language: Language) -> Markup {
    let Some(first) = list.first() else { return html! {} };
    let text = |key: Key| say(language, key, &[]);
    // Where nothing is asked of any, no column stands empty.
    let is_on_condition = list.iter().any(|record| !record.conditions.is_empty());
    html! {
        details id=(anchor(&first.customer, &first.service)) {
            summary { span.mark.(overall(list).word()) { (sign(overall(list))) } " " (first.customer_name) " · " (first.service_name) " (" (list.len()) ")" }
            table.regions {
                thead { tr { th scope="col" { (text(Key::DiffPageDays)) } @if is_on_condition { th scope="col" { (text(Key::DiffPageWhen)) } } th scope="col" { (text(Key::DiffPageOld)) } th scope="col" { (text(Key::DiffPageNew)) } th scope="col" { (text(Key::DiffPageWhy)) } } }
                tbody {
                    @for record in list {
                        tr {
                            td { span.mark.(record.effect.word()) title=(say(language, effect_key(record.effect), &[])) { (sign(record.effect)) } " " (days(record, language)) }
                            @if is_on_condition { td { @for condition in &record.conditions { div { (condition) } } } }
                            td { (record.old.words) }
                            td { (record.new.words) }
                            td {
                                @for line in &record.because { div { (line) } }
                                @match &record.witness {
                                    Some(witness) => code { (command(witness)) },
                                    None => em { (text(Key::DiffNotShown)) },
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn overall(list: &[&DifferenceRecord]) -> Effect {
    match list.first().map(|record| record.effect) {
        Some(effect) if list.iter().all(|record| record.effect == effect) => effect,
        _ => Effect::Change,
    }
}

fn sign(effect: Effect) -> &'static str {
    match effect {
        Effect::Gain => "+",
        Effect::Loss => "−",
        _ => "±",
    }
}

fn anchor(customer: &str, service: &str) -> String {
    format!("{customer}--{}", service.replace('/', "-"))
}

fn effect_key(effect: Effect) -> Key {
    match effect {
        Effect::Gain => Key::EffectGain,
        Effect::Loss => Key::EffectLoss,
        _ => Key::EffectChange,
    }
}
