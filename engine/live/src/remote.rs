//! An address in; the bundle that lies there out, fetched again only where the server says that it is another.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use leidraad::{Sources, both};
use leidraad_bundle::{LARGEST_BUNDLE, LARGEST_SIGNATURE, Parcel, Trust, signature_endings};
use object_store::path::Path;
use object_store::{BackoffConfig, ClientOptions, Error, GetOptions, ObjectStore, ObjectStoreExt, ObjectStoreScheme, RetryConfig};
use tokio::runtime::{Builder, Runtime};
use url::Url;

use crate::got::Got;

/// How a server is asked.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Patience {
    /// A whole answer takes no longer.
    pub(crate) timeout: Duration,
    /// Nor does it take longer until a server can be spoken to.
    pub(crate) connect: Duration,
    /// So often a server is asked again that fails, ever later.
    pub(crate) retries: usize,
}

impl Default for Patience {
    fn default() -> Patience {
        Patience { timeout: Duration::from_secs(30), connect: Duration::from_secs(5), retries: 3 }
    }
}

/// So often it is asked whether anybody waits still.
const GLANCE: Duration = Duration::from_millis(50);
/// A server may say that nothing has changed where something has: after so many such answers it is asked for all of it.
const BELIEVED: u32 = 30;

/// A bundle on a server.
#[derive(Clone)]
pub(crate) struct Remote {
    url: String,
    patience: Patience,
    reach: Option<Arc<Reach>>,
    last: Option<Last>,
}

/// What it takes to ask a server.
struct Reach {
    runtime: Runtime,
    store: Box<dyn ObjectStore>,
    path: Path,
}

/// What the server gave last.
#[derive(Clone)]
struct Last {
    /// By what the server tells a bundle and each of its signatures from another.
    tags: Vec<Option<String>>,
    parcel: Arc<Parcel>,
    /// So often it said since that nothing has changed.
    believed: u32,
}

impl fmt::Debug for Remote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Remote").field(&self.url()).finish()
    }
}

impl Remote {
    pub(crate) fn new(url: String) -> Remote {
        Remote { url, patience: Patience::default(), reach: None, last: None }
    }
    /// The address, without what is secret in it.
    pub(crate) fn url(&self) -> String {
        Url::parse(&self.url).map_or_else(
            |_| self.url.clone(),
            |mut url| {
                // An address that can have no password has none.
                let _ = url.set_password(None);
                let _ = url.set_username("");
                url.set_query(None);
                url.into()
            },
        )
    }
    pub(crate) fn patience(&mut self) -> &mut Patience {
        self.reach = None;
        &mut self.patience
    }

    /// Asks for what lies there. What cannot be fetched is told; nothing is taken that is not whole.
    pub(crate) fn fetch(&mut self, trust: &Trust, is_over: &dyn Fn() -> bool) -> Got {
        match self.fetched(trust, is_over) {
            Ok(parcel) => Got::Parcel(parcel),
            Err(cause) => {
                let cause = self.discreet(cause);
                Got::Nothing(Sources::refused(
                    self.url(),
                    both!("it cannot be fetched: {cause}", "het is niet op te halen: {cause}"),
                    both!(
                        "check the address and the connection; an application that follows it tries again by itself",
                        "controleer het adres en de verbinding; een toepassing die het volgt, probeert het vanzelf opnieuw"
                    ),
                ))
            }
        }
    }

    /// What went wrong, without what is secret in an address: that goes into reports and logs.
    fn discreet(&self, mut cause: String) -> String {
        let url = Url::parse(&self.url).ok();
        let secrets =
            url.iter().flat_map(|url| [url.password(), url.query(), Some(url.username())]).flatten().filter(|secret| !secret.is_empty());
        for secret in secrets {
            cause = cause.replace(secret, "…");
        }
        cause
    }

    fn fetched(&mut self, trust: &Trust, is_over: &dyn Fn() -> bool) -> Result<Arc<Parcel>, String> {
        let reach = if let Some(reach) = &self.reach { Arc::clone(reach) } else { Arc::new(Reach::of(&self.url, self.patience)?) };
        self.reach = Some(Arc::clone(&reach));
        let believed = self.last.as_ref().filter(|last| last.believed < BELIEVED);
        let asked = reach.parcel(trust, believed);
        let given = reach.runtime.block_on(async {
            tokio::pin!(asked);
            loop {
                tokio::select! {
                    given = &mut asked => return given,
                    () = tokio::time::sleep(GLANCE) => if is_over() { return Err("nobody waits for it".to_owned()) },
                }
            }
        })?;
        if let Some((tags, parcel)) = given {
            self.last = Some(Last { tags, parcel: Arc::new(parcel), believed: 0 });
        } else if let Some(last) = &mut self.last {
            last.believed += 1;
        }
        self.last.as_ref().map(|last| Arc::clone(&last.parcel)).ok_or_else(|| "it was not sent".to_owned())
    }
}

/// The tags and the bytes of all that was sent.
type Sent = (Vec<Option<String>>, Parcel);

impl Reach {
    fn of(url: &str, patience: Patience) -> Result<Reach, String> {
        let parsed = Url::parse(url).map_err(|cause| cause.to_string())?;
        let (_, path) = ObjectStoreScheme::parse(&parsed).map_err(|cause| cause.to_string())?;
        let runtime = Builder::new_current_thread().enable_all().build().map_err(|cause| cause.to_string())?;
        let store = store(&parsed, patience).map_err(|cause| told(&cause))?;
        Ok(Reach { runtime, store, path })
    }

