//! A log's folder in; its lines out, one after the other.

use std::path::Path;

use crate::chain::unseal;
use crate::error::LogError;
use crate::segment;

/// A line of a log, and where it stands.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Scanned<'l> {
    /// the file
    pub path: &'l Path,
    /// the row in it, from 1
    pub row: usize,
    /// where it begins in the file, in bytes
    pub offset: usize,
    /// the line, without its end
    pub line: &'l [u8],
}

/// Hands out every line that is one, in order, and says how many are not: [`verify`](crate::verify) tells which.
///
/// ```
/// use leidraad_log::{Log, Settings, scan};
/// let folder = tempfile::tempdir().unwrap();
/// drop(Log::open(folder.path(), Settings::default(), jiff::Timestamp::UNIX_EPOCH).unwrap());
/// assert_eq!(scan(folder.path(), |line| panic!("{line:?}")).unwrap(), 0, "nothing was logged");
/// ```
pub fn scan(folder: &Path, mut each: impl FnMut(Scanned<'_>)) -> Result<u64, LogError> {
    let mut broken = 0;
    for segment in segment::all(folder)? {
        let bytes = segment.read()?;
        for scanned in lines(&segment.path, &bytes) {
            if unseal(scanned.line).is_some() { each(scanned) } else { broken += 1 }
        }
    }
    Ok(broken)
}

/// The whole lines of a segment, and what a crash left behind them as one that is none.
pub(crate) fn lines<'l>(path: &'l Path, bytes: &'l [u8]) -> impl Iterator<Item = Scanned<'l>> {
    let mut offset = 0;
    bytes.split_inclusive(|byte| *byte == b'\n').enumerate().map(move |(at, line)| {
        let own = offset;
        offset += line.len();
        Scanned { path, row: at + 1, offset: own, line: line.strip_suffix(b"\n").unwrap_or_default() }
    })
}
