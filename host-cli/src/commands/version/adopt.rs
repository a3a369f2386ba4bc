//! `leidraad version adopt SET@VERSION --decided DAY`: a proposal becomes what counts, once everything is checked.

use std::io::Write;
use std::path::Path;

use jiff::civil::Date;
use leidraad::{Policy, Sources};
use toml_edit::{DocumentMut, Item, Table};

use super::{folder, head, home, refused, unwritable};
use crate::commands::{Context, snapshot, today};
use crate::edit;
use crate::fault::{Fault, Status};
use crate::locale::say;
use crate::store::put;

pub(super) fn run(context: &Context, version: &str, decided: Option<Date>, snapshots: Option<&Path>) -> Result<Status, Fault> {
    let language = context.spoken();
    let home = home(context)?;
    let before = context.sources();
    let (after, policy) = adopted(context, before.clone(), version, decided)?;
    let failing: Vec<String> = policy
        .scenarios()
        .filter(|scenario| policy.decide(scenario.question()).map_or(true, |decision| !scenario.compare(&decision).is_empty()))
        .map(|scenario| scenario.id().to_owned())
        .collect();
    if !failing.is_empty() {
        return Err(refused(version, "adopt-scenarios", &[("list", &failing.join(", "))], language));
    }
    let outcomes = snapshot::folder_of(&home, snapshots);
    if outcomes.is_dir() {
        let drifted = snapshot::unreviewed(&outcomes, &policy, &after);
        if !drifted.is_empty() {
            let decided = decided.map(|day| format!(" --decided {day}")).unwrap_or_default();
            let values = [("list", drifted.join(", ")), ("version", version.to_owned()), ("decided", decided)];
            return Err(refused(version, "adopt-outcomes", &values.each_ref().map(|(name, value)| (*name, value.as_str())), language));
        }
    }
    let path = format!("{}/ruleset.toml", folder(version));
    let (head, lock) = (home.join(&path), home.join("register.lock"));
    // First the lock says what is about to be adopted; then the version says that it is: from that moment on it counts.
    // Whatever ends before that leaves a proposal, whatever ends after it an adoption.
    let known = before.text("register.lock").unwrap_or_default();
    let write = |path: &Path, text: &str| put(path, text).map_err(unwritable(path, language));
    write(
        &lock,
        &enter(known, version, &after, Section::Adopting).map_err(|()| refused("register.lock", "version-unreadable", &[], language))?,
    )?;
    write(&head, after.text(&path).unwrap_or_default())?;
    write(
        &lock,
        &enter(known, version, &after, Section::Adopted).map_err(|()| refused("register.lock", "version-unreadable", &[], language))?,
    )?;
    if outcomes.is_dir() {
        let now = context.sources();
        snapshot::settle(&outcomes, &policy, &now).map_err(unwritable(&outcomes, language))?;
    }
    writeln!(anstream::stdout(), "{}", say(language, "adopted", &[("version", version)]))?;
    Ok(Status::Granted)
}

/// The register as it will be once a proposal is adopted; it has to load.
pub(crate) fn adopted(context: &Context, sources: Sources, version: &str, decided: Option<Date>) -> Result<(Sources, Policy), Fault> {
    let language = context.spoken();
    // What does not load as it is, is not made any better.
    let now = context.policy_of(&sources)?;
    let text = head(&sources, version, language)?;
    if !now.is_proposed(version) {
        return Err(refused(version, "adopt-no-proposal", &[], language));
    }
    let decided = decided.map_or_else(|| today(&now, language), Ok)?;
    let mut document: DocumentMut = text.parse().map_err(|_| refused(version, "version-unreadable", &[], language))?;
    let awaited = document.get("awaits").map(Item::to_string).filter(|list| !list.trim().trim_matches(['[', ']']).trim().is_empty());
    if let Some(list) = awaited {
        return Err(refused(version, "adopt-awaits", &[("list", list.trim())], language));
    }
    let table = document.as_table_mut();
    table.remove("awaits");
    edit::set(table, "status", edit::text("adopted"));
    edit::set(table, "decided", edit::day(decided));
    let after = sources.with(format!("{}/ruleset.toml", folder(version)), document.to_string());
    let known = after.text("register.lock").unwrap_or_default();
    let lock =
        enter(known, version, &after, Section::Adopted).map_err(|()| refused("register.lock", "version-unreadable", &[], language))?;
    let after = after.with("register.lock", lock);
    let policy = context.policy_of(&after)?;
    Ok((after, policy))
}

/// Where a version stands in the lock.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Section {
    Adopting,
    Adopted,
}

/// The lock with a version entered; its comments and layout are kept.
fn enter(lock: &str, version: &str, sources: &Sources, section: Section) -> Result<String, ()> {
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
    if section == Section::Adopted && document.get("adopting").is_some() {
        let begun = sub(&mut document, "adopting")?;
        begun.remove(version);
        if begun.is_empty() {
            document.remove("adopting");
        }
    }
    Ok(document.to_string())
}

fn sub<'d>(document: &'d mut DocumentMut, name: &str) -> Result<&'d mut Table, ()> {
    document.entry(name).or_insert_with(|| Table::new().into()).as_table_mut().ok_or(())
}
