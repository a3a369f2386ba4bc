//! What components said of themselves is kept by the host: loading then opens none of them, and what is kept grants nothing.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use leidraad::plugin::{Descriptions, Plugins};
use leidraad::{Language, Policy, Question, Sources, date};

/// A host's store that tests can look into, and tamper with.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<BTreeMap<String, String>>>);

impl Descriptions for Kept {
    fn get(&self, name: &str) -> Option<String> {
        self.0.lock().unwrap().get(name).cloned()
    }
    fn put(&self, name: &str, described: &str) {
        self.0.lock().unwrap().insert(name.to_owned(), described.to_owned());
    }
}

impl Kept {
    /// Each process has plugins of its own.
    fn load(&self) -> Policy {
        Policy::loader().plugins(&Plugins::new().described(self.clone())).load(&Sources::folder("rules")).unwrap()
    }
    fn texts(&self) -> Vec<String> {
        self.0.lock().unwrap().values().cloned().collect()
    }
    fn each(&self, change: impl Fn(&str) -> String) {
        self.0.lock().unwrap().values_mut().for_each(|text| *text = change(text));
    }
}

fn workplaces(policy: &Policy) -> String {
    policy.decide(&Question::new("oegstgeest", "ict/workplace", date(2026, 3, 1)).fact("fte", 100)).unwrap().to_json(Language::En)
}

#[test]
fn what_was_kept_answers_as_what_is_opened() {
    let kept = Kept::default();
    let anew = workplaces(&kept.load());
    let texts = kept.texts();
    assert_eq!(texts.len(), 4, "{texts:?}");
    assert_eq!(workplaces(&kept.load()), anew);
    assert!(anew.contains("\"plugin\":\"workplace-growth\"") && anew.contains("\"degraded\":false"), "{anew}");
    assert_eq!(kept.texts(), texts);
}

#[test]
fn what_makes_no_sense_is_asked_anew() {
    let kept = Kept::default();
    let anew = workplaces(&kept.load());
    let texts = kept.texts();
    kept.each(|text| text.chars().take(20).collect());
    assert_eq!(workplaces(&kept.load()), anew);
    kept.each(|text| text.replace("\"version\":\"", "\"version\":\"\\u001b"));
    assert_eq!(workplaces(&kept.load()), anew);
    assert_eq!(kept.texts(), texts);
}

#[test]
fn a_component_that_was_described_falsely_is_at_fault_until_the_next_load() {
    let kept = Kept::default();
    let anew = workplaces(&kept.load());
    kept.each(|text| text.replace("\"level\":false", "\"level\":true"));
    let policy = kept.load();
    let json: serde_json::Value = serde_json::from_str(&workplaces(&policy)).unwrap();
    assert_eq!(json["degraded"], true);
    assert_eq!(json["options"][0]["fault"]["kind"], "bad-output");
    assert_eq!(json["options"][0]["fault"]["message"], "it does not describe itself as it did before");
    // What no option takes part in is answered as ever; and the next load knows better.
    assert!(!policy.decide(&Question::new("leiden", "hrm/payroll", date(2026, 7, 1))).unwrap().is_degraded());
    assert_eq!(workplaces(&kept.load()), anew);
}

/// Knows of everything, also of what cannot be opened.
struct Liar;

impl Descriptions for Liar {
    fn get(&self, _: &str) -> Option<String> {
        let sets = r#"{"level":true,"quota":false,"obligations":false}"#;
        Some(format!(r#"{{"name":"liar","version":"1","summary":"","reads":[],"reads_day":false,"settings":[],"sets":{sets}}}"#))
    }
    fn put(&self, _: &str, _: &str) {}
}

#[test]
fn what_cannot_be_opened_is_at_fault_in_every_call() {
    let broken = "no component at all";
    let digest = Sources::memory([("plugins/own.wasm", broken)]).digest_of("plugins/own.wasm").unwrap().to_owned();
    let option = format!("id = 'own'\nservice = 'legal/advice'\nplugin = {{ file = 'own.wasm', digest = 'sha256:{digest}' }}");
    let sources = Sources::memory([
        ("register.toml", "name = 'Small'\nformat = 1\ntime_zone = 'UTC'\nlanguages = ['en']\nlevel = [{ id = 'standard' }, { id = 'plus' }]\nrank = [{ id = 'law' }]".to_owned()),
        ("customers.toml", "customer.leiden.name = 'Leiden'".to_owned()),
        ("facts.toml", String::new()),
        ("services/legal.toml", "domain.id = 'legal'\nservice.advice.en = 'Legal advice'".to_owned()),
        ("rulesets/law/1/ruleset.toml", "rank = 'law'\ndecided = 2012-01-01\nfrom = 2012-01-01".to_owned()),
        ("rulesets/law/1/rules.toml", "rule = [{ id = 'all', grant = { level = 'standard', up_to = 'plus' } }]".to_owned()),
        ("rulesets/law/1/options.toml", format!("[[option]]\n{option}")),
        ("plugins/own.wasm", broken.to_owned()),
    ]);
    let report = Policy::loader().load(&sources).unwrap_err();
    assert!(report.to_string().contains("option-not-component"), "{report}");
    let policy = Policy::loader().plugins(&Plugins::new().described(Liar)).load(&sources).unwrap();
    for _ in 0..2 {
        let decision = policy.decide(&Question::new("leiden", "legal/advice", date(2026, 1, 1))).unwrap();
        let json: serde_json::Value = serde_json::from_str(&decision.to_json(Language::En)).unwrap();
        assert_eq!((decision.level_id(), &json["degraded"]), (Some("standard"), &true.into()));
        assert_eq!(json["options"][0]["fault"]["message"], "it cannot be opened: it does not begin as WebAssembly does");
    }
}
