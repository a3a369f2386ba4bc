//! Options as an application and an author meet them: order, room, faults, and one answer however often it is asked.

use std::collections::BTreeSet;
use std::path::Path;

use leidraad::catalogue::Span;
use leidraad::plugin::{Choices, Description, Input, Plugins, Proposal, ProposedQuota, Reply};
use leidraad::{Code, Language, Policy, Question, Sources, date};

const EVERYTHING: Choices = Choices { level: true, quota: true, obligations: true };

fn described(name: &str) -> Description {
    Description { name: name.into(), version: "1".into(), sets: EVERYTHING, ..Description::default() }
}

fn level(id: &str) -> Reply {
    Reply::Proposal(Proposal { level: Some(id.into()), ..Proposal::default() })
}

/// Closures that tests bind: each does what its name says.
fn plugins() -> Plugins {
    let quota = |amount: i64| Proposal {
        quota: Some(ProposedQuota { amount: amount.into(), unit: "hour".into(), per: "year".into() }),
        ..Proposal::default()
    };
    Plugins::new()
        .native("bespoke", described("bespoke"), |_: &Input<'_>| level("bespoke"))
        .native("none", described("none"), |_: &Input<'_>| level("none"))
        .native("one-up", described("one-up"), |input: &Input<'_>| {
            let here = input.standing.room.iter().position(|level| *level == input.standing.level).unwrap_or(0);
            level(input.standing.room.get(here + 1).unwrap_or(&input.standing.level))
        })
        .native("panics", described("panics"), |_: &Input<'_>| panic!("on purpose"))
        .native("ten", described("ten"), move |_: &Input<'_>| Reply::Proposal(quota(10)))
        .native("double", described("double"), move |input: &Input<'_>| {
            let so_far = input.standing.quota.map_or(0, |quota| i64::try_from(quota.amount).unwrap_or(0));
            Reply::Proposal(quota(2 * so_far))
        })
}

/// A register with one grant (standard, up to plus), these rules and these options.
fn register(rules: &str, options: &[(&str, &str)]) -> Sources {
    let options: String = options.iter().enumerate().fold(String::new(), |text, (at, (plugin, more))| {
        format!("{text}[[option]]\nid = 'o{at}'\nservice = 'legal/advice'\nplugin = {{ native = '{plugin}' }}\n{more}\n")
    });
    let levels: String = ["standard", "plus", "bespoke"].map(|id| format!("[[level]]\nid = '{id}'\n")).concat();
    let ranks = ["law", "agreement"].map(|id| format!("[[rank]]\nid = '{id}'\n")).concat();
    Sources::memory([
        (
            "register.toml",
            format!("name = 'Small'\nformat = 1\ntime_zone = 'UTC'\nlanguages = ['en']\n{levels}{ranks}[[unit]]\nid = 'hour'\n"),
        ),
        ("customers.toml", "customer.leiden.name = 'Leiden'".to_owned()),
        ("facts.toml", String::new()),
        ("services/legal.toml", "domain.id = 'legal'\nservice.advice = { en = 'Legal advice', unit = 'hour' }".to_owned()),
        ("rulesets/law/1/ruleset.toml", "rank = 'law'\ndecided = 2012-01-01\nfrom = 2012-01-01".to_owned()),
        ("rulesets/law/1/rules.toml", rules.to_owned()),
        ("rulesets/dvo/1/ruleset.toml", "rank = 'agreement'\ndecided = 2022-12-15\nfrom = 2023-01-01".to_owned()),
        ("rulesets/dvo/1/rules.toml", "rule = [{ id = 'all', grant = { level = 'standard', up_to = 'plus' } }]".to_owned()),
        ("rulesets/dvo/1/options.toml", options),
    ])
}

fn ask(rules: &str, options: &[(&str, &str)]) -> serde_json::Value {
    let policy = Policy::loader().plugins(&plugins()).load(&register(rules, options)).unwrap_or_else(|report| panic!("{report}"));
    let decision = policy.decide(&Question::new("leiden", "legal/advice", date(2026, 1, 1))).unwrap();
    serde_json::from_str(&decision.to_json(Language::En)).unwrap()
}

const FLOOR: &str = "rule = [{ id = 'floor', bound = { at_least = 'standard' } }]";

#[test]
fn a_level_outside_the_room_is_clamped_and_said() {
    let above = ask("", &[("bespoke", "")]);
    assert_eq!((above["level"].as_str(), above["overruled"][0]["by"].as_str()), (Some("plus"), Some("dvo@1#all")));
    let below = ask(FLOOR, &[("none", "")]);
    assert_eq!((below["level"].as_str(), below["overruled"][0]["by"].as_str()), (Some("standard"), Some("law@1#floor")));
}

#[test]
fn options_run_in_their_order_and_see_what_those_before_made_of_it() {
    assert_eq!(ask("", &[("ten", ""), ("double", ""), ("double", "")])["quota"]["amount"], 40);
    assert_eq!(ask("", &[("double", "order = 2"), ("ten", "order = 1")])["quota"]["amount"], 20);
    assert_eq!(ask("", &[("one-up", ""), ("none", "")])["level"], "none");
    assert_eq!(ask("", &[("none", ""), ("one-up", "")])["level"], "standard");
}

#[test]
fn a_quota_beyond_its_limit_is_a_fault() {
    let within = ask("", &[("ten", "limits = { quota = 10 }")]);
    assert_eq!((&within["quota"]["amount"], within["degraded"].as_bool()), (&serde_json::json!(10), Some(false)));
    let beyond = ask("", &[("ten", "limits = { quota = 9.5 }")]);
    assert_eq!((beyond["quota"].is_null(), beyond["degraded"].as_bool()), (true, Some(true)));
    assert_eq!(beyond["options"][0]["fault"]["message"], "a quota of 10 is more than this option may set, 9.5");
}

#[test]
fn what_is_refused_has_no_quota_and_no_lines_beyond() {
    let refused = ask("", &[("ten", ""), ("none", "")]);
    assert_eq!((refused["outcome"].as_str(), refused["quota"].is_null()), (Some("refused"), true));
}

#[test]
fn a_panic_is_a_fault_that_changes_nothing_or_refuses() {
    std::panic::set_hook(Box::new(|_| {}));
    let kept = ask("", &[("panics", ""), ("one-up", "")]);
    assert_eq!((kept["level"].as_str(), kept["degraded"].as_bool()), (Some("plus"), Some(true)));
    assert_eq!(kept["options"][0]["fault"]["message"], "it panicked: on purpose");
    let refused = ask("", &[("panics", "on_fault = 'refuse'"), ("one-up", "")]);
    assert_eq!((refused["level"].as_str(), refused["degraded"].as_bool()), (Some("none"), Some(true)));
    // Bounds come from above, also then.
    assert_eq!(ask(FLOOR, &[("panics", "on_fault = 'refuse'")])["level"], "standard");
}

#[test]
fn an_option_counts_on_its_days_alone() {
    let options = [("one-up", "from = 2026-01-01\nuntil = 2026-12-31")];
    let policy = Policy::loader().plugins(&plugins()).load(&register("", &options)).unwrap();
    let question = Question::new("leiden", "legal/advice", date(2026, 7, 1));
    assert_eq!(policy.decide(&question).unwrap().holds(), Span { from: Some(date(2026, 1, 1)), until: Some(date(2026, 12, 31)) });
    let levels: Vec<String> =
        policy.timeline(&question).unwrap().periods().iter().map(|period| format!("{:?}", period.days().from)).collect();
    assert_eq!(levels.len(), 4, "{levels:?}");
}

#[test]
fn an_answer_holds_however_often_rules_around_it_change() {
    let rules: String = (0..60).fold("rule = [\n".to_owned(), |text, at| {
        let (year, month) = (2012 + at / 12, 1 + at % 12);
        format!("{text}{{ id = 'b{at}', from = {year}-{month:02}-01, until = {year}-{month:02}-20, bound = {{ at_most = 'bespoke' }} }},\n")
    }) + "]";
    let policy = Policy::loader().plugins(&plugins()).load(&register(&rules, &[])).unwrap_or_else(|report| panic!("{report}"));
    let decision = policy.decide(&Question::new("leiden", "legal/advice", date(2011, 6, 1))).unwrap();
    assert_eq!(decision.holds(), Span { from: None, until: Some(date(2022, 12, 31)) });
}

#[test]
fn a_plugin_of_another_application_degrades_its_cells_as_the_binding_says() {
    for (on_fault, level) in [("", "standard"), ("on_fault = 'refuse'", "none")] {
        let sources = register("", &[("bespoke", on_fault)]);
        let policy = Policy::loader().warnings().load(&sources).unwrap_or_else(|report| panic!("{report}"));
        let codes: Vec<Code> = policy.warnings().diagnostics().iter().map(leidraad::Diagnostic::code).collect();
        assert!(codes.contains(&Code::OptionAbsent) && !codes.contains(&Code::OptionFaults), "{codes:?}");
        let decision = policy.decide(&Question::new("leiden", "legal/advice", date(2026, 2, 1))).unwrap();
        assert!(decision.is_degraded());
        assert_eq!(decision.level_id(), Some(level));
        let answer = decision.answer();
        assert_eq!(answer.options().next().unwrap().fault().unwrap().kind.word(), "absent");
    }
}

#[test]
fn the_same_question_ten_thousand_times_on_eight_threads_has_one_answer() {
    let rules = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    let policy = Policy::load(&Sources::folder(rules)).unwrap_or_else(|report| panic!("{report}"));
    let consulted = |question: &Question| !policy.decide(question).unwrap().to_json(Language::En).contains("\"options\":[]");
    let questions: Vec<Question> = policy.scenarios().map(|scenario| scenario.question().clone()).filter(consulted).collect();
    assert!(questions.len() >= 15, "only {} scenarios consult an option", questions.len());
    for question in &questions {
        let answers: BTreeSet<String> = std::thread::scope(|scope| {
            let ask = || (0..10_000 / 8).map(|_| policy.decide(question).unwrap().to_json(Language::En)).collect::<BTreeSet<_>>();
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(ask)).collect();
            threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
        });
        assert_eq!(answers.len(), 1, "{answers:?}");
    }
    println!("{} questions, 10,000 times each on 8 threads: one distinct answer each", questions.len());
}
