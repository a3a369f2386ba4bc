//! Who asks: anyone on this machine, the holder of a key, or of a token; and what they may do and see.

pub(crate) mod keys;
mod oidc;

use std::collections::BTreeSet;
use std::str::FromStr;
use std::sync::Arc;

use arc_swap::ArcSwap;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use jiff::Timestamp;
use leidraad::{Bilingual, both};
use serde::{Deserialize, Serialize};

pub use keys::{ApiKey, NewApiKey};
pub use oidc::{Algorithm, Oidc};

use crate::problem::Problem;
use crate::settings::BadSettings;

/// What somebody may do.
///
/// ```
/// use leidraad_serve::Scope;
/// assert_eq!("explain".parse::<Scope>().unwrap(), Scope::Explain);
/// assert_eq!(Scope::ALL.map(Scope::word), ["ask", "explain", "log", "admin"]);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Scope {
    /// Ask questions; read the catalogue, what customers are entitled to, and the timeline of an answer.
    Ask,
    /// Read what would have to be different, what changes between two views, and the rules.
    Explain,
    /// Read which decisions were given.
    Log,
    /// Put a policy back that was in force before, and read the metrics.
    Admin,
}

impl Scope {
    /// All of them.
    pub const ALL: [Scope; 4] = [Scope::Ask, Scope::Explain, Scope::Log, Scope::Admin];
    /// The word for it in a configuration or a token.
    pub fn word(self) -> &'static str {
        match self {
            Scope::Ask => "ask",
            Scope::Explain => "explain",
            Scope::Log => "log",
            Scope::Admin => "admin",
        }
    }
}

impl FromStr for Scope {
    type Err = String;
    fn from_str(word: &str) -> Result<Scope, String> {
        Scope::ALL
            .into_iter()
            .find(|scope| scope.word() == word)
            .ok_or_else(|| format!("unknown scope `{word}`; there is ask, explain, log, admin"))
    }
}

/// Somebody who was let in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Who {
    /// what the log calls them
    pub(crate) name: String,
    pub(crate) scopes: BTreeSet<Scope>,
    /// the ids of the customers that they may see; `None`: all
    pub(crate) customers: Option<BTreeSet<String>>,
    /// so many requests a minute; `None`: as many as anyone
    pub(crate) per_minute: Option<u32>,
}

impl Who {
    pub(crate) fn sees(&self, customer: &str) -> bool {
        self.customers.as_ref().is_none_or(|customers| customers.contains(customer))
    }
    pub(crate) fn may(&self, scope: Scope) -> Result<(), Problem> {
        // What `admin` opens is about all customers: who sees some of them does not have it.
        if self.scopes.contains(&scope) && (scope != Scope::Admin || self.customers.is_none()) {
            return Ok(());
        }
        let word = scope.word();
        Err(Problem::forbidden(both!(
            "this takes the scope `{word}`, which this key or token does not have",
            "hiervoor is de scope `{word}` nodig, en die heeft deze sleutel of dit token niet"
        )))
    }
}

/// Who may come in, and how they show it.
///
/// ```
/// use leidraad_serve::{Access, NewApiKey, Scope};
/// let (key, secret) = NewApiKey::new("zaaksysteem").scopes([Scope::Ask]).customers(["leiderdorp"]).make().unwrap();
/// let access = Access::default().key(key);
/// assert!(!access.is_open() && secret.starts_with("leidraad_"));
/// ```
#[derive(Debug, Clone, Default)]
#[must_use]
pub struct Access {
    /// `None`: there were none at the start
    keys: Option<Arc<ArcSwap<Vec<ApiKey>>>>,
    oidc: Option<Arc<Oidc>>,
}

impl Access {
    /// One more key that opens.
    pub fn key(self, key: ApiKey) -> Access {
        let keys = self.keys.iter().flat_map(|keys| keys.load().to_vec()).chain([key]).collect();
        Access { keys: Some(Arc::new(ArcSwap::from_pointee(keys))), ..self }
    }
    /// Tokens of an identity provider open.
    pub fn oidc(self, oidc: Oidc) -> Access {
        let keys = self.keys.map(|keys| Arc::new(ArcSwap::new(keys.load_full())));
        Access { keys, oidc: Some(Arc::new(oidc)) }
    }
    /// Other keys instead of those that open now, for whatever is served with this: from the next request on, a key that is left out opens nothing.
    /// Without any, no key opens.
    ///
    /// # Errors
    /// A key is not right, or two have one name; or there were no keys at the start: then nobody looks for any. Those that opened do so still.
    ///
    /// ```
    /// use leidraad_serve::{Access, NewApiKey};
    /// let (old, _) = NewApiKey::new("zaaksysteem").make().unwrap();
    /// let (new, _) = NewApiKey::new("zaaksysteem").make().unwrap();
    /// let access = Access::default().key(old);
    /// assert!(access.replace_keys(vec![new]).is_ok());
    /// assert!(access.replace_keys(vec![]).is_ok() && !access.is_open());
    /// ```
    pub fn replace_keys(&self, keys: Vec<ApiKey>) -> Result<(), BadSettings> {
        if let Some(wrong) = keys::wrong(&keys) {
            return Err(BadSettings::new(wrong));
        }
        match &self.keys {
            Some(own) => own.store(Arc::new(keys)),
            None if keys.is_empty() => {}
            None => {
                return Err(BadSettings::new(both!(
                    "it was started without keys: start it anew for these to open",
                    "bij de start waren er geen sleutels: start opnieuw om deze te laten gelden"
                )));
            }
        }
        Ok(())
    }
    /// Whether nobody is asked who they are: that is for this machine alone. It is settled at the start.
    pub fn is_open(&self) -> bool {
        self.oidc.is_none() && self.keys.is_none()
    }

