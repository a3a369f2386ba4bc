//! The engine and the naive evaluator give the same decision, byte for byte in JSON, on random registers.
//!
//! `LEIDRAAD_CASES=2000 LEIDRAAD_QUESTIONS=50 cargo test --release --test random agree -- --nocapture` is the long run.

#![allow(clippy::struct_excessive_bools, reason = "kinds of conflict that are met are counted one by one")]

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::generate::{Choices, question, register};
use crate::host::{finish, plugins, public, runner, setting, show, sources};
use crate::json::{self, asked};
use crate::naive::{self, DAYS};
use crate::spec::{CUSTOMERS, Question, REQUIRES, Spec, date};
use leidraad::{Code, FactRef, FactValue, Language, Policy, Timeline};
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;

/// More completions than this are too many to go through one by one.
const BREADTH: usize = 1_500;

fn sort(value: &mut serde_json::Value) {
    match value {
        serde_json::Value::Object(map) => {
            for (key, entry) in map.iter_mut() {
                sort(entry);
                if let (true, Some(list)) = (["options", "because", "overruled"].contains(&key.as_str()), entry.as_array_mut()) {
                    list.sort_by_key(ToString::to_string);
                }
            }
        }
        serde_json::Value::Array(list) => list.iter_mut().for_each(sort),
        _ => {}
    }
}

/// The options of several completions may stand in any order.
fn in_any_order(json: &str) -> String {
    let mut value: serde_json::Value = serde_json::from_str(json).unwrap();
    if !json.contains("\"proposal\":") {
        return json.to_owned();
    }
    sort(&mut value);
    value.to_string()
}

#[test]
fn compiled_and_naive_agree() {
    let plugins = plugins();
    let cases = setting("LEIDRAAD_CASES", 150);
    let questions = setting("LEIDRAAD_QUESTIONS", 12);
    let (registers, asked_count, undetermined) = (AtomicUsize::new(0), AtomicUsize::new(0), AtomicUsize::new(0));
    let (tried, loaded) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let mut runner = runner(cases);
    let bytes = prop::collection::vec(any::<u8>(), 150..700);
    let outcome = runner.run(
        &(bytes, any::<bool>(), 0usize..4, prop::collection::vec(any::<u8>(), questions * 16)),
        |(bytes, calm, facts, asking)| {
            let spec = register(&mut Choices::new(&bytes), calm, facts);
            let sources = sources(&spec);
            tried.fetch_add(1, Ordering::Relaxed);
            let Ok(policy) = Policy::loader().plugins(&plugins).load(&sources) else {
                return Err(TestCaseError::reject("does not load"));
            };
            loaded.fetch_add(1, Ordering::Relaxed);
            // Proposals that contradict each other have no one answer to compare.
            let contested = |finding: &leidraad::Diagnostic| {
                [Code::RuleConflict, Code::BoundConflict, Code::PrecedenceCycle, Code::VersionOverlap].contains(&finding.code())
            };
            if policy.warnings().diagnostics().iter().any(contested) {
                return Err(TestCaseError::reject("proposals contradict each other"));
            }
            registers.fetch_add(1, Ordering::Relaxed);
            let mut choices = Choices::new(&asking);
            for _ in 0..questions {
                let question = question(&mut choices, &spec);
                if asked(&spec, &question).breadth(question.on) > BREADTH {
                    continue;
                }
                let expected = json::decision(&spec, &question, policy.digest());
                let public = public(&question);
                let decision = policy.decide(&public).map_err(|error| TestCaseError::fail(error.to_string()))?;
                let found = decision.to_json(Language::En);
                let prepared = policy.prepare(&public).map_err(|error| TestCaseError::fail(error.to_string()))?;
                let verdict = prepared.verdict();
                prop_assert_eq!(
                    (verdict.outcome(), verdict.level_id()),
                    (decision.outcome(), decision.level_id()),
                    "{}\n{:?}",
                    show(&spec),
                    question
                );
                prop_assert!(ways_agree(&policy, &public, verdict, &decision), "{}\n{:?}", show(&spec), question);
                asked_count.fetch_add(1, Ordering::Relaxed);
                undetermined.fetch_add(usize::from(found.contains("\"undetermined\"")), Ordering::Relaxed);
                let (found, expected) = (in_any_order(&found), in_any_order(&expected));
                prop_assert_eq!(&found, &expected, "\n{}\n{:?}", show(&spec), question);
            }
            Ok(())
        },
    );
    println!(
        "{} registers, {} questions, of which {} undetermined",
        registers.load(Ordering::Relaxed),
        asked_count.load(Ordering::Relaxed),
        undetermined.load(Ordering::Relaxed)
    );
    finish(outcome);
    assert!(asked_count.load(Ordering::Relaxed) >= cases * questions / 2, "too few questions were narrow enough to compare");
    let (tried, loaded) = (tried.load(Ordering::Relaxed), loaded.load(Ordering::Relaxed));
    println!("{loaded} of {tried} generated registers load");
    assert!(100 * loaded >= LOADING * tried, "only {loaded} of {tried} generated registers load: what is generated is not what is meant");
}

