//! A log's folder in; its lines out, one after the other.

use std::path::Path;

use crate::chain::unseal;
use crate::error::LogError;
use crate::segment::{self, Segment};

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
/// What a crash left behind the last line of all, or what is being written just now, is no line yet and does not count.
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
        for scanned in lines(&segment, &bytes) {
            if unseal(scanned.line).is_some() { each(scanned) } else { broken += 1 }
        }
    }
    Ok(broken)
}

/// The whole lines of a segment. Bytes behind them are a line that is none, but in the last segment: there they are not written whole yet.
pub(crate) fn lines<'l>(segment: &'l Segment, bytes: &'l [u8]) -> impl Iterator<Item = Scanned<'l>> {
    let path = segment.path.as_path();
    let whole = if segment.is_last { memchr::memrchr(b'\n', bytes).map_or(0, |end| end + 1) } else { bytes.len() };
    let bytes = bytes.get(..whole).unwrap_or_default();
    let mut offset = 0;
    bytes.split_inclusive(|byte| *byte == b'\n').enumerate().map(move |(at, line)| {
        let own = offset;
        offset += line.len();
        Scanned { path, row: at + 1, offset: own, line: line.strip_suffix(b"\n").unwrap_or_default() }
    })
}
