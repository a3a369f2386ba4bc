//! `[[rule]]` tables in; rules out. A rule that cannot be read leaves a hole: nothing certain can be said of its cells.

use std::sync::Arc;

use super::entry::{Entry, Reading};
use super::texts::Named;
use super::toml::{Findings, Keys, Node};
use super::values::{lowered, own_days};
use super::{grant, unary};
use crate::diagnostic::{Code, Draft};
use crate::model::arena::FactId;
use crate::model::day::Day;
use crate::model::fact::{Fact, Kind};
use crate::model::place::Place;
use crate::model::rule::{Effect, Rule, Scope, Table, Wild};
use crate::model::set::{Ranges, Set, TagTest};
use crate::text::{Text, both};

pub(super) fn read(keys: &mut Keys<'_>, reading: &mut Reading<'_>) -> Vec<Entry<Rule>> {
    keys.tables("rule", reading.out).into_iter().map(|entry| Entry::read(entry, reading, stated)).collect()
}

fn stated(entry: &mut Keys<'_>, id: Option<(Arc<str>, Place)>, scope: Scope, reading: &mut Reading<'_>) -> Option<Rule> {
    let overrides = entry.get("overrides").map(|node| (node, node.texts(reading.out)));
    let mut rule = rule(entry, id, scope, reading)?;
    if let (Some((node, _)), false) = (&overrides, rule.effect.is_choice()) {
        reading.out.push(
            Draft::new(
                Code::BadValue,
                node.place(),
                both!("a bound overrides nothing: every bound counts", "een grens heeft op niets voorrang: elke grens telt"),
            )
            .help(both!("leave `overrides` out", "laat `overrides` weg")),
        );
    }
    rule.overrides = overrides.into_iter().flat_map(|(_, list)| list).map(|(name, node)| (name.into(), node.place())).collect();
    Some(rule)
}

fn rule(entry: &mut Keys<'_>, id: Option<(Arc<str>, Place)>, scope: Scope, reading: &mut Reading<'_>) -> Option<Rule> {
    let wild = wild(entry);
    let days = own_days(entry, reading.out);
    let when = entry.get("when").map(|node| when(node, reading));
    let effect = effect(entry, reading);
    let (text, reference) = because(entry, reading.out);
    let (id, place) = id?;
    let key = [&*reading.register.versions[reading.version].key, "#", &*id].concat().into();
    let when = match when {
        Some(tables) => tables?,
        None => Vec::new(),
    };
    Some(Rule {
        key,
        id,
        version: reading.version,
        scope,
        wild,
        days: days?,
        when,
        effect: effect?,
        text,
        reference,
        overrides: Vec::new(),
        place,
    })
}

/// Whether it takes in customers or services that it does not name.
fn wild(entry: &mut Keys<'_>) -> Wild {
    let mut any = |key, is_wild: fn(&str) -> bool| entry.get(key).is_none_or(|node| node.items().filter_map(Node::as_text).any(is_wild));
    Wild { customers: any("customer", |name| name.starts_with('@')), services: any("service", |name| name.ends_with("/*")) }
}

