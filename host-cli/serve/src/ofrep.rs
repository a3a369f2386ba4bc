//! OpenFeature's remote evaluation (OFREP): a service as a flag, a customer as the targeting key, facts as the context. The value is whether the
//! customer is entitled, the variant is the level; of what is undetermined, the reason says what is needed.

use std::collections::{BTreeMap, BTreeSet};

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use leidraad::catalogue::Level;
use leidraad::{Bilingual, Date, Decision, Error, FactValue, Language, Outcome, Question, both};
use serde::Serialize;
use serde_json::value::RawValue;

use crate::access::Scope;
use crate::answer::{Answered, Answering};
use crate::asker::Asker;
use crate::body::Json;
use crate::cached::{bytes, has, json, tag, tag_of};
use crate::door::OwnBody;
use crate::object::{Members, Object, note, object, shortened};
use crate::problem::Problem;
use crate::question::{When, may_be_given, message, no_value, refused};
use crate::service::{Shared, light};

pub(crate) fn routes() -> Router<Shared> {
    Router::new()
        .route("/ofrep/v1/evaluate/flags", post(all))
        .route("/ofrep/v1/evaluate/flags/{*key}", post(one))
        .route("/ofrep/v1/configuration", get(configuration))
}

/// A flag, evaluated.
#[derive(Debug, Serialize)]
struct Flag {
    key: String,
    value: bool,
    reason: String,
    variant: String,
    metadata: BTreeMap<&'static str, String>,
}

/// Why a flag has no value.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Failure {
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<String>,
    error_code: &'static str,
    error_details: String,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Evaluated {
    Flag(Flag),
    Failure(Failure),
}

#[derive(Debug, Serialize)]
struct Flags {
    flags: Vec<Evaluated>,
    metadata: BTreeMap<&'static str, String>,
}

/// What a request says of itself, or why it cannot be read.
struct Bad {
    code: &'static str,
    details: Bilingual,
}

/// Who it is about, and what is known.
struct Context {
    customer: String,
    when: When,
    facts: BTreeMap<String, FactValue>,
    ignored: BTreeSet<String>,
}

impl Context {
    fn question(&self, service: &str, today: Date) -> Question {
        let mut question = self.when.question(&self.customer, service, today);
        question.facts.clone_from(&self.facts);
        question
    }
}

impl Context {
    /// What was no fact of ours.
    fn told_ignored(&self) -> Option<(&'static str, String)> {
        let all = self.ignored.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
        (!all.is_empty()).then_some(("ignored", all))
    }
}

/// Reads the context of a body. What is no fact of ours is another application's own, and is named in the answer.
fn context(body: &[u8], answering: &Answering<'_>) -> Result<Context, Bad> {
    let bad = |code, details| Bad { code, details };
    let mut members = Members::of(object(body).map_err(|finding| bad("PARSE_ERROR", finding.detail))?);
    let object = members.take::<Object<'_>>("context", &both!("an object", "een object"));
    let mut own = Members::of(object.unwrap_or_default());
    let customer = own.take_some::<String>("targetingKey", &both!("a text", "een tekst"));
    let when = When::take(&mut own);
    if let Some(finding) = members.findings.pop().or_else(|| own.findings.pop()) {
        return Err(bad("INVALID_CONTEXT", finding.detail));
    }
    let Some(customer) = customer.filter(|customer| !customer.is_empty()) else {
        return Err(bad("TARGETING_KEY_MISSING", both!("`targetingKey` has to name a customer", "`targetingKey` moet een klant noemen")));
    };
    let catalogue = answering.policy.catalogue();
    let mut context = Context { customer, when, facts: BTreeMap::new(), ignored: BTreeSet::new() };
    for (name, value) in own.all() {
        let is_fact = catalogue.facts().any(|fact| fact.name() == name && may_be_given(fact));
        match serde_json::from_str::<Option<FactValue>>(RawValue::get(value)) {
            Ok(Some(value)) if is_fact => {
                context.facts.insert(name, value);
            }
            Ok(None) if is_fact => {}
            Err(_) if is_fact => return Err(bad("INVALID_CONTEXT", no_value(String::new(), &name, value).detail)),
            _ => note(&mut context.ignored, &name),
        }
    }
    answering.asker.customer(answering.policy, &context.customer).map_err(|none| bad("INVALID_CONTEXT", none.detail()))?;
    Ok(context)
}

fn failed(status: StatusCode, failure: &Failure, language: Language) -> Response {
    let mut response = json(bytes(failure), language);
    *response.status_mut() = status;
    response.extensions_mut().insert(OwnBody);
    response
}

