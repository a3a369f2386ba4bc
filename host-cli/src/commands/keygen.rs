//! `leidraad keygen FILE`: a pair of keys out, in minisign's own files.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use dialoguer::Password;
use leidraad::Language;
use leidraad_bundle::{NewKey, key_id};

use super::sign::PASSWORD;
use super::{Context, asking};
use crate::args::Keygen;
use crate::fault::{Fault, Status};
use crate::locale::{Key, say};
use crate::output::print;

pub(crate) fn run(context: &Context, keygen: &Keygen) -> Result<Status, Fault> {
    let language = context.spoken();
    let mut public = keygen.file.clone().into_os_string();
    public.push(".pub");
    let public = PathBuf::from(public);
    if let Some(path) = [&keygen.file, &public].into_iter().find(|path| path.symlink_metadata().is_ok()) {
        return Err(stands(path, language));
    }
    let password = if keygen.no_password { None } else { Some(password(&keygen.file, language)?) };
    let refused = |refused| Fault::refused(&keygen.file, refused, language);
    let key = NewKey::make(password).map_err(refused)?;
    write(&keygen.file, &key.secret, 0o600, language)?;
    write(&public, &key.public, 0o644, language)?;
    let letters = key.public.lines().nth(1).unwrap_or_default();
    let values = [
        ("file", keygen.file.display().to_string()),
        ("public", public.display().to_string()),
        ("id", key_id(letters).map_err(refused)?),
        ("letters", letters.to_owned()),
    ];
    let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
    print(&format!("{}\n", say(language, Key::KeyMade, &values)), Status::Granted)
}

fn stands(path: &Path, language: Language) -> Fault {
    Fault::Plugin { path: path.display().to_string(), reason: say(language, Key::FileStands, &[]) }
}

/// The password of a new key: from the environment, or asked for twice at a terminal.
fn password(path: &Path, language: Language) -> Result<String, Fault> {
    if let Ok(password) = std::env::var(PASSWORD) {
        return Ok(password);
    }
    if !asking::is_possible() {
        return Err(Fault::Plugin { path: path.display().to_string(), reason: say(language, Key::KeyNoPassword, &[]) });
    }
    Password::new()
        .with_prompt(say(language, Key::KeyPassword, &[]))
        .with_confirmation(say(language, Key::KeyAgain, &[]), say(language, Key::KeyUnlike, &[]))
        .interact()
        .map_err(asking::broken)
}

/// Writes a file that is not there yet, which from its first byte on only those may read who should.
fn write(path: &Path, text: &str, mode: u32, language: Language) -> Result<(), Fault> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, mode);
    #[cfg(not(unix))]
    let _ = mode;
    let written = options.open(path).and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        file.sync_all()
    });
    written.map_err(|cause| match cause.kind() {
        ErrorKind::AlreadyExists => stands(path, language),
        _ => Fault::Unwritable { path: path.display().to_string(), cause: cause.to_string(), language },
    })
}
