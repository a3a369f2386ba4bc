//! Two of subject, action and resource in; every third with which the answer is yes out, page by page.

use axum::extract::State;
use axum::response::Response;
use leidraad::catalogue::{Customer, Service};
use leidraad::{Outcome, Policy, both};
use serde::Serialize;

use super::entity::{Asked, actions as all_actions, customer, is_role, question, service, take};
use super::evaluate::{read, whole};
use crate::access::Scope;
use crate::answer::Answering;
use crate::asker::Asker;
use crate::body::Json;
use crate::cached::{bytes, json};
use crate::object::{Members, Object};
use crate::problem::{Finding, Problem};
use crate::service::Shared;

#[derive(Debug, Serialize)]
struct Found {
    results: Vec<Named>,
    page: Page,
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
    search(&shared, &asker, body, &wanted, |answering, asked| {
        let catalogue = answering.policy.catalogue();
        let kind = asked.subject.as_ref().and_then(|subject| subject.kind.clone()).unwrap_or_default();
        let Ok(service) = service(catalogue, &asked.resource.clone().unwrap_or_default()) else { return Vec::new() };
        let is_one = |customer: &Customer<'_>| {
            kind == "customer" || (is_role(catalogue, &kind) && customer.role().is_some_and(|role| role.id() == kind))
        };
        let customers = catalogue.customers().filter(is_one).filter(|customer| may(answering, *customer, service, asked, &action(asked)));
        customers.map(|customer| Named::Entity { r#type: kind.clone(), id: customer.id().to_owned() }).collect()
    })
    .await
}

/// The services that somebody may use.
pub(super) async fn resources(State(shared): State<Shared>, asker: Asker, body: Result<Json, Problem>) -> Result<Response, Problem> {
    let wanted = ["/subject", "/subject/type", "/subject/id", "/action", "/action/name", "/resource", "/resource/type"];
    search(&shared, &asker, body, &wanted, |answering, asked| {
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
            .filter(|(service, _)| may(answering, customer, *service, asked, &action(asked)))
            .map(|(_, id)| Named::Entity { r#type: kind.clone(), id })
            .collect()
    })
    .await
}

/// What somebody may do.
pub(super) async fn actions(State(shared): State<Shared>, asker: Asker, body: Result<Json, Problem>) -> Result<Response, Problem> {
    let wanted = ["/subject", "/subject/type", "/subject/id", "/resource", "/resource/type", "/resource/id"];
    search(&shared, &asker, body, &wanted, |answering, asked| {
        let catalogue = answering.policy.catalogue();
        let found = customer(answering, &asked.subject.clone().unwrap_or_default())
            .and_then(|customer| Ok((customer, service(catalogue, &asked.resource.clone().unwrap_or_default())?)));
        let Ok((customer, service)) = found else { return Vec::new() };
        let names = all_actions(catalogue).into_iter().filter(|name| may(answering, customer, service, asked, name));
        names.map(|name| Named::Action { name: name.to_owned() }).collect()
    })
    .await
}

fn action(asked: &Asked<'_>) -> String {
    asked.action.as_ref().and_then(|action| action.id.clone()).unwrap_or_default()
}

/// Whether the answer is yes. Nothing is logged: what is searched is what could be asked, not what somebody was told of a case.
fn may(answering: &Answering<'_>, customer: Customer<'_>, service: Service<'_>, asked: &Asked<'_>, action: &str) -> bool {
    let policy: &Policy = answering.policy;
    answering.asker.sees(customer.id())
        && question(policy, customer, service, asked, action, answering.today)
            .is_ok_and(|understood| policy.decide(&understood.question).is_ok_and(|decision| decision.outcome() == Outcome::Granted))
}

async fn search(
    shared: &Shared,
    asker: &Asker,
    body: Result<Json, Problem>,
    wanted: &[&str],
    find: impl FnOnce(&Answering<'_>, &Asked<'_>) -> Vec<Named> + Send,
) -> Result<Response, Problem> {
    asker.may(Scope::Ask)?;
    let Json(body) = read(body)?;
    asker
        .heavy(|| {
            let mut members = whole(&body)?;
            let wish = take(&mut members);
            let policy = shared.policy();
            let window = window(&mut members, policy.digest());
            let mut findings = members.findings;
            if findings.is_empty() {
                findings = wish.missing(wanted);
            }
            if !findings.is_empty() {
                return Err(Problem::invalid(findings));
            }
            let answering = Answering::new(shared, &policy, asker, "authzen");
            let all = find(&answering, &wish);
            let total = all.len();
            let results: Vec<Named> = all.into_iter().skip(window.from).take(window.limit.unwrap_or(usize::MAX)).collect();
            let next = window.from.saturating_add(results.len());
            let next_token = if next < total { token(next, policy.digest()) } else { String::new() };
            let page = Page { next_token, count: results.len(), total };
            Ok(json(bytes(&Found { results, page }), answering.language))
        })
        .await
}

/// Which of all results are wanted.
#[derive(Default)]
struct Window {
    from: usize,
    limit: Option<usize>,
}

fn window(members: &mut Members<'_>, digest: &str) -> Window {
    let Some(page) = members.take_some::<Object<'_>>("page", &both!("an object", "een object")) else { return Window::default() };
    let mut own = Members::of(page);
    let limit = own.take_some::<usize>("limit", &both!("a whole number", "een geheel getal"));
    let token = own.take_some::<String>("token", &both!("a text", "een tekst")).filter(|token| !token.is_empty());
    let from = token.map_or(Some(0), |token| begins(&token, digest));
    if from.is_none() {
        let detail = both!(
            "this token is of another policy, or none of ours; begin anew without one",
            "dit token hoort bij ander beleid of is niet van ons; begin opnieuw zonder token"
        );
        own.findings.push(Finding::body("/token", "bad-value", detail));
    }
    if limit == Some(0) {
        own.findings.push(Finding::body(
            "/limit",
            "bad-value",
            both!("a page has at least one result", "een pagina heeft ten minste één resultaat"),
        ));
    }
    members.findings.extend(own.findings.into_iter().map(|finding| finding.below("/page")));
    Window { from: from.unwrap_or_default(), limit }
}

/// Where a page goes on: of the same policy only, since results of another one stand in another order.
fn token(from: usize, digest: &str) -> String {
    format!("{from}.{}", mark(digest))
}

fn begins(token: &str, digest: &str) -> Option<usize> {
    let (from, own) = token.split_once('.')?;
    from.parse().ok().filter(|_| own == mark(digest))
}

fn mark(digest: &str) -> &str {
    digest.strip_prefix("sha256:").and_then(|hex| hex.get(..16)).unwrap_or(digest)
}
