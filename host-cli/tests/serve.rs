//! `leidraad serve` as a process: what it is told while it runs, and that it stops when it is told to.
#![cfg(unix)]

mod run;

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use run::leidraad;

/// A service that runs, ended with the test.
struct Running {
    process: Child,
    address: String,
    errors: BufReader<std::process::ChildStderr>,
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.process.kill();
    }
}

impl Running {
    fn start(config: &Path) -> Running {
        let line = format!("serve --lang en --listen 127.0.0.1:0 --config {}", config.display());
        let mut process = leidraad(&line).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut told = String::new();
        let mut out = BufReader::new(process.stdout.take().unwrap());
        out.read_line(&mut told).unwrap();
        let address = told.trim_end().trim_end_matches('/').rsplit('/').next().unwrap().to_owned();
        let errors = BufReader::new(process.stderr.take().unwrap());
        process.stdout = Some(out.into_inner());
        Running { process, address, errors }
    }
    fn signal(&self, name: &str) {
        assert!(Command::new("kill").args([&format!("-{name}"), &self.process.id().to_string()]).status().unwrap().success());
    }
    /// What it says is wrong, up to a line with this in it.
    fn said(&mut self, last: &str) -> String {
        let mut text = String::new();
        while !text.contains(last) {
            assert!(self.errors.read_line(&mut text).unwrap() > 0, "it ended: {text}");
        }
        text
    }
    /// The status of an answer to the holder of a key.
    fn answers(&self, key: &str) -> u16 {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        write!(stream, "GET /v1/levels HTTP/1.1\r\nhost: localhost\r\nx-api-key: {key}\r\nconnection: close\r\n\r\n").unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        text.split(' ').nth(1).unwrap().parse().unwrap()
    }
}

/// A key, and the lines that let it in.
fn key(name: &str) -> (String, String) {
    let made = leidraad(&format!("serve key {name} --format json")).output().unwrap().stdout;
    let made: serde_json::Value = serde_json::from_slice(&made).unwrap();
    let (secret, hash) = (made["secret"].as_str().unwrap(), made["key"]["hash"].as_str().unwrap());
    (secret.to_owned(), format!("[[key]]\nname = \"{name}\"\nhash = \"{hash}\"\nscopes = [\"ask\"]\n"))
}

/// What cannot be kept is told at the start, and not missed when it is wanted.
#[test]
fn a_folder_to_keep_in_that_is_none_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    for name in ["kept_in", "archived_in"] {
        let config = folder.path().join("serve.toml");
        fs::write(&config, format!("{name} = {:?}\n", file.display().to_string())).unwrap();
        let ended = leidraad(&format!("serve --listen 127.0.0.1:0 --config {}", config.display())).output().unwrap();
        let said = String::from_utf8(ended.stderr).unwrap();
        assert!(ended.status.code() == Some(2) && said.contains(&file.display().to_string()), "{name}: {said}");
    }
}

#[test]
fn keys_are_replaced_while_it_runs() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("serve.toml");
    let ((first, first_lines), (second, second_lines)) = (key("zaaksysteem"), key("portaal"));
    fs::write(&config, &first_lines).unwrap();
    let mut running = Running::start(&config);
    assert_eq!((running.answers(&first), running.answers(&second)), (200, 401));
    fs::write(&config, format!("poll_seconds = 7\n{second_lines}")).unwrap();
    running.signal("HUP");
    assert!(running.said("keys that open: 1").contains("from the next start"));
    assert_eq!((running.answers(&first), running.answers(&second)), (401, 200));
    for (bad, why) in [
        ("[[key]]\nname = 1\n".to_owned(), "serve.toml:2:8"),
        (second_lines.replace("portaal", "a\tb"), "cannot be called"),
        (format!("{second_lines}{second_lines}"), "two keys"),
    ] {
        fs::write(&config, bad).unwrap();
        running.signal("HUP");
        let said = running.said("open still");
        assert!(said.contains(why), "{said}");
        assert_eq!((running.answers(&first), running.answers(&second)), (401, 200), "{why}");
    }
    // Without keys, nobody comes in: what is asked for at the start is asked for still.
    fs::write(&config, "").unwrap();
    running.signal("HUP");
    running.said("keys that open: 0");
    assert_eq!((running.answers(&first), running.answers(&second)), (401, 401));
    running.signal("TERM");
    assert!(running.process.wait().unwrap().success());
    let mut told = String::new();
    running.process.stdout.take().unwrap().read_to_string(&mut told).unwrap();
    assert!(told.contains("has been answered"), "{told}");
}
