//! `leidraad version adopt SET@VERSION --decided DAY`: a proposal becomes what counts, once everything is checked.

use std::path::Path;

use leidraad::Sources;

use crate::adoption::{Adopted, Section, adopted, enter, refused};
use crate::args::Day;
use crate::commands::{Context, asking, snapshot};
use crate::fault::{Fault, Status};
use crate::locale::{Key, say};
use crate::output::print;
use crate::plan::{Done, Plan};

pub(super) fn run(context: &Context, version: &str, decided: Option<Day>, snapshots: Option<&Path>) -> Result<Status, Fault> {
    let language = context.spoken();
    let home = context.home()?;
    let before = context.sources();
    let asked = decided.is_some();
    let Adopted { sources: after, policy, decided, entries } = adopted(context, &before, version, decided)?;
    // The day of a decision is not the day on which somebody types it.
    let sure = || asking::is_sure(&say(language, Key::AdoptToday, &[("version", version), ("day", &language.day(decided))]));
    let is_named = asked || (asking::is_possible() && sure()?);
    if !is_named {
        return Err(refused(version, Key::AdoptDecided, &[], language));
    }
    let failing: Vec<String> = policy
        .scenarios()
        .filter(|scenario| policy.decide(scenario.question()).map_or(true, |decision| !scenario.compare(&decision).is_empty()))
        .map(|scenario| scenario.id().to_owned())
        .collect();
    if !failing.is_empty() {
        return Err(refused(version, Key::AdoptScenarios, &[("list", &failing.join(", "))], language));
    }
    let outcomes = snapshot::Place::of(&home, snapshots);
    if outcomes.is_there() {
        let drifted = snapshot::unreviewed(&outcomes, &policy, &after, version);
        if !drifted.is_empty() {
            let decided = if asked { format!(" --decided {decided}") } else { String::new() };
            let values = [("list", drifted.join(", ")), ("version", version.to_owned()), ("decided", decided)];
            return Err(refused(version, Key::AdoptOutcomes, &values.each_ref().map(|(name, value)| (*name, value.as_str())), language));
        }
    }
    // First the lock says what is about to be adopted; then the version says that it is: from that moment on it counts.
    // Whatever ends before that leaves a proposal, whatever ends after it an adoption.
    let path = format!("{}/ruleset.toml", Sources::version_folder(version));
    let known = before.text("register.lock").unwrap_or_default();
    let lock = |section| {
        enter(known, version, &after, section, &entries).map_err(|()| refused("register.lock", Key::VersionUnreadable, &[], language))
    };
    let plan = Plan::of(&home, &before)
        .write("register.lock", &lock(Section::Adopting)?)
        .write(&path, after.text(&path).unwrap_or_default())
        .counts()
        .write("register.lock", &lock(Section::Adopted)?);
    let plan = if outcomes.is_there() { outcomes.settle(plan, &policy, &after, language)? } else { plan };
    let Done { left } = plan.carry_out().map_err(|refused| refused.fault(version, language))?;
    let mut said = say(language, Key::Adopted, &[("version", version), ("set", version.split('@').next().unwrap_or(version))]);
    let from = policy.catalogue().version(version).ok().and_then(|version| version.days().from);
    if let Some(from) = from.filter(|from| *from < decided) {
        said = format!("{said}\n{}", say(language, Key::AdoptBack, &[("from", &language.day(from))]));
    }
    if !outcomes.is_there() {
        said = format!("{said}\n{}", say(language, Key::AdoptNoOutcomes, &[]));
    }
    if let Some((path, cause)) = left {
        let values = [("path", path.display().to_string()), ("cause", cause.to_string())];
        said = format!("{said}\n{}", say(language, Key::AdoptLeft, &values.each_ref().map(|(name, value)| (*name, value.as_str()))));
    }
    print(&format!("{said}\n"), Status::Granted)
}
