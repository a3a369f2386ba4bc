//! What is kept between runs, in the user's cache folder: compiled components, and what they said of themselves. A name in, the bytes that
//! were kept under it out; nothing, unless they are all as they were.
//!
//! Compiled code runs outside any sandbox, so it is never run as it lies there: it is read, looked at, and run from a folder that is made
//! for one run alone. That holds against a bad disk and other users, not against somebody who may write what this user may.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use directories_next::ProjectDirs;
use leidraad::plugin::Descriptions;
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use crate::store;

/// More than this is not kept: then all is made anew.
const MOST_FILES: usize = 512;

/// A folder of what is kept, for its owner alone.
pub(crate) struct Folder(PathBuf);

impl Folder {
    /// Nothing where there is no such folder, and none can be had.
    fn of(name: &str) -> Option<Folder> {
        let path = ProjectDirs::from("", "", "leidraad")?.cache_dir().join(name);
        std::fs::create_dir_all(&path).ok()?;
        let folder = Folder(path);
        folder.is_own().then_some(folder)
    }

    /// What others may write is not read: first they are shut out.
    #[cfg(unix)]
    fn is_own(&self) -> bool {
        use std::os::unix::fs::{MetadataExt, PermissionsExt};
        let Ok(about) = self.0.symlink_metadata() else { return false };
        let Ok(mine) = tempfile::tempfile().and_then(|file| file.metadata()) else { return false };
        let is_closed = || {
            about.permissions().mode() & 0o777 == 0o700 || {
                // What others could write until now is not trusted.
                self.clear();
                std::fs::set_permissions(&self.0, std::fs::Permissions::from_mode(0o700)).is_ok()
            }
        };
        about.is_dir() && about.uid() == mine.uid() && is_closed()
    }

    /// Elsewhere the user's own folder is the user's alone by itself.
    #[cfg(not(unix))]
    fn is_own(&self) -> bool {
        self.0.is_dir()
    }

    fn names(&self) -> impl Iterator<Item = String> + use<> {
        let entries = std::fs::read_dir(&self.0).into_iter().flatten();
        entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok())
    }

    /// What cannot be read, or is not what was kept, is as good as nothing: it is made anew.
    fn get(&self, name: &str) -> Option<Vec<u8>> {
        let kept = std::fs::read(self.0.join(name)).ok()?;
        let (seal, bytes) = kept.split_at_checked(SEAL)?;
        (seal == seal_of(name, bytes)).then(|| bytes.to_vec())
    }

    /// What cannot be kept is made anew by the next run.
    fn put(&self, name: &str, bytes: &[u8]) {
        if self.names().count() >= MOST_FILES {
            self.clear();
        }
        let sealed = [&seal_of(name, bytes)[..], bytes].concat();
        let _ = store::put(&self.0, &self.0.join(name), &sealed);
    }

    fn clear(&self) {
        for name in self.names() {
            // What cannot be taken away is not believed either, unless its checksum holds.
            let _ = std::fs::remove_file(self.0.join(name));
        }
    }
}

const SEAL: usize = 32;

/// The checksum of what is kept, under its name, by this version.
fn seal_of(name: &str, bytes: &[u8]) -> [u8; SEAL] {
    let mut all = Sha256::new();
    for part in [env!("CARGO_PKG_VERSION").as_bytes(), name.as_bytes()] {
        all.update((part.len() as u64).to_be_bytes());
        all.update(part);
    }
    all.update(bytes);
    all.finalize().into()
}

/// What components said of themselves; nothing is kept where the user has no cache folder.
pub(crate) struct Described(Option<Folder>);

impl Described {
    pub(crate) fn here() -> Described {
        Described(Folder::of("described"))
    }
}

impl Descriptions for Described {
    fn get(&self, name: &str) -> Option<String> {
        String::from_utf8(self.0.as_ref()?.get(name)?).ok()
    }
    fn put(&self, name: &str, described: &str) {
        if let Some(folder) = &self.0 {
            folder.put(name, described.as_bytes());
        }
    }
}

