//! The last good policy's files in; a bundle of them on disk out, for a start without a good source.

use std::io::Write;
use std::path::{Path, PathBuf};

use leidraad::Sources;

/// A folder in which the last good policy is kept.
#[derive(Debug)]
pub(crate) struct Kept {
    folder: PathBuf,
}

impl Kept {
    pub(crate) fn new(folder: PathBuf) -> Kept {
        Kept { folder }
    }

    fn file(&self) -> PathBuf {
        self.folder.join("last-good.tar")
    }

    /// What was kept last; `None` if nothing was, or it cannot be read.
    pub(crate) fn read(&self) -> Option<Sources> {
        std::fs::read(self.file()).ok().map(|bytes| Sources::bundle(&bytes))
    }

    /// Keeps a register in place of the one before: whole, or the one before stays.
    pub(crate) fn keep(&self, sources: &Sources) -> Result<(), String> {
        write(&self.folder, &self.file(), sources).map_err(|cause| format!("{}: {cause}", self.file().display()))
    }
}

fn write(folder: &Path, file: &Path, sources: &Sources) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    let mut archive = tar::Builder::new(Vec::new());
    for path in sources.paths() {
        let bytes = sources.bytes_of(path).unwrap_or_default();
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        archive.append_data(&mut header, path, bytes)?;
    }
    let mut scratch = tempfile::NamedTempFile::new_in(folder)?;
    scratch.write_all(&archive.into_inner()?)?;
    scratch.as_file().sync_all()?;
    scratch.persist(file).map_err(|failed| failed.error)?;
    Ok(())
}
