//! A line of a log in; what it says out.

use std::borrow::Cow;
use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::value::RawValue;

/// What a line can be numbered.
pub(crate) const NUMBERS: std::ops::RangeInclusive<u64> = 1..=1 << 60;

/// A line of a log, as it was read: a receipt, or what the log says of itself.
///
/// ```
/// use leidraad_log::Recorded;
/// let line = br#"{"n":2,"kind":"decision","at":"2026-07-01T09:00:00Z","actor":"desk","result":"granted","question":{},"chain":"00"}"#;
/// let recorded = Recorded::read(line).unwrap();
/// assert_eq!((recorded.n, &*recorded.kind, &*recorded.actor, recorded.is_receipt()), (2, "decision", "desk", true));
/// ```
#[derive(Debug, Clone, Deserialize)]
#[non_exhaustive]
pub struct Recorded<'l> {
    /// its number; lines are counted through all segments
    pub n: u64,
    /// `decision`, or what the log says of itself: `open`, `recovered`, `lost`, `retired`
    #[serde(borrow)]
    pub kind: Cow<'l, str>,
    /// when
    pub at: Timestamp,
    /// who asked
    #[serde(borrow, default)]
    pub actor: Cow<'l, str>,
    /// from where it was asked
    #[serde(borrow, default)]
    pub origin: Cow<'l, str>,
    /// the service
    #[serde(borrow, default)]
    pub object: Cow<'l, str>,
    /// `granted`, `refused`, `undetermined`, `error`
    #[serde(borrow, default)]
    pub result: Cow<'l, str>,
    /// what kept it from being answered
    #[serde(borrow, default)]
    pub error: Option<Cow<'l, str>>,
    /// the level
    #[serde(borrow, default)]
    pub level: Option<Cow<'l, str>>,
    /// what the caller calls it by
    #[serde(borrow, default)]
    pub id: Option<Cow<'l, str>>,
    /// the trace that it is part of
    #[serde(borrow, default)]
    pub trace: Option<Cow<'l, str>>,
    /// the question, as JSON
    #[serde(borrow, default)]
    pub question: Option<&'l RawValue>,
    /// the language of its texts
    #[serde(borrow, default)]
    pub language: Cow<'l, str>,
    /// the digest of the policy
    #[serde(borrow, default)]
    pub policy: Cow<'l, str>,
    /// the format of its register
    #[serde(default)]
    pub format: u32,
    /// the version of the engine
    #[serde(borrow, default)]
    pub engine: Cow<'l, str>,
    /// the digests of the options that were asked
    #[serde(borrow, default)]
    pub options: BTreeMap<Cow<'l, str>, Cow<'l, str>>,
    /// the rules that decided
    #[serde(borrow, default)]
    pub rules: Vec<Cow<'l, str>>,
    /// the answer without its question, or the digest of that
    #[serde(borrow, default)]
    pub decision: Option<&'l RawValue>,
    /// the name of the log, where a segment begins
    #[serde(borrow, default)]
    pub log: Cow<'l, str>,
    /// what the first line of a segment is bound to; of segments that were retired, the last seal of theirs
    #[serde(borrow, default)]
    pub before: Cow<'l, str>,
    /// how many answers were lost
    #[serde(default)]
    pub lost: u64,
    /// of segments that were retired, the number of the first line
    #[serde(default)]
    pub first: u64,
    /// of segments that were retired, the number of the last line
    #[serde(default)]
    pub last: u64,
}

impl<'l> Recorded<'l> {
    /// Reads a line; `None` if it is none.
    pub fn read(line: &'l [u8]) -> Option<Recorded<'l>> {
        serde_json::from_slice(line).ok()
    }
    /// Whether it is of a question.
    pub fn is_receipt(&self) -> bool {
        self.kind == "decision"
    }
    /// Whether a fact of its question is masked: it cannot be asked again.
    pub fn is_masked(&self) -> bool {
        self.question.is_some_and(|question| memchr::memmem::find(question.get().as_bytes(), b":{\"masked\":").is_some())
    }
}
