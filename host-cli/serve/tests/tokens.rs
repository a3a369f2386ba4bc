//! Tokens of an identity provider: which open, which do not, and a provider that is away or hangs.

mod run;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use axum::Router;
use axum::body::Body;
use axum::http::{Method, StatusCode};
use axum::routing::get as route;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use leidraad_serve::{Access, Limits, NewApiKey, Oidc};
use serde_json::{Value, json};

use run::{ask, decide, july, service};

/// A provider of tokens on this machine.
struct Provider {
    address: String,
    pair: EcdsaKeyPair,
    fetched: Arc<AtomicUsize>,
}

impl Provider {
    async fn start() -> Provider {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let random = SystemRandom::new();
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref()).unwrap();
        let point = pair.public_key().as_ref().to_vec();
        let (x, y) = (URL_SAFE_NO_PAD.encode(&point[1..33]), URL_SAFE_NO_PAD.encode(&point[33..65]));
        let keys =
            json!({ "keys": [{ "kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig", "kid": "one", "x": x, "y": y }] }).to_string();
        let told = json!({ "issuer": address, "jwks_uri": format!("{address}/keys") }).to_string();
        let fetched = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&fetched);
        let router = Router::new().route("/.well-known/openid-configuration", route(move || async move { told })).route(
            "/keys",
            route(move || async move {
                count.fetch_add(1, Ordering::Relaxed);
                keys
            }),
        );
        tokio::spawn(async move { axum::serve(listener, router).await });
        Provider { address, pair, fetched }
    }
    fn claims(&self) -> Value {
        let now = july().as_second();
        json!({ "iss": self.address, "aud": "leidraad", "sub": "c.jansen", "exp": now + 300, "nbf": now - 10, "scope": "openid ask explain", "customers": ["leiderdorp"] })
    }
    fn token(&self, head: &Value, claims: &Value) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(head), part(claims));
        let signature = self.pair.sign(&SystemRandom::new(), signed.as_bytes()).unwrap();
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature.as_ref()))
    }
    fn head() -> Value {
        json!({ "alg": "ES256", "typ": "JWT", "kid": "one" })
    }
    fn router(&self) -> Router {
        let oidc = Oidc::new(self.address.clone(), "leidraad").customers_claim("customers");
        service().access(Access::default().oidc(oidc)).router()
    }
}

