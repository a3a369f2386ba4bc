//! A router and where it listens in; connections, each answered until it ends, out. Whoever is slow, or one too many, is let go.

mod tls;
mod visitors;

use std::collections::BTreeSet;
use std::io;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::timeout;
use tokio_io_timeout::TimeoutStream;
use tokio_rustls::TlsAcceptor;

pub use tls::Certificate;

use crate::service::Limits;
use visitors::{Visit, Visitors};

/// How long whoever connects may take to say what they want, and to take some more of an answer.
const SLOW: Duration = Duration::from_secs(10);
/// How long what was begun may take once no more is begun.
const LAST: Duration = Duration::from_secs(30);

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
        let places = Arc::new(Semaphore::new(self.connections.clamp(1, Semaphore::MAX_PERMITS)));
        let visitors = Arc::new(Visitors::of(self.connections / 4));
        let quiet = self.time.saturating_add(SLOW).min(Duration::from_hours(24));
        let acceptor = self.certificate.as_ref().map(|certificate| TlsAcceptor::from(certificate.config()));
        let graceful = GracefulShutdown::new();
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
            let (router, acceptor, watcher) = (router.clone(), acceptor.clone(), graceful.watcher());
            tokio::spawn(async move {
                let _held = (place, visit);
                // Whoever breaks off, or says what is no HTTP, is heard no longer; nobody else notices.
                let _ = connection(stream, acceptor, (router, quiet), watcher).await;
            });
        }
        drop(listener);
        timeout(LAST, graceful.shutdown()).await.is_ok()
    }
}

/// What is spoken on a connection. Where it is encrypted, both agree on it before; else it is HTTP/1.1: who may still say what they speak could
/// take for ever to say it.
#[derive(Debug, Clone, Copy)]
enum Spoken {
    Http1,
    Http2,
}

async fn connection(stream: TcpStream, acceptor: Option<TlsAcceptor>, answering: (Router, Duration), watcher: Watcher) -> io::Result<()> {
    stream.set_nodelay(true)?;
    match acceptor {
        Some(acceptor) => {
            let stream = timeout(SLOW, acceptor.accept(stream)).await.map_err(io::Error::from)??;
            let is_second = stream.get_ref().1.alpn_protocol() == Some(b"h2");
            speak(stream, if is_second { Spoken::Http2 } else { Spoken::Http1 }, answering, watcher).await;
        }
        None => speak(stream, Spoken::Http1, answering, watcher).await,
    }
    Ok(())
}

async fn speak(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    spoken: Spoken,
    (router, quiet): (Router, Duration),
    watcher: Watcher,
) {
    let mut stream = TimeoutStream::new(stream);
    stream.set_read_timeout(Some(quiet));
    stream.set_write_timeout(Some(SLOW));
    let mut builder = match spoken {
        Spoken::Http1 => auto::Builder::new(TokioExecutor::new()).http1_only(),
        Spoken::Http2 => auto::Builder::new(TokioExecutor::new()).http2_only(),
    };
    builder.http1().timer(TokioTimer::new()).header_read_timeout(SLOW).max_buf_size(64 << 10).max_headers(100);
    builder
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(SLOW)
        .keep_alive_timeout(SLOW)
        .max_concurrent_streams(100)
        .max_header_list_size(32 << 10)
        .max_pending_accept_reset_streams(20);
    let stream: Pin<Box<_>> = Box::pin(stream);
    let connection = builder.serve_connection(TokioIo::new(stream), TowerToHyperService::new(router));
    let _ = watcher.watch(connection.into_owned()).await;
}
