//! All that can be asked, by its address; and the door before it.

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use bytes::Bytes;

use crate::access::Scope;
use crate::asker::Asker;
use crate::cached::json;
use crate::problem::Problem;
use crate::service::Shared;
use crate::{api, authzen, desk, door, ofrep};

/// Everything.
pub(crate) fn all(shared: Shared) -> Router {
    let (routes, described) = api::routes().split_for_parts();
    let document = Bytes::from(api::described(described, shared.base().as_deref()).to_string());
    let published = move || async move { public(json(document, leidraad::Language::En)) };
    Router::new()
        .nest("/v1", routes.route("/openapi.json", get(published)))
        .merge(authzen::routes(&shared))
        .merge(ofrep::routes())
        .merge(desk::routes())
        .route("/metrics", get(metrics))
        .route("/health/live", get(|| async { "live\n" }))
        .route("/health/ready", get(ready))
        .fallback(|| async { Problem::of_status(StatusCode::NOT_FOUND) })
        .method_not_allowed_fallback(|| async { Problem::of_status(StatusCode::METHOD_NOT_ALLOWED) })
        .layer(from_fn_with_state(shared.clone(), door::answer))
        .with_state(shared)
}

/// A page of any site may read this.
pub(crate) fn public(mut response: Response) -> Response {
    response.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    response
}

/// What is counted, as Prometheus reads it.
async fn metrics(State(shared): State<Shared>, asker: Asker) -> Result<Response, Problem> {
    asker.may(Scope::Admin)?;
    let render = shared.service.metrics.as_ref().ok_or_else(|| Problem::of_status(StatusCode::NOT_FOUND))?;
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], render.0()).into_response())
}

/// Whether it can answer: a policy is in force, and its log can be written.
async fn ready(State(shared): State<Shared>) -> Response {
    let health = shared.service.live.health();
    let told = if health.refused.is_some() { "ready; the source does not load, the last good policy answers\n" } else { "ready\n" };
    told.into_response()
}
