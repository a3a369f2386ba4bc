//! `leidraad version lock`: what counts now goes into the lock, where it is not held yet.

use leidraad::catalogue::Version;

use crate::adoption::{enter_all, refused};
use crate::commands::Context;
use crate::fault::{Fault, Status};
use crate::locale::{Key, say};
use crate::output::print;
use crate::plan::Plan;

pub(super) fn run(context: &Context) -> Result<Status, Fault> {
    let language = context.spoken();
    let home = context.home()?;
    let sources = context.sources();
    // What was changed after it was locked does not load, and so is not locked anew.
    let policy = context.policy_of(&sources)?;
    let known = sources.text("register.lock").unwrap_or_default();
    let document: toml_edit::DocumentMut = known.parse().map_err(|_| refused("register.lock", Key::VersionUnreadable, &[], language))?;
    let is_held = |version: &str| document.get("adopted").and_then(|held| held.get(version)).is_some();
    let adopted = policy.catalogue().versions().filter(|version| !version.is_proposed()).map(Version::key);
    let versions: Vec<&str> = adopted.filter(|version| !is_held(version)).collect();
    let text = enter_all(known, &versions, &sources, &policy.lock_entries())
        .map_err(|()| refused("register.lock", Key::VersionUnreadable, &[], language))?;
    if text != known {
        let plan = Plan::of(&home, &sources).write("register.lock", &text).counts();
        plan.carry_out().map_err(|refused| refused.fault("register.lock", language))?;
    }
    let list = if versions.is_empty() { String::new() } else { format!(": {}", versions.join(", ")) };
    let said = say(language, Key::Locked, &[("count", &versions.len().to_string()), ("list", &list)]);
    print(&format!("{said}\n"), Status::Granted)
}
