//! A register's folder in; its scenarios tested again after each change, until the reader has enough.

use std::io::Write;
use std::time::Duration;

use leidraad::Report;
use leidraad_live::{Event, Live};

use super::once;
use crate::args::Test;
use crate::commands::{Context, fresh_plugins};
use crate::fault::{Fault, Status, report};
use crate::locale::{Key, say};

/// An editor writes a file in several steps: so long nothing must happen before the next run.
const QUIET: Duration = Duration::from_millis(150);

pub(super) fn run(context: &Context, test: &Test) -> Result<Status, Fault> {
    let refused = |findings: &Report| {
        report(&Fault::Register(Box::new(findings.clone()), context.spoken()), context.format);
        watching(context)
    };
    let mut builder = Live::place(&context.register).trust(context.trust.clone()).plugins(fresh_plugins()).quiet(QUIET).history(1);
    let live = loop {
        match builder.start() {
            Ok(live) => break live,
            Err(not_started) => {
                refused(not_started.report())?;
                builder = not_started.wait();
            }
        }
    };
    let events = live.subscribe();
    tested(context, test, &live)?;
    for event in events {
        match event {
            Event::Refused { report } => refused(&report)?,
            _ => tested(context, test, &live)?,
        }
    }
    Ok(Status::Granted)
}

/// Asks the scenarios of the policy in force.
fn tested(context: &Context, test: &Test, live: &Live) -> Result<(), Fault> {
    let policy = live.policy();
    context.note(&policy);
    match once(context, test, policy.sources(), &policy) {
        Ok(_) => {}
        // Whoever reads has gone.
        Err(Fault::Io(cause)) => return Err(Fault::Io(cause)),
        Err(fault) => {
            report(&fault, context.format);
        }
    }
    watching(context)
}

fn watching(context: &Context) -> Result<(), Fault> {
    let path = context.register.display().to_string();
    writeln!(anstream::stdout(), "\n{}\n", say(context.last_spoken(), Key::TestWatching, &[("path", &path)]))?;
    Ok(())
}
