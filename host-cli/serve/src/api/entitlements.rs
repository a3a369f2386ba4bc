//! A customer, or all of them, in; what they are entitled to on a day out.

use axum::extract::{Path, RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use leidraad::catalogue::Customer;
use leidraad::{Date, Decision, Outcome, Policy};
use serde::Serialize;
use serde_json::value::RawValue;

use super::{Seen, customer_at, schema};
use crate::access::Scope;
use crate::asker::Asker;
use crate::cached::{answer, bytes, tag};
use crate::params::Params;
use crate::problem::{Problem, told};
use crate::service::Shared;

/// The parameters of both.
const NAMES: [&str; 6] = [Seen::NAMES[0], Seen::NAMES[1], Seen::NAMES[2], "outcome", "domain", "text"];

#[derive(Serialize)]
struct All {
    on: Date,
    known: Option<Date>,
    proposed: bool,
    entitlements: Vec<Box<RawValue>>,
}

#[derive(Serialize)]
struct Stopped<'a> {
    customer: &'a str,
    service: &'a str,
    on: Date,
    error: Why<'a>,
}

#[derive(Serialize)]
struct Why<'a> {
    code: &'a str,
    detail: String,
}

/// What a customer is entitled to
///
/// An entry for each service, in the register's order. What is undetermined depends on the facts in `needs`.
#[utoipa::path(
    get, path = "/customers/{customer}/entitlements", tag = "entitlements", operation_id = "entitlements",
    params(
        ("customer" = String, Path, description = "The id of the customer", example = "leiderdorp"),
        ("on" = Option<Date>, Query, description = "The day that it is about; left out: today"),
        ("known" = Option<Date>, Query, description = "The day from whose knowledge it is answered; left out: from all"),
        ("proposed" = Option<bool>, Query, description = "Whether proposed versions count"),
        ("outcome" = Option<schema::Outcome>, Query, description = "Only what has this outcome"),
        ("domain" = Option<String>, Query, description = "Only services of this domain: an id, or a part of its name"),
        ("text" = Option<String>, Query, description = "Only services with this text in a name"),
    ),
    responses((status = 200, description = "The entitlements", body = schema::Entitlements)),
)]
pub(crate) async fn of_customer(
    State(shared): State<Shared>,
    asker: Asker,
    Path(customer): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    asker.may(Scope::Ask)?;
    shared
        .heavy(|| {
            let policy = shared.policy();
            let customer = customer_at(&policy, &asker, &customer)?;
            entitlements(&shared, &policy, &asker, &[customer], query.as_deref(), &headers)
        })
        .await
}

/// What all customers are entitled to
///
/// An entry for each customer that the key or token may see, and each service.
#[utoipa::path(
    get, path = "/matrix", tag = "entitlements", operation_id = "matrix",
    params(
        ("on" = Option<Date>, Query, description = "The day that it is about; left out: today"),
        ("known" = Option<Date>, Query, description = "The day from whose knowledge it is answered; left out: from all"),
        ("proposed" = Option<bool>, Query, description = "Whether proposed versions count"),
        ("outcome" = Option<schema::Outcome>, Query, description = "Only what has this outcome"),
        ("domain" = Option<String>, Query, description = "Only services of this domain: an id, or a part of its name"),
        ("text" = Option<String>, Query, description = "Only services with this text in a name"),
    ),
    responses((status = 200, description = "The entitlements", body = schema::Entitlements)),
)]
pub(crate) async fn matrix(
    State(shared): State<Shared>,
    asker: Asker,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    asker.may(Scope::Ask)?;
    shared
        .heavy(|| {
            let policy = shared.policy();
            let customers: Vec<Customer<'_>> = policy.catalogue().customers().filter(|customer| asker.sees(customer.id())).collect();
            entitlements(&shared, &policy, &asker, &customers, query.as_deref(), &headers)
        })
        .await
}

fn entitlements(
    shared: &Shared,
    policy: &Policy,
    asker: &Asker,
    customers: &[Customer<'_>],
    query: Option<&str>,
    headers: &HeaderMap,
) -> Result<Response, Problem> {
    let (today, language) = (shared.today(policy), asker.language(policy));
    let mut params = Params::read(query, &NAMES);
    let seen = Seen::read(&mut params, today);
    let wanted =
        params.one_of("outcome", &[Outcome::Granted, Outcome::Refused, Outcome::Undetermined].map(|outcome| (outcome.word(), outcome)));
    let services = match policy.catalogue().services_like(params.text("domain"), params.text("text")) {
        Ok(services) => services,
        Err(error) => {
            params.refuse("domain", &error);
            Vec::new()
        }
    };
    params.done()?;
    answer(headers, &tag(policy, today, language, asker), language, || {
        let mut entitlements = Vec::new();
        let batch = policy.batch();
        for customer in customers {
            for service in &services {
                let decided = batch.decide(&seen.question(customer.id(), service.id()));
                let is_wanted = |decision: &Decision<'_>| wanted.is_none_or(|wanted| decision.outcome() == wanted);
                let json = match decided {
                    Ok(decision) if is_wanted(&decision) => decision.to_summary_json(),
                    Ok(_) => continue,
                    // What cannot be said may be what is looked for.
                    Err(error) => {
                        let error = Why { code: error.code(), detail: told(&error).get(language).to_owned() };
                        let stopped = Stopped { customer: customer.id(), service: service.id(), on: seen.on, error };
                        serde_json::to_string(&stopped).unwrap_or_default()
                    }
                };
                entitlements.extend(RawValue::from_string(json));
            }
        }
        Ok(bytes(&All { on: seen.on, known: seen.known, proposed: seen.proposed, entitlements }))
    })
}
