//! `leidraad version adopt SET@VERSION --decided DAY`: a proposal becomes what counts, once everything is checked.

use std::io::Write;
use std::path::Path;

use jiff::civil::Date;

use super::{home, unwritable};
use crate::adoption::{Section, adopted, enter, folder, refused};
use crate::commands::{Context, snapshot};
use crate::fault::{Fault, Status};
use crate::locale::say;
use crate::store::put;

pub(super) fn run(context: &Context, version: &str, decided: Option<Date>, snapshots: Option<&Path>) -> Result<Status, Fault> {
    let language = context.spoken();
    let home = home(context)?;
    let before = context.sources();
    let (after, policy) = adopted(context, &before, version, decided)?;
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
    if let Err(fault) = write(&head, after.text(&path).unwrap_or_default()) {
        // Nothing was adopted, so nothing is announced.
        write(&lock, known)?;
        return Err(fault);
    }
    write(
        &lock,
        &enter(known, version, &after, Section::Adopted).map_err(|()| refused("register.lock", "version-unreadable", &[], language))?,
    )?;
    if outcomes.is_dir() {
        let now = context.sources();
        snapshot::settle(&outcomes, &policy, &now).map_err(unwritable(&outcomes, language))?;
    }
    let mut out = anstream::stdout();
    writeln!(out, "{}", say(language, "adopted", &[("version", version)]))?;
    if !outcomes.is_dir() {
        writeln!(out, "{}", say(language, "adopt-no-outcomes", &[]))?;
    }
    Ok(Status::Granted)
}
