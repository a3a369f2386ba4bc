//! Changes to the shipped register that must be refused: a broken requirement (case 7) and a tie at one rank (case 13).

use std::fs;
use std::path::Path;

use leidraad::{Code, Policy, Report, Severity, Sources};

fn shipped(folder: &Path, root: &Path, files: &mut Vec<(String, Vec<u8>)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            shipped(&path, root, files);
        } else {
            files.push((path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/"), fs::read(&path).unwrap()));
        }
    }
}

/// The shipped register with a rule set of one version more.
fn with_rule_set(id: &str, header: &str, rules: &str) -> Report {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../rules");
    let mut files = Vec::new();
    shipped(&root, &root, &mut files);
    files.push((format!("rulesets/{id}/1/ruleset.toml"), header.into()));
    files.push((format!("rulesets/{id}/1/rules.toml"), rules.into()));
    Policy::loader().check(&Sources::memory(files))
}

fn errors(report: &Report) -> Vec<Code> {
    report.diagnostics().iter().filter(|finding| finding.severity() == Severity::Error).map(leidraad::Diagnostic::code).collect()
}

#[test]
fn dropping_procurement_advice_while_keeping_eu_tender() {
    let report = with_rule_set(
        "dva-zoeterwoude",
        "rank = 'arrangement'\ndecided = 2026-09-01\nfrom = 2027-01-01",
        "rule = [{ id = 'no-advice', customer = 'zoeterwoude', service = 'procurement/advice', deny = true }]",
    );
    assert_eq!(errors(&report), [Code::RequiresBroken], "{report}");
    let witness = report.diagnostics()[0].witness().unwrap();
    assert_eq!((witness.customer.as_str(), witness.service.as_str()), ("zoeterwoude", "procurement/eu-tender"));
    assert!(witness.on >= leidraad::date(2027, 1, 1));
}

#[test]
fn a_tie_at_one_rank() {
    let report = with_rule_set(
        "dvo-second-thoughts",
        "rank = 'agreement'\ndecided = 2026-09-01\nfrom = 2027-01-01",
        "rule = [{ id = 'no-advice', customer = 'leiderdorp', service = 'legal/advice', deny = true }]",
    );
    assert_eq!(errors(&report), [Code::RuleConflict], "{report}");
}

#[test]
fn a_law_that_contradicts_a_law() {
    let report = with_rule_set(
        "law-of-the-sea",
        "rank = 'law'\ndecided = 2026-09-01\nfrom = 2027-01-01",
        "rule = [{ id = 'no-backup', service = 'ict/backup', bound = { at_most = 'none' } }]",
    );
    assert!(errors(&report).contains(&Code::BoundConflict), "{report}");
}
