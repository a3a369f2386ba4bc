//! `leidraad version withdraw SET@VERSION`: a proposal is taken back. What is adopted is never taken away, only succeeded.

use leidraad::Sources;

use super::{home, not_carried_out};
use crate::adoption::{forget, refused};
use crate::commands::Context;
use crate::fault::{Fault, Status};
use crate::locale::{Key, say};
use crate::output::print;
use crate::plan::Plan;

pub(super) fn run(context: &Context, version: &str) -> Result<Status, Fault> {
    let language = context.spoken();
    let home = home(context)?;
    let sources = context.sources();
    let text = sources.head(version).map_err(|error| Fault::Question(error, language))?;
    let document: toml_edit::DocumentMut = text.parse().map_err(|_| refused(version, Key::VersionUnreadable, &[], language))?;
    if document.get("status").and_then(|status| status.as_str()) != Some("proposed") {
        let set = version.split('@').next().unwrap_or(version);
        return Err(refused(version, Key::WithdrawAdopted, &[("set", set)], language));
    }
    // What does not load without it stays as it is: something builds on it.
    context.policy_of(&leave(&sources, version).map_err(|()| refused("register.lock", Key::VersionUnreadable, &[], language))?)?;
    let plan = Plan::of(&home, &sources).remove_folder(&Sources::version_folder(version)).counts();
    let known = sources.text("register.lock");
    let without = known.map(|lock| forget(lock, version)).transpose();
    let without = without.map_err(|()| refused("register.lock", Key::VersionUnreadable, &[], language))?;
    let plan = match without.filter(|without| Some(without.as_str()) != known) {
        Some(without) => plan.write("register.lock", &without),
        None => plan,
    };
    plan.carry_out().map_err(|refused| not_carried_out(refused, version, language))?;
    print(&format!("{}\n", say(language, Key::Withdrawn, &[("version", version)])), Status::Granted)
}

/// The register without a version.
fn leave(sources: &Sources, version: &str) -> Result<Sources, ()> {
    let left = sources.clone().without(&Sources::version_folder(version));
    match sources.text("register.lock") {
        Some(lock) => Ok(left.with("register.lock", forget(lock, version)?)),
        None => Ok(left),
    }
}
