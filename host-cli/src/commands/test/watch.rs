//! A register's folder in; its scenarios tested again after each change, until the reader has enough.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Sender, channel};
use std::time::Duration;

use notify::{RecommendedWatcher, RecursiveMode, Watcher};

use super::once;
use crate::args::Test;
use crate::commands::{Context, plugins};
use crate::fault::{Fault, Status, report};
use crate::locale::{Key, say};
use leidraad::Policy;

/// An editor writes a file in several steps: so long nothing must happen before the next run.
const QUIET: Duration = Duration::from_millis(150);

pub(super) fn run(context: &Context, test: &Test) -> Result<Status, Fault> {
    let language = context.spoken();
    let path = context.register.display().to_string();
    let unwatchable = |cause: notify::Error| Fault::File { path: path.clone(), cause: cause.to_string(), language };
    let (sender, changes) = channel();
    let plugins = plugins();
    // The last policy that loaded: of its successor, only what changed is compiled.
    let mut last: Option<Policy> = None;
    loop {
        // What is watched may be another folder after each change; it is watched before it is read, so that nothing is missed between.
        let watcher = watch(&context.register, sender.clone()).map_err(unwatchable)?;
        let sources = context.sources();
        let load = || last.as_ref().map_or_else(|| Policy::loader().plugins(plugins).load(&sources), |last| last.reload(&sources, plugins));
        let tested = context.loaded(load).and_then(|policy| {
            let policy = last.insert(policy);
            once(context, test, &sources, policy)
        });
        match tested {
            Ok(_) => {}
            // Whoever reads has gone.
            Err(Fault::Io(cause)) => return Err(Fault::Io(cause)),
            Err(fault) => {
                report(&fault, context.format);
            }
        }
        let language = last.as_ref().map_or(language, |policy| context.language(policy));
        writeln!(anstream::stdout(), "\n{}\n", say(language, Key::TestWatching, &[("path", &path)]))?;
        if changes.recv().is_err() {
            return Ok(Status::Granted);
        }
        while changes.recv_timeout(QUIET).is_ok() {}
        drop(watcher);
    }
}

/// Watches a register: all that lies in its folder, its own place, where it may be made anew, and that of every link on the way to it.
fn watch(register: &Path, sender: Sender<()>) -> notify::Result<RecommendedWatcher> {
    let register = std::path::absolute(register)?;
    let places = places(&register);
    let whole = register.canonicalize().ok();
    let (named, inside) = (places.clone(), whole.clone());
    let is_about = move |path: &PathBuf| inside.as_ref().is_some_and(|whole| path.starts_with(whole)) || named.contains(path);
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        // Reading changes nothing. What could not be watched may have changed.
        if event.map_or(true, |event| !event.kind.is_access() && event.paths.iter().any(&is_about)) {
            // Once nobody listens any more, there is nobody to tell.
            let _ = sender.send(());
        }
    })?;
    let folders: BTreeSet<&Path> = places.iter().filter_map(|place| place.parent()).collect();
    for folder in folders.into_iter().filter(|folder| folder.is_dir()) {
        // One that may not be watched is not ours to make anew.
        let _ = watcher.watch(folder, RecursiveMode::NonRecursive);
    }
    if let Some(folder) = whole.filter(|whole| whole.is_dir()) {
        watcher.watch(&folder, RecursiveMode::Recursive)?;
    }
    Ok(watcher)
}

/// The register itself, each folder above it, and whatever a link on the way leads to.
fn places(register: &Path) -> BTreeSet<PathBuf> {
    let (mut places, mut open) = (BTreeSet::new(), vec![register.to_owned()]);
    while let Some(path) = open.pop() {
        for place in path.ancestors().filter(|place| place.parent().is_some()) {
            if !places.insert(place.to_owned()) {
                break;
            }
            if let (Ok(to), Some(folder)) = (place.read_link(), place.parent()) {
                open.push(folder.join(to));
            }
        }
    }
    places
}
