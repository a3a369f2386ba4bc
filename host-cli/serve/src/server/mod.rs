//! A router and where it listens in; connections, each answered until it ends, out. Whoever is slow, or one too many, is let go.

mod tls;

use std::collections::BTreeSet;
use std::io;
use std::net::IpAddr;
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
use tokio_rustls::TlsAcceptor;

pub use tls::Certificate;

/// How long whoever connects may take to say what they want.
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
    proxies: BTreeSet<IpAddr>,
    certificate: Option<Arc<Certificate>>,
}

impl Default for Server {
    fn default() -> Server {
        Server { connections: 1_000, proxies: BTreeSet::new(), certificate: None }
    }
}

impl Server {
    /// So many connections at the same time; more are let go.
    pub fn connections(self, connections: usize) -> Server {
        Server { connections, ..self }
    }
    /// Only these may connect.
    pub fn proxies(self, proxies: BTreeSet<IpAddr>) -> Server {
        Server { proxies, ..self }
    }
    /// Connections are encrypted.
    pub fn certificate(self, certificate: Arc<Certificate>) -> Server {
        Server { certificate: Some(certificate), ..self }
    }

    /// Answers until `stop` is done; then what was begun is answered still.
    pub async fn run(self, listener: TcpListener, router: Router, stop: impl Future<Output = ()>) {
        let places = Arc::new(Semaphore::new(self.connections));
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
            if !self.proxies.is_empty() && !self.proxies.contains(&peer.ip().to_canonical()) {
                continue;
            }
            let Ok(place) = Arc::clone(&places).try_acquire_owned() else { continue };
            let (router, acceptor, watcher) = (router.clone(), acceptor.clone(), graceful.watcher());
            tokio::spawn(async move {
                let _place = place;
                // Whoever breaks off, or says what is no HTTP, is heard no longer; nobody else notices.
                let _ = connection(stream, acceptor, router, watcher).await;
            });
        }
        drop(listener);
        let _ = timeout(LAST, graceful.shutdown()).await;
    }
}

async fn connection(stream: TcpStream, acceptor: Option<TlsAcceptor>, router: Router, watcher: Watcher) -> io::Result<()> {
    stream.set_nodelay(true)?;
    match acceptor {
        Some(acceptor) => {
            let stream = timeout(SLOW, acceptor.accept(stream)).await.map_err(io::Error::from)??;
            speak(stream, router, watcher).await;
        }
        None => speak(stream, router, watcher).await,
    }
    Ok(())
}

async fn speak(stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static, router: Router, watcher: Watcher) {
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(SLOW).max_buf_size(64 << 10).max_headers(100);
    builder
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(SLOW)
        .keep_alive_timeout(SLOW)
        .max_concurrent_streams(100)
        .max_header_list_size(32 << 10)
        .max_pending_accept_reset_streams(20);
    let connection = builder.serve_connection(TokioIo::new(stream), TowerToHyperService::new(router));
    let _ = watcher.watch(connection.into_owned()).await;
}
