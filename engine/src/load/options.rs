//! `[[option]]` tables in; bindings of plugins to customers and services out (S8). The plugins themselves are looked at later.

use std::sync::Arc;

use rust_decimal::Decimal;

use super::entry::{Entry, Reading};
use super::rules::because;
use super::toml::{Findings, Keys, Node};
use super::values::own_days;
use crate::diagnostic::{Code, Draft, did_you_mean};
use crate::model::option::{Binding, Given, Limits, OnFault, Wanted};
use crate::model::place::Place;
use crate::model::rule::Scope;
use crate::model::value::FactValue;
use crate::text::both;

pub(super) fn read(keys: &mut Keys<'_>, reading: &mut Reading<'_>) -> Vec<Entry<Binding>> {
    keys.tables("option", reading.out).into_iter().map(|entry| Entry::read(entry, reading, binding)).collect()
}

fn binding(entry: &mut Keys<'_>, id: Option<(Arc<str>, Place)>, scope: Scope, reading: &mut Reading<'_>) -> Option<Binding> {
    let days = own_days(entry, reading.out);
    let out = &mut *reading.out;
    let plugin = entry.need("plugin", out).and_then(|node| wanted(node, out));
    let config = entry.get("config").and_then(|node| node.keys(out)).map(|keys| config(&keys, out)).unwrap_or_default();
    let most_fuel = plugin.as_ref().map_or(Limits::MOST.fuel, Wanted::most_fuel);
    let (limits, most) = entry.get("limits").and_then(|node| node.keys(out)).map(|keys| limits(keys, most_fuel, out)).unwrap_or_default();
    let on_fault = entry.get("on_fault").and_then(|node| on_fault(node, out)).unwrap_or(OnFault::Keep);
    let order = entry.get("order").and_then(|node| node.whole(out)).unwrap_or_default();
    let (text, reference) = because(entry, out);
    let (id, place) = id?;
    Some(Binding {
        key: format!("{}#{id}", reading.register.versions[reading.version].key).into(),
        version: reading.version,
        scope,
        days: days?,
        order: order.into(),
        plugin: plugin?,
        config,
        limits,
        most,
        on_fault,
        text,
        reference,
        place,
    })
}

/// `{ file = "x.wasm", digest = "sha256:…" }` or `{ native = "x" }`
fn wanted(node: Node<'_>, out: &mut Findings) -> Option<Wanted> {
    let mut keys = node.keys(out)?;
    let native = keys.get("native");
    let file = keys.get("file");
    let digest = keys.get("digest");
    keys.finish(out);
    match (file, native) {
        (Some(file), None) => {
            let name = file.text(out)?;
            let Some(digest) = digest else {
                out.push(Draft::new(Code::MissingKey, file.place(), both!("`digest` is missing", "`digest` ontbreekt")).help(both!(
                    "a plugin is pinned by its digest, which `check` tells: write digest = \"sha256:\" first, then what it says",
                    "een plugin ligt vast door zijn digest: schrijf eerst digest = \"sha256:\"; `check` noemt dan de digest die er moet staan"
                )));
                return None;
            };
            Some(Wanted::File {
                path: format!("plugins/{name}").into(),
                place: file.place(),
                digest: digest.text(out)?.into(),
                digest_place: digest.place(),
            })
        }
        (None, Some(name)) => Some(Wanted::Native { name: name.text(out)?.into(), place: name.place() }),
        _ => {
            out.push(
                Draft::new(
                    Code::MissingKey,
                    node.place(),
                    both!(
                        "a plugin is a file, or one that the application brings",
                        "een plugin is een bestand, of wordt door de toepassing meegebracht"
                    ),
                )
                .help(both!(
                    "write {{ file = \"name.wasm\", digest = \"sha256:…\" }} or {{ native = \"name\" }}",
                    "schrijf {{ file = \"naam.wasm\", digest = \"sha256:…\" }} of {{ native = \"naam\" }}"
                )),
            );
            None
        }
    }
}

fn config(keys: &Keys<'_>, out: &mut Findings) -> Vec<Given> {
    let mut all = Vec::new();
    for (name, name_place, node) in keys.all() {
        let value = match (node.as_text(), node.as_date(), node.as_number()) {
            (Some(text), ..) => Some(FactValue::Text(text.to_owned())),
            (_, Some(day), _) => Some(FactValue::Day(day)),
            (.., Some(number)) => Some(FactValue::Number(number)),
            // A number that cannot be kept exactly says so itself.
            _ if node.is_number() => node.number(out).map(FactValue::Number),
            _ => node.truth(out).map(FactValue::Truth),
        };
        if let Some(value) = value {
            all.push(Given { name: name.into(), name_place, value, value_place: node.place() });
        }
    }
    all
}

/// What a call may use, and the largest quota that it may propose.
fn limits(mut keys: Keys<'_>, most_fuel: u64, out: &mut Findings) -> (Limits, Option<Decimal>) {
    let mut limits = Limits::default();
    if let Some(node) = keys.get("fuel")
        && let Some(fuel) = node.whole(out)
    {
        limits.fuel = fuel.into();
        let written = if most_fuel < Limits::MOST.fuel { "10_000_000" } else { "1_000_000_000" };
        within(node, limits.fuel, most_fuel, written, out);
    }
    if let Some(node) = keys.get("memory")
        && let Some(text) = node.text(out)
    {
        match bytes(text) {
            Some(memory) => {
                limits.memory = memory;
                within(node, memory, Limits::MOST.memory, "64 MiB", out);
            }
            None => out.push(
                Draft::new(
                    Code::BadValue,
                    node.place(),
                    both!("`{}` is no size", "`{}` is geen grootte", crate::model::value::shorten(text)),
                )
                .help(both!("write it as \"512 KiB\" or \"4 MiB\"", "schrijf die als \"512 KiB\" of \"4 MiB\"")),
            ),
        }
    }
    let most = keys.get("quota").and_then(|node| node.number(out).map(|most| (most, node)));
    if let Some((most, node)) = most
        && most.is_sign_negative()
    {
        out.push(Draft::new(Code::BadValue, node.place(), both!("a quota is not negative", "een quotum is niet negatief")));
    }
    keys.finish(out);
    (limits, most.map(|(most, _)| most))
}

fn within(node: Node<'_>, value: u64, most: u64, written: &str, out: &mut Findings) {
    if value == 0 || value > most {
        out.push(
            Draft::new(
                Code::BadValue,
                node.place(),
                both!("this cannot be the limit of a plugin", "dit kan geen limiet voor een plugin zijn"),
            )
            .help(both!("give it something, and at most {written}", "schrijf meer dan nul, en ten hoogste {written}")),
        );
    }
}

/// `4 MiB` as bytes.
fn bytes(text: &str) -> Option<u64> {
    let (digits, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit())?);
    let factor = match unit.trim() {
        "KiB" => 1 << 10,
        "MiB" => 1 << 20,
        _ => return None,
    };
    digits.parse::<u64>().ok()?.checked_mul(factor)
}

fn on_fault(node: Node<'_>, out: &mut Findings) -> Option<OnFault> {
    match node.text(out)? {
        "keep" => Some(OnFault::Keep),
        "refuse" => Some(OnFault::Refuse),
        word => {
            out.push(
                Draft::new(
                    Code::BadValue,
                    node.place(),
                    both!(
                        "`{}` is not one of the things to do on a fault",
                        "`{}` is geen keuze voor wat er bij een fout gebeurt",
                        crate::model::value::shorten(word)
                    ),
                )
                .help(did_you_mean(word, ["keep", "refuse"]).unwrap_or_default()),
            );
            None
        }
    }
}
