//! `leidraad version withdraw SET@VERSION`: a proposal is taken back, and put aside; `--undo` puts it back. What is adopted is never taken away,
//! only succeeded.

use std::path::Path;

use leidraad::Sources;

use super::{files_of, is_proposed};
use crate::adoption::{forget, refused};
use crate::commands::{Context, asking};
use crate::fault::{Fault, Status};
use crate::locale::{Key, say};
use crate::output::print;
use crate::plan::Plan;

/// Where proposals lie that were taken back; no register reads a folder whose name begins with a dot.
const ASIDE: &str = ".withdrawn";

/// Nobody takes a proposal of one name back more often.
const MOST: usize = 10_000;

pub(super) fn run(context: &Context, version: &str, yes: bool, undo: bool) -> Result<Status, Fault> {
    let language = context.spoken();
    let home = context.home()?;
    if undo {
        return put_back(context, &home, version);
    }
    let sources = context.sources();
    let text = sources.head(version).map_err(|error| Fault::Question(error, language))?;
    text.parse::<toml_edit::DocumentMut>().map_err(|_| refused(version, Key::VersionUnreadable, &[], language))?;
    if !is_proposed(Some(text)) {
        let set = version.split('@').next().unwrap_or(version);
        return Err(refused(version, Key::WithdrawAdopted, &[("set", set)], language));
    }
    // What does not load without it stays as it is: something builds on it.
    context.policy_of(&leave(&sources, version).map_err(|()| refused("register.lock", Key::VersionUnreadable, &[], language))?)?;
    let question = say(language, Key::WithdrawSure, &[("version", version)]);
    if !yes && asking::is_possible() && !asking::is_sure(&question)? {
        return Ok(Status::Refused);
    }
    let aside = (1..MOST).map(|number| aside(version, number)).find(|folder| !home.join(folder).exists()).unwrap_or_default();
    let folder = Sources::version_folder(version);
    let plan = Plan::of(&home, &sources).make_folder(&aside, files_of(&sources, version)).remove_folder(&folder).counts();
    let known = sources.text("register.lock");
    let without = known.map(|lock| forget(lock, version)).transpose();
    let without = without.map_err(|()| refused("register.lock", Key::VersionUnreadable, &[], language))?;
    let plan = match without.filter(|without| Some(without.as_str()) != known) {
        Some(without) => plan.write("register.lock", &without),
        None => plan,
    };
    plan.carry_out().map_err(|refused| refused.fault(version, language))?;
    print(&format!("{}\n", say(language, Key::Withdrawn, &[("version", version)])), Status::Granted)
}

/// The folder of a proposal that was taken back, for the first time or again.
fn aside(version: &str, number: usize) -> String {
    if number == 1 { format!("{ASIDE}/{version}") } else { format!("{ASIDE}/{version}-{number}") }
}

/// Puts back the last proposal of this name that was taken back.
fn put_back(context: &Context, home: &Path, version: &str) -> Result<Status, Fault> {
    let language = context.spoken();
    let folder = Sources::version_folder(version);
    if home.join(&folder).exists() {
        return Err(refused(version, Key::VersionExists, &[], language));
    }
    let last = (1..MOST).map(|number| aside(version, number)).take_while(|folder| home.join(folder).is_dir()).last();
    let Some(last) = last else { return Err(refused(version, Key::WithdrawNone, &[], language)) };
    let unreadable = |cause: std::io::Error| Fault::File { path: last.clone(), cause: cause.to_string(), language };
    let mut files = Vec::new();
    for entry in std::fs::read_dir(home.join(&last)).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        files.push((entry.file_name().to_string_lossy().into_owned(), std::fs::read(entry.path()).map_err(unreadable)?));
    }
    let plan = Plan::of(home, &context.sources()).make_folder(&folder, files).remove_folder(&last).counts();
    plan.carry_out().map_err(|refused| refused.fault(version, language))?;
    print(&format!("{}\n", say(language, Key::WithdrawUndone, &[("version", version)])), Status::Granted)
}

/// The register without a version.
fn leave(sources: &Sources, version: &str) -> Result<Sources, ()> {
    let left = sources.clone().without(&Sources::version_folder(version));
    match sources.text("register.lock") {
        Some(lock) => Ok(left.with("register.lock", forget(lock, version)?)),
        None => Ok(left),
    }
}
