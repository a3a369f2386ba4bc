//! `leidraad version new|adopt|withdraw|lock`: the life of a version, from a proposal to what counts.

mod adopt;
mod edits;
mod list;
mod lock;
mod new;
mod withdraw;

pub(crate) use new::by_matrix;

use std::path::PathBuf;

use leidraad::Language;

use super::Context;
use crate::adoption::refused;
use crate::args::Version;
use crate::fault::{Fault, Status};
use crate::locale::{Key, say};
use crate::plan::PlanError;

/// A version to be made.
pub(super) struct New {
    set: String,
    from: jiff::civil::Date,
    name: Option<String>,
    copy: Option<String>,
    matrix: Option<PathBuf>,
    sheet: Option<String>,
}

pub(crate) fn run(context: &Context, version: Version) -> Result<Status, Fault> {
    match version {
        Version::New { set, from, name, copy, matrix, sheet } => new::run(context, &New { set, from, name, copy, matrix, sheet }),
        Version::List { set } => list::run(context, set.as_deref()),
        Version::Adopt { version, decided, snapshots } => adopt::run(context, &version, decided, snapshots.as_deref()),
        Version::Withdraw { version, yes, undo } => withdraw::run(context, &version, yes, undo),
        Version::Lock => lock::run(context),
    }
}

/// The register's folder: a bundle cannot be written.
fn home(context: &Context) -> Result<PathBuf, Fault> {
    if context.register.is_dir() {
        return Ok(context.register.clone());
    }
    // What is not there at all says so itself.
    context.policy_of(&context.sources())?;
    Err(refused(&context.register.display().to_string(), Key::VersionNoFolder, &[], context.spoken()))
}

/// Why a plan was not carried out, and what that leaves.
fn not_carried_out(refused: PlanError, what: &str, language: Language) -> Fault {
    let fault = |key: Key, path: &str, cause: &str| Fault::Plugin {
        path: what.to_owned(),
        reason: say(language, key, &[("path", path), ("cause", cause)]),
    };
    match refused {
        PlanError::Busy => fault(Key::PlanBusy, "", ""),
        PlanError::Edited(path) => fault(Key::PlanEdited, &path, ""),
        PlanError::Failed(path, cause) => fault(Key::PlanFailed, &path.display().to_string(), &cause.to_string()),
        PlanError::Torn(path, cause) => fault(Key::PlanTorn, &path.display().to_string(), &cause.to_string()),
    }
}
