//! Where a log ends, written down and signed: whoever has that can tell whether it was cut short or written anew since.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::civil::Date;
use leidraad::{Bilingual, both};
use leidraad_bundle::{Parcel, Trust};
use serde::{Deserialize, Serialize};

use crate::error::LogError;
use crate::verify::{Looking, verify};

/// The folder of a log in which checkpoints lie.
const FOLDER: &str = "checkpoints";

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
            "{path}: the log is not whole: `leidraad log verify` tells what is wrong",
            "{path}: het logboek is niet heel: `leidraad log verify` zegt wat er mis is"
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

/// A checkpoint that was read, with its file and who signed it.
pub(crate) struct Read {
    path: PathBuf,
    checkpoint: Option<Checkpoint>,
    parcel: Parcel,
}

/// All checkpoints of a log, the oldest first.
pub(crate) fn all(folder: &Path, trust: Option<(&Trust, Date)>) -> Result<Vec<Read>, LogError> {
    let home = folder.join(FOLDER);
    let Ok(entries) = std::fs::read_dir(&home) else { return Ok(Vec::new()) };
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

/// Checks that a log goes on from each of its checkpoints.
pub(crate) fn check(checkpoints: Vec<Read>, trust: Option<(&Trust, Date)>, looking: &mut Looking) {
    for Read { path, checkpoint, parcel } in checkpoints {
        let Some(checkpoint) = checkpoint else {
            looking.problem(&path, 0, both!("this is no checkpoint", "dit is geen ijkpunt"));
            continue;
        };
        let Checkpoint { log, n, chain, .. } = checkpoint;
        let (first, last) = (looking.verified.first, looking.verified.last);
        if log != looking.verified.log {
            looking.problem(&path, 0, both!("this checkpoint is of another log", "dit ijkpunt is van een ander logboek"));
        } else if n > last {
            looking.problem(
                &path,
                0,
                both!(
                    "the log ended with line {n} then, and ends with {last} now",
                    "het logboek eindigde toen met regel {n}, en nu met {last}"
                ),
            );
        } else if n >= first && looking.links.get(&n) != Some(&chain) {
            looking.problem(
                &path,
                0,
                both!(
                    "line {n} was another one then: the log was written anew",
                    "regel {n} was toen een andere: het logboek is opnieuw geschreven"
                ),
            );
        }
        let mut names = Vec::new();
        if let Some((trust, on)) = trust {
            match trust.signers(&parcel, on) {
                Ok(signers) => names.extend(signers.into_iter().map(str::to_owned)),
                Err(refused) => looking.problem(&path, 0, Bilingual::each(|language| refused.message(language).to_owned())),
            }
        }
        looking.verified.checkpoints.push((n, names));
    }
}
