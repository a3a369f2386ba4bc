//! Keys that applications show: each is kept as a hash, and opens for some scopes, some customers, some days.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use leidraad::{Bilingual, both};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Scope, Who};
use crate::object::shortened;
use crate::settings::BadSettings;

/// A key, as a configuration has it: the key itself is in nobody's hands but its holder's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ApiKey {
    /// what the log calls its holder
    pub name: String,
    /// `sha256:` and the hash of the key
    pub hash: String,
    /// what its holder may do
    pub scopes: BTreeSet<Scope>,
    /// the ids of the customers that its holder may see; left out: all
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customers: Option<BTreeSet<String>>,
    /// so many requests a minute; left out: as many as anyone
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per_minute: Option<u32>,
    /// the last day on which it opens, in UTC; left out: always
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
}

impl ApiKey {
    /// Whether it can be one of the keys of a service.
    ///
    /// # Errors
    /// Its name, its hash or what it opens is not right; the error says what is.
    ///
    /// ```
    /// use leidraad_serve::{NewApiKey, Scope};
    /// let (key, _) = NewApiKey::new("zaaksysteem").make().unwrap();
    /// assert!(key.check().is_ok());
    /// let (key, _) = NewApiKey::new("a\nb").make().unwrap();
    /// assert!(key.check().is_err());
    /// let (key, _) = NewApiKey::new("beheer").scopes([Scope::Admin]).customers(["leiden"]).make().unwrap();
    /// assert!(key.check().unwrap_err().message(leidraad::Language::En).contains("all customers"));
    /// ```
    pub fn check(&self) -> Result<(), BadSettings> {
        self.wrong().map_or(Ok(()), |message| Err(BadSettings::new(message)))
    }

    fn wrong(&self) -> Option<Bilingual> {
        let name = shortened(&self.name);
        if !is_name(&self.name) {
            return Some(both!(
                "a key cannot be called `{name}`: up to 64 letters, digits, blanks, `.`, `_` and `-`",
                "een sleutel kan niet `{name}` heten: hoogstens 64 letters, cijfers, spaties, `.`, `_` en `-`"
            ));
        }
        if !is_hash(&self.hash) {
            return Some(both!(
                "the key `{name}` has no hash of 64 hexadecimal digits behind `sha256:`; `leidraad serve key` makes one",
                "de sleutel `{name}` heeft geen hash van 64 hexadecimale cijfers achter `sha256:`; `leidraad serve key` maakt er een"
            ));
        }
        if self.hash == hash(b"") {
            return Some(both!(
                "the key `{name}` is empty; `leidraad serve key` makes one that cannot be guessed",
                "de sleutel `{name}` is leeg; `leidraad serve key` maakt er een die niet te raden is"
            ));
        }
        if self.scopes.is_empty() || self.customers.as_ref().is_some_and(BTreeSet::is_empty) {
            return Some(both!(
                "the key `{name}` opens nothing: it needs a scope, and a customer if it has `customers`",
                "de sleutel `{name}` opent niets: een scope is nodig, en een klant als `customers` er staat"
            ));
        }
        if self.per_minute == Some(0) {
            return Some(both!(
                "the key `{name}` could ask nothing: `per_minute` is 0",
                "de sleutel `{name}` kan niets vragen: `per_minute` is 0"
            ));
        }
        if self.customers.is_some() && self.scopes.contains(&Scope::Admin) {
            return Some(both!(
                "the key `{name}` has the scope `admin`, which is about all customers: leave `customers` out, or make a second key",
                "de sleutel `{name}` heeft de scope `admin`, en die gaat over alle klanten: laat `customers` weg, of maak een tweede sleutel"
            ));
        }
        None
    }

    pub(super) fn counts_at(&self, now: Timestamp) -> bool {
        self.until.is_none_or(|until| TimeZone::UTC.to_datetime(now).date() <= until)
    }
    pub(super) fn who(&self) -> Who {
        Who { name: self.name.clone(), scopes: self.scopes.clone(), customers: self.customers.clone(), per_minute: self.per_minute }
    }
}

/// What is wrong with the keys of a service: with one of them, or with two.
pub(crate) fn wrong(keys: &[ApiKey]) -> Option<Bilingual> {
    let (mut names, mut hashes) = (BTreeSet::new(), BTreeSet::new());
    keys.iter().find_map(|key| {
        let name = shortened(&key.name);
        let twice = || {
            both!(
                "there are two keys `{name}`; the log could not tell them apart",
                "er zijn twee sleutels `{name}`; het log kan ze niet uit elkaar houden"
            )
        };
        let same = || {
            both!(
                "the key `{name}` has the hash of another one; make each holder a key with `leidraad serve key`",
                "de sleutel `{name}` heeft de hash van een andere; maak voor elke houder een sleutel met `leidraad serve key`"
            )
        };
        key.wrong().or_else(|| (!names.insert(&key.name)).then(twice)).or_else(|| (!hashes.insert(&key.hash)).then(same))
    })
}

/// What a key may be called: no name that a token, or a line of the log, could be taken for.
fn is_name(name: &str) -> bool {
    let fits = |c: char| c.is_alphanumeric() || [' ', '.', '_', '-'].contains(&c);
    !name.trim().is_empty() && name.chars().count() <= 64 && name.chars().all(fits)
}

fn is_hash(hash: &str) -> bool {
    hash.strip_prefix("sha256:")
        .is_some_and(|hex| hex.len() == 64 && hex.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte)))
}

/// The hash of a key. A key is 256 bits of chance: it needs no slow hash.
pub(super) fn hash(secret: &[u8]) -> String {
    format!("sha256:{}", hex::encode(Sha256::digest(secret)))
}

/// A key that is about to be made.
#[derive(Debug, Clone)]
#[must_use]
pub struct NewApiKey(ApiKey);

impl NewApiKey {
    /// A key that may ask, about all customers.
    pub fn new(name: impl Into<String>) -> NewApiKey {
        let scopes = BTreeSet::from([Scope::Ask]);
        NewApiKey(ApiKey { name: name.into(), hash: String::new(), scopes, customers: None, per_minute: None, until: None })
    }
    /// What its holder may do.
    pub fn scopes(mut self, scopes: impl IntoIterator<Item = Scope>) -> NewApiKey {
        self.0.scopes = scopes.into_iter().collect();
        self
    }
    /// The ids of the customers that its holder may see.
    pub fn customers<S: Into<String>>(mut self, customers: impl IntoIterator<Item = S>) -> NewApiKey {
        self.0.customers = Some(customers.into_iter().map(Into::into).collect());
        self
    }
    /// So many requests a minute.
    pub fn per_minute(mut self, per_minute: u32) -> NewApiKey {
        self.0.per_minute = Some(per_minute);
        self
    }
    /// The last day on which it opens.
    pub fn until(mut self, until: Date) -> NewApiKey {
        self.0.until = Some(until);
        self
    }
    /// Makes it: what the configuration keeps, and the key itself, which is shown once.
    ///
    /// # Errors
    /// The system has no chance to give.
    pub fn make(mut self) -> std::io::Result<(ApiKey, String)> {
        let mut bytes = [0u8; 32];
        getrandom::fill(&mut bytes).map_err(std::io::Error::other)?;
        let secret = format!("leidraad_{}", hex::encode(bytes));
        self.0.hash = hash(secret.as_bytes());
        Ok((self.0, secret))
    }
}
