//! The public certification scenario of AuthZEN's Authorization API 1.0, test by test: each is named by the scenario's own number.

mod run;

use std::path::Path;

use axum::Router;
use axum::body::Body;
use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use run::{Answer, ask, get, post, post_text, service_of};

fn certified() -> Router {
    service_of(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/certification")).router()
}

fn who(id: &str) -> Value {
    json!({ "type": "user", "id": id })
}

fn record(id: &str) -> Value {
    json!({ "type": "record", "id": id })
}

fn with(mut entity: Value, properties: &Value) -> Value {
    entity["properties"] = properties.clone();
    entity
}

fn to(name: &str) -> Value {
    json!({ "name": name })
}

fn whole(subject: &Value, action: &Value, resource: &Value) -> Value {
    json!({ "subject": subject, "action": action, "resource": resource })
}

async fn evaluate(body: &Value) -> Answer {
    post(&certified(), "/access/v1/evaluation", body).await
}

async fn decides(body: &Value, decision: bool) {
    let answer = evaluate(body).await;
    assert_eq!((answer.status, answer.json()["decision"].as_bool()), (StatusCode::OK, Some(decision)), "{body}: {}", answer.text);
    assert_eq!(answer.header("content-type"), "application/json");
    assert!(answer.json()["context"].is_object());
}

/// Basic Core: c-2-2-1, c-2-2-2, c-2-2-3, c-2-2-8, c-2-2-9; and the other two decisions that the fixture wants (c-1-4, rules 2 and 3).
#[tokio::test(flavor = "multi_thread")]
async fn basic_core_decisions() {
    decides(&whole(&who("alice"), &to("read"), &record("record-1")), true).await;
    decides(&whole(&who("bob"), &to("write"), &record("record-1")), false).await;
    decides(&whole(&who("alice"), &to("write"), &record("record-1")), true).await;
    decides(&whole(&who("bob"), &to("read"), &record("record-1")), true).await;
    let mut timed = whole(&who("alice"), &to("read"), &record("record-1"));
    timed["context"] = json!({ "time": "2025-06-27T18:03-07:00", "ip": "192.168.1.1" });
    decides(&timed, true).await;
    let more = whole(
        &with(who("alice"), &json!({ "department": "Sales", "role": "manager" })),
        &with(to("read"), &json!({ "method": "GET" })),
        &with(record("record-1"), &json!({ "status": "active", "owner": "bob" })),
    );
    decides(&more, true).await;
    // What plays no part is not dropped in silence.
    assert_eq!(evaluate(&more).await.json()["context"]["ignored"], json!(["department", "method", "owner"]));
    let mut unknown = whole(&who("alice"), &to("read"), &record("record-1"));
    unknown["foo"] = "bar".into();
    unknown["futureField"] = json!({ "nested": true });
    decides(&unknown, true).await;
}

/// Basic Properties: c-2-2-4, c-2-2-5, c-2-2-6, c-2-2-7.
#[tokio::test(flavor = "multi_thread")]
async fn basic_properties() {
    let archived = with(record("record-2"), &json!({ "status": "archived" }));
    decides(&whole(&who("alice"), &to("write"), &archived), false).await;
    decides(&whole(&with(who("bob"), &json!({ "role": "admin" })), &to("write"), &archived), true).await;
    decides(&whole(&who("alice"), &with(to("delete"), &json!({ "soft": true })), &record("record-1")), true).await;
    decides(&whole(&who("alice"), &with(to("delete"), &json!({ "soft": false })), &record("record-1")), false).await;
}

/// Basic Core, error handling: c-2-4-1 to c-2-4-6.
#[tokio::test(flavor = "multi_thread")]
async fn basic_errors() {
    let all = whole(&who("alice"), &to("read"), &record("record-1"));
    let without = |path: &str| {
        let mut body = all.clone();
        let mut parts = path.split('/').skip(1);
        let (first, second) = (parts.next().unwrap(), parts.next());
        match second {
            Some(second) => body[first].as_object_mut().unwrap().remove(second),
            None => body.as_object_mut().unwrap().remove(first),
        };
        body
    };
    for path in ["/subject", "/action", "/resource", "/subject/type", "/subject/id", "/action/name", "/resource/type", "/resource/id"] {
        let answer = evaluate(&without(path)).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{path}");
        assert!(answer.errors().contains(&(path.to_owned(), "missing".to_owned())), "{path}: {:?}", answer.errors());
    }
    let mut wrong = all.clone();
    wrong["subject"] = "alice".into();
    assert_eq!(evaluate(&wrong).await.errors(), [("/subject".to_owned(), "bad-type".to_owned())]);
    let mut wrong = all.clone();
    wrong["action"]["name"] = 123.into();
    assert_eq!(evaluate(&wrong).await.errors(), [("/action/name".to_owned(), "bad-type".to_owned())]);
    let router = certified();
    let text = [("content-type", "text/plain")];
    let answer = ask(&router, Method::POST, "/access/v1/evaluation", &text, Body::from(all.to_string())).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    for broken in ["", "{", "{\"subject\": }", "[]", "null", "\"text\""] {
        let answer = post_text(&router, "/access/v1/evaluation", broken).await;
        assert_eq!((answer.status, answer.header("content-type")), (StatusCode::BAD_REQUEST, "application/problem+json"), "{broken}");
    }
}

/// Basic Core: c-2-5-1, c-2-5-2, c-2-6.
#[tokio::test(flavor = "multi_thread")]
async fn headers_and_the_same_answer_each_time() {
    let body = whole(&who("alice"), &to("read"), &record("record-1")).to_string();
    let router = certified();
    let headers = [("content-type", "application/json"), ("x-request-id", "bfe9eb29-ab87-4ca3-be83-a1d5d8305716")];
    let answer = ask(&router, Method::POST, "/access/v1/evaluation", &headers, Body::from(body.clone())).await;
    assert_eq!(answer.header("x-request-id"), "bfe9eb29-ab87-4ca3-be83-a1d5d8305716");
    let first = post_text(&router, "/access/v1/evaluation", &body).await;
    assert_eq!(first.header("x-request-id"), "");
    for _ in 0..5 {
        assert_eq!(post_text(&router, "/access/v1/evaluation", &body).await.text, first.text);
    }
}

async fn decisions(body: &Value) -> Vec<bool> {
    let answer = post(&certified(), "/access/v1/evaluations", body).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    let json = answer.json();
    assert!(json.get("decision").is_none());
    json["evaluations"].as_array().unwrap().iter().map(|one| one["decision"].as_bool().unwrap()).collect()
}

/// Batch Core: c-3-2-1, c-3-2-2, c-3-2-5, c-3-2-6; with c-3-3-1 to c-3-3-4.
#[tokio::test(flavor = "multi_thread")]
async fn batch_core() {
    let body = json!({ "subject": who("alice"), "action": to("read"), "evaluations": [{ "resource": record("record-1") }, { "resource": record("record-2") }] });
    assert_eq!(decisions(&body).await.len(), 2);
    let body = json!({ "subject": who("bob"), "resource": record("record-1"), "evaluations": [{ "action": to("read") }, { "action": to("write") }] });
    assert_eq!(decisions(&body).await, [true, false]);
    let body = json!({ "evaluations": [
        whole(&who("alice"), &to("read"), &record("record-1")), whole(&who("bob"), &to("write"), &record("record-1")),
    ] });
    assert_eq!(decisions(&body).await, [true, false]);
    let body = json!({ "subject": who("alice"), "action": to("read"), "context": { "time": "2025-06-27T18:03-07:00" }, "evaluations": [
        { "resource": record("record-1") },
        { "resource": record("record-2"), "context": { "time": "2025-06-27T19:00-07:00", "source": "batch-override" } },
    ] });
    assert_eq!(decisions(&body).await.len(), 2);
}

/// Batch Properties: c-3-2-3, c-3-2-4, c-3-2-7.
#[tokio::test(flavor = "multi_thread")]
async fn batch_properties() {
    let (active, archived) = (json!({ "status": "active" }), json!({ "status": "archived" }));
    let body = json!({ "subject": who("alice"), "action": to("write"), "evaluations": [
        { "resource": with(record("record-1"), &active) }, { "resource": with(record("record-2"), &archived) },
    ] });
    assert_eq!(decisions(&body).await, [true, false]);
    let body = json!({ "action": to("write"), "resource": with(record("record-2"), &archived), "evaluations": [
        { "subject": who("alice") }, { "subject": with(who("bob"), &json!({ "role": "admin" })) },
    ] });
    assert_eq!(decisions(&body).await, [false, true]);
    let body = json!({ "subject": who("alice"), "action": to("write"), "resource": { "type": "record" }, "evaluations": [
        { "resource": { "id": "record-1", "properties": active } }, { "resource": with(record("record-2"), &archived) },
    ] });
    assert_eq!(decisions(&body).await, [true, false]);
}

/// Batch Core: c-3-4-1, c-3-4-2, c-3-4-3.
#[tokio::test(flavor = "multi_thread")]
async fn batch_errors_and_a_single_one() {
    let body = json!({ "subject": who("alice"), "action": to("read"), "evaluations": [{ "resource": record("record-1") }, {}, 5] });
    assert_eq!(decisions(&body).await, [true, false, false]);
    let answer = post(&certified(), "/access/v1/evaluations", &body).await.json();
    assert_eq!(answer["evaluations"][1]["context"]["error"]["status"], 400);
    for list in [json!(null), json!([])] {
        let mut single = whole(&who("alice"), &to("read"), &record("record-1"));
        single["evaluations"] = list;
        let answer = post(&certified(), "/access/v1/evaluations", &single).await;
        assert_eq!((answer.status, &answer.json()["decision"]), (StatusCode::OK, &json!(true)));
    }
}

/// The semantics of many evaluations (Authorization API 1.0, 7.1.2.1).
#[tokio::test(flavor = "multi_thread")]
async fn many_end_as_they_are_told_to() {
    let of = |semantic: &str| {
        json!({ "subject": who("bob"), "resource": record("record-1"), "options": { "evaluations_semantic": semantic },
            "evaluations": [{ "action": to("read") }, { "action": to("write") }, { "action": to("read") }] })
    };
    assert_eq!(decisions(&of("execute_all")).await, [true, false, true]);
    assert_eq!(decisions(&of("deny_on_first_deny")).await, [true, false]);
    assert_eq!(decisions(&of("permit_on_first_permit")).await, [true]);
    let answer = post(&certified(), "/access/v1/evaluations", &of("at_random")).await;
    assert_eq!(answer.errors(), [("/options/evaluations_semantic".to_owned(), "bad-type".to_owned())]);
}

async fn search(kind: &str, body: &Value) -> Value {
    let answer = post(&certified(), &format!("/access/v1/search/{kind}"), body).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    answer.json()
}

/// Search Core: c-4-2-1, c-4-2-2, c-4-3-1, c-4-4-1, c-4-4-2.
#[tokio::test(flavor = "multi_thread")]
async fn search_core() {
    let mut body = json!({ "subject": { "type": "user" }, "action": to("read"), "resource": record("record-1") });
    assert_eq!(search("subject", &body).await["results"], json!([who("alice"), who("bob")]));
    body["context"] = json!({ "time": "2025-06-27T18:03-07:00" });
    assert_eq!(search("subject", &body).await["results"].as_array().unwrap().len(), 2);
    let body = json!({ "subject": who("alice"), "action": to("read"), "resource": { "type": "record" } });
    assert_eq!(search("resource", &body).await["results"], json!([record("record-1"), record("record-2")]));
    let mut body = json!({ "subject": who("alice"), "resource": record("record-1") });
    assert_eq!(search("action", &body).await["results"], json!([to("read"), to("write")]));
    body["context"] = json!({ "ip": "192.168.1.1" });
    assert_eq!(search("action", &body).await["results"], json!([to("read"), to("write")]));
}

/// Search Properties: c-4-2-4, c-4-3-3, c-4-4-3.
#[tokio::test(flavor = "multi_thread")]
async fn search_properties() {
    let archived = with(record("record-2"), &json!({ "status": "archived" }));
    let admin = with(who("bob"), &json!({ "role": "admin" }));
    let body = json!({ "subject": { "type": "user" }, "action": to("write"), "resource": archived });
    assert_eq!(search("subject", &body).await["results"], json!([who("bob")]));
    let body = json!({ "subject": admin, "action": to("write"), "resource": { "type": "record" } });
    assert_eq!(search("resource", &body).await["results"], json!([record("record-2")]));
    let body = json!({ "subject": admin, "resource": archived });
    assert_eq!(search("action", &body).await["results"], json!([to("read"), to("write")]));
}

/// Search Core: c-4-5-1 to c-4-5-3, c-4-6-1, c-4-6-2, c-4-7-1, c-4-7-2.
#[tokio::test(flavor = "multi_thread")]
async fn search_pages_nothing_and_errors() {
    let mut body = json!({ "subject": { "type": "user" }, "action": to("read"), "resource": record("record-1"), "page": { "limit": 1 } });
    let first = search("subject", &body).await;
    assert_eq!((&first["results"], &first["page"]["count"], &first["page"]["total"]), (&json!([who("alice")]), &json!(1), &json!(2)));
    body["page"] = json!({ "token": first["page"]["next_token"] });
    let last = search("subject", &body).await;
    assert_eq!((&last["results"], &last["page"]["next_token"]), (&json!([who("bob")]), &json!("")));
    body["page"] = json!({ "token": "1.of-another-policy" });
    let answer = post(&certified(), "/access/v1/search/subject", &body).await;
    assert_eq!(answer.errors(), [("/page/token".to_owned(), "bad-value".to_owned())]);
    let nobody = json!({ "subject": who("nonexistent-user"), "resource": record("record-1") });
    assert_eq!(search("action", &nobody).await["results"], json!([]));
    let ship = json!({ "subject": { "type": "spaceship" }, "action": to("read"), "resource": record("record-1") });
    assert_eq!(search("subject", &ship).await["results"], json!([]));
    let missing = [
        ("subject", json!({ "subject": { "type": "user" }, "resource": record("record-1") })),
        ("resource", json!({ "action": to("read"), "resource": { "type": "record" } })),
        ("action", json!({ "subject": who("alice") })),
        ("subject", json!({ "subject": { "type": "user" }, "action": to("read"), "resource": { "type": "record" } })),
        ("resource", json!({ "subject": { "type": "user" }, "action": to("read"), "resource": { "type": "record" } })),
    ];
    for (kind, body) in missing {
        let answer = post(&certified(), &format!("/access/v1/search/{kind}"), &body).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{kind}: {body}");
    }
}

/// Discovery: c-6-1 to c-6-5.
#[tokio::test(flavor = "multi_thread")]
async fn discovery() {
    let public = "https://rechten.example.nl".parse().unwrap();
    let router = service_of(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/certification")).public_url(public).router();
    let answer = get(&router, "/.well-known/authzen-configuration", &[]).await;
    assert_eq!((answer.status, answer.header("content-type")), (StatusCode::OK, "application/json"));
    let told = answer.json();
    assert_eq!(told["policy_decision_point"], "https://rechten.example.nl");
    for (name, path) in [
        ("access_evaluation_endpoint", "evaluation"),
        ("access_evaluations_endpoint", "evaluations"),
        ("search_subject_endpoint", "search/subject"),
        ("search_resource_endpoint", "search/resource"),
        ("search_action_endpoint", "search/action"),
    ] {
        assert_eq!(told[name], format!("https://rechten.example.nl/access/v1/{path}"));
    }
    assert_eq!(get(&certified(), "/access/v1/openapi.json", &[]).await.json()["openapi"], "3.1.0");
}

/// On the shipped register: a customer, somebody who acts for one, what is needed, who is not known.
#[tokio::test(flavor = "multi_thread")]
async fn services_are_asked_for() {
    let router = run::service().router();
    let advice = json!({ "type": "service", "id": "legal/advice", "properties": { "quantity": 20, "used": 592 } });
    let answer = post(&router, "/access/v1/evaluation", &whole(&json!({ "type": "customer", "id": "leiderdorp" }), &to("use"), &advice))
        .await
        .json();
    assert_eq!((&answer["decision"], &answer["context"]["level"]), (&json!(true), &json!("standard")));
    assert_eq!(answer["context"]["lines"][1]["obligations"], json!(["approval"]));
    let clerk = json!({ "type": "clerk", "id": "c.jansen", "properties": { "customer": "zoeterwoude" } });
    let open = post(&router, "/access/v1/evaluation", &whole(&clerk, &to("use"), &json!({ "type": "facilities", "id": "messenger" })))
        .await
        .json();
    assert_eq!(open["decision"], json!(false));
    assert!(open["context"]["needs"].as_array().is_some_and(|needs| !needs.is_empty()), "{open}");
    let stranger = json!({ "type": "clerk", "id": "c.jansen" });
    let answer = post(&router, "/access/v1/evaluation", &whole(&stranger, &to("use"), &advice)).await.json();
    assert_eq!((&answer["decision"], &answer["context"]["error"]["status"]), (&json!(false), &json!(404)));
    let answer =
        post(&router, "/access/v1/evaluation", &whole(&json!({ "type": "customer", "id": "leiden" }), &to("sell"), &advice)).await.json();
    assert_eq!((&answer["decision"], &answer["context"]["error"]["status"]), (&json!(false), &json!(404)));
}
