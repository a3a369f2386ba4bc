//! A rule or an option: what it says and rests on, whom it concerns, which scenarios cover it, which answers it made.

use axum::extract::Path;
use axum::response::Response;
use leidraad::catalogue::Rule;
use leidraad::{Answer, Question, Scenario, both};
use leidraad_live::Current;
use leidraad_log::{Found, Index, Log, LogError, Recorded, Wanted};
use maud::{Markup, html};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::form::capital;
use super::sources::linked;
use super::tables::OUTCOMES;
use super::timeline::stretch;
use super::{Desk, made, page::page as whole};
use crate::access::Scope;
use crate::asker::Lookup;
use crate::problem::Problem;

/// So many answers of a log are shown.
const SHOWN: usize = 20;

/// A text that leads to the page of a rule, by its key: for whoever may see that.
pub(super) fn leading_to(desk: Desk<'_>, key: &str, text: &str) -> Markup {
    html! { @if desk.may_explain() { a href=(desk.at(&path(key), &[])) { (text) } } @else { (text) } }
}

/// The path of its page, by its key `set@version#id`.
fn path(key: &str) -> String {
    let (version, id) = key.split_once('#').unwrap_or((key, ""));
    let (set, version) = version.split_once('@').unwrap_or((version, ""));
    let [set, version, id] = [set, version, id].map(|part| utf8_percent_encode(part, NON_ALPHANUMERIC).to_string());
    format!("/rules/{set}/{version}/{id}")
}

pub(super) async fn page(lookup: Lookup, Path((_, set, version, id)): Path<(String, String, String, String)>) -> Result<Response, Problem> {
    made(&lookup, Scope::Explain, |desk| {
        let key = format!("{set}@{version}#{id}");
        let found = desk.policy.catalogue().rules().find(|rule| rule.key() == key && desk.asker.sees_any(rule.customers()));
        let rule = found.ok_or_else(|| Problem::not_found(both!("there is no rule of this name", "er is geen regel met deze naam")))?;
        let text = rule.text(desk.language);
        let main = html! {
            (about(desk, rule))
            (cells(desk, &concerned(desk, &key)?, rule.version().is_proposed()))
            (told(desk, &covering(desk, &key)?))
            @if desk.asker.may(Scope::Log).is_ok() { (answers(desk, &key)) }
        };
        Ok(whole(desk, &text.map_or(key.clone(), capital), &path(&key), &main))
    })
    .await
}

/// The file and line of a rule or an option.
fn place(policy: &Current, key: &str) -> Option<String> {
    let coverage = policy.coverage(policy.sources(), std::iter::empty::<&Question>());
    let rule = coverage.rules.iter().find(|rule| rule.rule == key).map(|rule| format!("{}:{}", rule.file, rule.line));
    rule.or_else(|| coverage.options.iter().find(|option| option.option == key).map(|option| format!("{}:{}", option.file, option.line)))
}

/// Whether a rule or an option made or shaped an answer, or that about a part of it.
fn made_by(answer: Answer<'_>, key: &str) -> bool {
    answer.reasons().any(|reason| reason.key() == key) || answer.parts().any(|part| made_by(part, key))
}

/// The questions, about today, whose answers it makes or shapes.
fn concerned(desk: Desk<'_>, key: &str) -> Result<Vec<Question>, Problem> {
    let catalogue = desk.policy.catalogue();
    let batch = desk.policy.batch();
    let mut found = Vec::new();
    for customer in desk.customers() {
        for service in catalogue.services() {
            desk.asker.in_time()?;
            let question = Question::new(customer.id(), service.id(), desk.today);
            let decided = batch.decide(&question);
            if decided.is_ok_and(|decision| made_by(decision.answer(), key)) {
                found.push(question);
            }
        }
    }
    Ok(found)
}

fn covering<'a>(desk: Desk<'a>, key: &str) -> Result<Vec<Scenario<'a>>, Problem> {
    let mut found = Vec::new();
    for scenario in desk.policy.scenarios() {
        desk.asker.in_time()?;
        let question = scenario.question();
        if desk.asker.customer(desk.policy, &question.customer).is_ok()
            && desk.policy.decide(question).is_ok_and(|decision| made_by(decision.answer(), key))
        {
            found.push(scenario);
        }
    }
    Ok(found)
}

fn about(desk: Desk<'_>, rule: Rule<'_>) -> Markup {
    let version = rule.version();
    html! {
        dl {
            @if let Some(reference) = rule.reference() { dt { (desk.say("Bron", "Source")) } dd { (linked(&reference)) } }
            dt { (desk.say("Onderdeel van", "Part of")) } dd { (version.title(desk.language).unwrap_or(version.key())) }
            @if let Some(decided) = version.decided() {
                dt { (desk.say("Besloten", "Decided")) }
                dd { (desk.language.day(decided)) @if let Some(by) = version.decided_by(desk.language) { ", " (by) } }
            }
            dt { (desk.say("Van kracht", "In force")) } dd { (stretch(desk, rule.days())) }
            @if version.is_proposed() { dt { (desk.say("Status", "Status")) } dd { (desk.say("nog een voorstel", "still a proposal")) } }
        }
        details {
            summary { (desk.say("Voor beheerders", "For administrators")) }
            dl {
                dt { @if rule.is_option() { (desk.say("Optie", "Option")) } @else { (desk.say("Regel", "Rule")) } } dd { code { (rule.key()) } }
                @if let Some(place) = place(desk.policy, rule.key()) { dt { (desk.say("Bestand", "File")) } dd { code { (place) } } }
            }
        }
    }
}

