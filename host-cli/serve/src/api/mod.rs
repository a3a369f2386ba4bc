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
use leidraad::{Date, Policy, Question, View, both};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::asker::Asker;
use crate::params::Params;
use crate::problem::{Problem, told};
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

/// The view that a query names: a day, a day of knowledge, proposals.
#[derive(Debug, Clone, Copy)]
struct Seen {
    on: Date,
    known: Option<Date>,
    proposed: bool,
}

impl Seen {
    /// The names of its parameters.
    const NAMES: [&str; 3] = ["on", "known", "proposed"];

    fn read(params: &mut Params, today: Date) -> Seen {
        Seen { on: params.day("on").unwrap_or(today), known: params.day("known"), proposed: params.truth("proposed") }
    }
    fn question(self, customer: &str, service: &str) -> Question {
        let mut question = Question::new(customer, service, self.on);
        question.known = self.known;
        question.proposed = self.proposed;
        question
    }
}

/// A view without a day.
fn view(known: Option<Date>, proposed: bool) -> View {
    let mut view = known.map_or_else(View::default, View::known);
    view.proposed = proposed;
    view
}

/// The customer that an address names, if they may be seen.
fn customer_at<'p>(policy: &'p Policy, asker: &Asker, name: &str) -> Result<Customer<'p>, Problem> {
    let customer = policy.catalogue().customer(name).map_err(|error| Problem::not_found(told(&error)))?;
    asker.may_see(customer.id())?;
    if customer.id() == name {
        return Ok(customer);
    }
    let id = customer.id();
    Err(Problem::not_found(both!("at this address a customer stands by id: `{id}`", "op dit adres staat een klant met de id: `{id}`")))
}
