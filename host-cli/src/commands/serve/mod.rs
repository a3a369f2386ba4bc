//! `leidraad serve`: the register over HTTP, and the desk in a browser, until it is told to stop.

mod again;
mod key;
mod settings;
mod watch;

use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{self, Sender};
use std::thread;
use std::time::Duration;

use leidraad::Language;
use leidraad_live::{Builder, Live};
use leidraad_log::{Log, OnLoss, Settings as LogSettings};
use leidraad_serve::{Server, Service, Settings};
use metrics_exporter_prometheus::PrometheusBuilder;
use tokio::net::TcpListener;

use super::{Context, fresh_plugins, log, verify};
use crate::args::{Serve, ServeCommand};
use crate::fault::{Fault, Status};
use crate::locale::{Key, say};
use crate::output::print;
use crate::progress;
use again::Again;
use watch::Signals;

pub(crate) fn run(context: &Context, serve: &Serve) -> Result<Status, Fault> {
    if let Some(ServeCommand::Key { name, scope, customer, per_minute, until }) = &serve.command {
        return key::make(context, name, scope, customer, *per_minute, *until);
    }
    let language = context.spoken();
    let settings = settings::of(&context.register, serve, language)?;
    if serve.print_config {
        print(&settings.to_toml(), Status::Granted)?;
    }
    settings.is_safe().map_err(|bad| settings::fault(serve.config.as_deref(), &bad, language))?;
    if serve.print_config {
        return Ok(Status::Granted);
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let signals = runtime.block_on(async { Signals::new() })?;
    let (live, log) = (Arc::new(live(&settings, language)?), logged(&settings, language)?);
    let again = Again::of(&context.register, serve, settings, live, language)?;
    #[cfg(feature = "otlp")]
    let _traces = leidraad_serve::Traces::start()?;
    let (tell, told) = mpsc::channel();
    let served = thread::scope(|scope| {
        // Reading takes a while: requests are answered meanwhile. It ends with what tells it to.
        scope.spawn(|| told.into_iter().for_each(|()| again.read()));
        runtime.block_on(serving(&again, log, signals, tell))
    });
    runtime.shutdown_timeout(Duration::from_secs(5));
    served
}

/// The policy that answers, and goes on with its source.
fn live(settings: &Settings, language: Language) -> Result<Live, Fault> {
    let trust = verify::trust(settings.trust.as_deref(), language)?;
    let mut builder = Live::place(&settings.register).trust(trust).plugins(fresh_plugins());
    builder = builder.poll(Duration::from_secs(settings.poll_seconds.max(1).into()));
    if let Some(folder) = &settings.kept_in {
        builder = builder.kept_in(written_to(folder, language)?);
    }
    if let Some(folder) = &settings.archived_in {
        builder = builder.archived_in(written_to(folder, language)?);
    }
    progress::shown(say(language, Key::Loading, &[]), || started(builder, language))
}

/// A folder in which something will be kept: what cannot be kept is told before it is missed.
fn written_to(folder: &Path, language: Language) -> Result<&Path, Fault> {
    let proof = folder.join(".written");
    let tried = std::fs::create_dir_all(folder).and_then(|()| std::fs::write(&proof, b"")).and_then(|()| std::fs::remove_file(&proof));
    let unwritable = |cause: std::io::Error| Fault::Unwritable { path: folder.display().to_string(), cause: cause.to_string(), language };
    tried.map(|()| folder).map_err(unwritable)
}

/// Starts, or says what is wrong with the register.
pub(super) fn started(builder: Builder, language: Language) -> Result<Live, Fault> {
    builder.start().map_err(|not_started| Fault::Register(Box::new(not_started.report().clone()), language))
}

/// The log that answers go to.
fn logged(settings: &Settings, language: Language) -> Result<Option<Arc<Log>>, Fault> {
    let on_loss = match settings.on_loss {
        leidraad_serve::OnLoss::Count => OnLoss::Count,
        leidraad_serve::OnLoss::Refuse => OnLoss::Refuse,
    };
    let log = log::open(settings.log.as_deref(), settings.mask_key.as_deref(), LogSettings::default().on_loss(on_loss), language)?;
    Ok(log.map(Arc::new))
}

/// Answers until the system says to stop.
async fn serving(again: &Again<'_>, log: Option<Arc<Log>>, signals: Signals, tell: Sender<()>) -> Result<Status, Fault> {
    let Again { settings, live, access, certificate, language, .. } = again;
    let metrics = PrometheusBuilder::new().install_recorder().map_err(std::io::Error::other)?;
    let mut service = Service::of(Arc::clone(live)).metrics(move || metrics.render()).access(access.clone()).limits(settings.limits());
    if let Some(log) = log {
        service = service.log(log);
    }
    if let Some(url) = settings.public_url.as_deref().and_then(|url| url.parse().ok()) {
        service = service.public_url(url);
    }
    let listener = TcpListener::bind(settings.listen).await.map_err(|cause| unbound(settings, &cause, *language))?;
    let address = listener.local_addr()?;
    let mut server = Server::default().connections(settings.connections()).time(settings.limits().time).proxies(settings.proxies.clone());
    let scheme = if certificate.is_some() { "https" } else { "http" };
    if let Some(certificate) = certificate {
        server = server.certificate(Arc::clone(certificate));
    }
    watch::tell_events(live, *language);
    print(&(say(*language, Key::ServeAt, &[("address", &format!("{scheme}://{address}/"))]) + "\n"), Status::Granted)?;
    watch::ready();
    let is_all = server.run(listener, service.router(), signals.until_stopped(tell)).await;
    print(&(say(*language, if is_all { Key::ServeStopped } else { Key::ServeBrokenOff }, &[]) + "\n"), Status::Granted)
}

fn unbound(settings: &Settings, cause: &std::io::Error, language: Language) -> Fault {
    let reason = say(language, Key::ServeUnbound, &[("cause", &cause.to_string())]);
    Fault::Plugin { path: settings.listen.to_string(), reason }
}
