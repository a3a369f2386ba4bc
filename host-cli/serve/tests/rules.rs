//! The NL API Design Rules (Logius, ADR 2.2): each technical rule by its name.

mod run;

use axum::body::Body;
use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use run::{ask, get, post, post_text, service};

async fn document() -> Value {
    get(&service().router(), "/v1/openapi.json", &[]).await.json()
}

fn operations(document: &Value) -> Vec<(&str, &str, &Value)> {
    let paths = document["paths"].as_object().unwrap();
    paths
        .iter()
        .flat_map(|(path, all)| all.as_object().unwrap().iter().map(move |(method, own)| (path.as_str(), method.as_str(), own)))
        .collect()
}

/// `/core/no-trailing-slash`, `/core/path-segments-kebab-case`, `/core/query-keys-camel-case`, `/core/http-methods`
#[tokio::test(flavor = "multi_thread")]
async fn addresses_are_written_as_they_should_be() {
    let document = document().await;
    for (path, method, own) in operations(&document) {
        assert!(["get", "post", "put", "delete", "patch"].contains(&method), "{method}");
        assert!(path == "/" || !path.ends_with('/'), "{path}");
        for segment in path.split('/').skip(1).filter(|segment| *segment != "openapi.json") {
            let is_kebab = segment.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
            assert!(segment.starts_with('{') || is_kebab, "{path}");
        }
        for parameter in own["parameters"].as_array().into_iter().flatten().filter(|parameter| parameter["in"] == "query") {
            let name = parameter["name"].as_str().unwrap();
            assert!(name.starts_with(|c: char| c.is_ascii_lowercase()) && name.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{name}");
        }
    }
    let answer = get(&service().router(), "/v1/customers/", &[]).await;
    assert_eq!((answer.status, answer.header("location")), (StatusCode::NOT_FOUND, ""));
}

/// `/core/uri-version`, `/core/semver`, `/core/version-header`
#[tokio::test(flavor = "multi_thread")]
async fn the_version_is_in_the_address_and_in_every_answer() {
    let document = document().await;
    let version = document["info"]["version"].as_str().unwrap();
    assert_eq!(version.split('.').filter(|part| part.parse::<u32>().is_ok()).count(), 3);
    for server in document["servers"].as_array().unwrap() {
        assert!(server["url"].as_str().unwrap().ends_with("/v1"));
    }
    let router = service().router();
    for path in ["/v1/customers", "/v1/nothing", "/v1/openapi.json", "/v1/policy", "/nothing", "/health/live"] {
        assert_eq!(get(&router, path, &[]).await.header("api-version"), version, "{path}");
    }
}

/// `/core/doc-openapi`, `/core/doc-openapi-contact`, `/core/publish-openapi`, `/core/transport/cors`
#[tokio::test(flavor = "multi_thread")]
async fn the_document_is_published() {
    let answer = get(&service().router(), "/v1/openapi.json", &[("origin", "https://elders.nl")]).await;
    assert_eq!((answer.header("content-type"), answer.header("access-control-allow-origin")), ("application/json", "*"));
    let document = answer.json();
    assert_eq!(document["openapi"], "3.1.0");
    for name in ["name", "url", "email"] {
        assert!(document["info"]["contact"][name].is_string());
    }
    let text = answer.text;
    for at in text.match_indices("\"$ref\":\"#/") {
        let pointer: &str = text[at.0 + 8..].split('"').next().unwrap();
        assert!(document.pointer(pointer.trim_start_matches('#')).is_some(), "{pointer}");
    }
    let other = get(&service().router(), "/v1/customers", &[("origin", "https://elders.nl")]).await;
    assert_eq!(other.header("access-control-allow-origin"), "");
}

/// `/core/error-handling/problem-details`, `/core/error-handling/invalid-input`, `/core/error-handling/bad-request`
#[tokio::test(flavor = "multi_thread")]
async fn every_error_is_a_problem() {
    let router = service().router();
    let json_head = [("content-type", "application/json")];
    let answers = [
        get(&router, "/v1/nothing", &[]).await,
        get(&router, "/nothing", &[]).await,
        get(&router, "/v1/customers/nobody", &[]).await,
        get(&router, "/v1/decisions", &[]).await,
        ask(&router, Method::DELETE, "/v1/customers", &[], Body::empty()).await,
        ask(&router, Method::POST, "/v1/decisions", &[], Body::from("{}")).await,
        ask(&router, Method::POST, "/v1/decisions", &json_head, Body::from(vec![b' '; 2 << 20])).await,
        ask(&router, Method::POST, "/v1/decisions", &json_head, Body::from(vec![0xff])).await,
        post_text(&router, "/v1/decisions", "").await,
        post_text(&router, "/v1/decisions", "{\"customer\": }").await,
        post(&router, "/v1/decisions", &json!({ "customer": "leidn", "service": "advies" })).await,
    ];
    let statuses: Vec<u16> = answers.iter().map(|answer| answer.status.as_u16()).collect();
    assert_eq!(statuses, [404, 404, 404, 405, 405, 415, 413, 400, 400, 400, 400]);
    for answer in answers {
        assert_eq!(answer.header("content-type"), "application/problem+json");
        let problem = answer.json();
        let mut names: Vec<&str> = problem.as_object().unwrap().keys().map(String::as_str).collect();
        names.retain(|name| *name != "errors");
        assert_eq!(names, ["detail", "status", "title"]);
        assert_eq!(problem["status"], answer.status.as_u16());
        assert_eq!(problem.get("errors").is_some(), answer.status == StatusCode::BAD_REQUEST);
    }
}

/// All that is wrong is told at once, each by its pointer.
#[tokio::test(flavor = "multi_thread")]
async fn all_findings_are_told_by_pointer() {
    let router = service().router();
    let finding = |place: &str, code: &str| (place.to_owned(), code.to_owned());
    let answer = post(&router, "/v1/decisions", &json!({ "customer": 5, "on": "1-1-2026", "fcts": {}, "proposed": null })).await;
    assert_eq!(
        answer.errors(),
        [
            finding("/customer", "bad-type"),
            finding("/service", "missing"),
            finding("/on", "bad-day"),
            finding("/proposed", "bad-type"),
            finding("/fcts", "unknown-name")
        ]
    );
    let body =
        json!({ "customer": "leidn", "service": "advies", "facts": { "quantity": "many", "a/b~c": 1, "used": 5, "channel": "pigeon" } });
    let answer = post(&router, "/v1/decisions", &body).await;
    assert_eq!(
        answer.errors(),
        [
            finding("/customer", "unknown-name"),
            finding("/service", "unknown-name"),
            finding("/facts/a~1b~0c", "unknown-name"),
            finding("/facts/channel", "bad-fact"),
            finding("/facts/quantity", "bad-fact"),
        ]
    );
    let answer = post_text(
        &router,
        "/v1/decisions",
        r#"{"customer":"leiden","customer":"leiderdorp","service":"hrm/payroll","facts":{"used":1,"used":2}}"#,
    )
    .await;
    assert_eq!(answer.errors(), [finding("/customer", "given-twice"), finding("/facts/used", "given-twice")]);
    let answer = get(&router, "/v1/matrix?on=x&on=2026-01-01&colour=red&outcome=maybe&domain=astrology", &[]).await;
    assert_eq!(
        answer.errors(),
        [
            finding("on", "given-twice"),
            finding("colour", "unknown-name"),
            finding("on", "bad-day"),
            finding("outcome", "bad-value"),
            finding("domain", "unknown-name")
        ]
    );
}

/// `/core/transport/security-headers`
#[tokio::test(flavor = "multi_thread")]
async fn browsers_are_kept_safe() {
    let router = service().router();
    for path in ["/v1/customers", "/v1/nothing", "/nl", "/health/ready", "/v1/openapi.json"] {
        let answer = get(&router, path, &[]).await;
        assert!(answer.header("content-security-policy").contains("frame-ancestors 'none'"), "{path}");
        assert!(answer.header("content-security-policy").starts_with("default-src 'none'"), "{path}");
        assert!(!answer.header("content-type").is_empty(), "{path}");
        assert!(answer.header("strict-transport-security").starts_with("max-age="), "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("x-frame-options"), "DENY", "{path}");
        // A page that tells nothing of itself has browsers hide where its forms are from.
        assert_eq!(answer.header("referrer-policy"), if path == "/nl" { "same-origin" } else { "no-referrer" }, "{path}");
        assert!(!answer.header("cache-control").is_empty(), "{path}");
    }
    assert_eq!(
        post(&router, "/v1/decisions", &json!({ "customer": "leiden", "service": "hrm/payroll" })).await.header("cache-control"),
        "no-store"
    );
}

/// `/core/date-time`: days are days of the register's time zone, and moments are in UTC.
#[tokio::test(flavor = "multi_thread")]
async fn days_and_moments_are_written_as_they_should_be() {
    let router = service().router();
    let decided = post(&router, "/v1/decisions", &json!({ "customer": "leiden", "service": "hrm/payroll" })).await.json();
    assert_eq!(decided["question"]["on"], "2026-07-01");
    let policy = get(&router, "/v1/policy", &[]).await.json();
    assert!(policy["since"].as_str().unwrap().ends_with('Z'));
    let late = || "2026-07-01T22:30:00Z".parse().unwrap();
    let router = service().clock(late).router();
    let decided = post(&router, "/v1/decisions", &json!({ "customer": "leiden", "service": "hrm/payroll" })).await.json();
    assert_eq!(decided["question"]["on"], "2026-07-02", "it is the next day in Amsterdam");
}

/// Texts are in the language that is asked for; without one, in the register's first.
#[tokio::test(flavor = "multi_thread")]
async fn texts_are_in_the_language_that_is_liked() {
    let router = service().router();
    let english = get(&router, "/v1/customers/nobody", &[("accept-language", "en-GB")]).await;
    assert_eq!((&english.json()["title"], english.header("content-language")), (&json!("Not found"), "en"));
    let dutch = get(&router, "/v1/customers/nobody", &[("accept-language", "fr")]).await;
    assert_eq!((&dutch.json()["title"], dutch.header("content-language")), (&json!("Niet gevonden"), "nl"));
}
