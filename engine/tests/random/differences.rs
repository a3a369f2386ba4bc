//! The exact difference of two registers is what brute force finds, both ways: nothing else differs, and all that is listed does.
//!
//! `LEIDRAAD_CASES=1000 cargo test --release --test random differences -- --nocapture` is the long run.

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::format_push_string,
    clippy::format_collect,
    reason = "numbers here are tiny"
)]

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use crate::generate::{Choices, register};
use crate::host::{finish, plugins, public, runner, setting, show, sources};
use crate::json::asked;
use crate::naive::Core;
use crate::spec::{COMPOSITES, CUSTOMERS, FACTS, QUANTITY, Question, SERVICES, Spec, USED, date};
use leidraad::{Code, DifferenceRecord, Policy, Relevance, Sources, View};
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;

/// All that a question can give of some facts; of the quantity, also nothing.
fn all_given(facts: &[usize]) -> Vec<Vec<(usize, i64)>> {
    facts.iter().fold(vec![Vec::new()], |all, fact| {
        let values: Vec<Option<i64>> = (0..=FACTS[*fact].max).map(Some).chain((*fact == QUANTITY).then_some(None)).collect();
        all.into_iter()
            .flat_map(|given: Vec<(usize, i64)>| {
                values.iter().map(move |value| given.iter().copied().chain(value.map(|value| (*fact, value))).collect()).collect::<Vec<_>>()
            })
            .collect()
    })
}

fn clean(policy: &Policy) -> bool {
    let contested = [Code::RuleConflict, Code::BoundConflict, Code::PrecedenceCycle, Code::VersionOverlap];
    !policy.warnings().diagnostics().iter().any(|finding| contested.contains(&finding.code()))
}

/// Facts that rules of either register look at, in the order of their declaration.
fn looked_at(specs: [&Spec; 2]) -> Vec<usize> {
    let mut facts: Vec<usize> = specs.iter().flat_map(|spec| spec.in_use.clone()).chain([QUANTITY, USED]).collect();
    for spec in specs {
        let rules = spec.sets.iter().flat_map(|set| &set.versions).flat_map(|version| &version.rules);
        facts.extend(rules.filter_map(|rule| match &rule.effect {
            crate::spec::Effect::Grant { quota: Some(quota), .. } => match quota.amount {
                crate::spec::Amount::Fact(fact) => Some(fact),
                crate::spec::Amount::Tenths(_) => None,
            },
            _ => None,
        }));
    }
    facts.retain(|fact| !FACTS[*fact].from_register);
    facts.sort_unstable();
    facts.dedup();
    facts
}

/// No two regions of one change can be joined: they differ in two facts at least, or their days do not meet.
fn minimal(records: &[DifferenceRecord]) -> Result<(), TestCaseError> {
    let change = |record: &DifferenceRecord| {
        let json = serde_json::to_value(record).unwrap();
        ["customer", "service", "where", "old", "new", "left_out"].map(|key| json[key].clone())
    };
    for (at, one) in records.iter().enumerate() {
        for other in &records[at + 1..] {
            let loose = one.r#where == "perhaps" || one.old.level.is_none() || one.new.level.is_none();
            if loose
                || change(one) != change(other)
                || one.rules.new != other.rules.new
                || one.new.words != other.new.words
                || one.old.words != other.old.words
            {
                continue;
            }
            let names: std::collections::BTreeSet<&String> = one.facts.keys().chain(other.facts.keys()).collect();
            let apart: Vec<_> = names.into_iter().filter(|name| one.facts.get(*name) != other.facts.get(*name)).collect();
            let days = (one.from, one.until) == (other.from, other.until);
            let meet = |a: &DifferenceRecord, b: &DifferenceRecord| {
                a.until.and_then(|day| day.tomorrow().ok()).is_some_and(|day| Some(day) == b.from)
            };
            let joinable = match apart.as_slice() {
                [] => days || meet(one, other) || meet(other, one),
                [only] => days && *only != "modules",
                _ => false,
            };
            prop_assert!(!joinable, "two regions are one:\n{one:#?}\n{other:#?}");
        }
    }
    Ok(())
}

