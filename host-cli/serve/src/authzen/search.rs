//! Two of subject, action and resource in; every third with which the answer is yes out, page by page.

use std::collections::BTreeSet;

use axum::extract::State;
use axum::response::Response;
use leidraad::catalogue::{Customer, Service};
use leidraad::{Outcome, Policy, both};
use serde::Serialize;

use super::entity::{Asked, Facts, actions as all_actions, customer, facts, is_role, question, service, take};
use super::evaluate::{read, whole};
use crate::access::Scope;
use crate::answer::Answering;
use crate::asker::Asker;
use crate::body::Json;
use crate::cached::{bytes, json, tag};
use crate::object::{Members, Object};
use crate::problem::{Finding, Problem};
use crate::service::Shared;

#[derive(Debug, Serialize)]
struct Found {
    results: Vec<Named>,
    page: Page,
    #[serde(skip_serializing_if = "Context::is_empty")]
    context: Context,
}

/// What there was no use for in what was asked.
#[derive(Debug, Serialize)]
struct Context {
    ignored: BTreeSet<String>,
}

impl Context {
    fn is_empty(&self) -> bool {
        self.ignored.is_empty()
    }
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Named {
    Entity { r#type: String, id: String },
    Action { name: String },
}

#[derive(Debug, Serialize)]
struct Page {
    next_token: String,
    count: usize,
    total: usize,
}

/// The customers who may.
pub(super) async fn subjects(State(shared): State<Shared>, asker: Asker, body: Result<Json, Problem>) -> Result<Response, Problem> {
    let wanted = ["/subject", "/subject/type", "/action", "/action/name", "/resource", "/resource/type", "/resource/id"];
    search(&shared, &asker, body, &wanted, |answering, asked, facts| {
        let catalogue = answering.policy.catalogue();
        let kind = asked.subject.as_ref().and_then(|subject| subject.kind.clone()).unwrap_or_default();
        let Ok(service) = service(catalogue, &asked.resource.clone().unwrap_or_default()) else { return Vec::new() };
        let is_one = |customer: &Customer<'_>| {
            kind == "customer" || (is_role(catalogue, &kind) && customer.role().is_some_and(|role| role.id() == kind))
        };
        let customers =
            catalogue.customers().filter(is_one).filter(|customer| may(answering, (*customer, service), asked, facts, &action(asked)));
        customers.map(|customer| Named::Entity { r#type: kind.clone(), id: customer.id().to_owned() }).collect()
    })
    .await
}

/// The services that somebody may use.
pub(super) async fn resources(State(shared): State<Shared>, asker: Asker, body: Result<Json, Problem>) -> Result<Response, Problem> {
    let wanted = ["/subject", "/subject/type", "/subject/id", "/action", "/action/name", "/resource", "/resource/type"];
    search(&shared, &asker, body, &wanted, |answering, asked, facts| {
        let catalogue = answering.policy.catalogue();
        let kind = asked.resource.as_ref().and_then(|resource| resource.kind.clone()).unwrap_or_default();
        let Ok(customer) = customer(answering, &asked.subject.clone().unwrap_or_default()) else { return Vec::new() };
        let id_of = |service: &Service<'_>| {
            let id = service.id();
            if kind == "service" {
                Some(id.to_owned())
            } else {
                id.split_once('/').filter(|(domain, _)| *domain == kind).map(|(_, name)| name.to_owned())
            }
        };
        let services = catalogue.services().filter_map(|service| Some((service, id_of(&service)?)));
        services
            .filter(|(service, _)| may(answering, (customer, *service), asked, facts, &action(asked)))
            .map(|(_, id)| Named::Entity { r#type: kind.clone(), id })
            .collect()
    })
    .await
}

/// What somebody may do.
pub(super) async fn actions(State(shared): State<Shared>, asker: Asker, body: Result<Json, Problem>) -> Result<Response, Problem> {
    let wanted = ["/subject", "/subject/type", "/subject/id", "/resource", "/resource/type", "/resource/id"];
    search(&shared, &asker, body, &wanted, |answering, asked, facts| {
        let catalogue = answering.policy.catalogue();
        let found = customer(answering, &asked.subject.clone().unwrap_or_default())
            .and_then(|customer| Ok((customer, service(catalogue, &asked.resource.clone().unwrap_or_default())?)));
        let Ok((customer, service)) = found else { return Vec::new() };
        let names = all_actions(catalogue).into_iter().filter(|name| may(answering, (customer, service), asked, facts, name));
        names.map(|name| Named::Action { name: name.to_owned() }).collect()
    })
    .await
}

fn action(asked: &Asked<'_>) -> String {
    asked.action.as_ref().and_then(|action| action.id.clone()).unwrap_or_default()
}

/// Whether the answer is yes. Nothing is logged: what is searched is what could be asked, not what somebody was told of a case.
fn may(answering: &Answering<'_>, about: (Customer<'_>, Service<'_>), asked: &Asked<'_>, facts: &Facts, action: &str) -> bool {
    let policy: &Policy = answering.policy;
    // When the time is over, nothing more is looked at; `search` tells that.
    answering.asker.in_time().is_ok()
        && answering.asker.sees(about.0.id())
        && question(policy.catalogue(), about, asked, facts, action, answering.today)
            .is_ok_and(|question| policy.decide(&question).is_ok_and(|decision| decision.outcome() == Outcome::Granted))
}

async fn search(
    shared: &Shared,
    asker: &Asker,
    body: Result<Json, Problem>,
    wanted: &[&str],
    find: impl FnOnce(&Answering<'_>, &Asked<'_>, &Facts) -> Vec<Named> + Send,
) -> Result<Response, Problem> {
    asker.may(Scope::Ask)?;
    let Json(body) = read(body)?;
    asker
        .heavy(|| {
            let mut members = whole(&body)?;
            let policy = shared.policy();
            let answering = Answering::new(shared, &policy, asker, "authzen");
            // Results of another search, policy or day stand in another order.
            let mark = mark(&members.written_but("page"), &answering);
            let wish = take(&mut members);
            let window = window(&mut members, &mark);
            let mut findings = members.findings;
            if findings.is_empty() {
                findings = wish.missing(wanted);
            }
            let facts = if findings.is_empty() { facts(&policy, &wish) } else { Err(findings) }.map_err(Problem::invalid)?;
            let all = find(&answering, &wish, &facts);
            asker.in_time()?;
            let total = all.len();
            let results: Vec<Named> = all.into_iter().skip(window.from).take(window.limit.unwrap_or(usize::MAX)).collect();
            let next = window.from.saturating_add(results.len());
            let next_token = if next < total { token(next, &mark) } else { String::new() };
            let page = Page { next_token, count: results.len(), total };
            let context = Context { ignored: facts.ignored };
            Ok(json(bytes(&Found { results, page, context }), answering.language))
        })
        .await
}

/// Which of all results are wanted.
#[derive(Default)]
struct Window {
    from: usize,
    limit: Option<usize>,
}

fn window(members: &mut Members<'_>, mark: &str) -> Window {
    let Some(page) = members.take_some::<Object<'_>>("page", &both!("an object", "een object")) else { return Window::default() };
    let mut own = Members::of(page);
    let limit = own.take_some::<i64>("limit", &both!("a whole number", "een geheel getal"));
    let token = own.take_some::<String>("token", &both!("a text", "een tekst")).filter(|token| !token.is_empty());
    let from = token.map_or(Some(0), |token| begins(&token, mark));
    if from.is_none() {
        let detail = both!(
            "this token is of another search, day or policy, or none of ours; begin anew without one",
            "dit token hoort bij een andere zoekvraag, dag of ander beleid, of is niet van ons; begin opnieuw zonder token"
        );
        own.findings.push(Finding::body("/token", "bad-value", detail));
    }
    if limit.is_some_and(|limit| limit < 1) {
        own.findings.push(Finding::body(
            "/limit",
            "bad-value",
            both!("a page has at least one result", "een pagina heeft ten minste één resultaat"),
        ));
    }
    members.findings.extend(own.findings.into_iter().map(|finding| finding.below("/page")));
    Window { from: from.unwrap_or_default(), limit: limit.and_then(|limit| usize::try_from(limit).ok()) }
}

/// Where a page goes on: of the same results only.
fn token(from: usize, mark: &str) -> String {
    format!("{from}.{mark}")
}

fn begins(token: &str, mark: &str) -> Option<usize> {
    let (from, own) = token.split_once('.')?;
    from.parse().ok().filter(|_| own == mark)
}

/// What the results of a search depend on.
fn mark(written: &str, answering: &Answering<'_>) -> String {
    let tag = tag(answering.policy, answering.today, answering.language, answering.asker, written);
    tag.chars().filter(char::is_ascii_hexdigit).take(16).collect()
}
