//! `leidraad sign FILE --key KEY`: a bundle and a secret key in, a signature beside the bundle out, as minisign makes it.

use std::path::{Path, PathBuf};

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
    let refused = |path: &Path, refused| Fault::Bundle { path: path.display().to_string(), refused: Box::new(refused), language };
    // Nobody signs what nobody can use.
    Bundle::read(parcel.file()).map_err(|cause| refused(&sign.file, cause))?;
    let key = key(&sign.key, language)?;
    let name = sign.file.file_name().unwrap_or_default().to_string_lossy();
    let signature = key.sign(parcel.file(), &name).map_err(|cause| refused(&sign.key, cause))?;
    let id = key.id();
    let beside = || signature_files(&sign.file, [id.as_str()]).pop();
    let output: PathBuf = sign.output.clone().or_else(beside).unwrap_or_default();
    bundle::put(&output, signature.as_bytes(), language)?;
    print(&format!("{}\n", say(language, Key::SignedAs, &[("file", &output.display().to_string()), ("id", &id)])), Status::Granted)
}

/// A secret key; where it is encrypted, its password is taken from the environment, or asked for at a terminal.
pub(super) fn key(path: &Path, language: Language) -> Result<SecretKey, Fault> {
    let shown = || path.display().to_string();
    let text = std::fs::read_to_string(path).map_err(|cause| Fault::File { path: shown(), cause: cause.to_string(), language })?;
    let refused = |refused| Fault::Bundle { path: shown(), refused: Box::new(refused), language };
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
