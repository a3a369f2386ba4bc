//! A log's folder in; its segments out, in order.

use std::path::{Path, PathBuf};

use crate::error::LogError;

/// A file of a log: lines from one number on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Segment {
    pub(crate) first: u64,
    pub(crate) path: PathBuf,
    /// It is the one that is written to: what stands behind its last whole line was never acknowledged.
    pub(crate) is_last: bool,
}

impl Segment {
    /// All of it.
    pub(crate) fn read(&self) -> Result<Vec<u8>, LogError> {
        std::fs::read(&self.path).map_err(|cause| LogError::of(&self.path, cause))
    }
}

/// The file of the segment that begins with a line.
pub(crate) fn path(folder: &Path, first: u64) -> PathBuf {
    folder.join(format!("{first:016}.ndjson"))
}

/// All segments of a log, the oldest first.
pub(crate) fn all(folder: &Path) -> Result<Vec<Segment>, LogError> {
    let mut segments = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(|cause| LogError::of(folder, cause))? {
        let path = entry.map_err(|cause| LogError::of(folder, cause))?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let digits = name.strip_suffix(".ndjson").filter(|digits| digits.len() == 16);
        if let Some(first) = digits.and_then(|digits| digits.parse().ok()) {
            segments.push(Segment { first, path, is_last: false });
        }
    }
    segments.sort();
    if let Some(last) = segments.last_mut() {
        last.is_last = true;
    }
    Ok(segments)
}

/// What was done in a folder survives a loss of power once the folder is written out. Where the system cannot do that, it is done all the same.
pub(crate) fn settle(folder: &Path) {
    let _ = std::fs::File::open(folder).and_then(|folder| folder.sync_all());
}
