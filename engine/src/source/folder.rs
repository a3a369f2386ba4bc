//! A folder in, its files out. Links are followed within the folder; what leads out of it, back up, or to no plain file is a finding.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use walkdir::{DirEntry, WalkDir};

use super::found::{DEPTH, FILE_LIMIT, Found, TOTAL_LIMIT, Unread, is_hidden, is_litter};
use crate::parallel::side_by_side;
use crate::text::both;

/// How many files are one core's work at a time.
const SHARE: usize = 128;
/// What the names of a register's files end in: no folder is called like one.
const ENDINGS: [&str; 5] = [".toml", ".csv", ".lock", ".rhai", ".wasm"];

pub(super) fn read(root: &Path) -> Found {
    let nothing = |reason| Found { files: Vec::new(), unread: vec![(root.display().to_string(), reason)] };
    if !root.is_dir() {
        return nothing(Unread::NoFolder { exists: root.exists() });
    }
    let home = match std::fs::canonicalize(root) {
        Ok(home) => home,
        Err(fault) => return nothing(Unread::Failed(fault.to_string())),
    };
    let (places, unread) = found(root, &home);
    let mut found = Found { files: Vec::with_capacity(places.len()), unread };
    let shares: Vec<_> = places.chunks(SHARE).collect();
    let contents = side_by_side(&shares, |share| share.iter().map(|(_, path)| content(path)).collect::<Vec<_>>());
    for ((path, _), content) in places.iter().zip(contents.into_iter().flatten()) {
        match content {
            Ok(bytes) => found.files.push((path.clone(), bytes)),
            Err(reason) => found.unread.push((path.clone(), reason)),
        }
    }
    found
}

/// The places of a folder's files, and what is none.
type Places = (Vec<(String, PathBuf)>, Vec<(String, Unread)>);

fn found(root: &Path, home: &Path) -> Places {
    let (mut files, mut unread) = (Vec::new(), Vec::new());
    let mut total = 0u64;
    let mut walk = WalkDir::new(root).follow_links(true).max_depth(DEPTH).sort_by_file_name().into_iter();
    while let Some(entry) = walk.next() {
        let entry = match entry {
            Ok(entry) => entry,
            Err(fault) => {
                let path = fault.path().map_or_else(String::new, |path| below(root, path));
                // A hidden link that leads nowhere is as hidden as any file.
                if !path.split('/').any(is_hidden) {
                    let reason = if fault.loop_ancestor().is_some() { Unread::Loop } else { Unread::Failed(reason(&fault)) };
                    unread.push((path, reason));
                }
                continue;
            }
        };
        if entry.depth() == 0 {
            continue;
        }
        let name = entry.file_name().to_string_lossy();
        let is_folder = entry.file_type().is_dir();
        if is_hidden(&name) || is_litter(&name) {
            if is_folder {
                walk.skip_current_dir();
            }
            continue;
        }
        let path = below(root, entry.path());
        if entry.path_is_symlink() && !is_within(home, entry.path()) {
            unread.push((path, Unread::Outside));
            if is_folder {
                walk.skip_current_dir();
            }
            continue;
        }
        if is_folder {
            if ENDINGS.iter().any(|ending| name.ends_with(ending)) {
                unread.push((path, Unread::NotPlain(both!("a folder", "een map"))));
            } else if entry.depth() == DEPTH {
                unread.push((path, Unread::TooDeep));
            }
        } else if !entry.file_type().is_file() {
            unread.push((path, Unread::NotPlain(both!("a pipe, a device or a socket", "een pipe, een apparaat of een socket"))));
        } else {
            let size = size(&entry);
            total = total.saturating_add(size);
            if size > FILE_LIMIT {
                unread.push((path, Unread::TooLarge(size)));
            } else if total > TOTAL_LIMIT {
                unread.push((path, Unread::TooMuch));
                break;
            } else {
                files.push((path, entry.into_path()));
            }
        }
    }
    (files, unread)
}

fn size(entry: &DirEntry) -> u64 {
    entry.metadata().map_or(0, |about| about.len())
}

/// Whether a link ends in the register's own folder.
fn is_within(home: &Path, link: &Path) -> bool {
    std::fs::canonicalize(link).is_ok_and(|target| target.starts_with(home))
}

/// What a file holds. It may have become another since it was looked at: no more is read than a file may have, and nothing of a pipe.
fn content(path: &Path) -> Result<Vec<u8>, Unread> {
    let failed = |fault: std::io::Error| Unread::Failed(fault.to_string());
    let file = File::open(path).map_err(failed)?;
    let about = file.metadata().map_err(failed)?;
    if !about.is_file() {
        return Err(Unread::NotPlain(both!("no file any more", "geen bestand meer")));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(about.len().min(FILE_LIMIT)).unwrap_or(0));
    file.take(FILE_LIMIT + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > FILE_LIMIT { Err(Unread::TooLarge(bytes.len() as u64)) } else { Ok(bytes) }
}

/// The system's reason, without the path that is told beside it.
fn reason(fault: &walkdir::Error) -> String {
    fault.io_error().map_or_else(|| "no reason given".to_owned(), ToString::to_string)
}

/// The path below the register's folder, with `/` between names on every system.
fn below(root: &Path, path: &Path) -> String {
    let below = path.strip_prefix(root).unwrap_or(path);
    below.iter().map(|name| name.to_string_lossy()).collect::<Vec<_>>().join("/")
}
