//! A log's folder in; whether every line is there and as it was written out, and where not.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use leidraad::{Bilingual, Language, both};
use leidraad_bundle::Trust;

use crate::chain::{Link, unseal};
use crate::checkpoint::{self, Read};
use crate::error::LogError;
use crate::line::{self, Recorded};
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
    looking.checkpoints(folder, checkpoints, trust);
    let head = looking.link.hex();
    Ok(Verified { segments: segments.len(), head, ..looking.verified })
}

/// What was seen so far.
#[derive(Default)]
struct Looking {
    verified: Verified,
    link: Link,
    /// What the first segment that is there is bound to, and the line before it.
    began: Option<(PathBuf, u64, String)>,
    /// Segments that the log says were deleted: the last line of each, and what it ended with.
    retired: Vec<(u64, u64, String)>,
    /// The lines that checkpoints name, and what each ended with.
    wanted: BTreeSet<u64>,
    links: BTreeMap<u64, String>,
}

impl Default for Link {
    fn default() -> Link {
        Link::START
    }
}

impl Looking {
    fn problem(&mut self, path: &Path, row: usize, message: Bilingual) {
        self.verified.problems.push(Problem { path: path.to_owned(), row, message });
    }

    fn segment(&mut self, segment: &Segment) -> Result<(), LogError> {
        let bytes = segment.read()?;
        let whole = memchr::memrchr(b'\n', &bytes).map_or(0, |end| end + 1);
        let (lines, rest) = bytes.split_at(whole);
        for (at, line) in lines.split_inclusive(|byte| *byte == b'\n').enumerate() {
            self.line(segment, at + 1, line.strip_suffix(b"\n").unwrap_or(line));
        }
        if !rest.is_empty() && segment.is_last {
            self.verified.torn = rest.len() as u64;
        } else if !rest.is_empty() {
            let row = memchr::memchr_iter(b'\n', lines).count() + 1;
            self.problem(&segment.path, row, both!("this is no line of a log", "dit is geen regel van een logboek"));
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
        if row == 1 {
            match &recorded {
                Some(begun) => self.begin(segment, n, begun),
                None => self.problem(&segment.path, 1, both!("this is no beginning of a segment", "dit is geen begin van een segment")),
            }
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
            self.verified.lost = self.verified.lost.saturating_add(told.lost);
            if told.kind == "retired" {
                self.retired.push((told.first, told.last, told.before.clone().into_owned()));
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
            self.links.insert(n - 1, begun.before.clone().into_owned());
            self.began = Some((segment.path.clone(), n - 1, begun.before.clone().into_owned()));
        } else if begun.log != self.verified.log {
            self.problem(&segment.path, 1, both!("this segment is of another log", "dit segment is van een ander logboek"));
        }
    }

    /// The log has to go on from its checkpoints. Those of lines that were deleted prove nothing any more: the last one has to be of what is
    /// there. With a setting of whose signatures count, there has to be one that is signed as it says.
    fn checkpoints(&mut self, folder: &Path, all: Vec<Read>, trust: Option<(&Trust, Date)>) {
        let last = all.last().and_then(|read| Some((read.path.clone(), read.checkpoint.as_ref()?.n)));
        for read in all {
            self.checkpoint(read, trust);
        }
        match last {
            Some((path, n)) if n + 1 < self.verified.first => self.problem(
                &path,
                0,
                both!(
                    "line {n} was deleted, and no later checkpoint proves what followed",
                    "regel {n} is verwijderd, en geen later ijkpunt bewijst wat erop volgde"
                ),
            ),
            None if trust.is_some() && self.verified.last > 0 => {
                self.problem(folder, 0, both!("there is no checkpoint that could be signed", "er is geen ijkpunt dat getekend kan zijn"));
            }
            _ => {}
        }
    }

    fn checkpoint(&mut self, Read { path, checkpoint, parcel }: Read, trust: Option<(&Trust, Date)>) {
        let Some(checkpoint) = checkpoint else {
            return self.problem(&path, 0, both!("this is no checkpoint", "dit is geen ijkpunt"));
        };
        let Verified { log, first, last, .. } = &self.verified;
        if let Some(wrong) = checkpoint::wrong(&checkpoint, log, (*first, *last), self.links.get(&checkpoint.n)) {
            self.problem(&path, 0, wrong);
        }
        let mut names = Vec::new();
        if let Some((trust, on)) = trust {
            match trust.signers(&parcel, on) {
                Ok(signers) => {
                    names.extend(signers.into_iter().map(str::to_owned));
                    if names.len() < trust.need() {
                        let (need, who) = (trust.need(), names.join(", "));
                        self.problem(
                            &path,
                            0,
                            both!(
                                "signers required: {need}; signed by: {who}",
                                "vereist aantal ondertekenaars: {need}; getekend door: {who}"
                            ),
                        );
                    }
                }
                Err(refused) => self.problem(&path, 0, Bilingual::each(|language| refused.message(language).to_owned())),
            }
        }
        self.verified.checkpoints.push((checkpoint.n, names));
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
            self.problem(
                &path,
                1,
                both!(
                    "according to the first line another line came before it, and that one is missing",
                    "volgens de eerste regel ging er een andere regel aan vooraf, en die ontbreekt"
                ),
            );
        }
        self.verified.retired =
            self.retired.iter().fold(0u64, |sum, (first, last, _)| sum.saturating_add(last.saturating_add(1).saturating_sub(*first)));
    }
}

/// The number of a line, and whether it is of a receipt: both stand at its beginning.
fn numbered(content: &[u8]) -> Option<(u64, bool)> {
    let rest = content.strip_prefix(b"{\"n\":")?;
    let end = memchr::memchr(b',', rest)?;
    let (digits, rest) = rest.split_at(end);
    let n = std::str::from_utf8(digits).ok()?.parse().ok().filter(|n| line::NUMBERS.contains(n))?;
    Some((n, rest.starts_with(b",\"kind\":\"decision\"")))
}
