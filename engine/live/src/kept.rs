//! The last good register in; one file of it on disk out, for a start without a good source.

use std::io::Write;
use std::path::{Path, PathBuf};

use leidraad_bundle::{Parcel, pack};

use crate::origin::Got;

/// A folder in which the last good register is kept, with the signatures that it came with.
#[derive(Debug)]
pub(crate) struct Kept {
    folder: PathBuf,
}

impl Kept {
    pub(crate) fn new(folder: PathBuf) -> Kept {
        Kept { folder }
    }

    fn file(&self) -> PathBuf {
        self.folder.join("last-good")
    }

    /// What was kept last; `None` if nothing was, or it cannot be read.
    pub(crate) fn read(&self) -> Option<Parcel> {
        let bytes = std::fs::read(self.file()).ok()?;
        let end = bytes.iter().position(|byte| *byte == b'\n')?;
        let (line, bundle) = bytes.split_at(end);
        let signatures: Vec<String> = serde_json::from_slice(line).ok()?;
        Some(Parcel::new(bundle.get(1..)?, signatures))
    }

    /// Keeps a register in place of the one before: whole, or the one before stays.
    pub(crate) fn keep(&self, got: &Got) -> Result<(), String> {
        let packed;
        let parcel = match got {
            Got::Parcel(parcel) => parcel,
            Got::Folder(sources) | Got::Nothing(sources) => {
                packed = Parcel::new(pack(sources, "last good", 0).map_err(|refused| refused.to_string())?, [""; 0]);
                &packed
            }
        };
        write(&self.folder, &self.file(), parcel).map_err(|cause| format!("{}: {cause}", self.file().display()))
    }
}

/// A line with the signatures, then the bundle: one file, so that they are replaced together.
fn write(folder: &Path, file: &Path, parcel: &Parcel) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    let mut scratch = tempfile::NamedTempFile::new_in(folder)?;
    serde_json::to_writer(&mut scratch, parcel.signatures())?;
    scratch.write_all(b"\n")?;
    scratch.write_all(parcel.file())?;
    scratch.as_file().sync_all()?;
    scratch.persist(file).map_err(|failed| failed.error)?;
    Ok(())
}
