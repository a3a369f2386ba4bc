//! One question through every door: the same answer, told as much; and nothing of it dropped or guessed.

mod run;

use axum::Router;
use axum::body::Body;
use axum::http::{Method, StatusCode};
use leidraad_serve::Scope;
use serde_json::{Value, json};

use run::{Answer, ask, get, keyed, post, service};

/// AuthZEN's question of a customer and a service, with facts of the subject.
fn may(customer: &str, service: &str, facts: &Value) -> Value {
    json!({
        "subject": { "type": "customer", "id": customer, "properties": facts },
        "action": { "name": "use" },
        "resource": { "type": "service", "id": service },
    })
}

async fn evaluated(router: &Router, body: &Value) -> Value {
    post(router, "/access/v1/evaluation", body).await.json()
}

async fn flag(router: &Router, customer: &str, service: &str, facts: &Value) -> Value {
    let mut context = facts.clone();
    context["targetingKey"] = customer.into();
    post(router, &format!("/ofrep/v1/evaluate/flags/{service}"), &json!({ "context": context })).await.json()
}

/// S9: a right whose quota is used up is a right, but nobody is told so without that.
#[tokio::test(flavor = "multi_thread")]
async fn a_quota_that_is_used_up_is_told() {
    let router = service().router();
    let (customer, of, facts) = ("leiderdorp", "legal/advice", json!({ "used": 600 }));
    let told = "Ja, maar het quotum is op: van de dienst Juridisch advies heeft Leiderdorp op 1 juli 2026 niets meer over.";
    let authzen = evaluated(&router, &may(customer, of, &facts)).await;
    assert_eq!((&authzen["decision"], &authzen["context"]["message"]), (&json!(true), &json!(told)));
    let ofrep = flag(&router, customer, of, &facts).await;
    assert_eq!((&ofrep["value"], &ofrep["metadata"]["message"]), (&json!(true), &json!(told)));
    let page = get(&router, "/nl?customer=leiderdorp&service=legal/advice&f-used=600", &[]).await;
    assert!(page.text.contains("Ja, maar het quotum is op."), "{}", page.text);
}

/// S9: what is left is counted within a period, and so the answer holds no longer; also where nothing is asked for.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_left_ends_with_its_period() {
    let router = service().router();
    for quantity in [json!(null), json!(1)] {
        let body = json!({ "customer": "leiderdorp", "service": "legal/advice", "on": "2025-02-01", "facts": { "used": 592, "quantity": quantity } });
        let decision = post(&router, "/v1/decisions", &body).await.json();
        assert_eq!((&decision["quota"]["left"], &decision["quota"]["renews"]), (&json!(8), &json!("2026-01-01")));
        assert_eq!(decision["holds"], json!({ "from": "2025-01-01", "until": "2025-12-31" }), "{quantity}");
    }
}

/// S11: what is not certain is no where a door says yes or no, and its text does not say yes.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_open_is_no_and_says_so() {
    let router = service().router();
    let authzen = evaluated(&router, &may("oegstgeest", "ict/workplace", &json!({}))).await;
    assert_eq!((&authzen["decision"], &authzen["context"]["possible"]), (&json!(false), &json!(["standard"])));
    let ofrep = flag(&router, "oegstgeest", "ict/workplace", &json!({})).await;
    assert_eq!(ofrep["value"], json!(false));
    for message in [&authzen["context"]["message"], &ofrep["metadata"]["message"]] {
        assert!(message.as_str().unwrap().starts_with("Telt als nee zolang het niet zeker is. "), "{message}");
    }
}

