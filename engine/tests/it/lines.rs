//! A line of JSON has the answer of the question that it tells, or is refused as that is, however it is written.

use std::sync::LazyLock;

use leidraad::{Error, Language, Policy, Question, Sources, date};
use proptest::prelude::*;
use proptest::sample::select;

static POLICY: LazyLock<Policy> = LazyLock::new(|| Policy::load(&Sources::folder("rules")).unwrap());

/// Mostly one of the first, which are fine; now and then one of the others.
fn mostly(fine: &'static [&'static str], others: &'static [&'static str]) -> impl Strategy<Value = &'static str> {
    prop_oneof![9 => select(fine), 1 => select(others)]
}

fn facts() -> impl Strategy<Value = String> {
    let fact = |name: &'static str, fine: &'static [&'static str]| {
        let others = &["20.5", "1e2", "-1", "99999999999999999999", "\"20\"", "true", "null", "[]", "[\"desk\"]", "{}"];
        mostly(fine, others).prop_map(move |value| format!("\"{name}\" : {value}"))
    };
    let fact = prop_oneof![
        fact("quantity", &["20", "0", "20.5"]),
        fact("used", &["592", "600"]),
        fact("us\\u0065d", &["592"]),
        fact("fte", &["100", "100.25"]),
        fact("notice_received", &["\"2025-01-01\"", "\"2025-01-41\""]),
        fact("channel", &["\"desk\"", "\"d\\u0065sk\"", "\"nowhere\""]),
        fact("urgent", &["true", "false"]),
    ];
    let refused = select(&["{\"inhabitants\":1}", "{\"nothing\":1}", "[]", "null", "{\"used\":}"][..]).prop_map(str::to_owned);
    prop_oneof![9 => prop::collection::vec(fact, 0..4).prop_map(|facts| format!("{{{}}}", facts.join(","))), 1 => refused]
}

fn line() -> impl Strategy<Value = String> {
    let customer = mostly(&["leiderdorp", "Leiderdorp", "GM0547", "l\\u0065iden"], &["nobody", "leiderdrop"]);
    let service = mostly(&["legal/advice", "Juridisch advies", "ict/workplace"], &["ict/nothing", ""]);
    let named = |name: &'static str, value: &str| format!("\"{name}\":{value}");
    let more = (
        mostly(&["\"2025-02-01\"", "\"2026-03-01\"", "null"], &["\"2025-02-30\"", "\"2025-2-1\"", "\"123456-01-01\"", "20250201"]),
        mostly(&["\"2025-01-01\"", "null"], &["\"yesterday\""]),
        mostly(&["true", "false"], &["null", "1"]),
        facts(),
        Just("1"),
    )
        .prop_map(move |(on, known, proposed, facts, colour)| {
            [named("on", on), named("known", known), named("proposed", proposed), named("facts", &facts), named("colour", colour)]
        });
    // Which of these stand in the line: some of the first four, seldom the last, and seldom one of them twice.
    let which =
        (prop::sample::subsequence(vec![0, 1, 2, 3], 0..=4), prop_oneof![9 => Just(vec![]), 1 => prop::collection::vec(0..5usize, 1..3)]);
    let fields = (customer, service, more, which)
        .prop_map(move |(customer, service, more, (some, again))| {
            let whose = [format!("\"customer\": \"{customer}\""), format!("\"service\" :\"{service}\"")];
            whose.into_iter().chain([some, again].concat().into_iter().map(|at| more[at].clone())).collect::<Vec<_>>()
        })
        .prop_shuffle();
    let open = mostly(&["{", " {", "\u{feff}{"], &["[", ""]);
    let close = mostly(&["}", "}\t"], &["", "} x", ",}", "]"]);
    (fields, open, close).prop_map(|(fields, open, close)| format!("{open}{}{close}", fields.join(",")))
}

fn told(answer: Result<String, Error>) -> String {
    answer.unwrap_or_else(|error| format!("{}: {}", error.code(), error.message(Language::En)))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]
    #[test]
    fn a_line_is_answered_as_its_question_is(line in line()) {
        let today = date(2026, 1, 1);
        let short = POLICY.decide_json(line.as_bytes(), today).map(|decision| decision.to_json(Language::En));
        let plain = line.trim_start_matches('\u{feff}').trim();
        let long = Question::from_json(plain, today).and_then(|question| Ok(POLICY.decide(&question)?.to_json(Language::En)));
        prop_assert_eq!(told(short), told(long));
    }
}
