//! A service on an encrypted socket, by HTTP/2 and HTTP/1.1: who is silent, takes nothing or takes all back is let go; the others are answered meanwhile.

mod run;

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::http::{Request, StatusCode};
use bytes::Bytes;
use h2::client::{Builder, ResponseFuture, SendRequest};
use leidraad_serve::{Certificate, Limits, Server, Tls};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// A service that listens, with a certificate of its own.
struct Running {
    address: SocketAddr,
    files: Tls,
    certificate: Arc<Certificate>,
    _folder: tempfile::TempDir,
}

fn new_certificate(files: &Tls) {
    let rcgen::CertifiedKey { cert, signing_key } = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    fs::write(&files.certificate, cert.pem()).unwrap();
    fs::write(&files.key, signing_key.serialize_pem()).unwrap();
}

async fn start(limits: Limits) -> Running {
    let folder = tempfile::tempdir().unwrap();
    let files = Tls { certificate: folder.path().join("certificate.pem"), key: folder.path().join("key.pem") };
    new_certificate(&files);
    let certificate = Arc::new(Certificate::read(files.clone()).unwrap());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = Server::default().certificate(Arc::clone(&certificate));
    let router = run::service().limits(limits).router();
    tokio::spawn(server.run(listener, router, std::future::pending()));
    Running { address, files, certificate, _folder: folder }
}

impl Running {
    async fn connected(&self, certificate: &Path, protocol: &str) -> std::io::Result<TlsStream<TcpStream>> {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_file(certificate).unwrap()).unwrap();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
        let mut config = builder.with_root_certificates(roots).with_no_client_auth();
        config.alpn_protocols = vec![protocol.as_bytes().to_vec()];
        let stream = TcpStream::connect(self.address).await?;
        TlsConnector::from(Arc::new(config)).connect(ServerName::try_from("localhost").unwrap(), stream).await
    }
    async fn encrypted(&self, protocol: &str) -> TlsStream<TcpStream> {
        self.connected(&self.files.certificate, protocol).await.unwrap()
    }
    /// Speaks HTTP/2: what sends requests, and the connection, until it ends.
    async fn second(&self, builder: &Builder) -> (SendRequest<Bytes>, JoinHandle<()>) {
        let (sender, connection) = builder.handshake(self.encrypted("h2").await).await.unwrap();
        let ended = tokio::spawn(async move {
            let _ = connection.await;
        });
        (sender.ready().await.unwrap(), ended)
    }
    /// What comes of one request on a connection of its own, at once.
    async fn answers_at_once(&self) {
        let (mut sender, _) = self.second(&Builder::new()).await;
        let answer =
            timeout(Duration::from_secs(2), asked(&mut sender, "/v1/levels")).await.expect("others are answered meanwhile").await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
    }
}

async fn asked(sender: &mut SendRequest<Bytes>, path: &str) -> ResponseFuture {
    std::future::poll_fn(|context| sender.poll_ready(context)).await.unwrap();
    sender.send_request(Request::get(format!("https://localhost{path}")).body(()).unwrap(), true).unwrap().0
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn both_kinds_of_http_are_answered() {
    let running = start(Limits::default()).await;
    let (mut sender, _) = running.second(&Builder::new()).await;
    let (head, mut body) = asked(&mut sender, "/v1/matrix").await.await.unwrap().into_parts();
    assert_eq!((head.status, head.headers["api-version"].to_str().unwrap()), (StatusCode::OK, "1.0.0"));
    assert!(head.headers.contains_key("strict-transport-security"), "{:?}", head.headers);
    let mut text = Vec::new();
    while let Some(piece) = body.data().await {
        let piece = piece.unwrap();
        body.flow_control().release_capacity(piece.len()).unwrap();
        text.extend_from_slice(&piece);
    }
    let matrix: serde_json::Value = serde_json::from_slice(&text).unwrap();
    assert!(matrix["entitlements"].as_array().is_some_and(|all| all.len() > 200));
    let mut first = running.encrypted("http/1.1").await;
    first.write_all(b"GET /v1/levels HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").await.unwrap();
    let mut answer = Vec::new();
    first.read_to_end(&mut answer).await.unwrap();
    assert!(answer.starts_with(b"HTTP/1.1 200"));
}

/// A new certificate counts for connections from then on; files that are none change nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_certificate_is_replaced_while_it_runs() {
    let running = start(Limits::default()).await;
    let old = running.files.certificate.with_file_name("old.pem");
    fs::copy(&running.files.certificate, &old).unwrap();
    let (mut held, _) = running.second(&Builder::new()).await;
    fs::write(&running.files.certificate, "none").unwrap();
    assert!(running.certificate.reload().unwrap_err().to_string().contains("certificate.pem"));
    assert!(running.connected(&old, "h2").await.is_ok(), "the old one counts still");
    new_certificate(&running.files);
    running.certificate.reload().unwrap();
    assert!(running.connected(&old, "h2").await.is_err());
    running.answers_at_once().await;
    assert_eq!(asked(&mut held, "/v1/levels").await.await.unwrap().status(), StatusCode::OK, "what was connected stays so");
}