#[derive(Default)]
struct Counted {
    pairs: AtomicUsize,
    questions: AtomicUsize,
    differing: AtomicUsize,
    regions: AtomicUsize,
    shown: AtomicUsize,
}

#[test]
fn the_difference_is_exact() {
    let plugins = plugins();
    let cases = setting("LEIDRAAD_CASES", 60);
    let counted = Counted::default();
    let mut runner = runner(cases);
    let bytes = prop::collection::vec(any::<u8>(), 150..500);
    let changes = prop::collection::vec((0usize..500, any::<u8>()), 1..4);
    let views = (prop::option::of(0i64..20), prop::option::of(0i64..20), any::<bool>(), any::<bool>());
    let outcome =
        runner.run(&(bytes, any::<bool>(), 0usize..3, changes, views, 0usize..18), |(bytes, calm, facts, changes, views, cell)| {
            let mut other = bytes.clone();
            for (at, byte) in changes {
                let place = at % other.len();
                other[place] = byte;
            }
            let (old, new) = (register(&mut Choices::new(&bytes), calm, facts), register(&mut Choices::new(&other), calm, facts));
            let (Ok(old_policy), Ok(new_policy)) =
                (Policy::loader().plugins(&plugins).load(&sources(&old)), Policy::loader().plugins(&plugins).load(&sources(&new)))
            else {
                return Err(TestCaseError::reject("does not load"));
            };
            if !clean(&old_policy) || !clean(&new_policy) {
                return Err(TestCaseError::reject("proposals contradict each other"));
            }
            let day = |day: Option<i64>| day.map(|day| date(day).parse().unwrap());
            let [old_view, new_view] =
                [(views.0, views.2), (views.1, views.3)].map(|(known, proposed)| View { known: day(known), proposed });
            let differences = old_policy.at(old_view).differences(&new_policy.at(new_view));
            let records = differences.records(leidraad::Language::En);
            minimal(&records)?;
            for record in records.iter().filter(|record| record.r#where != "perhaps") {
                prop_assert!(
                    record.witness.is_some(),
                    "no question shows it: {record:#?}\n--- old\n{}\n--- new\n{}\n{views:?}",
                    show(&old),
                    show(&new)
                );
            }
            let facts = looked_at([&old, &new]);
            if facts.iter().map(|fact| FACTS[*fact].max as usize + 1).product::<usize>() > 1_500 {
                return Err(TestCaseError::reject("too many facts to go through"));
            }
            counted.pairs.fetch_add(1, Relaxed);
            counted.regions.fetch_add(records.len(), Relaxed);
            counted.shown.fetch_add(records.iter().filter(|record| record.witness.is_some()).count(), Relaxed);
            let (customer, service) = (cell % CUSTOMERS.len(), cell / CUSTOMERS.len() % (SERVICES.len() + COMPOSITES.len()));
            let given = all_given(&facts);
            for on in -1..18 {
                for facts in &given {
                    let question = |view: (Option<i64>, bool)| Question {
                        customer,
                        service,
                        on,
                        known: view.0,
                        proposed: view.1,
                        facts: facts.clone(),
                    };
                    let (before, after) = (question((views.0, views.2)), question((views.1, views.3)));
                    let (a, b) = (asked(&old, &before).core(service, on), asked(&new, &after).core(service, on));
                    let touch = differences.touch(&public(&Question { known: None, proposed: false, ..after.clone() }));
                    counted.questions.fetch_add(1, Relaxed);
                    counted.differing.fetch_add(usize::from(a != b), Relaxed);
                    let story = || format!("\n--- old\n{}\n--- new\n{}\n{after:?}\n{a:?}\n{b:?}\n{records:#?}", show(&old), show(&new));
                    let open = matches!(a, Core::Undetermined { .. }) || matches!(b, Core::Undetermined { .. });
                    match touch {
                        Relevance::Outside => prop_assert!(a == b, "it differs, and is not listed{}", story()),
                        Relevance::Inside if !open => prop_assert!(a != b, "it is listed, and does not differ{}", story()),
                        _ => {}
                    }
                }
            }
            Ok(())
        });
    println!(
        "{} pairs, {} questions, of which {} differ; {} regions, {} with a witness that was asked of both",
        counted.pairs.load(Relaxed),
        counted.questions.load(Relaxed),
        counted.differing.load(Relaxed),
        counted.regions.load(Relaxed),
        counted.shown.load(Relaxed)
    );
    finish(outcome);
}