    /// All of it, if any of it is another than what was sent last; `None` if nothing is.
    async fn parcel(&self, trust: &Trust, last: Option<&Last>) -> Result<Option<Sent>, String> {
        let endings: Vec<String> = std::iter::once(String::new()).chain(signature_endings(trust.key_ids())).collect();
        let names: Vec<Path> = endings.iter().map(|ending| Path::from(format!("{}{ending}", self.path))).collect();
        if let Some(last) = last
            && self.is_unchanged(&names, &last.tags).await?
        {
            return Ok(None);
        }
        let (mut tags, mut file, mut signatures) = (Vec::new(), Vec::new(), Vec::new());
        for (at, name) in names.iter().enumerate() {
            let most = if at == 0 { LARGEST_BUNDLE } else { LARGEST_SIGNATURE };
            match self.get(name, most).await {
                Ok((tag, bytes)) if at == 0 => {
                    tags.push(tag);
                    file = bytes;
                }
                Ok((tag, bytes)) => {
                    tags.push(tag);
                    signatures.push(String::from_utf8_lossy(&bytes).into_owned());
                }
                // Which signatures there are, the reader's setting judges.
                Err(Error::NotFound { .. }) if at > 0 => tags.push(None),
                Err(cause) => return Err(told(&cause)),
            }
        }
        Ok(Some((tags, Parcel::new(file, signatures))))
    }

    /// Whether everything is as it was. What has no tag cannot be told to be the same, unless it is a signature that is still not there.
    async fn is_unchanged(&self, names: &[Path], tags: &[Option<String>]) -> Result<bool, String> {
        for (at, (name, tag)) in names.iter().zip(tags).enumerate() {
            let options = GetOptions { if_none_match: tag.clone(), head: tag.is_none(), ..GetOptions::default() };
            match (self.store.get_opts(name, options).await, tag) {
                (Err(Error::NotModified { .. }), Some(_)) => {}
                (Err(Error::NotFound { .. }), None) if at > 0 => {}
                (Err(cause), _) if !matches!(cause, Error::NotFound { .. }) => return Err(told(&cause)),
                _ => return Ok(false),
            }
        }
        Ok(names.len() == tags.len())
    }

    async fn get(&self, name: &Path, most: u64) -> Result<(Option<String>, Vec<u8>), Error> {
        let answer = self.store.get(name).await?;
        let (tag, size) = (answer.meta.e_tag.clone(), answer.meta.size);
        if size > most {
            let cause = format!("it has {} MiB, and {} are read at most", size >> 20, most >> 20);
            return Err(Error::Generic { store: "bundle", source: cause.into() });
        }
        Ok((tag, answer.bytes().await?.to_vec()))
    }
}

/// The way to a store: what it takes to come in stands in the environment, under the names that its own tools use.
fn store(url: &Url, patience: Patience) -> Result<Box<dyn ObjectStore>, Error> {
    let retry = RetryConfig {
        backoff: BackoffConfig { init_backoff: Duration::from_millis(100), max_backoff: Duration::from_secs(2), base: 2.0 },
        max_retries: patience.retries,
        retry_timeout: patience.timeout,
    };
    // A proxy is taken from the environment by the client itself.
    let client = ClientOptions::new()
        .with_timeout(patience.timeout)
        .with_connect_timeout(patience.connect)
        .with_allow_http(url.scheme() == "http" || std::env::var("AWS_ALLOW_HTTP").is_ok_and(|text| text == "true"));
    let (scheme, _) = ObjectStoreScheme::parse(url).map_err(Error::from)?;
    Ok(match scheme {
        ObjectStoreScheme::AmazonS3 => {
            let s3 = object_store::aws::AmazonS3Builder::from_env().with_url(url.as_str());
            Box::new(s3.with_retry(retry).with_client_options(client).build()?)
        }
        ObjectStoreScheme::GoogleCloudStorage => {
            let gcs = object_store::gcp::GoogleCloudStorageBuilder::from_env().with_url(url.as_str());
            Box::new(gcs.with_retry(retry).with_client_options(client).build()?)
        }
        ObjectStoreScheme::MicrosoftAzure => {
            let azure = object_store::azure::MicrosoftAzureBuilder::from_env().with_url(url.as_str());
            Box::new(azure.with_retry(retry).with_client_options(client).build()?)
        }
        ObjectStoreScheme::Http => {
            let root = url.join("/").map_err(|cause| Error::Generic { store: "HTTP", source: cause.into() })?;
            Box::new(object_store::http::HttpBuilder::new().with_url(root).with_retry(retry).with_client_options(client).build()?)
        }
        _ => {
            let cause = format!("`{}` is no address of a server: https, s3, az, gs are", url.scheme());
            return Err(Error::Generic { store: "bundle", source: cause.into() });
        }
    })
}

/// An error with all that lies behind it, in one line.
fn told(error: &Error) -> String {
    use std::error::Error as _;
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(deeper) = cause {
        let own = deeper.to_string();
        if !text.contains(&own) {
            text = format!("{text}: {own}");
        }
        cause = deeper.source();
    }
    text.replace('\n', " ")
}
