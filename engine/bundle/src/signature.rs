//! Signatures as minisign makes them: of a bundle's bytes, in a file beside it.

use std::io::Cursor;

use leidraad::both;
use minisign::{KeyPair, PublicKey, SecretKeyBox, SignatureBox};

use crate::refused::{Kind, Refused};

/// A new pair of keys, each as the file that minisign keeps it in.
///
/// ```
/// use leidraad_bundle::{NewKey, SecretKey};
/// let new = NewKey::make(None).unwrap();
/// assert!(new.secret.lines().count() == 2 && new.public.contains(&SecretKey::read(&new.secret, None).unwrap().public()));
/// ```
pub struct NewKey {
    /// the file for everybody
    pub public: String,
    /// the file to keep
    pub secret: String,
}

impl NewKey {
    /// Makes a pair; the secret key is encrypted where there is a password.
    pub fn make(password: Option<String>) -> Result<NewKey, Refused> {
        let made = if password.is_some() { KeyPair::generate_encrypted_keypair(password) } else { KeyPair::generate_unencrypted_keypair() };
        let pair = made.map_err(|cause| unusable(&cause))?;
        let public = pair.pk.to_box().map_err(|cause| unusable(&cause))?.into_string();
        Ok(NewKey { public, secret: pair.sk.to_box(None).map_err(|cause| unusable(&cause))?.into_string() })
    }
}

/// A key to sign with: what `minisign -G` writes as its secret key, or `leidraad keygen`.
///
/// ```
/// use leidraad_bundle::{NewKey, SecretKey, key_id};
/// let locked = NewKey::make(None).unwrap().secret;
/// let key = SecretKey::read(&locked, None).unwrap();
/// assert_eq!(key.id(), key_id(&key.public()).unwrap());
/// assert!(SecretKey::read("no key", None).is_err());
/// ```
pub struct SecretKey(minisign::SecretKey);

impl SecretKey {
    /// Reads a key's file; one that is encrypted needs its password.
    pub fn read(text: &str, password: Option<String>) -> Result<SecretKey, Refused> {
        let boxed = || SecretKeyBox::from_string(text).map_err(|cause| unusable(&cause));
        // Without a password the library would ask at a terminal: it is not given the chance.
        match (boxed()?.into_unencrypted_secret_key(), password) {
            (Ok(key), _) => Ok(SecretKey(key)),
            (Err(_), Some(password)) => boxed()?.into_secret_key(Some(password)).map(SecretKey).map_err(|cause| unusable(&cause)),
            (Err(cause), None) => Err(Refused::new(
                Kind::Key,
                both!("the key cannot be read without a password: {cause}", "de sleutel is zonder wachtwoord niet te lezen: {cause}"),
                both!("give the password with which it is encrypted", "geef het wachtwoord waarmee hij is versleuteld"),
            )),
        }
    }
    /// Its public key, in the letters that `minisign -P` takes.
    pub fn public(&self) -> String {
        PublicKey::from_secret_key(&self.0).map(|key| key.to_base64()).unwrap_or_default()
    }
    /// The number by which minisign names it: 16 hexadecimal digits.
    pub fn id(&self) -> String {
        id(self.0.keynum())
    }
    /// Signs a file. Its name stands in the signature, for people; what counts is what the file holds.
    pub fn sign(&self, file: &[u8], name: &str) -> Result<String, Refused> {
        let told = format!("file:{name}\thashed");
        minisign::sign(None, &self.0, Cursor::new(file), Some(&told), Some("signature from leidraad"))
            .map(SignatureBox::into_string)
            .map_err(|cause| unusable(&cause))
    }
}

fn unusable(cause: &minisign::PError) -> Refused {
    Refused::new(
        Kind::Key,
        both!("the key cannot be used: {cause}", "de sleutel is niet te gebruiken: {cause}"),
        both!("`leidraad keygen` makes one", "`leidraad keygen` maakt er een"),
    )
}

/// The number by which minisign names a public key.
///
/// ```
/// assert_eq!(leidraad_bundle::key_id("RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3").unwrap(), "E7620F1842B4E81F");
/// ```
pub fn key_id(public: &str) -> Result<String, Refused> {
    PublicKey::from_base64(public).map(|key| id(key.keynum())).map_err(|cause| unusable(&cause))
}

fn id(keynum: &[u8]) -> String {
    hex::encode_upper(keynum.iter().rev().copied().collect::<Vec<u8>>())
}

/// The letters of 64 bytes in base 64.
const SIGNATURE_LETTERS: usize = 88;

/// A signature that was read, by the number of its key.
pub(crate) struct Signature {
    pub(crate) key: String,
    boxed: SignatureBox,
}

impl Signature {
    pub(crate) fn read(text: &str) -> Option<Signature> {
        // A signature has four lines; what stands behind them, nobody has signed.
        let lines: Vec<&str> = text.lines().collect();
        let [_, _, _, of_comment] = lines.as_slice() else { return None };
        // The library trusts that the second signature has its 64 bytes, and no more.
        if of_comment.trim().len() != SIGNATURE_LETTERS || !of_comment.trim().ends_with("==") {
            return None;
        }
        let boxed = SignatureBox::from_string(text).ok()?;
        // What is written otherwise than minisign writes it, with letters too many or bits that say nothing, is no signature of its making.
        let again = boxed.to_string();
        let is_own = |at: usize| again.lines().nth(at) == lines.get(at).map(|line| line.trim_end());
        if !is_own(1) || !is_own(3) {
            return None;
        }
        Some(Signature { key: id(boxed.keynum()), boxed })
    }
    /// Whether it is of this key, over this file. Signatures of old kinds, over the file as it is and not over its hash, are none.
    pub(crate) fn fits(&self, public: &str, file: &[u8]) -> bool {
        PublicKey::from_base64(public).is_ok_and(|key| minisign::verify(&key, &self.boxed, Cursor::new(file), true, false, false).is_ok())
    }
}
