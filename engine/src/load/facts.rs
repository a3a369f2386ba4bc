//! `facts.toml` in; typed facts out, derived ones with their expressions read.

use std::collections::BTreeMap;

use super::catalogue::{find_circles, synonyms};
use super::names::{check_id, duplicate, unknown};
use super::parse::parse;
use super::toml::{File, Findings, Keys, Node};
use crate::diagnostic::{Code, Draft, did_you_mean};
use crate::model::arena::FactId;
use crate::model::day::Day;
use crate::model::fact::{DECIMALS_LIMIT, Derivation, Fact, Kind, NUMBER_LIMIT, TAG_LIMIT, scale};
use crate::model::place::Place;
use crate::model::register::Register;
use crate::model::value::FactValue;
use crate::model::words::Words;
use crate::script::{Script, Unread, compared, read};
use crate::text::{Bilingual, Text, both};

const DEFAULT_DECIMALS: u32 = 2;
const TYPES: [&str; 6] = ["truth", "whole", "number", "text", "day", "tags"];

pub(super) fn load(file: File<'_>, register: &mut Register, out: &mut Findings) {
    let (tree, _) = parse(file, out);
    let mut keys = Keys::new(file, &tree, file.start());
    let mut derived = Vec::new();
    for (name, place, mut entry) in keys.named("fact", out) {
        check_id(name, place, out);
        let derive = entry.get("derive");
        let fact = fact(name, &mut entry, out);
        entry.finish(out);
        if let Some(fact) = fact {
            let id = register.facts.push(fact);
            derived.extend(derive.map(|node| (id, node)));
        }
    }
    keys.finish(out);
    let mut places = Vec::new();
    for (id, node) in derived {
        let (derivation, script) = derivation(id, node, register, out).unzip();
        register.facts[id].derive = derivation;
        places.extend(script.map(|script| (id, node, script)));
    }
    circles(register, out);
    for (id, node, script) in places {
        try_out(id, node, &script, register, out);
    }
    given_by_register(register);
}

fn fact(name: &str, entry: &mut Keys<'_>, out: &mut Findings) -> Option<Fact> {
    let label = entry.both_languages(out);
    let synonyms = synonyms(entry, out);
    let labels = entry.named("labels", out);
    let unit = entry.boxed("unit", out);
    let from_register = given_by(entry, out);
    let mut of_questions = |key: &'static str, why: Bilingual| {
        let Some(node) = entry.get(key) else { return false };
        let is_so = node.truth(out) == Some(true);
        if is_so && from_register {
            out.push(Draft::new(Code::BadValue, node.place(), why).help(both!("leave `{key}` out", "laat `{key}` weg")));
        }
        is_so
    };
    let changeable = of_questions(
        "changeable",
        both!(
            "this fact is not given with a question, so a question cannot change it",
            "dit feit wordt niet bij een vraag opgegeven, dus een vraag kan het niet veranderen"
        ),
    );
    let personal = of_questions(
        "personal",
        both!(
            "this fact is not given with a question, so the log need not mask it",
            "dit feit wordt niet bij een vraag opgegeven, dus het logboek hoeft het niet te maskeren"
        ),
    );
    let decimals = entry.get("decimals");
    let values = entry.get("values");
    let (min, max) = (entry.get("min"), entry.get("max"));
    let node = entry.need("type", out)?;
    let word = node.text(out)?;
    let kind = kind(word, node, decimals, out)?;
    let only_for = |node: Option<Node<'_>>, key: &str, fits: bool, out: &mut Findings| {
        if let Some(node) = node
            && !fits
        {
            out.push(
                Draft::new(Code::BadValue, node.place(), both!("a {word} has no `{key}`", "een `{word}` heeft geen `{key}`"))
                    .help(both!("leave `{key}` out", "laat `{key}` weg")),
            );
        }
    };
    if matches!(name, "quantity" | "used") && !matches!(kind, Kind::Number { .. }) {
        out.push(
            Draft::new(
                Code::BadValue,
                node.place(),
                both!("`{name}` is counted with, so it is a number", "met `{name}` wordt gerekend, dus het is een getal"),
            )
            .help(both!("write `type = \"number\"`", "schrijf `type = \"number\"`")),
        );
    }
    only_for(decimals, "decimals", word == "number", out);
    only_for(values, "values", matches!(kind, Kind::Text | Kind::Tags), out);
    let ordered = matches!(kind, Kind::Number { .. } | Kind::Day);
    only_for(min, "min", ordered, out);
    only_for(max, "max", ordered, out);
    if let (Kind::Number { decimals, .. }, Some(node)) = (kind, decimals)
        && decimals > DECIMALS_LIMIT
    {
        out.push(Draft::new(
            Code::BadValue,
            node.place(),
            both!("a number has at most {DECIMALS_LIMIT} decimals", "een getal heeft ten hoogste {DECIMALS_LIMIT} decimalen"),
        ));
        return None;
    }
    let open = kind == Kind::Text && values.is_none();
    let values = self::values(values, kind, entry, out);
    let value_labels = value_labels(labels, &values, out);
    let widest = if kind == Kind::Day { (Day::FIRST.0, Day::LAST.0) } else { (-NUMBER_LIMIT, NUMBER_LIMIT) };
    let low = min.and_then(|node| end(node, kind, out)).unwrap_or(widest.0);
    let high = max.and_then(|node| end(node, kind, out)).unwrap_or(widest.1);
    if let Some(node) = max
        && high < low
    {
        out.push(
            Draft::new(Code::BadValue, node.place(), both!("`max` is below `min`", "`max` ligt onder `min`"))
                .help(both!("give the lowest value as `min`", "geef de laagste waarde als `min`")),
        );
    }
    let range = (low, high.max(low));
    Some(Fact {
        name: name.into(),
        kind,
        range,
        values,
        open,
        label,
        synonyms,
        value_labels,
        unit,
        from_register,
        changeable,
        personal,
        derive: None,
        place: entry.place,
    })
}