fn cells(desk: Desk<'_>, concerned: &[Question], is_proposed: bool) -> Markup {
    let catalogue = desk.policy.catalogue();
    html! {
        section {
            h2 { (desk.say("Geldt vandaag voor", "Applies today to")) }
            @if concerned.is_empty() && is_proposed {
                p { (desk.say("Voor niemand: dit is een voorstel, dat pas geldt als het is vastgesteld.", "To nobody: this is a proposal, which applies only once it is adopted.")) }
            } @else if concerned.is_empty() {
                p { (desk.say("Vandaag voor niemand zonder extra gegevens. Op een andere dag, of met meer gegevens, kan deze regel wel gelden.", "Today to nobody without further details. It may apply on another day, or once more is known.")) }
            }
            ul { @for question in concerned { li {
                a href=(desk.at("", &[("customer", &question.customer), ("service", &question.service)])) {
                    (catalogue.customer(&question.customer).map_or("", |customer| customer.name())) " · "
                    (catalogue.service(&question.service).map_or("", |service| service.label(desk.language)))
                }
            } } }
        }
    }
}

fn told(desk: Desk<'_>, scenarios: &[Scenario<'_>]) -> Markup {
    html! {
        section {
            h2 { (desk.say("Gecontroleerde voorbeelden", "Tested examples")) }
            @if scenarios.is_empty() { p { (desk.say("Geen voorbeeld raakt deze regel.", "No example touches this rule.")) } }
            ul { @for scenario in scenarios { li { (scenario.title(desk.language).unwrap_or(scenario.id())) } } }
        }
    }
}

/// The last answers that it made, as the log has them.
fn answers(desk: Desk<'_>, key: &str) -> Markup {
    let Some(log) = &desk.shared.service.log else { return html! {} };
    let title = desk.say("Laatste antwoorden", "Latest answers");
    html! {
        section {
            h2 { (title) }
            @match logged(desk, log, key) {
                Err(error) => p.error { (error.message(desk.language)) },
                Ok(found) if found.is_empty() => p { (desk.say("Nog geen.", "None yet.")) },
                Ok(found) => div.wide role="region" aria-label=(title) tabindex="0" {
                    table.list {
                        thead { tr {
                            th scope="col" { (desk.say("Wanneer", "When")) }
                            th scope="col" { (desk.say("Wie vroeg", "Who asked")) }
                            th scope="col" { (desk.say("Klant", "Customer")) }
                            th scope="col" { (desk.say("Dienst", "Service")) }
                            th scope="col" { (desk.say("Antwoord", "Answer")) }
                        } }
                        tbody { @for found in &found { @if let Some(recorded) = Recorded::read(found.line.as_bytes()) { (row(desk, &recorded)) } } }
                    }
                },
            }
        }
    }
}

/// The lines of a log about the customers who may be seen, the newest first.
fn logged(desk: Desk<'_>, log: &Log, key: &str) -> Result<Vec<Found>, LogError> {
    let index = Index::open(log.folder())?;
    let all = Wanted { rule: Some(key.to_owned()), ..Wanted::default() };
    let Some(customers) = &desk.asker.who.customers else { return index.find(&all, SHOWN) };
    let mut found = Vec::new();
    for customer in customers {
        found.extend(index.find(&Wanted { customer: Some(customer.clone()), ..all.clone() }, SHOWN)?);
    }
    found.sort_by_key(|found| std::cmp::Reverse(found.n));
    found.truncate(SHOWN);
    Ok(found)
}

fn row(desk: Desk<'_>, recorded: &Recorded<'_>) -> Markup {
    let catalogue = desk.policy.catalogue();
    let question = recorded.question.and_then(|question| serde_json::from_str::<Question>(question.get()).ok());
    let customer = question.map(|question| question.customer).unwrap_or_default();
    let service = catalogue.service(&recorded.object).map_or(&*recorded.object, |service| service.label(desk.language));
    // Who sees some customers alone does not see who else asks.
    let is_own = desk.asker.who.customers.is_none() || recorded.actor == desk.asker.who.name;
    let outcome = OUTCOMES.into_iter().find(|outcome| outcome.word() == recorded.result);
    let outcome = outcome.map_or(desk.say("geen antwoord", "no answer"), |outcome| desk.outcome(outcome));
    html! {
        tr {
            td { (desk.moment(recorded.at)) }
            td { @if recorded.actor == "loopback" { (desk.say("deze computer", "this computer")) } @else if is_own { (recorded.actor) } @else { (desk.say("een ander", "somebody else")) } }
            td { (catalogue.customer(&customer).map_or(customer.as_str(), leidraad::catalogue::Customer::name)) }
            td { (service) }
            td { (outcome) }
        }
    }
}
