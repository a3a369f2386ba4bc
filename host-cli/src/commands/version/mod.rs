//! `leidraad version new|adopt|withdraw|lock`: the life of a version, from a proposal to what counts.

mod adopt;
mod edits;
mod list;
mod lock;
mod new;
mod withdraw;

pub(crate) use new::by_matrix;

use std::path::PathBuf;

use leidraad::Sources;
use toml_edit::DocumentMut;

use super::Context;
use crate::args::Version;
use crate::fault::{Fault, Status};

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
        Version::Withdraw { version, undo: true, snapshots, .. } => withdraw::undo(context, &version, snapshots.as_deref()),
        Version::Withdraw { version, yes, snapshots, .. } => withdraw::run(context, &version, yes, snapshots.as_deref()),
        Version::Lock => lock::run(context),
    }
}

/// The files of a version: their names and their bytes.
fn files_of(sources: &Sources, version: &str) -> Vec<(String, Vec<u8>)> {
    let below = format!("{}/", Sources::version_folder(version));
    sources.paths().filter_map(|path| Some((path.strip_prefix(&below)?.to_owned(), sources.bytes_of(path)?.to_vec()))).collect()
}

/// Whether the head of a version says that it is a proposal.
fn is_proposed(head: Option<&str>) -> bool {
    let document: Option<DocumentMut> = head.and_then(|head| head.parse().ok());
    document.is_some_and(|document| document.get("status").and_then(|status| status.as_str()) == Some("proposed"))
}
