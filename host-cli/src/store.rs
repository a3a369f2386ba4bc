//! Text for a file in; the file put in place whole out: a crash in the middle leaves the old one.

use std::fs::File;
use std::io::{Result, Write};
use std::path::Path;

/// Writes beside the file, under a hidden name, and then moves that in its place.
pub(crate) fn put(path: &Path, text: &str) -> Result<()> {
    // Where a link stands, what it leads to is written.
    let target = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let path = target.as_path();
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)?;
    let mut scratch = tempfile::Builder::new().prefix(".leidraad-").suffix(".tmp").tempfile_in(folder)?;
    scratch.write_all(text.as_bytes())?;
    if let Ok(about) = std::fs::metadata(path) {
        scratch.as_file().set_permissions(about.permissions())?;
    } else {
        open_to_all(scratch.as_file())?;
    }
    scratch.as_file().sync_all()?;
    scratch.persist(path).map_err(|failed| failed.error)?;
    settle(folder);
    Ok(())
}

/// What was moved in a folder survives a loss of power once the folder is written out, where the system can do that.
pub(crate) fn settle(folder: &Path) {
    if let Ok(folder) = File::open(folder) {
        let _ = folder.sync_all();
    }
}

/// A new file is readable as one that an editor makes: scratch files are for their owner alone.
#[cfg(unix)]
fn open_to_all(file: &File) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(std::fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn open_to_all(_: &File) -> Result<()> {
    Ok(())
}
