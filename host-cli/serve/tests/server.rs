//! A service on a real socket: who is slow, one too many, or speaks nonsense is let go; what was begun is answered still.

mod run;

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use leidraad_serve::{Limits, Server};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

/// A service that listens; it stops when this is sent something.
struct Running {
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    task: tokio::task::JoinHandle<bool>,
}

async fn start(server: Server, limits: Limits) -> Running {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel();
    let router = run::service().limits(limits).router();
    let task = tokio::spawn(server.run(listener, router, async {
        let _ = stopped.await;
    }));
    Running { address, stop: Some(stop), task }
}

/// What comes back of some bytes, until the other side has enough.
fn said(address: SocketAddr, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    // Whoever is let go while writing has been answered.
    let _ = stream.write_all(bytes);
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

fn told(address: SocketAddr, bytes: impl AsRef<[u8]> + Send + 'static) -> tokio::task::JoinHandle<String> {
    tokio::task::spawn_blocking(move || said(address, bytes.as_ref()))
}

const ASKED: &str = "GET /v1/levels HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nonsense_and_tricks_are_let_go() {
    let running = start(Server::default(), Limits::default()).await;
    let address = running.address;
    assert!(told(address, ASKED).await.unwrap().starts_with("HTTP/1.1 200"));
    let head =
        |name: &str, value: &str| format!("GET /v1/levels HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n{name}: {value}\r\n\r\n");
    let at = |path: &str| format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
    for (name, bytes, wanted) in [
        ("no HTTP", "\u{1}\u{2}\u{3}\r\n\r\n".to_owned(), "HTTP/1.1 400"),
        ("a huge head", head("x", &"y".repeat(200_000)), "HTTP/1.1 431"),
        (
            "two lengths",
            "POST /v1/decisions HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n{}".to_owned(),
            "HTTP/1.1 400",
        ),
        ("a line that ends in a header", head("x", "y\rz: 1"), "HTTP/1.1 400"),
        ("a path outside", at("/../../etc/passwd"), "HTTP/1.1 404"),
        ("a path outside, written otherwise", at("/v1/customers/%2e%2e%2f%2e%2e%2fetc"), "HTTP/1.1 404"),
        ("a path of no text", at("/v1/customers/%ff%fe"), "HTTP/1.1 400"),
        ("a path of nothing", at("/v1/customers/%00"), "HTTP/1.1 404"),
        ("two slashes", at("//v1//levels"), "HTTP/1.1 404"),
        ("in capitals", at("/V1/levels"), "HTTP/1.1 404"),
        ("another's address", at("http://evil.example/v1/levels"), "HTTP/1.1 403"),
    ] {
        let answer = told(address, bytes).await.unwrap();
        assert!(answer.starts_with(wanted), "{name}: {answer}");
        assert!(!answer.contains("root:"), "{name}");
    }
}

/// Whoever sends byte after byte, a head or a body, is heard for so long and no longer; others are answered meanwhile.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_slow_are_let_go() {
    let limits = Limits { time: Duration::from_secs(1), ..Limits::default() };
    let running = start(Server::default(), limits).await;
    let address = running.address;
    let drip = move |head: &'static str, most: Duration| {
        tokio::task::spawn_blocking(move || {
            let mut stream = TcpStream::connect(address).unwrap();
            stream.write_all(head.as_bytes()).unwrap();
            stream.set_read_timeout(Some(Duration::from_millis(200))).unwrap();
            let (begun, mut answer) = (Instant::now(), Vec::new());
            while begun.elapsed() < most {
                if stream.write_all(b" ").is_err() {
                    break;
                }
                let mut some = [0; 1024];
                match stream.read(&mut some) {
                    Ok(0) => break,
                    Ok(count) => answer.extend_from_slice(&some[..count]),
                    Err(_) => {}
                }
            }
            (begun.elapsed(), String::from_utf8_lossy(&answer).into_owned())
        })
    };
    let body = drip(
        "POST /v1/decisions HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 100000\r\n\r\n",
        Duration::from_secs(15),
    );
    let endless = drip(
        "POST /v1/decisions HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n1\r\n",
        Duration::from_secs(15),
    );
    let head = drip("GET /v1/levels HTTP/1.1\r\nhost: localhost\r\nx: ", Duration::from_secs(15));
    // Who says nothing at all, or the beginning of another HTTP.
    let silent = |begun: &'static str| {
        tokio::task::spawn_blocking(move || {
            let clock = Instant::now();
            said(address, begun.as_bytes());
            clock.elapsed()
        })
    };
    let (mute, preface) = (silent(""), silent("PRI * HT"));
    assert!(told(address, ASKED).await.unwrap().starts_with("HTTP/1.1 200"), "others are answered meanwhile");
    let (took, answer) = body.await.unwrap();
    assert!(took < Duration::from_secs(10) && answer.contains("408"), "{took:?} {answer}");
    assert!(endless.await.unwrap().0 < Duration::from_secs(10));
    for took in [head.await.unwrap().0, mute.await.unwrap(), preface.await.unwrap()] {
        assert!(took > Duration::from_secs(8) && took < Duration::from_secs(14), "{took:?}");
    }
}

