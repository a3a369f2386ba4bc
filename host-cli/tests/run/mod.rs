//! Runs the command in a pipe or on a terminal, and shows what it printed.

#![allow(dead_code, reason = "each test file uses the part that it needs")]

use std::io::{Read, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::LazyLock;

use portable_pty::{CommandBuilder, PtySize, native_pty_system};

/// The shipped register.
pub(crate) fn rules() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../rules")
}

/// A register with ten mistakes, laid out on disk once.
///
/// Laid over each other elsewhere first: no other test ever reads the base without its mistakes.
fn ten_mistakes() -> &'static std::path::Path {
    static LAID: LazyLock<PathBuf> = LazyLock::new(|| {
        let home = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../snapshots/broken");
        let target = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("ten-mistakes");
        let scratch = tempfile::tempdir().unwrap();
        for folder in ["_base", "ten-mistakes"] {
            copy(&home.join(folder), scratch.path());
        }
        copy(scratch.path(), &target);
        target
    });
    &LAID
}

/// Copies a folder, with all that is in it.
pub(crate) fn copy(from: &std::path::Path, to: &std::path::Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            // Tests run side by side: a file is put in place whole.
            let scratch = tempfile::NamedTempFile::new_in(to.parent().unwrap()).unwrap();
            std::fs::copy(&path, scratch.path()).unwrap();
            scratch.persist(&target).unwrap();
        }
    }
}

/// The words of a command line; quotes hold words together.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for c in line.chars() {
        match c {
            '\'' => quoted = !quoted,
            ' ' if !quoted => words.push(String::new()),
            _ => words.last_mut().unwrap().push(c),
        }
    }
    words.iter().map(|word| if word == "TEN" { ten_mistakes().display().to_string() } else { word.clone() }).collect()
}

/// The command in a pipe, with the shipped register and no locale.
pub(crate) fn leidraad(line: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_leidraad"));
    command.args(words(line)).env_remove("LC_ALL").env_remove("LC_MESSAGES").env_remove("LANG").env_remove("NO_COLOR");
    command.env("LEIDRAAD_REGISTER", rules()).env("XDG_CACHE_HOME", cache()).stdin(Stdio::null());
    command
}

/// Where tests keep what a user keeps in the cache folder, on Linux.
fn cache() -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("cache")
}

/// What a command prints in a pipe: standard output, standard error, exit status.
pub(crate) fn printed(line: &str) -> String {
    let output = leidraad(line).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    let (out, err) = (text(output.stdout), text(output.stderr));
    let err = if err.is_empty() { err } else { format!("(standard error)\n{err}") };
    tidy(&format!("$ leidraad {line}\n{out}{err}(exit {})\n", output.status.code().unwrap()))
}

/// Printed behind what a command printed on a terminal.
const END: &str = "[the end]";

/// What a command prints on a terminal of 80 columns, colours shown as `\e[…m`.
pub(crate) fn on_terminal(line: &str, env: &[(&str, &str)]) -> String {
    on_terminal_with(line, env, "")
}

/// The same, with a key typed each time when the command says which there are.
pub(crate) fn on_terminal_with(line: &str, env: &[(&str, &str)], keys: &str) -> String {
    let each: Vec<String> = keys.chars().map(String::from).collect();
    let turns: Vec<(&str, &str)> = each.iter().map(|key| ("[q]", key.as_str())).collect();
    talk(line, env, &turns)
}

/// What a command prints on a terminal where, each time that a text shows, something is typed.
pub(crate) fn dialogue(line: &str, turns: &[(&str, &str)]) -> String {
    talk(line, &[("LC_ALL", "nl_NL.UTF-8")], turns)
}

fn talk(line: &str, env: &[(&str, &str)], turns: &[(&str, &str)]) -> String {
    let pair = native_pty_system().openpty(PtySize { rows: 200, cols: 80, pixel_width: 0, pixel_height: 0 }).unwrap();
    // A terminal whose last user has gone may lose what was not read yet: the shell stays until the end was seen.
    let mut command = CommandBuilder::new("sh");
    command.args(["-c", &format!("\"$0\" \"$@\"; printf '{END}'; sleep 60"), env!("CARGO_BIN_EXE_leidraad")]);
    command.args(words(line));
    for name in ["LC_ALL", "LC_MESSAGES", "LANG", "NO_COLOR", "CI"] {
        command.env_remove(name);
    }
    command.env("TERM", "xterm-256color");
    command.env("LEIDRAAD_REGISTER", rules());
    command.env("XDG_CACHE_HOME", cache());
    env.iter().for_each(|(name, value)| command.env(name, value));
    let mut child = pair.slave.spawn_command(command).unwrap();
    drop(pair.slave);
    // What waits for something that never shows ends as a failure.
    let mut killer = child.clone_killer();
    std::thread::spawn(move || {
        std::thread::sleep(std::time::Duration::from_mins(1));
        let _ = killer.kill();
    });
    let mut reader = pair.master.try_clone_reader().unwrap();
    let mut writer = pair.master.take_writer().unwrap();
    let mut turns = turns.iter().peekable();
    let mut seen = 0;
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    while !bytes.ends_with(END.as_bytes()) {
        let read = reader.read(&mut buffer).unwrap();
        assert!(read > 0, "the terminal closed before the end");
        bytes.extend_from_slice(&buffer[..read]);
        while let Some((text, keys)) = turns.peek() {
            let Some(at) = bytes[seen..].windows(text.len()).position(|some| some == text.as_bytes()) else { break };
            seen += at + text.len();
            writer.write_all(keys.as_bytes()).unwrap();
            turns.next();
        }
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let text = String::from_utf8(bytes).unwrap().replace(END, "").replace("\r\n", "\n").replace('\u{1b}', "\\e");
    tidy(&format!("$ leidraad {line}\n{text}"))
}

/// Leaves out what differs from one register or machine to the next: digests and the folder of the tests.
fn tidy(text: &str) -> String {
    let mut tidy = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("sha256:") {
        tidy.push_str(&rest[..at]);
        tidy.push_str("sha256:…");
        let after = &rest[at + 7..];
        let digits = after.find(|c: char| !c.is_ascii_hexdigit() && !c.is_whitespace()).unwrap_or(after.len());
        let run = &after[..digits];
        rest = &after[run.trim_end().len()..];
    }
    tidy.push_str(rest);
    tidy.replace(&rules().display().to_string(), "rules")
        .replace(&ten_mistakes().display().to_string(), "TEN")
        .replace(env!("CARGO_PKG_VERSION"), "VERSION")
}

/// A register of its own, with its locked outcomes beside it.
pub(crate) struct Home(pub(crate) tempfile::TempDir);

impl Home {
    pub(crate) fn new() -> Home {
        let home = Home(tempfile::tempdir().unwrap());
        copy(&rules(), &home.rules());
        copy(&rules().join("../snapshots/rules"), &home.snapshots());
        home
    }
    pub(crate) fn rules(&self) -> PathBuf {
        self.0.path().join("rules")
    }
    pub(crate) fn snapshots(&self) -> PathBuf {
        self.0.path().join("snapshots/rules")
    }
    /// What a command prints, and how it ends; places in it made plain.
    pub(crate) fn run(&self, line: &str) -> (String, i32) {
        let output = leidraad(&format!("{line} --register {}", self.rules().display())).output().unwrap();
        let text = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        (text.replace(&self.0.path().display().to_string(), "HOME"), output.status.code().unwrap())
    }
    pub(crate) fn told(&self, line: &str) -> String {
        let (text, status) = self.run(line);
        format!("$ leidraad {line}\n{text}(exit {status})\n\n")
    }
}
