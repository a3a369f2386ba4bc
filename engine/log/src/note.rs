//! A log in; a checkpoint of it out, on disk.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use leidraad::both;

use crate::checkpoint::{Checkpoint, FOLDER};
use crate::error::LogError;
use crate::verify::verify;

/// Looks through a log, and writes down where it ends. The file can be signed with minisign, or with `leidraad log checkpoint --key`.
///
/// ```
/// use leidraad_log::{Log, Settings, checkpoint};
/// let folder = tempfile::tempdir().unwrap();
/// let at = jiff::Timestamp::UNIX_EPOCH;
/// assert!(checkpoint(folder.path(), at).is_err(), "there is nothing in it");
/// ```
pub fn checkpoint(folder: &Path, at: Timestamp) -> Result<(Checkpoint, PathBuf), LogError> {
    let verified = verify(folder, None)?;
    let path = folder.display();
    if verified.last == 0 {
        return Err(LogError::new(both!("{path}: there is nothing in the log", "{path}: er staat niets in het logboek")));
    }
    if !verified.problems.is_empty() {
        return Err(LogError::new(both!(
            "{path}: the log is not intact: `leidraad log verify` tells what is wrong",
            "{path}: het logboek is niet in orde: `leidraad log verify` zegt wat er mis is"
        )));
    }
    let checkpoint = Checkpoint { log: verified.log, n: verified.last, chain: verified.head, at };
    let home = folder.join(FOLDER);
    let file = home.join(format!("{:016}.json", checkpoint.n));
    let text = serde_json::to_string(&checkpoint).unwrap_or_default() + "\n";
    let written = std::fs::create_dir_all(&home).and_then(|()| std::fs::write(&file, text));
    written.map_err(|cause| LogError::of(&file, cause))?;
    Ok((checkpoint, file))
}
