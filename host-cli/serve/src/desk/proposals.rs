//! Proposals: what each would change, exactly, and whose consent it waits for.

use axum::extract::Path;
use axum::response::Response;
use leidraad::catalogue::{Span, Version};
use leidraad::{DifferenceRecord, Policy, View, both};
use maud::{Markup, html};

use super::{Desk, made, page::page, timeline::stretch};
use crate::access::Scope;
use crate::asker::Lookup;
use crate::problem::Problem;

pub(super) async fn all(lookup: Lookup) -> Result<Response, Problem> {
    made(&lookup, Scope::Ask, |desk| {
        let proposals = proposals(desk);
        let main = html! {
            @if proposals.is_empty() { p { (desk.say("Er liggen geen voorstellen.", "There are no proposals.")) } }
            @for version in proposals {
                section.card {
                    h2 {
                        @if desk.may_explain() { a href=(desk.at(&path(version.key()), &[])) { (title(desk, version)) } }
                        @else { (title(desk, version)) }
                    }
                    (about(desk, version))
                }
            }
        };
        Ok(page(desk, desk.say("Voorstellen", "Proposals"), "/proposals", &main))
    })
    .await
}

pub(super) async fn one(lookup: Lookup, Path((_, set, version)): Path<(String, String, String)>) -> Result<Response, Problem> {
    made(&lookup, Scope::Explain, |desk| {
        let key = format!("{set}@{version}");
        let found = proposals(desk).into_iter().find(|own| own.key() == key);
        let proposal =
            found.ok_or_else(|| Problem::not_found(both!("there is no proposal of this name", "er is geen voorstel met deze naam")))?;
        let records = differences(desk, &key)?;
        let main = html! { (about(desk, proposal)) (regions(desk, &records)) };
        Ok(page(desk, title(desk, proposal), &path(&key), &main))
    })
    .await
}

/// The proposals that have something about a customer who may be seen.
fn proposals(desk: Desk<'_>) -> Vec<Version<'_>> {
    let seen = desk.asker.versions(desk.policy);
    let is_seen = |version: &Version<'_>| seen.as_ref().is_none_or(|seen| seen.contains(version.key()));
    desk.policy.catalogue().versions().filter(|version| version.is_proposed() && is_seen(version)).collect()
}

/// The path of a proposal's page, by its key `set@version`.
fn path(key: &str) -> String {
    let (set, version) = key.split_once('@').unwrap_or((key, ""));
    format!("/proposals/{set}/{version}")
}

fn title<'p>(desk: Desk<'_>, version: Version<'p>) -> &'p str {
    version.title(desk.language).unwrap_or(version.key())
}

/// What one proposal changes: the register with it against the register as adopted, other proposals left out.
fn differences(desk: Desk<'_>, key: &str) -> Result<Vec<DifferenceRecord>, Problem> {
    let policy = desk.policy;
    let others: Vec<&str> =
        policy.catalogue().versions().filter(|version| version.is_proposed() && version.key() != key).map(Version::key).collect();
    let compare = |policy: &Policy| {
        let mut records = policy.at(View::default()).differences(&policy.at(View::with_proposals())).records(desk.language);
        records.retain(|record| desk.asker.sees(&record.customer));
        records
    };
    if others.is_empty() {
        return Ok(compare(policy));
    }
    let alone = Policy::loader().without(&others).load(policy.sources()).map_err(|report| {
        // What is wrong may be about anybody.
        let told = report.diagnostics().first().filter(|_| desk.asker.who.customers.is_none());
        let first = told.map_or("-", |finding| finding.message(desk.language)).to_owned();
        Problem::new(
            axum::http::StatusCode::UNPROCESSABLE_ENTITY,
            both!("this proposal cannot be seen by itself: {first}", "dit voorstel is niet los te bekijken: {first}"),
        )
    })?;
    Ok(compare(&alone))
}

fn about(desk: Desk<'_>, version: Version<'_>) -> Markup {
    let (seen, others): (Vec<_>, Vec<_>) = version.awaits().partition(|customer| desk.asker.sees(customer.id()));
    let mut awaits: Vec<&str> = seen.into_iter().map(leidraad::catalogue::Customer::name).collect();
    if !others.is_empty() {
        awaits.push(desk.say("anderen", "others"));
    }
    html! {
        dl {
            @if let Some(from) = version.days().from { dt { (desk.say("Beoogde ingangsdatum", "Intended start date")) } dd { (desk.language.day(from)) @if from <= desk.today { (desk.say(" (terugwerkend)", " (retrospective)")) } } }
            @if let Some(reference) = version.reference() { dt { (desk.say("Bron", "Source")) } dd { (super::sources::linked(reference)) } }
            dt { (desk.say("Wacht op instemming van", "Awaiting consent from")) }
            dd { @if awaits.is_empty() { (desk.say("niemand meer", "nobody any more")) } @else { (awaits.join(", ")) } }
        }
    }
}

fn regions(desk: Desk<'_>, records: &[DifferenceRecord]) -> Markup {
    let title = desk.say("Wijzigingen", "Changes");
    html! {
        p role="status" {
            @match records.len() {
                0 => (desk.say("Dit verandert voor niemand iets.", "This changes nothing for anybody.")),
                1 => (desk.say("1 wijziging", "1 change")),
                count => { (count) (desk.say(" wijzigingen", " changes")) }
            }
        }
        @if !records.is_empty() {
            div.wide role="region" aria-label=(title) tabindex="0" {
                table.list {
                    thead { tr {
                        th scope="col" { (desk.say("Klant", "Customer")) }
                        th scope="col" { (desk.say("Dienst", "Service")) }
                        th scope="col" { (desk.say("Wanneer", "When")) }
                        th scope="col" { (desk.say("In welk geval", "In which case")) }
                        th scope="col" { (desk.say("Zonder het voorstel", "Without the proposal")) }
                        th scope="col" { (desk.say("Met het voorstel", "With the proposal")) }
                    } }
                    tbody { @for record in records { (region(desk, record)) } }
                }
            }
        }
    }
}

fn region(desk: Desk<'_>, record: &DifferenceRecord) -> Markup {
    let kind = match record.effect.word() {
        "gain" => "granted",
        "loss" => "refused",
        _ => "undetermined",
    };
    let on = record.from.or(record.until).map(|day| day.to_string()).unwrap_or_default();
    html! {
        tr {
            td { (record.customer_name) }
            th scope="row" {
                a href=(desk.at("", &[("customer", &record.customer), ("service", &record.service), ("on", &on), ("proposed", "true")])) { (record.service_name) }
            }
            td { (stretch(desk, Span { from: record.from, until: record.until })) }
            td { @if record.conditions.is_empty() { (desk.say("in alle gevallen", "in all cases")) } @for condition in &record.conditions { div { (condition) } } }
            td { (record.old.words) }
            td { span.mark.(kind) { (record.new.words) } }
        }
    }
}
