//! A certificate and its key as files in; what encrypts connections out. The files may be replaced while it runs.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use arc_swap::ArcSwap;
use leidraad::both;
use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;

use crate::settings::{BadSettings, Tls};

/// A certificate with its key.
pub struct Certificate {
    files: Tls,
    held: Arc<Held>,
    config: Arc<ServerConfig>,
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Certificate").field(&self.files.certificate).finish()
    }
}

#[derive(Debug)]
struct Held(ArcSwap<CertifiedKey>);

impl ResolvesServerCert for Held {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.0.load_full())
    }
}

impl Certificate {
    /// Reads a certificate and its key.
    ///
    /// # Errors
    /// A file cannot be read, has none in it, or the key is not the certificate's.
    pub fn read(files: Tls) -> Result<Certificate, BadSettings> {
        let held = Arc::new(Held(ArcSwap::from_pointee(certified(&files)?)));
        let provider = Arc::new(aws_lc_rs::default_provider());
        let versions = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
        let builder = versions.map_err(|fault| refused(&files.certificate, &fault))?;
        let mut config = builder.with_no_client_auth().with_cert_resolver(Arc::clone(&held) as Arc<dyn ResolvesServerCert>);
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(Certificate { files, held, config: Arc::new(config) })
    }
    /// Reads the files again: connections from now on have what they hold. What is wrong with them changes nothing.
    ///
    /// # Errors
    /// As [`Certificate::read`].
    pub fn reload(&self) -> Result<(), BadSettings> {
        self.held.0.store(Arc::new(certified(&self.files)?));
        Ok(())
    }
    pub(super) fn config(&self) -> Arc<ServerConfig> {
        Arc::clone(&self.config)
    }
}

fn certified(files: &Tls) -> Result<CertifiedKey, BadSettings> {
    let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_file_iter(&files.certificate)
        .and_then(Iterator::collect)
        .map_err(|fault| refused(&files.certificate, &fault))?;
    if chain.is_empty() {
        let path = files.certificate.display();
        return Err(BadSettings::new(both!("{path}: no certificate is in it", "{path}: er staat geen certificaat in")));
    }
    let key = PrivateKeyDer::from_pem_file(&files.key).map_err(|fault| refused(&files.key, &fault))?;
    CertifiedKey::from_der(chain, key, &aws_lc_rs::default_provider()).map_err(|fault| refused(&files.key, &fault))
}

fn refused(path: &Path, reason: &dyn fmt::Display) -> BadSettings {
    let path = path.display();
    BadSettings::new(both!("{path}: this cannot be used: {reason}", "{path}: dit is niet bruikbaar: {reason}"))
}
