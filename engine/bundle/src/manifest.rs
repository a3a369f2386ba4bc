//! What a bundle says that it holds: each file with its size and digest, its number among its kind, the digest of the policy.

use leidraad::{Bilingual, Sources, both};
use serde::{Deserialize, Serialize};

use crate::refused::{Kind, Refused};

/// Its path in the bundle, before all files.
pub(crate) const PATH: &str = "manifest.json";
/// The format of bundles.
const FORMAT: u32 = 1;
/// No register of people's making has so many files that its manifest becomes larger.
pub(crate) const LARGEST: u64 = 64 * 1024 * 1024;
/// A register has no more bytes in all: the engine's own limit.
const TOTAL: u64 = 1024 * 1024 * 1024;
/// A folder of a register lies no deeper.
const DEPTH: usize = 16;

/// What a bundle says of itself.
///
/// ```
/// use leidraad::Sources;
/// use leidraad_bundle::{Bundle, pack};
/// let bundle = Bundle::read(&pack(&Sources::memory([("a.md", "x")]), "Tiny", 3).unwrap()).unwrap();
/// let manifest = bundle.manifest();
/// assert_eq!((manifest.name.as_str(), manifest.sequence, manifest.files.len()), ("Tiny", 3, 1));
/// assert_eq!((manifest.files[0].path.as_str(), manifest.files[0].size), ("a.md", 1));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Manifest {
    /// the format of bundles: 1
    pub format: u32,
    /// what it is a bundle of
    pub name: String,
    /// its number: a later bundle has a higher one
    pub sequence: u64,
    /// `sha256:…`, the digest of the policy
    pub digest: String,
    /// all files, by path
    pub files: Vec<Entry>,
}

/// A file of a bundle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Entry {
    /// its path below the register's folder, with `/` between names
    pub path: String,
    /// how many bytes it has
    pub size: u64,
    /// their SHA-256, in hexadecimal
    pub sha256: String,
}

impl Manifest {
    pub(crate) fn of(sources: &Sources, name: &str, sequence: u64) -> Manifest {
        let files = sources.paths().map(|path| Entry {
            path: path.to_owned(),
            size: sources.bytes_of(path).map_or(0, |bytes| bytes.len() as u64),
            sha256: sources.digest_of(path).unwrap_or_default().to_owned(),
        });
        Manifest { format: FORMAT, name: name.to_owned(), sequence, digest: sources.digest(), files: files.collect() }
    }

    /// Its text in a bundle: a line for each file, so that two can be compared by eye.
    pub(crate) fn text(&self) -> String {
        let quoted = |text: &str| serde_json::Value::from(text).to_string();
        let files: Vec<String> = self
            .files
            .iter()
            .map(|file| format!("\n{{\"path\":{},\"size\":{},\"sha256\":{}}}", quoted(&file.path), file.size, quoted(&file.sha256)))
            .collect();
        format!(
            "{{\"format\":{},\"name\":{},\"sequence\":{},\"digest\":{},\"files\":[{}\n]}}\n",
            self.format,
            quoted(&self.name),
            self.sequence,
            quoted(&self.digest),
            files.join(",")
        )
    }

    /// Reads it from a bundle. All that it says can be relied on as far as one manifest alone can be checked.
    pub(crate) fn read(bytes: &[u8]) -> Result<Manifest, Refused> {
        let manifest: Manifest = serde_json::from_slice(bytes)
            .map_err(|cause| wrong(both!("its manifest cannot be read: {cause}", "het manifest is niet te lezen: {cause}")))?;
        if manifest.format != FORMAT {
            let format = manifest.format;
            return Err(Refused::new(
                Kind::Manifest,
                both!("bundles of format {format} are not known", "bundels van formaat {format} zijn niet bekend"),
                both!(
                    "this version of leidraad reads format {FORMAT}: install a newer version",
                    "deze versie van leidraad leest formaat {FORMAT}: installeer een nieuwere versie"
                ),
            ));
        }
        for file in &manifest.files {
            file.check()?;
        }
        if let Some([one, other]) = manifest.files.array_windows().find(|[one, other]| one.path >= other.path) {
            return Err(if one.path == other.path {
                twice(&one.path)
            } else {
                let path = &other.path;
                wrong(both!(
                    "its manifest is not sorted: `{path}` should come earlier",
                    "het manifest is niet gesorteerd: `{path}` had eerder moeten staan"
                ))
            });
        }
        let total = manifest.files.iter().fold(0u64, |total, file| total.saturating_add(file.size));
        if total > TOTAL {
            let (mib, most) = (total >> 20, TOTAL >> 20);
            return Err(Refused::pack_anew(
                Kind::TooLarge,
                both!(
                    "it unpacks to {mib} MiB; a register has {most} at most",
                    "uitgepakt is het {mib} MiB; een register is ten hoogste {most} MiB"
                ),
            ));
        }
        Ok(manifest)
    }
}

impl Entry {
    fn check(&self) -> Result<(), Refused> {
        let path = &self.path;
        let is_name = |name: &str| !name.is_empty() && !name.starts_with('.');
        if path.contains('\\') || path.starts_with('/') || path.split('/').any(|name| matches!(name, "" | "." | "..")) {
            return Err(outside(path));
        }
        if !path.split('/').all(is_name) || path.split('/').count() > DEPTH || path.chars().any(char::is_control) {
            return Err(wrong(both!("no file of a register is called `{path}`", "geen bestand van een register heet `{path}`")));
        }
        if self.sha256.len() != 64 || !self.sha256.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')) {
            return Err(wrong(both!("the digest of `{path}` is not valid", "de digest van `{path}` is ongeldig")));
        }
        Ok(())
    }
}

fn wrong(message: Bilingual) -> Refused {
    Refused::pack_anew(Kind::Manifest, message)
}

pub(crate) fn twice(path: &str) -> Refused {
    Refused::pack_anew(
        Kind::Twice,
        both!(
            "`{path}` stands in it twice: nobody can tell which counts",
            "`{path}` staat er twee keer in: het is niet duidelijk welke telt"
        ),
    )
}

pub(crate) fn outside(path: &str) -> Refused {
    Refused::pack_anew(Kind::Outside, both!("the path `{path}` points outside the register", "het pad `{path}` wijst buiten het register"))
}
