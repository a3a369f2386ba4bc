//! The policy in force: which, since when, how its source stands; and putting one back that was before.

use axum::extract::State;
use axum::response::Response;
use jiff::Timestamp;
use leidraad::{Bilingual, Language, both};
use leidraad_live::Health;
use serde::Serialize;
use utoipa::ToSchema;

use crate::access::Scope;
use crate::asker::Asker;
use crate::body::Json;
use crate::cached::{bytes, json};
use crate::object::{Members, object};
use crate::problem::{Finding, Problem};
use crate::service::{Shared, aside};

/// The policy in force.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PolicyInForce {
    /// its digest
    digest: String,
    /// the name of its register
    name: String,
    /// the register's time zone: days are days there
    time_zone: String,
    /// the languages of its texts, the first one first
    languages: Vec<String>,
    /// since when it is in force
    #[schema(value_type = String, format = DateTime)]
    since: Timestamp,
    /// when its source was last seen to be what is in force
    #[schema(value_type = String, format = DateTime)]
    confirmed: Timestamp,
    /// the number of the bundle that it came from
    #[schema(minimum = 0)]
    bundle: Option<u64>,
    /// whether it was put back by hand: successors wait
    pinned: bool,
    /// whether it is the last good one that was kept, since its source did not load
    from_kept: bool,
    /// whether its source is followed
    following: bool,
    /// what is wrong with the source as it is now; empty if it is what is in force
    findings: Vec<FindingOfSource>,
}

/// Something that is wrong with a source that is not in force.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FindingOfSource {
    /// a stable word for what it is
    code: String,
    /// what is wrong
    message: String,
    /// the file in the register
    file: String,
    /// the line in it, from 1
    #[schema(minimum = 1)]
    line: Option<usize>,
    /// the column, from 1
    #[schema(minimum = 1)]
    column: Option<usize>,
}

fn in_force(shared: &Shared, asker: &Asker) -> (PolicyInForce, Language) {
    let (policy, health) = (shared.policy(), shared.service.live.health());
    let language = asker.language(&policy);
    let Health { digest, since, confirmed, bundle, is_pinned, is_from_kept, is_following, refused, .. } = health;
    let sees_all = asker.who.customers.is_none();
    let findings = refused.iter().flat_map(|report| report.diagnostics()).filter(|_| sees_all).map(|finding| FindingOfSource {
        code: finding.code().word().to_owned(),
        message: finding.message(language).to_owned(),
        file: finding.file().to_owned(),
        line: finding.position().map(|(line, _)| line),
        column: finding.position().map(|(_, column)| column),
    });
    // What is wrong may be about anybody: who sees some customers alone is told that something is.
    let wrong = both!(
        "the source does not load; what is wrong is told to keys that see all customers",
        "de bron wordt niet geladen; wat er mis is, wordt verteld aan sleutels die alle klanten zien"
    );
    let hidden = refused.is_some() && !sees_all;
    let hidden = hidden.then(|| FindingOfSource {
        code: "refused".to_owned(),
        message: wrong.get(language).to_owned(),
        file: String::new(),
        line: None,
        column: None,
    });
    let told = PolicyInForce {
        digest,
        name: policy.name().to_owned(),
        time_zone: policy.time_zone().to_owned(),
        languages: policy.languages().iter().map(ToString::to_string).collect(),
        since,
        confirmed,
        bundle,
        pinned: is_pinned,
        from_kept: is_from_kept,
        following: is_following,
        findings: findings.chain(hidden).collect(),
    };
    (told, language)
}

/// The policy in force
///
/// Its digest, since when it answers, and what is wrong with a successor that does not load.
#[utoipa::path(
    get, path = "/policy", tag = "policy", operation_id = "policy",
    responses((status = 200, description = "The policy in force", body = PolicyInForce)),
)]
pub(crate) async fn policy(State(shared): State<Shared>, asker: Asker) -> Result<Response, Problem> {
    asker.may(Scope::Ask)?;
    let (told, language) = in_force(&shared, &asker);
    Ok(json(bytes(&told), language))
}

/// A policy to be put back.
#[derive(Debug, ToSchema)]
#[allow(dead_code, reason = "it describes what is read member by member")]
pub(crate) struct Pin {
    /// the digest of a policy that was in force since the service was started
    #[schema(example = "sha256:6eea8d917a242e56eb787dacdc9129a2908b304474f509e4ac1c993e3b2bb42d")]
    digest: String,
}

/// Put a policy back that was in force before
///
/// It stays until the source is followed again.
#[utoipa::path(
    put, path = "/policy/pin", tag = "policy", operation_id = "pin", request_body = Pin,
    responses((status = 200, description = "The policy in force", body = PolicyInForce)),
)]
pub(crate) async fn pin(State(shared): State<Shared>, asker: Asker, Json(body): Json) -> Result<Response, Problem> {
    asker.may(Scope::Admin)?;
    let mut members = Members::of(object(&body).map_err(|finding| Problem::invalid(vec![finding]))?);
    let digest = members.text("digest");
    members.no_more("`digest`");
    let (Some(digest), true) = (digest, members.findings.is_empty()) else { return Err(Problem::invalid(members.findings)) };
    aside(|| shared.service.live.roll_back(&digest)).map_err(|_| {
        let detail: Bilingual = both!(
            "no policy of this digest was in force since the service was started",
            "sinds de service is gestart, gold er geen beleid met deze digest"
        );
        Problem::invalid(vec![Finding::body("/digest", "unknown-digest", detail)])
    })?;
    let (told, language) = in_force(&shared, &asker);
    Ok(json(bytes(&told), language))
}

/// Follow the source again
///
/// What it is now comes in force, if it loads.
#[utoipa::path(
    delete, path = "/policy/pin", tag = "policy", operation_id = "unpin",
    responses((status = 200, description = "The policy in force", body = PolicyInForce)),
)]
pub(crate) async fn unpin(State(shared): State<Shared>, asker: Asker) -> Result<Response, Problem> {
    asker.may(Scope::Admin)?;
    aside(|| shared.service.live.follow());
    let (told, language) = in_force(&shared, &asker);
    Ok(json(bytes(&told), language))
}
