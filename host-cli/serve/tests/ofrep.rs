//! OpenFeature's remote evaluation (OFREP 0.1): a flag, all flags, and what cannot be evaluated.

mod run;

use axum::body::Body;
use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use run::{ask, get, post, post_text, service};

#[tokio::test(flavor = "multi_thread")]
async fn a_service_is_a_flag() {
    let router = service().router();
    let body = json!({ "context": { "targetingKey": "leiderdorp", "quantity": 20, "used": 592, "email": "a@b.nl" } });
    let answer = post(&router, "/ofrep/v1/evaluate/flags/legal/advice", &body).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    let flag = answer.json();
    assert_eq!((&flag["key"], &flag["value"], &flag["variant"]), (&json!("legal/advice"), &json!(true), &json!("standard")));
    assert_eq!((&flag["reason"], &flag["metadata"]["ignored"]), (&json!("TARGETING_MATCH"), &json!("email")));
    // As a provider writes it into an address.
    assert_eq!(post(&router, "/ofrep/v1/evaluate/flags/legal%2Fadvice", &body).await.text, answer.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_undetermined_says_what_it_needs() {
    let router = service().router();
    let flag = post(&router, "/ofrep/v1/evaluate/flags/facilities/messenger", &json!({ "context": { "targetingKey": "zoeterwoude" } }))
        .await
        .json();
    assert_eq!((&flag["value"], &flag["variant"]), (&json!(false), &json!("undetermined")));
    assert_eq!(flag["reason"], format!("NEEDS: {}", flag["metadata"]["needs"].as_str().unwrap()));
}

#[tokio::test(flavor = "multi_thread")]
async fn all_flags_cost_nothing_the_second_time() {
    let router = service().router();
    let body = json!({ "context": { "targetingKey": "leiden" } });
    let first = post(&router, "/ofrep/v1/evaluate/flags", &body).await;
    let flags = first.json()["flags"].as_array().unwrap().len();
    assert!(flags > 20);
    let tag = first.header("etag").to_owned();
    let headers = [("content-type", "application/json"), ("if-none-match", tag.as_str())];
    let again = ask(&router, Method::POST, "/ofrep/v1/evaluate/flags", &headers, Body::from(body.to_string())).await;
    assert_eq!((again.status, again.text.as_str()), (StatusCode::NOT_MODIFIED, ""));
    let other = json!({ "context": { "targetingKey": "leiderdorp" } }).to_string();
    let other = ask(&router, Method::POST, "/ofrep/v1/evaluate/flags", &headers, Body::from(other)).await;
    assert_eq!(other.status, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_evaluated_says_why() {
    let router = service().router();
    let flags = "/ofrep/v1/evaluate/flags/legal/advice";
    let told = |body: Value| {
        let router = router.clone();
        async move {
            let answer = post(&router, flags, &body).await;
            (answer.status.as_u16(), answer.json()["errorCode"].as_str().unwrap_or_default().to_owned())
        }
    };
    assert_eq!(told(json!({})).await, (400, "TARGETING_KEY_MISSING".to_owned()));
    assert_eq!(told(json!({ "context": {} })).await, (400, "TARGETING_KEY_MISSING".to_owned()));
    assert_eq!(told(json!({ "context": 5 })).await, (400, "INVALID_CONTEXT".to_owned()));
    assert_eq!(told(json!({ "context": { "targetingKey": "nobody" } })).await, (400, "INVALID_CONTEXT".to_owned()));
    assert_eq!(told(json!({ "context": { "targetingKey": "leiden", "quantity": "many" } })).await, (400, "INVALID_CONTEXT".to_owned()));
    let answer = post_text(&router, flags, "{").await;
    assert_eq!((answer.status, &answer.json()["errorCode"]), (StatusCode::BAD_REQUEST, &json!("PARSE_ERROR")));
    let answer = post(&router, "/ofrep/v1/evaluate/flags/legal/nothing", &json!({ "context": { "targetingKey": "leiden" } })).await;
    assert_eq!((answer.status, &answer.json()["errorCode"]), (StatusCode::NOT_FOUND, &json!("FLAG_NOT_FOUND")));
    assert_eq!(get(&router, "/ofrep/v1/configuration", &[]).await.json()["name"], "leidraad");
}
