//! A policy that is loaded again is the one that its files make: after any edit, it gives the same bytes as one that is loaded anew.

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::generate::{Choices, question, register};
use crate::host::{finish, plugins, public, runner, setting, show, sources};
use leidraad::plugin::Plugins;
use leidraad::{Language, Policy, Question, Report, Sources, View, date};
use proptest::prelude::*;

/// The tables of a file of rules.
fn tables(text: &str) -> Vec<String> {
    text.split("[[rule]]\n").skip(1).map(str::to_owned).collect()
}

/// Edits a file of rules: takes a rule out or puts one in, moves it, gives it another id, another effect, or none that can be read.
fn edited(choices: &mut Choices<'_>, sources: &Sources) -> Sources {
    let files: Vec<&str> = sources.paths().filter(|path| path.ends_with("/rules.toml")).collect();
    let all: Vec<String> = files.iter().flat_map(|path| tables(sources.text(path).unwrap())).collect();
    let path = files[choices.below(files.len())].to_owned();
    let mut own = tables(sources.text(&path).unwrap());
    let at = choices.below(own.len());
    match choices.below(9) {
        0 | 1 if !own.is_empty() => drop(own.remove(at)),
        2 if !own.is_empty() => {
            let moved = own.remove(at);
            own.insert(choices.below(own.len() + 1), moved);
        }
        3 if !own.is_empty() => own[at] = own[at].replace("\"low\"", "\"mid\"").replace("\"top\"", "\"low\""),
        4 if !own.is_empty() => own[at].insert_str(0, "# said again\n"),
        5 if !own.is_empty() => own[at] = own[at].replacen("id = \"r", "id = \"s", 1),
        6 if choices.below(4) == 0 => own.push("id = \"torn\"\ndeny = 1\n".to_owned()),
        _ if !all.is_empty() => {
            let other = all[choices.below(all.len())].replacen("id = \"", &format!("id = \"x{}", own.len()), 1);
            own.insert(at, other);
        }
        _ => {}
    }
    let text = own.iter().flat_map(|table| ["[[rule]]\n", table]).collect::<String>();
    sources.clone().with(path, text)
}

/// What a policy says of itself and answers to some questions; or why there is none.
fn told(policy: &Result<Policy, Report>, questions: &[Question]) -> String {
    let policy = match policy {
        Ok(policy) => policy,
        Err(report) => return report.to_string(),
    };
    let mut told = format!("{}\n{}\n", policy.digest(), policy.warnings());
    for question in questions {
        let answer = policy.decide(question).map_or_else(|error| error.to_string(), |decision| decision.to_json(Language::En));
        let verdict = policy.prepare(question).map(|prepared| {
            let verdict = prepared.verdict();
            format!("{:?} {:?} {:?}", verdict.outcome(), verdict.level_id(), verdict.rule())
        });
        let verdict = verdict.unwrap_or_else(|error| error.to_string());
        told.extend([answer.as_str(), "\n", &verdict, "\n"]);
    }
    told
}

#[test]
fn a_policy_loaded_again_is_the_one_that_its_files_make() {
    let plugins = plugins();
    let cases = setting("LEIDRAAD_CASES", 150);
    let (short, all) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let bytes = || prop::collection::vec(any::<u8>(), 150..700);
    let outcome = runner(cases).run(&(bytes(), any::<bool>(), 0usize..4, bytes()), |(bytes, calm, facts, editing)| {
        let spec = register(&mut Choices::new(&bytes), calm, facts);
        let mut sources = sources(&spec);
        let Ok(mut policy) = Policy::loader().plugins(&plugins).load(&sources) else {
            return Err(TestCaseError::reject("does not load"));
        };
        let mut choices = Choices::new(&editing);
        for _ in 0..6 {
            let now = (0..=choices.below(2)).fold(sources.clone(), |sources, _| edited(&mut choices, &sources));
            let questions: Vec<Question> = (0..12).map(|_| public(&question(&mut choices, &spec))).collect();
            let (again, anew) = (policy.reload(&now, &plugins), Policy::loader().plugins(&plugins).load(&now));
            prop_assert_eq!(told(&again, &questions), told(&anew, &questions), "{}\n{:?}", show(&spec), now);
            if let (Ok(again), Ok(anew)) = (again, anew) {
                for view in [View::default(), View { proposed: true, known: None }] {
                    let differences = anew.at(view).differences(&again.at(view));
                    prop_assert!(differences.is_empty(), "{}\n{:?}", show(&spec), now);
                }
                short.fetch_add(usize::from(again.compiled() < anew.compiled()), Ordering::Relaxed);
                all.fetch_add(1, Ordering::Relaxed);
                (policy, sources) = (again, now);
            }
        }
        Ok(())
    });
    finish(outcome);
    let (short, all) = (short.into_inner(), all.into_inner());
    println!("{short} of {all} edits were compiled in part");
    assert!(short * 3 > all && all > cases, "{short} of {all} edits were compiled in part");
}

