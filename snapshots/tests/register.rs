//! The outcomes of the shipped register, locked: the whole matrix on the days that matter, and every scenario in full.

use std::path::Path;

use leidraad::{Date, Language, Policy, Question, Sources, date};

fn policy() -> Policy {
    let rules = Path::new(env!("CARGO_MANIFEST_DIR")).join("../rules");
    Policy::load(&Sources::folder(rules)).unwrap_or_else(|report| panic!("{report}"))
}

/// A line a service, a column a customer: the answer in a few words.
fn matrix(policy: &Policy, on: Date, known: Option<Date>) -> String {
    let mut rows = vec![std::iter::once("service").chain(policy.customers()).map(str::to_owned).collect::<Vec<_>>()];
    for service in policy.services() {
        let mut row = vec![service.to_owned()];
        for customer in policy.customers() {
            let question = Question { known, ..Question::new(customer, service, on) };
            row.push(policy.decide(&question).unwrap().outline(Language::En));
        }
        rows.push(row);
    }
    let widths: Vec<usize> = (0..rows[0].len()).map(|at| rows.iter().map(|row| row[at].chars().count()).max().unwrap_or(0)).collect();
    let line = |row: &Vec<String>| {
        row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}")).collect::<Vec<_>>().join("  ").trim_end().to_owned() + "\n"
    };
    rows.iter().map(line).collect()
}

/// JSON with a line an entry of its outermost object, keys in the order in which they are written.
fn spread(json: &str) -> String {
    let (mut text, mut depth, mut quoted, mut escaped) = (String::new(), 0, false, false);
    for c in json.chars() {
        quoted ^= c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        depth += i32::from(!quoted && matches!(c, '{' | '[')) - i32::from(!quoted && matches!(c, '}' | ']'));
        if !quoted && c == '}' && depth == 0 {
            text.push('\n');
        }
        text.push(c);
        if !quoted && depth == 1 && matches!(c, '{' | ',') {
            text.push_str("\n ");
        }
    }
    text
}

#[test]
fn the_matrix_on_the_days_that_matter() {
    let policy = policy();
    let days = [
        (date(2022, 12, 31), None),
        (date(2023, 1, 1), None),
        (date(2025, 2, 1), Some(date(2025, 2, 15))),
        (date(2025, 2, 1), Some(date(2025, 4, 1))),
        (date(2026, 7, 1), None),
        (date(2028, 1, 1), None),
    ];
    for (on, known) in days {
        let name = known.map_or_else(|| format!("matrix@{on}"), |known| format!("matrix@{on} as known on {known}"));
        insta::assert_snapshot!(name, matrix(&policy, on, known));
    }
}

#[test]
fn every_scenario_in_full() {
    let policy = policy();
    for scenario in policy.scenarios() {
        let decision = policy.decide(scenario.question()).unwrap();
        // The digest changes with every edit of the register; what is locked here is what people are told.
        let json = decision.to_json(Language::En).replace(policy.digest(), "sha256:…");
        let words = |language| decision.explain(language).to_string().replace(policy.digest(), "sha256:…");
        let text = format!("{}\n\n{}\n{}", spread(&json), words(Language::Nl), words(Language::En));
        insta::with_settings!({ description => scenario.title(Language::En).unwrap_or_default().to_owned() }, {
            insta::assert_snapshot!(format!("scenario@{}", scenario.id()), text);
        });
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
    for customer in policy.customers() {
        for service in policy.services() {
            for language in [Language::Nl, Language::En] {
                let question = Question::new(customer, service, date(2026, 7, 1));
                let json = policy.decide(&question).unwrap().to_json(language);
                assert!(!json.contains("\"text\":null"), "{customer} {service} {language}: a rule without a text");
                assert!(!policy.service_name(service, language).unwrap().contains('/'), "{service} has no name in {language}");
            }
        }
    }
}

#[test]
fn the_register_has_no_findings() {
    assert!(policy().warnings().is_empty(), "{}", policy().warnings());
}
