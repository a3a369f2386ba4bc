//! A register's folder in; its scenarios tested again after each change, until the reader has enough.

use std::io::Write;
use std::sync::mpsc::channel;
use std::time::Duration;

use notify::{RecursiveMode, Watcher};

use super::once;
use crate::args::Test;
use crate::commands::{Context, plugins};
use crate::fault::{Fault, Status, report};
use crate::locale::say;
use leidraad::Policy;

/// An editor writes a file in several steps: so long nothing must happen before the next run.
const QUIET: Duration = Duration::from_millis(150);

pub(super) fn run(context: &Context, test: &Test) -> Result<Status, Fault> {
    let language = context.spoken();
    let path = context.register.display().to_string();
    let unwatchable = |cause: notify::Error| Fault::File { path: path.clone(), cause: cause.to_string(), language };
    let (sender, changes) = channel();
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        // Reading changes nothing; once nobody listens any more, there is nobody to tell.
        if !event.is_ok_and(|event| event.kind.is_access()) {
            let _ = sender.send(());
        }
    })
    .map_err(unwatchable)?;
    watcher.watch(&context.register, RecursiveMode::Recursive).map_err(unwatchable)?;
    let plugins = plugins();
    // The last policy that loaded: of its successor, only what changed is compiled.
    let mut last: Option<Policy> = None;
    loop {
        let sources = context.sources();
        let load = || last.as_ref().map_or_else(|| Policy::load_with(&sources, &plugins), |last| last.reload(&sources, &plugins));
        let tested = context.loaded(load).and_then(|policy| {
            let policy = last.insert(policy);
            once(context, test, &sources, policy)
        });
        match tested {
            Ok(_) => {}
            // Whoever reads has gone.
            Err(Fault::Io(cause)) => return Err(Fault::Io(cause)),
            Err(fault) => {
                report(&fault);
            }
        }
        let language = last.as_ref().map_or(language, |policy| context.language(policy));
        writeln!(anstream::stdout(), "\n{}\n", say(language, "test-watching", &[("path", &path)]))?;
        if changes.recv().is_err() {
            return Ok(Status::Granted);
        }
        while changes.recv_timeout(QUIET).is_ok() {}
    }
}
