//! What happens to a service while it runs: told to whoever reads its errors; and what the system tells it.

use std::io::Write;
use std::sync::Arc;
use std::sync::mpsc::Sender;

use leidraad::Language;
use leidraad_live::{Event, Live};
#[cfg(unix)]
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::layout;
use crate::locale::{Key, say};

/// Tells of each policy that comes in force, and of each that does not.
pub(super) fn tell_events(live: &Arc<Live>, language: Language) {
    let events = live.subscribe();
    // It ends with the policy that it is told of.
    let _ = std::thread::Builder::new().name("events".to_owned()).spawn(move || {
        for event in events {
            let text = match event {
                Event::InForce { digest, .. } => say(language, Key::ServeInForce, &[("digest", &digest)]),
                Event::Refused { report } => [layout::report(&report, language), say(language, Key::ServeRefused, &[])].concat(),
                Event::Restored => say(language, Key::ServeRestored, &[]),
                Event::NotKept { reason } => say(language, Key::ServeNotKept, &[("reason", &reason)]),
                _ => continue,
            };
            told(&text);
        }
    });
}

pub(super) fn told(text: &str) {
    // Where nobody reads what goes wrong, nobody is told.
    let _ = writeln!(anstream::stderr(), "{text}");
}

/// Tells systemd that it answers; elsewhere nobody listens.
pub(super) fn ready() {
    let _ = sd_notify::notify(&[sd_notify::NotifyState::Ready]);
}

/// What the system tells a process. From when it is made on, being told to read again no longer ends it.
#[cfg(unix)]
pub(super) struct Signals {
    term: Signal,
    int: Signal,
    hup: Signal,
}

#[cfg(unix)]
impl Signals {
    pub(super) fn new() -> std::io::Result<Signals> {
        let (term, int, hup) = (SignalKind::terminate(), SignalKind::interrupt(), SignalKind::hangup());
        Ok(Signals { term: signal(term)?, int: signal(int)?, hup: signal(hup)? })
    }
    /// Waits for the system to say that it is enough; meanwhile, each hang-up is passed on.
    pub(super) async fn until_stopped(mut self, again: Sender<()>) {
        loop {
            tokio::select! {
                _ = self.term.recv() => break,
                _ = self.int.recv() => break,
                // Where nobody reads again, it is about to end.
                _ = self.hup.recv() => { let _ = again.send(()); }
            }
        }
        let _ = sd_notify::notify(&[sd_notify::NotifyState::Stopping]);
    }
}

/// What the system tells a process.
#[cfg(not(unix))]
pub(super) struct Signals;

#[cfg(not(unix))]
impl Signals {
    pub(super) fn new() -> std::io::Result<Signals> {
        Ok(Signals)
    }
    pub(super) async fn until_stopped(self, _: Sender<()>) {
        let _ = tokio::signal::ctrl_c().await;
    }
}
