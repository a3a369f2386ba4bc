//! A request in, and its answer on the way out: who may come in, how much at once; every error in one shape; headers that keep browsers safe.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;
use leidraad::{Language, both};
use tokio::time::timeout_at;

use crate::asker::{self, Asker, Origin};
use crate::body::{is_json, until_sent};
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

/// No request takes longer, whatever the limits say.
const DAY: Duration = Duration::from_hours(24);

/// Stands before every route.
pub(crate) async fn answer(State(shared): State<Shared>, request: Request, next: Next) -> Response {
    let begun = Instant::now();
    // What was asked for as its route has it: an address that anyone made up is no name of a metric.
    let route = request.extensions().get::<MatchedPath>().map_or_else(|| "none".to_owned(), |matched| matched.as_str().to_owned());
    let path = request.uri().path().to_owned();
    let id = asker::request_id(request.headers());
    let came = Came {
        language: desk::language_of(&path).or_else(|| asker::liked(request.headers())),
        id: id.clone(),
        is_page: desk::is_page(&path),
        deadline: begun + shared.service.limits.time.min(DAY),
    };
    let Came { language, is_page, deadline, .. } = came;
    let seen = Seen::of(request.headers(), request.method(), &route);
    let admitted = AssertUnwindSafe(admitted(&shared, request, next, came)).catch_unwind();
    let mut response = match seen.during(timeout_at(deadline.into(), admitted)).await {
        Ok(Ok(Ok(response))) => response,
        Ok(Ok(Err(problem))) => problem.into_response(),
        Ok(Err(_)) => Problem::of_status(StatusCode::INTERNAL_SERVER_ERROR).into_response(),
        Err(_) => Problem::of_status(StatusCode::REQUEST_TIMEOUT).into_response(),
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
    if let Some(id) = id.ok().flatten().and_then(|id| HeaderValue::from_str(&id).ok()) {
        headers.insert("x-request-id", id);
    }
    response
}

/// What is read of a request before it is let in.
struct Came {
    language: Option<Language>,
    /// what the caller calls it by, or why that cannot be given back
    id: Result<Option<String>, Problem>,
    is_page: bool,
    deadline: Instant,
}

/// Lets a request in, if it may.
async fn admitted(shared: &Shared, mut request: Request, next: Next, came: Came) -> Result<Response, Problem> {
    host(shared, &request)?;
    // It is given back as it came, or not taken at all.
    let id = came.id?;
    if PUBLIC.contains(&request.uri().path()) {
        return Ok(next.run(request).await);
    }
    let is_open = shared.service.access.is_open();
    // What a page elsewhere could have a browser send: all but JSON, for which browsers ask first.
    if *request.method() == Method::POST && !is_json(request.headers()) {
        same_site(shared, &request)?;
    } else if is_open || came.is_page {
        visited(&request)?;
    }
    let headers = request.headers();
    if headers.get_all(header::TRANSFER_ENCODING).iter().any(|coding| !coding.as_bytes().eq_ignore_ascii_case(b"chunked")) {
        return Err(Problem::new(
            StatusCode::BAD_REQUEST,
            both!("no transfer coding but `chunked`", "geen andere overdrachtscodering dan `chunked`"),
        ));
    }
    let admitted = shared.service.access.admit(headers, shared.now()).await;
    let who = admitted.map_err(|problem| if came.is_page { by_browser(problem) } else { problem })?;
    shared.rate(&who).map_err(|wait| later(StatusCode::TOO_MANY_REQUESTS, wait))?;
    let origin = request.extensions().get::<Origin>().copied();
    let seat = shared.shares.seat(&who.name).ok_or_else(|| later(StatusCode::SERVICE_UNAVAILABLE, Duration::from_secs(1)))?;
    let seat = Arc::new(seat);
    let asker = Asker {
        who,
        language: came.language,
        trace: asker::trace(headers),
        request: id,
        origin,
        seat: Arc::clone(&seat),
        deadline: came.deadline,
    };
    request.extensions_mut().insert(asker);
    Ok(until_sent(next.run(request).await, seat))
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
fn host(shared: &Shared, request: &Request) -> Result<(), Problem> {
    if !shared.service.access.is_open() {
        return Ok(());
    }
    let forwarded = FORWARDED.iter().any(|name| request.headers().contains_key(*name));
    let is_here = named_host(request).is_some_and(|host| {
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

/// What proxies add.
const FORWARDED: [&str; 6] = ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "via"];

/// The one host that a request names, in its address or in the header `Host`; `None` if it names none, or two.
fn named_host(request: &Request) -> Option<&str> {
    let named = request.headers().get_all(header::HOST).iter().map(|host| host.to_str().ok());
    let mut all = named.chain(request.uri().authority().map(|authority| Some(authority.as_str())));
    let host = all.next()??;
    all.all(|other| other.is_some_and(|other| other.eq_ignore_ascii_case(host))).then_some(host)
}

/// What a browser calls a page of ours, and what somebody typed.
const HERE: [&str; 2] = ["same-origin", "none"];

/// Whether a header has none but these words, each time that it stands there.
fn says(headers: &HeaderMap, name: &str, words: &[&str]) -> bool {
    headers.get_all(name).iter().all(|word| word.to_str().is_ok_and(|word| words.contains(&word)))
}

/// A page elsewhere may lead somebody here, but does not ask for itself: no picture of it, no frame, no script.
fn visited(request: &Request) -> Result<(), Problem> {
    let headers = request.headers();
    let is_led = headers.contains_key("sec-fetch-dest")
        && says(headers, "sec-fetch-dest", &["document"])
        && says(headers, "sec-fetch-mode", &["navigate"]);
    if says(headers, "sec-fetch-site", &HERE) || is_led {
        return Ok(());
    }
    Err(Problem::forbidden(both!("a page of another site asked for this", "een pagina van een andere site vroeg hierom")))
}

/// A form is filled in on a page of ours. Browsers say so by `Sec-Fetch-Site`; those that do not, by `Origin`.
fn same_site(shared: &Shared, request: &Request) -> Result<(), Problem> {
    let headers = request.headers();
    let public = shared.service.public_url.as_ref().map(url::Url::authority);
    let is_own = |origin: &HeaderValue| {
        let host = origin.to_str().ok().and_then(|origin| origin.split_once("://")).map(|(_, host)| host);
        host.is_some_and(|host| [named_host(request), public].into_iter().flatten().any(|own| own.eq_ignore_ascii_case(host)))
    };
    let is_same = if headers.contains_key("sec-fetch-site") {
        says(headers, "sec-fetch-site", &HERE)
    } else {
        headers.get_all(header::ORIGIN).iter().all(is_own)
    };
    if is_same {
        return Ok(());
    }
    Err(Problem::forbidden(both!("this form was sent from another site", "dit formulier is vanaf een andere site verstuurd")))
}

/// An error in the one shape that all have.
fn told(mut response: Response, language: Language, is_page: bool) -> Response {
    let status = response.status();
    let problem = response.extensions_mut().remove::<Problem>().unwrap_or_else(|| Problem::of_status(status));
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
        // Where a page tells nothing of itself, browsers do not say either whether a form is its own.
        (header::REFERRER_POLICY, if is_page { "same-origin" } else { "no-referrer" }),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=()"),
    ];
    for (name, value) in all {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
}