/// One cell with two hundred rules over five facts, each overriding all before it: as entangled as rules can be.
fn entangled(level: fn(usize) -> &'static str) -> Sources {
    let mut state = 0x2545_f491_4f6c_dd1du64;
    let mut below = |n: u64| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state % n
    };
    let mut rules = String::new();
    for at in 0..200 {
        let tests: Vec<String> = (0..5)
            .map(|fact| {
                let from = below(600);
                format!("f{fact} = \"[{from}..{}]\"", from + 200 + below(200))
            })
            .collect();
        let before: Vec<String> = (0..at).map(|other| format!("\"r{other}\"")).collect();
        rules.push_str(&format!(
            "[[rule]]\nid = \"r{at}\"\nwhen = {{ {} }}\ngrant = {{ level = \"{}\" }}\noverrides = [{}]\n",
            tests.join(", "),
            level(at),
            before.join(", ")
        ));
    }
    let facts: String = (0..5).map(|fact| format!("[fact.f{fact}]\ntype = \"whole\"\nmin = 0\nmax = 1000\n")).collect();
    let levels = ["low", "mid", "top"].map(|id| format!("[[level]]\nid = \"{id}\"\n")).concat();
    Sources::memory([
        (
            "register.toml",
            format!("name = \"Entangled\"\nformat = 1\ntime_zone = \"UTC\"\nlanguages = [\"en\"]\n{levels}[[rank]]\nid = \"law\"\n"),
        ),
        ("customers.toml", "customer.c.name = \"C\"\n".to_owned()),
        ("facts.toml", facts),
        ("services/d.toml", "domain.id = \"d\"\nservice.s.en = \"S\"\n".to_owned()),
        ("rulesets/a/1/ruleset.toml", "rank = \"law\"\ndecided = 2022-12-15\nfrom = 2023-01-01\n".to_owned()),
        ("rulesets/a/1/rules.toml", rules),
    ])
}

#[test]
fn too_many_regions_are_counted_and_never_hang() {
    let levels: [fn(usize) -> &'static str; 3] = [
        |at| ["low", "mid", "top"][at % 3],
        |at| if at == 0 { "mid" } else { ["low", "mid", "top"][at % 3] },
        |at| ["mid", "top", "low"][at % 3],
    ];
    let [plain, one, all] = levels.map(|level| Policy::load(&entangled(level)).unwrap());
    let view = View::default();
    // The lowest of two hundred rules: its remains are many, and all of them are listed.
    let exact = plain.at(view).differences(&one.at(view));
    assert!(exact.notes(leidraad::Language::En).is_empty());
    assert!(exact.records(leidraad::Language::En).iter().all(|record| record.witness.is_some()));
    // Every rule at once: too many, and it says so.
    let many = plain.at(view).differences(&all.at(view));
    let [note] = <[_; 1]>::try_from(many.notes(leidraad::Language::En)).unwrap();
    assert_eq!((note.note, note.shown), ("too-many", Some(500)));
    assert!(note.more.is_some_and(|more| more > 0), "{}", note.words);
    assert_eq!(many.records(leidraad::Language::En).len(), 500);
}

