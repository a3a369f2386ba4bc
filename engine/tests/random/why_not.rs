//! The smallest change that would grant a question is the smallest that brute force finds; the first day is the first.
//!
//! `LEIDRAAD_CASES=1000 cargo test --release --test random why_not -- --nocapture` is the long run.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use crate::generate::{Choices, question, register};
use crate::host::{finish, public, runner, setting, show, sources};
use crate::json::asked;
use crate::naive::{Core, DAYS};
use crate::spec::{Amount, CHANGEABLE, Effect, FACTS, LEVELS, QUANTITY, Question, Spec, USED, date};
use leidraad::{Outcome, Policy};
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;

/// All facts that any rule looks at or counts by, and that questions can give.
fn looked_at(spec: &Spec) -> Vec<usize> {
    let rules = spec.sets.iter().flat_map(|set| &set.versions).flat_map(|version| &version.rules);
    let mut facts = vec![QUANTITY, USED];
    for rule in rules {
        facts.extend(rule.when.iter().flatten().map(|test| test.fact));
        if let Effect::Grant { quota: Some(quota), .. } = &rule.effect
            && let Amount::Fact(fact) = quota.amount
        {
            facts.push(fact);
        }
    }
    facts.retain(|fact| !FACTS[*fact].from_register);
    facts.sort_unstable();
    facts.dedup();
    facts
}

fn is_granted(spec: &Spec, question: &Question, want: usize) -> bool {
    match asked(spec, question).core(question.service, question.on) {
        Core::Settled(answer) => answer.level >= want && answer.lines.iter().all(|(level, ..)| *level >= want),
        Core::Undetermined { .. } => false,
    }
}

/// Every way to change facts or to give missing ones, with the number of changes.
fn changes(spec: &Spec, question: &Question) -> Vec<(usize, Vec<(usize, i64)>)> {
    let mut all: Vec<(usize, Vec<(usize, i64)>)> = vec![(0, question.facts.clone())];
    for fact in looked_at(spec) {
        let given = question.facts.iter().any(|(known, _)| *known == fact);
        if given && !CHANGEABLE.contains(&fact) {
            continue;
        }
        let mut more = Vec::new();
        for (count, facts) in &all {
            for value in 0..=FACTS[fact].max {
                // Asking for nothing is no way to get it.
                if !facts.contains(&(fact, value)) && (fact, value) != (QUANTITY, 0) {
                    let mut facts: Vec<_> = facts.iter().copied().filter(|(known, _)| *known != fact).collect();
                    facts.push((fact, value));
                    more.push((count + 1, facts));
                }
            }
        }
        all.extend(more);
    }
    all
}

#[test]
fn the_smallest_change_is_the_smallest_that_brute_force_finds() {
    let cases = setting("LEIDRAAD_CASES", 60);
    let mut runner = runner(cases);
    let counts: [AtomicUsize; 5] = Default::default();
    let days = AtomicUsize::new(0);
    let bytes = prop::collection::vec(any::<u8>(), 150..500);
    let outcome = runner.run(
        &(bytes, any::<bool>(), 1usize..4, prop::collection::vec(any::<u8>(), 16), 0usize..4),
        |(bytes, calm, facts, asking, want)| {
            let mut spec = register(&mut Choices::new(&bytes), calm, facts);
            // What options would make of other facts is not searched for.
            spec.sets.iter_mut().flat_map(|set| &mut set.versions).for_each(|version| version.options.clear());
            if looked_at(&spec).contains(&10) {
                return Err(TestCaseError::reject("a derived fact follows its source"));
            }
            let Ok(policy) = Policy::load(&sources(&spec)) else { return Err(TestCaseError::reject("does not load")) };
            let question = Question { proposed: false, ..question(&mut Choices::new(&asking), &spec) };
            let asked_for = public(&question);
            let wanted = (want > 0).then(|| LEVELS[want]);
            let settled = policy.decide(&asked_for).unwrap().outcome() != Outcome::Undetermined;
            let found = policy.why_not(&asked_for, wanted).unwrap();
            if is_granted(&spec, &question, want.max(1)) {
                prop_assert!(found.is_none());
                return Err(TestCaseError::reject("nothing to explain"));
            }
            if !settled {
                // What depends on facts that are missing: each suggestion grants, that is all that is promised.
                for suggested in found.iter().flat_map(leidraad::WhyNot::questions) {
                    prop_assert!(
                        policy.why_not(suggested, wanted).unwrap().is_none(),
                        "it does not grant as wished: {suggested:?}\n{}",
                        show(&spec)
                    );
                }
                return Err(TestCaseError::reject("nothing to hold it against"));
            }
            let changes = changes(&spec, &question);
            if changes.len() * asked(&spec, &question).breadth(question.on) > 40_000 {
                return Err(TestCaseError::reject("too many ways to change it"));
            }
            let found = found.unwrap();
            let granted =
                changes.iter().filter(|(_, facts)| is_granted(&spec, &Question { facts: facts.clone(), ..question.clone() }, want.max(1)));
            let fewest = granted.map(|(count, _)| *count).min();
            let story = || format!("\n{}\n{question:?}\nwanted {wanted:?}\n{found:#?}", show(&spec));
            prop_assert_eq!(found.fewest(), fewest, "{}", story());
            prop_assert!(found.is_whole());
            for suggested in found.questions() {
                let again = policy.decide(suggested).unwrap();
                prop_assert!(again.outcome() == Outcome::Granted, "it does not grant{}", story());
                prop_assert!(policy.why_not(suggested, wanted).unwrap().is_none(), "it does not grant as wished{}", story());
            }
            let first =
                (question.on + 1..=*DAYS.end()).find(|on| is_granted(&spec, &Question { on: *on, ..question.clone() }, want.max(1)));
            prop_assert_eq!(found.first_day(), first.map(|on| date(on).parse().unwrap()), "{}", story());
            if fewest.is_none() && asking[15] % 32 != 0 {
                return Err(TestCaseError::reject("enough of those that no change grants"));
            }
            counts[fewest.map_or(0, |fewest| fewest.min(4))].fetch_add(1, Relaxed);
            days.fetch_add(usize::from(first.is_some()), Relaxed);
            Ok(())
        },
    );
    let [none, one, two, three, more] = counts.map(|count| count.load(Relaxed));
    println!(
        "{none} that no change grants, {one} by one fact, {two} by two, {three} by three, {more} by more; {} granted later by themselves",
        days.load(Relaxed)
    );
    finish(outcome);
}