/// So many of a hundred generated registers load at least, or most of what is meant to be tested is not.
const LOADING: usize = 20;

/// Whether all ways to an answer come to the same: by name, by a form, as a line of JSON and in a batch; and whether the rule of the verdict is
/// one that decided.
fn ways_agree(policy: &Policy, question: &leidraad::Question, verdict: leidraad::Verdict<'_>, decision: &leidraad::Decision<'_>) -> bool {
    let found = (verdict.outcome(), verdict.level_id(), verdict.rule());
    let same = |other: leidraad::Verdict<'_>| (other.outcome(), other.level_id(), other.rule()) == found;
    let reasons: Vec<_> = decision.answer().reasons().collect();
    let decided = verdict
        .rule()
        .is_none_or(|rule| decision.outcome() == leidraad::Outcome::Undetermined || reasons.iter().any(|reason| reason.key() == rule));
    let form = question.known.is_some() || question.proposed || {
        let form = policy.form(question.facts.keys().map(String::as_str)).unwrap();
        let values: Vec<_> = question
            .facts
            .values()
            .map(|value| match value {
                FactValue::Truth(value) => FactRef::Truth(*value),
                FactValue::Number(value) => FactRef::Number(*value),
                FactValue::Day(value) => FactRef::Day(*value),
                FactValue::Text(value) => FactRef::Text(value),
                FactValue::Tags(value) => FactRef::Tags(value),
                other => panic!("{other:?}"),
            })
            .collect();
        same(form.verdict(&question.customer, &question.service, question.on, &values).unwrap())
    };
    let line = serde_json::to_string(question).unwrap();
    let json = decision.to_json(Language::En);
    let batch = policy.batch();
    same(policy.verdict_by_name(question).unwrap())
        && decided
        && form
        && policy.decide_json(line.as_bytes(), question.on).unwrap().to_json(Language::En) == json
        && (0..2).all(|_| batch.decide(question).unwrap().to_json(Language::En) == json)
}

