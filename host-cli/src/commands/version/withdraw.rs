//! `leidraad version withdraw SET@VERSION`: a proposal is taken back. What is adopted is never taken away, only succeeded.

use std::io::Write;

use leidraad::Sources;

use super::{home, unwritable};
use crate::adoption::{folder, forget, head, refused};
use crate::commands::Context;
use crate::fault::{Fault, Status};
use crate::locale::say;
use crate::store::{put, settle};

pub(super) fn run(context: &Context, version: &str) -> Result<Status, Fault> {
    let language = context.spoken();
    let home = home(context)?;
    let sources = context.sources();
    let text = head(&sources, version, language)?;
    let document: toml_edit::DocumentMut = text.parse().map_err(|_| refused(version, "version-unreadable", &[], language))?;
    if document.get("status").and_then(|status| status.as_str()) != Some("proposed") {
        let set = version.split('@').next().unwrap_or(version);
        return Err(refused(version, "withdraw-adopted", &[("set", set)], language));
    }
    // What does not load without it stays as it is: something builds on it.
    context.policy_of(&leave(&sources, version).map_err(|()| refused("register.lock", "version-unreadable", &[], language))?)?;
    let target = home.join(folder(version));
    let parent = target.parent().map_or_else(|| home.clone(), std::path::Path::to_owned);
    // It is gone at once, under a hidden name; only then is it cleared away.
    let hidden = tempfile::Builder::new().prefix(".leidraad-").tempdir_in(&parent).map_err(unwritable(&parent, language))?;
    std::fs::rename(&target, hidden.path().join("withdrawn")).map_err(unwritable(&target, language))?;
    settle(&parent);
    hidden.close().map_err(unwritable(&parent, language))?;
    // A rule set without a version is none.
    let _ = std::fs::remove_dir(&parent);
    if let Some(lock) = sources.text("register.lock") {
        let lock_path = home.join("register.lock");
        let without = forget(lock, version).map_err(|()| refused("register.lock", "version-unreadable", &[], language))?;
        if without != lock {
            put(&lock_path, &without).map_err(unwritable(&lock_path, language))?;
        }
    }
    writeln!(anstream::stdout(), "{}", say(language, "withdrawn", &[("version", version)]))?;
    Ok(Status::Granted)
}

/// The register without a version.
fn leave(sources: &Sources, version: &str) -> Result<Sources, ()> {
    let left = sources.clone().without(&folder(version));
    match sources.text("register.lock") {
        Some(lock) => Ok(left.with("register.lock", forget(lock, version)?)),
        None => Ok(left),
    }
}
