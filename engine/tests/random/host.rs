//! A register as plain data in; the same as the engine is given it out: sources, plugins, questions. And how cases are run.

use leidraad::plugin::{self, Description, Input, Plugins, Proposal, ProposedQuota, Reply, Setting, SettingKind};
use leidraad::{FactValue, Sources};
use proptest::test_runner::{Config, RngSeed, TestError, TestRunner};

use super::spec::{CUSTOMERS, FACTS, Kind, NOTES, Question, Spec, TAGS, TEXTS, date, service_id};
use super::write::files;
use leidraad::catalogue::Span;

pub(crate) fn setting(name: &str, otherwise: usize) -> usize {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

/// Runs so many cases that are not rejected.
pub(crate) fn runner(cases: usize) -> TestRunner {
    TestRunner::new(Config {
        cases: u32::try_from(cases).unwrap(),
        max_global_rejects: 10_000_000,
        failure_persistence: None,
        rng_seed: seed(),
        ..Config::default()
    })
}

/// The bytes of a failing case say nothing; its message holds the register that they stand for.
pub(crate) fn finish<T>(outcome: Result<(), TestError<T>>) {
    match outcome {
        Ok(()) => {}
        Err(TestError::Fail(reason, _)) => panic!("{reason}"),
        Err(TestError::Abort(reason)) => panic!("aborted: {reason}"),
    }
}

/// The same cases every time, unless another seed is asked for.
fn seed() -> RngSeed {
    RngSeed::Fixed(setting("LEIDRAAD_SEED", 1) as u64)
}

fn value(fact: usize, value: i64) -> FactValue {
    match FACTS[fact].kind {
        Kind::Truth => FactValue::Truth(value == 1),
        Kind::Tenths => FactValue::Number(leidraad::Decimal::new(value, 1)),
        Kind::Whole => FactValue::from(value),
        Kind::Text => FactValue::from(TEXTS[value as usize]),
        Kind::OpenText => FactValue::from(NOTES.get(value as usize).copied().unwrap_or("zzz")),
        Kind::Day => FactValue::from(date(value).as_str()),
        Kind::Tags => {
            FactValue::Tags(TAGS.iter().enumerate().filter(|(at, _)| value >> at & 1 == 1).map(|(_, tag)| (*tag).to_owned()).collect())
        }
    }
}

pub(crate) fn public(question: &Question) -> leidraad::Question {
    let mut public =
        leidraad::Question::new(CUSTOMERS[question.customer].0, service_id(question.service), date(question.on).parse().unwrap());
    public.known = question.known.map(|day| date(day).parse().unwrap());
    public.proposed = question.proposed;
    for (fact, given) in &question.facts {
        public = public.fact(FACTS[*fact].name, value(*fact, *given));
    }
    public
}

/// The plugins that random registers bind: each does what its `config` says.
pub(crate) fn plugins() -> Plugins {
    let setting = |name: &str, kind| Setting { name: name.to_owned(), kind, required: false, summary: String::new() };
    let settings = vec![
        setting("level", SettingKind::Text),
        setting("amount", SettingKind::Number),
        setting("oblige", SettingKind::Truth),
        setting("fault", SettingKind::Truth),
        setting("first", SettingKind::Day),
        setting("last", SettingKind::Day),
        setting("fact", SettingKind::Text),
        setting("at", SettingKind::Text),
    ];
    let described = |name: &str, [level, quota, obligations]: [bool; 3]| Description {
        name: name.to_owned(),
        version: "1".to_owned(),
        reads_day: name == "season",
        reads: if name == "ask" { FACTS.iter().map(|fact| fact.name.to_owned()).collect() } else { Vec::new() },
        settings: settings.clone(),
        sets: plugin::Choices { level, quota, obligations },
        ..Description::default()
    };
    [("act", [true; 3]), ("season", [true, false, false]), ("ask", [true, false, false])]
        .into_iter()
        .fold(Plugins::new(), |plugins, (name, sets)| plugins.native(name, described(name, sets), act))
}

/// What the plugins of the test do.
fn act(input: &Input<'_>) -> Reply {
    let given = |name: &str| input.config.iter().find(|(known, _)| **known == *name).map(|(_, value)| value.clone());
    let text = |name: &str| given(name).map(|value| serde_json::to_string(&value).unwrap().replace('"', ""));
    let mut proposal = Proposal { level: text("level"), ..Proposal::default() };
    if given("fault").is_some() {
        return Reply::Invalid("as asked".to_owned());
    }
    if given("oblige").is_some() {
        proposal.obligations.push("extra".to_owned());
    }
    if let Some(FactValue::Number(amount)) = given("amount") {
        proposal.quota = Some(ProposedQuota { amount, unit: "hour".to_owned(), per: "year".to_owned() });
    }
    if let (Some(FactValue::Day(first)), Some(FactValue::Day(last)), Some(on)) = (given("first"), given("last"), input.query.on) {
        proposal.stands = Some(if on < first {
            Span { from: None, until: first.yesterday().ok() }
        } else if on > last {
            Span { from: last.tomorrow().ok(), until: None }
        } else {
            Span { from: Some(first), until: Some(last) }
        });
        proposal.level = proposal.level.filter(|_| first <= on && on <= last);
    }
    if let Some(fact) = text("fact") {
        let Some(value) = input.query.fact(&fact) else { return Reply::Needs(vec![fact], None) };
        let rank = |text: &str| text.parse::<leidraad::Decimal>().ok();
        let (value, at) = (serde_json::to_string(value).unwrap().replace('"', ""), text("at").unwrap_or_default());
        let reached = match (rank(&value), rank(&at)) {
            (Some(value), Some(at)) => value >= at,
            _ => value >= at,
        };
        proposal.level = proposal.level.filter(|_| reached);
    }
    Reply::Proposal(proposal)
}

pub(crate) fn sources(spec: &Spec) -> Sources {
    Sources::memory(files(spec))
}

pub(crate) fn show(spec: &Spec) -> String {
    files(spec)
        .into_iter()
        .filter(|(path, _)| path.starts_with("rulesets") || path.starts_with("values"))
        .map(|(path, text)| format!("--- {path}\n{text}"))
        .collect()
}