async fn by_token(router: &Router, token: &str, customer: &str) -> StatusCode {
    decide(router, &[("authorization", &format!("Bearer {token}"))], customer).await.status
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_opens_for_what_it_says() {
    let provider = Provider::start().await;
    let router = provider.router();
    let token = provider.token(&Provider::head(), &provider.claims());
    assert_eq!(by_token(&router, &token, "leiderdorp").await, StatusCode::OK);
    assert_eq!(by_token(&router, &token, "leiden").await, StatusCode::FORBIDDEN);
    let bearer = format!("Bearer {token}");
    let pin = ask(&router, Method::DELETE, "/v1/policy/pin", &[("authorization", &bearer)], Body::empty()).await;
    assert_eq!(pin.status, StatusCode::FORBIDDEN);
    // A name that no log should have, or none, is nobody's; `admin` is about all customers.
    for (name, value) in
        [("sub", json!("")), ("sub", json!(" ")), ("sub", json!("a\nb")), ("sub", json!("x".repeat(300))), ("sub", json!(7))]
    {
        let mut claims = provider.claims();
        claims[name] = value;
        assert_eq!(
            by_token(&router, &provider.token(&Provider::head(), &claims), "leiderdorp").await,
            StatusCode::UNAUTHORIZED,
            "{claims}"
        );
    }
    let mut claims = provider.claims();
    claims["scope"] = "ask admin".into();
    let admin = format!("Bearer {}", provider.token(&Provider::head(), &claims));
    let pin = ask(&router, Method::DELETE, "/v1/policy/pin", &[("authorization", &admin)], Body::empty()).await;
    assert_eq!(pin.status, StatusCode::FORBIDDEN);
    // Without the claim, nobody's rights are seen.
    let mut claims = provider.claims();
    claims.as_object_mut().unwrap().remove("customers");
    assert_eq!(by_token(&router, &provider.token(&Provider::head(), &claims), "leiderdorp").await, StatusCode::FORBIDDEN);
    claims["scope"] = "openid".into();
    assert_eq!(by_token(&router, &provider.token(&Provider::head(), &claims), "leiderdorp").await, StatusCode::FORBIDDEN);
    assert_eq!(provider.fetched.load(Ordering::Relaxed), 1, "keys are fetched once");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_is_not_right_does_not_open() {
    let provider = Provider::start().await;
    let router = provider.router();
    let now = july().as_second();
    let with = |name: &str, value: Value| {
        let mut claims = provider.claims();
        claims[name] = value;
        provider.token(&Provider::head(), &claims)
    };
    let without = |name: &str| {
        let mut claims = provider.claims();
        claims.as_object_mut().unwrap().remove(name);
        provider.token(&Provider::head(), &claims)
    };
    let headed = |head: Value| provider.token(&head, &provider.claims());
    let good = headed(Provider::head());
    let unsigned = {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        format!("{}.{}.", part(&json!({ "alg": "none" })), part(&provider.claims()))
    };
    // The public key as a shared secret: whoever reads the keys could sign by it.
    let confused = {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(&json!({ "alg": "HS256", "kid": "one" })), part(&provider.claims()));
        let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, provider.pair.public_key().as_ref());
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(aws_lc_rs::hmac::sign(&key, signed.as_bytes()).as_ref()))
    };
    let tokens = [
        ("expired", with("exp", json!(now - 31))),
        ("no expiry", without("exp")),
        ("an expiry that is a text", with("exp", json!("tomorrow"))),
        ("not yet", with("nbf", json!(now + 31))),
        ("another audience", with("aud", json!("elders"))),
        ("no audience", without("aud")),
        ("another issuer", with("iss", json!("https://evil.example"))),
        ("no issuer", without("iss")),
        ("nobody", without("sub")),
        ("alg none", unsigned),
        ("key confusion", confused),
        ("another algorithm of the header", headed(json!({ "alg": "RS256", "kid": "one" }))),
        ("a key that is not there", headed(json!({ "alg": "ES256", "kid": "two" }))),
        ("a key of its own", headed(json!({ "alg": "ES256", "jwk": { "kty": "EC" }, "kid": "../one" }))),
        ("changed", {
            let mut token = good.clone();
            token.replace_range(60..61, if &token[60..61] == "A" { "B" } else { "A" });
            token
        }),
        ("cut off", good[..good.len() - 4].to_owned()),
        ("two parts", good.rsplit_once('.').unwrap().0.to_owned()),
        ("dots", "...".to_owned()),
        ("huge", format!("{}.{}.x", "a".repeat(20_000), "b".repeat(20_000))),
    ];
    for (name, token) in &tokens {
        assert_eq!(by_token(&router, token, "leiderdorp").await, StatusCode::UNAUTHORIZED, "{name}");
    }
    assert_eq!(by_token(&router, &good, "leiderdorp").await, StatusCode::OK);
    assert!(provider.fetched.load(Ordering::Relaxed) <= 2, "whoever names keys that are not there does not have them fetched each time");
}

/// A provider that cannot be reached lets nobody in, and that is said as such.
#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_is_away_lets_nobody_in() {
    let provider = Provider::start().await;
    let token = provider.token(&Provider::head(), &provider.claims());
    let router = service().access(Access::default().oidc(Oidc::new("http://127.0.0.1:9", "leidraad"))).router();
    assert_eq!(by_token(&router, &token, "leiderdorp").await, StatusCode::SERVICE_UNAVAILABLE);
    // An address that is neither encrypted nor here is not asked.
    let router = service().access(Access::default().oidc(Oidc::new("http://login.example", "leidraad"))).router();
    assert_eq!(by_token(&router, &token, "leiderdorp").await, StatusCode::SERVICE_UNAVAILABLE);
}

/// A provider that takes connections and never answers keeps nobody waiting but those whose token needs its keys.
#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_hangs_holds_nobody_up() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let provider = Provider::start().await;
    let token = provider.token(&Provider::head(), &provider.claims());
    let (key, secret) = NewApiKey::new("zaaksysteem").make().unwrap();
    let access = Access::default().key(key).oidc(Oidc::new(address, "leidraad"));
    let limits = Limits { time: std::time::Duration::from_millis(500), ..Limits::default() };
    let router = service().access(access).limits(limits).router();
    let waiting: Vec<_> = (0..20)
        .map(|_| {
            let (router, token) = (router.clone(), token.clone());
            tokio::spawn(async move { by_token(&router, &token, "leiderdorp").await })
        })
        .collect();
    assert_eq!(decide(&router, &[("x-api-key", &secret)], "leiden").await.status, StatusCode::OK);
    for one in waiting {
        // The limit of time holds for who waits to come in, too; whoever comes next is told at once that the provider is away.
        assert!([StatusCode::REQUEST_TIMEOUT, StatusCode::SERVICE_UNAVAILABLE].contains(&one.await.unwrap()));
    }
}
