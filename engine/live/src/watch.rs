//! A place in; a wake for whatever may have changed there out, as far as the system tells of it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::mpsc::Sender;

use notify::{RecommendedWatcher, RecursiveMode, Watcher as _};

use crate::origin::Origin;
use crate::wake::Wake;
use leidraad_bundle::Trust;

/// Tells of changes for as long as it is held.
pub(crate) type Watcher = RecommendedWatcher;

/// Watches a register: all that lies in its folder, its own place, where it may be made anew, and that of every link on the way to it. `None` if
/// the system tells of no changes.
pub(crate) fn watch(origin: &Origin, trust: &Trust, wake: &Sender<Wake>) -> Option<Watcher> {
    let register = std::path::absolute(origin.path()?).ok()?;
    let mut places = places(&register);
    places.extend(origin.beside(trust).iter().filter_map(|path| std::path::absolute(path).ok()));
    let whole = register.canonicalize().ok();
    let (named, inside, wake) = (places.clone(), whole.clone(), wake.clone());
    let is_about = move |path: &PathBuf| inside.as_ref().is_some_and(|whole| path.starts_with(whole)) || named.contains(path);
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        // Reading changes nothing. What could not be watched may have changed, and so may all of it where too much happened at once.
        let may_be = |event: notify::Event| {
            event.need_rescan() || event.paths.is_empty() || (!event.kind.is_access() && event.paths.iter().any(&is_about))
        };
        if event.map_or(true, may_be) {
            // Once nobody listens any more, there is nobody to tell.
            let _ = wake.send(Wake::Changed);
        }
    })
    .ok()?;
    let folders: BTreeSet<&Path> = places.iter().filter_map(|place| place.parent()).collect();
    for folder in folders.into_iter().filter(|folder| folder.is_dir()) {
        // One that may not be watched is not ours to make anew.
        let _ = watcher.watch(folder, RecursiveMode::NonRecursive);
    }
    if let Some(folder) = whole.filter(|whole| whole.is_dir()) {
        watcher.watch(&folder, RecursiveMode::Recursive).ok()?;
    }
    Some(watcher)
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
