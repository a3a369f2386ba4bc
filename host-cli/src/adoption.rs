//! A register and one of its proposals in; the register as it will be once that is adopted, and what its lock then says, out.

use std::collections::BTreeMap;

use jiff::civil::Date;
use leidraad::{Language, Policy, Sources};
use toml_edit::{DocumentMut, Item, Table};

use crate::args::Day;
use crate::commands::{Context, date, today};
use crate::edit;
use crate::fault::Fault;
use crate::locale::{Key, say};

/// A register once a proposal of it is adopted.
pub(crate) struct Adopted {
    pub(crate) sources: Sources,
    pub(crate) policy: Policy,
    /// The day of the decision.
    pub(crate) decided: Date,
    /// What the lock then holds besides versions.
    pub(crate) entries: BTreeMap<String, String>,
}

/// The register as it will be once a proposal is adopted; it has to load.
pub(crate) fn adopted(context: &Context, sources: &Sources, version: &str, decided: Option<Day>) -> Result<Adopted, Fault> {
    let language = context.spoken();
    // What does not load as it is, is not made any better.
    let now = context.policy_of(sources)?;
    let text = sources.head(version).map_err(|error| Fault::Question(error, language))?;
    if !now.catalogue().version(version).is_ok_and(leidraad::catalogue::Version::is_proposed) {
        return Err(refused(version, Key::AdoptNoProposal, &[], language));
    }
    let today = today(&now, language)?;
    let decided = decided.map_or(Ok(today), |day| date(&now, day, language))?;
    if decided > today {
        return Err(refused(version, Key::AdoptFuture, &[("day", &decided.to_string())], language));
    }
    let mut document: DocumentMut = text.parse().map_err(|_| refused(version, Key::VersionUnreadable, &[], language))?;
    let awaited: Vec<&str> = match document.get("awaits") {
        Some(Item::Value(toml_edit::Value::Array(list))) => list.iter().filter_map(|name| name.as_str()).collect(),
        other => other.and_then(Item::as_str).into_iter().collect(),
    };
    if !awaited.is_empty() {
        return Err(refused(version, Key::AdoptAwaits, &[("list", &awaited.join(", "))], language));
    }
    let table = document.as_table_mut();
    table.remove("awaits");
    edit::set(table, "status", edit::text("adopted"));
    edit::set(table, "decided", edit::day(decided));
    let after = sources.clone().with(format!("{}/ruleset.toml", Sources::version_folder(version)), edit::like(text, document.to_string()));
    let known = after.text("register.lock").unwrap_or_default();
    let entries = now.lock_entries();
    let lock = enter(known, version, &after, Section::Adopted, &entries)
        .map_err(|()| refused("register.lock", Key::VersionUnreadable, &[], language))?;
    let after = after.with("register.lock", lock);
    let policy = context.policy_of(&after)?;
    Ok(Adopted { sources: after, policy, decided, entries })
}

/// Where a version stands in the lock.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Section {
    Adopting,
    Adopted,
}

/// The lock with a version entered; its comments and layout are kept.
pub(crate) fn enter(
    lock: &str,
    version: &str,
    sources: &Sources,
    section: Section,
    entries: &BTreeMap<String, String>,
) -> Result<String, ()> {
    let mut document: DocumentMut = lock.parse().map_err(|_| ())?;
    let locked = sources.locked(version);
    let name = if section == Section::Adopted { "adopted" } else { "adopting" };
    sub(&mut document, name)?.insert(version, toml_edit::value(locked.digest));
    let lines = sub(&mut document, "lines")?;
    lines.set_implicit(true);
    let mut files = Table::new();
    for (file, marks) in locked.lines {
        files.insert(&file, toml_edit::value(marks));
    }
    lines.insert(version, files.into());
    if section == Section::Adopted {
        lock_entries(&mut document, entries)?;
    }
    if section == Section::Adopted && document.get("adopting").is_some() {
        let begun = sub(&mut document, "adopting")?;
        begun.remove(version);
        if begun.is_empty() {
            document.remove("adopting");
        }
    }
    Ok(edit::like(lock, document.to_string()))
}

/// The catalogue, facts and values as they are now: each adoption locks them.
fn lock_entries(document: &mut DocumentMut, entries: &BTreeMap<String, String>) -> Result<(), ()> {
    let catalogue = sub(document, "catalogue")?;
    for (name, mark) in entries {
        catalogue.insert(name, toml_edit::value(mark));
    }
    Ok(())
}

/// The lock with all that counts now: every adopted version that it does not hold, and the catalogue.
pub(crate) fn enter_all(lock: &str, versions: &[&str], sources: &Sources, entries: &BTreeMap<String, String>) -> Result<String, ()> {
    let mut text = lock.to_owned();
    for version in versions {
        // The catalogue is entered once, behind them.
        text = enter(&text, version, sources, Section::Adopted, &BTreeMap::new())?;
    }
    let mut document: DocumentMut = text.parse().map_err(|_| ())?;
    lock_entries(&mut document, entries)?;
    Ok(edit::like(lock, document.to_string()))
}

/// The lock without an adoption that did not come to its end.
pub(crate) fn forget(lock: &str, version: &str) -> Result<String, ()> {
    let mut document: DocumentMut = lock.parse().map_err(|_| ())?;
    if document.get("adopting").is_none_or(|begun| begun.get(version).is_none()) {
        return Ok(lock.to_owned());
    }
    for name in ["adopting", "lines"] {
        let table = sub(&mut document, name)?;
        table.remove(version);
        if table.is_empty() {
            document.remove(name);
        }
    }
    Ok(edit::like(lock, document.to_string()))
}

fn sub<'d>(document: &'d mut DocumentMut, name: &str) -> Result<&'d mut Table, ()> {
    let item = document.entry(name).or_insert_with(|| Table::new().into());
    // A table on one line becomes one of its own, so that it can grow.
    if item.is_inline_table() {
        *item = std::mem::take(item).into_table().map_or(Item::None, Item::Table);
    }
    item.as_table_mut().ok_or(())
}

pub(crate) fn refused(path: &str, key: Key, values: &[(&str, &str)], language: Language) -> Fault {
    Fault::Plugin { path: path.to_owned(), reason: say(language, key, values) }
}
