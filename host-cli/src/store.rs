//! Files put in place whole: a crash in the middle leaves the old one. Nothing is written through a link. The one place that changes a disk.

use std::fs::File;
use std::io::{Error, ErrorKind, Result, Write};
use std::path::{Path, PathBuf};

/// Scratch files begin like this: hidden, so that nobody takes them for a part of a register.
pub(crate) const SCRATCH: &str = ".leidraad-";

/// Writes beside the file, under a hidden name, and then moves that in its place. From `home` on, no part of the path may be a link.
pub(crate) fn put(home: &Path, path: &Path, bytes: &[u8]) -> Result<()> {
    no_link(home, path)?;
    let folder = parent(path);
    step("create")?;
    std::fs::create_dir_all(folder)?;
    let mut scratch = tempfile::Builder::new().prefix(SCRATCH).suffix(".tmp").tempfile_in(folder)?;
    step("write")?;
    scratch.write_all(bytes)?;
    match std::fs::metadata(path) {
        Ok(about) => scratch.as_file().set_permissions(about.permissions())?,
        Err(_) => open_to_all(scratch.path(), 0o644)?,
    }
    step("sync")?;
    scratch.as_file().sync_all()?;
    step("rename")?;
    scratch.persist(path).map_err(|failed| failed.error)?;
    settle(folder);
    Ok(())
}

/// Takes a file away.
pub(crate) fn remove(home: &Path, path: &Path) -> Result<()> {
    no_link(home, path)?;
    step("remove")?;
    std::fs::remove_file(path)?;
    settle(parent(path));
    Ok(())
}

/// Makes a folder of files, all at once: it is made under a hidden name, and then moved into place. Nothing may stand there.
pub(crate) fn put_folder(home: &Path, path: &Path, files: &[(String, Vec<u8>)]) -> Result<()> {
    no_link(home, path)?;
    let folder = parent(path);
    step("create")?;
    std::fs::create_dir_all(folder)?;
    let scratch = tempfile::Builder::new().prefix(SCRATCH).tempdir_in(folder)?;
    let inner = scratch.path().join("new");
    std::fs::create_dir(&inner)?;
    for (name, bytes) in files {
        step("write")?;
        let mut file = File::create_new(inner.join(name))?;
        file.write_all(bytes)?;
        file.sync_all()?;
    }
    settle(&inner);
    open_to_all(&inner, 0o755)?;
    if path.symlink_metadata().is_ok() {
        return Err(ErrorKind::AlreadyExists.into());
    }
    step("rename")?;
    std::fs::rename(&inner, path)?;
    settle(folder);
    Ok(())
}

/// Takes a folder away, all at once: it is moved under a hidden name, and then cleared away.
pub(crate) fn remove_folder(home: &Path, path: &Path) -> Result<()> {
    no_link(home, path)?;
    let folder = parent(path);
    step("create")?;
    let hidden = tempfile::Builder::new().prefix(SCRATCH).tempdir_in(folder)?;
    step("rename")?;
    std::fs::rename(path, hidden.path().join("old"))?;
    settle(folder);
    // It is gone; what cannot be cleared away now is, with the next change.
    if step("clear").is_ok() {
        drop(hidden);
    } else {
        drop(hidden.keep());
    }
    Ok(())
}

/// Clears away what changes that were cut off left behind in a folder.
pub(crate) fn sweep(folder: &Path) -> Result<()> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Ok(()) };
    for entry in entries {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with(SCRATCH) {
            step("sweep")?;
            if entry.file_type()?.is_dir() { std::fs::remove_dir_all(entry.path())? } else { std::fs::remove_file(entry.path())? }
        }
    }
    Ok(())
}

/// Refuses a path of which a part below `home` is a link: what it leads to is not ours to write.
pub(crate) fn no_link(home: &Path, path: &Path) -> Result<()> {
    let below = path.strip_prefix(home).map_err(|_| Error::other("it lies outside the folder that may be written"))?;
    let mut at = PathBuf::from(home);
    for name in below.components() {
        at.push(name);
        if at.symlink_metadata().is_ok_and(|about| about.file_type().is_symlink()) {
            return Err(Error::other(format!("{} is a link, and nothing is written through one", at.display())));
        }
    }
    Ok(())
}

fn parent(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// What was moved in a folder survives a loss of power once the folder is written out. Where the system cannot do that, what was moved is
/// in place all the same.
fn settle(folder: &Path) {
    let _ = File::open(folder).and_then(|folder| folder.sync_all());
}

/// A new file is readable as one that an editor makes: scratch files are for their owner alone.
#[cfg(unix)]
fn open_to_all(path: &Path, mode: u32) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn open_to_all(_: &Path, _: u32) -> Result<()> {
    Ok(())
}

/// One adopter at a time: the folder is locked for as long as this is held. A process that dies lets go of it, so no lock is ever stale.
pub(crate) struct Exclusive {
    _folder: File,
}

impl Exclusive {
    /// Nothing where somebody else holds it.
    pub(crate) fn of(home: &Path) -> Result<Option<Exclusive>> {
        // A folder can be locked itself where it can be opened; elsewhere its head stands for it.
        let folder = File::open(home).or_else(|_| File::open(home.join("register.toml")))?;
        match folder.try_lock() {
            Ok(()) => Ok(Some(Exclusive { _folder: folder })),
            Err(std::fs::TryLockError::WouldBlock) => Ok(None),
            Err(std::fs::TryLockError::Error(cause)) => Err(cause),
        }
    }
}

/// A change of the disk is about to be made.
#[cfg(not(test))]
#[inline]
#[allow(clippy::unnecessary_wraps, reason = "in tests it fails")]
fn step(_: &'static str) -> Result<()> {
    Ok(())
}

#[cfg(test)]
pub(crate) use faults::step;

/// Faults of a disk, for tests.
#[cfg(test)]
pub(crate) mod faults {
    use std::cell::RefCell;
    use std::io::{Error, ErrorKind, Result};

    /// How the disk behaves from some change on.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub(crate) enum Kind {
        /// This one change fails.
        Once,
        /// It is full: nothing more can be written; what is there can be moved and removed.
        Full,
        /// Nothing more may be changed.
        Denied,
        /// The process is gone: nothing happens any more.
        Gone,
    }

    thread_local! {
        static PLAN: RefCell<(usize, Option<(usize, Kind)>)> = const { RefCell::new((0, None)) };
    }

    /// From the change of this number on, counted from 0, the disk behaves like this.
    pub(crate) fn inject(fault: Option<(usize, Kind)>) {
        PLAN.set((0, fault));
    }

    /// How many changes were made since.
    pub(crate) fn made() -> usize {
        PLAN.with_borrow(|(made, _)| *made)
    }

    pub(crate) fn step(what: &'static str) -> Result<()> {
        PLAN.with_borrow_mut(|(made, fault)| {
            let now = *made;
            *made += 1;
            let Some((from, kind)) = fault else { return Ok(()) };
            let writes = ["create", "write", "sync"].contains(&what);
            let fails = match kind {
                Kind::Once => now == *from,
                Kind::Full => now >= *from && writes,
                Kind::Denied | Kind::Gone => now >= *from,
            };
            if !fails {
                return Ok(());
            }
            Err(match kind {
                Kind::Full => ErrorKind::StorageFull.into(),
                Kind::Denied => ErrorKind::PermissionDenied.into(),
                _ => Error::other(format!("injected at {what}")),
            })
        })
    }
}
