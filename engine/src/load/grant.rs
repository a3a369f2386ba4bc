//! `grant = …` and `bound = …` in; levels, quota and obligations out, in an order that makes sense.

use super::catalogue::unit;
use super::names::{level, position, unknown};
use super::toml::{Findings, Keys, Node};
use crate::diagnostic::{Code, Draft, did_you_mean};
use crate::model::fact::Kind;
use crate::model::register::Register;
use crate::model::rule::{Amount, Beyond, Effect, Grant, Level, PERIODS, Quota};
use crate::text::{Bilingual, both};

pub(super) fn grant(node: Node<'_>, register: &Register, out: &mut Findings) -> Option<Effect> {
    let before = out.len();
    let mut keys = node.keys(out)?;
    let granted = keys.need("level", out).and_then(|node| level(node.text(out)?, node.place(), false, register, out));
    let up_to = keys.get("up_to").and_then(|node| level(node.text(out)?, node.place(), false, register, out).map(|level| (level, node)));
    let obligations = obligations(&mut keys, register, out);
    let beyond = keys.get("beyond").map(|node| (node, beyond(node, register, out)));
    let quota = keys.get("quota").and_then(|node| quota(node, register, out));
    if let (Some(granted), Some((up_to, node))) = (granted, up_to)
        && up_to < granted
    {
        out.push(order(node, both!("`up_to` is below `level`", "`up_to` ligt onder `level`"), up_to, granted, register));
    }
    if let (None, Some((node, _))) = (&quota, &beyond)
        && keys.get("quota").is_none()
    {
        out.push(
            Draft::new(
                Code::BadValue,
                node.place(),
                both!("`beyond` without a quota to go beyond", "`beyond` heeft zonder quotum geen betekenis"),
            )
            .help(both!(
                "add `quota = {{ amount = …, unit = \"…\", per = \"…\" }}`",
                "voeg `quota = {{ amount = …, unit = \"…\", per = \"…\" }}` toe"
            )),
        );
    }
    keys.finish(out);
    let quota = quota.map(|quota| Quota { beyond: beyond.and_then(|(_, beyond)| beyond), ..quota });
    let grant = Grant { level: granted?, up_to: up_to.map(|(level, _)| level), quota, obligations };
    (out.len() == before).then_some(Effect::Grant(grant))
}

pub(super) fn bound(node: Node<'_>, register: &Register, out: &mut Findings) -> Option<Effect> {
    let before = out.len();
    let mut keys = node.keys(out)?;
    let mut end = |key, out: &mut Findings| {
        keys.get(key).and_then(|node| level(node.text(out)?, node.place(), key == "at_most", register, out).map(|level| (level, node)))
    };
    let at_least = end("at_least", out);
    let at_most = end("at_most", out);
    keys.finish(out);
    if let (Some((low, _)), Some((high, node))) = (at_least, at_most)
        && high < low
    {
        out.push(order(node, both!("`at_most` is below `at_least`", "`at_most` ligt onder `at_least`"), high, low, register));
    }
    if out.len() == before && at_least.is_none() && at_most.is_none() {
        out.push(
            Draft::new(
                Code::MissingKey,
                node.place(),
                both!("a bound has `at_least`, `at_most` or both", "een grens heeft `at_least`, `at_most` of beide"),
            )
            .help(both!("write `bound = {{ at_least = \"…\" }}`", "schrijf `bound = {{ at_least = \"…\" }}`")),
        );
    }
    let bound = Effect::Bound { at_least: at_least.map(|(level, _)| level), at_most: at_most.map(|(level, _)| level) };
    (out.len() == before).then_some(bound)
}

fn order(node: Node<'_>, message: Bilingual, low: Level, high: Level, register: &Register) -> Draft {
    Draft::new(Code::LevelOrder, node.place(), message).help(both!(
        "the register declares `{}` before `{}`, so it is lower",
        "`{}` staat in het register vóór `{}`, en is dus lager",
        register.level_id(low),
        register.level_id(high)
    ))
}

