//! `leidraad version new|adopt|withdraw`: the life of a version, from a proposal to what counts.

mod adopt;
mod new;
mod withdraw;

use std::path::PathBuf;

use leidraad::Language;

use super::Context;
use crate::adoption::refused;
use crate::args::Version;
use crate::fault::{Fault, Status};

pub(crate) fn run(context: &Context, version: Version) -> Result<Status, Fault> {
    match version {
        Version::New { set, from, name } => new::run(context, &set, from, name),
        Version::Adopt { version, decided, snapshots } => adopt::run(context, &version, decided, snapshots.as_deref()),
        Version::Withdraw { version } => withdraw::run(context, &version),
    }
}

/// The register's folder: a bundle cannot be written.
fn home(context: &Context) -> Result<PathBuf, Fault> {
    if context.register.is_dir() {
        return Ok(context.register.clone());
    }
    Err(refused(&context.register.display().to_string(), "version-no-folder", &[], context.spoken()))
}

fn unwritable(path: &std::path::Path, language: Language) -> impl Fn(std::io::Error) -> Fault + '_ {
    move |cause| Fault::Unwritable { path: path.display().to_string(), cause: cause.to_string(), language }
}
