//! Questions in, decisions out: one, or many of which none spoils the rest.

use axum::extract::State;
use axum::response::Response;
use leidraad::both;
use serde_json::value::RawValue;

use super::schema;
use crate::access::Scope;
use crate::answer::{Answered, Answering};
use crate::asker::{Asker, LONGEST_ID};
use crate::body::Json;
use crate::cached::json;
use crate::object::{Members, Object, object};
use crate::problem::{Finding, Problem};
use crate::question;
use crate::service::{Shared, light};

/// Answer one question
///
/// Is this customer entitled to this service on this day, given these facts, and at what level? A refusal is an answer, not an error.
#[utoipa::path(
    post, path = "/decisions", tag = "decisions", operation_id = "decide",
    request_body(content = schema::Question, example = json!({"customer": "leiderdorp", "service": "legal/advice", "on": "2025-02-01", "facts": {"quantity": 20, "used": 592}})),
    responses((status = 200, description = "The decision", body = schema::Decision)),
)]
pub(crate) async fn decide(State(shared): State<Shared>, asker: Asker, Json(body): Json) -> Result<Response, Problem> {
    asker.may(Scope::Ask)?;
    let make = |answering: &Answering<'_>| {
        let question = question::read(&body, answering.today)?;
        let decision = answering.one(&question, None)?;
        let mut out = Vec::with_capacity(2048);
        decision.write_json(&mut out, answering.language);
        Ok(json(out, answering.language))
    };
    light(body.len(), || Answered::of(&shared, &asker, "api", make)).given(&shared).await
}

/// Answer many questions
///
/// Each question may have an `id` of its own. The results stand in the order of the questions; a question that cannot be answered has a
/// problem in its place, and the rest goes on.
#[utoipa::path(
    post, path = "/decision-batches", tag = "decisions", operation_id = "decideAll",
    request_body(content = schema::Questions, example = json!({"questions": [{"id": "1", "customer": "leiden", "service": "hrm/payroll"}, {"id": "2", "customer": "oegstgeest", "service": "legal/advice", "facts": {"used": 10}}]})),
    responses((status = 200, description = "A result for each question", body = schema::Results)),
)]
pub(crate) async fn decide_all(State(shared): State<Shared>, asker: Asker, Json(body): Json) -> Result<Response, Problem> {
    asker.may(Scope::Ask)?;
    let make = |answering: &Answering<'_>| {
        let questions = questions(&body, shared.service.limits.questions)?;
        Ok(json(results(answering, &questions)?, answering.language))
    };
    asker.heavy(|| Answered::of(&shared, &asker, "api", make)).await.given(&shared).await
}

/// The questions of a body, as they are written.
fn questions(body: &[u8], most: usize) -> Result<Vec<&RawValue>, Problem> {
    let invalid = |finding| Problem::invalid(vec![finding]);
    let mut members = Members::of(object(body).map_err(invalid)?);
    let list = members.take::<Vec<&RawValue>>("questions", &both!("a list of questions", "een lijst van vragen"));
    members.no_more("`questions`");
    let mut findings = members.findings;
    match &list {
        None if findings.is_empty() => {
            findings.push(Finding::body("/questions", "missing", both!("`questions` is missing", "`questions` ontbreekt")));
        }
        Some(list) if list.len() > most => {
            let count = list.len();
            findings.push(Finding::body(
                "/questions",
                "too-many",
                both!(
                    "{count} questions are more than the {most} that may be asked at once",
                    "{count} vragen is meer dan de {most} die er in een keer mogen"
                ),
            ));
        }
        _ => {}
    }
    if findings.is_empty() { Ok(list.unwrap_or_default()) } else { Err(Problem::invalid(findings)) }
}

/// `{"results":[…]}`: each with the id of its question, and a decision or a problem.
fn results(answering: &Answering<'_>, questions: &[&RawValue]) -> Result<Vec<u8>, Problem> {
    let batch = answering.policy.batch();
    let mut out = b"{\"results\":[".to_vec();
    for (at, written) in questions.iter().enumerate() {
        answering.asker.in_time()?;
        if at > 0 {
            out.push(b',');
        }
        out.push(b'{');
        let (id, question) = asked(written, answering.today);
        if let Some(id) = &id {
            out.extend_from_slice(b"\"id\":");
            out.extend(crate::cached::bytes(id));
            out.push(b',');
        }
        let decided = question.and_then(|question| {
            answering.may_see(&question)?;
            let decided = batch.decide(&question);
            answering.log(&question, &decided, id.as_deref());
            decided.map(|decision| answering.told(decision)).map_err(|error| question::refused(answering.policy, &question, &error))
        });
        match decided {
            Ok(decision) => {
                out.extend_from_slice(b"\"decision\":");
                decision.write_json(&mut out, answering.language);
            }
            Err(problem) => {
                out.extend_from_slice(b"\"problem\":");
                let problem = problem.below(&format!("/questions/{at}"));
                out.extend(crate::cached::bytes(&problem.record(answering.language)));
            }
        }
        out.push(b'}');
    }
    out.extend_from_slice(b"]}");
    Ok(out)
}

/// A question of a batch, and what its asker calls it by.
fn asked(written: &RawValue, today: leidraad::Date) -> (Option<String>, Result<leidraad::Question, Problem>) {
    let Ok(object) = serde_json::from_str::<Object<'_>>(written.get()) else {
        let finding = Finding::body("", "bad-type", both!("a question has to be an object", "een vraag moet een object zijn"));
        return (None, Err(Problem::invalid(vec![finding])));
    };
    let mut members = Members::of(object);
    let mut id = members.take_some::<String>("id", &both!("a text", "een tekst"));
    if id.as_ref().is_some_and(|id| id.len() > LONGEST_ID) {
        let detail = both!("an `id` has {LONGEST_ID} bytes at most", "een `id` heeft hoogstens {LONGEST_ID} bytes");
        members.findings.push(Finding::body("/id", "too-long", detail));
        id = None;
    }
    (id, question::take(&mut members, today, "`id`, `customer`, `service`, `on`, `known`, `proposed`, `facts`").map_err(Problem::invalid))
}
