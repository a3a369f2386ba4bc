//! A build without wasmtime, without Rhai, or without both: what needs neither answers as ever, and what does is told.

use leidraad::{Code, Policy, Question, Sources, date};

/// A register of one service, with what some file adds.
fn register(facts: &str, more: &str) -> Sources {
    let plugin = b"// nothing";
    Sources::memory([
        ("register.toml", "name = 'Small'\nformat = 1\ntime_zone = 'UTC'\nlanguages = ['nl', 'en']\nlevel = [{ id = 'standard', nl = 'basis', en = 'standard' }]\nrank = [{ id = 'dvo', nl = 'dvo', en = 'agreement' }]\n"),
        ("customers.toml", "[customer.leiden]\nname = 'Leiden'\n"),
        ("services/legal.toml", "domain = { id = 'legal', nl = 'Recht', en = 'Law' }\n[service.advice]\nnl = 'Advies'\nen = 'Advice'\n"),
        ("facts.toml", facts),
        ("rulesets/dvo/1/ruleset.toml", "rank = 'dvo'\ndecided = 2024-01-01\nfrom = 2024-01-01\n"),
    ])
    .with("rulesets/dvo/1/rules.toml", format!("[[rule]]\nid = 'all'\ngrant = {{ level = 'standard' }}\n{more}"))
    .with("plugins/nothing.rhai", plugin)
    .with("plugins/nothing.wasm", plugin)
}

fn codes(sources: &Sources) -> Vec<Code> {
    Policy::load(sources)
        .err()
        .into_iter()
        .flat_map(|report| report.diagnostics().iter().map(leidraad::Diagnostic::code).collect::<Vec<_>>())
        .collect()
}

fn option(file: &str) -> String {
    let digest = register("", "").digest_of(&format!("plugins/{file}")).unwrap().to_owned();
    format!("[[option]]\nid = 'x'\nplugin = {{ file = '{file}', digest = 'sha256:{digest}' }}\n")
}

#[test]
fn what_needs_neither_answers_as_ever() {
    let policy = Policy::load(&register("", "")).unwrap_or_else(|report| panic!("{report}"));
    let decision = policy.decide(&Question::new("leiden", "legal/advice", date(2025, 2, 1))).unwrap();
    assert_eq!(decision.level_id(), Some("standard"));
}

#[test]
fn what_was_left_out_is_told() {
    let derived = "[fact.staff]\ntype = 'whole'\n[fact.large]\ntype = 'truth'\nderive = 'staff > 5'\n";
    let needs = [
        (cfg!(feature = "rhai"), register(derived, "")),
        (cfg!(feature = "rhai"), register("", &option("nothing.rhai"))),
        (cfg!(feature = "wasm"), register("", &option("nothing.wasm"))),
    ];
    for (is_there, sources) in needs {
        assert_eq!(codes(&sources).contains(&Code::FeatureMissing), !is_there);
    }
}
