//! What happens to a service while it runs: told to whoever reads its errors; and what the system tells it.

use std::io::Write;
use std::sync::Arc;

use leidraad::Language;
use leidraad_live::{Event, Live};

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

/// Waits for the system to say that it is enough; meanwhile, a hang-up has everything read again.
pub(super) async fn until_stopped(read_again: impl Fn()) {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let signals = (signal(SignalKind::terminate()), signal(SignalKind::interrupt()), signal(SignalKind::hangup()));
        if let (Ok(mut term), Ok(mut int), Ok(mut hup)) = signals {
            loop {
                tokio::select! {
                    _ = term.recv() => break,
                    _ = int.recv() => break,
                    _ = hup.recv() => tokio::task::block_in_place(&read_again),
                }
            }
        }
    }
    #[cfg(not(unix))]
    {
        let _ = read_again;
        let _ = tokio::signal::ctrl_c().await;
    }
    let _ = sd_notify::notify(&[sd_notify::NotifyState::Stopping]);
}