fn obligations(keys: &mut Keys<'_>, register: &Register, out: &mut Findings) -> Vec<Box<str>> {
    let Some(list) = keys.get("obligations").and_then(|node| node.list(out)) else { return Vec::new() };
    let mut obligations = Vec::new();
    for node in list {
        let Some(id) = node.text(out) else { continue };
        if !register.obligations.is_empty() && position(&register.obligations, id).is_none() {
            out.push(unknown(&both!("obligation", "verplichting"), id, node.place(), register.obligations.iter().map(|named| &*named.id)));
        }
        obligations.push(id.into());
    }
    obligations
}

fn beyond(node: Node<'_>, register: &Register, out: &mut Findings) -> Option<Beyond> {
    let mut keys = node.keys(out)?;
    let beyond = keys.need("level", out).and_then(|node| level(node.text(out)?, node.place(), false, register, out));
    let obligations = obligations(&mut keys, register, out);
    keys.finish(out);
    Some(Beyond { level: beyond?, obligations })
}

fn quota(node: Node<'_>, register: &Register, out: &mut Findings) -> Option<Quota> {
    let mut keys = node.keys(out)?;
    let amount = keys.need("amount", out).and_then(|node| amount(node, register, out));
    let unit = keys.need("unit", out).and_then(|_| unit(&mut keys, register, out));
    let per = keys.need("per", out).and_then(|node| {
        let word = node.text(out)?;
        if !PERIODS.contains(&word) {
            out.push(
                Draft::new(Code::BadValue, node.place(), both!("`{word}` is no period", "`{word}` is geen periode"))
                    .maybe_help(did_you_mean(word, PERIODS)),
            );
        }
        Some(word.into())
    });
    keys.finish(out);
    Some(Quota { amount: amount?, unit: unit?, per: per?, beyond: None })
}

/// A number, or the name of a number fact (S9).
fn amount(node: Node<'_>, register: &Register, out: &mut Findings) -> Option<Amount> {
    if let Some(name) = node.as_text() {
        let Some(fact) = register.fact(name) else {
            let numbers = register.facts.values().filter(|fact| fact.is_number()).map(|fact| &*fact.name);
            out.push(unknown(&both!("fact", "feit"), name, node.place(), numbers));
            return None;
        };
        if !matches!(register.facts[fact].kind, Kind::Number { .. }) {
            out.push(Draft::new(Code::WrongType, node.place(), both!("`{name}` is no number", "`{name}` is geen getal")).help(both!(
                "a quota's amount is a number, or the name of a number fact",
                "de hoeveelheid van een quotum is een getal, of de naam van een feit dat een getal is"
            )));
            return None;
        }
        // What the register gives is looked at value by value.
        let declared = &register.facts[fact];
        if declared.range.0 < 0 && (!declared.from_register || declared.derive.is_some()) {
            out.push(
                Draft::new(
                    Code::BadValue,
                    node.place(),
                    both!("`{name}` can be below zero, and a quota cannot", "`{name}` kan onder nul zijn, en een quotum niet"),
                )
                .help(both!("add `min = 0` to the fact `{name}`", "voeg `min = 0` toe aan het feit `{name}`")),
            );
            return None;
        }
        if let Some(value) = register.values.iter().find(|value| value.fact == fact && value.value < 0) {
            out.push(
                Draft::new(
                    Code::BadValue,
                    value.place,
                    both!("`{name}` is a quota, which is not below zero", "`{name}` is een quotum, en dat is niet lager dan nul"),
                )
                .help(both!("write an amount of at least 0", "schrijf een hoeveelheid van ten minste 0")),
            );
            return None;
        }
        return Some(Amount::Fact(fact));
    }
    // What is counted has no more decimals than a quantity: `1.000` may be a thousand.
    let counted = register.fact("quantity").map(|fact| &register.facts[fact]);
    if let Some((fact, misfit)) = counted.and_then(|fact| Some((fact, fact.too_many_decimals(&node.written_number()?)?))) {
        out.push(Draft::new(Code::BadValue, node.place(), misfit.reason()).help(misfit.way_out(fact)));
        return None;
    }
    let number = node.number(out)?;
    if number.is_sign_negative() && !number.is_zero() {
        out.push(Draft::new(Code::BadValue, node.place(), both!("a quota is not negative", "een quotum is niet negatief")));
        return None;
    }
    Some(Amount::Exact(number.normalize()))
}
