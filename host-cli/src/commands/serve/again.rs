//! A service that runs, told to read what it was started with again: its keys, its certificate, its register. What is not right changes nothing.

use std::path::Path;
use std::sync::Arc;

use leidraad::Language;
use leidraad_live::Live;
use leidraad_serve::{Access, Certificate, Settings};

use crate::args::Serve;
use crate::clean::clean;

use crate::fault::Fault;
use crate::locale::{Key, say};

use super::settings;
use super::watch::told;

/// What it was started with.
pub(super) struct Again<'a> {
    register: &'a Path,
    serve: &'a Serve,
    pub(super) settings: Settings,
    pub(super) live: Arc<Live>,
    pub(super) access: Access,
    pub(super) certificate: Option<Arc<Certificate>>,
    pub(super) language: Language,
}

impl<'a> Again<'a> {
    pub(super) fn of(
        register: &'a Path,
        serve: &'a Serve,
        settings: Settings,
        live: Arc<Live>,
        language: Language,
    ) -> Result<Again<'a>, Fault> {
        let certificate = settings.tls.clone().map(Certificate::read).transpose().map_err(|bad| settings::fault(None, &bad, language))?;
        Ok(Again { register, serve, access: settings.access(), settings, live, certificate: certificate.map(Arc::new), language })
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
        let mut new = settings::of(self.register, self.serve, self.language)?;
        let refused = |bad| settings::fault(self.serve.config.as_deref(), &bad, self.language);
        let count = new.keys.len();
        self.access.replace_keys(new.keys.clone()).map_err(refused)?;
        // The keys count, whatever else the file says: one that is taken out opens no longer.
        if let Err(bad) = new.is_safe() {
            told(&clean(&refused(bad).to_string()));
        }
        new.keys.clone_from(&self.settings.keys);
        if new.to_toml() != self.settings.to_toml() {
            told(&say(self.language, Key::ServeAtNextStart, &[]));
        }
        Ok(count)
    }
}
