//! `leidraad version withdraw SET@VERSION`: a proposal is taken back, and put aside; `--undo` puts it back. What is adopted is never taken away,
//! only succeeded.

use std::path::Path;

use leidraad::{Language, Sources};

use super::{files_of, is_proposed};
use crate::adoption::{forget, refused};
use crate::commands::snapshot::Place;
use crate::commands::snapshot::drift::waiting_in;
use crate::commands::{Context, asking};
use crate::fault::{Fault, Status};
use crate::locale::{Key, say};
use crate::output::print;
use crate::plan::Plan;

/// Where proposals lie that were taken back; no register reads a folder whose name begins with a dot.
const ASIDE: &str = ".withdrawn";

/// Nobody takes a proposal of one name back more often.
const MOST: usize = 10_000;

pub(super) fn run(context: &Context, version: &str, yes: bool, snapshots: Option<&Path>) -> Result<Status, Fault> {
    let language = context.spoken();
    let home = context.home()?;
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
    // What was accepted for its adoption goes with it.
    let place = Place::of(&home, snapshots);
    let waiting = waiting_in(&place.folder).unwrap_or_default();
    let waiting: Vec<_> = waiting.into_iter().filter(|one| one.is_for(version)).collect();
    let own = waiting.iter().filter_map(|one| Some((one.path.file_name()?.to_str()?.to_owned(), one.bytes.clone())));
    let files = files_of(&sources, version).into_iter().chain(own).collect();
    let mut plan = Plan::of(&home, &sources).make_folder(&aside, files);
    for one in &waiting {
        plan = plan.elsewhere(&place.base, one.path.clone(), None).map_err(|cause| unreadable(&one.path, &cause, language))?;
    }
    let plan = plan.remove_folder(&folder).counts();
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

/// The folder of a proposal that was taken back, for the first time or again: no version has `~` in its name.
fn aside(version: &str, number: usize) -> String {
    if number == 1 { format!("{ASIDE}/{version}") } else { format!("{ASIDE}/{version}~{number}") }
}

/// Puts back the last proposal of this name that was taken back.
pub(super) fn undo(context: &Context, version: &str, snapshots: Option<&Path>) -> Result<Status, Fault> {
    let language = context.spoken();
    let home = context.home()?;
    let folder = Sources::version_folder(version);
    if home.join(&folder).exists() {
        return Err(refused(version, Key::VersionExists, &[], language));
    }
    let last = (1..MOST).map(|number| aside(version, number)).take_while(|folder| home.join(folder).is_dir()).last();
    let Some(last) = last else { return Err(refused(version, Key::WithdrawNone, &[], language)) };
    let failed = |cause: std::io::Error| unreadable(Path::new(&last), &cause, language);
    let (mut files, mut waiting) = (Vec::new(), Vec::new());
    for entry in std::fs::read_dir(home.join(&last)).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let (name, bytes) = (entry.file_name().to_string_lossy().into_owned(), std::fs::read(entry.path()).map_err(failed)?);
        if name.ends_with(".snap.new") { waiting.push((name, bytes)) } else { files.push((name, bytes)) }
    }
    let place = Place::of(&home, snapshots);
    let mut plan = Plan::of(&home, &context.sources()).make_folder(&folder, files);
    for (name, bytes) in waiting {
        let path = place.folder.join(name);
        // What was accepted since is newer.
        if !path.exists() {
            plan = plan.elsewhere(&place.base, path.clone(), Some(bytes)).map_err(|cause| unreadable(&path, &cause, language))?;
        }
    }
    let plan = plan.remove_folder(&last).counts();
    plan.carry_out().map_err(|refused| refused.fault(version, language))?;
    print(&format!("{}\n", say(language, Key::WithdrawUndone, &[("version", version)])), Status::Granted)
}

fn unreadable(path: &Path, cause: &std::io::Error, language: Language) -> Fault {
    Fault::File { path: path.display().to_string(), cause: cause.to_string(), language }
}

/// The register without a version.
fn leave(sources: &Sources, version: &str) -> Result<Sources, ()> {
    let left = sources.clone().without(&Sources::version_folder(version));
    match sources.text("register.lock") {
        Some(lock) => Ok(left.with("register.lock", forget(lock, version)?)),
        None => Ok(left),
    }
}
