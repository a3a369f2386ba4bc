//! A service without a network: requests in, answers out.

#![allow(dead_code, reason = "each test file uses the part that it needs")]

use std::path::Path;
use std::sync::{Arc, LazyLock};

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::BodyExt;
use jiff::Timestamp;
use leidraad_live::Live;
use leidraad_serve::{Access, NewApiKey, Service};
use serde_json::{Value, json};
use tower::ServiceExt;

/// A day in the middle of 2026.
pub(crate) fn july() -> Timestamp {
    "2026-07-01T09:00:00Z".parse().unwrap()
}

pub(crate) fn service_of(folder: impl AsRef<Path>) -> Service {
    Service::of(Arc::new(Live::folder(folder.as_ref()).start().unwrap())).clock(july)
}

/// The shipped register, loaded once for all tests of a file.
pub(crate) fn service() -> Service {
    static LIVE: LazyLock<Arc<Live>> =
        LazyLock::new(|| Arc::new(Live::folder(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rules")).start().unwrap()));
    Service::of(Arc::clone(&LIVE)).clock(july)
}

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|fault| panic!("{fault}: {}", self.text))
    }
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
    /// The codes and places of all findings.
    pub(crate) fn errors(&self) -> Vec<(String, String)> {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let place = |error: &Value| {
            let location = &error["location"];
            if location["pointer"].is_string() { text(&location["pointer"]) } else { text(&location["name"]) }
        };
        self.json()["errors"].as_array().into_iter().flatten().map(|error| (place(error), text(&error["code"]))).collect()
    }
}

pub(crate) async fn send(router: &Router, request: Request<Body>) -> Answer {
    let response = router.clone().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let bytes = body.collect().await.unwrap().to_bytes();
    Answer { status: parts.status, headers: parts.headers, text: String::from_utf8(bytes.to_vec()).unwrap() }
}

pub(crate) async fn get(router: &Router, path: &str, headers: &[(&str, &str)]) -> Answer {
    ask(router, Method::GET, path, headers, Body::empty()).await
}

pub(crate) async fn ask(router: &Router, method: Method, path: &str, headers: &[(&str, &str)], body: Body) -> Answer {
    let mut request = Request::builder().method(method).uri(path).header("host", "localhost");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    send(router, request.body(body).unwrap()).await
}

/// Sends JSON.
pub(crate) async fn post(router: &Router, path: &str, body: &Value) -> Answer {
    ask(router, Method::POST, path, &[("content-type", "application/json")], Body::from(body.to_string())).await
}

/// Sends text as JSON.
pub(crate) async fn post_text(router: &Router, path: &str, body: &str) -> Answer {
    ask(router, Method::POST, path, &[("content-type", "application/json")], Body::from(body.to_owned())).await
}

/// A service with a key, and the key.
pub(crate) fn keyed(make: impl FnOnce(NewApiKey) -> NewApiKey) -> (Router, String) {
    let (key, secret) = make(NewApiKey::new("zaaksysteem")).make().unwrap();
    (service().access(Access::default().key(key)).router(), secret)
}

/// Asks for payroll.
pub(crate) async fn decide(router: &Router, headers: &[(&str, &str)], customer: &str) -> Answer {
    let mut all = vec![("content-type", "application/json")];
    all.extend(headers);
    let body = json!({ "customer": customer, "service": "hrm/payroll" }).to_string();
    ask(router, Method::POST, "/v1/decisions", &all, Body::from(body)).await
}