/// Who connects and says nothing: not what encrypts, not what one wants.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_silent_are_let_go() {
    let running = start(Limits::default()).await;
    let clock = Instant::now();
    let mute = TcpStream::connect(running.address).await.unwrap();
    let nothing = running.encrypted("h2").await;
    let (_sender, idle) = running.second(&Builder::new()).await;
    running.answers_at_once().await;
    let until_closed = |mut stream: TcpStream| async move {
        let closed = timeout(Duration::from_secs(30), stream.read_to_end(&mut Vec::new())).await;
        // Broken off is closed, too.
        closed.map(|_| clock.elapsed()).expect("it is let go")
    };
    let took = [
        until_closed(mute).await,
        until_closed(nothing.into_inner().0).await,
        timeout(Duration::from_secs(30), idle).await.map(|_| clock.elapsed()).expect("it is let go"),
    ];
    for took in took {
        assert!(took > Duration::from_secs(8) && took < Duration::from_secs(20), "{took:?}");
    }
}

/// Whoever asks for much at once and lets none of it through: so many requests are begun and no more, and their places are given back.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_shut_window_holds_nobody_up() {
    let running = start(Limits { at_once: 40, ..Limits::default() }).await;
    let (mut sender, ended) = running.second(Builder::new().initial_window_size(0)).await;
    let mut begun = Vec::new();
    for _ in 0..64 {
        let wait = Duration::from_millis(if begun.len() < 32 { 5_000 } else { 20 });
        let answer = timeout(wait, async { asked(&mut sender, "/v1/matrix").await.await }).await;
        begun.extend(answer.ok().and_then(Result::ok));
    }
    assert_eq!(begun.len(), 32);
    // 32 of 40 places are held by answers that wait.
    running.answers_at_once().await;
    sleep(Duration::from_secs(12)).await;
    let (mut other, _) = running.second(Builder::new().initial_window_size(0)).await;
    for _ in 0..32 {
        let answer = timeout(Duration::from_secs(10), async { asked(&mut other, "/v1/matrix").await.await }).await;
        assert_eq!(answer.unwrap().unwrap().status(), StatusCode::OK, "the places are given back");
    }
    drop((begun, sender));
    assert!(timeout(Duration::from_secs(30), ended).await.is_ok());
}

/// Requests that are taken back as soon as they are made, by the hundred, end the connection ("rapid reset", CVE-2023-44487).
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn who_takes_all_back_is_let_go() {
    let running = start(Limits::default()).await;
    let mut stream = running.encrypted("h2").await;
    let mut bytes = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00".to_vec();
    for stream in (1_u32..4_000).step_by(2) {
        // HEADERS, ended: GET, https, of `localhost`, `/v1/matrix`; RST_STREAM, cancelled.
        bytes.extend(b"\x00\x00\x19\x01\x05");
        bytes.extend(stream.to_be_bytes());
        bytes.extend(b"\x82\x87\x01\x09localhost\x04\x0a/v1/matrix");
        bytes.extend(b"\x00\x00\x04\x03\x00");
        bytes.extend(stream.to_be_bytes());
        bytes.extend(b"\x00\x00\x00\x08");
    }
    let _ = stream.write_all(&bytes).await;
    let mut told = Vec::new();
    let _ = timeout(Duration::from_secs(5), stream.read_to_end(&mut told)).await.expect("it is let go");
    // GOAWAY with ENHANCE_YOUR_CALM.
    assert!(told.windows(4).any(|code| code == b"\x00\x00\x00\x0b"), "{told:?}");
    running.answers_at_once().await;
}
