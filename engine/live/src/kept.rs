//! The last good register in; one file of it on disk out, for a start without a good source.

use std::io::Write;
use std::path::{Path, PathBuf};

use leidraad_bundle::{Parcel, Trust, pack};

use crate::got::Got;

/// Where registers are kept.
#[derive(Debug, Clone, Default)]
pub(crate) struct Kept {
    /// The folder of the last good one, with the signatures that it came with.
    pub(crate) last: Option<PathBuf>,
    /// The folder of all that were in force, by their digests.
    pub(crate) all: Option<PathBuf>,
}

/// The file of the last good register.
fn file(folder: &Path) -> PathBuf {
    folder.join("last-good")
}

impl Kept {
    /// What was kept last, and under which setting of signatures it was accepted; `None` if nothing was, or it cannot be read.
    pub(crate) fn read(&self) -> Option<(Parcel, String)> {
        let bytes = std::fs::read(file(self.last.as_deref()?)).ok()?;
        let end = bytes.iter().position(|byte| *byte == b'\n')?;
        let (line, bundle) = bytes.split_at(end);
        let (signatures, trust): (Vec<String>, String) = serde_json::from_slice(line).ok()?;
        Some((Parcel::new(bundle.get(1..)?, signatures), trust))
    }

    /// Keeps a register in place of the last one: whole, or the one before stays. Beside all others, too, where all are kept.
    pub(crate) fn keep(&self, got: &Got, digest: &str, trust: &Trust) -> Result<(), String> {
        if self.last.is_none() && self.all.is_none() {
            return Ok(());
        }
        let packed;
        let parcel = match got {
            Got::Parcel(parcel) => parcel,
            Got::Folder(sources) | Got::Nothing(sources) => {
                packed = Parcel::new(pack(sources, "last good", 0).map_err(|refused| refused.to_string())?, [""; 0]);
                &packed
            }
        };
        if let Some(folder) = &self.last {
            // A line with the signatures and whose were wanted, then the bundle: one file, so that they are replaced together.
            let signatures = serde_json::to_vec(&(parcel.signatures(), trust.text())).unwrap_or_default();
            write(folder, &file(folder), &[&signatures, b"\n", parcel.file()])?;
        }
        if let Some(folder) = &self.all {
            let bundle = folder.join(digest.replace(':', "-")).with_extension("bundle");
            if !bundle.exists() {
                write(folder, &bundle, &[parcel.file()])?;
            }
        }
        Ok(())
    }
}

fn write(folder: &Path, file: &Path, parts: &[&[u8]]) -> Result<(), String> {
    let written = || -> std::io::Result<()> {
        std::fs::create_dir_all(folder)?;
        let mut scratch = tempfile::NamedTempFile::new_in(folder)?;
        parts.iter().try_for_each(|part| scratch.write_all(part))?;
        scratch.as_file().sync_all()?;
        scratch.persist(file).map_err(|failed| failed.error)?;
        Ok(())
    };
    written().map_err(|cause| format!("{}: {cause}", file.display()))
}
