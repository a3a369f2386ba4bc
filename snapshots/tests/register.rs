//! The outcomes of the shipped register, locked: the whole matrix on the days that matter, and every scenario in full.

use std::path::Path;

use leidraad::{Language, Policy, Question, Sources, date};

fn policy() -> Policy {
    let rules = Path::new(env!("CARGO_MANIFEST_DIR")).join("../rules");
    Policy::loader().warnings().load(&Sources::folder(rules)).unwrap_or_else(|report| panic!("{report}"))
}

/// The same files that `leidraad snapshot` checks, reviews and accepts.
#[test]
fn every_locked_outcome_is_as_it_was() {
    let outcomes = policy().outcomes();
    for outcome in &outcomes {
        insta::with_settings!({ snapshot_path => "../rules", prepend_module_to_snapshot => false, omit_expression => true, description => outcome.description(leidraad::Language::En) }, {
            insta::assert_snapshot!(outcome.name.as_str(), outcome.text);
        });
    }
    // Nothing is locked that is no outcome any more.
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    for file in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()) {
        let Some(name) = file.strip_suffix(".snap") else { continue };
        assert!(outcomes.iter().any(|outcome| outcome.name == name), "{file} is of no outcome");
    }
}

#[test]
fn every_scenario_holds() {
    let policy = policy();
    let mut failures = Vec::new();
    for scenario in policy.scenarios() {
        for mismatch in scenario.compare(&policy.decide(scenario.question()).unwrap()) {
            failures.push(format!("{}: {} is {}, expected {}", scenario.id(), mismatch.path, mismatch.found, mismatch.expected));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert!(policy.scenarios().count() >= 13);
}

#[test]
fn every_text_stands_in_both_languages() {
    let policy = policy();
    for customer in policy.catalogue().customers() {
        for service in policy.catalogue().services() {
            for language in [Language::Nl, Language::En] {
                let question = Question::new(customer, service, date(2026, 7, 1));
                let json = policy.decide(&question).unwrap().to_json(language);
                assert!(!json.contains("\"text\":null"), "{customer} {service} {language}: a rule without a text");
                assert!(!service.label(language).contains('/'), "{service} has no name in {language}");
            }
        }
    }
}

#[test]
fn the_register_has_no_findings() {
    assert!(policy().warnings().is_empty(), "{}", policy().warnings());
}
