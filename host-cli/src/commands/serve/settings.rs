//! A file, the environment and the arguments in; the settings that are in force out: arguments go before the environment, that before the file.

use std::path::Path;

use leidraad::Language;
use leidraad_serve::{BadSettings, Settings};

use crate::args::Serve;
use crate::fault::Fault;
use crate::language::given;

pub(super) fn of(register: &Path, serve: &Serve, language: Language) -> Result<Settings, Fault> {
    let mut settings = match &serve.config {
        None => Settings::default(),
        Some(path) => {
            let text = std::fs::read_to_string(path).map_err(|cause| Fault::unreadable(path, &cause, language))?;
            Settings::read(&text).map_err(|bad| fault(Some(path), &bad, language))?
        }
    };
    // The register has a default of its own: only what somebody said goes before the file.
    if serve.config.is_none() || given("--register").is_some() || std::env::var_os("LEIDRAAD_REGISTER").is_some() {
        register.clone_into(&mut settings.register);
    }
    if let Some(trust) = given("--trust").or_else(|| std::env::var("LEIDRAAD_TRUST").ok()) {
        settings.trust = Some(trust.into());
    }
    if let Some(listen) = serve.listen {
        settings.listen = listen;
    }
    let paths = [(&serve.log, &mut settings.log), (&serve.mask_key, &mut settings.mask_key)];
    for (own, setting) in paths {
        if own.is_some() {
            setting.clone_from(own);
        }
    }
    if serve.public_url.is_some() {
        settings.public_url.clone_from(&serve.public_url);
    }
    Ok(settings)
}

/// What is wrong with a configuration, with its place in the file.
pub(super) fn fault(path: Option<&Path>, bad: &BadSettings, language: Language) -> Fault {
    let file = path.map_or_else(|| "serve".to_owned(), |path| path.display().to_string());
    let place = bad.position().map_or(file.clone(), |(line, column)| format!("{file}:{line}:{column}"));
    Fault::Plugin { path: place, reason: bad.message(language).to_owned() }
}