/// A small register: customers, facts, values and rules as given.
fn small(customers: &str, facts: &str, values: &str, rules: &str) -> Sources {
    Sources::memory([
        (
            "register.toml",
            "name = \"Small\"\nformat = 1\ntime_zone = \"UTC\"\nlanguages = [\"en\"]\nlevel = [{ id = \"low\" }, { id = \"top\" }]\nrank = [{ id = \"law\" }]\nunit = [{ id = \"hour\" }]\n",
        ),
        ("customers.toml", customers),
        ("facts.toml", facts),
        ("values/all.toml", values),
        ("services/d.toml", "domain.id = \"d\"\nservice.s.en = \"S\"\n"),
        ("rulesets/a/1/ruleset.toml", "rank = \"law\"\ndecided = 2022-12-15\nfrom = 2023-01-01\n"),
        ("rulesets/a/1/rules.toml", rules),
    ])
}

/// How a question about customer `c` and service `d/s` lies to the differences of two registers.
fn touched(old: &Sources, new: &Sources, customer: &str, facts: &[(&str, i64)]) -> (Relevance, bool) {
    let [old, new] = [old, new].map(|sources| Policy::load(sources).unwrap_or_else(|report| panic!("{report}")));
    let differences = old.at(View::default()).differences(&new.at(View::default()));
    let question = leidraad::Question::new(customer, "d/s", leidraad::date(2025, 2, 1));
    let question = facts.iter().fold(question, |question, (name, value)| question.fact(*name, *value));
    (differences.touch(&question), differences.change(&question).unwrap().is_some())
}

#[test]
fn what_no_region_can_show_is_not_taken_for_the_same() {
    let one = "customer.c.name = \"C\"\n";
    let counted = "fact.quantity.type = \"number\"\nfact.used.type = \"number\"\n";
    let quota = "[[rule]]\nid = \"r\"\ngrant = { level = \"low\", quota = { amount = 10, unit = \"hour\", per = \"year\" } }\n";
    let used = |value: i64| format!("[[value]]\nfact = \"used\"\nvalue = {value}\nfrom = 2023-01-01\ndecided = 2023-01-01\n");
    let given = format!("{counted}fact.used.given_by = \"register\"\n");
    // What is used is the register's, and another amount.
    let (touch, differs) = touched(&small(one, &given, &used(0), quota), &small(one, &given, &used(10), quota), "c", &[("quantity", 5)]);
    assert!(differs && touch != Relevance::Outside);
    // A name moves from one customer to another.
    let grant = "[[rule]]\nid = \"r\"\ncustomer = \"a\"\ngrant = { level = \"low\" }\n";
    let [before, after] = ["customer.a.name = \"X\"\ncustomer.b.name = \"Z\"\n", "customer.a.name = \"Y\"\ncustomer.b.name = \"X\"\n"];
    let (touch, differs) = touched(&small(before, counted, "", grant), &small(after, counted, "", grant), "X", &[]);
    assert!(differs && touch != Relevance::Outside);
    // Two values of the register change, and a question overrides one of them.
    let facts = format!("{counted}fact.x.type = \"whole\"\nfact.y.type = \"whole\"\n");
    let both = "[[rule]]\nid = \"r\"\nwhen = { x = 1, y = 1 }\ngrant = { level = \"low\" }\n";
    let value =
        |fact: &str, value: i64| format!("[[value]]\nfact = \"{fact}\"\nvalue = {value}\nfrom = 2023-01-01\ndecided = 2023-01-01\n");
    let [old, new] = [(0, 5), (1, 6)].map(|(x, y)| small(one, &facts, &[value("x", x), value("y", y)].concat(), both));
    let (touch, differs) = touched(&old, &new, "c", &[("y", 1)]);
    assert!(differs && touch != Relevance::Outside);
    // The values that a fact can have change, and a question leaves it out.
    let [old, new] = ["min = 0", "min = 5"].map(|least| {
        small(
            one,
            &format!("{counted}[fact.n]\ntype = \"whole\"\nmax = 9\n{least}\n"),
            "",
            "[[rule]]\nid = \"r\"\nwhen = { n = \">= 5\" }\ngrant = { level = \"low\" }\n",
        )
    });
    let (touch, differs) = touched(&old, &new, "c", &[]);
    assert!(differs && touch != Relevance::Outside);
}
