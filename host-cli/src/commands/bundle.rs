//! `leidraad bundle FOLDER FILE`: a register in, one file of it out, the same bytes on every machine.

use std::path::Path;

use leidraad::{Language, Policy, Sources};
use leidraad_bundle::{Manifest, Parcel, pack};
use serde::Serialize;

use super::Context;
use crate::args::{Bundle, Format};
use crate::fault::{Fault, Status};
use crate::locale::{Key, say};
use crate::output::{print, print_json};
use crate::store;

pub(crate) fn run(context: &Context, bundle: &Bundle) -> Result<Status, Fault> {
    let sources = Sources::folder(&bundle.folder);
    // A register that does not load is no bundle's: whoever follows it would refuse it.
    let policy = context.policy_of(&sources)?;
    let language = context.language(&policy);
    let refused = |refused| Fault::refused(&bundle.file, refused, language);
    let name = bundle.name.as_deref().unwrap_or(policy.name());
    let number = number(bundle, &policy, name, language)?;
    let bytes = pack(&sources, name, number).map_err(refused)?;
    put(&bundle.file, &bytes, language)?;
    let made = leidraad_bundle::Bundle::read(&bytes).map_err(refused)?;
    told(context.format, &bundle.file, bytes.len(), made.manifest(), &[], language)
}

/// The number that is given; else that of the bundle that stands there if it is the same, and one more if it is another.
fn number(bundle: &Bundle, policy: &Policy, name: &str, language: Language) -> Result<u64, Fault> {
    if !bundle.file.exists() {
        return Ok(bundle.sequence.unwrap_or(1));
    }
    let before = read(&bundle.file, language)?;
    let before = match (leidraad_bundle::Bundle::read(before.file()), bundle.sequence) {
        (Ok(before), _) => before,
        // What stands there is no bundle that could be counted on from.
        (Err(_), Some(number)) => return Ok(number),
        (Err(refused), None) => return Err(Fault::refused(&bundle.file, refused, language)),
    };
    let before = before.manifest();
    let is_same = before.digest == policy.digest() && before.name == name;
    let number = bundle.sequence.unwrap_or(if is_same { before.sequence } else { before.sequence.saturating_add(1) });
    if number < before.sequence || (number == before.sequence && !is_same) {
        let reason = say(language, Key::BundleStands, &[("number", &before.sequence.to_string())]);
        return Err(Fault::Plugin { path: bundle.file.display().to_string(), reason });
    }
    Ok(number)
}

/// The file of a bundle, without its signatures.
pub(super) fn read(path: &Path, language: Language) -> Result<Parcel, Fault> {
    Parcel::read(path, []).map_err(|cause| Fault::unreadable(path, &cause, language))
}

/// The bundle at a path, whoever signed it.
pub(super) fn opened(path: &Path, language: Language) -> Result<leidraad_bundle::Bundle, Fault> {
    leidraad_bundle::Bundle::read(read(path, language)?.file()).map_err(|refused| Fault::refused(path, refused, language))
}

/// Writes a file in place of the one before, whole.
pub(super) fn put(path: &Path, bytes: &[u8], language: Language) -> Result<(), Fault> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    store::put(folder, &folder.join(path.file_name().unwrap_or_default()), bytes).map_err(|cause| Fault::Unwritable {
        path: path.display().to_string(),
        cause: cause.to_string(),
        language,
    })
}

#[derive(Serialize)]
struct Record<'a> {
    name: &'a str,
    sequence: u64,
    files: usize,
    bytes: usize,
    digest: &'a str,
    signed_by: &'a [String],
}

/// Says what a bundle is.
pub(super) fn told(
    format: Format,
    file: &Path,
    bytes: usize,
    manifest: &Manifest,
    lines: &[String],
    language: Language,
) -> Result<Status, Fault> {
    if format == Format::Json {
        let Manifest { name, sequence, digest, files, .. } = manifest;
        let record = Record { name, sequence: *sequence, files: files.len(), bytes, digest, signed_by: lines };
        return print_json(&format!("{}\n", serde_json::to_string(&record).unwrap_or_default()), Status::Granted);
    }
    let (number, files, size) = (manifest.sequence.to_string(), manifest.files.len().to_string(), bytes.div_ceil(1000).to_string());
    let path = file.display().to_string();
    let first = say(
        language,
        Key::BundleMade,
        &[("file", &path), ("name", &manifest.name), ("number", &number), ("files", &files), ("size", &size)],
    );
    let digest = say(language, Key::BundleDigest, &[("digest", &manifest.digest)]);
    let all: Vec<&str> = [first.as_str(), &digest].into_iter().chain(lines.iter().map(String::as_str)).collect();
    print(&format!("{}\n", all.join("\n")), Status::Granted)
}
