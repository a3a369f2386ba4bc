//! What AuthZEN asks in; yes or no out, with all that ours says as its context.

use std::collections::BTreeSet;

use axum::extract::State;
use axum::response::Response;
use leidraad::{Decision, both};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::entity::{Asked, Unknown, customer, facts, question, service, take};
use crate::access::Scope;
use crate::answer::{Answered, Answering};
use crate::asker::Asker;
use crate::body::Json;
use crate::cached::{bytes, json};
use crate::object::{Members, Object, object};
use crate::problem::{Finding, Problem};
use crate::question::{message, refused};
use crate::service::{Shared, light};

/// What a whole evaluation names.
const WHOLE: [&str; 8] =
    ["/subject", "/subject/type", "/subject/id", "/action", "/action/name", "/resource", "/resource/type", "/resource/id"];

/// Yes or no, and why.
#[derive(Debug, Serialize)]
pub(super) struct Evaluated {
    pub(super) decision: bool,
    context: Context,
}

/// What stands beside a yes or a no.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Context {
    Decided(Box<Decided>),
    Failed { error: Failure },
}

/// What ours says: as in a decision of the JSON API.
#[derive(Debug, Serialize, Deserialize)]
struct Decided {
    #[serde(default)]
    message: String,
    outcome: Box<RawValue>,
    level: Box<RawValue>,
    lines: Box<RawValue>,
    quota: Box<RawValue>,
    obligations: Box<RawValue>,
    needs: Box<RawValue>,
    possible: Box<RawValue>,
    because: Box<RawValue>,
    degraded: Box<RawValue>,
    holds: Box<RawValue>,
    policy: Box<RawValue>,
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    ignored: BTreeSet<String>,
}

#[derive(Debug, Serialize)]
struct Failure {
    status: u16,
    message: String,
}

/// One evaluation.
pub(super) async fn one(State(shared): State<Shared>, asker: Asker, body: Result<Json, Problem>) -> Result<Response, Problem> {
    asker.may(Scope::Ask)?;
    let Json(body) = read(body)?;
    let make = |answering: &Answering<'_>| {
        let mut members = whole(&body)?;
        let wish = take(&mut members);
        single(answering, &wish, members.findings)
    };
    light(body.len(), || Answered::of(&shared, &asker, "authzen", make)).given(&shared).await
}

/// A body that has to be JSON; AuthZEN wants `400` of any other.
pub(super) fn read(body: Result<Json, Problem>) -> Result<Json, Problem> {
    body.map_err(|problem| {
        let is_other = problem.status == axum::http::StatusCode::UNSUPPORTED_MEDIA_TYPE;
        if is_other { Problem::invalid(problem.findings) } else { problem }
    })
}

pub(super) fn whole(body: &[u8]) -> Result<Members<'_>, Problem> {
    object(body).map(Members::of).map_err(|finding| Problem::invalid(vec![finding]))
}

fn single(answering: &Answering<'_>, asked: &Asked<'_>, mut findings: Vec<Finding>) -> Result<Response, Problem> {
    if findings.is_empty() {
        findings = asked.missing(&WHOLE);
    }
    if !findings.is_empty() {
        return Err(Problem::invalid(findings));
    }
    Ok(json(bytes(&evaluated(answering, asked)), answering.language))
}

/// Many evaluations. What stands above all of them is said once; without any of them, it is one.
pub(super) async fn many(State(shared): State<Shared>, asker: Asker, body: Result<Json, Problem>) -> Result<Response, Problem> {
    asker.may(Scope::Ask)?;
    let Json(body) = read(body)?;
    let make = |answering: &Answering<'_>| {
        let mut members = whole(&body)?;
        let above = take(&mut members);
        let list = members.take_some::<Vec<&RawValue>>("evaluations", &both!("a list", "een lijst")).unwrap_or_default();
        let semantic = semantic(&mut members);
        if list.is_empty() {
            return single(answering, &above, members.findings);
        }
        let most = shared.service.limits.questions;
        if list.len() > most {
            let count = list.len();
            let detail = both!(
                "{count} evaluations are more than the {most} that may be asked at once",
                "{count} evaluaties is meer dan de {most} die er in een keer mogen"
            );
            members.findings.push(Finding::body("/evaluations", "too-many", detail));
        }
        if !members.findings.is_empty() {
            return Err(Problem::invalid(members.findings));
        }
        let mut evaluations = Vec::new();
        for written in list {
            asker.in_time()?;
            let came = one_of(answering, written, &above);
            let is_last = semantic.ends(came.decision);
            evaluations.push(came);
            if is_last {
                break;
            }
        }
        Ok(json(bytes(&Evaluations { evaluations }), answering.language))
    };
    asker.heavy(|| Answered::of(&shared, &asker, "authzen", make)).await.given(&shared).await
}