#[test]
fn the_timeline_has_the_answer_of_each_day() {
    let plugins = plugins();
    let mut runner = runner(setting("LEIDRAAD_CASES", 150) / 3);
    let bytes = prop::collection::vec(any::<u8>(), 150..500);
    let outcome = runner.run(&(bytes, any::<bool>(), prop::collection::vec(any::<u8>(), 16)), |(bytes, calm, asking)| {
        let spec = register(&mut Choices::new(&bytes), calm, 2);
        let Ok(policy) = Policy::loader().plugins(&plugins).load(&sources(&spec)) else {
            return Err(TestCaseError::reject("does not load"));
        };
        let question = public(&question(&mut Choices::new(&asking), &spec));
        let timeline: Timeline<'_> = policy.timeline(&question).map_err(|error| TestCaseError::reject(error.to_string()))?;
        for day in DAYS {
            let on = date(day).parse().unwrap();
            let decision = policy.decide(&leidraad::Question { on, ..question.clone() }).unwrap();
            let period = timeline.periods().iter().find(|period| period.days().contains(on)).unwrap();
            prop_assert_eq!(period.outcome(), decision.outcome());
            // The same answer may rest on one thing first, and on another later.
            let (_, answer) = timeline.grounds(period).find(|(days, _)| days.contains(on)).unwrap();
            prop_assert_eq!(reasons(answer), reasons(decision.answer()));
            // What is used counts within a period; a timeline takes it for the same on all days.
            let (holds, days) = (decision.holds(), period.days());
            let within = holds.from >= days.from && holds.until.is_none_or(|until| days.until.is_none_or(|end| until <= end));
            let is_same = holds == days;
            prop_assert!(if question.facts.contains_key("used") { within } else { is_same }, "{:?}", decision.holds());
        }
        Ok(())
    });
    finish(outcome);
}

/// All that an answer says of why.
fn reasons(answer: leidraad::Answer<'_>) -> Vec<String> {
    let because = answer.reasons().map(|reason| reason.key().to_owned());
    let overruled = answer.overruled().map(|lost| format!("{} {} {:?}", lost.key(), lost.what(), lost.by().map(leidraad::Reason::key)));
    let room = answer.room().map(|(lowest, highest)| format!("{}..{}", lowest.id(), highest.id()));
    let parts = answer.parts().flat_map(reasons);
    because.chain(overruled).chain(room).chain(parts).collect()
}

/// What brute force finds: pairs of conflicting rules, bound conflicts, circles.
#[derive(Debug, Default, PartialEq, Eq)]
struct Conflicts {
    rules: bool,
    bounds: bool,
    circle: bool,
    overlap: bool,
    requires: bool,
}

fn brute_force(spec: &Spec) -> Conflicts {
    let mut found = Conflicts::default();
    for set in &spec.sets {
        for (at, one) in set.versions.iter().enumerate() {
            for other in &set.versions[at + 1..] {
                let meet = one.from <= other.until.unwrap_or(i64::MAX) && other.from <= one.until.unwrap_or(i64::MAX);
                found.overlap |= one.decided.is_some() && one.decided == other.decided && meet;
            }
        }
    }
    for (at, one) in spec.values.iter().enumerate() {
        for other in &spec.values[at + 1..] {
            let same = one.customer == other.customer || one.customer.is_none() || other.customer.is_none();
            let meet = one.from <= other.until.unwrap_or(i64::MAX) && other.from <= one.until.unwrap_or(i64::MAX);
            found.overlap |= same && one.decided == other.decided && meet;
        }
    }
    let mut known: Vec<Option<i64>> = spec
        .sets
        .iter()
        .flat_map(|set| set.versions.iter().map(|version| version.decided))
        .chain(spec.values.iter().map(|value| Some(value.decided)))
        .collect();
    known.push(None);
    known.sort_unstable();
    known.dedup();
    for customer in 0..CUSTOMERS.len() {
        for known in &known {
            let question = Question { customer, service: 0, on: 0, known: *known, proposed: false, facts: vec![] };
            let asked = asked(spec, &question);
            for on in -2..18 {
                let completions = asked.completions(on);
                for completion in &completions {
                    for service in 0..4 {
                        look(&asked.matching(service, on, completion), &mut found);
                    }
                }
                let ever = |service: usize| {
                    completions.iter().any(|completion| asked.answer(service, on, completion).levels().iter().any(|level| *level > 0))
                };
                let certain = !found.rules && !found.bounds && !found.circle;
                found.requires |= certain && spec.requires && REQUIRES.iter().any(|(service, required)| ever(*service) && !ever(*required));
            }
        }
    }
    found
}

