//! Answers of this run in; receipts in a log out, before anybody reads the answers.

use std::path::Path;

use jiff::Timestamp;
use leidraad::{Decision, Error, Language, Policy, Question};
use leidraad_log::{Log, MaskKey, Receipt, Settings, Ticket};

use super::fault;
use crate::args::Logged;
use crate::fault::Fault;

/// A log that this run writes to.
pub(in crate::commands) struct Logging {
    log: Log,
    actor: String,
}

impl Logging {
    /// Opens the log that is named, if one is.
    pub(in crate::commands) fn open(logged: &Logged, language: Language) -> Result<Option<Logging>, Fault> {
        let log = open(logged.log.as_deref(), logged.mask_key.as_deref(), Settings::default(), language)?;
        Ok(log.map(|log| Logging { log, actor: logged.actor.clone().unwrap_or_else(user) }))
    }
    fn receipt<'d>(&'d self, receipt: Receipt<'d>, id: Option<&'d str>) -> Receipt<'d> {
        let receipt = receipt.at(Timestamp::now()).actor(&self.actor).origin("cli");
        if let Some(id) = id { receipt.id(id) } else { receipt }
    }
    /// Gives an answer to the log.
    pub(in crate::commands) fn decided(&self, policy: &Policy, decision: &Decision<'_>, language: Language, id: Option<&str>) -> Ticket {
        self.log.append_later(&self.receipt(Receipt::of(policy, decision, language), id))
    }
    /// Gives a question to the log that could not be answered.
    pub(in crate::commands) fn failed(
        &self,
        policy: &Policy,
        question: &Question,
        error: &Error,
        language: Language,
        id: Option<&str>,
    ) -> Ticket {
        self.log.append_later(&self.receipt(Receipt::failed(policy, question, error, language), id))
    }
    /// Waits until it is in the log; an answer that is not is not given.
    pub(in crate::commands) fn wait(&self, ticket: Ticket, language: Language) -> Result<(), Fault> {
        self.log.wait(ticket).map(|_| ()).map_err(|error| fault(&error, language))
    }
}

/// Opens the log in a folder, if one is named; personal facts are masked by the key in a file, if that is.
pub(in crate::commands) fn open(
    folder: Option<&Path>,
    mask_key: Option<&Path>,
    mut settings: Settings,
    language: Language,
) -> Result<Option<Log>, Fault> {
    let Some(folder) = folder else { return Ok(None) };
    if let Some(path) = mask_key {
        settings = settings.mask(key(path, language)?);
    }
    Log::open(folder, settings, Timestamp::now()).map(Some).map_err(|error| fault(&error, language))
}

/// The user of this machine: whoever runs the command is who does it, unless somebody else is named.
pub(super) fn user() -> String {
    std::env::var("LOGNAME").or_else(|_| std::env::var("USER")).unwrap_or_default()
}

/// The key by which personal facts are masked.
pub(in crate::commands) fn key(path: &Path, language: Language) -> Result<MaskKey, Fault> {
    let bytes = std::fs::read(path).map_err(|cause| Fault::unreadable(path, &cause, language))?;
    MaskKey::new(&bytes).map_err(|error| fault(&error, language))
}
