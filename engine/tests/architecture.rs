//! Values flow one way: a module uses only modules that stand before it in this list. The picture is in ARCHITECTURE.md.

mod structure;

use std::fs;
use std::path::{Path, PathBuf};

use structure::{Structure, circles, sources};

/// Every module of the engine, from the ground up.
const ORDER: [&str; 26] = [
    "parallel",
    "table",
    "text",
    "model",
    "source",
    "diagnostic",
    "script",
    "semantics",
    "error",
    "wire",
    "names",
    "catalogue",
    "load",
    "cover",
    "compile",
    "option",
    "decide",
    "answer",
    "check",
    "compare",
    "explain",
    "scenario",
    "coverage",
    "policy",
    "outcomes",
    "lib",
];

/// Code without its comments: what documentation mentions is no use of it.
fn code(text: &str) -> String {
    text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// The source of the engine.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

#[test]
fn modules_use_only_what_stands_before_them() {
    let rank = |file: &str| {
        let folder = file.split('/').next().unwrap().trim_end_matches(".rs");
        ORDER.iter().position(|known| *known == folder).unwrap_or_else(|| panic!("{folder} has no place in the order"))
    };
    let structure = Structure::of(&root());
    let mut wrong = Vec::new();
    for (file, used) in structure.uses() {
        wrong.extend(used.into_iter().filter(|used| rank(used) > rank(file)).map(|used| format!("{file} uses {used}")));
    }
    assert!(wrong.is_empty(), "against the order:\n{}", wrong.join("\n"));
}

#[test]
fn no_files_use_each_other_in_a_circle() {
    let structure = Structure::of(&root());
    let uses = structure.uses();
    // It sees what it should see.
    for (file, used) in
        [("decide/answer.rs", "cover/region.rs"), ("policy/questions.rs", "decide/decision.rs"), ("load/facts.rs", "load/toml.rs")]
    {
        assert!(uses[file].contains(used), "{file} uses {used}, and that is not seen");
    }
    let circles: Vec<String> = circles(&uses)
        .iter()
        .map(|circle| {
            let line = |file: &&str| {
                let within: Vec<&str> = uses[file].iter().copied().filter(|used| circle.contains(used)).collect();
                format!("  {file} -> {}", within.join(", "))
            };
            circle.iter().map(line).collect::<Vec<_>>().join("\n")
        })
        .collect();
    assert!(circles.is_empty(), "circles:\n{}", circles.join("\n\n"));
}

#[test]
fn only_sources_read_and_nothing_prints() {
    let root = root();
    for path in sources(&root) {
        let text = code(&fs::read_to_string(&path).unwrap());
        let name = path.strip_prefix(&root).unwrap().display().to_string();
        assert!(name.starts_with("source") || !text.contains("std::fs"), "{name} reads files");
        // How alike two names are is never part of an answer; and a format of serde may have no other numbers.
        let text = if name.ends_with("suggest.rs") || name.ends_with("deserialize.rs") { text.replace("f64", "") } else { text };
        // What is only looked up has no order to depend on; walking it is what clippy forbids.
        let text = text.replace("FxHashMap", "").replace("FxHashSet", "");
        for word in ["println!", "eprintln!", "std::env", "std::net", "SystemTime", "Instant", "HashMap", "HashSet", "f64", "f32"] {
            assert!(!text.contains(word), "{name} holds {word}");
        }
    }
}

#[test]
fn every_file_opens_with_a_sentence_and_stays_readable() {
    let root = root();
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

/// What the examples of the documentation say, and what is public: for each its place, what it is, its name, and whether it has an example.
fn documented() -> (String, Vec<(String, &'static str, String, bool)>) {
    let root = root();
    let (mut examples, mut items) = (String::new(), Vec::new());
    for path in sources(&root) {
        let text = fs::read_to_string(&path).unwrap();
        let (mut inside, mut shown) = (false, false);
        for (at, line) in text.lines().map(str::trim).enumerate() {
            match line.strip_prefix("///") {
                Some(doc) if doc.contains("```") => (inside, shown) = (!inside, true),
                Some(doc) if inside => examples.push_str(doc),
                Some(_) => {}
                None if line.starts_with("#[") || line.starts_with("// ") => {}
                None => {
                    let line = line.replace("pub const fn", "pub fn");
                    for what in ["fn", "struct", "enum", "trait"] {
                        let name =
                            line.strip_prefix(&format!("pub {what} ")).map(|rest| rest.split(|c: char| !c.is_alphanumeric() && c != '_'));
                        let place = format!("{}:{}", path.strip_prefix(&root).unwrap().display(), at + 1);
                        items.extend(name.and_then(|mut name| name.next()).map(|name| (place, what, name.to_owned(), shown)));
                    }
                    shown = false;
                }
            }
        }
    }
    (examples, items)
}

/// That nothing is public but what can be reached from outside, the compiler sees (`unreachable_pub`).
#[test]
fn all_that_is_public_is_shown_in_an_example() {
    let (examples, items) = documented();
    assert!(items.len() > 300, "it sees what is public: {}", items.len());
    let in_use = |name: &str| [format!(".{name}("), format!("::{name}("), format!(" {name}(")].iter().any(|call| examples.contains(call));
    let missing = items.iter().filter(|(_, what, name, shown)| !shown && (*what != "fn" || !in_use(name)));
    let missing: Vec<String> = missing.map(|(place, what, name, _)| format!("{place}: {what} {name}")).collect();
    assert!(missing.is_empty(), "without an example:\n{}", missing.join("\n"));
}