fn look(matching: &[naive::Placed<'_>], found: &mut Conflicts) {
    use crate::spec::Effect;
    let unbeaten = naive::Asked::unbeaten(matching);
    found.rules |= unbeaten.iter().any(|rule| rule.rule.effect != unbeaten[0].rule.effect);
    let choices: Vec<_> = matching.iter().filter(|rule| !matches!(rule.rule.effect, Effect::Bound { .. })).collect();
    // A circle: taking away, again and again, those that no other beats leaves something.
    let mut rest = choices;
    loop {
        let before = rest.len();
        let kept: Vec<_> = rest.iter().copied().filter(|rule| rest.iter().any(|other| naive::beats(other, rule))).collect();
        rest = kept;
        if rest.len() == before {
            break;
        }
    }
    found.circle |= !rest.is_empty();
    for low in matching {
        for high in matching {
            if let (Effect::Bound { at_least: Some(floor), .. }, Effect::Bound { at_most: Some(ceiling), .. }) =
                (&low.rule.effect, &high.rule.effect)
            {
                found.bounds |= floor > ceiling && low.set.rank == high.set.rank;
            }
        }
    }
}

#[test]
fn conflicts_are_found_exactly() {
    let plugins = plugins();
    let cases = setting("LEIDRAAD_CASES", 150);
    let counts = [const { AtomicUsize::new(0) }; 6];
    let mut runner = runner(cases);
    let bytes = prop::collection::vec(any::<u8>(), 100..500);
    let outcome = runner.run(&(bytes, any::<bool>(), 0usize..3), |(bytes, calm, facts)| {
        let mut spec = register(&mut Choices::new(&bytes), calm, facts);
        // Conflicts are between rules: options choose within what these leave.
        spec.sets.iter_mut().flat_map(|set| &mut set.versions).for_each(|version| version.options.clear());
        let widest = (-2..18)
            .map(|on| asked(&spec, &Question { customer: 0, service: 0, on, known: None, proposed: false, facts: vec![] }).breadth(on))
            .max();
        if widest > Some(40) {
            return Err(TestCaseError::reject("too many completions"));
        }
        let report =
            Policy::loader().plugins(&plugins).load(&sources(&spec)).map_or_else(|report| report, |policy| policy.warnings().clone());
        let has = |code: Code| {
            report.diagnostics().iter().any(|finding| finding.code() == code && finding.severity() == leidraad::Severity::Error)
        };
        let mut found = Conflicts {
            rules: has(Code::RuleConflict),
            bounds: has(Code::BoundConflict),
            circle: has(Code::PrecedenceCycle),
            overlap: has(Code::VersionOverlap) || has(Code::ValueOverlap),
            requires: has(Code::RequiresBroken),
        };
        let mut expected = brute_force(&spec);
        if expected.rules || expected.bounds || expected.circle {
            // Where one question has two answers, it cannot be said what is granted.
            (found.requires, expected.requires) = (false, false);
        }
        for (count, yes) in counts.iter().zip([true, expected.rules, expected.bounds, expected.circle, expected.overlap, expected.requires])
        {
            count.fetch_add(usize::from(yes), Ordering::Relaxed);
        }
        prop_assert_eq!(&found, &expected, "\n{}\n{}", show(&spec), report);
        for finding in report.diagnostics() {
            if finding.severity() == leidraad::Severity::Error
                && finding.code() != Code::VersionOverlap
                && finding.code() != Code::ValueOverlap
            {
                prop_assert!(finding.witness().is_some(), "no witness: {finding}");
            }
        }
        Ok(())
    });
    let [all, rules, bounds, circles, overlaps, requires] = counts.map(AtomicUsize::into_inner);
    println!(
        "{all} registers: {rules} with rule conflicts, {bounds} with bound conflicts, {circles} with circles, {overlaps} with overlaps, {requires} with a broken `requires`"
    );
    finish(outcome);
}
