//! A fact that says something of a person in; a keyed hash out: equal stays equal, and nobody without the key can tell which value it was.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use leidraad::both;
use sha2::Sha256;

use crate::error::LogError;

/// A shorter key could be guessed.
const SHORTEST: usize = 16;

/// The key by which values are masked.
///
/// ```
/// use leidraad_log::MaskKey;
/// assert!(MaskKey::new(b"short").is_err());
/// let key = MaskKey::new(b"a key of at least 16 bytes").unwrap();
/// assert_eq!(key.mask("bsn", "123"), key.mask("bsn", "123"));
/// assert_ne!(key.mask("bsn", "123"), key.mask("age", "123"), "facts are kept apart");
/// ```
#[derive(Clone)]
pub struct MaskKey(Hmac<Sha256>);

impl fmt::Debug for MaskKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MaskKey")
    }
}

impl MaskKey {
    /// A key of these bytes: at least 16.
    pub fn new(key: &[u8]) -> Result<MaskKey, LogError> {
        let short = || {
            LogError::new(both!(
                "a masking key must be at least {SHORTEST} bytes long",
                "een sleutel om mee te maskeren moet ten minste {SHORTEST} bytes lang zijn"
            ))
        };
        if key.len() < SHORTEST {
            return Err(short());
        }
        Hmac::new_from_slice(key).map(MaskKey).map_err(|_| short())
    }
    /// What stands in the log in place of a fact's value, which is given as JSON.
    pub fn mask(&self, fact: &str, value: &str) -> String {
        let mut mac = self.0.clone();
        mac.update(fact.as_bytes());
        mac.update(&[0]);
        mac.update(value.as_bytes());
        format!("hmac-sha256:{}", hex::encode(mac.finalize().into_bytes()))
    }
}
