//! Two days in; which answers became others between them out, and on which day.

use axum::response::Response;
use jiff::ToSpan;
use leidraad::catalogue::{Customer, Service};
use leidraad::{Date, Error, Question};
use maud::{Markup, html};

use super::form::Form;
use super::page::{page as whole, quoted};
use super::{Desk, made};
use crate::access::Scope;
use crate::asker::Lookup;
use crate::problem::{Problem, told};

/// An answer that is another one from some day on.
struct Change<'p> {
    day: Date,
    customer: Customer<'p>,
    service: Service<'p>,
    old: String,
    new: String,
}

pub(super) async fn page(lookup: Lookup) -> Result<Response, Problem> {
    made(&lookup, Scope::Ask, |desk| {
        let mut form = Form::of_query(desk, lookup.query.as_deref())?;
        let since = form.day(desk, "since").unwrap_or_else(|| desk.today.saturating_sub(1.year()));
        let until = form.day(desk, "until").unwrap_or_else(|| desk.today.saturating_add(1.year()));
        let customer = form.customer(desk);
        if until <= since {
            form.refuse_text("until", desk.say("Deze dag moet na de dag in ‘Na’ liggen.", "This day must be later than the day in ‘After’."));
        }
        let here = format!("/changes{}", form.open_query());
        let customers: Vec<Customer<'_>> = match customer {
            Some(one) => vec![one],
            None => desk.customers().collect(),
        };
        let (changes, stopped) = if form.is_wrong() { (Vec::new(), Vec::new()) } else { found(desk, &customers, (since, until))? };
        let main = html! {
            form.filter method="get" action=(desk.at("/changes", &[])) {
                div.fields {
                    (form.day_field("since", desk.say("Na", "After"), None, Some(since)))
                    (form.day_field("until", desk.say("Tot en met", "Through"), None, Some(until)))
                    (form.customer_field(desk, Some(desk.say("alle klanten", "all customers"))))
                    button type="submit" { (desk.say("Toon", "Show")) }
                }
            }
            @if form.is_wrong() {}
            @else if changes.is_empty() { p role="status" { (desk.say("In deze dagen verandert er niets.", "Nothing changes in these days.")) } }
            @else { (table(desk, &changes, customers.len() > 1)) }
            @for (name, reason) in stopped { p.note { (name) ": " (reason) } }
        };
        Ok(whole(desk, desk.say("Wijzigingen", "Changes"), &here, &main))
    })
    .await
}

/// Changes, the earliest first; and the cells of which nothing can be said.
type Found<'a> = (Vec<Change<'a>>, Vec<(String, String)>);

/// The changes of all cells.
fn found<'a>(desk: Desk<'a>, customers: &[Customer<'a>], days: (Date, Date)) -> Result<Found<'a>, Problem> {
    let (mut changes, mut stopped) = (Vec::new(), Vec::new());
    for customer in customers {
        for service in desk.policy.catalogue().services() {
            desk.asker.in_time()?;
            match of_cell(desk, *customer, service, days) {
                Ok(more) => changes.extend(more),
                Err(error) => {
                    let name = format!("{}, {}", customer.name(), service.label(desk.language));
                    stopped.push((name, quoted(told(&error).get(desk.language))));
                }
            }
        }
    }
    changes.sort_by_key(|change| change.day);
    Ok((changes, stopped))
}

fn of_cell<'a>(
    desk: Desk<'a>,
    customer: Customer<'a>,
    service: Service<'a>,
    (since, until): (Date, Date),
) -> Result<Vec<Change<'a>>, Error> {
    let timeline = desk.policy.timeline(&Question::new(customer.id(), service.id(), desk.today))?;
    let mut changes = Vec::new();
    for pair in timeline.periods().windows(2) {
        let [old, new] = pair else { continue };
        if let Some(day) = new.days().from.filter(|from| *from > since && *from <= until) {
            let [old, new] = [old, new].map(|period| timeline.outline(period, desk.language));
            changes.push(Change { day, customer, service, old, new });
        }
    }
    Ok(changes)
}

fn table(desk: Desk<'_>, changes: &[Change<'_>], with_customer: bool) -> Markup {
    html! {
        div.wide role="region" aria-label=(desk.say("Wijzigingen", "Changes")) tabindex="0" {
            table.list {
                thead { tr {
                    th scope="col" { (desk.say("Vanaf", "From")) }
                    @if with_customer { th scope="col" { (desk.say("Klant", "Customer")) } }
                    th scope="col" { (desk.say("Dienst", "Service")) }
                    th scope="col" { (desk.say("Was", "Was")) }
                    th scope="col" { (desk.say("Wordt", "Becomes")) }
                } }
                tbody {
                    @for Change { day, customer, service, old, new } in changes {
                        tr {
                            td.day { (desk.language.day(*day)) }
                            @if with_customer { td { (customer.name()) } }
                            th scope="row" {
                                a href=(desk.at("", &[("customer", customer.id()), ("service", service.id()), ("on", &day.to_string())])) { (service.label(desk.language)) }
                            }
                            td { (old) }
                            td { (new) }
                        }
                    }
                }
            }
        }
    }
}
