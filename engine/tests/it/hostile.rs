//! Input that nobody would write on purpose: a clear finding or an answer, never a panic, never a hang.

#![allow(clippy::format_push_string, clippy::format_collect, reason = "files are put together from pieces, and speed is no matter here")]

use std::path::Path;

use leidraad::{Code, Language, Policy, Question, Report, Sources, date};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed};

const BASE: [(&str, &str); 8] = [
    ("register.toml", include_str!("base/register.toml")),
    ("customers.toml", include_str!("base/customers.toml")),
    ("facts.toml", include_str!("base/facts.toml")),
    ("services/legal.toml", include_str!("base/services/legal.toml")),
    ("values/inhabitants.toml", include_str!("base/values/inhabitants.toml")),
    ("rulesets/dvo/1/ruleset.toml", include_str!("base/rulesets/dvo/1/ruleset.toml")),
    ("rulesets/dvo/1/rules.toml", include_str!("base/rulesets/dvo/1/rules.toml")),
    ("rulesets/dvo/1/levels.csv", "service,leiden,leiderdorp\nlegal/litigation,-,-\n"),
];

/// The sound register with one file put in the place of its own.
fn with(path: &str, bytes: impl Into<Vec<u8>>) -> Sources {
    let rest = BASE.iter().filter(|(known, _)| *known != path).map(|(known, text)| ((*known).to_owned(), text.as_bytes().to_vec()));
    Sources::memory(rest.chain([(path.to_owned(), bytes.into())]))
}

fn codes(report: &Report) -> Vec<Code> {
    report.diagnostics().iter().map(leidraad::Diagnostic::code).collect()
}

