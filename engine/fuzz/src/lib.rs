//! Bytes in; nothing out, unless something is wrong: then a panic. One function for each door by which something comes from outside.
//!
//! `cargo fuzz run register` looks for such bytes. `.ci/fuzz` runs each target for a while, from seeds that it makes of the shipped register and
//! of the broken ones. What was found lies in `found/`, and
//! each run begins with it.

use std::sync::LazyLock;

use jiff::Timestamp;
use leidraad::plugin::{Choices, Description, Input, Plugins, Proposal, ProposedQuota, Reply};
use leidraad::{Language, Policy, Question, Sources, date};
use leidraad_bundle::{Bundle, NewKey, Parcel, SecretKey, Trust, pack};
use leidraad_log::{Log, Settings, verify};

const HEAD: &str = "name = 'Tiny'\nformat = 1\ntime_zone = 'Europe/Amsterdam'\nlanguages = ['nl', 'en']\n\
    level = [{ id = 'standard', nl = 's', en = 's' }, { id = 'plus', nl = 'p', en = 'p' }]\nrank = [{ id = 'dvo', nl = 'd', en = 'd' }]\n\
    unit = [{ id = 'hour', nl = 'uur', en = 'hour' }]\n\
    obligation = [{ id = 'ask', nl = 'vraag', en = 'ask' }]\n";
const FACTS: &str = "fact.n = { type = 'number' }\nfact.w = { type = 'whole', min = -5, max = 500 }\nfact.t = { type = 'truth' }\n\
    fact.d = { type = 'day' }\nfact.k = { type = 'text', values = ['a', 'b', 'c'] }\nfact.s = { type = 'text' }\nfact.g = { type = 'tags', values = ['x', 'y'] }\n";
const RULES: &str = "rule = [{ id = 'all', grant = { level = 'standard', quota = { amount = 10, unit = 'hour', per = 'year' } } }]\n";

/// A small register, with a file in place of another.
fn register_with(path: &str, text: &str) -> Sources {
    Sources::memory([
        ("register.toml", HEAD),
        ("customers.toml", "customer.leiden.name = 'Leiden'\ncustomer.oegstgeest.name = 'Oegstgeest'\n"),
        ("facts.toml", FACTS),
        ("services/legal.toml", "domain = { id = 'legal', nl = 'l', en = 'l' }\nservice.advice = { nl = 'a', en = 'a', unit = 'hour' }\nservice.court.en = 'c'\n"),
        ("rulesets/dvo/1/ruleset.toml", "rank = 'dvo'\ndecided = 2022-12-15\nfrom = 2023-01-01\n"),
        ("rulesets/dvo/1/rules.toml", RULES),
    ])
    .with(path, text)
}

fn question() -> Question {
    Question::new("leiden", "legal/advice", date(2026, 7, 1))
}

/// Whatever the sources are, they are told about in both languages, twice the same; and what loads answers.
fn looked_at(sources: &Sources) {
    let report = Policy::loader().check(sources);
    for finding in report.diagnostics() {
        assert!(!finding.message(Language::Nl).is_empty() && !finding.message(Language::En).is_empty());
        // A line of a report is one line.
        assert!(!finding.message(Language::En).contains('\n'), "{finding:?}");
    }
    assert_eq!(report.to_string(), Policy::loader().check(sources).to_string(), "the same register is told about otherwise");
    if let Ok(policy) = Policy::load(sources) {
        let asked = question().fact("n", 3).fact("w", 3).fact("t", true).fact("k", "a");
        for question in [question(), asked] {
            if let Ok(decision) = policy.decide(&question) {
                let json = decision.to_json(Language::Nl);
                assert_eq!(json, policy.decide(&question).map(|again| again.to_json(Language::Nl)).unwrap_or_default());
                drop(policy.why_not(&question, None));
            }
        }
    }
}

/// A register: files one after the other, each behind a line `== path`.
pub fn register(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let mut files: Vec<(String, String)> = Vec::new();
    for line in text.split_inclusive('\n') {
        match (line.strip_prefix("== "), files.last_mut()) {
            (Some(path), _) if files_are_few(&text) => files.push((path.trim().to_owned(), String::new())),
            (_, Some((_, content))) => content.push_str(line),
            _ => {}
        }
    }
    looked_at(&Sources::memory(files.into_iter().map(|(path, content)| (path, content.into_bytes()))));
}

