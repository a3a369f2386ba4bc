//! Values flow one way: a module uses only modules that stand before it in this list. The picture is in ARCHITECTURE.md.

use std::fs;
use std::path::{Path, PathBuf};

/// Every module of the engine, from the ground up.
const ORDER: [&str; 21] = [
    "parallel",
    "table",
    "text",
    "model",
    "source",
    "diagnostic",
    "error",
    "wire",
    "load",
    "cover",
    "compile",
    "option",
    "decide",
    "check",
    "compare",
    "explain",
    "scenario",
    "coverage",
    "policy",
    "outcomes",
    "lib",
];

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files.extend(sources(&path)) } else { files.push(path) }
    }
    files.retain(|path| path.extension().is_some_and(|ending| ending == "rs"));
    files.sort();
    files
}

fn module(root: &Path, path: &Path) -> String {
    let below = path.strip_prefix(root).unwrap();
    let first = below.components().next().unwrap().as_os_str().to_str().unwrap();
    first.trim_end_matches(".rs").to_owned()
}

/// Code without its comments: what documentation mentions is no use of it.
fn code(text: &str) -> String {
    text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

#[test]
fn modules_use_only_what_stands_before_them() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let rank = |name: &str| ORDER.iter().position(|known| *known == name);
    let mut wrong = Vec::new();
    for path in sources(&root) {
        let from = module(&root, &path);
        let Some(own) = rank(&from) else { panic!("{from} has no place in the order") };
        for piece in code(&fs::read_to_string(&path).unwrap()).split("crate::").skip(1) {
            let used: String = piece.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            if rank(&used).is_some_and(|other| other > own) {
                wrong.push(format!("{} uses {used}", path.strip_prefix(&root).unwrap().display()));
            }
        }
    }
    wrong.dedup();
    assert!(wrong.is_empty(), "against the order:\n{}", wrong.join("\n"));
}

#[test]
fn only_sources_read_and_nothing_prints() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for path in sources(&root) {
        let text = code(&fs::read_to_string(&path).unwrap());
        let name = path.strip_prefix(&root).unwrap().display().to_string();
        assert!(name.starts_with("source") || !text.contains("std::fs"), "{name} reads files");
        // How alike two names are is never part of an answer.
        let text = if name.ends_with("suggest.rs") { text.replace("f64", "") } else { text };
        // What is only looked up has no order to depend on; walking it is what clippy forbids.
        let text = text.replace("FxHashMap", "").replace("FxHashSet", "");
        for word in ["println!", "eprintln!", "std::env", "std::net", "SystemTime", "Instant", "HashMap", "HashSet", "f64", "f32"] {
            assert!(!text.contains(word), "{name} holds {word}");
        }
    }
}

#[test]
fn every_file_opens_with_a_sentence_and_stays_readable() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let files = sources(&root);
    for path in &files {
        let text = fs::read_to_string(path).unwrap();
        let name = path.strip_prefix(&root).unwrap().display().to_string();
        assert!(text.starts_with("//!") || text.starts_with("#![doc"), "{name} does not say what goes in and what comes out");
        assert!(text.lines().count() <= 450, "{name} has {} lines", text.lines().count());
    }
    let short = files.iter().filter(|path| fs::read_to_string(path).unwrap().lines().count() <= 400).count();
    assert!(short * 10 >= files.len() * 9, "fewer than nine in ten files are short");
}
