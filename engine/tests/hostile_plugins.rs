//! Every plugin of `wasm-plugins/hostile/` is bound and called, while other threads decide about the shipped register at full
//! speed: each fault has its right name, no thread is disturbed, and memory comes back.
//!
//! A file says in its first line what is expected: `finding: CODE` (it does not load), `expect: FAULT` (it faults when called),
//! `expect: overruled`, or `expect: nothing`.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use leidraad::plugin::{Inspection, Plugins};
use leidraad::{Language, Policy, Question, Sources, date};
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

fn home() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../wasm-plugins")
}

/// A plugin with what is expected of it.
struct Hostile {
    name: String,
    file: &'static str,
    bytes: Vec<u8>,
    expected: String,
}

/// The text of a core module with its includes filled in, as a component that exports the contract.
fn component(text: &str) -> Vec<u8> {
    let mut whole = text.to_owned();
    for part in ["memory", "describe"] {
        let included = std::fs::read_to_string(home().join(format!("hostile/_{part}.wat"))).unwrap();
        whole = whole.replace(&format!("  ;;@include {part}\n"), &included);
    }
    let mut module = wat::parse_str(&whole).unwrap_or_else(|fault| panic!("{fault}\n{whole}"));
    if text.contains("(component") || text.contains(";;@core") {
        return module;
    }
    let mut resolve = Resolve::default();
    let (package, _) = resolve.push_path(home().join("wit")).unwrap();
    let world = resolve.select_world(&[package], Some("plugin")).unwrap();
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8, false).unwrap();
    ComponentEncoder::default().module(&module).unwrap().encode().unwrap()
}

fn written() -> Vec<Hostile> {
    let mut all = Vec::new();
    let mut paths: Vec<PathBuf> = std::fs::read_dir(home().join("hostile")).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        if name.starts_with('_') || name == "README" {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let expected = text.lines().next().unwrap().trim_start_matches([';', '/', ' ']).to_owned();
        let script = path.extension().unwrap() == "rhai";
        let bytes = if script { text.clone().into_bytes() } else { component(&text) };
        all.push(Hostile { name, file: if script { "own.rhai" } else { "own.wasm" }, bytes, expected });
    }
    all
}

/// What is no text: damaged, empty, random and giant files.
fn made() -> Vec<Hostile> {
    let fine = std::fs::read(home().join("../rules/plugins/workplace-growth.wasm")).unwrap();
    let random: Vec<u8> = (0..10_000u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24).to_le_bytes()[0]).collect();
    let giant = |body: &str| component(&format!("(module\n  ;;@include memory\n  ;;@include describe\n{body})\n"));
    let decide = r#"(func (export "leidraad:option/contract@1.0.0#decide") (param i32) (result i32)"#;
    let additions = "(drop (i32.add (i32.const 1) (i32.const 2)))".repeat(60_000);
    let functions = |count: usize| {
        (0..count).fold(String::new(), |mut text, n| {
            let _ = writeln!(text, "  (func (param i32) (result i32) (i32.add (local.get 0) (i32.const {n})))");
            text
        })
    };
    let nested = |open: &str, close: &str, depth: usize| format!("{}{}", open.repeat(depth), close.repeat(depth));
    let locals = "(local i64) ".repeat(3_000);
    let wide = format!("(param {0}) (result {0})", "i64 ".repeat(90));
    // Behind a fine plugin: types and components, each within the last.
    let instance_types = [&[0x07, 0xf3, 0x2e, 0x01][..], &[0x42, 0x01, 0x01].repeat(2_000)[..], &[0x42, 0x00]].concat();
    let components = (0..3_000).fold(b"\0asm\x0d\0\x01\0".to_vec(), |inner, _| {
        let (mut whole, mut size) = (b"\0asm\x0d\0\x01\0\x04".to_vec(), inner.len());
        while size >= 0x80 {
            whole.push(u8::try_from(size & 0x7f).unwrap_or(0) | 0x80);
            size >>= 7;
        }
        whole.push(u8::try_from(size).unwrap_or(0));
        [whole, inner].concat()
    });
    let hostile = |name: &str, bytes: Vec<u8>, expected: &str| Hostile {
        name: name.to_owned(),
        file: "own.wasm",
        bytes,
        expected: expected.to_owned(),
    };
    vec![
        hostile("(empty file)", Vec::new(), "finding: option-not-component"),
        hostile("(random bytes)", random.clone(), "finding: option-not-component"),
        hostile("(random bytes behind a true head)", [&b"\0asm\x0d\0\x01\0"[..], &random].concat(), "finding: option-not-component"),
        hostile("(half a component)", fine[..fine.len() / 2].to_vec(), "finding: option-not-component"),
        hostile("(a component with one bit turned)", turned(&fine), "finding: option-digest"),
        hostile("(a function of 300 kB)", giant(&format!("  {decide} {additions} (i32.const 1024))")), "finding: option-refused"),
        hostile("(a component of 5 MB)", [fine, vec![0; 5 << 20]].concat(), "finding: option-refused"),
        hostile("(nine thousand functions)", giant(&format!("{}  {decide} (i32.const 1024))", functions(9_000))), "expect: nothing"),
        hostile(
            "(twenty thousand functions)",
            giant(&format!("{}  {decide} (i32.const 1024))", functions(20_000))),
            "finding: option-refused",
        ),
        hostile(
            "(blocks within blocks)",
            giant(&format!("  {decide} {} (i32.const 1024))", nested("(block ", ")", 2_000))),
            "finding: option-refused",
        ),
        hostile(
            "(loops over three thousand variables)",
            giant(&format!("  {decide} {locals} {} (i32.const 1024))", nested("(loop ", ")", 200))),
            "finding: option-refused",
        ),
        hostile(
            "(blocks of ninety results)",
            giant(&format!("  (type $wide (func {wide}))\n  {decide} (i32.const 1024))")),
            "finding: option-refused",
        ),
        hostile("(types within types)", fine_then(&instance_types), "finding: option-refused"),
        hostile("(components within components)", fine_then(&components[8..]), "finding: option-refused"),
    ]
}

