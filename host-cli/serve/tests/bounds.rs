//! Who asks for much: what it costs, and that the others are answered still.

mod run;

use axum::body::Body;
use axum::http::{Method, StatusCode};
use leidraad_serve::{Access, Limits, NewApiKey};

use run::{ask, decide, get, service};

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_too_much_waits() {
    let (key, secret) = NewApiKey::new("haast").per_minute(3).make().unwrap();
    let (other, calm) = NewApiKey::new("rust").make().unwrap();
    let limits = Limits { per_minute: 5, ..Limits::default() };
    let router = service().access(Access::default().key(key).key(other)).limits(limits).router();
    let answered = |secret: String| {
        let router = router.clone();
        async move { decide(&router, &[("x-api-key", &secret)], "leiden").await }
    };
    for _ in 0..3 {
        assert_eq!(answered(secret.clone()).await.status, StatusCode::OK);
    }
    let late = answered(secret.clone()).await;
    assert_eq!(late.status, StatusCode::TOO_MANY_REQUESTS);
    assert!((1..=61).contains(&late.header("retry-after").parse::<u32>().unwrap()));
    assert_eq!(answered(calm.clone()).await.status, StatusCode::OK, "others are not in the way");
}

/// What is wrong with a body is told, in no answer that is many times its size.
#[tokio::test(flavor = "multi_thread")]
async fn a_body_of_nonsense_costs_little() {
    let router = service().router();
    let names = |count: usize| (0..count).map(|at| format!("\"fact-{at}\":1")).collect::<Vec<_>>().join(",");
    let question = |facts: &str| format!("{{\"customer\":\"leiden\",\"service\":\"hrm/payroll\",\"facts\":{{{facts}}}}}");
    let many = question(&names(70_000));
    let twice = question(&format!("{},{}", names(900), names(900)));
    let long = question(&format!("\"{}\":1", "x".repeat(900_000)));
    let batch = format!("{{\"questions\":[{}]}}", vec![question(&names(60)); 900].join(","));
    for (path, body, most) in [
        ("/v1/timelines", &many, 10_000),
        ("/v1/decisions", &many, 10_000),
        ("/v1/decisions", &twice, 10_000),
        ("/v1/decisions", &question(&names(900)), 20_000),
        ("/v1/decisions", &long, 2_000_000),
        ("/v1/decision-batches", &batch, 8_000_000),
    ] {
        let answer = run::post_text(&router, path, body).await;
        assert!(answer.text.len() < most, "{path}: {} bytes of {}", answer.text.len(), body.len());
    }
    assert_eq!(run::post_text(&router, "/v1/decisions", &many).await.errors(), [("/facts".to_owned(), "too-many".to_owned())]);
}

/// What one key has begun does not keep the others out.
#[tokio::test(flavor = "multi_thread")]
async fn one_key_does_not_take_all_places() {
    let (greedy, secret) = NewApiKey::new("gulzig").make().unwrap();
    let (other, calm) = NewApiKey::new("rustig").make().unwrap();
    let limits = Limits { at_once: 8, ..Limits::default() };
    let router = service().access(Access::default().key(greedy).key(other)).limits(limits).router();
    // Bodies that do not come to an end.
    let begun: Vec<_> = (0..8)
        .map(|_| {
            let (router, secret) = (router.clone(), secret.clone());
            tokio::spawn(async move {
                let endless = Body::from_stream(futures_util::stream::pending::<Result<axum::body::Bytes, std::io::Error>>());
                let head = [("content-type", "application/json"), ("x-api-key", secret.as_str())];
                ask(&router, Method::POST, "/v1/decisions", &head, endless).await.status
            })
        })
        .collect();
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    assert_eq!(decide(&router, &[("x-api-key", &secret)], "leiden").await.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(decide(&router, &[("x-api-key", &calm)], "leiden").await.status, StatusCode::OK);
    assert_eq!(get(&router, "/health/live", &[]).await.status, StatusCode::OK);
    begun.iter().for_each(tokio::task::JoinHandle::abort);
}

/// A large answer that nobody reads holds the place of who asked for it, for a while; a small one is given and done.
#[tokio::test(flavor = "multi_thread")]
async fn a_large_answer_holds_its_place_until_it_is_read() {
    use tower::ServiceExt as _;
    let limits = Limits { at_once: 1, ..Limits::default() };
    let router = service().limits(limits).router();
    let request = |path: &str| axum::http::Request::get(path).header("host", "localhost").body(Body::empty()).unwrap();
    let unread = router.clone().oneshot(request("/v1/matrix")).await.unwrap();
    assert_eq!(router.clone().oneshot(request("/v1/customers")).await.unwrap().status(), StatusCode::SERVICE_UNAVAILABLE);
    drop(unread);
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    let small = router.clone().oneshot(request("/v1/customers")).await.unwrap();
    assert_eq!(router.clone().oneshot(request("/v1/customers")).await.unwrap().status(), StatusCode::OK);
    drop(small);
    // Who takes none of it gets no more than what was on its way, and that it broke off is told.
    let unread = router.clone().oneshot(request("/v1/matrix")).await.unwrap();
    tokio::time::sleep(std::time::Duration::from_secs(11)).await;
    assert_eq!(router.clone().oneshot(request("/v1/customers")).await.unwrap().status(), StatusCode::OK, "the place is given back");
    assert!(http_body_util::BodyExt::collect(unread.into_body()).await.is_err(), "what is cut off is no answer");
    // Read as it comes, it is whole.
    assert!(get(&router, "/v1/matrix", &[]).await.json()["entitlements"].as_array().is_some_and(|all| all.len() > 200));
}
