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
        Policy::load_with(&Sources::folder("../rules"), &Plugins::new().described(self.clone())).unwrap()
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
    assert_eq!(kept.texts(), texts);
}

#[test]
fn a_component_that_was_described_falsely_is_at_fault() {
    let kept = Kept::default();
    kept.load();
    kept.each(|text| text.replace("\"level\":false", "\"level\":true"));
    let policy = kept.load();
    let decision = policy.decide(&Question::new("oegstgeest", "ict/workplace", date(2026, 3, 1)).fact("fte", 100)).unwrap();
    let json: serde_json::Value = serde_json::from_str(&decision.to_json(Language::En)).unwrap();
    assert!(decision.is_degraded());
    assert_eq!(json["options"][0]["fault"]["kind"], "bad-output");
    assert_eq!(json["options"][0]["fault"]["message"], "it does not describe itself as it did before");
    // What no option takes part in is answered as ever.
    assert!(!policy.decide(&Question::new("leiden", "hrm/payroll", date(2026, 7, 1))).unwrap().is_degraded());
}
