//! A configuration as a file has it in; settings out, or what is wrong with it, with its place.

use std::collections::BTreeSet;
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use leidraad::{Bilingual, both};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

use crate::access::{Access, Algorithm, ApiKey, Oidc, keys};
use crate::service::Limits;

/// What a service is run with: the file, with what was said at its start over it.
///
/// ```
/// use leidraad_serve::Settings;
/// let settings = Settings::read("listen = \"127.0.0.1:9000\"\n[limits]\nquestions = 10\n").unwrap();
/// assert_eq!((settings.listen.port(), settings.limits().questions), (9000, 10));
/// assert!(Settings::read("lisen = 1").unwrap_err().message(leidraad::Language::En).contains("lisen"));
/// assert!(settings.is_safe().is_ok());
/// ```
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct Settings {
    /// where it listens
    #[serde(deserialize_with = "listening")]
    pub listen: SocketAddr,
    /// the register: a folder, a bundle, or the address of a bundle
    pub register: PathBuf,
    /// whose signatures a bundle has to bear
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trust: Option<PathBuf>,
    /// the folder of the decision log; left out: nothing is logged
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log: Option<PathBuf>,
    /// the file with the key by which personal facts are masked
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mask_key: Option<PathBuf>,
    /// what becomes of an answer that cannot be logged: `refuse` it, or `count` it
    pub on_loss: OnLoss,
    /// a folder in which the last good policy is kept, for a start without its source
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kept_in: Option<PathBuf>,
    /// a folder in which every policy that was in force is kept, for replay
    #[serde(skip_serializing_if = "Option::is_none")]
    pub archived_in: Option<PathBuf>,
    /// how often a source is looked at of which no change is told, in seconds
    pub poll_seconds: u32,
    /// the address at which others reach it
    #[serde(skip_serializing_if = "Option::is_none")]
    pub public_url: Option<String>,
    /// the proxies that it stands behind: who else connects is turned away
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub proxies: BTreeSet<IpAddr>,
    /// its own certificate
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls: Option<Tls>,
    limits: LimitSettings,
    /// tokens of an identity provider
    #[serde(skip_serializing_if = "Option::is_none")]
    oidc: Option<OidcSettings>,
    /// the keys that open
    #[serde(rename = "key", skip_serializing_if = "Vec::is_empty")]
    pub keys: Vec<ApiKey>,
}

/// What becomes of an answer that cannot be logged.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs, reason = "each says what it does")]
pub enum OnLoss {
    #[default]
    Refuse,
    Count,
}

/// A certificate and its key, as files in PEM.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tls {
    /// the certificate, with those that vouch for it behind it
    pub certificate: PathBuf,
    /// its private key
    pub key: PathBuf,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct LimitSettings {
    body_bytes: usize,
    questions: usize,
    seconds: u32,
    at_once: usize,
    connections: usize,
    per_minute: u32,
}

impl Default for LimitSettings {
    fn default() -> LimitSettings {
        let Limits { body, questions, time, at_once, per_minute } = Limits::default();
        let seconds = u32::try_from(time.as_secs()).unwrap_or(u32::MAX);
        LimitSettings { body_bytes: body, questions, seconds, at_once, connections: 1_000, per_minute }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct OidcSettings {
    issuer: String,
    audience: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    algorithms: Option<BTreeSet<Algorithm>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    scope_claim: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    customers_claim: Option<String>,
}

impl Default for Settings {
    /// This machine alone, at port 8071, with the register in `rules`.
    fn default() -> Settings {
        Settings {
            listen: SocketAddr::from(([127, 0, 0, 1], 8071)),
            register: PathBuf::from("rules"),
            trust: None,
            log: None,
            mask_key: None,
            on_loss: OnLoss::Refuse,
            kept_in: None,
            archived_in: None,
            poll_seconds: 2,
            public_url: None,
            proxies: BTreeSet::new(),
            tls: None,
            limits: LimitSettings::default(),
            oidc: None,
            keys: Vec::new(),
        }
    }
}

/// What is wrong with a configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadSettings {
    message: Bilingual,
    at: Option<(usize, usize)>,
}

impl BadSettings {
    pub(crate) fn new(message: Bilingual) -> BadSettings {
        BadSettings { message, at: None }
    }
    /// What is wrong, with a way out.
    pub fn message(&self, language: leidraad::Language) -> &str {
        self.message.get(language)
    }
    /// The line and column, from 1, of the file; `None` if it is about no place in it.
    pub fn position(&self) -> Option<(usize, usize)> {
        self.at
    }
}

impl fmt::Display for BadSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message(leidraad::Language::En))
    }
}

impl std::error::Error for BadSettings {}

/// Where to listen: no name, since a name may be another address tomorrow.
fn listening<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SocketAddr, D::Error> {
    let written = String::deserialize(deserializer)?;
    let wrong = |_| D::Error::custom(format!("`{written}` has to be an address and a port, such as `127.0.0.1:8071` or `[::1]:8071`"));
    written.parse().map_err(wrong)
}

