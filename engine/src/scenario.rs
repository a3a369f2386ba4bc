//! A scenario and a decision in; where the decision is not what the contract owner expects out.

use std::collections::BTreeMap;

use serde_json::value::RawValue;
use serde_json::{Map, Value};

use crate::decide::Decision;
use crate::model;
use crate::model::question::Question;
use crate::model::value::exact_json;
use crate::text::Language;

/// A question of the register with the answer that its owner expects. Only the keys that the expectation gives are compared.
///
/// ```
/// # let policy = leidraad::Policy::load(&leidraad::Sources::folder("rules")).unwrap();
/// let scenario = policy.scenarios().next().unwrap();
/// let decision = policy.decide(scenario.question()).unwrap();
/// assert!(scenario.compare(&decision).is_empty());
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Scenario<'p> {
    pub(crate) scenario: &'p model::register::Scenario,
}

/// One place where a decision is not as expected.
///
/// ```
/// use leidraad::Mismatch;
/// let mismatch = Mismatch::new("lines[0].level", "\"plus\"", "\"standard\"");
/// assert_eq!((mismatch.path.as_str(), mismatch.found.as_str()), ("lines[0].level", "\"standard\""));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    /// where in the decision, such as `lines[0].level`
    pub path: String,
    /// what the scenario expects there, as JSON
    pub expected: String,
    /// what the decision has there, as JSON
    pub found: String,
}

impl Mismatch {
    /// A mismatch at a path; none, where the whole question could not be asked.
    pub fn new(path: &str, expected: &str, found: &str) -> Self {
        Mismatch { path: path.to_owned(), expected: expected.to_owned(), found: found.to_owned() }
    }
}

impl<'p> Scenario<'p> {
    /// Its id.
    pub fn id(&self) -> &'p str {
        &self.scenario.id
    }
    /// What it is about, if it says so.
    pub fn title(&self, language: Language) -> Option<&'p str> {
        self.scenario.title.get(language)
    }
    /// What it asks.
    pub fn question(&self) -> &'p Question {
        &self.scenario.question
    }
    /// Where a decision is not as expected; empty when the scenario holds.
    pub fn compare(&self, decision: &Decision<'_>) -> Vec<Mismatch> {
        let found = RawValue::from_string(decision.to_json(Language::Nl)).map(|raw| tree(&raw)).unwrap_or_default();
        let mut mismatches = Vec::new();
        compare(String::new(), &self.scenario.expect, &found, &mut mismatches);
        mismatches
    }
}

/// JSON with its numbers kept as they are written, so that none is rounded on the way.
fn tree(raw: &RawValue) -> Value {
    let text = raw.get();
    match text.as_bytes().first() {
        Some(b'{') => {
            let entries: BTreeMap<String, Box<RawValue>> = serde_json::from_str(text).unwrap_or_default();
            Value::Object(entries.into_iter().map(|(key, value)| (key, tree(&value))).collect::<Map<_, _>>())
        }
        Some(b'[') => {
            Value::Array(serde_json::from_str::<Vec<Box<RawValue>>>(text).unwrap_or_default().iter().map(|item| tree(item)).collect())
        }
        Some(b'-' | b'0'..=b'9') => exact_json(text),
        _ => serde_json::from_str(text).unwrap_or_default(),
    }
}

/// A value as JSON writes it; numbers are kept as texts with a mark.
fn show(value: &Value) -> String {
    match value {
        Value::String(text) => text.strip_prefix('\u{0}').map_or_else(|| value.to_string(), str::to_owned),
        Value::Array(list) => format!("[{}]", list.iter().map(show).collect::<Vec<_>>().join(",")),
        Value::Object(entries) => {
            let entries: Vec<String> =
                entries.iter().map(|(key, value)| format!("{}:{}", Value::String(key.clone()), show(value))).collect();
            format!("{{{}}}", entries.join(","))
        }
        other => other.to_string(),
    }
}

fn compare(path: String, expected: &Value, found: &Value, out: &mut Vec<Mismatch>) {
    match (expected, found) {
        (Value::Object(expected), Value::Object(found)) => {
            for (key, value) in expected {
                let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                compare(path, value, found.get(key).unwrap_or(&Value::Null), out);
            }
        }
        (Value::Array(expected), Value::Array(found)) if expected.len() == found.len() => {
            for (at, (expected, found)) in expected.iter().zip(found).enumerate() {
                compare(format!("{path}[{at}]"), expected, found, out);
            }
        }
        _ if expected == found => {}
        _ => out.push(Mismatch { path, expected: show(expected), found: show(found) }),
    }
}
