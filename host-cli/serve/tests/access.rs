//! Who comes in, who does not, and what they see; attacks, each with what came back.

mod run;

use axum::body::Body;
use axum::http::{Method, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use leidraad_serve::Scope;
use serde_json::{Value, json};

use run::{ask, decide, get, keyed, post, service};

#[tokio::test(flavor = "multi_thread")]
async fn a_key_opens_and_nothing_else_does() {
    let (router, secret) = keyed(|key| key);
    let bearer = format!("Bearer {secret}");
    assert_eq!(decide(&router, &[("authorization", &bearer)], "leiden").await.status, StatusCode::OK);
    assert_eq!(decide(&router, &[("x-api-key", &secret)], "leiden").await.status, StatusCode::OK);
    let basic = format!("Basic {}", STANDARD.encode(format!("desk:{secret}")));
    assert_eq!(get(&router, "/nl", &[("authorization", &basic)]).await.status, StatusCode::OK);
    let none = decide(&router, &[], "leiden").await;
    assert_eq!((none.status, none.header("www-authenticate")), (StatusCode::UNAUTHORIZED, "Bearer realm=\"leidraad\""));
    let shorter = &bearer[..bearer.len() - 1];
    for wrong in
        ["", "Bearer", "Bearer ", "Bearer x", shorter, "Basic x", "Digest x", &format!("{bearer} x"), &format!("bearer  {secret}x")]
    {
        let answer = decide(&router, &[("authorization", wrong)], "leiden").await;
        assert_eq!((answer.status, answer.header("content-type")), (StatusCode::UNAUTHORIZED, "application/problem+json"), "{wrong}");
        assert!(!answer.text.contains(&secret[9..20]), "a key is told nowhere");
    }
    // Two at once could be read as either.
    assert_eq!(decide(&router, &[("authorization", &bearer), ("x-api-key", "x")], "leiden").await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(decide(&router, &[("authorization", &bearer), ("authorization", &bearer)], "leiden").await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(decide(&router, &[("x-api-key", &secret), ("x-api-key", &secret)], "leiden").await.status, StatusCode::UNAUTHORIZED);
    // What anyone may read, anyone reads; the desk asks a browser for the key.
    assert_eq!(get(&router, "/v1/openapi.json", &[]).await.status, StatusCode::OK);
    assert_eq!(get(&router, "/health/live", &[]).await.text, "live\n");
    let desk = get(&router, "/nl", &[]).await;
    assert!(desk.status == StatusCode::UNAUTHORIZED && desk.text.contains("<!DOCTYPE html>"));
    assert!(desk.headers.get_all("www-authenticate").iter().any(|value| value.to_str().unwrap().starts_with("Basic ")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_opens_as_long_as_it_counts() {
    let bearer = |secret: &str| format!("Bearer {secret}");
    let (router, secret) = keyed(|key| key.until(leidraad::date(2026, 7, 1)));
    assert_eq!(decide(&router, &[("authorization", &bearer(&secret))], "leiden").await.status, StatusCode::OK);
    let (router, secret) = keyed(|key| key.until(leidraad::date(2026, 6, 30)));
    assert_eq!(decide(&router, &[("authorization", &bearer(&secret))], "leiden").await.status, StatusCode::UNAUTHORIZED);
}

/// A key may do what its scopes say, and no more.
#[tokio::test(flavor = "multi_thread")]
async fn a_key_does_what_it_is_for() {
    for scope in Scope::ALL {
        let (router, secret) = keyed(|key| key.scopes([scope]));
        let bearer = format!("Bearer {secret}");
        let head = [("authorization", bearer.as_str()), ("content-type", "application/json")];
        let question = json!({ "customer": "leiden", "service": "hrm/payroll" }).to_string();
        let pin = json!({ "digest": "sha256:0" }).to_string();
        let told = [
            ask(&router, Method::POST, "/v1/decisions", &head, Body::from(question.clone())).await.status,
            ask(&router, Method::GET, "/v1/customers", &head, Body::empty()).await.status,
            ask(&router, Method::POST, "/v1/why-not", &head, Body::from(question)).await.status,
            ask(&router, Method::GET, "/v1/differences", &head, Body::empty()).await.status,
            ask(&router, Method::PUT, "/v1/policy/pin", &head, Body::from(pin)).await.status,
        ];
        let may = told.map(|status| status != StatusCode::FORBIDDEN);
        let (asks, explains, admin) = (scope == Scope::Ask, scope == Scope::Explain, scope == Scope::Admin);
        assert_eq!(may, [asks, asks, explains, explains, admin], "{scope:?}");
    }
}

/// Leiderdorp's key does not see Zoeterwoude's rights, through any door.
#[tokio::test(flavor = "multi_thread")]
async fn a_key_sees_its_own_customers() {
    let (router, secret) = keyed(|key| key.scopes(Scope::ALL).customers(["leiderdorp"]));
    let bearer = format!("Bearer {secret}");
    let head = [("authorization", bearer.as_str()), ("content-type", "application/json"), ("accept-language", "nl")];
    let sent = |method: Method, path: &'static str, body: Value| {
        let router = router.clone();
        async move { ask(&router, method, path, &head, Body::from(if body.is_null() { String::new() } else { body.to_string() })).await }
    };
    assert_eq!(decide(&router, &head[..1], "leiderdorp").await.status, StatusCode::OK);
    for name in ["zoeterwoude", "GM0638", "Zoeterwoude"] {
        assert_eq!(decide(&router, &head[..1], name).await.status, StatusCode::FORBIDDEN, "{name}");
    }
    let question = json!({ "customer": "zoeterwoude", "service": "hrm/payroll" });
    assert_eq!(sent(Method::POST, "/v1/why-not", question.clone()).await.status, StatusCode::FORBIDDEN);
    assert_eq!(sent(Method::POST, "/v1/timelines", question.clone()).await.status, StatusCode::FORBIDDEN);
    for path in [
        "/v1/customers/zoeterwoude",
        "/v1/customers/zoeterwoude/entitlements",
        "/v1/differences?customer=zoeterwoude",
        "/nl/customers/zoeterwoude",
    ] {
        assert_eq!(sent(Method::GET, path, Value::Null).await.status, StatusCode::FORBIDDEN, "{path}");
    }
    for path in [
        "/v1/customers",
        "/v1/matrix",
        "/v1/differences?oldKnown=2022-01-01&newKnown=2026-07-01",
        "/nl",
        "/nl/matrix",
        "/nl/changes",
        "/nl?customer=zoeterwoude&service=salarisadministratie",
    ] {
        let answer = sent(Method::GET, path, Value::Null).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        let shown = answer.text.replace("?customer=zoeterwoude", "").replace("‘zoeterwoude’", "");
        assert!(!shown.to_lowercase().contains("zoeterwoude"), "{path}: {shown}");
    }
    // A name that nobody has is answered with the same words as that of another's: nothing tells whether there is one.
    for name in ["zoeterwoude", "Zoeterwoude", "leidn", "x"] {
        let answer = decide(&router, &head[..1], name).await;
        let detail = answer.json()["detail"].as_str().unwrap().replace(name, "");
        assert_eq!(
            (answer.status, detail.as_str()),
            (StatusCode::FORBIDDEN, "deze sleutel of dit token is niet voor een klant ``"),
            "{name}"
        );
        for (path, method, body) in [
            (format!("/v1/customers/{name}"), Method::GET, Value::Null),
            (format!("/v1/customers/{name}/entitlements"), Method::GET, Value::Null),
            (format!("/v1/differences?customer={name}"), Method::GET, Value::Null),
            (format!("/nl/customers/{name}"), Method::GET, Value::Null),
            (format!("/nl?customer={name}&service=salarisadministratie"), Method::GET, Value::Null),
            ("/v1/why-not".to_owned(), Method::POST, json!({ "customer": name, "service": "hrm/payroll" })),
            ("/v1/timelines".to_owned(), Method::POST, json!({ "customer": name, "service": "hrm/payroll" })),
            ("/v1/decision-batches".to_owned(), Method::POST, json!({ "questions": [{ "customer": name, "service": "hrm/payroll" }] })),
            ("/ofrep/v1/evaluate/flags/hrm/payroll".to_owned(), Method::POST, json!({ "context": { "targetingKey": name } })),
            (
                "/access/v1/evaluation".to_owned(),
                Method::POST,
                json!({ "subject": { "type": "customer", "id": name }, "action": { "name": "use" }, "resource": { "type": "service", "id": "hrm/payroll" } }),
            ),
        ] {
            let body = if body.is_null() { String::new() } else { body.to_string() };
            let answer = ask(&router, method, &path, &head, Body::from(body)).await;
            let told = answer.text.replace(name, "").to_lowercase();
            assert!(!told.contains("oegstgeest") && !told.contains("zoeterwoude"), "{path}: {told}");
        }
    }
    // Rules and proposals that concern others alone are not there.
    let sets = sent(Method::GET, "/v1/rule-sets", Value::Null).await;
    assert!(
        sets.text.contains("dvo-leiderdorp") && !sets.text.contains("oegstgeest") && !sets.text.contains("zoeterwoude"),
        "{}",
        sets.text
    );
    assert_eq!(sent(Method::GET, "/nl/rules/dvo-leiderdorp/2025-1/advice-hours", Value::Null).await.status, StatusCode::OK);
    assert_eq!(sent(Method::GET, "/nl/rules/dvo-zoeterwoude/2023-1/as-is", Value::Null).await.status, StatusCode::NOT_FOUND);
    let proposals = sent(Method::GET, "/nl/proposals", Value::Null).await;
    assert!(!proposals.text.contains("Zoeterwoude") && !proposals.text.contains("Oegstgeest"), "{}", proposals.text);
    // What somebody may not see has no `304` either, whatever tag is shown.
    for tag in ["*", "\"x\""] {
        let mut with = head.to_vec();
        with.push(("if-none-match", tag));
        assert_eq!(get(&router, "/v1/customers/zoeterwoude", &with).await.status, StatusCode::FORBIDDEN);
        assert_eq!(get(&router, "/v1/customers/zoeterwoude/entitlements", &with).await.status, StatusCode::FORBIDDEN);
    }
    let batch = sent(Method::POST, "/v1/decision-batches", json!({ "questions": [question] })).await.json();
    assert_eq!(batch["results"][0]["problem"]["status"], 403);
    let asked = json!({ "subject": { "type": "customer", "id": "zoeterwoude" }, "action": { "name": "use" }, "resource": { "type": "hrm", "id": "payroll" } });
    let evaluated = sent(Method::POST, "/access/v1/evaluation", asked).await.json();
    assert_eq!((&evaluated["decision"], &evaluated["context"]["error"]["status"]), (&json!(false), &json!(403)));
    let search = json!({ "subject": { "type": "customer" }, "action": { "name": "use" }, "resource": { "type": "hrm", "id": "payroll" } });
    assert_eq!(
        sent(Method::POST, "/access/v1/search/subject", search).await.json()["results"],
        json!([{ "type": "customer", "id": "leiderdorp" }])
    );
    let flags = sent(Method::POST, "/ofrep/v1/evaluate/flags", json!({ "context": { "targetingKey": "zoeterwoude" } })).await;
    assert_eq!((flags.status, &flags.json()["errorCode"]), (StatusCode::BAD_REQUEST, &json!("INVALID_CONTEXT")));
}

/// Nobody is named whose consent a proposal waits for, but who may be seen.
#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_not_told_whose_consent_is_awaited() {
    let (router, secret) = keyed(|key| key.scopes(Scope::ALL).customers(["leiderdorp"]));
    let bearer = format!("Bearer {secret}");
    let head = [("authorization", bearer.as_str()), ("content-type", "application/json")];
    let pending = json!({ "customer": "leiderdorp", "service": "communication/press", "on": "2026-06-01" });
    for (path, body) in
        [("/v1/decisions", pending.clone()), ("/v1/why-not", pending.clone()), ("/v1/decision-batches", json!({ "questions": [pending] }))]
    {
        let answer = ask(&router, Method::POST, path, &head, Body::from(body.to_string())).await;
        assert!(answer.text.contains("\"awaits\":[]") && !answer.text.contains("oegstgeest"), "{path}: {}", answer.text);
    }
    let page = get(&router, "/nl?customer=leiderdorp&service=communication/press&on=2026-06-01", &head).await;
    assert!(page.text.contains("wacht op anderen") && !page.text.contains("Oegstgeest"), "{}", page.text);
}

/// Without keys, this machine alone is answered: no page elsewhere that rebinds a name to it, no proxy before it.
#[tokio::test(flavor = "multi_thread")]
async fn without_keys_only_this_machine_is_answered() {
    let router = service().router();
    for host in ["localhost", "localhost:8071", "127.0.0.1:8071", "[::1]:8071", "LOCALHOST"] {
        let request = axum::http::Request::get("/v1/customers").header("host", host).body(Body::empty()).unwrap();
        assert_eq!(run::send(&router, request).await.status, StatusCode::OK, "{host}");
    }
    for host in ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example:80", "evil.example:8071", "192.168.1.5"] {
        let request = axum::http::Request::get("/v1/customers").header("host", host).body(Body::empty()).unwrap();
        assert_eq!(run::send(&router, request).await.status, StatusCode::FORBIDDEN, "{host}");
    }
    for name in ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via"] {
        assert_eq!(get(&router, "/v1/customers", &[(name, "10.0.0.1")]).await.status, StatusCode::FORBIDDEN, "{name}");
    }
    // Every name that is given is looked at: a second header, the address itself (as HTTP/2 has it); and no name is none of ours.
    assert_eq!(get(&router, "/v1/customers", &[("host", "evil.example")]).await.status, StatusCode::FORBIDDEN);
    for (address, status) in [
        ("/v1/customers", StatusCode::FORBIDDEN),
        ("http://localhost/v1/customers", StatusCode::OK),
        ("http://evil.example/v1/customers", StatusCode::FORBIDDEN),
        ("http://localhost@evil.example/v1/customers", StatusCode::FORBIDDEN),
    ] {
        let request = axum::http::Request::get(address).body(Body::empty()).unwrap();
        assert_eq!(run::send(&router, request).await.status, status, "{address}");
    }
    let both = axum::http::Request::get("http://evil.example/v1/customers").header("host", "localhost").body(Body::empty()).unwrap();
    assert_eq!(run::send(&router, both).await.status, StatusCode::FORBIDDEN);
    let unreadable = axum::http::Request::get("/v1/customers").header("host", &b"caf\xe9"[..]).body(Body::empty()).unwrap();
    assert_eq!(run::send(&router, unreadable).await.status, StatusCode::FORBIDDEN);
}

/// A form of another site is not filled in here.
#[tokio::test(flavor = "multi_thread")]
async fn a_form_of_another_site_is_refused() {
    let router = service().router();
    let sent = |headers: &'static [(&'static str, &'static str)]| {
        let router = router.clone();
        async move { ask(&router, Method::POST, "/nl", headers, Body::from("customer=leiden&service=hrm%2Fpayroll")).await.status }
    };
    assert_eq!(sent(&[]).await, StatusCode::OK);
    assert_eq!(sent(&[("sec-fetch-site", "same-origin"), ("origin", "http://localhost")]).await, StatusCode::OK);
    // A browser that tells no origin says still where the form is from.
    assert_eq!(sent(&[("sec-fetch-site", "same-origin"), ("origin", "null")]).await, StatusCode::OK);
    assert_eq!(sent(&[("origin", "http://localhost")]).await, StatusCode::OK);
    assert_eq!(sent(&[("sec-fetch-site", "same-site"), ("origin", "http://localhost")]).await, StatusCode::FORBIDDEN);
    assert_eq!(sent(&[("sec-fetch-site", "same-origin"), ("sec-fetch-site", "cross-site")]).await, StatusCode::FORBIDDEN);
    // An address that is written otherwise is none of ours.
    for path in ["/%6el", "/n%6c", "/%6el/timeline"] {
        let head = [("origin", "https://evil.example"), ("sec-fetch-site", "cross-site")];
        let answer = ask(&router, Method::POST, path, &head, Body::from("customer=leiden&service=hrm%2Fpayroll")).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}");
        assert_eq!(get(&router, path, &[]).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    // A page elsewhere may lead somebody here; it does not ask for itself.
    let site = ("sec-fetch-site", "cross-site");
    for path in ["/nl?customer=leiden&service=hrm%2Fpayroll", "/v1/differences"] {
        let led = [site, ("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "document")];
        assert_eq!(get(&router, path, &led).await.status, StatusCode::OK, "{path}");
        for (mode, dest) in [("no-cors", "image"), ("navigate", "iframe"), ("cors", "empty")] {
            let asked = [site, ("sec-fetch-mode", mode), ("sec-fetch-dest", dest)];
            assert_eq!(get(&router, path, &asked).await.status, StatusCode::FORBIDDEN, "{path}");
        }
        assert_eq!(get(&router, path, &[site]).await.status, StatusCode::FORBIDDEN, "{path}");
    }
    assert_eq!(get(&router, "/v1/openapi.json", &[site]).await.status, StatusCode::OK, "what anyone may read, anyone reads");
    assert_eq!(sent(&[("sec-fetch-site", "cross-site")]).await, StatusCode::FORBIDDEN);
    assert_eq!(sent(&[("origin", "https://evil.example")]).await, StatusCode::FORBIDDEN);
    assert_eq!(sent(&[("origin", "null")]).await, StatusCode::FORBIDDEN);
}

/// Headers that would break out of an answer, or of the log, are not given back.
#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_shown_is_not_given_back() {
    let router = service().router();
    for id in ["caf\u{e9}", &"x".repeat(200), "tab\there"] {
        let Ok(value) = axum::http::HeaderValue::from_bytes(id.as_bytes()) else { continue };
        let request =
            axum::http::Request::get("/v1/levels").header("host", "localhost").header("x-request-id", value).body(Body::empty()).unwrap();
        assert!(run::send(&router, request).await.headers.get("x-request-id").is_none(), "{id}");
    }
    let named = post(&router, "/v1/decisions", &json!({ "customer": "a\r\nSet-Cookie: x\u{1b}[31m", "service": "hrm/payroll" })).await;
    assert!(named.headers.get("set-cookie").is_none());
    assert!(!named.json()["detail"].as_str().unwrap().contains('\u{1b}'), "{}", named.text);
}
