//! A question in; its answer along all days out, or what would have to be different for another one.

use axum::extract::State;
use axum::response::Response;
use leidraad::both;
use serde::Serialize;
use serde_json::value::RawValue;

use super::schema;
use crate::access::Scope;
use crate::answer::{Answered, Answering};
use crate::asker::Asker;
use crate::body::Json;
use crate::cached::{bytes, json};
use crate::object::{Members, object};
use crate::problem::{Finding, Place, Problem};
use crate::question;
use crate::service::Shared;

#[derive(Serialize)]
struct Along<'a> {
    question: &'a leidraad::Question,
    whole: bool,
    periods: Box<RawValue>,
}

/// The answer along all days
///
/// From the first day to the last, in stretches in which the answer is the same. The day of the question plays no part.
#[utoipa::path(
    post, path = "/timelines", tag = "decisions", operation_id = "timeline",
    request_body(content = schema::Question, example = json!({"customer": "leiderdorp", "service": "information/datalab"})),
    responses((status = 200, description = "The stretches", body = schema::Timeline)),
)]
pub(crate) async fn timeline(State(shared): State<Shared>, asker: Asker, Json(body): Json) -> Result<Response, Problem> {
    asker.may(Scope::Ask)?;
    asker
        .heavy(|| {
            let policy = shared.policy();
            let answering = Answering::new(&shared, &policy, &asker, "api");
            let wanted = question::read(&body, answering.today)?;
            answering.may_see(&wanted)?;
            let timeline = policy.timeline(&wanted).map_err(|error| question::refused(&policy, &wanted, &error))?;
            let periods = RawValue::from_string(timeline.to_json(answering.language)).unwrap_or_default();
            let along = Along { question: timeline.question(), whole: timeline.is_whole(), periods };
            Ok(json(bytes(&along), answering.language))
        })
        .await
}

/// What would have to be different
///
/// For the question to be granted, at the level `want` or at any: the smallest changes of facts, the first day on which it is granted by
/// itself, the rules that stand in the way. It stands in the decision as `why_not`, and is left out where the question is granted as wished.
#[utoipa::path(
    post, path = "/why-not", tag = "decisions", operation_id = "whyNot",
    request_body(content = schema::Wish, example = json!({"customer": "leiderdorp", "service": "information/datalab", "on": "2026-05-01", "want": "standard"})),
    responses((status = 200, description = "The decision, with what would have to be different", body = schema::Decision)),
)]
pub(crate) async fn why_not(State(shared): State<Shared>, asker: Asker, Json(body): Json) -> Result<Response, Problem> {
    asker.may(Scope::Explain)?;
    let make = |answering: &Answering<'_>| {
        let mut members = Members::of(object(&body).map_err(|finding| Problem::invalid(vec![finding]))?);
        let want = members.take_some::<String>("want", &both!("a text", "een tekst"));
        let known = "`customer`, `service`, `on`, `known`, `proposed`, `facts`, `want`";
        let wanted = question::take(&mut members, answering.today, known).map_err(Problem::invalid)?;
        let decision = answering.one(&wanted, None)?;
        let (policy, language) = (answering.policy, answering.language);
        let why_not = policy.why_not(&wanted, want.as_deref()).map_err(|error| {
            if want.is_some() && error.is_unknown_name() {
                return Problem::invalid(vec![Finding::of(Place::Body("/want".to_owned()), &error)]);
            }
            question::refused(policy, &wanted, &error)
        })?;
        let out = why_not.map_or_else(|| decision.to_json(language), |why_not| decision.to_json_with(&why_not, language));
        Ok(json(out, language))
    };
    asker.heavy(|| Answered::of(&shared, &asker, "api", make)).await.given(&shared).await
}
