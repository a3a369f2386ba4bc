//! `leidraad mcp`: answers an assistant over standard input and output; it reads the register, and changes nothing.

use std::sync::Arc;

use leidraad_live::Live;
use leidraad_log::Settings;
use leidraad_serve::Service;

use super::serve::started;
use super::{Context, fresh_plugins, log};
use crate::args::Logged;
use crate::fault::{Fault, Status};

pub(crate) fn run(context: &Context, logged: &Logged) -> Result<Status, Fault> {
    let language = context.spoken();
    let live = started(Live::place(&context.register).trust(context.trust.clone()).plugins(fresh_plugins()), language)?;
    let mut service = Service::of(Arc::new(live));
    if let Some(log) = log::open(logged.log.as_deref(), logged.mask_key.as_deref(), Settings::default(), language)? {
        service = service.log(Arc::new(log));
    }
    // An assistant that names no language is answered in the register's first.
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(service.assist(language))?;
    // Standard input may be waited for still: nobody reads what would come.
    runtime.shutdown_background();
    Ok(Status::Granted)
}
