//! What depends on the policy, the day, the language and the reader alone: a client that has it already is told so (`304`), and nothing is made anew.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use leidraad::{Date, Language, Policy, VERSION};
use sha2::{Digest, Sha256};

use crate::asker::Asker;
use crate::problem::Problem;

/// The tag of what a policy tells somebody on some day at an address.
pub(crate) fn tag(policy: &Policy, today: Date, language: Language, asker: &Asker, address: &str) -> String {
    let customers = asker.who.customers.as_ref().map(|customers| customers.iter().cloned().collect::<Vec<_>>().join("\n"));
    let all = [policy.digest(), VERSION, &today.to_string(), language.code(), customers.as_deref().unwrap_or("*"), address].join("\0");
    tag_of(all.as_bytes())
}

/// The tag of all that an answer depends on.
pub(crate) fn tag_of(all: &[u8]) -> String {
    let hash = hex::encode(Sha256::digest(all));
    format!("\"{}\"", hash.get(..32).unwrap_or(&hash))
}

/// Whether a client has what this tag is of: the same, or anything at all (RFC 9110, 13.1.2).
pub(crate) fn has(headers: &HeaderMap, tag: &str) -> bool {
    let tags = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    tags.flat_map(|value| value.split(',')).map(str::trim).any(|own| own == "*" || own.strip_prefix("W/").unwrap_or(own) == tag)
}

/// JSON that a client may have already.
pub(crate) fn answer(
    headers: &HeaderMap,
    tag: &str,
    language: Language,
    make: impl FnOnce() -> Result<Vec<u8>, Problem>,
) -> Result<Response, Problem> {
    let mut response = if has(headers, tag) { StatusCode::NOT_MODIFIED.into_response() } else { json(make()?, language) };
    let own = response.headers_mut();
    if let Ok(tag) = HeaderValue::from_str(tag) {
        own.insert(header::ETAG, tag);
    }
    own.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(language.code()));
    // Whoever keeps it asks each time whether it still holds, and hands it on to nobody.
    own.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    own.insert(header::VARY, HeaderValue::from_static("Accept-Language, Authorization, X-API-Key"));
    Ok(response)
}

/// An answer of JSON.
pub(crate) fn json(body: impl Into<Body>, language: Language) -> Response {
    let mut response = Response::new(body.into());
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(language.code()));
    response
}

/// A record as JSON.
pub(crate) fn bytes(record: &impl serde::Serialize) -> Vec<u8> {
    // Texts and numbers alone: there is nothing that could not be written.
    serde_json::to_vec(record).unwrap_or_default()
}
