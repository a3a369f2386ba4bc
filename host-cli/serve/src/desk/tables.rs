//! A customer's page, and the overview of all of them: what each is entitled to on a day.

use std::collections::BTreeMap;

use axum::extract::Path;
use axum::response::Response;
use leidraad::catalogue::{Customer, Service, Term};
use leidraad::{Date, Decision, Error, Outcome};
use maud::{Markup, html};

use super::form::Form;
use super::page::{page, quoted};
use super::{Desk, made};
use crate::access::Scope;
use crate::asker::{Lookup, NoCustomer};
use crate::problem::{Problem, told};
use crate::question::When;

/// What one can look for.
pub(super) const OUTCOMES: [Outcome; 3] = [Outcome::Granted, Outcome::Refused, Outcome::Undetermined];

/// The answer about a service; or why there is none.
type Cell<'p> = Result<Decision<'p>, Error>;

/// A service, and the answer about it for each customer.
type Row<'p> = (Service<'p>, Vec<Cell<'p>>);

pub(super) async fn customer(lookup: Lookup, Path((_, id)): Path<(String, String)>) -> Result<Response, Problem> {
    made(&lookup, Scope::Ask, |desk| {
        let customer = desk.asker.customer(desk.policy, &id).map_err(NoCustomer::problem)?;
        let mut form = Form::of_query(desk, lookup.query.as_deref())?;
        let seen = Seen::read(desk, &mut form);
        let cells = if form.is_wrong() { Vec::new() } else { cells(desk, &[customer], &seen)? };
        let here = format!("/customers/{}{}", customer.id(), form.open_query());
        let main = html! {
            (filter(desk, &form, &here))
            @if !form.is_wrong() { (count(desk, cells.len())) }
            @for (domain, rows) in by_domain(desk, &cells) {
                section {
                    h2 { (domain) }
                    (rows_of(desk, customer, &rows, &seen))
                }
            }
            p { a href=(desk.at("/changes", &[("customer", customer.id())])) { (desk.say("Wat er verandert voor ", "What changes for ")) (customer.name()) } }
        };
        Ok(page(desk, &seen.title(desk, &form, customer.name()), &here, &main))
    })
    .await
}

pub(super) async fn matrix(lookup: Lookup) -> Result<Response, Problem> {
    made(&lookup, Scope::Ask, |desk| {
        let mut form = Form::of_query(desk, lookup.query.as_deref())?;
        let seen = Seen::read(desk, &mut form);
        let customers: Vec<Customer<'_>> = desk.customers().collect();
        let cells = if form.is_wrong() { Vec::new() } else { cells(desk, &customers, &seen)? };
        let here = format!("/matrix{}", form.open_query());
        let main = html! {
            (filter(desk, &form, &here))
            @if !form.is_wrong() { (legend(desk)) (count(desk, cells.len())) }
            @if !cells.is_empty() { (grid(desk, &customers, &cells, &seen)) }
        };
        Ok(page(desk, &seen.title(desk, &form, desk.say("Overzicht", "Overview")), &here, &main))
    })
    .await
}

/// What is looked at.
struct Seen<'a> {
    when: When,
    services: Vec<Service<'a>>,
    outcome: Option<Outcome>,
}