#[test]
#[cfg(unix)]
fn links_that_lead_back_or_nowhere() {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in BASE {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    std::os::unix::fs::symlink("..", folder.path().join("services/again")).unwrap();
    std::os::unix::fs::symlink("/nowhere/at/all", folder.path().join("services/gone.toml")).unwrap();
    assert_eq!(codes(&Policy::loader().check(&Sources::folder(folder.path()))), [Code::FolderLoop, Code::ReadFailed]);
    assert_eq!(codes(&Policy::loader().check(&Sources::folder(folder.path().join("register.toml")))), [Code::MissingFile]);
    assert_eq!(codes(&Policy::loader().check(&Sources::folder(Path::new("/nowhere")))), [Code::MissingFile]);
}

/// A copy that a spreadsheet makes beside a matrix is no second matrix.
#[test]
fn names_of_files_are_ids() {
    for name in ["say \"hi\".csv", "Kopie van matrix.csv", "matrix (1).csv", "Matrix.csv", "rules - kopie.toml"] {
        let report =
            Policy::loader().check(&with(&format!("rulesets/dvo/1/{name}"), "service,leiden,leiderdorp\nlegal/litigation,plus,-\n"));
        assert_eq!(codes(&report), [Code::UnknownFile], "{name}");
    }
    for litter in ["Thumbs.db", "desktop.ini", "~$matrix.xlsx", "rules.toml~", "#rules.toml#"] {
        let report = Policy::loader().check(&with(&format!("rulesets/dvo/1/{litter}"), "x"));
        assert_eq!(report.errors(), 0, "{litter}: {report}");
    }
}

/// Where rules contradict each other, which only an unchecked policy has, no way leads to an answer.
#[test]
fn what_is_contested_is_refused_whichever_way_it_is_asked() {
    let head = |decided: &str, from: &str| format!("rank = \"agreement\"\ndecided = {decided}\nfrom = {from}\n");
    let rule = |id: &str, level: &str, more: &str| {
        format!("[[rule]]\nid = \"{id}\"\nservice = \"legal/advice\"\ngrant = {{ level = \"{level}\" }}\n{more}\n")
    };
    let sources = with("rulesets/one/1/ruleset.toml", head("2023-06-01", "2023-07-01"))
        .with("rulesets/one/1/rules.toml", rule("x", "standard", "from = 2025-01-01"))
        .with("rulesets/two/1/ruleset.toml", head("2022-12-15", "2024-01-01"))
        .with("rulesets/two/1/rules.toml", rule("y", "plus", ""))
        .with("rulesets/two/2/ruleset.toml", head("2023-06-01", "2025-01-01"))
        .with("rulesets/two/2/rules.toml", rule("y", "plus", "overrides = [\"one#x\"]"));
    let question = Question::new("leiden", "legal/advice", date(2025, 2, 1));
    let policy = Policy::load(&sources).unwrap_or_else(|report| panic!("{report}"));
    assert_eq!(policy.verdict_by_name(&question).unwrap().level_id(), Some("plus"));
    let unchecked = Policy::loader().without(&["two@2"]).load(&sources).unwrap();
    let refused = unchecked.decide(&question).unwrap_err().to_string();
    assert_eq!(unchecked.verdict_by_name(&question).unwrap_err().to_string(), refused);
    let form = unchecked.form([]).unwrap();
    assert_eq!(form.verdict("leiden", "legal/advice", date(2025, 2, 1), &[]).unwrap_err().to_string(), refused);
}

#[test]
fn a_file_that_is_too_large() {
    let report = Policy::loader().check(&with("rulesets/dvo/1/more.toml", vec![b' '; 65 << 20]));
    assert_eq!(codes(&report), [Code::TooLarge]);
}

#[test]
fn a_hundred_thousand_syntax_errors() {
    let report = Policy::loader().check(&with("rulesets/dvo/1/more.toml", "= =\n".repeat(100_000)));
    assert!((1..=101).contains(&report.errors()), "{}", report.errors());
    let report = Policy::loader().check(&with("rulesets/dvo/1/more.toml", "= =\n".repeat(2_000_000)));
    assert_eq!(codes(&report), [Code::TomlSyntax]);
}

#[test]
fn nesting_without_end() {
    for text in ["[".repeat(100_000), "{a=".repeat(100_000), "a.".repeat(100_000), format!("x = {}", "[".repeat(100_000))] {
        assert!(Policy::loader().check(&with("rulesets/dvo/1/more.toml", text)).errors() > 0);
    }
    let deep =
        format!("[fact.used]\ntype = 'whole'\n[fact.deep]\ntype = 'whole'\nderive = '{}used{}'", "(".repeat(50_000), ")".repeat(50_000));
    assert!(codes(&Policy::loader().check(&with("facts.toml", deep))).contains(&Code::BadExpression));
}

#[test]
fn a_chain_of_composites_requirements_and_derived_facts() {
    let mut services = "[domain]\nid = 'legal'\n[service.advice]\n[service.litigation]\n[service.c0]\ncomposite = { of = ['legal/advice'], level = 'lowest' }\n".to_owned();
    let mut facts = "[fact.inhabitants]\ntype = 'whole'\ngiven_by = 'register'\n[fact.d0]\ntype = 'whole'\n".to_owned();
    for n in 1..2_000 {
        services +=
            &format!("[service.c{n}]\ncomposite = {{ of = ['legal/c{}'], level = 'lowest' }}\nrequires = ['legal/c{}']\n", n - 1, n - 1);
        facts += &format!("[fact.d{n}]\ntype = 'whole'\nderive = 'd{} + 1'\n", n - 1);
    }
    let report = Policy::loader().check(&with("services/legal.toml", services));
    assert!(codes(&report).iter().all(|code| [Code::CompositeSize, Code::MoreFindings].contains(code)), "{report}");
    let report = Policy::loader().check(&with("facts.toml", facts));
    assert_eq!(report.errors(), 0, "{report}");
}

/// Each fact follows from the two before it: as many paths as rabbits.
#[test]
fn derived_facts_that_meet_again_and_again() {
    let mut facts =
        "[fact.inhabitants]\ntype = 'whole'\ngiven_by = 'register'\n[fact.d0]\ntype = 'whole'\n[fact.d1]\ntype = 'whole'\n".to_owned();
    for n in 2..200 {
        facts += &format!("[fact.d{n}]\ntype = 'whole'\nderive = 'max(d{}, d{})'\n", n - 1, n - 2);
    }
    let rules = "[[rule]]\nid = 'a'\nservice = 'legal/*'\nwhen = { d199 = '> 5' }\ngrant = { level = 'plus' }\n";
    let files = BASE
        .iter()
        .filter(|(path, _)| *path != "facts.toml" && *path != "rulesets/dvo/1/rules.toml")
        .map(|(path, text)| (*path, (*text).to_owned()));
    let policy =
        Policy::load(&Sources::memory(files.chain([("facts.toml", facts), ("rulesets/dvo/1/rules.toml", rules.to_owned())]))).unwrap();
    let question = Question::new("leiden", "legal/advice", date(2025, 2, 1));
    assert_eq!(policy.decide(&question).unwrap().needs(), ["d0", "d1"]);
    assert_eq!(policy.decide(&question.fact("d0", 6).fact("d1", 0)).unwrap().level_id(), Some("plus"));
}

#[test]
fn a_thousand_tables() {
    let tables = |step: i32, more: &str| {
        (0..1_000).map(|n| format!("{{ quantity = '[{}..{}]', {more} }}", n * step, n * step + 3)).collect::<Vec<_>>().join(", ")
    };
    let rules = format!(
        "[[rule]]\nid = 'a'\nservice = 'legal/*'\nwhen = [{}]\ngrant = {{ level = 'plus' }}\n[[rule]]\nid = 'b'\nservice = 'legal/*'\ngrant = {{ level = 'standard' }}\n[[rule]]\nid = 'c'\nservice = 'legal/advice'\nwhen = [{}]\ndeny = true\n",
        tables(10, "used = '> 5'"),
        tables(7, "urgent = true")
    );
    let report = Policy::loader().check(&with("rulesets/dvo/1/rules.toml", rules.clone()));
    assert_eq!(codes(&report), [Code::RuleConflict], "{report}");
    let policy = Policy::load(&with("rulesets/dvo/1/rules.toml", rules.replace("id = 'a'", "id = 'a'\noverrides = ['b']"))).unwrap();
    let question = Question::new("leiden", "legal/advice", date(2025, 2, 1)).fact("quantity", 11).fact("used", 6).fact("urgent", false);
    assert_eq!(policy.decide(&question).unwrap().level_id(), Some("plus"));
    let open = Question::new("leiden", "legal/litigation", date(2025, 2, 1));
    assert!(policy.decide(&open).map_or_else(|error| error.is_too_complex(), |decision| !decision.needs().is_empty()));
}

/// Ten pigeons, nine holes: every combination is covered, and no solver that splits sees it quickly.
#[test]
fn a_check_that_would_take_too_long_says_so() {
    let facts: String = (0..10).map(|n| format!("[fact.p{n}]\ntype = 'whole'\nmin = 0\nmax = 8\n")).collect();
    let facts = format!("{facts}[fact.inhabitants]\ntype = 'whole'\ngiven_by = 'register'\n");
    let mut pairs = Vec::new();
    for hole in 0..9 {
        for one in 0..10 {
            pairs.extend((one + 1..10).map(|other| format!("{{ p{one} = {hole}, p{other} = {hole} }}")));
        }
    }
    let rules = format!(
        "[[rule]]\nid = 'a'\nservice = 'legal/*'\ngrant = {{ level = 'plus' }}\n[[rule]]\nid = 'b'\nservice = 'legal/*'\ndeny = true\n[[rule]]\nid = 'c'\nservice = 'legal/*'\nwhen = [{}]\ngrant = {{ level = 'standard' }}\noverrides = ['a', 'b']\n",
        pairs.join(", ")
    );
    let files = BASE
        .iter()
        .filter(|(path, _)| *path != "facts.toml" && *path != "rulesets/dvo/1/rules.toml")
        .map(|(path, text)| (*path, (*text).to_owned()));
    let report = Policy::loader().check(&Sources::memory(files.chain([("facts.toml", facts), ("rulesets/dvo/1/rules.toml", rules)])));
    assert!(codes(&report).contains(&Code::CheckTooLarge), "{report}");
}

proptest! {
    #![proptest_config(Config { cases: 400, failure_persistence: None, rng_seed: RngSeed::Fixed(3), ..Config::default() })]

    #[test]
    fn bytes_of_any_kind(file in 0..BASE.len(), bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let report = Policy::loader().check(&with(BASE[file].0, bytes));
        let _ = (report.to_string(), report.diagnostics().iter().map(|finding| serde_json::to_string(&finding.in_language(Language::Nl)).unwrap()).collect::<String>());
    }

    #[test]
    fn slips_of_the_pen(file in 0..BASE.len(), at in any::<prop::sample::Index>(), length in 0usize..12, put in "[\\[\\]{}()=\"',.<>#\\\\\n a-c0-9-]{0,6}") {
        let (path, text) = BASE[file];
        let from = at.index(text.len());
        let to = (from + length).min(text.len());
        let mut bytes = text.as_bytes()[..from].to_vec();
        bytes.extend(put.bytes());
        bytes.extend(&text.as_bytes()[to..]);
        match Policy::load(&with(path, bytes)) {
            Err(report) => prop_assert!(report.errors() > 0),
            Ok(policy) => {
                for service in policy.catalogue().services() {
                    let decision = policy.decide(&Question::new("leiden", service, date(2025, 2, 1)));
                    let _ = decision.map(|decision| (decision.to_json(Language::Nl), decision.explain(Language::En).to_string()));
                }
            }
        }
    }
}
