//! A folder in, its files out. Links are followed; a link that leads back up is a finding, not a hang.

use std::path::Path;

use walkdir::{DirEntry, WalkDir};

use super::{FILE_LIMIT, Sources, too_large};
use crate::diagnostic::{Code, Draft};

/// No register's folders are nested deeper.
const DEPTH: usize = 16;

pub(super) fn read(root: &Path) -> Sources {
    let mut sources = Sources::default();
    if !root.is_dir() {
        let what = if root.exists() { "is no folder" } else { "does not exist" };
        sources.findings.push(
            Draft::in_file(Code::MissingFile, root.display().to_string(), format!("the register `{}` {what}", root.display()))
                .help("name the register's folder, the one that holds `register.toml`, with `--register DIR`"),
        );
        return sources;
    }
    let walk = WalkDir::new(root).follow_links(true).max_depth(DEPTH).sort_by_file_name().into_iter();
    for entry in walk.filter_entry(|entry| entry.depth() == 0 || !is_hidden(entry)) {
        match entry {
            Ok(entry) if entry.file_type().is_file() => read_file(&mut sources, root, &entry),
            Ok(_) => {}
            Err(fault) => {
                let path = fault.path().map_or_else(String::new, |path| below(root, path));
                let finding = if fault.loop_ancestor().is_some() {
                    Draft::in_file(Code::FolderLoop, path, "the link leads back to a folder above it").help("remove the link")
                } else {
                    Draft::in_file(Code::ReadFailed, path, "it cannot be read").help("check its permissions, or whether its link leads anywhere")
                };
                sources.findings.push(finding);
            }
        }
    }
    sources.sorted()
}

fn read_file(sources: &mut Sources, root: &Path, entry: &DirEntry) {
    let path = below(root, entry.path());
    let size = entry.metadata().map_or(0, |data| data.len());
    if size > FILE_LIMIT {
        sources.findings.push(too_large(&path, size));
        return;
    }
    match std::fs::read(entry.path()) {
        Ok(bytes) => sources.add(path, bytes),
        Err(fault) => sources.findings.push(Draft::in_file(Code::ReadFailed, path, format!("it cannot be read: {fault}"))),
    }
}

fn is_hidden(entry: &DirEntry) -> bool {
    entry.file_name().to_str().is_some_and(|name| name.starts_with('.'))
}

/// The path below the register's folder, with `/` between names on every system.
fn below(root: &Path, path: &Path) -> String {
    let below = path.strip_prefix(root).unwrap_or(path);
    below.iter().map(|name| name.to_string_lossy()).collect::<Vec<_>>().join("/")
}