#[derive(Debug, Serialize)]
struct Evaluations {
    evaluations: Vec<Evaluated>,
}

/// When many evaluations end.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Semantic {
    #[default]
    ExecuteAll,
    DenyOnFirstDeny,
    PermitOnFirstPermit,
}

impl Semantic {
    fn ends(self, decision: bool) -> bool {
        match self {
            Semantic::ExecuteAll => false,
            Semantic::DenyOnFirstDeny => !decision,
            Semantic::PermitOnFirstPermit => decision,
        }
    }
}

fn semantic(members: &mut Members<'_>) -> Semantic {
    let Some(options) = members.take_some::<Object<'_>>("options", &both!("an object", "een object")) else { return Semantic::default() };
    let mut own = Members::of(options);
    let words = both!(
        "`execute_all`, `deny_on_first_deny` or `permit_on_first_permit`",
        "`execute_all`, `deny_on_first_deny` of `permit_on_first_permit`"
    );
    let semantic = own.take_some::<Semantic>("evaluations_semantic", &words);
    members.findings.extend(own.findings.into_iter().map(|finding| finding.below("/options")));
    semantic.unwrap_or_default()
}

/// One of many: what is wrong with it is said in its place.
fn one_of(answering: &Answering<'_>, written: &RawValue, above: &Asked<'_>) -> Evaluated {
    let asked = match serde_json::from_str::<Object<'_>>(written.get()) {
        Ok(object) => {
            let mut own = Members::of(object);
            let asked = take(&mut own).over(above);
            let missing = if own.findings.is_empty() { asked.missing(&WHOLE) } else { own.findings };
            if missing.is_empty() { Ok(asked) } else { Err(missing) }
        }
        Err(_) => {
            Err(vec![Finding::body("", "bad-type", both!("an evaluation has to be an object", "een evaluatie moet een object zijn"))])
        }
    };
    match asked {
        Ok(asked) => evaluated(answering, &asked),
        Err(findings) => invalid(&findings, answering.language),
    }
}

/// What comes of an evaluation that is not right: all that is wrong with it.
fn invalid(findings: &[Finding], language: leidraad::Language) -> Evaluated {
    let details: Vec<&str> = findings.iter().map(|finding| finding.detail.get(language)).collect();
    failed(400, details.join("; "))
}

fn failed(status: u16, message: String) -> Evaluated {
    Evaluated { decision: false, context: Context::Failed { error: Failure { status, message } } }
}

/// What comes of an evaluation that is whole. What cannot be answered is no.
fn evaluated(answering: &Answering<'_>, asked: &Asked<'_>) -> Evaluated {
    let policy = answering.policy;
    let (catalogue, language) = (policy.catalogue(), answering.language);
    let (subject, resource) = (asked.subject.clone().unwrap_or_default(), asked.resource.clone().unwrap_or_default());
    let action = asked.action.as_ref().and_then(|action| action.id.clone()).unwrap_or_default();
    let facts = match facts(policy, asked) {
        Ok(facts) => facts,
        Err(findings) => return invalid(&findings, language),
    };
    let understood = customer(answering, &subject).and_then(|customer| {
        let service = service(catalogue, &resource)?;
        question(catalogue, (customer, service), asked, &facts, &action, answering.today)
    });
    let question = match understood {
        Ok(question) => question,
        Err(Unknown { status, message }) => return failed(status, message.get(language).to_owned()),
    };
    let decided = answering.decide(&question);
    answering.log(&question, &decided, None);
    match decided {
        Ok(decision) => told(&decision, facts.ignored, answering),
        Err(error) => {
            let problem = refused(policy, &question, &error);
            failed(problem.status.as_u16(), problem.detail.get(language).to_owned())
        }
    }
}

fn told(decision: &Decision<'_>, ignored: BTreeSet<String>, answering: &Answering<'_>) -> Evaluated {
    let language = answering.language;
    let written = decision.to_json(language);
    match serde_json::from_str::<Decided>(&written) {
        Ok(mut decided) => {
            decided.message = message(decision, language);
            decided.ignored = ignored;
            let is_granted = decision.outcome() == leidraad::Outcome::Granted;
            Evaluated { decision: is_granted, context: Context::Decided(Box::new(decided)) }
        }
        Err(cause) => failed(500, cause.to_string()),
    }
}