/// The compiled components of this run.
struct Compiled {
    kept: Folder,
    /// Where the compiler finds and leaves them.
    own: TempDir,
    /// Those that were kept before.
    known: BTreeSet<String>,
}

static COMPILED: Mutex<Option<Compiled>> = Mutex::new(None);

/// The folder of this run's compiled components, with all that was kept before.
pub(crate) fn compiled() -> Option<PathBuf> {
    let mut compiled = COMPILED.lock().unwrap_or_else(PoisonError::into_inner);
    if compiled.is_none() {
        *compiled = Compiled::open();
    }
    compiled.as_ref().map(|compiled| compiled.own.path().to_owned())
}

/// Keeps what this run compiled for the next one.
pub(crate) fn keep() {
    let compiled = COMPILED.lock().unwrap_or_else(PoisonError::into_inner).take();
    if let Some(compiled) = compiled {
        compiled.keep();
    }
}

impl Compiled {
    fn open() -> Option<Compiled> {
        let kept = Folder::of("compiled")?;
        let own = tempfile::tempdir().ok()?;
        let mut known = BTreeSet::new();
        for name in kept.names() {
            let Some(bytes) = kept.get(&name) else { continue };
            let path = own.path().join(name.replace(BETWEEN, "/"));
            let written =
                path.parent().map(std::fs::create_dir_all).is_some_and(|made| made.is_ok()) && std::fs::write(&path, bytes).is_ok();
            // One that could not be laid out is compiled anew.
            if written {
                known.insert(name);
            }
        }
        Some(Compiled { kept, own, known })
    }

    fn keep(self) {
        let mut files = Vec::new();
        gather(self.own.path(), &mut files);
        for path in files {
            let Some(name) = path.strip_prefix(self.own.path()).ok().and_then(Path::to_str) else { continue };
            let name = name.replace(['/', '\\'], BETWEEN);
            if self.known.contains(&name) || !is_code(&path) {
                continue;
            }
            if let Ok(bytes) = std::fs::read(&path) {
                self.kept.put(&name, &bytes);
            }
        }
    }
}

/// Stands for what parts a folder from what lies in it.
const BETWEEN: &str = "+";

/// The compiler's own notes on use lie beside the code.
fn is_code(path: &Path) -> bool {
    path.extension().is_none_or(|ending| ending != "stats" && !ending.to_string_lossy().starts_with("wip"))
}

fn gather(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() { gather(&path, files) } else { files.push(path) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_as_it_was_kept_is_nothing() {
        let home = tempfile::tempdir().unwrap();
        let folder = Folder(home.path().to_owned());
        folder.put("a", b"some code");
        assert_eq!(folder.get("a").unwrap(), b"some code");
        let path = home.path().join("a");
        let kept = std::fs::read(&path).unwrap();
        // One bit, anywhere; one byte less; one more.
        for at in 0..kept.len() {
            let mut flipped = kept.clone();
            flipped[at] ^= 1;
            std::fs::write(&path, &flipped).unwrap();
            assert_eq!(folder.get("a"), None);
            std::fs::write(&path, &kept[..at]).unwrap();
            assert_eq!(folder.get("a"), None);
        }
        std::fs::write(&path, [&kept[..], b"x"].concat()).unwrap();
        assert_eq!(folder.get("a"), None);
        // Under another name.
        std::fs::write(home.path().join("b"), &kept).unwrap();
        assert_eq!(folder.get("b"), None);
    }

    #[cfg(unix)]
    #[test]
    fn a_folder_that_others_could_write_is_emptied_and_closed() {
        use std::os::unix::fs::PermissionsExt;
        let home = tempfile::tempdir().unwrap();
        let folder = Folder(home.path().to_owned());
        folder.put("a", b"some code");
        std::fs::set_permissions(home.path(), std::fs::Permissions::from_mode(0o777)).unwrap();
        assert!(folder.is_own());
        assert_eq!(folder.get("a"), None);
        assert_eq!(home.path().metadata().unwrap().permissions().mode() & 0o777, 0o700);
    }
}
