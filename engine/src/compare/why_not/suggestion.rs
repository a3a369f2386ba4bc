//! What would grant a wish: facts to change, and when an answer grants it.

use crate::cover::Part;
use crate::decide::Answer;
use crate::model::arena::FactId;
use crate::model::question::Question;
use crate::model::rule::Level;

/// Some facts to change, and the question with them changed, which is granted.
#[derive(Debug, Clone)]
pub(crate) struct Suggestion {
    pub(crate) changes: Vec<Changed>,
    pub(crate) question: Question,
}

/// A fact to change: the values that would do, one of them, and what the question gives now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Changed {
    pub(crate) fact: FactId,
    pub(crate) part: Part,
    pub(crate) value: i64,
    pub(crate) before: Option<i64>,
}

/// Whether an answer grants what is wished, all of it.
pub(super) fn grants(answer: &Answer<'_>, want: Level) -> bool {
    answer.level >= want && answer.lines.iter().all(|line| line.level >= want)
}