fn effect(entry: &mut Keys<'_>, reading: &mut Reading<'_>) -> Option<Effect> {
    let given: Vec<(&str, Node<'_>)> =
        ["grant", "deny", "as_at", "bound"].into_iter().filter_map(|key| entry.get(key).map(|node| (key, node))).collect();
    let out = &mut *reading.out;
    match given.as_slice() {
        [("grant", node)] => grant::grant(*node, reading.register, out),
        [("bound", node)] => grant::bound(*node, reading.register, out),
        [("deny", node)] => {
            if node.truth(out)? {
                return Some(Effect::Deny);
            }
            out.push(
                Draft::new(Code::BadValue, node.place(), both!("`deny = false` says nothing", "`deny = false` zegt niets"))
                    .help(both!("write `deny = true`, or take the rule out", "schrijf `deny = true`, of haal de regel weg")),
            );
            None
        }
        [(_, node)] => {
            let day = Day::of(node.date(out)?);
            let from = reading.register.versions[reading.version].days.from;
            if day < from {
                return Some(Effect::AsAt(day));
            }
            out.push(
                Draft::new(
                    Code::DayOrder,
                    node.place(),
                    both!(
                        "`as_at` is not before the version's `from`, {}",
                        "`as_at` ligt niet vóór de `from` van de versie, {}",
                        from.date()
                    ),
                )
                .help(both!(
                    "it looks back: name a day on which an earlier version counted",
                    "het kijkt terug: noem een dag waarop een eerdere versie telde"
                )),
            );
            None
        }
        [] => {
            out.push(Draft::new(Code::MissingKey, entry.place, both!("the rule has no effect", "de regel heeft geen gevolg")).help(both!(
                "give it one of `grant`, `deny`, `as_at`, `bound`",
                "geef de regel een van `grant`, `deny`, `as_at`, `bound`"
            )));
            None
        }
        [_, (second, node), ..] => {
            out.push(
                Draft::new(
                    Code::BadValue,
                    node.place(),
                    both!("a rule has one effect; `{second}` is its second", "een regel heeft één gevolg; `{second}` is het tweede"),
                )
                .help(both!("make it two rules", "maak er twee regels van")),
            );
            None
        }
    }
}

pub(super) fn because(entry: &mut Keys<'_>, out: &mut Findings) -> (Text, Option<Box<str>>) {
    let Some(mut keys) = entry.get("because").and_then(|node| node.keys(out)) else { return (Text::default(), None) };
    let text = keys.both_languages(out);
    let reference = keys.boxed("reference", out);
    keys.finish(out);
    (text, reference)
}

/// A table, or a list of tables of which one must hold (S3).
fn when(node: Node<'_>, reading: &mut Reading<'_>) -> Option<Vec<Arc<Table>>> {
    let before = reading.out.len();
    let tables: Vec<Arc<Table>> = node.items().filter_map(|item| table(&item.keys(reading.out)?, reading)).map(Arc::new).collect();
    if tables.is_empty() && reading.out.len() == before {
        reading.out.push(
            Draft::new(Code::BadTest, node.place(), both!("no table of this list can hold", "geen tabel van deze lijst kan gelden"))
                .help(both!("leave `when` out if the rule always holds", "laat `when` weg als de regel altijd geldt")),
        );
    }
    (reading.out.len() == before).then_some(tables)
}

fn table(keys: &Keys<'_>, reading: &mut Reading<'_>) -> Option<Table> {
    let stated = keys.all();
    let mut tests: Table = Vec::with_capacity(stated.len());
    let mut complete = !stated.is_empty();
    if stated.is_empty() {
        reading.out.push(
            Draft::new(
                Code::BadTest,
                keys.place,
                both!("this table tests nothing, and so always holds", "deze tabel test niets, en geldt dus altijd"),
            )
            .help(both!(
                "leave `when` out if the rule always holds; to say that any value will do, write `fact = \"-\"`",
                "laat `when` weg als de regel altijd geldt; schrijf `feit = \"-\"` als elke waarde goed is"
            )),
        );
    }
    for (name, place, node) in stated {
        let Some(id) = reading.names.fact(name, place, reading.out) else {
            complete = false;
            continue;
        };
        let before = reading.out.len();
        if let Some(set) = test(node, id, reading) {
            tests.push((id, set));
        }
        complete &= reading.out.len() == before;
    }
    tests.sort_by_key(|(fact, _)| *fact);
    complete.then_some(tests)
}

/// One test of a fact. Nothing, without a finding: everything passes.
fn test(node: Node<'_>, id: FactId, reading: &mut Reading<'_>) -> Option<Set> {
    let Reading { register, out, texts, .. } = reading;
    let fact = &register.facts[id];
    if fact.kind == Kind::Tags {
        return tags(node, fact, out);
    }
    scalar(node, fact, texts.entry(id).or_default(), out)
}

fn scalar(node: Node<'_>, fact: &Fact, texts: &mut Named, out: &mut Findings) -> Option<Set> {
    if node.items().next().is_none() {
        out.push(
            Draft::new(Code::BadTest, node.place(), both!("nothing passes an empty list", "aan een lege lijst voldoet niets"))
                .help(both!("name the values, or leave the test out", "noem de waarden, of laat de test weg")),
        );
        return None;
    }
    let before = out.len();
    let mut parts: Vec<(i64, i64)> = Vec::new();
    let mut all = false;
    for item in node.items() {
        match passing(item, fact, texts, out) {
            Some(ranges) => parts.extend(ranges.parts()),
            None => all = true,
        }
    }
    (out.len() == before && !all).then(|| Set::Ranges(Ranges::of(parts)))
}

/// The values that pass a test or equal a value; nothing, without a finding: all do.
fn passing(node: Node<'_>, fact: &Fact, texts: &mut Named, out: &mut Findings) -> Option<Ranges> {
    let Some(text) = node.as_text() else { return lowered(node, fact, texts, out).map(|value| Ranges::one(value, value)) };
    if !node.is_printable(text, out) {
        return None;
    }
    let read = if fact.kind == Kind::Text { unary::parse_text(text, fact, texts) } else { unary::parse(text, fact, texts) };
    match read {
        Ok(ranges) => ranges,
        Err(fault) => {
            out.push(Draft::new(Code::BadTest, node.inside(fault.from, fault.to), fault.message).maybe_help(fault.help));
            None
        }
    }
}

fn tags(node: Node<'_>, fact: &Fact, out: &mut Findings) -> Option<Set> {
    if node.as_text().is_some_and(|text| text.trim() == "-") {
        return None;
    }
    let before = out.len();
    let Some(mut keys) =
        (if node.as_text().is_some() || matches!(node.value, ::toml::de::DeValue::Array(_)) { None } else { node.keys(out) })
    else {
        if out.len() == before {
            out.push(
                Draft::new(Code::BadTest, node.place(), both!("a test on tags is a table", "een test op kenmerken is een tabel")).help(
                    both!(
                        "write {{ all = [\"…\"] }}, {{ any = [\"…\"] }} or {{ none = [\"…\"] }}",
                        "schrijf {{ all = [\"…\"] }}, {{ any = [\"…\"] }} of {{ none = [\"…\"] }}"
                    ),
                ),
            );
        }
        return None;
    };
    let mut mask = |key, out: &mut Findings| -> u64 {
        let Some(node) = keys.get(key) else { return 0 };
        match lowered(node, fact, &mut Named::default(), out) {
            Some(0) => {
                out.push(
                    Draft::new(Code::BadTest, node.place(), both!("`{key}` names no tag", "`{key}` noemt geen kenmerk"))
                        .help(both!("name the tags, or leave it out", "noem de kenmerken, of laat het weg")),
                );
                0
            }
            Some(value) => crate::model::set::bits(value),
            None => 0,
        }
    };
    let test = TagTest { all: mask("all", out), any: mask("any", out), none: mask("none", out) };
    let is_empty = keys.all().is_empty();
    keys.finish(out);
    if is_empty {
        out.push(
            Draft::new(
                Code::BadTest,
                node.place(),
                both!("this test asks for nothing, and so always passes", "deze test vraagt niets, en slaagt dus altijd"),
            )
            .help(both!(
                "write {{ all = [\"…\"] }}, {{ any = [\"…\"] }} or {{ none = [\"…\"] }}, or leave it out",
                "schrijf {{ all = [\"…\"] }}, {{ any = [\"…\"] }} of {{ none = [\"…\"] }}, of laat hem weg"
            )),
        );
    }
    if out.len() == before && (test.all & test.none != 0 || (test.any != 0 && test.any & !test.none == 0)) {
        out.push(
            Draft::new(
                Code::BadTest,
                node.place(),
                both!("no set of tags passes this test", "geen enkele reeks kenmerken voldoet aan deze test"),
            )
            .help(both!("a tag is both asked for and excluded", "een kenmerk wordt gevraagd én uitgesloten")),
        );
    }
    (out.len() == before && test != TagTest::default()).then_some(Set::Tags(test))
}