impl Settings {
    /// Reads a file.
    ///
    /// # Errors
    /// It is no TOML, a name is not known, or a value is none.
    pub fn read(text: &str) -> Result<Settings, BadSettings> {
        toml::from_str(text).map_err(|fault| {
            let at = fault.span().map(|span| {
                let before = text.get(..span.start).unwrap_or_default();
                let line_start = before.rfind('\n').map_or(0, |at| at + 1);
                (before.matches('\n').count() + 1, before.get(line_start..).unwrap_or_default().chars().count() + 1)
            });
            BadSettings { message: Bilingual::same(fault.message()), at }
        })
    }
    /// It as a file has it: what is in force, whoever said so. There is no secret in it.
    pub fn to_toml(&self) -> String {
        toml::to_string(self).unwrap_or_default()
    }
    /// How much may be asked.
    pub fn limits(&self) -> Limits {
        let LimitSettings { body_bytes, questions, seconds, at_once, per_minute, .. } = self.limits;
        Limits { body: body_bytes, questions, time: Duration::from_secs(seconds.into()), at_once, per_minute }
    }
    /// The connections that may stand open at the same time.
    pub fn connections(&self) -> usize {
        self.limits.connections
    }
    /// Who may come in.
    pub fn access(&self) -> Access {
        let access = self.keys.iter().cloned().fold(Access::default(), Access::key);
        let Some(own) = &self.oidc else { return access };
        let mut oidc = Oidc::new(&own.issuer, &own.audience);
        if let Some(algorithms) = &own.algorithms {
            oidc = oidc.algorithms(algorithms.iter().copied());
        }
        if let Some(claim) = &own.scope_claim {
            oidc = oidc.scope_claim(claim);
        }
        if let Some(claim) = &own.customers_claim {
            oidc = oidc.customers_claim(claim);
        }
        access.oidc(oidc)
    }

    /// What is wrong with the limits or the keys: nothing that is out of range is brought back into it in silence.
    fn wrong_value(&self) -> Option<Bilingual> {
        let LimitSettings { body_bytes, questions, seconds, at_once, connections, per_minute } = self.limits;
        let ranges = [
            ("limits.body_bytes", body_bytes, 1_000, 1 << 30),
            ("limits.questions", questions, 1, 1_000_000),
            ("limits.seconds", seconds as usize, 1, 3_600),
            ("limits.at_once", at_once, 4, 100_000),
            ("limits.connections", connections, 4, 100_000),
            ("limits.per_minute", per_minute as usize, 1, 100_000_000),
        ];
        if let Some((name, value, least, most)) = ranges.into_iter().find(|(_, value, least, most)| value < least || value > most) {
            return Some(both!(
                "`{name}` is {value}, and has to lie between {least} and {most}",
                "`{name}` is {value}, en moet tussen {least} en {most} liggen"
            ));
        }
        keys::wrong(&self.keys)
    }

    /// Whether it may be started like this: what is reached from elsewhere is encrypted, and asks who is there.
    ///
    /// # Errors
    /// It is not safe; the error says what is missing.
    pub fn is_safe(&self) -> Result<(), BadSettings> {
        let problem = |message| Err(BadSettings::new(message));
        let listen = self.listen;
        if let Some(wrong) = self.wrong_value() {
            return problem(wrong);
        }
        if let Some(url) = &self.public_url
            && url::Url::parse(url).map_or(true, |url| !matches!(url.scheme(), "http" | "https") || url.host().is_none())
        {
            return problem(both!("`public_url` has to be an address: https://…", "`public_url` moet een adres zijn: https://…"));
        }
        if let Some(oidc) = &self.oidc
            && !is_provider(&oidc.issuer)
        {
            return problem(both!("`oidc.issuer` has to be an address: https://…", "`oidc.issuer` moet een adres zijn: https://…"));
        }
        if let Some(oidc) = &self.oidc
            && (oidc.audience.trim().is_empty() || oidc.algorithms.as_ref().is_some_and(BTreeSet::is_empty))
        {
            return problem(both!(
                "`oidc.audience` and `oidc.algorithms` have to name something: without them any token of the provider, or none, would open",
                "`oidc.audience` en `oidc.algorithms` moeten iets noemen: zonder geeft elk token van de provider toegang, of geen enkel"
            ));
        }
        let nobody_is_asked = self.keys.is_empty() && self.oidc.is_none();
        if listen.ip().is_loopback() {
            if nobody_is_asked && (self.public_url.is_some() || !self.proxies.is_empty()) {
                return problem(both!(
                    "with `public_url` or `proxies`, others reach it: set up keys (`key`) or an identity provider (`oidc`)",
                    "met `public_url` of `proxies` is het voor anderen bereikbaar: stel sleutels (`key`) of een identiteitsprovider (`oidc`) in"
                ));
            }
            return Ok(());
        }
        if self.tls.is_none() && self.proxies.is_empty() {
            return problem(both!(
                "{listen} is reached from elsewhere: give a certificate (`tls`), or name the proxies that it stands behind (`proxies`)",
                "{listen} is van elders bereikbaar: geef een certificaat (`tls`), of noem de proxy’s waar het achter staat (`proxies`)"
            ));
        }
        if nobody_is_asked {
            return problem(both!(
                "{listen} is reached from elsewhere: set up keys (`key`) or an identity provider (`oidc`)",
                "{listen} is van elders bereikbaar: stel sleutels (`key`) of een identiteitsprovider (`oidc`) in"
            ));
        }
        Ok(())
    }
}

fn is_provider(address: &str) -> bool {
    let is_here = |url: &url::Url| matches!(url.host(), Some(url::Host::Ipv4(ip)) if ip.is_loopback());
    url::Url::parse(address).is_ok_and(|url| url.scheme() == "https" || is_here(&url))
}
