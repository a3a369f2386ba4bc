//! A bundle that is followed on a server: a real nginx, and behind it a server that does all that servers should not.
//!
//! It wants `nginx` on the path; where there is none, it says so and asks nothing. `.ci/live` installs it. `LEIDRAAD_CHANGES=500` is the long run.

#![cfg(all(unix, feature = "remote"))]

mod home;

use std::fs::{self, File};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::Receiver;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime};

use leidraad_live::{Event, Live};

use home::{Answering, Home, becomes, bundle, level, rule, turn};

/// A longer answer is none.
const TIMEOUT: Duration = Duration::from_millis(400);

/// An nginx that serves a folder. Where a file named after a fault lies in it, it has that fault.
struct Nginx {
    child: Child,
    home: PathBuf,
    port: u16,
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

impl Nginx {
    fn start(home: &Path, behind: u16) -> Nginx {
        let port = free_port();
        let config = format!(
            "daemon off; pid {home}/nginx.pid; error_log {home}/error.log; worker_processes 1; master_process off;
             events {{ }}
             http {{
                 access_log off; client_body_temp_path {home}/t1; proxy_temp_path {home}/t2; fastcgi_temp_path {home}/t3; uwsgi_temp_path {home}/t4;
                 scgi_temp_path {home}/t5;
                 server {{
                     listen 127.0.0.1:{port};
                     location / {{
                         root {home}/www; etag on;
                         if (-f {home}/fault-500) {{ return 500; }}
                         if (-f {home}/fault-slow) {{ set $limit_rate 40; }}
                         if (-f {home}/fault-behind) {{ proxy_pass http://127.0.0.1:{behind}; }}
                     }}
                 }}
             }}",
            home = home.display()
        );
        fs::create_dir_all(home.join("www")).unwrap();
        fs::write(home.join("nginx.conf"), config).unwrap();
        let child = Nginx::run(home);
        let nginx = Nginx { child, home: home.to_owned(), port };
        nginx.is_up();
        nginx
    }
    fn run(home: &Path) -> Child {
        Command::new("nginx").arg("-c").arg(home.join("nginx.conf")).stderr(Stdio::null()).spawn().unwrap()
    }
    fn is_up(&self) {
        let began = Instant::now();
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            assert!(began.elapsed() < Duration::from_secs(10), "{}", fs::read_to_string(self.home.join("error.log")).unwrap_or_default());
            std::thread::sleep(Duration::from_millis(5));
        }
    }
    fn stop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
    fn again(&mut self) {
        self.child = Nginx::run(&self.home);
        self.is_up();
    }
    fn address(&self) -> String {
        format!("http://127.0.0.1:{}/rules.bundle", self.port)
    }
    fn fault(&self, name: &str, is_there: bool) {
        let path = self.home.join(format!("fault-{name}"));
        if is_there { fs::write(path, "").unwrap() } else { fs::remove_file(path).unwrap() }
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn has_nginx() -> bool {
    let found = Command::new("nginx").arg("-v").stderr(Stdio::null()).status().is_ok();
    if !found {
        println!("no nginx: nothing was asked");
    }
    found
}

/// What the server behind answers, whatever it is asked.
type Answer = Arc<Mutex<Vec<u8>>>;

/// A server that answers with these bytes, and hangs up.
fn behind() -> (u16, Answer) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (port, answer) = (listener.local_addr().unwrap().port(), Answer::default());
    let told = Arc::clone(&answer);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let _ = stream.read(&mut [0; 4096]);
            let bytes = told.lock().unwrap().clone();
            let _ = stream.write_all(&bytes);
        }
    });
    (port, answer)
}

fn http(tag: &str, length: usize, body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 200 OK\r\nConnection: close\r\nETag: {tag}\r\nContent-Length: {length}\r\n\r\n");
    [head.as_bytes(), body].concat()
}

/// Puts a bundle on the server: nginx tells two apart by length and second, so each has a second of its own.
///
/// When it was there.
fn publish(home: &Home, nginx: &Nginx, number: u64, text: &str) -> Instant {
    home.save(text);
    let file = nginx.home.join("www/rules.bundle");
    let scratch = nginx.home.join("scratch");
    bundle(&home.rules(), &scratch, number);
    let modified = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000 + number);
    File::open(&scratch).unwrap().set_modified(modified).unwrap();
    fs::rename(scratch, file).unwrap();
    Instant::now()
}

