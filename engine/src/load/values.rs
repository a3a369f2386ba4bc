//! `values/*.toml` in; dated register values out (S1).

use super::names::Names;
use super::parse::parse;
use super::texts::Named;
use super::toml::{File, Findings, Keys, Node};
use crate::diagnostic::{Code, Draft, did_you_mean};
use crate::model::day::{Day, Days};
use crate::model::fact::{Fact, Kind};
use crate::model::register::{DatedValue, Register};
use crate::model::value::FactValue;
use crate::text::both;

pub(super) fn load(files: &[File<'_>], register: &mut Register, out: &mut Findings) {
    let names = Names::of(register);
    for file in files {
        let (tree, _) = parse(*file, out);
        let mut keys = Keys::new(*file, &tree, file.start());
        for mut entry in keys.tables("value", out) {
            if let Some(value) = value(&mut entry, &names, register, out) {
                register.values.push(value);
            }
            entry.finish(out);
        }
        keys.finish(out);
    }
}

fn value(entry: &mut Keys<'_>, names: &Names, register: &mut Register, out: &mut Findings) -> Option<DatedValue> {
    let before = out.len();
    let days = days(entry, out);
    let decided = entry.need("decided", out).and_then(|node| node.date(out)).map(Day::of);
    let customer = entry.get("customer").map(|node| node.text(out).and_then(|name| names.customer(name, node.place(), out)));
    let fact = entry.need("fact", out).and_then(|node| names.fact(node.text(out)?, node.place(), out));
    let value = entry.need("value", out);
    let (fact, value) = (fact?, value?);
    if register.facts[fact].derive.is_some() {
        let message = both!("`{}` follows from other facts", "`{}` volgt uit andere feiten", register.facts[fact].name);
        out.push(
            Draft::new(Code::BadValue, value.place(), message)
                .help(both!("give the facts that it follows from", "geef de feiten waar het uit volgt")),
        );
    }
    let mut texts = Named::default();
    let number = lowered(value, &register.facts[fact], &mut texts, out)?;
    texts.texts().for_each(|text| register.facts[fact].values.push(text));
    let complete = out.len() == before;
    Some(DatedValue { fact, customer: customer.flatten(), value: number, days: days?, decided: decided?, place: entry.place })
        .filter(|_| complete)
}

/// `from` and `until` of a value or a version: `from` is needed.
pub(super) fn days(entry: &mut Keys<'_>, out: &mut Findings) -> Option<Days> {
    let from = entry.need("from", out).and_then(|node| node.date(out));
    window(from.map(Day::of), entry, out)
}

/// Its own `from` and `until`.
pub(super) fn own_days(entry: &mut Keys<'_>, out: &mut Findings) -> Option<Days> {
    let from = match entry.get("from") {
        Some(node) => node.date(out).map(Day::of),
        None => Some(Day::FIRST),
    };
    window(from, entry, out)
}

/// The days from here to the entry's `until`, which must not come before.
fn window(from: Option<Day>, entry: &mut Keys<'_>, out: &mut Findings) -> Option<Days> {
    let until = match entry.get("until") {
        Some(node) => Some((Day::of(node.date(out)?), node)),
        None => None,
    };
    let from = from?;
    if let Some((until, node)) = until
        && until < from
    {
        out.push(
            Draft::new(Code::DayOrder, node.place(), both!("`until` comes before `from`, {}", "`until` ligt vóór `from`, {}", from.date()))
                .help(both!(
                    "both days are included: a single day has the same `from` and `until`",
                    "beide dagen tellen mee: één dag heeft dezelfde `from` en `until`"
                )),
        );
        return None;
    }
    Some(Days::new(from, until.map(|(day, _)| day)))
}

/// A plain TOML value of this fact, lowered; a text of an open fact is numbered, known or not.
pub(super) fn lowered(node: Node<'_>, fact: &Fact, texts: &mut Named, out: &mut Findings) -> Option<i64> {
    let value = plain(node, fact, out)?;
    if let (Kind::Text, FactValue::Text(text)) = (fact.kind, &value)
        && let Some(number) = texts.number(text, fact)
    {
        return Some(number);
    }
    match fact.lower(&value) {
        Ok(lowered) => Some(lowered),
        Err(reason) => {
            let written = if let FactValue::Text(text) = &value { text.as_str() } else { "" };
            let help = did_you_mean(written, fact.values.iter().map(|value| &**value)).unwrap_or_else(|| fact.expected());
            let (name, reason) = (&fact.name, reason.reason());
            out.push(Draft::new(Code::BadValue, node.place(), both!([reason] "`{name}`: {reason}", "`{name}`: {reason}")).help(help));
            None
        }
    }
}

/// A TOML value as a fact's value. A day may also stand between quotes.
pub(super) fn plain(node: Node<'_>, fact: &Fact, out: &mut Findings) -> Option<FactValue> {
    match fact.kind {
        Kind::Truth => node.truth(out).map(FactValue::Truth),
        Kind::Number { whole: true, .. } if matches!(node.value, ::toml::de::DeValue::Float(_)) => {
            out.push(
                Draft::new(
                    Code::BadValue,
                    node.place(),
                    both!("a whole number has no decimal point", "een geheel getal heeft geen decimaalteken"),
                )
                .help(both!("write it without points: 20000, or 20_000", "schrijf het zonder punten: 20000, of 20_000")),
            );
            None
        }
        Kind::Number { .. } => {
            if let Some(misfit) = node.written_number().and_then(|written| fact.too_many_decimals(&written)) {
                let (name, reason, help) = (&fact.name, misfit.reason(), misfit.way_out(fact));
                out.push(Draft::new(Code::BadValue, node.place(), both!([reason] "`{name}`: {reason}", "`{name}`: {reason}")).help(help));
                return None;
            }
            node.number(out).map(FactValue::Number)
        }
        Kind::Text => node.text(out).map(|text| FactValue::Text(text.to_owned())),
        Kind::Day => node.date(out).map(FactValue::Day),
        Kind::Tags => node.list(out).map(|_| FactValue::Tags(node.texts(out).into_iter().map(|(tag, _)| tag.to_owned()).collect())),
    }
}
