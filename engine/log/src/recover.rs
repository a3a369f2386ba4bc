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

/// The last day of a segment's lines, and what it ends with: of a segment that is whole, and that the next one follows.
pub(crate) fn end(segment: &Segment, next: &Segment) -> Result<(Date, Link), LogError> {
    let bytes = segment.read()?;
    let (Some((_, end)), whole) = last(segment, &bytes)? else { return Err(damaged(&segment.path, 1)) };
    let first = next.read()?;
    let begun = first.split(|byte| *byte == b'\n').next().and_then(Recorded::read);
    let follows = begun.is_some_and(|begun| begun.before == end.link.hex() && begun.n == end.n + 1);
    if whole == bytes.len() && follows { Ok((end.day, end.link)) } else { Err(damaged(&next.path, 1)) }
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
        let bytes = segment.read()?;
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
        // Lines may come late: the day of a segment is the last one of its lines.
        let own = TimeZone::UTC.to_datetime(recorded.at).date();
        let day = end.as_ref().map_or(own, |(_, end)| own.max(end.day));
        let log = end.take().map_or_else(|| recorded.log.into_owned(), |(log, _)| log);
        end = Some((log, Position { n: recorded.n, link, segment: segment.first, bytes: whole as u64, day }));
    }
    Ok((end, whole))
}

fn damaged(path: &Path, row: usize) -> LogError {
    let path = path.display();
    LogError::new(both!(
        "{path}:{row}: this line was changed or damaged after it was written; nothing more is logged. `leidraad log verify` tells what is wrong",
        "{path}:{row}: deze regel is na het schrijven veranderd of beschadigd; er wordt niets meer vastgelegd. `leidraad log verify` zegt wat er mis is"
    ))
}