/// The type of a fact.
fn kind(word: &str, node: Node<'_>, decimals: Option<Node<'_>>, out: &mut Findings) -> Option<Kind> {
    Some(match word {
        "truth" => Kind::Truth,
        "whole" => Kind::Number { decimals: 0, whole: true },
        "number" => Kind::Number { decimals: decimals.map_or(Some(DEFAULT_DECIMALS), |node| node.whole(out))?, whole: false },
        "text" => Kind::Text,
        "day" => Kind::Day,
        "tags" => Kind::Tags,
        _ => {
            out.push(
                Draft::new(Code::BadValue, node.place(), both!("`{word}` is no type of fact", "`{word}` is geen soort feit"))
                    .maybe_help(did_you_mean(word, TYPES)),
            );
            return None;
        }
    })
}

fn given_by(entry: &mut Keys<'_>, out: &mut Findings) -> bool {
    let Some(node) = entry.get("given_by") else { return false };
    let Some(word) = node.text(out) else { return false };
    if word != "register" && word != "question" {
        out.push(
            Draft::new(Code::BadValue, node.place(), both!("`{word}` gives no facts", "`{word}` geeft geen feiten"))
                .help(both!("a fact is given by `question` or by `register`", "een feit wordt gegeven door `question` of door `register`")),
        );
    }
    word == "register"
}

fn values(node: Option<Node<'_>>, kind: Kind, entry: &Keys<'_>, out: &mut Findings) -> Words {
    let mut values = Words::default();
    if let Some(node) = node {
        for (text, item) in node.list(out).map(|_| node.texts(out)).unwrap_or_default() {
            if values.place(text).is_some() {
                out.push(duplicate(&both!("value", "waarde"), text, item.place()));
            } else {
                values.push(text);
            }
        }
        if values.is_empty() && matches!(kind, Kind::Text | Kind::Tags) {
            out.push(Draft::new(Code::BadValue, node.place(), both!("the fact has no value", "het feit heeft geen waarde")));
        }
        if kind == Kind::Tags && values.len() > TAG_LIMIT {
            out.push(
                Draft::new(
                    Code::BadValue,
                    node.place(),
                    both!("a tags fact has at most {TAG_LIMIT} values", "een feit met kenmerken heeft ten hoogste {TAG_LIMIT} waarden"),
                )
                .help(both!("split it into two facts", "maak er twee feiten van")),
            );
            values = values.iter().take(TAG_LIMIT).collect();
        }
    } else if kind == Kind::Tags {
        out.push(
            Draft::new(Code::MissingKey, entry.place, both!("`values` is missing", "`values` ontbreekt"))
                .help(both!("a tags fact lists its tags: `values = [\"…\"]`", "een feit met kenmerken noemt ze: `values = [\"…\"]`")),
        );
    }
    values
}

