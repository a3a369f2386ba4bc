//! A router and where it listens in; connections, each answered until it ends, out. Whoever is slow, or one too many, is let go.

mod tls;
mod visitors;

use std::collections::BTreeSet;
use std::io;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Router;
use axum::http::Request;
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::time::{Sleep, sleep, timeout};
use tokio_io_timeout::TimeoutStream;
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt as _;

pub use tls::Certificate;

use crate::service::Limits;
use visitors::{Visit, Visitors};

/// How long whoever connects may take to say what they want, and to take some more of an answer.
pub(crate) const SLOW: Duration = Duration::from_secs(10);
/// How long what was begun may take once no more is begun.
const LAST: Duration = Duration::from_secs(30);

/// How long a connection may stay: long enough for whoever asks now and then, not for ever.
const AGE: Duration = Duration::from_mins(10);
/// More connections than this are not taken, whatever is said.
const MOST: usize = 100_000;

/// How connections are taken.
///
/// ```
/// use leidraad_serve::Server;
/// let server = Server::default().connections(100);
/// assert!(format!("{server:?}").contains("100"));
/// ```
#[derive(Debug, Clone)]
#[must_use]
pub struct Server {
    connections: usize,
    time: Duration,
    proxies: BTreeSet<IpAddr>,
    certificate: Option<Arc<Certificate>>,
}

impl Default for Server {
    fn default() -> Server {
        Server { connections: 1_000, time: Limits::default().time, proxies: BTreeSet::new(), certificate: None }
    }
}

impl Server {
    /// So many connections at the same time, a quarter of them from one address at most; more are let go. From this machine itself, and from
    /// proxies that are named, all of them may come.
    pub fn connections(self, connections: usize) -> Server {
        Server { connections, ..self }
    }
    /// How long a request may take, as in [`Limits`]: whoever says nothing for longer is let go.
    pub fn time(self, time: Duration) -> Server {
        Server { time, ..self }
    }
    /// Only these may connect.
    pub fn proxies(self, proxies: BTreeSet<IpAddr>) -> Server {
        Server { proxies, ..self }
    }
    /// Connections are encrypted.
    pub fn certificate(self, certificate: Arc<Certificate>) -> Server {
        Server { certificate: Some(certificate), ..self }
    }

    /// Answers until `stop` is done; then what was begun is answered still, for half a minute. Tells whether all of it was.
    pub async fn run(self, listener: TcpListener, router: Router, stop: impl Future<Output = ()>) -> bool {
        let most = u32::try_from(self.connections.clamp(1, MOST)).unwrap_or(1);
        let places = Arc::new(Semaphore::new(most as usize));
        let visitors = Arc::new(Visitors::of(self.connections / 4));
        let quiet = self.time.saturating_add(SLOW).min(Duration::from_hours(24));
        let acceptor = self.certificate.as_ref().map(|certificate| TlsAcceptor::from(certificate.config()));
        let (stopping, is_stopping) = watch::channel(false);
        let mut stop = std::pin::pin!(stop);
        loop {
            let (stream, peer) = tokio::select! {
                accepted = listener.accept() => {
                    let Ok(accepted) = accepted else {
                        // No more files may be opened, say: who comes later may be luckier.
                        tokio::time::sleep(Duration::from_millis(50)).await;
                        continue;
                    };
                    accepted
                }
                () = &mut stop => break,
            };
            let from = peer.ip().to_canonical();
            if !self.proxies.is_empty() && !self.proxies.contains(&from) {
                continue;
            }
            let is_counted = self.proxies.is_empty() && !from.is_loopback();
            let visit = if is_counted { visitors.enter(from) } else { Some(Visit::uncounted()) };
            let (Some(visit), Ok(place)) = (visit, Arc::clone(&places).try_acquire_owned()) else { continue };
            let (router, acceptor, is_stopping) = (router.clone(), acceptor.clone(), is_stopping.clone());
            tokio::spawn(async move {
                let _held = (place, visit);
                // Whoever breaks off, or says what is no HTTP, is heard no longer; nobody else notices.
                let _ = connection(stream, acceptor, Spoken { router, quiet, is_stopping }).await;
            });
        }
        drop(listener);
        stopping.send_replace(true);
        // Every place is free once every connection has ended.
        timeout(LAST, places.acquire_many(most)).await.is_ok()
    }
}

/// What answers a connection, and until when.
struct Spoken {
    router: Router,
    /// how long whoever has asked something may say nothing
    quiet: Duration,
    is_stopping: watch::Receiver<bool>,
}

async fn connection(stream: TcpStream, acceptor: Option<TlsAcceptor>, spoken: Spoken) -> io::Result<()> {
    stream.set_nodelay(true)?;
    match acceptor {
        Some(acceptor) => {
            let stream = timeout(SLOW, acceptor.accept(stream)).await.map_err(io::Error::from)??;
            let is_second = stream.get_ref().1.alpn_protocol() == Some(b"h2");
            spoken.with(stream, is_second).await;
        }
        None => spoken.with(stream, false).await,
    }
    Ok(())
}

impl Spoken {
    /// Answers a connection until it ends. Which HTTP is spoken is settled before: where it is encrypted, both agree on it; else it is HTTP/1.1. Who
    /// may still say which could take for ever to say it.
    async fn with(mut self, stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static, is_second: bool) {
        let mut stream = TimeoutStream::new(stream);
        stream.set_read_timeout(Some(self.quiet));
        stream.set_write_timeout(Some(SLOW));
        let builder = auto::Builder::new(TokioExecutor::new());
        let mut builder = if is_second { builder.http2_only() } else { builder.http1_only() };
        builder.http1().timer(TokioTimer::new()).header_read_timeout(SLOW).max_buf_size(64 << 10).max_headers(100);
        builder
            .http2()
            .timer(TokioTimer::new())
            .keep_alive_interval(SLOW)
            .keep_alive_timeout(SLOW)
            .max_concurrent_streams(32)
            .max_send_buf_size(16 << 10)
            .max_header_list_size(32 << 10)
            .max_pending_accept_reset_streams(20);
        let has_asked = Arc::new(AtomicBool::new(false));
        let asks = Arc::clone(&has_asked);
        let answers = self.router.map_request(move |request: Request<Incoming>| {
            asks.store(true, Ordering::Relaxed);
            request
        });
        let connection = builder.serve_connection(TokioIo::new(Box::pin(stream)), TowerToHyperService::new(answers));
        let mut connection = std::pin::pin!(connection);
        let (mut silent, mut old) = (Some(Box::pin(sleep(SLOW))), Box::pin(sleep(AGE)));
        let mut last: Option<Pin<Box<Sleep>>> = None;
        loop {
            tokio::select! {
                _ = connection.as_mut() => return,
                () = due(&mut silent) => {
                    silent = None;
                    if !has_asked.load(Ordering::Relaxed) {
                        return;
                    }
                }
                () = due(&mut last) => return,
                () = &mut old, if last.is_none() => {
                    connection.as_mut().graceful_shutdown();
                    last = Some(Box::pin(sleep(self.quiet)));
                }
                _ = self.is_stopping.wait_for(|is| *is), if last.is_none() => {
                    connection.as_mut().graceful_shutdown();
                    last = Some(Box::pin(sleep(LAST)));
                }
            }
        }
    }
}

/// Waits for a moment, if there is one to wait for.
async fn due(moment: &mut Option<Pin<Box<Sleep>>>) {
    match moment {
        Some(moment) => moment.await,
        None => std::future::pending().await,
    }
}
