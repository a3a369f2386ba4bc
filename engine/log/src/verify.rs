//! A log's folder in; whether every line is there and as it was written out, and where not.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use jiff::tz::TimeZone;
use leidraad::{Bilingual, Language, both};
use leidraad_bundle::Trust;

use crate::chain::{Link, unseal};
use crate::checkpoint;
use crate::error::LogError;
use crate::line::Recorded;
use crate::log::Position;
use crate::segment::{self, Segment};

/// Something that is wrong with a log.
///
/// ```
/// use leidraad::Language;
/// use leidraad_log::{Log, Settings, verify};
/// let folder = tempfile::tempdir().unwrap();
/// std::fs::write(folder.path().join("0000000000000001.ndjson"), "no line\n").unwrap();
/// let problem = &verify(folder.path(), None).unwrap().problems[0];
/// assert_eq!((problem.row, problem.message(Language::En)), (1, "this is no line of a log"));
/// assert!(Log::open(folder.path(), Settings::default(), jiff::Timestamp::UNIX_EPOCH).is_err());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Problem {
    /// the file
    pub path: PathBuf,
    /// the row in it, from 1; 0 for the file as a whole
    pub row: usize,
    message: Bilingual,
}

impl Problem {
    /// What is wrong.
    pub fn message(&self, language: Language) -> &str {
        self.message.get(language)
    }
}

/// What is known of a log that was looked through.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Verified {
    /// its name
    pub log: String,
    /// how many segments there are
    pub segments: usize,
    /// the number of the first line that is there
    pub first: u64,
    /// the number of the last line
    pub last: u64,
    /// the hash of all lines: two logs with the same are the same
    pub head: String,
    /// how many receipts there are
    pub receipts: u64,
    /// how many answers could not be logged, as the log says itself
    pub lost: u64,
    /// how many lines were deleted once they were old enough, as the log says itself
    pub retired: u64,
    /// how many bytes of a last line a crash has left; the next who writes the log cuts them off
    pub torn: u64,
    /// how often the end of the log was written down, and who signed that
    pub checkpoints: Vec<(u64, Vec<String>)>,
    /// all that is wrong, in order
    pub problems: Vec<Problem>,
}

/// Looks through a log: that each line is what was written, that none is missing, that it ends no earlier than any checkpoint says. With a
/// setting of whose signatures count, those under checkpoints are checked, too, for a day.
pub fn verify(folder: &Path, trust: Option<(&Trust, Date)>) -> Result<Verified, LogError> {
    let segments = segment::all(folder)?;
    let checkpoints = checkpoint::all(folder, trust)?;
    let mut looking = Looking { wanted: checkpoint::numbers(&checkpoints), ..Looking::default() };
    for segment in &segments {
        looking.segment(segment)?;
    }
    looking.left_out();
    checkpoint::check(checkpoints, trust, &mut looking);
    let head = looking.link.hex();
    Ok(Verified { segments: segments.len(), head, ..looking.verified })
}

/// What was seen so far.
#[derive(Default)]
pub(crate) struct Looking {
    pub(crate) verified: Verified,
    link: Link,
    /// What the first segment that is there is bound to, and the line before it.
    began: Option<(PathBuf, u64, String)>,
    /// Segments that the log says were deleted: the last line of each, and what it ended with.
    retired: Vec<(u64, u64, String)>,
    /// The lines that checkpoints name, and what each ended with.
    wanted: BTreeSet<u64>,
    pub(crate) links: BTreeMap<u64, String>,
}

impl Default for Link {
    fn default() -> Link {
        Link::START
    }
}

impl Looking {
    pub(crate) fn problem(&mut self, path: &Path, row: usize, message: Bilingual) {
        self.verified.problems.push(Problem { path: path.to_owned(), row, message });
    }

    fn segment(&mut self, segment: &Segment) -> Result<(), LogError> {
        let bytes = std::fs::read(&segment.path).map_err(|cause| LogError::of(&segment.path, cause))?;
        let whole = memchr::memrchr(b'\n', &bytes).map_or(0, |end| end + 1);
        let (lines, rest) = bytes.split_at(whole);
        for (at, line) in lines.split_inclusive(|byte| *byte == b'\n').enumerate() {
            self.line(segment, at + 1, line.strip_suffix(b"\n").unwrap_or(line));
        }
        if !rest.is_empty() {
            self.verified.torn = rest.len() as u64;
        }
        Ok(())
    }