/// S3: facts in files and requests are ids, truths and days as these write them; that is what an error names.
#[tokio::test(flavor = "multi_thread")]
async fn the_way_out_of_an_error_is_one() {
    let router = service().router();
    for (name, value, way_out) in [
        ("channel", "telefoon", "`channel` is een van `portal`, `desk`, `phone`, `mail`"),
        ("opened", "1-2-2025", "`opened` is een datum als 2025-02-01"),
        ("urgent", "ja", "`urgent` is `true` of `false`"),
    ] {
        let body = json!({ "customer": "leiden", "service": "ict/service-desk", "facts": { name: value } });
        let answer = post(&router, "/v1/decisions", &body).await;
        let detail = answer.json()["detail"].as_str().unwrap().to_owned();
        assert!(answer.status == StatusCode::BAD_REQUEST && detail.ends_with(way_out), "{detail}");
    }
    let large = r#"{"customer":"leiden","service":"ict/service-desk","facts":{"quantity":1e40}}"#;
    let answer = run::post_text(&router, "/v1/decisions", large).await;
    assert!(answer.text.contains("`quantity` is een getal met meer cijfers dan waarmee te rekenen is"), "{}", answer.text);
    let twice = json!({ "customer": "leiden", "service": "ict/service-desk", "facts": { "kanaal": "phone", "channel": "desk" } });
    let answer = post(&router, "/v1/decisions", &twice).await;
    assert_eq!(answer.errors(), [("/facts/kanaal".to_owned(), "given-twice".to_owned())]);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_authzen_is_told_is_dropped_or_guessed() {
    let router = service().router();
    let mut asked = may("leiderdorp", "legal/advice", &json!({ "customer": "leiden", "color": 1, "fte": null }));
    asked["context"] = json!({ "onn": "2012-01-01", "used": 3 });
    assert_eq!(evaluated(&router, &asked).await["context"]["ignored"], json!(["color", "context.onn", "context.used", "customer"]));
    // Two values of one fact.
    let mut asked = may("leiderdorp", "legal/advice", &json!({ "used": 0 }));
    asked["resource"]["properties"] = json!({ "used": 599 });
    let answer = evaluated(&router, &asked).await;
    assert_eq!((&answer["decision"], &answer["context"]["error"]["status"]), (&json!(false), &json!(400)));
    asked["resource"]["properties"] = json!({ "used": 0 });
    assert_eq!(evaluated(&router, &asked).await["decision"], true);
    // A search does not take what is wrong for a no.
    let search = async |properties: Value| -> Answer {
        let mut body = may("leiderdorp", "", &properties);
        body["resource"] = json!({ "type": "legal" });
        post(&router, "/access/v1/search/resource", &body).await
    };
    let wrong = search(json!({ "used": "x" })).await;
    assert_eq!(
        (wrong.status, wrong.errors()),
        (StatusCode::BAD_REQUEST, vec![("/subject/properties/used".to_owned(), "bad-fact".to_owned())])
    );
    let wrong = search(json!({ "used": { "a": 1 } })).await;
    assert_eq!(wrong.errors(), [("/subject/properties/used".to_owned(), "bad-fact".to_owned())]);
    let found = search(json!({ "color": 1 })).await.json();
    assert_eq!((&found["context"], found["results"].as_array().unwrap().is_empty()), (&json!({ "ignored": ["color"] }), false));
}

/// A page goes on where its own search was left.
#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_of_its_own_search() {
    let router = service().router();
    let page = async |customer: &str, page: Value| -> Answer {
        let mut body = may(customer, "", &json!({}));
        body["resource"] = json!({ "type": "service" });
        body["page"] = page;
        post(&router, "/access/v1/search/resource", &body).await
    };
    let first = page("leiderdorp", json!({ "limit": 2 })).await.json();
    let token = first["page"]["next_token"].clone();
    let second = page("leiderdorp", json!({ "limit": 2, "token": token })).await.json();
    assert_eq!(second["results"].as_array().unwrap().len(), 2);
    assert_ne!(first["results"], second["results"]);
    let other = page("oegstgeest", json!({ "limit": 2, "token": token })).await;
    assert_eq!(other.errors(), [("/page/token".to_owned(), "bad-value".to_owned())]);
    let none = page("leiderdorp", json!({ "limit": -1 })).await;
    assert_eq!(none.errors(), [("/page/limit".to_owned(), "bad-value".to_owned())]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_parameter_is_not_taken_for_none() {
    let router = service().router();
    for (address, name) in [
        ("/v1/matrix?on=", "on"),
        ("/v1/matrix?outcome=", "outcome"),
        ("/v1/matrix?proposed", "proposed"),
        ("/v1/differences?customer=", "customer"),
        ("/v1/customers/leiden/entitlements?known=", "known"),
    ] {
        let answer = get(&router, address, &[]).await;
        assert_eq!((answer.status, answer.errors()), (StatusCode::BAD_REQUEST, vec![(name.to_owned(), "empty".to_owned())]), "{address}");
    }
    let page = get(&router, "/en/matrix?outcome=x", &[]).await;
    assert!(page.text.contains("There is no such answer; choose one from the list"), "a filter is not passed over");
    let answer = get(&router, "/v1/levels?x=2", &[("accept-language", "en")]).await;
    assert!(answer.text.contains("there are no parameters here; leave out `x`"), "{}", answer.text);
}

/// The same answer rests on one agreement first, and on another later: each day's reasons are told.
#[tokio::test(flavor = "multi_thread")]
async fn a_timeline_has_the_reasons_of_each_day() {
    let router = service().router();
    let question = json!({ "customer": "leiderdorp", "service": "legal/insurance" });
    let timeline = post(&router, "/v1/timelines", &question).await.json();
    let last = timeline["periods"].as_array().unwrap().last().unwrap();
    let decision = post(&router, "/v1/decisions", &question).await.json();
    let later = last["later"].as_array().unwrap().last().unwrap();
    assert_eq!((&later["from"], &later["until"]), (&json!("2025-01-01"), &Value::Null));
    for key in ["because", "room", "overruled", "options"] {
        assert_eq!(later[key], decision[key], "{key}");
    }
    assert_ne!(last["because"], decision["because"]);
}

/// Who may only ask is led to no page that they may not see.
#[tokio::test(flavor = "multi_thread")]
async fn no_page_leads_where_one_may_not_go() {
    let (router, secret) = keyed(|key| key.scopes([Scope::Ask]).customers(["leiderdorp"]));
    let bearer = format!("Bearer {secret}");
    let headers = [("authorization", bearer.as_str())];
    let mut seen = vec!["/nl".to_owned(), "/nl?customer=leiderdorp&service=legal/advice".to_owned()];
    let mut at = 0;
    while let Some(address) = seen.get(at).cloned() {
        at += 1;
        let page = get(&router, &address, &headers).await;
        assert_eq!(page.status, StatusCode::OK, "{address}: {}", page.text);
        let links = page.text.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
        for link in links.map(|link| link.replace("&amp;", "&")).filter(|link| link.starts_with("/nl")) {
            if seen.len() < 120 && !seen.contains(&link) {
                seen.push(link);
            }
        }
    }
    assert!(seen.iter().any(|address| address == "/nl/proposals") && at > 60, "{at} pages");
}

/// What a request is called by is given back as it came, or not taken.
#[tokio::test(flavor = "multi_thread")]
async fn a_name_of_a_request_that_is_too_long_is_refused() {
    let router = service().router();
    let long = "x".repeat(129);
    for (id, status) in [(long.as_str(), StatusCode::BAD_REQUEST), (&long[1..], StatusCode::OK)] {
        let headers = [("content-type", "application/json"), ("x-request-id", id)];
        let body = Body::from(may("leiden", "hrm/payroll", &json!({})).to_string());
        let answer = ask(&router, Method::POST, "/access/v1/evaluation", &headers, body).await;
        assert_eq!(answer.status, status);
        assert_eq!(answer.header("x-request-id"), if status == StatusCode::OK { id } else { "" });
    }
}
