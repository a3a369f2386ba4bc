//! A register in, one file of it out, and back; with the signatures that its reader wants.
//!
//! A bundle is a tar archive, compressed by zstd: a manifest, then every file of the register. [`pack`] makes the same bytes on every machine.
//! [`Bundle::read`] is strict: it holds what its manifest names, byte for byte, and nothing else. A bundle has the policy digest of the folder
//! that it was made of.
//!
//! Signatures are those of [minisign](https://jedisct1.github.io/minisign/), in files beside the bundle. Whether any are wanted, and whose, is
//! the reader's own setting, a [`Trust`]: nothing that a bundle says changes it.
//!
//! ```
//! use leidraad::{Sources, date};
//! use leidraad_bundle::{Bundle, NewKey, Parcel, SecretKey, Trust, pack};
//!
//! let sources = Sources::folder("../../rules");
//! let file = pack(&sources, "Leidse regio", 7).unwrap();
//! assert_eq!(Bundle::read(&file).unwrap().sources().digest(), sources.digest());
//!
//! let key = SecretKey::read(&NewKey::make(None).unwrap().secret, None).unwrap();
//! let trust = Trust::read(&format!("need = 1\n[signer.leiden]\nkey = [{{ public = '{}' }}]", key.public())).unwrap();
//! let day = date(2026, 7, 1);
//! let signature = key.sign(&file, "rules.bundle").unwrap();
//! assert!(trust.accept(&Parcel::new(&*file, [signature]), day, None).is_ok());
//! assert!(trust.accept(&Parcel::new(file, [""; 0]), day, None).is_err(), "it was stripped of its signature");
//! ```
#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::print_stdout, clippy::print_stderr)]

mod manifest;
mod pack;
mod parcel;
mod refused;
mod signature;
mod trust;
mod unpack;

pub use manifest::{Entry, Manifest};
pub use pack::pack;
pub use parcel::{LARGEST_BUNDLE, LARGEST_SIGNATURE, Parcel, signature_endings, signature_files};
pub use refused::{Kind, Refused};
pub use signature::{NewKey, SecretKey, key_id};
pub use trust::Trust;
pub use unpack::Bundle;
