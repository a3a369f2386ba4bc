//! A customer, or all of them, in; what they are entitled to on a day out.

use axum::extract::Path;
use axum::response::Response;
use leidraad::catalogue::Customer;
use leidraad::{Date, Decision, Outcome, Policy};
use serde::Serialize;
use serde_json::value::RawValue;

use super::{WHEN, customer_at, schema, when};
use crate::access::Scope;
use crate::asker::Lookup;
use crate::cached::{answer, bytes, tag};
use crate::params::Params;
use crate::problem::{Problem, told};

/// The parameters of both.
const NAMES: [&str; 6] = [WHEN[0], WHEN[1], WHEN[2], "outcome", "domain", "text"];

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
pub(crate) async fn of_customer(Path(customer): Path<String>, lookup: Lookup) -> Result<Response, Problem> {
    entitlements(&lookup, |policy| Ok(vec![customer_at(policy, &lookup.asker, &customer)?])).await
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
pub(crate) async fn matrix(lookup: Lookup) -> Result<Response, Problem> {
    entitlements(&lookup, |policy| Ok(policy.catalogue().customers().filter(|customer| lookup.asker.sees(customer.id())).collect())).await
}

async fn entitlements(lookup: &Lookup, of: impl FnOnce(&Policy) -> Result<Vec<Customer<'_>>, Problem>) -> Result<Response, Problem> {
    lookup.asker.may(Scope::Ask)?;
    lookup
        .asker
        .heavy(|| {
            let policy = lookup.shared.policy();
            summaries(lookup, &policy, &of(&policy)?)
        })
        .await
}

fn summaries(lookup: &Lookup, policy: &Policy, customers: &[Customer<'_>]) -> Result<Response, Problem> {
    let Lookup { shared, asker, address, query, headers } = lookup;
    let (today, language) = (shared.today(policy), asker.language(policy));
    let mut params = Params::read(query.as_deref(), &NAMES);
    let when = when(&mut params);
    let on = when.on.unwrap_or(today);
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
    answer(headers, &tag(policy, today, language, asker, address), language, || {
        let mut entitlements = Vec::new();
        let batch = policy.batch();
        for customer in customers {
            for service in &services {
                asker.in_time()?;
                let decided = batch.decide(&when.question(customer.id(), service.id(), today));
                let is_wanted = |decision: &Decision<'_>| wanted.is_none_or(|wanted| decision.outcome() == wanted);
                let json = match decided {
                    Ok(decision) if is_wanted(&decision) => decision.to_summary_json(),
                    Ok(_) => continue,
                    // What cannot be said may be what is looked for.
                    Err(error) => {
                        let error = Why { code: error.code(), detail: told(&error).get(language).to_owned() };
                        let stopped = Stopped { customer: customer.id(), service: service.id(), on, error };
                        serde_json::to_string(&stopped).unwrap_or_default()
                    }
                };
                entitlements.extend(RawValue::from_string(json));
            }
        }
        Ok(bytes(&All { on, known: when.known, proposed: when.proposed, entitlements }))
    })
}
