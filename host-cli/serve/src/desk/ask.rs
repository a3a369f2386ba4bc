//! The first page: a question as a form; below it its answer, and the facts on which that depends.

use std::collections::BTreeSet;

use axum::response::Response;
use leidraad::catalogue::{Fact, Service};
use leidraad::{Answer, Decision, Explanation, Note, Outcome, Question, Topic};
use maud::{Markup, html};

use super::form::Form;
use super::sources::linked;
use super::{Desk, made_at_once, page::page as whole};
use crate::asker::Lookup;
use crate::body;
use crate::problem::Problem;
use crate::question::{When, may_be_given};

pub(super) async fn page(lookup: Lookup) -> Result<Response, Problem> {
    answered(&lookup, |desk| Form::of_query(desk, lookup.query.as_deref())).await
}

/// The same of a form with what is personal in it: that stands in no address.
pub(super) async fn page_of_form(lookup: Lookup, body::Form(pairs): body::Form) -> Result<Response, Problem> {
    answered(&lookup, |desk| Ok(Form::of(desk, pairs))).await
}

async fn answered(lookup: &Lookup, read: impl FnOnce(Desk<'_>) -> Result<Form, Problem>) -> Result<Response, Problem> {
    made_at_once(lookup, |desk, answering| {
        let mut form = read(desk)?;
        let is_asked = form.is_set("customer") || form.is_set("service");
        let question = if is_asked { form.question(desk) } else { None };
        let decision = question.as_ref().map(|question| answering.one(question, None)).transpose()?;
        let facts = facts(desk, &form, decision.as_ref());
        let open = form.open_query();
        let main = html! {
            (ask_form(desk, &form, &facts, decision.as_ref()))
            @if let (Some(decision), Some(question)) = (&decision, &question) { (answer(desk, decision, question, &open)) }
            @if !is_asked { (beginnings(desk)) }
        };
        let title = decision
            .as_ref()
            .map(|decision| format!("{}: {}", decision.customer().name(), decision.answer().service().label(desk.language)));
        let title = title.as_deref().unwrap_or(desk.say("Waar heeft een klant recht op?", "What is a customer entitled to?"));
        Ok(whole(desk, title, &open, &main))
    })
    .await
}

/// The facts to ask for: those that were filled in, those on which the answer depends, and of a quota how much is asked for and used.
pub(super) fn facts<'a>(desk: Desk<'a>, form: &Form, decision: Option<&Decision<'_>>) -> Vec<Fact<'a>> {
    let mut wanted: BTreeSet<String> = form.fact_names().collect();
    if let Some(decision) = decision {
        wanted.extend(decision.needs().into_iter().map(str::to_owned));
        if has_quota(decision.answer()) {
            wanted.extend(AMOUNTS.map(str::to_owned));
        }
    }
    let catalogue = desk.policy.catalogue();
    let wanted: BTreeSet<&str> = wanted.iter().filter_map(|name| catalogue.fact(name).ok()).map(Fact::name).collect();
    catalogue.facts().filter(|fact| may_be_given(*fact) && wanted.contains(fact.name())).collect()
}

/// The facts that say how much is asked for, and how much was used.
pub(super) const AMOUNTS: [&str; 2] = ["quantity", "used"];

/// How a form with these facts is sent: what is personal stands in no address.
pub(super) fn method(facts: &[Fact<'_>]) -> &'static str {
    if facts.iter().any(|fact| fact.is_personal()) { "post" } else { "get" }
}

fn has_quota(answer: Answer<'_>) -> bool {
    answer.quota().is_some() || answer.parts().any(has_quota)
}

fn ask_form(desk: Desk<'_>, form: &Form, facts: &[Fact<'_>], decision: Option<&Decision<'_>>) -> Markup {
    let needs: Vec<&str> = decision.map(Decision::needs).unwrap_or_default();
    let unit = desk.policy.catalogue().service(form.text("service")).ok().and_then(Service::unit).map(|unit| unit.label(desk.language));
    let is_dated = form.is_set("known") || form.is_set("proposed") || form.wrong("known").is_some();
    html! {
        form.ask method=(method(facts)) action=(desk.at("#answer", &[])) {
            div.fields {
                (form.customer_field(desk, None))
                (form.service_field(desk))
                (form.day_field("on", desk.say("Op welke dag", "On which day"), None, Some(desk.today)))
            }
            @if !facts.is_empty() {
                fieldset.facts {
                    legend { @if needs.is_empty() { (desk.say("Wat u weet", "What you know")) } @else { (desk.say("Hiervan hangt het af", "It depends on this")) } }
                    @for fact in facts {
                        @let unit = unit.filter(|_| AMOUNTS.contains(&fact.name()));
                        (form.fact_field(desk, *fact, unit))
                    }
                }
            }
            details open[is_dated] {
                summary { (desk.say("Terugkijken of vooruitkijken", "Looking back or ahead")) }
                div.fields {
                    (form.day_field("known", desk.say("Uitgaan van wat bekend was op", "Based on what was known on"), Some(desk.say("Leeg laten: alles wat nu bekend is", "Leave empty to use everything known now")), None))
                    div.field {
                        label.choice { input type="checkbox" name="proposed" value="true" checked[form.is_set("proposed")]; " " (desk.say("Ook voorstellen meetellen", "Include proposals")) }
                    }
                }
            }
            (form.wrong_elsewhere(facts))
            button type="submit" { (desk.say("Toon antwoord", "Show the answer")) }
        }
    }
}

/// The answer: first what it is, then what it costs, why, and until when.
fn answer(desk: Desk<'_>, decision: &Decision<'_>, question: &Question, open: &str) -> Markup {
    let is_refused = decision.outcome() == Outcome::Refused;
    let may_explain = desk.may_explain();
    let mut outlook = desk.policy.outlook(decision);
    outlook.why_not = outlook.why_not.filter(|_| may_explain);
    let mut explanation = decision.explain_with(&outlook, desk.language);
    if is_refused
        && may_explain
        && let Some(why_not) = outlook.why_not.or_else(|| desk.policy.why_not(question, None).ok().flatten())
    {
        let known: BTreeSet<Topic> = explanation.notes.iter().map(|note| note.topic).collect();
        explanation.notes.extend(why_not.notes(desk.language).into_iter().filter(|note| !known.contains(&note.topic)));
    }
    let kind = decision.outcome().word();
    // Of a refusal, one wants to know at once what would have to be different.
    let is_detail = move |note: &Note| note.detail && !(is_refused && [Topic::Would, Topic::Later].contains(&note.topic));
    // What is needed the form asks for; which register answered stands at the foot.
    let is_told = |note: &&Note| ![Topic::Needed, Topic::Register].contains(&note.topic);
    let of = |detail: bool| explanation.notes.iter().filter(is_told).filter(move |note| is_detail(note) == detail);
    let customer = decision.customer();
    let when = When { on: Some(question.on), known: question.known, proposed: question.proposed };
    let all_of = desk.at_when(&format!("/customers/{}", customer.id()), &[], when);
    html! {
        section.answer.(kind) aria-labelledby="answer" {
            h2 id="answer" { (explanation.headline) }
            @if let Some(known) = question.known.filter(|known| *known > desk.today) {
                p.note {
                    (desk.language.day(known)) (desk.say(" is nog niet geweest: wat tot dan besloten wordt, staat nog niet in het register.", " has not come yet: what is decided until then is not in the register."))
                }
            }
            dl { @for note in of(false) { (noted(desk, note, decision)) } }
            @if of(true).next().is_some() {
                details {
                    summary { (desk.say("Meer hierover", "More about this")) }
                    dl { @for note in of(true) { (noted(desk, note, decision)) } }
                }
            }
            (reply(desk, &explanation))
            ul.ways {
                li { a href=(desk.at(&format!("/timeline{open}"), &[])) { (desk.say("Verloop in de tijd", "Timeline")) } }
                li { a href=(all_of) { (desk.say("Alle diensten van ", "All services for ")) (customer.name()) } }
            }
        }
    }
}

fn noted(desk: Desk<'_>, note: &Note, decision: &Decision<'_>) -> Markup {
    html! {
        dt { (note.label) }
        dd {
            @if note.topic == Topic::Why && decision.answer().reasons().next().is_some() {
                (reasons(desk, decision.answer()))
            } @else {
                @for line in &note.lines { div { (line.trim_start()) } }
            }
        }
    }
}

/// Why, with links to the rules and to the law.
fn reasons(desk: Desk<'_>, answer: Answer<'_>) -> Markup {
    html! {
        ul.reasons {
            @for reason in answer.reasons() {
                li {
                    (super::rule::leading_to(desk, reason.key(), reason.text(desk.language).unwrap_or(reason.key())))
                    @if let Some(reference) = reason.reference() { " — " (linked(&reference)) }
                    @let version = reason.version();
                    @if version.is_proposed() { div.hint { (desk.say("een voorstel, nog niet besloten", "a proposal, not decided yet")) } }
                    @else if let Some(decided) = version.decided() {
                        div.hint {
                            (desk.say("besloten op ", "decided on ")) (desk.language.day(decided))
                            @if let Some(by) = version.decided_by(desk.language) { (desk.say(" door ", " by ")) (by) }
                            @if let Some(from) = reason.from() { (desk.say("; van kracht vanaf ", "; in force from ")) (desk.language.day(from)) }
                        }
                    }
                }
            }
        }
    }
}

/// The answer as a text for the customer.
fn reply(desk: Desk<'_>, explanation: &Explanation) -> Markup {
    html! {
        details.reply {
            summary { (desk.say("Tekst voor de klant", "A text for the customer")) }
            label for="reply" { (desk.say("Kopieer deze tekst", "Copy this text")) }
            textarea id="reply" readonly rows="6" data-copy=(desk.say("Kopieer", "Copy")) data-copied=(desk.say("Gekopieerd", "Copied")) { (explanation.reply()) }
        }
    }
}

/// Where to begin, for whoever comes in.
fn beginnings(desk: Desk<'_>) -> Markup {
    html! {
        section aria-labelledby="customers" {
            h2 id="customers" { (desk.say("Of kijk bij een klant", "Or look at a customer")) }
            ul.cards {
                @for customer in desk.customers() {
                    li { a href=(desk.at(&format!("/customers/{}", customer.id()), &[])) { (customer.name()) } }
                }
            }
        }
    }
}
