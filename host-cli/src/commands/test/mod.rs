//! `leidraad test`: the scenarios with the answers that their owner expects, and how much of the register they reach.

mod junit;
mod watch;

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use leidraad::{Coverage, Language, Mismatch, Policy, Question, RuleCoverage, Sources};
use serde::Serialize;

use super::Context;
use crate::args::{CoverageFormat, Format, Test};
use crate::fault::{Fault, Status};
use crate::layout::command;
use crate::locale::{Key, say};
use crate::output::{print, print_json};
use crate::parallel;

/// What came of one scenario.
struct Ran<'p> {
    id: &'p str,
    title: Option<&'p str>,
    question: &'p Question,
    mismatches: Vec<Mismatch>,
    took: Duration,
}

pub(crate) fn run(context: &Context, test: &Test) -> Result<Status, Fault> {
    if test.watch {
        return watch::run(context, test);
    }
    let sources = context.sources();
    let policy = context.policy_of(&sources)?;
    context.note(&policy);
    once(context, test, &sources, &policy)
}

fn once(context: &Context, test: &Test, sources: &Sources, policy: &Policy) -> Result<Status, Fault> {
    let language = context.language(policy);
    let scenarios: Vec<_> =
        policy.scenarios().filter(|scenario| test.filter.iter().all(|part| scenario.id().contains(part.as_str()))).collect();
    if let (Some(filter), true) = (&test.filter, scenarios.is_empty()) {
        return Err(Fault::Plugin { path: filter.clone(), reason: say(language, Key::TestNone, &[]) });
    }
    let ran: Vec<Ran<'_>> = parallel::map(&scenarios, |scenario| {
        let started = Instant::now();
        let mismatches = match policy.decide(scenario.question()) {
            Ok(decision) => scenario.compare(&decision),
            Err(error) => vec![Mismatch::new("", "", &error.message(language))],
        };
        Ran { id: scenario.id(), title: scenario.title(language), question: scenario.question(), mismatches, took: started.elapsed() }
    });
    if let Some(path) = &test.junit {
        let unwritable = |cause: std::io::Error| Fault::Unwritable { path: path.display().to_string(), cause: cause.to_string(), language };
        std::fs::write(path, junit::report(policy.name(), &ran)).map_err(unwritable)?;
    }
    let coverage = policy.coverage(sources, scenarios.iter().map(leidraad::Scenario::question));
    let printed = match (test.coverage, context.format) {
        (Some(CoverageFormat::Lcov), _) => coverage.to_lcov(&context.register.display().to_string()),
        (Some(CoverageFormat::Json), _) => serde_json::to_string(&coverage).unwrap_or_default() + "\n",
        (_, Format::Json) => records(&ran),
        (whole, _) => format!("{}{}", report(&ran, language), reached(&coverage, whole.is_some(), test.filter.is_some(), language)),
    };
    let status = if ran.iter().all(|one| one.mismatches.is_empty()) { Status::Granted } else { Status::Refused };
    match (test.coverage, context.format) {
        (Some(CoverageFormat::Json), _) | (None, Format::Json) => print_json(&printed, status),
        _ => print(&printed, status),
    }
}

#[derive(Serialize)]
struct Record<'a> {
    scenario: &'a str,
    title: Option<&'a str>,
    passed: bool,
    question: &'a Question,
    mismatches: Vec<Wrong<'a>>,
}

#[derive(Serialize)]
struct Wrong<'a> {
    path: &'a str,
    expected: &'a str,
    found: &'a str,
}

fn records(ran: &[Ran<'_>]) -> String {
    let record = |one: &Ran<'_>| {
        let wrong = |mismatch| {
            let Mismatch { path, expected, found, .. }: &Mismatch = mismatch;
            Wrong { path, expected, found }
        };
        let mismatches = one.mismatches.iter().map(wrong).collect();
        let record = Record { scenario: one.id, title: one.title, passed: one.mismatches.is_empty(), question: one.question, mismatches };
        serde_json::to_string(&record).unwrap_or_default()
    };
    format!("[{}]\n", ran.iter().map(record).collect::<Vec<_>>().join(",\n "))
}

