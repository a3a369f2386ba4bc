//! A path in; the bundle that lies there out, with the signatures beside it.

use std::fs::File;
use std::io::{Error, ErrorKind, Read, Result};
use std::path::{Path, PathBuf};

/// A bundle has no more bytes than the register that it holds may have.
pub const LARGEST_BUNDLE: u64 = 1024 * 1024 * 1024;
/// A signature is four short lines.
pub const LARGEST_SIGNATURE: u64 = 16 * 1024;

/// A bundle's file as it came, and the signatures that came with it.
///
/// ```
/// use leidraad_bundle::Parcel;
/// let parcel = Parcel::new(b"bytes", ["untrusted comment: …"]);
/// assert_eq!((parcel.file(), parcel.signatures().len()), (&b"bytes"[..], 1));
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Parcel {
    file: Vec<u8>,
    signatures: Vec<String>,
}

impl Parcel {
    /// A bundle with its signatures.
    pub fn new(file: impl Into<Vec<u8>>, signatures: impl IntoIterator<Item: Into<String>>) -> Parcel {
        Parcel { file: file.into(), signatures: signatures.into_iter().map(Into::into).collect() }
    }
    /// Reads what lies at a path, and the signatures beside it: that of minisign's own name, and one for each of these keys.
    ///
    /// ```
    /// use leidraad_bundle::Parcel;
    /// assert!(Parcel::read("nowhere.bundle".as_ref(), []).is_err());
    /// ```
    pub fn read<'k>(path: &Path, keys: impl IntoIterator<Item = &'k str>) -> Result<Parcel> {
        let file = bytes(path, LARGEST_BUNDLE)?;
        let mut signatures = Vec::new();
        for path in signature_files(path, keys) {
            match bytes(&path, LARGEST_SIGNATURE) {
                Ok(signature) => signatures.push(String::from_utf8_lossy(&signature).into_owned()),
                Err(cause) if cause.kind() == ErrorKind::NotFound => {}
                Err(cause) => return Err(cause),
            }
        }
        Ok(Parcel { file, signatures })
    }
    /// The bundle's bytes.
    pub fn file(&self) -> &[u8] {
        &self.file
    }
    /// The signatures, each as minisign writes it.
    pub fn signatures(&self) -> &[String] {
        &self.signatures
    }
}

/// Where the signatures of a bundle may lie: one that minisign made by itself, and one for each key.
///
/// ```
/// let files = leidraad_bundle::signature_files("rules.bundle".as_ref(), ["E7620F1842B4E81F"]);
/// assert_eq!(files, ["rules.bundle.minisig", "rules.bundle.E7620F1842B4E81F.minisig"].map(std::path::PathBuf::from));
/// ```
pub fn signature_files<'k>(bundle: &Path, keys: impl IntoIterator<Item = &'k str>) -> Vec<PathBuf> {
    let beside = |ending: String| {
        let mut path = bundle.as_os_str().to_owned();
        path.push(ending);
        PathBuf::from(path)
    };
    signature_endings(keys).map(beside).collect()
}

/// What the names of a bundle's signatures have behind that of the bundle. Where no key is known, none is looked for.
pub fn signature_endings<'k>(keys: impl IntoIterator<Item = &'k str>) -> impl Iterator<Item = String> {
    let mut keys = keys.into_iter().map(|key| format!(".{key}.minisig")).peekable();
    let own = keys.peek().map(|_| ".minisig".to_owned());
    own.into_iter().chain(keys)
}

fn bytes(path: &Path, most: u64) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most { Err(Error::new(ErrorKind::FileTooLarge, "it is larger than it may be")) } else { Ok(bytes) }
}
