//! What the benches measure is right: verdicts, decisions and batches come to what looking at every rule comes to.

mod ask;

use leidraad::{FactValue, Policy, Question, Sources, date};
use leidraad_benches::crowded::{Crowd, crowd};
use leidraad_benches::register;
use leidraad_benches::world::{LEVELS, generate};

fn place(level: Option<&str>) -> usize {
    LEVELS.iter().position(|known| Some(*known) == level).unwrap_or(0)
}

fn agrees(rules: usize, small: bool) {
    let world = generate(rules, small, 2_000, 7);
    let policy = Policy::load(&Sources::memory(register::files(&world))).unwrap_or_else(|report| panic!("{report}"));
    let form = policy.form(ask::TOLD).unwrap();
    for (request, expected) in world.reqs.iter().zip(&world.expect) {
        let question = ask::question(request);
        let prepared = policy.prepare(&question).unwrap();
        assert_eq!(prepared.verdict().level_index(), Some(*expected), "{question:?}");
        assert_eq!(policy.verdict_by_name(&question).unwrap().level_index(), Some(*expected), "{question:?}");
        let filled = form.verdict(&question.customer, &question.service, question.on, &ask::told(request)).unwrap();
        assert_eq!(filled.level_index(), Some(*expected), "{question:?}");
        let decision = policy.decide(&question).unwrap();
        assert_eq!(place(decision.level()), usize::from(*expected), "{question:?}");
        let told = policy.decide_json(register::line(request).as_bytes(), date(2026, 1, 1)).unwrap();
        assert_eq!(told.question(), decision.question());
        assert_eq!(told.level(), decision.level());
    }
}

#[test]
fn few_rules_a_cell() {
    agrees(10, true);
    agrees(1_000, true);
}

#[test]
fn many_rules_a_cell() {
    agrees(4_000, true);
}

#[test]
fn a_crowded_cell() {
    let Crowd { files, questions } = crowd(1_500, 1_000, 3);
    let policy = Policy::load(&Sources::memory(files)).unwrap_or_else(|report| panic!("{report}"));
    let mut seen = [0; 4];
    for (values, expected) in questions {
        let question = ask::crowded(&values);
        let prepared = policy.prepare(&question).unwrap();
        assert_eq!(prepared.verdict().level_index().map(usize::from), Some(expected), "{question:?}");
        assert_eq!(place(policy.decide(&question).unwrap().level()), expected, "{question:?}");
        seen[expected] += 1;
    }
    assert!(seen.iter().all(|count| *count > 20), "{seen:?}");
}

#[test]
fn what_is_written_otherwise_is_read_the_longer_way() {
    let world = generate(10, true, 10, 7);
    let policy = Policy::load(&Sources::memory(register::files(&world))).unwrap();
    let today = date(2026, 1, 1);
    let plain =
        policy.decide_json(br#"{"customer":"gm0001","service":"s/svc-0001","facts":{"channel":"web","quantity":2.0}}"#, today).unwrap();
    let other =
        br#"  {"service":"s/svc\u002d0001", "facts":{"quantity":2e0,"CHANNEL":"w\u0065b"},"customer":"Municipality 1","on":"2026-01-01"} "#;
    assert_eq!(policy.decide_json(other, today).unwrap().question(), plain.question());
    let question = Question::new("gm0001", "svc-0001", today).fact("channel", "web").fact("quantity", FactValue::from(2));
    assert_eq!(policy.prepare(&question).unwrap().question(), plain.question());
    for bad in [
        &b"[]"[..],
        b"",
        b"{",
        br#"{"customer":"x","customer":"y"}"#,
        b"\xff{}",
        br#"{"customer":"gm0001","service":"s/svc-0001","facts":{"quantity":1,"quantity":1}}"#,
    ] {
        assert!(policy.decide_json(bad, today).is_err(), "{}", String::from_utf8_lossy(bad));
    }
}