    fn line(&mut self, segment: &Segment, row: usize, line: &[u8]) {
        let Some((content, own)) = unseal(line) else {
            return self.problem(&segment.path, row, both!("this is no line of a log", "dit is geen regel van een logboek"));
        };
        let Some((n, is_receipt)) = numbered(content) else {
            self.link = own;
            return self.problem(&segment.path, row, both!("this line has no number", "deze regel heeft geen nummer"));
        };
        let recorded = if is_receipt { None } else { Recorded::read(line) };
        if let Some(begun) = recorded.as_ref().filter(|_| row == 1) {
            self.begin(segment, n, begun);
        }
        if n != self.verified.last + 1 {
            let (from, until) = (self.verified.last + 1, n.saturating_sub(1));
            self.problem(
                &segment.path,
                row,
                both!("lines {from} to {until} are missing before this one", "de regels {from} tot en met {until} ontbreken voor deze"),
            );
        }
        if self.link.next(content) != own {
            self.problem(
                &segment.path,
                row,
                both!(
                    "this line was changed, or the one before it was changed or taken away",
                    "deze regel is veranderd, of de regel ervoor is veranderd of weggehaald"
                ),
            );
        }
        // From here on it is asked whether the next line follows this one: each break is told once.
        self.link = own;
        self.verified.last = n;
        if self.wanted.contains(&n) {
            self.links.insert(n, own.hex());
        }
        self.verified.receipts += u64::from(is_receipt);
        if let Some(told) = recorded {
            self.verified.lost += told.lost;
            if told.kind == "retired" {
                let first = first(content);
                self.retired.push((first, told.last, told.before.clone().into_owned()));
            }
        }
    }

    /// A segment says what it is bound to: of the first one that is there, that is all that is known of those before it.
    fn begin(&mut self, segment: &Segment, n: u64, begun: &Recorded<'_>) {
        if begun.kind != "open" || n != segment.first {
            self.problem(&segment.path, 1, both!("this is no beginning of a segment", "dit is geen begin van een segment"));
        }
        if self.began.is_none() {
            self.verified.log = begun.log.clone().into_owned();
            self.verified.first = n;
            self.verified.last = n - 1;
            self.link = Link::read(begun.before.as_bytes()).unwrap_or_default();
            self.began = Some((segment.path.clone(), n - 1, begun.before.clone().into_owned()));
        } else if begun.log != self.verified.log {
            self.problem(&segment.path, 1, both!("this segment is of another log", "dit segment is van een ander logboek"));
        }
    }

    /// What is no longer there has to have been deleted as the log says itself.
    fn left_out(&mut self) {
        let Some((path, last, before)) = self.began.take() else { return };
        let told = self.retired.iter().any(|(_, retired, link)| *retired == last && *link == before);
        if last > 0 && !told {
            self.problem(
                &path,
                0,
                both!(
                    "lines 1 to {last} are missing, and nothing says that they were deleted",
                    "de regels 1 tot en met {last} ontbreken, en nergens staat dat ze zijn verwijderd"
                ),
            );
        }
        if last == 0 && before != Link::START.hex() {
            self.problem(&path, 1, both!("the first line follows another", "de eerste regel volgt op een andere"));
        }
        self.verified.retired = self.retired.iter().map(|(first, last, _)| (last + 1).saturating_sub(*first)).sum();
    }
}

/// The number of a line, and whether it is of a receipt: both stand at its beginning.
fn numbered(content: &[u8]) -> Option<(u64, bool)> {
    let rest = content.strip_prefix(b"{\"n\":")?;
    let end = memchr::memchr(b',', rest)?;
    let (digits, rest) = rest.split_at(end);
    let n = std::str::from_utf8(digits).ok()?.parse().ok()?;
    Some((n, rest.starts_with(b",\"kind\":\"decision\"")))
}

/// The first line of what was retired.
fn first(content: &[u8]) -> u64 {
    #[derive(serde::Deserialize)]
    struct First {
        first: u64,
    }
    let object = [content, b"}"].concat();
    serde_json::from_slice::<First>(&object).map_or(0, |told| told.first)
}

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
        if before.next(content) != link || recorded.n != follows {
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