impl<'a> Seen<'a> {
    fn read(desk: Desk<'a>, form: &mut Form) -> Seen<'a> {
        let when = When { on: form.day(desk, "on"), known: form.day(desk, "known"), proposed: form.is_set("proposed") };
        let text = |name: &str| Some(form.text(name)).filter(|text| !text.is_empty()).map(str::to_owned);
        let (domain, named) = (text("domain"), text("text"));
        let services = match desk.policy.catalogue().services_like(domain.as_deref(), named.as_deref()) {
            Ok(services) => services,
            Err(error) => {
                form.refuse(desk, "domain", &error);
                desk.policy.catalogue().services().collect()
            }
        };
        let outcome = OUTCOMES.into_iter().find(|outcome| outcome.word() == form.text("outcome"));
        if outcome.is_none() && form.is_set("outcome") {
            form.refuse_text(
                "outcome",
                desk.say("dit antwoord is er niet; kies er een uit de lijst", "there is no such answer; choose one from the list"),
            );
        }
        Seen { when, services, outcome }
    }
    /// The day that it is about.
    fn day(&self, desk: Desk<'_>) -> Date {
        self.when.on.unwrap_or(desk.today)
    }
    /// The address of a question about one cell.
    fn address(&self, desk: Desk<'_>, customer: &str, service: &str) -> String {
        desk.at_when("", &[("customer", customer), ("service", service)], self.when)
    }
    /// The address of a customer's page, seen the same way.
    fn of_customer(&self, desk: Desk<'_>, customer: Customer<'_>) -> String {
        desk.at_when(&format!("/customers/{}", customer.id()), &[], self.when)
    }
    /// A title with the day that it is about, and from where it is seen; without, where no such day can be read.
    fn title(&self, desk: Desk<'_>, form: &Form, what: &str) -> String {
        if form.is_wrong() {
            return what.to_owned();
        }
        let day = |day: Date| desk.language.day(day);
        let known = self.when.known.map(|known| format!("{} {}", desk.say("zoals bekend was op", "as known on"), day(known)));
        let proposed = self.when.proposed.then(|| desk.say("voorstellen meegeteld", "proposals included").to_owned());
        let on = format!("{what} {} {}", desk.say("op", "on"), day(self.day(desk)));
        [Some(on), known, proposed].into_iter().flatten().collect::<Vec<_>>().join(", ")
    }
}

/// A row for each service about which somebody gets the answer that is looked for.
fn cells<'a>(desk: Desk<'a>, customers: &[Customer<'a>], seen: &Seen<'a>) -> Result<Vec<Row<'a>>, Problem> {
    let batch = desk.policy.batch();
    let mut rows = Vec::new();
    for service in &seen.services {
        desk.asker.in_time()?;
        let decide = |customer: &Customer<'_>| batch.decide(&seen.when.question(customer.id(), service.id(), desk.today));
        rows.push((*service, customers.iter().map(decide).collect()));
    }
    let is_wanted = |(_, cells): &Row<'_>| {
        // A right of which the level or the amount is open is a right.
        let fits = |wanted, decision: &Decision<'_>| decision.outcome() == wanted || (wanted == Outcome::Granted && is_certain(decision));
        seen.outcome.is_none_or(|wanted| cells.iter().any(|cell| cell.as_ref().map_or(true, |decision| fits(wanted, decision))))
    };
    rows.retain(is_wanted);
    Ok(rows)
}

