//! A rule or an option: what it says and rests on, whom it concerns, which scenarios cover it, which decisions it made.

use axum::extract::Path;
use axum::response::Response;
use leidraad::catalogue::Version;
use leidraad::{Answer, Question, Reason, Scenario, both};
use leidraad_live::Current;
use leidraad_log::{Index, Recorded, Wanted};
use maud::{Markup, html};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::sources::linked;
use super::{Desk, made, page::page as whole};
use crate::access::Scope;
use crate::asker::Lookup;
use crate::problem::Problem;

/// So many decisions of a log are shown.
const SHOWN: usize = 20;

/// The address of a rule, by its key.
pub(super) fn address(desk: Desk<'_>, key: &str) -> String {
    desk.at(&path(key), &[])
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
        let (of, key) = (format!("{set}@{version}"), format!("{set}@{version}#{id}"));
        let nothing = || Problem::not_found(both!("there is no rule of this name", "er is geen regel met deze naam"));
        let own = desk.policy.catalogue().versions().find(|own| own.key() == of).ok_or_else(nothing)?;
        let place = place(desk.policy, &key).ok_or_else(nothing)?;
        let (concerned, scenarios) = (concerned(desk, &key)?, covering(desk, &key));
        let words = words(desk, &concerned, &scenarios, &key);
        let main = html! {
            @if let Some((text, reference)) = &words {
                @if let Some(text) = text { p.lead { (text) } }
                @if let Some(reference) = reference { p { (desk.say("Bron: ", "Source: ")) (linked(reference)) } }
            }
            (version_of(desk, own, &key, &place))
            (cells(desk, &concerned))
            (told(desk, &scenarios))
            @if desk.asker.may(Scope::Log).is_ok() { (decisions(desk, &key)) }
        };
        Ok(whole(desk, &key, &path(&key), &main))
    })
    .await
}

/// The file and line of a rule or an option; `None` if there is none.
fn place(policy: &Current, key: &str) -> Option<String> {
    let coverage = policy.coverage(policy.sources(), std::iter::empty::<&Question>());
    let rule = coverage.rules.iter().find(|rule| rule.rule == key).map(|rule| format!("{}:{}", rule.file, rule.line));
    rule.or_else(|| coverage.options.iter().find(|option| option.option == key).map(|option| format!("{}:{}", option.file, option.line)))
}

/// The reasons of an answer and its parts.
fn any_reason<T>(answer: Answer<'_>, find: &mut dyn FnMut(Reason<'_>) -> Option<T>) -> Option<T> {
    for reason in answer.reasons() {
        if let Some(found) = find(reason) {
            return Some(found);
        }
    }
    answer.parts().find_map(|part| any_reason(part, find))
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
            if decided.is_ok_and(|decision| any_reason(decision.answer(), &mut |reason| (reason.key() == key).then_some(())).is_some()) {
                found.push(question);
            }
        }
    }
    Ok(found)
}

fn covering<'a>(desk: Desk<'a>, key: &str) -> Vec<Scenario<'a>> {
    let covers = |scenario: &Scenario<'_>| {
        let question = scenario.question();
        let sees = desk.policy.catalogue().customer(&question.customer).is_ok_and(|customer| desk.asker.sees(customer.id()));
        sees && desk
            .policy
            .decide(question)
            .is_ok_and(|decision| any_reason(decision.answer(), &mut |reason| (reason.key() == key).then_some(())).is_some())
    };
    desk.policy.scenarios().filter(covers).collect()
}

/// What a rule says and rests on, as an answer that it made tells it.
fn words(desk: Desk<'_>, concerned: &[Question], scenarios: &[Scenario<'_>], key: &str) -> Option<(Option<String>, Option<String>)> {
    let questions = concerned.iter().chain(scenarios.iter().map(leidraad::Scenario::question));
    questions.into_iter().find_map(|question| of(desk, question, key))
}

fn of(desk: Desk<'_>, question: &Question, key: &str) -> Option<(Option<String>, Option<String>)> {
    let decision = desk.policy.decide(question).ok()?;
    any_reason(decision.answer(), &mut |reason| {
        (reason.key() == key).then(|| (reason.text(desk.language).map(str::to_owned), reason.reference()))
    })
}

fn version_of(desk: Desk<'_>, version: Version<'_>, key: &str, place: &str) -> Markup {
    html! {
        dl {
            dt { (desk.say("Uit", "From")) } dd { (version.title(desk.language).unwrap_or(version.key())) }
            @if let Some(decided) = version.decided() {
                dt { (desk.say("Besloten", "Decided")) }
                dd { (desk.language.day(decided)) @if let Some(by) = version.decided_by(desk.language) { ", " (by) } }
            }
            @if version.is_proposed() { dt { (desk.say("Stand", "State")) } dd { (desk.say("nog een voorstel", "still a proposal")) } }
            dt { (desk.say("Regel", "Rule")) } dd { code { (key) } }
            dt { (desk.say("Bestand", "File")) } dd { code { (place) } }
        }
    }
}

fn cells(desk: Desk<'_>, concerned: &[Question]) -> Markup {
    let catalogue = desk.policy.catalogue();
    html! {
        section {
            h2 { (desk.say("Voor wie, vandaag", "For whom, today")) }
            @if concerned.is_empty() {
                p { (desk.say("Zonder meer voor niemand: alleen op andere dagen, of als er meer bekend is.", "For nobody as such: only on other days, or when more is known.")) }
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
            h2 { (desk.say("Scenario’s", "Scenarios")) }
            @if scenarios.is_empty() { p { (desk.say("Geen scenario raakt deze regel.", "No scenario touches this rule.")) } }
            ul { @for scenario in scenarios { li { (scenario.title(desk.language).unwrap_or(scenario.id())) } } }
        }
    }
}

/// The last decisions that it made.
fn decisions(desk: Desk<'_>, key: &str) -> Markup {
    let Some(log) = &desk.shared.service.log else { return html! {} };
    let wanted = Wanted { rule: Some(key.to_owned()), ..Wanted::default() };
    let found = Index::open(log.folder()).and_then(|index| index.find(&wanted, SHOWN));
    let row = |line: &str| {
        let recorded = Recorded::read(line.as_bytes())?;
        let question: leidraad::Question = serde_json::from_str(recorded.question?.get()).ok()?;
        desk.asker.sees(&question.customer).then(|| html! {
            tr { td { (recorded.at) } td { (recorded.actor) } td { (question.customer) } td { (question.service) } td { (recorded.result) } }
        })
    };
    html! {
        section {
            h2 { (desk.say("Besluiten", "Decisions")) }
            @match found {
                Err(error) => p.error { (error.message(desk.language)) },
                Ok(found) if found.is_empty() => p { (desk.say("Nog geen.", "None yet.")) },
                Ok(found) => div.wide role="region" aria-label=(desk.say("Besluiten", "Decisions")) tabindex="0" {
                    table.list {
                        thead { tr {
                            th scope="col" { (desk.say("Wanneer", "When")) }
                            th scope="col" { (desk.say("Wie vroeg", "Who asked")) }
                            th scope="col" { (desk.say("Klant", "Customer")) }
                            th scope="col" { (desk.say("Dienst", "Service")) }
                            th scope="col" { (desk.say("Uitkomst", "Outcome")) }
                        } }
                        tbody { @for found in &found { @if let Some(row) = row(&found.line) { (row) } } }
                    }
                },
            }
        }
    }
}
