//! `leidraad mcp`: answers an assistant over standard input and output; it reads the register, and changes nothing.

use std::sync::Arc;

use jiff::Timestamp;
use leidraad_live::Live;
use leidraad_log::{Log, Settings};
use leidraad_serve::Service;

use super::{Context, fresh_plugins};
use crate::args::Logged;
use crate::fault::{Fault, Status};

pub(crate) fn run(context: &Context, logged: &Logged) -> Result<Status, Fault> {
    let language = context.spoken();
    let started = Live::place(&context.register).trust(context.trust.clone()).plugins(fresh_plugins()).start();
    let live = started.map_err(|not_started| Fault::Register(Box::new(not_started.report().clone()), language))?;
    let mut service = Service::of(Arc::new(live));
    if let Some(folder) = &logged.log {
        let mut settings = Settings::default();
        if let Some(path) = &logged.mask_key {
            settings = settings.mask(super::log::mask_key(path, language)?);
        }
        let log = Log::open(folder, settings, Timestamp::now()).map_err(|error| super::log::fault(&error, language))?;
        service = service.log(Arc::new(log));
    }
    // An assistant that names no language is answered in the register's first.
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(service.assist(language))?;
    // Standard input may be waited for still: nobody reads what would come.
    runtime.shutdown_background();
    Ok(Status::Granted)
}