fn refused(events: &Receiver<Event>) -> String {
    loop {
        match events.recv_timeout(Duration::from_secs(20)).unwrap() {
            Event::Refused { report } => return report.to_string(),
            Event::Restored => {}
            other => panic!("{other:?}"),
        }
    }
}

/// A server that goes away may fail in more than one way on the way.
fn restored(events: &Receiver<Event>) {
    loop {
        match events.recv_timeout(Duration::from_secs(20)).unwrap() {
            Event::Restored => return,
            Event::Refused { .. } => {}
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_server_that_fails_in_every_way_changes_nothing() {
    if !has_nginx() {
        return;
    }
    let home = Home::new();
    let (port, answer) = behind();
    let mut nginx = Nginx::start(&home.path("nginx"), port);
    publish(&home, &nginx, 1, &rule("standard"));
    let follow = || Live::url(nginx.address()).poll(Duration::from_millis(5)).retries(1).timeout(TIMEOUT);
    let live = follow().start().unwrap();
    let events = live.subscribe();
    let whole = fs::read(nginx.home.join("www/rules.bundle")).unwrap();
    let back = restored;
    nginx.fault("500", true);
    assert!(refused(&events).contains("it cannot be fetched"));
    nginx.fault("500", false);
    back(&events);
    fs::rename(nginx.home.join("www/rules.bundle"), nginx.home.join("away")).unwrap();
    assert!(refused(&events).contains("404"));
    fs::rename(nginx.home.join("away"), nginx.home.join("www/rules.bundle")).unwrap();
    back(&events);
    let says = |bytes: Vec<u8>| {
        *answer.lock().unwrap() = bytes;
        nginx.fault("behind", true);
        let told = refused(&events);
        nginx.fault("behind", false);
        back(&events);
        told
    };
    let cut = says(http("\"x1\"", whole.len(), &whole[..whole.len() / 2]));
    assert!(cut.contains("it cannot be fetched") || cut.contains("incomplete"), "{cut}");
    let told = says(http("\"x2\"", 9, b"<html>no!"));
    assert!(told.contains("it is no bundle"), "{told}");
    assert!(says(http("\"x3\"", 0, b"")).contains("it is empty"));
    assert!(says(b"HTTP/1.1 302 Found\r\nConnection: close\r\nLocation: /elsewhere\r\n\r\n".to_vec()).contains("it cannot be fetched"));
    assert!(says(b"no http at all\r\n\r\n".to_vec()).contains("it cannot be fetched"));
    // Another bundle of the same number, and one of the same tag: the first is refused, the second is seen in the end.
    home.save(&rule("plus"));
    bundle(&home.rules(), &home.path("other"), 1);
    let other = fs::read(home.path("other")).unwrap();
    assert!(says(http("\"x4\"", other.len(), &other)).contains("number 1 is in force already, and holds something else"));
    // A new bundle that comes too slowly is none.
    nginx.fault("slow", true);
    publish(&home, &nginx, 2, &rule("plus"));
    assert!(refused(&events).contains("it cannot be fetched"));
    assert_eq!(level(&live), "standard");
    nginx.fault("slow", false);
    becomes(&live, "plus");
    assert!(matches!(events.recv_timeout(Duration::from_secs(20)).unwrap(), Event::InForce { .. }));
    // It is gone for a while, and comes back.
    nginx.stop();
    assert!(refused(&events).contains("it cannot be fetched"));
    let address = nginx.address().replace("127.0.0.1", "someone:s3cret@127.0.0.1") + "?sig=t0ken";
    let told = Live::url(address).retries(0).timeout(TIMEOUT).start().unwrap_err().to_string();
    assert!(!told.contains("s3cret") && !told.contains("t0ken"), "{told}");
    nginx.again();
    publish(&home, &nginx, 3, &rule("standard"));
    becomes(&live, "standard");
    // Whatever the server says of its tag, what it holds is looked at once in a while.
    let tag = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_003);
    let length = fs::metadata(nginx.home.join("www/rules.bundle")).unwrap().len();
    for at in 0.. {
        home.save(&format!("# {}\n{}", "x".repeat(at), rule("plus")));
        bundle(&home.rules(), &home.path("same"), 4);
        if fs::metadata(home.path("same")).unwrap().len() == length || at == 300 {
            break;
        }
    }
    File::open(home.path("same")).unwrap().set_modified(tag).unwrap();
    fs::rename(home.path("same"), nginx.home.join("www/rules.bundle")).unwrap();
    becomes(&live, "plus");
}

/// As `answers_go_on_while_the_register_changes`, by HTTP.
#[test]
fn answers_go_on_while_a_server_changes_and_fails() {
    if !has_nginx() {
        return;
    }
    let changes: u64 = std::env::var("LEIDRAAD_CHANGES").ok().and_then(|text| text.parse().ok()).unwrap_or(40);
    let home = Home::new();
    let (port, answer) = behind();
    let mut nginx = Nginx::start(&home.path("nginx"), port);
    publish(&home, &nginx, 1, &rule("standard"));
    let live = Live::url(nginx.address()).poll(Duration::from_millis(2)).retries(0).timeout(TIMEOUT).start().unwrap();
    let live = Arc::new(live);
    let events = live.subscribe();
    let answering = Answering::begin(&live);
    let (mut live_after, mut bad) = (Vec::new(), 0);
    for at in 0..changes {
        let number = at + 2;
        if at % 10 == 9 {
            bad += 1;
            match at / 10 % 5 {
                0 => {
                    publish(&home, &nginx, number, "bad = \n");
                    assert!(refused(&events).contains("rules.toml"));
                    // What was taken back is a bundle of its own, with a higher number.
                    publish(&home, &nginx, number, &format!("# back {at}\n{}", rule("plus")));
                    let Event::InForce { digest, .. } = events.recv_timeout(Duration::from_secs(20)).unwrap() else {
                        panic!("it is not in force")
                    };
                    answering.knows(digest, "plus");
                    continue;
                }
                1 => nginx.fault("500", true),
                2 => {
                    *answer.lock().unwrap() = http("\"cut\"", 100_000, b"cut off");
                    nginx.fault("behind", true);
                }
                3 => {
                    *answer.lock().unwrap() = http("\"wrong\"", 5, b"wrong");
                    nginx.fault("behind", true);
                }
                _ => nginx.stop(),
            }
            refused(&events);
            match at / 10 % 5 {
                1 => nginx.fault("500", false),
                2 | 3 => nginx.fault("behind", false),
                _ => nginx.again(),
            }
            restored(&events);
            continue;
        }
        let level = turn(at);
        let began = publish(&home, &nginx, number, &format!("# {at}\n{}", rule(level)));
        match events.recv_timeout(Duration::from_secs(20)).unwrap() {
            Event::InForce { digest, .. } => {
                live_after.push(began.elapsed());
                answering.knows(digest, level);
            }
            other => panic!("{at}: {other:?}"),
        }
    }
    println!("{changes} changes, {bad} bad; {}", answering.end(live_after));
}

/// An object store: moto, or whatever stands at `AWS_ENDPOINT`. `.ci/live` starts one.
#[test]
fn a_bundle_in_an_object_store_is_followed() {
    let Some(endpoint) = std::env::var("AWS_ENDPOINT").ok() else {
        println!("no AWS_ENDPOINT: nothing was asked");
        return;
    };
    let server = endpoint.trim_start_matches("http://").trim_end_matches('/').to_owned();
    let put = |path: &str, body: &[u8]| {
        let mut stream = TcpStream::connect(&server).unwrap();
        // Moto looks who asks, and not whether it is true.
        let who = "AWS4-HMAC-SHA256 Credential=x/20260701/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=x";
        let head = format!(
            "PUT /{path} HTTP/1.1\r\nHost: {server}\r\nConnection: close\r\nAuthorization: {who}\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        stream.write_all(&[head.as_bytes(), body].concat()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    };
    let home = Home::new();
    let publish = |number: u64, text: &str| {
        home.save(text);
        bundle(&home.rules(), &home.path("rules.bundle"), number);
        put("leidraad/rules.bundle", &fs::read(home.path("rules.bundle")).unwrap());
    };
    put("leidraad", b"");
    publish(1, &rule("standard"));
    let live = Arc::new(Live::url("s3://leidraad/rules.bundle").poll(Duration::from_millis(20)).start().unwrap());
    let events = live.subscribe();
    let answering = Answering::begin(&live);
    let mut live_after = Vec::new();
    for at in 0..20 {
        if at % 10 == 9 {
            put("leidraad/rules.bundle", b"no bundle");
            assert!(refused(&events).contains("it is no bundle"));
            continue;
        }
        let level = turn(at);
        let began = Instant::now();
        publish(at + 2, &format!("# {at}\n{}", rule(level)));
        match events.recv_timeout(Duration::from_secs(20)).unwrap() {
            Event::InForce { digest, .. } => {
                live_after.push(began.elapsed());
                answering.knows(digest, level);
            }
            other => panic!("{at}: {other:?}"),
        }
    }
    println!("20 changes, 2 bad; {}", answering.end(live_after));
}