/// One flag.
async fn one(
    State(shared): State<Shared>,
    asker: Asker,
    Path(key): Path<String>,
    body: Result<Json, Problem>,
) -> Result<Response, Problem> {
    asker.may(Scope::Ask)?;
    let Json(body) = body?;
    let make = |answering: &Answering<'_>| {
        let (policy, language) = (answering.policy, answering.language);
        let failure = |code, details: &Bilingual| Failure {
            key: Some(key.clone()),
            error_code: code,
            error_details: details.get(language).to_owned(),
        };
        let context = match context(&body, answering) {
            Ok(context) => context,
            Err(Bad { code, details }) => return Ok(failed(StatusCode::BAD_REQUEST, &failure(code, &details), language)),
        };
        // A flag is known by its id alone: that is what code is written with.
        if !policy.catalogue().services().any(|service| service.id() == key) {
            let shown = shortened(&key);
            let details = both!("there is no service `{shown}`", "er is geen dienst `{shown}`");
            return Ok(failed(StatusCode::NOT_FOUND, &failure("FLAG_NOT_FOUND", &details), language));
        }
        let question = context.question(&key, answering.today);
        let decided = answering.decide(&question);
        answering.log(&question, &decided, None);
        Ok(match evaluated(answering, &question, decided) {
            Evaluated::Flag(mut flag) => {
                flag.metadata.extend(context.told_ignored());
                json(bytes(&flag), language)
            }
            Evaluated::Failure(failure) => failed(StatusCode::BAD_REQUEST, &failure, language),
        })
    };
    light(body.len(), || Answered::of(&shared, &asker, "ofrep", make)).given(&shared).await
}

/// All flags of a customer.
async fn all(State(shared): State<Shared>, asker: Asker, headers: HeaderMap, body: Result<Json, Problem>) -> Result<Response, Problem> {
    asker.may(Scope::Ask)?;
    let Json(body) = body?;
    let make = |answering: &Answering<'_>| {
        let (policy, language, today) = (answering.policy, answering.language, answering.today);
        let context = match context(&body, answering) {
            Ok(context) => context,
            Err(Bad { code, details }) => {
                let failure = Failure { key: None, error_code: code, error_details: details.get(language).to_owned() };
                return Ok(failed(StatusCode::BAD_REQUEST, &failure, language));
            }
        };
        // The answer depends on what was sent, too.
        let tag = tag_of(&[tag(policy, today, language, &asker, "ofrep").as_bytes(), &body].concat());
        let mut response = if has(&headers, &tag) {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            let batch = policy.batch();
            let mut flags = Vec::new();
            for service in policy.catalogue().services() {
                asker.in_time()?;
                let question = context.question(service.id(), today);
                let decided = batch.decide(&question);
                answering.log(&question, &decided, None);
                flags.push(evaluated(answering, &question, decided));
            }
            let mut metadata = BTreeMap::from([("policy", policy.digest().to_owned())]);
            metadata.extend(context.told_ignored());
            json(bytes(&Flags { flags, metadata }), language)
        };
        if let Ok(tag) = HeaderValue::from_str(&tag) {
            response.headers_mut().insert(header::ETAG, tag);
        }
        Ok(response)
    };
    asker.heavy(|| Answered::of(&shared, &asker, "ofrep", make)).await.given(&shared).await
}

fn evaluated(answering: &Answering<'_>, question: &Question, decided: Result<Decision<'_>, Error>) -> Evaluated {
    let language = answering.language;
    let decision = match decided {
        Ok(decision) => decision,
        Err(error) => {
            let problem = refused(answering.policy, question, &error);
            let code = if problem.status == StatusCode::BAD_REQUEST { "INVALID_CONTEXT" } else { "GENERAL" };
            let error_details = problem.detail.get(language).to_owned();
            return Evaluated::Failure(Failure { key: Some(question.service.clone()), error_code: code, error_details });
        }
    };
    let answer = decision.answer();
    let needs = decision.needs().join(", ");
    let is_open = decision.outcome() == Outcome::Undetermined;
    let obligations: Vec<&str> = answer.obligations().map(leidraad::catalogue::Term::id).collect();
    let mut metadata = BTreeMap::from([
        ("outcome", decision.outcome().word().to_owned()),
        ("message", message(&decision, language)),
        ("policy", answering.policy.digest().to_owned()),
    ]);
    let more = [
        ("needs", needs.clone()),
        ("obligations", obligations.join(", ")),
        ("until", decision.holds().until.map(|day| day.to_string()).unwrap_or_default()),
    ];
    metadata.extend(more.into_iter().filter(|(_, text)| !text.is_empty()));
    Evaluated::Flag(Flag {
        key: question.service.clone(),
        value: decision.outcome() == Outcome::Granted,
        reason: if is_open { format!("NEEDS: {needs}") } else { "TARGETING_MATCH".to_owned() },
        variant: answer.level().map_or("undetermined", Level::id).to_owned(),
        metadata,
    })
}

#[derive(Debug, Serialize)]
struct Configuration {
    name: &'static str,
    capabilities: serde_json::Value,
}

/// What a provider is told of us.
async fn configuration() -> Response {
    let capabilities = serde_json::json!({
        "flagEvaluation": { "supportedTypes": ["boolean"] },
        "cacheInvalidation": { "polling": { "enabled": true, "minPollingIntervalMs": 1000 } },
    });
    json(bytes(&Configuration { name: "leidraad", capabilities }), Language::En)
}
