//! AuthZEN (Authorization API 1.0 of the OpenID Foundation): a subject, an action and a resource in; a decision out.
//!
//! A subject is a customer: its type is `customer`, or the customer's role; or it is a person who acts for one, named by `properties.customer`.
//! A resource is a service: its type is `service` and its id `domain/name`, or its type is the domain and its id the name. The action is `use`;
//! where the register has a fact `action`, the values of that. Properties are facts. What is undetermined is no: `context` says what is needed.

mod document;
mod entity;
mod evaluate;
mod search;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::Response;
use axum::routing::{get, post};
use bytes::Bytes;
use leidraad::both;
use serde::Serialize;

use crate::cached::{bytes, json};
use crate::problem::Problem;
use crate::routes::public;
use crate::service::Shared;

pub(crate) fn routes(shared: &Shared) -> Router<Shared> {
    let document = Bytes::from(document::described(shared.base().as_deref()).to_string());
    Router::new()
        .route("/access/v1/evaluation", post(evaluate::one))
        .route("/access/v1/evaluations", post(evaluate::many))
        .route("/access/v1/search/subject", post(search::subjects))
        .route("/access/v1/search/resource", post(search::resources))
        .route("/access/v1/search/action", post(search::actions))
        .route("/access/v1/openapi.json", get(move || async move { public(json(document, leidraad::Language::En)) }))
        .route("/.well-known/authzen-configuration", get(configuration))
}

/// Where everything is.
#[derive(Debug, Serialize)]
struct Configuration {
    /// the address of the policy decision point
    policy_decision_point: String,
    /// one decision
    access_evaluation_endpoint: String,
    /// many decisions
    access_evaluations_endpoint: String,
    /// who may
    search_subject_endpoint: String,
    /// on what somebody may
    search_resource_endpoint: String,
    /// what somebody may
    search_action_endpoint: String,
}

async fn configuration(State(shared): State<Shared>, headers: HeaderMap) -> Result<Response, Problem> {
    // Where nobody said, only this machine itself comes in by a name of its own; a name that anyone sent is told to nobody.
    let here = headers.get(header::HOST).and_then(|host| host.to_str().ok()).filter(|_| shared.service.access.is_open());
    let base = shared.base().or_else(|| here.map(|host| format!("http://{host}"))).ok_or_else(|| {
        Problem::not_found(both!(
            "the configuration does not say at which address others reach this: `public_url`",
            "de configuratie zegt niet op welk adres anderen dit bereiken: `public_url`"
        ))
    })?;
    let at = |path: &str| format!("{base}/access/v1/{path}");
    let told = Configuration {
        access_evaluation_endpoint: at("evaluation"),
        access_evaluations_endpoint: at("evaluations"),
        search_subject_endpoint: at("search/subject"),
        search_resource_endpoint: at("search/resource"),
        search_action_endpoint: at("search/action"),
        policy_decision_point: base,
    };
    Ok(json(bytes(&told), leidraad::Language::En))
}
