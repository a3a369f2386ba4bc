//! A request in, and its answer on the way out: who may come in, how much at once; every error in one shape; headers that keep browsers safe.

use std::panic::AssertUnwindSafe;
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;
use leidraad::{Language, both};

use crate::asker::{self, Asker, Origin};
use crate::problem::Problem;
use crate::service::Shared;
use crate::trace::Seen;
use crate::{VERSION, desk};

/// An answer whose error body is that of another standard: it stays as it is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OwnBody;

/// What anyone may read: that it lives, and how it is to be spoken to.
const PUBLIC: [&str; 7] = [
    "/health/live",
    "/health/ready",
    "/v1/openapi.json",
    "/access/v1/openapi.json",
    "/.well-known/authzen-configuration",
    "/desk.css",
    "/desk.js",
];

/// Stands before every route.
pub(crate) async fn answer(State(shared): State<Shared>, request: Request, next: Next) -> Response {
    let begun = Instant::now();
    // What was asked for as its route has it: an address that anyone made up is no name of a metric.
    let route = request.extensions().get::<MatchedPath>().map_or_else(|| "none".to_owned(), |matched| matched.as_str().to_owned());
    let path = request.uri().path().to_owned();
    let id = asker::request_id(request.headers());
    let is_page = desk::is_page(&path);
    let language = desk::language_of(&path).or_else(|| asker::liked(request.headers()));
    let seen = Seen::of(request.headers(), request.method(), &route);
    let came = seen.during(AssertUnwindSafe(admitted(&shared, request, next, language, id.clone(), is_page)).catch_unwind()).await;
    let mut response = match came {
        Ok(Ok(response)) => response,
        Ok(Err(problem)) => problem.into_response(),
        Err(_) => Problem::of_status(StatusCode::INTERNAL_SERVER_ERROR).into_response(),
    };
    let status = response.status();
    if (status.is_client_error() || status.is_server_error()) && response.extensions().get::<OwnBody>().is_none() {
        response = told(response, asker::spoken(language, &shared.policy()), is_page);
    }
    seen.came(status.as_u16());
    metrics::counter!("leidraad_http_requests_total", "route" => route.clone(), "status" => status.as_u16().to_string()).increment(1);
    metrics::histogram!("leidraad_http_seconds", "route" => route).record(begun.elapsed());
    let headers = response.headers_mut();
    secure(headers, is_page);
    headers.insert("api-version", HeaderValue::from_static(VERSION));
    if let Some(id) = id.and_then(|id| HeaderValue::from_str(&id).ok()) {
        headers.insert("x-request-id", id);
    }
    response
}

/// Lets a request in, if it may.
async fn admitted(
    shared: &Shared,
    mut request: Request,
    next: Next,
    language: Option<Language>,
    id: Option<String>,
    is_page: bool,
) -> Result<Response, Problem> {
    let headers = request.headers();
    host(shared, headers)?;
    if is_page && *request.method() == Method::POST {
        same_site(headers)?;
    }
    if !PUBLIC.contains(&request.uri().path()) {
        let admitted = shared.service.access.admit(headers, shared.now()).await;
        let who = admitted.map_err(|problem| if is_page { by_browser(problem) } else { problem })?;
        shared.rate(&who).map_err(|wait| later(StatusCode::TOO_MANY_REQUESTS, wait))?;
        let origin = request.extensions().get::<Origin>().copied();
        let asker = Asker { who, language, trace: asker::trace(headers), request: id, origin };
        request.extensions_mut().insert(asker);
    }
    let Ok(_place) = shared.at_once.try_acquire() else {
        return Err(later(StatusCode::SERVICE_UNAVAILABLE, Duration::from_secs(1)));
    };
    tokio::time::timeout(shared.service.limits.time, next.run(request)).await.map_err(|_| Problem::of_status(StatusCode::REQUEST_TIMEOUT))
}

fn later(status: StatusCode, wait: Duration) -> Problem {
    let seconds = wait.as_secs() + 1;
    let detail = both!(
        "too much is asked at the moment; try again in {seconds} s",
        "er wordt nu te veel gevraagd; probeer het over {seconds} s opnieuw"
    );
    Problem::new(status, detail).header(header::RETRY_AFTER, HeaderValue::from(seconds))
}

/// A browser can ask its user for the key.
fn by_browser(problem: Problem) -> Problem {
    if problem.status != StatusCode::UNAUTHORIZED {
        return problem;
    }
    problem.header(header::WWW_AUTHENTICATE, HeaderValue::from_static("Basic realm=\"Leidraad\", charset=\"UTF-8\""))
}

/// Without keys, only this machine itself is answered: not a page elsewhere that a browser here was led to, nor a proxy.
fn host(shared: &Shared, headers: &HeaderMap) -> Result<(), Problem> {
    if !shared.service.access.is_open() {
        return Ok(());
    }
    let forwarded = ["forwarded", "x-forwarded-for", "x-forwarded-host"].iter().any(|name| headers.contains_key(*name));
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let is_here = host.is_none_or(|host| {
        let name = host.rsplit_once(':').filter(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit())).map_or(host, |(name, _)| name);
        ["localhost", "127.0.0.1", "[::1]"].iter().any(|own| name.eq_ignore_ascii_case(own))
    });
    if is_here && !forwarded {
        return Ok(());
    }
    Err(Problem::forbidden(both!(
        "without keys, only this machine is answered, at localhost; set up access to be reached from elsewhere",
        "zonder sleutels wordt alleen deze machine zelf beantwoord, op localhost; stel toegang in om van elders bereikbaar te zijn"
    )))
}

/// A form is filled in on a page of ours.
fn same_site(headers: &HeaderMap) -> Result<(), Problem> {
    let text = |name: &HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let fetched = text(&HeaderName::from_static("sec-fetch-site")).is_none_or(|site| site == "same-origin" || site == "none");
    let origin = text(&header::ORIGIN).is_none_or(|origin| {
        let own = text(&header::HOST).unwrap_or_default();
        origin.split_once("://").is_some_and(|(_, host)| host.eq_ignore_ascii_case(own))
    });
    if fetched && origin {
        return Ok(());
    }
    Err(Problem::forbidden(both!("this form was sent from another site", "dit formulier is vanaf een andere site verstuurd")))
}

/// An error in the one shape that all have.
fn told(response: Response, language: Language, is_page: bool) -> Response {
    let status = response.status();
    let problem = response.extensions().get::<Problem>().cloned().unwrap_or_else(|| Problem::of_status(status));
    let (mut parts, _) = response.into_parts();
    let (kind, body) = if is_page {
        ("text/html; charset=utf-8", desk::problem(&problem, language))
    } else {
        ("application/problem+json", serde_json::to_string(&problem.record(language)).unwrap_or_default())
    };
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    parts.headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(language.code()));
    parts.headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Response::from_parts(parts, Body::from(body))
}

/// The headers that the NL API Design Rules want of every answer (`/core/transport/security-headers`).
fn secure(headers: &mut HeaderMap, is_page: bool) {
    let policy = if is_page {
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    } else {
        "default-src 'none'; frame-ancestors 'none'"
    };
    let all = [
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::STRICT_TRANSPORT_SECURITY, "max-age=31536000; includeSubDomains"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "no-referrer"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=()"),
    ];
    for (name, value) in all {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
}