/// More connections than there may be are let go; those that are there are answered.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_too_many_is_let_go() {
    let running = start(Server::default().connections(50), Limits::default()).await;
    let address = running.address;
    let held: Vec<TcpStream> =
        tokio::task::spawn_blocking(move || (0..50).map(|_| TcpStream::connect(address).unwrap()).collect()).await.unwrap();
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(told(address, ASKED).await.unwrap(), "");
    let mut one = held.into_iter().next_back().unwrap();
    let answer = tokio::task::spawn_blocking(move || {
        one.write_all(ASKED.as_bytes()).unwrap();
        let mut text = String::new();
        one.read_to_string(&mut text).unwrap();
        text
    });
    assert!(answer.await.unwrap().starts_with("HTTP/1.1 200"));
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(told(address, ASKED).await.unwrap().starts_with("HTTP/1.1 200"), "there is room again");
}

/// Ten thousand come, four hundred at a time: so many are taken, the rest is let go at once, and there is room again when they are gone.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn ten_thousand_connections_are_survived() {
    let running = start(Server::default().connections(200), Limits::default()).await;
    let address = running.address;
    let crowd = tokio::task::spawn_blocking(move || {
        let (mut held, mut gone) = (Vec::new(), 0);
        for _ in 0..25 {
            let wave: Vec<TcpStream> = (0..400).map(|_| TcpStream::connect(address).unwrap()).collect();
            std::thread::sleep(Duration::from_millis(100));
            for mut stream in wave {
                stream.set_nonblocking(true).unwrap();
                // Whoever is let go reads the end.
                match stream.read(&mut [0]) {
                    Err(fault) if fault.kind() == ErrorKind::WouldBlock && held.len() < 200 => held.push(stream),
                    _ => gone += 1,
                }
            }
        }
        (held, gone)
    });
    let (held, gone) = crowd.await.unwrap();
    assert_eq!(held.len() + gone, 10_000);
    assert!(!held.is_empty());
    drop(held);
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert!(told(address, ASKED).await.unwrap().starts_with("HTTP/1.1 200"), "there is room again");
}

/// Who is not one of the proxies is turned away.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn only_the_proxies_that_are_named_come_in() {
    let elsewhere = start(Server::default().proxies(["10.0.0.5".parse().unwrap()].into()), Limits::default()).await;
    assert_eq!(told(elsewhere.address, ASKED).await.unwrap(), "");
    let here = start(Server::default().proxies(["127.0.0.1".parse().unwrap()].into()), Limits::default()).await;
    assert!(told(here.address, ASKED).await.unwrap().starts_with("HTTP/1.1 200"));
}

/// Told to stop, it takes nobody new, and answers what was begun.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_was_begun_is_answered() {
    let mut running = start(Server::default(), Limits::default()).await;
    let address = running.address;
    let (begun, is_begun) = oneshot::channel();
    let slow = tokio::task::spawn_blocking(move || {
        let mut stream = TcpStream::connect(address).unwrap();
        let body = "{\"customer\":\"leiden\",\"service\":\"hrm/payroll\"}";
        let head = format!(
            "POST /v1/decisions HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        stream.write_all(head.as_bytes()).unwrap();
        begun.send(()).unwrap();
        std::thread::sleep(Duration::from_millis(700));
        stream.write_all(body.as_bytes()).unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        text
    });
    is_begun.await.unwrap();
    tokio::time::sleep(Duration::from_millis(200)).await;
    running.stop.take().unwrap().send(()).unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert!(TcpStream::connect(address).is_err(), "nobody new is taken");
    assert!(slow.await.unwrap().contains("\"outcome\":\"granted\""));
    assert!(running.task.await.unwrap(), "all was answered");
}

/// Whoever asks for much and takes none of it is let go.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn who_does_not_take_an_answer_is_let_go() {
    let running = start(Server::default(), Limits::default()).await;
    let address = running.address;
    let answered = tokio::task::spawn_blocking(move || {
        let mut stream = TcpStream::connect(address).unwrap();
        // Asked so often on one connection that nothing between here and there holds all answers.
        let all = "GET /v1/matrix HTTP/1.1\r\nhost: localhost\r\n\r\n".repeat(2_000);
        stream.set_write_timeout(Some(Duration::from_secs(1))).unwrap();
        let _ = stream.write_all(all.as_bytes());
        std::thread::sleep(Duration::from_secs(14));
        let mut taken = Vec::new();
        let _ = stream.read_to_end(&mut taken);
        String::from_utf8_lossy(&taken).matches("HTTP/1.1 200").count()
    });
    let answered = answered.await.unwrap();
    assert!((1..1_000).contains(&answered), "{answered}");
}
