//! A service that runs, told to read what it was started with again: its keys, its certificate, its register. What is not right changes nothing.

use std::sync::Arc;

use leidraad::Language;
use leidraad_live::Live;
use leidraad_serve::{Access, Certificate, Settings};

use crate::args::Serve;
use crate::clean::clean;
use crate::commands::Context;
use crate::fault::Fault;
use crate::locale::{Key, say};

use super::settings;
use super::watch::told;

/// What it was started with.
pub(super) struct Again<'a> {
    context: &'a Context,
    serve: &'a Serve,
    pub(super) settings: Settings,
    pub(super) live: Arc<Live>,
    pub(super) access: Access,
    pub(super) certificate: Option<Arc<Certificate>>,
    pub(super) language: Language,
}

impl<'a> Again<'a> {
    pub(super) fn of(
        context: &'a Context,
        serve: &'a Serve,
        settings: Settings,
        live: Arc<Live>,
        language: Language,
    ) -> Result<Again<'a>, Fault> {
        let certificate = settings.tls.clone().map(Certificate::read).transpose().map_err(|bad| settings::fault(None, &bad, language))?;
        Ok(Again { context, serve, access: settings.access(), settings, live, certificate: certificate.map(Arc::new), language })
    }
    pub(super) fn read(&self) {
        if let Some(Err(bad)) = self.certificate.as_deref().map(Certificate::reload) {
            told(bad.message(self.language));
        }
        match self.keys() {
            Ok(count) => told(&say(self.language, Key::ServeKeys, &[("count", &count.to_string())])),
            Err(fault) => told(&clean(&format!("{fault}\n{}", say(self.language, Key::ServeKeysKept, &[])))),
        }
        self.live.look();
    }
    /// How many keys open from now on. What else the file says differently counts from the next start, and that is told.
    fn keys(&self) -> Result<usize, Fault> {
        let mut new = settings::of(self.context, self.serve, self.language)?;
        let refused = |bad| settings::fault(self.serve.config.as_deref(), &bad, self.language);
        new.is_safe().map_err(refused)?;
        let keys = std::mem::replace(&mut new.keys, self.settings.keys.clone());
        let count = keys.len();
        self.access.replace_keys(keys).map_err(refused)?;
        if new.to_toml() != self.settings.to_toml() {
            told(&say(self.language, Key::ServeAtNextStart, &[]));
        }
        Ok(count)
    }
}