    /// Who it is that asks, by what they show.
    pub(crate) async fn admit(&self, headers: &HeaderMap, now: Timestamp) -> Result<Arc<Who>, Problem> {
        if self.is_open() {
            return Ok(Arc::new(Who { name: "loopback".to_owned(), scopes: Scope::ALL.into(), customers: None, per_minute: None }));
        }
        let mut shown = headers.get_all(header::AUTHORIZATION).iter();
        let mut keys = headers.get_all("x-api-key").iter();
        let one = match (shown.next(), shown.next(), keys.next()) {
            (None, None, Some(key)) if keys.next().is_none() => {
                return self.by_key(key.as_bytes(), now).ok_or_else(|| refused(Bad::Credential));
            }
            (Some(one), None, None) => one,
            (None, None, None) => return Err(refused(Bad::Nothing)),
            _ => return Err(refused(Bad::Twice)),
        };
        let text = one.to_str().map_err(|_| refused(Bad::Credential))?;
        let (scheme, rest) = text.split_once(' ').ok_or_else(|| refused(Bad::Credential))?;
        let rest = rest.trim();
        if scheme.eq_ignore_ascii_case("basic") {
            // What a browser asks for: the key is the password.
            let password = basic(rest).ok_or_else(|| refused(Bad::Credential))?;
            return self.by_key(password.as_bytes(), now).ok_or_else(|| refused(Bad::Credential));
        }
        if !scheme.eq_ignore_ascii_case("bearer") {
            return Err(refused(Bad::Credential));
        }
        if let Some(who) = self.by_key(rest.as_bytes(), now) {
            return Ok(who);
        }
        match &self.oidc {
            Some(oidc) if rest.contains('.') => oidc.admit(rest, now).await.map(Arc::new),
            _ => Err(refused(Bad::Credential)),
        }
    }

    fn by_key(&self, secret: &[u8], now: Timestamp) -> Option<Arc<Who>> {
        // A key of this length cannot be guessed: its hash is found or not, and how long that takes tells nothing of it.
        let hash = keys::hash(secret);
        let keys = self.keys.as_ref()?.load();
        let key = keys.iter().find(|key| key.hash == hash)?;
        key.counts_at(now).then(|| Arc::new(key.who()))
    }
}

/// The password of HTTP's own way to sign in.
fn basic(credentials: &str) -> Option<String> {
    use base64::Engine as _;
    let decoded = base64::engine::general_purpose::STANDARD.decode(credentials).ok()?;
    let text = String::from_utf8(decoded).ok()?;
    text.split_once(':').map(|(_, password)| password.to_owned())
}

/// Why somebody is not let in. It is told no closer: who tries keys learns nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bad {
    Nothing,
    Twice,
    Credential,
    Expired,
    Unreachable,
}

impl Bad {
    fn text(self) -> Bilingual {
        match self {
            Bad::Nothing => both!(
                "show who you are: `Authorization: Bearer …` with a key or a token",
                "laat zien wie u bent: `Authorization: Bearer …` met een sleutel of een token"
            ),
            Bad::Twice => both!("show one key or token, not several", "laat één sleutel of token zien, niet meer"),
            Bad::Credential => both!("this key or token does not open", "deze sleutel of dit token geeft geen toegang"),
            Bad::Expired => both!("this token has expired", "dit token is verlopen"),
            Bad::Unreachable => both!(
                "the keys of the identity provider cannot be fetched now",
                "de sleutels van de identiteitsprovider zijn nu niet op te halen"
            ),
        }
    }
}

pub(crate) fn refused(bad: Bad) -> Problem {
    if bad == Bad::Unreachable {
        return Problem::new(StatusCode::SERVICE_UNAVAILABLE, bad.text());
    }
    let challenge = match bad {
        Bad::Nothing => "Bearer realm=\"leidraad\"",
        Bad::Expired => "Bearer realm=\"leidraad\", error=\"invalid_token\", error_description=\"expired\"",
        _ => "Bearer realm=\"leidraad\", error=\"invalid_token\"",
    };
    Problem::new(StatusCode::UNAUTHORIZED, bad.text()).header(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge))
}
