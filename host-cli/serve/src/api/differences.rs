//! Two views of the register in; every difference between their answers out.

use axum::response::Response;
use leidraad::{Date, DifferenceNote, DifferenceRecord};
use serde::Serialize;

use super::{schema, view};
use crate::access::Scope;
use crate::asker::{Lookup, NoCustomer};
use crate::cached::{answer, bytes, tag};
use crate::params::Params;
use crate::problem::Problem;

#[derive(Serialize)]
struct Found {
    old: Side,
    new: Side,
    differences: Vec<DifferenceRecord>,
    notes: Vec<DifferenceNote>,
}

#[derive(Serialize)]
struct Side {
    known: Option<Date>,
    proposed: bool,
}

/// What differs between two views
///
/// Every region of days and facts in which answers differ, each once, with a question that shows it. Left out, the older view is what is
/// adopted now; the newer one the same with proposals in, if no parameter says otherwise.
#[utoipa::path(
    get, path = "/differences", tag = "differences", operation_id = "differences",
    params(
        ("oldKnown" = Option<Date>, Query, description = "The day from whose knowledge the older view is seen"),
        ("oldProposed" = Option<bool>, Query, description = "Whether proposed versions count in the older view"),
        ("newKnown" = Option<Date>, Query, description = "The day from whose knowledge the newer view is seen"),
        ("newProposed" = Option<bool>, Query, description = "Whether proposed versions count in the newer view"),
        ("customer" = Option<String>, Query, description = "Only this customer: an id"),
        ("service" = Option<String>, Query, description = "Only this service: an id"),
    ),
    responses((status = 200, description = "The differences", body = schema::Differences)),
)]
pub(crate) async fn differences(Lookup { shared, asker, address, query, headers }: Lookup) -> Result<Response, Problem> {
    asker.may(Scope::Explain)?;
    asker
        .heavy(|| {
            let policy = shared.policy();
            let (today, language) = (shared.today(&policy), asker.language(&policy));
            let mut params = Params::read(query.as_deref(), &["oldKnown", "oldProposed", "newKnown", "newProposed", "customer", "service"]);
            let is_plain = ["oldKnown", "oldProposed", "newKnown", "newProposed"].iter().all(|name| params.text(name).is_none());
            let old = Side { known: params.day("oldKnown"), proposed: params.truth("oldProposed") };
            let new = Side { known: params.day("newKnown"), proposed: params.truth("newProposed") || is_plain };
            let catalogue = policy.catalogue();
            let customer = params.text("customer").map(|name| asker.customer(&policy, name));
            let service = params.text("service").map(|name| catalogue.service(name));
            match &customer {
                Some(Err(NoCustomer::Unknown(error))) => params.refuse("customer", error),
                Some(Err(not_seen)) => return Err(not_seen.clone().problem()),
                _ => {}
            }
            if let Some(Err(error)) = &service {
                params.refuse("service", error);
            }
            params.done()?;
            let (customer, service) = (customer.and_then(Result::ok), service.and_then(Result::ok));
            answer(&headers, &tag(&policy, today, language, &asker, &address), language, || {
                let (older, newer) = (policy.at(view(old.known, old.proposed)), policy.at(view(new.known, new.proposed)));
                let found = older.differences(&newer);
                let is_wanted = |own: &str, other: &str| {
                    asker.sees(own)
                        && customer.is_none_or(|customer| customer.id() == own)
                        && service.is_none_or(|service| service.id() == other)
                };
                let mut differences = found.records(language);
                differences.retain(|record| is_wanted(&record.customer, &record.service));
                let mut notes = found.notes(language);
                notes.retain(|note| match (&note.customer, &note.service) {
                    (Some(customer), Some(service)) => is_wanted(customer, service),
                    // How much there is in all is about everybody.
                    _ => asker.who.customers.is_none(),
                });
                Ok(bytes(&Found { old, new, differences, notes }))
            })
        })
        .await
}
