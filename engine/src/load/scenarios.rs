//! `scenarios/*.toml` in; questions with the answers that the contract owner expects out.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::names::{Names, duplicate, level};
use super::parse::parse;
use super::toml::{File, Findings, Keys, Node};
use super::values::plain;
use crate::diagnostic::{Code, Draft, did_you_mean};
use crate::model::question::Question;
use crate::model::register::{Register, Scenario};
use crate::model::value::{Exact, exact_json};
use crate::text::both;

const OUTCOMES: [&str; 3] = ["granted", "refused", "undetermined"];

/// The keys of a decision that a scenario can expect something of.
const DECISION_KEYS: [&str; 17] = [
    "outcome",
    "level",
    "room",
    "lines",
    "quota",
    "obligations",
    "needs",
    "possible",
    "because",
    "overruled",
    "options",
    "degraded",
    "pending",
    "holds",
    "parts",
    "question",
    "policy",
];

pub(super) fn load(files: &[File<'_>], register: &mut Register, out: &mut Findings) {
    let names = Names::of(register);
    for file in files {
        let (tree, _) = parse(*file, out);
        let mut keys = Keys::new(*file, &tree, file.start());
        for mut entry in keys.tables("scenario", out) {
            if let Some(scenario) = scenario(&mut entry, &names, register, out) {
                Arc::make_mut(&mut register.scenarios).push(scenario);
            }
            entry.finish(out);
        }
        keys.finish(out);
    }
}

fn scenario(entry: &mut Keys<'_>, names: &Names, register: &Register, out: &mut Findings) -> Option<Scenario> {
    let title = entry.translated("title", out);
    let id = entry.need("id", out).and_then(|node| {
        let id = node.text(out)?;
        if register.scenarios.iter().any(|known| *known.id == *id) {
            out.push(duplicate(&both!("scenario", "scenario"), id, node.place()));
        }
        Some(id)
    });
    let question = entry.need("question", out).and_then(|node| question(node.keys(out)?, names, register, out));
    let expect = entry.need("expect", out).and_then(|node| expect(node, register, out));
    Some(Scenario { id: id?.into(), title, question: question?, expect: expect?, place: entry.place })
}

fn question(mut keys: Keys<'_>, names: &Names, register: &Register, out: &mut Findings) -> Option<Question> {
    let before = out.len();
    let customer = keys.need("customer", out).and_then(|node| names.customer(node.text(out)?, node.place(), out));
    let service = keys.need("service", out).and_then(|node| names.service(node.text(out)?, node.place(), out));
    let on = keys.need("on", out).and_then(|node| node.date(out));
    let known = keys.date("known", out).map(|(date, _)| date);
    let proposed = keys.get("proposed").and_then(|node| node.truth(out)).unwrap_or(false);
    let facts = keys.get("facts").and_then(|node| node.keys(out));
    keys.finish(out);
    let mut question = Question::new(&*register.customers[customer?].id, &*register.services[service?].id, on?);
    question.known = known;
    question.proposed = proposed;
    for (name, place, node) in facts.iter().flat_map(Keys::all) {
        let Some(id) = names.fact(name, place, out) else { continue };
        let fact = &register.facts[id];
        if fact.from_register {
            out.push(
                Draft::new(
                    Code::BadValue,
                    place,
                    both!(
                        "`{name}` is given by the register; no question can set it",
                        "`{name}` wordt door het register gegeven; een vraag kan het niet geven"
                    ),
                )
                .help(both!("leave it out", "laat het weg")),
            );
        } else if let Some(value) = plain(node, fact, out) {
            match fact.lower(&value) {
                Ok(_) => {
                    question.facts.insert(name.to_owned(), value);
                }
                Err(misfit) => {
                    let reason = misfit.reason();
                    let message = both!([reason] "`{name}`: {reason}", "`{name}`: {reason}");
                    out.push(Draft::new(Code::BadValue, node.place(), message).help(misfit.way_out(fact)));
                }
            }
        }
    }
    (out.len() == before).then_some(question)
}

fn expect(node: Node<'_>, register: &Register, out: &mut Findings) -> Option<Value> {
    let mut keys = node.keys(out)?;
    if keys.all().is_empty() {
        out.push(
            Draft::new(Code::BadValue, node.place(), both!("the scenario expects nothing", "het scenario verwacht niets"))
                .help(both!("write at least `outcome = \"granted\"`", "schrijf ten minste `outcome = \"granted\"`")),
        );
    }
    if let Some(node) = keys.get("outcome")
        && let Some(word) = node.text(out)
        && !OUTCOMES.contains(&word)
    {
        out.push(
            Draft::new(Code::BadValue, node.place(), both!("`{word}` is no outcome", "`{word}` is geen uitkomst"))
                .maybe_help(did_you_mean(word, OUTCOMES)),
        );
    }
    if let Some(node) = keys.get("level") {
        level(node.text(out)?, node.place(), true, register, out);
    }
    for (key, place, _) in keys.all() {
        if !DECISION_KEYS.contains(&key) {
            out.push(
                Draft::new(Code::UnknownKey, place, both!("a decision has no `{key}`", "een beslissing heeft geen `{key}`"))
                    .maybe_help(did_you_mean(key, DECISION_KEYS)),
            );
        }
    }
    json(node, out)
}

/// A TOML value as JSON, with numbers exact.
fn json(node: Node<'_>, out: &mut Findings) -> Option<Value> {
    use ::toml::de::DeValue;
    Some(match node.value {
        DeValue::String(text) => Value::String(text.to_string()),
        DeValue::Boolean(value) => Value::Bool(*value),
        DeValue::Integer(_) | DeValue::Float(_) => exact_json(&number_text(node.number(out)?)),
        DeValue::Datetime(_) => Value::String(node.date(out)?.to_string()),
        DeValue::Array(_) => Value::Array(node.items().map(|item| json(item, out)).collect::<Option<_>>()?),
        DeValue::Table(_) => {
            let mut object = Map::new();
            for (key, _, value) in node.keys(out)?.all() {
                object.insert(key.to_owned(), json(value, out)?);
            }
            Value::Object(object)
        }
    })
}

/// A number as its JSON digits.
fn number_text(number: rust_decimal::Decimal) -> String {
    serde_json::to_string(&Exact(number)).unwrap_or_default()
}