/// The scenarios that fail, and how many hold.
fn report(ran: &[Ran<'_>], language: Language) -> String {
    let mut text = String::new();
    let failed: Vec<_> = ran.iter().filter(|one| !one.mismatches.is_empty()).collect();
    for one in &failed {
        let title = one.title.map_or_else(|| one.id.to_owned(), |title| format!("{}: {title}", one.id));
        let _ = writeln!(text, "{}: {title}", say(language, Key::TestFailed, &[]));
        for wrong in &one.mismatches {
            let values = [("path", wrong.path.as_str()), ("expected", &wrong.expected), ("found", &wrong.found)];
            let _ = writeln!(text, "  {}", say(language, if wrong.path.is_empty() { Key::TestError } else { Key::TestMismatch }, &values));
        }
        let _ = writeln!(text, "  {}\n", say(language, Key::DiffShown, &[("command", &command(one.question))]));
    }
    let (passed, failed) = ((ran.len() - failed.len()).to_string(), failed.len().to_string());
    let _ = writeln!(text, "{}", say(language, Key::TestSum, &[("passed", &passed), ("failed", &failed)]));
    text
}

/// How much the scenarios reach; whole: each rule with its counts, else each version with those of its rules.
fn reached(coverage: &Coverage, whole: bool, part: bool, language: Language) -> String {
    let mut text = String::new();
    let (rules, decided) = (coverage.rules.len(), coverage.rules.iter().filter(|rule| rule.decided > 0).count());
    let (options, shaped) = (coverage.options.len(), coverage.options.iter().filter(|option| option.shaped > 0).count());
    let counts =
        [("rules", rules.to_string()), ("decided", decided.to_string()), ("options", options.to_string()), ("shaped", shaped.to_string())];
    let _ = writeln!(text, "{}", say(language, Key::TestCoverage, &counts.each_ref().map(|(name, value)| (*name, value.as_str()))));
    if whole {
        let header = [Key::TestRule, Key::TestFired, Key::TestDecided, Key::TestPlace].map(|key| say(language, key, &[])).to_vec();
        let rules = coverage
            .rules
            .iter()
            .map(|rule| vec![rule.rule.clone(), rule.fired.to_string(), rule.decided.to_string(), format!("{}:{}", rule.file, rule.line)]);
        let options = coverage.options.iter().map(|option| {
            vec![option.option.clone(), option.asked.to_string(), option.shaped.to_string(), format!("{}:{}", option.file, option.line)]
        });
        let _ = write!(text, "\n{}", crate::layout::table(&header, &rules.chain(options).collect::<Vec<_>>()));
        for rule in coverage.rules.iter().filter(|rule| rule.fired > 0) {
            for (at, _) in rule.tables.iter().enumerate().filter(|(_, fired)| **fired == 0) {
                let values = [("rule", rule.rule.as_str()), ("number", &(at + 1).to_string())];
                let _ = writeln!(text, "{}", say(language, Key::TestTable, &values));
            }
        }
    } else if !part {
        let header = [Key::Version, Key::TestRules, Key::TestDecided, Key::TestFiredOnly, Key::TestNever]
            .map(|key| say(language, key, &[]))
            .to_vec();
        let version = |rule: &RuleCoverage| rule.rule.split('#').next().unwrap_or_default().to_owned();
        let row = |rules: &[RuleCoverage]| {
            let count = |fits: fn(&RuleCoverage) -> bool| rules.iter().filter(|rule| fits(rule)).count();
            let counts = [
                rules.len(),
                count(|rule| rule.decided > 0),
                count(|rule| rule.fired > 0 && rule.decided == 0),
                count(|rule| rule.fired == 0),
            ];
            let name = rules.first().map(version).unwrap_or_default();
            std::iter::once(name).chain(counts.iter().map(ToString::to_string)).collect()
        };
        let rows: Vec<Vec<String>> = coverage.rules.chunk_by(|a, b| version(a) == version(b)).map(row).collect();
        let _ = write!(text, "\n{}\n{}\n", crate::layout::table(&header, &rows), say(language, Key::TestSingle, &[]));
    }
    text
}
