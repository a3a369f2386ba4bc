//! Many questions at once: the answers are those of each alone, and the same call of an option is made once.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use jiff::ToSpan;
use leidraad::catalogue::Span;
use leidraad::plugin::{Choices, Description, Input, Plugins, Proposal, ProposedQuota, Reply};
use leidraad::{Date, Decimal, Decision, FactValue, Language, Policy, Prepared, Question, Sources, date};

/// A register with one option, which reads a fact, and perhaps the day.
fn register() -> Sources {
    let head = "name = 'Small'\nformat = 1\ntime_zone = 'UTC'\nlanguages = ['en']\nlevel = [{ id = 'standard' }, { id = 'plus' }]\nrank = [{ id = 'agreement' }]";
    Sources::memory([
        ("register.toml", head),
        ("customers.toml", "[customer.leiden]\nname = 'Leiden'\n[customer.oegstgeest]\nname = 'Oegstgeest'"),
        ("facts.toml", "[fact.fte]\ntype = 'number'\n[fact.channel]\ntype = 'text'"),
        ("services/ict.toml", "domain.id = 'ict'\nservice.workplace = { en = 'Workplace', unit = 'workplace' }"),
        ("rulesets/dvo/1/ruleset.toml", "rank = 'agreement'\ndecided = 2022-12-15\nfrom = 2023-01-01"),
        ("rulesets/dvo/1/rules.toml", "rule = [{ id = 'all', grant = { level = 'standard', up_to = 'plus' } }]"),
        ("rulesets/dvo/1/options.toml", "option = [{ id = 'own', plugin = { native = 'own' } }]"),
    ])
}

/// A policy whose option answers like this; how often it was called is counted.
fn policy(reads_day: bool, answer: impl Fn(usize, &Input<'_>) -> Reply + Send + Sync + 'static) -> (Policy, Arc<AtomicUsize>) {
    let sets = Choices { level: true, quota: true, obligations: false };
    let description =
        Description { name: "own".into(), version: "1".into(), reads: vec!["fte".into()], reads_day, sets, ..Description::default() };
    let count = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&count);
    let own = move |input: &Input<'_>| answer(counted.fetch_add(1, Ordering::Relaxed), input);
    let policy = Policy::loader().plugins(&Plugins::new().native("own", description, own)).load(&register()).unwrap();
    (policy, count)
}

/// As many workplaces as there are FTE.
fn by_fte(_: usize, input: &Input<'_>) -> Reply {
    let Some(FactValue::Number(amount)) = input.query.fact("fte").cloned() else { return Reply::Needs(vec!["fte".into()], None) };
    let quota = ProposedQuota { amount, unit: "workplace".into(), per: "term".into() };
    Reply::Proposal(Proposal { quota: Some(quota), ..Proposal::default() })
}

fn question(fte: i64) -> Question {
    Question::new("leiden", "ict/workplace", date(2026, 3, 1)).fact("fte", fte)
}

fn on(day: Date) -> Question {
    Question { on: day, ..question(1) }
}

fn on_days(level: &str, from: Date, until: Date) -> Reply {
    Reply::Proposal(Proposal {
        level: Some(level.into()),
        stands: Some(Span { from: Some(from), until: Some(until) }),
        ..Proposal::default()
    })
}

/// A batch has the answers of each question alone.
fn same(policy: &Policy, questions: &[Question]) {
    let batch = policy.batch();
    for question in questions {
        let json = |decision: Decision<'_>| decision.to_json(Language::En);
        assert_eq!(json(batch.decide(question).unwrap()), json(policy.decide(question).unwrap()));
    }
}

#[test]
fn what_an_option_was_told_before_it_is_not_told_again() {
    let (policy, count) = policy(false, by_fte);
    let calls = |questions: &[Question]| {
        let before = count.load(Ordering::Relaxed);
        let batch = policy.batch();
        for question in questions {
            let alone = policy.decide(question).unwrap().to_json(Language::En);
            count.fetch_sub(1, Ordering::Relaxed);
            assert_eq!(batch.decide(question).unwrap().to_json(Language::En), alone);
        }
        count.load(Ordering::Relaxed) - before
    };
    let later = Question { on: date(2026, 8, 1), ..question(1) };
    assert_eq!(calls(&[question(1), later, question(1).fact("channel", "desk")]), 1, "a day and a fact that it does not read");
    assert_eq!(calls(&[question(1), question(2), question(1)]), 2, "another fact");
    assert_eq!(calls(&[question(1), Question { customer: "oegstgeest".into(), ..question(1) }]), 2, "another customer");
}

/// That it stands on other days, too, is no answer about these: what it is told differs.
#[test]
fn an_option_that_reads_the_day_is_called_for_each_day() {
    let march = |_, input: &Input<'_>| {
        let on = input.query.on.unwrap();
        let (level, from, until) = if on.month() == 3 { ("plus", date(2026, 3, 1), date(2026, 3, 31)) } else { ("standard", on, on) };
        on_days(level, from, until)
    };
    let (policy, count) = policy(true, march);
    let batch = policy.batch();
    let ask = |month, day| {
        let before = count.load(Ordering::Relaxed);
        batch.decide(&on(date(2026, month, day))).unwrap();
        count.load(Ordering::Relaxed) - before
    };
    assert_eq!(ask(3, 1), 3, "itself, and a day on each side of March");
    assert_eq!((ask(3, 2), ask(3, 2)), (1, 0));
    assert!(ask(4, 1) > 1, "every day is asked about");
    assert_eq!((ask(4, 2), ask(4, 1)), (1, 0), "one day further is looked at than before");
}

