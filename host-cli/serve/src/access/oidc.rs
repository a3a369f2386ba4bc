//! Tokens of an identity provider: signed by one of its keys, with an algorithm that is pinned, for us, and not over.

use std::collections::BTreeSet;
use std::sync::{PoisonError, RwLock};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, JwkSet, KeyOperations, PublicKeyUse};
use jsonwebtoken::{DecodingKey, Validation, decode, decode_header};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::sync::Mutex;

use super::{Bad, Scope, Who, refused};
use crate::problem::Problem;

/// How a token may be signed: with a public key, never with a shared secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[non_exhaustive]
#[allow(missing_docs, reason = "the names are those of RFC 7518 and RFC 8037")]
pub enum Algorithm {
    RS256,
    RS384,
    RS512,
    PS256,
    PS384,
    PS512,
    ES256,
    ES384,
    EdDSA,
}

impl Algorithm {
    fn own(self) -> jsonwebtoken::Algorithm {
        match self {
            Algorithm::RS256 => jsonwebtoken::Algorithm::RS256,
            Algorithm::RS384 => jsonwebtoken::Algorithm::RS384,
            Algorithm::RS512 => jsonwebtoken::Algorithm::RS512,
            Algorithm::PS256 => jsonwebtoken::Algorithm::PS256,
            Algorithm::PS384 => jsonwebtoken::Algorithm::PS384,
            Algorithm::PS512 => jsonwebtoken::Algorithm::PS512,
            Algorithm::ES256 => jsonwebtoken::Algorithm::ES256,
            Algorithm::ES384 => jsonwebtoken::Algorithm::ES384,
            Algorithm::EdDSA => jsonwebtoken::Algorithm::EdDSA,
        }
    }
    /// Whether a key is of the kind that signs this way.
    fn fits(self, key: &Jwk) -> bool {
        match (&key.algorithm, self) {
            (
                AlgorithmParameters::RSA(_),
                Algorithm::RS256 | Algorithm::RS384 | Algorithm::RS512 | Algorithm::PS256 | Algorithm::PS384 | Algorithm::PS512,
            ) => true,
            (AlgorithmParameters::EllipticCurve(curve), Algorithm::ES256) => curve.curve == EllipticCurve::P256,
            (AlgorithmParameters::EllipticCurve(curve), Algorithm::ES384) => curve.curve == EllipticCurve::P384,
            (AlgorithmParameters::OctetKeyPair(pair), Algorithm::EdDSA) => pair.curve == EllipticCurve::Ed25519,
            _ => false,
        }
    }
}

/// Whose tokens open, and for what.
///
/// ```
/// use leidraad_serve::{Algorithm, Oidc};
/// let oidc = Oidc::new("https://login.leiden.nl", "leidraad").algorithms([Algorithm::ES256]).customers_claim("customers");
/// assert!(format!("{oidc:?}").contains("login.leiden.nl"));
/// ```
#[derive(Debug)]
#[must_use]
pub struct Oidc {
    issuer: String,
    audience: String,
    algorithms: BTreeSet<Algorithm>,
    scope_claim: String,
    customers_claim: Option<String>,
    http: reqwest::Client,
    found: RwLock<Option<Found>>,
    /// when they were looked for last, whatever came of it
    fetching: Mutex<Option<Instant>>,
}

/// The provider's keys, and when they were fetched.
#[derive(Debug, Clone)]
struct Found {
    keys: JwkSet,
    at: Instant,
}

/// Keys are fetched anew when they are this old.
const OLD: Duration = Duration::from_hours(1);
/// Where a token names a key that is not known, keys are fetched no sooner than this after the last time.
const SOON: Duration = Duration::from_secs(10);
/// How far clocks may be apart.
const LEEWAY: u64 = 30;
/// A token is no longer than this.
const LONGEST: usize = 16 << 10;
/// What a provider may send.
const MOST: usize = 1 << 20;

impl Oidc {
    /// Tokens that this issuer gave for this audience, signed with RS256, PS256 or ES256; their scopes are in the claim `scope`.
    pub fn new(issuer: impl Into<String>, audience: impl Into<String>) -> Oidc {
        let http = reqwest::Client::builder().timeout(Duration::from_secs(5)).redirect(reqwest::redirect::Policy::none());
        Oidc {
            issuer: issuer.into(),
            audience: audience.into(),
            algorithms: [Algorithm::RS256, Algorithm::PS256, Algorithm::ES256].into(),
            scope_claim: "scope".to_owned(),
            customers_claim: None,
            http: http.build().unwrap_or_default(),
            found: RwLock::default(),
            fetching: Mutex::default(),
        }
    }
    /// How tokens may be signed.
    pub fn algorithms(self, algorithms: impl IntoIterator<Item = Algorithm>) -> Oidc {
        Oidc { algorithms: algorithms.into_iter().collect(), ..self }
    }
    /// The claim that has the scopes: words with blanks between them, or a list.
    pub fn scope_claim(self, claim: impl Into<String>) -> Oidc {
        Oidc { scope_claim: claim.into(), ..self }
    }
    /// The claim that has the ids of the customers that somebody may see. A token without it then sees none.
    pub fn customers_claim(self, claim: impl Into<String>) -> Oidc {
        Oidc { customers_claim: Some(claim.into()), ..self }
    }