/// A fine plugin with something behind it.
fn fine_then(more: &[u8]) -> Vec<u8> {
    let mut bytes = std::fs::read(home().join("../rules/plugins/access-passes.wasm")).unwrap();
    bytes.extend(more);
    bytes
}

/// The same file with one bit turned: the digest tells.
fn turned(fine: &[u8]) -> Vec<u8> {
    let mut bytes = fine.to_vec();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    bytes
}

/// A register with one option: this plugin, on a service with a room from none to plus.
fn register(hostile: &Hostile, digest: &str) -> Sources {
    let option = format!(
        "[[option]]\nid = 'own'\nservice = 'legal/advice'\nplugin = {{ file = '{}', digest = '{digest}' }}\nlimits = {{ fuel = 1_000_000, memory = '4 MiB' }}\n",
        hostile.file
    );
    let levels: String = ["standard", "plus", "bespoke"].map(|id| format!("[[level]]\nid = '{id}'\n")).concat();
    let head = format!(
        "name = 'Hostile'\nformat = 1\ntime_zone = 'UTC'\nlanguages = ['en']\n{levels}[[rank]]\nid = 'agreement'\n[[unit]]\nid = 'hour'\n"
    );
    Sources::memory([
        ("register.toml", head.into_bytes()),
        ("customers.toml", b"customer.leiden.name = 'Leiden'".to_vec()),
        ("facts.toml", Vec::new()),
        ("services/legal.toml", b"domain.id = 'legal'\nservice.advice = { en = 'Legal advice', unit = 'hour' }".to_vec()),
        ("rulesets/dvo/1/ruleset.toml", b"rank = 'agreement'\ndecided = 2022-12-15\nfrom = 2023-01-01".to_vec()),
        ("rulesets/dvo/1/rules.toml", b"rule = [{ id = 'all', grant = { level = 'standard', up_to = 'plus' } }]".to_vec()),
        ("rulesets/dvo/1/options.toml", option.into_bytes()),
        (if hostile.file == "own.rhai" { "plugins/own.rhai" } else { "plugins/own.wasm" }, hostile.bytes.clone()),
    ])
}