/// What people call values: `[fact.channel.labels]` with a line for each, `phone = { nl = "telefoon", en = "phone" }`.
fn value_labels(labels: Vec<(&str, Place, Keys<'_>)>, values: &Words, out: &mut Findings) -> BTreeMap<Box<str>, Text> {
    let mut read = BTreeMap::new();
    for (value, place, mut entry) in labels {
        let label = entry.both_languages(out);
        entry.finish(out);
        if values.place(value).is_none() {
            out.push(unknown(&both!("value", "waarde"), value, place, values.iter().map(|value| &**value)));
        }
        read.insert(value.into(), label);
    }
    read
}

/// A `min` or `max`, lowered.
fn end(node: Node<'_>, kind: Kind, out: &mut Findings) -> Option<i64> {
    if kind == Kind::Day {
        return node.date(out).map(|date| Day::of(date).0);
    }
    let Kind::Number { decimals, .. } = kind else { return None };
    match scale(node.number(out)?, decimals) {
        Ok(value) => Some(value),
        Err(reason) => {
            out.push(Draft::new(Code::BadValue, node.place(), reason.reason()));
            None
        }
    }
}

fn derivation(id: FactId, node: Node<'_>, register: &Register, out: &mut Findings) -> Option<(Derivation, Script)> {
    let text = node.lines(out)?;
    match read(text, &register.facts[id], &register.facts) {
        Ok(read) => {
            if read.inputs.is_empty() {
                out.push(
                    Draft::new(
                        Code::BadExpression,
                        node.place(),
                        both!("the expression uses no other fact", "de uitdrukking gebruikt geen ander feit"),
                    )
                    .help(both!("name the facts that it follows from", "noem de feiten waar het uit volgt")),
                );
            }
            let is_right = read.wrong.is_empty();
            for wrong in read.wrong {
                let end = text
                    .get(wrong.at..)
                    .and_then(|rest| rest.find(char::is_whitespace))
                    .map_or(text.len(), |length| wrong.at + length.max(1));
                out.push(Draft::new(Code::BadExpression, node.inside(wrong.at, end), wrong.message).help(wrong.help));
            }
            let derivation = Derivation { inputs: read.inputs, written: text.into(), may_be_longer: read.may_be_longer };
            is_right.then_some((derivation, read.script))
        }
        Err(Unread::LeftOut) => {
            let message = both!(
                "this build of the engine derives no facts: it was made without the feature `rhai`",
                "deze bouw van de motor leidt geen feiten af: hij is gemaakt zonder de feature `rhai`"
            );
            out.push(Draft::new(Code::FeatureMissing, node.place(), message).help(both!(
                "build the engine with it, or let the fact be given",
                "bouw de motor met die feature, of laat het feit door een vraag of het register geven"
            )));
            None
        }
        Err(Unread::Fault { message, at }) => {
            let wrong = text.get(at..).and_then(|rest| rest.split(|c: char| !c.is_alphanumeric() && c != '_').next()).unwrap_or("");
            let names = register.facts.values().map(|fact| &*fact.name);
            let help = if wrong.is_empty() { None } else { did_you_mean(wrong, names) };
            out.push(
                Draft::new(
                    Code::BadExpression,
                    node.inside(at, at + wrong.len()),
                    both!("the expression cannot be read: {message}", "de uitdrukking is niet te lezen: {message}"),
                )
                .maybe_help(help),
            );
            None
        }
    }
}

/// Computes a derived fact from the ends of its sources' values: an expression that never gives a value of its type is wrong.
fn try_out(id: FactId, node: Node<'_>, script: &Script, register: &Register, out: &mut Findings) {
    let fact = &register.facts[id];
    let Some(derive) = &fact.derive else { return };
    let sample = |input: FactId, which: usize| -> (&str, FactValue) {
        let input = &register.facts[input];
        let lowered = match (input.domain(), which) {
            (None, which) => i64::from(which > 0),
            (Some(domain), 0) => domain.lowest().unwrap_or(0),
            (Some(domain), 1) => domain.highest().unwrap_or(0),
            (Some(domain), _) => domain.lowest().unwrap_or(0).max(1).min(domain.highest().unwrap_or(1)),
        };
        (&input.name, input.raise(lowered))
    };
    let gives =
        |which: usize| script.run(derive.inputs.iter().map(|input| sample(*input, which))).is_ok_and(|value| fact.is_of_type(&value));
    if !(0..3).any(gives) {
        out.push(
            Draft::new(
                Code::BadExpression,
                node.place(),
                both!("the expression never gives a value of `{}`", "de uitdrukking geeft nooit een waarde van `{}`", fact.name),
            )
            .help(compared(fact)),
        );
    }
}

fn circles(register: &mut Register, out: &mut Findings) {
    let next: Vec<Vec<FactId>> =
        register.facts.values().map(|fact| fact.derive.as_ref().map(|derive| derive.inputs.clone()).unwrap_or_default()).collect();
    for circle in find_circles(&next) {
        let names: Vec<String> = circle.iter().map(|id| format!("`{}`", register.facts[*id].name)).collect();
        if let Some(first) = circle.first() {
            out.push(
                Draft::new(
                    Code::DeriveCycle,
                    register.facts[*first].place,
                    both!("the facts follow from each other: {}", "de feiten volgen uit elkaar: {}", names.join(" → ")),
                )
                .help(both!("let one of them be given", "laat een van deze feiten door een vraag of het register geven")),
            );
        }
        for id in circle {
            register.facts[id].derive = None;
        }
    }
}

/// What follows from register facts alone is given by the register too: no question can set it.
fn given_by_register(register: &mut Register) {
    let mut changed = true;
    while changed {
        changed = false;
        let ids: Vec<FactId> = register.facts.ids().collect();
        for id in ids {
            let fact = &register.facts[id];
            let all = fact
                .derive
                .as_ref()
                .is_some_and(|derive| !derive.inputs.is_empty() && derive.inputs.iter().all(|input| register.facts[*input].from_register));
            if all && !fact.from_register {
                register.facts[id].from_register = true;
                changed = true;
            }
        }
    }
}