#[test]
fn every_file_of_rules_can_be_edited() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/rules");
    // Without the lock, what was adopted may be edited.
    let sources = Sources::folder(folder).with("register.lock", "");
    let plugins = Plugins::new();
    let policy = Policy::loader().plugins(&plugins).load(&sources).unwrap_or_else(|report| panic!("{report}"));
    let questions: Vec<Question> = policy
        .catalogue()
        .customers()
        .flat_map(|customer| policy.catalogue().services().map(move |service| (customer, service)))
        .flat_map(|(customer, service)| [date(2024, 3, 1), date(2026, 7, 1)].map(|on| Question::new(customer, service, on)))
        .collect();
    let mut short = Vec::new();
    let is_rules = |path: &&str| path.starts_with("rulesets/") && !path.ends_with("/ruleset.toml");
    for path in sources.paths().filter(is_rules) {
        let text = sources.text(path).unwrap();
        // The last rule goes, or the last row of a matrix.
        let kept = text.rsplit_once("[[rule]]").or_else(|| text.trim_end().rsplit_once('\n')).unwrap().0;
        let now = sources.clone().with(path, kept);
        let (again, anew) = (policy.reload(&now, &plugins), Policy::loader().plugins(&plugins).load(&now));
        assert_eq!(told(&again, &questions), told(&anew, &questions), "{path}");
        short.extend(again.ok().filter(|again| again.compiled() < policy.compiled()).map(|_| path));
    }
    insta::assert_debug_snapshot!("edited_in_part", short);
}

/// A small register with values in a file whose name looks like one for people.
fn small() -> Sources {
    Sources::memory([
        (
            "register.toml",
            "name = 'Small'\nformat = 1\ntime_zone = 'UTC'\nlanguages = ['en']\nlevel = [{ id = 'low' }]\nrank = [{ id = 'law' }]",
        ),
        ("customers.toml", "customer.ada.name = 'Ada'"),
        ("facts.toml", "fact.size = { type = 'whole', given_by = 'register' }"),
        ("services/law.toml", "domain.id = 'law'\nservice.advice.en = 'Advice'"),
        ("values/license.toml", "value = [{ fact = 'size', value = 5, from = 2024-01-01, decided = 2024-01-01 }]"),
        ("rulesets/law/1/ruleset.toml", "rank = 'law'\ndecided = 2024-01-01\nfrom = 2024-01-01"),
        ("rulesets/law/1/rules.toml", "rule = [{ id = 'all', when = { size = '> 3' }, grant = { level = 'low' } }]"),
        ("LICENSE", "as you like"),
    ])
}

#[test]
fn what_other_files_are_read_with_is_never_passed_over() {
    let plugins = Plugins::new();
    let sources = small();
    let policy = Policy::loader().plugins(&plugins).load(&sources).unwrap_or_else(|report| panic!("{report}"));
    let questions = [Question::new("ada", "law/advice", date(2024, 3, 1))];
    for (path, text) in [
        ("values/license.toml", "value = [{ fact = 'size', value = 2, from = 2024-01-01, decided = 2024-01-01 }]"),
        ("values/license.toml", "value ="),
        ("services/law.toml", "domain.id = 'law'\nservice.advice.en = 'Counsel'"),
        ("rulesets/law/1/ruleset.toml", "rank = 'law'\ndecided = 2024-01-01\nfrom = 2024-04-01"),
        ("rulesets/law/1/rules.toml", "rule = [{ id = 'all', deny = true }]"),
        ("rulesets/law/1/rules.toml", ""),
        ("LICENSE", "as we like"),
        ("register.lock", "[adopted]"),
    ] {
        let now = sources.clone().with(path, text);
        let (again, anew) = (policy.reload(&now, &plugins), Policy::loader().plugins(&plugins).load(&now));
        assert_eq!(told(&again, &questions), told(&anew, &questions), "{path}: {text}");
    }
}

#[test]
fn a_register_that_does_not_load_is_not_reloaded_either() {
    let plugins = Plugins::new();
    let sources = small().with("rulesets/law/1/rules.toml", "rule = [{ id = 'all', customer = 'eve', deny = true }]");
    let unchecked = Policy::loader().plugins(&plugins).without(&[]).load(&sources).unwrap();
    assert_eq!(told(&unchecked.reload(&sources, &plugins), &[]), told(&Policy::loader().plugins(&plugins).load(&sources), &[]));
}
