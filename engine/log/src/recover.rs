//! A log's folder in; where it goes on out. What a crash left behind the last whole line is cut off.

use std::path::Path;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use leidraad::both;

use crate::chain::{Link, unseal};
use crate::error::LogError;
use crate::line::{NUMBERS, Recorded};
use crate::queue::Position;
use crate::segment::{self, Segment};

/// The day of a segment's last line, and what it ends with.
pub(crate) fn end(path: &Path) -> Result<(Date, Link), LogError> {
    let bytes = std::fs::read(path).map_err(|cause| LogError::of(path, cause))?;
    let line = bytes.strip_suffix(b"\n").and_then(|bytes| bytes.rsplit(|byte| *byte == b'\n').next()).unwrap_or_default();
    let end = unseal(line).and_then(|(_, link)| Some((TimeZone::UTC.to_datetime(Recorded::read(line)?.at).date(), link)));
    end.ok_or_else(|| damaged(path, 0))
}

/// Where a log goes on.
pub(crate) struct End {
    /// The log's name, and where it ends; `None` if there is none.
    pub(crate) end: Option<(String, Position)>,
    /// The bytes that a crash left of a last line.
    pub(crate) torn: Option<u64>,
}

/// Finds where a log goes on. What a crash left behind the last whole line is cut off; a line that was changed stops it.
pub(crate) fn recover(folder: &Path) -> Result<End, LogError> {
    let mut torn = 0u64;
    let mut segments = segment::all(folder)?;
    while let Some(segment) = segments.pop() {
        let bytes = std::fs::read(&segment.path).map_err(|cause| LogError::of(&segment.path, cause))?;
        let (end, whole) = last(&segment, &bytes)?;
        torn += (bytes.len() - whole) as u64;
        let cut = || -> std::io::Result<()> {
            if whole == 0 {
                return std::fs::remove_file(&segment.path);
            }
            let file = std::fs::OpenOptions::new().write(true).open(&segment.path)?;
            file.set_len(whole as u64)?;
            file.sync_all()
        };
        if whole < bytes.len() || whole == 0 {
            cut().map_err(|cause| LogError::of(&segment.path, cause))?;
            segment::settle(folder);
        }
        if end.is_some() {
            return Ok(End { end, torn: (torn > 0).then_some(torn) });
        }
    }
    Ok(End { end: None, torn: (torn > 0).then_some(torn) })
}

/// Where a segment ends, and how many bytes its whole lines have.
fn last(segment: &Segment, bytes: &[u8]) -> Result<(Option<(String, Position)>, usize), LogError> {
    let (mut end, mut whole) = (None::<(String, Position)>, 0);
    for (at, line) in bytes.split_inclusive(|byte| *byte == b'\n').enumerate() {
        let row = at + 1;
        let sealed = line.strip_suffix(b"\n").and_then(unseal);
        let Some((content, link)) = sealed else {
            // What a crash left is no line, and has none behind it.
            let behind = bytes.get(whole..).unwrap_or_default().split_inclusive(|byte| *byte == b'\n');
            let has_more = behind.filter_map(|line| line.strip_suffix(b"\n")).any(|line| unseal(line).is_some());
            let is_text = line.ends_with(b"\n") && !line.contains(&0);
            return if has_more || is_text { Err(damaged(&segment.path, row)) } else { Ok((end, whole)) };
        };
        let Some(recorded) = line.strip_suffix(b"\n").and_then(Recorded::read) else { return Err(damaged(&segment.path, row)) };
        let before = match &end {
            Some((_, end)) => end.link,
            None => {
                Link::read(recorded.before.as_bytes()).filter(|_| recorded.kind == "open").ok_or_else(|| damaged(&segment.path, row))?
            }
        };
        let follows = end.as_ref().map_or(segment.first, |(_, end)| end.n + 1);
        if before.next(content) != link || recorded.n != follows || !NUMBERS.contains(&recorded.n) {
            return Err(damaged(&segment.path, row));
        }
        whole += line.len();
        let day = TimeZone::UTC.to_datetime(recorded.at).date();
        let log = end.take().map_or_else(|| recorded.log.into_owned(), |(log, _)| log);
        end = Some((log, Position { n: recorded.n, link, segment: segment.first, bytes: whole as u64, day }));
    }
    Ok((end, whole))
}

fn damaged(path: &Path, row: usize) -> LogError {
    let path = path.display();
    LogError::new(both!(
        "{path}:{row}: this line is not as it was written; `leidraad log verify` tells what is wrong, and nothing is written behind it",
        "{path}:{row}: deze regel is niet zoals hij is geschreven; `leidraad log verify` zegt wat er mis is, en er wordt niets achter geschreven"
    ))
}
