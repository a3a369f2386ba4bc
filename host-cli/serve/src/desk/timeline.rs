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
    drawn(&lookup, |desk| Form::of_query(desk, lookup.query.as_deref())).await
}

/// The same of a form with what is personal in it.
pub(super) async fn page_of_form(lookup: Lookup, body::Form(pairs): body::Form) -> Result<Response, Problem> {
    drawn(&lookup, |desk| Ok(Form::of(desk, pairs))).await
}

async fn drawn(lookup: &Lookup, read: impl FnOnce(Desk<'_>) -> Result<Form, Problem>) -> Result<Response, Problem> {
    made(lookup, Scope::Ask, |desk| {
        let mut form = read(desk)?;
        // How much is asked for and was used is so on one day, not on all of them.
        let is_less = form.leave_out(&ask::AMOUNTS);
        let policy = desk.policy;
        let question = if form.is_set("customer") || form.is_set("service") { form.question(desk) } else { None };
        let here = format!("/timeline{}", form.open_query());
        let title = desk.say("Verloop in de tijd", "Timeline");
        let Some(question) = question else {
            let facts = ask::facts(desk, &form, None);
            return Ok(whole(desk, title, &here, &asked(desk, &form, &facts)));
        };
        let timeline = policy.timeline(&question).map_err(|error| refused(policy, &question, &error))?;
        let decision = policy.decide(&question).ok();
        let facts: Vec<Fact<'_>> = ask::facts(desk, &form, decision.as_ref()).into_iter().filter(|fact| !ask::AMOUNTS.contains(&fact.name())).collect();
        let catalogue = policy.catalogue();
        let (customer, service) = (catalogue.customer(&question.customer), catalogue.service(&question.service));
        let names = (customer.map_or("", |customer| customer.name()), service.map_or("", |service| service.label(desk.language)));
        let main = html! {
            (asked(desk, &form, &facts))
            section {
                h2 { (names.0) " · " (names.1) }
                @if is_less {
                    p.note { (desk.say("Hoeveel er wordt gevraagd en al is gebruikt, telt hier niet mee: dat is elke dag anders.", "How much is asked for and was used plays no part here: that differs from day to day.")) }
                }
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
            (form.kept(&["known", "proposed"]))
            (form.wrong_elsewhere(facts))
            button type="submit" { (desk.say("Toon", "Show")) }
        }
    }
}

/// How long a stretch is drawn: what goes on for ever, as a year more than up to today.
fn length(days: Span, today: Date) -> i64 {
    match (days.from, days.until) {
        (Some(from), Some(until)) => between(from, until).clamp(30, 3_650),
        (Some(from), None) => between(from, today).clamp(0, 3_650) + 365,
        (None, Some(until)) => between(today, until).clamp(0, 3_650) + 365,
        (None, None) => 730,
    }
}

fn between(early: Date, late: Date) -> i64 {
    i64::from((late - early).get_days())
}

/// How far a day stands in a stretch that is drawn so wide; where it has one end, counted from there.
fn offset(day: Date, days: Span, width: i64) -> i64 {
    match (days.from, days.until) {
        (Some(from), Some(until)) => between(from, day) * width / between(from, until).max(1),
        (Some(from), None) => between(from, day).min(width),
        (None, Some(until)) => width - between(day, until).min(width),
        (None, None) => width / 2,
    }
}

/// A stretch as it is drawn: where, how wide, in days.
struct Drawn<'t> {
    x: i64,
    width: i64,
    period: &'t Period<'t>,
}

fn picture(desk: Desk<'_>, timeline: &Timeline<'_>) -> Markup {
    let mut x = 0;
    let drawn: Vec<Drawn<'_>> = timeline
        .periods()
        .iter()
        .map(|period| {
            let width = length(period.days(), desk.today);
            x += width;
            Drawn { x: x - width, width, period }
        })
        .collect();
    let whole = x.max(1);
    let percent = |days: i64| format!("{}.{:02}%", days * 100 / whole, days * 10_000 / whole % 100);
    let now = drawn
        .iter()
        .find(|drawn| drawn.period.days().contains(desk.today))
        .map(|Drawn { x, width, period }| x + offset(desk.today, period.days(), *width));
    html! {
        svg.timeline role="img" aria-label=(desk.say("Het antwoord in de loop van de tijd; de tabel hieronder zegt hetzelfde", "The answer over time; the table below says the same")) width="100%" height="94" {
            @for Drawn { x, width, period } in &drawn {
                svg x=(percent(*x)) width=(percent(*width)) height="94" {
                    rect.(period.outcome().word()) x="0" y="18" width="100%" height="48" rx="4" {}
                    // What does not fit is left to the table: words that are cut off say something else.
                    @if width * 100 / whole >= 16 { text x="8" y="48" { (timeline.outline(period, desk.language)) } }
                    @if width * 100 / whole >= 8 { @if let Some(from) = period.days().from { text.day x="2" y="86" { (desk.day(from)) } } }
                    title { (stretch(desk, period.days())) ": " (timeline.outline(period, desk.language)) }
                }
            }
            @if let Some(now) = now {
                line.today x1=(percent(now)) x2=(percent(now)) y1="15" y2="32" {}
                text.day x=(percent(now)) y="12" text-anchor=(if now * 10 > whole * 9 { "end" } else if now * 10 < whole { "start" } else { "middle" }) { (desk.say("vandaag", "today")) }
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

/// Why an answer is what it is, in short: the same answer may rest on one thing first, and on another later.
fn why(desk: Desk<'_>, timeline: &Timeline<'_>, period: &Period<'_>) -> Markup {
    let texts = |answer: Answer<'_>| -> Vec<String> {
        answer.reasons().map(|reason| reason.text(desk.language).unwrap_or(reason.key()).to_owned()).collect()
    };
    let first = texts(timeline.answer(period));
    let last = last_day(desk, period.days()).and_then(|day| timeline.grounds(period).find(|(days, _)| days.contains(day)));
    let later = last.map(|(_, answer)| texts(answer)).filter(|last| *last != first && !last.is_empty());
    html! {
        @if later.is_some() { div.hint { (desk.say("eerst", "at first")) } }
        @for text in &first { div { (text) } }
        @if let Some(later) = &later { div.hint { (desk.say("later", "later")) } @for text in later { div { (text) } } }
        @if first.is_empty() {
            @match period.outcome() {
                Outcome::Refused => (desk.say("Hierover is niets afgesproken.", "Nothing has been agreed about this.")),
                Outcome::Undetermined => (desk.say("Er is nog iets nodig om te antwoorden.", "More information is needed.")),
                _ => {},
            }
        }
    }
}

/// The last day of a stretch; of one that goes on, today.
fn last_day(desk: Desk<'_>, days: Span) -> Option<Date> {
    days.until.or_else(|| Some(desk.today).filter(|today| days.from.is_none_or(|from| from < *today)))
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
                    @let is_now = period.days().contains(desk.today);
                    tr aria-current=[is_now.then_some("date")] {
                        th scope="row" {
                            @let on = period.days().from.or(period.days().until).map(|day| day.to_string()).unwrap_or_default();
                            a href=(format!("{}{}", desk.at("", &[]), form.open_query_with("on", &on))) { (stretch(desk, period.days())) }
                            @if is_now { div.hint { (desk.say("vandaag", "today")) } }
                        }
                        td { span.mark.(period.outcome().word()) { (timeline.outline(period, desk.language)) } }
                        td { (why(desk, timeline, period)) }
                    }
                }
            }
        }
    }
}
