//! The JSON API: what it answers, and what costs nothing.

mod run;

use std::sync::Arc;

use axum::body::Body;
use axum::http::{Method, StatusCode};
use leidraad_log::{Log, Recorded, Settings, scan};
use serde_json::{Value, json};

use run::{ask, get, july, post, post_text, service};

#[tokio::test(flavor = "multi_thread")]
async fn one_question_is_answered() {
    let router = service().router();
    let body =
        json!({ "customer": "Leiderdorp", "service": "jurist", "on": "2025-02-01", "facts": { "quantity": 20, "used": 592, "fte": null } });
    let answer = post(&router, "/v1/decisions", &body).await;
    assert_eq!((answer.status, answer.header("content-type")), (StatusCode::OK, "application/json"));
    let decision = answer.json();
    assert_eq!(
        (&decision["outcome"], &decision["level"], &decision["lines"][0]["quantity"]),
        (&json!("granted"), &json!("standard"), &json!(8))
    );
    assert_eq!(decision["question"]["customer"], "leiderdorp");
    // Numbers are exact on the way in and out.
    let exact = r#"{"customer":"leiderdorp","service":"legal/advice","facts":{"quantity":0.1,"used":0.2}}"#;
    assert!(post_text(&router, "/v1/decisions", exact).await.text.contains(r#""facts":{"quantity":0.1,"used":0.2}"#));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_question_does_not_spoil_the_rest() {
    let router = service().router();
    let body = json!({ "questions": [
        { "id": "a", "customer": "leiden", "service": "hrm/payroll" },
        { "id": "b", "customer": "leidn", "service": "hrm/payroll" },
        7,
        { "customer": "oegstgeest", "service": "hrm/payroll", "on": "2026-13-01" },
        { "id": "e", "customer": "zoeterwoude", "service": "hrm/payroll" },
    ] });
    let answer = post(&router, "/v1/decision-batches", &body).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    let results = answer.json();
    let told: Vec<(Value, bool)> =
        results["results"].as_array().unwrap().iter().map(|one| (one["id"].clone(), one.get("decision").is_some())).collect();
    let id = |id: &str| json!(id);
    assert_eq!(told, [(id("a"), true), (id("b"), false), (Value::Null, false), (Value::Null, false), (id("e"), true)]);
    assert_eq!(results["results"][1]["problem"]["errors"][0]["location"]["pointer"], "/questions/1/customer");
    assert_eq!(results["results"][3]["problem"]["errors"][0]["code"], "bad-day");
    let many = json!({ "questions": vec![json!({ "customer": "leiden", "service": "hrm/payroll" }); 1_001] });
    assert_eq!(post(&router, "/v1/decision-batches", &many).await.errors(), [("/questions".to_owned(), "too-many".to_owned())]);
    assert_eq!(post(&router, "/v1/decision-batches", &json!({ "questions": [] })).await.json(), json!({ "results": [] }));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_not_changed_is_not_sent_again() {
    let router = service().router();
    for path in [
        "/v1/customers",
        "/v1/services",
        "/v1/facts",
        "/v1/levels",
        "/v1/rule-sets",
        "/v1/matrix",
        "/v1/customers/leiden/entitlements",
        "/v1/differences",
    ] {
        let first = get(&router, path, &[]).await;
        let tag = first.header("etag").to_owned();
        assert!(first.status.is_success() && tag.len() == 34, "{path}: {}", first.text);
        let again = get(&router, path, &[("if-none-match", &tag)]).await;
        assert_eq!((again.status, again.text.as_str(), again.header("etag")), (StatusCode::NOT_MODIFIED, "", tag.as_str()), "{path}");
        let english = get(&router, path, &[("if-none-match", &tag), ("accept-language", "en")]).await;
        assert_eq!(english.status, StatusCode::OK, "{path}: in another language it is something else");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_catalogue_and_the_entitlements_are_told() {
    let router = service().router();
    let count = |json: &Value, name: &str| json[name].as_array().unwrap().len();
    assert!(count(&get(&router, "/v1/customers", &[]).await.json(), "customers") >= 4);
    assert_eq!(get(&router, "/v1/customers/leiderdorp", &[]).await.json()["code"], "GM0547");
    assert_eq!(get(&router, "/v1/services/legal/advice", &[]).await.json()["unit"], "hour");
    assert_eq!(get(&router, "/v1/levels", &[]).await.json()["levels"][0]["id"], "none");
    assert!(count(&get(&router, "/v1/rule-sets", &[]).await.json(), "ruleSets") > 3);
    let granted = get(&router, "/v1/customers/oegstgeest/entitlements?outcome=granted&domain=ict&on=2026-07-01", &[]).await.json();
    assert!(count(&granted, "entitlements") > 0);
    assert!(granted["entitlements"].as_array().unwrap().iter().all(|one| one["outcome"] == "granted"));
    // A name that is not the id leads to it.
    let named = get(&router, "/v1/customers/GM0547", &[]).await;
    assert!(named.status == StatusCode::NOT_FOUND && named.json()["detail"].as_str().unwrap().contains("leiderdorp"));
}

#[tokio::test(flavor = "multi_thread")]
async fn along_the_days_and_what_would_have_to_be_different() {
    let router = service().router();
    let timeline = post(&router, "/v1/timelines", &json!({ "customer": "leiderdorp", "service": "information/datalab" })).await.json();
    assert_eq!((&timeline["periods"][0]["outcome"], &timeline["periods"][1]["from"]), (&json!("refused"), &json!("2026-07-01")));
    let body = json!({ "customer": "leiderdorp", "service": "information/datalab", "on": "2026-05-01", "want": "plus" });
    assert_eq!(post(&router, "/v1/why-not", &body).await.json()["why_not"]["day"], "2026-07-01");
    let body = json!({ "customer": "leiderdorp", "service": "information/datalab", "want": "gold" });
    assert_eq!(post(&router, "/v1/why-not", &body).await.errors(), [("/want".to_owned(), "unknown-name".to_owned())]);
    let all = get(&router, "/v1/differences?oldKnown=2022-01-01&newKnown=2026-01-01", &[]).await.json();
    let one =
        get(&router, "/v1/differences?oldKnown=2022-01-01&newKnown=2026-01-01&customer=leiden&service=hrm%2Fpayroll", &[]).await.json();
    let count = |json: &Value| json["differences"].as_array().unwrap().len();
    assert!(count(&one) > 0 && count(&all) > count(&one));
}

/// A policy can be put back that was before; a digest that nobody knows cannot.
#[tokio::test(flavor = "multi_thread")]
async fn a_policy_is_pinned_and_followed_again() {
    let router = service().router();
    let digest = get(&router, "/v1/policy", &[]).await.json()["digest"].clone();
    let put = |digest: Value| {
        let router = router.clone();
        async move {
            ask(
                &router,
                Method::PUT,
                "/v1/policy/pin",
                &[("content-type", "application/json")],
                Body::from(json!({ "digest": digest }).to_string()),
            )
            .await
        }
    };
    assert_eq!(put(digest).await.json()["pinned"], true);
    assert_eq!(put(json!("sha256:0")).await.errors(), [("/digest".to_owned(), "unknown-digest".to_owned())]);
    assert_eq!(ask(&router, Method::DELETE, "/v1/policy/pin", &[], Body::empty()).await.json()["pinned"], false);
}

/// Every decision is in the log: who asked, as part of which trace, by which id; errors too, and nothing that was only looked at.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_decided_is_logged() {
    let folder = tempfile::tempdir().unwrap();
    let log = Arc::new(Log::open(folder.path(), Settings::default(), july()).unwrap());
    let router = service().log(Arc::clone(&log)).router();
    let headers = [
        ("content-type", "application/json"),
        ("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
        ("x-request-id", "zaak 17\u{9}".trim()),
    ];
    let body = json!({ "customer": "leiden", "service": "hrm/payroll" }).to_string();
    ask(&router, Method::POST, "/v1/decisions", &headers, Body::from(body)).await;
    post(&router, "/v1/decisions", &json!({ "customer": "leidn", "service": "hrm/payroll" })).await;
    post(&router, "/v1/decision-batches", &json!({ "questions": [{ "id": "x", "customer": "leiden", "service": "hrm/payroll" }] })).await;
    post(&router, "/ofrep/v1/evaluate/flags/hrm/payroll", &json!({ "context": { "targetingKey": "leiden" } })).await;
    let asked = json!({ "subject": { "type": "customer", "id": "leiden" }, "action": { "name": "use" }, "resource": { "type": "hrm", "id": "payroll" } });
    post(&router, "/access/v1/evaluation", &asked).await;
    get(&router, "/nl?customer=leiden&service=hrm%2Fpayroll", &[]).await;
    get(&router, "/v1/matrix", &[]).await;
    let mut told = Vec::new();
    scan(folder.path(), |line| {
        let recorded = Recorded::read(line.line).unwrap();
        if recorded.is_receipt() {
            let trace = recorded.trace.is_some();
            told.push((
                recorded.origin.into_owned(),
                recorded.result.into_owned(),
                recorded.id.map(std::borrow::Cow::into_owned),
                trace,
                recorded.actor.into_owned(),
            ));
        }
    })
    .unwrap();
    let line = |origin: &str, result: &str, id: Option<&str>, trace: bool| {
        (origin.to_owned(), result.to_owned(), id.map(str::to_owned), trace, "loopback".to_owned())
    };
    assert_eq!(
        told,
        [
            line("api", "granted", Some("zaak 17"), true),
            line("api", "error", None, false),
            line("api", "granted", Some("x"), false),
            line("ofrep", "granted", None, false),
            line("authzen", "granted", None, false),
            line("desk", "granted", None, false),
        ]
    );
}

/// An answer that cannot be logged is not given.
#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_logged_is_not_told() {
    let folder = tempfile::tempdir().unwrap();
    let log = Arc::new(Log::open(folder.path(), Settings::default(), july()).unwrap());
    let router = service().log(log).router();
    std::fs::remove_dir_all(folder.path()).unwrap();
    let question = json!({ "customer": "leiden", "service": "hrm/payroll" });
    let evaluation = json!({
        "subject": { "type": "customer", "id": "leiden" },
        "action": { "name": "use" },
        "resource": { "type": "service", "id": "hrm/payroll" },
    });
    for (path, body) in [
        ("/v1/decisions", question.clone()),
        ("/v1/decision-batches", json!({ "questions": [question, question] })),
        ("/v1/why-not", json!({ "customer": "leiderdorp", "service": "information/datalab", "want": "plus" })),
        ("/v1/decisions", json!({ "customer": "leiden", "service": "nothing like it" })),
        ("/access/v1/evaluation", evaluation.clone()),
        ("/access/v1/evaluations", json!({ "evaluations": [evaluation] })),
        ("/ofrep/v1/evaluate/flags/hrm%2Fpayroll", json!({ "context": { "targetingKey": "leiden" } })),
        ("/ofrep/v1/evaluate/flags", json!({ "context": { "targetingKey": "leiden" } })),
    ] {
        let answer = post(&router, path, &body).await;
        assert_eq!(
            (answer.status, answer.header("content-type")),
            (StatusCode::SERVICE_UNAVAILABLE, "application/problem+json"),
            "{path}: {}",
            answer.text
        );
        assert!(!answer.text.contains("granted"), "{path}");
    }
    let page = get(&router, "/nl?customer=leiden&service=hrm%2Fpayroll", &[]).await;
    assert_eq!((page.status, page.header("content-type")), (StatusCode::SERVICE_UNAVAILABLE, "text/html; charset=utf-8"));
    assert!(!page.text.contains("section class=\"answer"));
}

/// What is counted is told to whoever may know it: requests by route, never by what somebody typed.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_counted_is_told() {
    let handle = metrics_exporter_prometheus::PrometheusBuilder::new().install_recorder().unwrap();
    let router = service().metrics(move || handle.render()).router();
    post(&router, "/v1/decisions", &json!({ "customer": "leiden", "service": "hrm/payroll" })).await;
    get(&router, "/v1/customers/leiden", &[]).await;
    get(&router, "/made/up", &[]).await;
    let told = get(&router, "/metrics", &[]).await;
    assert!(told.header("content-type").starts_with("text/plain"));
    for line in [
        "leidraad_http_requests_total{route=\"/v1/decisions\",status=\"200\"}",
        "leidraad_http_requests_total{route=\"/v1/customers/{customer}\",status=\"200\"}",
        "leidraad_decisions_total{outcome=\"granted\"}",
    ] {
        assert!(told.text.contains(line), "{line}: {}", told.text);
    }
    assert!(!told.text.contains("made"));
    assert_eq!(get(&service().router(), "/metrics", &[]).await.status, StatusCode::NOT_FOUND);
}
