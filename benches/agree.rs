//! What the benches measure is right: verdicts, decisions and batches come to what looking at every rule comes to.

mod ask;

use leidraad::{FactValue, Language, Policy, Question, Sources, Verdict, date};
use leidraad_benches::crowded::{Crowd, crowd};
use leidraad_benches::part::part;
use leidraad_benches::real::{self, real};
use leidraad_benches::register;
use leidraad_benches::world::{LEVELS, generate};

/// Level and deciding rule of a verdict. Which rule decides can be certain where the level is not: a decision that is open gives no reasons.
fn told<'p>(verdict: &Verdict<'p>) -> (Option<&'p str>, Option<&'p str>) {
    (verdict.level_id(), verdict.level_id().and_then(|_| verdict.rule()))
}

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
        assert_eq!(place(decision.level_id()), usize::from(*expected), "{question:?}");
        let told = policy.decide_json(register::line(request).as_bytes(), date(2026, 1, 1)).unwrap();
        assert_eq!(told.question(), decision.question());
        assert_eq!(told.level_id(), decision.level_id());
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
        assert_eq!(place(policy.decide(&question).unwrap().level_id()), expected, "{question:?}");
        seen[expected] += 1;
    }
    assert!(seen.iter().all(|count| *count > 20), "{seen:?}");
}

#[test]
fn every_way_to_an_answer_of_a_register_like_a_real_one() {
    let world = real(12, 36, 2_000, 11);
    let plugins = ask::surge();
    let policy = Policy::loader().plugins(&plugins).load(&Sources::memory(world.files)).unwrap_or_else(|report| panic!("{report}"));
    let (form, batch) = (policy.form(real::FACTS).unwrap(), policy.batch());
    let (mut seen, mut with_options) = ([0; 4], 0);
    for asked in &world.questions {
        let question = ask::real(asked);
        let decision = policy.decide(&question).unwrap();
        let rule = decision
            .answer()
            .reasons()
            .next()
            .filter(|reason| ["grant", "deny", "as_at"].contains(&reason.effect()))
            .map(leidraad::Reason::key);
        let expected = (decision.level_id(), rule);
        let verdict = policy.prepare(&question).unwrap().verdict();
        assert_eq!(told(&verdict), expected, "{question:?}");
        assert_eq!(verdict.outcome(), decision.outcome(), "{question:?}");
        let named = policy.verdict_by_name(&question).unwrap();
        assert_eq!(told(&named), expected, "{question:?}");
        if asked.known.is_none() {
            let filled = form.verdict(&asked.customer, &asked.service, asked.on, &ask::real_told(asked)).unwrap();
            assert_eq!(told(&filled), expected, "{question:?}");
        }
        let json = decision.to_json(Language::En);
        assert_eq!(batch.decide(&question).unwrap().to_json(Language::En), json);
        assert_eq!(policy.decide_json(asked.line().as_bytes(), date(2026, 1, 1)).unwrap().to_json(Language::En), json);
        seen[place(decision.level_id()).min(3)] += 1;
        with_options += usize::from(decision.answer().options().next().is_some());
    }
    assert!(seen.iter().take(2).all(|count| *count > 100) && with_options > 20, "{seen:?}, {with_options} with options");
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

#[test]
fn the_part_of_it_that_other_engines_can_say() {
    let world = real(12, 36, 4_000, 11);
    let (rows, questions) = part(&world);
    let plugins = ask::surge();
    let policy = Policy::loader().plugins(&plugins).load(&Sources::memory(world.files)).unwrap_or_else(|report| panic!("{report}"));
    let mut seen = [0; 4];
    for (question, expected) in questions.iter().map(ask::real).zip(&rows.expect) {
        assert_eq!(policy.verdict_by_name(&question).unwrap().level_index(), Some(*expected), "{question:?}");
        seen[usize::from(*expected)] += 1;
    }
    assert!(seen.iter().all(|count| *count > 20), "{seen:?}");
}