/// What became of a plugin: in one word, and in full.
fn outcome(hostile: &Hostile, plugins: &Plugins) -> (String, String) {
    let mut digest = Inspection::of(hostile.file, &hostile.bytes, plugins).digest;
    if hostile.expected == "finding: option-digest" {
        "sha256:of-the-file-that-was-approved".clone_into(&mut digest);
    }
    let policy = match Policy::loader().plugins(plugins).load(&register(hostile, &digest)) {
        Ok(policy) => policy,
        Err(report) => {
            let finding = &report.diagnostics()[0];
            return (format!("finding: {}", finding.code()), finding.message(leidraad::Language::En).to_owned());
        }
    };
    let question = Question::new("leiden", "legal/advice", date(2026, 1, 1));
    let json = policy.decide(&question).unwrap().to_json(Language::En);
    assert_eq!(json, policy.decide(&question).unwrap().to_json(Language::En), "{}: a second call answers otherwise", hostile.name);
    let decision: serde_json::Value = serde_json::from_str(&json).unwrap();
    let fault = &decision["options"][0]["fault"];
    if let Some(kind) = fault["kind"].as_str() {
        assert_eq!((decision["level"].as_str(), decision["degraded"].as_bool()), (Some("standard"), Some(true)), "{}", hostile.name);
        return (format!("expect: {kind}"), fault["message"].as_str().unwrap_or_default().to_owned());
    }
    assert_eq!(decision["degraded"].as_bool(), Some(false), "{}", hostile.name);
    if let Some(lost) = decision["overruled"].as_array().and_then(|list| list.first()) {
        assert_eq!((lost["what"].as_str(), decision["level"].as_str()), (Some("option"), Some("plus")), "{}", hostile.name);
        return ("expect: overruled".to_owned(), "bespoke became plus".to_owned());
    }
    assert_eq!(decision["level"].as_str(), Some("standard"), "{}", hostile.name);
    ("expect: nothing".to_owned(), "the answer is that of the rules".to_owned())
}

/// The memory of this process, in MiB, where the system tells it.
fn memory() -> Option<usize> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    line.split_whitespace().nth(1)?.parse::<usize>().ok().map(|kib| kib >> 10)
}

#[test]
fn hostile_plugins_are_named_and_disturb_nobody() {
    let plugins = Plugins::new();
    let rules = home().join("../rules");
    let live = Policy::loader().plugins(&plugins).load(&Sources::folder(rules)).unwrap_or_else(|report| panic!("{report}"));
    let questions: Vec<Question> = live.scenarios().map(|scenario| scenario.question().clone()).collect();
    let answers = || questions.iter().map(|question| live.decide(question).unwrap().to_json(Language::En));
    let expected: Vec<String> = answers().collect();
    let hostile: Vec<Hostile> = written().into_iter().chain(made()).collect();
    let (stop, decided, differed) = (AtomicBool::new(false), AtomicUsize::new(0), AtomicUsize::new(0));
    let mut table = String::new();
    let mut wrong = Vec::new();
    let (before, mut between) = (memory(), None);
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                while !stop.load(Ordering::Relaxed) {
                    for (found, expected) in answers().zip(&expected) {
                        decided.fetch_add(1, Ordering::Relaxed);
                        differed.fetch_add(usize::from(found != *expected), Ordering::Relaxed);
                    }
                }
            });
        }
        for hostile in &hostile {
            let (word, message) = outcome(hostile, &plugins);
            let kind = if hostile.file == "own.rhai" { "rhai" } else { "wasm" };
            let message: String = message.chars().take(110).collect();
            let _ = writeln!(table, "{kind}  {:34}  {:30}  {message}", hostile.name, word);
            if word != hostile.expected {
                wrong.push(format!("{}: {word}, not {}", hostile.name, hostile.expected));
            }
        }
        between = memory();
        // Once more, since a fault must leave nothing behind.
        for hostile in &hostile {
            let (word, _) = outcome(hostile, &plugins);
            if word != hostile.expected {
                wrong.push(format!("{}: the second time {word}, not {}", hostile.name, hostile.expected));
            }
        }
        stop.store(true, Ordering::Relaxed);
    });
    let after = memory();
    println!(
        "{table}\n{} hostile plugins; {} decisions beside them, {} differed",
        hostile.len(),
        decided.load(Ordering::Relaxed),
        differed.load(Ordering::Relaxed)
    );
    println!("memory in MiB before, after all, and after all once more: {before:?}, {between:?}, {after:?}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(differed.load(Ordering::Relaxed), 0);
    assert!(
        hostile.iter().filter(|one| one.file == "own.wasm").count() >= 25
            && hostile.iter().filter(|one| one.file == "own.rhai").count() >= 12
    );
    // What the first round leaves is what allocators keep; what the second adds to it would be lost.
    if let (Some(between), Some(after)) = (between, after) {
        assert!(after < between + 64, "memory does not come back: {between} MiB after the first round, {after} MiB after the second");
    }
    insta::assert_snapshot!(table);
}