/// Rows under the names of their domains, in the register's order.
fn by_domain<'c, 'a>(desk: Desk<'_>, cells: &'c [Row<'a>]) -> Vec<(String, Vec<&'c Row<'a>>)> {
    let mut found: BTreeMap<&str, Vec<_>> = BTreeMap::new();
    for row in cells {
        found.entry(row.0.domain().map_or("", Term::id)).or_default().push(row);
    }
    let domains = desk.policy.catalogue().domains();
    domains.filter_map(|domain| Some((domain.label(desk.language).to_owned(), found.remove(domain.id())?))).collect()
}

fn filter(desk: Desk<'_>, form: &Form, here: &str) -> Markup {
    let path = here.split('?').next().unwrap_or_default();
    html! {
        form.filter method="get" action=(desk.at(path, &[])) {
            div.fields {
                (form.day_field("on", desk.say("Op", "On"), None, Some(desk.today)))
                (form.field("domain", desk.say("Domein", "Domain"), None, |id, described| html! {
                    select id=(id) name="domain" aria-describedby=[described] {
                        option value="" { (desk.say("alle", "all")) }
                        @for domain in desk.policy.catalogue().domains() {
                            option value=(domain.id()) selected[form.text("domain") == domain.id()] { (domain.label(desk.language)) }
                        }
                    }
                }))
                (form.field("text", desk.say("Naam bevat", "Name contains"), None, |id, described| html! {
                    input type="search" id=(id) name="text" value=(form.text("text")) aria-describedby=[described] data-narrow="rows";
                }))
                (form.field("outcome", desk.say("Antwoord", "Answer"), None, |id, described| html! {
                    select id=(id) name="outcome" aria-describedby=[described] {
                        option value="" { (desk.say("alle", "all")) }
                        @for outcome in OUTCOMES { option value=(outcome.word()) selected[form.text("outcome") == outcome.word()] { (desk.outcome(outcome)) } }
                    }
                }))
                (form.kept(&["known", "proposed"]))
                button type="submit" { (desk.say("Toon", "Show")) }
            }
        }
    }
}

fn count(desk: Desk<'_>, count: usize) -> Markup {
    html! { p role="status" {
        @match count {
            0 => (desk.say("Geen dienst gevonden.", "No service found.")),
            1 => (desk.say("1 dienst", "1 service")),
            _ => { (count) " " (desk.say("diensten", "services")) }
        }
    } }
}

fn legend(desk: Desk<'_>) -> Markup {
    html! {
        ul.legend aria-label=(desk.say("Legenda", "Legend")) {
            li { span.mark.granted { (desk.say("basis, …", "standard, …")) } " " (desk.say("recht, op dit niveau", "entitled, at this level")) }
            li { span.mark.refused { "–" } " " (desk.say("geen recht", "not entitled")) }
            li { span.mark.undetermined { (desk.say("recht, ?", "entitled, ?")) } " " (desk.say("recht; niveau of hoeveelheid is nog open", "entitled; level or amount still open")) }
            li { span.mark.undetermined { "?" } " " (desk.say("er is nog iets nodig om te antwoorden", "more information is needed")) }
        }
    }
}

/// The answer of a cell as a word or two, for a page on which there is room, and the kind of it.
fn words(desk: Desk<'_>, cell: &Cell<'_>) -> (&'static str, String) {
    match cell {
        Err(_) => ("undetermined", desk.say("geen antwoord", "no answer").to_owned()),
        Ok(decision) => {
            let text = match decision.outcome() {
                Outcome::Refused => desk.outcome(Outcome::Refused).to_owned(),
                Outcome::Undetermined => open_words(desk, decision),
                _ => decision.outline(desk.language),
            };
            (decision.outcome().word(), text)
        }
    }
}

/// Whether there is a right in any case: what is open is how much, or at which level.
fn is_certain(decision: &Decision<'_>) -> bool {
    decision.outcome() == Outcome::Granted || decision.answer().possible().next().is_some_and(|level| !level.is_none())
}

/// What an open answer depends on.
fn open_words(desk: Desk<'_>, decision: &Decision<'_>) -> String {
    let depends = decision.outline(desk.language);
    if !is_certain(decision) {
        return depends;
    }
    let is_one = decision.answer().possible().count() == 1;
    let which = if is_one { desk.say("hoeveel", "how much") } else { desk.say("niveau", "the level") };
    format!("{}; {which} {depends}", desk.say("recht", "entitled"))
}

/// The answer of a cell as a sign or a word, and the kind of it.
fn outline(desk: Desk<'_>, cell: &Cell<'_>) -> (&'static str, Markup) {
    match cell {
        Err(_) => ("undetermined", html! { "!" }),
        Ok(decision) => {
            let kind = decision.outcome().word();
            let text = match decision.outcome() {
                Outcome::Refused => html! { span aria-hidden="true" { "–" } span.unseen { (desk.say("geen recht", "not entitled")) } },
                Outcome::Undetermined if is_certain(decision) => {
                    html! { span aria-hidden="true" { (desk.say("recht, ?", "entitled, ?")) } span.unseen { (open_words(desk, decision)) } }
                }
                Outcome::Undetermined => {
                    html! { span aria-hidden="true" { "?" } span.unseen { (open_words(desk, decision)) } }
                }
                _ => html! { (decision.outline(desk.language)) },
            };
            (kind, text)
        }
    }
}

fn grid<'a>(desk: Desk<'a>, customers: &[Customer<'a>], cells: &[Row<'a>], seen: &Seen<'_>) -> Markup {
    html! {
        div.wide role="region" aria-label=(desk.say("Overzicht", "Overview")) tabindex="0" {
            table.matrix id="rows" {
                thead { tr {
                    th scope="col" { (desk.say("Dienst", "Service")) }
                    @for customer in customers { th scope="col" { a href=(seen.of_customer(desk, *customer)) { (customer.name()) } } }
                } }
                @for (domain, rows) in by_domain(desk, cells) {
                    tbody {
                        tr.domain { th scope="rowgroup" colspan=(customers.len() + 1) { (domain) } }
                        @for (service, row) in rows {
                            tr {
                                th scope="row" { (service.label(desk.language)) }
                                @for (customer, cell) in customers.iter().zip(row) {
                                    @let (kind, text) = outline(desk, cell);
                                    td.(kind) { a href=(seen.address(desk, customer.id(), service.id())) { (text) } }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn rows_of<'a>(desk: Desk<'a>, customer: Customer<'a>, rows: &[&Row<'a>], seen: &Seen<'_>) -> Markup {
    html! {
        table.list.services {
            thead { tr {
                th scope="col" { (desk.say("Dienst", "Service")) }
                th scope="col" { (desk.say("Antwoord", "Answer")) }
                th scope="col" { (desk.say("Tot en met", "Through")) }
            } }
            tbody {
                @for (service, row) in rows {
                    @for cell in row {
                        @let (kind, text) = words(desk, cell);
                        tr {
                            th scope="row" { a href=(seen.address(desk, customer.id(), service.id())) { (service.label(desk.language)) } }
                            td { span.mark.(kind) { (text) } (remark(desk, cell)) }
                            td.day {
                                @match cell.as_ref().map(|decision| decision.holds().until) {
                                    Ok(Some(until)) => (desk.language.day(until)),
                                    Ok(None) => (desk.say("geen einddatum", "no end date")),
                                    Err(_) => {},
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Why there is no answer.
fn remark(desk: Desk<'_>, cell: &Cell<'_>) -> Markup {
    html! {
        @match cell {
            Ok(_) => {}
            Err(error) => { " " span.hint { (quoted(told(error).get(desk.language))) } }
        }
    }
}
