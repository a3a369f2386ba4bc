//! The JSON API, by the NL API Design Rules: one file a subject, its routes beside what they answer.

mod catalogue;
mod decisions;
mod differences;
mod document;
mod entitlements;
mod policy;
mod schema;
mod timelines;

pub(crate) use document::described;

use leidraad::catalogue::Customer;
use leidraad::{Date, Policy, View, both};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::asker::{Asker, NoCustomer};
use crate::params::Params;
use crate::problem::Problem;
use crate::question::When;
use crate::service::Shared;

/// The routes below `/v1`, described.
pub(crate) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(decisions::decide))
        .routes(routes!(decisions::decide_all))
        .routes(routes!(timelines::timeline))
        .routes(routes!(timelines::why_not))
        .routes(routes!(entitlements::of_customer))
        .routes(routes!(entitlements::matrix))
        .routes(routes!(differences::differences))
        .routes(routes!(catalogue::customers))
        .routes(routes!(catalogue::customer))
        .routes(routes!(catalogue::services))
        .routes(routes!(catalogue::service))
        .routes(routes!(catalogue::facts))
        .routes(routes!(catalogue::levels))
        .routes(routes!(catalogue::rule_sets))
        .routes(routes!(policy::policy))
        .routes(routes!(policy::pin, policy::unpin))
}

/// The parameters that say when.
const WHEN: [&str; 3] = ["on", "known", "proposed"];

/// When it is about, as a query says.
fn when(params: &mut Params) -> When {
    When { on: params.day("on"), known: params.day("known"), proposed: params.truth("proposed") }
}

/// A view without a day.
fn view(known: Option<Date>, proposed: bool) -> View {
    let mut view = known.map_or_else(View::default, View::known);
    view.proposed = proposed;
    view
}

/// The customer that an address names, if they may be seen.
fn customer_at<'p>(policy: &'p Policy, asker: &Asker, name: &str) -> Result<Customer<'p>, Problem> {
    let customer = asker.customer(policy, name).map_err(NoCustomer::problem)?;
    if customer.id() == name {
        return Ok(customer);
    }
    let id = customer.id();
    Err(Problem::not_found(both!("at this address a customer stands by id: `{id}`", "op dit adres staat een klant met de id: `{id}`")))
}
