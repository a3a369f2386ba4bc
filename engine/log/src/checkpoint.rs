//! Where a log ends, written down and signed: whoever has that can tell whether it was cut short or written anew since.

use std::collections::BTreeSet;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::civil::Date;
use leidraad::{Bilingual, both};
use leidraad_bundle::{Parcel, Trust};
use serde::{Deserialize, Serialize};

use crate::error::LogError;

/// The folder of a log in which checkpoints lie.
pub(crate) const FOLDER: &str = "checkpoints";

/// The end of a log at some time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Checkpoint {
    /// the log's name
    pub log: String,
    /// the number of its last line
    pub n: u64,
    /// the hash of all lines until then
    pub chain: String,
    /// when
    pub at: Timestamp,
}

/// A checkpoint that was read, with its file and who signed it.
pub(crate) struct Read {
    pub(crate) path: PathBuf,
    pub(crate) checkpoint: Option<Checkpoint>,
    pub(crate) parcel: Parcel,
}

/// All checkpoints of a log, the oldest first.
pub(crate) fn all(folder: &Path, trust: Option<(&Trust, Date)>) -> Result<Vec<Read>, LogError> {
    let home = folder.join(FOLDER);
    let entries = match std::fs::read_dir(&home) {
        Ok(entries) => entries,
        Err(cause) if cause.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(cause) => return Err(LogError::of(&home, cause)),
    };
    let mut files: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.retain(|path| path.extension().is_some_and(|ending| ending == "json"));
    files.sort();
    let read = |path: PathBuf| {
        let parcel = Parcel::read(&path, trust.iter().flat_map(|(trust, _)| trust.key_ids()));
        let parcel = parcel.map_err(|cause| LogError::of(&path, cause))?;
        Ok(Read { checkpoint: serde_json::from_slice(parcel.file()).ok(), path, parcel })
    };
    files.into_iter().map(read).collect()
}

/// The lines that checkpoints name.
pub(crate) fn numbers(checkpoints: &[Read]) -> BTreeSet<u64> {
    checkpoints.iter().filter_map(|read| Some(read.checkpoint.as_ref()?.n)).collect()
}

/// What is wrong with a checkpoint, beside a log with this name whose lines from `first` to `last` are there, one of which ended with `link`.
pub(crate) fn wrong(checkpoint: &Checkpoint, name: &str, (first, last): (u64, u64), link: Option<&String>) -> Option<Bilingual> {
    let Checkpoint { log, n, chain, .. } = checkpoint;
    if log != name {
        return Some(both!("this checkpoint is of another log", "dit ijkpunt is van een ander logboek"));
    }
    if *n > last {
        return Some(both!(
            "according to this checkpoint the log ended with line {n}; now it ends with line {last}",
            "volgens dit ijkpunt eindigde het logboek met regel {n}; nu eindigt het met regel {last}"
        ));
    }
    (n + 1 >= first && link != Some(chain)).then(|| {
        both!(
            "line {n} is no longer the same as at this checkpoint: the log was changed afterwards",
            "regel {n} is niet meer dezelfde als bij dit ijkpunt: het logboek is daarna gewijzigd"
        )
    })
}
