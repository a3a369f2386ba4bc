//! `leidraad log …`: a log of answers, looked through, asked again, searched, handed on, and kept for as long as it has to be.

mod export;
mod keep;
mod query;
mod replay;
mod verify;
mod write;

pub(super) use write::{Logging, open};

use leidraad::Language;
use leidraad_log::LogError;

use super::Context;
use crate::args::Log;
use crate::fault::{Fault, Status};

pub(crate) fn run(context: &Context, log: Log) -> Result<Status, Fault> {
    match log {
        Log::Verify { log } => verify::run(context, &log),
        Log::Replay(replay) => replay::run(context, &replay),
        Log::Query(query) => query::run(context, &query),
        Log::Export(export) => export::run(context, &export),
        Log::Checkpoint { log, key } => keep::checkpoint(context, &log, key.as_deref()),
        Log::Retire { log, before, actor } => keep::retire(context, &log, before, actor),
    }
}

/// What is wrong with a log, as a fault of the command.
pub(super) fn fault(error: &LogError, language: Language) -> Fault {
    Fault::Log { message: error.message(language).to_owned(), language }
}