/// From when to when an answer stands does not depend on what else was asked.
#[test]
fn answers_that_stand_on_overlapping_days_are_those_of_each_question_alone() {
    let (policy, _) = policy(true, |_, input| {
        let on = input.query.on.unwrap();
        on_days("plus", on, on.saturating_add(30.days()))
    });
    same(&policy, &[on(date(2026, 3, 15)), on(date(2026, 4, 1)), on(date(2026, 3, 20))]);
}

/// An option that failed on one day says nothing of others.
#[test]
fn a_failure_on_a_later_day_does_not_hide_an_earlier_one() {
    let (policy, _) = policy(true, |_, input| match input.query.on.unwrap().day() {
        1 => on_days("plus", date(2026, 3, 1), date(2026, 3, 1)),
        2 => on_days("standard", date(2026, 3, 2), date(2026, 3, 2)),
        _ => Reply::Invalid("never".into()),
    });
    let second = on(date(2026, 3, 2));
    assert_eq!(policy.decide(&second).unwrap().holds().from, Some(date(2026, 3, 2)));
    same(&policy, &[on(date(2026, 3, 1)), second, on(date(2026, 3, 3))]);
}

/// A call that took too long, say: the next question may have more luck.
#[test]
fn what_failed_is_tried_again() {
    let (policy, _) = policy(false, |times, input| if times == 0 { Reply::Invalid("not now".into()) } else { by_fte(times, input) });
    let batch = policy.batch();
    let degraded: Vec<bool> = (0..3).map(|_| batch.decide(&question(1)).unwrap().is_degraded()).collect();
    assert_eq!(degraded, [true, false, false]);
}

#[test]
fn what_did_not_fail_is_kept_beside_what_did() {
    let unlucky = |times, input: &Input<'_>| match input.query.fact("fte") {
        Some(fte) if *fte == FactValue::from(13) => Reply::Invalid("never".into()),
        _ => by_fte(times, input),
    };
    let (policy, count) = policy(false, unlucky);
    let batch = policy.batch();
    for fte in [1, 13, 1, 13, 1] {
        assert_eq!(batch.decide(&question(fte)).unwrap().is_degraded(), fte == 13);
    }
    assert_eq!(count.load(Ordering::Relaxed), 3);
}

#[test]
fn only_so_many_calls_are_kept() {
    let (policy, count) = policy(false, by_fte);
    let batch = policy.batch();
    for fte in 0..10_000 {
        batch.decide(&question(fte)).unwrap();
    }
    batch.decide(&question(0)).unwrap();
    assert_eq!(count.load(Ordering::Relaxed), 10_001);
    for _ in 0..10_000 {
        batch.decide(&question(0)).unwrap();
    }
    assert_eq!(count.load(Ordering::Relaxed), 10_001, "what is told again and again takes no room");
}

/// Whatever is prepared knows of which policy it is.
#[test]
fn questions_of_two_policies_keep_their_own_answers() {
    let answers =
        |level: &'static str| policy(false, move |_, _| Reply::Proposal(Proposal { level: Some(level.into()), ..Proposal::default() })).0;
    let (one, other) = (answers("plus"), answers("none"));
    let prepared = [&one, &other, &one, &other].map(|policy| policy.prepare(&question(1)).unwrap());
    let levels: Vec<_> = Prepared::verdicts(&prepared).iter().map(|verdict| verdict.level_id().unwrap()).collect();
    assert_eq!(levels, ["plus", "none", "plus", "none"]);
}

/// Components and scripts, options that read the day and such that need facts.
#[test]
fn a_batch_about_the_shipped_register_has_the_answers_of_each_question_alone() {
    let policy = Policy::load(&Sources::folder(concat!(env!("CARGO_MANIFEST_DIR"), "/rules"))).unwrap();
    let batch = policy.batch();
    let mut shaped = 0;
    for at in 0..3 {
        for customer in policy.catalogue().customers() {
            for service in policy.catalogue().services() {
                for month in 1..=12 {
                    let mut question = Question::new(customer, service, date(2026, month, 15));
                    if at > 0 {
                        question = question.fact("fte", Decimal::new(1_204 + at, 1)).fact("quantity", at);
                    }
                    let (one, all) = (policy.decide(&question).unwrap(), batch.decide(&question).unwrap());
                    let json = one.to_json(Language::Nl);
                    shaped += usize::from(json.contains("\"options\":[{"));
                    assert_eq!(all.to_json(Language::Nl), json);
                    assert_eq!(batch.decide_json(json_of(&question).as_bytes(), date(2026, 1, 1)).unwrap().to_json(Language::Nl), json);
                }
            }
        }
    }
    assert!(shaped > 100, "{shaped}");
}

fn json_of(question: &Question) -> String {
    serde_json::to_string(question).unwrap()
}
