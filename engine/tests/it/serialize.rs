//! Decisions and questions as values of serde's: they are written, and read, as their JSON is.

use leidraad::{Language, Policy, Question, Sources};

#[test]
fn serde_writes_what_json_has() {
    let policy = Policy::load(&Sources::folder("rules")).unwrap();
    for scenario in policy.scenarios() {
        let decision = policy.decide(scenario.question()).unwrap();
        assert_eq!(serde_json::to_string(&decision).unwrap(), decision.to_json(Language::Nl));
        let question = serde_json::to_string(scenario.question()).unwrap();
        let read: Question = serde_json::from_str(&question).unwrap();
        assert_eq!(serde_json::to_string(&read).unwrap(), question);
    }
    for wrong in ["{}", r#"{"customer":"a","service":"b"}"#, r#"{"customer":"a","service":"b","on":"2025-02-30"}"#] {
        assert!(serde_json::from_str::<Question>(wrong).is_err(), "{wrong}");
    }
}