/// A register of thousands of files is slow, and nothing else.
fn files_are_few(text: &str) -> bool {
    text.len() < 1 << 16
}

/// What a TOML text can hold between its quotes.
fn quoted(text: &str) -> Option<String> {
    (text.len() < 2_000 && !text.contains("'''") && !text.ends_with('\'')).then(|| format!("'''{text}'''"))
}

/// The test of a fact in a `when`, of each type.
pub fn unary(bytes: &[u8]) {
    let Some(test) = quoted(&String::from_utf8_lossy(bytes)) else { return };
    for fact in ["n", "w", "t", "d", "k", "s", "g"] {
        let rules = format!("[[rule]]\nid = 'a'\nwhen = {{ {fact} = {test} }}\ngrant = {{ level = 'standard' }}\n");
        looked_at(&register_with("rulesets/dvo/1/rules.toml", &rules));
    }
}

/// The expression of a derived fact.
pub fn derived(bytes: &[u8]) {
    let Some(expression) = quoted(&String::from_utf8_lossy(bytes)) else { return };
    looked_at(&register_with("facts.toml", &format!("{FACTS}\n[fact.more]\ntype = 'number'\nderive = {expression}\n")));
}

/// A matrix.
pub fn matrix(bytes: &[u8]) {
    if bytes.len() < 1 << 14 {
        looked_at(&register_with("rulesets/dvo/1/matrix.csv", &String::from_utf8_lossy(bytes)));
    }
}

/// What is read has to be what would be packed.
fn read(file: &[u8]) {
    if let Ok(bundle) = Bundle::read(file) {
        let manifest = bundle.manifest();
        assert_eq!(bundle.sources().digest(), manifest.digest);
        let again = pack(bundle.sources(), &manifest.name, manifest.sequence);
        if let Ok(again) = again {
            assert_eq!(Bundle::read(&again).unwrap().manifest(), manifest);
        }
    }
}

/// A bundle as it is, and the archive inside one.
pub fn bundle(bytes: &[u8]) {
    read(bytes);
    if let Ok(file) = zstd::encode_all(bytes, 1) {
        read(&file);
    }
}

/// The manifest of a bundle.
pub fn manifest(bytes: &[u8]) {
    let mut archive = tar::Builder::new(Vec::new());
    for (path, content) in [("manifest.json", bytes), ("a.md", b"one"), ("register.toml", HEAD.as_bytes())] {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        archive.append_data(&mut header, path, content).unwrap();
    }
    read(&zstd::encode_all(&archive.into_inner().unwrap()[..], 1).unwrap());
}

static SIGNED: LazyLock<(Trust, Vec<u8>, String)> = LazyLock::new(|| {
    let key = SecretKey::read(&NewKey::make(None).unwrap().secret, None).unwrap();
    let file = pack(&register_with("a.md", "x"), "Tiny", 1).unwrap();
    let trust = Trust::read(&format!("need = 1\n[signer.a]\nkey = [{{ public = '{}' }}]", key.public())).unwrap();
    let signature = key.sign(&file, "x").unwrap();
    (trust, file, signature)
});

/// A signature: nobody has the key, so nothing but the one that was made is good. Its first bytes are laid over that one, too.
pub fn signature(bytes: &[u8]) {
    let (trust, file, good) = &*SIGNED;
    let text = String::from_utf8_lossy(bytes).into_owned();
    let accepted = |signature: String| trust.accept(&Parcel::new(&**file, [signature]), date(2026, 7, 1), None).is_ok();
    assert!(!accepted(text), "somebody signed it");
    if let [at, with, ..] = bytes {
        let mut laid = good.clone().into_bytes();
        let at = usize::from(*at) % laid.len();
        laid[at] = *with;
        // The first line, nobody signs.
        let first = good.find('\n').unwrap_or_default();
        let laid = String::from_utf8_lossy(&laid).into_owned();
        assert!(laid.trim_end() == good.trim_end() || at <= first || !accepted(laid.clone()), "another signature is good: {laid:?}");
    }
}

