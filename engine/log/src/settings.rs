//! What a log promises, as its application chooses.

use std::time::Duration;

use crate::mask::MaskKey;

/// When a line counts as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Sync {
    /// Once the disk has it. Lines that come while it is written share the next write.
    Each,
    /// Once the disk has it; it is written this long after the first line that waits, with all that came meanwhile.
    Group(Duration),
    /// Once the system has it. A crash of the machine can lose it; one of the process cannot.
    None,
}

/// What becomes of an answer that cannot be logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum OnLoss {
    /// [`append`](crate::Log::append) fails: the application gives no answer.
    Refuse,
    /// It is counted, and the log says how many it lost as soon as it can be written again.
    Count,
}

/// How much of an answer is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Detail {
    /// its digest: enough to prove the answer that is given again
    Digest,
    /// all of it: enough to read it without the policy
    Whole,
}

/// What a log promises.
///
/// ```
/// use std::time::Duration;
/// use leidraad_log::{Detail, OnLoss, Settings, Sync};
/// let settings = Settings::default().sync(Sync::Group(Duration::from_millis(5))).on_loss(OnLoss::Count).detail(Detail::Whole).segment_bytes(1 << 20);
/// assert_ne!(format!("{settings:?}"), format!("{:?}", Settings::default()));
/// ```
#[derive(Debug, Clone)]
#[must_use]
pub struct Settings {
    pub(crate) sync: Sync,
    pub(crate) on_loss: OnLoss,
    pub(crate) detail: Detail,
    pub(crate) segment_bytes: u64,
    pub(crate) mask: Option<MaskKey>,
}

impl Default for Settings {
    /// Every line on disk before it counts, an answer refused rather than lost, digests of answers, segments of 64 MiB or a day.
    fn default() -> Settings {
        Settings { sync: Sync::Each, on_loss: OnLoss::Refuse, detail: Detail::Digest, segment_bytes: 64 << 20, mask: None }
    }
}

impl Settings {
    /// When a line counts as written.
    pub fn sync(self, sync: Sync) -> Settings {
        Settings { sync, ..self }
    }
    /// What becomes of an answer that cannot be logged.
    pub fn on_loss(self, on_loss: OnLoss) -> Settings {
        Settings { on_loss, ..self }
    }
    /// How much of an answer is kept.
    pub fn detail(self, detail: Detail) -> Settings {
        Settings { detail, ..self }
    }
    /// A segment is closed before it has more bytes than this. It is closed at the end of each day, too (UTC, by the times of its lines).
    pub fn segment_bytes(self, segment_bytes: u64) -> Settings {
        Settings { segment_bytes, ..self }
    }
    /// The key by which facts are masked that are `personal`. Without one they are left out.
    ///
    /// ```
    /// use leidraad_log::{MaskKey, Settings};
    /// let settings = Settings::default().mask(MaskKey::new(b"a key of at least 16 bytes").unwrap());
    /// assert!(!format!("{settings:?}").contains("at least"), "a key is shown nowhere");
    /// ```
    pub fn mask(self, key: MaskKey) -> Settings {
        Settings { mask: Some(key), ..self }
    }
}