    /// Who it is that a token was given to.
    pub(super) async fn admit(&self, token: &str, now: Timestamp) -> Result<Who, Problem> {
        let bad = || refused(Bad::Credential);
        if token.len() > LONGEST {
            return Err(bad());
        }
        // `none`, and whatever is not known, is no algorithm here.
        let header = decode_header(token).map_err(|_| bad())?;
        let algorithm = self.algorithms.iter().copied().find(|algorithm| algorithm.own() == header.alg).ok_or_else(bad)?;
        let mut keys = self.keys(false).await?;
        let mut key = chosen(&keys, header.kid.as_deref(), algorithm);
        if key.is_none() {
            // A key that came since: the provider rotates them.
            keys = self.keys(true).await?;
            key = chosen(&keys, header.kid.as_deref(), algorithm);
        }
        let key = DecodingKey::from_jwk(key.ok_or_else(bad)?).map_err(|_| bad())?;
        let mut wanted = Validation::new(algorithm.own());
        wanted.set_issuer(&[&self.issuer]);
        wanted.set_audience(&[&self.audience]);
        wanted.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        // Days are compared below, by the clock that all else goes by.
        wanted.validate_exp = false;
        wanted.validate_nbf = false;
        let claims = decode::<Value>(token, &key, &wanted).map_err(|_| bad())?.claims;
        let second = |name: &str| claims.get(name).and_then(Value::as_f64);
        #[allow(clippy::cast_precision_loss, reason = "seconds since 1970 are whole for a long time")]
        let (now, leeway) = (now.as_second() as f64, LEEWAY as f64);
        match second("exp") {
            Some(expires) if now < expires + leeway => {}
            Some(_) => return Err(refused(Bad::Expired)),
            None => return Err(bad()),
        }
        if claims.get("nbf").is_some() && second("nbf").is_none_or(|begins| now + leeway < begins) {
            return Err(bad());
        }
        self.who(&claims).ok_or_else(bad)
    }

    /// Who it is; `None` if it is nobody, or a name that no log should have.
    fn who(&self, claims: &Value) -> Option<Who> {
        let words = |claim: &str| -> BTreeSet<String> {
            match claims.get(claim) {
                Some(Value::String(text)) => text.split_whitespace().map(str::to_owned).collect(),
                Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
                _ => BTreeSet::new(),
            }
        };
        // Scopes of others stand beside ours.
        let scopes = words(&self.scope_claim).iter().filter_map(|word| word.parse::<Scope>().ok()).collect();
        let subject = claims.get("sub").and_then(Value::as_str)?;
        let is_name = !subject.trim().is_empty() && subject.len() <= 255 && !subject.chars().any(char::is_control);
        // No key is called so: what a provider calls its own is told apart from the keys here.
        is_name.then(|| Who {
            name: format!("oidc:{subject}"),
            scopes,
            customers: self.customers_claim.as_deref().map(words),
            per_minute: None,
        })
    }

    /// The provider's keys: those that are known, unless they are old, or another one is looked for.
    async fn keys(&self, newer: bool) -> Result<JwkSet, Problem> {
        let wanted = if newer { SOON } else { OLD };
        let known = || self.found.read().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(found) = known().filter(|found| found.at.elapsed() < wanted) {
            return Ok(found.keys);
        }
        // Keys that are old are better than none: a provider that is slow or away locks nobody out, nor has others wait in a line.
        let old = || known().map(|found| found.keys).ok_or_else(|| refused(Bad::Unreachable));
        let mut last = match self.fetching.try_lock() {
            Ok(last) => last,
            Err(_) if !newer && known().is_some() => return old(),
            Err(_) => self.fetching.lock().await,
        };
        // Whoever waited finds what another one fetched, or that there was nothing to fetch.
        if last.is_some_and(|last| last.elapsed() < SOON) {
            return old();
        }
        *last = Some(Instant::now());
        if let Some(keys) = self.fetch().await {
            *self.found.write().unwrap_or_else(PoisonError::into_inner) = Some(Found { keys, at: Instant::now() });
        }
        old()
    }

    async fn fetch(&self) -> Option<JwkSet> {
        #[derive(Deserialize)]
        struct Discovered {
            issuer: String,
            jwks_uri: String,
        }
        let address = format!("{}/.well-known/openid-configuration", self.issuer.trim_end_matches('/'));
        let found: Discovered = serde_json::from_slice(&self.get(&address).await?).ok()?;
        if found.issuer != self.issuer {
            return None;
        }
        serde_json::from_slice(&self.get(&found.jwks_uri).await?).ok()
    }

    async fn get(&self, address: &str) -> Option<Vec<u8>> {
        let address = url::Url::parse(address).ok()?;
        let is_here = matches!(address.host(), Some(url::Host::Ipv4(ip)) if ip.is_loopback());
        if address.scheme() != "https" && !is_here {
            return None;
        }
        let mut response = self.http.get(address).send().await.ok()?.error_for_status().ok()?;
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.ok()? {
            if body.len() + chunk.len() > MOST {
                return None;
            }
            body.extend_from_slice(&chunk);
        }
        Some(body)
    }
}

/// The key that a token names; where it names none, the only one that fits.
fn chosen<'k>(keys: &'k JwkSet, named: Option<&str>, algorithm: Algorithm) -> Option<&'k Jwk> {
    let signs = |key: &Jwk| {
        let common = &key.common;
        let for_signing = common.public_key_use.as_ref().is_none_or(|own| *own == PublicKeyUse::Signature);
        let may_verify = common.key_operations.as_ref().is_none_or(|own| own.contains(&KeyOperations::Verify));
        let own = common.key_algorithm.is_none_or(|own| own.to_string() == format!("{algorithm:?}"));
        for_signing && may_verify && own && algorithm.fits(key)
    };
    if let Some(name) = named {
        keys.find(name).filter(|key| signs(key))
    } else {
        let mut fitting = keys.keys.iter().filter(|key| signs(key));
        fitting.next().filter(|_| fitting.next().is_none())
    }
}
