//! The answer of a question along all days: as a picture, and as a table for whoever does not see it.

use axum::response::Response;
use leidraad::catalogue::{Fact, Span};
use leidraad::{Answer, Date, Outcome, Period, Timeline};
use maud::{Markup, html};

use super::form::Form;
use super::{Desk, ask, made, page::page as whole};
use crate::access::Scope;
use crate::asker::Lookup;
use crate::body;
use crate::problem::Problem;
use crate::question::refused;

pub(super) async fn page(lookup: Lookup) -> Result<Response, Problem> {
    drawn(&lookup, Form::of_query(lookup.query.as_deref())).await
}

/// The same of a form with what is personal in it.
pub(super) async fn page_of_form(lookup: Lookup, body::Form(pairs): body::Form) -> Result<Response, Problem> {
    drawn(&lookup, Form::of(pairs)).await
}

async fn drawn(lookup: &Lookup, mut form: Form) -> Result<Response, Problem> {
    made(lookup, Scope::Ask, |desk| {
        let policy = desk.policy;
        let question = if form.is_set("customer") || form.is_set("service") { form.question(desk) } else { None };
        let here = format!("/timeline{}", form.open_query(desk));
        let title = desk.say("Verloop in de tijd", "Over time");
        let Some(question) = question else {
            let facts = ask::facts(desk, &form, None);
            return Ok(whole(desk, title, &here, &asked(desk, &form, &facts)));
        };
        let timeline = policy.timeline(&question).map_err(|error| refused(policy, &question, &error))?;
        let decision = policy.decide(&question).ok();
        let facts = ask::facts(desk, &form, decision.as_ref());
        let catalogue = policy.catalogue();
        let (customer, service) = (catalogue.customer(&question.customer), catalogue.service(&question.service));
        let names = (customer.map_or("", |customer| customer.name()), service.map_or("", |service| service.label(desk.language)));
        let main = html! {
            (asked(desk, &form, &facts))
            section {
                h2 { (names.0) " · " (names.1) }
                (picture(desk, &timeline))
                (table(desk, &timeline, &form))
                @if !timeline.is_whole() {
                    p.note { (desk.say("Er zijn meer dagen waarop het antwoord verandert dan hier staan.", "There are more days on which the answer changes than are shown here.")) }
                }
            }
        };
        Ok(whole(desk, title, &here, &main))
    })
    .await
}

fn asked(desk: Desk<'_>, form: &Form, facts: &[Fact<'_>]) -> Markup {
    html! {
        form.ask method=(ask::method(facts)) action=(desk.at("/timeline", &[])) {
            div.fields { (form.customer_field(desk, None)) (form.service_field(desk)) }
            @if !facts.is_empty() {
                fieldset.facts {
                    legend { (desk.say("Wat u weet", "What you know")) }
                    @for fact in facts { (form.fact_field(desk, *fact, None)) }
                }
            }
            @for name in ["known", "proposed"] {
                @if form.is_set(name) { input type="hidden" name=(name) value=(form.text(name)); }
            }
            (form.wrong_elsewhere(facts))
            button type="submit" { (desk.say("Toon", "Show")) }
        }
    }
}

/// How long a stretch is drawn: what goes on for ever, as long as a year.
fn length(days: Span) -> i32 {
    match (days.from, days.until) {
        (Some(from), Some(until)) => (until - from).get_days().saturating_add(1).clamp(30, 3_660),
        _ => 365,
    }
}

/// A stretch as it is drawn: where, how wide, in days.
struct Drawn<'t> {
    x: i32,
    width: i32,
    period: &'t Period<'t>,
}

fn picture(desk: Desk<'_>, timeline: &Timeline<'_>) -> Markup {
    let mut x = 0;
    let drawn: Vec<Drawn<'_>> = timeline
        .periods()
        .iter()
        .map(|period| {
            let width = length(period.days());
            x += width;
            Drawn { x: x - width, width, period }
        })
        .collect();
    let whole = x.max(1);
    let percent = |days: i32| format!("{}.{:02}%", days * 100 / whole, days * 10_000 / whole % 100);
    html! {
        svg.timeline role="img" aria-label=(desk.say("Het antwoord in de loop van de tijd; de tabel hieronder zegt hetzelfde", "The answer over time; the table below says the same")) width="100%" height="76" {
            @for Drawn { x, width, period } in &drawn {
                svg x=(percent(*x)) width=(percent(*width)) height="76" {
                    rect.(period.outcome().word()) x="0" y="0" width="100%" height="48" rx="4" {}
                    text x="8" y="30" { (timeline.outline(period, desk.language)) }
                    @if let Some(from) = period.days().from { text.day x="2" y="68" { (desk.day(from)) } }
                    title { (stretch(desk, period.days())) ": " (timeline.outline(period, desk.language)) }
                }
            }
        }
    }
}

/// Days in words.
pub(super) fn stretch(desk: Desk<'_>, days: Span) -> String {
    let day = |day: Date| desk.language.day(day);
    match (days.from, days.until) {
        (None, None) => desk.say("altijd", "always").to_owned(),
        (Some(from), None) => format!("{} {}", desk.say("vanaf", "from"), day(from)),
        (None, Some(until)) => format!("{} {}", desk.say("tot en met", "through"), day(until)),
        (Some(from), Some(until)) => format!("{} {} {}", day(from), desk.say("tot en met", "through"), day(until)),
    }
}

/// Why an answer is what it is, in short.
fn why(desk: Desk<'_>, answer: Answer<'_>, outcome: Outcome) -> Markup {
    html! {
        @for reason in answer.reasons() { div { (reason.text(desk.language).unwrap_or(reason.key())) } }
        @if answer.reasons().next().is_none() {
            @match outcome {
                Outcome::Refused => (desk.say("Geen regel kent dit toe.", "No rule grants this.")),
                Outcome::Undetermined => (desk.say("Er moet nog iets gevraagd worden.", "Something is still to be asked.")),
                _ => {},
            }
        }
    }
}

fn table(desk: Desk<'_>, timeline: &Timeline<'_>, form: &Form) -> Markup {
    html! {
        table.list {
            thead { tr {
                th scope="col" { (desk.say("Wanneer", "When")) }
                th scope="col" { (desk.say("Antwoord", "Answer")) }
                th scope="col" { (desk.say("Waarom", "Why")) }
            } }
            tbody {
                @for period in timeline.periods() {
                    tr {
                        th scope="row" {
                            @let on = period.days().from.or(period.days().until).map(|day| day.to_string()).unwrap_or_default();
                            a href=(format!("{}{}", desk.at("", &[]), form.open_query_on(desk, &on))) { (stretch(desk, period.days())) }
                        }
                        td { span.mark.(period.outcome().word()) { (timeline.outline(period, desk.language)) } }
                        td { (why(desk, timeline.answer(period), period.outcome())) }
                    }
                }
            }
        }
    }
}
