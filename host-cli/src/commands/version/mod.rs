//! `leidraad version new|adopt|withdraw`: the life of a version, from a proposal to what counts.

mod adopt;
mod new;
mod withdraw;

pub(crate) use adopt::adopted;

use std::path::PathBuf;

use leidraad::{Language, Sources};

use super::Context;
use crate::args::Version;
use crate::fault::{Fault, Status};
use crate::locale::say;

pub(crate) fn run(context: &Context, version: Version) -> Result<Status, Fault> {
    match version {
        Version::New { set, from, name } => new::run(context, &set, from, name),
        Version::Adopt { version, decided, snapshots } => adopt::run(context, &version, decided, snapshots.as_deref()),
        Version::Withdraw { version } => withdraw::run(context, &version),
    }
}

/// The folder of a version, below the register's.
fn folder(version: &str) -> String {
    format!("rulesets/{}", version.replacen('@', "/", 1))
}

/// The register's folder: a bundle cannot be written.
fn home(context: &Context) -> Result<PathBuf, Fault> {
    if context.register.is_dir() {
        return Ok(context.register.clone());
    }
    Err(refused(&context.register.display().to_string(), "version-no-folder", &[], context.spoken()))
}

/// The head of a version, as it is written; or an error that names the versions like it.
fn head<'s>(sources: &'s Sources, version: &str, language: Language) -> Result<&'s str, Fault> {
    sources
        .text(&format!("{}/ruleset.toml", folder(version)))
        .ok_or_else(|| Fault::Question(leidraad::Error::unknown_version(version, versions(sources)), language))
}

/// The versions of a register, as its folders name them.
fn versions(sources: &Sources) -> impl Iterator<Item = String> {
    sources.paths().filter_map(|path| {
        let (set, version) = path.strip_prefix("rulesets/")?.strip_suffix("/ruleset.toml")?.split_once('/')?;
        Some(format!("{set}@{version}"))
    })
}

fn refused(path: &str, key: &str, values: &[(&str, &str)], language: Language) -> Fault {
    Fault::Plugin { path: path.to_owned(), reason: say(language, key, values) }
}

fn unwritable(path: &std::path::Path, language: Language) -> impl Fn(std::io::Error) -> Fault + '_ {
    move |cause| Fault::File { path: path.display().to_string(), cause: cause.to_string(), language }
}
