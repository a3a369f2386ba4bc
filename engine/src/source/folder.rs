//! A folder in, its files out. Links are followed; a link that leads back up is a finding, not a hang.

use std::path::Path;

use walkdir::{DirEntry, WalkDir};

use super::{FILE_LIMIT, Sources, Unread};
use crate::parallel::side_by_side;

/// No register's folders are nested deeper.
const DEPTH: usize = 16;
/// So many files are one core's work at a time.
const SHARE: usize = 128;

pub(super) fn read(root: &Path) -> Sources {
    let mut sources = Sources::default();
    if !root.is_dir() {
        sources.unread.push((root.display().to_string(), Unread::NoFolder { exists: root.exists() }));
        return sources;
    }
    let mut files = Vec::new();
    let walk = WalkDir::new(root).follow_links(true).max_depth(DEPTH).sort_by_file_name().into_iter();
    for entry in walk.filter_entry(|entry| entry.depth() == 0 || !is_hidden(entry)) {
        match entry {
            Ok(entry) if entry.file_type().is_file() => files.push((below(root, entry.path()), entry)),
            Ok(_) => {}
            Err(fault) => {
                let path = fault.path().map_or_else(String::new, |path| below(root, path));
                let reason = if fault.loop_ancestor().is_some() { Unread::Loop } else { Unread::Failed(reason(&fault)) };
                sources.unread.push((path, reason));
            }
        }
    }
    let shares: Vec<_> = files.chunks(SHARE).collect();
    let contents = side_by_side(&shares, |share| share.iter().map(|(_, entry)| content(entry)).collect::<Vec<_>>());
    for ((path, _), content) in files.iter().zip(contents.into_iter().flatten()) {
        match content {
            Ok(bytes) => sources.add(path.clone(), bytes),
            Err(reason) => sources.unread.push((path.clone(), reason)),
        }
    }
    sources.sorted()
}

fn content(entry: &DirEntry) -> Result<Vec<u8>, Unread> {
    let size = entry.metadata().map_or(0, |data| data.len());
    if size > FILE_LIMIT {
        return Err(Unread::TooLarge(size));
    }
    std::fs::read(entry.path()).map_err(|fault| Unread::Failed(fault.to_string()))
}

/// The system's reason, without the path that is told beside it.
fn reason(fault: &walkdir::Error) -> String {
    fault.io_error().map_or_else(|| "no reason given".to_owned(), ToString::to_string)
}

fn is_hidden(entry: &DirEntry) -> bool {
    entry.file_name().to_str().is_some_and(|name| name.starts_with('.'))
}

/// The path below the register's folder, with `/` between names on every system.
fn below(root: &Path, path: &Path) -> String {
    let below = path.strip_prefix(root).unwrap_or(path);
    below.iter().map(|name| name.to_string_lossy()).collect::<Vec<_>>().join("/")
}