/// The setting of whose signatures are wanted, and a secret key.
pub fn trust(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    if let Ok(trust) = Trust::read(&text) {
        drop(trust.accept(&Parcel::new(&*SIGNED.1, [SIGNED.2.clone()]), date(2026, 7, 1), None));
    }
    // Without a password, none is asked for.
    drop(SecretKey::read(&text, None));
}

/// A segment of a log: what is wrong with it is told; and what can be written on is whole.
pub fn log(bytes: &[u8]) {
    let folder = tempfile::tempdir().unwrap();
    let first = folder.path().join("0000000000000001.ndjson");
    std::fs::write(&first, bytes).unwrap();
    let before = verify(folder.path(), None).unwrap();
    drop(leidraad_log::replay(folder.path(), &|_| None, &mut |_, _, _, _| (), &|_| ()));
    if let Ok(log) = Log::open(folder.path(), Settings::default(), Timestamp::UNIX_EPOCH) {
        drop(log);
        let after = verify(folder.path(), None).unwrap();
        assert!(after.problems.is_empty(), "it was written on: {:?}", after.problems);
        assert!(after.receipts == before.receipts || !before.problems.is_empty());
    }
}

/// What a guest says: it never gets more than its room, whatever it is.
pub fn guest(bytes: &[u8]) {
    let text = |at: usize| bytes.get(at..at + 8).map(|part| String::from_utf8_lossy(part).trim_end_matches('\0').to_owned());
    let level = match bytes.first() {
        Some(0..100) => text(1),
        Some(100..150) => Some("plus".to_owned()),
        Some(150..200) => Some("standard".to_owned()),
        _ => None,
    };
    let amount = bytes.get(9..13).and_then(|part| Some(i32::from_le_bytes(part.try_into().ok()?)));
    let quota = amount.map(|amount| ProposedQuota {
        amount: amount.into(),
        unit: if amount % 3 == 0 { text(13).unwrap_or_default() } else { "hour".to_owned() },
        per: if amount % 5 == 0 { text(21).unwrap_or_default() } else { "year".to_owned() },
    });
    let proposal =
        Proposal { level, quota, obligations: text(29).into_iter().collect(), note_nl: text(37), note_en: text(45), stands: None };
    let reply = match bytes.last() {
        Some(0..10) => Reply::Invalid(text(0).unwrap_or_default()),
        Some(10..20) => Reply::Needs(text(0).into_iter().chain(["w".to_owned()]).collect(), None),
        _ => Reply::Proposal(proposal),
    };
    let sets = Choices { level: true, quota: true, obligations: true };
    let description = Description { name: "own".into(), version: "1".into(), reads: vec!["w".into()], sets, ..Description::default() };
    let plugins = Plugins::new().native("own", description, move |_: &Input<'_>| reply.clone());
    let rules = format!("{RULES}option = [{{ id = 'own', plugin = {{ native = 'own' }} }}]\n");
    let Ok(policy) = Policy::loader().plugins(&plugins).load(&register_with("rulesets/dvo/1/rules.toml", &rules)) else { return };
    for question in [question(), question().fact("w", 3).fact("quantity", 20)] {
        if let Ok(decision) = policy.decide(&question) {
            // Nothing opens the room above what the rules grant: it never gets `plus`.
            assert_ne!(decision.level_id(), Some("plus"));
            drop(decision.to_json(Language::En));
        }
    }
}

static POLICY: LazyLock<Policy> = LazyLock::new(|| Policy::load(&register_with("a.md", "")).unwrap());

/// A line of a batch: read by the short way and by the long one, it is the same question.
pub fn batch(bytes: &[u8]) {
    let today = date(2026, 7, 1);
    let short = POLICY.decide_json(bytes, today);
    let long = Question::from_line(bytes, today).and_then(|question| POLICY.decide(&question));
    match (short, long) {
        (Ok(short), Ok(long)) => assert_eq!(short.to_json(Language::En), long.to_json(Language::En)),
        (Err(short), Err(long)) => assert_eq!(short.message(Language::En), long.message(Language::En)),
        (short, long) => panic!(
            "one way answers, and the other does not: {:?} {:?}",
            short.map(|it| it.to_json(Language::En)),
            long.map(|it| it.to_json(Language::En))
        ),
    }
}
