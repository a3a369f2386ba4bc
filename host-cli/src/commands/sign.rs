//! `leidraad sign FILE --key KEY`: a bundle and a secret key in, a signature beside the bundle out, as minisign makes it.

use std::path::Path;

use dialoguer::Password;
use leidraad::Language;
use leidraad_bundle::{Bundle, SecretKey, signature_files};

use super::{Context, asking, bundle};
use crate::args::Sign;
use crate::fault::{Fault, Status};
use crate::locale::{Key, say};
use crate::output::print;

/// Where a password stands for whoever has no terminal.
pub(super) const PASSWORD: &str = "LEIDRAAD_KEY_PASSWORD";

pub(crate) fn run(context: &Context, sign: &Sign) -> Result<Status, Fault> {
    let language = context.spoken();
    let parcel = bundle::read(&sign.file, language)?;
    // Nobody signs what nobody can use.
    Bundle::read(parcel.file()).map_err(|cause| Fault::refused(&sign.file, cause, language))?;
    let key = key(&sign.key, language)?;
    print(&signed((&sign.file, parcel.file()), (&sign.key, &key), sign.output.as_deref(), language)?, Status::Granted)
}

/// Signs a file, and writes the signature beside it unless another place is named. What is told of it.
pub(super) fn signed(
    (file, bytes): (&Path, &[u8]),
    (place, key): (&Path, &SecretKey),
    output: Option<&Path>,
    language: Language,
) -> Result<String, Fault> {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let signature = key.sign(bytes, &name).map_err(|cause| Fault::refused(place, cause, language))?;
    let id = key.id();
    let beside = || signature_files(file, [id.as_str()]).pop();
    let output = output.map(Path::to_owned).or_else(beside).unwrap_or_default();
    bundle::put(&output, signature.as_bytes(), language)?;
    Ok(say(language, Key::SignedAs, &[("file", &output.display().to_string()), ("id", &id)]) + "\n")
}

/// A secret key; where it is encrypted, its password is taken from the environment, or asked for at a terminal.
pub(super) fn key(path: &Path, language: Language) -> Result<SecretKey, Fault> {
    let text = std::fs::read_to_string(path).map_err(|cause| Fault::unreadable(path, &cause, language))?;
    let refused = |refused| Fault::refused(path, refused, language);
    let given = std::env::var(PASSWORD).ok();
    match SecretKey::read(&text, given.clone()) {
        Ok(key) => Ok(key),
        Err(_) if given.is_none() && asking::is_possible() => {
            let password = Password::new().with_prompt(say(language, Key::KeyPassword, &[])).interact().map_err(asking::broken)?;
            SecretKey::read(&text, Some(password)).map_err(refused)
        }
        Err(cause) => Err(refused(cause)),
    }
}
